"""Rows that join arrays and take them apart.

The rows `join` and `pile` take the arrays one by one, as all rows take their inputs; the functions `concatenate` and
`stack`, like numpy's, take them in one sequence. Knows arrays only.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from autograd.op import shape_helper, structural
from autograd.ops.composing import made_of_rows, operand
from autograd.ops.shapes import Shape, ravel, reshape

Array = Any


@shape_helper
def block(shapes: Sequence[Shape], slot: int, axis: int) -> tuple[slice, ...]:
    """Return the index of one of several joined arrays within the whole."""
    axis = range(len(shapes[0]))[axis]
    start = sum([shape[axis] for shape in shapes[:slot]])
    return (*(slice(None),) * axis, slice(start, start + shapes[slot][axis]))


@structural(
    lambda g, y, *xs, axis, slot: getitem(g, index=block([x.shape for x in xs], slot, axis)),
    tex=r"\operatorname{{concat}}", shapes=(((2, 3), (2, 3)), ((2, 2), (2, 2), (2, 2))),
    choices=({"axis": 0}, {"axis": -1}))
def join(*xs: Array, axis: int = 0) -> Array:
    """Arrays one after another along an axis that they have."""
    return np.concatenate(xs, axis)


@shape_helper
def layer(slot: int, axis: int, ndim: int) -> tuple[Any, ...]:
    """Return the index of one of several stacked arrays within the whole."""
    return (*(slice(None),) * range(ndim)[axis], slot)


@structural(
    lambda g, y, *xs, axis, slot: getitem(g, index=layer(slot, axis, y.ndim)),
    tex=r"\operatorname{{stack}}", shapes=(((2, 3), (2, 3)), ((), (), ())),
    choices=({"axis": 0}, {"axis": -1}))
def pile(*xs: Array, axis: int = 0) -> Array:
    """Arrays of one shape one after another along a new axis."""
    return np.stack(xs, axis)


@made_of_rows(np.concatenate, sequence=True)
def concatenate(arrays, axis: int | None = 0):
    """Arrays one after another along an axis that they have, or flat if the axis is None.

    >>> concatenate([np.array([1.0]), np.array([2.0, 3.0])])
    array([1., 2., 3.])
    """
    xs = map(operand, arrays)
    return join(*xs, axis=axis) if axis is not None else join(*map(ravel, xs))


@made_of_rows(np.stack, sequence=True)
def stack(arrays, axis: int = 0):
    """Arrays of one shape one after another along a new axis.

    >>> stack([np.array([1.0, 2.0]), np.array([3.0, 4.0])], axis=1)
    array([[1., 3.],
           [2., 4.]])
    """
    return pile(*map(operand, arrays), axis=axis)


@made_of_rows(np.hstack, sequence=True)
def hstack(arrays):
    """Arrays one after another along the second axis, or along the first if they have one.

    >>> hstack([np.array([1.0]), np.array([2.0, 3.0])])
    array([1., 2., 3.])
    """
    xs = [x if x.ndim else ravel(x) for x in map(operand, arrays)]
    return join(*xs, axis=0 if xs[0].ndim == 1 else 1)


@made_of_rows(np.vstack, sequence=True)
def vstack(arrays):
    """Arrays one below another; a vector is a row.

    >>> vstack([np.array([1.0, 2.0]), np.array([3.0, 4.0])])
    array([[1., 2.],
           [3., 4.]])
    """
    return join(*[x if x.ndim > 1 else reshape(x, shape=(1, -1)) for x in map(operand, arrays)])


@made_of_rows(np.column_stack, sequence=True)
def column_stack(arrays):
    """Arrays beside each other; a vector is a column.

    >>> column_stack([np.array([1.0, 2.0]), np.array([3.0, 4.0])])
    array([[1., 3.],
           [2., 4.]])
    """
    return join(*[x if x.ndim > 1 else reshape(x, shape=(-1, 1)) for x in map(operand, arrays)], axis=1)


@structural(
    lambda g, y, x, indices_or_sections, axis: join(*complete(g, y), axis=axis),
    tex=r"\operatorname{{split}}({0})", shapes=(((4, 2),),),
    choices=({"indices_or_sections": 2}, {"indices_or_sections": (1, 3)}, {"indices_or_sections": 2, "axis": 1}),
    bundles=True, numpy=(np.split,))
def split(x: Array, indices_or_sections: Any, axis: int = 0) -> tuple[Array, ...]:
    """The parts of an array along an axis, of equal length, or between the places given."""
    return tuple(np.split(x, indices_or_sections, axis))


@structural(
    lambda g, y, x, axis: pile(*complete(g, y), axis=axis),
    tex=r"\operatorname{{unstack}}({0})", shapes=(((3, 2),),), choices=({"axis": 0}, {"axis": -1}),
    bundles=True, numpy=tuple(f for f in [getattr(np, "unstack", None)] if f))  # numpy has it since 2.1
def unstack(x: Array, axis: int = 0) -> tuple[Array, ...]:
    """The layers of an array along an axis: the inverse of `stack`."""
    return tuple(np.moveaxis(x, axis, 0))


@made_of_rows(np.array_split)
def array_split(x, indices_or_sections: Any, axis: int = 0):
    """The parts of an array along an axis, of nearly equal length, the first ones longer, or between the places given.

    >>> [part.tolist() for part in array_split(np.arange(3.0), 2)]
    [[0.0, 1.0], [2.0]]
    """
    if np.ndim(indices_or_sections) == 0:
        n, more = divmod(x.shape[axis], indices_or_sections)
        indices_or_sections = tuple(accumulate([n + (i < more) for i in range(indices_or_sections)]))[:-1]
    return split(x, indices_or_sections, axis=axis)
