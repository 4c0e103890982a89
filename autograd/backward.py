"""The chain rule over a graph: the only sweep there is. Knows nodes and ops, neither Value nor Tensor.

The whole idea, with a graph in topological order::

    cotangents = {output: 1.0}
    for node in reversed(order):
        for x, weight in zip(node.inputs, node.weights):
            cotangents[x] = cotangents.get(x, 0.0) + weight * cotangents[node]

A scalar node stored its weights as it was created; any other node runs its op's rules: on arrays at first order, on
nodes if the derivative is to be differentiated again.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import nullcontext
from contextvars import ContextVar
from typing import Any
from weakref import ref

import numpy as np

from autograd.errors import NotDifferentiableError, OperandError, ShapeError
from autograd.node import STATE, Node, name_of, recording, special, stale, topological_order
from autograd.op import Constant, in_sweep
from autograd.ops import sum_to, where

BOOL = np.dtype(bool)
#: What backward was called on last: for who asks afterwards where a gradient came from.
LAST_ROOT: ContextVar[ref[Node] | None] = ContextVar("glassgrad_last_root", default=None)


def chain_rule(order: list[Node], cotangents: dict[Node, Any], *, create_graph: bool = False, free: bool = False,
               show: bool = False, keep: Collection[Node] = ()) -> dict[Node, Any]:
    """Sweep the cotangents of outputs back through nodes in topological order; return those of leaves and of `keep`.

    A node's cotangent is taken out as it is used: what waits at any time is few, however large the graph. With
    `create_graph` cotangents are nodes themselves. With `free` nodes lose their inputs as the sweep passes. With
    `show` intermediates that keep a gradient show theirs in `.grad`.
    """
    get, take = cotangents.get, cotangents.pop
    kept: dict[Node, Any] = {}
    hooked = Node.any_notes
    nodes = drain(order) if free else reversed(order)
    watch = STATE.get().watch if special.blocks else None
    for node in nodes if watch is None else watch.passing(nodes, cotangents):
        if hooked and "hooks" in node._notes and get(node) is not None:
            cotangents[node] = run_hooks(node, cotangents[node], create_graph)
        if node.op is None:
            continue
        g = take(node, None)
        wx, wy = node._wx, node._wy
        if keep and node in keep:
            kept[node] = g
        if wx is None or create_graph or type(wx) is tuple:
            if show and node.keeps_grad:
                node.receive(g)
            if g is not None or not harmless(node):
                spread = spread_on_nodes if create_graph else spread_on_arrays if wx is None else spread_on_scalars
                spread(node, 0.0 if g is None else g, cotangents)
            continue
        # a scalar op of one or two inputs
        if show:
            node.grad = 0.0 if g is None else g
        if g is None:
            if (wx + (wy or 0.0)) * 0.0 == 0.0:  # harmless(node), without the call
                continue
            g = 0.0
        if wx is not False:
            x = node._x
            cotangents[x] = get(x, 0.0) + g * wx
        if wy is not None and wy is not False:
            y = node._y
            cotangents[y] = get(y, 0.0) + g * wy
    cotangents.update(kept)
    return cotangents


def harmless(node: Node) -> bool:
    """Whether a node that no cotangent reached, because masks dropped it, spreads zeros, and not 0 * inf = nan.

    So what a mask drops costs nothing, and `where(x > 0, log(x), 0.0)` at 0 still is nan as the rules have it.
    """
    wx, wy = node._wx, node._wy
    if wx is None:
        return type(node._data) is not float
    total = sum(wx) if type(wx) is tuple else wx + (wy or 0.0)
    return bool(total - total == 0.0)


def drain(order: list[Node]) -> Iterator[Node]:
    """Yield the nodes from the last to the first; let go of each, and of its inputs, once it has been used."""
    while order:
        node = order.pop()
        yield node
        if node.op is not None:
            node._x = node._y = None


def run_hooks(node: Node, g: Any, create_graph: bool) -> Any:
    """Return a cotangent as the node's hooks leave it."""
    for (hook,) in node._notes["hooks"]:
        changed = hook(g if isinstance(g, (float, Node)) else np.array(g))
        if changed is not None:
            if np.shape(changed) != np.shape(g):
                raise ShapeError(f"a hook of {name_of(node)} changed a cotangent of shape {np.shape(g)} to shape "
                                 f"{np.shape(changed)}")
            g = node.accept(changed, create_graph)
    return g


def spread_on_scalars(node: Node, g: Any, cotangents: dict[Node, Any]) -> None:
    """Add to each input's cotangent its share of that of a scalar of many inputs, by the weights it stored."""
    for x, w in zip(node._x, node._wx):
        if w is not False:
            cotangents[x] = cotangents.get(x, 0.0) + g * w


def check_inputs(node: Node) -> None:
    """Raise if the data of an input changed after the node was computed from it."""
    for x in node.inputs:
        if isinstance(x, Node) and x.op is None and x.stamp > node.index:
            raise stale(node, x)


def spread_on_arrays(node: Node, g: Any, cotangents: dict[Node, Any]) -> None:
    """Run the rules of a node's op on arrays: add to each input's cotangent its share of the node's."""
    if special.changed > node.index:
        check_inputs(node)
    op: Any = node.op
    y, xs, options, rules = node._data, node._y, node.options, op.array_rules
    for slot, x in node._wy:
        rule = rules[slot] if op.arity else op.rule(rules, slot)
        if rule is None:
            continue
        if not op.elementwise:
            share = x.accept(rule(g, y, *xs, **options), create_graph=False)
        else:
            if type(rule) is Constant:
                share = g if rule == 1.0 else g * float(rule)
            else:
                try:
                    slope = rule(y, *xs, **options)
                except ArithmeticError:
                    slope = rule(y, *numbers_as_arrays(xs), **options)
                share = g * slope if type(slope) is np.ndarray and slope.dtype is not BOOL else scale(g, slope)
            if share.shape != x._data.shape:
                share = sum_to.array(share, x._data.shape)
            if share.dtype is not x._data.dtype:
                share = x.accept(share, create_graph=False)
        before = cotangents.get(x)
        cotangents[x] = share if before is None else before + share


def spread_on_nodes(node: Node, g: Any, cotangents: dict[Node, Any]) -> None:
    """Do the same on nodes, so that each share has a graph of its own and can be differentiated again."""
    op: Any = node.op
    check_inputs(node)
    for slot, x in node.differentiable_inputs():
        rule = op.rule(op.node_rules, slot)
        if rule is None:
            continue
        if op.elementwise:
            try:
                share = scale(g, rule(node, *node.inputs, **node.options))
            except ArithmeticError:
                share = scale(g, rule(node, *numbers_as_arrays(node.inputs), **node.options))
            shape = getattr(x, "shape", ())
            if getattr(share, "shape", ()) != shape:
                share = sum_to(share, shape=shape)
        else:
            share = rule(g, node, *node.inputs, **node.options)
        share = x.accept(share, create_graph=True)
        cotangents[x] = cotangents[x] + share if x in cotangents else share


def numbers_as_arrays(xs: Sequence[Any]) -> list[Any]:
    """Return operands with plain numbers as arrays: where 1 / 0.0 is an error of Python's, numpy gives inf or nan."""
    return [np.asarray(x) if isinstance(x, (int, float)) else x for x in xs]


def scale(g: Any, slope: Any) -> Any:
    """Multiply a cotangent by a partial. A mask selects: what it drops contributes nothing, be it infinite."""
    kind = type(slope)
    if kind is np.ndarray and slope.dtype is not BOOL:
        return g * slope
    if kind is float and slope == 1.0:
        return g
    if kind is np.ndarray or kind is bool or kind is np.bool_:
        return where(slope, g, 0.0) if isinstance(g, Node) else np.where(slope, g, 0.0)
    if kind is np.float64:  # of a constant: as weak as a Python float, so that float32 stays float32
        return g * float(slope)
    return g * slope


def gradients(outputs: Node | Sequence[Node], inputs: Node | Sequence[Node], cotangents: Any = None, *,
              create_graph: bool = False) -> Any:
    """Return the gradients of outputs with respect to inputs, as data, or as nodes with `create_graph`.

    Leaves `.grad` alone. `cotangents`, one per output, weigh the outputs (default 1, for scalars only). An input that
    no output depends on has gradient zero. Returns one gradient for one input, a tuple for a sequence.

    >>> from autograd import Value, gradients
    >>> x = Value(3.0)
    >>> gradients(x**3, x)
    27.0
    >>> first = gradients(x**3, x, create_graph=True)
    >>> gradients(first, x)
    18.0
    """
    roots = list(outputs) if isinstance(outputs, Sequence) else [outputs]
    targets = list(inputs) if isinstance(inputs, Sequence) else [inputs]
    for name, nodes in (("output", roots), ("input", targets)):
        for x in nodes:
            if not isinstance(x, Node):
                raise OperandError(f"gradients: an {name} must be a Value or a Tensor, "
                                   f"got {type(x).__name__} {x!r:.60}")
    for x in targets:
        if not x.requires_grad:
            raise NotDifferentiableError(f"gradients: {name_of(x)} does not require a gradient")
    if cotangents is None:
        cotangents = [None] * len(roots)
    elif not isinstance(outputs, Sequence):
        cotangents = [cotangents]
    if len(cotangents) != len(roots):
        raise ShapeError(f"gradients: got {len(cotangents)} cotangents for {len(roots)} outputs")
    seeds: dict[Node, Any] = {}
    for root, cotangent in zip(roots, cotangents, strict=True):
        g = root.seed(cotangent, create_graph)
        seeds[root] = seeds[root] + g if root in seeds else g
    with in_sweep(), recording() if create_graph else nullcontext():
        found = chain_rule(topological_order(*roots), seeds, create_graph=create_graph, keep=set(targets))
    result = tuple(x.zero_cotangent(create_graph) if found.get(x) is None else owned(found[x]) for x in targets)
    return result if isinstance(inputs, Sequence) else result[0]


def owned(g: Any) -> Any:
    """Return a cotangent that shares memory with no other."""
    return np.array(g) if isinstance(g, (np.ndarray, np.generic)) else g


def backward(root: Node, cotangent: Any = None, free: bool = False) -> None:
    """Add the gradients of `root` to the `.grad` of all leaves; intermediates show this sweep's alone."""
    seeds = {root: root.seed(cotangent, create_graph=False)}
    order = topological_order(root)
    LAST_ROOT.set(ref(root))
    with in_sweep():
        found = chain_rule(order, seeds, free=free, show=True)
    for leaf, g in found.items():
        leaf.receive(g)
