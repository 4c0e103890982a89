"""Rows of arithmetic: sums, products, quotients, powers and roots. Knows numbers only."""

import math
import operator

import numpy as np

from autograd.op import POSITIVE, REAL, elementwise

add = elementwise(
    "add", operator.add, np.add, 1, 1,
    tex="{0} + {1}", doc="Sum of two numbers.", numpy=(np.add,))

sub = elementwise(
    "sub", operator.sub, np.subtract, 1, -1,
    tex="{0} - {1}", doc="Difference of two numbers.", numpy=(np.subtract,))

mul = elementwise(
    "mul", operator.mul, np.multiply, lambda z, x, y: y, lambda z, x, y: x,
    tex=r"{0} \cdot {1}", doc="Product of two numbers.", numpy=(np.multiply,))

div = elementwise(
    "div", operator.truediv, np.true_divide, lambda z, x, y: 1 / y, lambda z, x, y: -z / y,
    tex=r"\frac{{{0}}}{{{1}}}", domain=(REAL, POSITIVE), doc="Quotient of two numbers.",
    numpy=(np.true_divide,), convention="x/0 is inf with the sign of x, as IEEE 754 has it; 0/0 is undefined.")

neg = elementwise(
    "neg", operator.neg, np.negative, -1, tex="-{0}", doc="Negative of a number.", numpy=(np.negative,))

pow = elementwise(
    "pow", math.pow, np.power,
    lambda z, x, y: where(y == 0, 0.0, y * pow(x, where(y == 0, 1.0, y - 1))),
    lambda z, x, y: where((x == 0) & (y >= 0), 0.0, z * log(x)),
    tex="{0}^{{{1}}}", domain=(POSITIVE, REAL), doc="Base to the power of an exponent, both differentiable.",
    numpy=(np.power, np.float_power),
    convention="x**0 has derivative 0 everywhere. At base 0 the derivative by the exponent is 0 for exponents >= 0 and "
               "-inf for negative ones; at a negative base it is nan.")

square = elementwise(
    "square", lambda x: x * x, np.square, lambda y, x: 2 * x, tex="{0}^2", doc="Square of a number.",
    numpy=(np.square,))

sqrt = elementwise(
    "sqrt", math.sqrt, np.sqrt, lambda y, x: 0.5 / y, tex=r"\sqrt{{{0}}}", domain=(POSITIVE,),
    doc="Square root.", numpy=(np.sqrt,), convention="The derivative at 0 is inf, by continuity.")
