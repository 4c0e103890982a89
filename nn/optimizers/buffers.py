"""Buffers: the parameters of a group in one flat array, and what an optimizer remembers of each in arrays beside it.

Knows no optimizer. A buffer of Tensors owns the memory: their data are views of it, so that a step is a handful of
numpy calls however many parameters there are; a buffer of Values reads and writes each number. What has no gradient
is left alone: a step then works on copies of the others' share.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from math import prod
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor, Value
from autograd.errors import OperandError, ShapeError

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """What one update works on: parameters that have seen the same steps, all of them as a rule.

    `p` and `g` are flat: parameters and gradient. `now["name"]` is a flat array that stays from step to step,
    `counters` are numbers that stay. `scratch` is two arrays to compute in; `g` may be overwritten too.
    """

    p: Array
    g: Array
    arrays: dict[str, Array]
    scratch: Sequence[Array]
    counters: dict[str, float]

    def __getitem__(self, name: str) -> Array:
        return self.arrays[name]

    @property
    def step(self) -> float:
        """The number of this step, from 1."""
        return self.counters["step"]


class Buffer(ABC):
    """Parameters of one kind in one flat array, with the state of an optimizer."""

    zero: ClassVar[Any]  # what `.grad` is when there is none

    def __init__(self, parameters: Sequence[Any], shapes: Sequence[tuple[int, ...]], dtype: Any) -> None:
        self.parameters = list(parameters)
        self.shapes = list(shapes)
        self.sizes = [prod(shape) for shape in shapes]
        self.flat: Array = np.zeros(sum(self.sizes), dtype)
        self.gradient = np.zeros_like(self.flat)
        self.arrays: dict[str, Array] = {}
        self.counters: dict[str, list[float]] = {"step": [0.0] * len(self.parameters)}  # one number a parameter
        self.scratch: list[Array] = []
        self.views = self.split(self.flat)

    def __getstate__(self) -> dict[str, Any]:
        return {name: x for name, x in self.__dict__.items() if name != "views"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.views = self.split(self.flat)  # copies of views would be arrays of their own

    def split(self, flat: Array) -> list[Array]:
        """Return views of a flat array, one in the shape of each parameter."""
        ends = [0, *accumulate(self.sizes)]
        return [flat[start:end].reshape(shape) for (start, end), shape in zip(pairwise(ends), self.shapes)]

    @abstractmethod
    def take_in(self) -> bool:
        """Bring the flat array up to date, whoever set the parameters; return whether they still fit."""

    @abstractmethod
    def give_out(self, places: Sequence[int]) -> None:
        """Let the parameters at some places have what was written to the flat array."""

    def gather(self) -> Sequence[int]:
        """Concatenate the gradients; return the places of the parameters that have one."""
        gradients = [p.grad for p in self.parameters]
        if [getattr(g, "shape", None) for g in gradients] == self.shapes:
            try:
                np.concatenate(gradients, axis=None, out=self.gradient)
            except TypeError as error:
                raise OperandError("a .grad holds something else than numbers: set it to a plain array, as in "
                                   f"p.grad = g.numpy(): {error}") from error
            return range(len(gradients))
        views = self.split(self.gradient)
        present = [i for i, g in enumerate(gradients) if g is not None]
        for i in present:
            if np.shape(gradients[i]) != self.shapes[i]:
                raise ShapeError(f"the .grad of {describe(self.parameters[i], i)} has shape {np.shape(gradients[i])}, "
                                 f"not {self.shapes[i]}; set it to None or run backward again")
            views[i][...] = gradients[i]
        return present

    def remember(self, names: dict[str, float], counters: dict[str, float]) -> None:
        """Make the arrays and counters that an optimizer keeps, filled with what they start from."""
        for name, start in names.items():
            if name not in self.arrays:
                self.arrays[name] = np.full_like(self.flat, start)
        for name, start in counters.items():
            if name not in self.counters:
                self.counters[name] = [start] * len(self.parameters)

    def parts(self, present: Sequence[int]) -> Iterator[Part]:
        """Yield what to update, the parameters that are present by how many steps they have seen; keep what is done."""
        if not self.scratch:
            self.scratch = [np.empty_like(self.flat), np.empty_like(self.flat)]
        columns = self.counters.values()
        if len(present) == len(self.parameters) and all(column.count(column[0]) == len(column) for column in columns):
            yield from self.whole()
            return
        rows = sorted((tuple(column[i] for column in columns), i) for i in present)
        for row, members in groupby(rows, key=lambda pair: pair[0]):
            yield from self.share(row, [i for _, i in members])

    def whole(self) -> Iterator[Part]:
        """Yield all as one part, which works on the buffer itself."""
        numbers = {name: column[0] for name, column in self.counters.items()}
        yield Part(self.flat, self.gradient, self.arrays, self.scratch, numbers)
        for name, x in numbers.items():
            self.counters[name] = [x] * len(self.parameters)

    def share(self, row: Sequence[float], places: list[int]) -> Iterator[Part]:
        """Yield some parameters as a part, which works on copies; put them back."""
        chosen = np.zeros(len(self.parameters), bool)
        chosen[places] = True
        mask = np.repeat(chosen, self.sizes)
        p = self.flat[mask]
        arrays = {name: array[mask] for name, array in self.arrays.items()}
        part = Part(p, self.gradient[mask], arrays, [np.empty_like(p), np.empty_like(p)],
                    dict(zip(self.counters, row)))
        yield part
        self.flat[mask] = p
        for name, array in arrays.items():
            self.arrays[name][mask] = array
        for name, x in part.counters.items():
            for i in places:
                self.counters[name][i] = x

    def state(self, place: int) -> dict[str, Any]:
        """Return copies of what is remembered of one parameter."""
        return {**{name: column[place] for name, column in self.counters.items()},
                **{name: self.split(array)[place].copy() for name, array in self.arrays.items()}}

    def restore(self, states: Sequence[dict[str, Any]]) -> None:
        """Take up what was remembered, one state a parameter."""
        self.arrays, self.counters = {}, {"step": [0.0] * len(self.parameters)}
        for place, state in enumerate(states):
            numbers = {name: float(x) for name, x in state.items() if isinstance(x, (int, float))}
            self.remember({name: 0.0 for name in state if name not in numbers}, dict.fromkeys(numbers, 0.0))
            for name, x in state.items():
                if name in numbers:
                    self.counters[name][place] = numbers[name]
                else:
                    self.split(self.arrays[name])[place][...] = x


class TensorBuffer(Buffer):
    """Tensors of one dtype, whose data are views of the flat array."""

    zero = None

    def __init__(self, parameters: Sequence[Tensor]) -> None:
        super().__init__(parameters, [p.shape for p in parameters], parameters[0].dtype)

    def take_in(self) -> bool:
        """Move into the flat array what lies elsewhere, after a load, a copy, a change of dtype, another optimizer."""
        return Tensor.adopt(self.parameters, self.views)

    def give_out(self, places: Sequence[int]) -> None:
        """Mark the parameters at some places as changed."""
        everything = len(places) == len(self.parameters)
        Tensor.changed(*(self.parameters if everything else [self.parameters[i] for i in places]))


class ValueBuffer(Buffer):
    """Values, which are read and written one by one."""

    zero = 0.0

    def __init__(self, parameters: Sequence[Value]) -> None:
        super().__init__(parameters, [()] * len(parameters), np.float64)

    def take_in(self) -> bool:
        """Read the numbers."""
        self.flat[:] = [p.data for p in self.parameters]
        return True

    def give_out(self, places: Sequence[int]) -> None:
        """Write the numbers at some places."""
        numbers = self.flat.tolist()
        for i in places:
            self.parameters[i].data = numbers[i]


KINDS: dict[type, type[Any]] = {Tensor: TensorBuffer, Value: ValueBuffer}


def buffers_of(parameters: Sequence[Any]) -> list[Buffer]:
    """Return buffers for parameters, one for each class and dtype: one as a rule."""
    kinds: dict[tuple[type, Any], list[Any]] = {}
    for p in parameters:
        kinds.setdefault((type(p), getattr(p, "dtype", None)), []).append(p)
    return [KINDS[kind](members) for (kind, _), members in kinds.items()]


def describe(p: Any, place: int) -> str:
    """Name a parameter in a message: its place in its group, its label, its shape."""
    label = f" {p.label!r}" if getattr(p, "label", "") else ""
    return f"parameter {place}{label} ({type(p).__name__} of shape {getattr(p, 'shape', ())})"


def check_parameters(owner: str, parameters: Any) -> list[Any]:
    """Return parameters as a list of different leaves that can be trained, or raise an error that names the fault."""
    if isinstance(parameters, tuple(KINDS)):
        raise OperandError(f"{owner}: parameters must be a list of Tensors or Values, got a single "
                           f"{type(parameters).__name__}; pass [it]")
    found = list(parameters)
    if not found:
        raise OperandError(f"{owner}: parameters=[] is empty: there is nothing to train; pass model.parameters(), "
                           "and if it is a generator, one that was not used up")
    for i, p in enumerate(found):
        if type(p) not in KINDS:
            raise OperandError(f"{owner}: parameters[{i}] must be a Tensor or a Value, got "
                               f"{type(p).__name__} {p!r:.60}")
        if p.op is not None:
            raise OperandError(f"{owner}: {describe(p, i)} was computed by {p.op.name}; only leaves can be trained: "
                               "pass the leaves that it was computed from, or p.detach().requires_grad_()")
        if type(p) is Tensor and p.dtype.kind != "f":
            raise OperandError(f"{owner}: {describe(p, i)} holds {p.dtype}; only floats can be trained: create it "
                               "with dtype=float")
    twice = [i for i, p in enumerate(found) if any(p is other for other in found[:i])] if len(set(found)) < len(
        found) else []
    if twice:
        raise OperandError(f"{owner}: {describe(found[twice[0]], twice[0])} is in the list twice and would be updated "
                           "twice a step; a shared parameter is passed once, as model.parameters() does")
    return found
