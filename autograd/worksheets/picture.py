"""The picture of a worksheet: the cards of a drawing with blanks in place of numbers, black on white. Knows SVG."""

from autograd.drawing.cards import LINE, Card, Link, Picture, Row, title_of, width_of
from autograd.drawing.svg import STYLE, clean, document, fixed, shapes
from autograd.layout import layout
from autograd.tracing import Trace, TraceNode
from autograd.worksheets.blanks import Blank, number_of, shown, symbol_of

LINES_TO_WRITE = "_" * 7
# Three classes, so that no style of the page around it is stronger.
PAPER = (".glassgrad-picture.paper.paper{--box:#fff;--leaf:#fff;--fold:#fff;--ink:#000;--soft:#333;--line:#555;"
         "--up:#000;--down:#000;background:#fff}.glassgrad-picture.paper .leaf>rect{stroke-dasharray:4 2}")

Numbers = dict[tuple[str, int], str]     # what stands for the number of a kind and an id


def numbers_of(trace: Trace, kinds: tuple[str, ...], blanks: tuple[Blank, ...], solved: bool, digits: int) -> Numbers:
    """Return what stands for each number of a sheet: itself, or the number of its blank and room for it."""
    count = {"value": len(trace.nodes), "gradient": len(trace.nodes), "local": len(trace.edges)}
    numbers = {(kind, i): shown(number_of(trace, kind, i), digits) for kind in kinds for i in range(count[kind])}
    for blank in blanks:
        key = blank.kind, blank.id
        numbers[key] = f"({blank.number}) {numbers[key] if solved else LINES_TO_WRITE}"
    return numbers


def card(trace: Trace, node: TraceNode, numbers: Numbers) -> Card:
    """Return the card of a node: its value, its gradient, and the local derivatives of its op."""
    rows = [Row("data", numbers["value", node.id], node=node.id)]
    if ("gradient", node.id) in numbers:
        rows.append(Row("grad", numbers["gradient", node.id], node=node.id))
    rows += [Row(symbol_of(trace, edge), numbers["local", edge.id], node=node.id)
             for edge in trace.edges_into[node.id] if ("local", edge.id) in numbers]
    return Card("node" if node.op else "leaf", title_of(node), tuple(rows), node.id)


def svg(trace: Trace, numbers: Numbers, title: str, about: str, lines: list[str]) -> str:
    """Return the graph as an SVG document, with lines of text below it. It tells no number but those given."""
    cards = [card(trace, node, numbers) for node in trace.nodes]
    ends = [(edge.source, edge.target) for edge in trace.edges]
    found = layout([each.size for each in cards], ends)
    picture = Picture(cards, [Link(a, b, ()) for a, b in ends], found, trace, "LR")
    size = max([found.width, *map(width_of, lines)]), found.height + LINE * (len(lines) + bool(lines))
    below = [f'<text x="0" y="{fixed(found.height + LINE * i)}">{clean(line)}</text>'
             for i, line in enumerate(lines, 2)]
    return document(size, "paper", (title, about), STYLE + PAPER, [*shapes(picture), *below])
