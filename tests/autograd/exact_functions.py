"""The elementwise rows once more, in mpmath: each function and its derivative by each input, to any number of digits.

Functions that level off are asked no further than where a double knows the difference: mpmath would compute
exp(1e300) digit by digit. A test compares each derivative with central differences of its function.
"""

from collections.abc import Callable
from typing import Any

import mpmath as mp

DIGITS = 60

with mp.workdps(2 * DIGITS):
    LOG2, LOG10, SQRT2, SQRT2PI = mp.log(2), mp.log(10), mp.sqrt(2), mp.sqrt(2 * mp.pi)
    SELU = mp.mpf("1.0507009873554804934193349852946"), mp.mpf("1.6732632423543772848170429916717")
    CUBIC = mp.mpf("0.044715")


def near(x: Any, bound: int = 10**4) -> Any:
    return max(-bound, min(bound, x))


def exp(x: Any) -> Any:
    return mp.exp(x) if abs(x) < 10**6 else mp.inf if x > 0 else mp.mpf(0)


def sig(x: Any) -> Any:
    return 1 / (1 + exp(-x)) if x > 0 else exp(x) / (1 + exp(x))


def softplus(x: Any) -> Any:
    return max(x, 0) + mp.log1p(exp(-abs(x)))


def density(x: Any) -> Any:
    return mp.exp(-near(x) ** 2 / 2) / SQRT2PI


def normal(x: Any) -> Any:
    return mp.erfc(-near(x) / SQRT2) / 2


def power(x: Any, y: Any) -> Any:
    return exp(y * mp.log(x))


def sech2(x: Any) -> Any:
    return mp.sech(near(x)) ** 2


def elu(x: Any, alpha: Any) -> Any:
    return x if x > 0 else alpha * mp.expm1(near(x))


def elu_slope(x: Any, alpha: Any) -> Any:
    return mp.mpf(1) if x > 0 else alpha * exp(x)


def mish_slope(x: Any) -> Any:
    return mp.tanh(softplus(near(x))) + x * sech2(softplus(x)) * sig(x)


def gelu(x: Any, approximate: str) -> Any:
    return x * (normal(x) if approximate == "none" else sig(gelu_argument(near(x))))


def gelu_argument(x: Any) -> Any:
    return 4 / SQRT2PI * (x + CUBIC * x**3)


def gelu_slope(x: Any, approximate: str) -> Any:
    if approximate == "none":
        return normal(x) + x * density(x)
    s = sig(gelu_argument(near(x)))
    return s + x * s * sig(-gelu_argument(near(x))) * 4 / SQRT2PI * (1 + 3 * CUBIC * x * x)


def whole(x: Any, y: Any, rounding: Callable[[Any], Any]) -> Any:
    """Return x / y rounded to a whole number, of which it may have 600 digits."""
    with mp.workdps(700):
        return rounding(x / y)


def rest(x: Any, y: Any, rounding: Callable[[Any], Any]) -> Any:
    with mp.workdps(700):
        return x - y * rounding(x / y)


def truncated(x: Any) -> Any:
    return mp.floor(x) if x > 0 else mp.ceil(x)


def logaddexp(x: Any, y: Any, unit: Any) -> Any:
    return max(x, y) + mp.log1p(exp(-abs(x - y) * unit)) / unit


def half_or(x: Any, y: Any) -> Any:
    return mp.mpf(1) if x > y else mp.mpf(0) if x < y else mp.mpf(0.5)


def inside(x: Any, low: Any, high: Any) -> Any:
    return mp.mpf((low is None or low < x) and (high is None or x < high))


def bounded(x: Any, low: Any, high: Any) -> Any:
    x = x if low is None else max(x, low)
    return x if high is None else min(x, high)


def signed(x: Any, y: Any) -> Any:
    return abs(x) if y > 0 else -abs(x)


Exact = Callable[..., Any]

# Name of the row: the function, then its derivative by each input.
EXACT: dict[str, tuple[Exact | None, ...]] = {
    "add": (lambda x, y: x + y, lambda x, y: mp.mpf(1), lambda x, y: mp.mpf(1)),
    "sub": (lambda x, y: x - y, lambda x, y: mp.mpf(1), lambda x, y: mp.mpf(-1)),
    "mul": (lambda x, y: x * y, lambda x, y: y, lambda x, y: x),
    "div": (lambda x, y: x / y, lambda x, y: 1 / y, lambda x, y: -x / y**2),
    "neg": (lambda x: -x, lambda x: mp.mpf(-1)),
    "identity": (lambda x: x, lambda x: mp.mpf(1)),
    "reciprocal": (lambda x: 1 / x, lambda x: -1 / x**2),
    "pow": (power, lambda x, y: y * power(x, y - 1), lambda x, y: power(x, y) * mp.log(x)),
    "square": (lambda x: x * x, lambda x: 2 * x),
    "sqrt": (mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x))),
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), lambda x: 1 / (3 * mp.cbrt(x * x))),
    "hypot": (mp.hypot, lambda x, y: x / mp.hypot(x, y), lambda x, y: y / mp.hypot(x, y)),
    "floor_divide": (lambda x, y: whole(x, y, mp.floor), lambda x, y: mp.mpf(0), lambda x, y: mp.mpf(0)),
    "remainder": (lambda x, y: rest(x, y, mp.floor), lambda x, y: mp.mpf(1), lambda x, y: -whole(x, y, mp.floor)),
    "fmod": (lambda x, y: rest(x, y, truncated), lambda x, y: mp.mpf(1), lambda x, y: -whole(x, y, truncated)),
    "sumprod": (lambda v, w, x, y, b, n: v * x + w * y + b, lambda v, w, x, y, b, n: x, lambda v, w, x, y, b, n: y,
                lambda v, w, x, y, b, n: v, lambda v, w, x, y, b, n: w, lambda v, w, x, y, b, n: mp.mpf(1)),
    "exp": (exp, exp),
    "expm1": (lambda x: mp.expm1(x) if x < 10**6 else mp.inf, exp),
    "exp2": (lambda x: exp(LOG2 * x), lambda x: LOG2 * exp(LOG2 * x)),
    "log": (mp.log, lambda x: 1 / x),
    "log1p": (mp.log1p, lambda x: 1 / (1 + x)),
    "log2": (lambda x: mp.log(x) / LOG2, lambda x: 1 / (x * LOG2)),
    "log10": (lambda x: mp.log(x) / LOG10, lambda x: 1 / (x * LOG10)),
    "logaddexp": (lambda x, y: logaddexp(x, y, 1), lambda x, y: sig(x - y), lambda x, y: sig(y - x)),
    "logaddexp2": (lambda x, y: logaddexp(x, y, LOG2), lambda x, y: sig(LOG2 * (x - y)),
                   lambda x, y: sig(LOG2 * (y - x))),
    "sin": (mp.sin, mp.cos),
    "cos": (mp.cos, lambda x: -mp.sin(x)),
    "tan": (mp.tan, lambda x: mp.sec(x) ** 2),
    "arcsin": (mp.asin, lambda x: 1 / mp.sqrt(1 - x * x)),
    "arccos": (mp.acos, lambda x: -1 / mp.sqrt(1 - x * x)),
    "arctan": (mp.atan, lambda x: 1 / (1 + x * x)),
    "arctan2": (mp.atan2, lambda x, y: y / (x * x + y * y), lambda x, y: -x / (x * x + y * y)),
    "deg2rad": (mp.radians, lambda x: mp.pi / 180),
    "rad2deg": (mp.degrees, lambda x: 180 / mp.pi),
    "sinh": (lambda x: mp.sinh(near(x)), lambda x: mp.cosh(near(x))),
    "cosh": (lambda x: mp.cosh(near(x)), lambda x: mp.sinh(near(x))),
    "tanh": (lambda x: mp.tanh(near(x)), sech2),
    "sech2": (sech2, lambda x: -2 * mp.tanh(near(x)) * sech2(x)),
    "arcsinh": (lambda x: mp.sign(x) * mp.log1p(abs(x) + x * x / (1 + mp.sqrt(1 + x * x))),
                lambda x: 1 / mp.sqrt(1 + x * x)),
    "arccosh": (lambda x: mp.log1p(x - 1 + mp.sqrt(x * x - 1)), lambda x: 1 / mp.sqrt(x * x - 1)),
    "arctanh": (lambda x: mp.log1p(2 * x / (1 - x)) / 2, lambda x: 1 / (1 - x * x)),
    "erf": (lambda x: mp.erf(near(x)), lambda x: 2 * SQRT2 * density(SQRT2 * x)),
    "erfc": (lambda x: mp.erfc(near(x)), lambda x: -2 * SQRT2 * density(SQRT2 * x)),
    "ndtr": (normal, density),
    "ndtr_density": (density, lambda x: -x * density(x)),
    "xlogy": (lambda x, y: x * mp.log(y), lambda x, y: mp.log(y), lambda x, y: x / y),
    "abs": (abs, mp.sign),
    "sign": (mp.sign, lambda x: mp.mpf(0)),
    "copysign": (signed, lambda x, y: mp.sign(x) * mp.sign(y), lambda x, y: mp.mpf(0)),
    "heaviside": (lambda x, y: mp.mpf(x > 0), lambda x, y: mp.mpf(0), lambda x, y: mp.mpf(0)),
    "floor": (mp.floor, lambda x: mp.mpf(0)),
    "ceil": (mp.ceil, lambda x: mp.mpf(0)),
    "trunc": (truncated, lambda x: mp.mpf(0)),
    "rint": (mp.nint, lambda x: mp.mpf(0)),
    "round": (lambda x, decimals: mp.nint(x * 10**decimals) / mp.mpf(10) ** decimals, lambda x, decimals: mp.mpf(0)),
    "where": (lambda c, x, y: x if c else y, None, lambda c, x, y: mp.mpf(c != 0), lambda c, x, y: mp.mpf(c == 0)),
    "maximum": (max, half_or, lambda x, y: half_or(y, x)),
    "minimum": (min, lambda x, y: half_or(y, x), half_or),
    "fmax": (max, half_or, lambda x, y: half_or(y, x)),
    "fmin": (min, lambda x, y: half_or(y, x), half_or),
    "clip": (lambda x, min, max: bounded(x, min, max), lambda x, min, max: inside(x, min, max)),
    "nan_to_num": (lambda x, **_: x, lambda x, **_: mp.mpf(1)),
    "sigmoid": (sig, lambda x: sig(x) * sig(-x)),
    "log_sigmoid": (lambda x: -softplus(-x), lambda x: sig(-x)),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    "relu": (lambda x: bounded(x, 0, None), lambda x: inside(x, 0, None)),
    "relu6": (lambda x: bounded(x, 0, 6), lambda x: inside(x, 0, 6)),
    "leaky_relu": (lambda x, negative_slope: x if x > 0 else negative_slope * x,
                   lambda x, negative_slope: mp.mpf(1 if x > 0 else negative_slope)),
    "softplus": (lambda x, beta: softplus(beta * x) / beta, lambda x, beta: sig(beta * x)),
    "elu": (elu, elu_slope),
    "selu": (lambda x: SELU[0] * elu(x, SELU[1]), lambda x: SELU[0] * elu_slope(x, SELU[1])),
    "silu": (lambda x: x * sig(x), lambda x: sig(x) + x * sig(x) * sig(-x)),
    "mish": (lambda x: x * mp.tanh(softplus(near(x))), mish_slope),
    "gelu": (gelu, gelu_slope),
    "hardtanh": (lambda x, min_val, max_val: bounded(x, min_val, max_val),
                 lambda x, min_val, max_val: inside(x, min_val, max_val)),
    "hardsigmoid": (lambda x: bounded(x + 3, 0, 6) / 6, lambda x: inside(x, -3, 3) / 6),
    "hardswish": (lambda x: x * bounded(x + 3, 0, 6) / 6,
                  lambda x: mp.mpf(0) if x < -3 else mp.mpf(1) if x > 3 else (2 * x + 3) / 6),
}
