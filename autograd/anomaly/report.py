"""Writes the message: what happened, the nodes concerned with their lines of code, the local derivative, what helps.

Knows cases and the formulas of traces.
"""

import linecache
from typing import Any, NamedTuple

import numpy as np

from autograd.anomaly.case import Case, finite, first_bad, number_at, parts
from autograd.anomaly.fixes import fixes
from autograd.errors import AnomalyError
from autograd.node import Node, Source, name_of
from autograd.op import in_sweep
from autograd.tracing import Trace, TraceEdge, TraceNode
from autograd.tracing.sweep import edges_of, nodes_of
from autograd.tracing.wording import expression, shorten

LINES = 8            # nodes that are told
WIDTH = 60           # letters of a line of code


class Report(NamedTuple):
    """The parts of a message."""

    headline: str
    phase: str                       # "forward", "loss", "seed" or "backward"
    op: str                          # the name of the op where it began, "" for a leaf
    source: Source | None            # the line that created its node
    chain: tuple[str, ...] = ()      # the nodes concerned, each computed from those before it
    local: tuple[str, ...] = ()      # local derivatives
    fixes: tuple[str, ...] = ()      # what helps

    def __str__(self) -> str:
        advice = [f"  fix: {text}" for text in self.fixes]
        return "\n".join([self.headline, *[f"  {line}" for line in (*self.chain, *self.local)], *advice])


def raised(report: Report) -> AnomalyError:
    """Return the error with a report."""
    error = AnomalyError(str(report))
    error.report = report
    return error


def seed_anomaly(root: Node, g: Any) -> AnomalyError:
    """Return the error for a sweep that starts with a cotangent that is not finite."""
    return raised(Report(f"backward: the cotangent given for {name_of(root)} is {word(g)} before the sweep starts",
                         "seed", root.op.name if root.op else "", root.source))


def hook_anomaly(node: Node) -> AnomalyError:
    """Return the error for a hook that makes a gradient infinite or NaN."""
    return raised(Report(f"backward: a hook of {name_of(node)} made its gradient infinite or nan", "backward",
                         node.op.name if node.op else "", node.source))


def anomaly(case: Case, x: Node | None = None) -> AnomalyError:
    """Return the error for a case; in a sweep `x` is the input that received what is not finite."""
    ids = {node: i for i, node in enumerate(concerned(case, x))}
    with in_sweep():
        graph = Trace(tuple(nodes_of(ids, {})), tuple(edges_of(ids)), ())
    names = {node: graph.nodes[i].name for node, i in ids.items()}
    edges = [edge for edge in graph.edges_into[ids[case.node]]
             if case.phase != "backward" or edge.slot == case.slot]
    return raised(Report(
        forward_headline(case, names) if x is None else backward_headline(case, names, x), case.phase, case.op,
        case.node.source, tuple([line_of(record, case) for record in graph.nodes]),
        tuple([local_line(graph, edge, case) for edge in edges]), fixes(case)))


def concerned(case: Case, x: Node | None) -> list[Node]:
    """Return the nodes that are told, inputs first: the node, its operands, what came after and what came before."""
    operands = [y for y in case.node.inputs if isinstance(y, Node)]
    before = [z for y in operands for z in y.inputs if isinstance(z, Node)]
    received = [] if x is None else [x]
    found = dict.fromkeys([case.node, *received, *operands, *case.chain[:3], *case.chain[-1:], *before])
    return sorted([*found][:LINES], key=lambda node: node.index)


def forward_headline(case: Case, names: dict[Node, str]) -> str:
    """Say what is not finite and where it began."""
    start, began = "forward: ", f"{case.op} gives {bad_elements(case)}"
    if not case.op:
        began = f"the input {names[case.node]} is already {bad_elements(case)}"
    if case.phase == "loss":
        loss = case.chain[-1] if case.chain else case.node
        start = f"backward: the loss is {word(loss)} before the sweep starts: "
    return start + began


def backward_headline(case: Case, names: dict[Node, str], x: Node) -> str:
    """Say which node sent what is not finite to which input."""
    if case.slot < 0:
        cause = (f"a hook of {names[case.node]} made the gradient of {names[case.node]} infinite or nan"
                 if "hooks" in case.node._notes else
                 f"the contributions to {names[x]} are finite, but their sum is not; the last one came from {case.op}")
        return f"backward: {cause}"
    return f"backward: {case.op} sends {names[x]} a gradient of {bad_elements(case)}"


def bad_elements(case: Case) -> str:
    """Say which number it is, and for an array where the first is and how many there are."""
    shape = np.shape(case.data)
    if not shape:
        return word(case.data)
    count = int(np.size(case.data) - np.isfinite(case.data).sum())
    where = ", ".join(map(str, case.place or ()))
    return f"{case.number:.6g} at [{where}], {count:,} of {np.size(case.data):,} elements"


def word(x: Any) -> str:
    """Return nan, inf or -inf: what is not finite in a node or an array."""
    part = next(part for part in parts(x) if not finite(part))
    return f"{np.asarray(part)[first_bad(part)]:.6g}"


def told(x: Any) -> str:
    """Write a number, or how far an array reaches."""
    if isinstance(x, tuple):
        return ", ".join(map(told, x))
    array = np.asarray(x)
    if array.ndim == 0:
        return f"{array:.6g}" if array.dtype.kind == "f" else str(array)
    bad = 0 if array.dtype.kind != "f" else int(array.size - np.isfinite(array).sum())
    inside = array[np.isfinite(array)] if bad else array
    reach = f" from {inside.min():.4g} to {inside.max():.4g}" if inside.size else ""
    return f"{array.shape}{reach}{f', {bad:,} not finite' if bad else ''}"


def line_of(record: TraceNode, case: Case) -> str:
    """Write a node as "name = expression = value" with its line of code."""
    seen = case.place if case.node.op is not None and case.node.op.elementwise else None
    value = number_at(record.data, seen, np.shape(case.data))
    at = f" at [{', '.join(map(str, seen))}]" if np.ndim(record.data) and np.ndim(value) == 0 and seen else ""
    how = f" = {shorten(expression(record), 40)}" if record.op else ""
    return f"{record.name}{how} = {told(value)}{at}{code_of(record.source)}"


def code_of(source: Source | None) -> str:
    """Return the place and the text of a line of code, to stand behind something."""
    if source is None:
        return ""
    text = linecache.getline(source.file, source.line).strip()
    return f"   ({source}{': ' if text else ''}{shorten(text, WIDTH)})"


def local_line(graph: Trace, edge: TraceEdge, case: Case) -> str:
    """Write a local derivative as formula and number, and in a sweep what it is multiplied by."""
    names = graph.names(edge)
    formula = graph.formula(edge).named(names)
    if edge.local is None:
        upstream = f", where {names['g']} = {told(case.upstream)}" if case.phase == "backward" else ""
        return f"{graph.nodes[edge.source].name}.grad += {formula.text}{upstream}"
    local = number_at(edge.local, case.place, np.shape(case.data))
    number = f" = {told(local)}" if formula.text != told(local) else ""
    line = f"d {names['y']} / d {graph.nodes[edge.source].name} = {formula.text}{number}"
    if case.phase != "backward" or case.slot < 0:
        return line
    return f"{line}; upstream {told(case.upstream)} times {told(local)} is {told(case.number)}"
