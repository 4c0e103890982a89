"""The schedule of the article that the project began with, as printed, and what it seems to mean.

As printed: `1/√t` during the warm-up, `lr·(1 − (t − warmup)/total)^β` between, `min_lr` from `total` on. It divides by
zero at step 0, falls during its "warm-up", starts from 1 whatever `lr` is, and jumps twice, for it divides by `total`
where `total − warmup` would reach the end.
"""

import math

from autograd.errors import DomainError
from nn.schedules.decays import polynomial
from nn.schedules.joining import warmup as warmed_up
from nn.schedules.schedule import Schedule, check


def root_then_power(lr: float, warmup: int, total: int, *, beta: float = 1.0, min_lr: float = 0.0) -> Schedule:
    """Return the schedule as printed, faults and all; its step 0 raises a DomainError.

    >>> printed = root_then_power(1e-3, 100, 1000, min_lr=1e-5)
    >>> printed(1), printed(100)     # it falls while it should warm up
    (1.0, 0.1)
    >>> printed(101)                 # a jump, 100 times down
    0.000999
    >>> printed(999), printed(1000)  # a jump, 10 times down
    (0.000101, 1e-05)
    >>> printed(0)
    Traceback (most recent call last):
    autograd.errors.DomainError: root_then_power: 1/√t divides by zero at step 0: count from 1, or use rise_then_power
    """
    check_article("root_then_power", lr, warmup, total, (beta, min_lr))

    def rate(t: float) -> float:
        if t == 0:
            raise DomainError("root_then_power: 1/√t divides by zero at step 0: count from 1, or use rise_then_power")
        if t <= warmup:
            return 1.0 / math.sqrt(t)
        return lr * (1.0 - (t - warmup) / total) ** beta if t < total else min_lr
    return Schedule(rate, f"root_then_power({lr}, {warmup}, {total}, beta={beta}, min_lr={min_lr})")


def rise_then_power(lr: float, warmup: int, total: int, *, beta: float = 1.0, min_lr: float = 0.0) -> Schedule:
    """Return the continuous variant: rise to `lr` in a straight line, fall as a power, reach `min_lr` at `total`.

    >>> mended = rise_then_power(1e-3, 100, 1000, min_lr=1e-5)
    >>> mended(0), mended(100), mended(550), mended(1000)
    (0.0, 0.001, 0.000505, 1e-05)
    """
    check_article("rise_then_power", lr, warmup, total, (beta, min_lr))
    falling = polynomial(lr, total - warmup, power=beta, end=min_lr)
    return Schedule(warmed_up(falling, warmup),
                    f"rise_then_power({lr}, {warmup}, {total}, beta={beta}, min_lr={min_lr})")


def check_article(name: str, lr: float, warmup: int, total: int, rest: tuple[float, float]) -> None:
    """Raise a ScheduleError unless the arguments of both are in order."""
    beta, min_lr = rest
    check(name, min(lr, min_lr) >= 0 and 0 < warmup < total and beta > 0, lr=lr, warmup=warmup, total=total, beta=beta,
          min_lr=min_lr, must="rates ≥ 0, 0 < warmup < total, beta > 0")
