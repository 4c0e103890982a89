"""A trace as a table of text for a plain terminal: at most 80 columns, no colour."""

import sys
from collections import defaultdict

from autograd.errors import OperandError
from autograd.node import Node
from autograd.plain_text import aligned
from autograd.tracing import Sweep
from autograd.tracing.wording import expression, gradient, number, remark_on, short, shorten, takes_ascii_only

HEADINGS = ("node", "computed as", "local", "data", "grad")
WIDTHS = (12, 23, 15, 11, 11)  # with four gaps of two: 80 columns


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
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
        raise OperandError(f"text_table: rows must be a whole number from 1 on, got {rows!r:.60}")
    ascii = takes_ascii_only(sys.stdout) if ascii is None else ascii
    sweep = Sweep(root, last=rows)
    table = [HEADINGS, *table_cells(sweep)]
    cut = [[shorten(cell, width, ascii) for cell, width in zip(line, WIDTHS, strict=True)] for line in table]
    lines = aligned(cut, left=3)
    if sweep.first:
        lines.insert(1, f"({sweep.first} earlier nodes are not shown)")
    return "\n".join([*lines, *filter(None, [remark_on(sweep.changed())])])


def table_cells(sweep: Sweep) -> list[tuple[str, ...]]:
    """Return the cells of the line of each node that was swept."""
    locals_into = defaultdict(list)
    for edge in sweep.edges:
        locals_into[edge.target].append("vjp" if edge.local is None else short(edge.local))
    return [(node.name, expression(node), ", ".join(locals_into[node.id]), number(node.data), gradient(node.grad))
            for node in sweep.nodes()]
