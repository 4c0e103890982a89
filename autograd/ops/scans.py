"""Rows that run along an axis: sums, products and extrema so far, and the recurrence that their rules need.

A rule of a running product that divides fails at a zero. Ours are linear recurrences, which are closed under
differentiation: the vjp of one is another, in reverse. Knows arrays only.
"""

from typing import Any

import numpy as np

from autograd.errors import OperandError
from autograd.op import TABLE, dialect, shape_helper, structural
from autograd.ops.composing import made_of_rows
from autograd.ops.shapes import axes_of

Array = Any

RUNNING = ({"axis": None}, {"axis": 0}, {"axis": -1})
_SHAPES = (((2, 3),), ((4,),))


def along(axis: int, ndim: int, part: slice) -> tuple[slice, ...]:
    """Return the index of a part of an axis, with all of the others."""
    return (*(slice(None),) * axes_of(axis, ndim)[0], part)


@shape_helper
def scan_axis(axis: int | None) -> int:
    """Return the axis along which a scan runs, once its input is flat if it is None."""
    return 0 if axis is None else axis


@structural(
    lambda g, y, x, axis, fill: flip(delay(flip(g, axis=axis), axis=axis, fill=0.0), axis=axis),
    tex=r"\operatorname{{delay}}({0})", shapes=_SHAPES, choices=({"axis": 0}, {"axis": -1, "fill": 1.0}))
def delay(x: Array, axis: int, fill: float = 0.0) -> Array:
    """Elements moved by one along an axis, a constant in the place of the first, the last one gone."""
    y = np.full_like(x, fill)
    y[along(axis, x.ndim, slice(1, None))] = x[along(axis, x.ndim, slice(None, -1))]
    return y


@dialect
def reverse_recurrence(a, b, axis):
    """Return y[i] = b[i] + a[i+1] y[i+1] along an axis."""
    return flip(recurrence(delay(flip(a, axis=axis), axis=axis), flip(b, axis=axis), axis=axis), axis=axis)


@structural(
    lambda g, y, a, b, axis: reverse_recurrence(a, g, axis) * delay(y, axis=axis),
    lambda g, y, a, b, axis: reverse_recurrence(a, g, axis),
    tex=r"\operatorname{{recurrence}}({0}, {1})", shapes=(((2, 3), (2, 3)), ((4,), (4,))),
    choices=({"axis": 0}, {"axis": -1}))
def recurrence(a: Array, b: Array, axis: int) -> Array:
    """The linear recurrence y[i] = a[i] y[i-1] + b[i] along an axis, starting from y = 0."""
    y = np.array(b, dtype=np.result_type(a, b))
    a_steps, y_steps = np.moveaxis(a, axis, 0), np.moveaxis(y, axis, 0)
    for i in range(1, len(y_steps)):
        y_steps[i] += a_steps[i] * y_steps[i - 1]
    return y


@structural(
    lambda g, y, x, axis: reshaped(flip(cumsum(flip(g, axis=axis), axis=axis), axis=axis), x.shape),
    tex=r"\operatorname{{cumsum}}({0})", shapes=_SHAPES, choices=RUNNING, numpy=(np.cumsum,))
def cumsum(x: Array, axis: int | None = None) -> Array:
    """Sum of the elements so far along an axis, or in C order."""
    return np.cumsum(x, axis)


@dialect
def cumprod_cotangent(g, y, x, axis):
    """Return the vjp of a running product: of the elements before, times what all later products make of it."""
    later = reverse_recurrence(reshaped(x, y.shape), g, axis)
    return reshaped(later * delay(y, axis=axis, fill=1.0), x.shape)


@structural(
    lambda g, y, x, axis: cumprod_cotangent(g, y, x, scan_axis(axis)),
    tex=r"\operatorname{{cumprod}}({0})", shapes=_SHAPES, choices=RUNNING, numpy=(np.cumprod,),
    convention="No division: the derivative is right where elements are 0.")
def cumprod(x: Array, axis: int | None = None) -> Array:
    """Product of the elements so far along an axis, or in C order."""
    return np.cumprod(x, axis)


@dialect
def exp_ratio(x, y):
    """Return exp(x - y) for x <= y; for two infinities (1e999) of one sign 1 if they are positive, else 0."""
    alike = (x == y) & (abs(x) == 1e999)
    return where(alike, x > 0, exp(where(alike, 0.0, x) - where(alike, 0.0, y)))


@dialect
def logcumsumexp_cotangent(g, y, x, axis):
    """Return the vjp of a running log-sum-exp: each step passes on its share of the sum so far, which is at most 1."""
    shares = exp_ratio(delay(y, axis=axis, fill=-1e999), y)
    flat = reshaped(x, y.shape)
    return reshaped(reverse_recurrence(shares, g, axis) * exp_ratio(flat, y), x.shape)


def log_add_exp(x: Array, axis: int | None) -> Array:
    """Run `logaddexp` of scalars along an axis of an object array."""
    return np.frompyfunc(TABLE["logaddexp"], 2, 1).accumulate(x.reshape(-1) if axis is None else x, scan_axis(axis),
                                                              dtype=object)


@structural(
    lambda g, y, x, axis: logcumsumexp_cotangent(g, y, x, scan_axis(axis)),
    tex=r"\operatorname{{logcumsumexp}}({0})", shapes=_SHAPES, choices=RUNNING, lower=log_add_exp,
    convention="Elements of -inf get gradient 0.")
def logcumsumexp(x: Array, axis: int | None = None) -> Array:
    """Logarithm of the sum of the exponentials so far along an axis, or in C order, without overflow."""
    return np.logaddexp.accumulate(x.reshape(-1) if axis is None else x, scan_axis(axis))


@structural(
    None, tex=r"\operatorname{{arg\,cummax}}({0})", shapes=_SHAPES, choices=({"axis": 0}, {"axis": -1}))
def running_argmax(x: Array, axis: int) -> Array:
    """Index along an axis of the greatest element so far, the latest of equal ones; a NaN counts as the greatest."""
    greatest = np.maximum.accumulate(x, axis)
    place = np.arange(x.shape[axis]).reshape([-1 if i == axis % x.ndim else 1 for i in range(x.ndim)])
    return np.maximum.accumulate(np.where((x == greatest) | (x != x), place, 0), axis)


@structural(
    lambda g, y, x, axis: add_along_axis(g, running_argmax(x, axis=axis), shape=x.shape, axis=axis),
    tex=r"\operatorname{{cummax}}({0})", shapes=_SHAPES, choices=({"axis": 0}, {"axis": -1}),
    lower=lambda x, axis: np.take_along_axis(x, running_argmax.array(x, axis), axis),
    convention="Of equal elements the latest gets the gradient.")
def cummax(x: Array, axis: int = -1) -> Array:
    """Greatest of the elements so far along an axis."""
    return np.maximum.accumulate(x, axis)


@made_of_rows()
def cummin(x, axis: int = -1):
    """Least of the elements so far along an axis.

    >>> cummin(np.array([3.0, 1.0, 2.0]))
    array([3., 1., 1.])
    """
    if x.dtype.kind in "ub":
        raise OperandError(f"cummin takes numbers that have a negative, got {x.dtype}; convert them by astype first")
    return -cummax(-x, axis=axis)
