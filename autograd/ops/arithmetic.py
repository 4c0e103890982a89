"""Rows of arithmetic: sums, products, quotients, remainders, powers and roots. Knows numbers only.

A mask counts as 0 or 1, so `y + (y == 0)` is y with its zeros replaced by 1: a divisor that is never 0.
"""

import math
import operator

import numpy as np

from autograd.op import POSITIVE, REAL, dialect, elementwise

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
    tex=r"\frac{{{0}}}{{{1}}}", kink=lambda x, y: y, doc="Quotient of two numbers.",
    numpy=(np.true_divide,), convention="x/0 is inf with the sign of x, as IEEE 754 has it; 0/0 is undefined.")

neg = elementwise(
    "neg", operator.neg, np.negative, -1, tex="-{0}", doc="Negative of a number.", numpy=(np.negative,))

reciprocal = elementwise(
    "reciprocal", lambda x: 1.0 / x, lambda x: 1.0 / x, lambda y, x: -square(y),
    tex=r"\frac{{1}}{{{0}}}", kink=lambda x: x, doc="Reciprocal 1/x.", numpy=(np.reciprocal,),
    convention="1/0 is inf and its derivative -inf.")

MINUS_INFINITY = -math.inf


def _pow(x: float, y: float) -> float:
    """Return x**y; of -inf numpy's answer is taken, which is not math.pow's for y = 1/2."""
    if x == MINUS_INFINITY:
        raise ValueError
    return math.pow(x, y)


@dialect
def pow_by_base(x, y):
    """Return y x^(y-1), a function of y too; x^y in place of x^(y-1) where y is 0 and 1/x would be no number."""
    return y * pow(x, y - ((y != 0) | (abs(x) > 1e-300)))


@dialect
def pow_by_exponent(z, x, y):
    """Return z log(x), and 0 at base 0, where no infinite logarithm is taken: it would make higher orders nan."""
    zero = (x == 0) & (y >= 0)
    return where(zero, 0.0, z * log(where(zero, 1.0, x)))


pow = elementwise(
    "pow", _pow, np.power, lambda z, x, y: pow_by_base(x, y), lambda z, x, y: pow_by_exponent(z, x, y),
    tex="{0}^{{{1}}}", domain=(POSITIVE, REAL), doc="Base to the power of an exponent, both differentiable.",
    numpy=(np.power, np.float_power),
    convention="x**0 has derivative 0 everywhere, at base 0 too. At base 0 the derivative by the exponent is 0 for "
               "exponents >= 0 and -inf for negative ones; at a negative base it is nan.",
    accuracy="Where x**(y - 1) is subnormal or overflows, the derivative by x has no more digits than it, and likewise "
             "that by y where x**y does. For |y| below 1/8 y - 1 is rounded, and the derivative by x is off by up to "
             "|log x| ulp.")

square = elementwise(
    "square", lambda x: x * x, np.square, lambda y, x: 2 * x, tex="{0}^2", doc="Square of a number.",
    numpy=(np.square,))

# -0.0 + 0.0 is 0.0; abs(y) would do for the first derivative, but its own at 0 is 0.
sqrt = elementwise(
    "sqrt", math.sqrt, np.sqrt, lambda y, x: 0.5 / (y + 0.0), tex=r"\sqrt{{{0}}}", domain=(POSITIVE,),
    doc="Square root.", numpy=(np.sqrt,),
    convention="The derivative at 0 and at -0.0 is inf, by continuity, so that of sqrt(x**2) at 0 is nan (inf * 0): "
               "for a distance use `safe_sqrt`, `hypot` or `norm`, which have 0 there.")

cbrt = elementwise(
    "cbrt", math.cbrt, np.cbrt, lambda y, x: 1 / (3 * square(y)), tex=r"\sqrt[3]{{{0}}}", kink=lambda x: x,
    doc="Cube root, of negative numbers too.", numpy=(np.cbrt,),
    convention="The derivative at 0 is inf, by continuity.",
    ulps=(4, 6), accuracy="The C library's cbrt, which floats use, is off by 1 to 2 ulp, and its square by twice that.")

hypot = elementwise(
    "hypot", math.hypot, np.hypot,
    lambda z, x, y: x / (z + (z == 0)), lambda z, x, y: y / (z + (z == 0)),
    tex=r"\sqrt{{{0}^2 + {1}^2}}", kink=np.hypot, doc="Length of the hypotenuse, without overflow between.",
    numpy=(np.hypot,), convention="Both derivatives at (0, 0) are 0, the minimum-norm subgradient.")


@dialect
def multiple(z, x, y):
    """Return the whole number n in x = n y + z; floor(x / y) would round up where x / y is just below n."""
    return floor((x - z) / y + 0.5)


remainder = elementwise(
    "remainder", operator.mod, np.remainder, 1, lambda z, x, y: -multiple(z, x, y),
    tex=r"{0} \bmod {1}", kink=lambda x, y: x - y * np.rint(x / y),
    doc="Remainder x - y floor(x/y), which has the sign of y, as Python's % has it.", numpy=(np.remainder,),
    convention="By 0 it is undefined. The derivatives are 1 and -floor(x/y), at the jumps too.")

fmod = elementwise(
    "fmod", math.fmod, np.fmod, 1, lambda z, x, y: -multiple(z, x, y),
    tex=r"\operatorname{{fmod}}({0}, {1})", kink=lambda x, y: x - y * np.rint(x / y),
    doc="Remainder x - y trunc(x/y), which has the sign of x, as C has it.", numpy=(np.fmod,),
    convention="By 0 it is undefined. The derivatives are 1 and -trunc(x/y), at the jumps too.")

floor_divide = elementwise(
    "floor_divide", operator.floordiv, np.floor_divide, 0, 0, tex=r"\lfloor {0} / {1} \rfloor",
    kink=lambda x, y: x - y * np.rint(x / y), flat=True, doc="Greatest whole number not above x/y, Python's //.",
    numpy=(np.floor_divide,), convention="Both derivatives are 0, at the jumps too. By 0 it is inf, 0 by 0 undefined.")
