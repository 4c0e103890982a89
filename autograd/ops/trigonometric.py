"""Rows of trigonometric functions, their inverses and the units of angles. Knows numbers only."""

import math

import numpy as np

from autograd.op import UNIT, dialect, elementwise

sin = elementwise(
    "sin", math.sin, np.sin, lambda y, x: cos(x), tex=r"\sin {0}", doc="Sine of an angle in radians.", numpy=(np.sin,))

cos = elementwise(
    "cos", math.cos, np.cos, lambda y, x: -sin(x), tex=r"\cos {0}", doc="Cosine of an angle in radians.",
    numpy=(np.cos,))

tan = elementwise(
    "tan", math.tan, np.tan, lambda y, x: 1 + square(y), tex=r"\tan {0}", kink=np.cos,
    doc="Tangent of an angle in radians.", numpy=(np.tan,),
    convention="No float is a pole: the value and the derivative are finite everywhere.")

# (1 - x)(1 + x) keeps the digits near 1 and -1 that 1 - x^2 cancels.
arcsin = elementwise(
    "arcsin", math.asin, np.arcsin, lambda y, x: 1 / sqrt((1 - x) * (1 + x)), tex=r"\arcsin {0}", domain=(UNIT,),
    doc="Angle in radians, in [-pi/2, pi/2], of which x is the sine.", numpy=(np.arcsin,),
    convention="The derivative at -1 and 1 is inf, by continuity.")

arccos = elementwise(
    "arccos", math.acos, np.arccos, lambda y, x: -1 / sqrt((1 - x) * (1 + x)), tex=r"\arccos {0}", domain=(UNIT,),
    doc="Angle in radians, in [0, pi], of which x is the cosine.", numpy=(np.arccos,),
    convention="The derivative at -1 and 1 is -inf, by continuity.")

# 1 + x^2 would overflow where the derivative is 1e-310.
arctan = elementwise(
    "arctan", math.atan, np.arctan, lambda y, x: square(1 / hypot(1, x)), tex=r"\arctan {0}",
    doc="Angle in radians, in [-pi/2, pi/2], of which x is the tangent.", numpy=(np.arctan,))


@dialect
def over_square(x, y):
    """Return x / (x^2 + y^2), without overflow between, and 0 at (0, 0)."""
    h = hypot(x, y)
    w = h + (h == 0)
    return x / w / w


arctan2 = elementwise(
    "arctan2", math.atan2, np.arctan2, lambda z, x, y: over_square(y, x), lambda z, x, y: -over_square(x, y),
    tex=r"\operatorname{{atan2}}({0}, {1})", kink=lambda x, y: np.where(y < 0, x, np.hypot(x, y)),
    doc="Angle in radians, in [-pi, pi], of the point with ordinate x and abscissa y.", numpy=(np.arctan2,),
    convention="Both derivatives at (0, 0) are 0; across the jump from pi to -pi they are continuous.")

deg2rad = elementwise(
    "deg2rad", math.radians, np.deg2rad, 0.017453292519943295, tex=r"\frac{{\pi}}{{180}} {0}",
    doc="Angle from degrees to radians.", numpy=(np.deg2rad, np.radians))

rad2deg = elementwise(
    "rad2deg", math.degrees, np.rad2deg, 57.29577951308232, tex=r"\frac{{180}}{{\pi}} {0}",
    doc="Angle from radians to degrees.", numpy=(np.rad2deg, np.degrees))
