r"""Writes symbols as text and as LaTeX: two tables of how an op looks, and brackets where precedence asks for them.

In text an operand's placeholder is `{0}`, in LaTeX `\operand{0}`. What is in no table is written as a call in text and
as its row has it in LaTeX.
"""

import re
from typing import Any, NamedTuple

import numpy as np

from autograd.op import TABLE
from autograd.symbol.expression import Number, Symbol

ATOM, POWER, CALL, TIMES, PLUS, RELATION, LOGIC, LOWEST = 9, 8, 7, 6, 5, 4, 3, 0


class Look(NamedTuple):
    """How an op is written: a template, how tightly it binds, and how tightly each operand has to."""

    template: str
    level: int
    operands: tuple[int, ...]


RELATIONS = {"eq": ("==", "="), "ne": ("!=", r"\ne"), "lt": ("<", "<"), "le": ("<=", r"\le"), "gt": (">", ">"),
             "ge": (">=", r"\ge")}
LOGICAL = {"and": ("and", r"\wedge"), "or": ("or", r"\vee"), "xor": ("xor", r"\oplus")}
MASKS = {name: (signs, RELATION, PLUS) for name, signs in RELATIONS.items()}
MASKS |= {name: (signs, LOGIC, RELATION) for name, signs in LOGICAL.items()}

TEXT = {
    "add": Look("{0} + {1}", PLUS, (PLUS, PLUS)), "sub": Look("{0} - {1}", PLUS, (PLUS, TIMES)),
    "mul": Look("{0} * {1}", TIMES, (TIMES, TIMES)), "div": Look("{0} / {1}", TIMES, (TIMES, CALL)),
    "matmul": Look("{0} @ {1}", TIMES, (TIMES, CALL)), "neg": Look("-{0}", TIMES, (CALL,)),
    "pow": Look("{0}**{1}", POWER, (ATOM, POWER)), "square": Look("{0}**2", POWER, (ATOM,)),
    "reciprocal": Look("1 / {0}", TIMES, (CALL,)), "identity": Look("{0}", LOWEST, (LOWEST,)),
    "where": Look("{1} if {0} else {2}", LOWEST, (LOGIC, LOGIC, LOWEST)),
    "invert": Look("not {0}", LOGIC, (RELATION,)), "sech2": Look("1 - tanh({0})**2", PLUS, (LOWEST,)),
    "transpose": Look("{0}.T", ATOM, (ATOM,)), "swapaxes": Look("{0}.mT", ATOM, (ATOM,)),
    **{name: Look(f"{{0}} {signs[0]} {{1}}", level, (inner, inner)) for name, (signs, level, inner) in MASKS.items()},
}
TEX = {
    "add": TEXT["add"], "sub": TEXT["sub"], "neg": TEXT["neg"], "identity": TEXT["identity"],
    "mul": Look(r"{0} \cdot {1}", TIMES, (TIMES, TIMES)), "matmul": Look(r"{0} \, {1}", TIMES, (TIMES, CALL)),
    "pow": Look("{0}^{{{1}}}", POWER, (ATOM, LOWEST)), "square": Look("{0}^2", POWER, (ATOM,)),
    "div": Look(r"\frac{{{0}}}{{{1}}}", CALL, (LOWEST, LOWEST)), "exp": Look("e^{{{0}}}", POWER, (LOWEST,)),
    "invert": Look(r"\neg {0}", LOGIC, (RELATION,)), "sech2": Look(r"1 - \tanh^2 {0}", PLUS, (CALL,)),
    "transpose": Look(r"{0}^\top", POWER, (ATOM,)), "swapaxes": Look(r"{0}^\top", POWER, (ATOM,)),
    **{name: Look(f"{{0}} {signs[1]} {{1}}", level, (inner, inner)) for name, (signs, level, inner) in MASKS.items()},
}
SHOWN_AS = {"restore": "broadcast", "contract": "einsum"}
# An operand behind one of these needs no brackets of its own.
ENCLOSED = re.compile(r"(?:\(|\{\{|, |& |cases\}\} |\\\\ |\\lvert |\\lfloor |\\lceil )\{(\d)\}(?![\^_])")


def text(x: Any) -> str:
    """Write an expression as a line of Python, with `a if c else b` for `where`.

    >>> from autograd.symbol.expression import symbol
    >>> text(1 / (2 * symbol("x")))
    '1 / (2 * {x})'
    """
    return written(x, lambda name: f"{{{name}}}", text_look, ("(", ")"))[0]


def tex(x: Any) -> str:
    r"""Write an expression as LaTeX.

    >>> from autograd.symbol.expression import symbol
    >>> tex(1 / (2 * symbol("x")))
    '\\frac{1}{2 \\cdot \\operand{x}}'
    """
    return written(x, lambda name: rf"\operand{{{name}}}", tex_look, ("\\left(", "\\right)"))[0]


def written(x: Any, leaf: Any, look_of: Any, brackets: tuple[str, str]) -> tuple[str, int]:
    """Write an expression; return it and how tightly it binds."""
    if not isinstance(x, Symbol):
        return constant(x), ATOM if np.ndim(x) or not isinstance(x, Number) or x >= 0 else TIMES
    if x.head == "name":
        return leaf(x.parts[0]), ATOM
    look = look_of(x)
    parts = []
    for part, needed in zip(x.parts, look.operands, strict=True):
        line, level = written(part, leaf, look_of, brackets)
        parts.append(line if level >= needed else f"{brackets[0]}{line}{brackets[1]}")
    return look.template.format(*parts), look.level


def constant(x: Any) -> str:
    """Write a constant in a few letters: a number to four digits, an array as its shape."""
    if isinstance(x, Number):
        return f"{float(x):.4g}"
    if isinstance(x, np.ndarray):
        return f"array{x.shape}" if x.size > 8 else str(x.tolist())
    return re.sub(r"[{}]", "", f"{x!r:.40}")


def text_look(x: Symbol) -> Look:
    """Return how a symbol looks as text: as the table has it, else a call with the options that are not default."""
    if x.head in TEXT and not (x.options and x.head in ("transpose", "swapaxes") and x.ndim > 2):
        return TEXT[x.head]
    operands = ", ".join(f"{{{i}}}" for i in range(len(x.parts)))
    options = "".join(f", {name}={constant(value)}" for name, value in x.options.items() if value is not None)
    return Look(f"{SHOWN_AS.get(x.head, x.head)}({operands}{options})", ATOM, (LOWEST,) * len(x.parts))


def tex_look(x: Symbol) -> Look:
    """Return how a symbol looks as LaTeX: as the table has it, else as its row does."""
    if x.head in TEX:
        return TEX[x.head]
    template = TABLE[x.head].tex if x.row is None else x.row.tex
    slots = [f"{{{i}}}" for i in range(len(x.parts))]
    if x.head in SHOWN_AS or any(slot not in template for slot in slots):
        name = rf"\operatorname{{{{{SHOWN_AS.get(x.head, x.head)}}}}}"
        return Look(f"{name}({', '.join(slots)})", CALL, (LOWEST,) * len(slots))
    needed = [CALL if template.count(f"{{{i}}}") > ENCLOSED.findall(template).count(str(i)) else LOWEST
              for i in range(len(x.parts))]
    return Look(template, CALL, tuple(needed))
