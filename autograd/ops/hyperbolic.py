"""Rows of hyperbolic functions and their inverses. Knows numbers only."""

import math

import numpy as np

from autograd.op import elementwise

tanh = elementwise(
    "tanh", math.tanh, np.tanh, lambda y, x: 4 * exp(-2 * abs(x)) / square(1 + exp(-2 * abs(x))),
    tex=r"\tanh {0}", doc="Hyperbolic tangent.", numpy=(np.tanh,),
    convention="The derivative is written 4t/(1 + t)^2 with t = exp(-2|x|): 1 - tanh(x)^2 is 0 from |x| = 19 on, "
               "where the true derivative is 1e-16.")
