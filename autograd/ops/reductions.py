"""Rows that reduce or scan along axes: sums, products, extrema and running forms. Knows arrays only."""

from typing import Any

import numpy as np

from autograd.op import dialect, shape_helper, structural

Array = Any
Axis = int | tuple[int, ...] | None


@shape_helper
def kept_shape(shape: tuple[int, ...], axis: Axis) -> tuple[int, ...]:
    """Return the shape after a reduction that keeps the reduced axes with length 1."""
    axes = range(len(shape)) if axis is None else [a % len(shape) for a in ((axis,) if isinstance(axis, int) else axis)]
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


@dialect
def restore(g, x, axis):  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Put the reduced axes back into the result or cotangent of a reduction of x and broadcast along them."""
    return broadcast_to(reshape(g, shape=kept_shape(x.shape, axis)), shape=x.shape)  # type: ignore[name-defined]  # noqa: F821


AXES = ({"axis": None}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 1)})


@structural(
    lambda g, y, x, axis, keepdims: restore(g, x, axis),
    tex=r"\sum {0}", shapes=(((2, 3),), ((2, 3, 2),)), choices=AXES, numpy=(np.sum,))
def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Sum over all elements or along axes."""
    return np.sum(x, axis=axis, keepdims=keepdims)
