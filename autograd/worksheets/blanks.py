"""What is left out of a worksheet, and how it is worked out. Knows traces of scalars, and no page.

The order of the blanks is the order of the work: values forward, then backward, node by node, its gradient and the
local derivatives of the op that computed it.
"""

import math
import random
from collections.abc import Iterator
from typing import NamedTuple

from autograd.tracing import Trace, TraceEdge, TraceNode
from autograd.tracing.wording import MINUS, expression

# For each choice of blanks: the kinds of numbers that the sheet has, and those of them that may be left out.
CHOICES = {
    "values": (("value",), ("value",)),
    "locals": (("value", "local"), ("local",)),
    "gradients": (("value", "local", "gradient"), ("gradient",)),
    "all": (("value", "local", "gradient"), ("value", "local", "gradient")),
}


class Blank(NamedTuple):
    """A number to fill in."""

    number: int          # from 1 on
    kind: str            # "value", "local" or "gradient"
    id: int              # of the node, or of the edge of a local derivative
    question: str
    answer: float
    steps: str           # how it is worked out


def blanks_of(trace: Trace, choice: str, share: float, seed: int, digits: int) -> tuple[Blank, ...]:
    """Return the numbers that are left out: a random share of those that may be, the same for the same seed."""
    kinds = CHOICES[choice][1]
    candidates = [(kind, i) for kind, i in in_order(trace)
                  if kind in kinds and math.isfinite(number_of(trace, kind, i))]
    count = min(len(candidates), max(1, round(share * len(candidates))))
    places = sorted(random.Random(seed).sample(range(len(candidates)), count))
    return tuple([Blank(n, *candidates[place], question(trace, *candidates[place]),
                        number_of(trace, *candidates[place]), steps(trace, *candidates[place], digits))
                  for n, place in enumerate(places, 1)])


def in_order(trace: Trace) -> Iterator[tuple[str, int]]:
    """Yield the kind and the id of each number of a sheet but for what is always given: the leaves and the seed."""
    hooked = {hook.node for hook in trace.hooks}     # what a hook does cannot be seen on paper
    yield from (("value", node.id) for node in trace.nodes if node.op)
    for node in reversed(trace.nodes):
        if node is not trace.root and node.id not in hooked:
            yield "gradient", node.id
        yield from (("local", edge.id) for edge in trace.edges_into[node.id])


def number_of(trace: Trace, kind: str, i: int) -> float:
    """Return a number of a sheet."""
    found = {"value": lambda: trace.nodes[i].data, "gradient": lambda: trace.nodes[i].grad,
             "local": lambda: trace.edges[i].local}
    return float(found[kind]())


def question(trace: Trace, kind: str, i: int) -> str:
    """Return what is asked for."""
    if kind == "value":
        return f"{trace.nodes[i].name} = {expression(trace.nodes[i])}"
    return symbol_of(trace, trace.edges[i]) if kind == "local" else gradient_of(trace, i)


def symbol_of(trace: Trace, edge: TraceEdge) -> str:
    """Return the symbol of a local derivative; of two by the same node with the place of the operand."""
    return f"∂{trace.nodes[edge.target].name}/∂{trace.nodes[edge.source].name}{trace.which_operand(edge)}"


def gradient_of(trace: Trace, i: int) -> str:
    """Return what a gradient is called: not by a fraction, which is the local derivative where the root uses a node."""
    return f"{trace.nodes[i].name}.grad"


def shown(x: float, digits: int) -> str:
    """Write a number to so many significant digits, an exact one without the zeros that follow.

    >>> shown(0.5, 4), shown(-1 / 3, 4), shown(12345.678, 4), shown(2e-9, 3)
    ('0.5', '−0.3333', '12346', '2e−9')
    """
    brief = f"{x:.{digits}g}"
    if float(brief) != x:
        brief = f"{x:#.{digits}g}".rstrip(".")
    if "e" in brief and 1e-5 <= abs(x) < 1e15:
        brief = f"{x:.0f}" if abs(x) > 1 else f"{x:.{digits - 1 - math.floor(math.log10(abs(x)))}f}"
    mantissa, _, exponent = brief.partition("e")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", MINUS)


def factor(x: float, digits: int) -> str:
    """Write a number as a factor or an operand, a negative one in brackets."""
    text = shown(x, digits)
    return f"({text})" if text.startswith(MINUS) else text


def steps(trace: Trace, kind: str, i: int, digits: int) -> str:
    """Return how a number is worked out."""
    if kind == "value":
        return value_steps(trace, trace.nodes[i], digits)
    return local_steps(trace, trace.edges[i], digits) if kind == "local" else gradient_steps(trace, i, digits)


def value_steps(trace: Trace, node: TraceNode, digits: int) -> str:
    """Return the op with names, with numbers, and its result."""
    operands: list[str] = [factor(x, digits) if isinstance(x, float) else str(x) for x in node.operands]
    for edge in trace.edges_into[node.id]:
        operands[edge.slot] = factor(trace.nodes[edge.source].data, digits)
    return (f"{node.name} = {expression(node)} = {expression(node._replace(operands=tuple(operands)))} "
            f"= {shown(node.data, digits)}")


def local_steps(trace: Trace, edge: TraceEdge, digits: int) -> str:
    """Return the rule with names, with numbers, and its result."""
    node, rule = trace.nodes[edge.target], trace.formula(edge)
    names = trace.names(edge)
    numbers = {**names, "y": factor(node.data, digits)}
    for other in trace.edges_into[node.id]:
        numbers[str(other.slot)] = factor(trace.nodes[other.source].data, digits)
    result = shown(float(edge.local), digits)
    told = [symbol_of(trace, edge), rule.named(names).text]
    if rule.kind != "words":
        told.append(rule.named(numbers).text)
    told = [text for place, text in enumerate(told) if text not in told[:place]]
    return " = ".join([*told, result] if plain(told[-1]) != result else [*told[:-1], result])


def plain(text: str) -> str:
    """Return a number as it is shown, without brackets."""
    return text.strip("()").replace("-", MINUS).removesuffix(".0")


def gradient_steps(trace: Trace, i: int, digits: int) -> str:
    """Return the sum of products of upstream gradients and local derivatives, from the events of the sweep."""
    events, symbol = trace.events_to(i), gradient_of(trace, i)
    result = shown(trace.nodes[i].grad, digits)
    if not events:
        return f"{symbol} = {result}: no contribution arrives"
    pairs = [(trace.edges[event.edge], event) for event in events]
    names = [f"{gradient_of(trace, edge.target)}·{symbol_of(trace, edge)}" for edge, _ in pairs]
    numbers = [f"{factor(event.upstream, digits)}·{factor(float(edge.local), digits)}" for edge, event in pairs]
    told = [symbol, " + ".join(names), " + ".join(numbers)]
    if len(pairs) > 1:
        told.append(" + ".join(factor(event.contribution, digits) for event in events))
    return " = ".join([*told, result])
