"""What the table says, for people: `supported()` lists the rows, `conventions(name)` explains one."""

import difflib
import inspect

from autograd.errors import OperandError
from autograd.op import COMPOSITES, TABLE, Op


class Page(str):
    """Text that shows itself as it reads."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def supported() -> Page:
    """Return the table of ops: name, numpy's name, order of derivatives, convention.

    >>> print(supported().splitlines()[0])
    op                numpy             derivatives  convention
    """
    lines = [f"{'op':<17} {'numpy':<17} {'derivatives':<12} convention"]
    for name in sorted(TABLE):
        op = TABLE[name]
        lines.append(f"{name:<17} {numpy_names(op):<17} {orders(op):<12} {op.convention}".rstrip())
    lines.append(f"made of these: {', '.join(sorted(COMPOSITES))}")
    return Page("\n".join(lines))


def conventions(name: str) -> Page:
    """Return the rule of an op at kinks, edges and in the tails, and why.

    >>> conventions("relu")
    relu(x): Rectified linear unit max(0, x).
    derivatives: any order
    convention: The derivative at 0 is 0 (the minimum-norm subgradient).
    """
    if name in COMPOSITES:
        doc = inspect.getdoc(COMPOSITES[name]) or ""
        return Page(f"{name}: {doc.partition('>>>')[0].strip()}\nmade of other ops, whose conventions hold.")
    if name not in TABLE:
        near = difflib.get_close_matches(str(name), TABLE, n=3) or sorted(TABLE)[:3]
        raise OperandError(f"the table has no row {name!r}; nearest: {', '.join(near)}")
    op = TABLE[name]
    inputs = "xs" if op.arity is None else ", ".join("xyz"[: op.arity])
    lines = [f"{name}({inputs}): {op.doc}", f"derivatives: {orders(op)}",
             f"convention: {op.convention or 'differentiable everywhere in its domain.'}"]
    if op.accuracy:
        lines.append(f"accuracy: {op.accuracy}")
    return Page("\n".join(lines))


def orders(op: Op) -> str:
    """Say how often an op can be differentiated."""
    if not op.differentiable:
        return "none (cut)"
    return "zero a.e." if op.flat else "any order"


def numpy_names(op: Op) -> str:
    """Name the numpy functions that an op answers to."""
    return ", ".join(f.__name__ for f in op.numpy) or "-"
