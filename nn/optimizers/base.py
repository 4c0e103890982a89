"""Optimizer: groups of parameters with options, and the loop over them. Knows no formula.

An optimizer is data and one function: the options with their defaults, the names of what it remembers, and an update
of flat arrays in place. The whole of it for gradient descent with momentum::

    class Momentum(Elementwise):
        options = {"lr": 0.1, "momentum": 0.9}

        def remembers(self, o):
            return {"velocity": 0.0}

        def update(self, p, g, now, o):
            v = now["velocity"]
            v *= o["momentum"]
            v += g
            p -= o["lr"] * v
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import Parameter, Signature
from typing import Any, ClassVar

import numpy as np

from autograd.errors import OperandError, ShapeError
from nn.optimizers.buffers import Array, Buffer, Part, buffers_of, check_parameters
from nn.optimizers.options import OptionError, Options, checked

Closure = Callable[[], Any]


class Group:
    """Parameters that share options: `group["lr"]` reads one, `group["lr"] = 0.1` checks and sets it."""

    def __init__(self, owner: str, parameters: Sequence[Any], options: Options) -> None:
        self.owner = owner
        self.parameters = list(parameters)
        self.options = options
        self.buffers = buffers_of(parameters)

    def __getitem__(self, name: str) -> Any:
        return self.parameters if name == "params" else self.options[name]

    def __setitem__(self, name: str, value: Any) -> None:
        if name not in self.options:
            raise unknown_option(self.owner, name, self.options)
        self.options[name] = checked(self.owner, name, value)

    def keys(self) -> list[str]:
        """Return the names of the options and "params"."""
        return ["params", *self.options]

    def __repr__(self) -> str:
        return f"Group({len(self.parameters)} parameters, {written(self.options)})"

    def take_in(self) -> None:
        """Bring the buffers up to date; make new ones, with the same state, if a dtype changed."""
        if not all(buffer.take_in() for buffer in self.buffers):
            states = self.states()
            self.buffers = buffers_of(self.parameters)
            self.restore(states)
            for buffer in self.buffers:
                buffer.take_in()

    def states(self) -> list[dict[str, Any]]:
        """Return copies of what is remembered of each parameter."""
        found = {p: buffer.state(i) for buffer in self.buffers for i, p in enumerate(buffer.parameters)}
        return [found[p] for p in self.parameters]

    def restore(self, states: Sequence[dict[str, Any]]) -> None:
        """Take up what was remembered of each parameter."""
        by_parameter = dict(zip(self.parameters, states))
        for buffer in self.buffers:
            buffer.restore([by_parameter[p] for p in buffer.parameters])


class Optimizer(ABC):
    """What changes parameters by their gradients: groups with options, their state, and `step()`.

    Parameters are Tensors or Values, or dicts `{"params": [...], "lr": 0.1}`, one a group, with options of their own.
    From the first step on a group owns the memory of its Tensors: `p.data` shows what the next step will write to,
    `p.numpy()` is a copy to keep.
    """

    options: ClassVar[Options] = {}

    def __init_subclass__(cls) -> None:
        parameters = [Parameter("parameters", Parameter.POSITIONAL_OR_KEYWORD)]
        cls.__signature__ = Signature(parameters + [  # type: ignore[attr-defined]  # what help() shows
            Parameter(name, Parameter.POSITIONAL_OR_KEYWORD if name == "lr" else Parameter.KEYWORD_ONLY, default=x)
            for name, x in cls.options.items()])

    def __init__(self, parameters: Iterable[Any], lr: float | None = None, **options: Any) -> None:
        if lr is not None:
            options["lr"] = lr
        self.defaults: Options = self.complete(type(self).options, options)
        self.param_groups: list[Group] = []
        given = parameters if isinstance(parameters, (list, tuple)) else check_parameters(self.name, parameters)
        groups = given if given and isinstance(given[0], Mapping) else [{"params": given}]
        for group in groups:
            self.add_param_group(group)

    @property
    def name(self) -> str:
        """The name of the class."""
        return type(self).__name__

    def complete(self, defaults: Options, options: Mapping[str, Any]) -> Options:
        """Return defaults with options put in, or raise an OptionError."""
        for name in options:
            if name not in defaults:
                raise unknown_option(self.name, name, defaults)
        found = defaults | {name: checked(self.name, name, x) for name, x in options.items()}
        self.check(found)
        return found

    def check(self, o: Options) -> None:  # noqa: B027 (most options fit together)
        """Raise an OptionError if options do not fit together."""

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add parameters with options of their own, as in `add_param_group({"params": head.parameters(), "lr": 0.1})`.

        What is not given is as the optimizer was created with.
        """
        if not isinstance(group, Mapping) or "params" not in group:
            raise OperandError(f"{self.name}: a group of parameters must be a dict with 'params', got {group!r:.60}")
        parameters = check_parameters(self.name, group["params"])
        known = {p for other in self.param_groups for p in other.parameters}
        for p in parameters:
            if p in known:
                raise OperandError(f"{self.name}: a parameter of shape {getattr(p, 'shape', ())} {p.label!r} is in two "
                                   "groups and would be updated twice a step; leave it out of one of them")
        options = self.complete(self.defaults, {name: x for name, x in group.items() if name != "params"})
        self.param_groups.append(Group(self.name, parameters, options))

    @property
    def lr(self) -> float:
        """The learning rate; setting it sets that of every group, as in `optimizer.lr = schedule(step)`."""
        rate: float = self.param_groups[0]["lr"]
        return rate

    @lr.setter
    def lr(self, rate: float) -> None:
        for group in self.param_groups:
            group["lr"] = rate

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters: None for Tensors, 0 for Values."""
        for group in self.param_groups:
            for buffer in group.buffers:
                zero = buffer.zero
                for p in buffer.parameters:
                    p.grad = zero

    @abstractmethod
    def step(self, closure: Closure | None = None) -> Any:
        """Change the parameters by their gradients.

        `closure`, if given, forgets the gradients, computes the loss, runs backward and returns the loss, which is
        returned.
        """

    def state_dict(self) -> dict[str, Any]:
        """Return copies of all that a later run needs to go on: plain numbers and arrays, parameters by their place."""
        states = [state for group in self.param_groups for state in group.states()]
        places = iter(range(len(states)))
        groups = [{**group.options, "params": [next(places) for _ in group.parameters]} for group in self.param_groups]
        return {"optimizer": self.name, "state": {i: s for i, s in enumerate(states) if s}, "param_groups": groups}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up what `state_dict` returned; what does not fit raises and changes nothing."""
        if state.get("optimizer") != self.name:
            raise OperandError(f"{self.name}: the state is that of {state.get('optimizer')!r}; load it with that "
                               "optimizer, or go on without it")
        counts = [len(group["params"]) for group in state["param_groups"]]
        own = [len(group.parameters) for group in self.param_groups]
        if counts != own:
            raise OperandError(f"{self.name}: the state has groups of {counts} parameters, the optimizer of {own}; "
                               "build the same model and the same groups first")
        options = [self.complete(self.defaults, {name: x for name, x in group.items() if name != "params"})
                   for group in state["param_groups"]]
        parameters = [p for group in self.param_groups for p in group.parameters]
        states = [dict(state["state"].get(i, {})) for i in range(len(parameters))]
        for i, (p, entry) in enumerate(zip(parameters, states)):
            for name, x in entry.items():
                if not isinstance(x, (int, float)) and np.shape(x) != getattr(p, "shape", ()):
                    raise ShapeError(f"{self.name}: the state {name!r} of parameter {i} has shape {np.shape(x)}, the "
                                     f"parameter {getattr(p, 'shape', ())}")
        rest = iter(states)
        for group, found in zip(self.param_groups, options):
            group.options = found
            group.restore([next(rest) for _ in group.parameters])

    def __repr__(self) -> str:
        count = sum(len(group.parameters) for group in self.param_groups)
        groups = f" in {len(self.param_groups)} groups" if len(self.param_groups) > 1 else ""
        return f"{self.name}({count} parameters{groups}, {written(self.param_groups[0].options)})"


class Elementwise(Optimizer):
    """An optimizer that treats each number by itself: a subclass says what it remembers and how it updates."""

    options: ClassVar[Options] = {}
    counts: ClassVar[dict[str, float]] = {}  # numbers that stay from step to step, with what they start from

    def remembers(self, o: Options) -> dict[str, float]:
        """Return the names of the arrays that stay from step to step, with what they start from."""
        return {}

    @abstractmethod
    def update(self, p: Array, g: Array, now: Part, o: Options) -> None:
        """Change `p`, and what `now` holds, in place by the gradient `g`; all of them are flat."""

    def step(self, closure: Closure | None = None) -> Any:
        """Change the parameters by their gradients; those whose `.grad` is None stay, and so does their state."""
        loss = None if closure is None else closure()
        for group in self.param_groups:
            group.take_in()
            for buffer in group.buffers:
                self.advance(buffer, group.options)
        return loss

    def advance(self, buffer: Buffer, o: Options) -> None:
        """Do one step in a buffer."""
        present = buffer.gather()
        if not present:
            return
        start = self.remembers(o)
        buffer.remember(start, self.counts)
        for part in buffer.parts(present):
            if not part.step:
                for name, x in start.items():
                    part[name].fill(x)
            part.counters["step"] += 1.0
            self.decay(part, o)
            self.update(part.p, part.g, part, o)
        buffer.give_out(present)

    def decay(self, part: Part, o: Options) -> None:
        """Turn the gradient round to maximize; add the decay of weights to it, or to the weights themselves."""
        if o["maximize"]:
            np.negative(part.g, out=part.g)
        if o["weight_decay"]:
            if o.get("decoupled_weight_decay"):
                np.multiply(part.p, 1.0 - o["lr"] * o["weight_decay"], out=part.p)
            else:
                add_scaled(part.g, part.p, o["weight_decay"], part.scratch[0])


def add_scaled(y: Array, x: Array, factor: float, scratch: Array) -> None:
    """Add `factor * x` to `y` in place."""
    np.multiply(x, factor, out=scratch)
    y += scratch


def blend(mean: Array, x: Array, weight: float, scratch: Array) -> None:
    """Move a running mean towards `x` by a weight, in place."""
    np.subtract(x, mean, out=scratch)
    scratch *= weight
    mean += scratch


def blend_square(mean: Array, x: Array, beta: float, scratch: Array) -> None:
    """Set a running mean of squares to `beta * mean + (1 - beta) * x²`, in place."""
    np.multiply(x, x, out=scratch)
    scratch *= 1.0 - beta
    mean *= beta
    mean += scratch


def unknown_option(owner: str, name: str, options: Mapping[str, Any]) -> OptionError:
    """Return the error for an option that an optimizer does not have."""
    return OptionError(f"{owner} has no option {name!r}; it has {', '.join(options)}")


def written(options: Options) -> str:
    """Write options as arguments."""
    return ", ".join(f"{name}={x!r}" for name, x in options.items())
