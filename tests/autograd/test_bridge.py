"""Values and Tensors on one graph, creation functions, graph statistics and the catalog."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, conventions, dot, errors, graph_stats, stack_values, supported
from autograd.op import TABLE


def test_gradients_flow_from_values_through_a_tensor_and_back_to_values():
    a, b = Value(2.0), Value(3.0)
    t = stack_values([[a, b], [a, 1.0]])
    (x, _), (_, one) = (t * t).values()
    (x * b + one).backward()
    assert (a.grad, b.grad) == (2 * 2 * 3, 4)


def test_second_derivatives_flow_through_the_bridge():
    a = Value(2.0)
    y = (stack_values([a, a * a]) ** 2).sum()
    first = autograd.gradients(y, a, create_graph=True)
    assert first.data == 2 * 2 + 4 * 2**3
    assert autograd.gradients(first, a) == 2 + 12 * 2**2


def test_stacking_numbers_only_gives_a_constant():
    assert not stack_values([1.0, 2]).requires_grad


@pytest.mark.parametrize("bad", [["a"], [[Value(1.0)], [Value(1.0), 2]], [None], [1j]])
def test_stacking_anything_else_is_an_error(bad):
    with pytest.raises((errors.OperandError, ValueError)):
        stack_values(bad)


def test_dot_is_one_node_for_values_and_numpys_for_arrays():
    w, x, b = [Value(2.0), Value(-1.0)], [Value(3.0), 4.0], Value(0.5)
    y = dot(w, x, b)
    y.backward()
    assert (y.data, y.op.name, len(y.inputs)) == (2.5, "sumprod", 5)
    assert ([v.grad for v in w], x[0].grad, b.grad) == ([3.0, 4.0], 2.0, 1.0)
    t = Tensor([1.0, 2.0], requires_grad=True)
    assert dot(t, np.array([3.0, 4.0]), 1.0).item() == 12.0


def test_dot_of_values_without_bias_and_with_numpy_numbers():
    w = [Value(2.0), Value(3.0)]
    y = dot(w, [np.float64(4.0), 5])
    assert (y.data, type(y)) == (23.0, Value)


def test_dot_of_different_lengths_is_an_error():
    with pytest.raises(errors.ShapeError, match="2 weights do not fit 1 inputs"):
        dot([Value(1.0), Value(2.0)], [3.0])


def test_creation_functions_take_numpys_arguments():
    rng = np.random.default_rng(0)
    made = [autograd.zeros((2, 3), requires_grad=True), autograd.full((2, 3), 0.5), autograd.eye(2, 3),
            autograd.uniform((2, 3), rng=rng), autograd.normal((2, 3), rng=rng)]
    made += [autograd.zeros_like(made[0]), autograd.ones_like(made[0]), autograd.full_like(made[0], 2.0)]
    assert {t.shape for t in made} == {(2, 3)}
    assert made[0].requires_grad
    assert not made[5].requires_grad
    assert autograd.arange(3.0).tolist() == autograd.linspace(0.0, 2.0, 3).tolist() == [0, 1, 2]
    assert autograd.tensor([1, 2], dtype=np.float32).dtype == np.float32
    assert autograd.ones(2, dtype=np.float32).dtype == np.float32


def test_a_seed_is_no_generator():
    with pytest.raises(errors.OperandError, match=r"np.random.default_rng\(0\), got 0"):
        autograd.normal(3, rng=0)


def test_graph_stats_count_nodes_edges_depth_and_bytes():
    x = Tensor(np.ones((10, 10)), requires_grad=True)
    stats = graph_stats((x * x + x).sum())
    assert (stats.nodes, stats.edges, stats.leaves, stats.depth) == (4, 5, 1, 3)
    assert stats.bytes_by_op["mul"] == stats.bytes_by_op["leaf"] == 800
    assert "depth 3" in str(stats)
    assert stats.bytes == sum(stats.bytes_by_op.values())


def test_the_catalog_lists_every_row_once():
    names = [line.split()[0] for line in supported().splitlines()[1:-1]]
    assert sorted(names) == sorted(TABLE)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_row_explains_itself(name):
    page = conventions(name)
    assert page.startswith(f"{name}(")
    assert repr(page) == str(page)


def test_an_unknown_row_gets_the_nearest_names():
    with pytest.raises(errors.OperandError, match="no row 'tanhh'; nearest: tanh"):
        conventions("tanhh")


def test_a_value_beside_a_float32_tensor_adapts_to_its_dtype():
    v, t = Value(2.0), Tensor(np.ones(3, np.float32), requires_grad=True)
    y = (v * t).sum()
    y.backward()
    assert (y.dtype, t.grad.dtype, v.grad) == (np.float32, np.float32, 3.0)
    assert type(v.grad) is float


def test_an_index_or_a_constant_changed_after_the_forward_pass_does_no_harm():
    x, index, weights = Tensor([1.0, 2.0, 3.0], requires_grad=True), np.array([0, 1]), np.array([10.0, 20.0])
    y = (x[index] * weights).sum()
    index[:] = 2
    weights[:] = 0
    y.backward()
    assert x.grad.tolist() == [10.0, 20.0, 0.0]
