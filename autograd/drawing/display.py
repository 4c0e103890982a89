"""How a node shows itself in a notebook: its number or array, and, if it was computed, a picture of its graph."""

from typing import Any

import numpy as np

from autograd.bundle import Bundle
from autograd.drawing.drawing import draw
from autograd.errors import AutogradError
from autograd.node import Node, topological_order
from autograd.tracing.wording import shorten

LARGE = 2000         # nodes; of a larger graph only how large it is


def display(node: Node, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """Return what a notebook shows of a node: always its repr, and a picture of its graph if that is not large.

    >>> from autograd import Value
    >>> x = Value(2.0, label="x")
    >>> sorted(display(x * x)), sorted(display(x))
    (['text/html', 'text/plain'], ['text/plain'])
    """
    words = {"text/plain": repr(node)}
    if node.op is None or isinstance(node, Bundle):
        return words
    try:
        count = len(topological_order(node))
        if count > LARGE:
            return {"text/plain": f"{words['text/plain']}\n{count:,} nodes; draw(...) shows them folded"}
        cotangent = None if getattr(node._data, "size", 1) == 1 else np.ones_like(node._data)
        drawing = draw(node, cotangent)
    except AutogradError as error:  # freed, stale or without a gradient: a display never fails
        return {"text/plain": f"{words['text/plain']}\n({shorten(str(error), 200)})"}
    return {**words, "text/html": drawing.html}
