"""Which names fit a wrong vjp: that of its fault, and those of whatever else gives the same numbers there.

(The stale gradient of x², say, is also 1.001 times the right one; of two elements, swapped is rolled; an elementwise
function that lost the cotangent of one output has a gradient with one element zeroed.)
"""

from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np

from tests.planted.cases import Array, Case, draw_cotangent, like_output, outputs_of
from tests.planted.faults import Planted, Vjp

COTANGENTS = 2


def fitting_names(planted: list[Planted]) -> list[set[str]]:
    """Return for each of the wrong vjps of one case the kinds of mistake that it may be said to have."""
    if not planted:
        return []
    case = planted[0].case
    right = gradients(case, case.vjp)
    wrongs = [gradients(case, one.vjp) for one in planted]
    known = [(kind, numbers) for one, numbers in zip(planted, wrongs, strict=True) for kind in one.fault.kinds]
    known += [("output dropped", gradients(case, vjp)) for vjp in each_output_dropped(case)]
    found = []
    for wrong in wrongs:
        names = {kind for kind, numbers in known if all(map(same, numbers, wrong))} | names_of_multiple(right, wrong)
        changed = [(g, w) for g, w in zip(right, wrong, strict=True) if not same(w, g)]
        fitting = {name for name, fits in CHANGES.items() if all(fits(g, w) for g, w in changed)}
        found.append(names | (fitting - {"permuted"} if fitting & ORDERS else fitting))
    return found


def gradients(case: Case, vjp: Vjp) -> list[Array]:
    """Return for each input its gradients for several cotangents, along a new first axis."""
    rng = np.random.default_rng(2)
    y = case.f(*case.inputs)
    found = [vjp(draw_cotangent(y, rng), *case.inputs) for _ in range(COTANGENTS)]
    return [np.stack(by_input) for by_input in zip(*found, strict=True)]


def each_output_dropped(case: Case) -> Iterator[Vjp]:
    """Yield the vjps that lose one element of the output."""
    for k, y in enumerate(outputs_of(case.f(*case.inputs))):
        for place in range(y.size):
            def vjp(v: object, *xs: Array, k: int = k, place: int = place) -> tuple[Array, ...]:
                parts = tuple(np.array(part, order="C") for part in outputs_of(v))
                parts[k].reshape(-1)[place] = 0.0
                return case.vjp(like_output(v, parts), *xs)
            yield vjp


def same(one: Array, two: Array) -> bool:
    """Whether two gradients are the same but for rounding."""
    return bool(np.all(np.abs(one - two) <= 1e-9 * np.max(np.abs(two), initial=0.0)))


def names_of_multiple(right: list[Array], wrong: list[Array]) -> set[str]:
    """Return the names of a gradient that is a multiple of the right one in the inputs where it is wrong."""
    changed = [(g.ravel(), w.ravel()) for g, w in zip(right, wrong, strict=True) if not same(w, g)]
    g, w = (np.concatenate(parts) for parts in zip(*changed, strict=True))
    factor = float(g @ w / (g @ g)) if np.any(g) else np.nan
    if not same(w, factor * g):
        return set()
    return {{-1.0: "sign", 0.0: "missing"}.get(round(factor, 9), "factor")}


# What may be seen in the right and the wrong gradient of one input; the first axis counts cotangents.

def places_changed(g: Array, w: Array) -> Array:
    """Return which elements differ, flat, for any of the cotangents."""
    return np.any(np.abs(w - g) > 1e-9 * np.max(np.abs(g), initial=0.0), axis=0).reshape(-1)


def one_element(g: Array, w: Array) -> bool:
    return g[0].size > 1 and int(places_changed(g, w).sum()) == 1 and not one_zeroed(g, w)


def one_zeroed(g: Array, w: Array) -> bool:
    changed = places_changed(g, w)
    return int(changed.sum()) == 1 and not np.any(w.reshape(COTANGENTS, -1)[:, changed])


def two_swapped(g: Array, w: Array) -> bool:
    changed = places_changed(g, w)
    mine, other = (one.reshape(COTANGENTS, -1)[:, changed] for one in (g, w))
    return int(changed.sum()) == 2 and same(mine, other[:, ::-1])


def rolled(g: Array, w: Array) -> bool:
    return any(same(w, np.roll(g, n, axis)) for axis in range(1, g.ndim) for n in range(1, g.shape[axis]))


def reversed_order(g: Array, w: Array) -> bool:
    whole = same(w.reshape(COTANGENTS, -1), g.reshape(COTANGENTS, -1)[:, ::-1])
    return whole or any(same(w, np.flip(g, axis)) for axis in range(1, g.ndim))


def transposed(g: Array, w: Array) -> bool:
    turned = [np.swapaxes(g, *axes) for axes in combinations(range(1, g.ndim), 2)]
    return any(same(w, one) for one in turned if one.shape == g.shape)


def permuted(g: Array, w: Array) -> bool:
    return same(*(np.sort(one.reshape(COTANGENTS, -1), axis=1) for one in (w, g)))


ORDERS = {"rolled", "reversed", "swapped", "transposed"}  # permutations with a name that says more
CHANGES: dict[str, Callable[[Array, Array], bool]] = {
    "element": one_element, "element zeroed": one_zeroed, "swapped": two_swapped, "rolled": rolled,
    "reversed": reversed_order, "transposed": transposed, "permuted": permuted,
}
