"""What nodes remember: scopes, source lines, hooks; and what switches the recording off."""

import math
import threading

import numpy as np
import pytest

from autograd import Tensor, Value, errors, gradients, no_grad, record_sources, scope
from autograd.node import special, topological_order


def test_scopes_nest_and_end():
    with scope("layer"):
        with scope("neuron"):
            inner = Value(1.0) + 1
        outer = Tensor([1.0], requires_grad=True) * 2
    assert (inner.scope, outer.scope, (inner + 1).scope) == (("layer", "neuron"), ("layer",), ())


def test_the_line_that_created_a_node_is_remembered_when_asked():
    with record_sources():
        y = Value(2.0) * 3
        t = Tensor([1.0], requires_grad=True).exp()
    assert y.source.file == t.source.file == __file__
    assert t.source.line == y.source.line + 1
    assert y.source.column < y.source.end_column
    assert (Value(2.0) * 3).source is None


def test_an_error_names_the_lines_where_data_was_computed_and_changed():
    with record_sources():
        x = Tensor([1.0], requires_grad=True, label="x")
        y = x * x
        x.data = [2.0]
    with pytest.raises(errors.StaleError, match=r"'x' .*was changed at .*test_node.py:\d+ after .* mul, created at"):
        y.sum().backward()


def test_no_grad_records_nothing_and_works_as_a_decorator():
    @no_grad()
    def double(x):
        return x + x

    for x in (Value(1.0), Tensor([1.0], requires_grad=True)):
        y = double(x)
        assert y.inputs == ()
        assert y.op is None
    assert not double(Tensor([1.0], requires_grad=True)).requires_grad
    assert special.blocks == 0


def test_no_grad_in_one_thread_leaves_others_alone():
    entered, done = threading.Event(), threading.Event()

    def quiet():
        with no_grad():
            entered.set()
            done.wait(10)

    thread = threading.Thread(target=quiet)
    thread.start()
    entered.wait(10)
    y = Value(2.0) * 3
    done.set()
    thread.join()
    assert y.op.name == "mul"


def test_a_hook_sees_the_complete_cotangent_once_and_may_replace_it():
    seen = []
    x = Value(3.0)
    y = x * 2
    remove = y.register_hook(lambda g: seen.append(g) or g * 10)
    (y + y).backward()
    assert (seen, x.grad) == ([2.0], 40.0)
    remove()
    (y + y).backward()
    assert (len(seen), x.grad) == (1, 44.0)


def test_a_hook_that_changes_the_shape_is_an_error():
    x = Tensor([1.0, 2.0], requires_grad=True, label="x")
    x.register_hook(lambda g: g.sum())
    with pytest.raises(errors.ShapeError, match=r"hook of Tensor 'x'.*\(2,\)"):
        x.sum().backward()
    assert x.grad is None


def test_inputs_come_before_what_is_made_of_them():
    x = Value(1.0)
    y = x * x
    z = y + x
    assert topological_order(z) == [x, y, z] or [n.index for n in topological_order(z)] == [x.index, y.index, z.index]


def test_gradients_leaves_grad_alone_and_shares_no_memory():
    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    gx, gy = gradients((x + y).sum(), [x, y])
    gx += 1
    assert (x.grad, gy.tolist()) == (None, [1.0, 1.0])


def test_gradients_of_several_outputs_are_weighed_by_their_cotangents():
    x = Value(2.0)
    assert gradients([x * x, 3 * x], x, [10.0, 1.0]) == 43.0


def test_gradients_with_respect_to_an_intermediate():
    x = Tensor([2.0], requires_grad=True)
    y = x * x
    assert gradients((y * 3).sum(), y).tolist() == [3.0]


@pytest.mark.parametrize(("inputs", "cotangents", "message"), [
    ([1.0], None, "an input must be a Value or a Tensor, got float"),
    ([Tensor([1.0])], None, "does not require a gradient"),
    ([Value(1.0)], [1.0, 2.0], "got 2 cotangents for 1 outputs"),
])
def test_bad_calls_of_gradients_say_what_is_wrong(inputs, cotangents, message):
    with pytest.raises(errors.AutogradError, match=message):
        gradients([Value(1.0) * 2], inputs, cotangents)


def test_an_array_that_the_user_set_as_grad_is_never_written_to():
    shared = [Tensor([1.0], requires_grad=True) for _ in range(2)]
    mine = np.array([0.0])
    for t in shared:
        t.grad = mine
    for t in shared:
        (t * t).backward()
    assert [t.grad.tolist() for t in shared] == [[2.0], [2.0]]
    assert mine.tolist() == [0.0]


def test_rounding_and_floor_division_stay_on_the_graph():
    v = Value(-7.5)
    assert [x.data for x in (v // 2, *divmod(v, 2.0), math.floor(v), math.ceil(v), math.trunc(v), round(v))] == [
        -4.0, -4.0, 0.5, -8.0, -7.0, -7.0, -8.0]
    assert (7 // Value(2.0)).data == 3.0
    assert (Tensor([5.0, -5.0]) // 2).tolist() == [2.0, -3.0]


@pytest.mark.parametrize("zero", [0, 0.0])
@pytest.mark.parametrize("create_graph", [False, True])
def test_the_derivative_of_a_division_by_a_plain_zero_is_infinite(zero, create_graph):
    x, v = Tensor([1.0, 2.0], requires_grad=True), Value(2.0)
    with np.errstate(all="ignore"):
        y = (x / zero).sum()
    assert gradients(y, x, create_graph=create_graph).tolist() == [math.inf, math.inf]
    assert float(format(gradients(v / zero, v, create_graph=create_graph), "f")) == math.inf


def test_whether_a_leaf_requires_a_gradient_can_be_changed():
    x = Tensor([1.0]).requires_grad_()
    (x * x).backward()
    assert x.grad.tolist() == [2.0]
    assert not (x.requires_grad_(False) * 2).requires_grad
    with pytest.raises(errors.NotDifferentiableError, match="only floating tensors"):
        Tensor([1]).requires_grad_()
