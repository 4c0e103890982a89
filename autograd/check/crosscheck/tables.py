"""Tables and paragraphs as ASCII text of at most 80 columns, and as HTML. Knows cells, and not what they mean."""

from collections.abc import Sequence
from html import escape
from textwrap import fill

from autograd.plain_text import aligned

WIDTH = 80
Cells = Sequence[str]


def shortened(cell: str, width: int) -> str:
    """Return a cell cut to a width, in ASCII."""
    cell = cell.encode("ascii", "backslashreplace").decode()
    return cell if len(cell) <= width else cell[: max(width - 2, 0)] + ".."


def paragraph(text: str) -> str:
    """Return text in lines of the width, in ASCII; what does not fit the first is indented."""
    return fill(text.encode("ascii", "backslashreplace").decode(), WIDTH, subsequent_indent="  ")


def text_table(head: Cells, rows: Sequence[Cells], left: int = 1) -> str:
    """Return lines of aligned columns, the first `left` of them flush left; the widest gives way beyond 80 columns.

    >>> print(text_table(["name", "digits"], [["output", "15.9"], ["gradient of x", "3.0"]]))
    name           digits
    output           15.9
    gradient of x     3.0
    """
    table = [[shortened(cell, WIDTH) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    while (excess := sum(widths) + 2 * (len(widths) - 1) - WIDTH) > 0:
        widest = widths.index(max(widths))
        second = max([width for k, width in enumerate(widths) if k != widest], default=0)
        widths[widest] -= max(1, min(excess, widths[widest] - second))
    return "\n".join(aligned([list(map(shortened, row, widths)) for row in table], left))


def html_table(head: Cells, rows: Sequence[Cells], left: int = 1, colours: Sequence[Cells] = ()) -> str:
    """Return an HTML table; `colours` give a background to each cell of the rows, "" for none.

    >>> html_table(["a"], [["<1>"]])
    '<table><tr><th>a</th></tr><tr><td style="text-align:left">&lt;1&gt;</td></tr></table>'
    """
    def styled(k: int, colour: str) -> str:
        side = "left" if k < left else "right"
        return f"text-align:{side}" + (f";background:{colour};color:black" if colour else "")

    lines = ["".join(f"<th>{escape(cell)}</th>" for cell in head)]
    for place, row in enumerate(rows):
        shades = colours[place] if colours else [""] * len(row)
        lines.append("".join(f'<td style="{styled(k, shade)}">{escape(cell)}</td>'
                             for k, (cell, shade) in enumerate(zip(row, shades, strict=True))))
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def shade(digits: float, ok: bool) -> str:
    """Return a background colour for a number of digits: greens where all is well, reds where not."""
    return f"hsl({120 if ok else 0} 60% {90 - 2 * min(digits, 16):.0f}%)"
