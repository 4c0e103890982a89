"""Lower a graph of Tensors to the graph of Values that computes the same numbers: an array opened as its scalars.

Each Tensor becomes an object array of Values. An elementwise op is applied to each element; any other op runs its
array form (or the row's `lower`) on the object arrays, where numpy calls the Values' own + and *.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import OperandError
from autograd.node import Node, name_of, topological_order
from autograd.op import Op
from autograd.value import Value


class Exploded(NamedTuple):
    """The scalars of a graph: those of its output, and those of each leaf that requires a gradient."""

    output: Any                  # a Value, or an object array of Values in the shape of the output
    leaves: Mapping[Node, Any]   # the same for each leaf

    def gradient(self, leaf: Node) -> Any:
        """Return the `.grad` of a leaf's scalars, in the leaf's shape."""
        scalars = self.leaves[leaf]
        if isinstance(scalars, Value):
            return scalars.grad
        return np.array([x.grad for x in scalars.flat], dtype=np.float64).reshape(scalars.shape)


def explode(output: Node) -> Exploded:
    """Return the Values that compute the same numbers as a Tensor's graph, from fresh leaves; for small graphs.

    Raises OperandError if an op in the graph has no scalar form.

    >>> from autograd import Tensor
    >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> loss, leaves = explode((x * x).sum())
    >>> loss
    Value(data=14.0, grad=0.0)
    >>> loss.backward()
    >>> [scalar.grad for scalar in leaves[x]]
    [2.0, 4.0, 6.0]
    """
    scalars: dict[Node, Any] = {}
    leaves: dict[Node, Any] = {}
    for node in topological_order(output):
        if node.op is None:
            scalars[node] = leaves[node] = leaf_scalars(node)
        else:
            operands = [scalars[x] if isinstance(x, Node) and x in scalars else constants(x) for x in node.inputs]
            scalars[node] = lowered(node, node.op, operands)
    return Exploded(single(scalars[output]), {leaf: single(found) for leaf, found in leaves.items()})


def constants(x: Any) -> Any:
    """Return plain numbers, or the data of a node without gradient, as an object array."""
    return np.asarray(x._data if isinstance(x, Node) else x).astype(object)


def leaf_scalars(node: Node) -> Any:
    """Return fresh Values for the elements of a leaf, labelled by place."""
    data = np.asarray(node._data)
    found = np.empty(data.shape, dtype=object)
    for place in np.ndindex(data.shape):
        label = node.label + (f"[{', '.join(map(str, place))}]" if node.label and place else "")
        found[place] = Value(float(data[place]), label=label)
    return found


def lowered(node: Node, op: Op, operands: list[Any]) -> Any:
    """Apply an op to object arrays of Values."""
    def scalar(*xs: Any) -> Any:
        return op(*xs, **node.options)

    try:
        if op.elementwise:
            result = np.frompyfunc(scalar, len(operands), 1)(*operands)
        else:
            result = (op.lower or op.array)(*operands, **node.options)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise OperandError(f"explode: {name_of(node)} has no scalar form: {error}") from error
    return as_objects(result)


def as_objects(result: Any) -> Any:
    """Return a Value, or an array of Values, as an object array; of several outputs a tuple of these."""
    if isinstance(result, tuple):
        return tuple(map(as_objects, result))
    if isinstance(result, np.ndarray):
        return result.astype(object)
    found = np.empty((), dtype=object)
    found[()] = result
    return found


def single(scalars: Any) -> Any:
    """Return the Value of an array without axes, any other array as it is."""
    return scalars[()] if scalars.ndim == 0 else scalars
