"""Smooth cases: functions at points away from their kinks, each with its right vjp. Knows no checker and no fault.

They are drawn by a seed from every differentiable row of the table with all its shapes and options, from every
composite, and from functions of several outputs. Nothing is excluded. Values are plain arrays; a vjp is a plain
function ``vjp(cotangent, *inputs)`` that gives a tuple of arrays, its cotangent is like the output.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import ops, transforms
from autograd.check.sampling import sample_inputs
from tests.autograd import sampling
from tests.autograd.composite_cases import COMPOSITE_CASES

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Case:
    """A function at a point: `f` takes arrays or Tensors and gives one, or a tuple of them."""

    name: str
    function: str                 # the row or composite that it belongs to
    f: Callable[..., Any]
    inputs: tuple[Array, ...]
    vjp: Callable[..., tuple[Array, ...]]

    def __str__(self) -> str:
        return self.name

    def in_single_precision(self) -> "Case":
        """Return the case at the same point in float32."""
        return Case(self.name, self.function, self.f, tuple(x.astype(np.float32) for x in self.inputs), self.vjp)


def outputs_of(y: Any) -> tuple[Array, ...]:
    """Return what a function gave as a tuple of arrays."""
    return tuple(map(np.asarray, y)) if isinstance(y, tuple) else (np.asarray(y),)


def like_output(y: Any, cotangents: tuple[Array, ...]) -> Any:
    """Return cotangents in the form of an output: a tuple if it is one."""
    return cotangents if isinstance(y, tuple) else cotangents[0]


def draw_cotangent(y: Any, rng: "np.random.Generator") -> Any:
    """Draw a random cotangent for an output."""
    return like_output(y, tuple(np.asarray(rng.normal(size=part.shape), part.dtype) for part in outputs_of(y)))


def reverse_mode(f: Callable[..., Any], as_leaf: Callable[[Array], Any] = np.asarray) -> Callable[..., Any]:
    """Return the vjp of `f` by our reverse mode, as a function of arrays."""
    def vjp(cotangent: Any, *inputs: Array) -> tuple[Array, ...]:
        _, pullback = transforms.vjp(f, *map(as_leaf, inputs))
        found = pullback(cotangent)
        return tuple(np.array(g, x.dtype, order="C") for g, x in zip(found, inputs, strict=True))
    return vjp


def draw_points(sampled: sampling.Case, seed: int) -> list[Any]:
    """Draw inputs away from kinks: as the tests of the table do, or for every second elementwise row evenly."""
    rng = np.random.default_rng(seed)
    if sampled.row is not None and sampled.row.elementwise and rng.random() < 0.5:
        return sample_inputs(sampled.row, rng, sampled.shapes, sampled.options)
    return sampled.points(seed)


def at(sampled: sampling.Case, seed: int) -> Case:
    """Return a sampled row or composite at one of its points; indices and conditions are part of the function."""
    points, smooth = draw_points(sampled, seed), sampled.differentiable

    def f(*inputs: Any) -> Any:
        given = iter(inputs)
        return sampled.call(*[next(given) if varies else x for varies, x in zip(smooth, points, strict=True)])

    gathers = sampled.row is not None and sampled.row.gathers
    inputs = tuple(np.asarray(x, float) for x, varies in zip(points, smooth, strict=True) if varies)
    return Case(f"{sampled} #{seed}", sampled.name, f, inputs, reverse_mode(f, float if gathers else np.asarray))


#: Functions of several outputs: the rows and composites that give tuples, and pairs of functions of one input.
SEVERAL: tuple[tuple[str, tuple[sampling.Shape, ...], Callable[..., Any]], ...] = (
    ("split", ((4, 2),), lambda x: ops.split(x, 2)),
    ("split", ((4, 3),), lambda x: ops.split(x, (1, 3))),
    ("split", ((2, 4),), lambda x: ops.split(x, 2, axis=1)),
    ("unstack", ((3, 2),), lambda x: ops.unstack(x)),
    ("unstack", ((3, 2),), lambda x: ops.unstack(x, axis=-1)),
    ("array_split", ((5, 2),), lambda x: tuple(ops.array_split(x, 3))),
    ("sin and cos", ((3,),), lambda x: (ops.sin(x), ops.cos(x))),
    ("sum and product", ((3,), (2, 3)), lambda x, y: (x + y, x * y)),
    ("mean and variance", ((2, 3),), lambda x: (ops.mean(x, axis=0), ops.var(x, axis=0))),
    ("softmax and logsumexp", ((2, 3),), lambda x: (ops.softmax(x), ops.logsumexp(x, axis=-1))),
    ("matmul and norms", ((2, 3), (3, 4)), lambda a, b: (ops.matmul(a, b), ops.norm(a), ops.norm(b))),
)
SAMPLED = [
    *(case for case in sampling.CASES if any(case.differentiable)),
    *COMPOSITE_CASES,
    *(sampling.Case(name, call, shapes) for name, shapes, call in SEVERAL),
]
FUNCTIONS = tuple(dict.fromkeys(case.name for case in SAMPLED))


def in_turn(rng: "np.random.Generator") -> Iterator[sampling.Case]:
    """Yield all that can be sampled once, in random order, first one case of each function."""
    waiting: dict[str, list[sampling.Case]] = {name: [] for name in FUNCTIONS}
    for index in rng.permutation(len(SAMPLED)):
        waiting[SAMPLED[index].name].append(SAMPLED[index])
    while waiting:
        for name in rng.permutation(list(waiting)):
            yield waiting[name].pop()
            if not waiting[name]:
                del waiting[name]


def draw_cases(seed: int, count: int = len(SAMPLED)) -> list[Case]:
    """Draw cases by a seed, by default as many as there are shapes and options of all rows and composites.

    Every function comes once before any comes twice; more than the default try further points.
    """
    rng = np.random.default_rng(seed)
    cases: list[Case] = []
    while len(cases) < count:
        cases += [at(sampled, int(rng.integers(2**31))) for sampled in in_turn(rng)]
    return cases[:count]
