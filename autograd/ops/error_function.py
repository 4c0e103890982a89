"""The error function family, which numpy lacks: erf, erfc, the normal distribution and the exact GELU.

Two polynomials carry the whole family; both are ours, not copied from a library:

* `_INNER`, |x| < 1: erf(x) = x + x * P(x^2).  P is small (|P| < 0.16), so its rounding errors hardly count.
* `_OUTER`, x >= 1: x exp(x^2) erfc(x) = 1/2 + R(t) with t = (x - 5) / (x + 3) in [-1, 1).  |R| < 0.08, which damps
  its errors likewise.  The map of the half line onto [-1, 1) is that of M. M. Shepherd and J. G. Laframboise,
  "Chebyshev approximation of (1 + 2x) exp(x^2) erfc(x) in 0 <= x < inf", Math. Comp. 36 (1981).

Each is the Chebyshev interpolant of the exact function (mpmath, 50 digits) at 41 nodes, cut after degree 11 or 20, put
into powers and rounded; its error is below 0.25 * 2**-53 relative to the result.  `tests/autograd/test_kernels.py`
derives the coefficients anew.

The Gaussian factor follows fdlibm's s_erf.c (Sun Microsystems, 1993): rounding x^2 would cost the far tail 10 digits,
so x is split into a short head, whose square is exact, and a rest: exp(-x^2) = exp(-head^2) exp(-(x - head)(x + head)).

Accuracy is stated as k in |error| <= k * (ulp(f) + |f'| ulp(x)), measured over all exponents.
"""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

FloatArray = np.ndarray[Any, np.dtype[np.floating[Any]]]

# Powers of x^2, highest first.
_INNER = (
    -7.798543850549947e-10, 1.3721520406351094e-08, -1.6208829856810202e-07, 1.6447471190594618e-06,
    -1.4924740785377576e-05, 0.00012055295112667001, -0.0008548325982543225, 0.005223977607269946,
    -0.026866170643256995, 0.1128379167094513, -0.37612638903183543, 0.12837916709551256,
)  # fmt: skip
# Powers of t = (x - 5) / (x + 3), highest first.
_OUTER = (
    -7.639457689199634e-11, -6.443449874816936e-12, 1.0051446349358943e-09, 5.114103562152576e-11,
    -9.105585849283845e-09, 1.8468776099261953e-09, 7.964699677949202e-08, -7.117772238273999e-08,
    -6.960840672959202e-07, 1.6380054610359276e-06, 4.724578474804831e-06, -2.96825326508137e-05,
    2.5338909315468006e-05, 0.00032022234806724283, -0.001927563120467446, 0.006499181794369525,
    -0.0157859017494537, 0.029186202095378207, -0.03995258281752432, 0.03232551127149663,
    0.053523188665343134,
)  # fmt: skip

_SQRT2 = math.sqrt(2.0)
_SQRT_HALF = math.sqrt(0.5)
# sqrt(1/2) once more to about 80 bits; the head has 26 bits, so that its products with 26-bit numbers are exact.
_SQRT_HALF_HEAD = 0.7071067839860916
_SQRT_HALF_REST = -2.799544089368687e-09
_INV_SQRT_PI = 0.5641895835477563
_INV_SQRT_2PI = 0.3989422804014327
_SPLITTER = 2.0**27 + 1.0  # Veltkamp's constant: cuts a double into two halves of 26 bits
_FAR = 40.0  # exp(-x^2 / 2) is 0 in double precision from 38.6 on
_BLOCK = 8192  # elements per pass: the temporaries stay in the cache, worth a factor 2 to 3


def blockwise(body: Callable[[FloatArray], FloatArray]) -> Callable[[FloatArray], FloatArray]:
    """Lift `body` on 1-d float64 blocks to arrays of any shape and float type (computed in float64, then cast)."""

    @functools.wraps(body)
    def kernel(x: FloatArray) -> FloatArray:
        x = np.asarray(x)
        flat = x.astype(np.float64, copy=False).reshape(-1)
        out = np.empty_like(flat)
        # Tails underflow by nature; the bodies raise no other flag.
        with np.errstate(under="ignore"):
            for start in range(0, flat.size, _BLOCK):
                out[start : start + _BLOCK] = body(flat[start : start + _BLOCK])
            return out.reshape(x.shape).astype(x.dtype if x.dtype.kind == "f" else np.float64, copy=False)

    return kernel


def _horner(coefficients: tuple[float, ...], z: FloatArray) -> FloatArray:
    total = z * coefficients[0]
    total += coefficients[1]
    for coefficient in coefficients[2:]:
        total *= z
        total += coefficient
    return total


def _inner_rest(x: FloatArray) -> FloatArray:
    """erf(x) - x for |x| <= 1."""
    return x * _horner(_INNER, x * x)


def _outer(x: FloatArray) -> FloatArray:
    """x * exp(x^2) erfc(x) for x >= 1; from 1e18 on t rounds to 1, and the bound keeps inf / inf away."""
    bounded = np.minimum(x, 1e18)
    return 0.5 + _horner(_OUTER, (bounded - 5.0) / (bounded + 3.0))


def _gauss(x: FloatArray, scale: float) -> FloatArray:
    """exp(-scale * x^2) for |x| <= 40 and scale a power of two, with x^2 to double-double accuracy."""
    head = x.astype(np.float32).astype(np.float64)
    out = np.exp(-scale * head * head)
    out += out * np.expm1(-scale * (x - head) * (x + head))
    return out


@blockwise
def erf(x: FloatArray) -> FloatArray:
    """Error function, k <= 1.

    >>> erf(np.array([0.5, -np.inf])).round(12)
    array([ 0.52049988, -1.        ])
    """
    near = np.clip(x, -1.0, 1.0)
    out = near + _inner_rest(near)
    outer = np.flatnonzero(np.abs(x) >= 1.0)
    if outer.size:
        far = x[outer]
        size = np.minimum(np.abs(far), 6.0)  # erf(6) rounds to 1
        # Next to 1 the plain exp(-x^2) is accurate enough.
        out[outer] = np.copysign(1.0 - np.exp(-size * size) * _outer(size) / size, far)
    return out


@blockwise
def erfc(x: FloatArray) -> FloatArray:
    """Complementary error function 1 - erf(x), k <= 2 down to the underflow at x = 27.2.

    >>> erfc(np.array([0.5, 26.0, np.inf]))
    array([4.79500122e-001, 5.66319241e-296, 0.00000000e+000])
    """
    near = np.clip(x, -1.0, 1.0)
    out = (1.0 - near) - _inner_rest(near)
    outer = np.flatnonzero(np.abs(x) >= 1.0)
    if outer.size:
        far = x[outer]
        size = np.minimum(np.abs(far), _FAR)
        tail = _gauss(size, 1.0) * (_outer(size) / size)
        out[outer] = 2.0 * (far < 0.0) + np.copysign(tail, far)
    return out


def _normal_centre(x: FloatArray) -> tuple[FloatArray, np.ndarray[Any, np.dtype[np.intp]]]:
    """Phi(x) for x^2 < 2, and the indices of the other elements, where it holds Phi(-sqrt(2)) or Phi(sqrt(2))."""
    near = np.clip(x * _SQRT_HALF, -1.0, 1.0)
    return 0.5 * ((1.0 + near) + _inner_rest(near)), np.flatnonzero(np.abs(x) >= _SQRT2)


@blockwise
def ndtr(x: FloatArray) -> FloatArray:
    """Standard normal distribution function Phi(x), k <= 2 down to the underflow at x = -38.5.

    >>> ndtr(np.array([0.0, -37.0, np.inf]))
    array([5.00000000e-001, 5.72557122e-300, 1.00000000e+000])
    """
    out, outer = _normal_centre(x)
    if outer.size:
        far = x[outer]
        size = np.minimum(np.abs(far), _FAR)
        tail = _gauss(size, 0.5) * (_SQRT_HALF * _outer(size * _SQRT_HALF) / size)
        out[outer] = (far > 0.0) - np.copysign(tail, far)
    return out


@blockwise
def ndtr_density(x: FloatArray) -> FloatArray:
    """Standard normal density exp(-x^2 / 2) / sqrt(2 pi), k <= 2.

    >>> ndtr_density(np.array([0.0, 37.0, -np.inf]))
    array([3.98942280e-001, 2.12000655e-298, 0.00000000e+000])
    """
    return _INV_SQRT_2PI * _gauss(np.clip(x, -_FAR, _FAR), 0.5)


@blockwise
def gelu_exact(x: FloatArray) -> FloatArray:
    """Exact GELU x * Phi(x), k <= 3; -0.0 at -inf, where it tends to.

    >>> gelu_exact(np.array([1.0, -37.0, -np.inf]))
    array([ 8.41344746e-001, -2.11846135e-298, -0.00000000e+000])
    """
    centre, outer = _normal_centre(x)
    out = x * centre
    if outer.size:
        far = x[outer]
        size = np.minimum(np.abs(far), _FAR)
        # |x| Phi(-|x|), without the division: Phi(-|x|) turns subnormal before the product does.
        tail = _gauss(size, 0.5) * (_SQRT_HALF * _outer(size * _SQRT_HALF))
        out[outer] = np.maximum(far, -0.0) - tail
    return out


def _gauss_scalar(x: float, scale: float) -> float:
    """exp(-scale * x^2) for |x| <= 40, as `_gauss`."""
    shifted = _SPLITTER * x
    head = shifted - (shifted - x)
    value = math.exp(-scale * head * head)
    return value + value * math.expm1(-scale * (x - head) * (x + head))


def ndtr_scalar(x: float) -> float:
    """Standard normal distribution function of a Python float.

    >>> round(ndtr_scalar(1.0), 12)
    0.841344746069
    """
    t = -x * _SQRT_HALF
    if not 0.5 < t < 28.0:
        return 0.5 * math.erfc(t)
    # t misses -x / sqrt(2) by `error`; one Newton step mends it, erfc'/erfc being -(t + sqrt(t^2 + 2)) closely enough
    # (Abramowitz and Stegun 7.1.13).
    shifted = _SPLITTER * x
    head = shifted - (shifted - x)
    error = ((-head * _SQRT_HALF_HEAD - t) - (x - head) * _SQRT_HALF_HEAD) - x * _SQRT_HALF_REST
    value = 0.5 * math.erfc(t)
    return value - value * (error * (t + math.sqrt(t * t + 2.0)))


def ndtr_density_scalar(x: float) -> float:
    """Standard normal density of a Python float.

    >>> round(ndtr_density_scalar(1.0), 12)
    0.241970724519
    """
    return 0.0 if x > _FAR or x < -_FAR else _INV_SQRT_2PI * _gauss_scalar(x, 0.5)


def gelu_exact_scalar(x: float) -> float:
    """Exact GELU x * Phi(x) of a Python float.

    >>> round(gelu_exact_scalar(1.0), 12)
    0.841344746069
    """
    if x > -37.0:
        return x * ndtr_scalar(x)
    if x < -_FAR:
        return -0.0
    # Phi(x) turns subnormal here before x * Phi(x) does: x Phi(x) = -density(x) (1 - 1/x^2 + 3/x^4 - ...).
    w = 1.0 / (x * x)
    series = 1.0 - 7.0 * w * (1.0 - 9.0 * w * (1.0 - 11.0 * w * (1.0 - 13.0 * w)))
    series = 1.0 - w * (1.0 - 3.0 * w * (1.0 - 5.0 * w * series))
    return -ndtr_density_scalar(x) * series
