"""micrograd's `draw_dot`: the drawing of a graph as a `graphviz.Digraph` that shows itself with or without Graphviz.

It is rendered by the first that there is of the programs `dot` and `graphviz-pure` (the extra `dot`), which gets a
few seconds; else the picture is our own SVG.
"""

import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from shutil import which
from typing import Any

import graphviz

from autograd.drawing.dot_source import attributes, label
from autograd.drawing.drawing import Drawing, draw
from autograd.drawing.svg import embedded
from autograd.files import write_atomically
from autograd.node import Node
from autograd.tracing import Trace

PROGRAMS = ("dot", "graphviz-pure")
SECONDS = 10


class Digraph(graphviz.Digraph):  # type: ignore[misc]
    """A `graphviz.Digraph` that never raises when it is displayed."""

    drawing: Drawing | None = None  # what is shown where no program renders DOT; a copy has none

    def rendered(self, format: str) -> bytes | None:
        """Return the graph in a format, None where nothing makes it."""
        folder = str(Path(sys.executable).parent)  # an environment's programs, on PATH or not
        for program in filter(None, [which(name) or which(name, path=folder) for name in PROGRAMS]):
            try:
                run = subprocess.run([program, f"-T{format}"], input=self.source.encode(), capture_output=True,
                                     timeout=SECONDS, check=True)
                return bytes(run.stdout)
            except (OSError, subprocess.SubprocessError):
                continue
        return self.drawing.svg.encode() if format == "svg" and self.drawing else None

    def pipe(self, format: str | None = None, *args: Any, encoding: str | None = None, **options: Any) -> Any:
        """Return the rendered graph, as Graphviz has it, or without Graphviz as what else renders it."""
        try:
            return super().pipe(format, *args, encoding=encoding, **options)
        except graphviz.ExecutableNotFound:
            found = self.rendered(format or self.format)
            if found is None:
                raise
            return found.decode(encoding) if encoding else found

    def render(self, *args: Any, format: str | None = None, **options: Any) -> str:
        """Write the rendered graph to a file beside its source and return the path."""
        try:
            return str(super().render(*args, format=format, **options))
        except graphviz.ExecutableNotFound:
            found = self.rendered(format or self.format)
            if found is None:
                raise
            path = f"{self.filepath}.{format or self.format}"
            write_atomically(path, found)
            return path

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        words = {"text/plain": str(self.drawing) if self.drawing else self.source}
        image = self.rendered("png") if self.format == "png" else None
        if image:
            data = b64encode(image).decode()
            return {**words, "image/png": data, "text/html": f'<img src="data:image/png;base64,{data}">'}
        svg = self.rendered("svg")
        if svg is None:
            return words
        text = svg.decode()
        text = text[text.index("<svg"):]  # without Graphviz' prolog, which has no place within a page
        return {**words, "image/svg+xml": text, "text/html": f'<img src="{embedded(text)}">'}


def draw_dot(root: Node | Trace, format: str = "svg", rankdir: str = "LR", **options: Any) -> Digraph:
    """Return the graph of a node as a `graphviz.Digraph`, as micrograd draws it; options are those of `draw`.

    >>> from autograd import Value
    >>> dot = draw_dot(Value(2.0, label="x").tanh())
    >>> len(dot.source.splitlines()), "tanh" in dot.source
    (9, True)
    """
    drawing = draw(root, rankdir=rankdir, **{"style": "micrograd", **options})
    dot = Digraph(format=format, graph_attr={"rankdir": rankdir},
                  node_attr={"fontname": "Courier", "fontsize": "11", "shape": "record"})
    for number, card in enumerate(drawing.picture.cards):
        dot.node(str(number), label=label(card, rankdir), **attributes(card))
    for link in drawing.picture.links:
        dot.edge(str(link.source), str(link.target))
    dot.drawing = drawing
    return dot
