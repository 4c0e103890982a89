"""Graphs made again: with other numbers in the leaves, or one op alone as the scalars it is made of. Knows no steps."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd import ops
from autograd.bundle import Bundle
from autograd.errors import OperandError
from autograd.explode import explode
from autograd.node import Node, name_of, topological_order
from autograd.tensor import Tensor
from autograd.value import Value

MAX_SCALARS = 300  # nodes of a graph of scalars that a reader can still follow


def rebuilt(root: Node, data: Mapping[Node, Any]) -> Node:
    """Return the graph of a root computed again with other data in some leaves; the old graph stays as it is.

    The ops are those that were recorded: what a program decided by the data is not decided again.

    >>> x = Value(3.0, label="x")
    >>> rebuilt(x * x, {x: 5.0})
    Value(data=25.0, grad=0.0)
    """
    new: dict[Node, Any] = {}
    for node in topological_order(root):
        if node.op is None:
            new[node] = leaf_like(node, data.get(node, node._data))
        else:
            inputs = [new.get(x, x) if isinstance(x, Node) else x for x in node.inputs]
            found = node.op(*inputs, **node.options)
            new[node] = found[0].inputs[0] if isinstance(node, Bundle) else found
        new[node].label = node.label
        for name, note in node._notes.items():
            new[node].note(name, note)
    made: Node = new[root]
    return made


def leaf_like(node: Node, data: Any) -> Node:
    """Return a new leaf of the same kind and type with other data of the same shape; raises OperandError otherwise."""
    if isinstance(node, Value):
        return Value(data)
    array = np.asarray(data, dtype=node._data.dtype)
    if array.shape != node._data.shape:
        raise OperandError(f"{name_of(node)} has shape {node._data.shape}, got data of shape {array.shape}")
    return Tensor(array, requires_grad=True)


def scalars_of(node: Node, upstream: Any, *, most: int = MAX_SCALARS) -> Value:
    """Return an op on Tensors as a graph of Values: the sum of its output's elements times the upstream gradient.

    The gradients of that graph's leaves are what the op contributes to its inputs.
    Raises OperandError for a leaf, for an op without a scalar form and for more than `most` nodes.

    >>> x = Tensor([1.0, 2.0], requires_grad=True); x.label = "x"
    >>> scalars_of(x * x, np.array([1.0, 10.0])).data
    41.0
    """
    if node.op is None or any(isinstance(x, Bundle) for x in (node, *node.inputs)):
        raise OperandError(f"only an op on Tensors can be opened as scalars, not {name_of(node)}")
    if sum(np.size(x._data if isinstance(x, Node) else x) for x in (node, *node.inputs)) > most:
        raise OperandError(f"{name_of(node)} and its operands have more than {most} elements, too many to open")
    fresh = {x: leaf_like(x, x._data) for _, x in node.differentiable_inputs()}
    for number, (x, leaf) in enumerate(fresh.items()):
        leaf.label = x.label or "abcdefgh"[number % 8]
    output = node.op(*[fresh.get(x, x) if isinstance(x, Node) else x for x in node.inputs], **node.options)
    outputs: Any = np.asarray(explode(output).output, dtype=object)
    for place, x in np.ndenumerate(outputs):
        if isinstance(x, Value) and x.op:  # and neither a constant nor an operand passed on
            x.label = (node.label or "out") + (f"[{', '.join(map(str, place))}]" if place else "")
    weights = np.broadcast_to(np.asarray(upstream, dtype=np.float64), outputs.shape)
    total = ops.sumprod(*weights.ravel().tolist(), *outputs.ravel(), 0.0, n=outputs.size)
    if not isinstance(total, Value):
        raise OperandError(f"{name_of(node)} has no scalars that take a gradient")
    if len(topological_order(total)) > most:
        raise OperandError(f"{name_of(node)} is made of more than {most} scalars, too many to open")
    total.label = "upstream · out"
    return total
