"""Whether a mutant gives the derivatives of the right rule, to rounding: at 1,000 points and at special ones.

Points are the elements of the inputs that the cases of a row draw; special ones are zeros, ones, infinities and NaN.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.check.mutation.mutants import Mutant
from autograd.op import Op
from tests.autograd.checking import vjp, vjp_of_vjp
from tests.autograd.sampling import Case, special_points
from tests.mutation.subjects import Subject
from tests.mutation.trials import CASES_OF, SCALAR_CASES

POINTS = 1000
SECOND_ORDER_SEEDS = 5


def same_everywhere(subject: Subject, mutant: Mutant) -> bool:
    """Whether the rows of a subject have, with a mutant planted, the very derivatives that they have without."""
    with np.errstate(all="ignore"):
        right = [list(results(row)) for row in subject.rows]
        with mutant.planted():
            try:
                found = [list(results(row)) for row in subject.rows]
            except Exception:  # what no longer runs is not the same
                return False
    return all(alike(a, b) for one, other in zip(right, found, strict=True)
               for a, b in zip(one, other, strict=True))


def alike(a: Any, b: Any) -> bool:
    """Whether two arrays agree in shape and to the rounding of a sum."""
    size = np.max(np.abs(a), initial=0.0, where=np.isfinite(a))
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-13, atol=1e-15 * size, equal_nan=True)


def results(row: Op) -> Iterator[Any]:
    """Yield derivatives of a row as arrays: of first order at enough points, of second order at a few, at special."""
    cases = [case for case in CASES_OF[row.name] if any(case.differentiable)]
    count = seed = 0
    while count < POINTS:
        for case in cases:
            xs = case.points(seed)
            count += sum(x.size for x in xs)
            yield from of_first_order(case, xs, seed)
            if seed < SECOND_ORDER_SEEDS:
                yield from of_second_order(case, xs, seed)
        seed += 1
    if row.elementwise:
        for case in SCALAR_CASES.get(row.name, []):
            yield from partials_at_special_points(case)


def of_first_order(case: Case, xs: list[Any], seed: int) -> list[Any]:
    cotangent = np.random.default_rng(seed).normal(size=np.shape(case.array(*xs)))
    return vjp(case, xs, cotangent)


def of_second_order(case: Case, xs: list[Any], seed: int) -> list[Any]:
    rng = np.random.default_rng(seed)
    cotangent = rng.normal(size=np.shape(case.array(*xs)))
    weights = [rng.normal(size=x.shape) for x, smooth in zip(xs, case.differentiable, strict=True) if smooth]
    return vjp_of_vjp(case, xs, cotangent, weights)


def partials_at_special_points(case: Case) -> Iterator[Any]:
    """Yield the partials of a row by each input at all special points, as arrays."""
    op: Any = case.row
    xs = [np.array(x) for x in zip(*special_points(case), strict=True)]
    y = op.array(*xs, **case.options)
    for slot, smooth in enumerate(case.differentiable):
        if smooth:
            place = {"slot": slot} if op.arity is None else {}
            yield np.asarray(op.rule(op.array_rules, slot)(y, *xs, **case.options, **place), float)
