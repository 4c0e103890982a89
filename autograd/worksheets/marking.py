"""Marks the answers to a worksheet, and names the likely mistake behind a wrong one. Knows blanks and traces.

An answer is right if it is off by no more than one in the last digit that the sheet shows: whoever works with rounded
numbers gets no further. One that is right given an earlier wrong answer is told so. A mistake is a row of a table: a
sentence, and the numbers that it leads to.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

from autograd.errors import AutogradError, OperandError
from autograd.plain_text import aligned
from autograd.tracing import Trace
from autograd.worksheets.blanks import Blank, number_of
from autograd.worksheets.page import table

SUBSETS = 8          # contributions up to which each choice of those forgotten is tried


class Mistake(NamedTuple):
    """A row: the kind of blank that it is about ("" for all), what went wrong, the numbers that come of it."""

    kind: str
    text: str
    numbers: Callable[[Trace, Blank], Iterable[float]]


class Mark(NamedTuple):
    """What an answer is worth."""

    number: int
    question: str
    given: float | None
    expected: float
    right: bool
    remark: str


@dataclass(frozen=True)
class Marks:
    """The marks of all answers: `right` of `total`; printed, they tell the likely mistakes and no solutions."""

    marks: tuple[Mark, ...]

    @property
    def right(self) -> int:
        """How many answers are right."""
        return sum(mark.right for mark in self.marks)

    @property
    def total(self) -> int:
        """How many blanks there are."""
        return len(self.marks)

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Return number, question, answer and remark of each."""
        return [(f"({mark.number})", mark.question, "" if mark.given is None else f"{mark.given:g}", mark.remark)
                for mark in self.marks]

    def __str__(self) -> str:
        return "\n".join([f"{self.right} of {self.total} right", *aligned(self.rows(), left=4)])

    def _repr_html_(self) -> str:
        return f"<p>{self.right} of {self.total} right</p>" + table(
            "Marks", ("No.", "Question", "Answer", "Remark"), self.rows())


def products(trace: Trace, blank: Blank) -> list[tuple[float, float, float]]:
    """Return upstream, local derivative and contribution of what a gradient is the sum of."""
    return [(float(event.upstream), float(trace.edges[event.edge].local), float(event.contribution))
            for event in trace.events_to(blank.id)]


def fewer_paths(trace: Trace, blank: Blank) -> Iterable[float]:
    """Return the sums of some contributions, but not of all."""
    parts = [part for _, _, part in products(trace, blank)]
    if len(parts) > SUBSETS:
        return [sum(parts) - part for part in parts] + parts
    return [math.fsum(chosen) for n in range(1, len(parts)) for chosen in combinations(parts, n)]


def other_operands(trace: Trace, blank: Blank) -> Iterable[float]:
    """Return the local derivatives by the other operands."""
    edge = trace.edges[blank.id]
    return [float(other.local) for other in trace.edges_into[edge.target] if other is not edge]


def upstream_times(trace: Trace, blank: Blank) -> Iterable[float]:
    """Return a local derivative already multiplied by the gradient of the op's result."""
    return [float(event.contribution) for event in trace.events if event.edge == blank.id]


def at_the_output(trace: Trace, blank: Blank) -> Iterable[float]:
    """Return the local derivative of an op of one operand, taken where its result is."""
    node = trace.nodes[trace.edges[blank.id].target]
    found = weight(trace, blank.id, node.data, [node.data]) if len(node.operands) == 1 else None
    return [] if found is None else [found]


def slips(trace: Trace, blank: Blank) -> Iterable[float]:
    """Return what formulas that are often taken for the derivative of an op of one operand give."""
    edge = trace.edges[blank.id]
    node, x = trace.nodes[edge.target], trace.nodes[edge.source].data
    return SLIPS[node.op](x, node.data) if node.op in SLIPS else []


def other_ops(trace: Trace, blank: Blank) -> Iterable[float]:
    """Return what other arithmetic would make of the same operands."""
    operands = operands_of(trace, blank.id, {})
    if len(operands) != 2:
        return []
    x, y = operands
    return [x + y, x - y, y - x, x * y, *([x / y] if y else []), *([y / x] if x else [])]


# What is often taken for the derivative, from the op's operand x and its result y; what leads to overflow is left out.
SLIPS: dict[str, Callable[[float, float], list[float]]] = {
    "tanh": lambda x, y: [1 - x * x, 1 - y, y * (1 - y)],
    "sigmoid": lambda x, y: [x * (1 - x), 1 - y, 1 - y * y],
    "sin": lambda x, y: [math.cos(x) * x],
    "cos": lambda x, y: [math.cos(x) * x, math.sin(x) * x],
    "log": lambda x, y: [1 / y] if y else [],
    "sqrt": lambda x, y: [0.5 * y, 2 * y, 1 / y] if y else [],
    "square": lambda x, y: [2 * y],
    "reciprocal": lambda x, y: [y * y, -y],
}
FORMULA = "check the formula: the derivative is"
FORGOTTEN = "add up the contributions of all paths: one is missing"
MISTAKES = (
    Mistake("", "check the sign", lambda trace, blank: [-blank.answer]),
    Mistake("gradient", FORGOTTEN, fewer_paths),
    Mistake("gradient", "multiply by the upstream gradient too: these are the local derivatives alone",
            lambda trace, blank: [math.fsum(local for _, local, _ in products(trace, blank))]),
    Mistake("gradient", "multiply by the local derivatives too: this is the upstream gradient alone",
            lambda trace, blank: [math.fsum(up for up, _, _ in products(trace, blank))]),
    Mistake("gradient", "multiply upstream gradient and local derivative, do not add them",
            lambda trace, blank: [math.fsum(up + local for up, local, _ in products(trace, blank))]),
    Mistake("gradient", "add the contributions of the paths, do not multiply them",
            lambda trace, blank: [math.prod(part for _, _, part in products(trace, blank))]),
    Mistake("gradient", "this is the value of the node, not its gradient",
            lambda trace, blank: [trace.nodes[blank.id].data]),
    Mistake("local", "this is the derivative by the other operand", other_operands),
    Mistake("local", "this is multiplied by the upstream gradient already: the local derivative is that of the op "
            "alone", upstream_times),
    Mistake("local", "this is the result of the op, not its derivative",
            lambda trace, blank: [trace.nodes[trace.edges[blank.id].target].data]),
    Mistake("local", "this is the input of the op, not its derivative",
            lambda trace, blank: [trace.nodes[trace.edges[blank.id].source].data]),
    Mistake("local", "take the derivative at the input of the op, not at its result", at_the_output),
    Mistake("local", FORMULA, slips),
    Mistake("value", "check the operation, and the order of its operands", other_ops),
    Mistake("", "the decimal point is in the wrong place",
            lambda trace, blank: [blank.answer * 10.0**n for n in (-3, -2, -1, 1, 2, 3)]),
)
NEARLY = 0.01        # relative; what is nearer than that was rounded too early


def mark(trace: Trace, blanks: Sequence[Blank], answers: Any, digits: int) -> Marks:
    """Return the marks of answers: a sequence in the order of the blanks, or a mapping from their numbers."""
    given = numbered(blanks, answers)
    mine = {(blank.kind, blank.id): given[blank.number] for blank in blanks if blank.number in given}
    wrong = {(blank.kind, blank.id): blank.number for blank in blanks if blank.number in given
             and not close(given[blank.number], blank.answer, digits)}
    return Marks(tuple([one_mark(trace, blank, given.get(blank.number), (mine, wrong), digits) for blank in blanks]))


def one_mark(trace: Trace, blank: Blank, given: float | None, answers: tuple[Any, Any], digits: int) -> Mark:
    """Return the mark of one answer, None for no answer."""
    right = given is not None and close(given, blank.answer, digits)
    remark = "no answer" if given is None else "right" if right else (
        carried(trace, blank, given, answers, digits) or diagnosis(trace, blank, given, digits))
    return Mark(blank.number, blank.question, given, blank.answer, right, remark)


def close(given: float, wanted: float, digits: int) -> bool:
    """Whether a number is off by no more than one in the last of so many significant digits.

    >>> close(0.4620, 0.46212, 4), close(0.4619, 0.46212, 4), close(0.0, 0.0, 4)
    (True, False, True)
    """
    last = 10.0 ** (math.floor(math.log10(abs(wanted))) - digits + 1) if wanted else 10.0**-digits
    return abs(given - float(f"{wanted:.{digits}g}")) <= last * (1 + 1e-6)


def numbered(blanks: Sequence[Blank], answers: Any) -> dict[int, float]:
    """Return the answers given by the number of their blank."""
    if isinstance(answers, Mapping):
        pairs = [(as_number(key, "the number of a blank", int), x) for key, x in answers.items()]
    elif isinstance(answers, Iterable) and not isinstance(answers, (str, bytes)):
        pairs = list(enumerate(answers, 1))
    else:
        raise OperandError("check takes a list of answers in the order of the blanks, or a dict from their numbers, "
                           f"got {type(answers).__name__} {answers!r:.60}")
    known = {blank.number for blank in blanks}
    for number, _ in pairs:
        if number not in known:
            raise OperandError(f"check: there is no blank ({number}); the sheet has {len(blanks)}, from 1 on")
    return {number: as_number(x, f"the answer to ({number})", float) for number, x in pairs if x is not None}


def as_number(x: Any, what: str, kind: Callable[[Any], Any]) -> Any:
    """Return what a learner gave as a number, text too."""
    try:
        return kind(x.replace("−", "-") if isinstance(x, str) else x)
    except (TypeError, ValueError, AutogradError):
        raise OperandError(f"check: {what} must be a number, got {type(x).__name__} {x!r:.60}") from None


def diagnosis(trace: Trace, blank: Blank, given: float, digits: int) -> str:
    """Return the likely mistake."""
    for mistake in MISTAKES:
        numbers = mistake.numbers(trace, blank) if mistake.kind in ("", blank.kind) else []
        if any(math.isfinite(x) and close(given, x, digits) for x in numbers):
            return described(trace, blank, mistake.text)
    if abs(given - blank.answer) <= NEARLY * abs(blank.answer):
        return f"nearly: keep more than {digits} digits until the end"
    return "not right"


def described(trace: Trace, blank: Blank, text: str) -> str:
    """Return a mistake's sentence, with the formula, or with what all uses the node, where it is about these."""
    if text == FORMULA:
        edge = trace.edges[blank.id]
        return f"{text} {trace.formula(edge).named(trace.names(edge)).text}"
    if text == FORGOTTEN:
        names = [trace.nodes[trace.edges[event.edge].target].name for event in trace.events_to(blank.id)]
        uses = ", ".join(dict.fromkeys(names))
        return f"{text} ({trace.nodes[blank.id].name} is used {len(names)} times: by {uses})"
    return text


def operands_of(trace: Trace, node: int, mine: Mapping[tuple[str, int], float]) -> list[float]:
    """Return the operands of a node, with the learner's values where given."""
    found = [x if isinstance(x, float) else 0.0 for x in trace.nodes[node].operands]
    for edge in trace.edges_into[node]:
        found[edge.slot] = mine.get(("value", edge.source), trace.nodes[edge.source].data)
    return found


def weight(trace: Trace, i: int, y: float, xs: Sequence[float]) -> float | None:
    """Return the local derivative of an edge at other numbers, None where it has none."""
    edge = trace.edges[i]
    node = trace.nodes[edge.target]
    try:
        return None if node.row is None else float(node.row.weight(edge.slot, y, tuple(xs), node.options))
    except AutogradError:
        return None


def carried(trace: Trace, blank: Blank, given: float, answers: tuple[Any, Any], digits: int) -> str:
    """Say so if an answer follows from others that are wrong."""
    mine, wrong = answers
    used, found = WORKED_OUT[blank.kind](trace, blank.id, mine)
    if found is None or not math.isfinite(found) or not close(given, found, digits):
        return ""
    numbers = [f"({wrong[key]})" for key in dict.fromkeys(used) if key in wrong]
    return f"right with your answer to {' and '.join(numbers)}, which is wrong" if numbers else ""


Worked = tuple[list[tuple[str, int]], float | None]  # which numbers it took, and what came of it


def value_again(trace: Trace, i: int, mine: Mapping[tuple[str, int], float]) -> Worked:
    """Work out a value from the learner's numbers."""
    node = trace.nodes[i]
    try:
        found = None if node.row is None else node.row.on_floats(*operands_of(trace, i, mine), **node.options)
    except AutogradError:
        found = None
    return [("value", edge.source) for edge in trace.edges_into[i]], found


def local_again(trace: Trace, i: int, mine: Mapping[tuple[str, int], float]) -> Worked:
    """Work out a local derivative from the learner's numbers."""
    target = trace.edges[i].target
    y = mine.get(("value", target), trace.nodes[target].data)
    used = [("value", target), *[("value", edge.source) for edge in trace.edges_into[target]]]
    return used, weight(trace, i, y, operands_of(trace, target, mine))


def gradient_again(trace: Trace, i: int, mine: Mapping[tuple[str, int], float]) -> Worked:
    """Work out a gradient from the learner's numbers."""
    used: list[tuple[str, int]] = []
    total = 0.0
    for event in trace.events_to(i):
        edge = trace.edges[event.edge]
        keys = [("gradient", edge.target), ("local", edge.id)]
        used += keys
        up, local = [mine.get(key, number_of(trace, *key)) for key in keys]
        total += up * local
    return used, total


WORKED_OUT: dict[str, Callable[..., Worked]] = {"value": value_again, "local": local_again, "gradient": gradient_again}
