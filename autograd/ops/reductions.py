"""Rows that reduce along axes: sums, products and extrema. Knows arrays only."""

import math
from typing import Any

import numpy as np

from autograd.op import dialect, shape_helper, structural
from autograd.ops.shapes import Axis, Shape, axes_of, kept_shape, stretch

Array = Any

# What np.sum, np.prod, np.max and np.min call, at half their cost for small arrays.
add_up: Any = np.add.reduce
multiply_up: Any = np.multiply.reduce
greatest_of: Any = np.maximum.reduce
least_of: Any = np.minimum.reduce

_AXES = ({"axis": None}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (1, 0)})
_SHAPES = (((2, 3),), ((2, 3, 2),))


@shape_helper
def count_of(shape: Shape, axis: Axis) -> int:
    """Return how many elements a reduction takes together."""
    return math.prod(shape) if axis is None else math.prod([shape[a] for a in axes_of(axis, len(shape))])


@structural(
    lambda g, y, x, axis, keepdims: restore(g, shape=x.shape, axis=axis),
    tex=r"\sum {0}", shapes=_SHAPES, choices=_AXES, numpy=(np.sum,))
def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Sum over all elements or along axes."""
    return add_up(x, axis=axis, keepdims=keepdims)


@structural(
    lambda g, y, x, shape, axis: reshape(sum(g, axis=axis), shape=x.shape),
    tex=r"\operatorname{{restore}}({0})", shapes=(((2, 1),), ((2,),)),
    choices=({"shape": (2, 3), "axis": 1}, {"shape": (4, 2, 3), "axis": (0, -1)}))
def restore(x: Array, shape: Shape, axis: Axis) -> Array:
    """The reduced axes put back and the elements repeated along them: the adjoint of a sum along axes."""
    return stretch(x if x.ndim == 0 else x.reshape(kept_shape(shape, axis)), shape)


@structural(
    lambda g, y, x, axis, keepdims: restore(g / count_of(x.shape, axis), shape=x.shape, axis=axis),
    tex=r"\operatorname{{mean}}({0})", shapes=_SHAPES, choices=_AXES, numpy=(np.mean,),
    lower=lambda x, axis, keepdims: add_up(x, axis=axis, keepdims=keepdims) / count_of(x.shape, axis),
    convention="The mean of nothing is NaN.")
def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Mean over all elements or along axes."""
    if x.dtype.char in "fd":  # what np.mean does for these, without its checks
        return add_up(x, axis=axis, keepdims=keepdims) / count_of(x.shape, axis)
    return np.mean(x, axis=axis, keepdims=keepdims)


@shape_helper
def reduced_last(axis: Axis, ndim: int) -> Shape:
    """Return the order of axes in which the reduced ones come last."""
    axes = axes_of(axis, ndim)
    return (*[i for i in range(ndim) if i not in axes], *axes)


@shape_helper
def lanes(shape: Shape, axis: Axis) -> Shape:
    """Return the shape with the reduced axes as one axis, which comes last."""
    axes = axes_of(axis, len(shape))
    return (*[n for i, n in enumerate(shape) if i not in axes], count_of(shape, axis))


@dialect
def product_of_others(x, axis):
    """Return for each element the product of all others along the reduced axes: of those before and those after."""
    order = reduced_last(axis, x.ndim)
    lane = reshape(transpose(x, axes=order), shape=lanes(x.shape, axis))
    before = delay(cumprod(lane, axis=-1), axis=-1, fill=1.0)
    after = flip(delay(cumprod(flip(lane, axis=-1), axis=-1), axis=-1, fill=1.0), axis=-1)
    return transpose(reshape(before * after, shape=permuted(x.shape, order)), axes=inverse_permutation(order, x.ndim))


@structural(
    lambda g, y, x, axis, keepdims: restore(g, shape=x.shape, axis=axis) * product_of_others(x, axis),
    tex=r"\prod {0}", shapes=_SHAPES, choices=_AXES, numpy=(np.prod,),
    convention="The derivative is the product of all other elements, by products from both sides: no division, so it "
               "is right where elements are 0.")
def prod(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Product of all elements or along axes."""
    return multiply_up(x, axis=axis, keepdims=keepdims)


@shape_helper
def counting_dtype(dtype: Any) -> Any:
    """Return a floating dtype that counts far enough for numbers of a dtype."""
    return np.result_type(dtype, np.float32)


@dialect
def tie_cotangent(g, y, x, axis):
    """Share a cotangent evenly among the elements that equal the extremum; with a NaN all shares are NaN."""
    chosen = x == restore(y, shape=x.shape, axis=axis)
    count = astype(sum(chosen, axis=axis, keepdims=True), dtype=counting_dtype(x.dtype))
    share = reshape(g, shape=count.shape) / count
    return chosen * broadcast_to(share, shape=x.shape)


def lowered_extremum(x: Array, y: Array, axis: Axis, keepdims: bool) -> Array:
    """Return the mean of the scalars that equal an extremum: the value and the even split of the array form."""
    tied = x == np.reshape(y, kept_shape(x.shape, axis))
    shape = np.shape(add_up(tied, axis=axis, keepdims=keepdims))
    n = count_of(x.shape, axis)
    groups = [a.transpose(reduced_last(axis, x.ndim)).reshape(-1, n) for a in (x, tied)]
    found = np.empty(shape, dtype=object)
    for place, lane, mask in zip(np.ndindex(shape), *groups, strict=True):
        members = lane[mask.astype(bool)]
        found[place] = members[0] if len(members) == 1 else add_up(members) / float(len(members))
    return found


EXTREMUM = "A tie is split evenly, 1/n to each of n equal elements. A NaN gives NaN to all."


@structural(
    lambda g, y, x, axis, keepdims: tie_cotangent(g, y, x, axis),
    tex=r"\max {0}", shapes=_SHAPES, choices=_AXES, numpy=(np.max, np.amax), convention=EXTREMUM,
    lower=lambda x, axis, keepdims: lowered_extremum(x, np.max(x, axis=axis), axis, keepdims))
def max(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Greatest of all elements or along axes."""
    return greatest_of(x, axis=axis, keepdims=keepdims)


@structural(
    lambda g, y, x, axis, keepdims: tie_cotangent(g, y, x, axis),
    tex=r"\min {0}", shapes=_SHAPES, choices=_AXES, numpy=(np.min, np.amin), convention=EXTREMUM,
    lower=lambda x, axis, keepdims: lowered_extremum(x, np.min(x, axis=axis), axis, keepdims))
def min(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Least of all elements or along axes."""
    return least_of(x, axis=axis, keepdims=keepdims)


@structural(
    None, tex=r"\operatorname{{peak}}({0})", shapes=_SHAPES, choices=({}, {"axis": 0}),
    convention="A constant: it stands for a shift that cancels, so no gradient passes.")
def peak(x: Array, axis: Axis = None) -> Array:
    """The greatest element along axes that stay with length 1, or 0 where that is infinite, NaN or of no element."""
    greatest = np.max(x, axis=axis, keepdims=True, initial=-np.inf) if x.size == 0 else np.max(x, axis, keepdims=True)
    return np.where(np.isfinite(greatest), greatest, x.dtype.type(0))


@structural(
    None, tex=r"\operatorname{{magnitude}}({0})", shapes=_SHAPES, choices=({}, {"axis": 0}),
    convention="A constant: it stands for a scale that cancels, so no gradient passes.")
def magnitude(x: Array, axis: Axis = None) -> Array:
    """The power of two that scales the greatest element along axes to a size from 1 to 2, or nearly at extremes."""
    # Scaled so, squares neither overflow nor vanish, and division by a power of two rounds nothing.
    greatest = np.max(np.abs(x), axis=axis, keepdims=True, initial=0)
    dtype = np.result_type(x.dtype, np.float32)
    limit = np.finfo(dtype).maxexp * 3 // 4
    exponent = np.where(np.isfinite(greatest) & (greatest > 0), np.frexp(greatest)[1] - 1, 0)
    return np.ldexp(dtype.type(1), np.clip(exponent, -limit, limit)).astype(dtype)
