"""The steps of a trace: each node computed, then each contribution paid into a gradient. Knows traces, no picture.

A gradient changes when the root gets its seed, when a contribution comes along an edge, and when a hook rewrites it.
A step is one such change, or all that a node pays to its inputs; or, before all that, the computing of a node.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isfinite
from typing import Any, NamedTuple

from autograd.errors import OperandError
from autograd.tracing import Trace, TraceEdge, TraceEvent, TraceHook, TraceNode
from autograd.tracing.wording import norm

GRANULARITIES = ("contribution", "node")


class Change(NamedTuple):
    """A change of one gradient."""

    kind: str                    # "seed", "edge" or "hook"
    node: int                    # whose gradient changes
    before: Any
    after: Any
    left: int                    # how many contributions to it are still to come
    event: TraceEvent | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a node computed, if there are no changes, or changes of gradients."""

    number: int                  # from 1
    node: int                    # the node computed, the one whose gradient changes, or the one that pays several
    changes: tuple[Change, ...] = ()


def changes_of(trace: Trace) -> Iterator[Change]:
    """Yield the changes of gradients in the order of the sweep."""
    left = [0] * len(trace.nodes)
    for event in trace.events:
        left[trace.edges[event.edge].source] += 1
    yield Change("seed", trace.root.id, None, trace.seed, left[trace.root.id])
    hooks = list(trace.hooks)
    for position, event in enumerate(trace.events):
        while hooks and hooks[0].position <= position:
            yield rewritten(hooks.pop(0))
        node = trace.edges[event.edge].source
        yield Change("edge", node, event.before, event.after, event.left, event)
    yield from map(rewritten, hooks)


def rewritten(hook: TraceHook) -> Change:
    """Return the change that a hook makes."""
    return Change("hook", hook.node, hook.before, hook.after, 0)


def edge_of(change: Change, trace: Trace) -> TraceEdge | None:
    """Return the edge that a contribution comes along."""
    return trace.edges[change.event.edge] if change.event else None


def plan(trace: Trace, granularity: str = "contribution") -> tuple[Step, ...]:
    """Return the steps: a forward phase over the nodes that ops computed, then a backward phase.

    >>> from autograd import Value
    >>> from autograd.tracing import trace
    >>> x = Value(3.0, label="x")
    >>> [(step.number, step.node, len(step.changes)) for step in plan(trace(x * x))]
    [(1, 1, 0), (2, 1, 1), (3, 0, 1), (4, 0, 1)]
    >>> [len(step.changes) for step in plan(trace(x * x), "node")]
    [0, 1, 2]
    """
    if granularity not in GRANULARITIES:
        raise OperandError(f"the granularity of a stepper is one of {GRANULARITIES}, not {granularity!r}")

    def payer(numbered: tuple[int, Change]) -> tuple[Any, ...]:
        number, change = numbered
        edge = edge_of(change, trace)
        return (edge.target,) if edge and granularity == "node" else (change.node, number)

    found = [(node.id, ()) for node in trace.nodes if node.op]
    backward = [(key[0], tuple([change for _, change in group]))
                for key, group in groupby(enumerate(changes_of(trace)), payer)]
    return tuple([Step(number, node, changes) for number, (node, changes) in enumerate([*found, *backward], 1)])


def involved(step: Step, trace: Trace) -> list[TraceNode]:
    """Return the nodes that a step computes, pays into or comes from."""
    edges = [edge_of(change, trace) for change in step.changes]
    ids = [change.node for change in step.changes] + [edge.target for edge in edges if edge]
    return [trace.nodes[i] for i in ids or [step.node]]


def size(x: Any) -> float:
    """Return the magnitude of a number, the norm of an array."""
    return abs(x) if type(x) is float else norm(x)


Condition = Callable[[Step, Trace], bool]


def at_label(label: str) -> Condition:
    """Stop where a node of this name is computed, paid or pays."""
    return lambda step, trace: any(node.name == label for node in involved(step, trace))


def at_op(op: str) -> Condition:
    """Stop where a node of this op is computed or pays."""
    return lambda step, trace: any(
        trace.nodes[edge.target].op == op for change in step.changes if (edge := edge_of(change, trace))
    ) or (not step.changes and trace.nodes[step.node].op == op)


def at_nan(step: Step, trace: Trace) -> bool:
    """Stop at a value or gradient that is infinite or undefined."""
    numbers = [x for change in step.changes for x in (change.after, change.event.contribution if change.event else 0.0)]
    return any(not isfinite(size(x)) for x in numbers or [trace.nodes[step.node].data])


def above(threshold: float) -> Condition:
    """Stop where a gradient becomes larger in magnitude (the norm of an array) than the threshold."""
    return lambda step, trace: any(size(change.after) > threshold for change in step.changes)


def condition(until: str | Condition, trace: Trace) -> Condition:
    """Read where to stop: "nan", "> 10" (a gradient's magnitude), the name of a node, an op, or a condition itself.

    Raises OperandError if the graph has nothing of that name.
    """
    if callable(until):
        return until
    if not isinstance(until, str):
        raise OperandError(f"stop at a name, an op, 'nan', '> 0.5' or a function of step and trace, not {until!r:.60}")
    text = until.strip()
    if text.lower() == "nan":
        return at_nan
    if text.startswith(">"):
        try:
            threshold = float(text[1:])
        except ValueError:
            threshold = float("nan")
        if threshold != threshold:
            raise OperandError(f"expected a number after '>', got {text!r}")
        return above(threshold)
    if any(node.name == text for node in trace.nodes):
        return at_label(text)
    if text and any(node.op == text for node in trace.nodes):
        return at_op(text)
    names = [*[node.name for node in trace.nodes], *dict.fromkeys(node.op for node in trace.nodes if node.op)]
    raise OperandError(f"no node and no op of this graph is called {text!r}; stop at nan, at > 0.5, or at one of "
                       f"{some(names)}")


def some(names: Sequence[str]) -> str:
    """List the first of some names.

    >>> some("abc"), some("abcdefghijklmnopqr")
    ('a, b, c', 'a, b, c, d, e, f, g, h, i, j, k, l, ...')
    """
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
