"""numpy's protocols: `np.tanh(t)`, `np.sum(t, axis=0)` and `ndarray * t` find their row in the table.

Knows the table and that a node has data; knows neither Value nor Tensor.
"""

import difflib
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import OperandError, UnsupportedError
from autograd.node import Node
from autograd.op import COMPOSITES, NUMPY, TABLE

# Answers about data, not functions to differentiate: they give plain arrays.
PREDICATES = {np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.isnan, np.isinf,
              np.isfinite, np.signbit, np.logical_and, np.logical_or, np.logical_not, np.logical_xor}
PREDICATE_FUNCTIONS = {np.shape, np.ndim, np.size, np.allclose, np.isclose, np.array_equal, np.any, np.all,
                       np.count_nonzero, np.result_type, np.iscomplexobj, np.isrealobj}
METHODS: dict[tuple[str, Any], str] = {
    ("reduce", np.add): "sum", ("reduce", np.multiply): "prod", ("reduce", np.maximum): "max",
    ("reduce", np.minimum): "min", ("accumulate", np.add): "cumsum", ("accumulate", np.multiply): "cumprod",
    ("accumulate", np.maximum): "cummax", ("accumulate", np.minimum): "cummin",
    ("accumulate", np.logaddexp): "logcumsumexp", ("outer", np.multiply): "outer_product",
}


def plain(x: Any) -> Any:
    """Return the data of nodes, also inside lists and tuples; anything else as it is."""
    if isinstance(x, Node):
        return x._data
    return type(x)(map(plain, x)) if type(x) in (list, tuple) else x


def array_ufunc(self: Any, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
    """Answer to a numpy ufunc with the row that names it."""
    if method == "__call__" and not options and ufunc in NUMPY:
        return NUMPY[ufunc](*inputs)
    if options.pop("out", None) is not None:
        raise OperandError(f"np.{ufunc.__name__} cannot write the result for a {type(self).__name__} into an array "
                           "given as out=; write `a = a + t`, not `a += t`")
    if method == "__call__" and ufunc in PREDICATES:
        return ufunc(*map(plain, inputs), **options)
    if method == "__call__":
        function = NUMPY.get(ufunc)
    else:
        name = METHODS.get((method, ufunc), "")
        function = TABLE.get(name) or COMPOSITES.get(name)
        if method != "outer":
            options = {"axis": 0, **{k: v for k, v in options.items() if not (k == "keepdims" and v is False)}}
    if function is None:
        raise unsupported(ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}")
    return function(*inputs, **options)


def array_function(self: Any, function: Callable[..., Any], types: Any, args: Any, options: Any) -> Any:
    """Answer to any other numpy function with the row or composite that names it."""
    if function in PREDICATE_FUNCTIONS:
        return function(*map(plain, args), **{k: plain(v) for k, v in options.items()})
    ours = NUMPY.get(function)
    if ours is None:
        raise unsupported(f"{function.__module__}.{function.__name__}".removeprefix("numpy."))
    return ours(*args, **options)


def unsupported(name: str) -> UnsupportedError:
    """Return the error for a numpy function without a row, with the nearest that have one."""
    known = {f.__name__: f for f in NUMPY}
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or sorted(known)[:3]
    return UnsupportedError(f"np.{name} has no row in the table; nearest: {', '.join('np.' + n for n in near)}. "
                            "supported() lists all; t.numpy() gives a plain array, out of the graph")
