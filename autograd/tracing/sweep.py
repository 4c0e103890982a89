"""The sweep that a trace records. Knows nodes and the chain rule, and no picture.

The sweep is the trace's own: no `.grad` changes. A node sends to each of its inputs what it sends in backward, but here
these contributions are taken one by one instead of added up. A node's id is its rank in topological
order, never `id()` and never what ran before, so the same program always gives the same trace.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from types import CodeType
from typing import Any

import numpy as np

from autograd.backward import harmless, numbers_as_arrays, run_hooks, spread_on_arrays
from autograd.bundle import Bundle
from autograd.errors import OperandError
from autograd.node import Node, Source, resolve, special, topological_order
from autograd.op import in_sweep
from autograd.ops.outputs import complete
from autograd.tracing.data import Trace
from autograd.tracing.records import NONE, TraceEdge, TraceEvent, TraceHook, TraceNode


def trace(root: Node, cotangent: Any = None) -> Trace:
    """Return the graph of a node with the data, gradients and contributions of one backward sweep.

    A root of more than one element needs a `cotangent` of its shape, as in `backward`. Raises OperandError for what is
    no node, FreedGraphError where `backward(free=True)` came before, StaleError where data of Tensors was changed.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> picture = trace(x * x)
    >>> [(node.name, node.op, node.operands, node.data, node.grad) for node in picture.nodes]
    [('x', '', (), 3.0, 6.0), ('v1', 'mul', ('x', 'x'), 9.0, 1.0)]
    >>> [(edge.source, edge.target, edge.slot, edge.local) for edge in picture.edges]
    [(0, 1, 0, 3.0), (0, 1, 1, 3.0)]
    >>> [(event.edge, event.upstream, event.contribution, event.before, event.after) for event in picture.events]
    [(0, 1.0, 3.0, 0.0, 3.0), (1, 1.0, 3.0, 3.0, 6.0)]
    """
    sweep = Sweep(root, cotangent)
    events = map(TraceEvent, *sweep.columns, still_to_come([sweep.edges[number].source for number in sweep.columns[0]]))
    hooks = [TraceHook(sweep.ids[node], *rest) for node, *rest in sweep.hooks]
    return Trace(tuple(sweep.nodes()), sweep.edges, tuple(events), tuple(hooks), sweep.seed, sweep.changed())


class Sweep:
    """A sweep over the last nodes of a graph, by default all: their gradients are complete, as who needs them is later.

    `ids` has the ranks of all nodes, `edges` those into the swept nodes, `columns` the fields of the events without
    `left`, `hooks` what hooks changed, `first` the rank of the first node that is swept.
    """

    def __init__(self, root: Node, cotangent: Any = None, last: int | None = None) -> None:
        if not isinstance(root, Node):
            raise OperandError(f"a trace needs the Value or Tensor that was computed, got {type(root).__name__} "
                               f"{root!r:.60}")
        order = topological_order(root)
        self.ids = {node: rank for rank, node in enumerate(order)}
        self.first = 0 if last is None else max(len(order) - last, 0)
        self.seed = root.seed(cotangent, create_graph=False)
        with in_sweep():
            self.edges = tuple(edges_of(self.ids, self.first))
            self.grads: dict[Node, Any] = {root: self.seed}
            self.columns: list[list[Any]] = [[] for _ in range(5)]  # of numbers: tuples would busy the collector
            self.hooks = sweep(order, self.first, self.edges, self.grads, self.columns)

    def nodes(self) -> Iterator[TraceNode]:
        """Yield the records of the swept nodes."""
        return nodes_of(self.ids, self.grads, self.first)

    def changed(self) -> tuple[str, ...]:
        """Return the names of the leaves whose data was set after a swept node was computed from it."""
        if special.changed < next(iter(self.ids)).index:
            return ()
        found = {self.ids[x] for node in islice(self.ids, self.first, None) for x in node.inputs
                 if isinstance(x, Node) and x.stamp > node.index and x in self.ids}
        names = unique_names(self.ids)
        return tuple([names[rank] for rank in sorted(found)])


class Shares(dict[Node, Any]):
    """Stands in for the sums of cotangents in `spread_on_arrays`, and takes what would be added to them one by one."""

    def __init__(self) -> None:
        self.taken: list[tuple[Node, Any]] = []

    def get(self, key: Node, default: Any = None) -> Any:
        """Return nothing to add to."""

    def __setitem__(self, key: Node, share: Any) -> None:
        self.taken.append((key, share))


def contributions(node: Node, g: Any) -> list[tuple[int, Node, Any]]:
    """Return what a node sends to its inputs, with their slots, as backward computes it."""
    weights, op = node._wx, node.op
    if weights is not None:
        if type(weights) is not tuple:
            weights = (weights, node._wy)
        return [(slot, x, g * w) for slot, (x, w) in enumerate(zip(node.inputs, weights)) if w is not False]
    assert op is not None
    shares = Shares()
    spread_on_arrays(node, g, shares)
    slots = [slot for slot, _ in node._wy if op.array_rules[slot if op.arity else 0] is not None]
    return [(slot, x, share) for slot, (x, share) in zip(slots, shares.taken, strict=True)]


def sweep(order: list[Node], start: int, edges: tuple[TraceEdge, ...], grads: dict[Node, Any],
          columns: list[list[Any]]) -> list[Any]:
    """Complete the gradients down to a rank, write events without `left` into columns, return what hooks changed."""
    edge_numbers, upstreams, shares, befores, afters = [column.append for column in columns]
    get, hooks = grads.get, []
    first = len(edges)  # of the edges into the node
    for rank in range(len(order) - 1, start - 1, -1):
        node = order[rank]
        last = first
        while first and edges[first - 1].target == rank:
            first -= 1
        g = get(node)
        if g is not None and "hooks" in node._notes:
            changed = grads[node] = run_hooks(node, g, create_graph=False)
            hooks.append((node, len(columns[0]), in_one(node, g), in_one(node, changed)))
            g = changed
        if first == last or (g is None and harmless(node)):
            continue
        g = 0.0 if g is None else g
        zero, upstream = None if node._wx is None else 0.0, in_one(node, g)
        numbers = {edge.slot: edge.id for edge in edges[first:last]}
        for slot, x, share in contributions(node, g):
            before = get(x, zero)
            edge_numbers(numbers[slot])
            upstreams(upstream)
            shares(in_one(x, share))
            befores(None if before is None else in_one(x, before))
            after = grads[x] = share if before is None else before + share
            afters(in_one(x, after))
    return hooks


def in_one(node: Node, x: Any) -> Any:
    """Return the data or the gradient of a node; of several outputs all elements in one row."""
    if type(node) is not Bundle:
        return x
    return np.concatenate([np.ravel(part) for part in (x if isinstance(x, tuple) else complete(x, node.data))])


def nodes_of(ids: dict[Node, int], grads: dict[Node, Any], first: int = 0) -> Iterator[TraceNode]:
    """Yield the records of the nodes from a rank on."""
    names = unique_names(ids)
    sources: dict[tuple[CodeType, int], Source] = {}

    def operand(x: Any) -> Any:
        return (names[ids[x]] if x in ids else x._data) if isinstance(x, Node) else x

    for node, rank in islice(ids.items(), first, None):
        data, g, notes, op = node._data, grads.get(node), node._notes, node.op
        place = notes.get("source")
        if place and place not in sources:
            sources[place] = resolve(*place)
        yield TraceNode(
            rank, names[rank], op.name if op else "", tuple([operand(x) for x in node.inputs]),
            in_one(node, data), in_one(node, node.zero_cotangent(False) if g is None else g),
            tuple(map(np.shape, data)) if type(data) is tuple else (getattr(data, "shape", ()),),
            notes.get("scope", ()), sources[place] if place else None, op, node.options,
            NONE if node._wx is not None else labels_of_constants(node, ids))


def labels_of_constants(node: Node, ids: dict[Node, int]) -> Mapping[int, str]:
    """Return the labels of the inputs that are nodes and yet constants, by slot."""
    found = {slot: x.label for slot, x in enumerate(node.inputs) if isinstance(x, Node) and x not in ids and x.label}
    return found or NONE


def edges_of(ids: dict[Node, int], first: int = 0) -> Iterator[TraceEdge]:
    """Yield the records of the edges into the nodes from a rank on, by target and slot."""
    number = 0
    for node, rank in islice(ids.items(), first, None):
        for slot, x in enumerate(node.inputs):
            if isinstance(x, Node) and x in ids:
                yield TraceEdge(number, ids[x], rank, slot, local_derivative(node, slot))
                number += 1


def still_to_come(sources: list[int]) -> Iterator[int]:
    """Yield for each contribution how many more its source will get."""
    left = Counter(sources)
    for source in sources:
        left[source] -= 1
        yield left[source]


def unique_names(nodes: dict[Node, int]) -> list[str]:
    """Return a name for each node: its label or "v" and its rank, with "#" and the rank where two would be alike."""
    names = [node.label or f"v{rank}" for node, rank in nodes.items()]
    uses = Counter(names)
    while len(uses) < len(names):  # a label may look like what is made here: "x#1"
        names = [name if uses[name] == 1 else f"{name}#{rank}" for rank, name in enumerate(names)]
        uses = Counter(names)
    return names


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
    if rule is None:
        return 0.0
    try:
        return rule(node._data, *xs, **node.options, **place)
    except ArithmeticError:  # of plain numbers, as in x / 0.0
        return rule(node._data, *numbers_as_arrays(xs), **node.options, **place)
