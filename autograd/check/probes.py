"""Directions through the inputs, and what is found along them: random probes and single coordinates.

A direction moves each coordinate by about its own size, max(|x_i|, max|x| / 10); alone by a power of two near it, so
that no step is lost in rounding. Whether a slope is right is for `judge.py` to say.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.check.findings import PASS
from autograd.check.judge import STEPS, Judgement, Limits, Steps, judge
from autograd.check.noise import measured_noise, steps_of
from autograd.check.problem import Array, Problem

BEYOND = 1e6   # so many times its own size, or 1, a small number moves at most beside large ones
#: Of a gradient, by the bytes of its numbers: relative to its size along a line, and to its largest term.
TOLERANCES = {2: (3e-2, 1e-2), 4: (1e-4, 3e-6), 8: (1e-7, 1e-9)}


def coarsest(*arrays: Array) -> "np.dtype[Any]":
    """Return the dtype of arrays with the fewest bytes: doubles at most, in which all is compared."""
    return min([x.dtype for x in arrays] + [np.dtype(float)], key=lambda dtype: dtype.itemsize)


def lost_digits(dtype: "np.dtype[Any]", values: float, sizes: Array) -> Array:
    """Return how far g_i u_i may be off by rounding in a dtype where terms of the size of the values of f cancel.

    As in softmax where it saturates, y (g − y·g): what is left of terms of the size of y may be as small as it likes.
    Slopes exceed values by as much as an argument of exp may be, at most.
    """
    numbers = np.finfo(dtype)
    smallest = float(numbers.smallest_subnormal) * sizes
    return np.asarray(smallest + float(numbers.eps) * values * np.clip(sizes, 1.0, float(np.log(numbers.max))))


def length(terms: Array) -> float:
    """Return the root of a sum of squares, of finite terms, however huge or tiny."""
    finite = np.abs(terms[np.isfinite(terms)])
    largest = float(np.max(finite, initial=0.0))
    return largest * float(np.linalg.norm(finite / largest)) if largest else 0.0


class Line:
    """The outputs along x + t·u: each t is evaluated once."""

    def __init__(self, problem: Problem, u: Array) -> None:
        self.problem = problem
        self.direction = u
        self.known: dict[float, Array] = {}

    @property
    def u(self) -> Array:
        """Return the direction (n,)."""
        return self.direction

    def rise(self, t: float) -> Array:
        """Return f(x + t·u) − f(x), (m,)."""
        found = self.known.get(t)
        if found is None:
            found = self.known[t] = self.problem.rise(self.problem.x + t * self.direction)
        return found

    def along(self, v: Array) -> Callable[[float], float]:
        """Return φ(t) = <v, f(x + t·u) − f(x)>."""
        return lambda t: float(v @ self.rise(t))


class CoordinateLine(Line):
    """The outputs as one coordinate moves, by multiples of its size."""

    def __init__(self, problem: Problem, i: int, size: float) -> None:
        self.problem, self.i, self.size = problem, i, size
        self.known = {}

    @property
    def u(self) -> Array:
        """Return the direction (n,)."""
        found = np.zeros(len(self.problem.x))
        found[self.i] = self.size
        return found

    def rise(self, t: float) -> Array:
        found = self.known.get(t)
        if found is None:
            x = self.problem.x.copy()
            x[self.i] += t * self.size
            found = self.known[t] = self.problem.rise(x)
        return found


def sizes(problem: Problem) -> Array:
    """Return by how much each coordinate moves at most, (n,): a power of two near its size."""
    found = []
    for x in problem.raw.inputs:
        size = np.abs(x.astype(float))
        largest = float(np.max(size, initial=0.0, where=np.isfinite(size)))
        least = max(0.1 * largest if largest else 1.0, float(np.finfo(x.dtype).tiny))  # what can still be halved
        found.append(np.maximum(size, np.minimum(least, BEYOND * np.maximum(size, 1.0))).reshape(-1))
    whole = np.concatenate(found) if found else np.empty(0)
    return np.exp2(np.round(np.log2(np.where(np.isfinite(whole), whole, 1.0))))


@dataclass(eq=False, kw_only=True)
class Scene:
    """A problem with one cotangent: what all its lines share."""

    problem: Problem
    v: Array                       # (m,)
    gradient: Array                # (n,), for v
    rng: "np.random.Generator"
    sizes: Array = field(init=False)
    largest: float = field(init=False)
    values: float = field(init=False)  # the sum of |v f|
    total: float = field(init=False)   # the same with the swing of f
    noise: float = field(init=False)   # of <v, f>
    hidden: float = field(init=False)  # the part of it that stems from the smallest numbers
    coarsest: "np.dtype[Any]" = field(init=False)  # of inputs and outputs, in which the gradient is computed
    coarse: bool = field(init=False)  # whether f itself is run in single precision
    measured: bool = False

    def __post_init__(self) -> None:
        self.sizes = sizes(self.problem)
        terms = np.abs(self.gradient * self.sizes)
        self.largest = float(np.max(terms, initial=0.0, where=np.isfinite(terms)))
        base = self.problem.base
        weights = self.v if self.problem.weights is None else self.v[0] * self.problem.weights
        values = np.abs(weights * base)
        swing = 0.0 if self.problem.swing is None else float(np.abs(weights) @ self.problem.swing)
        self.values = float(np.sum(values, where=np.isfinite(values)))
        self.total = self.values + swing
        largest = float(np.max(values, initial=0.0, where=np.isfinite(values)))
        self.coarse = self.problem.precision > 1e-10
        lost = float(np.sum(np.abs(weights)) + np.sum(np.abs(self.gradient), where=np.isfinite(self.gradient)))
        self.hidden = self.problem.quantum * lost
        self.noise = 2.0 * self.problem.precision * largest + self.hidden
        self.coarsest = coarsest(*self.problem.raw.inputs, *self.problem.outputs)

    def limits(self, size: float) -> Limits:
        """Return what a comparison of a slope with terms g_i u_i of a size must hold."""
        tolerance, grain = TOLERANCES[self.coarsest.itemsize]
        lost = 4.0 * float(np.max(lost_digits(self.coarsest, self.values, self.sizes), initial=0.0))
        return Limits(size=size, largest=self.largest, total=self.total, noise=self.noise, tolerance=tolerance,
                      grain=grain, known=1e-3 if self.coarse else 1e-6, lost=lost,
                      hidden=100.0 * self.hidden / self.first_step,
                      scales="single" if self.coarse else "double")

    def measure(self, line: Line) -> bool:
        """Measure the noise of f along a line, once; whether it is greater than was taken for granted."""
        if self.measured:
            return False
        self.measured = True
        found = 4.0 * measured_noise(line.along(self.v), steps_of(self.problem.precision))
        if not found > 4.0 * self.noise:
            return False
        self.noise = found
        self.coarse = self.coarse or found > 1e-10 * self.total
        return True

    def coordinate(self, i: int) -> tuple[Line, Judgement]:
        """Return what is found as one coordinate moves."""
        line = CoordinateLine(self.problem, i, float(self.sizes[i]))
        slope = float(self.gradient[i] * self.sizes[i])
        return line, self.judged(line, slope, abs(slope))

    def judged(self, line: Line, slope: float, size: float) -> Judgement:
        """Compare a slope with values along a line; the noise is measured before anything but a pass counts."""
        phi = line.along(self.v)
        size = size if np.isfinite(size) else 0.0
        found = judge(phi, slope, self.limits(size))
        if found.verdict != PASS and self.measure(line):
            found = judge(phi, slope, self.limits(size))
        return found

    def direction(self, u: Array) -> tuple[Line, Judgement]:
        """Return what is found along a direction (n,)."""
        terms = self.gradient * u
        line = Line(self.problem, u)
        return line, self.judged(line, float(np.sum(terms)), length(terms))

    def random_direction(self) -> Array:
        """Return a random direction: each coordinate moves by about its size, up or down.

        No two by the same part of it, so that elements of a gradient that are exchanged do not cancel.
        """
        n = len(self.sizes)
        signs = self.rng.integers(0, 2, n) * 2.0 - 1.0
        parts = np.exp2(self.rng.integers(-2, 2, n)) if self.coarse else self.rng.uniform(0.5, 1.5, n)
        return signs * parts * self.sizes

    @property
    def steps(self) -> Steps:
        """Return the steps that the precision of f allows."""
        return STEPS["single" if self.coarse else "double"]

    @property
    def first_step(self) -> float:
        """Return the largest step along a line."""
        return self.steps.first
