"""Derivatives of a function of one number at 0, from its values: two-sided, one-sided, at several scales of the step.

A difference quotient q(h) has an expansion in powers of h: a central one, (φ(h) − φ(−h)) / 2h, in h², a one-sided one,
φ(h) / h, in h. So two steps combine to a quotient without the first term, three without the first two: Richardson's
extrapolation, arranged as in C. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Advances in Engineering
Software 4 (1982) 75-76. The entries nearest to each other are the best, and their distance says how far they are off::

    row[0] = q(h)
    row[j] = row[j-1] + (row[j-1] - previous[j-1]) / (base**j - 1)         # base 4: h², base 2: h

Knows nothing of gradients: what is compared with what stands in `judge.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Rise = Callable[[float], float]  # φ with φ(0) = 0; nan where it is undefined
CENTRAL, ONE_SIDED = 4.0, 2.0    # bases
ROWS = 9                         # halvings of the step
GOAL = 1e-9                      # of the derivative: nothing is gained by more


@dataclass(frozen=True, slots=True)
class Estimate:
    """A derivative and how far it may be off, with the smallest step that it rests on."""

    value: float
    error: float
    step: float = np.nan

    @property
    def known(self) -> bool:
        """Whether there is a value at all."""
        return self.error < np.inf


def tableau(quotient: Rise, step: float, base: float, *, noise: float = 0.0, rows: int = ROWS,
            goal: float = GOAL) -> Estimate:
    """Return the limit of a difference quotient at step 0, whose numerator may be off by `noise`.

    Once it is known to a `goal`, relatively, no further steps are taken.
    """
    best, previous = Estimate(np.nan, np.inf, step), [np.nan]
    for count in range(rows):
        row = [quotient(step)]
        factor, rounding = 1.0, 2.0 * noise / step
        for coarser in previous if count else ():
            factor *= base
            finer = row[-1]
            row.append(finer + (finer - coarser) / (factor - 1.0))
            error = max(abs(row[-1] - finer), abs(row[-1] - coarser)) + rounding
            if error <= best.error:
                best = Estimate(float(row[-1]), float(error), step)
        if count > 1 and best.error <= goal * abs(best.value):
            break
        previous = row
        step /= 2.0
    return best


def central(phi: Rise) -> Rise:
    """Return the central difference quotient of φ at 0 as a function of the step."""
    return lambda h: (phi(h) - phi(-h)) / (2.0 * h)


def one_sided(phi: Rise, side: float) -> Rise:
    """Return the difference quotient of φ at 0 on one side, +1 or -1, as a function of the step."""
    return lambda h: phi(side * h) / (side * h)


def extrapolate(phi: Rise, step: float, noise: float = 0.0) -> Estimate:
    """Return the derivative of `phi` at 0: central differences with a step halved again and again, taken to step 0.

    `phi(0)` is 0, and `noise` is how far a value may be off.

    >>> estimate = extrapolate(np.expm1, 0.1)
    >>> round(estimate.value, 12), estimate.error < 1e-10
    (1.0, True)
    """
    return tableau(central(phi), step, CENTRAL, noise=noise, goal=0.0)


def across_scales(quotient: Rise, scales: Sequence[float], base: float, *, noise: float,
                  conclusive: Callable[[Estimate], bool]) -> Estimate:
    """Return an estimate from the smallest steps that tell anything, or from larger, more precise ones that agree.

    Where scales (in ascending order) disagree, φ has structure between them, and the limit is what counts.
    """
    best = Estimate(np.nan, np.inf)
    for step in scales:
        found = tableau(quotient, step, base, noise=noise, rows=3)
        if best.known and not abs(found.value - best.value) <= 10.0 * (found.error + best.error):
            break
        if conclusive(found) and found.error <= best.error:
            best = found
    return best


def bend(phi: Rise, h: float) -> float:
    """Return the jump of the slope that the even part of φ shows at a step; it shrinks with h where φ is smooth."""
    return (phi(h) + phi(-h)) / h
