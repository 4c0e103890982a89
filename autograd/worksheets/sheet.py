"""A worksheet as an object: its pages, its answer sheet, its marks. Knows which module does what."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

from autograd.drawing.svg import clean, embedded
from autograd.errors import OperandError
from autograd.explode import explode
from autograd.files import write_atomically
from autograd.node import Node, name_of, topological_order
from autograd.tracing import Trace, trace
from autograd.value import Value
from autograd.worksheets.blanks import CHOICES, Blank, blanks_of, shown
from autograd.worksheets.marking import Marks, mark
from autograd.worksheets.page import page, table
from autograd.worksheets.picture import numbers_of, svg

LIMIT = 60           # nodes that fit a sheet of paper
HOW = {
    "value": "data is the value of a node",
    "local": "∂a/∂b beside a node is the local derivative of its op",
    "gradient": "grad is the gradient of ROOT by the node: over all that use the node, the sum of their gradient "
                "times the local derivative",
}


@dataclass(frozen=True)
class Sheet:
    """A graph with numbered blanks; `answers` is the same with the blanks filled in and worked out."""

    trace: Trace = field(repr=False)
    blanks: tuple[Blank, ...]
    choice: str = "all"
    digits: int = 4
    solved: bool = False

    @property
    def title(self) -> str:
        """The heading."""
        return f"{'Answers: ' if self.solved else ''}Backpropagation through {self.trace.root.name}"

    @property
    def how(self) -> str:
        """What the numbers mean and how they are to be written."""
        kinds = CHOICES[self.choice][0]
        told = "; ".join(HOW[kind] for kind in kinds).replace("ROOT", self.trace.root.name)
        return f"In the boxes {told}. Give numbers to {self.digits} significant digits."

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The number, the question and room for the answer of each blank; on the answer sheet how it is worked out."""
        if self.solved:
            return [(f"({blank.number})", blank.steps, shown(blank.answer, self.digits)) for blank in self.blanks]
        return [(f"({blank.number})", blank.question, "") for blank in self.blanks]

    @property
    def svg(self) -> str:
        """The picture with the questions below it, as an SVG document."""
        lines = [f"{number} {text}{'' if self.solved else ' = __________'}" for number, text, _ in self.rows]
        return self.drawn(lines)

    @property
    def html(self) -> str:
        """The page, to be printed or shown."""
        return page(self.title, self.how, self.drawn([]), self.table, named=not self.solved)

    @property
    def table(self) -> str:
        """The table of questions or answers, as HTML."""
        heads = ("No.", "Worked out", "Answer") if self.solved else ("No.", "What is", "Your answer")
        return table("Answers" if self.solved else "Fill in the blanks", heads, self.rows)

    @property
    def answers(self) -> "Sheet":
        """The answer sheet, with the same numbers."""
        return replace(self, solved=True)

    def drawn(self, lines: list[str]) -> str:
        """Return the picture with lines of text below it."""
        numbers = numbers_of(self.trace, CHOICES[self.choice][0], self.blanks, self.solved, self.digits)
        about = (f"A graph of {len(self.trace.nodes)} nodes with {len(self.blanks)} numbered blanks"
                 f"{', filled in' if self.solved else ''}: "
                 + "; ".join(" ".join(filter(None, row)) for row in self.rows))
        return svg(self.trace, numbers, self.title, about, lines)

    def check(self, answers: Any) -> Marks:
        """Mark answers, given in a list in the order of the blanks or in a dict by their numbers; None is no answer.

        Raises OperandError for what is no number and for the number of a blank that is not there.

        >>> from autograd import Value
        >>> x = Value(3.0, label="x")
        >>> sheet = worksheet(x * x + x, blanks="gradients", share=1.0)
        >>> print(sheet.check({1: 1.0, 2: 3.0}))
        1 of 2 right
        (1)  v1.grad  1  right
        (2)  x.grad   3  add up the contributions of all paths: one is missing (x is used 3 times: by v2, v1)
        """
        return mark(self.trace, self.blanks, answers, self.digits)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the sheet to a .html or .svg file, whole or not at all."""
        target = Path(path)
        if target.suffix not in WRITERS:
            raise OperandError(f"save: {target.name!r} must end in {' or '.join(WRITERS)}; for PDF print the page")
        write_atomically(target, WRITERS[target.suffix](self).encode())

    def __str__(self) -> str:
        return "\n".join([self.title, *["  ".join(filter(None, row)) for row in self.rows]])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        picture = f'<img alt="{clean(self.title)}" style="max-width:100%" src="{embedded(self.drawn([]))}">'
        return {"text/plain": str(self), "text/html": f"<div>{picture}{self.table}</div>", "image/svg+xml": self.svg}


WRITERS: dict[str, Callable[[Sheet], str]] = {".html": lambda sheet: sheet.html, ".svg": lambda sheet: sheet.svg}


def worksheet(root: Node, seed: int = 0, *, blanks: str = "all", share: float = 0.6, digits: int = 4) -> Sheet:
    """Return a printable sheet of a graph with numbers to fill in: the same sheet for the same seed.

    `blanks` says which numbers may be left out: "values" (forward only), "locals" (local derivatives), "gradients"
    (local derivatives are given), or "all". `share`, above 0 and up to 1, is how many of them are, at random. Numbers
    have so many significant `digits`. A small graph of Tensors is opened as its scalars.

    Raises OperandError for a root that is not one number, was not computed, or has too large a graph.

    >>> from autograd import Value
    >>> w, x = Value(-3.0, label="w"), Value(2.0, label="x")
    >>> sheet = worksheet((w * x + 7).tanh(), seed=1, blanks="gradients")
    >>> print(sheet)
    Backpropagation through v4
    (1)  v2.grad
    (2)  x.grad
    >>> print(sheet.answers)
    Answers: Backpropagation through v4
    (1)  v2.grad = v3.grad·∂v3/∂v2 = 0.4200·1 = 0.4200  0.4200
    (2)  x.grad = v2.grad·∂v2/∂x = 0.4200·(−3) = −1.260  −1.260
    """
    if blanks not in CHOICES:
        raise OperandError(f"worksheet: blanks must be one of {list(CHOICES)}, got {blanks!r}")
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 < share <= 1:
        raise OperandError(f"worksheet: share must be above 0 and at most 1, got {share!r}")
    if isinstance(digits, bool) or not isinstance(digits, int) or not 2 <= digits <= 12:
        raise OperandError(f"worksheet: digits must be a whole number from 2 to 12, got {digits!r}")
    graph = trace(scalar_root(root))
    found = blanks_of(graph, blanks, float(share), seed, digits)
    if not found:
        raise OperandError("worksheet: no number is left to ask for; choose other blanks than "
                           f"{blanks!r}, or a graph without infinite numbers")
    return Sheet(graph, found, blanks, digits)


def scalar_root(root: Node) -> Value:
    """Return the root of the graph of scalars that a sheet is made of."""
    if not isinstance(root, Node):
        raise OperandError(f"worksheet: root must be a Value or a Tensor, got {type(root).__name__} {root!r:.60}")
    if root.op is None or not root.requires_grad:
        raise OperandError(f"worksheet: {name_of(root)} was not computed from anything that has a gradient")
    if getattr(root._data, "size", 1) != 1:
        raise OperandError(f"worksheet: the root must be one number, got the shape {root._data.shape}; reduce it "
                           "first, e.g. with .sum()")
    order = topological_order(root)
    count = sum(getattr(node._data, "size", 1) for node in order)
    if count <= LIMIT and not isinstance(root, Value):
        root = explode(root).output
        root = root if isinstance(root, Value) else root.item()
        count = len(topological_order(root))
    if count > LIMIT:
        raise OperandError(f"worksheet: the graph has {count:,} numbers, and {LIMIT} fit a sheet; take a smaller "
                           "graph, such as one neuron of it")
    assert isinstance(root, Value)
    return root
