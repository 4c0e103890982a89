"""Where a gradient came from: its contributions by edge, by scope and, in small graphs, by path. Knows traces.

A share in percent is how much of the gradient a contribution makes up: contribution over gradient, and for arrays the
contribution's projection on the gradient, <c, g> / <g, g>. Either way the shares sum to 100 %. Where a hook changed
the gradient, they are shares of what came before the hook.
"""

import math
from collections import Counter
from dataclasses import dataclass
from functools import reduce
from html import escape
from operator import add
from typing import Any, NamedTuple

import numpy as np

from autograd.backward import LAST_ROOT
from autograd.errors import AutogradError, OperandError
from autograd.node import Node, name_of, topological_order
from autograd.tracing import Trace, trace
from autograd.tracing.wording import expression, gradient, short, shorten

PATHS = 32           # of more paths only the number is told
ROWS = 20            # contributions that are printed
WIDTH = 80


class Share(NamedTuple):
    """A part of a gradient: along what it came, how much, and how much of all."""

    along: str
    formula: str         # how the node that passed it on was computed, or the product along a path
    contribution: Any
    percent: float


@dataclass(frozen=True)
class Explanation:
    """The gradient of a node of one sweep and its parts."""

    name: str
    root: str
    gradient: Any
    edges: tuple[Share, ...]
    scopes: tuple[Share, ...]
    paths: tuple[Share, ...]
    remarks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The first line."""
        return f"d {self.root} / d {self.name} = {gradient(self.gradient)}"

    @property
    def tables(self) -> list[tuple[str, tuple[Share, ...]]]:
        """The parts with their headings."""
        found = [("by edge", self.edges), ("by scope", self.scopes), ("by path", self.paths)]
        return [(heading, shares) for heading, shares in found if shares]

    def __str__(self) -> str:
        lines = [shorten(self.title, WIDTH)]
        for heading, shares in self.tables:
            lines.append(heading)
            lines += [line(share) for share in shares[:ROWS]]
            if len(shares) > ROWS:
                lines.append(f"  and {len(shares) - ROWS:,} more")
        return "\n".join([*lines, *self.remarks])

    def _repr_html_(self) -> str:
        parts = [f"<b>{escape(shorten(self.title, WIDTH))}</b>"]
        for heading, shares in self.tables:
            rows = "".join(
                f"<tr><td>{escape(shorten(share.along, WIDTH))}</td>"
                f"<td>{escape(shorten(share.formula, WIDTH))}</td><td>{escape(gradient(share.contribution))}</td>"
                f"<td>{percent(share.percent)}</td></tr>"
                for share in shares[:ROWS])
            parts.append(f"<table><thead><tr><th>{heading}</th><th>formula</th><th>contribution</th><th>share</th></tr>"
                         f"</thead><tbody>{rows}</tbody></table>")
        return "".join([*parts, *[f"<p>{escape(remark)}</p>" for remark in self.remarks]])


def explain(x: Node, root: Node | None = None, cotangent: Any = None) -> Explanation:
    """Return where the gradient of a node came from: by edge, by the scope it came through, by path if they are few.

    `root` is what `backward` was called on, by default the last time it was called; a `cotangent` that it was called
    with is to be given again. Nothing is changed: the sweep is repeated. Raises OperandError where the root does not
    depend on the node, FreedGraphError after `backward(free=True)`.

    >>> from autograd import Value
    >>> x = Value(0.5, label="x"); y = (x * x + 3 * x).tanh(); y.backward()
    >>> print(explain(x))
    d v4 / d x = 0.4552
    by edge
      v2 <- x      v2 = 3.0 * x                                   0.3414    75.0 %
      v1 <- x      v1 = x * x                                     0.0569    12.5 %
      v1 <- x      v1 = x * x                                     0.0569    12.5 %
    by path
      v4 v3 v1 x   0.1138 * 1.0 * 0.5                             0.0569    12.5 %
      v4 v3 v1 x   0.1138 * 1.0 * 0.5                             0.0569    12.5 %
      v4 v3 v2 x   0.1138 * 1.0 * 3.0                             0.3414    75.0 %
    """
    if not isinstance(x, Node):
        raise OperandError(f"explain: expected a Value or a Tensor, got {type(x).__name__} {x!r:.60}")
    root = root if root is not None else last_root()
    if not isinstance(root, Node):
        raise OperandError(f"explain: root must be a Value or a Tensor, got {type(root).__name__} {root!r:.60}")
    places = [place for place, node in enumerate(topological_order(root)) if node is x]
    if not places:
        raise OperandError(f"explain: {name_of(root)} does not depend on {name_of(x)}; give the root that backward was "
                           "called on: explain(x, root)")
    graph = trace(root, cotangent)
    node = graph.nodes[places[0]]
    edges = shares_by_edge(graph, node.id)
    paths, remark = shares_by_path(graph, node.id)
    found = Explanation(node.name, graph.root.name, node.grad, edges, shares_by_scope(graph, node.id), paths,
                        (*remark, *rewritten(graph, node.id), *accumulated(x, node.grad)))
    check(found, graph, node.id)
    return found


def last_root() -> Node:
    """Return what backward was called on last; raises AutogradError if that is gone."""
    last = LAST_ROOT.get()
    root = last() if last else None
    if root is None:
        raise AutogradError("explain: call backward first, and keep what it is called on, or give it: explain(x, root)")
    return root


def shares_by_edge(graph: Trace, place: int) -> tuple[Share, ...]:
    """Return the contributions to a node in the order of the sweep."""
    whole = paid_in(graph, place)
    found = []
    for event in graph.events_to(place):
        target = graph.nodes[graph.edges[event.edge].target]
        found.append(Share(f"{target.name} <- {graph.nodes[place].name}", f"{target.name} = {expression(target)}",
                           event.contribution, percent_of(event.contribution, whole)))
    return tuple(found)


def shares_by_scope(graph: Trace, place: int) -> tuple[Share, ...]:
    """Return the sums of the contributions by the scope of what passed them on, if there are scopes."""
    whole = paid_in(graph, place)
    sums: dict[str, Any] = {}
    count: Counter[str] = Counter()
    for event in graph.events_to(place):
        scope = ".".join(graph.nodes[graph.edges[event.edge].target].scope)
        sums[scope] = sums[scope] + event.contribution if scope in sums else event.contribution
        count[scope] += 1
    if not any(sums):
        return ()
    return tuple([Share(scope or "(no scope)", "1 edge" if count[scope] == 1 else f"{count[scope]:,} edges", total,
                        percent_of(total, whole)) for scope, total in sums.items()])


def shares_by_path(graph: Trace, place: int) -> tuple[tuple[Share, ...], tuple[str, ...]]:
    """Return the product of local derivatives along each path from the root to a node, or a remark why not."""
    taken = {event.edge for event in graph.events}  # along others nothing came: masks dropped it
    ways = [0] * len(graph.nodes)  # how many paths lead from each node to ours
    ways[place] = 1
    for edge in graph.edges:
        ways[edge.target] += ways[edge.source] * (edge.id in taken)
    if ways[-1] > PATHS:
        return (), (f"{ways[-1]:,} paths lead from {graph.root.name} here; they are listed up to {PATHS}",)
    if any(type(node.data) is not float for node in graph.nodes if ways[node.id]):
        return (), ()
    if any(ways[hook.node] for hook in graph.hooks if hook.node != place):
        return (), ("hooks changed gradients on the way: no products of local derivatives along paths",)
    whole, found = paid_in(graph, place), []
    stack: list[tuple[int, list[str], list[float]]] = [(graph.root.id, [graph.root.name], [])]
    while stack:
        node, names, factors = stack.pop()
        if node == place:
            product = math.prod(factors, start=graph.seed)
            found.append(Share(" ".join(names), " * ".join(map(short, factors)), product, percent_of(product, whole)))
            continue
        stack += [(edge.source, [*names, graph.nodes[edge.source].name], [*factors, edge.local])
                  for edge in reversed(graph.edges_into[node]) if ways[edge.source] and edge.id in taken]
    return tuple(found), ()


def percent_of(part: Any, whole: Any) -> float:
    """Return how much of a gradient a contribution makes up, NaN of a gradient that is zero or not finite."""
    part, whole = (np.ravel(np.asarray(x, dtype=np.float64)) for x in (part, whole))
    top = np.abs(whole).max(initial=0.0)
    if not 0.0 < top < np.inf:
        return float("nan")
    part, whole = part / top, whole / top  # so that no square overflows
    return 100.0 * float(part @ whole) / float(whole @ whole)


def paid_in(graph: Trace, place: int) -> Any:
    """Return the gradient of a node as its contributions made it, before hooks changed it."""
    return next((hook.before for hook in graph.hooks if hook.node == place), graph.nodes[place].grad)


def rewritten(graph: Trace, place: int) -> tuple[str, ...]:
    """Return a remark if a hook changed the gradient after all contributions came."""
    return tuple([f"a hook changed the gradient from {gradient(hook.before)} to {gradient(hook.after)}"
                  for hook in graph.hooks if hook.node == place])


def accumulated(x: Node, found: Any) -> tuple[str, ...]:
    """Return a remark if the node has a `.grad` that is not that of one sweep."""
    if x.op is not None or x.grad is None or not np.any(x.grad) or np.array_equal(x.grad, found, equal_nan=True):
        return ()
    return (f".grad is {gradient(x.grad)}: it adds up several sweeps, or was changed; this is one",)


def check(found: Explanation, graph: Trace, place: int) -> None:
    """Raise AutogradError unless the contributions add up to the gradient."""
    total = paid_in(graph, place)
    parts = [share.contribution for share in found.edges] or [graph.seed if place == graph.root.id else total]
    summed = reduce(add, parts)  # one by one, as the sweep adds: the same to the last bit
    if not np.array_equal(summed, total, equal_nan=True):
        raise AutogradError(f"explain: the contributions to {found.name} sum to {summed!r:.60}, not to its gradient "
                            f"{total!r:.60}; please report this")


def line(share: Share) -> str:
    """Write a part of a gradient as a line of at most 80 columns."""
    along = f"{shorten(share.along, 26):<12}"
    room = 54 - len(along)
    return (f"  {along} {shorten(share.formula, room):<{room}}"
            f"{gradient(share.contribution):>11} {percent(share.percent):>9}").rstrip()


def percent(x: float) -> str:
    """Write a share."""
    return "" if x != x else f"{x:.1f} %"
