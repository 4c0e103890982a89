"""Rows of hyperbolic functions and their inverses. Knows numbers only."""

import math

import numpy as np

from autograd.op import UNIT, elementwise
from autograd.ops import kernels

sinh = elementwise(
    "sinh", math.sinh, np.sinh, lambda y, x: cosh(x), tex=r"\sinh {0}", doc="Hyperbolic sine.", numpy=(np.sinh,))

cosh = elementwise(
    "cosh", math.cosh, np.cosh, lambda y, x: sinh(x), tex=r"\cosh {0}", doc="Hyperbolic cosine.", numpy=(np.cosh,))

tanh = elementwise(
    "tanh", math.tanh, np.tanh, lambda y, x: sech2(x), tex=r"\tanh {0}", doc="Hyperbolic tangent.", numpy=(np.tanh,),
    convention="The derivative is the row sech2, accurate in the tails: 1 - tanh(x)^2 is 0 from |x| = 19 on, where the "
               "true derivative is 1e-16.")

sech2 = elementwise(
    "sech2", kernels.sech2_scalar, kernels.sech2, lambda y, x: -2 * tanh(x) * y,
    tex=r"\operatorname{{sech}}^2 {0}", doc="Square of the hyperbolic secant, 1/cosh(x)^2: the derivative of tanh.")

arcsinh = elementwise(
    "arcsinh", math.asinh, np.arcsinh, lambda y, x: 1 / hypot(1, x), tex=r"\operatorname{{arsinh}} {0}",
    doc="Inverse of the hyperbolic sine.", numpy=(np.arcsinh,))

arccosh = elementwise(
    "arccosh", math.acosh, np.arccosh, lambda y, x: 1 / sqrt(x - 1) / sqrt(x + 1),
    tex=r"\operatorname{{arcosh}} {0}", domain=((1.0, np.inf),), doc="Inverse of the hyperbolic cosine, from 0 on.",
    numpy=(np.arccosh,), convention="The derivative at 1 is inf, by continuity.")

arctanh = elementwise(
    "arctanh", math.atanh, np.arctanh, lambda y, x: 1 / ((1 - x) * (1 + x)), tex=r"\operatorname{{artanh}} {0}",
    domain=(UNIT,), doc="Inverse of the hyperbolic tangent.", numpy=(np.arctanh,),
    convention="At -1 and 1 the value is -inf and inf, the derivative inf.")
