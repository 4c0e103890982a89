"""How an op has several outputs: its array form returns a tuple, and the row `item` takes one of them.

On the graph a hidden node holds the tuple (see bundle.py), and each output is the `item` of it. So the op's rule runs
once, for the cotangents of all outputs together: a rule of separate outputs would compute what they share again for
each, and, as in the singular value decomposition, lose by rounding what cancels between them.

    @structural(lambda g, y, x, …: rule(*complete(g, y), …), tex=…, bundles=True)
    def op(x, …): return first, second
"""

from typing import Any

import numpy as np

from autograd.op import shape_helper, structural


class Parts:
    """The cotangents of several outputs by number; missing is what no sum reached."""

    __slots__ = ("by_output",)

    def __init__(self, by_output: dict[int, Any]) -> None:
        self.by_output = by_output

    def __add__(self, other: "Parts") -> "Parts":
        """Take in the cotangents of another: into this one, for a new dict each time would make n outputs cost n²."""
        for i, g in other.by_output.items():
            self.by_output[i] = self.by_output[i] + g if i in self.by_output else g
        return self


@shape_helper
def part(g: Any, index: int) -> Parts:
    """Return the cotangent of one output as that of all."""
    return Parts({index: g})


@shape_helper
def complete(g: Parts, y: Any) -> tuple[Any, ...]:
    """Return the cotangent of each output, zeros for those that nothing depends on."""
    outputs = getattr(y, "data", y)  # of a node
    return tuple([g.by_output[i] if i in g.by_output else np.zeros_like(x) for i, x in enumerate(outputs)])


@structural(lambda g, y, x, index: part(g, index), tex="{0}_i", bundles=True)
def item(x: tuple[Any, ...], index: int) -> Any:
    """One of the outputs of an op that has several."""
    return x[index]
