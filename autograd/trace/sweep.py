"""One backward sweep over a graph as pure data: every picture is drawn from it. Knows nodes, and no picture.

The sweep is the trace's own: no `.grad` changes. A node's id is its rank in topological order, never `id()` and never
what ran before, so the same program always gives the same trace.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.backward import gradients
from autograd.bundle import Bundle
from autograd.node import Node, topological_order
from autograd.ops.outputs import complete


@dataclass(frozen=True, slots=True)
class TraceNode:
    """A node: what it is called, the op and operands it was computed from, its data and its gradient."""

    id: int
    name: str                    # the label, made unique; else "v" and the id
    op: str                      # the name of a row of the table; "" for a leaf
    operands: tuple[Any, ...]    # per slot: a name for a node, a number or an array for a constant
    data: Any                    # a float or an array
    grad: Any                    # of the root by this node


@dataclass(frozen=True, slots=True)
class TraceEdge:
    """One use of a node by another; `x * x` has two edges between the same nodes."""

    source: int                  # the id of the input
    target: int                  # the id of what is computed from it
    slot: int                    # which operand it is
    local: Any                   # the partial, a float or an array; None for a structural op, which has a vjp instead


@dataclass(frozen=True, slots=True)
class Trace:
    """Nodes, every input before what is made of it and the root last, and edges by target and slot."""

    nodes: tuple[TraceNode, ...]
    edges: tuple[TraceEdge, ...]


def trace(root: Node, cotangent: Any = None) -> Trace:
    """Return the graph of a node with the data, gradients and local derivatives of one backward sweep.

    A root of more than one element needs a `cotangent` of its shape, as in `backward`.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> picture = trace(x * x)
    >>> [(node.name, node.op, node.operands, node.data, node.grad) for node in picture.nodes]
    [('x', '', (), 3.0, 6.0), ('v1', 'mul', ('x', 'x'), 9.0, 1.0)]
    >>> [(edge.source, edge.target, edge.slot, edge.local) for edge in picture.edges]
    [(0, 1, 0, 3.0), (0, 1, 1, 3.0)]
    """
    order = topological_order(root)
    grads = gradients(root, order, cotangent)
    ids = {node: rank for rank, node in enumerate(order)}
    names = unique_names(order)

    def operand(x: Any) -> Any:
        return names[ids[x]] if x in ids else x._data

    nodes = [TraceNode(rank, names[rank], node.op.name if node.op else "",
                       tuple([operand(x) if isinstance(x, Node) else x for x in node.inputs]),
                       in_one(node, node._data), in_one(node, grads[rank]))
             for node, rank in ids.items()]
    edges = [TraceEdge(ids[x], rank, slot, local_derivative(node, slot))
             for node, rank in ids.items()
             for slot, x in enumerate(node.inputs) if isinstance(x, Node) and x in ids]
    return Trace(tuple(nodes), tuple(edges))


def in_one(node: Node, x: Any) -> Any:
    """Return the data or the gradient of a node; of several outputs all elements in one row."""
    if not isinstance(node, Bundle):
        return x
    return np.concatenate([np.ravel(part) for part in (x if isinstance(x, tuple) else complete(x, node.data))])


def unique_names(order: list[Node]) -> list[str]:
    """Return a name for each node: its label or "v" and its rank, with "#" and the rank where two would be alike."""
    names = [node.label or f"v{rank}" for rank, node in enumerate(order)]
    uses = Counter(names)
    return [name if uses[name] == 1 else f"{name}#{rank}" for rank, name in enumerate(names)]


def local_derivative(node: Node, slot: int) -> Any:
    """Return the partial of a node by one of its inputs, as stored or by the rule; None for a structural op."""
    op, first = node.op, node._wx
    if first is not None:
        return float(first[slot] if type(first) is tuple else (first, node._wy)[slot])
    if op is None or not op.elementwise:
        return None
    rule = op.rule(op.array_rules, slot)
    place = {"slot": slot} if op.arity is None else {}
    xs = [x._data if isinstance(x, Node) else x for x in node.inputs]
    with np.errstate(all="ignore"):  # an infinite derivative is a value here, not an accident
        return 0.0 if rule is None else rule(node._data, *xs, **node.options, **place)
