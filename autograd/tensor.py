"""Tensor: an array that remembers how it was computed. Eager; a backward pass runs the rules of its ops on arrays."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograd import ops
from autograd.backward import backward
from autograd.bundle import Bundle
from autograd.errors import AutogradError, CutGraphError, NotDifferentiableError, OperandError, ShapeError
from autograd.node import EMPTY, Node, annotate, mark_changed, name_of, next_number, special
from autograd.numpy_protocol import array_function, array_ufunc, plain
from autograd.op import COMPOSITES, Op
from autograd.operands import frozen, misfit, widened
from autograd.read_only import ReadOnly
from autograd.value import Value

Array = np.ndarray[Any, Any]
new = object.__new__


def as_array(data: Any, dtype: Any = None) -> Array:
    """Return a new array of real numbers, or raise an OperandError that says what is wrong."""
    if isinstance(data, Node) or (isinstance(data, (list, tuple)) and any(isinstance(x, Node) for x in data)):
        raise OperandError("Tensor(...) copies plain numbers and would cut the graph: use stack_values([...]) for "
                           "Values, stack([...]) for Tensors, x.detach() for a copy without history")
    try:
        array = np.array(data)
    except ValueError as error:
        raise ShapeError(f"Tensor: nested lists must have equal lengths: {error}") from None
    if array.dtype.kind not in "fiub" or hasattr(data, "mask"):
        what = "a masked array, whose mask it would drop" if hasattr(data, "mask") else array.dtype
        raise OperandError(f"Tensor holds real numbers, not {what} such as {data!r:.60}")
    return array if dtype is None else array.astype(dtype, copy=False)


class Tensor(Node):
    """An array node: `data`, `grad`, `shape`, `dtype`, the op and the inputs it came from, and `backward()`.

    `data` is copied. Only floating tensors can require a gradient; a gradient has the shape and dtype of its tensor.

    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    array([[2., 4.],
           [6., 8.]])
    """

    __slots__ = ("_requires_grad",)
    precedence = 2

    def __init__(self, data: Any, requires_grad: bool = False, label: str = "", dtype: Any = None) -> None:
        self._data = as_array(data, dtype)
        self.label = label
        self.op = self.grad = None
        self._x = self._wx = ()
        self._notes = EMPTY
        self.stamp = 0
        self.index = next_number()
        self._requires_grad = False
        if requires_grad:
            self.requires_grad = True

    @classmethod
    def record_op(cls, op: Op, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
        """Compute an op on Tensors, arrays, Values and numbers; return the node that remembers it."""
        operands, arrays, wanted = opened(op, inputs)
        try:
            data = op.array(*arrays, **options)
        except AutogradError:
            raise
        except (ValueError, TypeError, IndexError, OverflowError) as error:
            raise misfit(op, arrays, options, error) from error
        kind = type(data)
        if kind is not np.ndarray and kind is not float and kind is not tuple:
            data = np.asarray(data)
        if wanted and op.elementwise and len(arrays) > 1:
            operands, arrays, wanted = widened(op, operands, arrays, wanted, data.dtype)
        node: Any = new(Value if kind is float else Bundle if kind is tuple else Tensor)
        node._data = data
        node.index = next_number()
        if wanted:
            if kind is not float:
                node._requires_grad = op.differentiable and (kind is tuple or data.dtype.kind == "f")
            node.op = op
            node._x = operands
            node._y = arrays
            node._wx = None
            node._wy = wanted
            node.options = options if options is op.options else {name: frozen(x) for name, x in options.items()}
        else:
            node.cut()
        if special.blocks:
            annotate(node)
        return tuple(node) if kind is tuple else node

    def cut(self) -> None:
        """Forget the op and the inputs: become a leaf that requires no gradient, in memory of its own."""
        if self._data.base is not None and self.op is not None:
            self._data = self._data.copy()  # a view of a parameter would change, unnoticed, at an optimizer's step
        super().cut()
        self._requires_grad = False

    @property
    def data(self) -> Array:
        """The array, read-only. Setting it on a leaf, as in `t.data -= …`, marks what was computed from it as stale."""
        view: Array = self._data.view(ReadOnly)
        view.setflags(write=False)
        return view

    @data.setter
    def data(self, data: Any) -> None:
        if self.op is not None:
            raise OperandError(f"the data of {name_of(self)} follows from its inputs; set theirs, or use detach()")
        if type(data) is np.ndarray and data.dtype is self._data.dtype:
            array = data.copy()
        else:
            array = as_array(plain(data))
            if array.dtype.kind == "f" and self._data.dtype.kind != "f":
                raise OperandError(f"data of {array.dtype} would be cut to {self._data.dtype} in {name_of(self)}; "
                                   "create it with dtype=float, or round and convert the data")
            array = array.astype(self._data.dtype, copy=False)
        if array.shape != self._data.shape:
            raise ShapeError(f"data of shape {array.shape} does not fit {name_of(self)} of shape {self._data.shape}")
        self._data = array
        mark_changed(self)

    @staticmethod
    def adopt(leaves: "Sequence[Tensor]", views: Sequence[Array]) -> bool:
        """Move data of leaves into arrays of a caller, who calls `changed` after each write; return whether all fit."""
        for leaf, view in zip(leaves, views, strict=True):
            if leaf._data is not view:
                if (leaf.op, leaf.shape, leaf.dtype) != (None, view.shape, view.dtype):
                    return False
                view[...] = leaf._data
                leaf._data = view
        return True

    changed = staticmethod(mark_changed)

    @property
    def requires_grad(self) -> bool:
        """Whether backward computes a gradient for this tensor."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, on: bool) -> None:
        if on and self._data.dtype.kind != "f":
            raise NotDifferentiableError(f"only floating tensors can require a gradient, not {self._data.dtype}; "
                                         "create it with dtype=float")
        if not on and self.op is not None:
            raise AutogradError(f"{name_of(self)} requires a gradient because its inputs do; use detach()")
        self._requires_grad = bool(on)

    def requires_grad_(self, on: bool = True) -> "Tensor":
        """Set `requires_grad` and return the tensor."""
        self.requires_grad = on
        return self

    @property
    def keeps_grad(self) -> bool:
        """Whether an intermediate shows its gradient after a backward pass."""
        return Node.any_notes and "retain" in self._notes

    def retain_grad(self) -> None:
        """Make an intermediate show its gradient in `.grad` after each backward pass."""
        Node.any_notes = True
        self.note("retain", True)

    def backward(self, gradient: Any = None, *, free: bool = False) -> None:
        """Add the gradients of this tensor to the `.grad` of every leaf that requires one.

        A tensor of more than one element needs `gradient`, the cotangent of its shape. With `free` the graph is
        dropped as the sweep passes.
        """
        backward(self, gradient, free=free)

    def seed(self, cotangent: Any, create_graph: bool) -> Any:
        """Return the cotangent that a backward pass starts from: ones for a single element."""
        if not self._requires_grad:
            raise NotDifferentiableError(f"{name_of(self)} depends on nothing that requires a gradient")
        if cotangent is None:
            if self._data.size != 1:
                raise ShapeError(f"backward from shape {self.shape} needs a cotangent of that shape: pass "
                                 "backward(gradient), or reduce to a scalar first, e.g. with .sum()")
            seed: Any = np.ones(self._data.shape, self._data.dtype)
        elif isinstance(cotangent, Tensor) and create_graph:
            seed = cotangent
        else:
            seed = as_array(plain(cotangent), self._data.dtype)
        if seed.shape != self._data.shape:
            raise ShapeError(f"a cotangent of shape {seed.shape} does not fit an output of shape {self.shape}")
        return Tensor(seed) if create_graph and not isinstance(seed, Tensor) else seed

    def zero_cotangent(self, create_graph: bool) -> Any:
        """Return the gradient of what nothing depends on."""
        zeros = np.zeros_like(self._data)
        return Tensor(zeros) if create_graph else zeros

    def accept(self, contribution: Any, create_graph: bool) -> Any:
        """Return a contribution to this tensor's cotangent in its dtype, as an array or as a Tensor."""
        if create_graph and not isinstance(contribution, Tensor):
            contribution = Tensor(contribution)
        dtype = self._data.dtype
        return contribution if contribution.dtype == dtype else contribution.astype(dtype)

    def receive(self, g: Array | None) -> None:
        """Take the result of a sweep: leaves add it up in a buffer of their own, intermediates show it."""
        if g is None:
            self.grad = self.grad if self.op is None else None
        elif self.grad is None or self.op is not None:
            self.grad = g.copy() if type(g) is np.ndarray else np.array(g, dtype=self._data.dtype)
        elif np.shape(self.grad) != self._data.shape:
            raise ShapeError(f"the .grad set on {name_of(self)} has shape {np.shape(self.grad)}, not {self.shape}")
        else:
            self.grad = self.grad + g  # not in place: the array may be one that the user set

    def detach(self) -> "Tensor":
        """Return a leaf with the same data that requires no gradient."""
        return Tensor(self._data, label=self.label)

    def item(self) -> float:
        """Return the only element as a Python number, out of the graph."""
        if self._data.size != 1:
            raise ShapeError(f"item() takes a tensor of one element, not of shape {self.shape}")
        number: float = self._data.item()
        return number

    def numpy(self) -> Array:
        """Return a copy of the data as a plain array, out of the graph."""
        return np.array(self._data)

    def tolist(self) -> Any:
        """Return the data as nested lists, out of the graph."""
        return self._data.tolist()

    def values(self) -> list[Any]:
        """Return the elements as Values on the same graph, nested in lists as the shape is.

        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> a, b = x.values()
        >>> (a * b).backward(); x.grad
        array([2., 1.])
        """
        found: list[Any] = elements(self, ())
        return found

    shape = property(lambda self: self._data.shape, doc="The lengths of the axes.")
    ndim = property(lambda self: self._data.ndim, doc="The number of axes.")
    size = property(lambda self: self._data.size, doc="The number of elements.")
    dtype = property(lambda self: self._data.dtype, doc="numpy's dtype of the data.")

    def reshape(self, *sizes: Any, shape: Any = ()) -> "Tensor":
        """Return the same elements in another shape, given as a tuple or as numbers."""
        reshaped: Tensor = ops.reshape(self, shape=sizes[0] if len(sizes) == 1 else sizes or shape)
        return reshaped

    def transpose(self, *order: Any, axes: Any = None) -> "Tensor":
        """Return the axes in reverse order, or in the order given, as a tuple or as numbers."""
        transposed: Tensor = ops.transpose(self, axes=order[0] if len(order) == 1 else order or axes)
        return transposed

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[Any]:
        if self.ndim == 0:
            raise OperandError(f"{name_of(self)} has no axis to iterate over: its shape is (); use item()")
        return iter(ops.unstack(self))

    def __contains__(self, x: Any) -> bool:
        return plain(x) in self._data

    def __getitem__(self, index: Any) -> Any:
        return ops.getitem(self, index=plain(index))

    def __setitem__(self, index: Any, value: Any) -> None:
        raise OperandError("a node is never changed in place: use where(mask, value, t) or concatenate, or on a leaf "
                           "set t.data")

    def __bool__(self) -> bool:
        return bool(self._data)

    def __float__(self) -> float:
        raise CutGraphError(f"a plain number made of {name_of(self)} would cut the graph silently: use t.sin(), "
                            "np.sin(t) … in place of the functions of `math`, and t.item() for the plain number")

    __int__ = __index__ = __complex__ = __float__

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if self._requires_grad:
            raise CutGraphError(f"turning {name_of(self)} into a plain array would cut the graph silently: use "
                                "t.numpy() or t.data")
        return np.array(self._data, dtype=dtype)

    def __repr__(self) -> str:
        body = np.array2string(self._data, separator=", ", prefix="Tensor(", threshold=100, edgeitems=3)
        notes = [] if self._data.dtype in (np.float64, np.int64, np.bool_) else [f"dtype={self._data.dtype}"]
        if self.op is not None:
            notes.append(f"op={self.op.name}")
        elif self._requires_grad:
            notes.append("requires_grad=True")
        if self.label:
            notes.append(f"label={self.label!r}")
        return f"Tensor({', '.join([body, *notes])})"

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def __copy__(self) -> "Tensor":
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> "Tensor":
        return restore_tensor(*self.__reduce__()[1])

    def __reduce__(self) -> tuple[Any, ...]:
        if self.op is not None:
            raise AutogradError(f"{name_of(self)} was computed; only leaves can be copied or pickled: use detach()")
        return restore_tensor, (self._data, self._requires_grad, self.grad, self.label)

    __hash__ = object.__hash__
    __array_ufunc__ = array_ufunc
    __array_function__ = array_function


def restore_tensor(data: Array, requires_grad: bool, grad: Array | None, label: str) -> Tensor:
    """Rebuild a leaf from a pickle or for a copy."""
    tensor = Tensor(data, requires_grad, label)
    tensor.grad = None if grad is None else grad.copy()
    return tensor


def elements(x: Tensor, prefix: tuple[int, ...]) -> Any:
    """Return the Values of what lies at the beginning of an index, nested in lists."""
    if len(prefix) == x.ndim:
        return ops.element(x, index=prefix)
    return [elements(x, (*prefix, i)) for i in range(x.shape[len(prefix)])]


def opened(op: Op, inputs: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[Any], list[tuple[int, Node]]]:
    """Return the inputs of an op as the graph keeps them, as arrays and numbers, and those that take a gradient."""
    arrays: list[Any] = []
    wanted: list[tuple[int, Node]] = []
    kept = inputs
    for slot, x in enumerate(inputs):
        if type(x) is not Tensor and not (type(x) is float and op.elementwise):
            x = frozen(as_operand(x, op, inputs))
            kept = (*kept[:slot], x, *kept[slot + 1 :])
        if isinstance(x, Node):
            arrays.append(x._data)
            if x._requires_grad:
                wanted.append((slot, x))
        else:
            arrays.append(x)
    return kept, arrays, wanted


def as_operand(x: Any, op: Op, beside: tuple[Any, ...] = ()) -> Any:
    """Return an operand beside Tensors: a number or Value (which adapt to the Tensors' dtype), an array or a node."""
    if isinstance(x, (Tensor, Bundle)):
        return x
    if isinstance(x, Value):
        dtypes = [t.dtype for t in beside if isinstance(t, Tensor) and t.dtype.kind == "f"]
        return x if op.gathers else ops.stack_values(x, shape=(), dtype=dtypes[0] if dtypes else np.float64)
    if isinstance(x, (bool, int, float, np.integer, np.floating, np.bool_)):
        number = x.item() if isinstance(x, np.generic) else x
        return number if op.elementwise else np.asarray(number)
    if isinstance(x, (list, tuple)) and any(isinstance(item, Node) for item in x):
        return COMPOSITES["stack"](x)
    if isinstance(x, (list, tuple)):
        x = np.array(x)
    if isinstance(x, np.ndarray) and x.dtype.kind in "fiub" and not hasattr(x, "mask"):
        return x if type(x) is np.ndarray else np.asarray(x)  # a matrix would multiply as matrices do
    kind = f"an array of {x.dtype}" if isinstance(x, np.ndarray) else f"{type(x).__name__} {x!r:.60}"
    raise OperandError(f"{op.name} takes Tensors, Values, arrays and real numbers, got {kind}")


def compare(relation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return a comparison of data, elementwise, as a plain array of bools."""
    def method(self: Tensor, other: Any) -> Any:
        return relation(self._data, plain(other))
    return method


for relation in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Tensor, f"__{relation}__", compare(getattr(operator, relation)))
Node.holders[np.ndarray] = Tensor
