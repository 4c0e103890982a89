"""How numbers, arrays and expressions are written in a few letters. Knows the records of a trace."""

from collections.abc import Sequence
from typing import Any, TextIO

import numpy as np

from autograd.tracing.records import TraceNode

INFIX = {"add": "{0} + {1}", "sub": "{0} - {1}", "mul": "{0} * {1}", "div": "{0} / {1}", "pow": "{0} ** {1}",
         "matmul": "{0} @ {1}", "neg": "-{0}"}
MINUS = "\u2212"
JOINERS = "\u200c\u200d"  # between the parts of an emoji, and within Persian words


def expression(node: TraceNode) -> str:
    """Write how a node was computed, "w * x" or "tanh(v2)"; nothing for a leaf."""
    if not node.op:
        return ""
    operands = [node.labels.get(slot) or (x if isinstance(x, str) else short(x))
                for slot, x in enumerate(node.operands)]
    if node.op not in INFIX:
        return f"{node.op}({', '.join(operands)})"
    # x - (-1.0), and (-2.0) ** x: without brackets that is -(2.0 ** x)
    return INFIX[node.op].format(*[f"({x})" if x.startswith("-") and (slot or node.op == "pow") else x
                                   for slot, x in enumerate(operands)])


def remark_on(changed: Sequence[str]) -> str:
    """Say which leaves were changed after the forward pass: their data and the gradients do not belong together."""
    if not changed:
        return ""
    names = ", ".join(shorten(name, 12) for name in changed[:3]) + (", ..." if len(changed) > 3 else "")
    return f"data of {names} was set after the forward pass; gradients are those before"


def number(x: Any) -> str:
    """Write a number in at most ten characters, and an array of several as its shape."""
    if np.size(x) != 1:
        return str(np.shape(x))
    x = np.asarray(x).item()
    return f"{x:.4f}" if x == 0 or 1e-3 <= abs(x) < 1e4 else f"{x:.2e}"


def short(x: Any) -> str:
    """Write a number in four digits, a whole one of up to six as it is, and an array of several as its shape.

    >>> short(0.123456), short(12345.0), short(12345.6), short(1e300)
    ('0.1235', '12345.0', '1.235e+04', '1e+300')
    """
    if np.size(x) != 1:
        return str(np.shape(x))
    x = float(np.asarray(x).item())
    if x.is_integer() and abs(x) < 1e6:
        return str(x)
    return str(float(f"{x:.4g}")) if abs(x) < 1e4 else f"{x:.4g}"


def norm(x: Any) -> float:
    """Return the Euclidean norm of an array, also where the squares of its elements overflow or vanish.

    >>> norm(np.array([3e200, 4e200])), norm(np.array([3e30, 4e30], dtype=np.float32)) < 5.1e30
    (5e+200, True)
    """
    array = np.asarray(x, dtype=np.float64)
    top = float(np.abs(array).max(initial=0.0))
    scale = top if 0.0 < top < 1e-150 or 1e150 < top < np.inf else 1.0
    return scale * float(np.linalg.norm(array / scale))


def gradient(g: Any) -> str:
    """Write a gradient: a number, or the norm of an array between bars."""
    return number(g) if np.size(g) == 1 else f"|{norm(g):.3g}|"


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


def printable(text: str) -> str:
    """Replace what is no letter: control characters, overrides of the direction of writing, halves of characters.

    >>> printable("a\\x1b[31m\\ud800")
    'a\ufffd[31m\ufffd'
    """
    return "".join([letter if letter.isprintable() or letter in JOINERS else "\ufffd" for letter in text])


def shorten(cell: str, width: int, ascii: bool = False) -> str:
    """Cut a text to one line of a width, and spell out what is not ASCII if asked to."""
    cell = printable(" ".join(cell.split()))
    if ascii:
        cell = cell.encode("ascii", "backslashreplace").decode()
    mark = "~" if ascii else "…"
    return cell if len(cell) <= width else cell[: width - 1] + mark


def takes_ascii_only(stream: TextIO) -> bool:
    """Whether a stream takes nothing but ASCII."""
    return "utf" not in (getattr(stream, "encoding", None) or "utf-8").lower()
