"""ReadOnly: what `t.data` shows, an array that refuses writes. Knows arrays only.

Why: a backward pass reads the data of the forward pass, so data that change unnoticed give wrong gradients.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import OperandError


class ReadOnly(np.ndarray[Any, Any]):
    """An array that refuses writes; its in-place operators give a new array, for the setter of `t.data`.

    A copy of it, which is writeable, is written to like any other array; functions of it give plain arrays.
    """

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method == "at":  # which numpy lets write to any array
            check_writeable(inputs[0])
        if "out" in options:
            options["out"] = tuple(map(plain_view, options["out"]))
        return getattr(ufunc, method)(*map(plain_view, inputs), **options)

    def __setitem__(self, index: Any, value: Any) -> None:
        check_writeable(self)
        super().__setitem__(index, value)


def plain_view(x: Any) -> Any:
    """Return a ReadOnly array as a plain one of the same memory, anything else as it is."""
    return x.view(np.ndarray) if isinstance(x, ReadOnly) else x


def check_writeable(x: Any) -> None:
    """Raise if an array is the data of a Tensor."""
    if isinstance(x, ReadOnly) and not x.flags.writeable:
        raise OperandError("t.data is read-only, so that no backward pass uses changed data unnoticed: on a leaf write "
                           "`t.data -= …` or `t.data = new_array`")


def in_place(symbol: str) -> Callable[[Any, Any], Any]:
    """Return an in-place operator that gives a new array where it may not write."""
    fresh, writing = getattr(operator, symbol), getattr(np.ndarray, f"__i{symbol}__")

    def method(self: Any, other: Any) -> Any:
        return writing(self, other) if self.flags.writeable else fresh(self.view(np.ndarray), other)
    return method


for symbol in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow"):
    setattr(ReadOnly, f"__i{symbol}__", in_place(symbol))
