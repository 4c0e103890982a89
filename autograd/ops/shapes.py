"""Rows that move elements without changing them: reshape, transpose, broadcast and its adjoint. Knows arrays only."""

import math
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.op import dialect, shape_helper, structural
from autograd.ops.composing import made_of_rows

Array = Any
Shape = tuple[int, ...]
Axis = int | tuple[int, ...] | None


def axes_of(axis: Axis, ndim: int) -> tuple[int, ...]:
    """Return an axis, several, or None for all, as a tuple of numbers from 0; errors as numpy has them."""
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    size = ndim or 1  # an array without axes reduces along 0 and -1 too
    found = []
    for a in axes:
        if not -size <= a < size:
            raise np.exceptions.AxisError(int(a), ndim)
        found.append(int(a) % size)
    if len(found) > 1 and len(set(found)) < len(found):
        raise ValueError(f"repeated axis in {axis}")
    return tuple(found) if ndim else ()


@shape_helper
def kept_shape(shape: Shape, axis: Axis) -> Shape:
    """Return the shape after a reduction that keeps the reduced axes with length 1."""
    if axis is None:
        return (1,) * len(shape)
    axes = axes_of(axis, len(shape))
    return tuple([1 if i in axes else n for i, n in enumerate(shape)])


@shape_helper
def inverse_permutation(axes: Axis, ndim: int) -> Shape | None:
    """Return the order of axes that undoes `axes`."""
    return None if axes is None else tuple(np.argsort(axes_of(axes, ndim)).tolist())


@shape_helper
def permuted(shape: Shape, axes: Shape) -> Shape:
    """Return the shape with its axes in the given order."""
    return tuple([shape[i] for i in axes])


@shape_helper
def negated(shift: Any) -> Any:
    """Return a shift, or one for each axis, in the other direction."""
    return tuple(-s for s in shift) if isinstance(shift, (tuple, list)) else -shift


@structural(
    lambda g, y, x, shape: reshape(g, shape=x.shape),
    tex=r"\operatorname{{reshape}}({0})", shapes=(((2, 3),), ((6,),)), choices=({"shape": (3, 2)}, {"shape": -1}),
    numpy=(np.reshape,))
def reshape(x: Array, shape: int | Shape) -> Array:
    """The same elements, in C order, in another shape; -1 stands for one dimension that follows from the rest."""
    return x.reshape(shape)


@shape_helper
def reshaped(x: Array, shape: Shape) -> Array:
    """Reshape, unless the shape is right already: shapes decide, so it is the same for every operand."""
    return x if x.shape == shape else reshape(x, shape=shape)


@structural(
    lambda g, y, x, axes: transpose(g, axes=inverse_permutation(axes, x.ndim)),
    tex=r"{0}^\top", shapes=(((2, 3, 4),), ((1, 2, 2),)),
    choices=({"axes": None}, {"axes": (1, 2, 0)}, {"axes": (0, -1, 1)}), numpy=(np.transpose,))
def transpose(x: Array, axes: Axis = None) -> Array:
    """Axes in reverse order, or in the order given."""
    return x.transpose(axes)


@structural(
    lambda g, y, x, axis1, axis2: swapaxes(g, axis1=axis1, axis2=axis2),
    tex=r"{0}^\top", shapes=(((2, 3),), ((2, 3, 4),)),
    choices=({"axis1": 0, "axis2": 1}, {"axis1": -1, "axis2": 0}), numpy=(np.swapaxes,))
def swapaxes(x: Array, axis1: int, axis2: int) -> Array:
    """Two axes in each other's place."""
    return x.swapaxes(axis1, axis2)


@dialect
def mT(a):
    """Transpose of the last two axes."""
    return swapaxes(a, axis1=-1, axis2=-2)


def read_only(x: Array) -> Array:
    """Return an array after taking away the right to write to it."""
    x.setflags(write=False)
    return x


FEW = 1024  # up to which copies of a number cost less than numpy's iterator over a repeated one, in each op to come


def stretch(x: Array, shape: Shape) -> Array:
    """Return `np.broadcast_to(x, shape)`, a read-only view, in a third of its time for the usual contiguous array."""
    if x.ndim == 0 and x.dtype.kind == "f":
        if math.prod(shape) <= FEW:
            filled = np.empty(shape, x.dtype)
            filled.fill(x[()])
            return filled
        return read_only(np.ndarray(shape, x.dtype, x, 0, (0,) * len(shape)))
    if x.flags.c_contiguous and x.size and x.dtype != object and len(shape) == x.ndim:
        strides = [stride if n == m else 0 for n, m, stride in zip(x.shape, shape, x.strides)]
        if all(n == m or n == 1 for n, m in zip(x.shape, shape)):
            return read_only(np.ndarray(shape, x.dtype, x, 0, strides))
    return np.broadcast_to(x, shape)


@structural(
    lambda g, y, x, shape: sum_to(g, shape=x.shape),
    tex=r"\operatorname{{broadcast}}({0})", shapes=(((3,),), ((2, 1),), ((),), ((2, 3),)),
    choices=({"shape": (2, 3)}, {"shape": (4, 2, 3)}), numpy=(np.broadcast_to,))
def broadcast_to(x: Array, shape: Shape) -> Array:
    """Elements repeated along new and stretched axes."""
    return stretch(x, (shape,) if isinstance(shape, int) else tuple(shape))


@structural(
    lambda g, y, x, shape: broadcast_to(g, shape=x.shape),
    tex=r"\operatorname{{sum\,to}}({0})", shapes=(((2, 3),), ((4, 2, 3),), ((2, 1, 3),)),
    choices=({"shape": (3,)}, {"shape": (1, 3)}, {"shape": ()}))
def sum_to(x: Array, shape: Shape) -> Array:
    """Sum over the axes along which `shape` was broadcast: the adjoint of `broadcast_to`."""
    if x.shape == shape:
        return x
    added = x.ndim - len(shape)
    if added == 1 and x.shape[1:] == shape:
        return np.asarray(np.add.reduce(x))  # the usual case, at half the cost
    if added < 0 or any(n not in (1, m) for n, m in zip(shape, x.shape[added:], strict=True)):
        raise ShapeError(f"sum_to: an array of shape {x.shape} was not broadcast from shape {shape}")
    stretched = [i + added for i, n in enumerate(shape) if n == 1 != x.shape[i + added]]
    return np.asarray(np.add.reduce(x, axis=(*range(added), *stretched))).reshape(shape)


@shape_helper
def summed(x: Array, shape: Shape) -> Array:
    """Sum to a shape, unless it is right already."""
    return x if x.shape == shape else sum_to(x, shape=shape)


@structural(
    lambda g, y, x, dtype: astype(g, dtype=x.dtype),
    tex="{0}", shapes=(((2, 3),),), choices=({"dtype": np.float64},), lower=lambda x, dtype: x,
    numpy=tuple(f for f in [getattr(np, "astype", None)] if f),  # numpy has it since 2.1
    convention="A conversion to integers or bools is a cut: no gradient passes.")
def astype(x: Array, dtype: Any) -> Array:
    """The same numbers in another dtype, rounded where it is narrower."""
    return x.astype(dtype, copy=False)


@structural(
    lambda g, y, x, axis: flip(g, axis=axis),
    tex=r"\operatorname{{flip}}({0})", shapes=(((2, 3),), ((2, 3, 2),)),
    choices=({"axis": None}, {"axis": 0}, {"axis": (0, -1)}), numpy=(np.flip,))
def flip(x: Array, axis: Axis = None) -> Array:
    """Elements in reverse order along axes, or along all."""
    return np.flip(x, axis)


@structural(
    lambda g, y, x, shift, axis: roll(g, shift=negated(shift), axis=axis),
    tex=r"\operatorname{{roll}}({0})", shapes=(((2, 3),), ((2, 3, 2),)),
    choices=({"shift": 1}, {"shift": -2, "axis": 1}, {"shift": (1, 2), "axis": (0, 1)}), numpy=(np.roll,))
def roll(x: Array, shift: int | Shape, axis: Axis = None) -> Array:
    """Elements moved along axes, or in C order; what leaves at one end comes in at the other."""
    return np.roll(x, shift, axis)


@made_of_rows(np.ravel)
def ravel(x):
    """All elements in C order, along one axis.

    >>> ravel(np.eye(2))
    array([1., 0., 0., 1.])
    """
    return reshape(x, shape=-1)


@made_of_rows()
def flatten(x):
    """All elements in C order, along one axis; another name of `ravel`.

    >>> flatten(np.eye(2))
    array([1., 0., 0., 1.])
    """
    return reshape(x, shape=-1)


def skeleton(x: Array) -> Array:
    """Return an array of the shape of x that takes no memory, for numpy to compute a shape from."""
    return np.broadcast_to(np.float64(0), x.shape)


@made_of_rows(np.squeeze)
def squeeze(x, axis: Axis = None):
    """The array without its axes of length 1, or without those given.

    >>> squeeze(np.ones((1, 3, 1)), axis=0).shape
    (3, 1)
    """
    return reshape(x, shape=np.squeeze(skeleton(x), axis).shape)


@made_of_rows(np.expand_dims)
def expand_dims(x, axis: int | Shape):
    """The array with a new axis of length 1 at each place given.

    >>> expand_dims(np.ones((2, 3)), axis=(0, -1)).shape
    (1, 2, 3, 1)
    """
    return reshape(x, shape=np.expand_dims(skeleton(x), axis).shape)


@made_of_rows(np.moveaxis)
def moveaxis(x, source: int | Shape, destination: int | Shape):
    """The array with axes moved to other places, the others in order.

    >>> moveaxis(np.ones((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    numbered = np.broadcast_to(np.float64(0), range(1, x.ndim + 1))  # each axis has its number as its length
    return transpose(x, axes=tuple(n - 1 for n in np.moveaxis(numbered, source, destination).shape))


@made_of_rows(np.tile)
def tile(x, reps: int | Shape):
    """The array repeated as a whole, so often along each axis.

    >>> tile(np.array([1.0, 2.0]), 2)
    array([1., 2., 1., 2.])
    """
    times = np.atleast_1d(reps).tolist()
    ndim = max(x.ndim, len(times))
    times = [*[1] * (ndim - len(times)), *times]
    shape = (*(1,) * (ndim - x.ndim), *x.shape)
    pairs = list(zip(times, shape, strict=True))
    apart = broadcast_to(reshape(x, shape=tuple(m for _, n in pairs for m in (1, n))),
                         shape=tuple(m for pair in pairs for m in pair))
    return reshape(apart, shape=tuple(r * n for r, n in pairs))
