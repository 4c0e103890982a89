"""Where Values and Tensors meet on one graph: Values stacked into a Tensor, a neuron of either."""

from typing import Any

import numpy as np

from autograd import ops
from autograd.errors import OperandError
from autograd.node import Node
from autograd.tensor import Tensor
from autograd.value import Value, neuron

NUMBERS = (Value, float, int, np.floating, np.integer)


def stack_values(values: Any) -> Tensor:
    """Return Values and numbers, in nested lists of equal lengths, as one Tensor on the same graph.

    The other way is `tensor.values()`.

    >>> a, b = Value(2.0), Value(3.0)
    >>> t = stack_values([[a, b], [a, 1.0]])
    >>> t.sum().backward(); a.grad, b.grad
    (2.0, 1.0)
    """
    found = np.array(values, dtype=object)
    for x in found.flat:
        if not isinstance(x, (Value, int, float, np.integer, np.floating)):
            raise OperandError(f"stack_values takes Values and numbers in nested lists of equal lengths, "
                               f"got {type(x).__name__} {x!r:.60}")
    stacked: Tensor = ops.stack_values(*found.flat, shape=found.shape)
    return stacked if isinstance(stacked, Tensor) else Tensor(stacked)


def dot(a: Any, b: Any, bias: Any = 0.0) -> Any:
    """Return the dot product plus a bias: of sequences of Values as one fused node, of arrays as numpy does.

    >>> w = [Value(2.0), Value(-1.0)]
    >>> y = dot(w, [3.0, 4.0], Value(0.5)); y
    Value(data=2.5, grad=0.0)
    >>> y.backward(); [x.grad for x in w]
    [3.0, 4.0]
    """
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        kinds = {*map(type, a), *map(type, b), type(bias)}
        if any(issubclass(kind, Value) for kind in kinds) and all(issubclass(kind, NUMBERS) for kind in kinds):
            return neuron(a, b, bias)
    product = ops.dot(a, b)
    return product if not isinstance(bias, (Node, np.ndarray)) and bias == 0 else product + bias
