"""What a node of a graph of Values takes in memory. `python -m tests.benchmarks.memory OP NODES` measures one op."""

import json
import operator
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

from autograd import Value
from tests.benchmarks.runner import in_child, number, table

OPS: dict[str, Callable[[Any, Any], Any]] = {
    "x + y": operator.add, "x * y": operator.mul, "x / y": operator.truediv, "x.tanh()": lambda x, _: x.tanh(),
}


def bytes_per_node(function: Callable[[Any, Any], Any], n: int) -> float:
    """Return the bytes that a result keeps, the floats of data and edges and the number of the node included."""
    x, y = Value(1.5), Value(2.5)
    nodes = [function(x, y)] * n
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for i in range(n):
        nodes[i] = function(x, y)
    return (tracemalloc.get_traced_memory()[0] - before) / n


def report(*, quick: bool) -> str:
    """Return bytes by op as Markdown."""
    n = 1_000 if quick else 100_000
    lines = [[name, number(in_child("memory", name, str(n))), "≤ 250"] for name in list(OPS)[: 1 if quick else None]]
    return table(["a Value computed by", "bytes", "goal"], lines)


if __name__ == "__main__":
    print(json.dumps(bytes_per_node(OPS[sys.argv[1]], int(sys.argv[2]))))
