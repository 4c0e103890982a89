"""The stepper as an anywidget, two-way: a leaf edited in the notebook runs the graph again in Python, and a position
set in Python moves the page. Knows the stepper's payload and page, not how they are made.
"""

import json
from typing import Any

import anywidget
import numpy as np
import traitlets

from autograd.errors import AutogradError
from autograd.stepping.page import asset
from autograd.stepping.session import Stepper

MAX_EDITED = 100  # elements of a leaf that can be edited as text


class StepperWidget(anywidget.AnyWidget):  # type: ignore[misc, unused-ignore]
    """A stepper in a notebook; `stepper` is the present one, `position` its place, `values` the leaves' data."""

    _esm = asset("stepper.js") + asset("widget.js")
    _css = asset("stepper.css")
    payload = traitlets.Dict().tag(sync=True)
    position = traitlets.Int(0).tag(sync=True)
    edit = traitlets.Dict().tag(sync=True)
    error = traitlets.Unicode("").tag(sync=True)

    def __init__(self, stepper: Stepper) -> None:
        self.stepper = stepper
        super().__init__(payload=editable(stepper), position=stepper.position)
        self.observe(lambda change: self.stepper.at(change["new"]), "position")
        self.observe(lambda change: self.rerun(**change["new"]), "edit")

    @property
    def values(self) -> dict[str, Any]:
        """The data of the leaves by name."""
        return {node.name: node.data for node in self.stepper.trace.nodes if not node.op}

    def set(self, /, **data: Any) -> None:
        """Run the graph again with other data in leaves, given by name, as an edit in the page does."""
        self.stepper = self.stepper.with_values(**data)
        self.error = ""
        self.payload = editable(self.stepper)

    def rerun(self, node: int, text: str, number: int) -> None:
        """Take an edit from the page: a leaf's number, or numbers in brackets; what is wrong with it is shown there."""
        name = self.stepper.trace.nodes[node].name
        try:
            self.set(**{name: json.loads(text)})
        except (AutogradError, ValueError, TypeError) as error:
            self.error = f"{name}: {error}"


def editable(stepper: Stepper) -> dict[str, Any]:
    """Return the payload of a stepper with the text of each leaf that can be edited."""
    payload = stepper.payload()
    for node, told in zip(stepper.trace.nodes, payload["nodes"], strict=True):
        if not node.op and np.size(node.data) <= MAX_EDITED:
            told["edit"] = json.dumps(np.asarray(node.data).tolist())
    return payload
