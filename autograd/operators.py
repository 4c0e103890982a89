"""Python's operators and the methods, spelt once for all that flows through ops. Knows ops, not nodes."""

from collections.abc import Callable
from typing import Any

from autograd import ops

# Python's names of the operators that Value and Tensor spell once more, without indirection, and the rows they mean.
BINARY = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow"}
UNARY = ("neg", "abs")


class Operators:
    """Arithmetic operators that call the ops of the table."""

    __slots__ = ()

    def __add__(self, other: Any) -> Any:
        return ops.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return ops.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return ops.sub(self, other)

    def __rsub__(self, other: Any) -> Any:
        return ops.sub(other, self)

    def __mul__(self, other: Any) -> Any:
        return ops.mul(self, other)

    def __rmul__(self, other: Any) -> Any:
        return ops.mul(other, self)

    def __truediv__(self, other: Any) -> Any:
        return ops.div(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return ops.div(other, self)

    def __pow__(self, other: Any) -> Any:
        return ops.pow(self, other)

    def __rpow__(self, other: Any) -> Any:
        return ops.pow(other, self)

    def __mod__(self, other: Any) -> Any:
        return ops.remainder(self, other)

    def __rmod__(self, other: Any) -> Any:
        return ops.remainder(other, self)

    def __floordiv__(self, other: Any) -> Any:
        return ops.floor_divide(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return ops.floor_divide(other, self)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __round__(self, digits: int | None = None) -> Any:
        return ops.round(self, decimals=digits or 0)

    def __floor__(self) -> Any:
        return ops.floor(self)

    def __ceil__(self) -> Any:
        return ops.ceil(self)

    def __trunc__(self) -> Any:
        return ops.trunc(self)

    def __matmul__(self, other: Any) -> Any:
        return ops.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return ops.matmul(other, self)

    T = property(lambda self: ops.transpose(self), doc="The axes in reverse order.")
    mT = property(lambda self: ops.swapaxes(self, -1, -2), doc="The last two axes in each other's place.")

    def __neg__(self) -> Any:
        return ops.neg(self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return ops.abs(self)


def method_of(function: Callable[..., Any], kind: type) -> Callable[..., Any]:
    """Return a function as a method: its first operand is the object itself."""
    def method(self: Any, *args: Any, **options: Any) -> Any:
        return function(self, *args, **options)
    return named_after(function, kind, method)


def named_after(function: Callable[..., Any], kind: type, method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method after giving it the name and the documentation of the function that it stands for."""
    method.__name__ = function.__name__
    method.__qualname__ = f"{kind.__name__}.{function.__name__}"
    method.__doc__ = function.__doc__
    return method
