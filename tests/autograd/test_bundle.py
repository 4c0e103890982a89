"""Ops of several outputs: one hidden node, the outputs its items, one run of the rule for all of their cotangents."""

import numpy as np
import pytest

from autograd import Tensor, explode, gradients, graph_stats, no_grad, ops
from autograd.bundle import Bundle
from autograd.op import structural, unregister
from autograd.tracing import trace


def test_outputs_share_one_hidden_node_whose_rule_runs_once() -> None:
    x = Tensor(np.arange(4.0), requires_grad=True)
    a, b = x.split(2)
    assert isinstance(a.inputs[0], Bundle)
    assert a.inputs[0] is b.inputs[0]
    assert graph_stats((a * b).sum()).nodes_by_op == {"leaf": 1, "split": 1, "item": 2, "mul": 1, "sum": 1}
    assert gradients((a * b).sum(), x).tolist() == [2.0, 3.0, 0.0, 1.0]


def test_split_of_an_array_is_plain_and_without_gradient_leaves() -> None:
    assert [type(part) for part in ops.split(np.arange(4.0), 2)] == [np.ndarray, np.ndarray]
    parts = Tensor(np.arange(4.0)).split(2)
    assert all(part.is_leaf and not part.requires_grad for part in parts)


def test_split_accumulates_frees_and_differentiates_twice() -> None:
    x = Tensor(np.arange(1.0, 5.0), requires_grad=True)
    a, b = x.split(2)
    y = (a * a * b).sum()
    y.backward()
    y.backward()
    once = x.grad / 2
    assert once.tolist() == [6.0, 16.0, 1.0, 4.0]
    first = gradients(y, x, create_graph=True)
    assert gradients(first[0], x).tolist() == [6.0, 0.0, 2.0, 0.0]
    y.backward(free=True)
    assert np.array_equal(x.grad, 3 * once)


def test_split_of_float32_keeps_its_dtype() -> None:
    x = Tensor(np.ones(4, np.float32), requires_grad=True)
    a, _ = x.split(2)
    assert a.dtype == gradients(a.sum(), x).dtype == np.float32


def test_several_outputs_are_traced_and_exploded() -> None:
    x = Tensor(np.arange(1.0, 5.0), requires_grad=True)
    a, b = ops.split(x, 2)
    output = (a * b * a).sum()
    assert [node.op for node in trace(output).nodes] == ["", "split", "item", "item", "mul", "mul", "sum"]
    assert trace(output).nodes[1].grad.tolist() == gradients(output, x).tolist()
    scalars = explode(output)
    scalars.output.backward()
    assert scalars.gradient(x) == pytest.approx(gradients(output, x))


def test_unstacking_many_rows_costs_no_more_than_linear_space() -> None:
    x = Tensor(np.ones((500, 3)), requires_grad=True)
    total = sum(((row * float(i)).sum() for i, row in enumerate(x.unstack())), Tensor(0.0))
    assert np.array_equal(gradients(total, x), np.arange(500.0)[:, None] * np.ones(3))


def test_nothing_is_recorded_without_gradients():
    x = Tensor(np.arange(4.0), requires_grad=True)
    with no_grad():
        parts = x.split(2)
    assert all(part.is_leaf and not part.requires_grad for part in parts)


def test_a_rule_gets_zeros_for_outputs_that_nothing_depends_on_and_runs_once():
    seen = []

    def spy(g, y):
        seen.append([part.tolist() for part in g])
        return g[0] * y[1] + g[1] * y[0]

    op = structural(lambda g, y, x: mixed(complete(g, y), y), tex="{0}", bundles=True, name="halves",  # noqa: F821
                    bound=True)(lambda x: (2 * x, x.sum(keepdims=True), np.arange(3)))
    for namespace in (op.array_rules[0].__globals__, op.node_rules[0].__globals__):
        namespace["mixed"] = spy
    try:
        x = Tensor([1.0, 2.0], requires_grad=True)
        double, total, places = op(x)
        assert not places.requires_grad
        assert gradients(double.sum(), x).tolist() == [3.0, 3.0]
        assert seen == [[[1.0, 1.0], [0.0], [0, 0, 0]]]
        seen.clear()
        gradients((double * double).sum() + total.sum(), x)
        assert len(seen) == 1
    finally:
        for namespace in (op.array_rules[0].__globals__, op.node_rules[0].__globals__):
            del namespace["mixed"]
        unregister(op)
