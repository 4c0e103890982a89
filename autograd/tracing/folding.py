"""Folds a large graph into few boxes: which nodes are drawn as one. Pure data; knows no picture.

A box is a set of nodes; no two boxes ever depend on each other in a circle. The steps, in this order, each taken only
while there are more boxes than wanted::

    dots      a * into its only +, and a + into its only +: a sum of products is one box
    scopes    nodes created under one `scope(...)`, the innermost first
    repeats   boxes that compute the same from inputs of the same kind: "relu(·) × 16"
    chains    boxes that have only each other

Leaves that only one box needs belong to it. The user's own folding comes first, and then nothing else is folded.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from functools import partial
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from autograd.errors import OperandError
from autograd.tracing.graph import Graph
from autograd.tracing.records import TraceNode

WANTED = 80
Key = Callable[[TraceNode], Hashable]
Links = dict[int, dict[int, int]]  # box -> the boxes that it takes inputs from -> how many edges


class Box(NamedTuple):
    """Nodes that are drawn as one; a node drawn by itself is a box of one."""

    kind: str                    # "node", "dot", "scope", "repeat", "chain", "fold" (the user's) or "rest"
    title: str                   # "" for a node by itself
    nodes: tuple[int, ...]       # ids in order, without the leaves below
    leaves: tuple[int, ...]      # ids of leaves that nothing else needs
    outputs: tuple[int, ...]     # ids of the nodes that others need, or the root


class Folding:
    """Boxes in the making: for each node the number of its box, and for each box its kind and title."""

    def __init__(self, trace: Graph) -> None:
        self.trace = trace
        self.box = list(range(len(trace.nodes)))
        self.titles: dict[int, tuple[str, str]] = {}

    def count(self) -> int:
        """Return how many boxes would be drawn."""
        consumers = self.consumers_of_leaves()
        inside = sum(len(boxes) == 1 for boxes in consumers.values())
        return len(set(self.box)) - inside

    def consumers_of_leaves(self) -> dict[int, set[int]]:
        """Return for each leaf that is a box by itself the boxes that need it."""
        nodes, box = self.trace.nodes, self.box
        return {node.id: {box[edge.target] for edge in self.trace.edges_from[node.id]}
                for node in nodes if not node.op and box[node.id] == node.id and node is not nodes[-1]}

    def links(self) -> Links:
        """Return for each box the boxes that it takes inputs from, and how many edges come from each."""
        box = self.box
        found: Links = {number: {} for number in sorted(set(box))}
        for edge in self.trace.edges:
            source, target = box[edge.source], box[edge.target]
            if source != target:
                inputs = found[target]
                inputs[source] = inputs.get(source, 0) + 1
        return found

    def merge(self, into: dict[int, int]) -> None:
        """Put boxes into other boxes."""
        self.box = [into.get(number, number) for number in self.box]

    def name_of(self, number: int) -> str:
        """Return what the box computes, in a word or two."""
        return self.titles[number][1] if number in self.titles else self.trace.nodes[number].op


def fold(trace: Graph, by: Key | bool | None = None, *, wanted: int = WANTED) -> list[Box]:
    """Return the boxes of a graph, every box before those that need it: each node by itself, or folded.

    `by` is None (fold if there are more than `wanted` nodes), False (never), True (always), or a function of a
    trace's node that returns the name of the box it belongs to, or None.

    >>> from autograd import Value
    >>> from autograd.tracing import trace
    >>> w, x = [Value(1.0) for _ in range(3)], [Value(2.0) for _ in range(3)]
    >>> y = sum((a * b for a, b in zip(w, x)), Value(0.5))
    >>> [(box.title, len(box.nodes), len(box.leaves)) for box in fold(trace(y), True)]
    [('sum of 3 products', 6, 7)]
    """
    folding = Folding(trace)
    if callable(by):
        fold_keys(folding, checked(by), "fold")
    elif by is True or (by is None and len(trace.nodes) > wanted):
        depth = max(len(node.scope) for node in trace.nodes)
        steps: list[Callable[[], None]] = [
            lambda: fold_dots(folding),
            *[partial(fold_keys, folding, partial(scope_of, depth=d), "scope") for d in range(depth, 0, -1)],
            lambda: fold_repeats(folding), lambda: fold_chains(folding)]
        for number, step in enumerate(steps):
            if number == 0 or folding.count() > wanted:
                step()
    else:
        return [Box("node", "", (node.id,), (), (node.id,)) for node in trace.nodes]
    return boxes_of(folding)


def checked(by: Key) -> Key:
    """Return the user's function with its answers checked."""
    def key(node: TraceNode) -> Hashable:
        answer = by(node)
        if answer is not None and not isinstance(answer, str):
            raise OperandError(f"fold must return the name of a box or None, got {answer!r:.60} for {node.name}")
        return answer
    return key


def scope_of(node: TraceNode, depth: int) -> str | None:
    """Return the name of the scope that a node was created in, of so many levels at most."""
    return ".".join(node.scope[:depth]) or None


def fold_dots(folding: Folding) -> None:
    """Put each product into the only sum that needs it, and each sum into the only sum that needs it."""
    nodes, edges_from, box = folding.trace.nodes, folding.trace.edges_from, folding.box
    products: Counter[int] = Counter()
    terms: Counter[int] = Counter()
    for node in reversed(nodes):
        uses = edges_from[node.id]
        if node.op in ("add", "mul") and len(uses) == 1 and nodes[uses[0].target].op == "add":
            box[node.id] = number = box[uses[0].target]
            (products if node.op == "mul" else terms)[number] += 1
    for number in products.keys() | terms.keys():
        n = products[number]
        title = f"sum of {n} products" if n > 1 else f"sum of {n + terms[number] + 1} terms"
        folding.titles[number] = ("dot", title)


def fold_keys(folding: Folding, key: Key, kind: str) -> None:
    """Put the nodes of one key into one box, or into several where a way between them leads through others.

    A node's stage is how often the way to it changes its key, leaves not counted. Nodes of one key and one stage go
    into one box: an edge to another box then leads to a later stage, so there is no circle. A leaf goes into a box of
    leaves only.
    """
    nodes, box = folding.trace.nodes, folding.box
    keys = {number: key(nodes[number]) for number in sorted(set(box))}  # the output of a box decides
    of_ops = {keys[number] for number in keys if nodes[number].op}
    links = folding.links()
    stage: dict[int, int] = {}
    for number in in_order(links):
        own = keys[number]
        stage[number] = max((stage[x] + (own is None or keys[x] != own) for x in links[number] if nodes[x].op),
                            default=0)
    first: dict[Hashable, int] = {}
    into = {}
    for number in sorted(keys, reverse=True):
        if keys[number] is not None and (nodes[number].op or keys[number] not in of_ops):
            into[number] = first.setdefault((keys[number], stage[number]), number)
            folding.titles[into[number]] = (kind, str(keys[number]))
    folding.merge(into)


def fold_repeats(folding: Folding) -> None:
    """Put boxes into one that compute the same from inputs of the same kind."""
    nodes = folding.trace.nodes
    links = folding.links()
    signatures: dict[Hashable, int] = {}
    kinds: dict[int, int] = {}
    members = defaultdict(list)
    for number in in_order(links):
        node = nodes[number]
        inputs: dict[int, int] = {}
        for x, times in links[number].items():
            inputs[kinds[x]] = inputs.get(kinds[x], 0) + times
        signature = (folding.name_of(number), node.shape, tuple(sorted(inputs.items())))
        kinds[number] = signatures.setdefault(signature, len(signatures))
        if node.op:
            members[kinds[number]].append(number)
    into = {}
    for numbers in members.values():
        if len(numbers) > 1:
            name = folding.name_of(numbers[0])
            into.update(dict.fromkeys(numbers, numbers[-1]))
            folding.titles[numbers[-1]] = ("repeat", f"{name} × {len(numbers)}")
    folding.merge(into)
    fold_leaves(folding)


def fold_leaves(folding: Folding) -> None:
    """Put leaves that the same boxes need into one."""
    alike = defaultdict(list)
    for leaf, boxes in folding.consumers_of_leaves().items():
        if len(boxes) > 1:
            alike[tuple(sorted(boxes))].append(leaf)
    into = {}
    for leaves in alike.values():
        if len(leaves) > 1:
            into.update(dict.fromkeys(leaves, leaves[-1]))
            folding.titles[leaves[-1]] = ("repeat", f"{len(leaves)} leaves")
    folding.merge(into)


def fold_chains(folding: Folding) -> None:
    """Put a box that has a single input box into that, if nothing else needs it."""
    nodes, links = folding.trace.nodes, folding.links()
    uses = Counter(x for inputs in links.values() for x in inputs)
    into: dict[int, int] = {}
    length: Counter[int] = Counter()
    for number in reversed(in_order(links)):
        last = into.get(number, number)
        inputs = [x for x in links[number] if nodes[x].op]
        if len(inputs) == 1 and uses[inputs[0]] == 1:
            into[inputs[0]] = last
            length[last] += 1
    names = {last: folding.name_of(last) for last in length}
    folding.merge(into)
    for last, n in length.items():
        folding.titles[last] = ("chain", f"{n + 1:,} steps to {names[last]}")


def in_order(links: Links) -> list[int]:
    """Return boxes in topological order, those of lower number first where there is a choice."""
    waiting = {number: len(inputs) for number, inputs in links.items()}
    consumers = defaultdict(list)
    for number, inputs in links.items():
        for x in inputs:
            consumers[x].append(number)
    ready = [number for number, count in waiting.items() if not count]
    heapify(ready)
    order = []
    while ready:
        order.append(number := heappop(ready))
        for consumer in consumers[number]:
            waiting[consumer] -= 1
            if not waiting[consumer]:
                heappush(ready, consumer)
    return order


def boxes_of(folding: Folding) -> list[Box]:
    """Return the boxes in topological order, with the leaves that only they need."""
    trace, home = folding.trace, dict[int, int]()
    for leaf, boxes in folding.consumers_of_leaves().items():
        if len(boxes) == 1:
            (home[leaf],) = boxes
    leaves, members = defaultdict(list), defaultdict(list)
    for node, number in enumerate(folding.box):
        if node in home:
            leaves[home[node]].append(node)
        else:
            members[number].append(node)
    return [Box(*folding.titles.get(number, ("node", "")), tuple(members[number]), tuple(leaves[number]),
                tuple(outputs(trace, members[number], folding.box)))
            for number in in_order(folding.links()) if number in members]


def outputs(trace: Graph, members: Iterable[int], box: list[int]) -> Iterable[int]:
    """Yield the members of a box that others need, and the root."""
    for node in members:
        uses = trace.edges_from[node]
        if not uses or any(box[edge.target] != box[node] for edge in uses):
            yield node


def last_boxes(trace: Graph, boxes: list[Box], limit: int) -> list[Box]:
    """Return the last boxes, and all before them as one, if there are more than `limit`."""
    if len(boxes) <= limit:
        return boxes
    cut, kept = boxes[: -max(limit - 1, 1)], boxes[-max(limit - 1, 1):]
    nodes = sorted(node for box in cut for node in (*box.nodes, *box.leaves))
    hidden = set(nodes)
    needed = [node for node in nodes if any(edge.target not in hidden for edge in trace.edges_from[node])]
    return [Box("rest", f"{len(nodes):,} earlier nodes", tuple(nodes), (), tuple(needed)), *kept]
