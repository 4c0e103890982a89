"""Differences of values: precise, and aware of how far they are off, for smooth functions and noisy ones."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from autograd.check import extrapolate, numeric_gradient
from autograd.check.differences import CENTRAL, ONE_SIDED, across_scales, bend, central, one_sided, tableau
from autograd.check.judge import Limits, judge
from autograd.check.noise import measured_noise
from autograd.errors import OperandError, ShapeError

X = np.array([[0.5, -1.5, 2.0], [3.0, 0.25, -0.125]])
SMOOTH = [(np.expm1, 1.0), (np.sin, 1.0), (np.tanh, 1.0), (np.log1p, 1.0), (lambda t: (2 + t) ** 7 - 128, 448.0),
          (lambda t: 3.0 * t, 3.0)]


@pytest.mark.parametrize(("f", "exact"), SMOOTH)
def test_extrapolated_differences_are_precise_and_know_it(f: Callable[[float], float], exact: float) -> None:
    estimate = extrapolate(f, 0.1, noise=1e-16)
    assert abs(estimate.value - exact) <= 10 * estimate.error
    assert estimate.error < 2e-13 * abs(exact)


@pytest.mark.parametrize(("f", "exact"), SMOOTH)
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_one_sided_differences_are_precise_and_know_it(f: Callable[[float], float], exact: float, side: float) -> None:
    estimate = tableau(one_sided(f, side), 0.02, ONE_SIDED, noise=1e-16)
    assert abs(estimate.value - exact) <= 10 * estimate.error
    assert estimate.error < 1e-7 * abs(exact)


def test_steps_that_leave_the_domain_are_halved() -> None:
    estimate = extrapolate(lambda t: math.log(0.01 + t) - math.log(0.01) if t > -0.01 else math.nan, 0.05)
    assert estimate.value == pytest.approx(100.0, rel=1e-10)


def test_a_jump_has_no_derivative() -> None:
    assert not extrapolate(lambda t: float(t > 0), 0.1).error < 1e-3


def test_the_smallest_scales_count_where_scales_disagree() -> None:
    def phi(t: float) -> float:
        return 2.0 * t if abs(t) < 1e-4 else 5.0 * t

    found = across_scales(central(phi), (1e-6, 1e-3, 1e-1), CENTRAL, noise=1e-16, conclusive=lambda e: e.error < 1e-3)
    assert found.value == pytest.approx(2.0)


def test_the_even_part_shrinks_with_the_step_unless_there_is_a_kink() -> None:
    assert abs(bend(np.expm1, 1e-4)) < 0.2 * abs(bend(np.expm1, 1e-3))
    assert bend(abs, 1e-4) == bend(abs, 1e-3) == 2.0


@pytest.mark.parametrize("sigma", [1e-12, 1e-7, 1e-3])
def test_noise_is_measured_within_a_factor_of_four(sigma: float) -> None:
    ratios = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        ratios.append(measured_noise(lambda t, rng=rng: math.exp(t) - 1 + sigma * rng.normal(), 1e-3 * sigma**0.25)
                      / sigma)
    assert 0.25 < np.median(ratios) < 4.0


def test_rounding_to_single_precision_is_measured() -> None:
    found = measured_noise(lambda t: float(np.float32(math.exp(1.3 + t))), 2.0**-17)
    assert 1e-9 < found < 1e-6


def test_noise_beside_a_kink_is_not_taken_for_more() -> None:
    assert measured_noise(abs, 1e-5) < 1e-15


LIMITS = Limits(size=1.0, largest=1.0, total=1.0, noise=2e-16)
LINES: dict[str, tuple[Callable[[float], float], float, str]] = {
    "right": (np.sin, 1.0, "pass"),
    "off by 1e-6": (np.sin, 1.0 + 1e-6, "fail"),
    "nan": (np.sin, math.nan, "fail"),
    "kink, within": (lambda t: max(t, 0.0), 0.3, "kink"),
    "kink, outside": (lambda t: max(t, 0.0), 1.1, "fail"),
    "concave kink, outside": (lambda t: min(t, 0.0), -0.1, "fail"),
    "kink beside the point": (lambda t: max(t - 1e-3, 0.0) + t, 1.0, "pass"),
    "kink very near": (lambda t: max(t - 1e-5, 0.0) + t, 1.0, "pass, structure nearby"),
    "fast oscillation": (lambda t: math.sin(1e6 * t) / 1e6, 1.0, "pass, structure nearby"),
    "jump": (lambda t: float(t > 0), 0.0, "singular"),
    "jump on both sides": (lambda t: float(t != 0), 0.0, "singular"),
    "vertical": (np.cbrt, math.inf, "singular"),
    "vertical on one side": (lambda t: math.sqrt(t) if t >= 0 else math.nan, math.inf, "singular"),
    "one side only": (lambda t: math.expm1(t) if t >= 0 else math.nan, 1.0, "pass, structure nearby"),
    "one side only, wrong": (lambda t: math.expm1(t) if t >= 0 else math.nan, 2.0, "fail"),
    "nowhere else": (lambda t: 0.0 if t == 0 else math.nan, 0.0, "inconclusive"),
}


@pytest.mark.parametrize("case", LINES)
def test_a_line_gets_the_verdict_of_its_shape(case: str) -> None:
    phi, slope, verdict = LINES[case]
    assert judge(phi, slope, LIMITS).verdict == verdict


def test_too_much_noise_is_ill_conditioned() -> None:
    rng = np.random.default_rng(0)
    limits = Limits(size=1.0, largest=1.0, total=1.0, noise=1e-3)
    assert judge(lambda t: t + 1e-3 * rng.normal(), 2.0, limits).verdict == "ill-conditioned"


def test_numeric_gradient_looks_like_its_argument() -> None:
    found = numeric_gradient(lambda p: (p["x"] * p["x"]).sum() * p["s"], {"x": X, "s": 2.0})
    np.testing.assert_allclose(found["x"], 4 * X, rtol=1e-10)
    assert type(found["s"]) is float
    assert found["s"] == pytest.approx((X * X).sum(), rel=1e-10)


def test_numeric_gradient_gives_the_mean_of_both_sides_at_a_kink() -> None:
    assert numeric_gradient(lambda x: abs(x), 0.0) == 0.0
    assert numeric_gradient(lambda x: x.relu(), 0.0) == 0.5


def test_numeric_gradient_says_what_it_cannot_do() -> None:
    with pytest.raises(OperandError, match="undefined at"):
        numeric_gradient(lambda x: x.log(), -1.0)
    with pytest.raises(OperandError, match="got str 'a'"):
        numeric_gradient(lambda x: x, "a")


@pytest.mark.parametrize("f", [lambda x: x * 2.0, lambda x: None, lambda x: (x.sum(), x.sum())])
def test_the_numeric_gradient_is_of_one_number(f) -> None:
    with pytest.raises(ShapeError, match="must return one number"):
        numeric_gradient(f, X)
