"""The steps of a trace, replayed, are what backward does; and every way to stop stops where it should."""

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, gradients, ops
from autograd.errors import OperandError
from autograd.stepping import Stepper, stepper
from autograd.stepping.steps import plan
from autograd.tracing import trace
from tests.autograd.stepping.random_graphs import random_graph


def neuron() -> Value:
    """tanh(w x + b) w, with the weight used twice."""
    w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(6.9, label="b")
    return (w * x + b).tanh() * w


@pytest.mark.parametrize("granularity", ["contribution", "node"])
@pytest.mark.parametrize("kind", ["Value", "Tensor"])
@pytest.mark.parametrize("seed", range(5))
def test_gradients_at_the_end_are_those_of_backward(kind: str, seed: int, granularity: str) -> None:
    root = random_graph(kind, 10 + 15 * seed, seed)
    session = stepper(root, granularity=granularity)
    session.at(len(session))
    for node, traced in zip(session.order, session.trace.nodes, strict=True):
        np.testing.assert_array_equal(session.gradient(traced.name), gradients(root, node))


@pytest.mark.parametrize("kind", ["Value", "Tensor"])
def test_each_step_adds_one_contribution(kind: str) -> None:
    session = stepper(random_graph(kind, 30, 7))
    paid: dict[int, Any] = {}
    for step in session.steps:
        for change in step.changes:
            if change.kind == "edge":
                before = 0.0 if change.before is None else change.before
                np.testing.assert_array_equal(change.after, before + change.event.contribution)
                assert change.before is None or change.before is paid.get(change.node, change.before)
            paid[change.node] = change.after
        session.at(step.number)
        for id_, g in paid.items():
            assert session.gradient(session.trace.nodes[id_].name) is g


def test_no_contribution_is_left_out_or_counted_twice() -> None:
    picture = trace(random_graph("Value", 60, 2))
    for granularity in ("contribution", "node"):
        steps = plan(picture, granularity)
        assert [step.number for step in steps] == list(range(1, len(steps) + 1))
        paid = [change.event for step in steps for change in step.changes if change.event]
        assert paid == list(picture.events)
        assert [step.node for step in steps if not step.changes] == [node.id for node in picture.nodes if node.op]
    assert all(change.left == 0 for node in picture.nodes
               for change in [c for step in steps for c in step.changes if c.node == node.id][-1:])


def test_node_by_node_is_one_step_per_op() -> None:
    session = stepper(neuron(), granularity="node")
    ops_ = sum(bool(node.op) for node in session.trace.nodes)
    assert len(session) == 2 * ops_ + 1
    assert [len(step.changes) for step in session.steps] == [0, 0, 0, 0, 1, 2, 1, 2, 2]


def test_unknown_granularity_is_refused() -> None:
    with pytest.raises(OperandError, match="one of \\('contribution', 'node'\\), not 'edge'"):
        stepper(neuron(), granularity="edge")


def stops(session: Stepper, until: Any) -> list[int]:
    """Return where a stepper stops on its way to the end."""
    found = []
    while session.position < len(session):
        session.run_until(until)
        found.append(session.position)
    return found


@pytest.mark.parametrize(("until", "expected"), [
    ("tanh", [3, 8, 12]), ("w", [7, 11, 12]), ("> 4", [12]), ("nan", [12]), (None, [12]), ("mul", [1, 4, 6, 7, 11, 12]),
    (lambda step, trace: step.number % 5 == 0, [5, 10, 12])])
def test_run_until_stops_at(until: Any, expected: list[int]) -> None:
    assert stops(stepper(neuron()), until) == expected


def test_breakpoints_are_kept_and_add_up() -> None:
    session = stepper(neuron())
    session.breakpoint("tanh")
    session.breakpoint("b")
    assert stops(session, None) == [3, 8, 10, 12]
    session.at(0)
    assert stops(session, "x") == [3, 8, 10, 12]


@pytest.mark.parametrize("until", ["nowhere", "> many", ""])
def test_unknown_places_to_stop_are_refused(until: str) -> None:
    with pytest.raises(OperandError, match=r"expected a number after|no node and no op"):
        stepper(neuron()).run_until(until)


@pytest.mark.parametrize("root", [
    lambda x: (x * x).sqrt() + x,
    lambda x: ops.where(x > 0, x.log(), x) if isinstance(x, Tensor) else x.log() * x,
], ids=["derivative", "value"])
@pytest.mark.parametrize("kind", [Value, lambda data: Tensor(data, requires_grad=True)], ids=["Value", "Tensor"])
def test_run_until_nan_finds_the_first_number_that_is_not_finite(kind: Any, root: Any) -> None:
    session = stepper(root(kind(0.0)))
    session.run_until("nan")
    step = session.steps[session.position - 1]
    numbers = [change.after for change in step.changes] or [session.trace.nodes[step.node].data]
    assert not np.isfinite(numbers).all()
    for earlier in session.steps[: session.position - 1]:
        assert all(np.isfinite(change.after).all() for change in earlier.changes)


def test_hooks_are_steps_of_their_own() -> None:
    x = Value(2.0, label="x")
    square = x * x
    square.label = "square"
    square.register_hook(lambda g: 10 * g)
    session = stepper(square + 1.0)
    kinds = [change.kind for step in session.steps for change in step.changes]
    assert kinds == ["seed", "edge", "hook", "edge", "edge"]
    session.at(len(session))
    assert (session.gradient("square"), session.gradient("x")) == (10.0, 40.0)


def test_no_grad_of_the_users_changes() -> None:
    root = neuron()
    root.backward()
    leaves = [node for node in stepper(root).order if node.op is None]
    before = [leaf.grad for leaf in leaves]
    session = stepper(root)
    session.at(len(session))
    str(session)
    assert [leaf.grad for leaf in leaves] == before


def test_root_of_several_elements_takes_a_cotangent() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    session = stepper(x * x, np.array([1.0, 10.0]))
    session.at(len(session))
    assert session.gradient("v0").tolist() == [2.0, 40.0]
