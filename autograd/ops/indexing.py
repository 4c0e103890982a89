"""Rows that pick elements, and their adjoints that put cotangents back. Knows arrays only."""

from typing import Any

import numpy as np

from autograd.errors import OperandError, ShapeError
from autograd.op import shape_helper, structural
from autograd.ops.composing import made_of_rows, operand
from autograd.ops.shapes import Shape, ravel

Array = Any
Index = Any


@structural(
    lambda g, y, x, index: scatter_add(g, shape=x.shape, index=index),
    tex="{0}[i]", shapes=(((4, 3),),),
    choices=({"index": 1}, {"index": (slice(None, None, 2), -1)}, {"index": (Ellipsis, None, 0)},
             {"index": (np.array([0, 0, 3]),)}, {"index": (np.array([True, False, True, True]),)},
             {"index": (slice(1, None), [0, -1, 2, 2])}, {"index": ([[0, 1], [1, 1]],)}))
def getitem(x: Array, index: Index) -> Array:
    """The elements at an index, as numpy indexes: integers, slices, ellipsis, newaxis, masks, integer arrays."""
    return x[index]


@structural(
    lambda g, y, x, shape, index: getitem(g, index=index),
    tex=r"\operatorname{{scatter}}({0})", shapes=(((3,),),),
    choices=({"shape": (4,), "index": (np.array([0, 0, 3]),)}, {"shape": (4, 3), "index": 1},
             {"shape": (2, 5), "index": (0, slice(None, None, 2))}))
def scatter_add(x: Array, shape: Shape, index: Index) -> Array:
    """Zeros of a shape with the elements added at an index, a repeated one as often as it stands there."""
    x = np.asarray(x)
    y = np.zeros(shape, x.dtype) if x.dtype != object else np.zeros(shape).astype(object)
    try:
        if names_nothing_twice(index):
            y[index] = x
        else:
            places = flat_places(index, shape)
            np.add.at(y.reshape(-1), places.reshape(-1), np.broadcast_to(x, places.shape).reshape(-1))
    except ValueError as error:
        raise ShapeError(f"scatter_add: elements of shape {x.shape} do not fit index {index!r:.60} of shape {shape}: "
                         f"{error}") from error
    return y


def names_nothing_twice(index: Index) -> bool:
    """Whether an index holds only integers, slices, ellipsis, newaxis and one mask, so that it names nothing twice."""
    if type(index) is not tuple:
        index = (index,)
    masks = 0
    for part in index:
        if isinstance(part, np.ndarray) and part.dtype == bool:
            masks += 1
        elif not (part is None or part is Ellipsis or isinstance(part, (slice, int, np.integer))):
            return False
    return masks < 2


def flat_places(index: Index, shape: Shape) -> Array:
    """Return the places in C order of the elements at an index: `np.add.at` is ten times as fast along one axis."""
    rows = index[0] if type(index) is tuple and len(index) == 1 else index
    if isinstance(rows, (list, np.ndarray)) and np.asarray(rows).dtype.kind in "iu":  # the index names whole rows
        chosen, size = np.arange(shape[0])[rows], int(np.prod(shape[1:]))
        return (chosen[..., None] * size + np.arange(size)).reshape((*chosen.shape, *shape[1:]))
    return np.arange(np.prod(shape, dtype=np.intp)).reshape(shape)[index]


@shape_helper
def position(slot: int, shape: Shape) -> Shape:
    """Return the index of the element that comes at a place in C order."""
    return tuple(int(i) for i in np.unravel_index(slot, shape))


@structural(
    lambda g, y, *values, shape, dtype, slot: element(g, index=position(slot, shape)),
    tex=r"\operatorname{{stack}}", gathers=True, choices=({"shape": (2,)},),
    lower=lambda *values, shape, dtype: np.array([x[()] for x in values], dtype=object).reshape(shape))
def stack_values(*values: float, shape: Shape, dtype: Any = np.float64) -> Array:
    """Values as the elements of a Tensor."""
    return np.array(values, dtype=dtype).reshape(shape)


@structural(
    lambda g, y, x, index: scatter_add(g, shape=x.shape, index=index),
    tex="{0}_{{i}}", lower=lambda x, index: x[index], shapes=(((2, 3),),), choices=({"index": (1, 2)},))
def element(x: Array, index: Shape) -> float:
    """One element of a Tensor, as a Value."""
    return float(x[index])


def places_along(indices: Array, shape: Shape, axis: int | None) -> tuple[Array, ...]:
    """Return the full index that picks along one axis, as `np.take_along_axis` does."""
    indices = np.asarray(indices)
    if indices.dtype.kind not in "iub":
        raise OperandError(f"indices must be integers, got an array of {indices.dtype}")
    shape = shape if axis is not None else (int(np.prod(shape)),)
    if indices.ndim != len(shape):
        raise ShapeError(f"indices of shape {indices.shape} must have as many axes as the array of shape {shape}")
    axis = range(len(shape))[axis or 0]
    return tuple([indices.astype(np.intp) if i == axis else
                  np.arange(n).reshape([-1 if i == j else 1 for j in range(len(shape))]) for i, n in enumerate(shape)])


@structural(
    lambda g, y, x, indices, axis: add_along_axis(g, indices, shape=x.shape, axis=axis), None,
    tex="{0}[{1}]", shapes=(((2, 3), (2, 3)), ((3, 3), (1, 3))), choices=({"axis": 0}, {"axis": 1}),
    lower=lambda x, indices, axis: take_along_axis.array(x, indices.astype(np.intp), axis), numpy=(np.take_along_axis,))
def take_along_axis(x: Array, indices: Array, axis: int | None = -1) -> Array:
    """The elements at indices along one axis, for each place along the others; in C order if the axis is None."""
    index = places_along(indices, x.shape, axis)
    return x.reshape(-1)[index] if axis is None else x[index]


@structural(
    lambda g, y, x, indices, shape, axis: take_along_axis(g, indices, axis=axis), None,
    tex=r"\operatorname{{scatter}}({0}, {1})", shapes=(((2, 3), (2, 3)),),
    choices=({"shape": (2, 3), "axis": 1}, {"shape": (4, 3), "axis": 0}),
    lower=lambda x, indices, shape, axis: add_along_axis.array(x, indices.astype(np.intp), shape, axis))
def add_along_axis(x: Array, indices: Array, shape: Shape, axis: int | None = -1) -> Array:
    """Zeros of a shape with the elements added at indices along one axis: the adjoint of `take_along_axis`."""
    if axis is None:
        return scatter_add.array(x, (int(np.prod(shape)),), places_along(indices, shape, None)).reshape(shape)
    return scatter_add.array(x, shape, places_along(indices, shape, axis))


@made_of_rows(np.take)
def take(x, indices: Any, axis: int | None = None):
    """The elements, or the slices along an axis, at integer indices.

    >>> take(np.array([10.0, 20.0, 30.0]), [2, 0, 0])
    array([30., 10., 10.])
    """
    chosen = np.array(operand(indices))
    if chosen.dtype.kind == "b":  # numbers 0 and 1 to np.take, a mask to getitem
        chosen = chosen.astype(np.intp)
    if axis is None:
        return getitem(ravel(x), index=(chosen,))
    return getitem(x, index=(*(slice(None),) * range(x.ndim)[axis], chosen))


@made_of_rows(np.repeat)
def repeat(x, repeats: Any, axis: int | None = None):
    """Each element repeated, so often or as often as `repeats` says for it, along an axis or in C order.

    >>> repeat(np.array([1.0, 2.0]), [2, 1])
    array([1., 1., 2.])
    """
    x, axis = (ravel(x), 0) if axis is None else (x, axis)
    return take(x, np.repeat(np.arange(x.shape[axis]), np.asarray(operand(repeats))), axis=axis)


@made_of_rows(np.diff)
def diff(x, n: int = 1, axis: int = -1):
    """The differences of neighbours along an axis, n times over.

    >>> diff(np.array([1.0, 4.0, 9.0]))
    array([3., 5.])
    """
    others = (slice(None),) * range(x.ndim)[axis]
    for _ in range(n):
        x = getitem(x, index=(*others, slice(1, None))) - getitem(x, index=(*others, slice(None, -1)))
    return x


@structural(
    lambda g, y, x, widths, value: getitem(g, index=inside(widths, x.shape)),
    tex=r"\operatorname{{pad}}({0})", shapes=(((2, 3),), ((1, 1),)),
    choices=({"widths": ((0, 1), (2, 0))}, {"widths": ((1, 1), (1, 1)), "value": 0.5}))
def constant_pad(x: Array, widths: tuple[Shape, ...], value: float = 0.0) -> Array:
    """The array with constants around it: so many before and after on each axis."""
    y = np.full([before + n + after for n, (before, after) in zip(x.shape, widths, strict=True)], value, x.dtype)
    y[inside(widths, x.shape)] = x
    return y


@shape_helper
def inside(widths: tuple[Shape, ...], shape: Shape) -> tuple[slice, ...]:
    """Return the index of an array within its padded form."""
    return tuple([slice(before, before + n) for n, (before, _) in zip(shape, widths, strict=True)])


@made_of_rows(np.pad)
def pad(x, pad_width: Any, mode: str = "constant", constant_values: float = 0.0):
    """The array with more elements around it: constants, or elements of its own (mode edge, reflect, symmetric, wrap).

    >>> pad(np.array([1.0, 2.0, 3.0]), (1, 2), mode="reflect")
    array([2., 1., 2., 3., 2., 1.])
    """
    widths = tuple((int(before), int(after)) for before, after in np.broadcast_to(pad_width, (x.ndim, 2)))
    if any(width < 0 for pair in widths for width in pair):
        raise ShapeError(f"pad: widths must be at least 0, got {pad_width!r:.60}")
    if mode == "constant":
        if np.ndim(constant_values) or hasattr(type(constant_values), "record_op"):
            raise OperandError(f"pad takes one plain number as constant_values, got {constant_values!r:.60}; for a "
                               "constant of its own on each side, pad one side after another")
        return constant_pad(x, widths=widths, value=constant_values)
    if mode not in ("edge", "reflect", "symmetric", "wrap"):
        raise OperandError(f"pad has no mode {mode!r}; its modes are constant, edge, reflect, symmetric, wrap")
    for axis, pair in enumerate(widths):
        if pair != (0, 0):
            x = take(x, np.pad(np.arange(x.shape[axis]), pair, mode=mode), axis=axis)  # type: ignore[call-overload]
    return x
