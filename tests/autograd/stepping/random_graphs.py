"""Random graphs of Values and of Tensors, which only their kind, size and seed decide."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor, Value
from autograd.node import Node, topological_order

Maker = Callable[[Any, Any, Any], Any]  # of two nodes and a leaf

MAKERS: dict[str, tuple[Maker, ...]] = {
    "Value": (lambda x, y, w: x + y, lambda x, y, w: x * x, lambda x, y, w: x - 0.5 * y, lambda x, y, w: (w * y).tanh(),
              lambda x, y, w: x.sin(), lambda x, y, w: (x * w + y).sigmoid()),
    "Tensor": (lambda x, y, w: x + w, lambda x, y, w: x * y, lambda x, y, w: (x @ w).tanh(), lambda x, y, w: x * w,
               lambda x, y, w: x - y.mean(axis=0), lambda x, y, w: x.sum(axis=1, keepdims=True) + y),
}


def leaves(kind: str, rng: np.random.Generator) -> list[Any]:
    """Return leaves: numbers, or matrices that all broadcast and multiply."""
    if kind == "Value":
        return [Value(rng.normal(), label=f"x{i}") for i in range(3)]
    found = [Tensor(rng.normal(size=(3, 3)), requires_grad=True) for _ in range(3)]
    for i, leaf in enumerate(found):
        leaf.label = f"X{i}"
    return found


def random_graph(kind: str, size: int, seed: int) -> Node:
    """Return the root of a graph of about `size` nodes, some used by several others, some twice by one."""
    rng = np.random.default_rng(seed)
    nodes = leaves(kind, rng)
    weights = list(nodes)
    root: Any = nodes[-1]
    while len(topological_order(root)) < size - 2:
        x, y = (nodes[i] for i in rng.integers(max(len(nodes) - 4, 0), len(nodes), 2))
        nodes.append(MAKERS[kind][rng.integers(len(MAKERS[kind]))](x, y, weights[rng.integers(3)]))
        root = root + nodes[-1].tanh()
    return root if kind == "Value" else root.mean()
