"""A trace as a tree of text for a plain terminal: the root on top, each node above what it was computed from."""

import sys

from autograd.errors import OperandError
from autograd.node import Node
from autograd.tracing import Trace, TraceNode, trace
from autograd.tracing.wording import expression, gradient, number, shorten, takes_ascii_only

WIDTH = 80
DEPTH = 8            # levels that are shown
BRANCHES = {False: ("├─ ", "└─ ", "│  "), True: ("|- ", "`- ", "|  ")}


def text_tree(root: Node, *, rows: int = 60, ascii: bool | None = None) -> str:
    """Return the graph of a node as a tree, at most `rows` lines of 80 columns; a node used again is not opened again.

    `ascii` is by default whether standard output takes nothing else.

    >>> from autograd import Value
    >>> w, x = Value(0.5, label="w"), Value(3.0, label="x")
    >>> print(text_tree((w * x).relu()))
    v3 = relu(v2)  data 1.5000  grad 1.0000
    └─ v2 = w * x  data 1.5000  grad 1.0000
       ├─ w  data 0.5000  grad 3.0000
       └─ x  data 3.0000  grad 0.5000
    """
    graph = trace(root)
    return tree_of(graph, rows=rows, ascii=ascii) + (f"\n{graph.remark}" if graph.remark else "")


def tree_of(graph: Trace, *, rows: int = 60, ascii: bool | None = None) -> str:
    """Return a trace as a tree."""
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
        raise OperandError(f"text_tree: rows must be a whole number from 1 on, got {rows!r:.60}")
    ascii = takes_ascii_only(sys.stdout) if ascii is None else ascii
    branch, last, through = BRANCHES[ascii]
    lines: list[str] = []
    seen: set[int] = set()
    stack = [(graph.root, "", "", 0)]  # node, what stands before it, what before those below it, level
    while stack and len(lines) < rows:
        node, before, below, level = stack.pop()
        inputs = [graph.nodes[edge.source] for edge in graph.edges_into[node.id]]
        again, deep = node.id in seen, level == DEPTH and bool(inputs)
        lines.append(line(node, before, " (above)" if again else " (more below)" if deep else "", ascii))
        if again or deep:
            continue
        seen.add(node.id)
        for i, x in enumerate(reversed(inputs)):
            to_it, past_it = (branch, through) if i else (last, "   ")
            stack.append((x, below + to_it, below + past_it, level + 1))
    if stack:
        lines.append(f"({len(stack):,} more branches are not shown)")
    return "\n".join(lines)


def line(node: TraceNode, before: str, remark: str, ascii: bool) -> str:
    """Return the line of a node."""
    end = f" {remark}" if remark == " (above)" else f"  data {number(node.data)}  grad {gradient(node.grad)}{remark}"
    title = f"{node.name} = {expression(node)}" if node.op and remark != " (above)" else node.name
    return before + shorten(title, max(WIDTH - len(before) - len(end), 8), ascii) + end
