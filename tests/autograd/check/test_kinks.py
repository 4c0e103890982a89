"""Kinks: every subgradient is accepted, whatever convention picks it, and what is none is refused with the reason."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import ops
from autograd.check import gradcheck
from autograd.check.kinks import separation

ZEROS = np.zeros(4)
OWN: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "relu": (ops.relu, (0.0,)),
    "relu in many places": (ops.relu, (np.zeros((3, 4)),)),
    "sum of relu": (lambda x: ops.sum(ops.relu(x)), (ZEROS,)),
    "weighed relu": (lambda x: ops.sum(ops.relu(x) * np.array([1.0, -2.0, 3.0, -4.0])), (ZEROS,)),
    "abs": (lambda x: ops.sum(abs(x)), (ZEROS,)),
    "maximum": (ops.maximum, (1.0, 1.0)),
    "three-way maximum": (lambda x, y, z: ops.maximum(ops.maximum(x, y), z), (1.0, 1.0, 1.0)),
    "max of an array": (ops.max, (np.ones(6),)),
    "clip": (lambda x: ops.clip(x, -1.0, 1.0), (np.array([-1.0, 1.0, 0.5]),)),
    "norm": (ops.norm, (ZEROS,)),
    "hinge": (lambda x: ops.relu(1.0 - x), (1.0,)),
    "abs(x) - abs(y)": (lambda x, y: abs(x) - abs(y), (0.0, 0.0)),
    "kink off the axes": (lambda x, y: ops.minimum(abs(x), abs(y)), (0.0, 0.0)),
    "1,000 relus": (ops.relu, (np.zeros(1000),)),
}


@pytest.mark.parametrize("case", OWN)
def test_our_conventions_are_accepted(case: str) -> None:
    f, inputs = OWN[case]
    report = gradcheck(f, *inputs)
    assert report, report
    assert report.verdict == "kink"


def test_a_convention_that_contradicts_a_smooth_direction_is_told() -> None:
    report = gradcheck(lambda x, y: ops.relu(x) - ops.relu(y), 0.0, 0.0)
    assert report.verdict == "kink"
    assert report.reason.startswith("convention is not a subgradient along u = x - y: f is smooth with slope 1 along u")


def test_a_smooth_coordinate_of_a_kinked_function_may_be_excused_too() -> None:
    report = gradcheck(lambda x, y: ops.relu(x + y) - ops.relu(x - y), 0.0, 0.0)
    assert report.verdict == "kink"
    assert "not a subgradient along u" in report.reason


def largest(*xs: float) -> float:
    return float(max(xs))


def length(*xs: float) -> float:
    return float(np.linalg.norm(xs))


GIVEN = (
    (largest, (1.0, 1.0), (0.5, 0.5), True), (largest, (1.0, 1.0), (1.0, 0.0), True),
    (largest, (1.0, 1.0), (0.0, 0.0), False), (largest, (1.0, 1.0), (1.0, 1.0), False),
    (largest, (1.0, 1.0), (0.3, 0.8), False), (largest, (1.0, 1.0), (1.2, -0.2), False),
    (largest, (1.0,) * 3, (0.2, 0.3, 0.5), True), (largest, (1.0,) * 3, (0.5, 0.5, 0.5), False),
    (largest, (1.0,) * 3, (0.0, 0.0, 0.0), False), (largest, (1.0,) * 3, (0.0, 0.0, 1.0), True),
    (largest, (1.0, 1.0, 0.0), (0.5, 0.5, 0.0), True), (largest, (1.0, 1.0, 0.0), (0.5, 0.4, 0.1), False),
    (length, (0.0, 0.0), (0.6, 0.7), True), (length, (0.0, 0.0), (0.9, 0.9), False),
    (length, (0.0, 0.0, 0.0), (0.5, -0.5, 0.5), True), (length, (0.0, 0.0, 0.0), (0.7, -0.7, 0.7), False),
    (lambda x: max(2.0 * x, 3.0 * x), (0.0,), (2.5,), True), (lambda x: max(2.0 * x, 3.0 * x), (0.0,), (1.9,), False),
    (lambda x, y: max(2.0 * x, y), (1.0, 2.0), (1.0, 0.5), True),
    (lambda x, y: max(2.0 * x, y), (1.0, 2.0), (1.0, 0.9), False),
)


@pytest.mark.parametrize(("f", "inputs", "gradient", "right"), GIVEN)
def test_a_given_subgradient_is_accepted_and_what_is_none_refused(f: Any, inputs: Any, gradient: Any,
                                                                  right: bool) -> None:
    report = gradcheck(f, *inputs, grad=gradient if len(inputs) > 1 else gradient[0])
    assert report.verdict == ("kink" if right else "fail"), report


def test_the_direction_that_a_tie_contradicts_is_named() -> None:
    report = gradcheck(largest, 1.0, 1.0, grad=(0.0, 0.0))
    assert "no subgradient along u = " in report.reason
    assert "f is smooth with slope 1 along u, and <g, u> = 0" in report.reason


def test_each_output_is_judged_on_its_own() -> None:
    """With a cotangent of either sign a sum of right subgradients contradicts directions, and wrong ones may not."""
    def slopes(scale: float) -> Callable[..., Any]:
        return lambda v, x: (v * scale * (x >= 0),)
    x = np.array([0.0, 0.0, 1.0, -1.0, 0.0])
    assert gradcheck(lambda x: np.maximum(x, 0.0), x, vjp=slopes(1.0)).verdict == "kink"
    assert gradcheck(lambda x: np.maximum(x, 0.0), x, vjp=slopes(1.01)).verdict == "fail"


def test_an_error_beside_a_kink_is_found() -> None:
    def wrong(v: Any, x: Any) -> Any:
        g = v * (x > 0) + v[::-1] * 0.0
        g[3] *= 1.001
        return (g,)
    assert gradcheck(lambda x: np.maximum(x, 0.0), np.array([0.0, 0.0, -1.0, 2.0]), vjp=wrong).verdict == "fail"


@pytest.mark.parametrize("f", [ops.floor, ops.sign, ops.sqrt, ops.cbrt])
def test_jumps_and_vertical_tangents_are_singular(f: Any) -> None:
    report = gradcheck(f, 0.0)
    assert report.verdict == "singular"
    assert not report
    assert report.reason in ("f jumps here", "the tangent of f is vertical here")


def test_structure_between_the_steps_is_no_error() -> None:
    assert gradcheck(lambda x: x.relu(), np.array([1e-3, 1.0, -1e-4, 1e-6])).ok


def test_a_point_outside_a_hull_is_separated_from_it() -> None:
    rng = np.random.default_rng(0)
    corners = rng.normal(size=(30, 3))
    assert separation(corners.mean(axis=0), corners) is None
    u = separation(corners[0] * 10.0, corners)
    assert u is not None
    assert u @ corners[0] * 10.0 > np.max(corners @ u)
