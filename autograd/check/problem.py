"""What is checked, whatever it was given as: a function of arrays and its pullback, with names. Knows no differences.

`Raw` is the seam: two functions on lists of arrays, as the user's code takes and gives them. `Problem` is the same on
flat vectors of doubles, which is all that the mathematics of a check needs: x of n elements, outputs of m.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import numpy as np

from autograd.errors import OperandError

Array = np.ndarray[Any, Any]
MANY = 4096  # outputs; of more only a weighted sum is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A function of arrays at a point, and the pullback there, as the user's code has them.

    `run` takes arrays like `inputs` (a number is an array of shape ()) and gives a list of them; where f is undefined
    it may raise a ValueError or an ArithmeticError. `pull` takes a cotangent for each output and gives a gradient for
    each input, of whatever shape and dtype the code under test gives; None stands for zeros.
    """

    names: tuple[str, ...]
    inputs: tuple[Array, ...]
    run: Callable[[Sequence[Array]], list[Array]]
    pull: Callable[[Sequence[Array]], list[Any]]
    scalar_only: bool = False                     # the pullback knows the cotangent 1 only
    function: str = "f"
    returned: Sequence[Any] = ()                  # after a pull by our own reverse mode: what f returned, as nodes
    elsewhere: "Callable[[tuple[Array, ...]], Raw] | None" = None  # the same at other inputs, of our own reverse mode
    counted: Any = None                           # the user's f as a `Counted`


class Counted:
    """A function that counts how often it is called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.calls = function, 0

    def __call__(self, *args: Any) -> Any:
        self.calls += 1
        return self.function(*args)


@dataclass(eq=False, kw_only=True)
class Problem:
    """A function from n numbers to m at a point, and its pullback there.

    `weights`, if given, is a cotangent, and the only output is the outputs' sum weighed by it.
    """

    raw: Raw
    outputs: tuple[Array, ...]        # at the point
    swing: Array | None = None        # how far all outputs move as the inputs move a little
    doubled: bool = False             # whether f is run in double precision, though its inputs are not
    weights: Array | None = None
    x: Array = field(init=False)      # (n,)
    base: Array = field(init=False)   # all outputs at the point
    precision: float = field(init=False)  # of the values of f, if it computes in the dtypes that go in and out
    quantum: float = field(init=False)    # the smallest number of these dtypes: what is smaller is lost

    def __post_init__(self) -> None:
        self.x = flat(self.raw.inputs)
        outputs: Sequence[Array] = self.outputs
        if self.doubled:
            outputs = self.raw.run([x.astype(float) for x in self.raw.inputs])
        self.base = flat(outputs)
        kinds = [y.dtype for y in outputs] + ([] if self.doubled else [x.dtype for x in self.raw.inputs])
        self.precision = max((float(np.finfo(dtype).eps) for dtype in kinds), default=0.0)
        self.quantum = max((float(np.finfo(dtype).smallest_subnormal) for dtype in kinds), default=0.0)

    @property
    def m(self) -> int:
        """Return how many outputs there are to look at."""
        return len(self.base) if self.weights is None else 1

    def rise(self, x: Array) -> Array:
        """Return by how much the outputs at a vector of n exceed those at the point: (m,), nan where undefined."""
        y = self.value(x)
        if y is None:
            return np.full(self.m, np.nan)
        y -= self.base  # first, so that no large common part is summed
        return y if self.weights is None else np.array([self.weights @ y])

    def value(self, x: Array) -> Array | None:
        """Return all outputs at a vector of n, None where f is undefined."""
        try:
            outputs = self.raw.run(self.apart(x))
        except (ValueError, ArithmeticError, OperandError):  # DomainError is the first; (-1.0)**0.5 is complex
            return None
        y = flat(outputs)
        return y if y.shape == self.base.shape else None

    def pullback(self, v: Array) -> Array:
        """Return the gradient (n,) for a cotangent (m,)."""
        if self.weights is not None:
            v = v[0] * self.weights
        return flat(self.gradients(v), self.raw.inputs)

    def gradients(self, v: Array) -> list[Any]:
        """Return what the code under test gives for a cotangent of all outputs."""
        return self.raw.pull(self.cotangents(v))

    def cotangents(self, v: Array) -> list[Array]:
        """Return a vector of all outputs as one array per output, in its dtype."""
        return [part.astype(y.dtype, copy=False) for part, y in zip(parts(v, self.outputs), self.outputs, strict=True)]

    def apart(self, x: Array) -> list[Array]:
        """Return a vector of n as one array per input, in the dtypes in which f is run."""
        pieces = parts(x, self.raw.inputs)
        if self.doubled:
            return pieces
        return [part.astype(like.dtype, copy=False) for part, like in zip(pieces, self.raw.inputs, strict=True)]

    def weighed(self, v: Array) -> "Problem":
        """Return the problem whose only output is <v, f>."""
        return replace(self, weights=v)

    def place(self, i: int) -> tuple[int, tuple[int, ...]]:
        """Return which input the i-th of n elements belongs to, and its index there."""
        for slot, x in enumerate(self.raw.inputs):
            if i < x.size:
                return slot, tuple(map(int, np.unravel_index(i, x.shape)))
            i -= x.size
        raise IndexError(i)

    def name(self, i: int) -> str:
        """Return how the i-th of n elements is written, such as "x[0, 2]"."""
        slot, place = self.place(i)
        return self.raw.names[slot] + (f"[{', '.join(map(str, place))}]" if place else "")


def flat(arrays: Sequence[Any], like: Sequence[Array] = ()) -> Array:
    """Return arrays as one vector of doubles; None, among gradients, is zeros like its input."""
    if len(arrays) == 1 and not like:
        return np.array(arrays[0], dtype=float).reshape(-1)
    filled = [np.zeros(like[k].shape) if a is None else a for k, a in enumerate(arrays)]
    return np.concatenate([np.asarray(a, dtype=float).reshape(-1) for a in filled]) if filled else np.empty(0)


def parts(vector: Array, like: Sequence[Array]) -> list[Array]:
    """Return a vector cut into pieces of the shapes of arrays."""
    if len(like) == 1:
        return [vector.reshape(like[0].shape)]
    found, start = [], 0
    for x in like:
        stop = start + prod(x.shape)
        found.append(vector[start:stop].reshape(x.shape))
        start = stop
    return found
