"""The records of a trace as what JSON can hold. Knows records only.

::

    {"v": 1, "root": id, "seed": DATA,
     "nodes": [{"id", "name", "op", "operands": [a name, or DATA of a constant],
                "labels": {slot: label of a constant}, "shape": [...], "outputs": [shape, ...] or null,
                "value": DATA, "grad": DATA, "scope": [...],
                "src": {"file", "cell", "function", "line", "end_line", "col", "end_col", "code"} or null}],
     "edges": [{"id", "source", "target", "slot", "local": DATA or null, "rule": index or null}],
     "rules": [{"kind": "partial" or "vjp" or "words", "text", "tex", "mathml"}],
     "events": [{"edge", "upstream": DATA, "contribution": DATA, "before": DATA or null, "after": DATA, "left",
                 "unbroadcast": {"axes": [...], "text", "full": DATA} or null}],
     "hooks": [{"node", "position", "before": DATA, "after": DATA}],
     "folds": [{"kind", "title", "nodes": [id], "leaves": [id], "outputs": [id]}]}

DATA is a number, nested lists of numbers, or of more than `cap` elements the object
{"shape", "min", "max", "norm", "nonfinite"}. Numbers that JSON has no word for are the strings "nan", "inf", "-inf".

A rule is a template: "{0}", "{1}" stand for the operands' names, "{y}" for the node's own and "{g}" for its gradient;
in MathML they are elements `<mi data-operand="0">`, to be filled in as text, never as markup.

In a notebook "file" is null and "cell" the name that the kernel gave the cell's source; elsewhere it is the reverse.
"col" and "end_col" count characters of "code", a line as it stands in the file. A fold is what a picture of a large
graph draws as one box, see folding.py.
"""

import linecache
import math
import re
from typing import Any

import numpy as np

from autograd.node import Source
from autograd.tracing.records import TraceEdge, TraceEvent, TraceHook, TraceNode
from autograd.tracing.wording import norm

CAP = 400  # elements of an array that a payload holds; a larger one is summed up
CELL = re.compile(r"ipykernel_\d+[/\\](\w+)\.py$|^<ipython-input-(\d+)-")


def plain(x: Any, cap: int = CAP) -> Any:
    """Return a number, or an array as nested lists, or as a summary if it has more than `cap` elements.

    >>> plain(np.array([1.0, np.inf])), plain(np.zeros((2, 300)))
    ([1.0, 'inf'], {'shape': [2, 300], 'min': 0.0, 'max': 0.0, 'norm': 0.0, 'nonfinite': 0})
    """
    if type(x) is float:
        return x if math.isfinite(x) else str(x)
    if x is None:
        return None
    array = np.asarray(x)
    if array.dtype.kind == "b":
        array = array.astype(np.float64)
    if array.dtype.kind not in "fiu":
        return f"{x!r:.60}"
    if array.size > cap:
        return summary(array)
    return array.tolist() if array.dtype.kind != "f" or np.isfinite(array).all() else spelt(array.tolist())


def spelt(x: Any) -> Any:
    """Spell out the numbers in nested lists that JSON has no word for."""
    return [spelt(y) for y in x] if isinstance(x, list) else plain(x)


def summary(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return what is worth knowing of a large array."""
    finite = array[np.isfinite(array)].astype(np.float64)
    extremes = {"min": float(finite.min()), "max": float(finite.max())} if finite.size else {"min": 0.0, "max": 0.0}
    return {"shape": list(array.shape), **extremes, "norm": plain(norm(finite)),
            "nonfinite": int(array.size - finite.size)}


def node_payload(node: TraceNode, cap: int) -> dict[str, Any]:
    """Return a node as plain data."""
    return {"id": node.id, "name": node.name, "op": node.op,
            "operands": [x if type(x) is str else plain(x, cap) for x in node.operands], "labels": dict(node.labels),
            "shape": list(node.shape), "outputs": [list(shape) for shape in node.shapes] if node.hidden else None,
            "value": plain(node.data, cap), "grad": plain(node.grad, cap), "scope": list(node.scope),
            "src": source_payload(node.source) if node.source else None}


def edge_payload(edge: TraceEdge, rule: int | None, cap: int) -> dict[str, Any]:
    """Return an edge as plain data, with the number of its rule."""
    return {"id": edge.id, "source": edge.source, "target": edge.target, "slot": edge.slot,
            "local": plain(edge.local, cap), "rule": rule}


def event_payload(event: TraceEvent, unbroadcast: Any, cap: int) -> dict[str, Any]:
    """Return an event as plain data."""
    return {"edge": event.edge, "upstream": plain(event.upstream, cap),
            "contribution": plain(event.contribution, cap), "before": plain(event.before, cap),
            "after": plain(event.after, cap), "left": event.left,
            "unbroadcast": unbroadcast and {**unbroadcast._asdict(), "full": plain(unbroadcast.full, cap)}}


def hook_payload(hook: TraceHook, cap: int) -> dict[str, Any]:
    """Return a hook's change as plain data."""
    return {**hook._asdict(), "before": plain(hook.before, cap), "after": plain(hook.after, cap)}


def source_payload(source: Source) -> dict[str, Any]:
    """Return a place in a program with its line of code, without the folder, which differs between machines."""
    code = linecache.getline(source.file, source.line).rstrip("\n")
    cell = CELL.search(source.file)
    end = len(code.encode()) if source.end_line > source.line else source.end_column
    columns = [len(code.encode()[:column].decode(errors="ignore")) for column in (source.column, end)]
    return {"file": None if cell else re.split(r"[/\\]", source.file)[-1], "cell": cell and (cell[1] or cell[2]),
            "function": source.function, "line": source.line, "end_line": source.end_line,
            "col": columns[0], "end_col": columns[1], "code": code}
