"""Rows of matrix and tensor products. Knows arrays only."""

from typing import Any

import numpy as np

from autograd.errors import ShapeError
from autograd.op import elementwise, shape_helper, structural
from autograd.ops.composing import made_of_rows, operand
from autograd.ops.shapes import Shape, permuted, ravel, reshape, reshaped, summed, transpose

Array = Any


@shape_helper
def row_shape(shape: Shape) -> Shape:
    """Return the shape of the left factor of a matrix product, a vector being one row."""
    return shape if len(shape) > 1 else (1, *shape)


@shape_helper
def column_shape(shape: Shape) -> Shape:
    """Return the shape of the right factor of a matrix product, a vector being one column."""
    return shape if len(shape) > 1 else (*shape, 1)


@shape_helper
def product_shape(shape: Shape, a: int, b: int) -> Shape:
    """Return the shape of a product of factors with `a` and `b` axes, the row and column of vectors put back."""
    if a > 1 and b > 1:
        return shape
    if b > 1:
        return (*shape[:-1], 1, shape[-1])
    return (*shape, 1) if a > 1 else (1, 1)


@shape_helper
def merged(x: Array, b: int) -> Array:
    """Put the batches of x into its rows if the right factor has none: one large product instead of many."""
    return x if b > 2 or x.ndim <= 2 else reshape(x, shape=(-1, x.shape[-1]))


@shape_helper
def left_cotangent(g: Array, a: Array, b: Array) -> Array:
    """Return g bᵀ, with vectors as rows and columns and batches summed where `a` was broadcast."""
    if a.ndim == b.ndim == 2:
        return g @ b.T
    whole = reshaped(g, product_shape(g.shape, a.ndim, b.ndim))
    product = whole @ reshaped(b, column_shape(b.shape)).mT
    return reshaped(summed(product, row_shape(a.shape)), a.shape)


@shape_helper
def right_cotangent(g: Array, a: Array, b: Array) -> Array:
    """Return aᵀ g, with vectors as rows and columns and batches summed where `b` was broadcast."""
    if a.ndim == b.ndim == 2:
        return a.T @ g
    whole = reshaped(g, product_shape(g.shape, a.ndim, b.ndim))
    product = merged(reshaped(a, row_shape(a.shape)), b.ndim).mT @ merged(whole, b.ndim)
    return reshaped(summed(product, column_shape(b.shape)), b.shape)


@structural(
    lambda g, y, a, b: left_cotangent(g, a, b), lambda g, y, a, b: right_cotangent(g, a, b),
    tex="{0} {1}", numpy=(np.matmul,),
    shapes=(((2, 3), (3, 4)), ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((5, 2, 3), (3, 2)), ((3,), (5, 3, 2)),
            ((5, 2, 3), (3,)), ((2, 3), (5, 3, 2)), ((4, 1, 2, 3), (5, 3, 2))))
def matmul(a: Array, b: Array) -> Array:
    """Matrix product of the last two axes, broadcast over the others; a vector is a row on the left, a column on the
    right."""
    if a.ndim > 2 and b.ndim == 2 and a.size:
        return np.matmul(a.reshape(-1, a.shape[-1]), b).reshape(*a.shape[:-1], b.shape[-1])
    return np.matmul(a, b)


def _sumprod(*xs: float, n: int) -> float:
    if len(xs) != 2 * n + 1:
        raise ShapeError(f"sumprod with n={n} takes {2 * n + 1} operands, {n} weights, {n} inputs and a bias; "
                         f"got {len(xs)}")
    total = xs[2 * n]
    for w, x in zip(xs[:n], xs[n : 2 * n], strict=True):
        total = total + w * x  # not in place: these may be arrays
    return total


sumprod = elementwise(
    "sumprod", _sumprod, _sumprod, lambda z, *xs, slot, n: (xs[n : 2 * n] + xs[:n] + (1,))[slot],
    arity=None, tex=r"\sum_i w_i x_i + b", choices=({"n": 2},),
    doc="The sum w1*x1 + ... + wn*xn + b of 2n + 1 numbers, in this order, as one node: a neuron.")


@made_of_rows(np.tensordot)
def tensordot(a, b, axes: Any = 2):
    """The sum of products over axes: the last n of `a` with the first n of `b`, or a list for each.

    >>> tensordot(np.ones((2, 3, 4)), np.ones((4, 3, 5)), axes=([1, 2], [1, 0])).shape
    (2, 5)
    """
    b = operand(b)
    if np.ndim(axes) == 0:
        axes = (range(a.ndim - axes, a.ndim), range(axes))
    of_a, of_b = ([range(x.ndim)[i] for i in (np.atleast_1d(part).tolist())] for x, part in zip((a, b), axes))
    if permuted(a.shape, of_a) != permuted(b.shape, of_b):
        raise ShapeError(f"tensordot of shapes {a.shape} and {b.shape}: axes {of_a} and {of_b} differ in length")
    free_a, free_b = ([i for i in range(x.ndim) if i not in part] for x, part in ((a, of_a), (b, of_b)))
    n = int(np.prod(permuted(a.shape, of_a)))
    rows, columns = permuted(a.shape, free_a), permuted(b.shape, free_b)
    left = reshape(transpose(a, axes=(*free_a, *of_a)), shape=(int(np.prod(rows)), n))
    right = reshape(transpose(b, axes=(*of_b, *free_b)), shape=(n, int(np.prod(columns))))
    return reshape(matmul(left, right), shape=rows + columns)


@made_of_rows(np.dot)
def dot(a, b):
    """The inner product of vectors, the product of matrices; over the last axis of `a` and the last but one of `b`.

    >>> dot(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    np.float64(11.0)
    """
    b = operand(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    return matmul(a, b) if b.ndim <= 2 else tensordot(a, b, axes=(-1, -2))


@made_of_rows(np.inner)
def inner(a, b):
    """The sum of products over the last axis of both.

    >>> inner(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    np.float64(11.0)
    """
    b = operand(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    return tensordot(a, b, axes=(-1, -1)) if max(a.ndim, b.ndim) > 1 else matmul(a, b)


@made_of_rows(np.vdot)
def vdot(a, b):
    """The inner product of two arrays of equal size, both flat.

    >>> vdot(np.eye(2), np.eye(2))
    np.float64(2.0)
    """
    return matmul(ravel(a), ravel(b))


@made_of_rows(np.outer)
def outer(a, b):
    """The products of each element of `a`, which give the rows, with each of `b`.

    >>> outer(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    array([[3., 4.],
           [6., 8.]])
    """
    return reshape(a, shape=(-1, 1)) * reshape(operand(b), shape=(1, -1))


@made_of_rows()
def outer_product(a, b):
    """The products of each element of `a` with each of `b`, in the axes of `a` and then those of `b`.

    >>> outer_product(np.ones((2, 3)), np.ones((4, 5))).shape
    (2, 3, 4, 5)
    """
    b = operand(b)
    return reshape(a, shape=(*a.shape, *(1,) * b.ndim)) * b
