"""What a picture shows: a card of a few lines for each box of a folded trace, and the links between. Knows no SVG.

A style is a function from a trace and its boxes to cards and links; `STYLES` lists them.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from unicodedata import east_asian_width

import numpy as np

from autograd.layout import Layout, layout
from autograd.tracing import Trace, TraceNode
from autograd.tracing.folding import Box
from autograd.tracing.wording import MINUS, expression, number, shorten, sign, signed

LONGEST = 28          # letters in a title
ROWS = 4              # leaves that a box lists one by one
LETTER = 7.2          # the width of a letter: 0.6 of its height
LINE, PADDING = 16.0, 7.0


class Row(NamedTuple):
    """A line of a card: a word, the data and the gradient of a node; without a node only words."""

    word: str
    value: str = ""
    grad: str = ""
    sign: int = 0
    node: int | None = None


class Card(NamedTuple):
    """A box as it is drawn."""

    kind: str                    # that of its box; "leaf" of a leaf, "op" of an operator by itself
    title: str
    rows: tuple[Row, ...]
    node: int | None             # whose data and gradient it shows
    record: bool = False         # side by side in one line, as micrograd draws it

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""
        if self.kind == "op":
            return max(width_of(self.title) + 16, 30.0), 30.0
        if self.record:
            return sum(width_of(cell) + 2 * PADDING for cell in self.cells()), LINE + 2 * PADDING
        widest = max(width_of(line) for line in (self.title, *map(words, self.rows)))
        return widest + 2 * PADDING, LINE * (1 + len(self.rows)) + 2 * PADDING

    def cells(self) -> list[str]:
        """The texts of a record."""
        return [self.title, *[f"{row.word} {row.value or row.grad}".strip() for row in self.rows]]


class Link(NamedTuple):
    """A line between two cards, for one or more edges of the trace."""

    source: int
    target: int
    edges: tuple[int, ...]


class Picture(NamedTuple):
    """Cards, links and where they go."""

    cards: list[Card]
    links: list[Link]
    layout: Layout
    trace: Trace
    rankdir: str                 # "LR", from left to right, or "TB", from top to bottom


def words(row: Row) -> str:
    """Return the text of a row."""
    return "  ".join(filter(None, (row.word, row.value, row.grad)))


def width_of(text: str) -> float:
    """Return the width of a text in pixels: Chinese, Japanese and Korean letters and emoji are as wide as high.

    >>> width_of("abcde"), width_of("あ")
    (36.0, 12.0)
    """
    return sum([12.0 if east_asian_width(letter) in "WF" else LETTER for letter in text])


def picture(trace: Trace, boxes: Sequence[Box], style: str = "glassgrad", rankdir: str = "LR") -> Picture:
    """Return the picture of a folded trace in a style, "glassgrad" or "micrograd", and a direction, "LR" or "TB"."""
    cards, links = STYLES[style](trace, boxes)
    places = layout([card.size for card in cards], [(a, b) for a, b, _ in links], downwards=rankdir == "TB")
    return Picture(cards, links, places, trace, rankdir)


def one_box_each(trace: Trace, boxes: Sequence[Box]) -> tuple[list[Card], list[Link]]:
    """Draw each box as a card with its op in it."""
    return [card(trace, box) for box in boxes], links_between(trace, boxes)


def ops_apart(trace: Trace, boxes: Sequence[Box]) -> tuple[list[Card], list[Link]]:
    """Draw each value as a record of label, data and gradient, and its op as a circle before it, as micrograd does."""
    cards: list[Card] = []
    place, entry = [], []
    for box in boxes:
        node = trace.nodes[box.outputs[-1]]
        entry.append(len(cards))
        if node.op:
            cards.append(Card("op", shorten(box.title or SYMBOLS.get(node.op, node.op), LONGEST), (), None))
        place.append(len(cards))
        data, grad = numbers(trace, box)
        label = "" if node.name == f"v{node.id}" else node.name
        cards.append(Card(box.kind if node.op else "leaf", shorten(label, LONGEST),
                          (Row("data", value=data.value, node=node.id), grad), node.id, record=True))
    links = [Link(place[a], entry[b], edges) for a, b, edges in links_between(trace, boxes)]
    links += [Link(a, b, ()) for a, b in zip(entry, place) if a != b]
    return cards, links


SYMBOLS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "neg": "-", "matmul": "@", "relu": "ReLU"}
STYLES: dict[str, Callable[[Trace, Sequence[Box]], tuple[list[Card], list[Link]]]] = {
    "glassgrad": one_box_each, "micrograd": ops_apart}


def card(trace: Trace, box: Box) -> Card:
    """Return the card of a box: its title, data, gradient and the leaves that only it needs."""
    first = trace.nodes[box.nodes[0]]
    if box.kind == "node":
        kind, title = ("node" if first.op else "leaf"), title_of(first)
    else:
        kind, title = box.kind, titled(trace, box)
    rows = [*numbers(trace, box), *aligned(leaf_rows(trace, box.leaves))]
    if box.kind in ("scope", "chain", "fold", "repeat") and first.op:
        rows.insert(0, Row(f"{len(box.nodes):,} nodes"))
    single = box.outputs[0] if len(box.outputs) == 1 else None
    return Card(kind, title, tuple(rows), single)


def titled(trace: Trace, box: Box) -> str:
    """Return the title of a folded box, with the name of its output if it has only one."""
    name = f"{trace.nodes[box.outputs[0]].name} = " if len(box.outputs) == 1 else ""
    return shorten(name + box.title, LONGEST)


def title_of(node: TraceNode) -> str:
    """Return a node's name, the shape of an array, and how it was computed."""
    shape = f" {node.shape}" if node.shape else ""
    formula = f" = {expression(node)}" if node.op else ""
    return shorten(node.name + shape + formula, LONGEST)


def numbers(trace: Trace, box: Box) -> tuple[Row, Row]:
    """Return the rows of data and gradient: of the only output, or the span and the norm over several."""
    nodes = [trace.nodes[i] for i in box.outputs]
    if len(nodes) == 1:
        (node,) = nodes
        data = number(node.data).replace("-", MINUS) if not node.shape else span([node.data])
        return (Row("data", value=data, node=node.id),
                Row("grad", grad=signed(node.grad), sign=sign(node.grad), node=node.id))
    grads = np.concatenate([np.ravel(node.grad) for node in nodes])
    return Row("data", value=span([node.data for node in nodes])), Row("grad", grad=signed(grads))


def span(data: Sequence[Any]) -> str:
    """Write the least and the greatest of some numbers, both NaN if there is one."""
    flat = np.concatenate([np.ravel(x) for x in data])
    if not flat.size:
        return "empty"
    least, most = f"{flat.min():.3g}", f"{flat.max():.3g}"
    return (least if least == most else f"{least} … {most}").replace("-", MINUS)


def leaf_rows(trace: Trace, leaves: Sequence[int]) -> list[Row]:
    """Return a row for each leaf, or one for all if they are many."""
    nodes = [trace.nodes[i] for i in leaves]
    if len(nodes) <= ROWS:
        return [Row(shorten(node.name, 12), number(node.data).replace("-", MINUS), signed(node.grad), sign(node.grad),
                    node.id) for node in nodes]
    return [Row(f"{len(nodes):,} leaves", span([node.data for node in nodes]),
                signed(np.concatenate([np.ravel(node.grad) for node in nodes])))]


def aligned(rows: list[Row]) -> list[Row]:
    """Return rows with their gradients padded to one width, so that the numbers stand in columns."""
    width = max((len(row.grad) for row in rows), default=0)
    return [row._replace(grad=row.grad.rjust(width)) for row in rows]


def links_between(trace: Trace, boxes: Sequence[Box]) -> list[Link]:
    """Return the links between boxes: one for each edge between single nodes, one for all edges to or from a fold."""
    place = {node: i for i, box in enumerate(boxes) for node in (*box.nodes, *box.leaves)}
    found: dict[Any, list[int]] = {}
    for edge in trace.edges:
        a, b = place[edge.source], place[edge.target]
        if a != b:
            apart = edge.id if boxes[a].kind == boxes[b].kind == "node" else -1
            found.setdefault((a, b, apart), []).append(edge.id)
    return [Link(a, b, tuple(edges)) for (a, b, _), edges in found.items()]
