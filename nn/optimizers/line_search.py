"""A line search to the strong Wolfe conditions. Knows a function along a line: no parameter and no optimizer.

Nocedal & Wright, Numerical optimization, 2006, algorithms 3.5 and 3.6, with the cubic steps and safeguards of
Schmidt's minFunc, 2005, which torch follows too. From `t = 0`, where the slope is negative, look for a `t` with

- sufficient decrease: `f(t) ≤ f(0) + c₁·t·f′(0)`,
- a flat slope: `|f′(t)| ≤ c₂·|f′(0)|`.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
DECREASE, FLATNESS = 1e-4, 0.9  # c₁, c₂


class Point(NamedTuple):
    """A place on the line: how far, the loss there, the gradient there and the slope along the line."""

    t: float
    loss: float
    gradient: Array
    slope: float


def strong_wolfe(evaluate: Callable[[float], Point], start: Point, t: float, *, width: float, tolerance: float,
                 limit: int) -> tuple[Point, int]:
    """Return a point that meets the conditions, or the best one found, and how many were evaluated.

    `t` is tried first. Gives up after about `limit` points, or when what is left of the line, of which a unit moves
    no coordinate more than `width`, is shorter than `tolerance`.

    >>> def parabola(t):
    ...     return Point(t, (t - 1.0) ** 2, np.array([2.0 * (t - 1.0)]), 2.0 * (t - 1.0))
    >>> found, count = strong_wolfe(parabola, parabola(0.0), 4.0, width=1.0, tolerance=1e-9, limit=25)
    >>> found.t, count
    (1.0, 2)
    """
    bracket, count = enclose(evaluate, start, t, limit)
    if len(bracket) == 1:
        return bracket[0], count
    return zoom(evaluate, start, bracket, count, (width, tolerance, limit))


def decreases(point: Point, start: Point) -> bool:
    """Whether a point meets the first condition."""
    return not point.loss > start.loss + DECREASE * point.t * start.slope


def is_flat(point: Point, start: Point) -> bool:
    """Whether a point meets the second condition."""
    return abs(point.slope) <= -FLATNESS * start.slope


def enclose(evaluate: Callable[[float], Point], start: Point, t: float, limit: int) -> tuple[list[Point], int]:
    """Go on until a point is good, `[point]`, or two have a good one between them; and how many were evaluated."""
    before, point = start, evaluate(t)
    for tries in range(limit):
        if not decreases(point, start) or (tries > 1 and point.loss >= before.loss):
            return [before, point], tries + 1
        if is_flat(point, start):
            return [point], tries + 1
        if point.slope >= 0:
            return [before, point], tries + 1
        bounds = point.t + 0.01 * (point.t - before.t), point.t * 10
        before, point = point, evaluate(cubic_minimum(before, point, bounds))
    return [start, point], limit + 1


def zoom(evaluate: Callable[[float], Point], start: Point, bracket: list[Point], count: int,
         stop: tuple[float, float, int]) -> tuple[Point, int]:
    """Shrink a bracket until its lower end is good; return that end and how many points were evaluated in all."""
    width, tolerance, limit = stop
    ends = list(bracket)
    low, stuck = lower(ends), False
    while count <= limit and not abs(ends[1].t - ends[0].t) * width < tolerance:
        left, right = sorted(end.t for end in ends)
        t, stuck = away_from_ends(cubic_minimum(ends[0], ends[1], (left, right)), left, right, stuck)
        point = evaluate(t)
        count += 1
        if not decreases(point, start) or point.loss >= ends[low].loss:
            ends[1 - low] = point
            low = lower(ends)
            continue
        if is_flat(point, start):
            return point, count
        if point.slope * (ends[1 - low].t - ends[low].t) >= 0:
            ends[1 - low] = ends[low]
        ends[low] = point
    return ends[low], count


def lower(ends: list[Point]) -> int:
    """Return which of two points has the lower loss."""
    return 0 if ends[0].loss <= ends[1].loss else 1


def away_from_ends(t: float, left: float, right: float, stuck: bool) -> tuple[float, bool]:
    """Move a trial to a tenth of the bracket from its nearest end, if it lies there for the second time."""
    margin = 0.1 * (right - left)
    if min(right - t, t - left) >= margin:
        return t, False
    if not (stuck or t >= right or t <= left):
        return t, True
    return (right - margin if abs(t - right) < abs(t - left) else left + margin), False


def cubic_minimum(a: Point, b: Point, bounds: tuple[float, float]) -> float:
    """Return where the cubic through two points and their slopes is least, within bounds; the middle if nowhere."""
    if a.t > b.t:
        a, b = b, a
    if a.t == b.t:
        return a.t
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
    square = d1 * d1 - a.slope * b.slope
    if not square >= 0:
        return (bounds[0] + bounds[1]) / 2
    d2 = math.sqrt(square)
    curvature = b.slope - a.slope + 2 * d2
    t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / curvature) if curvature else math.inf
    return min(max(t, bounds[0]), bounds[1])
