"""How large a graph is: nodes, edges, depth and the bytes that it keeps for the backward pass, by op."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.node import Node, topological_order


@dataclass(frozen=True)
class GraphStats:
    """The size of a graph."""

    nodes: int
    edges: int                  # an input used twice counts twice
    leaves: int
    depth: int                  # ops on the longest path from a leaf to the root
    nodes_by_op: dict[str, int] = field(repr=False)
    bytes_by_op: dict[str, int] = field(repr=False)  # of the arrays and numbers that each op's nodes hold

    @property
    def bytes(self) -> int:
        """The bytes of data that the graph keeps alive."""
        return sum(self.bytes_by_op.values())

    def __str__(self) -> str:
        lines = [f"{self.nodes} nodes ({self.leaves} leaves), {self.edges} edges, depth {self.depth}, "
                 f"{self.bytes:,} bytes of data"]
        lines += [f"  {name:<16} {self.nodes_by_op[name]:>9,} nodes {self.bytes_by_op[name]:>14,} bytes"
                  for name in sorted(self.nodes_by_op, key=lambda name: -self.bytes_by_op[name])]
        return "\n".join(lines)


def graph_stats(root: Node) -> GraphStats:
    """Count the nodes, edges and depth of what a node was computed from, and the bytes kept for each op.

    >>> from autograd import Value
    >>> x = Value(2.0)
    >>> graph_stats(x * x + x)
    GraphStats(nodes=3, edges=4, leaves=1, depth=2)
    """
    depth: dict[Node, int] = {}
    nodes: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    edges = 0
    seen: set[int] = set()
    for node in topological_order(root):
        name = node.op.name if node.op else "leaf"
        inputs = [x for x in node.inputs if isinstance(x, Node) and x.requires_grad]
        edges += len(inputs)
        depth[node] = 1 + max((depth[x] for x in inputs), default=-1)
        nodes[name] += 1
        for x in (node._data, *(x._data if isinstance(x, Node) else x for x in node.inputs)):
            if id(x) not in seen:
                seen.add(id(x))
                kept[name] += size_of(x)
    return GraphStats(nodes.total(), edges, nodes["leaf"], depth[root], dict(nodes), {op: kept[op] for op in nodes})


def size_of(data: Any) -> int:
    """Return the bytes of a number, of an array, or of the arrays in a tuple; a view holds none of its own."""
    if isinstance(data, tuple):
        return sum(map(size_of, data))
    return (data.nbytes if data.base is None else 0) if isinstance(data, np.ndarray) else 8
