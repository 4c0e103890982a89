"""Rows of diagonals and triangles of matrices. Knows arrays only."""

from typing import Any

import numpy as np

from autograd.op import structural
from autograd.ops.composing import made_of_rows
from autograd.ops.reductions import sum
from autograd.ops.shapes import Shape

Array = Any

_SHAPES = (((3, 3),), ((2, 3, 4),))


@structural(
    lambda g, y, x, k: summed(tril(g, k=k), x.shape),
    tex=r"\operatorname{{tril}}({0})", shapes=_SHAPES, choices=({}, {"k": 1}, {"k": -1}), numpy=(np.tril,))
def tril(x: Array, k: int = 0) -> Array:
    """The lower triangle of matrices, zeros above the k-th diagonal."""
    return np.tril(x, k)


@structural(
    lambda g, y, x, k: summed(triu(g, k=k), x.shape),
    tex=r"\operatorname{{triu}}({0})", shapes=_SHAPES, choices=({}, {"k": 1}, {"k": -1}), numpy=(np.triu,))
def triu(x: Array, k: int = 0) -> Array:
    """The upper triangle of matrices, zeros below the k-th diagonal."""
    return np.triu(x, k)


@structural(
    lambda g, y, x, offset, axis1, axis2: from_diagonal(g, shape=x.shape, offset=offset, axis1=axis1, axis2=axis2),
    tex=r"\operatorname{{diag}}({0})", shapes=_SHAPES,
    choices=({}, {"offset": 1}, {"offset": -1, "axis1": 1, "axis2": 0}, {"axis1": -1, "axis2": -2}),
    numpy=(np.diagonal,))
def diagonal(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The diagonals of the matrices in two axes, as the last axis."""
    return np.diagonal(x, offset, axis1, axis2)


@structural(
    lambda g, y, x, shape, offset, axis1, axis2: diagonal(g, offset=offset, axis1=axis1, axis2=axis2),
    tex=r"\operatorname{{diag}}({0})", shapes=(((2,),),),
    choices=({"shape": (2, 2)}, {"shape": (3, 2), "offset": -1}, {"shape": (2, 3), "offset": 1}))
def from_diagonal(x: Array, shape: Shape, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """Zeros of a shape with the elements on a diagonal: the adjoint of `diagonal`."""
    y = np.zeros(shape, x.dtype) if x.dtype != object else np.zeros(shape).astype(object)
    on = np.diagonal(y, offset, axis1, axis2)
    on.flags.writeable = True
    on[...] = x
    return y


@made_of_rows(np.diag)
def diag(x, k: int = 0):
    """The k-th diagonal of a matrix, or the matrix that has a vector as its k-th diagonal.

    >>> diag(np.array([1.0, 2.0]))
    array([[1., 0.],
           [0., 2.]])
    """
    if x.ndim == 1:
        n = x.shape[0] + abs(k)
        return from_diagonal(x, shape=(n, n), offset=k)
    if x.ndim != 2:
        raise ValueError(f"diag takes a vector or a matrix, not {x.ndim} axes")
    return diagonal(x, offset=k)


@made_of_rows(np.trace)
def trace(x, offset: int = 0, axis1: int = 0, axis2: int = 1):
    """The sum of a diagonal of the matrices in two axes.

    >>> trace(np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.float64(5.0)
    """
    return sum(diagonal(x, offset=offset, axis1=axis1, axis2=axis2), axis=-1)
