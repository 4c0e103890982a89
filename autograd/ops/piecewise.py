"""Rows in pieces: signs, rounding, the choice between two numbers, bounds. Knows numbers only."""

import builtins
import math
from typing import Any

import numpy as np

from autograd.errors import OperandError
from autograd.op import dialect, elementwise, shape_helper

Bound = Any  # a number, an array, or None for no bound

abs = elementwise(
    "abs", math.fabs, np.abs, lambda y, x: sign(x), tex=r"\lvert {0} \rvert",
    kink=lambda x: x, doc="Absolute value.", numpy=(np.abs, np.fabs),
    convention="The derivative at 0 is 0, the minimum-norm subgradient.")

sign = elementwise(
    "sign", lambda x: float((x > 0) - (x < 0)) if x == x else x, np.sign, 0,
    tex=r"\operatorname{{sign}} {0}", kink=lambda x: x, flat=True, doc="Sign: -1, 0 or 1.", numpy=(np.sign,),
    convention="The derivative is 0, at the jump too.")

copysign = elementwise(
    "copysign", math.copysign, np.copysign, lambda z, x, y: sign(x) * copysign(1.0, y), 0,
    tex=r"\lvert {0} \rvert \operatorname{{sign}} {1}", kink=lambda x, y: np.minimum(np.abs(x), np.abs(y)),
    doc="The size of the first number with the sign of the second.", numpy=(np.copysign,),
    convention="The derivative by the first number is 0 where it is 0, as that of abs; the derivative by the second is "
               "0, at the jump too.")

heaviside = elementwise(
    "heaviside", lambda x, y: y if x == 0 else float(x > 0) if x == x else x, np.heaviside,
    0, lambda z, x, y: x == 0,
    tex=r"H({0}, {1})", kink=lambda x, y: x, doc="Step: 0 below 0, 1 above, the second number at 0.",
    numpy=(np.heaviside,), convention="The derivative by the first number is 0, at the jump too.")

FLAT = "The derivative is 0, at the jumps too: no gradient passes."

floor = elementwise(
    "floor", lambda x: math.copysign(math.floor(x), x), np.floor, 0, tex=r"\lfloor {0} \rfloor",
    kink=lambda x: x - np.rint(x), flat=True, doc="Greatest whole number not above.", numpy=(np.floor,),
    convention=FLAT)

ceil = elementwise(
    "ceil", lambda x: math.copysign(math.ceil(x), x), np.ceil, 0, tex=r"\lceil {0} \rceil",
    kink=lambda x: x - np.rint(x), flat=True, doc="Least whole number not below.", numpy=(np.ceil,), convention=FLAT)

trunc = elementwise(
    "trunc", lambda x: math.copysign(math.trunc(x), x), np.trunc, 0, tex=r"\operatorname{{trunc}} {0}",
    kink=lambda x: x - np.rint(x), flat=True, doc="Whole number next to x towards 0.", numpy=(np.trunc, np.fix),
    convention=FLAT)

rint = elementwise(
    "rint", lambda x: math.copysign(builtins.round(x), x), np.rint, 0, tex=r"\operatorname{{rint}} {0}",
    kink=lambda x: x - np.floor(x) - 0.5, flat=True, doc="Nearest whole number, halves to the even one.",
    numpy=(np.rint,), convention=FLAT)

round = elementwise(
    "round", lambda x, decimals=0: float(np.round(x, decimals)), lambda x, decimals=0: np.round(x, decimals), 0,
    tex=r"\operatorname{{round}} {0}", choices=({}, {"decimals": 1}),
    kink=lambda x, decimals: np.mod(x * 10**decimals, 1) - 0.5, flat=True,
    doc="Nearest number with so many decimals, halves to the even one.", numpy=(np.round, np.around), convention=FLAT)


# Choices

where = elementwise(
    "where", lambda c, x, y: x if c else y, np.where, None, lambda z, c, x, y: c != 0, lambda z, c, x, y: c == 0,
    tex=r"\begin{{cases}} {1} & {0} \\ {2} & \text{{else}} \end{{cases}}",
    doc="The second operand where the first is true, else the third.", numpy=(np.where,),
    convention="The branch not chosen gets a zero cotangent; a branch that is infinite or undefined there still turns "
               "it into nan (0 * inf): use `select`, which evaluates each branch only on its own elements.")


@dialect
def chosen(ahead, tie, behind, z):
    """Return 1 for the operand ahead, a half at a tie, 0 behind; where none of these holds there is a NaN, as in z."""
    return where(ahead, 1.0, where(behind, 0.0, where(tie, 0.5, z)))


maximum = elementwise(
    "maximum", lambda x, y: x if x >= y or x != x else y, np.maximum,
    lambda z, x, y: chosen(x > y, x == y, x < y, z), lambda z, x, y: chosen(x < y, x == y, x > y, z),
    tex=r"\max({0}, {1})", kink=lambda x, y: x - y, doc="The greater of two numbers.", numpy=(np.maximum,),
    convention="A tie is split evenly, half to each, so that the derivatives sum to 1. A NaN gives NaN to both.")

minimum = elementwise(
    "minimum", lambda x, y: x if x <= y or x != x else y, np.minimum,
    lambda z, x, y: chosen(x < y, x == y, x > y, z), lambda z, x, y: chosen(x > y, x == y, x < y, z),
    tex=r"\min({0}, {1})", kink=lambda x, y: x - y, doc="The lesser of two numbers.", numpy=(np.minimum,),
    convention="A tie is split evenly, half to each, so that the derivatives sum to 1. A NaN gives NaN to both.")

fmax = elementwise(
    "fmax", lambda x, y: x if x >= y or y != y else y, np.fmax,
    lambda z, x, y: where((x > y) | (y != y), 1.0, where((x < y) | (x != x), 0.0, 0.5)),
    lambda z, x, y: where((x < y) | (x != x), 1.0, where((x > y) | (y != y), 0.0, 0.5)),
    tex=r"\operatorname{{fmax}}({0}, {1})", kink=lambda x, y: x - y,
    doc="The greater of two numbers, or the one that is not NaN.", numpy=(np.fmax,),
    convention="A tie is split evenly, half to each. A NaN beside a number gets no gradient.")

fmin = elementwise(
    "fmin", lambda x, y: x if x <= y or y != y else y, np.fmin,
    lambda z, x, y: where((x < y) | (y != y), 1.0, where((x > y) | (x != x), 0.0, 0.5)),
    lambda z, x, y: where((x > y) | (x != x), 1.0, where((x < y) | (y != y), 0.0, 0.5)),
    tex=r"\operatorname{{fmin}}({0}, {1})", kink=lambda x, y: x - y,
    doc="The lesser of two numbers, or the one that is not NaN.", numpy=(np.fmin,),
    convention="A tie is split evenly, half to each. A NaN beside a number gets no gradient.")


# Bounds

@shape_helper
def limit(bound: Bound, default: float) -> Bound:
    """Return a bound of clip as an option may give it, or what stands for none."""
    if hasattr(type(bound), "record_op"):
        raise OperandError(f"clip takes plain numbers or arrays as bounds, got {bound!r:.80}; for a bound that takes a "
                           "gradient use maximum(x, low) and minimum(x, high)")
    return default if bound is None else bound


def _clip(x: Any, min: Bound = None, max: Bound = None) -> Any:
    limit(min, 0.0)
    limit(max, 0.0)
    return np.clip(x, min, max)


def _clip_scalar(x: float, min: Bound = None, max: Bound = None) -> float:
    low, high = limit(min, -math.inf), limit(max, math.inf)
    if np.ndim(low) or np.ndim(high):
        raise OperandError(f"clip of one number takes numbers as bounds, got min={min!r:.60} and max={max!r:.60}; "
                           "clip a Tensor to bounds that are arrays")
    y = x if x >= low or x != x else float(low)
    return y if y <= high or y != y else float(high)


clip = elementwise(
    "clip", _clip_scalar, _clip,
    lambda y, x, min, max: (x >= limit(min, -1e999)) & (x <= limit(max, 1e999)),  # 1e999 is inf
    tex=r"\operatorname{{clip}}({0})", choices=({"min": -1.0, "max": 1.0}, {"min": 0.5}, {"max": 0.5}, {}),
    kink=lambda x, min, max: np.minimum(np.abs(x - limit(min, -np.inf)), np.abs(x - limit(max, np.inf))),
    doc="The number nearest to x between the bounds min and max; None is no bound.", numpy=(np.clip,),
    convention="The derivative is 1 between the bounds and at them, else 0, and 0 at NaN; the minimum-norm "
               "subgradient at a bound would be 0, but 1 is what PyTorch has.")


def refuse_copy(nan: Any) -> None:
    """Refuse what stands at the place of numpy's option `copy`, which is not ours."""
    if isinstance(nan, bool):
        raise OperandError(f"nan_to_num takes a number as nan, got {nan!r}; it has no option copy: write nan=0.0")


def _finite(x: float, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> float:
    refuse_copy(nan)
    return float(np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf))


def _finite_array(x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Any:
    refuse_copy(nan)
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


nan_to_num = elementwise(
    "nan_to_num", _finite, _finite_array, lambda y, x, nan, posinf, neginf: x == y,
    tex=r"\operatorname{{finite}}({0})", choices=({}, {"nan": 1.0, "posinf": 9.0, "neginf": -9.0}),
    doc="The number itself, or a finite one in place of NaN and of infinities.", numpy=(np.nan_to_num,),
    convention="The derivative is 1 where the number stays and 0 where it is replaced.")
