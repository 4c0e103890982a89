"""EMA: a running mean of weights, which is often better than the last of them. Knows no optimizer."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from nn.optimizers.buffers import Array, check_parameters
from nn.optimizers.options import checked


class EMA:
    """`average ← decay·average + (1 − decay)·p` after each step, from the weights at the start.

    Polyak & Juditsky, Acceleration of stochastic approximation by averaging, 1992, with weights that fade. With
    `warmup` the decay of update t is at most `(1 + t) / (10 + t)`, so that the start is soon forgotten.

    >>> from autograd import Tensor
    >>> w = Tensor([0.0], requires_grad=True)
    >>> ema = EMA([w], decay=0.75)
    >>> w.data += 1.0
    >>> ema.update()
    >>> with ema.applied():
    ...     print(w)
    Tensor([0.25], requires_grad=True)
    >>> w
    Tensor([1.], requires_grad=True)
    """

    def __init__(self, parameters: Iterable[Any], decay: float = 0.999, warmup: bool = False) -> None:
        self.parameters = check_parameters("EMA", parameters)
        self.decay: float = checked("EMA", "decay", decay)
        self.warmup: bool = checked("EMA", "warmup", warmup)
        self.updates = 0
        self.average = self.weights()

    def weights(self) -> Array:
        """Return the weights as they are, in one flat array."""
        return np.concatenate([np.ravel(p.detach().data) for p in self.parameters]).view(np.ndarray)

    def update(self) -> None:
        """Move the average towards the weights: call it after each step of the optimizer."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates)) if self.warmup else self.decay
        difference = self.weights()
        difference -= self.average
        difference *= 1.0 - decay
        self.average += difference

    def copy_to_parameters(self) -> None:
        """Set the weights to the average."""
        self.put(self.average)

    def put(self, flat: Array) -> None:
        """Set the weights from a flat array."""
        ends = [0, *accumulate(int(np.size(p.data)) for p in self.parameters)]
        for p, (start, end) in zip(self.parameters, pairwise(ends)):
            p.data = flat[start:end].reshape(np.shape(p.data))

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Set the weights to the average within a block, as to evaluate, and back after it."""
        before = self.weights()
        self.copy_to_parameters()
        try:
            yield
        finally:
            self.put(before)

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of the average and the number of updates."""
        return {"average": self.average.copy(), "updates": self.updates}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up what `state_dict` returned."""
        if np.shape(state["average"]) != self.average.shape:
            raise ShapeError(f"EMA: the average in the state has {np.size(state['average'])} numbers, the parameters "
                             f"{self.average.size}; build the same model first")
        self.average = np.array(state["average"], self.average.dtype)
        self.updates = int(state["updates"])
