"""A small sample of `python -m tests.planted`, checkers measured on planted errors; and whether it measures rightly.

What is called right there must be right by differences that know no rule, and what is called wrong must differ.
"""

import numpy as np
import pytest

from autograd.op import COMPOSITES, TABLE
from tests.planted.cases import FUNCTIONS, draw_cases, draw_cotangent, outputs_of
from tests.planted.checkers import OURS, ours
from tests.planted.faults import FAULTS, plant_all, span
from tests.planted.kinks import KINKS, Hull, draw_kinks
from tests.planted.measure import (
    COARSE,
    measure_kinks,
    measure_large,
    measure_oddities,
    measure_reverse_mode,
    measure_smooth,
)
from tests.planted.names import fitting_names

SEED = 7
OURS_ALONE = {OURS: ours}
CASES = draw_cases(SEED, 48)
FEW = 6  # of them, that are checked with every fault
SIXTH_ORDER = ((1, 3 / 4), (2, -3 / 20), (3, 1 / 60))  # weights of f(x + k h) - f(x - k h)


def silent(what, things):
    return iter(things)


@pytest.fixture(scope="module")
def smooth():
    return measure_smooth(OURS_ALONE, CASES[:FEW], SEED, silent)[OURS]


def differences(case, v, slot, place):
    """Return the derivative of <v, f> by one coordinate for some steps, from values of f alone."""
    base = outputs_of(case.f(*case.inputs))
    for part in (1e-2, 1e-3, 1e-5):  # the last where f has structure nearby
        h = part * (span(case.inputs[slot])[place] or 1.0)
        total = 0.0
        for k, weight in SIXTH_ORDER:
            for side in (k, -k):
                moved = [x.copy() for x in case.inputs]
                moved[slot][place] += side * h
                rise = sum(np.sum(a * (y - y0)) for a, y, y0
                           in zip(outputs_of(v), outputs_of(case.f(*moved)), base, strict=True))
                total += np.sign(side) * weight * rise / h
        yield total


def test_cases_cover_every_differentiable_row_and_composite() -> None:
    rows = {op.name for op in TABLE.values() if op.differentiable}
    assert rows - {"item"} | set(COMPOSITES) <= set(FUNCTIONS)
    assert len(FUNCTIONS) >= 150
    assert {case.function for case in draw_cases(SEED, len(FUNCTIONS))} == set(FUNCTIONS)


def test_cases_repeat_by_seed_and_are_small() -> None:
    for one, two in zip(draw_cases(SEED, 20), CASES, strict=False):
        assert str(one) == str(two)
        assert all(np.array_equal(x, y) for x, y in zip(one.inputs, two.inputs, strict=True))
    assert all(x.size <= 60 for case in draw_cases(SEED) for x in case.inputs)


def test_right_vjps_agree_with_differences_of_values() -> None:
    for case in CASES:
        y = case.f(*case.inputs)
        v = draw_cotangent(y, np.random.default_rng(0))
        size = sum(np.sum(np.abs(a * b)) for a, b in zip(outputs_of(v), outputs_of(y), strict=True))
        for slot, (g, x) in enumerate(zip(case.vjp(v, *case.inputs), case.inputs, strict=True)):
            slack = 1e-7 * np.max(np.abs(g * span(x)), initial=0.0) + 1e-9 * size
            for place in np.ndindex(x.shape):
                off = min(abs(d - g[place]) for d in differences(case, v, slot, place))
                assert off * span(x)[place] <= slack, f"{case}: input {slot} at {place}"


def test_every_fault_is_planted_and_differs_from_the_right_vjp() -> None:
    found = [one for case in CASES for one in plant_all(case, SEED)]
    assert {one.fault.name for one in found} == {fault.name for fault in FAULTS}
    for one in found:
        y = one.case.f(*one.case.inputs)
        cotangents = [draw_cotangent(y, np.random.default_rng(seed)) for seed in (1, 2, 3)]
        assert any(not np.allclose(w, g, rtol=1e-9, atol=0) for v in cotangents for w, g
                   in zip(one.vjp(v, *one.case.inputs), one.case.vjp(v, *one.case.inputs), strict=True))


def test_a_stale_square_may_be_called_a_factor_but_not_a_sign() -> None:
    case = next(case for case in draw_cases(SEED) if case.function == "square" and case.inputs[0].size > 1)
    planted = plant_all(case, SEED)
    names = {one.fault.name: names for one, names in zip(planted, fitting_names(planted), strict=True)}
    assert names["saved value stale by 0.1 %"] == {"stale", "factor"}
    assert names["sign of one input"] == {"sign"}


def test_there_are_kinks_of_each_sort_and_our_convention_is_a_subgradient_of_all() -> None:
    assert len(KINKS) >= 43
    hulls = {}
    for one in draw_kinks(SEED, KINKS[::8]):
        if one.case not in hulls:
            hulls[one.case] = Hull(one.case, np.random.default_rng(1))
        excess = hulls[one.case].excess(one.vjp)
        assert excess > 0.01 if not one.right else excess < 0.05, f"{one.case}, {one.name}: {excess}"


def test_planted_errors_are_caught_without_false_alarms(smooth) -> None:
    assert smooth.alarms == 0, smooth.complaints
    assert smooth.caught >= 0.995 * smooth.wrong, smooth.complaints


def test_mistakes_are_named_rightly(smooth) -> None:
    assert sum(smooth.named.values()) >= 0.8 * smooth.wrong, smooth.misnamed


def test_our_reverse_mode_passes() -> None:
    tally = measure_reverse_mode(CASES, SEED, silent)
    assert tally.alarms == 0, tally.complaints


def test_subgradients_at_kinks_are_told_apart() -> None:
    tally = measure_kinks(OURS_ALONE, draw_kinks(SEED, KINKS[::9]), SEED, silent)[OURS]
    assert tally.alarms <= 0.05 * tally.right, tally.complaints
    assert tally.caught >= 0.95 * tally.wrong, tally.complaints


@pytest.mark.parametrize("name", ["relu(x) - relu(y)", "abs(x) - abs(y)", "maximum less minimum"])
def test_verdict_at_a_difference_of_kinks_does_not_hang_on_the_draw(name: str) -> None:
    (row,) = [row for row in KINKS if row[0] == name]
    for one in draw_kinks(SEED, [row]):
        if one.right:
            words = [ours(one.case.f, one.case.inputs, one.vjp, seed).word for seed in range(8)]
            assert set(words) == {"kink"}, f"{one.name}: {words}"


def test_coarse_errors_are_caught_in_float32() -> None:
    cases = [case.in_single_precision() for case in CASES[FEW : FEW + 3]]
    tally = measure_smooth(OURS_ALONE, cases, SEED, silent, COARSE)[OURS]
    assert tally.alarms == 0, tally.complaints
    assert tally.caught >= 0.9 * tally.wrong, tally.complaints


def test_oddities_have_their_own_words() -> None:
    assert [f"{name}: {word}" for name, words, word in measure_oddities(SEED) if word not in words] == []


def test_many_inputs_cost_few_evaluations() -> None:
    right, wrong = measure_large(100_000, SEED)
    assert right.answer == right.expected
    assert right.evaluations <= 40
    assert wrong.answer == wrong.expected
    assert wrong.evaluations <= 200
