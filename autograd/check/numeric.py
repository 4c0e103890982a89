"""Checking gradients: derivatives from differences of values, compared with what a backward pass gives.

Central differences are extrapolated to step 0 (Ridders 1982), each with an estimate of its own error: a comparison is
only as strict as the differences are precise. Everything runs in float64, whatever the arguments are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograd.errors import DomainError, OperandError
from autograd.node import no_grad
from autograd.transforms import vjp
from autograd.tree import flatten, unflatten
from autograd.variables import data_of, leaf_names, variable

Array = np.ndarray[Any, Any]
ROWS = 9           # halvings of the step
FIRST_STEP = 0.05  # of the size of a coordinate


@dataclass(frozen=True, slots=True)
class Estimate:
    """A derivative and how far it may be off."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One coordinate of a gradient from both sides, and how far the numeric one may be off."""

    path: str
    analytic: float
    numeric: float
    doubt: float

    @property
    def relative_error(self) -> float:
        """The difference of both sides as a part of the greater one."""
        size = max(abs(self.analytic), abs(self.numeric))
        return abs(self.analytic - self.numeric) / size if size else 0.0

    @property
    def excess(self) -> float:
        """The difference beyond the doubt, as a part of the greater side."""
        size = max(abs(self.analytic), abs(self.numeric))
        return max(abs(self.analytic - self.numeric) - self.doubt, 0.0) / size if size else 0.0

    def agrees(self, precision: float, size: float) -> bool:
        """Whether both sides agree to a relative precision, in a gradient whose greatest element has a `size`."""
        sizes = abs(self.analytic) + abs(self.numeric)
        conclusive = 10 * self.doubt <= 1e-3 * sizes + 1e-6 * max(size, 1.0)
        return conclusive and abs(self.analytic - self.numeric) <= 10 * self.doubt + precision * (sizes + 1e-3 * size)

    def __str__(self) -> str:
        return (f"{self.path}: {self.analytic:.10g}, central differences {self.numeric:.10g} ± {self.doubt:.1g}, "
                f"relative error {self.relative_error:.1e}")


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a check of gradients found; true if they agree.

    `analytic` and `numeric` look like the tuple of inputs; `worst` is the coordinate that differs most.
    """

    ok: bool
    analytic: Any
    numeric: Any
    worst: Comparison

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return f"gradients {'agree' if self.ok else 'disagree'}; at worst {self.worst}"


def extrapolate(phi: Callable[[float], float], step: float, noise: float = 0.0) -> Estimate:
    """Return the derivative of `phi` at 0: central differences with a step halved again and again, taken to step 0.

    `noise` is how far a value of `phi` may be off.

    >>> estimate = extrapolate(np.expm1, 0.1)
    >>> round(estimate.value, 12), estimate.error < 1e-10
    (1.0, True)
    """
    best, previous = Estimate(np.nan, np.inf), np.empty(0)
    for _ in range(ROWS):
        row = np.empty(len(previous) + 1)
        row[0] = (phi(step) - phi(-step)) / (2 * step)
        for order, coarser in enumerate(previous, start=1):
            row[order] = row[order - 1] + (row[order - 1] - coarser) / (4**order - 1)
            doubt = max(abs(row[order] - row[order - 1]), abs(row[order] - coarser)) + noise / step
            if doubt <= best.error:
                best = Estimate(float(row[order]), float(doubt))
        previous = row
        step /= 2
    return best


def numeric_gradient(f: Callable[[Any], Any], x: Any) -> Any:
    """Return the gradient of a function that gives one number, from its values alone.

    >>> numeric_gradient(lambda x: (x * x).sum(), np.array([1.0, -2.0])).round(8)
    array([ 2., -4.])
    """
    leaves, structure = flatten(x)
    estimates, _ = differences(lambda *data: f(unflatten(structure, data)), [as_float64(leaf) for leaf in leaves], None)
    return unflatten(structure, [values if values.ndim else float(values) for values in estimates])


def check_gradients(f: Callable[..., Any], *inputs: Any, rng: "np.random.Generator | None" = None) -> Agreement:
    """Compare the gradient of `f` at inputs (trees of numbers and arrays) with central differences, every coordinate.

    An output that is not one number is weighed with a random cotangent.

    >>> agreement = check_gradients(lambda x, w: (x * w).tanh(), np.array([0.5, -1.0]), 2.0)
    >>> agreement.ok, agreement.worst.relative_error < 1e-9
    (True, True)
    """
    with no_grad(), np.errstate(all="ignore"):
        output, pullback = vjp(f, *inputs)
        outputs, output_structure = flatten(output)
        draw = (rng or np.random.default_rng(0)).normal
        weights = [1.0 if len(outputs) == 1 and np.ndim(y) == 0 else draw(size=np.shape(y)) for y in outputs]
        analytic = pullback(unflatten(output_structure, weights))
        leaves, structure = flatten(inputs)
        at = [as_float64(leaf) for leaf in leaves]
        numeric, doubts = differences(lambda *data: f(*unflatten(structure, data)), at, weights)
    found = [np.asarray(g) for g in flatten(analytic)[0]]
    names = leaf_names(f, inputs, range(len(inputs)))
    comparisons = [one for leaf in zip(names, found, numeric, doubts, strict=True) for one in compared(*leaf)]
    if not comparisons:
        raise OperandError(f"check_gradients: there is nothing to differentiate by in {inputs!r:.60}")
    single = any(data_of(x).dtype == np.float32 for x in (*leaves, *found) if hasattr(x, "dtype"))
    size = max(abs(c.analytic) for c in comparisons)
    wrong = [c for c in comparisons if not c.agrees(1e-4 if single else 1e-7, size)]
    worst = max(wrong or comparisons, key=lambda c: (c.excess, c.relative_error))
    return Agreement(not wrong, analytic, unflatten(structure, numeric), worst)


def compared(name: str, analytic: Array, numeric: Array, doubts: Array) -> list[Comparison]:
    """Return the comparisons of all elements of one leaf."""
    return [Comparison(name + (f"[{', '.join(map(str, place))}]" if place else ""), float(analytic[place]),
                       float(numeric[place]), float(doubts[place])) for place in np.ndindex(analytic.shape)]


def differences(f: Callable[..., Any], leaves: list[Array],
                weights: list[Any] | None) -> tuple[list[Array], list[Array]]:
    """Return the derivatives of `f`, its outputs weighed and added, by every element of arrays; and their doubts."""
    base = values_of(f, leaves)
    if base is None:
        raise OperandError(f"differences: the function is undefined at {leaves!r:.60}")
    cotangents = [np.ones(np.shape(y)) for y in base] if weights is None else weights
    noise = 2 * np.finfo(float).eps * sum(float(np.sum(np.abs(v * y))) for v, y in zip(cotangents, base, strict=True))

    def rise(k: int, place: tuple[int, ...], t: float) -> float:
        """Return how far the weighed output rises when one element moves by t."""
        moved = [x.copy() if i == k else x for i, x in enumerate(leaves)]
        moved[k][place] += t
        there = values_of(f, moved)
        if there is None:
            return np.nan
        return sum(float(np.sum(v * (y - y0))) for v, y, y0 in zip(cotangents, there, base, strict=True))

    values, doubts = [np.zeros(x.shape) for x in leaves], [np.zeros(x.shape) for x in leaves]
    with np.errstate(all="ignore"):
        for k, x in enumerate(leaves):
            largest = float(np.max(np.abs(x), initial=0.0)) or 1.0
            for place in np.ndindex(x.shape):
                step = FIRST_STEP * max(abs(float(x[place])), 0.1 * largest)
                estimate = extrapolate(partial(rise, k, place), step, noise)
                values[k][place], doubts[k][place] = estimate.value, estimate.error
    return values, doubts


def values_of(f: Callable[..., Any], leaves: list[Array]) -> list[Array] | None:
    """Return the outputs of `f` at plain data as arrays, None where it is undefined."""
    with no_grad():
        try:
            output = f(*[variable(x if x.ndim else float(x), records=False) for x in leaves])
        except DomainError:
            return None
    return [np.asarray(data_of(y), dtype=float) for y in flatten(output)[0]]


def as_float64(x: Any) -> Array:
    """Return a number or an array to take differences at."""
    data = np.array(data_of(x))
    if data.dtype.kind not in "fiu":
        raise OperandError(f"differences need numbers and arrays of floats, got {type(x).__name__} {x!r:.60}")
    return data.astype(float)
