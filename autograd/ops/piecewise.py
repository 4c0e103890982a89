"""Rows that are linear in pieces: signs, rounding, comparisons of two numbers. Knows numbers only."""

import numpy as np

from autograd.op import elementwise

abs = elementwise(
    "abs", lambda x: x if x > 0 else 0.0 - x, np.abs, lambda y, x: sign(x), tex=r"\lvert {0} \rvert",
    kink=lambda x: x, doc="Absolute value.", numpy=(np.abs, np.fabs),
    convention="The derivative at 0 is 0, the minimum-norm subgradient.")

sign = elementwise(
    "sign", lambda x: float((x > 0) - (x < 0)) if x == x else x, np.sign, lambda y, x: 0 * x,
    tex=r"\operatorname{{sign}} {0}", kink=lambda x: x, flat=True, doc="Sign: -1, 0 or 1.", numpy=(np.sign,),
    convention="The derivative is 0, at the jump too.")

where = elementwise(
    "where", lambda c, x, y: x if c else y, np.where, None, lambda z, c, x, y: c != 0, lambda z, c, x, y: c == 0,
    tex=r"\begin{{cases}} {1} & {0} \\ {2} & \text{{else}} \end{{cases}}",
    doc="The second operand where the first is true, else the third.", numpy=(np.where,),
    convention="The branch not chosen gets a zero cotangent; a branch that is infinite or undefined there still turns "
               "it into nan (0 * inf): use `select`, which evaluates each branch only on its own elements.")

maximum = elementwise(
    "maximum", lambda x, y: x if x >= y or x != x else y, np.maximum,
    lambda z, x, y: where(x == y, 0.5, where(x > y, 1.0, where(x < y, 0.0, z))),
    lambda z, x, y: where(x == y, 0.5, where(x < y, 1.0, where(x > y, 0.0, z))),
    tex=r"\max({0}, {1})", kink=lambda x, y: x - y, doc="The greater of two numbers.", numpy=(np.maximum,),
    convention="A tie is split evenly, half to each, so that the derivatives sum to 1. A NaN gives NaN to both.")
