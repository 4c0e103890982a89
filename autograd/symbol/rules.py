"""Runs a rule on symbols and keeps the formula. Knows rows of the table, no graph."""

import ast
import linecache
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from autograd.op import Constant, Op
from autograd.ops.outputs import Parts
from autograd.symbol.expression import Symbol, symbol
from autograd.symbol.mathml import mathml
from autograd.symbol.printing import tex, text

LONGEST = 120           # letters; a longer formula says less than its source
LARGEST_SAMPLE = 100_000  # elements; a rule of larger arrays is shown as its source
# Between these a negative number needs brackets: in text, in LaTeX and in MathML.
SIGNED = ("-", "* ", "- ", "+ ", r"\cdot ", "<mo>−</mo>", "<mo>·</mo>", "<mo>+</mo>", "<msup>")
RAISED = ("**", "^")
SUBSCRIPTED = re.compile(r"([A-Za-z])_?(\d+)")
Shapes = tuple[tuple[int, ...], ...]
MOST = 4096             # formulas that are kept
known: dict[Any, "Formula"] = {}


class Formula(NamedTuple):
    """A local derivative, or a vjp, as text, LaTeX and MathML, with placeholders for names."""

    kind: str    # "partial", "vjp" (a function of the cotangent {g}), or "words"
    text: str    # "{0}", "{1}" are the operands, "{y}" is the output
    tex: str     # "\\operand{0}"
    mathml: str  # '<mi data-operand="0"></mi>'

    def named(self, names: Mapping[str, str]) -> "Formula":
        """Return the formula with names for its placeholders.

        >>> Formula("partial", "2 * {0}", r"2 \\operand{0}", '<mi data-operand="0"></mi>').named({"0": "x<1"})
        Formula(kind='partial', text='2 * x<1', tex='2 \\\\text{x<1}', mathml='<mi data-operand="0">x&lt;1</mi>')
        """
        def name(match: re.Match[str]) -> str:
            found = names.get(match[1], match[1])
            before, after = match.string[: match.start()], match.string[match.end() :]
            negative = found.startswith("-") and (before.endswith(SIGNED) or after.startswith(RAISED))
            return f"({found})" if negative else found

        return Formula(
            self.kind, re.sub(r"\{(\w+)\}", name, self.text),
            re.sub(r"\\operand\{(\w+)\}", lambda match: name_in_tex(name(match)), self.tex),
            re.sub(r'<mi data-operand="(\w+)"></mi>',
                   lambda match: f'<mi data-operand="{match[1]}">{escape(name(match))}</mi>', self.mathml))


def name_in_tex(name: str) -> str:
    """Return a name as LaTeX: a letter with a number gets it as an index, a number stays, words are text."""
    indexed = SUBSCRIPTED.fullmatch(name)
    if indexed:
        return f"{indexed[1]}_{{{indexed[2]}}}"
    if re.fullmatch(r"[A-Za-z]|\(?-?[\d.]+\)?", name):
        return name
    return r"\text{" + re.sub(r"([#$%&_{}~^\\])", r"\\\1", name) + "}"


def formula(op: Op, slot: int, shapes: Shapes = (), options: Mapping[str, Any] = {},
            numbers: tuple[float | None, ...] = ()) -> Formula:
    r"""Return the partial of an elementwise op by one input, or the vjp of another op for inputs of these shapes.

    `numbers` has the operands that are plain numbers. A rule that does not run on symbols is shown as its source.

    >>> from autograd import ops
    >>> formula(ops.tanh, 0).text, formula(ops.pow, 0, numbers=(None, 3.0)).text
    ('1 - tanh({0})**2', '3 * {0}**2')
    >>> formula(ops.matmul, 0, shapes=((2, 3), (3, 4))).tex
    '\\operand{g} \\, \\operand{1}^\\top'
    """
    key = op, slot, () if op.elementwise else shapes, repr(options) if options else "", numbers
    if key not in known:
        if len(known) >= MOST:
            known.clear()
        known[key] = new_formula(op, slot, shapes, options, numbers)
    return known[key]


def new_formula(op: Op, slot: int, shapes: Shapes, options: Mapping[str, Any],
                numbers: tuple[float | None, ...]) -> Formula:
    """Return a formula that is not known yet."""
    kind = "partial" if op.elementwise else "vjp"
    if op.rule(op.node_rules, slot) is None if op.arity is not None else op.node_rules[0] is None:
        return words("0 (no gradient passes)")
    size = sum(int(np.prod(shape)) for shape in shapes)
    try:
        if size > LARGEST_SAMPLE and not op.elementwise:
            raise MemoryError
        expression = run(op, slot, shapes, options, numbers)
    except Exception:  # a user's rule may raise anything when it meets a symbol
        return source(op, slot, kind)
    if isinstance(expression, Parts):  # `item` hands its cotangent on as that of one output
        expression = expression.by_output[options["index"]]
    line = text(expression) if isinstance(expression, (Symbol, float, int)) else ""
    if not 0 < len(line) <= LONGEST:
        return source(op, slot, kind)
    latex = tex(expression)
    return Formula(kind, line, latex, mathml(latex))


def run(op: Op, slot: int, shapes: Shapes, options: Mapping[str, Any], numbers: tuple[float | None, ...]) -> Any:
    """Return what a rule makes of symbols."""
    rule = op.rule(op.node_rules, slot)
    if type(rule) is Constant:
        return float(rule)
    if op.elementwise:
        given = numbers or (None,) * (op.arity or len(shapes))
        xs = [symbol(str(i)) if number is None else number for i, number in enumerate(given)]
        return rule(symbol("y"), *xs, **options)
    samples = [sample(shape) for shape in shapes]
    y = op.array(*samples, **options)
    xs = [symbol(str(i), x) for i, x in enumerate(samples)]
    return rule(symbol("g", y), symbol("y", y), *xs, **options)


def sample(shape: tuple[int, ...]) -> Any:
    """Return an array of numbers that are neither equal nor zero."""
    return 1.5 + np.cos(np.arange(1.0, 1.0 + np.prod(shape)) ** 2).reshape(shape)


def words(line: str) -> Formula:
    """Return a formula that is a sentence."""
    plain = line.replace("{", "(").replace("}", ")")
    return Formula("words", plain, rf"\text{{{plain}}}", f"<math><mtext>{escape(plain)}</mtext></math>")


def source(op: Op, slot: int, kind: str) -> Formula:
    """Return a rule's own source if that is a lambda, else a sentence."""
    rule = op.rules[slot if op.arity is not None else 0]
    body = body_of(rule) if isinstance(rule, FunctionType) else None
    return words(body or f"the {kind} of {op.name} by operand {slot}")


@cache
def body_of(rule: FunctionType) -> str | None:
    """Return the source of what a lambda returns, None of any other function and where it cannot be found."""
    code = rule.__code__
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except SyntaxError:
        return None
    spots = {(line, column) for line, _, column, _ in code.co_positions() if line and column}
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda) and spots and min(spots) == (node.body.lineno, node.body.col_offset):
            return ast.unparse(node.body)
    return None
