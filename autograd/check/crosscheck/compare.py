"""Two implementations of one function: do they agree, in value and in gradient, as far as rounding lets them?

Each is differentiated by its own reverse mode: ours, PyTorch's or JAX's. Of a function that can only be run on plain
arrays the gradient is taken from differences, and the comparison says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from autograd.check.adapters import Function, adapted
from autograd.check.crosscheck.agreement import DRAWS, Array, Match, allowances, greatest, moved
from autograd.check.crosscheck.tables import html_table, paragraph, shade, text_table
from autograd.check.functions import Signature, signature_of
from autograd.check.numeric import as_float64, differences
from autograd.errors import AutogradError, OperandError, ShapeError
from autograd.node import no_grad
from autograd.transforms import vjp
from autograd.tree import Structure, flatten, leaves_like, paths, unflatten
from autograd.variables import data_of, leaf_names


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What two implementations of one function give at one point; true if they agree."""

    names: tuple[str, ...]
    matches: tuple[Match, ...]     # one per output, then one per input for the gradients
    notes: tuple[str, ...] = ()    # how gradients were had, if not by reverse mode

    @property
    def ok(self) -> bool:
        """Whether all values and gradients agree within rounding."""
        return all(match.ok for match in self.matches)

    def __bool__(self) -> bool:
        return self.ok

    @property
    def digits(self) -> float:
        """In how many digits they agree at least."""
        return min([match.digits for match in self.matches], default=16.0)

    @property
    def headline(self) -> str:
        """One sentence."""
        first, second = self.names
        agree = "agree within rounding" if self.ok else "differ"
        return f"{first} and {second} {agree}: {self.digits:.1f} digits in common at least"

    def cells(self) -> tuple[list[str], list[list[str]]]:
        """Return the heading and the rows of the table."""
        head = ["", "shape", "", "digits", "worst at", *self.names]
        rows = [[match.name, str(match.first.shape), "agrees" if match.ok else "differs", f"{match.digits:.1f}",
                 ", ".join(map(str, match.worst)), *at_worst(match)] for match in self.matches]
        return head, rows

    def __str__(self) -> str:
        head, rows = self.cells()
        return "\n".join([paragraph(self.headline), text_table(head, rows, left=3), *map(paragraph, self.notes)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head, rows = self.cells()
        colours = [["", "", "", shade(match.digits, match.ok), *[""] * (len(head) - 4)] for match in self.matches]
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<p>{escape(self.headline)}</p>{html_table(head, rows, 3, colours)}{notes}"


def at_worst(match: Match) -> list[str]:
    """Return the elements of both sides that are farthest apart, as text."""
    return [f"{x[match.worst]:.10g}" if x.size else "" for x in (match.first, match.second)]


@dataclass(frozen=True, slots=True, eq=False)
class Linearized:
    """What one implementation gives at one point: outputs, and the gradients of their weighed sum."""

    outputs: list[Array]
    gradients: list[Array]
    doubts: list[Array]     # how far the gradients may be off for the way they were had
    note: str = ""          # that way, if it is not reverse mode

    @property
    def arrays(self) -> list[Array]:
        """Outputs and gradients."""
        return [*self.outputs, *self.gradients]

    @property
    def all_doubts(self) -> list[Array]:
        """How far each of them may be off for the way it was had."""
        return [*[np.zeros(())] * len(self.outputs), *self.doubts]


def compare(f: Function, g: Function, *inputs: Any, names: Sequence[str] | None = None,
            rng: "np.random.Generator | None" = None) -> Comparison:
    """Compare two implementations of one function at inputs: their outputs, and gradients under one random cotangent.

    Functions take and return numbers, arrays, Values, Tensors, or trees of these; a function of PyTorch or JAX is
    recognised by its inputs or made by `torch_function`, `jax_function`. Raises ShapeError if outputs have different
    structures or shapes.

    >>> agreement = compare(lambda x: np.log1p(np.exp(x)), lambda x: x.softplus(), np.array([-1.0, 2.0]),
    ...                     names=("by hand", "softplus"))
    >>> agreement.ok, agreement.digits > 14
    (True, True)
    >>> print(compare(lambda x: x.exp(), lambda x: 1 + x + x**2 / 2, 0.1, names=("exp", "series")))
    exp and series differ: 2.3 digits in common at least
               shape           digits  worst at          exp  series
    output     ()     differs     3.8            1.105170918   1.105
    grad of x  ()     differs     2.3            1.105170918     1.1
    """
    if names is not None and len(names) != 2:
        raise OperandError(f"compare: names must be two, one per function, got {names!r:.60}")
    (f, g), inputs = adapted((f, g), inputs)
    draw = rng or np.random.default_rng(0)
    labels = tuple(names or distinct(f, g))
    signature = signature_of(f, inputs)
    leaves = [signature.leaves[slot] for slot in signature.slots]
    points = [leaves, *[[moved(data_of(x), draw) for x in leaves] for _ in range(DRAWS)]]
    outputs, structure = flatten(values(on_leaves(f, signature), leaves))
    seed = structure, drawn_for(outputs, draw)
    seen = [[linearized(on_leaves(function, signature), point, seed, label) for point in points]
            for function, label in zip((f, g), labels, strict=True)]
    precision = coarsest([x for here, *_ in seen for x in here.arrays])
    size = sum([float(np.sum(np.abs(v * y))) for v, y in zip(seed[1], map(np.asarray, outputs), strict=True)])
    floors = [*[0.0] * len(outputs), *[size / (greatest(as_float64(x)) or 1.0) for x in leaves]]
    allowed = [allowances(here.arrays, [there.arrays for there in elsewhere], precision, floors)
               for here, *elsewhere in seen]
    known = input_names((f, g), inputs)
    what = [*paths(structure, "output"), *[f"grad of {known[slot]}" for slot in signature.slots]]
    first, second = (here for here, *_ in seen)
    rows = zip(what, first.arrays, second.arrays, *allowed, first.all_doubts, second.all_doubts, strict=True)
    matches = [Match(name, a, b, sum(slack, np.zeros(()))) for name, a, b, *slack in rows]
    return Comparison(labels, tuple(matches), tuple([here.note for here in (first, second) if here.note]))


def on_leaves(f: Function, signature: Signature) -> Function:
    """Return a function as one of the leaves of its inputs that are made of floats; the others are constants."""
    def of_floats(*xs: Any) -> Any:
        every = list(signature.leaves)
        for slot, x in zip(signature.slots, xs, strict=True):
            every[slot] = x
        return f(*unflatten(signature.structure, every))
    return of_floats


def linearized(f: Function, inputs: Sequence[Any], seed: tuple[Structure, list[Array]], label: str) -> Linearized:
    """Return what a function gives at inputs, and the gradients of its outputs weighed with cotangents."""
    structure, cotangents = seed
    with no_grad(), np.errstate(all="ignore"):
        try:
            output, pullback = vjp(f, *inputs)
        except (AutogradError, TypeError, AttributeError, ValueError) as error:
            return by_differences(f, inputs, seed, f"gradient of {label} by differences, for it does not run on nodes: "
                                                   f"{error!s:.200}")
        outputs = fitting(structure, output, cotangents, label)
        gradients = flatten(pullback(unflatten(flatten(output)[1], cotangents)))[0]
    return Linearized(outputs, list(map(np.asarray, gradients)), [np.zeros(())] * len(gradients))


def by_differences(f: Function, inputs: Sequence[Any], seed: tuple[Structure, list[Array]], note: str) -> Linearized:
    """Return the same for a function that runs on plain data only."""
    structure, cotangents = seed

    def on_data(*xs: Any) -> Any:
        return f(*map(data_of, xs))

    outputs = fitting(structure, on_data(*inputs), cotangents, note)
    gradients, doubts = differences(on_data, list(map(as_float64, inputs)), cotangents)
    return Linearized(outputs, gradients, [10 * doubt for doubt in doubts], note)


def values(f: Function, inputs: Sequence[Any]) -> Any:
    """Return the output of a function as plain data, from nodes if it runs on them, else from plain data."""
    with no_grad(), np.errstate(all="ignore"):
        try:
            return vjp(f, *inputs)[0]
        except (AutogradError, TypeError, AttributeError, ValueError) as error:
            try:
                return f(*map(data_of, inputs))
            except Exception:
                raise error from None


def fitting(structure: Structure, output: Any, cotangents: Sequence[Array], label: str) -> list[Array]:
    """Return the leaves of an output as arrays, or say where it is not like that of the other function."""
    found = [np.asarray(data_of(y)) for y in leaves_like(structure, output, f"compare: the output of {label}")]
    for y, g, path in zip(found, cotangents, paths(structure, "output"), strict=True):
        if y.dtype.kind not in "fiub":
            raise OperandError(f"compare: {path} of {label} is {y!r:.60}, expected numbers and arrays")
        if y.shape != g.shape:
            raise ShapeError(f"compare: {path} of {label} has shape {y.shape}, that of the first function {g.shape}")
    return found


def drawn_for(outputs: Sequence[Any], rng: "np.random.Generator") -> list[Array]:
    """Return a random cotangent for each output: 1 for the only number."""
    if len(outputs) == 1 and np.ndim(outputs[0]) == 0:
        return [np.ones(())]
    return [np.asarray(rng.normal(size=np.shape(y))) for y in outputs]


def input_names(functions: Sequence[Function], inputs: Sequence[Any]) -> list[str]:
    """Return the names of the leaves of inputs, from the first function that names its parameters."""
    found = [leaf_names(f, inputs, range(len(inputs))) for f in functions]
    return next((names for names in found if not any(name.startswith("argument ") for name in names)), found[0])


def coarsest(arrays: Sequence[Array]) -> float:
    """Return the relative size of a last place in the coarsest dtype of arrays."""
    return max([float(np.finfo(x.dtype).eps) for x in arrays if x.dtype.kind == "f"], default=2.0**-52)


def distinct(*functions: Function) -> tuple[str, ...]:
    """Return names that tell functions apart: their own, or f, g, h for those that have none."""
    own = [str(getattr(f, "__name__", type(f).__name__)) for f in functions]
    names = [letter if name == "<lambda>" else name for name, letter in zip(own, "fgh", strict=False)]
    return tuple([f"{name} ({place})" if names.count(name) > 1 else name for place, name in enumerate(names, start=1)])
