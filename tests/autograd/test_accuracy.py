"""Accuracy of the elementwise rows against mpmath: value and derivatives, floats and arrays, over all exponents.

The bound is that of CONVENTIONS: an error of at most k (ulp(f) + sum |df/dx| ulp(x)), with the k of the row's `ulps`.
The second term is what the last place of the inputs is worth, found by moving each input by one ulp. Points at which
the true number overflows are left out, and kinks, which are the matter of `test_conventions.py`.
"""

import inspect
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from autograd.op import REAL, TABLE, Op
from tests.autograd.exact_functions import DIGITS, EXACT

HUGE, TINY = np.finfo(np.float64).max, np.finfo(np.float64).tiny
FORMS = ("array", "scalar")


def lost(factor: float) -> float:
    """Return the bound on k, which is none where a factor of the result is subnormal or overflows."""
    return 0.0 if 2 * TINY < factor < HUGE / 2 else math.inf


# Where a row's `accuracy` says that the partial of one input is worse: the bound on k there, else 0.
WORSE: dict[tuple[str, int], Callable[..., float]] = {
    ("pow", 0): lambda z, x, y: lost(z / x) if lost(z / x) else 2 + abs(math.log(x)) if abs(y) < 0.125 else 0.0,
    ("pow", 1): lambda z, x, y: lost(z),
    ("ndtr_density", 0): lambda y, x: 20.0 if abs(x) > 37.5 else 0.0,
    ("gelu", 0): lambda y, x: 20.0 if x < -37.5 else 0.0,
}


# The points

def draw(rng: np.random.Generator, interval: tuple[float, float], n: int) -> Any:
    """Draw numbers of ordinary size, from the tails of exponentials, of all exponents, and close to 0, 1 and ends."""
    signs, small = rng.choice([-1.0, 1.0], n), 2.0 ** rng.uniform(-60, 0, n)
    ends = [1.0, *[end for end in interval if math.isfinite(end)]]
    pools = [rng.uniform(-8, 8, n), rng.uniform(-800, 800, n), signs * 2.0 ** rng.uniform(-1070, 1020, n),
             signs * 2.0 ** rng.uniform(-60, 60, n), signs * small, *[end + signs * small for end in ends],
             rng.uniform(*(end if math.isfinite(end) else math.copysign(2, end) for end in interval), n)]
    x = np.choose(rng.integers(len(pools), size=n), pools)
    low, high = interval
    return x[(low < x) & (x < high)]


def points(op: Op, options: Mapping[str, Any], arity: int, n: int = 260) -> list[tuple[float, ...]]:
    """Return tuples of inputs in the domain and off the kinks; a quarter have inputs of like size."""
    rng = np.random.default_rng(sum(map(ord, op.name)))
    intervals = [*op.domain, *[REAL] * arity][:arity]
    xs = [draw(rng, interval, 3 * n)[: n + n // 3] for interval in intervals]
    for slot in range(arity):
        if op.arity is not None and op.rules[slot] is None:
            xs[slot] = rng.integers(2, size=n + n // 3).astype(float)
    m = min(map(len, xs))
    xs = [x[:m] for x in xs]
    if arity == 2:
        like = xs[0][: m // 4] * (1 + rng.choice([-1, 1], m // 4) * 2.0 ** rng.uniform(-52, 1, m // 4))
        low, high = intervals[1]
        xs[1][: m // 4] = np.where((low < like) & (like < high), like, xs[1][: m // 4])
    if op.kink is not None:
        wanted = inspect.signature(op.kink).parameters if not isinstance(op.kink, np.ufunc) else ()
        with np.errstate(all="ignore"):
            distance = op.kink(*xs, **{name: value for name, value in options.items() if name in wanted})
        xs = [x[distance != 0] for x in xs]
    return list(zip(*map(np.ndarray.tolist, xs), strict=True))


@cache
def case(name: str, choice: int) -> tuple[Any, ...]:
    """Return a row, its options, its points and the exact values there."""
    op = TABLE[name]
    options = {**op.options, **op.choices[choice]}
    exact = EXACT[name]
    found = [(xs, exact_at(exact[0], xs, options)) for xs in points(op, options, len(exact) - 1)]
    kept = [(xs, y) for xs, y in found if y is not None]
    assert len(kept) > 80, f"{name}: only {len(kept)} points"
    return op, options, [xs for xs, _ in kept], [y for _, y in kept]


def exact_at(function: Any, xs: tuple[float, ...], options: Mapping[str, Any]) -> Any:
    """Return the exact number, None where no double holds it."""
    with mp.workdps(DIGITS):
        y = function(*map(mp.mpf, xs), **options)
        return y if abs(y) <= HUGE else None


def units(result: float, function: Any, exact: Any, xs: tuple[float, ...], options: Mapping[str, Any]) -> float:
    """Return the error of a result in units of ulp(f) + sum |df/dx| ulp(x)."""
    if not math.isfinite(result):
        return math.inf
    with mp.workdps(DIGITS):
        error, unit = abs(mp.mpf(result) - exact), mp.mpf(math.ulp(float(exact)))
        if error <= unit:
            return float(error / unit)
        for slot, x in enumerate(xs):
            moved = list(xs)
            moved[slot] = math.nextafter(x, 0.0)
            there = exact_at(function, tuple(moved), options)
            unit += mp.inf if there is None else abs(there - exact) * (math.ulp(x) / abs(x - moved[slot]) if x else 1)
        return float(error / unit)


# What is measured

def values(op: Op, options: Mapping[str, Any], xs: list[tuple[float, ...]], form: str) -> list[float]:
    """Return the values of a row at points, as arrays or as floats have them."""
    if form == "scalar":
        return [op.on_floats(*x, **options) for x in xs]
    with np.errstate(all="raise", under="ignore"):
        y = op.array(*map(np.array, zip(*xs, strict=True)), **options)
    assert y.dtype == np.float64
    return y.tolist()


def partials(op: Op, options: Mapping[str, Any], slot: int, xs: list[tuple[float, ...]], form: str) -> list[float]:
    """Return the partial of one input at points, as arrays or as floats have it."""
    y = values(op, options, xs, form)
    if form == "scalar":
        return [float(op.weight(slot, z, x, options)) for z, x in zip(y, xs, strict=True)]
    place = {"slot": slot} if op.arity is None else {}
    with np.errstate(all="raise", under="ignore"):
        found = op.rule(op.array_rules, slot)(np.array(y), *map(np.array, zip(*xs, strict=True)), **options, **place)
    return np.broadcast_to(np.asarray(found, float), len(xs)).tolist()


def errors_of_value(name: str, choice: int, form: str) -> list[tuple[float, tuple[float, ...], float]]:
    """Return for each point the error in units, the point and the bound."""
    op, options, xs, exact = case(name, choice)
    return [(units(y, EXACT[name][0], t, x, options), x, op.ulps[0])
            for y, t, x in zip(values(op, options, xs, form), exact, xs, strict=True)]


def errors_of_partial(name: str, choice: int, slot: int, form: str) -> list[tuple[float, tuple[float, ...], float]]:
    """Return for each point the error of one partial in units, the point and the bound."""
    op, options, xs, exact_values = case(name, choice)
    function, worse = EXACT[name][slot + 1], WORSE.get((name, slot), lambda *_: 0.0)
    exact = [exact_at(function, x, options) for x in xs]
    bounds = [max(op.ulps[1], worse(float(y), *x)) for x, y in zip(xs, exact_values, strict=True)]
    kept = [row for row in zip(exact, xs, bounds, strict=True) if row[0] is not None and row[2] < math.inf]
    found = partials(op, options, slot, [x for _, x, _ in kept], form)
    return [(units(p, function, y, x, options), x, bound) for p, (y, x, bound) in zip(found, kept, strict=True)]


def cases() -> list[tuple[str, int]]:
    return [(name, choice) for name, op in TABLE.items() if op.elementwise and op.differentiable and name in EXACT
            for choice in range(len(op.choices))]


def cases_of_partials() -> list[tuple[str, int, int]]:
    return [(name, choice, slot) for name, choice in cases()
            for slot, partial in enumerate(EXACT[name][1:]) if partial is not None]


# The tests

def test_every_elementwise_row_has_an_exact_function() -> None:
    rows = {name for name, op in TABLE.items() if op.elementwise and op.differentiable}
    assert rows <= EXACT.keys()


def test_every_exception_is_stated_in_its_row() -> None:
    stated = {op.name for op in TABLE.values() if op.elementwise and op.accuracy}
    assert stated == {name for name, _ in WORSE} | {op.name for op in TABLE.values() if max(op.ulps) > 4}


@pytest.mark.parametrize(("name", "choice", "slot"), cases_of_partials())
def test_exact_derivative_is_that_of_the_exact_function(name: str, choice: int, slot: int) -> None:
    """Test the tester by central differences of 60 digits at points of ordinary size."""
    op, options, xs, _ = case(name, choice)
    ends = {0.0, *[end for interval in op.domain for end in interval]}
    ordinary = [x for x in xs if op.rules[0] is None
                or all(abs(t - end) > 0.05 and abs(t) < 6 for t in x for end in ends)]
    assert ordinary
    for x in ordinary[:3]:
        with mp.workdps(DIGITS):
            h, exact = mp.mpf(10) ** -20, list(map(mp.mpf, x))
            ahead, behind = ([t + sign * h * (i == slot) for i, t in enumerate(exact)] for sign in (1, -1))
            difference = (EXACT[name][0](*ahead, **options) - EXACT[name][0](*behind, **options)) / (2 * h)
            stated = EXACT[name][slot + 1](*exact, **options)
            assert abs(stated - difference) < mp.mpf(10) ** -30 * (1 + abs(difference))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "choice"), cases())
def test_value_is_accurate(name: str, choice: int, form: str) -> None:
    wrong = [(k, x) for k, x, bound in errors_of_value(name, choice, form) if k > bound]
    assert not wrong, max(wrong)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "choice", "slot"), cases_of_partials())
def test_partial_is_accurate(name: str, choice: int, slot: int, form: str) -> None:
    wrong = [(k, x) for k, x, bound in errors_of_partial(name, choice, slot, form) if k > bound]
    assert not wrong, max(wrong)


@pytest.mark.parametrize(("name", "choice"), cases())
def test_scalar_form_is_the_array_form_within_4_ulp_in_the_mean(name: str, choice: int) -> None:
    op, options, xs, _ = case(name, choice)
    forms = [values(op, options, xs, form) for form in FORMS]
    apart = [units(b, EXACT[name][0], mp.mpf(a), x, options) for a, b, x in zip(*forms, xs, strict=True)]
    assert np.mean(apart) <= 4


@pytest.mark.parametrize(("name", "choice"), cases())
def test_float32_stays_float32(name: str, choice: int) -> None:
    op = TABLE[name]
    xs = np.full((len(EXACT[name]) - 1, 3), 1.5 if name == "arccosh" else 0.5, np.float32)
    assert op.array(*xs, **{**op.options, **op.choices[choice]}).dtype == np.float32


def test_a_rule_without_digits_in_the_tail_is_noticed() -> None:
    xs = (20.0,)
    plain = 1 - math.tanh(20.0) ** 2
    assert units(plain, EXACT["tanh"][1], exact_at(EXACT["tanh"][1], xs, {}), xs, {}) > 100
