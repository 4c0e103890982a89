"""Rows that pick elements, and their adjoints that put cotangents back. Knows arrays only."""

from typing import Any

import numpy as np

from autograd.op import shape_helper, structural

Array = Any
Index = Any


@structural(
    lambda g, y, x, index: scatter_add(g, shape=x.shape, index=index),
    tex="{0}[i]", shapes=(((4, 3),),),
    choices=({"index": 1}, {"index": (slice(None, None, 2), -1)}, {"index": (Ellipsis, None, 0)},
             {"index": (np.array([0, 0, 3]),)}, {"index": (np.array([True, False, True, True]),)}))
def getitem(x: Array, index: Index) -> Array:
    """The elements at an index, as numpy indexes: integers, slices, ellipsis, newaxis, masks, integer arrays."""
    return x[index]


@structural(
    lambda g, y, x, shape, index: getitem(g, index=index),
    tex=r"\operatorname{{scatter}}({0})", shapes=(((3,),),),
    choices=({"shape": (4,), "index": (np.array([0, 0, 3]),)}, {"shape": (4, 3), "index": 1}))
def scatter_add(x: Array, shape: tuple[int, ...], index: Index) -> Array:
    """Zeros of a shape with the elements added at an index, a repeated one as often as it stands there."""
    x = np.asarray(x)
    y = np.zeros(shape, x.dtype)
    if is_basic(index):
        y[index] = x
    else:
        np.add.at(y, index, x)
    return y


def is_basic(index: Index) -> bool:
    """Whether an index holds only integers, slices, ellipsis and newaxis, so that it names no element twice."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(part is None or part is Ellipsis or isinstance(part, (slice, int, np.integer)) for part in parts)


@shape_helper
def position(slot: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the index of the element that comes at a place in C order."""
    return tuple(int(i) for i in np.unravel_index(slot, shape))


@structural(
    lambda g, y, *values, shape, dtype, slot: element(g, index=position(slot, shape)),
    tex=r"\operatorname{{stack}}", gathers=True,
    lower=lambda *values, shape, dtype: np.array([x[()] for x in values], dtype=object).reshape(shape), choices=({"shape": (2,)},))
def stack_values(*values: float, shape: tuple[int, ...], dtype: Any = np.float64) -> Array:
    """Values as the elements of a Tensor."""
    return np.array(values, dtype=dtype).reshape(shape)


@structural(
    lambda g, y, x, index: scatter_add(g, shape=x.shape, index=index),
    tex="{0}_{{i}}", lower=lambda x, index: x[index], shapes=(((2, 3),),), choices=({"index": (1, 2)},))
def element(x: Array, index: tuple[int, ...]) -> float:
    """One element of a Tensor, as a Value."""
    return float(x[index])
