"""What elementwise rows do that no generated test knows of: their errors, and derivatives of higher order at kinks."""

import numpy as np
import pytest

from autograd import Tensor, Value, grad, gradients, hessian, ops
from autograd.check import sample_inputs
from autograd.errors import DomainError, OperandError
from autograd.op import TABLE


def derivatives(function, x, orders):
    """Return the derivatives of a function at x of the first few orders, each taken of the one before."""
    v = Value(x)
    y, found = function(v), []
    for _ in range(orders):
        y = gradients(y, v, create_graph=True)
        found.append(y.data)
    return found


@pytest.mark.parametrize(("function", "expected"), [
    (lambda v: v**2, [0, 2, 0]),
    (lambda v: v**3, [0, 0, 6, 0]),
    (lambda v: v**0, [0, 0]),
    (ops.abs, [0, 0]),
    (ops.relu, [0, 0]),
    (ops.elu, [1, 1, 1]),
    (ops.hardswish, [0.5, 1 / 3, 0]),
    (ops.sign, [0, 0]),
    (ops.tanh, [1, 0, -2]),
])
def test_derivatives_of_every_order_at_0(function, expected):
    assert derivatives(function, 0.0, len(expected)) == expected


@pytest.mark.parametrize("y", [0.0, 1.0, 2.0, 3.0, -1.0, 0.5])
@pytest.mark.parametrize("x", [0.3, 1.0, 2.0])
def test_mixed_derivatives_of_a_power_are_right_at_whole_exponents(x, y):
    logarithm = np.log(x)
    mixed = x ** (y - 1) * (1 + y * logarithm)
    expected = [[y * (y - 1) * x ** (y - 2), mixed], [mixed, x**y * logarithm**2]]
    np.testing.assert_allclose(hessian(lambda p: p[0] ** p[1])(np.array([x, y])), expected, rtol=1e-13, atol=1e-15)
    third = (2 * y - 1 + y * (y - 1) * logarithm) * x ** (y - 2)
    found = grad(lambda b: grad(grad(lambda a: a**b))(x))(y)
    np.testing.assert_allclose(found, third, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize(("y", "expected"), [(2.0, [[2, 0], [0, 0]]), (3.0, [[0, 0], [0, 0]]), (4.0, [[0, 0], [0, 0]])])
def test_second_derivatives_of_a_power_at_base_0_are_no_nan(y, expected):
    assert hessian(lambda p: p[0] ** p[1])(np.array([0.0, y])).tolist() == expected


@pytest.mark.parametrize("x", [0.0, -0.0])
def test_every_derivative_of_sqrt_at_0_is_infinite_as_that_of_the_power(x):
    assert derivatives(ops.sqrt, x, 3) == derivatives(lambda v: v**0.5, x, 3) == [np.inf, -np.inf, np.inf]
    assert derivatives(ops.arccosh, 1.0, 2) == [np.inf, -np.inf]


@pytest.mark.parametrize("x", [Value(1.0), Tensor([1.0, 2.0], requires_grad=True)])
def test_clip_refuses_a_node_as_a_bound_and_names_maximum(x):
    with pytest.raises(OperandError, match=r"plain numbers or arrays as bounds, got .*use maximum\(x, low\)"):
        ops.clip(x, Value(0.0), 2.0)


def test_clip_of_a_value_refuses_arrays_as_bounds():
    with pytest.raises(OperandError, match="clip of one number takes numbers as bounds"):
        ops.clip(Value(1.0), np.zeros(2), None)


def test_clip_takes_bounds_by_place_as_numpy_does():
    x = Tensor([-1.0, 0.5, 1.0, 3.0, np.nan], requires_grad=True)
    y = np.clip(x, None, 1.0)
    assert np.array_equal(y.data, [-1, 0.5, 1, 1, np.nan], equal_nan=True)
    assert gradients(y, x, np.ones(5)).tolist() == [1, 1, 1, 0, 0]


def test_clip_to_arrays_sums_the_gradient_over_the_bounds():
    x = Tensor([1.0, 2.0], requires_grad=True)
    assert gradients(ops.clip(x, np.array([[0.0], [1.5]]), None), x, np.ones((2, 2))).tolist() == [1, 2]


@pytest.mark.parametrize("x", [Value(1.0), Tensor([1.0])])
def test_gelu_lists_its_forms(x):
    with pytest.raises(OperandError, match=r"approximate must be one of \['none', 'tanh'\], got 'fast'"):
        ops.gelu(x, approximate="fast")


@pytest.mark.parametrize("call", [lambda v: v**0.5, ops.log, ops.arccosh, ops.arcsin, lambda v: ops.xlogy(1.0, v),
                                  lambda v: ops.fmod(v, 0.0), lambda v: ops.remainder(v, 0.0)])
def test_undefined_value_is_an_error_that_shows_the_call(call):
    with pytest.raises(DomainError, match=r"\w+\(.*-2\.0.*\) is undefined for real numbers"):
        call(Value(-2.0))


def test_division_by_the_number_0_has_an_infinite_derivative():
    x = Tensor([1.0, -1.0], requires_grad=True)
    with np.errstate(all="ignore"):
        assert gradients(x / 0, x, np.ones(2)).tolist() == [np.inf, np.inf]


def test_remainder_counts_multiples_exactly_where_the_quotient_rounds_up():
    y = Value(0.1)  # a little above 1/10, so that it goes into 1 only 9 times
    assert gradients(ops.remainder(1.0, y), y) == -9.0


def several_operands():
    """Yield the rows of two and more operands with a rule."""
    return [op for op in TABLE.values() if op.elementwise and (op.arity or 0) > 1 and op.differentiable]


def gradients_at(op, operands):
    """Return the gradients of the sum of an op by its floating operands."""
    tensors = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in operands]
    leaves = [x for x in tensors if x.requires_grad]
    y = op(*tensors)
    return leaves, gradients(y, leaves, np.ones(y.shape))


@pytest.mark.parametrize("narrow", [np.float32, np.float16])
@pytest.mark.parametrize("op", several_operands(), ids=str)
def test_gradients_of_operands_of_different_precision_are_as_exact_as_the_result(op, narrow):
    exact = [x if x.dtype == bool else x.astype(narrow).astype(float)
             for x in sample_inputs(op, np.random.default_rng(0))]
    for slot, x in enumerate(exact):
        mixed = [*exact[:slot], x.astype(x.dtype if x.dtype == bool else narrow), *exact[slot + 1 :]]
        leaves, found = gradients_at(op, mixed)
        for leaf, g, expected in zip(leaves, found, gradients_at(op, exact)[1], strict=True):
            assert g.dtype == leaf.dtype
            np.testing.assert_allclose(g, expected.astype(leaf.dtype), rtol=1e-15)


def test_division_by_small_integers_has_an_exact_derivative():
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x / Tensor(np.array([3, 7], dtype=np.int8))).sum().backward()
    assert x.grad.tolist() == [1 / 3, 1 / 7]
