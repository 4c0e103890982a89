"""One direction: what the values of f along a line say of a slope that is claimed. Knows no f, no graph and no input.

A slope is accepted if it lies within ten times the error of the difference quotients, and these must tell three digits
at least. An objection is looked at again at several scales of the step; then from each side, where the two sides may
have different slopes (a kink), none (a jump, a vertical tangent), or no values.
"""

from dataclasses import dataclass, replace

import numpy as np

from autograd.check.differences import (
    CENTRAL,
    ONE_SIDED,
    Estimate,
    Rise,
    across_scales,
    bend,
    central,
    one_sided,
    tableau,
)
from autograd.check.findings import (
    FAIL,
    ILL_CONDITIONED,
    INCONCLUSIVE,
    KINK,
    NEARBY,
    PASS,
    SINGULAR,
)

SURE = 10.0  # errors are taken so many times


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps along a line, in ascending order, of the size of the inputs."""

    first: float
    scales: tuple[float, ...]     # of an objection
    radius: float                 # where gradients beside a point are sampled
    step: float                   # of the differences there


STEPS = {
    "double": Steps(2.0**-6, (2.0**-34, 2.0**-27, 2.0**-20, 2.0**-15, 2.0**-10, 2.0**-6), 2.0**-16, 2.0**-22),
    "single": Steps(2.0**-3, (2.0**-12, 2.0**-9, 2.0**-6, 2.0**-3), 2.0**-7, 2.0**-10),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is expected of a comparison: sizes, noise and the precision of either side."""

    size: float              # s: the root of the sum of (g_i u_i)², so that nothing is gained by cancellation
    largest: float           # G: the largest |g_i u_i| of any coordinate
    total: float             # Y: the sum of |v f|
    noise: float             # of <v, f>
    tolerance: float = 1e-7  # of the analytic side, relative to `size`
    grain: float = 1e-9      # of the analytic side, relative to `largest`
    known: float = 1e-6      # of `largest`: less than that need not be told
    lost: float = 0.0        # of the analytic side, where numbers are tiny or cancel
    hidden: float = 0.0      # of a slope, where the values of f are so small that digits are lost
    scales: str = "double"

    def conclusive(self, found: Estimate) -> bool:
        """Whether an estimate knows three digits, of its own size or of what would matter."""
        told = 1e-3 * (self.size + abs(found.value)) + self.known * self.largest + 1e-9 * self.total + self.hidden
        return SURE * found.error <= told

    def slack(self, error: float) -> float:
        """Return how far the two sides may be apart."""
        return SURE * error + self.tolerance * self.size + self.grain * self.largest + self.lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is found along one line."""

    verdict: str
    analytic: float
    numeric: float
    error: float
    left: float | None = None
    right: float | None = None
    step: float = np.nan
    reason: str = ""
    kinked: bool = False   # whether the slopes of both sides differ


def judge(phi: Rise, slope: float, limits: Limits) -> Judgement:
    """Compare a slope with the derivative of φ at 0.

    >>> limits = Limits(size=1.0, largest=1.0, total=1.0, noise=1e-16)
    >>> judge(np.sin, 1.0, limits).verdict, judge(np.sin, 1.00001, limits).verdict
    ('pass', 'fail')
    >>> root = lambda t: np.sign(t) * np.sqrt(abs(t))
    >>> judge(abs, 0.0, limits).verdict, judge(abs, 1.5, limits).verdict, judge(root, np.inf, limits).verdict
    ('kink', 'fail', 'singular')
    """
    steps = STEPS[limits.scales]
    first = steps.first
    found = tableau(central(phi), first, CENTRAL, noise=limits.noise)
    if (abs(slope - found.value) <= limits.slack(found.error) and limits.conclusive(found)
            and not bent(phi, first, found, limits)):
        return Judgement(verdict=PASS, analytic=slope, numeric=found.value, error=found.error, step=found.step)
    settled = across_scales(central(phi), steps.scales, CENTRAL, noise=limits.noise, conclusive=limits.conclusive)
    sides = [across_scales(one_sided(phi, side), steps.scales, ONE_SIDED, noise=limits.noise,
                           conclusive=limits.conclusive) for side in (-1.0, 1.0)]
    return weigh(phi, slope, limits, settled if settled.known else found, sides)


def bent(phi: Rise, first: float, found: Estimate, limits: Limits) -> bool:
    """Whether the even part of φ does not shrink with the step, as at a kink or a jump."""
    last = min(found.step, first / 4.0)
    fine, coarse = abs(bend(phi, last)), abs(bend(phi, first))
    return fine > max(0.7 * coarse, 1e-6 * (limits.size + abs(found.value)), 20.0 * limits.noise / last)


def weigh(phi: Rise, slope: float, limits: Limits, settled: Estimate, sides: list[Estimate]) -> Judgement:
    """Say what a slope is worth, given estimates from both sides together and from each."""
    left, right = sides
    conclusive = limits.conclusive(settled)
    seen = Judgement(verdict=FAIL, analytic=slope, numeric=settled.value, error=settled.error, step=settled.step,
                     left=left.value if left.known else None, right=right.value if right.known else None)
    if left.known and right.known:
        gap, doubt = abs(right.value - left.value), SURE * (left.error + right.error)
        if gap > doubt + 1e-6 * (abs(left.value) + abs(right.value)):
            return at_kink(seen, limits, max(left.error, right.error))
    if not conclusive:
        defined = [side for side, sign in zip(sides, (-1.0, 1.0), strict=True) if has_values(phi, sign, limits)]
        if len(defined) == 1 and defined[0].known and not grows(phi, limits):
            return at_edge(seen, limits, defined[0])
    word = "" if conclusive and left.known and right.known else grows(phi, limits)
    if word:
        return replace(seen, verdict=SINGULAR, reason=word)
    if conclusive:
        right_slope = abs(slope - settled.value) <= limits.slack(settled.error)
        return replace(seen, verdict=NEARBY if right_slope else FAIL)
    return unknown(seen, phi, limits)


def at_kink(seen: Judgement, limits: Limits, error: float) -> Judgement:
    """Accept any slope between those of both sides."""
    low, high = sorted((seen.left or 0.0, seen.right or 0.0))
    slack = limits.slack(error)
    inside = low - slack <= seen.analytic <= high + slack
    reason = "" if inside else f"{seen.analytic:.6g} lies outside the slopes of both sides, {low:.6g} and {high:.6g}"
    return replace(seen, verdict=KINK if inside else FAIL, error=error, reason=reason, kinked=True,
                   numeric=min(max(seen.analytic, low), high) if seen.analytic == seen.analytic else 0.5 * (low + high))


def at_edge(seen: Judgement, limits: Limits, side: Estimate) -> Judgement:
    """Compare with the only side on which f is defined."""
    agrees = abs(seen.analytic - side.value) <= limits.slack(side.error)
    return replace(seen, verdict=NEARBY if agrees else FAIL, numeric=side.value, error=side.error, step=side.step,
                   reason="f is defined on one side only")


def has_values(phi: Rise, side: float, limits: Limits) -> bool:
    """Whether φ is defined on one side, at the smallest scales that matter."""
    return any(np.isfinite(phi(side * step)) for step in STEPS[limits.scales].scales)


def grows(phi: Rise, limits: Limits) -> str:
    """Say whether φ jumps at 0 or has a vertical tangent, on either side; nothing if it does neither."""
    scales = STEPS[limits.scales].scales
    steps = (scales[-1] / 8.0, scales[-1] / 512.0, scales[-1] / 32768.0)
    for side in (1.0, -1.0):
        far, middle, near = [abs(phi(side * step)) for step in steps]
        if not near > 100.0 * limits.noise:
            continue
        half, quarter = (phi(side * steps[2] / part) / phi(side * steps[2]) for part in (2.0, 4.0))
        if not (0.45 < half < 1.05 and 0.2 < quarter < 1.05):
            continue  # noise follows no power of the step
        if near > 0.8 * middle and near > 0.1 * far:
            return "f jumps here"
        if near * 64.0 > 1.3 * middle and middle * 64.0 > 1.3 * far:
            return "the tangent of f is vertical here"
    return ""


def unknown(seen: Judgement, phi: Rise, limits: Limits) -> Judgement:
    """Say why difference quotients tell nothing."""
    first = STEPS[limits.scales].first
    if not any(np.isfinite(phi(side * first / 2**k)) for side in (-1.0, 1.0) for k in range(5)):
        return replace(seen, verdict=INCONCLUSIVE, reason="f is not finite around the point")
    if limits.noise > 1e-4 * max(abs(phi(first)), abs(phi(-first)), first * (abs(seen.analytic) + limits.size)):
        return replace(seen, verdict=ILL_CONDITIONED, reason=f"the values of f are off by {limits.noise:.1g}, which "
                       "hides the slope")
    return replace(seen, verdict=INCONCLUSIVE, reason="difference quotients do not settle at any step")
