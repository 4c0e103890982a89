"""The checker, checked: it accepts right gradients and refuses wrong ones, and samples where rows want it to."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, ops
from autograd.check import check_gradients, extrapolate, numeric_gradient, sample_inputs
from autograd.errors import OperandError
from autograd.op import TABLE, elementwise, unregister

X = np.array([[0.5, -1.5, 2.0], [3.0, 0.25, -0.125]])


@pytest.mark.parametrize(("f", "exact"), [(np.exp, 1.0), (np.sin, 1.0), (np.tanh, 1.0), (np.log1p, 1.0),
                                          (lambda t: (2 + t) ** 7, 448.0), (lambda t: 3.0 * t, 3.0)])
def test_extrapolated_differences_are_precise_and_know_it(f: Callable[[float], float], exact: float) -> None:
    estimate = extrapolate(f, 0.1, noise=1e-16)
    assert abs(estimate.value - exact) <= 10 * estimate.error
    assert estimate.error < 2e-13 * abs(exact)


def test_steps_that_leave_the_domain_are_halved() -> None:
    estimate = extrapolate(lambda t: math.log(0.01 + t) if t > -0.01 else math.nan, 0.05)
    assert estimate.value == pytest.approx(100.0, rel=1e-10)


def test_a_jump_has_no_derivative() -> None:
    assert not extrapolate(lambda t: float(t > 0), 0.1).error < 1e-3


def test_numeric_gradient_looks_like_its_argument() -> None:
    found = numeric_gradient(lambda p: (p["x"] * p["x"]).sum() * p["s"], {"x": X, "s": 2.0})
    np.testing.assert_allclose(found["x"], 4 * X, rtol=1e-10)
    assert type(found["s"]) is float
    assert found["s"] == pytest.approx((X * X).sum(), rel=1e-10)


def test_numeric_gradient_gives_other_sides_at_a_kink() -> None:
    assert numeric_gradient(lambda x: abs(x), 0.0) == 0.0
    assert numeric_gradient(lambda x: x.relu(), 0.0) == 0.5


RIGHT = {
    "scalar": (lambda x, y: x.tanh() * y + x / y, (0.5, 2.0)),
    "array": (lambda x: (np.tanh(x) * x).sum(), (X,)),
    "vector output": (lambda x, w: np.exp(x @ w), (X, np.array([0.5, -0.25, 0.125]))),
    "tree": (lambda p: {"y": p["w"] * p["x"], "n": p["w"] ** 3}, ({"w": 2.0, "x": X},)),
    "near the edge of the domain": (lambda x: x.log() * x.sqrt(), (1e-6,)),
    "great and small": (lambda x: (x * x * x).sum(), (np.array([1e5, 1e-5, 1.0]),)),
    "unused": (lambda x, y: x * 2, (1.0, 3.0)),
    "float32": (lambda x: np.tanh(x @ x.T).sum(), (X.astype(np.float32),)),
    "captured": (lambda x: x * CAPTURED, (2.0,)),
    "nodes": (lambda x: (x * x).sum(), (Tensor(X, requires_grad=True),)),
}
CAPTURED = Value(3.0)


@pytest.mark.parametrize("case", RIGHT)
def test_right_gradients_pass(case: str) -> None:
    f, inputs = RIGHT[case]
    agreement = check_gradients(f, *inputs)
    assert agreement, agreement
    assert agreement.worst.excess < (1e-4 if case == "float32" else 1e-7)


def wrong(scale: Any) -> Callable[[Any], Any]:
    """A function whose gradient is off by a factor: part of it is detached."""
    return lambda x: ((x - x.detach()) * scale + x.detach()).exp().sum()


@pytest.mark.parametrize("scale", [1.001, 1 + 1e-5, 2.0, -1.0, 0.0, np.array([1.0, 1.0, 1.01])])
def test_wrong_gradients_fail(scale: Any) -> None:
    assert check_gradients(wrong(1.0), X)
    assert not check_gradients(wrong(scale), X)


def test_a_gradient_that_is_missing_fails_and_is_named() -> None:
    agreement = check_gradients(lambda weights, x: (weights["w"][0].detach() * x).sum(), {"w": [2.0]}, X)
    assert not agreement
    assert agreement.worst.path == "weights['w'][0]"
    assert agreement.worst.analytic == 0.0
    assert agreement.worst.numeric == pytest.approx(X.sum())
    assert str(agreement).startswith("gradients disagree; at worst weights['w'][0]: 0, central differences 4.125 ±")


def test_the_worst_element_is_named_by_its_index() -> None:
    factors = np.ones((2, 3))
    factors[1, 2] = 1.5
    assert check_gradients(wrong(factors), X).worst.path == "x[1, 2]"


def test_a_kink_is_no_agreement() -> None:
    assert not check_gradients(lambda x: x.relu(), 0.0)


def test_nothing_is_agreed_where_differences_know_nothing() -> None:
    def noisy(x: Any) -> Any:
        return x + (1e12 * x.detach()).sin()

    assert not check_gradients(noisy, 1.0)


def test_agreement_holds_both_gradients_like_the_inputs() -> None:
    agreement = check_gradients(lambda p: p["w"] * p["w"], {"w": 3.0})
    assert agreement.analytic == ({"w": 6.0},)
    assert agreement.numeric[0]["w"] == pytest.approx(6.0, rel=1e-10)


def test_gradients_of_leaves_are_left_alone() -> None:
    w = Value(2.0)
    check_gradients(lambda x: w * x, 3.0)
    assert w.grad == 0.0


def test_the_cotangent_follows_from_the_generator() -> None:
    generators = map(np.random.default_rng, (1, 1, 2))
    first, again, other = (check_gradients(np.exp, X, rng=rng).analytic[0] for rng in generators)
    assert (first == again).all()
    assert (first != other).all()


def test_what_cannot_be_checked_is_an_error() -> None:
    with pytest.raises(OperandError, match="nothing to differentiate by"):
        check_gradients(lambda: 1.0)
    with pytest.raises(OperandError, match="undefined at"):
        numeric_gradient(lambda x: x.log(), -1.0)
    with pytest.raises(OperandError, match="got str 'a'"):
        numeric_gradient(lambda x: x, "a")


@pytest.mark.parametrize("name", [name for name, op in TABLE.items() if op.elementwise and op.arity is not None])
def test_samples_lie_in_the_domain_and_off_the_kink(name: str) -> None:
    op = TABLE[name]
    options = {**op.options, **op.choices[0]}
    inputs = sample_inputs(op, np.random.default_rng(0), options=options)
    assert len(inputs) == op.arity
    for x, rule, (low, high) in zip(inputs, op.rules, op.domain, strict=False):
        assert rule is None or ((low < x) & (x < high)).all()
    y = op(*inputs, **options)
    assert y.shape == (3,)
    assert np.isfinite(y).all()


def test_inputs_without_a_rule_are_booleans() -> None:
    condition, x, y = sample_inputs(ops.where, np.random.default_rng(0), shapes=((4,), (2, 4), ()))
    assert condition.dtype == bool
    assert (x.shape, y.shape) == ((2, 4), ())


def test_samples_follow_from_the_generator_and_the_shapes_of_the_row() -> None:
    first, again = (sample_inputs(ops.matmul, np.random.default_rng(3)) for _ in range(2))
    assert [x.shape for x in first] == list(ops.matmul.shapes[0])
    assert all((a == b).all() for a, b in zip(first, again, strict=True))


def test_a_row_with_kinks_everywhere_cannot_be_sampled() -> None:
    rough = elementwise("rough", float, np.positive, 1, tex="{0}", doc="Rough.", kink=lambda x: 0 * x)
    try:
        with pytest.raises(OperandError, match=r"no inputs of shapes \(\(3,\),\) for rough away from its kinks"):
            sample_inputs(rough, np.random.default_rng(0))
    finally:
        unregister(rough)
