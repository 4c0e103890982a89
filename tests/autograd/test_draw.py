"""Traces as data, and as a table of text: right numbers, stable names, 80 columns, ASCII where nothing else goes."""

import io
import math
import sys

import numpy as np
import pytest

from autograd import Tensor, Value, dot, stack_values
from autograd.draw import text_table
from autograd.trace import trace


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


def test_table_shows_the_graph_with_its_gradients() -> None:
    assert [line.rstrip() for line in text_table(small_graph()).splitlines()] == [
        "node  computed as  local        data    grad",
        "w                             0.5000  9.0000",
        "x                             3.0000  5.0000",
        "v2    w * x        3.0, 0.5   1.5000  3.0000",
        "v3    v2 + 2.0     1.0        3.5000  3.0000",
        "v4    v3 * x       3.0, 3.5  10.5000  1.0000",
    ]


@pytest.mark.parametrize("number", [0.0, -1234.5678, 12345.678, 1e-5, -1e-300, 1e300, math.inf, math.nan, 1 / 3])
def test_table_fits_into_80_columns_and_is_aligned_whatever_the_numbers_and_labels(number: float) -> None:
    xs = [Value(number, label=f"a very long label {i}\nof two lines") for i in range(40)]
    lines = text_table(dot(xs, [0.0] * 40, Value(1.0)) / 7).splitlines()
    assert len(lines) == 1 + 40 + 3
    assert {len(line) for line in lines} == {len(lines[0])}
    assert len(lines[0]) <= 80


def test_braces_in_a_label_are_only_letters() -> None:
    assert "tanh({0})" in text_table(Value(1.0, label="{0}").tanh())


def test_arrays_show_their_shape_and_the_norm_of_their_gradient() -> None:
    x = Tensor(np.zeros((2, 3)), requires_grad=True, label="x")
    line = text_table((x * 2).sum()).splitlines()[1]
    assert line.split() == ["x", "(2,", "3)", "|4.9|"]


def test_long_graphs_show_their_end_and_say_so() -> None:
    y = Value(1.0)
    for _ in range(20_000):
        y = y + 1
    lines = text_table(y, rows=5).splitlines()
    assert lines[1] == "(19996 earlier nodes are not shown)"
    assert [line.split()[0] for line in lines[2:]] == ["v19996", "v19997", "v19998", "v19999", "v20000"]


@pytest.mark.parametrize(("encoding", "ascii"), [("utf-8", False), ("UTF8", False), ("ascii", True), ("cp1252", True)])
def test_table_is_ascii_where_standard_output_is_not_utf8(encoding: str, ascii: bool,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    table = text_table(Value(1.0, label="Γ, a label that is far too long").tanh())
    print(table, flush=True)
    assert table.isascii() == ascii
    assert ("Γ" in table, "…" in table) == (not ascii, not ascii)
