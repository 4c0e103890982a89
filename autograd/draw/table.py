"""Pictures of a trace as text for a plain terminal: at most 80 columns, no colour. Knows traces, not nodes."""

import sys
from collections import defaultdict
from typing import Any

import numpy as np

from autograd.node import Node
from autograd.trace import Trace, TraceNode, trace

INFIX = {"add": "{0} + {1}", "sub": "{0} - {1}", "mul": "{0} * {1}", "div": "{0} / {1}", "pow": "{0} ** {1}",
         "matmul": "{0} @ {1}", "neg": "-{0}"}
HEADINGS = ("node", "computed as", "local", "data", "grad")
WIDTHS = (12, 23, 15, 11, 11)  # with four gaps of two: 80 columns
GAP = "  "


def text_table(root: Node, *, rows: int = 60, ascii: bool | None = None) -> str:
    """Return the graph of a node as a table: a line per node, inputs first, with local derivatives, data and gradient.

    The gradient of an input is the sum, over the lines that use it, of their gradient times their local derivative.
    An array shows its shape, and the norm of its gradient between bars. Of a longer graph the last `rows` nodes are
    shown. `ascii` is by default whether standard output takes nothing else.

    >>> from autograd import Value
    >>> w, x = Value(0.5, label="w"), Value(3.0, label="x")
    >>> print(text_table((w * x).relu()))
    node  computed as  local          data    grad
    w                               0.5000  3.0000
    x                               3.0000  0.5000
    v2    w * x        3.0, 0.5     1.5000  1.0000
    v3    relu(v2)     1.0          1.5000  1.0000
    """
    if ascii is None:
        ascii = "utf" not in (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    picture = trace(root)
    hidden = max(len(picture.nodes) - rows, 0)
    table = [HEADINGS, *table_cells(picture)[hidden:]]
    cut = [[shorten(cell, width, ascii) for cell, width in zip(line, WIDTHS, strict=True)] for line in table]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    lines = [GAP.join([cell.ljust(width) for cell, width in zip(line[:3], widths, strict=False)]
                      + [cell.rjust(width) for cell, width in zip(line[3:], widths[3:], strict=True)]) for line in cut]
    if hidden:
        lines.insert(1, f"({hidden} earlier nodes are not shown)")
    return "\n".join(lines)


def table_cells(picture: Trace) -> list[tuple[str, ...]]:
    """Return the cells of each node's line."""
    locals_into = defaultdict(list)
    for edge in picture.edges:
        locals_into[edge.target].append("vjp" if edge.local is None else short(edge.local))
    return [(node.name, expression(node), ", ".join(locals_into[node.id]), number(node.data), gradient(node.grad))
            for node in picture.nodes]


def expression(node: TraceNode) -> str:
    """Write how a node was computed, "w * x" or "tanh(v2)"; nothing for a leaf."""
    if not node.op:
        return ""
    operands = [x if isinstance(x, str) else short(x) for x in node.operands]
    return INFIX[node.op].format(*operands) if node.op in INFIX else f"{node.op}({', '.join(operands)})"


def number(x: Any) -> str:
    """Write a number in at most ten characters, and an array of several as its shape."""
    if np.size(x) != 1:
        return str(np.shape(x))
    x = np.asarray(x).item()
    return f"{x:.4f}" if x == 0 or 1e-3 <= abs(x) < 1e4 else f"{x:.2e}"


def short(x: Any) -> str:
    """Write a number as briefly as four digits allow, and an array of several as its shape."""
    return str(np.shape(x)) if np.size(x) != 1 else str(float(f"{np.asarray(x).item():.4g}"))


def gradient(g: Any) -> str:
    """Write a gradient: a number, or the norm of an array between bars."""
    return number(g) if np.size(g) == 1 else f"|{np.linalg.norm(g):.3g}|"


def shorten(cell: str, width: int, ascii: bool) -> str:
    """Cut a cell to a width, and spell out what is not ASCII if asked to."""
    cell = " ".join(cell.split())
    if ascii:
        cell = cell.encode("ascii", "backslashreplace").decode()
    mark = "~" if ascii else "…"
    return cell if len(cell) <= width else cell[: width - 1] + mark
