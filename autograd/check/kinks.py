"""At a kink: whether a gradient is one that the function has there. Output by output, and by coordinates first.

Along each coordinate the slopes from both sides make a box that the gradient lies in. Within the box it may still
contradict a direction: at a tie of max(x, y) the box is [0, 1] twice, but along (1, 1) f is smooth with the slope 1, so
(0, 0) and (1, 1) are wrong. What is right is the generalised gradient of F. Clarke ("Optimization and Nonsmooth
Analysis", 1983), the convex hull of the gradients right beside the point; where f is convex or concave this is the set
of subgradients or supergradients, whatever convention picks one.

So gradients beside the point are sampled (J. Burke, A. Lewis and M. Overton, "A robust gradient sampling algorithm",
SIAM J. Optim. 15 (2005) 751-779). If the gradient g lies outside their hull, a direction u separates it; the sample
is not the whole hull, so it is along u that f is asked again: g is refused if <g, u> lies neither between the slopes of
f at the point from both sides, nor between those that are found beside it. A gradient may be in the hull and yet
contradict a smooth direction, as (0, 0) does for relu(x) − relu(y): then the report says along which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from autograd.check.findings import FAIL, KINK
from autograd.check.judge import Judgement, judge
from autograd.check.probes import Line, Scene, length
from autograd.check.problem import Array

MOST_OUTPUTS = 64   # that are looked at one by one
MOST_TOGETHER = 10  # kinked coordinates of which gradients beside the point are taken together
ROUNDS = 2          # of such groups
SEARCHED = 48       # points at which a slope is searched that excuses a gradient
AROUND = 24         # points beside the point where a slope along one direction is taken
WIDER = 8.0         # so many times the radius, slopes differ as much beside a kink, and more where f is only curved
MARGIN = 2e-3       # by how much of the largest slope an outsider must be outside


@dataclass(frozen=True, slots=True)
class Row:
    """One output, or a weighted sum of all: its cotangent (m,) and its gradient (n,)."""

    weights: Array
    gradient: Array


@dataclass(frozen=True, slots=True)
class Objection:
    """A direction that a gradient contradicts; `excused` if gradients beside the point do so too."""

    u: Array
    seen: Judgement
    excused: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """Gradients at s points beside the point: the derivatives by k coordinates at some places, (s, m, k)."""

    places: list[int]
    slopes: Array


def rows_of(scene: Scene, lines: Sequence[Line]) -> list[Row]:
    """Return the outputs that are kinked along any of the lines, each with its own gradient."""
    if scene.problem.m == 1 or scene.problem.raw.scalar_only:
        return [Row(scene.v, scene.gradient)]
    h = scene.first_step
    kinked = np.zeros(scene.problem.m, bool)
    for line in lines:
        coarse, fine = (np.abs(line.rise(step) + line.rise(-step)) / step for step in (h, h / 8.0))
        kinked |= fine > np.fmax(0.5 * coarse, 40.0 * scene.noise / h)
    chosen = np.flatnonzero(kinked)
    if len(chosen) > MOST_OUTPUTS:
        chosen = np.sort(scene.rng.choice(chosen, MOST_OUTPUTS, replace=False))
    weights = [np.where(np.arange(scene.problem.m) == k, 1.0, 0.0) for k in chosen]
    if not np.all(kinked):
        weights.append(np.where(kinked, 0.0, scene.v))  # what must be right though it is smooth
    return [Row(weight, scene.problem.pullback(weight)) for weight in weights]


def compared(scene: Scene, row: Row, line: Line, u: Array) -> Judgement:
    """Compare the gradient of one output with its values along a line in direction u (n,)."""
    terms = row.gradient * u
    limits = scene.limits(length(terms))
    return judge(line.along(row.weights), float(np.sum(terms[u != 0.0])), limits)


def objections(scene: Scene, kinked: dict[int, Line], probes: Sequence[Line]) -> list[Objection]:
    """Return what contradicts the gradient, given the lines of kinked coordinates and of probes."""
    rows = rows_of(scene, [*kinked.values(), *probes])
    found = [one for row in rows for one in outside_box(scene, row, kinked)]
    if any(not one.excused for one in found):
        return found
    places = list(kinked) or list(range(min(len(scene.sizes), MOST_TOGETHER)))
    for round_ in range(ROUNDS if len(places) > MOST_TOGETHER else 1):
        group = places if len(places) <= MOST_TOGETHER else sorted(
            scene.rng.choice(places, MOST_TOGETHER, replace=False).tolist())
        sample = gradients_beside(scene, group)
        lines = [] if round_ else [Line(scene.problem, u) for u in together(scene, places)]
        for row in rows:
            candidates = [*lines, *separating(scene, row, sample)]
            for line in [*candidates, *probes]:
                seen = compared(scene, row, line, line.u)
                if seen.verdict == FAIL:
                    found.append(objection(scene, row, line.u, seen, group))
            if any(not one.excused for one in found):
                return found
    return found


def outside_box(scene: Scene, row: Row, kinked: dict[int, Line]) -> list[Objection]:
    """Return the coordinates where the gradient of one output lies outside the slopes of both sides."""
    found = []
    for i, line in kinked.items():
        phi = line.along(row.weights)
        if row.gradient[i] == 0.0 and not phi(scene.first_step) and not phi(-scene.first_step):
            continue  # another output's kink
        unit = np.zeros(len(scene.sizes))
        unit[i] = scene.sizes[i]
        seen = compared(scene, row, line, unit)
        if seen.verdict == FAIL:
            found.append(objection(scene, row, unit, seen, list(kinked)[:MOST_TOGETHER]))
    return found


def together(scene: Scene, places: Sequence[int]) -> list[Array]:
    """Return directions in which kinked coordinates move together: all, all with random signs, pairs of a few."""
    signs = [np.ones(len(places)), *(scene.rng.choice([-1.0, 1.0], len(places)) for _ in range(2))]
    if 1 < len(places) <= 4:
        unit = np.eye(len(places))
        signs += [unit[i] + sign * unit[j] for i, j in combinations(range(len(places)), 2) for sign in (1.0, -1.0)]
    found = []
    for sign in signs if len(places) > 1 else ():
        u = np.zeros(len(scene.sizes))
        u[list(places)] = sign * scene.sizes[list(places)]
        found.append(u)
    return found


def gradients_beside(scene: Scene, places: list[int]) -> Sample:
    """Sample derivatives by the coordinates at some places, at points beside the point."""
    offsets = offsets_beside(scene, 6 + 2 * len(places))
    return Sample(places, np.stack([slopes_at(scene, w, places) for w in offsets]))


def offsets_beside(scene: Scene, count: int) -> list[Array]:
    """Return directions to points beside the point: all coordinates up, all down, and each at random."""
    directions = [scene.sizes, -scene.sizes, *(scene.random_direction() for _ in range(count - 2))]
    return [scene.rng.uniform(0.3, 1.0, len(w)) * w for w in directions]


def slopes_at(scene: Scene, w: Array, places: Sequence[int]) -> Array:
    """Return the derivatives (m, k) by some coordinates, times their sizes, at the offset w."""
    there, step = scene.problem.x + scene.steps.radius * w, scene.steps.step
    base, columns = scene.problem.rise(there), []
    for i in places:
        moved = there.copy()
        moved[i] += step * scene.sizes[i]
        columns.append((scene.problem.rise(moved) - base) / step)
    return np.stack(columns, axis=1)


def separating(scene: Scene, row: Row, sample: Sample) -> list[Line]:
    """Return a line in a direction that separates the gradient of one output from those beside the point, if any."""
    corners = np.einsum("j,sjk->sk", row.weights, np.where(np.isfinite(sample.slopes), sample.slopes, 0.0))
    given = row.gradient[sample.places] * scene.sizes[sample.places]
    if not np.all(np.isfinite(given)):
        return []
    u = separation(given, corners)
    if u is None:
        return []
    direction = np.zeros(len(scene.sizes))
    direction[sample.places] = u * scene.sizes[sample.places]
    return [Line(scene.problem, direction)]


def separation(point: Array, corners: Array) -> Array | None:
    """Return a direction in which a point lies beyond all corners of a hull; None if it lies within.

    The nearest point of the hull is approached corner by corner (M. Frank and P. Wolfe, "An algorithm for quadratic
    programming", Naval Research Logistics 3 (1956) 95-110).

    >>> square = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> separation(np.array([0.5, 0.2]), square), separation(np.array([0.5, 3.0]), square).round(6) + 0.0
    (None, array([0., 1.]))
    """
    size = float(np.max(np.abs(corners), initial=0.0))
    nearest = corners[int(np.argmin(np.sum((corners - point) ** 2, axis=1)))]
    for _ in range(200):
        gap = point - nearest
        length = float(np.linalg.norm(gap))
        if length <= MARGIN * size or length == 0.0:
            return None
        heights = corners @ gap
        best = int(np.argmax(heights))
        if heights[best] - nearest @ gap <= 0.01 * length * length:
            break
        edge = corners[best] - nearest
        nearest = nearest + min(1.0, float(edge @ gap / (edge @ edge))) * edge
    return np.asarray(gap / np.max(np.abs(gap)))


def objection(scene: Scene, row: Row, u: Array, seen: Judgement, places: Sequence[int]) -> Objection:
    """Return an objection, excused if slopes along u beside the point reach what the gradient has."""
    if not np.isfinite(seen.analytic):
        return Objection(u, seen, False)
    offsets = offsets_beside(scene, AROUND)
    slopes = slopes_along(scene, row, [*offsets, 0.5 * u, -0.5 * u], u)
    low, high = float(np.nanmin(slopes)), float(np.nanmax(slopes))
    slack = MARGIN * max(abs(low), abs(high)) + 10.0 * (seen.error + scene.noise / scene.steps.step)
    if high - low <= 2.0 * slack:
        return Objection(u, seen, False)  # one and the same slope all around
    wide = slopes_along(scene, row, [WIDER * w for w in offsets], u)
    if high - low <= 0.5 * float(np.nanmax(wide) - np.nanmin(wide)):
        return Objection(u, seen, False)  # f is curved, not kinked
    if low - slack <= seen.analytic <= high + slack:
        return Objection(u, seen, True)
    sign = 1.0 if seen.analytic > high else -1.0
    start = offsets[int(np.nanargmax(sign * slopes[: len(offsets)]))]
    return Objection(u, seen, bool(sign * seen.analytic <= ascended(scene, row, start, sign * u, places) + slack))


def excused(scene: Scene, line: Line, seen: Judgement) -> bool:
    """Whether what contradicts a smooth line agrees with gradients right beside the point: f is kinked off the line."""
    places = range(min(len(scene.sizes), MOST_TOGETHER))
    return objection(scene, Row(scene.v, scene.gradient), line.u, seen, places).excused


def slopes_along(scene: Scene, row: Row, offsets: Sequence[Array], u: Array) -> Array:
    """Return the slopes of one output along u at offsets, (s,)."""
    return np.array([slope_along(scene, row, w, u) for w in offsets])


def slope_along(scene: Scene, row: Row, w: Array, u: Array) -> float:
    """Return the slope of one output along u at the offset w."""
    there, step = scene.problem.x + scene.steps.radius * w, scene.steps.step
    rises = [row.weights @ scene.problem.rise(there + h * u) for h in (step, -step)]
    return float(rises[0] - rises[1]) / (2.0 * step)


def ascended(scene: Scene, row: Row, w: Array, u: Array, places: Sequence[int]) -> float:
    """Return the greatest slope along u beside the point that a search finds.

    The kink of one coordinate is crossed at a time, then points anywhere and near the best so far are tried.
    """
    best = slope_along(scene, row, w, u)
    flips = [np.where(np.arange(len(w)) == i, -1.0, 1.0) for i in places]
    for k in range(len(flips) + SEARCHED):
        anywhere = scene.rng.normal(size=len(w)) * scene.sizes
        tried = w * flips[k] if k < len(flips) else anywhere + (k % 3) * w
        slope = slope_along(scene, row, tried, u)
        if slope > best:
            best, w = slope, tried
    return best


def in_words(scene: Scene, u: Array) -> str:
    """Write a direction: the coordinates that move, three at most."""
    moving = np.flatnonzero(u)
    largest = np.max(np.abs(u), initial=0.0)
    terms = [("-" if u[i] < 0 else "+", f"{abs(u[i]) / largest:.3g}", scene.problem.name(int(i))) for i in moving[:3]]
    text = " ".join(f"{sign} {name}" if factor == "1" else f"{sign} {factor} {name}" for sign, factor, name in terms)
    return text.removeprefix("+ ") + (f" … ({len(moving)} coordinates)" if len(moving) > 3 else "")


def explained(scene: Scene, one: Objection) -> str:
    """Write what f does along the direction of an objection, and what the gradient says."""
    scale = float(np.max(np.abs(one.u), initial=0.0)) or 1.0
    seen = one.seen
    if seen.kinked:
        left, right = ((slope or 0.0) / scale for slope in (seen.left, seen.right))
        told = f"has the slopes {left:.6g} on the left and {right:.6g} on the right"
    else:
        told = f"is smooth with slope {seen.numeric / scale:.6g}"
    return f"f {told} along u, and <g, u> = {seen.analytic / scale:.6g}"


def verdict_at_kink(scene: Scene, kinked: dict[int, Line], probes: Sequence[Line]) -> tuple[str, str]:
    """Return the verdict on a gradient at a kink, and why."""
    found = objections(scene, kinked, probes)
    wrong = [one for one in found if not one.excused]
    if wrong:
        return FAIL, f"no subgradient along u = {in_words(scene, wrong[0].u)}: {explained(scene, wrong[0])}"
    if found:
        return KINK, (f"convention is not a subgradient along u = {in_words(scene, found[0].u)}: "
                      f"{explained(scene, found[0])}; gradients right beside the point differ as much")
    names = ", ".join(scene.problem.name(i) for i in list(kinked)[:4]) + (", …" if len(kinked) > 4 else "")
    return KINK, f"one of the subgradients, at a kink of f{f' in {names}' if names else ' along a random direction'}"


