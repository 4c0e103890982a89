"""Schedule: a learning rate as a function of the step. Knows no optimizer and no formula."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

import numpy as np

from autograd.errors import OperandError


class ScheduleError(OperandError, ValueError):
    """A schedule was given something that it cannot have."""


class Schedule:
    """A learning rate as a function of the step, counted from 0; `schedule[:n]` is the list of the first n rates.

    Schedules multiply and add up, with each other and with numbers. Whatever takes a schedule also takes a number, a
    list of rates, whose last one stays, or any function of the step.

    >>> from nn.schedules import step
    >>> halving = step(0.8, every=2, gamma=0.5)
    >>> halving(3), halving[:5], (10 * halving)[4]
    (0.4, [0.8, 0.8, 0.4, 0.4, 0.2], 2.0)
    >>> Schedule([0.1, 0.01])[:4]
    [0.1, 0.01, 0.01, 0.01]
    """

    def __init__(self, rates: "Schedule | Callable[[float], float] | Sequence[float] | float", text: str = "") -> None:
        self.text: str = text or repr(rates)
        if isinstance(rates, Schedule):
            rates = rates.rate
        self.rate: Callable[[float], float] = rates if callable(rates) else listed(rates)

    def __call__(self, step: float) -> float:
        """Return the rate of a step."""
        if not isinstance(step, (int, float, np.integer)) or not 0 <= step < math.inf:
            raise ScheduleError(f"{self.text}: the step must be a number ≥ 0, counted from 0; got {step!r:.60}")
        return self.rate(step)

    @overload
    def __getitem__(self, steps: int) -> float: ...
    @overload
    def __getitem__(self, steps: slice) -> list[float]: ...

    def __getitem__(self, steps: int | slice) -> float | list[float]:
        if not isinstance(steps, slice):
            return self(steps)
        if steps.stop is None:
            raise ScheduleError(f"{self.text} has no end: say how many rates, as in schedule[:100]")
        return [self(step) for step in range(steps.start or 0, steps.stop, steps.step or 1)]

    def __iter__(self) -> Iterator[float]:
        raise ScheduleError(f"{self.text} has no end: iterate over a part of it, as in schedule[:100]")

    def __mul__(self, other: Any) -> "Schedule":
        factor = Schedule(other)
        return Schedule(lambda t: self(t) * factor(t), f"{self.text} * {factor.text}")

    def __add__(self, other: Any) -> "Schedule":
        term = Schedule(other)
        return Schedule(lambda t: self(t) + term(t), f"({self.text} + {term.text})")

    __rmul__, __radd__ = __mul__, __add__

    def __repr__(self) -> str:
        return self.text


def listed(rates: Sequence[float] | float) -> Callable[[float], float]:
    """Return the function of a list of rates, whose last one stays; a number stands for a list of it alone."""
    try:
        found = [float(rate) for rate in rates] if not isinstance(rates, (int, float)) else [float(rates)]
    except (TypeError, ValueError):
        found = []
    if not found:
        raise ScheduleError("a schedule must be a function of the step, a number or a list of rates, got "
                            f"{rates!r:.60}")
    return lambda t: found[min(int(t), len(found) - 1)]


def check(name: str, condition: Any, **given: Any) -> None:
    """Raise a ScheduleError that shows what a schedule was given, unless it is as it must be.

    >>> check("cosine", False, lr=-1.0, must="lr ≥ 0")
    Traceback (most recent call last):
    nn.schedules.schedule.ScheduleError: cosine: lr=-1.0; there must be lr ≥ 0
    """
    must = given.pop("must")
    if not condition:
        raise ScheduleError(f"{name}: {', '.join(f'{key}={x!r}' for key, x in given.items())}; there must be {must}")
