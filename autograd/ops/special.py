"""Rows of the error function, the normal distribution and entropy. Knows numbers only."""

import math

from autograd.op import POSITIVE, REAL, elementwise
from autograd.ops import kernels

# 2/sqrt(pi) exp(-x^2) is 2 sqrt(2) times the normal density at sqrt(2) x, which cannot overflow on the way.
erf = elementwise(
    "erf", math.erf, kernels.erf, lambda y, x: 2.8284271247461903 * ndtr_density(1.4142135623730951 * x),
    tex=r"\operatorname{{erf}} {0}", doc="Error function.")

erfc = elementwise(
    "erfc", math.erfc, kernels.erfc, lambda y, x: -2.8284271247461903 * ndtr_density(1.4142135623730951 * x),
    tex=r"\operatorname{{erfc}} {0}", doc="Complementary error function 1 - erf(x), accurate in the tail.")

ndtr = elementwise(
    "ndtr", kernels.ndtr_scalar, kernels.ndtr, lambda y, x: ndtr_density(x), tex=r"\Phi({0})",
    doc="Standard normal distribution function.")

ndtr_density = elementwise(
    "ndtr_density", kernels.ndtr_density_scalar, kernels.ndtr_density, lambda y, x: -x * y, tex=r"\varphi({0})",
    doc="Standard normal density exp(-x^2/2)/sqrt(2 pi): the derivative of ndtr.",
    accuracy="Where the density is subnormal, from |x| = 37.6 on, its derivative is off by up to 20 ulp.")


def _xlogy(x: float, y: float) -> float:
    """Return x log y, and 0 where x is 0 and y is a number."""
    return 0.0 if x == 0.0 and y == y else x * math.log(y)


xlogy = elementwise(
    "xlogy", _xlogy, kernels.xlogy,
    lambda z, x, y: where((x == 0) & (y <= 0), 0.0, log(y)),
    lambda z, x, y: x / (y + ((x == 0) & (y == 0))),
    tex=r"{0} \log {1}", domain=(REAL, POSITIVE), doc="Product x log(y), and 0 where x is 0.",
    convention="At (0, 0) the value and both derivatives are 0, as entropy needs it.")
