"""Numeric kernels that numpy lacks: functions of float arrays and, suffixed `_scalar`, of Python floats.

Nothing here knows a graph.  The array forms keep shape and float type, compute in float64 and raise no floating point
warning; the scalar forms never raise.  The error function family lives in `error_function` and is re-exported here.

Accuracy is stated as k in |error| <= k * (ulp(f) + |f'| ulp(x)), measured over all exponents.

Three devices recur.  Every exponential has an argument <= 0, so none overflows.  The far tail x * exp(z) is taken as
(x * h) * h with h = exp(z / 2), for exp(z) is subnormal, and short of digits, before x * exp(z) is.  An x that only
matters through such a tail is clipped where the tail has long been 0, which keeps inf * 0 away.  And exp(min(x, 0))
stands for "exp(x) if x < 0 else 1": with random signs the branches of np.where cost more than a second exponential.
"""

import math

import numpy as np

from autograd.ops.error_function import (
    FloatArray,
    blockwise,
    erf,
    erfc,
    gelu_exact,
    gelu_exact_scalar,
    ndtr,
    ndtr_density,
    ndtr_density_scalar,
    ndtr_scalar,
)

__all__ = [
    "erf",
    "erfc",
    "gelu_exact",
    "gelu_exact_scalar",
    "gelu_tanh",
    "gelu_tanh_scalar",
    "log_sigmoid",
    "log_sigmoid_scalar",
    "mish",
    "mish_scalar",
    "ndtr",
    "ndtr_density",
    "ndtr_density_scalar",
    "ndtr_scalar",
    "sech2",
    "sech2_scalar",
    "sigmoid",
    "sigmoid_scalar",
    "silu",
    "silu_scalar",
    "softplus",
    "softplus_scalar",
    "xlogy",
]

# (1 + tanh(u)) / 2 = sigmoid(2u), where 2u = 2 sqrt(2 / pi) (x + 0.044715 x^3); the 0.044715 is of Hendrycks and
# Gimpel, "Gaussian error linear units", arXiv:1606.08415.
_GELU_LINEAR = 1.5957691216057308
_GELU_CUBIC = 0.044715 * _GELU_LINEAR
_DEEP = -700.0  # exp(z) is subnormal from -708.4 on
_FAR = 800.0  # exp(-x) and x * exp(-x) are 0 in double precision from 752 on


@blockwise
def sigmoid(x: FloatArray) -> FloatArray:
    """Logistic function 1 / (1 + exp(-x)), k <= 2.

    >>> sigmoid(np.array([0.0, -700.0, 1000.0]))
    array([5.00000000e-001, 9.85967654e-305, 1.00000000e+000])
    """
    return np.exp(np.minimum(x, 0.0)) / (1.0 + np.exp(-np.abs(x)))


@blockwise
def softplus(x: FloatArray) -> FloatArray:
    """log(1 + exp(x)), k <= 2.

    >>> softplus(np.array([0.0, -700.0, 1000.0]))
    array([6.93147181e-001, 9.85967654e-305, 1.00000000e+003])
    """
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


@blockwise
def log_sigmoid(x: FloatArray) -> FloatArray:
    """log(sigmoid(x)) = -softplus(-x), k <= 2.

    >>> log_sigmoid(np.array([0.0, -1000.0, 700.0]))
    array([-6.93147181e-001, -1.00000000e+003, -9.85967654e-305])
    """
    return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))


def _mend_tail(out: FloatArray, x: FloatArray, z: FloatArray) -> FloatArray:
    """Put x * exp(z) into `out` where exp(z) is subnormal, or nearly, and return it."""
    deep = np.flatnonzero(z < _DEEP)
    if deep.size:
        h = np.exp(0.5 * np.maximum(z[deep], -2.0 * _FAR))
        out[deep] = (np.maximum(x[deep], -_FAR) * h) * h
    return out


def _times_sigmoid(x: FloatArray, z: FloatArray) -> FloatArray:
    """x * sigmoid(z), for x and z of one sign."""
    return _mend_tail(np.maximum(x, -_FAR) * np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z))), x, z)


@blockwise
def silu(x: FloatArray) -> FloatArray:
    """Sigmoid linear unit x * sigmoid(x), k <= 3; -0.0 at -inf, where it tends to.

    >>> silu(np.array([1.0, -700.0, -np.inf]))
    array([ 7.31058579e-001, -6.90177358e-302, -0.00000000e+000])
    """
    return _times_sigmoid(x, x)


@blockwise
def gelu_tanh(x: FloatArray) -> FloatArray:
    """GELU by its tanh formula x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), k <= 3; -0.0 at -inf.

    >>> gelu_tanh(np.array([1.0, -10.0, -np.inf]))
    array([ 8.41191991e-01, -1.20409235e-37, -0.00000000e+00])
    """
    near = np.clip(x, -40.0, 40.0)  # the sigmoid is 0 or 1 out there, and the cube cannot overflow
    return _times_sigmoid(x, near * (_GELU_LINEAR + _GELU_CUBIC * near * near))


@blockwise
def mish(x: FloatArray) -> FloatArray:
    """x * tanh(softplus(x)), k <= 3; -0.0 at -inf, where it tends to.

    >>> mish(np.array([1.0, -700.0, -np.inf]))
    array([ 8.65098388e-001, -6.90177358e-302, -0.00000000e+000])
    """
    # tanh(log(1 + e)) = e (e + 2) / (e (e + 2) + 2) with e = exp(x) = n / m, where n or m is 1.
    n, m = np.exp(np.minimum(x, 0.0)), np.exp(np.minimum(-x, 0.0))
    part = n * (n + 2.0 * m)
    return _mend_tail(np.maximum(x, -_FAR) * (part / (part + 2.0 * m * m)), x, x)


@blockwise
def sech2(x: FloatArray) -> FloatArray:
    """1 / cosh(x)^2, the derivative of tanh, k <= 4.

    >>> sech2(np.array([0.0, 350.0, -np.inf]))
    array([1.00000000e+000, 3.94387062e-304, 0.00000000e+000])
    """
    h = np.exp(-np.abs(x))
    root = (2.0 * h) / (1.0 + h * h)
    return root * root


def xlogy(x: FloatArray, y: FloatArray) -> FloatArray:
    """x * log(y), and 0 where x is 0 and y is not nan, k <= 2; x and y broadcast.

    >>> xlogy(np.array([0.0, 2.0, 1.0]), np.array([0.0, 0.5, 0.0]))
    array([ 0.        , -1.38629436,        -inf])
    """
    dtype = np.result_type(x, y)
    factor, argument = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    # -inf and nan, the log of 0 and of a negative number, are what the caller asked for, without a warning.
    with np.errstate(all="ignore"):
        product = factor * np.log(argument)
        out = np.where((factor == 0.0) & ~np.isnan(argument), 0.0, product)
        return out.astype(dtype if dtype.kind == "f" else np.float64, copy=False)


def sigmoid_scalar(x: float) -> float:
    """Logistic function of a Python float.

    >>> sigmoid_scalar(0.0), sigmoid_scalar(-1000.0)
    (0.5, 0.0)
    """
    small = math.exp(-abs(x))
    return (small if x < 0.0 else 1.0) / (1.0 + small)


def softplus_scalar(x: float) -> float:
    """log(1 + exp(x)) of a Python float.

    >>> softplus_scalar(1000.0), softplus_scalar(-1000.0)
    (1000.0, 0.0)
    """
    return (x if x > 0.0 else 0.0) + math.log1p(math.exp(-abs(x)))


def log_sigmoid_scalar(x: float) -> float:
    """log(sigmoid(x)) of a Python float.

    >>> log_sigmoid_scalar(-1000.0)
    -1000.0
    """
    return (x if x < 0.0 else 0.0) - math.log1p(math.exp(-abs(x)))


def _deep_tail(x: float, z: float) -> float:
    """x * exp(z) where exp(z) is subnormal, or nearly."""
    h = math.exp(0.5 * z)
    return ((x if x > -_FAR else -_FAR) * h) * h


def _times_sigmoid_scalar(x: float, z: float) -> float:
    """x * sigmoid(z), for x and z of one sign."""
    if z < _DEEP:
        return _deep_tail(x, z)
    small = math.exp(-abs(z))
    return (x * small if x < 0.0 else x) / (1.0 + small)


def silu_scalar(x: float) -> float:
    """Sigmoid linear unit x * sigmoid(x) of a Python float.

    >>> silu_scalar(0.0), silu_scalar(1000.0)
    (0.0, 1000.0)
    """
    return _times_sigmoid_scalar(x, x)


def gelu_tanh_scalar(x: float) -> float:
    """GELU by its tanh formula, of a Python float.

    >>> round(gelu_tanh_scalar(1.0), 12)
    0.841191990608
    """
    near = -40.0 if x < -40.0 else 40.0 if x > 40.0 else x
    return _times_sigmoid_scalar(x, near * (_GELU_LINEAR + _GELU_CUBIC * near * near))


def mish_scalar(x: float) -> float:
    """x * tanh(softplus(x)) of a Python float.

    >>> round(mish_scalar(1.0), 12)
    0.865098388267
    """
    if x < _DEEP:
        return _deep_tail(x, x)
    m = math.exp(-abs(x))
    if x < 0.0:
        return x * (m * (m + 2.0) / (m * (m + 2.0) + 2.0))
    return x * ((1.0 + 2.0 * m) / (1.0 + 2.0 * m * (1.0 + m)))


def sech2_scalar(x: float) -> float:
    """1 / cosh(x)^2 of a Python float.

    >>> sech2_scalar(0.0), sech2_scalar(1000.0)
    (1.0, 0.0)
    """
    h = math.exp(-abs(x))
    root = (2.0 * h) / (1.0 + h * h)
    return root * root
