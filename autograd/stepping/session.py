"""The stepper: an object that walks forwards and backwards through a trace. Knows steps, terminal and page."""

import sys
from dataclasses import dataclass
from functools import cached_property
from operator import index
from os import PathLike
from typing import Any, TextIO

from autograd.drawing import draw
from autograd.drawing.drawing import Fold
from autograd.errors import AutogradError, OperandError
from autograd.files import write_atomically
from autograd.node import Node, topological_order
from autograd.optional import integration
from autograd.stepping.page import notebook_html, standalone_page
from autograd.stepping.payload import payload_of
from autograd.stepping.rebuild import rebuilt, scalars_of
from autograd.stepping.steps import Condition, Step, condition, plan, some
from autograd.stepping.terminal import card, converse, fits, table
from autograd.tensor import Tensor
from autograd.tracing import TraceNode, trace

MAX_NODES = 3000      # of a graph that a page shows
MAX_OPENED = 12       # ops that a page brings along as scalars,
SMALL = 100           # of at most so many nodes


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """Where a stepper stands: the step, if it is not at the beginning, and the step in words, as which it prints."""

    step: Step | None
    text: str

    def __repr__(self) -> str:
        return fits(sys.stdout)(self.text)


class Stepper:
    """A place among the steps of a trace: `step() back() at(n) run_until(...) breakpoint(...)`, and its pictures."""

    def __init__(self, root: Node, cotangent: Any = None, *, granularity: str = "contribution") -> None:
        self.root, self.cotangent, self.granularity = root, cotangent, granularity
        self.trace = trace(root, cotangent)
        self.order = topological_order(root)
        self.steps = plan(self.trace, granularity)
        self.position = 0
        self.breakpoints: list[Condition] = []

    def __len__(self) -> int:
        return len(self.steps)

    @cached_property
    def by_name(self) -> dict[str, TraceNode]:
        """The nodes by name."""
        return {node.name: node for node in self.trace.nodes}

    def node(self, name: str) -> TraceNode:
        """Return the node of a name; raises OperandError if there is none."""
        try:
            return self.by_name[name]
        except (KeyError, TypeError):
            raise OperandError(f"no node of this graph is called {name!r}; there are {some([*self.by_name])}") from None

    def step(self) -> Card:
        """Take the next step; return it, which prints as its formula and numbers."""
        return self.at(self.position + 1)

    def back(self) -> Card:
        """Go one step back."""
        return self.at(self.position - 1)

    def at(self, number: int) -> Card:
        """Go to a step; 0 is the beginning, and what lies past an end is that end."""
        try:
            self.position = min(max(index(number), 0), len(self.steps))
        except TypeError:
            raise OperandError(f"expected the number of a step, 0 to {len(self.steps)}, got {number!r:.60}") from None
        step = self.steps[self.position - 1] if self.position else None
        return Card(step, card(step, self.trace) if step else f"at the beginning; {len(self.steps)} steps to go")

    def breakpoint(self, until: str | Condition) -> None:
        """Add a breakpoint: a node's name, an op, "nan", "> 0.5" (a gradient's magnitude), or `stop(step, trace)`."""
        self.breakpoints.append(condition(until, self.trace))

    def run_until(self, until: str | Condition | None = None) -> Card:
        """Go on to the next step at which a breakpoint or `until` (as for `breakpoint`) stops, or to the end."""
        stops = list(self.breakpoints)
        if until is not None:
            stops.append(condition(until, self.trace))
        for step in self.steps[self.position :]:
            if any(stop(step, self.trace) for stop in stops):
                return self.at(step.number)
        return self.at(len(self.steps))

    def gradient(self, name: str) -> Any:
        """Return the gradient of a node so far; None before anything was paid into it."""
        node = self.node(name)
        for step in reversed(self.steps[: self.position]):
            for change in reversed(step.changes):
                if change.node == node.id:
                    return change.after
        return None

    def with_values(self, /, **data: Any) -> "Stepper":
        """Return a stepper at the same place in the graph run again with other data in leaves, given by name.

        >>> from autograd import Value
        >>> x = Value(3.0, label="x")
        >>> stepper(x * x).with_values(x=5.0).root
        Value(data=25.0, grad=0.0)
        """
        for name in data:
            if self.node(name).op:
                raise OperandError(f"{name!r} is computed by {self.node(name).op}; set the leaves that it depends on")
        root = rebuilt(self.root, {self.order[self.node(name).id]: x for name, x in data.items()})
        other = Stepper(root, self.cotangent, granularity=self.granularity)
        other.breakpoints = list(self.breakpoints)
        other.at(self.position)
        return other

    def open(self, name: str) -> "Stepper":
        """Return a stepper through one op on Tensors as the scalars it is made of; the seed is its gradient.

        Raises OperandError for a leaf, for an op without a scalar form, and for one too large to be followed.
        """
        node = self.node(name)
        return Stepper(scalars_of(self.order[node.id], node.grad))

    def __str__(self) -> str:
        return fits(sys.stdout)(table(self.steps, self.position, self.trace))

    __repr__ = __str__

    def cli(self, commands: TextIO | None = None, out: TextIO | None = None) -> None:
        """Step through by commands (n, b, r UNTIL, g N, p NAME, q, h), from the keyboard, a file or any stream."""
        converse(self, commands or sys.stdin, out or sys.stdout)

    def payload(self, fold: Fold = None) -> dict[str, Any]:
        """Return what a page is told, `fold` as for `draw`; raises OperandError for a graph too large to be shown."""
        if len(self.trace.nodes) > MAX_NODES:
            raise OperandError(f"a page shows at most {MAX_NODES} nodes, this graph has {len(self.trace.nodes)}; step "
                               "through a part of it, e.g. stepper(node), or in the terminal with .cli()")
        return payload_of(draw(self.trace, fold=fold), self.opened())

    def opened(self) -> dict[int, Any]:
        """Return the payloads of the first ops on Tensors that are small enough to come along as scalars."""
        found: dict[int, Any] = {}
        for node, traced in zip(self.order, self.trace.nodes, strict=True):
            if len(found) < MAX_OPENED and traced.op and isinstance(node, Tensor):
                try:
                    inner = trace(scalars_of(node, traced.grad, most=SMALL))
                except AutogradError:  # too large, or without a scalar form: it stays closed
                    continue
                found[traced.id] = payload_of(draw(inner), title=f"{traced.name} as its scalars")
        return found

    def html(self, *, fold: Fold = None) -> str:
        """Return the page, one file that needs no network; `fold` says what its picture folds, as for `draw`."""
        return standalone_page(self.payload(fold), table(self.steps, len(self.steps), self.trace))

    def save_html(self, path: str | PathLike[str], *, fold: Fold = None) -> None:
        """Write the page to a file, whole or not at all."""
        write_atomically(path, self.html(fold=fold).encode())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        text = table(self.steps, self.position, self.trace)
        try:
            return {"text/plain": text, "text/html": notebook_html(self.payload(), text)}
        except OperandError as error:
            return {"text/plain": f"{text}\n\n{error}"}

    def widget(self) -> Any:
        """Return the stepper as a widget whose leaves can be edited in the notebook; needs the extra `widget`."""
        return integration("widget", extra="widget", purpose="stepper.widget()").StepperWidget(self)


def stepper(root: Node, cotangent: Any = None, *, granularity: str = "contribution") -> Stepper:
    """Return a stepper through forward and backward pass of a graph, one contribution (or one "node") at a time.

    No `.grad` changes. A root of more than one element needs a `cotangent` of its shape.

    >>> from autograd import Value
    >>> w, x = Value(0.5, label="w"), Value(3.0, label="x")
    >>> s = stepper((w * x).tanh())
    >>> s.run_until("w")
    step 5: v2 → w
      local derivative  ∂v2/∂w = x = 3
      upstream          v2.grad = 0.1807
      contribution      3 × 0.1807 = 0.5421
      running sum       w.grad: 0 + 0.5421 = 0.5421 ✓
    """
    return Stepper(root, cotangent, granularity=granularity)
