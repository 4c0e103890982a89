"""Value: a scalar that remembers how it was computed. Eager; each edge carries its local derivative.

Its methods and operators are made from the rows of the table in `value_methods.py`.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, SupportsFloat

import numpy as np

from autograd import ops
from autograd.backward import backward
from autograd.errors import AutogradError, CutGraphError, OperandError, ShapeError
from autograd.node import Node, annotate, mark_changed, next_number, special
from autograd.numpy_protocol import array_function, array_ufunc
from autograd.op import Op

new = object.__new__


def as_float(x: Any) -> float:
    """Return a real number as a Python float, or raise an OperandError that shows it."""
    number = x.ndim == 0 and x.dtype.kind in "fiub" if isinstance(x, np.ndarray) else isinstance(x, SupportsFloat)
    if number and not isinstance(x, (np.complexfloating, Node)):
        try:
            return float(x)
        except OverflowError:
            raise OperandError("Value: the integer is too large for a float") from None
    raise OperandError(f"Value needs one real number, got {type(x).__name__} {x!r:.60}")


class Value(Node):
    """A scalar node: `data`, `grad`, `label`, the op and the inputs it came from, and `backward()`.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> loss = (a * b).tanh() + a**2
    >>> loss.backward()
    >>> a.grad, round(b.grad, 6)
    (3.99992627, 4.9e-05)
    """

    __slots__ = ()
    unset: ClassVar = {**Node.unset, "grad": 0.0}
    precedence = 1
    requires_grad = _requires_grad = True
    keeps_grad = True

    def __init__(self, data: Any, label: str = "") -> None:
        self._data = data if type(data) is float else as_float(data)
        self._x = self._wx = ()
        self._y = self._wy = self.op = None
        self.grad = 0.0
        self.label = label
        self.stamp = 0
        self.index = next_number()

    @property
    def data(self) -> float:
        """The number. Setting it on a leaf marks what was computed from it as stale."""
        value: float = self._data
        return value

    @data.setter
    def data(self, data: Any) -> None:
        if self.op is not None:
            raise OperandError(f"the data of {self!r} follows from its inputs; set theirs, or use detach()")
        self._data = as_float(data)
        mark_changed(self)

    @classmethod
    def record_op(cls, op: Op, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
        """Compute an op on Values and numbers; return the node that remembers it."""
        inputs = tuple([x if isinstance(x, Value) else as_operand(x, op) for x in inputs])
        if op.scalar is None or not all(isinstance(x, (Value, float)) for x in inputs):
            return Node.holders[np.ndarray].record_op(op, inputs, options)  # a Tensor
        xs = tuple([x._data if isinstance(x, Value) else x for x in inputs])
        y = op.on_floats(*xs, **options)
        node = new(cls)
        node._data, node.op, node.index = y, op, next_number()
        weights = tuple([op.weight(slot, y, xs, options) if isinstance(x, Value) else False
                         for slot, x in enumerate(inputs)])
        node._y = node._wy = None
        if len(inputs) == 1:
            (node._x,), (node._wx,) = inputs, weights
        elif len(inputs) == 2:
            (node._x, node._y), (node._wx, node._wy) = inputs, weights
        else:
            node._x, node._wx = inputs, weights
        if options:
            node.options = options
        annotate(node)
        return node

    # micrograd's names
    @property
    def _prev(self) -> "tuple[Value, ...]":
        return tuple(Value(x) if isinstance(x, float) else x for x in self.inputs)

    @property
    def _op(self) -> str:
        if self.op is None:
            return ""
        return SYMBOLS.get(self.op.name, self.op.name)

    def backward(self, *, free: bool = False) -> None:
        """Add the derivatives of this value to the `.grad` of every leaf; intermediates show this sweep's alone.

        With `free` the graph is dropped as the sweep passes.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> y.backward(); y.backward(); x.grad
        12.0
        """
        backward(self, free=free)

    def seed(self, cotangent: Any, create_graph: bool) -> Any:
        """Return the cotangent that a backward pass starts from, 1 by default."""
        if create_graph:
            return cotangent if isinstance(cotangent, Value) else Value(1.0 if cotangent is None else cotangent)
        return 1.0 if cotangent is None else as_float(cotangent)

    def zero_cotangent(self, create_graph: bool) -> Any:
        """Return the gradient of what nothing depends on."""
        return Value(0.0) if create_graph else 0.0

    def accept(self, contribution: Any, create_graph: bool) -> Any:
        """Return a contribution to this node's cotangent as what it keeps: a float, or a Value."""
        if create_graph:
            return contribution if isinstance(contribution, Value) else Value(contribution)
        return float(contribution)

    def receive(self, g: float | None) -> None:
        """Take the result of a sweep: leaves add it up, intermediates show it."""
        if self.op is not None:
            self.grad = 0.0 if g is None else g
        elif g is not None:
            self.grad = g if self.grad is None else self.grad + g

    def detach(self) -> "Value":
        """Return a leaf with the same number."""
        return Value(self._data, label=self.label)

    def item(self) -> float:
        """Return the number as a Python float, out of the graph."""
        value: float = self._data
        return value

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data!r}, grad={self.grad!r}{label})"

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __bool__(self) -> bool:
        return bool(self._data)

    def __float__(self) -> float:
        raise CutGraphError(f"a plain number made of {self!r} would cut the graph silently: use v.sin(), v.exp() … in "
                            "place of the functions of `math`, and v.data for the plain number")

    __int__ = __index__ = __complex__ = __float__

    def __copy__(self) -> "Value":
        self.check_leaf("copied")
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> "Value":
        self.check_leaf("copied")
        twin = Value(self._data, label=self.label)
        twin.grad = self.grad
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        self.check_leaf("pickled")
        return restore_value, (self._data, self.grad, self.label)

    def check_leaf(self, what: str) -> None:
        """Raise unless this is a leaf."""
        if self.op is not None:
            raise AutogradError(f"{self!r} was computed by {self.op.name}; only leaves can be {what}: use detach()")

    __hash__ = object.__hash__
    __array_ufunc__ = array_ufunc
    __array_function__ = array_function


def restore_value(data: float, grad: float, label: str) -> Value:
    """Rebuild a leaf from a pickle."""
    value = Value(data, label=label)
    value.grad = grad
    return value


def as_operand(x: Any, op: Op) -> Any:
    """Return an operand beside a Value: a number as float; arrays and Tensors as they are, for the Tensor to record."""
    if isinstance(x, (np.ndarray, Node, list)) and not (isinstance(x, np.ndarray) and x.ndim == 0):
        return x
    try:
        return as_float(x)
    except OperandError:
        raise OperandError(f"{op.name} of a Value takes numbers, Values, arrays and Tensors, "
                           f"got {type(x).__name__} {x!r:.60}") from None


SYMBOLS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "neg": "-", "relu": "ReLU"}


def compare(relation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return a comparison of a Value's data with a number's or another Value's."""
    def method(self: Value, other: Any) -> Any:
        if isinstance(other, Value):
            other = other._data
        elif isinstance(other, Node):
            return NotImplemented
        return relation(self._data, other)
    return method


for relation in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Value, f"__{relation}__", compare(getattr(operator, relation)))


def neuron(weights: Sequence[Any], inputs: Sequence[Any], bias: Any = 0.0) -> Any:
    """Return `ops.sumprod` of Values, without indirection where the weights are Values: one node for a neuron."""
    if not {*map(type, inputs)} <= {Value, float}:
        inputs = [x if isinstance(x, Node) else as_float(x) for x in inputs]
    kinds = {*map(type, inputs)}
    if len(weights) != len(inputs):
        raise ShapeError(f"dot: {len(weights)} weights do not fit {len(inputs)} inputs")
    if not kinds <= {Value, float} or {*map(type, weights), type(bias)} != {Value}:
        return ops.sumprod(*weights, *inputs, bias, n=len(weights))
    ws = [w._data for w in weights]
    xs = [x._data if type(x) is Value else x for x in inputs]
    total: float = bias._data
    for w, x in zip(ws, xs, strict=True):
        total += w * x
    node = new(Value)
    node._data = total
    node.op = ops.sumprod
    node._x = (*weights, *inputs, bias)
    node._wx = (*xs, *(ws if float not in kinds else
                       [w if type(x) is Value else False for w, x in zip(ws, inputs, strict=True)]), 1.0)
    node._y = node._wy = None
    node.options = {"n": len(ws)}
    node.index = next_number()
    if special.blocks:
        annotate(node)
    return node


Node.holders[float] = Value
