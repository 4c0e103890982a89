"""Graphs that the tests of pages show, and how a reader reads a page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np

from autograd import Tensor, Value, record_sources
from autograd.stepping import Stepper

Visit = Callable[..., Any]


def opened(visit: Visit, session: Stepper, folder: Path, **window: Any) -> Any:
    """Write the page of a stepper and open it."""
    session.save_html(folder / "page.html")
    return visit(folder / "page.html", **window)


def neuron() -> Value:
    """A neuron whose weight is used twice."""
    w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(6.9, label="b")
    with record_sources():
        out = (w * x + b).tanh() * w
    out.label = "out"
    return out


def layer() -> Tensor:
    """A layer of a network, whose bias is broadcast, and its loss."""
    rng = np.random.default_rng(0)
    x, w, b = (Tensor(rng.normal(size=shape), requires_grad=True) for shape in ((4, 3), (3, 2), (2,)))
    x.label, w.label, b.label = "x", "w", "b"
    return ((x @ w + b).tanh() ** 2).mean()


def card(page: Any) -> str:
    """Return the text of the card, as a reader sees it, italics as plain letters and the minus as on a keyboard."""
    return normalize("NFKC", " ".join(page.locator(".card").inner_text().split())).replace("−", "-")


def place(page: Any) -> int:
    """Return the number of the step."""
    return int(page.evaluate("stepper.at()"))
