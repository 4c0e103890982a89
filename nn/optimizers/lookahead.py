"""Lookahead: slow weights that follow, now and then, the fast ones of another optimizer."""

from collections.abc import Mapping
from typing import Any

from nn.optimizers.base import Closure, Group, Optimizer
from nn.optimizers.buffers import Buffer
from nn.optimizers.options import checked


class Lookahead:
    """After each `every` steps of an optimizer: `slow ← slow + alpha·(p − slow)`, `p ← slow`.

    Zhang et al., Lookahead optimizer: k steps forward, 1 step back, 2019, arXiv 1907.08610 (`every` is its k). The slow
    weights start from the weights at the first step; call `restart()` after weights were loaded.

    >>> from autograd import Value
    >>> from nn.optimizers import SGD
    >>> w = Value(0.0)
    >>> optimizer = Lookahead(SGD([w], lr=1.0), every=2, alpha=0.5)
    >>> for _ in range(2):
    ...     optimizer.zero_grad(); (-w).backward(); optimizer.step()
    >>> w.data
    1.0
    """

    def __init__(self, optimizer: Optimizer, every: int = 5, alpha: float = 0.5) -> None:
        self.optimizer = optimizer
        self.every: int = checked("Lookahead", "every", every)
        self.alpha: float = checked("Lookahead", "alpha", alpha)
        self.steps = 0

    @property
    def param_groups(self) -> list[Group]:
        """The groups of the optimizer."""
        return self.optimizer.param_groups

    @property
    def lr(self) -> float:
        """The learning rate of the optimizer."""
        return self.optimizer.lr

    @lr.setter
    def lr(self, rate: float) -> None:
        self.optimizer.lr = rate

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add parameters to the optimizer."""
        self.optimizer.add_param_group(group)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        self.optimizer.zero_grad()

    def buffers(self) -> list[Buffer]:
        """Return the buffers of all groups, up to date."""
        for group in self.param_groups:
            group.take_in()
        return [buffer for group in self.param_groups for buffer in group.buffers]

    def restart(self) -> None:
        """Let the slow weights start again from the weights as they are."""
        for buffer in self.buffers():
            buffer.arrays["slow"] = buffer.flat.copy()

    def step(self, closure: Closure | None = None) -> Any:
        """Let the optimizer do a step; after every so many let the slow weights follow, and go back to them."""
        for buffer in self.buffers():
            if "slow" not in buffer.arrays:
                buffer.arrays["slow"] = buffer.flat.copy()
        loss = self.optimizer.step(closure)
        self.steps += 1
        if self.steps % self.every == 0:
            for buffer in self.buffers():
                slow = buffer.arrays["slow"]
                slow += self.alpha * (buffer.flat - slow)
                buffer.flat[:] = slow
                buffer.give_out(range(len(buffer.parameters)))
        return loss

    def state_dict(self) -> dict[str, Any]:
        """Return the state of the optimizer, with the slow weights, and where the round of steps stands."""
        return {**self.optimizer.state_dict(), "lookahead_steps": self.steps}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up what `state_dict` returned."""
        steps = int(state["lookahead_steps"])
        self.optimizer.load_state_dict(state)
        self.steps = steps

    def __repr__(self) -> str:
        return f"Lookahead({self.optimizer!r}, every={self.every}, alpha={self.alpha})"
