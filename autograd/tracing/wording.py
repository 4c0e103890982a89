"""How numbers, arrays and expressions are written in a few letters. Knows the records of a trace."""

import sys
from typing import Any

import numpy as np

from autograd.tracing.records import TraceNode

INFIX = {"add": "{0} + {1}", "sub": "{0} - {1}", "mul": "{0} * {1}", "div": "{0} / {1}", "pow": "{0} ** {1}",
         "matmul": "{0} @ {1}", "neg": "-{0}"}
MINUS = "\u2212"


def expression(node: TraceNode) -> str:
    """Write how a node was computed, "w * x" or "tanh(v2)"; nothing for a leaf."""
    if not node.op:
        return ""
    operands = [node.labels.get(slot) or (x if isinstance(x, str) else short(x))
                for slot, x in enumerate(node.operands)]
    return INFIX[node.op].format(*operands) if node.op in INFIX else f"{node.op}({', '.join(operands)})"


def number(x: Any) -> str:
    """Write a number in at most ten characters, and an array of several as its shape."""
    if np.size(x) != 1:
        return str(np.shape(x))
    x = np.asarray(x).item()
    return f"{x:.4f}" if x == 0 or 1e-3 <= abs(x) < 1e4 else f"{x:.2e}"


def short(x: Any) -> str:
    """Write a number as briefly as four digits allow, and an array of several as its shape."""
    return str(np.shape(x)) if np.size(x) != 1 else str(float(f"{np.asarray(x).item():.4g}"))


def gradient(g: Any) -> str:
    """Write a gradient: a number, or the norm of an array between bars."""
    return number(g) if np.size(g) == 1 else f"|{np.linalg.norm(g):.3g}|"


def signed(g: Any) -> str:
    """Write a gradient with its sign, so that no colour is needed to tell it.

    >>> signed(0.5), signed(-0.25), signed(0.0), signed(np.ones(4))
    ('+0.5000', '−0.2500', '0.0000', '|2|')
    """
    text = gradient(g)
    return f"{MINUS}{text[1:]}" if text[0] == "-" else text if text[0] == "|" or sign(g) <= 0 else f"+{text}"


def sign(g: Any) -> int:
    """Return the sign of a number; 0 for NaN and for an array of several elements."""
    x = np.asarray(g).item() if np.size(g) == 1 else 0.0
    return int(x > 0) - int(x < 0)


def shorten(cell: str, width: int, ascii: bool = False) -> str:
    """Cut a text to one line of a width, and spell out what is not ASCII if asked to."""
    cell = " ".join(cell.split())
    if ascii:
        cell = cell.encode("ascii", "backslashreplace").decode()
    mark = "~" if ascii else "…"
    return cell if len(cell) <= width else cell[: width - 1] + mark


def takes_ascii_only() -> bool:
    """Whether standard output takes nothing but ASCII."""
    return "utf" not in (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
