"""Rows that move elements without changing them: reshape, transpose, broadcast and its adjoint. Knows arrays only."""

import math
from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.op import dialect, shape_helper, structural

Array = Any
Shape = tuple[int, ...]


@shape_helper
def inverse_permutation(axes: tuple[int, ...] | None, ndim: int) -> tuple[int, ...] | None:
    """Return the order of axes that undoes `axes`."""
    return None if axes is None else tuple(int(i) for i in np.argsort([axis % ndim for axis in axes]))


@structural(
    lambda g, y, x, shape: reshape(g, x.shape),
    tex=r"\operatorname{{reshape}}({0})", shapes=(((2, 3),), ((6,),)), choices=({"shape": (3, 2)}, {"shape": -1}),
    numpy=(np.reshape,))
def reshape(x: Array, shape: int | Shape) -> Array:
    """The same elements, in C order, in another shape; -1 stands for one dimension that follows from the rest."""
    return np.reshape(x, shape)


@structural(
    lambda g, y, x, axes: transpose(g, axes=inverse_permutation(axes, x.ndim)),
    tex=r"{0}^\top", shapes=(((2, 3),), ((2, 3, 4),)), choices=({"axes": None},), numpy=(np.transpose,))
def transpose(x: Array, axes: tuple[int, ...] | None = None) -> Array:
    """Axes in reverse order, or in the order given."""
    return np.transpose(x, axes)


@dialect
def mT(a):  # type: ignore[no-untyped-def]  # noqa: ANN001, N802
    """Transpose of the last two axes."""
    return swapaxes(a, axis1=-1, axis2=-2)  # type: ignore[name-defined]  # noqa: F821


@structural(
    lambda g, y, x, axis1, axis2: swapaxes(g, axis1=axis1, axis2=axis2),
    tex=r"{0}^\top", shapes=(((2, 3),), ((2, 3, 4),)), choices=({"axis1": 0, "axis2": 1},), numpy=(np.swapaxes,))
def swapaxes(x: Array, axis1: int, axis2: int) -> Array:
    """Two axes in each other's place."""
    return np.swapaxes(x, axis1, axis2)


@structural(
    lambda g, y, x, shape: sum_to(g, shape=x.shape),
    tex=r"\operatorname{{broadcast}}({0})", shapes=(((3,),), ((2, 1),), ((),)), choices=({"shape": (2, 3)},),
    numpy=(np.broadcast_to,))
def broadcast_to(x: Array, shape: Shape) -> Array:
    """Elements repeated along new and stretched axes."""
    return np.broadcast_to(x, shape)


@structural(
    lambda g, y, x, shape: broadcast_to(g, shape=x.shape),
    tex=r"\operatorname{{sum\,to}}({0})", shapes=(((2, 3),),), choices=({"shape": (3,)}, {"shape": (2, 1)}))
def sum_to(x: Array, shape: Shape) -> Array:
    """Sum over the axes along which `shape` was broadcast: the adjoint of `broadcast_to`."""
    if x.shape == shape:
        return x
    added = x.ndim - len(shape)
    if added < 0 or any(n not in (1, m) for n, m in zip(shape, x.shape[added:], strict=True)):
        raise ShapeError(f"sum_to: an array of shape {x.shape} was not broadcast from shape {shape}")
    stretched = tuple(i + added for i, n in enumerate(shape) if n == 1 != x.shape[i + added])
    return np.reshape(np.sum(x, axis=(*range(added), *stretched)), shape)


def size(shape: Shape) -> int:
    """Return the number of elements of a shape."""
    return math.prod(shape)
