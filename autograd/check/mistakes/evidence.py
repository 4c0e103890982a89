"""The evidence of a wrong gradient: what the gradient says, what differences say, and when a guess explains it.

Knows arrays only; no op, no graph, and none of the mistakes that may be guessed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

LEAST_DIGITS = 3.0              # with which a guess explains anything
SEVERAL = 4                     # elements must be known, or all of them
PRECISION = {4: 1e-4, 8: 1e-7}  # to which a gradient is right, relatively, by the bytes of its numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A wrong gradient and what differences say: one array per input.

    `numeric` and `errors` have the shapes of the inputs; elements that are not known are nan. `analytic` has them
    too, but where its shape itself is the mistake.
    """

    names: tuple[str, ...]                      # of the inputs
    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]
    cotangents: tuple[Array, ...]               # one per output
    analytic: tuple[Array, ...]
    numeric: tuple[Array, ...]
    errors: tuple[Array, ...]                   # how far the numeric derivative may be off
    jacobians: tuple[Array, ...] | None = None  # numeric; per input (elements of all outputs, elements of the input)
    gradients_at: Callable[[Sequence[Array]], Sequence[Array]] | None = None  # numeric, at other inputs


@dataclass(frozen=True, slots=True)
class Guess:
    """What a mistake would give. It explains the gradient if `prediction` is `observed`."""

    prediction: Array
    words: str                     # goes on "the gradient of `x` …"; {is}, {has}, {lacks} stand for the verb
    cost: int = 0                  # 0: nothing was chosen to fit; 1: a round number or a place; 3: any number
    observed: Array | None = None  # by default the gradient


@dataclass(frozen=True, slots=True)
class Case:
    """The evidence for one input."""

    evidence: Evidence
    slot: int
    name: str = field(init=False)
    x: Array = field(init=False)
    analytic: Array = field(init=False)
    numeric: Array = field(init=False)
    error: Array = field(init=False)

    def __post_init__(self) -> None:
        of, k = self.evidence, self.slot
        derived = {"name": of.names[k], "x": of.inputs[k], "analytic": of.analytic[k], "numeric": of.numeric[k],
                   "error": np.where(np.isfinite(of.errors[k]), of.errors[k], 0.0)}
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    @property
    def same_shape(self) -> bool:
        """Return whether the gradient has the shape of its input."""
        return bool(self.analytic.shape == self.numeric.shape)

    @property
    def known(self) -> Array:
        """Return where both sides have a number."""
        return np.isfinite(self.numeric) & np.isfinite(self.analytic)

    @property
    def difference(self) -> Array:
        """Return analytic − numeric, 0 where one of them has no number."""
        return np.where(self.known, self.analytic - np.where(self.known, self.numeric, 0.0), 0.0)

    @property
    def tolerance(self) -> Array:
        """Return how far both sides may lie apart, and be right."""
        precision = PRECISION.get(self.analytic.dtype.itemsize, 1e-7)
        size = np.abs(np.where(np.isfinite(self.numeric), self.numeric, 0.0))
        return np.asarray(10 * self.error + precision * (size + 1e-5 * np.max(size, initial=0.0)))

    @property
    def off(self) -> Array:
        """Return where the gradient is wrong."""
        finite = np.isfinite(self.numeric)
        with np.errstate(invalid="ignore"):
            right = np.abs(self.analytic - np.where(finite, self.numeric, 0.0)) <= self.tolerance
        return np.asarray(finite & ~right)

    @property
    def wrong(self) -> bool:
        """Return whether the gradient of this input is wrong."""
        return not self.same_shape or bool(np.any(self.off))

    def from_cotangents(self, cotangents: Sequence[Array]) -> Array | None:
        """Return the right gradient for other cotangents; None if the numeric Jacobian is not known."""
        if self.evidence.jacobians is None:
            return None
        flat = np.concatenate([np.ravel(v) for v in cotangents])
        return np.asarray(flat @ self.evidence.jacobians[self.slot]).reshape(self.numeric.shape)


def completed(numeric: Array, errors: Array, gradient: Array,
              directions: Sequence[tuple[Array, float, float]]) -> tuple[Array, Array]:
    """Return derivatives and errors (n,), taken from the gradient where they are not known and nothing is wrong.

    A direction is a vector (n,), by how much its slope is off, and the error of that. If the elements that are known
    account for all of it along each direction, then the others are right.
    """
    known = np.isfinite(numeric)
    gap, doubt = np.where(known, gradient - numeric, 0.0), np.where(known, errors, 0.0)
    for u, off, error in directions:
        slack = 10 * (error + float(doubt @ np.abs(u))) + 1e-7 * float(np.sqrt(np.sum((gradient * u) ** 2)))
        if not abs(off - float(gap @ u)) <= slack:
            return numeric, errors
    return (np.where(known, numeric, gradient), doubt) if directions else (numeric, errors)


def cases(evidence: Evidence) -> list[Case]:
    """Return the evidence for each input whose gradient is wrong."""
    every = (Case(evidence, slot) for slot in range(len(evidence.names)))
    return [case for case in every if case.wrong]


def arrays_of(case: Case) -> list[tuple[str, Array]]:
    """Return the inputs, that of the case first, and the outputs, with what to call them."""
    of = case.evidence
    inputs = [(f"`{name}`", x) for name, x in zip(of.names, of.inputs)]
    return [inputs[case.slot], *inputs, *((output_name(case, o), y) for o, y in enumerate(of.outputs))]


def output_name(case: Case, output: int) -> str:
    """Return how to call an output."""
    return "the output" if len(case.evidence.outputs) == 1 else f"output {output}"


def digits(case: Case, guess: Guess) -> float | None:
    """Return to how many digits a guess explains the gradient of an input; None if it does not."""
    observed = case.analytic if guess.observed is None else guess.observed
    if observed.shape != guess.prediction.shape:
        return None
    compared = np.isfinite(guess.prediction)
    if guess.observed is None and case.same_shape and (np.any(case.off & ~compared) or not enough(case, compared)):
        return None
    gap = np.abs(np.where(compared, observed - np.where(compared, guess.prediction, 0.0), 0.0))
    largest, farthest = largest_of(guess.prediction), float(np.max(gap, initial=0.0))
    if not np.any(compared) or not farthest <= allowance(case, largest):
        return None
    size = max(largest, largest_of(observed), largest_of(case.numeric))
    found = float(np.clip(-np.log10(farthest / size), 0.0, 16.0)) if farthest else 16.0
    return found if found >= LEAST_DIGITS else None


def enough(case: Case, compared: Array) -> bool:
    """Return whether the elements that are compared are enough to tell: all of them, or several."""
    return int(np.sum(compared)) >= min(SEVERAL, case.numeric.size)


def allowance(case: Case, size: float) -> float:
    """Return how far a prediction of a size may be off: its numbers come from differences, scaled with them."""
    scale = max(size / (largest_of(case.numeric) or 1.0), 1.0)
    error = float(np.max(case.error, initial=0.0))
    if not case.same_shape:
        return 10 * error * scale + 1e-6 * size
    gap, rounding = largest_of(case.difference), 100 * float(np.finfo(case.analytic.dtype).eps) * size
    return min(10 * error * scale + rounding, 0.1 * gap) + 1e-5 * gap


def largest_of(values: Array) -> float:
    """Return the greatest magnitude among finite elements."""
    return float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values)))
