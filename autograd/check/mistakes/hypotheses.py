"""What may have gone wrong in a gradient, as rows: each guesses from the numeric gradient what a mistake would give.

A row is a function of a case (one input) that yields guesses; `name_mistake` in `naming.py` tries them. Rows that
need to know how the function goes on elsewhere, or terms of formulas, are in `formulas.py`, constants in `factors.py`.
"""

import math
from collections.abc import Callable, Iterator
from itertools import permutations

import numpy as np

from autograd.check.mistakes.evidence import Array, Case, Guess, output_name
from autograd.check.mistakes.factors import fitted, round_number

SHIFTS = (1, -1, 2, -2)
AXES = 4           # arrays of more axes are not transposed in every way


def not_finite(case: Case) -> Iterator[Guess]:
    """Nan or infinity where the derivative is a number."""
    if case.same_shape:
        bad: Array = ~np.isfinite(case.analytic) & np.isfinite(case.numeric)
        if np.any(bad):
            which = "nan" if np.any(np.isnan(case.analytic[bad])) else "infinite"
            also = "; other elements are wrong too" if np.any(case.off & ~bad) else ""
            rest = np.where(bad, 0.0, case.analytic)
            yield Guess(rest, f"{{is}} {which}{of_all(bad)}, where the derivative is a number{also}", observed=rest)


def missing(case: Case) -> Iterator[Guess]:
    """Nothing arrives at this input."""
    if not np.any(case.analytic):
        yield Guess(np.zeros(case.analytic.shape), "{is} 0 everywhere: its derivative is missing, or is not passed on")


def sign(case: Case) -> Iterator[Guess]:
    """A minus too many or too few."""
    yield Guess(-case.numeric, "{has} the wrong sign")


def unbroadcast(case: Case) -> Iterator[Guess]:
    """An input that was broadcast, whose gradient was not summed, or averaged, or taken from one element."""
    if not case.same_shape:
        summed = sum_to(case.analytic, case.x.shape)
        if summed is not None:
            words = (f"{{has}} the shape {case.analytic.shape} in place of {case.x.shape}: not summed over the axes "
                     f"along which `{case.name}` was broadcast")
            yield Guess(case.numeric, words, observed=summed)
        return
    for o, y in enumerate(case.evidence.outputs):
        axes = broadcast_axes(case.x.shape, y.shape)
        if not axes:
            continue
        along = f"axis {axes[0]}" if len(axes) == 1 else f"axes {', '.join(map(str, axes))}"
        count = math.prod(y.shape[axis] for axis in axes)
        yield Guess(case.numeric / count, f"{{is}} averaged over {along} of {output_name(case, o)}, along which "
                                          f"`{case.name}` was broadcast, in place of summed (1/{count})")
        for place in (0, -1):
            kept = case.from_cotangents(with_cotangent(case, o, only(case.evidence.cotangents[o], axes, place)))
            if kept is not None:
                yield Guess(kept, f"{{has}} only the {'last' if place else 'first'} element along {along} of "
                                  f"{output_name(case, o)}, along which `{case.name}` was broadcast, not the sum",
                            1 if np.sum(case.off) > 1 else 2)


def sum_to(array: Array, shape: tuple[int, ...]) -> Array | None:
    """Return the sums of an array over what broadcasting from a shape added; None if it added nothing."""
    extra = array.ndim - len(shape)
    if extra < 0 or not array.size:
        return None
    stretched = tuple(axis for axis, length in enumerate(shape, start=extra) if length == 1)
    summed = np.sum(array, axis=(*range(extra), *stretched), keepdims=True)
    return summed.reshape(shape) if summed.size == math.prod(shape) else None


def broadcast_axes(small: tuple[int, ...], large: tuple[int, ...]) -> list[int]:
    """Return the axes of a large shape along which a small one was stretched; none if it was not broadcast to it."""
    extra = len(large) - len(small)
    if extra < 0 or any(n not in (1, m) for n, m in zip(small, large[extra:])):
        return []
    axes = [*range(extra), *(extra + k for k, n in enumerate(small) if n == 1)]
    return [axis for axis in axes if large[axis] > 1]


def only(g: Array, axes: list[int], place: int) -> Array:
    """Return an array with zeros everywhere but at one index of some axes."""
    kept = np.zeros_like(g)
    where = tuple(place if axis in axes else slice(None) for axis in range(g.ndim))
    kept[where] = g[where]
    return kept


def with_cotangent(case: Case, output: int, g: Array) -> list[Array]:
    """Return the cotangents with that of one output replaced."""
    return [g if o == output else v for o, v in enumerate(case.evidence.cotangents)]


# What may happen to a cotangent on its way: kind, words, and the function of the cotangent.
COTANGENTS: tuple[tuple[str, str, Callable[[Array], Array]], ...] = (
    ("cotangent ignored", "{is} that for a cotangent of ones: the cotangent that comes in is ignored", np.ones_like),
    ("cotangent misused", "{has} the cotangent in it twice (squared)", np.square),
    ("cotangent misused", "{has} the cotangent without its sign", np.abs),
    ("cotangent misused", "{has} the mean of the cotangent in its place",
     lambda g: np.full_like(g, np.sum(g) / max(g.size, 1))),
    ("cotangent misused", "{is} made of the cotangent transposed", lambda g: g.T),
    ("cotangent misused", "{is} made of the cotangent reversed", lambda g: np.flip(g)),
    ("cotangent misused", "{is} made of the cotangent shifted by one", lambda g: np.roll(g, 1)),
    ("cotangent misused", "{is} made of the cotangent shifted by one", lambda g: np.roll(g, -1)),
)


def cotangents_of(kind: str) -> Callable[[Case], Iterator[Guess]]:
    """Return the row of all that is known under a kind to happen to cotangents."""
    def rule(case: Case) -> Iterator[Guess]:
        given = case.evidence.cotangents
        for name, words, change in COTANGENTS:
            changed = [change(v) for v in given]
            if name == kind and all(v.shape == w.shape for v, w in zip(given, changed)):
                found = case.from_cotangents(changed)
                if found is not None:
                    yield Guess(found, words)
                if len(given) == 1 and given[0].shape == case.numeric.shape:  # as for an elementwise function
                    yield Guess(case.numeric / given[0] * changed[0], words)
    return rule


def output_dropped(case: Case) -> Iterator[Guess]:
    """The cotangent of an output, or of one element of the only output, is not used."""
    cotangents = case.evidence.cotangents
    for o, v in enumerate(cotangents if len(cotangents) > 1 else ()):
        without = case.from_cotangents(with_cotangent(case, o, np.zeros_like(v)))
        alone = case.from_cotangents([w if o == k else np.zeros_like(w) for k, w in enumerate(cotangents)])
        if without is not None and alone is not None:
            yield Guess(without, f"{{has}} nothing of what comes from output {o}")
            if len(cotangents) > 2:
                yield Guess(alone, f"{{has}} only what comes from output {o}")
    if case.evidence.jacobians is None or not case.same_shape:
        return
    jacobian, flat = case.evidence.jacobians[case.slot], np.concatenate([np.ravel(v) for v in cotangents])
    parts = flat[:, None] * jacobian
    gaps = np.max(np.abs(np.ravel(case.difference) + parts), axis=1, initial=0.0)
    if gaps.size > 1 and np.any(np.isfinite(gaps)):
        k = int(np.nanargmin(gaps))
        yield Guess(case.numeric - parts[k].reshape(case.numeric.shape),
                    f"{{has}} nothing of what comes from {element_of_outputs(case, k)}", 1)


def element_of_outputs(case: Case, k: int) -> str:
    """Say which element stands at a place of all outputs, flattened and joined."""
    for o, y in enumerate(case.evidence.outputs):
        if k < y.size:
            return f"element {list(map(int, np.unravel_index(k, y.shape)))} of {output_name(case, o)}"
        k -= y.size
    return "an output"


def anothers(case: Case) -> Iterator[Guess]:
    """Gradients are handed to the wrong inputs."""
    for j, name in enumerate(case.evidence.names):
        if j != case.slot:
            yield Guess(case.evidence.numeric[j], f"{{is}} that of `{name}`")


def transposed(case: Case) -> Iterator[Guess]:
    """Axes are exchanged."""
    if 2 <= case.analytic.ndim <= AXES:
        for axes in permutations(range(case.numeric.ndim)):
            if axes != tuple(sorted(axes)):
                how = "" if len(axes) == 2 else f": its axes stand in the order {axes}"
                shape = "" if case.same_shape else f", and so of shape {case.analytic.shape} in place of {case.x.shape}"
                moved = np.transpose(case.numeric, axes)
                yield Guess(moved, f"{{is}} transposed{how}{shape}")
                if case.same_shape and moved.shape != case.analytic.shape:
                    yield Guess(moved.reshape(case.analytic.shape),
                                f"{{has}} its elements in the order of the transpose{how}, reshaped")


def reshaped(case: Case) -> Iterator[Guess]:
    """The right numbers in another shape."""
    if not case.same_shape and case.analytic.size == case.numeric.size:
        yield Guess(case.numeric.reshape(case.analytic.shape),
                    f"{{has}} the shape {case.analytic.shape} in place of {case.x.shape}; the numbers are right")


def rolled(case: Case) -> Iterator[Guess]:
    """All elements are shifted along an axis, or along all of them read as one."""
    for axis in (*range(case.numeric.ndim), None):
        length = case.numeric.size if axis is None else case.numeric.shape[axis]
        where = "" if case.numeric.ndim == 1 else " as one row" if axis is None else f" along axis {axis}"
        for shift in SHIFTS:
            if abs(shift) < length and (case.numeric.ndim != 1 or axis == 0):
                yield Guess(np.roll(case.numeric, shift, axis), f"{{is}} shifted by {shift}{where}", abs(shift) - 1)


def reversed_(case: Case) -> Iterator[Guess]:
    """The order of elements is reversed along an axis, or along all."""
    for axis in (*range(case.numeric.ndim), None):
        if case.numeric.ndim != 1 or axis == 0:
            along = "" if case.numeric.ndim == 1 or axis is None else f" along axis {axis}"
            yield Guess(np.flip(case.numeric, axis), f"{{is}} in reverse order{along}")


def swapped(case: Case) -> Iterator[Guess]:
    """Two elements have changed places."""
    if case.same_shape and case.off.sum() == 2:
        first, second = (tuple(map(int, place)) for place in np.argwhere(case.off))
        prediction = case.numeric.copy()
        prediction[first], prediction[second] = case.numeric[second], case.numeric[first]
        yield Guess(prediction, f"{{has}} the elements {list(first)} and {list(second)} exchanged")


def permuted(case: Case) -> Iterator[Guess]:
    """The right numbers in another order."""
    if case.analytic.size == case.numeric.size > 2:
        yield Guess(np.sort(case.numeric, axis=None), "{has} the right numbers in the wrong order", 1,
                    observed=np.sort(case.analytic, axis=None))


def zero_where_negative(case: Case) -> Iterator[Guess]:
    """As if relu stood in front. Of one element among inputs that have others this is far-fetched."""
    if np.any(case.x < 0):
        others = (Case(case.evidence, j) for j in range(len(case.evidence.names)) if j != case.slot)
        spared = any(not other.wrong and np.any(other.numeric[other.x < 0]) for other in others)
        yield Guess(np.where(case.x < 0, 0.0, case.numeric), f"{{is}} 0 wherever `{case.name}` is negative",
                    2 if spared and np.sum(case.off) == 1 else 0)


def zeroed(case: Case) -> Iterator[Guess]:
    """One element is 0, the rest is right."""
    place = only_place(case)
    if place is not None and case.analytic[place] == 0:
        words = f"{{is}} 0 at the element {list(place)}, and right elsewhere"
        yield Guess(np.where(case.off, 0.0, case.numeric), words, 1)


def element(case: Case) -> Iterator[Guess]:
    """One element is wrong, the rest is right."""
    place = only_place(case)
    if place is not None and case.analytic[place] != 0:
        a, d = float(case.analytic[place]), float(case.numeric[place])
        ratio = f", ratio {a / d:.6g}" if d else ""
        yield Guess(np.where(case.off, case.analytic, case.numeric),
                    f"{{is}} right but at the element {list(place)}: {a:.6g} in place of {d:.6g} "
                    f"(difference {a - d:.6g}{ratio})", 1)


def only_place(case: Case) -> tuple[int, ...] | None:
    """Return the place of the only wrong element of several, None if none or more are wrong."""
    places = np.argwhere(case.off) if case.same_shape and case.analytic.size > 1 else np.zeros((0, 0))
    return tuple(map(int, places[0])) if len(places) == 1 else None


def offset(case: Case) -> Iterator[Guess]:
    """A constant is added to every element."""
    if case.same_shape and np.any(case.known):
        c = float(np.mean(case.difference[case.known]))
        for value, cost in ((round_number(c, 1), 1), (round_number(c, 2), 2), (c, 3)):
            yield Guess(case.numeric + value, f"{{has}} {value:.6g} added to every element", cost)


def part(case: Case) -> Iterator[Guess]:
    """A part is wrong: a row, a column, where the input has one sign."""
    if not case.same_shape or case.off.all() or case.off.sum() < 2:
        return
    for words, mask in regions(case):
        if np.any(mask) and not np.any(case.off & ~mask):
            c = fitted(case.analytic[mask], case.numeric[mask])
            prediction = np.where(mask, np.multiply(case.numeric, 1.0 if c is None else c), case.numeric)
            how = "0" if c == 0 else f"{c:.4g} times the right one" if c is not None else "wrong"
            yield Guess(prediction, f"{{is}} {how} {words}, and right elsewhere", 1)
            yield Guess(np.where(mask, case.analytic, case.numeric), f"{{is}} wrong {words}, and right elsewhere", 4)


def regions(case: Case) -> Iterator[tuple[str, Array]]:
    """Yield parts of an array that something may be wrong with."""
    yield f"where `{case.name}` is negative", case.x < 0
    yield f"where `{case.name}` is positive", case.x > 0
    for axis in range(case.x.ndim):
        for k in {int(place[axis]) for place in np.argwhere(case.off)} if case.x.ndim > 1 else ():
            index = tuple(k if axis == other else slice(None) for other in range(case.x.ndim))
            mask = np.zeros(case.x.shape, bool)
            mask[index] = True
            yield f"at index {k} of axis {axis}", mask
    if case.off.sum() <= max(3, 0.25 * case.off.size):
        yield f"at {int(case.off.sum())} of {case.off.size} elements", case.off


def of_all(mask: Array) -> str:
    """Say where a mask holds."""
    if not mask.ndim:
        return ""
    count, first = int(mask.sum()), list(map(int, np.argwhere(mask)[0]))
    return f" at {first}" if count == 1 else f" in {count} of {mask.size} elements, the first at {first}"
