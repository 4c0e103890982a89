"""What must hold of any function and its gradient, at no cost: before a single difference is taken.

Two runs agree to the last bit and nothing that is given is written to; a gradient has the shape and the dtype of its
input, shares memory with nothing, and is linear in the cotangent. Each violation has its own words and verdict. Knows
raw problems; the values of f elsewhere are of no interest here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from autograd.check.findings import FAIL, MUTATING, NONDETERMINISTIC
from autograd.check.probes import coarsest, lost_digits, sizes
from autograd.check.problem import Array, Problem, Raw, flat
from autograd.errors import CutGraphError, OperandError, StaleError, WriteError

LINEAR = {8: 1e-9, 4: 1e-4, 2: 5e-2}  # how far a pullback may be from linear, relatively, by the bytes of its numbers


@dataclass(frozen=True, slots=True)
class Violation:
    """What does not hold, and the verdict that it means."""

    verdict: str
    reason: str
    kind: str = ""   # of mistake, if it is one that `mistakes/` names


class ViolationFound(Exception):
    """Carries a violation out of the code under test."""

    def __init__(self, verdict: str, reason: str, kind: str = "") -> None:
        super().__init__(reason)
        self.violation = Violation(verdict, reason, kind)


def outputs_at(raw: Raw) -> tuple[tuple[Array, ...], Array]:
    """Return copies of the outputs at the point, and as one vector how far they move as the inputs move a little.

    Raises ViolationFound where two runs do not agree, or f writes to its inputs; OperandError if there are no outputs.
    """
    first, again = run_guarded(raw), run_guarded(raw)
    if not first and not again:
        raise OperandError(f"{raw.function} returned neither floats nor arrays of floats, so there is nothing to "
                           "differentiate; does it return its result?")
    if not same(first, again):
        raise ViolationFound(*differing_runs(first, again, run_guarded(raw)))
    try:
        elsewhere = flat(raw.run([moved(x) for x in raw.inputs]))
    except (ValueError, ArithmeticError):
        return first, np.zeros_like(flat(first))  # undefined there
    if not same(first, run_guarded(raw)):
        raise ViolationFound(MUTATING, "f remembers earlier calls: its value at the point changes after it is called "
                                       "elsewhere")
    swing = np.abs(elsewhere - flat(first)) if elsewhere.shape == flat(first).shape else np.zeros_like(flat(first))
    return first, np.where(np.isfinite(swing), swing, 0.0)


def moved(x: Array) -> Array:
    """Return an array whose elements are moved by a percent or less, each by another part of its size."""
    parts = np.cos(np.arange(x.size, dtype=float)).reshape(x.shape)
    return np.asarray(x + 0.01 * (np.abs(x) + 0.1) * parts, x.dtype)


def run_guarded(raw: Raw) -> tuple[Array, ...]:
    """Run f at the point, and see that it leaves its inputs alone."""
    given = [x.copy() for x in raw.inputs]
    try:
        outputs = raw.run(given)
    except (WriteError, StaleError) as error:
        raise ViolationFound(MUTATING, f"f writes to its inputs: {error}") from error
    for what, x, before in zip(raw.names, given, raw.inputs, strict=True):
        if not np.array_equal(x, before, equal_nan=True):
            raise ViolationFound(MUTATING, f"f writes to its input {what}")
    return tuple(np.array(y) for y in outputs)


def same(one: Sequence[Any], two: Sequence[Any]) -> bool:
    """Whether two lists of arrays are equal to the last bit, nan to nan."""
    return len(one) == len(two) and all(map(equal, one, two))


def equal(a: Any, b: Any) -> bool:
    """Whether two arrays are equal to the last bit; no array is None."""
    return (a is None and b is None) or np.array_equal(np.asarray(a, float), np.asarray(b, float), equal_nan=True)


def differing_runs(first: Sequence[Array], again: Sequence[Array], third: Sequence[Array]) -> tuple[str, str]:
    """Say whether f moves on from call to call, or throws dice."""
    if [y.shape for y in first] != [y.shape for y in again] or [y.shape for y in first] != [y.shape for y in third]:
        return MUTATING, "f remembers earlier calls: its outputs change their shape from one to the next"
    one, two, three = flat(first), flat(again), flat(third)
    gap = float(np.nanmax(np.abs(two - one), initial=0.0))
    steady = np.allclose(three - two, two - one, rtol=1e-6, atol=0.0, equal_nan=True)
    if steady or np.array_equal(three, one) or np.array_equal(three, two):
        return MUTATING, f"f remembers earlier calls: at the same point it differs by {gap:.3g} from one to the next"
    return NONDETERMINISTIC, (f"two runs of f at one point differ by {gap:.3g}: give it a generator of its own, seeded "
                              "in the call")


def checked_gradients(problem: Problem, v: Array, w: Array) -> tuple[list[Any], Violation | None]:
    """Return the gradients for the cotangent v, and what is wrong with them as such; w is a second cotangent.

    Raises ViolationFound where there is nothing to compare.
    """
    given = problem.cotangents(v.copy())
    before = [g.copy() for g in given]
    gradients = pulled(problem.raw, given)
    for k, (g, kept) in enumerate(zip(given, before, strict=True)):
        if not np.array_equal(g, kept):
            raise ViolationFound(MUTATING, f"the gradient writes to the cotangent of output {k}")
    found = [None if g is None else np.array(g) for g in gradients]
    again = pulled(problem.raw, problem.cotangents(v.copy()))
    if not same(found, again):
        raise ViolationFound(*differing_pullbacks(found, again))
    try:
        shapes_and_dtypes(problem.raw, gradients)
        if not problem.raw.scalar_only:
            shared_memory(problem.raw, gradients, given)
            linear(problem, flat(found, problem.raw.inputs), v, w)
    except ViolationFound as error:
        return found, error.violation
    return found, None


def pulled(raw: Raw, cotangents: list[Array]) -> list[Any]:
    """Pull cotangents back, and see that the inputs are left alone."""
    before = [x.copy() for x in raw.inputs]
    try:
        gradients = raw.pull(cotangents)
    except (WriteError, StaleError) as error:
        raise ViolationFound(MUTATING, f"f or its gradient writes to what it is given: {error}") from error
    except CutGraphError as error:
        raise ViolationFound(FAIL, f"f leaves the graph: {error}") from error
    for name, x, kept in zip(raw.names, raw.inputs, before, strict=True):
        if not np.array_equal(x, kept, equal_nan=True):
            x[...] = kept
            raise ViolationFound(MUTATING, f"the gradient writes to the input {name}")
    for name, g in zip(raw.names, gradients, strict=True):
        if g is not None and kind_of(g) not in "fiub":
            raise ViolationFound(FAIL, f"the gradient of {name} is no array of real numbers: {type(g).__name__} "
                                       f"{g!r:.60}")
    return gradients


def kind_of(g: Any) -> str:
    """Return the sort of numbers that something is made of, as numpy calls it."""
    try:
        return np.asarray(g).dtype.kind
    except ValueError:  # lists of several lengths
        return "O"


def differing_pullbacks(first: Sequence[Any], again: Sequence[Any]) -> tuple[str, str]:
    """Say how two gradients for one cotangent differ."""
    if same([None if g is None else 2 * g for g in first], again):
        return MUTATING, "the gradient adds to what it gave before: a second call gives twice the first"
    return NONDETERMINISTIC, "two calls of the gradient for one cotangent differ"


def shapes_and_dtypes(raw: Raw, gradients: list[Any]) -> None:
    """Raise unless each gradient has the shape and dtype of its input."""
    for name, x, g in zip(raw.names, raw.inputs, gradients, strict=True):
        if g is None:
            continue
        array = np.asarray(g)
        if array.shape != x.shape:
            raise ViolationFound(FAIL, f"the gradient of {name} has shape {array.shape}, its input has {x.shape}")
        if array.dtype.kind in "iub" and isinstance(g, np.ndarray):
            raise ViolationFound(FAIL, f"the gradient of {name} is an array of {array.dtype}, its input of {x.dtype}")
        if isinstance(g, np.ndarray) and x.ndim and array.dtype != x.dtype and not raw.scalar_only:
            raise ViolationFound(FAIL, f"the gradient of {name} is an array of {array.dtype}, its input of {x.dtype}")


def shared_memory(raw: Raw, gradients: list[Any], cotangents: list[Array]) -> None:
    """Raise if gradients share memory with each other or with a cotangent."""
    arrays = [(f"the gradient of {name}", g) for name, g in zip(raw.names, gradients, strict=True)
              if isinstance(g, np.ndarray) and g.size]
    others = [(f"the cotangent of output {k}", v) for k, v in enumerate(cotangents)]
    for (name, g), (what, other) in [*combinations(arrays, 2), *((a, b) for a in arrays for b in others)]:
        if np.shares_memory(g, other):
            raise ViolationFound(FAIL, f"{name} shares memory with {what}: adding to one in place changes the other; "
                                       "return a copy")


def linear(problem: Problem, found: Array, v: Array, w: Array) -> None:
    """Raise unless the pullback is linear in its cotangent and 0 for the cotangent 0."""
    raw = problem.raw
    at_zero = problem.pullback(0.0 * v)
    kind = "cotangent ignored" if np.array_equal(at_zero, found) else "cotangent misused"
    if np.any(np.isfinite(found) & (at_zero != 0.0)):
        i = int(np.argmax(np.isfinite(found) & (at_zero != 0.0)))
        raise ViolationFound(FAIL, f"the gradient is not linear in the cotangent: for the cotangent 0 that of "
                                   f"{problem.name(i)} is {at_zero[i]:.6g}, not 0", kind)
    other, both = problem.pullback(w), problem.pullback(2.0 * v - 3.0 * w)
    size = 2.0 * np.abs(found) + 3.0 * np.abs(other)
    dtype = coarsest(*raw.inputs, *problem.outputs)
    precision, moves = LINEAR[dtype.itemsize], sizes(problem)
    values = float(np.sum(np.abs(problem.base) * (2.0 * np.abs(v) + 3.0 * np.abs(w))))
    lost = 16.0 * (float(np.finfo(dtype).smallest_subnormal) + lost_digits(dtype, values, moves) / moves)
    off = np.abs(both - (2.0 * found - 3.0 * other)) > lost + precision * (
        size + np.max(size, initial=0.0, where=np.isfinite(size)))
    if np.any(off):
        i = int(np.argmax(off))
        raise ViolationFound(FAIL, f"the gradient is not linear in the cotangent: for 2v − 3w that of {problem.name(i)}"
                                   f" is {both[i]:.6g}, twice that for v less three times that for w is "
                                   f"{2.0 * found[i] - 3.0 * other[i]:.6g}", kind)
