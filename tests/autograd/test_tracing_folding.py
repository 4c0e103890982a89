"""Folding: dots, scopes, repeats and chains are one box each, no circle arises, and every node is in one box."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value, scope
from autograd.errors import OperandError
from autograd.tracing import Trace, trace
from autograd.tracing.folding import Box, fold, last_boxes


def check_boxes(graph: Trace, boxes: list[Box]) -> None:
    """Every node is in one box; every box comes after those it needs; outputs are what others need."""
    place = {node: i for i, box in enumerate(boxes) for node in (*box.nodes, *box.leaves)}
    assert sorted(place) == [node.id for node in graph.nodes]
    assert sum(len(box.nodes) + len(box.leaves) for box in boxes) == len(graph.nodes)
    for edge in graph.edges:
        assert place[edge.source] <= place[edge.target]
        if place[edge.source] != place[edge.target]:
            assert edge.source in boxes[place[edge.source]].outputs
    assert graph.root.id in boxes[-1].outputs


def neuron(weights: list[Value], xs: list[Any]) -> Any:
    return sum((w * x for w, x in zip(weights[1:], xs)), weights[0]).relu()


def mlp(sizes: list[int], scoped: bool = False) -> Any:
    rng = np.random.default_rng(0)
    xs: Any = [Value(float(i), label=f"x{i}") for i in range(sizes[0])]
    for number, (n, m) in enumerate(pairwise(sizes)):
        layer = [[Value(w) for w in rng.normal(size=n + 1)] for _ in range(m)]
        with scope(f"layer{number}" if scoped else "all"):
            xs = [neuron(weights, xs) for weights in layer]
    return sum(xs)


def kinds(boxes: list[Box]) -> list[str]:
    return [box.title for box in boxes if box.kind != "node"]


def test_small_graphs_are_not_folded_unless_asked() -> None:
    graph = trace(mlp([2, 2, 1]))
    assert {box.kind for box in fold(graph)} == {"node"}
    assert len(fold(graph)) == len(graph.nodes)
    assert kinds(fold(graph, True))


def test_a_sum_of_products_is_one_box_with_its_weights_inside() -> None:
    graph = trace(mlp([3, 8, 1]))
    boxes = fold(graph, True, wanted=100)
    check_boxes(graph, boxes)
    dots = [box for box in boxes if box.kind == "dot"]
    assert [box.title for box in dots] == ["sum of 3 products"] * 8 + ["sum of 8 products"]
    assert {len(box.leaves) for box in dots} == {4, 9}
    assert {len(box.outputs) for box in dots} == {1}


def test_scopes_fold_the_innermost_first_and_only_as_far_as_needed() -> None:
    graph = trace(mlp([3, 16, 16, 1], scoped=True))
    boxes = fold(graph, wanted=20)
    check_boxes(graph, boxes)
    assert kinds(boxes) == ["layer0", "layer1", "layer2"]


def test_repeats_fold_what_computes_the_same() -> None:
    graph = trace(mlp([2, 16, 16, 1]))
    boxes = fold(graph, wanted=12)
    check_boxes(graph, boxes)
    assert "sum of 2 products × 16" in kinds(boxes) or "all" in kinds(boxes)


def test_a_scope_that_is_left_and_entered_again_does_not_swallow_what_lies_between() -> None:
    x = Value(0.5)
    for _ in range(5):
        with scope("cell"):
            x = (x * 2.0).tanh()
        x = x + 1.0
    boxes = fold(trace(x), wanted=12)
    check_boxes(trace(x), boxes)
    assert kinds(boxes) == ["cell"] * 5


def test_a_chain_of_many_steps_is_one_box() -> None:
    y = Value(1.0)
    for i in range(10_000):
        y = (y * float(i % 7)).sin()
    graph = trace(y)
    (box,) = fold(graph)
    assert (box.title, len(box.nodes), len(box.leaves)) == ("20,000 steps to sin", 20_000, 1)


def test_the_user_folds_by_name() -> None:
    graph = trace(mlp([2, 3, 1], scoped=True))
    boxes = fold(graph, lambda node: node.scope[0] if node.scope else None)
    check_boxes(graph, boxes)
    assert kinds(boxes) == ["layer0", "layer1"]
    leaves = fold(graph, lambda node: "parameters" if not node.op else None)
    check_boxes(graph, leaves)
    assert kinds(leaves) == ["parameters"]


def test_a_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(OperandError, match="fold must return the name of a box or None, got 3"):
        fold(trace(Value(1.0) * 2), lambda node: 3)


def test_beyond_the_limit_the_first_boxes_are_one() -> None:
    graph = trace(mlp([2, 3, 1]))
    boxes = last_boxes(graph, fold(graph), 10)
    check_boxes(graph, boxes)
    assert len(boxes) == 10
    assert boxes[0].kind == "rest"
    assert boxes[0].title == f"{len(graph.nodes) - 9} earlier nodes"
    assert last_boxes(graph, boxes, 10) == boxes


def test_tensors_fold_by_scope_too() -> None:
    x = Tensor(np.ones((4, 3)), requires_grad=True)
    for number in range(40):
        with scope(f"block{number}"):
            x = (x * 0.9).tanh() + x
    graph = trace(x.sum())
    boxes = fold(graph)
    check_boxes(graph, boxes)
    assert kinds(boxes) == [f"block{number}" for number in range(40)]


MADE: dict[str, Any] = {"add": lambda x, y: x + y, "mul": lambda x, y: x * y, "tanh": lambda x, y: x.tanh(),
                        "leaf": lambda x, y: Value(1.0)}
STEPS = st.lists(st.tuples(st.sampled_from([*MADE]), st.integers(0, 40), st.integers(0, 40),
                           st.sampled_from(["", "a", "b", "c"])), min_size=1, max_size=40)



@settings(max_examples=100, deadline=None)
@given(STEPS, st.integers(1, 12), st.booleans())
def test_folding_never_makes_a_circle(steps: list[Any], wanted: int, by_user: bool) -> None:
    pool: list[Any] = [Value(1.0), Value(2.0)]
    for name, i, j, where in steps:
        x, y = pool[i % len(pool)], pool[j % len(pool)]
        with scope(where or "none"):
            pool.append(MADE[name](x, y))
    graph = trace(pool[-1] + pool[0])
    by = (lambda node: node.scope[-1] if node.scope and node.scope[-1] != "none" else None) if by_user else None
    check_boxes(graph, fold(graph, by, wanted=wanted))
    check_boxes(graph, last_boxes(graph, fold(graph, by, wanted=wanted), 3))
