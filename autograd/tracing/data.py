"""The trace: nodes, edges and the events of one backward sweep. Knows neither values, tensors nor pictures.

Replayed, the events give every gradient bit for bit::

    grads = {trace.root.id: trace.seed}
    for event in trace.events:
        source = trace.edges[event.edge].source
        grads[source] = event.contribution if event.before is None else grads.get(source, 0.0) + event.contribution

A hook may change a gradient once it is complete: `hooks` says where. As JSON: see `payload.py`.
"""

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from autograd.backward import scale
from autograd.op import in_sweep
from autograd.symbol import Formula, formula
from autograd.tracing.folding import fold
from autograd.tracing.graph import Graph
from autograd.tracing.payload import CAP, edge_payload, event_payload, hook_payload, node_payload, plain
from autograd.tracing.records import TraceEdge, TraceEvent, TraceHook
from autograd.tracing.wording import remark_on, short

VERSION = 1
SIMPLER_WITH_NUMBERS = {"pow"}  # x**2 has the derivative 2 x, not 2 x**(2 - 1)


class Unbroadcast(NamedTuple):
    """How a contribution was summed to the shape of what it is for."""

    axes: tuple[int, ...]
    text: str
    full: Any  # what was summed


@dataclass(frozen=True)
class Trace(Graph):
    """A graph and the events of the sweep over it, in order."""

    events: tuple[TraceEvent, ...] = field(repr=False)
    hooks: tuple[TraceHook, ...] = ()
    seed: Any = 1.0                  # the gradient that the root starts with
    changed: tuple[str, ...] = ()    # leaves whose data was set after something was computed from it

    @property
    def remark(self) -> str:
        """What is to be said where data was changed; nothing elsewhere."""
        return remark_on(self.changed)

    def formula(self, edge: TraceEdge) -> Formula:
        """Return the local derivative of an edge, or the vjp of a structural op, as text, LaTeX and MathML.

        >>> from autograd import Value
        >>> from autograd.tracing import trace
        >>> picture = trace(Value(2.0, label="x") * Value(3.0, label="w"))
        >>> picture.formula(picture.edges[0]).named(picture.names(picture.edges[0])).text
        'w'
        """
        node = self.nodes[edge.target]
        assert node.row is not None
        data = list(node.operands)
        for e in self.edges_into[node.id]:
            data[e.slot] = self.nodes[e.source].data
        numbers = tuple([x if type(x) is float and x.is_integer() and abs(x) < 100 else None for x in node.operands])
        simple = node.op in SIMPLER_WITH_NUMBERS and numbers != (None, None)
        return formula(node.row, edge.slot, tuple(map(np.shape, data)), node.options, numbers if simple else ())

    def names(self, edge: TraceEdge) -> dict[str, str]:
        """Return what the placeholders of an edge's formula stand for."""
        node = self.nodes[edge.target]
        found = {"y": node.name, "g": f"{node.name}.grad"}
        for slot, x in enumerate(node.operands):
            if type(x) is float:
                x = short(x).removesuffix(".0")
            found[str(slot)] = node.labels.get(slot) or (x if type(x) is str else f"const{np.shape(x)}")
        return found

    def events_to(self, node: int) -> list[TraceEvent]:
        """Return the contributions to a node's gradient, in order."""
        return [event for event in self.events if self.edges[event.edge].source == node]

    def unbroadcast(self, event: TraceEvent) -> Unbroadcast | None:
        """Return how a contribution was summed to its source's shape, if the op had stretched its source."""
        edge = self.edges[event.edge]
        shape, wide = self.nodes[edge.source].shape, np.shape(event.upstream)
        if edge.local is None or shape == wide:
            return None
        with in_sweep():
            full = scale(event.upstream, edge.local)
        added = len(wide) - len(shape)
        axes = (*range(added), *[i + added for i, n in enumerate(shape) if n == 1 != wide[i + added]])
        return Unbroadcast(axes, f"sum over {'axis' if len(axes) == 1 else 'axes'} {', '.join(map(str, axes))}", full)

    def to_dict(self, *, cap: int = CAP) -> dict[str, Any]:
        """Return the trace as what JSON can hold; arrays of more than `cap` elements are summed up, see payload.py."""
        rules: dict[Formula, int] = {}
        edges = [edge_payload(edge, rules.setdefault(self.formula(edge), len(rules)), cap) for edge in self.edges]
        return {"v": VERSION, "root": self.root.id, "seed": plain(self.seed, cap),
                "nodes": [node_payload(node, cap) for node in self.nodes], "edges": edges,
                "rules": [rule._asdict() for rule in rules],
                "events": [event_payload(event, self.unbroadcast(event), cap) for event in self.events],
                "hooks": [hook_payload(hook, cap) for hook in self.hooks],
                "folds": [box._asdict() for box in fold(self) if len(box.nodes) + len(box.leaves) > 1]}

    def to_json(self, *, cap: int = CAP) -> str:
        """Return the trace as JSON on one line."""
        return json.dumps(self.to_dict(cap=cap), allow_nan=False, separators=(",", ":"))
