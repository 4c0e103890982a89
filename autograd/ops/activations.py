"""Rows of activation functions of neural networks, with PyTorch's names and defaults. Knows numbers only.

Rules name the output y where it is accurate already: sigmoid(x) (1 + x sigmoid(-x)), the textbook's derivative of
silu, has no digits left where sigmoid(x) is subnormal, while sigmoid(x) + y sigmoid(-x) has all.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import OperandError
from autograd.op import dialect, elementwise
from autograd.ops import kernels


def _between(x: float, low: float, high: float) -> float:
    """Return x, or the bound that it passes; NaN stays."""
    return low if x < low else high if x > high else x


# Smooth steps

sigmoid = elementwise(
    "sigmoid", kernels.sigmoid_scalar, kernels.sigmoid, lambda y, x: y * sigmoid(-x), tex=r"\sigma({0})",
    doc="Logistic function 1/(1 + exp(-x)).",
    convention="The derivative is y sigmoid(-x): y (1 - y) is 0 from x = 37 on, where the true one is 1e-16.")

log_sigmoid = elementwise(
    "log_sigmoid", kernels.log_sigmoid_scalar, kernels.log_sigmoid, lambda y, x: sigmoid(-x), tex=r"\log \sigma({0})",
    doc="Logarithm of the logistic function, finite for every finite x.")

softsign = elementwise(
    "softsign", lambda x: x / (1.0 + math.fabs(x)), lambda x: x / (1.0 + np.abs(x)),
    lambda y, x: square(1 / (1 + abs(x))), tex=r"\frac{{{0}}}{{1 + \lvert {0} \rvert}}",
    doc="Smooth step x/(1 + |x|) from -1 to 1.")


# Rectifiers

relu = elementwise(
    "relu", lambda x: x if x > 0 or x != x else 0.0, lambda x: np.maximum(x, 0), lambda y, x: x > 0,
    tex=r"\operatorname{{relu}}({0})", kink=lambda x: x, doc="Rectified linear unit max(0, x).",
    convention="The derivative at 0 is 0 (the minimum-norm subgradient).")

relu6 = elementwise(
    "relu6", lambda x: _between(x, 0.0, 6.0), lambda x: np.clip(x, 0, 6), lambda y, x: (x > 0) & (x < 6),
    tex=r"\operatorname{{relu6}}({0})", kink=lambda x: x * (x - 6), doc="Rectified linear unit with the bound 6.",
    convention="The derivative at 0 and at 6 is 0, the minimum-norm subgradient, and 0 at NaN.")

leaky_relu = elementwise(
    "leaky_relu", lambda x, negative_slope=0.01: x if x > 0 else negative_slope * x,
    lambda x, negative_slope=0.01: np.where(x > 0, x, negative_slope * x),
    lambda y, x, negative_slope: where(x > 0, 1.0, negative_slope),
    tex=r"\operatorname{{leaky\,relu}}({0})", kink=lambda x: x, choices=({}, {"negative_slope": 0.2}),
    doc="Rectified linear unit with a small slope below 0.", convention="The derivative at 0 is the slope below.")

softplus = elementwise(
    "softplus", lambda x, beta=1.0: kernels.softplus_scalar(beta * x) / beta,
    lambda x, beta=1.0: kernels.softplus(beta * x) / beta, lambda y, x, beta: sigmoid(beta * x),
    tex=r"\log(1 + e^{{{0}}})", choices=({}, {"beta": 2.5}),
    doc="Smooth rectifier log(1 + exp(beta x))/beta, without overflow, so that it needs no threshold.")


@dialect
def elu_slope(x, alpha):
    """Return the derivative of elu; the inner choice keeps exp from overflowing where it is not wanted."""
    return where(x > 0, 1.0, alpha * exp(where(x > 0, 0.0, x)))


def _elu(x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _elu_scalar(x: float, alpha: float = 1.0) -> float:
    return x if x > 0 else alpha * math.expm1(x)


elu = elementwise(
    "elu", _elu_scalar, _elu, lambda y, x, alpha: elu_slope(x, alpha), tex=r"\operatorname{{elu}}({0})",
    kink=lambda x: x, choices=({}, {"alpha": 0.5}), doc="Exponential linear unit: x above 0, alpha (exp(x) - 1) below.",
    convention="The derivative at 0 is alpha, that from below.")

# The two constants give a fixed point at mean 0 and variance 1: Klambauer et al., arXiv:1706.02515.
selu = elementwise(
    "selu", lambda x: 1.0507009873554805 * _elu_scalar(x, 1.6732632423543772),
    lambda x: 1.0507009873554805 * _elu(x, 1.6732632423543772),
    lambda y, x: 1.0507009873554805 * elu_slope(x, 1.6732632423543772),
    tex=r"\operatorname{{selu}}({0})", kink=lambda x: x, doc="Self-normalising exponential linear unit.",
    convention="The derivative at 0 is 1.758, that from below.")


# Gated linear units

silu = elementwise(
    "silu", kernels.silu_scalar, kernels.silu, lambda y, x: sigmoid(x) + y * sigmoid(-x), tex=r"{0} \, \sigma({0})",
    doc="Sigmoid linear unit x sigmoid(x), also called swish.")


@dialect
def mish_slope(y, x):
    """Return the derivative of mish, with tanh(softplus(x)) and its derivative as ratios of q = sigmoid(-x)."""
    q = sigmoid(-x)
    w = 1 + q * q
    return sigmoid(x) * (1 + q) / w + y * (4 * q * q / ((1 + q) * w))


mish = elementwise(
    "mish", kernels.mish_scalar, kernels.mish, lambda y, x: mish_slope(y, x),
    tex=r"{0} \tanh(\log(1 + e^{{{0}}}))", doc="Gated linear unit x tanh(softplus(x)).",
    ulps=(4, 6), accuracy="Around the inflection at -2.26 two terms of the derivative cancel, and 2 ulp with them.")


@dialect
def gelu_slope(y, x):
    """Return the derivative of the exact GELU."""
    return ndtr(x) + x * ndtr_density(x)


@dialect
def gelu_tanh_slope(y, x):
    """Return the derivative of GELU's tanh formula, x sigmoid(u) with u = c (x + 0.044715 x^3); u is flat from 40 on,
    where the sigmoid is 0 or 1."""
    near = clip(x, min=-40.0, max=40.0)
    u = near * (1.5957691216057308 + 0.07135481627260025 * square(near))
    return sigmoid(u) + y * sigmoid(-u) * (1.5957691216057308 + 0.21406444881780074 * square(near))


GELU = {"none": (kernels.gelu_exact_scalar, kernels.gelu_exact),
        "tanh": (kernels.gelu_tanh_scalar, kernels.gelu_tanh)}


def _gelu(approximate: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return GELU for floats and for arrays."""
    if approximate not in GELU:
        raise OperandError(f"gelu: approximate must be one of {list(GELU)}, got {approximate!r}")
    return GELU[approximate]


gelu = elementwise(
    "gelu", lambda x, approximate="none": _gelu(approximate)[0](x),
    lambda x, approximate="none": _gelu(approximate)[1](x),
    lambda y, x, approximate: {"none": gelu_slope, "tanh": gelu_tanh_slope}[approximate](y, x),
    tex=r"{0} \, \Phi({0})", choices=({}, {"approximate": "tanh"}),
    doc="Gaussian error linear unit x Phi(x), exact or, with approximate='tanh', by its tanh formula.",
    ulps=(4, 6),
    accuracy="Around the inflection at -1.4 two terms of the derivative cancel, and 2 ulp with them. Below -37.6, "
             "where the normal density is subnormal, that of the exact form is off by up to 20 ulp.")


# Pieces of straight lines

hardtanh = elementwise(
    "hardtanh", lambda x, min_val=-1.0, max_val=1.0: _between(x, min_val, max_val),
    lambda x, min_val=-1.0, max_val=1.0: np.clip(x, min_val, max_val),
    lambda y, x, min_val, max_val: (x > min_val) & (x < max_val),
    tex=r"\operatorname{{hardtanh}}({0})", kink=lambda x, min_val, max_val: (x - min_val) * (x - max_val),
    choices=({}, {"min_val": -0.5, "max_val": 2.0}), doc="The number nearest to x between two bounds.",
    convention="The derivative at both bounds is 0, the minimum-norm subgradient, and 0 at NaN.")

hardsigmoid = elementwise(
    "hardsigmoid", lambda x: _between(x + 3.0, 0.0, 6.0) / 6.0, lambda x: np.clip(x + 3.0, 0.0, 6.0) / 6.0,
    lambda y, x: where((x > -3) & (x < 3), 0.16666666666666666, 0.0),
    tex=r"\operatorname{{hardsigmoid}}({0})", kink=lambda x: (x + 3) * (x - 3),
    doc="Step in straight lines: 0 below -3, 1 above 3.",
    convention="The derivative at -3 and 3 is 0, the minimum-norm subgradient, and 0 at NaN.")

hardswish = elementwise(
    "hardswish", lambda x: (-3.0 if x < -3.0 else x) * (_between(x + 3.0, 0.0, 6.0) / 6.0),
    lambda x: np.maximum(x, -3.0) * (np.clip(x + 3.0, 0.0, 6.0) / 6.0),
    lambda y, x: where(x <= -3, 0.0, where(x >= 3, 1.0, x / 3 + 0.5)),
    tex=r"{0} \operatorname{{hardsigmoid}}({0})", kink=lambda x: (x + 3) * (x - 3),
    doc="Gated linear unit x hardsigmoid(x).",
    convention="The derivative at -3 is 0 and at 3 it is 1, as PyTorch has it.")
