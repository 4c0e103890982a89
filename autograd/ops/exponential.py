"""Rows of exponentials and logarithms. Knows numbers only."""

import math

import numpy as np

from autograd.op import POSITIVE, elementwise

exp = elementwise(
    "exp", math.exp, np.exp, lambda y, x: y, tex="e^{{{0}}}", doc="Exponential function.", numpy=(np.exp,))

log = elementwise(
    "log", math.log, np.log, lambda y, x: 1 / x, tex=r"\log {0}", domain=(POSITIVE,),
    doc="Natural logarithm.", numpy=(np.log,), convention="log(0) is -inf with derivative inf.")
