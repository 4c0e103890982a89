"""The table of what goes wrong and what helps: a row is a phase, a pattern of ops, a test of numbers and a sentence.

A pattern is a name, or names with "|" between, for the op of a node; as a tuple it goes on with patterns of the
inputs, in order, or in any order for + and *: ("log", ("sum", "exp")) is the log of a sum of exponentials. "1" is the
number 1, "*" anything. Ops that only move elements are looked through. Of the rows that fit, the first two are told;
a general one only where no other fits.
"""

from collections.abc import Callable
from math import isinf, isnan
from typing import Any, NamedTuple

import numpy as np

from autograd.anomaly.case import Case
from autograd.node import Node

MOVES = {"getitem", "reshape", "transpose", "swapaxes", "broadcast_to", "restore", "item", "identity", "element"}
COMMUTE = {"add", "mul", "add|sub"}
LOGS = "log|log2|log10"
ROOTS = "sqrt|pow"
SQUARES = "square|mul|pow"
GROWS = "exp|exp2|expm1|sinh|cosh"
# What keeps the branch of a double where harmless: the condition, and what stands in where it does not hold.
SAFE = {"log": ("x > 0", "1"), "log2": ("x > 0", "1"), "log10": ("x > 0", "1"), "log1p": ("x > -1", "0"),
        "sqrt": ("x > 0", "1"), "arcsin": ("abs(x) < 1", "0"), "arccos": ("abs(x) < 1", "0"),
        "arctanh": ("abs(x) < 1", "0"), "arccosh": ("x > 1", "2"), "exp": ("x < 700", "0"),
        "reciprocal": ("x != 0", "1")}
USUAL = ("c", "1")


class Fix(NamedTuple):
    """A row: where it applies and what helps there."""

    phase: str                           # "forward", "backward", or "" for both
    pattern: Any
    holds: Callable[[Case], bool]
    text: str                            # "{op}" is the op, "{safe}" and "{instead}" are from SAFE
    general: bool = False                # told only where no other row fits


def always(_: Case) -> bool:
    """Whatever the numbers are."""
    return True


def value(case: Case, slot: int) -> float:
    """Return an operand at the place of the case, NaN if it is not a single number."""
    x = case.operands[slot] if slot < len(case.operands) else float("nan")
    return float(x) if np.ndim(x) == 0 else float("nan")


def zero_upstream(case: Case) -> bool:
    """Whether a zero meets an infinite derivative."""
    return np.ndim(case.upstream) == 0 and case.upstream == 0 and np.ndim(case.local) == 0 and case.local is not None


def root_of_zero(case: Case) -> bool:
    """Whether a square root, or a power between 0 and 1, is taken of 0."""
    return value(case, 0) == 0 and (case.op == "sqrt" or 0 < value(case, 1) < 1)


def log_of_zero(case: Case) -> bool:
    """Whether a logarithm is taken of 0."""
    return value(case, 0) == (-1 if case.op == "log1p" else 0)


def overflow(case: Case) -> bool:
    """Whether finite operands give an infinite result."""
    return isinf(case.number) and not bad_operand(case)


def bad_operand(case: Case) -> bool:
    """Whether an operand is not finite."""
    return any(not np.isfinite(x).all() for x in case.operands if not isinstance(x, tuple))


def constant_is_bad(case: Case) -> bool:
    """Whether an operand that is no node is not finite."""
    return any(not isinstance(x, Node) and not np.isfinite(np.asarray(x, dtype=float)).all() for x in case.node.inputs)


def divisor(case: Case) -> float:
    """Return what is divided by."""
    return value(case, 0 if case.op == "reciprocal" else 1)


def outside(case: Case) -> bool:
    """Whether an operand lies outside the domain of the op."""
    row = case.node.op
    intervals = row.domain if row else ()
    return any(not low <= value(case, slot) <= high for slot, (low, high) in enumerate(intervals))


FIXES = (
    # a leaf, or a constant
    Fix("forward", "", always, "what enters the graph is not finite: look at the data as they are loaded, and at a "
        "parameter's last update (its gradient and the learning rate)"),
    Fix("forward", "*", constant_is_bad, "a number or an array that enters the graph as a constant is not finite: "
        "look at where it comes from"),
    # fused ops
    Fix("", (LOGS, "sigmoid"), always, "log(sigmoid(x)) is lost where sigmoid(x) is rounded to 0: use "
        "ops.log_sigmoid(x)"),
    Fix("", (LOGS, ("div", "exp", ("sum", "exp"))), always, "log(softmax(x)) is lost where softmax(x) is rounded to 0: "
        "use ops.log_softmax(x)"),
    Fix("", (LOGS, ("sum", "exp")), always, "use ops.logsumexp(x) for log(sum(exp(x)))"),
    Fix("", (LOGS, ("add", "exp", "exp")), always, "use ops.logaddexp(x, y) for log(exp(x) + exp(y))"),
    Fix("", (LOGS, "exp"), always, "log(exp(x)) is x: leave out both"),
    Fix("", (LOGS, ("add", "1", "exp")), always, "use ops.softplus(x) for log(1 + exp(x))"),
    Fix("", (LOGS, ("sub", "1", "sigmoid")), always, "1 - sigmoid(x) is sigmoid(-x): use ops.log_sigmoid(-x)"),
    Fix("", (LOGS, ("add", "1", "*")), always, "use ops.log1p(x) for log(1 + x), and keep x above -1"),
    Fix("", (LOGS, ("sub", "1", "*")), always, "use ops.log1p(-x) for log(1 - x), and keep x below 1"),
    Fix("", ("div", ("add|sub", "exp", "exp"), ("add|sub", "exp", "exp")), always,
        "use ops.tanh(x): a tanh made of exp overflows"),
    Fix("", ("div", "exp", ("sum", "exp")), always, "use ops.softmax(x), which takes the greatest x away first"),
    Fix("", ("div", "exp", ("add", "1", "exp")), always, "use ops.sigmoid(x), which overflows on neither side"),
    Fix("", ("div", "1", ("add", "1", "exp")), always, "use ops.sigmoid(x), which overflows on neither side"),
    # a branch that a mask drops
    Fix("backward", "*", lambda case: zero_upstream(case) and "where" in case.consumers,
        "where drops this branch, but its infinite derivative times 0 is nan. Keep the branch finite where it is "
        "dropped, with a double where: where({safe}, {op}(where({safe}, x, {instead})), 0); or evaluate each branch on "
        "its own elements only: ops.select({safe}, ops.{op}, lambda x: 0 * x, x)"),
    Fix("backward", "*", lambda case: zero_upstream(case) and "mul" in case.consumers,
        "a factor of 0 does not mask an infinite derivative: 0 * inf is nan. Evaluate each branch on its own elements "
        "only: ops.select({safe}, ops.{op}, lambda x: 0 * x, x)"),
    # roots at 0
    Fix("backward", (ROOTS, ("sum|mean", SQUARES)), root_of_zero, "the root's derivative at 0 is infinite: use "
        "ops.norm(x), whose gradient there is 0, or an eps inside the root, sqrt(sum(x**2) + 1e-12)"),
    Fix("backward", (ROOTS, ("add", SQUARES, SQUARES)), root_of_zero, "the root's derivative at 0 is infinite: use "
        "ops.hypot(x, y), whose gradient there is 0, or an eps inside the root, sqrt(x**2 + y**2 + 1e-12)"),
    Fix("backward", (ROOTS, SQUARES), root_of_zero, "the root's derivative at 0 is infinite: use ops.abs(x) for "
        "sqrt(x**2), or ops.safe_sqrt, whose gradient at 0 is 0"),
    Fix("backward", ROOTS, root_of_zero, "the root's derivative at 0 is infinite: use ops.safe_sqrt(x), whose gradient "
        "there is 0, or an eps inside the root, sqrt(x + 1e-12)"),
    Fix("backward", "cbrt", lambda case: value(case, 0) == 0, "the derivative of cbrt at 0 is infinite: put an eps "
        "inside, or use ops.select(x != 0, ops.cbrt, lambda x: 0 * x, x)"),
    Fix("backward", "arcsin|arccos|arctanh|arccosh", always, "the derivative of {op} is infinite at the ends of its "
        "domain: clip the input short of them, x.clip(-1 + 1e-7, 1 - 1e-7)"),
    # division
    Fix("", "div|reciprocal|remainder|fmod|floor_divide", lambda case: divisor(case) == 0,
        "the divisor is 0: keep it away from 0, x / (y + 1e-8) for y >= 0; or where(y != 0, x / where(y != 0, y, 1), "
        "0); to divide by a standard deviation use ops.standardize(x), which has an eps"),
    Fix("", "pow", lambda case: value(case, 0) == 0 and value(case, 1) < 0, "a negative power of 0 is a division by 0: "
        "put an eps into the base, or use ops.select(x != 0, f, lambda x: 0 * x, x)"),
    # domains
    Fix("", LOGS + "|log1p", log_of_zero, "the logarithm of 0 is -inf: an eps inside, "
        "log(x + 1e-12), for x >= 0; ops.xlogy(p, p) for an entropy; ops.log_softmax or ops.log_sigmoid for a "
        "probability; where a mask drops it, its gradient is still nan without a double where, "
        "where({safe}, {op}(where({safe}, x, {instead})), 0)"),
    Fix("forward", "*", lambda case: isnan(case.number) and outside(case), "{op} is undefined there: clip its input "
        "to its domain, or evaluate it where it is defined only: ops.select({safe}, ops.{op}, lambda x: 0 * x, x)"),
    # infinities that meet
    Fix("forward", "add|sub|sum|mean", lambda case: isnan(case.number) and bad_operand(case),
        "inf - inf is nan: look at what made the operands infinite; to mask, take a large finite number such as -1e9, "
        "or ops.masked_softmax"),
    Fix("forward", "mul|matmul|contract|sumprod", lambda case: isnan(case.number) and bad_operand(case),
        "0 * inf is nan: mask with ops.where or ops.select, not by a factor of 0"),
    # overflow
    Fix("", GROWS, lambda case: case.phase == "backward" or overflow(case), "{op} overflows (beyond about 709 in "
        "float64, 88 in float32): take the greatest element away first, or use what never forms it: ops.softmax, "
        "ops.logsumexp, ops.log_softmax, ops.sigmoid, ops.softplus, ops.tanh"),
    Fix("forward", "*", overflow, "{op} overflows: normalise what enters it, lower the learning rate if it grew over "
        "the steps of a training, or compute in float64 if this is float32", general=True),
    Fix("", "*", bad_operand, "an operand of {op} is infinite already, and {op} has no finite answer there: look at "
        "what made it so, or bound it before with clip", general=True),
    Fix("forward", "*", always, "{op} overflows on its way, though its operands are finite: normalise what enters it, "
        "or compute in float64 if this is float32", general=True),
    Fix("backward", "*", lambda case: case.local is not None and not np.isfinite(case.local).all(),
        "the derivative of {op} is infinite or undefined there: keep its input away from there, or use "
        "ops.select({safe}, ops.{op}, lambda x: 0 * x, x)", general=True),
    Fix("backward", "*", always, "the gradient overflows as it is passed on or added up: normalise activations, "
        "lower the scale of the initial weights, or compute in float64 if this is float32", general=True),
)


def matches(x: Any, pattern: Any) -> bool:
    """Whether a node, or a number, looks like a pattern.

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> matches((1 + x.exp()).log(), ("log|log2", ("add", "1", "exp"))), matches(x.log(), ("log", "exp"))
    (True, False)
    """
    head, *inputs = pattern if isinstance(pattern, tuple) else (pattern,)
    if head == "*":
        return True
    if not isinstance(x, Node):
        return head == "1" and np.ndim(x) == 0 and x == 1
    if x.op is not None and x.op.name in MOVES:
        return matches(x.inputs[0], pattern)
    if (x.op.name if x.op else "") not in head.split("|"):
        return False
    if head in COMMUTE:
        return all(any(matches(operand, inner) for operand in x.inputs) for inner in inputs)
    return all(matches(operand, inner) for operand, inner in zip(x.inputs, inputs))


def fixes(case: Case) -> tuple[str, ...]:
    """Return what helps, the most specific first; a case that no row fits gets none.

    A row with a tuple as its pattern may fit any op between the first cause and the loss, a plain name only the cause.
    """
    phase = "backward" if case.phase == "backward" else "forward"
    safe, instead = SAFE.get(case.op, USUAL)
    found: list[str] = []
    for fix in FIXES:
        where = (case.node, *case.chain) if isinstance(fix.pattern, tuple) else (case.node,)
        fits = fix.phase in ("", phase) and any(matches(node, fix.pattern) for node in where) and fix.holds(case)
        if fits and not (fix.general and found):
            found.append(fix.text.format(op=case.op, safe=safe, instead=instead))
    return tuple(found[:2])
