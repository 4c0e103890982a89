"""What the page of a stepper is told: a trace as compact JSON. Knows traces and numbers, and no page.

::

    {"title", "forward": [id], "svg",
     "nodes": [{"name", "op", "text", "box", "value": NUMBER,
                "source": [before, marked, after, where] or null}],
     "events": [{"kind": "seed", "edge" or "hook", "v": id, "after": NUMBER or null, "left", "title",
                 "u": id, "edge": id, "partial", "local": NUMBER or null, "contribution": NUMBER, "text", "math",
                 "share": NUMBER or null, "unbroadcast"}],    # from "u" on only of an edge
     "open": {id: the payload of the op's scalars}}

"box" numbers the boxes of the picture. An event pays into the gradient of v; along an edge, from u to v. "after" is
null where it is the contribution itself. A NUMBER is a float, the name of one that JSON lacks, or an array: {"shape",
"seen", "bytes": float64 in base64, "norm", "top": the largest magnitude, "brief", "words"}; of a large one only some
rows and columns are seen.
"""

from base64 import b64encode
from math import isfinite
from typing import Any

import numpy as np

from autograd.drawing import Drawing, expression
from autograd.node import Source
from autograd.stepping.steps import Change, changes_of, edge_of, size
from autograd.stepping.terminal import LONGEST, NAME, edge_title, name_of, short
from autograd.tracing import Trace, TraceNode
from autograd.tracing.payload import source_payload
from autograd.tracing.wording import MINUS, shorten

SIDE = 64  # the most rows and columns of an array that the page shows


def payload_of(picture: Drawing, opened: dict[int, Any] | None = None, title: str = "") -> dict[str, Any]:
    """Return the payload of a picture's trace, with the payloads of ops that can be opened.

    >>> from autograd import Value
    >>> from autograd.drawing import draw
    >>> x = Value(3.0, label="x")
    >>> payload = payload_of(draw(x * x))
    >>> [(event["kind"], event["v"], event["left"]) for event in payload["events"]]
    [('seed', 1, 0), ('edge', 0, 1), ('edge', 0, 0)]
    """
    trace = picture.trace
    cards = {i: number for number, box in enumerate(picture.boxes) for i in (*box.nodes, *box.leaves)}
    nodes = [{**node_payload(node), "box": cards.get(node.id)} for node in trace.nodes]
    return {"title": title or name_of(trace.root), "forward": [node.id for node in trace.nodes if node.op],
            "svg": picture.svg, "nodes": nodes,
            "events": [event_payload(change, trace) for change in changes_of(trace)], "open": opened or {}}


def number(x: Any) -> Any:
    """Return a number as JSON has it: exact; an array as its bytes with what is said of it, a large one thinned out.

    >>> number(0.1), number(float("-inf"))
    (0.1, '-Infinity')
    >>> number(np.ones((2, 1)))["bytes"], number(np.ones((2, 1)))["words"]
    ('AAAAAAAA8D8AAAAAAADwPw==', '(2, 1) |1.414|, from 1 to 1')
    """
    if x is None:
        return None
    array = np.asarray(x)
    if type(x) is float or array.shape == ():
        x = float(array)
        return x if isfinite(x) else "NaN" if x != x else "Infinity" if x > 0 else "-Infinity"
    flat = array.reshape(-1, array.shape[-1]) if array.size else array.reshape(0, 0)  # rows of the last axis
    steps = [-(-n // SIDE) for n in flat.shape]
    seen = flat[:: max(steps[0], 1), :: max(steps[1], 1)]
    finite = array[np.isfinite(array)].astype(np.float64)
    words = [short(array)]
    if finite.size:
        words.append(f"from {short(finite.min())} to {short(finite.max())}")
    if finite.size < array.size:
        words.append(f"{array.size - finite.size} not finite")
    if seen.size < flat.size:
        words.append(f"{seen.shape[0]} of {flat.shape[0]} rows, {seen.shape[1]} of {flat.shape[1]} columns shown")
    return {"shape": array.shape, "seen": seen.shape, "norm": number(size(array)),
            "bytes": b64encode(np.ascontiguousarray(seen, "<f8").tobytes()).decode(),
            "top": float(abs(finite).max(initial=0.0)), "brief": words[0].replace("-", MINUS),
            "words": ", ".join(words).replace("-", MINUS)}


def source_parts(source: Source) -> list[str]:
    """Return the line of code before, in and after the part that made a node, and where it stands."""
    told = source_payload(source)
    code, start, end = told["code"], told["col"], told["end_col"]
    where = "" if source.file.startswith("<") else f" {told['file'] or told['cell']}:{told['line']}"
    return [code[:start].lstrip(), code[start:end], code[end:], where]


def node_payload(node: TraceNode) -> dict[str, Any]:
    """Return what the page tells of a node."""
    return {"name": node.name, "op": node.op, "text": shorten(expression(node), LONGEST), "value": number(node.data),
            "source": source_parts(node.source) if node.source else None}


def event_payload(change: Change, trace: Trace) -> dict[str, Any]:
    """Return what the page tells of a change of a gradient."""
    name = name_of(trace.nodes[change.node])
    found = {"kind": change.kind, "v": change.node, "left": change.left, "after": number(change.after),
             "title": f"start at {name}" if change.kind == "seed" else f"a hook changes the gradient of {name}"}
    edge = edge_of(change, trace)
    if change.event is None or edge is None:
        return found
    if change.before is None:
        found["after"] = None
    formula = trace.formula(edge).named({slot: shorten(x, NAME) for slot, x in trace.names(edge).items()})
    target = name_of(trace.nodes[edge.target])
    wide = trace.unbroadcast(change.event)
    return {**found, "u": edge.target, "edge": edge.id, "title": edge_title(edge, trace),
            "partial": f"∂{target}/∂{name}" if edge.local is not None else f"to {name}", "local": number(edge.local),
            "contribution": number(change.event.contribution), "text": formula.text, "math": formula.mathml,
            "share": wide and number(wide.full), "unbroadcast": wide and wide.text}
