"""Schedules that fall, or rise, once: each a formula of the step `t`."""

import math
from bisect import bisect_right
from collections.abc import Sequence

from nn.schedules.schedule import Schedule, check


def constant(lr: float) -> Schedule:
    """Return the same rate for every step.

    >>> constant(0.1)[:3]
    [0.1, 0.1, 0.1]
    """
    check("constant", 0 <= lr < math.inf, lr=lr, must="lr ≥ 0")
    return Schedule(lambda t: lr, f"constant({lr})")


def linear(start: float, end: float, steps: int) -> Schedule:
    """Go from one rate to another in a straight line of so many steps, and stay there.

    >>> linear(1.0, 0.0, 4)[:6]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """
    check("linear", min(start, end) >= 0 and steps > 0, start=start, end=end, steps=steps, must="rates ≥ 0, steps > 0")
    return Schedule(lambda t: start + (end - start) * min(t / steps, 1.0), f"linear({start}, {end}, {steps})")


def exponential(lr: float, gamma: float, every: int = 1, staircase: bool = False) -> Schedule:
    """Multiply by `gamma` in every so many steps: `lr·gamma^(t/every)`, at once and not by and by if a staircase.

    >>> exponential(1.0, 0.25, every=2)[:5]
    [1.0, 0.5, 0.25, 0.125, 0.0625]
    >>> exponential(1.0, 0.25, every=2, staircase=True)[:5]
    [1.0, 1.0, 0.25, 0.25, 0.0625]
    """
    check("exponential", lr >= 0 and gamma > 0 and every > 0, lr=lr, gamma=gamma, every=every,
          must="lr ≥ 0, gamma > 0, every > 0")
    text = f"exponential({lr}, {gamma}, every={every}, staircase={staircase})"
    if staircase:
        return Schedule(lambda t: lr * gamma ** (t // every), text)
    return Schedule(lambda t: lr * gamma ** (t / every), text)


def step(lr: float, every: int, gamma: float = 0.1) -> Schedule:
    """Multiply by `gamma` after every so many steps: an exponential staircase.

    >>> step(1.0, every=3, gamma=0.5)[:7]
    [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25]
    """
    return Schedule(exponential(lr, gamma, every, staircase=True), f"step({lr}, every={every}, gamma={gamma})")


def multistep(lr: float, milestones: Sequence[int], gamma: float = 0.1) -> Schedule:
    """Multiply by `gamma` at each milestone.

    >>> multistep(1.0, [2, 3], gamma=0.5)[:5]
    [1.0, 1.0, 0.5, 0.25, 0.25]
    """
    sorted_ones = sorted(milestones)
    check("multistep", lr >= 0 and gamma > 0 and min(sorted_ones, default=0) >= 0, lr=lr, milestones=milestones,
          gamma=gamma, must="lr ≥ 0, milestones ≥ 0, gamma > 0")
    return Schedule(lambda t: lr * gamma ** bisect_right(sorted_ones, t), f"multistep({lr}, {sorted_ones}, {gamma})")


def polynomial(lr: float, steps: int, power: float = 1.0, end: float = 0.0) -> Schedule:
    """Fall from `lr` to `end` as `(1 − t/steps)^power`.

    >>> polynomial(1.0, 4, power=2.0)[:6]
    [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """
    check("polynomial", min(lr, end) >= 0 and steps > 0 and power > 0, lr=lr, steps=steps, power=power, end=end,
          must="rates ≥ 0, steps > 0, power > 0")
    return Schedule(lambda t: end + (lr - end) * (1.0 - min(t / steps, 1.0)) ** power,
                    f"polynomial({lr}, {steps}, power={power}, end={end})")


def inverse_square_root(lr: float, steps: int = 1) -> Schedule:
    """Stay at `lr` for so many steps, then fall as `lr·√(steps/t)`.

    Raffel et al., Exploring the limits of transfer learning with a unified text-to-text transformer, 2020, arXiv
    1910.10683, with `lr = 1/√steps`.

    >>> inverse_square_root(1.0, 4)[0:17:4]
    [1.0, 1.0, 0.7071067811865476, 0.5773502691896257, 0.5]
    """
    check("inverse_square_root", lr >= 0 and steps > 0, lr=lr, steps=steps, must="lr ≥ 0, steps > 0")
    return Schedule(lambda t: lr * math.sqrt(steps / max(t, steps)), f"inverse_square_root({lr}, {steps})")


def cosine(lr: float, steps: int, end: float = 0.0) -> Schedule:
    """Fall from `lr` to `end` along half a cosine, and stay there.

    Loshchilov & Hutter, SGDR: stochastic gradient descent with warm restarts, 2017, arXiv 1608.03983.

    >>> cosine(1.0, 2)[:4]
    [1.0, 0.5, 0.0, 0.0]
    """
    check("cosine", min(lr, end) >= 0 and steps > 0, lr=lr, steps=steps, end=end, must="rates ≥ 0, steps > 0")
    return Schedule(lambda t: between(lr, end, t / steps), f"cosine({lr}, {steps}, end={end})")


def between(start: float, end: float, share: float) -> float:
    """Return the rate when a share of half a cosine from one rate to another is done."""
    return end + (start - end) * (1.0 + math.cos(math.pi * min(share, 1.0))) / 2.0
