"""A drawing: a graph as SVG, DOT and text, for notebooks, files and terminals. Knows which renderer writes what."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from typing import Any

from autograd.drawing.cards import STYLES, Picture, picture
from autograd.drawing.dot_source import dot_source
from autograd.drawing.saving import Sources, save
from autograd.drawing.svg import clean, embedded, svg
from autograd.drawing.tree import tree_of
from autograd.errors import OperandError
from autograd.node import Node
from autograd.tracing import Trace, TraceNode, trace
from autograd.tracing.folding import Box, last_boxes
from autograd.tracing.folding import fold as folded

LIMIT = 300          # boxes

Fold = Callable[[TraceNode], Hashable] | bool | None


@dataclass(frozen=True)
class Drawing:
    """A graph to look at: it shows itself in a notebook, prints as a tree, and saves as SVG, HTML or PNG."""

    trace: Trace = field(repr=False)
    boxes: list[Box] = field(repr=False)
    style: str = "glassgrad"
    rankdir: str = "LR"
    note: str = ""               # what is folded or left out, and how to see it

    @cached_property
    def picture(self) -> Picture:
        """What is drawn where."""
        return picture(self.trace, self.boxes, self.style, self.rankdir)

    @cached_property
    def svg(self) -> str:
        """The SVG document."""
        return svg(self.picture, self.note)

    @property
    def dot(self) -> str:
        """The graph in Graphviz' language."""
        return dot_source(self.picture)

    @property
    def tree(self) -> str:
        """The graph as a tree of text, see `text_tree`."""
        return tree_of(self.trace)

    @property
    def html(self) -> str:
        """The picture as an element that notebooks show even where they trust nothing."""
        return (f'<div style="overflow:auto"><img alt="{clean(f"Graph of {self.trace.root.name}")}" '
                f'style="max-width:none" src="{embedded(self.svg)}"></div>')

    def save(self, path: str | PathLike[str]) -> None:
        """Write the drawing to a file, whole or not at all: .svg, .html, or .png where a program renders SVG."""
        save(Sources(self.svg, self.dot, f"Graph of {self.trace.root.name}"), path)

    def __str__(self) -> str:
        return self.tree + (f"\n{self.note}" if self.note else "")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.html, "image/svg+xml": self.svg}


def draw(root: Node | Trace, cotangent: Any = None, *, fold: Fold = None, style: str = "glassgrad",
         rankdir: str = "LR", limit: int = LIMIT) -> Drawing:
    """Return a drawing of the graph of a node, with data and gradients; of a large graph folded.

    `fold` is None (fold what has many boxes), False (never), True (always), or a function of a trace's node that
    returns the name of the box that it belongs to, or None. No more than `limit` boxes are drawn, those nearest to the
    root. `style` is "glassgrad", or "micrograd" with the ops apart from their results; `rankdir` is "LR", from left to
    right, or "TB", from top to bottom. A root of several elements needs a `cotangent`, as in `backward`.

    >>> from autograd import Value
    >>> x = Value(2.0, label="x")
    >>> print(draw(x * x + x))
    v2 = v1 + x  data 6.0000  grad 1.0000
    ├─ v1 = x * x  data 4.0000  grad 1.0000
    │  ├─ x  data 2.0000  grad 5.0000
    │  └─ x  (above)
    └─ x  (above)
    """
    for name, choice, choices in (("style", style, [*STYLES]), ("rankdir", rankdir, ["LR", "TB"])):
        if choice not in choices:
            raise OperandError(f"draw: {name} must be one of {choices}, got {choice!r}")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise OperandError(f"draw: limit must be a whole number of boxes from 1 on, got {limit!r}")
    if fold is not None and not isinstance(fold, bool) and not callable(fold):
        raise OperandError(f"draw: fold must be None, True, False or a function of a node, got {fold!r:.60}")
    graph = root if isinstance(root, Trace) else trace(root, cotangent)
    boxes = folded(graph, fold)
    shown = last_boxes(graph, boxes, limit)
    return Drawing(graph, shown, style, rankdir, note_on(graph, boxes, shown))


def note_on(graph: Trace, boxes: list[Box], shown: list[Box]) -> str:
    """Say what is folded or left out, if anything, and how to see it, and what was changed."""
    total, remark = len(graph.nodes), f". {graph.remark}" if graph.remark else ""
    if len(shown) < len(boxes):
        return (f"{total:,} nodes in {len(boxes):,} boxes, of which the last {len(shown) - 1:,} are drawn; "
                f"draw(..., limit={len(boxes)}) shows all{remark}")
    if len(boxes) < total:
        return f"{total:,} nodes folded into {len(boxes):,} boxes; draw(..., fold=False) shows each by itself{remark}"
    return graph.remark
