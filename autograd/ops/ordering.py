"""Rows that order elements: sorting, and the places of extrema, which carry no gradient. Knows arrays only."""

from typing import Any

import numpy as np

from autograd.op import dialect, structural
from autograd.ops.composing import made_of_rows
from autograd.ops.indexing import getitem, take_along_axis
from autograd.ops.piecewise import where
from autograd.ops.reductions import lanes, reduced_last
from autograd.ops.shapes import Axis, kept_shape, reshape, transpose

Array = Any

_SHAPES = (((2, 3),), ((4,),))
PLACES = ({"axis": None}, {"axis": 0}, {"axis": -1, "keepdims": True})


@structural(
    None, tex=r"\operatorname{{arg\,max}}({0})", shapes=_SHAPES, choices=PLACES, numpy=(np.argmax,),
    convention="Not differentiable: an integer.")
def argmax(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """Index of the greatest element along an axis, or in C order, the first of equal ones."""
    return np.argmax(x, axis=axis, keepdims=keepdims)


@structural(
    None, tex=r"\operatorname{{arg\,min}}({0})", shapes=_SHAPES, choices=PLACES, numpy=(np.argmin,),
    convention="Not differentiable: an integer.")
def argmin(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """Index of the least element along an axis, or in C order, the first of equal ones."""
    return np.argmin(x, axis=axis, keepdims=keepdims)


@structural(
    None, tex=r"\operatorname{{arg\,sort}}({0})", shapes=_SHAPES, choices=({"axis": 0}, {"axis": -1}, {"axis": None}),
    numpy=(np.argsort,), convention="Not differentiable: integers.")
def argsort(x: Array, axis: int | None = -1) -> Array:
    """Indices that sort the elements along an axis, or all of them, equal ones in their order."""
    return np.argsort(x, axis=axis, kind="stable")


@dialect
def ranks(x, axis):
    """Return the place that each element takes when sorted."""
    return argsort(argsort(x, axis=axis), axis=axis)


@structural(
    lambda g, y, x, axis: reshaped(take_along_axis(g, ranks(x, axis), axis=axis), x.shape),
    tex=r"\operatorname{{sort}}({0})", shapes=_SHAPES, choices=({"axis": 0}, {"axis": -1}, {"axis": None}),
    numpy=(np.sort,), convention="Equal elements keep their order, and each gets the gradient of its own place.")
def sort(x: Array, axis: int | None = -1) -> Array:
    """Elements in ascending order along an axis, or all of them, NaN last."""
    return np.sort(x, axis=axis, kind="stable")


@made_of_rows(np.median)
def median(x, axis: Axis = None, *, keepdims: bool = False):
    """The middle element along axes, or the mean of the two in the middle; NaN if there is one.

    >>> median(np.array([[4.0, 1.0, 3.0, 2.0]]), axis=1)
    array([2.5])
    """
    kept = kept_shape(x.shape, axis)
    line = sort(reshape(transpose(x, axes=reduced_last(axis, x.ndim)), shape=lanes(x.shape, axis)))
    n = line.shape[-1]
    low, high, last = [getitem(line, index=(Ellipsis, i)) for i in ((n - 1) // 2, n // 2, n - 1)]
    middle = low if n % 2 else (low + high) / 2
    found = where(last != last, last, middle)
    return reshape(found, shape=kept) if keepdims else found


def with_index(x: Any, places: Any, axis: int, keepdims: bool) -> tuple[Any, Any]:
    """Return the elements at places that were found along an axis, and the places."""
    values = take_along_axis(x, places, axis=axis)
    if keepdims:
        return values, places
    shape = tuple(n for i, n in enumerate(x.shape) if i != range(x.ndim)[axis])
    return reshape(values, shape=shape), reshape(places, shape=shape)


@made_of_rows()
def max_with_index(x, axis: int = -1, keepdims: bool = False):
    """The greatest element along an axis and its index; of equal ones the first, which alone gets the gradient.

    >>> max_with_index(np.array([[1.0, 3.0, 3.0]]))
    (array([3.]), array([1]))
    """
    return with_index(x, argmax(x, axis=axis, keepdims=True), axis, keepdims)


@made_of_rows()
def min_with_index(x, axis: int = -1, keepdims: bool = False):
    """The least element along an axis and its index; of equal ones the first, which alone gets the gradient.

    >>> min_with_index(np.array([[1.0, 3.0, 1.0]]))
    (array([1.]), array([0]))
    """
    return with_index(x, argmin(x, axis=axis, keepdims=True), axis, keepdims)
