"""Schedules made of others: a warm-up and then any, one after the other, and two that have a warm-up of their own."""

import math
from bisect import bisect_right
from itertools import accumulate
from typing import Any

from nn.schedules.schedule import Schedule, ScheduleError, check


def sequence(*parts: Any) -> Schedule:
    """Put schedules one after the other: pairs `(steps, schedule)`, then a schedule; each starts from its step 0.

    >>> from nn.schedules import constant, linear
    >>> sequence((2, 1.0), (2, linear(0.5, 0.1, 2)), constant(0.01))[:6]
    [1.0, 1.0, 0.5, 0.3, 0.01, 0.01]
    """
    if not parts or not all(isinstance(part, tuple) and len(part) == 2 for part in parts[:-1]):
        raise ScheduleError(f"sequence: takes pairs (steps, schedule) and at last a schedule, got {parts!r:.120}")
    lengths, schedules = [length for length, _ in parts[:-1]], [Schedule(part) for _, part in parts[:-1]]
    schedules.append(Schedule(parts[-1]))
    check("sequence", all(length > 0 for length in lengths), steps=lengths, must="steps > 0")
    starts = [0, *accumulate(lengths)]

    def rate(t: float) -> float:
        place = bisect_right(starts, t) - 1
        return schedules[place](t - starts[place])
    texts = [f"({length}, {part})" for length, part in zip(lengths, schedules)]
    return Schedule(rate, f"sequence({', '.join([*texts, repr(schedules[-1])])})")


def warmup(then: Any, steps: int, start: float = 0.0) -> Schedule:
    """Rise in a straight line from `start` to where a schedule starts, then follow it.

    Goyal et al., Accurate, large minibatch SGD: training ImageNet in 1 hour, 2017, arXiv 1706.02677.

    >>> from nn.schedules import step
    >>> warmup(step(0.4, every=2, gamma=0.5), 4)[:9]
    [0.0, 0.1, 0.2, 0.3, 0.4, 0.4, 0.2, 0.2, 0.1]
    """
    following = Schedule(then)
    check("warmup", steps > 0 and start >= 0, steps=steps, start=start, must="steps > 0, start ≥ 0")
    top = following(0)
    rising = Schedule(lambda t: start + (top - start) * t / steps)
    return Schedule(sequence((steps, rising), following), f"warmup({following}, {steps}, start={start})")


def noam(width: int, warmup: int, factor: float = 1.0) -> Schedule:
    """Rise for `warmup` steps, then fall by the root: `factor·width^−½·min(t^−½, t·warmup^−3/2)`, 0 at step 0.

    Vaswani et al., Attention is all you need, 2017, arXiv 1706.03762, section 5.3. (It counts steps from 1.)

    >>> noam(4, warmup=4)[0:13:4]
    [0.0, 0.25, 0.1767766952966369, 0.14433756729740643]
    """
    check("noam", width > 0 and warmup > 0 and factor >= 0, width=width, warmup=warmup, factor=factor,
          must="width > 0, warmup > 0, factor ≥ 0")
    top = factor / math.sqrt(width * warmup)
    return Schedule(lambda t: top * min(t / warmup, math.sqrt(warmup / max(t, warmup))),
                    f"noam({width}, warmup={warmup}, factor={factor})")
