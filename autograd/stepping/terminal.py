"""The stepper in a plain terminal: a table of the steps, one step in words, and commands read line by line.

Knows steps and a stepper's methods; no colour, no cursor, so that it works with a file in place of a keyboard too.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TextIO

import numpy as np

from autograd.drawing import expression
from autograd.errors import AutogradError, OperandError
from autograd.stepping.steps import Change, Step, edge_of, size
from autograd.tracing import Trace, TraceEdge, TraceNode
from autograd.tracing.wording import number, shorten, takes_ascii_only

PLAIN = str.maketrans({"×": "x", "→": "->", "∂": "d", "·": "*", "−": "-", "…": "...", "✓": "ok"})
HEADINGS = ("step", "edge", "∂out/∂in", "×", "upstream", "=", "contrib", ".grad before → after")
ROWS = 60
NAME, LONGEST = 24, 120   # letters of a name, and of a formula
HELP = """\
n        next step (an empty line too)       n 5  five steps
b        one step back                       b 5  five steps back
r UNTIL  run until a node's name, an op, nan or a gradient > 0.5; r alone: to a breakpoint or the end
g N      go to step N
p NAME   print value and gradient so far of a node; p alone: the table
q        quit"""


def short(x: Any) -> str:
    """Write a number in four digits, an array as its shape and norm.

    >>> short(0.23105857), short(-1e-9), short(np.ones((2, 2)))
    ('0.2311', '-1e-09', '(2, 2) |2|')
    """
    return f"{float(x):.4g}" if np.ndim(x) == 0 else f"{np.shape(x)} |{size(x):.4g}|"


def bracketed(x: Any) -> str:
    """Write a number that follows an operator, a negative one in brackets."""
    return f"({short(x)})" if np.ndim(x) == 0 and x < 0 else short(x)


def fixed(x: Any) -> str:
    """Write a number with four decimals, in a table; an array as its norm between bars."""
    return f"|{size(x):.3g}|" if np.ndim(x) else number(x)


def fits(stream: TextIO) -> Callable[[str], str]:
    """Return what spells a text in ASCII if a stream takes nothing else, and leaves it alone otherwise."""
    if not takes_ascii_only(stream):
        return str
    return lambda text: text.translate(PLAIN).encode("ascii", "backslashreplace").decode()


def more(left: int) -> str:
    """Say how many contributions are still to come."""
    return f"({left} more)" if left else "✓"


def name_of(node: TraceNode) -> str:
    """Return the name of a node on one line, cut short."""
    return shorten(node.name, NAME)


def cells(change: Change, trace: Trace) -> tuple[str, ...]:
    """Return the cells of the table for a change of a gradient."""
    name = name_of(trace.nodes[change.node])
    edge = edge_of(change, trace)
    before = 0.0 if change.before is None else change.before
    after = f"{name}: {fixed(before)} → {fixed(change.after)}  {more(change.left)}"
    if edge is None or change.event is None:
        what = "seed" if change.kind == "seed" else "hook"
        return f"{what} {name}", "", "", "", "", fixed(change.after), after
    local = "vjp" if edge.local is None else fixed(edge.local)
    return (f"{name_of(trace.nodes[edge.target])} → {name}", local, "×", fixed(change.event.upstream), "=",
            fixed(change.event.contribution), after)


def table(steps: Sequence[Step], position: int, trace: Trace, rows: int = ROWS) -> str:
    """Return the steps as a table with a mark at the current one; of many steps only those around it.

    Forward steps say what is computed; backward steps, one line a contribution, what is paid along which edge.
    """
    first = max(min(position - rows // 2, len(steps) - rows), 0)
    shown = steps[first : first + rows]
    lines = [(">" if step.number == position else " ", step, cells(change, trace))
             for step in shown for change in step.changes]
    table_cells = [HEADINGS[1:], *[line for _, _, line in lines]]
    widths = [max(map(len, column)) for column in zip(*table_cells, strict=True)]

    def written(line: Sequence[str]) -> str:
        numbers = [cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:-1], strict=True)]
        return f"{line[0].ljust(widths[0])}  {' '.join(numbers)}   {line[-1]}".rstrip()

    found = [f"  ({first} earlier steps are not shown)"] if first else []
    forward = [step for step in shown if not step.changes]
    found += [f"{'>' if step.number == position else ' '}{step.number:4}  {computed(step, trace)}" for step in forward]
    if lines:
        found.append(f"{HEADINGS[0]:>5}  {written(HEADINGS[1:])}")
        found += [f"{mark}{step.number:4}  {written(line)}" for mark, step, line in lines]
    left = len(steps) - first - len(shown)
    remarks = [f"  ({left} later steps are not shown)" if left else "", trace.remark]
    return "\n".join([*found, *filter(None, remarks)])


def computed(step: Step, trace: Trace) -> str:
    """Say what a forward step computes: "q = tanh(p) = 0.4621"."""
    node = trace.nodes[step.node]
    return f"{name_of(node)} = {shorten(expression(node), LONGEST)} = {short(node.data)}"


def card(step: Step, trace: Trace) -> str:
    """Return a step in words: for each contribution the edge, formula, numbers, and the running sum.

    >>> from autograd import Value
    >>> from autograd.stepping.steps import plan
    >>> from autograd.tracing import trace
    >>> x = Value(3.0, label="x")
    >>> picture = trace(x * x)
    >>> print(card(plan(picture)[2], picture))
    step 3: v1 → x (operand 1)
      local derivative  ∂v1/∂x = x = 3
      upstream          v1.grad = 1
      contribution      3 × 1 = 3
      running sum       x.grad: 0 + 3 = 3 (1 more to come)
    """
    if not step.changes:
        return f"step {step.number}: {computed(step, trace)}"
    return "\n".join(line for change in step.changes for line in change_in_words(step, change, trace))


def edge_title(edge: TraceEdge, trace: Trace) -> str:
    """Name an edge, and its operand if the same node comes in twice."""
    return f"{name_of(trace.nodes[edge.target])} → {name_of(trace.nodes[edge.source])}{trace.which_operand(edge)}"


def change_in_words(step: Step, change: Change, trace: Trace) -> Iterator[str]:
    """Yield the lines of a card for one change."""
    name, edge, event = name_of(trace.nodes[change.node]), edge_of(change, trace), change.event
    if edge is None or event is None:
        yield f"step {step.number}: {change.kind}, {name}.grad = {short(change.after)}"
        return
    target, formula = name_of(trace.nodes[edge.target]), trace.formula(edge).named(trace.names(edge)).text
    formula = shorten(formula, LONGEST)
    yield f"step {step.number}: {edge_title(edge, trace)}"
    if edge.local is None:
        yield f"  rule              {formula}"
    else:
        value = f" = {short(edge.local)}" if formula != short(edge.local) else ""
        yield f"  local derivative  ∂{target}/∂{name} = {formula}{value}"
    yield f"  upstream          {target}.grad = {short(event.upstream)}"
    wide = trace.unbroadcast(event)
    if wide:
        yield f"  un-broadcast      {short(wide.full)}, {wide.text}"
    product = "" if edge.local is None else f"{short(edge.local)} × {bracketed(event.upstream)} = "
    yield f"  contribution      {product}{short(event.contribution)}"
    before = 0.0 if event.before is None else event.before
    left = f"({event.left} more to come)" if event.left else "✓"
    total = f"{short(before)} + {bracketed(event.contribution)} = {short(event.after)}"
    yield f"  running sum       {name}.grad: {total} {left}"


def converse(stepper: Any, commands: TextIO, out: TextIO) -> None:
    """Carry out commands, a line each, until q or the end of the input."""
    spell = fits(out)

    def say(text: Any) -> None:
        print(spell(str(text)), file=out)

    say(f"{len(stepper)} steps; h for help")
    while True:
        if commands.isatty():
            print("(step) ", end="", file=out, flush=True)
        line = commands.readline()
        name, _, argument = line.strip().partition(" ")
        if not line or name == "q":
            return
        action = ACTIONS.get(name or "n")
        try:
            say(action(stepper, argument.strip()) if action else f"no command {name!r}\n{HELP}")
        except AutogradError as error:
            say(error)


def inspect(stepper: Any, name: str) -> str:
    """Say the value and the gradient so far of a node; without a name, the table."""
    if not name:
        return str(stepper)
    node = stepper.node(name)
    return f"{name_of(node)}: value {node.data}, gradient so far {stepper.gradient(name)}"


def whole(text: str) -> int:
    """Read a number of steps."""
    try:
        return int(text)
    except ValueError:
        raise OperandError(f"expected a whole number of steps, got {text!r:.60}") from None


ACTIONS: dict[str, Callable[[Any, str], Any]] = {
    "n": lambda stepper, count: stepper.at(stepper.position + whole(count or "1")),
    "b": lambda stepper, count: stepper.at(stepper.position - whole(count or "1")),
    "r": lambda stepper, until: stepper.run_until(until or None),
    "g": lambda stepper, number: stepper.at(whole(number)),
    "p": inspect,
    "h": lambda stepper, _: HELP,
}
