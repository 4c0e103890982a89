"""The methods and operators of Tensor, made from the rows of the table.

Those of one or two inputs do, without indirection, what `Tensor.record_op` does for any op, for operands that are
Tensors and numbers and options by default, and leave all else to it. Tests hold them to the functions.

Why: an op on small arrays takes 0.6 µs over numpy's own time where the generic path takes 1.4 µs.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.node import annotate, next_number, special
from autograd.op import COMPOSITES, TABLE, Op
from autograd.operators import BINARY, UNARY, method_of, named_after
from autograd.tensor import Tensor

new = object.__new__


def recorded(op: Op, data: Any, inputs: tuple[Any, ...], arrays: tuple[Any, ...], wanted: tuple[Any, ...],
             ) -> Tensor:
    """Return the node of an op on Tensors and numbers, whose data are `arrays`; options by default."""
    node = new(Tensor)
    node._data = data if type(data) is np.ndarray else np.asarray(data)
    node.index = next_number()
    if wanted:
        node._requires_grad = op.differentiable  # and floating, as what it was computed from
        node.op = op
        node._x = inputs
        node._y = arrays
        node._wx = None
        node._wy = wanted
        node.options = op.options
    else:
        node.cut()
    if special.blocks:
        annotate(node)
    return node


def unary_method(op: Op) -> Callable[..., Any]:
    """Make the method of an op of one Tensor."""
    f, defaults = op.array, op.options

    def method(self: Tensor, *args: Any, **options: Any) -> Any:
        if args or options:
            return op(self, *args, **options)
        x = self._data
        try:
            data = f(x, **defaults)
        except ValueError:
            return op(self)  # which says what does not fit
        return recorded(op, data, (self,), (x,), ((0, self),) if self._requires_grad else ())
    return method


def binary_method(op: Op) -> Callable[[Tensor, Any], Any]:
    """Make the method of an op of a Tensor and a second operand."""
    f = op.array
    numbers = (float, int) if op.elementwise else ()

    def method(self: Tensor, other: Any) -> Any:
        kind = type(other)
        if kind is not Tensor and kind not in numbers:
            return op(self, other)
        x, y = self._data, other._data if kind is Tensor else other
        if kind is Tensor and x.dtype is not y.dtype:
            return op(self, other)
        try:
            data = f(x, y)
        except (ValueError, OverflowError):
            return op(self, other)  # which says what does not fit
        wanted: tuple[Any, ...]
        if kind is Tensor and other._requires_grad:
            wanted = ((0, self), (1, other)) if self._requires_grad else ((1, other),)
        else:
            wanted = ((0, self),) if self._requires_grad else ()
        return recorded(op, data, (self, other), (x, y), wanted)
    return method


def reflected_method(op: Op) -> Callable[[Tensor, Any], Any]:
    """Make the method of an op whose first operand is no Tensor."""
    f = op.array

    def method(self: Tensor, other: Any) -> Any:
        if type(other) is not float and type(other) is not int:
            return op(other, self)
        x = self._data
        try:
            data = f(other, x)
        except OverflowError:
            return op(other, self)
        return recorded(op, data, (other, self), (other, x), ((1, self),) if self._requires_grad else ())
    return method


def method_for(op: Op) -> Callable[..., Any]:
    """Make the method of a row: without indirection where one or two inputs are all it takes."""
    if op.arity == 1 and not op.required and not op.bundles:
        return unary_method(op)
    if op.arity == 2 and not op.options and not op.bundles and not op.gathers:
        return binary_method(op)
    return method_of(op, Tensor)


def install_rows() -> None:
    """Give Tensor a method for each row and composite of a Tensor, and Python's operators from their rows."""
    for op in TABLE.values():
        if op.arity is not None and not op.gathers and not hasattr(Tensor, op.name):
            setattr(Tensor, op.name, named_after(op, Tensor, method_for(op)))
    for name, function in COMPOSITES.items():
        if getattr(function, "is_method", False) and not hasattr(Tensor, name):
            setattr(Tensor, name, method_of(function, Tensor))
    for symbol, name in BINARY.items():
        setattr(Tensor, f"__{symbol}__", binary_method(TABLE[name]))
        setattr(Tensor, f"__r{symbol}__", reflected_method(TABLE[name]))
    for symbol in UNARY:
        setattr(Tensor, f"__{symbol}__", unary_method(TABLE[symbol]))
