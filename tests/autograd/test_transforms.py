"""Transforms against hand-derived results, differences and JAX: trees, nesting, captured nodes, no_grad, messages."""

import gc
import math
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
import pytest

from autograd import Tensor, Value, no_grad, ops
from autograd.check import numeric_gradient
from autograd.errors import NotDifferentiableError, OperandError, ShapeError
from autograd.node import STATE, special
from autograd.transforms import derivative, grad, hessian, hvp, jacobian, jvp, value_and_grad, vhp, vjp
from autograd.tree import flatten, leaves_like

A = np.array([[1.0, -0.5], [0.25, 2.0], [0.5, 1.5]])
X = np.array([0.5, -1.5])


class Params(NamedTuple):
    w: Any
    b: Any


@dataclass(frozen=True)
class Model:
    w: Any
    b: Any = None


def rosenbrock(x: Any) -> Any:
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def smooth(x: Any) -> Any:
    """A scalar function of an array that mixes its elements."""
    return (np.tanh(A @ x) * np.array([1.0, 2.0, 3.0])).sum() + (x * x * x).sum()


def layer(x: Any) -> Any:
    """A function from an array of 2 to one of 3."""
    return np.tanh(A @ x)


# grad and value_and_grad

def test_gradient_of_a_float_is_a_float() -> None:
    assert type(grad(lambda x: x * x)(3.0)) is float
    assert grad(lambda x: x * x)(3.0) == 6.0


def test_an_int_counts_as_a_float() -> None:
    assert grad(lambda x: x**3)(2) == 12.0


def test_gradient_of_an_array_is_a_plain_array() -> None:
    gradient = grad(smooth)(X)
    assert type(gradient) is np.ndarray
    np.testing.assert_allclose(gradient, numeric_gradient(smooth, X), rtol=1e-9)


def test_argument_of_shape_nothing_has_such_a_gradient() -> None:
    gradient = grad(lambda x: x * x)(np.array(3.0))
    assert isinstance(gradient, np.ndarray)
    assert gradient.shape == ()
    assert gradient == 6.0


def test_functions_of_numpy_ops_and_methods_are_the_same() -> None:
    results = [grad(f)(0.5) for f in (np.tanh, ops.tanh, lambda x: x.tanh())]
    assert results == pytest.approx([1 - math.tanh(0.5) ** 2] * 3, rel=1e-15)


def test_the_argument_is_not_changed_and_not_shared() -> None:
    x = X.copy()
    gradient = grad(lambda x: (x * 1.0).sum())(x)
    gradient += 7
    assert (x == X).all()


def test_two_gradients_share_no_memory() -> None:
    first, second = grad(lambda x, y: (x + y).sum(), argnums=(0, 1))(X, X)
    assert not np.shares_memory(first, second)
    first += 1
    assert (second == 1).all()


@pytest.mark.parametrize(("argnums", "expected"), [
    (0, 12.0), (1, 9.0), (-1, 9.0), ((0, 1), (12.0, 9.0)), ((1, 0), (9.0, 12.0)), ((0,), (12.0,)), ([0], (12.0,))])
def test_argnums_choose_the_arguments(argnums: Any, expected: Any) -> None:
    def f(x: Any, y: Any) -> Any:
        return x * x * y

    assert grad(f, argnums)(3.0, 2.0) == expected
    assert value_and_grad(f, argnums)(3.0, 2.0) == (18.0, expected)
    assert grad(f, argnum=argnums)(3.0, 2.0) == expected


def test_keywords_and_other_arguments_are_passed_on() -> None:
    def f(x: Any, power: int, *, scale: float = 1.0, name: str) -> Any:
        assert name == "n"
        return scale * x**power

    assert grad(f)(2.0, 3, scale=10.0, name="n") == 120.0


TREES = {
    "tuple": ((2.0, X), lambda p: p[0] * p[1].sum(), lambda g: (g[0], g[1])),
    "list": ([2.0, X], lambda p: p[0] * p[1].sum(), lambda g: (g[0], g[1])),
    "dict": ({"w": 2.0, "b": X}, lambda p: p["w"] * p["b"].sum(), lambda g: (g["w"], g["b"])),
    "named tuple": (Params(2.0, X), lambda p: p.w * p.b.sum(), lambda g: (g.w, g.b)),
    "frozen dataclass": (Model(2.0, X), lambda p: p.w * p.b.sum(), lambda g: (g.w, g.b)),
    "nested": ({"m": [Model(2.0), Params(X, None)]}, lambda p: p["m"][0].w * p["m"][1].w.sum(),
               lambda g: (g["m"][0].w, g["m"][1].w)),
}


@pytest.mark.parametrize("case", TREES)
def test_gradient_looks_like_the_argument(case: str) -> None:
    tree, f, parts = TREES[case]
    gradient = grad(f)(tree)
    w, b = parts(gradient)
    assert type(gradient) is type(tree)
    assert w == X.sum()
    np.testing.assert_array_equal(b, [2.0, 2.0])


def test_gradient_is_zero_for_unused_input() -> None:
    assert grad(lambda x, y: x, argnums=1)(1.0, 2.0) == 0.0
    np.testing.assert_array_equal(grad(lambda p: p["a"].sum())({"a": X, "b": X})["b"], [0.0, 0.0])


@pytest.mark.parametrize("constant", [5.0, 5, np.float64(5.0), np.array(5.0)])
def test_gradient_of_a_constant_is_zero(constant: Any) -> None:
    value, gradient = value_and_grad(lambda x: constant)(X)
    assert value == 5.0
    np.testing.assert_array_equal(gradient, [0.0, 0.0])


def test_gradient_is_zero_where_the_function_cuts_the_graph() -> None:
    assert grad(lambda x: x.detach() * 3)(2.0) == 0.0
    assert grad(lambda x: x.data * x)(2.0) == 2.0


def test_values_made_within_the_function_are_constants() -> None:
    value, gradient = value_and_grad(lambda x: x * Value(3.0) + Tensor([1.0], requires_grad=True).sum())(2.0)
    assert (value, gradient) == (7.0, 3.0)
    assert type(gradient) is float


def test_aux_comes_back_as_plain_data() -> None:
    def f(x: Any) -> Any:
        return (x * x).sum(), {"doubled": 2 * x, "sum": x.sum(), "name": "n", "absent": None}

    gradient, aux = grad(f, has_aux=True)(X)
    (value, again), _ = value_and_grad(f, has_aux=True)(X)
    np.testing.assert_array_equal(gradient, 2 * X)
    assert value == (X * X).sum()
    for found in (aux, again):
        assert type(found["doubled"]) is np.ndarray
        np.testing.assert_array_equal(found["doubled"], 2 * X)
        assert type(found["sum"]) is float
        assert found["name"] == "n"
        assert found["absent"] is None


def test_float32_stays_float32() -> None:
    x = X.astype(np.float32)
    assert grad(lambda x: (x * 2.0 * x).sum())(x).dtype == np.float32
    assert jacobian(layer)(x).dtype == np.float32
    assert hessian(lambda x: (x * x * x).sum())(x).dtype == np.float32
    output, pullback = vjp(lambda x: x * x, x)
    assert output.dtype == pullback(np.ones(2))[0].dtype == np.float32
    assert all(part.dtype == np.float32 for part in jvp(lambda x: x * x, x, np.ones(2)))


def test_infinite_derivatives_are_no_error() -> None:
    with np.errstate(all="raise"):
        assert grad(lambda x: x**0.5)(0.0) == np.inf
        np.testing.assert_array_equal(grad(lambda x: np.sqrt(x).sum())(np.array([0.0, 4.0])), [np.inf, 0.25])


def test_a_transform_is_named_after_its_function() -> None:
    assert grad(smooth).__name__ == "grad(smooth)"
    assert hessian(rosenbrock).__name__ == "hessian(rosenbrock)"


# Nesting

def test_an_inner_gradient_that_depends_on_the_outer_variable_is_differentiated() -> None:
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0


def test_perturbations_are_not_confused() -> None:
    assert derivative(lambda x: x * derivative(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0


def test_inner_gradient_is_by_the_argument_alone_even_where_it_is_the_outer_variable() -> None:
    assert grad(lambda x: grad(lambda y: x * y)(x))(3.0) == 1.0       # d/dy xy = x
    assert grad(lambda x: grad(lambda y: y * y * x)(x))(3.0) == 12.0  # 2yx at y = x is 2x²


def test_derivatives_of_an_inner_value_and_of_aux_are_kept() -> None:
    def f(x: Any) -> Any:
        (value, aux), gradient = value_and_grad(lambda y: (x * y * y, x * y), has_aux=True)(2.0)
        return value + 10 * aux + 100 * gradient  # 4x + 20x + 400x

    assert grad(f)(3.0) == 424.0


def test_an_inner_gradient_that_does_not_depend_on_the_outer_variable_is_plain() -> None:
    kinds = []

    def f(x: Any) -> Any:
        inner = grad(lambda y: y * y)(2.0)
        kinds.append(type(inner))
        return x * inner

    assert grad(f)(3.0) == 4.0
    assert kinds == [float]


@pytest.mark.parametrize(("power", "expected"), [(2, [0, 0, 2, 0, 0]), (3, [0, 0, 0, 6, 0])])
def test_derivatives_of_powers_at_zero(power: int, expected: list[float]) -> None:
    def f(x: Any) -> Any:
        return x**power

    nested: Callable[..., Any] = f
    for order, value in enumerate(expected):
        assert derivative(f, order=order)(0.0) == value
        assert nested(0.0) == value
        nested = grad(nested)


def test_gradients_nest_over_arrays() -> None:
    gradient = grad(lambda x: (grad(lambda y: (y * y * y).sum())(x) * x).sum())(X)
    np.testing.assert_allclose(gradient, 9 * X**2)


def test_three_levels_mix_scalars_and_arrays() -> None:
    def f(s: Any) -> Any:
        return grad(lambda x: (grad(lambda t: (t * t * x * s).sum())(s) * x).sum())(X).sum()

    assert grad(f)(0.5) == pytest.approx(16 * 0.5 * X.sum())  # f(s) = Σ 4s²(Σx) = 8s²Σx


# Captured nodes

def test_a_captured_value_still_receives_its_gradient() -> None:
    w = Value(3.0)
    gradient = grad(lambda x: w * x * x)(2.0)
    assert isinstance(gradient, Value)
    gradient.backward()
    assert (gradient.data, w.grad) == (12.0, 4.0)


def test_a_captured_tensor_still_receives_its_gradient() -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)
    gradient = grad(lambda x: (w * x * x).sum())(X)
    gradient.sum().backward()
    np.testing.assert_array_equal(gradient.data, 2 * w.data * X)
    np.testing.assert_array_equal(w.grad, 2 * X)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_derivatives_of_any_order_keep_a_captured_node(order: int) -> None:
    w = Value(3.0)
    derivative(lambda x: w * x**3, order=order)(2.0).backward()
    assert w.grad == [8.0, 12.0, 12.0][order]


def test_value_gradient_and_aux_are_nodes_each_where_it_depends_on_one() -> None:
    w = Value(3.0)
    (value, aux), gradient = value_and_grad(lambda x: (x * x, w * x), has_aux=True)(2.0)
    assert (type(value), type(gradient), type(aux)) == (float, float, Value)
    (value, aux), gradient = value_and_grad(lambda x: (w * x, x * x), has_aux=True)(2.0)
    assert (type(value), type(gradient), type(aux)) == (Value, Value, float)


def test_a_captured_tensor_without_gradient_is_a_constant() -> None:
    w = Tensor([1.0, 2.0])
    assert type(grad(lambda x: (w * x).sum())(X)) is np.ndarray


def test_an_argument_that_is_a_node_is_differentiated_through() -> None:
    x = Value(2.0)
    second = grad(lambda y: y**3)(x)
    second.backward()
    assert (second.data, x.grad) == (12.0, 12.0)
    t = Tensor(X, requires_grad=True)
    grad(lambda y: (y**3).sum())(t).sum().backward()
    np.testing.assert_allclose(t.grad, 6 * X)


def test_a_tensor_without_gradient_is_an_argument_like_an_array() -> None:
    gradient = grad(lambda y: (y * y).sum())(Tensor(X))
    assert type(gradient) is np.ndarray
    np.testing.assert_array_equal(gradient, 2 * X)


def test_a_transform_leaves_gradients_of_captured_leaves_alone() -> None:
    w = Value(3.0)
    grad(lambda x: w * x)(2.0)
    hessian(lambda x: w * x * x)(2.0)
    assert w.grad == 0.0


def test_the_sweep_stops_at_older_nodes() -> None:
    old = Value(1.0)
    for _ in range(100):
        old = old * 1.0
    visited = []
    old.register_hook(lambda g: visited.append(g))
    assert grad(lambda x: x * old)(2.0).data == 1.0
    assert visited == []


def test_hooks_on_the_variable_are_run() -> None:
    def f(x: Any) -> Any:
        x.register_hook(lambda g: 10 * g)
        return x * x

    assert grad(f)(3.0) == 60.0


@pytest.mark.parametrize("act", [
    lambda: grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0), lambda: vjp(layer, X)[1](np.ones(3)),
    lambda: jvp(layer, X, X), lambda: hessian(smooth)(X), lambda: derivative(np.exp, order=3)(1.0)])
def test_transforms_leave_no_reference_cycles(act: Callable[[], Any]) -> None:
    act()
    gc.collect()
    gc.disable()
    try:
        act()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_deep_graphs_are_no_problem() -> None:
    def f(x: Any) -> Any:
        y = x
        for _ in range(50_000):
            y = y + 1.0
        return y * x

    assert grad(f)(2.0) == 50_004.0


# no_grad

def test_transforms_work_within_no_grad_and_give_plain_data() -> None:
    w = Value(3.0)
    with no_grad():
        before = STATE.get()
        assert type(grad(lambda x: w * x * x)(2.0)) is float
        assert grad(lambda x: w * x * x)(Value(2.0)) == 12.0
        assert vjp(lambda x: w * x, 2.0)[1](1.0) == (3.0,)
        assert jvp(lambda x: w * x, 2.0, 1.0) == (6.0, 3.0)
        assert hvp(lambda x: w * x * x, 2.0, 1.0) == 6.0
        assert derivative(lambda x: w * x**3, order=2)(2.0) == 36.0
        np.testing.assert_array_equal(hessian(lambda x: (x * x * w).sum())(X), 6 * np.eye(2))
        np.testing.assert_array_equal(jacobian(lambda x: x * w)(X), 3 * np.eye(2))
        assert STATE.get() is before
    assert special.blocks == 0


def test_no_grad_within_the_function_is_respected() -> None:
    def f(x: Any) -> Any:
        with no_grad():
            constant = x * x
        return constant * x

    assert grad(f)(3.0) == 9.0


# vjp and jvp

def test_pullback_maps_trees_of_outputs_to_arguments() -> None:
    output, pullback = vjp(lambda p, s: {"y": p["w"] * s, "n": [p["w"].sum()]}, {"w": X}, 3.0)
    np.testing.assert_array_equal(output["y"], 3 * X)
    assert output["n"] == [X.sum()]
    dp, ds = pullback({"n": [10.0], "y": np.array([1.0, 2.0])})
    np.testing.assert_array_equal(dp["w"], [13.0, 16.0])
    assert ds == X @ [1.0, 2.0]


def test_a_pullback_may_be_called_again() -> None:
    _, pullback = vjp(lambda x: x * x, X)
    first = pullback(np.ones(2))[0]
    np.testing.assert_array_equal(pullback(np.ones(2))[0], first)
    np.testing.assert_array_equal(pullback(3 * np.ones(2))[0], 3 * first)


def test_changing_the_output_does_not_change_the_pullback() -> None:
    output, pullback = vjp(np.exp, X)
    output *= 0
    np.testing.assert_allclose(pullback(np.ones(2))[0], np.exp(X))


def test_an_output_that_stands_twice_gets_both_cotangents() -> None:
    def f(x: Any) -> Any:
        y = x * x
        return y, y, x, 5.0

    assert vjp(f, 3.0)[1]((1.0, 10.0, 100.0, 1000.0)) == (166.0,)


def test_pullback_of_a_cotangent_that_is_a_node_keeps_its_graph() -> None:
    g = Value(2.0)
    (result,) = vjp(lambda x: x * x, 3.0)[1](g)
    result.backward()
    assert (result.data, g.grad) == (12.0, 6.0)


def test_jvp_is_the_directional_derivative() -> None:
    u = np.array([0.3, 0.7])
    output, tangent = jvp(layer, X, u)
    np.testing.assert_allclose(output, layer(X), rtol=1e-15)
    np.testing.assert_allclose(tangent, (layer(X + 1e-6 * u) - layer(X - 1e-6 * u)) / 2e-6, rtol=1e-8)


def test_jvp_and_vjp_are_adjoint() -> None:
    rng = np.random.default_rng(0)
    u, g = rng.normal(size=2), rng.normal(size=3)
    assert g @ jvp(layer, X, u)[1] == pytest.approx(vjp(layer, X)[1](g)[0] @ u, rel=1e-14)


def test_jvp_takes_trees_and_gives_zero_for_constants() -> None:
    output, tangent = jvp(lambda p, s: {"a": p["w"] * s, "b": 1.0, "c": np.ones(2)}, ({"w": X}, 2.0), ({"w": X}, 1.0))
    np.testing.assert_array_equal(tangent["a"], 3 * X)
    assert tangent["b"] == 0.0
    np.testing.assert_array_equal(tangent["c"], np.zeros(2))
    assert output["b"] == 1.0


def test_jvp_nests() -> None:
    assert jvp(lambda x: jvp(lambda y: x * y**3, 2.0, 1.0)[1], 3.0, 1.0) == (36.0, 12.0)
    assert grad(lambda x: jvp(lambda y: y**3, x, 1.0)[1])(2.0) == 12.0
    assert grad(lambda t: jvp(lambda y: y**3, 2.0, t)[1])(1.0) == 12.0


# Second order

def test_hessian_of_rosenbrock() -> None:
    x, y = 0.5, -0.75
    expected = [[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200.0]]
    np.testing.assert_allclose(hessian(rosenbrock)(np.array([x, y])), expected, rtol=1e-13)
    np.testing.assert_allclose(hessian(rosenbrock)([x, y]), expected, rtol=1e-13)


def test_hessian_of_trees_has_a_block_for_each_pair() -> None:
    blocks = hessian(lambda p: p["s"] * (p["w"] * p["w"]).sum())({"s": 3.0, "w": X})
    assert blocks["s"]["s"] == 0.0
    np.testing.assert_array_equal(blocks["s"]["w"], 2 * X)
    np.testing.assert_array_equal(blocks["w"]["s"], 2 * X)
    np.testing.assert_array_equal(blocks["w"]["w"], 6 * np.eye(2))


def test_hessian_takes_argnums() -> None:
    def f(x: Any, y: Any) -> Any:
        return x * x * y

    assert hessian(f, 0)(3.0, 2.0) == 4.0
    assert hessian(f, (0, 1))(3.0, 2.0) == ((4.0, 6.0), (6.0, 0.0))
    assert hessian(f, argnum=1)(3.0, 2.0) == 0.0


def test_hessian_vector_product_is_hessian_times_vector() -> None:
    u = np.array([0.3, 0.7])
    expected = hessian(smooth)(X) @ u
    np.testing.assert_allclose(hvp(smooth, X, u), expected, rtol=1e-13)
    np.testing.assert_allclose(hvp(smooth, (X,), (u,))[0], expected, rtol=1e-13)
    np.testing.assert_allclose(vhp(smooth, X, u), expected, rtol=1e-13)
    np.testing.assert_allclose(grad(lambda x: (grad(smooth)(x) * u).sum())(X), expected, rtol=1e-13)
    np.testing.assert_allclose(jvp(grad(smooth), X, u)[1], expected, rtol=1e-13)


def test_hessian_is_symmetric() -> None:
    found = hessian(smooth)(X)
    np.testing.assert_allclose(found, found.T, rtol=1e-14)


def test_hessian_vector_product_keeps_the_graph_of_captured_nodes() -> None:
    w = Value(3.0)
    hvp(lambda x: w * x * x, 2.0, 1.0).backward()
    assert w.grad == 2.0
    assert grad(lambda t: hvp(lambda x: x**3, 2.0, t))(1.0) == 12.0


# jacobian

def test_jacobian_of_a_vector_function() -> None:
    found = jacobian(layer)(X)
    assert found.shape == (3, 2)
    np.testing.assert_allclose(found, (1 - layer(X) ** 2)[:, None] * A, rtol=1e-14)


def test_jacobian_of_a_linear_function_is_its_matrix() -> None:
    np.testing.assert_array_equal(jacobian(lambda x: A @ x)(X), A)


def test_jacobian_has_the_output_shape_then_the_input_shape() -> None:
    found = jacobian(lambda a, b: a @ b, argnums=(0, 1))(A, np.ones((2, 4)))
    assert found[0].shape == (3, 4, 3, 2)
    assert found[1].shape == (3, 4, 2, 4)
    np.testing.assert_array_equal(found[0][1, 2], [[0, 0], [1, 1], [0, 0]])


def test_jacobian_of_floats_and_of_trees() -> None:
    assert jacobian(lambda x: x * x)(3.0) == 6.0
    assert jacobian(lambda x: [x[0] * x[1], x[0]])((2.0, 3.0)) == [(3.0, 2.0), (1.0, 0.0)]
    found = jacobian(lambda p: {"y": p["w"] * p["s"], "constant": np.ones(3)})({"w": X, "s": 2.0})
    np.testing.assert_array_equal(found["y"]["w"], 2 * np.eye(2))
    np.testing.assert_array_equal(found["y"]["s"], X)
    np.testing.assert_array_equal(found["constant"]["w"], np.zeros((3, 2)))


def test_jacobian_of_an_empty_output_is_empty() -> None:
    assert jacobian(lambda x: x[:0])(X).shape == (0, 2)


def test_jacobian_nests_and_depends_on_captured_nodes() -> None:
    third = jacobian(jacobian(lambda x: x**3))(X)
    expected = np.zeros((2, 2, 2))
    expected[[0, 1], [0, 1], [0, 1]] = 6 * X
    np.testing.assert_allclose(third, expected)
    w = Value(3.0)
    jacobian(lambda x: w * x * x)(X).sum().backward()
    assert w.grad == 2 * X.sum()
    assert grad(lambda s: jacobian(lambda t: X * t * s)(2.0).sum())(5.0) == X.sum()


# derivative

def test_derivatives_of_the_exponential_are_itself() -> None:
    assert [derivative(np.exp, order=n)(1.0) for n in range(6)] == pytest.approx([math.e] * 6, rel=1e-14)


def test_derivatives_of_sine_go_round() -> None:
    expected = [math.sin(0.7), math.cos(0.7), -math.sin(0.7), -math.cos(0.7), math.sin(0.7)]
    assert [derivative(np.sin, order=n)(0.7) for n in range(5)] == pytest.approx(expected, rel=1e-14)


# Messages

def never(x: Any) -> Any:
    raise AssertionError("must not be called")


MESSAGES: dict[str, tuple[type[Exception], str, Callable[[], Any]]] = {
    "integers": (NotDifferentiableError, r"grad: params\['w'\]\[0\] is an array of int64 .*astype\(float\)",
                 lambda: grad(lambda params: never(params))({"w": [np.arange(3)]})),
    "integer tensor": (NotDifferentiableError, "x is an array of int64", lambda: grad(never)(Tensor([1, 2]))),
    "text": (NotDifferentiableError, r"x\.b is a str 'no'.*argnums", lambda: grad(never)(Params(1.0, "no"))),
    "bool": (NotDifferentiableError, "x is a bool True", lambda: grad(never)(True)),
    "unnamed": (NotDifferentiableError, "argument 1 is a str", lambda: grad(lambda *xs: xs[0], argnums=1)(1.0, "a")),
    "vector output": (ShapeError, r"grad: the function returned shape \(2,\).*use jacobian or vjp",
                      lambda: grad(lambda x: x * x)(X)),
    "plain vector output": (ShapeError, r"shape \(2,\)", lambda: grad(lambda x: X)(1.0)),
    "tuple output": (OperandError, "returned tuple .*has_aux=True", lambda: grad(lambda x: (x, x))(1.0)),
    "no output": (OperandError, "returned NoneType None, expected one number", lambda: grad(lambda x: None)(1.0)),
    "no aux": (OperandError, r"must return \(value, aux\), got Value", lambda: grad(lambda x: x, has_aux=True)(1.0)),
    "argnums too great": (OperandError, "argnums=2, but the function was called with 1 positional argument;",
                          lambda: grad(never, 2)(1.0)),
    "argnums by keyword": (OperandError, "must be given by position", lambda: grad(never)(x=1.0)),
    "argnums of a name": (OperandError, "argnums must be an integer or a tuple .*'x'", lambda: grad(never, "x")),
    "argnums twice": (OperandError, r"none twice, got \(0, 0\)", lambda: grad(never, (0, 0))),
    "no argnums": (OperandError, "at least one argument", lambda: jacobian(never, ())),
    "argnums and argnum": (OperandError, "argnums=1 or argnum=2, not both", lambda: grad(never, 1, argnum=2)),
    "a number for a function": (OperandError, r"grad takes a function, got float .*grad\(f\)\(x\)",
                                lambda: grad(3.0)(1.0)),  # type: ignore[arg-type]
    "tangent of other shape": (ShapeError, r"jvp: the tangent of x has shape \(3,\), expected \(2,\)",
                               lambda: jvp(lambda x: x, X, np.ones(3))),
    "tangents of other structure": (ShapeError, r"jvp: the tangents\[0\]: expected a dict of 'w', got a list of 1",
                                    lambda: jvp(lambda x: x["w"], {"w": 1.0}, [1.0])),
    "fewer tangents": (ShapeError, "expected a tuple of 2, got a tuple of 1", lambda: hvp(max, (1.0, 2.0), (1.0,))),
    "cotangent of other shape": (ShapeError, r"vjp: the cotangent\[1\] has shape \(\), expected \(2,\)",
                                 lambda: vjp(lambda x: (x, x), X)[1]((X, 1.0))),
    "list for an array": (ShapeError, "the cotangent: expected a leaf .* got a list of 2",
                          lambda: vjp(lambda x: x, X)[1]([1.0, 2.0])),
    "text output": (OperandError, r"jacobian: the output\['n'\] is a str 'a'",
                    lambda: jacobian(lambda x: {"n": "a"})(1.0)),
    "negative order": (OperandError, "order must be an integer from 0, got -1", lambda: derivative(never, order=-1)),
    "derivative of an array": (ShapeError, "derivative takes a function of one number", lambda: derivative(np.exp)(X)),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_a_mistake_is_explained(case: str) -> None:
    error, message, act = MESSAGES[case]
    with pytest.raises(error, match=message):
        act()


# Another engine: not in the test extra, so compared where it happens to be installed

if find_spec("jax"):
    def test_results_are_those_of_jax() -> None:
        jax = import_module("jax")
        jnp = jax.numpy

        def theirs(p: Any) -> Any:
            return jnp.sum(jnp.tanh(A @ p["x"]) ** 2) * p["s"]

        def ours(p: Any) -> Any:
            return np.sum(np.tanh(A @ p["x"]) ** 2) * p["s"]

        point = {"x": X, "s": 0.5}
        with jax.enable_x64(True), jax.disable_jit():
            pairs = [(jvp(grad(ours), point, point), jax.jvp(jax.grad(theirs), (point,), (point,))),
                     (jacobian(grad(ours))(point), jax.jacrev(jax.grad(theirs))(point))]
        for mine, other in pairs:
            found, structure = flatten(mine)
            for a, b in zip(found, leaves_like(structure, other), strict=True):
                np.testing.assert_allclose(a, np.asarray(b), rtol=1e-12)
