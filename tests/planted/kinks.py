"""Cases at kinks: functions at points where slopes differ by side, with right and wrong subgradients. Knows no checker.

Right is what lies in the generalised gradient of F. Clarke (Optimization and Nonsmooth Analysis, 1983): the convex
hull of the gradients right beside the point; our own convention is one of it. Wrong is what is provably outside: some
coordinate beyond the slopes of both sides, or a direction along which it exceeds every gradient beside the point (at a
tie of maximum(x, y) both (0, 0) and (1, 1), for along (1, 1) the slope is 1). A right vjp is that of a point moved by
some last places, where the functions below have the slopes of their limit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import ops
from tests.planted.cases import Array, Case, draw_cotangent, reverse_mode

Vjp = Callable[..., tuple[Array, ...]]
BESIDE = 1e-13      # how far a point beside the kink is, of the size of a coordinate
BESIDE_0 = 1e-100   # … of a coordinate that is 0
SAMPLES = 200       # pairs of gradients beside a point that span the generalised one
TRIED = 8           # pairs of opposite sides, of which that with the most different gradients is taken
MARGIN = 0.05       # by how much of the greatest gradient a wrong one is outside
FEW = 4             # coordinates, up to which directions between them are searched


@dataclass(frozen=True, eq=False)
class Subgradient:
    """A vjp at a kink, right or wrong."""

    case: Case
    name: str
    vjp: Vjp
    right: bool


def huber(x: Any) -> Any:
    inner = ops.clip(x, -1.0, 1.0)
    return inner * (x - 0.5 * inner)


def hidden_layer(x: Any) -> Any:
    """Two of the four hidden units lie at their kink where x = (1, 1, 2)."""
    weights = np.array([[1.0, -1.0, 0.0], [1.0, 1.0, -1.0], [1.0, 2.0, 3.0], [-1.0, -2.0, 0.5]])
    return ops.relu(ops.matmul(weights, x)) @ np.array([1.0, -2.0, 0.5, 3.0])


WEIGHTS = np.array([1.0, 2.0, -1.5, 0.5])

# Name, function, inputs.
KINKS: tuple[tuple[str, Callable[..., Any], tuple[Any, ...]], ...] = (
    ("relu at 0", ops.relu, (0.0,)),
    ("relu at 0 in one place", ops.relu, ([0.0, 1.0, -2.0],)),
    ("relu at 0 in eight places", ops.relu, ([0.0] * 8,)),
    ("relu at 0 in thirty places", ops.relu, (np.zeros((5, 6)),)),
    ("sum of relu at 0", lambda x: ops.sum(ops.relu(x)), ([0.0, 0.0, 0.0, 1.0],)),
    ("relu at 0 in both factors", lambda x, y: ops.relu(x) * ops.relu(y), ([0.0, 2.0], [1.0, 0.0])),
    ("relu of relu", lambda x: ops.relu(ops.relu(x)), ([0.0, 1.0],)),
    ("relu times a smooth factor", lambda x, y: ops.relu(x) * ops.exp(y), ([0.0, 1.0], [0.5, -0.5])),
    ("relu squared", lambda x: ops.square(ops.relu(x)) + 2.0 * x, ([0.0, 1.0],)),
    ("hidden layer", hidden_layer, ([1.0, 1.0, 2.0],)),
    ("leaky_relu at 0", ops.leaky_relu, ([0.0, 1.0, -1.0],)),
    ("prelu at 0", lambda x, a: ops.where(x > 0, x, a * x), ([0.0, 1.0, -1.0], 0.25)),
    ("elu at 0", lambda x: ops.elu(x, alpha=0.5), ([0.0, 1.0],)),
    ("selu at 0", ops.selu, ([0.0, -1.0],)),
    ("relu6 at both ends", ops.relu6, ([0.0, 6.0, 3.0],)),
    ("hardtanh at both ends", ops.hardtanh, ([-1.0, 1.0, 0.5],)),
    ("hardsigmoid at both ends", ops.hardsigmoid, ([-3.0, 3.0, 1.0],)),
    ("hardswish at both ends", ops.hardswish, ([-3.0, 3.0, 1.0],)),
    ("abs at 0", ops.abs, (0.0,)),
    ("abs at 0 in eight places", ops.abs, ([0.0] * 8,)),
    ("abs at 0 and elsewhere", lambda x: ops.sum(ops.abs(x)), ([0.0, 2.0, 0.0, -1.0],)),
    ("abs of abs less 1", lambda x: ops.abs(ops.abs(x) - 1.0), ([0.0, 1.0, -1.0, 0.5],)),
    ("mean absolute error, two hits", lambda x: ops.mean(ops.abs(x - np.arange(4.0))), ([0.0, 1.0, 2.5, 3.5],)),
    ("abs times exp", lambda x, y: ops.abs(x) * ops.exp(y), (0.0, 0.3)),
    ("x |x|", lambda x: x * ops.abs(x) + x, ([0.0, 1.0],)),
    ("copysign at 0", lambda x: ops.copysign(x, -1.0), ([0.0, 2.0],)),
    ("maximum, tie", ops.maximum, (1.0, 1.0)),
    ("maximum, ties of arrays", ops.maximum, ([1.0, 2.0, 0.0], [1.0, 3.0, 0.0])),
    ("maximum, tie with a broadcast number", ops.maximum, ([1.0, 2.0, 0.0], 1.0)),
    ("minimum, tie", ops.minimum, (2.0, 2.0)),
    ("minimum, ties of arrays", ops.minimum, ([1.0, 2.0], [1.0, 2.0])),
    ("fmax, tie", ops.fmax, (0.5, 0.5)),
    ("fmin, tie", ops.fmin, ([0.5, 1.0], [0.5, -1.0])),
    ("maximum of x and -x", lambda x: ops.maximum(x, -x), (0.0,)),
    ("maximum less minimum", lambda x, y: ops.maximum(x, y) - ops.minimum(x, y), (1.5, 1.5)),
    ("maximum of three", lambda x, y, z: ops.maximum(ops.maximum(x, y), z), (1.0, 1.0, 1.0)),
    ("maximum of three, two tied", lambda x, y, z: ops.maximum(ops.maximum(x, y), z), (1.0, 0.0, 1.0)),
    ("minimum of two relus", lambda x, y: ops.minimum(ops.relu(x), ops.relu(y)), (0.0, 0.0)),
    ("max, three tied", ops.max, ([2.0, 2.0, 2.0],)),
    ("max, two of four tied", ops.max, ([1.0, 3.0, 0.0, 3.0],)),
    ("max, eight tied", ops.max, ([1.0] * 8,)),
    ("max of each row, ties", lambda x: ops.max(x, axis=1), ([[1.0, 1.0], [0.0, 2.0]],)),
    ("min, three tied", ops.min, ([0.0, 0.0, 0.0],)),
    ("ptp of a constant", ops.ptp, ([1.0, 1.0, 1.0],)),
    ("cummax, tie", lambda x: ops.sum(ops.cummax(x) * WEIGHTS[:3]), ([2.0, 2.0, 1.0],)),
    ("sort, tie", lambda x: ops.sum(ops.sort(x) * WEIGHTS), ([2.0, 1.0, 2.0, 3.0],)),
    ("median, odd, tie", ops.median, ([1.0, 2.0, 2.0],)),
    ("median, even, tie", ops.median, ([1.0, 2.0, 2.0, 3.0],)),
    ("clip at its lower bound", lambda x: ops.clip(x, 0.0, 1.0), (0.0,)),
    ("clip at its upper bound", lambda x: ops.clip(x, 0.0, 1.0), ([1.0, 0.5],)),
    ("clip at both bounds", lambda x: ops.clip(x, -1.0, 1.0), ([-1.0, 1.0, 0.0, 2.0],)),
    ("soft threshold", lambda x: x - ops.clip(x, -1.0, 1.0), ([-1.0, 1.0, 2.0],)),
    ("hinge by relu", lambda x: ops.relu(1.0 - x), ([1.0, 0.0],)),
    ("hinge by maximum", lambda x: ops.maximum(1.0 - x, 0.0), ([1.0, 2.0],)),
    ("hinge by clip", lambda x: ops.clip(1.0 - x, 0.0), (1.0,)),
    ("pinball at 0", lambda x: ops.maximum(0.9 * x, -0.1 * x), ([0.0, 1.0],)),
    ("huber at its knots", huber, ([-1.0, 1.0, 0.3, 2.0],)),
    ("norm at 0 of two", ops.norm, ([0.0, 0.0],)),
    ("norm at 0 of three", ops.norm, ([0.0, 0.0, 0.0],)),
    ("norm at 0 of six", ops.norm, (np.zeros((2, 3)),)),
    ("norm of a difference of equals", lambda x, y: ops.norm(x - y), ([1.0, 2.0], [1.0, 2.0])),
    ("norm plus a smooth part", lambda x: ops.norm(x) + ops.sum(ops.sin(x)), ([0.0, 0.0],)),
    ("1-norm with zeros", lambda x: ops.norm(x, ord=1), ([0.0, 1.0, 0.0],)),
    ("greatest-element norm, tie", lambda x: ops.norm(x, ord=np.inf), ([2.0, -2.0, 1.0],)),
    ("hypot(0, 0)", ops.hypot, (0.0, 0.0)),
    ("hypot at 0 in one place", ops.hypot, ([0.0, 3.0], [0.0, 4.0])),
    ("std of a constant", ops.std, ([2.0, 2.0, 2.0],)),
    ("relu(x) - relu(y)", lambda x, y: ops.relu(x) - ops.relu(y), (0.0, 0.0)),
    ("relu(x) - relu(y), arrays", lambda x, y: ops.relu(x) - ops.relu(y), ([0.0, 1.0], [0.0, 0.0])),
    ("abs(x) - abs(y)", lambda x, y: ops.abs(x) - ops.abs(y), (0.0, 0.0)),
    ("abs(x) - abs(y), arrays", lambda x, y: ops.abs(x) - ops.abs(y), ([0.0, 0.0], [0.0, -1.0])),
    ("relu(x) + relu(y) - max", lambda x, y: ops.relu(x) + ops.relu(y) - ops.maximum(x, y), (1.0, 1.0)),
)


def beside(case: Case, rng: "np.random.Generator") -> tuple[Vjp, Vjp]:
    """Return the vjps of two points right beside the case's own, on opposite sides in a random direction."""
    steps = [rng.normal(size=x.shape) * np.where(x == 0, BESIDE_0, BESIDE * np.abs(x)) for x in case.inputs]
    return (lambda v, *xs: case.vjp(v, *[x + step for x, step in zip(xs, steps, strict=True)]),
            lambda v, *xs: case.vjp(v, *[x - step for x, step in zip(xs, steps, strict=True)]))


def blend(weights: tuple[float, ...], *vjps: Vjp) -> Vjp:
    """Return the weighted sum of vjps."""
    return lambda v, *xs: tuple(sum(w * g for w, g in zip(weights, gradients, strict=True))
                                for gradients in zip(*(vjp(v, *xs) for vjp in vjps), strict=True))


def flat(case: Case, vjp: Vjp, v: Any) -> Array:
    """Return the gradients of all inputs as one vector."""
    return np.concatenate([np.ravel(g) for g in vjp(v, *case.inputs)])


class Hull:
    """The generalised gradient of <v, f> at a case, spanned by gradients beside its point, for one cotangent v."""

    def __init__(self, case: Case, rng: "np.random.Generator") -> None:
        self.case = case
        self.v = draw_cotangent(case.f(*case.inputs), rng)
        self.corners = np.stack([flat(case, side, self.v) for _ in range(SAMPLES) for side in beside(case, rng)])
        n = self.corners.shape[1]
        together = np.ones((1, n))
        between = rng.normal(size=(SAMPLES if n <= FEW else 0, n))
        directions = np.concatenate([np.eye(n), -np.eye(n), together, -together, between])
        self.directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)

    def difference(self, sides: tuple[Vjp, Vjp]) -> float:
        """Return how much the gradients on two sides differ."""
        return float(np.linalg.norm(flat(self.case, sides[0], self.v) - flat(self.case, sides[1], self.v)))

    def excess(self, vjp: Vjp) -> float:
        """Return how far a vjp lies outside, as a part of the greatest gradient beside."""
        along = self.directions @ flat(self.case, vjp, self.v)
        greatest = np.max(self.directions @ self.corners.T, axis=1)
        return float(np.max(along - greatest) / np.max(np.abs(self.corners)))


def wrong_candidates(case: Case, one: Vjp, other: Vjp) -> Iterator[tuple[str, Vjp]]:
    """Yield what may be wrong at a kink, depending on the function."""
    yield "doubled", blend((2.0,), case.vjp)
    yield "of the other sign", blend((-1.0,), case.vjp)
    yield "zero", blend((0.0,), case.vjp)
    yield "one side doubled", blend((2.0,), one)
    yield "one side of the other sign", blend((-1.0,), one)
    yield "the other side doubled", blend((2.0,), other)
    yield "beyond one side", blend((2.0, -1.0), one, other)
    yield "beyond the other side", blend((-1.0, 2.0), one, other)
    yield "half", blend((0.5,), case.vjp)


def subgradients_of(name: str, f: Callable[..., Any], inputs: tuple[Any, ...],
                    rng: "np.random.Generator") -> list[Subgradient]:
    """Return right and wrong vjps of one function at its kink."""
    case = Case(name, name, f, tuple(np.array(x, float) for x in inputs), reverse_mode(f))
    hull = Hull(case, rng)
    one, other = max([beside(case, rng) for _ in range(TRIED)], key=hull.difference)
    right = (("ours", case.vjp), ("one side", one), ("the other side", other),
             ("between", blend((0.3, 0.7), one, other)))
    wrong = [(how, vjp) for how, vjp in wrong_candidates(case, one, other)
             if hull.excess(vjp) > MARGIN]
    return [*(Subgradient(case, how, vjp, True) for how, vjp in right),
            *(Subgradient(case, how, vjp, False) for how, vjp in wrong)]


def draw_kinks(seed: int, rows: Any = KINKS) -> list[Subgradient]:
    """Return the right and the wrong subgradients of functions, by default of all above, drawn by a seed."""
    return [found for k, row in enumerate(rows) for found in subgradients_of(*row, np.random.default_rng([seed, k]))]
