"""What becomes of the operands of an op on arrays before the graph keeps them. Knows nodes, no Value and no Tensor."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd import ops
from autograd.errors import OperandError, ShapeError
from autograd.node import Node
from autograd.op import Op


def frozen(x: Any) -> Any:
    """Return a constant as the graph keeps it: a copy of an array or a list that the user could still write to."""
    if isinstance(x, np.ndarray):
        return x.copy()
    return type(x)(map(frozen, x)) if type(x) in (tuple, list) else x


def widened(op: Op, operands: tuple[Any, ...], arrays: list[Any], wanted: list[tuple[int, Node]], dtype: Any,
            ) -> tuple[tuple[Any, ...], list[Any], list[tuple[int, Node]]]:
    """Return operands, their arrays and those that take a gradient, in the dtype of the result.

    numpy computes in that dtype; a rule such as that of x / y, 1 / y, would else be as rough as y alone.
    """
    for slot, array in enumerate(arrays):
        if type(array) is np.ndarray and array.dtype != dtype and array.dtype.kind in "fiu" and op.rule(op.rules, slot):
            wide = ops.astype(operands[slot], dtype=dtype)
            operands = (*operands[:slot], wide, *operands[slot + 1 :])
            arrays = [*arrays[:slot], wide._data if isinstance(wide, Node) else wide, *arrays[slot + 1 :]]
            wanted = [(k, wide if k == slot else x) for k, x in wanted]
    return operands, arrays, wanted


def misfit(op: Op, arrays: list[Any], options: Mapping[str, Any], error: Exception) -> Exception:
    """Return the error for operands that an op cannot take together."""
    shapes = ", ".join(str(np.shape(x)) for x in arrays)
    given = "".join(f", {name}={value!r:.60}" for name, value in options.items())
    kind = OperandError if isinstance(error, (TypeError, OverflowError)) else ShapeError
    return kind(f"{op.name} of shapes {shapes}{given}: {error}")
