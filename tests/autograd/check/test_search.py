"""Large inputs: few evaluations say whether a gradient is right, and bisection finds the coordinate that is not."""

from typing import Any

import numpy as np
import pytest

from autograd import ops
from autograd.check import gradcheck

N = 10**6
LARGE = np.linspace(0.5, 1.0, N)


def total(x: Any) -> float:
    return float(x @ x)


def test_a_million_inputs_cost_at_most_forty_evaluations() -> None:
    report = gradcheck(total, LARGE, grad=lambda x: 2.0 * x)
    assert report.verdict == "pass"
    assert report.evaluations <= 40


def test_one_wrong_coordinate_of_a_million_is_found_in_two_hundred() -> None:
    place, factor = 777_777, 2.0

    def gradient(x: Any) -> Any:
        g = 2.0 * x
        g[place] *= factor
        return g
    report = gradcheck(total, LARGE, grad=gradient)
    assert report.verdict == "fail"
    assert report.inputs[0].worst.place == (place,)
    assert report.evaluations <= 200


@pytest.mark.parametrize("place", [0, 1, 499, 998])
@pytest.mark.parametrize("error", [0.01, 1.0, np.nan])
def test_the_wrong_coordinate_is_found_wherever_it_is(place: int, error: float) -> None:
    def vjp(v: Any, x: Any, y: Any) -> Any:
        g = [v * np.cos(x) * y, v * np.sin(x)]
        g[place % 2].flat[place // 2] *= 1.0 + error
        return tuple(g)
    x, y = np.linspace(0.1, 1.0, 500).reshape(5, 100), np.linspace(1.0, 2.0, 500).reshape(5, 100)
    report = gradcheck(lambda x, y: np.sin(x) * y, x, y, vjp=vjp)
    assert report.verdict == "fail"
    found = report.inputs[place % 2]
    assert found.worst is not None
    assert np.ravel_multi_index(found.worst.place, (5, 100)) == place // 2
    assert found.analytic is None


def test_an_error_everywhere_is_found_too() -> None:
    report = gradcheck(lambda x: np.tanh(x), np.linspace(-1, 1, 300), vjp=lambda v, x: v * (1 - np.tanh(x)))
    assert report.verdict == "fail"
    assert report.inputs[0].worst.verdict == "fail"


def test_kinks_in_many_places_at_once_are_accepted() -> None:
    assert gradcheck(lambda x: ops.sum(ops.relu(x)), np.zeros(2000)).verdict == "kink"
    assert gradcheck(ops.relu, np.zeros(5000)).verdict == "kink"


def test_a_factor_is_refused_though_half_of_the_places_are_kinked() -> None:
    x = np.where(np.arange(2000) % 2, 0.0, np.linspace(0.5, 1.0, 2000))
    assert gradcheck(lambda x: np.maximum(x, 0.0), x, vjp=lambda v, x: v * (x > 0)).verdict == "kink"
    assert gradcheck(lambda x: np.maximum(x, 0.0), x, vjp=lambda v, x: 1.001 * v * (x > 0)).verdict == "fail"
