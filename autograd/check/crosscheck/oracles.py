"""Ways to the gradient of one function, as different from each other as can be: a row for each.

Each gives the derivatives of <v, f>, the outputs weighed with one random cotangent, along directions: along every
element of small inputs, along a few random ones of large inputs. Where all agree, a mistake would have to be in what
all of them share, which is the values of the ops.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.check.adapters import ForeignFunction
from autograd.check.crosscheck.agreement import Array
from autograd.check.crosscheck.complex_step import STEP, Complex
from autograd.check.functions import Signature
from autograd.check.probes import Scene
from autograd.check.problem import Problem, flat, parts
from autograd.errors import AutogradError
from autograd.explode import explode
from autograd.node import Node, no_grad, recording, topological_order
from autograd.transforms import jvp
from autograd.tree import flatten, unflatten
from autograd.variables import data_of, variable

Function = Callable[..., Any]
MOST_SCALARS = 20_000  # elements of all nodes of a graph


class NotApplicable(AutogradError):
    """An oracle has nothing to say of a function, and why."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A function at a point, a cotangent for its m outputs, and k directions through its n inputs, as flat vectors."""

    signature: Signature
    problem: Problem
    v: Array            # (m,)
    gradient: Array     # (n,), by reverse mode
    directions: Array   # (k, n)
    places: tuple[str, ...]  # the names of the directions, such as "x[0, 1]"

    def arguments(self, leaves: list[Any]) -> tuple[Any, ...]:
        """Return the arguments of f with leaves in the place of what is differentiated by."""
        every = list(self.signature.leaves)
        for slot, x in zip(self.signature.slots, leaves, strict=True):
            every[slot] = x
        arguments: tuple[Any, ...] = unflatten(self.signature.structure, every)
        return arguments

    def outputs(self, *leaves: Any) -> list[Any]:
        """Return the outputs of f at leaves that are made of floats."""
        return [y for y in flatten(self.signature.f(*self.arguments(list(leaves))))[0] if carries_gradient(y)]

    def leaves_of(self, x: Array) -> tuple[Any, ...]:
        """Return a vector of n as what is differentiated by: arrays, and numbers."""
        inputs = self.problem.raw.inputs
        return tuple([part.astype(like.dtype) if like.ndim else float(part)
                      for part, like in zip(parts(x, inputs), inputs, strict=True)])

    def weighed(self, *leaves: Any) -> Any:
        """Return the outputs of f at leaves, weighed and added, as whatever flows through f."""
        weights = self.problem.cotangents(self.v)
        return sum([(y * v).sum() if v.ndim else y * float(v)
                    for y, v in zip(self.outputs(*leaves), weights, strict=True)], 0.0)


def carries_gradient(y: Any) -> bool:
    """Whether an output, or what stands in its place, is made of floats; an int is a number like any other."""
    dtype = getattr(y, "dtype", None)
    return type(y) is int or isinstance(data_of(y), float) if dtype is None else dtype.kind == "f"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The derivatives along all directions, and how far each may be off for the way it was had."""

    derivatives: Array   # (k,)
    doubts: Array        # (k,)


@dataclass(frozen=True, slots=True)
class Oracle:
    """A way to the derivatives: its name, what it rests on, the rules of ops among it or not, and what it finds.

    `applies` gives the reason why not, "" if it does. `derivatives` may still raise NotApplicable.
    """

    name: str
    about: str
    rules: bool
    applies: Callable[[Question], str]
    derivatives: Callable[[Question], Found]


def always(question: Question) -> str:
    """Apply to all."""
    return ""


def native(question: Question) -> str:
    """Apply where f is made of our ops."""
    f = question.signature.f
    return f"{f.__name__} runs in another framework" if isinstance(f, ForeignFunction) else ""


def small(question: Question) -> str:
    """Apply to what is made of our ops and has few inputs, for the whole graph is opened."""
    n = len(question.gradient)
    return native(question) or ("" if n <= MOST_SCALARS else f"there are {n} inputs, more than {MOST_SCALARS}")


def exactly(derivatives: Any) -> Found:
    """Return derivatives that are right but for rounding."""
    return Found(np.asarray(derivatives, dtype=float), np.zeros(len(derivatives)))


def by_reverse(question: Question) -> Found:
    """Sweep backward once."""
    return exactly(question.directions @ question.gradient)


def by_forward(question: Question) -> Found:
    """Push each direction forward."""
    with no_grad():
        return exactly([question.v @ pushed_forward(question, u) for u in question.directions])


def pushed_forward(question: Question, u: Array) -> Array:
    """Return the derivative of all outputs along a direction, (m,)."""
    _, tangents = jvp(question.outputs, question.leaves_of(question.problem.x), question.leaves_of(u))
    return flat(list(map(data_of, tangents)))


def by_complex_step(question: Question) -> Found:
    """Give the inputs a tiny imaginary part along each direction, and read off that of the outputs."""
    problem = question.problem
    here = float(question.v @ problem.base)
    found = []
    with no_grad(), np.errstate(all="ignore"):
        for u in question.directions:
            moved = parts(problem.x + 1j * STEP * u, problem.raw.inputs)
            y = question.weighed(*map(Complex, moved))
            if not isinstance(y, Complex):
                raise NotApplicable("f turns its inputs into constants")
            single = any(x.dtype == np.float32 for x in problem.outputs)
            if not np.allclose(y.array.real, here, rtol=1e-3 if single else 1e-6, atol=1e-6 * np.abs(here)):
                raise NotApplicable(f"<v, f> is {y.array.real:.6g} on complex numbers and {here:.6g} on real ones")
            found.append(float(y.array.imag) / STEP)
    return exactly(found)


def by_scalars(question: Question) -> Found:
    """Open the graph as one of scalars, whose edges carry the partials of floats."""
    with recording():
        leaves = [variable(x.astype(float), records=False) for x in question.problem.raw.inputs]
        total = question.weighed(*leaves)
        if not isinstance(total, Node):
            raise NotApplicable("f turns its inputs into constants")
        size = sum(int(np.size(node._data)) for node in topological_order(total) if not isinstance(node._data, tuple))
        if size > MOST_SCALARS:
            raise NotApplicable(f"the graph has {size} elements, more than {MOST_SCALARS}")
        scalars = explode(total)
        if isinstance(scalars.output, Node):
            scalars.output.backward()
    gradient = flat([scalars.gradient(x) if x in scalars.leaves else np.zeros(x.shape) for x in leaves])
    return exactly(question.directions @ gradient)


def by_differences(question: Question) -> Found:
    """Extrapolate differences of values; at a kink the slope of reverse mode, if it lies between both sides'."""
    problem = question.problem.weighed(question.v)
    scene = Scene(problem=problem, v=np.ones(1), gradient=question.gradient, rng=np.random.default_rng(0))
    lengths = scales(question, scene)
    lines = [scene.direction(u * length)[1] for u, length in zip(question.directions, lengths, strict=True)]
    known = [line for line in lines if np.isfinite(line.numeric)]
    if not known:
        raise NotApplicable(lines[0].reason or "differences tell nothing")
    found = np.array([line.numeric for line in lines]) / lengths
    doubts = np.array([line.error for line in lines]) / lengths
    return Found(found, np.where(np.isfinite(found), 10.0 * doubts, np.inf))


def scales(question: Question, scene: Scene) -> Array:
    """Return how far each direction goes: as far as the elements that it moves are large."""
    return np.array([float(np.max(scene.sizes[u != 0.0] / np.abs(u[u != 0.0]), initial=0.0)) or 1.0
                     for u in question.directions])


ORACLES = (
    Oracle("reverse", "one sweep backward: the vjp of each op", True, always, by_reverse),
    Oracle("forward", "jvp, the vjp of the vjp: the same rules, once more differentiated", True, always, by_forward),
    Oracle("complex", "complex step: the values of ops at x + ih, no rule", False, native, by_complex_step),
    Oracle("scalars", "explode: the graph opened as scalars, the partials of floats", True, small, by_scalars),
    Oracle("differences", "values of f alone, extrapolated to step 0", False, always, by_differences),
)
