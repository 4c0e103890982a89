"""Traces as data: every contribution in the order of the sweep, exact; stable names; strict JSON."""

import json
import math
import os
import subprocess
import sys
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value, dot, gradients, ops, record_sources, scope, stack_values
from autograd.errors import DomainError, NotDifferentiableError, ShapeError
from autograd.node import Node, topological_order
from autograd.op import TABLE, Op
from autograd.tracing import Trace, trace


def small_graph() -> Value:
    w, x = Value(0.5, label="w"), Value(3.0, label="x")
    return (w * x + 2) * x


def test_trace_holds_every_node_once_inputs_first_root_last() -> None:
    nodes = trace(small_graph()).nodes
    assert [(node.id, node.name, node.op) for node in nodes] == [
        (0, "w", ""), (1, "x", ""), (2, "v2", "mul"), (3, "v3", "add"), (4, "v4", "mul")]
    assert [node.operands for node in nodes] == [(), (), ("w", "x"), ("v2", 2.0), ("v3", "x")]
    assert [node.data for node in nodes] == [0.5, 3.0, 1.5, 3.5, 10.5]


def test_a_gradient_is_the_sum_over_edges_of_local_derivative_times_gradient() -> None:
    picture = trace(small_graph())
    for node in picture.nodes[:-1]:
        outgoing = [edge for edge in picture.edges if edge.source == node.id]
        assert node.grad == sum(edge.local * picture.nodes[edge.target].grad for edge in outgoing)
    assert picture.nodes[-1].grad == 1.0


def test_trace_is_the_same_whatever_ran_before() -> None:
    first = trace(small_graph())
    keep = [small_graph() for _ in range(3)]
    assert trace(small_graph()) == first == trace(keep[1])


def test_trace_leaves_gradients_alone() -> None:
    x = Value(3.0)
    y = x * x
    y.backward()
    trace(y)
    trace(y * 5)
    assert (x.grad, y.grad) == (6.0, 1.0)


def test_an_input_used_twice_has_two_edges() -> None:
    x = Value(3.0)
    assert [(edge.source, edge.target, edge.slot, edge.local) for edge in trace(x * x).edges] == [
        (0, 1, 0, 3.0), (0, 1, 1, 3.0)]


def test_equal_labels_are_told_apart_and_so_is_a_label_like_a_made_up_name() -> None:
    a, b, c = Value(1.0, label="w"), Value(2.0, label="w"), Value(3.0, label="v3")
    assert [node.name for node in trace(dot([a], [b], c)).nodes] == ["w#0", "w#1", "v3#2", "v3#3"]


def test_local_derivatives_of_scalars_are_the_stored_weights() -> None:
    w, x, b = Value(2.0), Value(-3.0), Value(0.5)
    locals_ = {(edge.target, edge.slot): edge.local for edge in trace(dot([w], [x], b).relu()).edges}
    assert locals_ == {(3, 0): -3.0, (3, 1): 2.0, (3, 2): 1.0, (4, 0): 0.0}


def test_local_derivatives_of_arrays_are_partials_and_none_for_structural_ops() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    picture = trace((x * x).sum())
    by_slot, by_hand = [edge.local for edge in picture.edges], np.array([1.0, 2.0])
    np.testing.assert_array_equal(by_slot[:2], [by_hand, by_hand])
    assert by_slot[2] is None
    np.testing.assert_array_equal(picture.nodes[0].grad, 2 * by_hand)


def test_an_infinite_local_derivative_is_shown_as_such() -> None:
    assert trace(Value(0.0).sqrt()).edges[0].local == math.inf
    (edge,) = trace(Tensor(0.0, requires_grad=True).sqrt()).edges
    assert edge.local == math.inf


def test_values_and_tensors_are_traced_on_one_graph() -> None:
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    picture = trace((stack_values([a, b]) * np.array([10.0, 1.0])).sum())
    assert [(node.name, float(node.grad)) for node in picture.nodes[:2]] == [("a", 10.0), ("b", 1.0)]


def test_trace_of_several_elements_takes_a_cotangent() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    np.testing.assert_array_equal(trace(x * 3, np.array([1.0, 10.0])).nodes[0].grad, [3.0, 30.0])
    with pytest.raises(ValueError, match="needs a cotangent"):
        trace(x * 3)


# Replaying

def replayed(graph: Trace) -> dict[int, Any]:
    """Add up the contributions in the order of the events, as the module says."""
    grads = {graph.root.id: graph.seed}
    for event in graph.events:
        source = graph.edges[event.edge].source
        grads[source] = event.contribution if event.before is None else grads.get(source, 0.0) + event.contribution
    return grads


def same(a: Any, b: Any) -> bool:
    """Whether two gradients agree bit for bit."""
    a, b = np.asarray(a), np.asarray(b)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def check_replay(root: Node) -> None:
    graph, order = trace(root), topological_order(root)
    root.backward()
    grads = replayed(graph)
    for place, node in enumerate(order):
        if node.op is None:
            expected = 0.0 + grads.get(place, 0.0) if isinstance(node, Value) else grads.get(place)
            assert same(node.grad, expected), (place, node, grads.get(place))
        elif type(node) is Value and node._wx is not None:
            assert same(node.grad, grads.get(place, 0.0))
    left: dict[int, int] = {}
    for event in reversed(graph.events):
        edge = graph.edges[event.edge]
        assert event.left == left.get(edge.source, 0)
        assert same(event.upstream, graph.nodes[edge.target].grad)
        left[edge.source] = event.left + 1


NUMBERS = st.sampled_from([0.0, -0.0, 1.0, -1.5, 0.3, 2.0, 1e200, 40.0])
SCALAR_STEPS: dict[str, Any] = {
    "add": lambda x, y: x + y, "mul": lambda x, y: x * y, "square": lambda x, y: x * x, "tanh": lambda x, y: x.tanh(),
    "sub": lambda x, y: 1.0 - x, "relu": lambda x, y: (x * y).relu(), "power": lambda x, y: x**2,
    "max": lambda x, y: ops.maximum(x, y), "where": lambda x, y: ops.where(x, y, x),
    "dot": lambda x, y: dot([x, y, x], [y, 2.0, x], x),
}


@settings(max_examples=150, deadline=None)
@given(st.lists(NUMBERS, min_size=2, max_size=4),
       st.lists(st.tuples(st.sampled_from([*SCALAR_STEPS]), st.integers(0, 30), st.integers(0, 30)), max_size=25))
def test_replaying_the_events_gives_the_gradients_of_values_bit_for_bit(data: list[float], steps: list[Any]) -> None:
    pool: list[Any] = [Value(x) for x in data]
    for name, i, j in steps:
        pool.append(SCALAR_STEPS[name](pool[i % len(pool)], pool[j % len(pool)]))
    check_replay(pool[-1])


SHAPES = [(2, 3), (3,), (1, 3), (2, 1), ()]
ARRAY_STEPS: dict[str, Any] = {
    "add": lambda x, y: x + y, "mul": lambda x, y: x * y, "div": lambda x, y: x / (y * y + 1.0),
    "tanh": lambda x, y: x.tanh(), "sum": lambda x, y: x.sum(), "mean": lambda x, y: x.mean(axis=0) if x.ndim else x,
    "matmul": lambda x, y: x @ y.T if x.ndim == y.ndim == 2 and x.shape[-1] == y.shape[-1] else x * y,
    "split": lambda x, y: ops.split(x, 3, axis=-1)[1] if x.ndim and x.shape[-1] == 3 else x,
    "unstack": lambda x, y: sum(ops.unstack(x)) if x.ndim else x, "getitem": lambda x, y: x[0] if x.ndim else x,
    "where": lambda x, y: ops.where(x > 0, x * y, y), "scalar": lambda x, y: x * Value(2.0),
    "element": lambda x, y: stack_values([ops.element(x, index=(0,) * x.ndim), 1.0]).sum() * y,
}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(SHAPES), min_size=2, max_size=4), st.integers(0, 99), st.sampled_from(["f4", "f8"]),
       st.lists(st.tuples(st.sampled_from([*ARRAY_STEPS]), st.integers(0, 30), st.integers(0, 30)), max_size=15))
def test_replaying_the_events_gives_the_gradients_of_tensors_bit_for_bit(shapes: list[Any], seed: int, dtype: str,
                                                                         steps: list[Any]) -> None:
    rng = np.random.default_rng(seed)
    pool: list[Any] = [Tensor(rng.integers(-2, 3, shape) / 2, requires_grad=True, dtype=dtype) for shape in shapes]
    for name, i, j in steps:
        with suppress(ShapeError):
            pool.append(ARRAY_STEPS[name](pool[i % len(pool)], pool[j % len(pool)]))
    check_replay(pool[-1].sum() * pool[0].sum())


def test_hooks_are_told_and_what_they_leave_goes_on() -> None:
    x = Value(3.0, label="x")
    y = x * 2
    y.register_hook(lambda g: g * 10)
    graph = trace(y * y)
    assert [(hook.node, hook.position, hook.before, hook.after) for hook in graph.hooks] == [(1, 2, 12.0, 120.0)]
    assert graph.nodes[0].grad == 240.0


def test_outputs_of_one_op_hang_on_a_hidden_node_with_all_in_one_row() -> None:
    x = Tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True, label="x")
    first, second = x.split(2)
    graph = trace((first * second * second).sum())
    (hidden,) = [node for node in graph.nodes if node.hidden]
    assert (hidden.op, hidden.shapes, hidden.data.tolist()) == ("split", ((2,), (2,)), [1.0, 2.0, 3.0, 4.0])
    parts = [event.contribution.tolist() for event in graph.events if graph.edges[event.edge].source == hidden.id]
    assert parts == [[0.0, 0.0, 6.0, 16.0], [9.0, 16.0, 0.0, 0.0]]
    assert graph.nodes[0].grad.tolist() == hidden.grad.tolist() == [9.0, 16.0, 6.0, 16.0]


@pytest.mark.parametrize(("shape", "axes", "text"), [
    ((3,), (0,), "sum over axis 0"), ((2, 1), (1,), "sum over axis 1"), ((), (0, 1), "sum over axes 0, 1")])
def test_a_stretched_operand_tells_how_its_contribution_was_summed(shape: Any, axes: Any, text: str) -> None:
    x = Tensor(np.ones(shape), requires_grad=True)
    graph = trace((x * np.arange(6.0).reshape(2, 3)).sum())
    found = graph.unbroadcast(graph.events[-1])
    assert found is not None
    assert (found.axes, found.text) == (axes, text)
    np.testing.assert_array_equal(found.full, np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(found.full.sum(axis=axes).reshape(shape), graph.events[-1].contribution)


# JSON

def test_json_is_strict_and_has_a_version_whatever_the_numbers() -> None:
    x = Tensor([0.0, np.inf, np.nan], requires_grad=True)
    written = trace((x.sqrt() * np.arange(3) + Value(1e300) * 1e300).sum()).to_json()
    found = json.loads(written, parse_constant=pytest.fail)
    assert found["v"] == 1
    assert found["nodes"][0]["value"] == [0.0, "inf", "nan"]
    assert [rule["text"] for rule in found["rules"]][:2] == ["0.5 / {y}", "{1}"]


def test_json_tells_what_a_picture_folds() -> None:
    xs = [Value(float(i)) for i in range(60)]
    (fold,) = trace(sum((x * 2.0 for x in xs), Value(0.0))).to_dict()["folds"]
    assert (fold["kind"], fold["title"]) == ("dot", "sum of 60 products")
    assert (len(fold["nodes"]), len(fold["leaves"]), fold["outputs"]) == (120, 61, (180,))
    assert trace(small_graph()).to_dict()["folds"] == []


def test_json_sums_up_large_arrays() -> None:
    found = trace(Tensor(np.full((30, 30), 2.0), requires_grad=True).sum()).to_dict(cap=100)
    assert found["nodes"][0]["value"] == {"shape": [30, 30], "min": 2.0, "max": 2.0, "norm": 60.0, "nonfinite": 0}
    assert found["nodes"][0]["shape"] == [30, 30]


def test_json_tells_scopes_and_source_lines_without_folders() -> None:
    x = Value(2.0, label="x")
    with record_sources(), scope("outer"), scope("inner"):
        y = "ÄÖ" and x * x
    (_, node) = trace(y).to_dict()["nodes"]
    assert node["scope"] == ["outer", "inner"]
    source = node["src"]
    assert (source["file"], source["cell"]) == ("test_tracing.py", None)
    assert source["code"][source["col"] : source["end_col"]] == "x * x"


def test_constants_with_labels_keep_them() -> None:
    data = Tensor(np.ones((2, 3)), label="data")
    graph = trace((data @ Tensor(np.ones((3, 1)), requires_grad=True, label="W")).sum())
    edge = graph.edges[0]
    assert graph.formula(edge).named(graph.names(edge)).text == "data.T @ v1.grad"
    assert graph.to_dict()["nodes"][1]["labels"] == {0: "data"}


PROGRAM = """
from autograd import Tensor, Value, scope
from autograd.drawing import draw
x, w = Tensor([[1.0, 2.0]], requires_grad=True, label="x"), Tensor([[3.0], [4.0]], requires_grad=True)
with scope("layer"):
    a, b = (x @ w * Value(2.0, label="v")).tanh().reshape(1), x.split(1, axis=1)[0]
y = (a + b).sum()
many = sum((Value(float(i)) * 0.5 for i in range(300)), Value(1.0)).tanh()
for root in (y, many):
    drawing = draw(root)
    print(drawing.trace.to_json(), drawing.svg, drawing.dot, drawing.tree)
"""


def test_traces_and_pictures_are_the_same_in_every_process() -> None:
    written = {subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True, text=True,
                              env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}).stdout
               for seed in ("0", "1", "2")}
    assert len(written) == 1
    assert len(written.pop()) > 5000


@pytest.mark.parametrize("labels", [("x", "x", "x#1"), ("v1", "", "v0"), ("x#0", "x", "x"), ("x", "x#0", "x")], ids=str)
def test_names_are_unique_whatever_the_labels(labels: tuple[str, ...]) -> None:
    names = [node.name for node in trace(sum((Value(1.0, label=label) for label in labels), Value(0.0))).nodes]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("number", [0.0, -1.0, 1e308, math.inf])
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("op", [op for op in TABLE.values() if op.elementwise and op.arity == 2], ids=str)
def test_local_derivative_beside_any_plain_number_gives_the_gradient(op: Op, swapped: bool, number: float) -> None:
    x = Tensor([0.0, -1.5, 2.0], requires_grad=True)
    with np.errstate(all="ignore"), suppress(DomainError, NotDifferentiableError):
        y = op(number, x) if swapped else op(x, number)
        g = np.array([1.0, -2.0, 0.5])
        picture = trace(y, g)
        assert np.array_equal(picture.nodes[0].grad, gradients(y, x, g), equal_nan=True)
