"""Tests of the numeric kernels against mpmath, over all exponents and in the tails."""

import math
from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from autograd.ops import error_function, kernels

mp.mp.dps = 40
SQRT2, SQRT_PI = mp.sqrt(2), mp.sqrt(mp.pi)
CUBIC = mp.mpf("0.044715")
UNARY = [name for name in kernels.__all__ if not name.endswith("_scalar") and name != "xlogy"]


def normal(x: Any) -> Any:
    return mp.erfc(-x / SQRT2) / 2 if x > -1000 else mp.mpf(0)


def density(x: Any) -> Any:
    return mp.exp(-x * x / 2) / (SQRT2 * SQRT_PI)


def logistic(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x)) if x > 0 else mp.exp(x) / (1 + mp.exp(x))


def scaled_erfc(x: Any) -> Any:
    if x > 1e6:
        return (1 - 1 / (2 * x * x) + 3 / (4 * x**4)) / (x * SQRT_PI)
    return mp.exp(x * x) * mp.erfc(x) if x > -30 else mp.inf


def softplus(x: Any) -> Any:
    return max(x, 0) + mp.log1p(mp.exp(-abs(x)))


def twice_tanh_argument(x: Any) -> Any:
    return 2 * SQRT2 / SQRT_PI * (x + CUBIC * x**3)


def gelu_tanh_slope(x: Any) -> Any:
    z = twice_tanh_argument(x)
    return logistic(z) + x * logistic(z) * logistic(-z) * 2 * SQRT2 / SQRT_PI * (1 + 3 * CUBIC * x * x)


def mish_factor(x: Any) -> Any:
    m = mp.exp(-abs(x))
    return m * (m + 2) / (m * (m + 2) + 2) if x < 0 else (1 + 2 * m) / (1 + 2 * m + 2 * m * m)


def sech2(x: Any) -> Any:
    return mp.sech(x) ** 2 if abs(x) < 1000 else mp.mpf(0)


# Per kernel: the bound on k its docstring states, the exact function, its derivative.
EXACT: dict[str, tuple[float, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "erf": (1, mp.erf, lambda x: 2 / SQRT_PI * mp.exp(-x * x)),
    "erfc": (2, lambda x: mp.erfc(x) if x < 1000 else mp.mpf(0), lambda x: -2 / SQRT_PI * mp.exp(-x * x)),
    "gelu_exact": (3, lambda x: x * normal(x), lambda x: normal(x) + x * density(x)),
    "gelu_tanh": (3, lambda x: x * logistic(twice_tanh_argument(x)), gelu_tanh_slope),
    "log_sigmoid": (2, lambda x: -softplus(-x), lambda x: logistic(-x)),
    "mish": (3, lambda x: x * mish_factor(x), lambda x: mish_factor(x) + x * (1 - mish_factor(x) ** 2) * logistic(x)),
    "ndtr": (2, normal, density),
    "ndtr_density": (2, density, lambda x: -x * density(x)),
    "sech2": (4, sech2, lambda x: -2 * sech2(x) * mp.tanh(x)),
    "sigmoid": (2, logistic, lambda x: logistic(x) * logistic(-x)),
    "silu": (3, lambda x: x * logistic(x), lambda x: logistic(x) + x * logistic(x) * logistic(-x)),
    "softplus": (2, softplus, logistic),
}


def sample(seed: int) -> np.ndarray:
    """Points of all exponents, of the working range, of the tails, and where one approximation ends."""
    rng = np.random.default_rng(seed)
    seams = np.array([0.5, 0.7, 1.0, math.sqrt(2.0), 6.0, 13.0, 26.63, 27.2, 37.0, 38.5, 40.0, 700.0, 708.4, 745.0])
    seams = np.concatenate([seams, np.nextafter(seams, 0.0), np.nextafter(seams, np.inf)])
    return np.concatenate(
        [
            rng.uniform(-1, 1, 400) * np.exp2(rng.integers(-1074, 1024, 400).astype(float)),
            np.exp2(rng.uniform(-60, 10, 400)) * rng.choice([-1.0, 1.0], 400),
            rng.uniform(-3, 3, 800),
            rng.uniform(-40, 40, 800),
            rng.uniform(20, 28, 50),
            rng.uniform(-39, -36, 50),
            rng.uniform(-24, -18, 50),
            rng.uniform(-755, -690, 50),
            seams,
            -seams,
        ]
    )


def scalar_twin(name: str) -> Callable[..., float]:
    """Return what the row has for floats: a kernel, or for erf and erfc Python's own."""
    twin: Callable[..., float] = getattr(kernels, name + "_scalar", None) or getattr(math, name)
    return twin


def unit(exact: Any, slope: Any, x: float) -> Any:
    """The error that k counts: ulp(f) + |f'| ulp(x)."""
    return mp.mpf(float(np.spacing(abs(float(exact))))) + abs(slope) * mp.mpf(float(np.spacing(abs(x))))


@pytest.mark.parametrize("name", UNARY)
def test_accuracy_of_array_and_scalar_form(name: str) -> None:
    limit, function, derivative = EXACT[name]
    points = sample(seed=7)
    with np.errstate(all="raise", under="ignore"):
        values = getattr(kernels, name)(points)
    for x, value in zip(points.tolist(), values.tolist(), strict=True):
        exact, twin = function(mp.mpf(x)), scalar_twin(name)(x)
        if exact > mp.mpf(np.finfo(np.float64).max):
            assert value == twin == math.inf, x
            continue
        one = unit(exact, derivative(mp.mpf(x)), x)
        assert abs(mp.mpf(value) - exact) <= limit * one, (x, value, exact)
        assert abs(mp.mpf(twin) - exact) <= limit * one, (x, twin, exact)
        assert abs(mp.mpf(twin) - mp.mpf(value)) <= 4 * one, (x, twin, value)


@pytest.mark.parametrize(("name", "limit"), [("erf", 2), ("erfc", 4)])
def test_erf_and_erfc_in_plain_ulps(name: str, limit: int) -> None:
    for x in sample(seed=11).tolist():
        exact = EXACT[name][1](mp.mpf(x))
        value = float(getattr(kernels, name)(np.array(x)))
        assert abs(mp.mpf(value) - exact) <= limit * mp.mpf(float(np.spacing(abs(float(exact))))), x


@pytest.mark.parametrize("name", ["erf", "erfc"])
def test_erf_and_erfc_agree_with_math(name: str) -> None:
    points = np.random.default_rng(3).uniform(-30, 30, 50_000)
    expected = np.array([getattr(math, name)(x) for x in points.tolist()])
    assert np.all(np.abs(getattr(kernels, name)(points) - expected) <= 6 * np.spacing(np.abs(expected)))


LIMITS = {  # at -inf, 0 and inf
    "erf": (-1.0, 0.0, 1.0),
    "erfc": (2.0, 1.0, 0.0),
    "gelu_exact": (-0.0, 0.0, math.inf),
    "gelu_tanh": (-0.0, 0.0, math.inf),
    "log_sigmoid": (-math.inf, -math.log(2.0), 0.0),
    "mish": (-0.0, 0.0, math.inf),
    "ndtr": (0.0, 0.5, 1.0),
    "ndtr_density": (0.0, 1 / math.sqrt(2 * math.pi), 0.0),
    "sech2": (0.0, 1.0, 0.0),
    "sigmoid": (0.0, 0.5, 1.0),
    "silu": (-0.0, 0.0, math.inf),
    "softplus": (0.0, math.log(2.0), math.inf),
}


@pytest.mark.parametrize("name", UNARY)
def test_limits_and_nan_without_warning(name: str) -> None:
    points = [-math.inf, 0.0, math.inf]
    with np.errstate(all="raise", under="ignore"):
        values = getattr(kernels, name)(np.array([*points, math.nan, -1.7e308, 1.7e308, -5e-324, 1000.0, -1000.0]))
    np.testing.assert_allclose(values[:3], LIMITS[name], rtol=3e-16, atol=0)
    assert math.isnan(values[3])
    assert math.isnan(scalar_twin(name)(math.nan))
    assert not np.isnan(values[4:]).any()
    np.testing.assert_allclose([scalar_twin(name)(x) for x in points], LIMITS[name], rtol=3e-16, atol=0)
    for x in (-1.7e308, 1.7e308, -5e-324, 1000.0, -1000.0):
        assert not math.isnan(scalar_twin(name)(x))


@pytest.mark.parametrize("name", UNARY)
def test_shape_type_and_layout(name: str) -> None:
    function = getattr(kernels, name)
    grid = np.linspace(-4, 4, 60).reshape(5, 12)
    expected = function(grid)
    for x, values in [(grid[::2, ::-3], expected[::2, ::-3]), (grid.T, expected.T), (grid[1, 2], expected[1, 2])]:
        np.testing.assert_array_equal(function(x), values)
    assert isinstance(function(np.array(0.5)), np.ndarray)
    assert function(np.array(0.5)).shape == ()
    assert function(np.empty((0, 3))).shape == (0, 3)
    assert function(np.array([1, 2])).dtype == np.float64
    untouched = grid.copy()
    function(grid)
    np.testing.assert_array_equal(grid, untouched)


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_floats_are_rounded_float64(name: str, dtype: type[np.floating[Any]]) -> None:
    tops = [float(np.finfo(dtype).max), float(np.finfo(dtype).min), math.inf, -math.inf, math.nan]
    x = np.concatenate([np.linspace(-110, 110, 2001), tops]).astype(dtype)
    with np.errstate(all="raise", under="ignore"):
        values = getattr(kernels, name)(x)
    assert values.dtype == dtype
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(values, getattr(kernels, name)(x.astype(np.float64)).astype(dtype))


@pytest.mark.parametrize("name", UNARY)
def test_blocks_join_seamlessly(name: str) -> None:
    x = np.random.default_rng(5).normal(size=2 * error_function._BLOCK + 3) * 3
    whole = getattr(kernels, name)(x)
    pieces = [getattr(kernels, name)(piece) for piece in np.array_split(x, 7)]
    # Not bit for bit: numpy's SIMD loops may treat the last elements of a block differently.
    np.testing.assert_allclose(whole, np.concatenate(pieces), rtol=2e-15, atol=0)


def test_coefficients_are_the_chebyshev_interpolants() -> None:
    def chebyshev_powers(function: Callable[[Any], Any], degree: int) -> list[Any]:
        angles = [mp.pi * (k + mp.mpf(1) / 2) / 41 for k in range(41)]
        values = [function(mp.cos(a)) for a in angles]
        powers, previous, current = [mp.mpf(0)] * (degree + 1), [mp.mpf(1)], [mp.mpf(0), mp.mpf(1)]
        for order in range(degree + 1):
            weight = 2 * sum(v * mp.cos(order * a) for v, a in zip(values, angles, strict=True)) / 41
            for i, c in enumerate(previous):
                powers[i] += (weight if order else weight / 2) * c
            doubled = [mp.mpf(0), *(2 * c for c in current)]
            for i, c in enumerate(previous):
                doubled[i] -= c
            previous, current = current, doubled
        return powers

    def inner(t: Any) -> Any:
        x = mp.sqrt((t + 1) / 2)
        return mp.erf(x) / x - 1

    def outer(t: Any) -> Any:
        x = (5 + 3 * t) / (1 - t)
        return x * scaled_erfc(x) - mp.mpf(1) / 2

    with mp.workdps(50):
        at_t = chebyshev_powers(inner, 11)
        in_z = [sum(c * mp.binomial(k, j) * 2**j * (-1) ** (k - j) for k, c in enumerate(at_t)) for j in range(12)]
        assert list(map(float, reversed(in_z))) == list(error_function._INNER)
        assert list(map(float, reversed(chebyshev_powers(outer, 20)))) == list(error_function._OUTER)


def test_xlogy_special_values_without_warning() -> None:
    inf, nan = math.inf, math.nan
    cases = [
        (0.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, inf, 0.0), (-0.0, 2.0, 0.0), (0.0, nan, nan), (nan, 1.0, nan),
        (1.0, 0.0, -inf), (-1.0, 0.0, inf), (1.0, -1.0, nan), (2.0, inf, inf), (inf, 0.5, -inf), (1.7e308, 1e9, inf),
        (nan, 0.0, nan), (1.0, -inf, nan), (3.0, 1.0, 0.0),
    ]  # fmt: skip
    x, y, expected = (np.array(column) for column in zip(*cases, strict=True))
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(kernels.xlogy(x, y), expected)
        assert kernels.xlogy(np.float32(2) * np.ones(3, np.float32), np.ones((2, 1), np.float32)).shape == (2, 3)
    assert kernels.xlogy(np.ones(2, np.float32), np.ones(2, np.float32)).dtype == np.float32
    assert kernels.xlogy(np.array(0.0), np.array(0.0)).shape == ()


def test_xlogy_accuracy() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=800)
    near_one = 1 + rng.normal(size=400) * np.exp2(rng.uniform(-50, -4, 400))
    y = np.concatenate([np.exp2(rng.uniform(-1070, 1020, 400)), near_one])
    with np.errstate(all="raise", under="ignore"):
        values = kernels.xlogy(x, y)
    for a, b, value in zip(x.tolist(), y.tolist(), values.tolist(), strict=True):
        exact, one = a * mp.log(b), unit(a * mp.log(b), mp.mpf(a) / b, b)
        assert abs(value - exact) <= 2 * one, (a, b)
