"""Rows of exponentials and logarithms. Knows numbers only."""

import math

import numpy as np

from autograd.op import POSITIVE, dialect, elementwise

exp = elementwise(
    "exp", math.exp, np.exp, lambda y, x: y, tex="e^{{{0}}}", doc="Exponential function.", numpy=(np.exp,))

expm1 = elementwise(
    "expm1", math.expm1, np.expm1, lambda y, x: exp(x), tex="e^{{{0}}} - 1",
    doc="Exponential function less 1, accurate near 0.", numpy=(np.expm1,))

exp2 = elementwise(
    "exp2", math.exp2, np.exp2, lambda y, x: 0.6931471805599453 * y, tex="2^{{{0}}}", doc="Power of two.",
    numpy=(np.exp2,))

log = elementwise(
    "log", math.log, np.log, lambda y, x: 1 / x, tex=r"\log {0}", domain=(POSITIVE,),
    doc="Natural logarithm.", numpy=(np.log,), convention="log(0) is -inf with derivative inf.")

log1p = elementwise(
    "log1p", math.log1p, np.log1p, lambda y, x: 1 / (1 + x), tex=r"\log(1 + {0})", domain=((-1.0, np.inf),),
    doc="Natural logarithm of 1 + x, accurate near 0.", numpy=(np.log1p,),
    convention="log1p(-1) is -inf with derivative inf.")

log2 = elementwise(
    "log2", math.log2, np.log2, lambda y, x: 1.4426950408889634 / x, tex=r"\log_2 {0}", domain=(POSITIVE,),
    doc="Logarithm to base 2.", numpy=(np.log2,), convention="log2(0) is -inf with derivative inf.")

log10 = elementwise(
    "log10", math.log10, np.log10, lambda y, x: 0.4342944819032518 / x, tex=r"\log_{{10}} {0}", domain=(POSITIVE,),
    doc="Logarithm to base 10.", numpy=(np.log10,), convention="log10(0) is -inf with derivative inf.")


def _logaddexp(x: float, y: float) -> float:
    """Log of exp(x) + exp(y); where x == y, infinities included, it is x + log 2."""
    return x + math.log(2.0) if x == y else max(x, y) + math.log1p(math.exp(-abs(x - y)))


def _logaddexp2(x: float, y: float) -> float:
    """Base-2 logarithm of 2**x + 2**y."""
    return x + 1.0 if x == y else max(x, y) + math.log1p(math.exp2(-abs(x - y))) / math.log(2.0)


@dialect
def share(x, y, unit):
    """Return the share of e^(unit x) in e^(unit x) + e^(unit y); infinities that tie: halves at inf, 0 at -inf."""
    d = x - y
    return where(d == d, sigmoid(unit * d), where(x == y, 0.5 * (x > 0), d))


logaddexp = elementwise(
    "logaddexp", _logaddexp, np.logaddexp, lambda z, x, y: share(x, y, 1), lambda z, x, y: share(y, x, 1),
    tex=r"\log(e^{{{0}}} + e^{{{1}}})", doc="Logarithm of exp(x) + exp(y), without overflow.", numpy=(np.logaddexp,),
    convention="At (-inf, -inf) the value is -inf and both derivatives are 0, so that impossible events stay "
               "impossible; at (inf, 0) they are 1 and 0, at (inf, inf) 1/2 each.")

logaddexp2 = elementwise(
    "logaddexp2", _logaddexp2, np.logaddexp2, lambda z, x, y: share(x, y, 0.6931471805599453),
    lambda z, x, y: share(y, x, 0.6931471805599453),
    tex=r"\log_2(2^{{{0}}} + 2^{{{1}}})", doc="Base-2 logarithm of 2**x + 2**y, without overflow.",
    numpy=(np.logaddexp2,),
    convention="At (-inf, -inf) the value is -inf and both derivatives are 0; at (inf, 0) they are 1 and 0.")
