"""How noisy the values of a function are, measured from its values: no precision is assumed.

A table of differences at equal steps: those of a smooth function fall with the order, those of noise of deviation σ
grow, and the k-th are σ²·(2k)!/(k!)² on average in the square. So each column gives an estimate of σ, and columns that
agree are past the function (J. Moré and S. Wild, "Estimating computational noise", SIAM J. Sci. Comput. 33 (2011)
1292-1314).
"""

from collections.abc import Callable
from math import comb

import numpy as np

POINTS = 8
ALIKE = 4.0  # how far neighbouring estimates may be apart, as a factor


def measured_noise(phi: Callable[[float], float], step: float) -> float:
    """Return the deviation of the noise in φ from its values at multiples of a small step; nan if φ is undefined there.

    >>> rough = np.random.default_rng(0).normal(scale=1e-6, size=9)
    >>> sigma = measured_noise(lambda t: np.sin(t) + rough[int(round(t / 1e-5))], 1e-5)
    >>> 3e-7 < sigma < 3e-6
    True
    """
    values = np.array([phi(step * k) for k in range(1, POINTS + 1)])  # at 0 there may be a kink
    if not np.all(np.isfinite(values)):
        return float("nan")
    levels, changes = [], []
    for order in range(1, POINTS - 1):
        values = np.diff(values)
        levels.append(float(np.sqrt(np.mean(values**2) / comb(2 * order, order))))
        changes.append(bool(values.min() < 0.0 < values.max()))
    for k in range(len(levels) - 2):
        near = levels[k : k + 3]
        if changes[k] and max(near) <= ALIKE * min(near):
            return near[0]
    return min(levels)


def steps_of(precision: float) -> float:
    """Return a step for the table, of the size of the inputs: many of their last places, and few of their size."""
    return float(2.0 ** np.round(0.75 * np.log2(precision)))
