"""The options of optimizers: what each may be, by name. Knows no optimizer.

An option of a new name takes a row in `RANGES`, whichever optimizers have it.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from autograd.errors import OperandError

Options = dict[str, Any]


class OptionError(OperandError, ValueError):
    """An option of an optimizer or a schedule has a value that it cannot have."""


class Range(NamedTuple):
    """What an option may be: in words, as a test of a number, and how many there are (0: one, not in a tuple)."""

    words: str
    holds: Callable[[float], bool]
    length: int = 0


NOT_NEGATIVE = Range("a number ≥ 0", lambda x: 0 <= x < math.inf)
POSITIVE = Range("a number > 0", lambda x: 0 < x < math.inf)
SHARE = Range("a number from 0 to 1", lambda x: 0 <= x <= 1)
FRACTION = Range("a number ≥ 0 and < 1", lambda x: 0 <= x < 1)
COUNT = Range("a whole number ≥ 1", lambda x: x >= 1 and x == int(x))
SWITCH = Range("True or False", lambda x: x in (False, True))

RANGES: Mapping[str, Range] = {
    "lr": NOT_NEGATIVE, "momentum": NOT_NEGATIVE, "dampening": NOT_NEGATIVE, "weight_decay": NOT_NEGATIVE,
    "eps": NOT_NEGATIVE, "lr_decay": NOT_NEGATIVE, "initial_accumulator_value": NOT_NEGATIVE,
    "momentum_decay": NOT_NEGATIVE, "tolerance_grad": NOT_NEGATIVE, "tolerance_change": NOT_NEGATIVE,
    "rho": SHARE, "alpha": SHARE, "decay": FRACTION,
    "betas": FRACTION._replace(words="two numbers ≥ 0 and < 1", length=2),
    "etas": POSITIVE._replace(words="two numbers > 0, the first below 1 and the second above", length=2),
    "step_sizes": POSITIVE._replace(words="two numbers > 0, the smallest and the largest step", length=2),
    "max_iter": COUNT, "max_eval": COUNT, "history_size": COUNT, "every": COUNT,
    "nesterov": SWITCH, "maximize": SWITCH, "centered": SWITCH, "amsgrad": SWITCH, "decoupled_weight_decay": SWITCH,
    "warmup": SWITCH,
}


def checked(owner: str, name: str, value: Any) -> Any:
    """Return an option as plain Python numbers, or raise an OptionError that says what it may be.

    >>> checked("Adam", "betas", [0.9, 1.5])
    Traceback (most recent call last):
    nn.optimizers.options.OptionError: Adam: betas=[0.9, 1.5] must be two numbers ≥ 0 and < 1, e.g. betas=(0.9, 0.999)
    """
    allowed = RANGES.get(name)
    if allowed is None or (value is None and name == "max_eval"):
        return value
    kind = {SWITCH: bool, COUNT: int}.get(allowed, float)
    try:
        numbers = tuple(value) if allowed.length else (value,)
        if len(numbers) == (allowed.length or 1) and all(allowed.holds(float(x)) for x in numbers):
            plain = tuple(kind(x) for x in numbers)
            return plain if allowed.length else plain[0]
    except (TypeError, ValueError):
        pass
    raise OptionError(f"{owner}: {name}={value!r:.60} must be {allowed.words}{EXAMPLES.get(name, '')}")


EXAMPLES = {"betas": ", e.g. betas=(0.9, 0.999)", "lr": ", e.g. lr=0.01", "etas": ", e.g. etas=(0.5, 1.2)",
            "step_sizes": ", e.g. step_sizes=(1e-6, 50.0)"}
