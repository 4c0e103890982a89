"""How functions are made of rows: they need no rule, since each row that they call records itself.

Such a function may use all of Python; it takes Tensors, Values, arrays, numbers and lists of these, and its errors
are ours and name it. Knows the table, no node.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd.errors import AutogradError, OperandError, ShapeError
from autograd.op import COMPOSITES, TABLE, composite

Function = Callable[..., Any]


def operand(x: Any) -> Any:
    """Return what has a shape: a Tensor or an array as it is; a Value, a number or a list as a Tensor or an array."""
    if hasattr(x, "shape"):
        return x
    if isinstance(x, (list, tuple)):
        return COMPOSITES["stack"](x) if any(map(holds_node, x)) else np.asarray(x)
    return TABLE["stack_values"](x, shape=()) if holds_node(x) else np.asarray(x)


def holds_node(x: Any) -> bool:
    """Whether x is a node, or a list with a node somewhere in it."""
    return any(map(holds_node, x)) if isinstance(x, (list, tuple)) else hasattr(type(x), "record_op")


def made_of_rows(*numpy: Function, sequence: bool = False) -> Callable[[Function], Function]:
    """Register a function made of rows, as a decorator that names the numpy functions it answers to.

    Its first argument becomes an operand with a shape, unless it is a `sequence` of operands.
    """
    def declare(function: Function) -> Function:
        @wraps(function)
        def guarded(x: Any, *args: Any, **options: Any) -> Any:
            try:
                return function(x if sequence else operand(x), *args, **options)
            except AutogradError:
                raise
            except (ValueError, IndexError) as error:
                given = "".join(f", {name}={value!r:.60}" for name, value in options.items())
                raise ShapeError(f"{function.__name__} of shape {getattr(x, 'shape', '?')}{given}: {error}") from error
            except TypeError as error:
                raise OperandError(explain(function, options, error)) from error
        guarded.is_method = not sequence  # type: ignore[attr-defined]
        return composite(*numpy)(guarded)
    return declare


def explain(function: Function, options: dict[str, Any], error: TypeError) -> str:
    """Say which option a function does not have, or else what went wrong in it."""
    known = [*inspect.signature(function).parameters][1:]
    unknown = sorted(options.keys() - set(known))
    if unknown:
        return f"{function.__name__} has no option {unknown[0]!r}; its options are {known}"
    return f"{function.__name__}: {error}"
