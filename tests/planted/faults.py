"""The faults that are planted: a row each, from a right vjp to a wrong one. Knows cases, and no checker.

A fault is planted where it applies and makes a real difference, by one rule for all checkers: in units of what the
output changes when a coordinate moves by its own size, c_i = g_i * max(|x_i|, max|x| / 10), some coordinate of the
gradient of <v, f> must be off by more than `KNOWABLE` of the greatest |c_i|, and by more than `KNOWABLE` of the size of
the output Y = sum |v f|. What is less lies in the rounding of f, and nobody could tell it from values of f.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.planted.cases import Array, Case, draw_cotangent, like_output, outputs_of

Gradients = tuple[Array, ...]
Vjp = Callable[..., Gradients]
Plant = Callable[[Case, "np.random.Generator"], Vjp | None]

#: By dtype of the inputs: the least error, as a part of the greatest coordinate and as a part of the output.
KNOWABLE = {"float64": (1e-7, 1e-10), "float32": (1e-3, 1e-4)}


@dataclass(frozen=True, eq=False)
class Fault:
    """A way to get a vjp wrong; `plant` gives the wrong vjp of a case, or None where it does not apply."""

    name: str
    plant: Plant
    kinds: tuple[str, ...]      # what the mistake may be called, of autograd/check/mistakes/
    coarse: bool = True         # off by 1 % or more: what float32 must tell too


def after(change: Callable[[Array], Array]) -> Plant:
    """Return the fault that changes each gradient."""
    return lambda case, rng: lambda v, *xs: tuple(np.asarray(change(g), g.dtype) for g in case.vjp(v, *xs))


def in_one_input(change: Callable[[Array], Array | None], at_least: int = 1) -> Plant:
    """Return the fault that changes the gradient of one input, drawn among those that it would change."""
    def plant(case: Case, rng: "np.random.Generator") -> Vjp | None:
        right = right_gradients(case)
        slots = [k for k, g in enumerate(right) if not np.array_equal(change(g), g)]
        if len(right) < at_least or not slots:
            return None
        slot = int(rng.choice(slots))
        return lambda v, *xs: tuple(np.asarray(change(g), g.dtype) if k == slot else g
                                    for k, g in enumerate(case.vjp(v, *xs)))
    return plant


def at_places(count: int, change: Callable[[Array, list[int]], None]) -> Plant:
    """Return the fault that changes one input's gradient at `count` places, drawn once; `change` writes to it, flat."""
    def plant(case: Case, rng: "np.random.Generator") -> Vjp | None:
        slots = [k for k, x in enumerate(case.inputs) if x.size >= count]
        if not slots:
            return None
        slot = int(rng.choice(slots))
        places = rng.choice(case.inputs[slot].size, count, replace=False).tolist()

        def vjp(v: Any, *xs: Array) -> Gradients:
            gradients = case.vjp(v, *xs)
            change(gradients[slot].reshape(-1), places)  # a view: the array is our own
            return gradients
        return vjp
    return plant


def right_gradients(case: Case) -> Gradients:
    """Return the right gradients for one and the same random cotangent."""
    return case.vjp(draw_cotangent(case.f(*case.inputs), np.random.default_rng(0)), *case.inputs)


def cotangent_ignored(case: Case, rng: "np.random.Generator") -> Vjp:
    return lambda v, *xs: case.vjp(like_output(v, tuple(np.ones_like(part) for part in outputs_of(v))), *xs)


def mean_for_sum(case: Case, rng: "np.random.Generator") -> Vjp | None:
    """Take the mean where a broadcast input needs a sum, or where a sum over elements passes its cotangent on."""
    size = max(y.size for y in outputs_of(case.f(*case.inputs)))
    shares = [min(x.size, size) / max(x.size, size) if x.size and size else 1.0 for x in case.inputs]
    return lambda v, *xs: tuple(g * share for g, share in zip(case.vjp(v, *xs), shares, strict=True))


def output_dropped(case: Case, rng: "np.random.Generator") -> Vjp | None:
    """Lose the cotangent of one output, or of one element where there is one output only."""
    sizes = [y.size for y in outputs_of(case.f(*case.inputs))]
    if sum(sizes) < 2:
        return None
    lost = int(rng.integers(len(sizes) if len(sizes) > 1 else sizes[0]))

    def vjp(v: Any, *xs: Array) -> Gradients:
        parts = [np.array(part) for part in outputs_of(v)]
        if len(parts) > 1:
            parts[lost][...] = 0.0
        else:
            parts[0].reshape(-1)[lost] = 0.0
        return case.vjp(like_output(v, tuple(parts)), *xs)
    return vjp


def stale(case: Case, rng: "np.random.Generator") -> Vjp:
    return lambda v, *xs: case.vjp(v, *[np.asarray(x * 1.001, x.dtype) for x in xs])


def zero_where_negative(case: Case, rng: "np.random.Generator") -> Vjp:
    return lambda v, *xs: tuple(np.where(x < 0, np.zeros_like(g), g)
                                for g, x in zip(case.vjp(v, *xs), xs, strict=True))


def rolled(g: Array) -> Array:
    return np.roll(g.reshape(-1), 1).reshape(g.shape)


def transposed(g: Array) -> Array:
    """Give the elements in the order of the transpose, in the shape that is expected."""
    return g.T.reshape(g.shape)


def scaled(g: Array, places: list[int]) -> None:
    g[places] *= 1.01


def zeroed(g: Array, places: list[int]) -> None:
    g[places] = 0.0


def swapped(g: Array, places: list[int]) -> None:
    g[places] = g[places[::-1]]


FAULTS = (
    Fault("cotangent ignored", cotangent_ignored, ("cotangent ignored",)),
    Fault("factor 2", after(lambda g: 2 * g), ("factor",)),
    Fault("mean for sum", mean_for_sum, ("un-broadcast", "factor")),
    Fault("offset 1e-4", after(lambda g: g + 1e-4), ("offset",), coarse=False),
    Fault("one element 1 % off", at_places(1, scaled), ("element",)),
    Fault("one element zeroed", at_places(1, zeroed), ("element zeroed",)),
    Fault("one input's gradient missing", in_one_input(np.zeros_like, at_least=2), ("missing",)),
    Fault("one output's cotangent dropped", output_dropped, ("output dropped",)),
    *(Fault(f"relative error 1e-{n}", after(lambda g, factor=1 + 10.0**-n: factor * g), ("factor",), coarse=n == 2)
      for n in (2, 3, 4, 5, 6)),
    Fault("rolled by one", in_one_input(rolled), ("rolled",)),
    Fault("saved value stale by 0.1 %", stale, ("stale",), coarse=False),
    Fault("sign of one input", in_one_input(np.negative), ("sign",)),
    Fault("transposed", in_one_input(transposed), ("transposed",)),
    Fault("two elements swapped", at_places(2, swapped), ("swapped",)),
    Fault("zero where x < 0", zero_where_negative, ("zero where negative",)),
)


@dataclass(frozen=True, eq=False)
class Planted:
    """A wrong vjp of a case."""

    case: Case
    fault: Fault
    vjp: Vjp


def plant_all(case: Case, seed: int, faults: tuple[Fault, ...] = FAULTS) -> list[Planted]:
    """Return the wrong vjps of a case: those faults that apply and make a difference there."""
    planted = [(fault, fault.plant(case, np.random.default_rng([seed, k]))) for k, fault in enumerate(faults)]
    return [Planted(case, fault, vjp) for fault, vjp in planted if vjp is not None and makes_a_difference(case, vjp)]


def makes_a_difference(case: Case, wrong: Vjp) -> bool:
    """Whether a wrong vjp differs from the right one by more than lies in the rounding of f, for some cotangent."""
    rng = np.random.default_rng(1)
    y = case.f(*case.inputs)
    floating = case.inputs[0].dtype.name if case.inputs else "float64"
    of_greatest, of_output = KNOWABLE[floating]
    for _ in range(2):
        v = draw_cotangent(y, rng)
        size = sum(float(np.sum(np.abs(a * b))) for a, b in zip(outputs_of(v), outputs_of(y), strict=True))
        right, other = case.vjp(v, *case.inputs), wrong(v, *case.inputs)
        greatest = max((float(np.max(np.abs(g * span(x)), initial=0.0))
                        for g, x in zip(right, case.inputs, strict=True)), default=0.0)
        off = max((float(np.max(np.abs((w - g) * span(x)), initial=0.0))
                   for g, w, x in zip(right, other, case.inputs, strict=True)), default=0.0)
        if off > max(of_greatest * greatest, of_output * size):
            return True
    return False


def span(x: Array) -> Array:
    """Return by how much each coordinate moves when it moves by its own size."""
    return np.maximum(np.abs(x), 0.1 * np.max(np.abs(x), initial=0.0))
