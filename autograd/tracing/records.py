"""What a trace is made of: a node, an edge, an event of the sweep, a change by a hook. Plain records."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from autograd.node import EMPTY, Source
from autograd.op import Op

NONE: Mapping[int, str] = MappingProxyType({})


class TraceNode(NamedTuple):
    """A node: what it is called, the op and operands it was computed from, its data and its gradient."""

    id: int                          # its rank: every input before what is made of it
    name: str                        # the label, made unique; else "v" and the id
    op: str                          # the name of a row of the table; "" for a leaf
    operands: tuple[Any, ...]        # per slot: a name for a node, a number or an array for a constant
    data: Any                        # a float or an array; of a hidden node of several outputs all in one row
    grad: Any                        # of the root by this node, complete
    shapes: tuple[tuple[int, ...], ...] = ((),)   # of its data; several for the hidden node of an op of several outputs
    scope: tuple[str, ...] = ()      # outermost first
    source: Source | None = None     # the code that created it
    row: Op | None = None            # the row of the table, for formulas
    options: Mapping[str, Any] = EMPTY
    labels: Mapping[int, str] = NONE  # of operands that are constants, by slot

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the data."""
        return np.shape(self.data)

    @property
    def hidden(self) -> bool:
        """Whether the user never sees the node: it holds the outputs of an op that has several."""
        return self.shapes != (self.shape,)


class TraceEdge(NamedTuple):
    """One use of a node by another; `x * x` has two edges between the same nodes."""

    id: int
    source: int                      # the id of the input
    target: int                      # the id of what is computed from it
    slot: int                        # which operand it is
    local: Any                       # the partial, a float or an array; None for a structural op, which has a vjp


class TraceEvent(NamedTuple):
    """One contribution to a gradient, in the order of the sweep."""

    edge: int                        # the id of the edge that it comes along
    upstream: Any                    # the gradient of the edge's target, complete
    contribution: Any                # what the edge's source receives, in its shape
    before: Any                      # the source's gradient so far; None where nothing came yet
    after: Any
    left: int                        # how many contributions to the source are still to come


class TraceHook(NamedTuple):
    """A change that a hook made to a complete gradient."""

    node: int
    position: int                    # how many events came before
    before: Any
    after: Any
