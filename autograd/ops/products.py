"""Rows of matrix and tensor products. Knows arrays only."""

from math import fsum
from typing import Any

import numpy as np

from autograd.op import dialect, elementwise, shape_helper, structural

Array = Any
Shape = tuple[int, ...]


@shape_helper
def row_shape(shape: Shape) -> Shape:
    """Return the shape of the left factor of a matrix product, a vector being one row."""
    return shape if len(shape) > 1 else (1, *shape)


@shape_helper
def column_shape(shape: Shape) -> Shape:
    """Return the shape of the right factor of a matrix product, a vector being one column."""
    return shape if len(shape) > 1 else (*shape, 1)


@shape_helper
def product_shape(a: Shape, b: Shape) -> Shape:
    """Return the shape of the product of a row or matrices with a column or matrices."""
    a, b = row_shape(a), column_shape(b)
    return (*np.broadcast_shapes(a[:-2], b[:-2]), a[-2], b[-1])


@dialect
def left_cotangent(g, a, b):
    """Return g bᵀ, with vectors as rows and columns and batches summed where `a` was broadcast."""
    whole = reshape(g, shape=product_shape(a.shape, b.shape))
    product = matmul(whole, mT(reshape(b, shape=column_shape(b.shape))))
    return reshape(sum_to(product, shape=row_shape(a.shape)), shape=a.shape)


@dialect
def right_cotangent(g, a, b):
    """Return aᵀ g, with vectors as rows and columns and batches summed where `b` was broadcast."""
    whole = reshape(g, shape=product_shape(a.shape, b.shape))
    product = matmul(mT(reshape(a, shape=row_shape(a.shape))), whole)
    return reshape(sum_to(product, shape=column_shape(b.shape)), shape=b.shape)


@structural(
    lambda g, y, a, b: left_cotangent(g, a, b), lambda g, y, a, b: right_cotangent(g, a, b),
    tex="{0} {1}", numpy=(np.matmul,),
    shapes=(((2, 3), (3, 4)), ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((5, 2, 3), (3, 2)), ((3,), (5, 3, 2)),
            ((4, 1, 2, 3), (5, 3, 2))))
def matmul(a: Array, b: Array) -> Array:
    """Matrix product of the last two axes, broadcast over the others; a vector is a row on the left, a column on the
    right."""
    return np.matmul(a, b)


def _sumprod(*xs: float, n: int) -> float:
    total = xs[2 * n]
    for w, x in zip(xs[:n], xs[n : 2 * n], strict=True):
        total += w * x
    return total


sumprod = elementwise(
    "sumprod", _sumprod, _sumprod, lambda z, *xs, slot, n: (xs[n : 2 * n] + xs[:n] + (1,))[slot],
    arity=None, tex=r"\sum_i w_i x_i + b", choices=({"n": 2},),
    doc="The sum w1*x1 + ... + wn*xn + b of 2n + 1 numbers, in this order, as one node: a neuron.")
