"""Pictures of a trace: tables and trees of text, SVG and DOT. Knows traces; of nodes only how to trace them.

`cards.py` says what a picture shows, `svg.py`, `dot_source.py`, `table.py` and `tree.py` write it, `drawing.py` has
them all in one object, `digraph.py` is for those who want Graphviz, `display.py` for a node in a notebook.
"""

from importlib import import_module
from typing import Any

from autograd.drawing.display import display as display
from autograd.drawing.drawing import Drawing as Drawing
from autograd.drawing.drawing import draw as draw
from autograd.drawing.table import text_table as text_table
from autograd.drawing.tree import text_tree as text_tree
from autograd.tracing.wording import expression as expression


def __getattr__(name: str) -> Any:  # Graphviz' package is slow to load, and few ask for it
    if name in ("Digraph", "draw_dot"):
        return getattr(import_module("autograd.drawing.digraph"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
