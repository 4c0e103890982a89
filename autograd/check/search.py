"""From a direction that disagrees to the worst coordinate, by bisection: the cost grows with the logarithm of n.

Knows that the derivative along a direction is the sum of those along its parts: of a discrepancy one half holds the
greater share, and that is followed.
"""

import numpy as np

from autograd.check.differences import CENTRAL, central, tableau
from autograd.check.probes import Line, Scene
from autograd.check.problem import Array

EASY = 1e-3  # of the size of a slope: a greater discrepancy shows without extrapolation


def discrepancy(scene: Scene, u: Array, expected: float) -> float:
    """Return by how much gradient and values disagree along a direction, from two values of f, or four."""
    terms = scene.gradient * u
    quotient = central(Line(scene.problem, u).along(scene.v))
    h = scene.first_step / 4.0
    if abs(expected) > EASY * float(np.linalg.norm(terms)):
        return float(np.sum(terms)) - quotient(h)
    return float(np.sum(terms)) - tableau(quotient, h, CENTRAL, rows=2).value


def worst_coordinate(scene: Scene, u: Array, total: float) -> int:
    """Return the coordinate that has the greatest share in a discrepancy along u, following the greater half."""
    start, stop = 0, len(u)
    while stop - start > 1:
        middle = (start + stop) // 2
        half = np.zeros_like(u)
        half[start:middle] = u[start:middle]
        share = discrepancy(scene, half, total)
        if abs(share) >= abs(total - share) or not np.isfinite(total):
            stop, total = middle, share
        else:
            start, total = middle, total - share
    return start
