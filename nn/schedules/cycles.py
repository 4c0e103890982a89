"""Schedules that rise and fall, once or again and again."""

import math
from collections.abc import Callable
from itertools import pairwise

from nn.schedules.decays import between
from nn.schedules.schedule import Schedule, check


def cosine_with_restarts(lr: float, steps: int, factor: float = 1.0, end: float = 0.0) -> Schedule:
    """Fall from `lr` towards `end` along half a cosine, again and again; each time takes `factor` times as long.

    Loshchilov & Hutter, SGDR: stochastic gradient descent with warm restarts, 2017, arXiv 1608.03983.

    >>> cosine_with_restarts(1.0, 2, factor=2.0)[:8]
    [1.0, 0.5, 1.0, 0.853553390593, 0.5, 0.14644660940, 1.0, 0.961939766255]
    """
    check("cosine_with_restarts", min(lr, end) >= 0 and steps > 0 and factor >= 1, lr=lr, steps=steps, factor=factor,
          end=end, must="rates ≥ 0, steps > 0, factor ≥ 1")

    def rate(t: float) -> float:
        length = steps * 1.0
        while t >= length and factor > 1:
            t, length = t - length, length * factor
        return between(lr, end, t % length / length)
    return Schedule(rate, f"cosine_with_restarts({lr}, {steps}, factor={factor}, end={end})")


def one_cycle(lr: float, steps: int, *, rise: float = 0.3, divisors: tuple[float, float] = (25.0, 1e4),
              linear: bool = False, three_phase: bool = False) -> Schedule:
    """Rise from `lr/divisors[0]` to `lr` within a share `rise` of the steps, then fall to `1/divisors[1]` of the start.

    Along cosines, or straight. In three phases it falls to the start as slowly as it rose, then to the end.
    Smith & Topin, Super-convergence: very fast training of neural networks using large learning rates, 2018, arXiv
    1708.07120.

    >>> one_cycle(1.0, 10, rise=0.4, divisors=(5.0, 2.0), linear=True)[0:12:3]
    [0.2, 1.0, 0.55, 0.1]
    """
    check("one_cycle", lr >= 0 and steps > 1 and 0 < rise < 1 and min(divisors) > 0, lr=lr, steps=steps, rise=rise,
          divisors=divisors, must="lr ≥ 0, steps > 1, 0 < rise < 1, divisors > 0")
    start, top = lr / divisors[0], rise * steps - 1
    turns = [(0.0, start), (top, lr), *([(2 * top, start)] if three_phase else []),
             (steps - 1.0, start / divisors[1])]  # (step, rate)

    def rate(t: float) -> float:
        for (before, one), (after, other) in pairwise(turns):
            if t <= after:
                share = (t - before) / (after - before)
                return one + (other - one) * share if linear else between(one, other, share)
        return turns[-1][1]
    return Schedule(rate, f"one_cycle({lr}, {steps}, rise={rise}, divisors={divisors}, linear={linear}, "
                          f"three_phase={three_phase})")


#: What the height of a cycle is multiplied by: functions of the cycle, counted from 0, of the step and of gamma.
SCALES: dict[str, Callable[[float, float, float], float]] = {
    "triangular": lambda cycle, t, gamma: 1.0,
    "triangular2": lambda cycle, t, gamma: 0.5**cycle,
    "exp_range": lambda cycle, t, gamma: gamma**t,
}


def cyclic(low: float, high: float, up: int, down: int | None = None, *, mode: str = "triangular",
           gamma: float = 1.0) -> Schedule:
    """Rise from `low` to `high` in `up` steps and fall in `down` (by default as many), again and again.

    Each cycle is as high as the last ("triangular"), half as high ("triangular2"), or `gamma^t` as high ("exp_range").
    Smith, Cyclical learning rates for training neural networks, 2015, arXiv 1506.01186.

    >>> cyclic(0.0, 1.0, up=2, mode="triangular2")[:7]
    [0.0, 0.5, 1.0, 0.5, 0.0, 0.25, 0.5]
    """
    fall = up if down is None else down
    check("cyclic", 0 <= low <= high and up > 0 and fall > 0 and gamma > 0, low=low, high=high, up=up, down=down,
          gamma=gamma, must="0 ≤ low ≤ high, up > 0, down > 0, gamma > 0")
    check("cyclic", mode in SCALES, mode=mode, must=f"one of {', '.join(SCALES)}")

    def rate(t: float) -> float:
        cycle, place = divmod(t, up + fall)
        height = place / up if place <= up else (up + fall - place) / fall
        return low + (high - low) * height * SCALES[mode](math.floor(cycle), t, gamma)
    return Schedule(rate, f"cyclic({low}, {high}, up={up}, down={fall}, mode={mode!r}, gamma={gamma})")
