"""The helpers for tests of one's own: they accept what is right, refuse what is wrong, and draw what they promise."""

from typing import Any

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value, custom_op, gradients, ops
from autograd.check import gradcheck
from autograd.node import topological_order
from autograd.op import TABLE
from autograd.testing import (
    Program,
    Step,
    assert_gradients,
    fits,
    functions,
    graphs,
    numbers,
    op_cases,
    smooth_rows,
    tensors,
    values,
)

X = np.array([0.5, -1.5, 2.0])


def found(strategy: Any, wanted: Any) -> Any:
    """Return the simplest example that is wanted, of not too many."""
    return find(strategy, wanted, settings=settings(max_examples=200, derandomize=True, database=None))


# assert_gradients

def test_right_gradients_pass_in_silence() -> None:
    assert assert_gradients(lambda x, y: (x * y).sum(), X, X + 1) is None
    assert_gradients(lambda x: (x * x).sum(), X, grad=lambda x: 2 * x)


def test_a_wrong_gradient_is_an_assertion_error_with_the_report() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_gradients(lambda x: (x * x).sum(), X, grad=lambda x: x)
    report = str(caught.value)
    assert report.startswith("FAIL")
    assert max(map(len, report.splitlines())) <= 80


def test_options_reach_gradcheck() -> None:
    assert_gradients(lambda x: np.tanh(x).sum(), X, order=2, rng=np.random.default_rng(5))
    with pytest.raises(AssertionError):
        assert_gradients(np.sin, 1.0, vjp=lambda g, x: g * np.sin(x), raise_exception=False)


# Leaves

@given(values(), values(domain=(0, np.inf)), values(domain=(-1, 1)), values(domain=(-np.inf, -2)))
def test_values_are_leaves_within_their_domain(x: Value, positive: Value, unit: Value, negative: Value) -> None:
    assert all(type(leaf) is Value and leaf.is_leaf and leaf.grad == 0.0 for leaf in (x, positive, unit, negative))
    assert positive.data > 0
    assert -1 < unit.data < 1
    assert negative.data < -2
    assert abs(x.data) <= 3


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_tensors_have_the_shape_and_the_dtype_asked_for(dtype: Any) -> None:
    @given(tensors(shape=(2, 3), dtype=dtype, domain=(0, 1)), tensors(shape=st.sampled_from([(), (4,)]), dtype=dtype))
    def check(x: Tensor, y: Tensor) -> None:
        assert (x.shape, x.dtype, y.dtype) == ((2, 3), dtype, dtype)
        assert y.shape in ((), (4,))
        assert np.all((x.data > 0) & (x.data < 1))
        assert x.requires_grad
        assert x.is_leaf
    check()


def test_tensors_come_in_many_shapes() -> None:
    for axes in range(4):
        assert found(tensors(), lambda x, axes=axes: x.ndim == axes).shape == (1,) * axes


@pytest.mark.parametrize("domain", [(-np.inf, np.inf), (0, np.inf), (-np.inf, 1), (0.0, 0.01), (5, 6)])
def test_numbers_stay_within_the_open_interval(domain: Any) -> None:
    @given(numbers(domain))
    def check(x: float) -> None:
        assert domain[0] < x < domain[1]
    check()


# Programs

@given(functions())
def test_every_random_function_has_right_gradients(case: Any) -> None:
    f, inputs = case
    assert_gradients(f, *inputs)


@given(functions())
def test_random_functions_give_the_same_on_arrays_and_on_nodes(case: Any) -> None:
    f, inputs = case
    leaves = [Value(x) if isinstance(x, float) else Tensor(x, requires_grad=True) for x in inputs]
    np.testing.assert_allclose(f(*leaves).data, f(*inputs), rtol=1e-12, atol=1e-12)


@given(functions())
def test_source_of_a_random_function_computes_the_same(case: Any) -> None:
    f, inputs = case
    names: dict[str, Any] = dict(vars(ops))
    exec(repr(f), names)
    np.testing.assert_array_equal(names["f"](*inputs), f(*inputs))


@given(graphs())
def test_output_of_a_random_graph_depends_on_every_leaf(graph: Any) -> None:
    order = topological_order(graph.output)
    assert {*graph.leaves} <= {*order}
    found = gradients([graph.output], graph.leaves, [np.ones(np.shape(graph.output.data))])
    assert all(np.all(np.isfinite(g)) for g in found)
    assert [np.shape(g) for g in found] == [np.shape(x.data) for x in graph.leaves]


def test_random_graphs_mix_values_and_tensors_and_share_nodes() -> None:
    mixed = found(graphs(), lambda graph: {type(x) for x in graph.leaves} == {Value, Tensor})
    assert mixed.output.requires_grad
    shared = found(graphs(), lambda graph: any(len(set(step.operands)) < len(step.operands) for step in graph.f.steps))
    assert len(shared.f.steps) == 1


def test_a_failing_function_shrinks_to_the_simplest() -> None:
    f, inputs = found(functions(), lambda case: any(step.op is ops.mul for step in case[0].steps))
    assert repr(f) == "def f(x0):\n    x1 = mul(x0, x0)\n    return x1"
    assert inputs == (0.0,)


@pytest.mark.parametrize("op", smooth_rows(), ids=lambda op: op.name)
def test_programs_use_every_smooth_row(op: Any) -> None:
    rng = np.random.default_rng(0)
    bounds = [(0.2, 0.8), (1.2, 2.5), (-2.0, 2.0)]
    tried = [[np.asarray(rng.uniform(*bound, (2, 2))) for _ in range(op.arity)] for bound in bounds for _ in range(20)]
    inputs = [xs for xs in tried if fits(op, xs)]
    assert inputs
    assert gradcheck(Program(op.arity, (Step(op, tuple(range(op.arity))),)), *inputs[0])


def test_a_wrong_rule_of_the_table_is_found_by_random_functions() -> None:
    wrong = custom_op(np.tanh, partials=lambda y, x: 1 - y, check=False)
    program = Program(1, (Step(ops.mul, (0, 0)), Step(wrong, (1,))))
    with pytest.raises(AssertionError, match="FAIL"):
        assert_gradients(program, 0.7)


@pytest.mark.parametrize(("op", "xs"), [
    (ops.log, [-1.0]), (ops.log, [0.01]), (ops.relu, [0.01]), (ops.maximum, [1.0, 1.01]), (ops.exp, [30.0]),
    (ops.tan, [1.57]), (ops.sort, [[1.0, 1.05]]), (ops.add, [[1.0, 2.0], [1.0, 2.0, 3.0]])])
def test_what_is_no_place_for_a_check_is_left_out(op: Any, xs: Any) -> None:
    assert not fits(op, [np.asarray(x) for x in xs])


# Cases

scaled = custom_op(lambda x, power=2: x**power, name="scaled", domain=((0.0, np.inf),),
                   partials=lambda y, x, power: power * x ** (power - 1), choices=({}, {"power": 3}))
product = custom_op(lambda x, y: x * y, name="product", partials=(lambda z, x, y: y, lambda z, x, y: x))
apply = custom_op(lambda a, b: a @ b, name="apply", vjp=lambda g, c, a, b: (ops.outer(g, b), a.T @ g),
                  shapes=(((2, 3), (3,)), ((1, 2), (2,))))
CASES = op_cases(scaled, product, apply, TABLE["logaddexp"])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases_of_right_ops_pass(case: Any) -> None:
    case.check(order=2)


def test_cases_are_the_choices_and_shapes_of_each_op_by_name() -> None:
    names = list(map(str, CASES))
    assert len(set(names)) == len(names)
    assert names[:2] == ["scaled((), power=2)", "scaled((3,), power=2)"]
    assert "scaled((2, 3), power=3)" in names
    assert "product((2, 1, 3), (4, 1))" in names
    assert [name for name in names if name.startswith("apply")] == ["apply((2, 3), (3,))", "apply((1, 2), (2,))"]


def test_a_case_of_a_wrong_op_fails_with_the_report() -> None:
    wrong = custom_op(lambda x, y: x * y, name="product", partials=(lambda z, x, y: y, lambda z, x, y: y), check=False)
    failed = 0
    for case in op_cases(wrong):
        with pytest.raises(AssertionError, match="FAIL"):
            case.check()
        failed += 1
    assert failed == 4


def test_shapes_that_do_not_fit_make_no_case() -> None:
    square = custom_op(lambda a: a @ a, name="square", vjp=lambda g, c, a: g @ a.T + a.T @ g,
                       shapes=(((2, 2),), ((2, 3),)))
    assert list(map(str, op_cases(square))) == ["square((2, 2))"]


def test_inputs_of_a_case_repeat_and_follow_the_generator() -> None:
    case = CASES[1]
    np.testing.assert_array_equal(case.inputs(), case.inputs())
    assert np.any(case.inputs(np.random.default_rng(1))[0] != case.inputs()[0])
    assert type(CASES[0].inputs()[0]) is float
