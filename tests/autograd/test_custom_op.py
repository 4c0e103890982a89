"""Ops of one's own: every order, Values and Tensors, and the probe that finds wrong rules."""

import copy
import gc
import math
import pickle
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, gradients, ops
from autograd.check import gradcheck
from autograd.custom_op import custom_op
from autograd.errors import DomainError, NotDifferentiableError, OperandError, RuleError, ShapeError
from autograd.op import TABLE
from autograd.transforms import derivative, grad, hessian, jacobian

X = np.array([0.5, -1.5, 2.0])


@custom_op(partials=(lambda y, x: 1 - y * y,))
def my_tanh(x):
    """Hyperbolic tangent, once more.

    With a second line.
    """
    return np.tanh(x)


@custom_op(partials=(lambda z, x, y: y, lambda z, x, y: x))
def product(x, y):
    return x * y


@custom_op(vjp=lambda g, c, a, b: (ops.outer(g, b), a.T @ g), shapes=(((2, 3), (3,)),))
def apply(a, b):
    return a @ b


def test_values_tensors_floats_and_arrays_take_it() -> None:
    assert my_tanh(0.5) == math.tanh(0.5)
    np.testing.assert_array_equal(my_tanh(X), np.tanh(X))
    v = Value(0.5)
    y = my_tanh(v)
    y.backward()
    assert isinstance(y, Value)
    assert type(y.data) is type(v.grad) is float
    assert v.grad == pytest.approx(1 - math.tanh(0.5) ** 2)
    t = Tensor(X, requires_grad=True)
    my_tanh(t).sum().backward()
    np.testing.assert_allclose(t.grad, 1 - np.tanh(X) ** 2)


def test_higher_derivatives_are_those_of_the_row_of_the_table() -> None:
    for order in range(5):
        mine, theirs = derivative(my_tanh, order=order)(0.3), derivative(ops.tanh, order=order)(0.3)
        assert mine == pytest.approx(theirs, rel=1e-12)
    np.testing.assert_allclose(hessian(lambda x: my_tanh(x).sum())(X), hessian(lambda x: np.tanh(x).sum())(X))


def test_it_is_described_but_not_in_the_table() -> None:
    assert my_tanh.name == "my_tanh"
    assert my_tanh.doc == "Hyperbolic tangent, once more."
    assert my_tanh.tex.format("x") == r"\operatorname{my\_tanh}(x)"
    assert "my_tanh" not in TABLE


def test_a_name_of_the_table_may_be_used_again() -> None:
    before = TABLE["tanh"]
    mine = custom_op(np.tanh, partials=lambda y, x: 1 - y * y)
    assert mine.name == "tanh"
    assert TABLE["tanh"] is before is not mine


def test_inputs_are_broadcast() -> None:
    x, y = Tensor(np.ones((2, 3)), requires_grad=True), Tensor(X, requires_grad=True)
    product(x, y).sum().backward()
    np.testing.assert_array_equal(x.grad, [X, X])
    np.testing.assert_array_equal(y.grad, [2.0, 2.0, 2.0])
    assert grad(product, (0, 1))(2.0, 3.0) == (3.0, 2.0)


def test_a_vjp_may_return_all_cotangents() -> None:
    a, b = np.arange(6.0).reshape(2, 3), X
    np.testing.assert_array_equal(jacobian(apply, 1)(a, b), a)
    assert gradcheck(apply, a, b)
    assert gradcheck(lambda a, b: grad(lambda b: (apply(a, b) * apply(a, b)).sum())(b), a, b)


def test_a_vjp_may_be_one_for_each_input() -> None:
    scaled = custom_op(lambda a, b: a * b.sum(), name="scaled",
                       vjp=(lambda g, y, a, b: g * b.sum(), lambda g, y, a, b: (g * a).sum() * np.ones(b.shape)))
    assert gradcheck(scaled, X, X + 1)


def test_an_input_may_have_no_derivative() -> None:
    chosen = custom_op(lambda mask, x: np.where(mask, x, -x), name="chosen",
                       partials=(None, lambda y, mask, x: ops.where(mask, 1.0, -1.0)))
    np.testing.assert_array_equal(grad(lambda x: chosen(X > 0, x).sum())(X), [1.0, -1.0, 1.0])


def test_a_constant_partial_and_a_mask_are_rules_too() -> None:
    shifted = custom_op(lambda x: x + 5, partials=1, name="shifted")
    ramp = custom_op(lambda x: np.maximum(x, 0), partials=lambda y, x: x > 0, kink=lambda x: x, name="ramp")
    assert grad(shifted)(2.0) == 1.0
    assert [grad(ramp)(x) for x in (-1.0, 2.0)] == [0.0, 1.0]
    np.testing.assert_array_equal(grad(lambda x: ramp(x).sum())(X), X > 0)


def test_options_reach_the_rules() -> None:
    @custom_op(partials=(lambda y, x, power: power * x ** (power - 1),), choices=({}, {"power": 3}))
    def powered(x, power=2):
        return x**power

    assert grad(powered)(3.0) == 6.0
    assert grad(powered)(3.0, power=3) == 27.0
    assert derivative(lambda x: powered(x, 4), order=2)(2.0) == 48.0


def test_rules_may_be_closures() -> None:
    def scaled_sine(scale: float) -> Any:
        return custom_op(lambda x: np.sin(scale * x), partials=lambda y, x: scale * np.cos(scale * x), name="sine")

    assert derivative(scaled_sine(3.0), order=2)(0.5) == pytest.approx(-9 * math.sin(1.5))


def test_functions_of_math_take_floats_and_give_first_derivatives() -> None:
    sine = custom_op(lambda x: math.sin(x), partials=lambda y, x: math.cos(x), name="sine")
    assert grad(sine)(0.5) == math.cos(0.5)
    with pytest.raises(NotDifferentiableError, match="custom op sine: the rule of input 0 gives first derivatives on"):
        derivative(sine, order=2)(0.5)


def test_a_scalar_form_of_its_own_is_used_for_floats() -> None:
    calls = []

    def scalar(x: float) -> float:
        calls.append(x)
        return x * x

    square = custom_op(lambda x: x * x, partials=lambda y, x: 2 * x, scalar=scalar, name="square")
    calls.clear()
    assert square(Value(3.0)).data == 9.0
    assert calls == [3.0]


def test_an_undefined_value_is_an_error_and_an_infinite_derivative_is_none() -> None:
    root = custom_op(np.sqrt, partials=lambda y, x: 0.5 / y, domain=((0.0, np.inf),))
    with np.errstate(all="raise"):
        with pytest.raises(DomainError, match=r"sqrt\(-1.0\) is undefined"):
            root(Value(-1.0))
        assert grad(root)(0.0) == np.inf


def test_copies_and_pickles_are_the_op_itself() -> None:
    assert copy.deepcopy(my_tanh) is my_tanh
    assert copy.copy([my_tanh])[0] is my_tanh
    assert my_tanh.__reduce__() == "my_tanh"
    assert pickle.loads(pickle.dumps(ops.tanh)) is ops.tanh


WRONG: dict[str, tuple[Callable[..., Any], dict[str, Any], str]] = {
    "sign": (np.sin, {"partials": lambda y, x: -np.cos(x)},
             r"custom op sin: the partial of input 0 is wrong at x\[\d\]: .* central differences .* the wrong sign"),
    "a thousandth": (np.sin, {"partials": lambda y, x: 1.001 * np.cos(x)}, "has 1.001 times the right size"),
    "second input": (lambda x, y: x * y, {"partials": (lambda z, x, y: y, lambda z, x, y: y)}, "partial of input 1"),
    "swapped": (lambda a, b: a @ b, {"vjp": lambda g, c, a, b: (a.T @ g, g @ b.T), "shapes": (((3, 3), (3, 3)),)},
                "the vjp of input 0 is wrong"),
    "transposed": (lambda a, b: a @ b, {"vjp": lambda g, c, a, b: (g @ b, a.T @ g), "shapes": (((3, 3), (3, 3)),)},
                   "the vjp of input 0 is wrong"),
    "missing sum": (lambda a, b: a + b, {"vjp": lambda g, c, a, b: (g, g), "shapes": (((2, 3), (3,)),)},
                    r"the vjp of input 1 gives shape \(2, 3\) for an input of shape \(3,\)"),
    "cotangent ignored": (lambda x: np.sin(x), {"vjp": lambda g, y, x: np.cos(x)}, "the vjp of input 0 is wrong"),
    "not elementwise": (lambda x: np.sum(x), {"partials": lambda y, x: 1.0}, r"give shape \(\), so .* not elementwise"),
    "not a tuple": (lambda x, y: x + y, {"vjp": lambda g, z, x, y: g}, "must return a tuple of 2 cotangents"),
    "outside the domain": (np.arccosh, {"partials": lambda y, x: 1 / np.sinh(y)},
                           r"not finite at .*domain=\(\(0, inf\)"),
    "no shape fits": (lambda x: x.reshape(2, 5), {"vjp": lambda g, y, x: g.reshape(10)},
                      r"does not take inputs of shapes .*give shapes="),
}


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_rule_is_found_as_the_op_is_declared(case: str) -> None:
    forward, rules, message = WRONG[case]
    with pytest.raises(RuleError, match=message):
        custom_op(forward, **rules)


def test_a_vjp_that_is_not_linear_is_found() -> None:
    limits = []

    def bent(g: Any, y: Any, x: Any) -> Any:
        """Return what is right for cotangents of the size of the first."""
        limits.append(np.max(np.abs(g)))
        return np.where(np.abs(g) <= limits[0], 2 * g, 0 * g)

    with pytest.raises(RuleError, match="not linear in the cotangent"):
        custom_op(lambda x: x * 2.0, name="bent", vjp=bent)


def test_a_rule_that_hides_a_dependence_is_found_by_its_derivative() -> None:
    seen = {}

    def forward(x: Any) -> Any:
        seen["cos"] = np.cos(x.data if isinstance(x, (Value, Tensor)) else x)
        return np.sin(x)

    with pytest.raises(RuleError, match="differentiated again it is wrong"):
        custom_op(forward, partials=lambda y, x: seen["cos"], name="stale")


def test_the_check_can_be_left_out() -> None:
    wrong = custom_op(np.sin, partials=lambda y, x: 7.0 + 0 * x, check=False)
    assert grad(wrong)(0.0) == 7.0
    broken = custom_op(lambda x: x + 1, vjp=lambda g, y, x: g.sum(), check=False)
    with pytest.raises(RuleError, match="gives shape"):
        grad(lambda x: broken(x).sum())(X)


MISUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "no rule": (lambda: custom_op(np.sin), "either partials .* or vjp"),
    "both": (lambda: custom_op(np.sin, partials=1, vjp=1), "either partials .* or vjp"),
    "no function": (lambda: custom_op(3.0, partials=1), "takes a function of arrays, got float 3.0"),
    "one partial for two": (lambda: custom_op(np.add, partials=lambda z, x, y: 1), "has 2 inputs: give a tuple of 2"),
    "variadic": (lambda: custom_op(lambda *xs: xs[0], vjp=lambda g, y, *xs: g), r"\*args does not say how many"),
    "rule of text": (lambda: custom_op(np.sin, partials="cos"), "a rule is a function, a number or None, got 'cos'"),
}


@pytest.mark.parametrize("case", MISUSED)
def test_a_mistake_is_explained(case: str) -> None:
    act, message = MISUSED[case]
    with pytest.raises(OperandError, match=message):
        act()


def test_operands_that_do_not_fit_are_an_error_of_shapes() -> None:
    with pytest.raises(ShapeError, match=r"product of shapes \(3,\), \(2,\)"):
        product(Tensor(X), np.ones(2))


def doubled(x: Any) -> Any:
    x *= 2
    return x


def doubling_rule(g: Any, y: Any, x: Any) -> Any:
    g *= 2
    return g


def doubling_option(x: Any, weights: Any = (1.0,)) -> Any:
    np.multiply(weights, 2, out=weights)
    return x * weights


WRITERS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "forward": (doubled, {"partials": 2}),
    "forward of a vjp": (doubled, {"vjp": lambda g, y, x: 2 * g}),
    "vjp to the cotangent": (lambda x: 2 * x, {"vjp": doubling_rule}),
    "vjp to the input": (lambda x: 2 * x, {"vjp": lambda g, y, x: np.multiply(x, 0, out=x) + 2 * g}),
    "partial to the output": (lambda x: 2 * x, {"partials": lambda y, x: y.fill(2.0)}),
    "partial by sorting": (lambda x: 2 * x, {"partials": lambda y, x: x.sort()}),
}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("case", WRITERS)
def test_writing_to_what_is_given_is_an_error_that_names_the_op(case: str, check: bool) -> None:
    forward, rules = WRITERS[case]
    a, b = Tensor(X, requires_grad=True), Tensor(X, requires_grad=True)
    message = "custom op writer: rules and forward must not write to what they are given; copy first"
    with pytest.raises(OperandError, match=message):
        (a + custom_op(forward, name="writer", check=check, **rules)(b)).backward(np.ones(3))
    np.testing.assert_array_equal([a.data, b.data], [X, X])
    assert a.grad is None


def test_writing_to_an_option_or_a_plain_array_is_an_error_too() -> None:
    weights, x = np.ones(3), X.copy()
    with pytest.raises(OperandError, match="must not write"):
        custom_op(doubling_option, partials=lambda y, x, weights: weights, check=False)(Tensor(X), weights=weights)
    with pytest.raises(OperandError, match="must not write"):
        custom_op(doubled, partials=2, check=False)(x)
    np.testing.assert_array_equal(weights, np.ones(3))
    np.testing.assert_array_equal(x, X)


BUFFER = np.zeros(3)
ALIASES: dict[str, Callable[[Any], Any]] = {
    "itself": lambda x: x,
    "view": lambda x: x[::-1],
    "broadcast": lambda x: np.broadcast_to(x, (2, *x.shape)),
    "buffer": lambda x: np.multiply(x, 1.0, out=BUFFER),
}


@pytest.mark.parametrize("case", ALIASES)
def test_a_result_shares_no_memory_with_an_input_or_a_buffer(case: str) -> None:
    op = custom_op(ALIASES[case], name=case, vjp=lambda g, y, x: g, check=False)
    leaf, plain = Tensor(X, requires_grad=True), X.copy()
    result, of_plain = op(leaf), op(plain)
    for y in (result.data, of_plain):
        assert not any(np.may_share_memory(y, other) for other in (leaf.data, plain, BUFFER))
    before = result.numpy()
    op(np.zeros(3))
    np.testing.assert_array_equal(result.data, before)
    assert of_plain.flags.writeable


def test_a_vjp_may_give_its_cotangent_itself_or_a_buffer() -> None:
    same = custom_op(lambda x: x + 0.0, vjp=lambda g, y, x: g, name="same")
    buffered = custom_op(lambda x: 2 * x, vjp=lambda g, y, x: np.multiply(g, 2, out=BUFFER), name="b", check=False)
    a, b = Tensor(X, requires_grad=True), Tensor(X, requires_grad=True)
    (same(a) + buffered(b) + buffered(3 * b)).backward(np.ones(3))
    a.grad += 1
    np.testing.assert_array_equal([a.grad, b.grad], [np.full(3, 2.0), np.full(3, 8.0)])


@pytest.mark.parametrize("check", [True, False])
def test_none_in_the_tuple_of_a_vjp_is_no_gradient(check: bool) -> None:
    op = custom_op(lambda a, b: a * b, vjp=lambda g, y, a, b: (g * b, None), name="half", check=check)
    a, b = Tensor(X, requires_grad=True), Tensor(X + 1, requires_grad=True)
    op(a, b).sum().backward()
    np.testing.assert_array_equal([a.grad, b.grad], [X + 1, np.zeros(3)])
    first = gradients((op(a, b) * op(a, b)).sum(), [a, b], create_graph=True)
    np.testing.assert_allclose(first[0].data, 2 * X * (X + 1) ** 2)
    np.testing.assert_array_equal(first[1].data, np.zeros(3))
    np.testing.assert_allclose(gradients(first[0].sum(), a), 2 * (X + 1) ** 2)
    v, w = Value(2.0), Value(3.0)
    assert gradients(op(v, w), [v, w]) == (3.0, 0.0)
    assert gradients(gradients(op(v, w) * v, v, create_graph=True), v) == 6.0


def test_a_rule_that_gives_none_gives_no_gradient_but_is_probed() -> None:
    steps = [custom_op(lambda x: np.floor(x), name="step", partials=lambda y, x: None, kink=lambda x: x - np.round(x)),
             custom_op(lambda x: np.sign(x), name="step", vjp=lambda g, y, x: None, kink=lambda x: x)]
    for step in steps:
        assert derivative(step)(0.4) == derivative(step, order=2)(0.4) == 0.0
        np.testing.assert_array_equal(grad(lambda x: (x * step(x)).sum())(X), step(X))  # noqa: B023
        np.testing.assert_array_equal(jacobian(grad(lambda x: (x * step(x)).sum()))(X), np.zeros((3, 3)))  # noqa: B023
    for forgotten in ({"partials": lambda y, x: None}, {"vjp": lambda g, y, x: None}):
        with pytest.raises(RuleError, match="of input 0 is wrong"):
            custom_op(lambda x: 2 * x, name="forgotten", **forgotten)


def only_matrices(a: Any) -> Any:
    if a.ndim != 2:
        raise ValueError("two axes")
    return a.T


DECLARED: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "partials": (lambda x: np.sin(x), {"partials": lambda y, x: ops.cos(x)}),
    "shared vjp": (lambda a, b: a * b, {"vjp": lambda g, y, a, b: (g * b, g * a)}),
    "vjps": (lambda a, b: a * b, {"vjp": (lambda g, y, a, b: g * b, lambda g, y, a, b: g * a)}),
    "constant": (lambda x: x + 5, {"partials": 1}),
    "first derivatives": (lambda x: math.sin(x), {"partials": lambda y, x: math.cos(x)}),
    "second shape": (only_matrices, {"vjp": lambda g, y, a: g.T}),
}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("case", DECLARED)
def test_an_op_that_is_dropped_leaves_no_cycle(case: str, check: bool) -> None:
    forward, rules = DECLARED[case]
    custom_op(forward, check=check, **rules)
    gc.collect()
    gc.disable()
    try:
        op = weakref.ref(custom_op(forward, check=check, **rules))
        assert op() is None
        assert gc.collect() == 0
    finally:
        gc.enable()
