"""What the generated tests check of a case, each a function that raises `Wrong`. Knows cases, not how they are chosen.

The derivative along a direction u is found by Richardson extrapolation of central differences (C. Ridders, "Accurate
computation of F'(x) and F'(x)F''(x)", Adv. Eng. Software 4, 1982), together with a bound on its error: the larger
of the last two differences in the tableau plus the rounding noise. `test_rules_catch_mistakes.py` plants faults and
asserts that these functions flag them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Tensor, Value, gradients
from autograd.errors import AutogradError
from tests.autograd.sampling import Case

EPS = np.finfo(np.float64).eps
FIRST_STEP = 2e-3
ROWS = 6


class Wrong(AssertionError):
    """A row contradicts itself or central differences."""


def require(condition: Any, case: Case, complaint: str) -> None:
    """Raise `Wrong` unless the condition holds."""
    if not np.all(condition):
        raise Wrong(f"{case}: {complaint}")


def leaf(case: Case, x: Any, slot: int) -> Any:
    """Return an input as a leaf of a new graph, or as it is where the row has no derivative."""
    if not case.differentiable[slot]:
        return x
    gathers = case.row is not None and case.row.gathers
    return Value(x) if gathers else Tensor(x, requires_grad=True)


def leaves(case: Case, xs: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return the operands of a case, and those among them that take a gradient."""
    operands = [leaf(case, x, slot) for slot, x in enumerate(xs)]
    return operands, [x for x, smooth in zip(operands, case.differentiable, strict=True) if smooth]


def number(x: Any) -> Any:
    """Return what a node holds as an array."""
    return np.asarray(getattr(x, "_data", x))


def vjp(case: Case, xs: Sequence[Any], cotangent: Any) -> list[Any]:
    """Return the gradient of <cotangent, f> by each differentiable input, as arrays."""
    operands, inputs = leaves(case, xs)
    return [np.asarray(g) for g in gradients(case.call(*operands), inputs, cotangent)]


def vjp_of_vjp(case: Case, xs: Sequence[Any], cotangent: Any, weights: Sequence[Any]) -> list[Any]:
    """Return the gradient of <weights, vjp(cotangent)> by each differentiable input, as arrays."""
    operands, inputs = leaves(case, xs)
    first = gradients(case.call(*operands), inputs, cotangent, create_graph=True)
    pairs = [(g, w) for g, w in zip(first, weights, strict=True) if g.requires_grad]
    if not pairs:
        return [np.zeros(np.shape(number(x))) for x in inputs]
    return [np.asarray(g) for g in gradients([g for g, _ in pairs], inputs, [w for _, w in pairs])]


def jvp(case: Case, xs: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Return J·tangents, as the vjp of the vjp, which is linear in its cotangent."""
    operands, inputs = leaves(case, xs)
    y = case.call(*operands)
    dummy: Any = Value(0.5) if isinstance(y, Value) else Tensor(np.full(y.shape, 0.5), requires_grad=True)
    first = gradients(y, inputs, dummy, create_graph=True)
    pairs = [(g, t) for g, t in zip(first, tangents, strict=True) if g.requires_grad]
    return np.asarray(gradients([g for g, _ in pairs], dummy, [t for _, t in pairs])) if pairs else np.zeros(y.shape)


def directional(phi: Callable[[float], float], noise: float) -> tuple[float, float]:
    """Return the derivative of phi at 0, where phi(0) = 0 up to `noise`, and a bound on its error.

    >>> from math import sin
    >>> d, e = directional(sin, 1e-16)
    >>> abs(d - 1) <= e < 1e-10
    True
    """
    best, error = 0.0, np.inf
    previous: list[float] = []
    for k in range(ROWS):
        h = FIRST_STEP / 2**k
        row = [(phi(h) - phi(-h)) / (2 * h)]
        for j, coarse in enumerate(previous):
            row.append(row[j] + (row[j] - coarse) / (4.0 ** (j + 1) - 1))
            e = max(abs(row[-1] - row[-2]), abs(row[-1] - coarse)) + 2 * noise / h
            if e < error:
                best, error = row[-1], e
        previous = row
    return best, float(error)


def direction(xs: Sequence[Any], smooth: Sequence[bool], rng: np.random.Generator) -> list[Any]:
    """Return a random direction, ±1 scaled to the size of each coordinate, in the inputs that have a derivative."""
    scaled = [np.maximum(np.abs(x), 0.1 * (np.max(np.abs(x), initial=0.0) or 1.0)) for x in xs]
    return [rng.choice([-1.0, 1.0], x.shape) * size if yes else np.zeros(x.shape)
            for x, size, yes in zip(xs, scaled, smooth, strict=True)]


def compare_with_differences(case: Case, f: Callable[[list[Any]], list[Any]], xs: Sequence[Any],
                             weights: Sequence[Any], gradient: Callable[[], list[Any]],
                             rng: np.random.Generator) -> None:
    """Check the gradient of <weights, f> along a random direction against differences of f, which gives arrays."""
    u = direction(xs, case.differentiable, rng)
    at = f(list(xs))

    def phi(t: float) -> float:
        moved = f([x + t * v if x.dtype.kind == "f" else x for x, v in zip(xs, u, strict=True)])
        return float(sum(np.sum(w * (b - a)) for w, a, b in zip(weights, at, moved, strict=True)))

    size = float(sum(np.sum(np.abs(w * a)) for w, a in zip(weights, at, strict=True)))
    numeric, error = directional(phi, 2 * EPS * size)
    shares = [g * v for g, v in zip(gradient(), [v for v, s in zip(u, case.differentiable, strict=True) if s],
                                    strict=True)]
    analytic = float(sum(np.sum(share) for share in shares))
    scale = float(sum(np.sum(np.abs(share)) for share in shares))
    told = f"analytic {analytic:.15g}, numeric {numeric:.15g} ± {error:.1g}, at {[x.tolist() for x in xs]!r:.300}"
    require(abs(analytic - numeric) <= 10 * error + 1e-7 * scale, case, f"derivative along a direction: {told}")
    require(10 * error <= 1e-3 * (scale + abs(numeric)) + 1e-9 * size, case, f"differences are inconclusive: {told}")


def check_first_order(case: Case, xs: Sequence[Any], rng: np.random.Generator) -> None:
    """Check the vjp of a random cotangent against central differences."""
    cotangent = rng.normal(size=np.shape(case.array(*xs)))
    compare_with_differences(case, lambda at: [np.asarray(case.array(*at))], xs, [cotangent],
                             lambda: vjp(case, xs, cotangent), rng)


def check_second_order(case: Case, xs: Sequence[Any], rng: np.random.Generator) -> None:
    """Check the gradient of <weights, vjp> against central differences of the vjp."""
    cotangent = rng.normal(size=np.shape(case.array(*xs)))
    weights = [rng.normal(size=g.shape) for g in vjp(case, xs, cotangent)]
    compare_with_differences(case, lambda at: vjp(case, at, cotangent), xs, weights,
                             lambda: vjp_of_vjp(case, xs, cotangent, weights), rng)


def check_adjoint(case: Case, xs: Sequence[Any], rng: np.random.Generator) -> None:
    """Check <g, J t> = <Jᵀ g, t> for a random cotangent g and random tangents t."""
    cotangent = rng.normal(size=np.shape(case.array(*xs)))
    pulled = vjp(case, xs, cotangent)
    tangents = [rng.normal(size=g.shape) for g in pulled]
    pushed = jvp(case, xs, tangents)
    require(pushed.shape == cotangent.shape, case, f"J t has shape {pushed.shape}, the output {cotangent.shape}")
    left = np.sum(cotangent * pushed)
    right = sum(np.sum(g * t) for g, t in zip(pulled, tangents, strict=True))
    size = np.sum(np.abs(cotangent * pushed)) + sum(np.sum(np.abs(g * t)) for g, t in zip(pulled, tangents))
    require(abs(left - right) <= 1e-11 * size, case, f"<g, J t> = {left:.15g} but <Jᵀ g, t> = {right:.15g}")


def check_linear(case: Case, xs: Sequence[Any], rng: np.random.Generator) -> None:
    """Check that the vjp is linear in the cotangent, and 0 for the cotangent 0."""
    one, two = (rng.normal(size=np.shape(case.array(*xs))) for _ in range(2))
    for g, a, b, zero in zip(vjp(case, xs, 3 * one - 2 * two), vjp(case, xs, one), vjp(case, xs, two),
                             vjp(case, xs, 0 * one), strict=True):
        slack = 1e-12 * (np.abs(3 * a) + np.abs(2 * b)).max(initial=0.0)
        require(np.abs(g - (3 * a - 2 * b)) <= slack, case, "the vjp is not linear in the cotangent")
        require(zero == 0, case, f"vjp(0) is {zero.tolist()!r:.100}")


def check_shapes_and_types(case: Case, xs: Sequence[Any], rng: np.random.Generator) -> None:
    """Check that the value is as for arrays, and each gradient has its input's shape and dtype."""
    operands, inputs = leaves(case, xs)
    y, plain = case.call(*operands), case.array(*xs)
    floating = case.options.get("dtype", np.result_type(*map(number, inputs)))
    require(np.array_equal(number(y), plain, equal_nan=True), case, "the node's value is not the array's")
    if isinstance(y, Tensor):
        require(y.dtype == floating, case, f"inputs of {floating} give {y.dtype}")
    cotangent = rng.normal(size=np.shape(plain))
    for x, g in zip(inputs, gradients(y, inputs, cotangent), strict=True):
        wanted = number(x)
        require(np.shape(g) == wanted.shape, case, f"an input of shape {wanted.shape} has a gradient of {np.shape(g)}")
        require(isinstance(x, Value) or g.dtype == wanted.dtype, case, f"{wanted.dtype} has a gradient of another type")


def check_single_precision(case: Case, xs: Sequence[Any], rng: np.random.Generator) -> None:
    """Check that float32 gives, to its digits, the value and the gradients of float64."""
    narrow = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in xs]
    wide = [x.astype(np.float64) if x.dtype.kind == "f" else x for x in narrow]
    check_shapes_and_types(case, narrow, rng)
    cotangent = rng.normal(size=np.shape(case.array(*xs))).astype(np.float32)
    pairs = [(case.array(*narrow), case.array(*wide)),
             *zip(vjp(case, narrow, cotangent), vjp(case, wide, cotangent), strict=True)]
    cancelled = 1e-6 * float(sum(np.sum(np.abs(x)) for x in wide))
    for less, more in pairs:
        slack = 1e-4 * np.max(np.abs(more), initial=0.0) + cancelled
        require(np.abs(less - more) <= slack, case, f"float32 gives {np.asarray(less).tolist()!r:.100}, "
                                                    f"float64 {np.asarray(more).tolist()!r:.100}")


def check_nothing_is_changed_or_shared(case: Case, xs: Sequence[Any], rng: np.random.Generator) -> None:
    """Check that a sweep leaves its inputs alone and that no gradient shares memory with another array."""
    operands, inputs = leaves(case, xs)
    given = [np.copy(x) for x in xs]
    y = case.call(*operands)
    cotangent = rng.normal(size=np.shape(number(y)))
    kept = [*given, *map(np.copy, (number(y), cotangent))]
    returned = gradients(y, inputs, cotangent)
    y.backward(cotangent) if isinstance(y, Tensor) else y.backward()
    for before, after in zip(kept, (*operands, y, cotangent), strict=True):
        require(np.array_equal(before, number(after), equal_nan=True), case, "backward changed an input or its output")
    grads = [x.grad for x in inputs] if all(isinstance(x, Tensor) for x in inputs) else []
    others = [cotangent, *[x._data for x in (*inputs, y) if isinstance(x, Tensor)]]
    for own in (grads, [g for g in returned if isinstance(g, np.ndarray)]):
        for i, g in enumerate(own):
            require(g is not None, case, "an input that was reached has no gradient")
            require(g.flags.writeable, case, "a gradient is read-only")
            require(not any(np.shares_memory(g, other) for other in (*own[:i], *others)), case,
                    "a gradient shares memory with another, the cotangent or data")


def check_rules_keep_shape_and_type(case: Case, xs: Sequence[Any], rng: np.random.Generator) -> None:
    """Check that a vjp itself gives float32 and its input's shape, without the conversion that a sweep adds."""
    op = case.row
    if op is None or op.elementwise or op.bundles or op.gathers:
        return
    narrow = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in xs]
    y = case.array(*narrow)
    g = rng.normal(size=np.shape(y)).astype(np.result_type(y))
    for slot, x in enumerate(narrow):
        rule = op.rule(op.array_rules, slot)
        if rule is not None and not isinstance(y, float):
            share = rule(g, y, *narrow, **case.options)
            require(share.shape == x.shape, case, f"the vjp gives shape {share.shape} for an input of {x.shape}")
            require(share.dtype == x.dtype, case, f"the vjp gives {share.dtype} for an input of {x.dtype}")


def check_inputs_without_a_rule(case: Case, xs: Sequence[Any], rng: np.random.Generator) -> None:
    """Check that an input without a rule moves nothing, or takes no fraction as an index does, or is said to be a
    constant."""
    if case.row is None or case.row.bundles or case.row.convention.startswith("A constant"):
        return
    for slot, smooth in enumerate(case.differentiable):
        if not smooth:
            here = [np.asarray(x, float) if i == slot else x for i, x in enumerate(xs)]
            there = [x * (1 + 1e-6) if i == slot else x for i, x in enumerate(here)]
            try:
                before, after = case.array(*here), case.array(*there)
            except (AutogradError, TypeError, IndexError):
                continue
            require(np.array_equal(before, after, equal_nan=True), case, f"input {slot} has an effect and no rule")


CHECKS = (check_first_order, check_second_order, check_adjoint, check_linear, check_shapes_and_types,
          check_single_precision, check_nothing_is_changed_or_shared, check_rules_keep_shape_and_type)
