"""The traps at the edge of the graph: hooks, indices, copies, conversions, operands of other kinds, threads."""

import copy
import gc
import math
import pickle
import random
import re
import threading
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, gradients, no_grad
from autograd.errors import AutogradError, CutGraphError, OperandError, StaleError
from tests.autograd.leaves import both, tensor

# Hooks, no_grad, detach

@both
def test_a_hook_changes_what_flows_on_and_can_be_removed(leaf: Any) -> None:
    x = leaf(2.0)
    y = x * 3.0
    seen: list[float] = []
    remove = y.register_hook(lambda g: seen.append(float(g)))
    y.register_hook(lambda g: g * 10.0)
    (y * y).backward()
    assert seen == [12.0]
    assert x.grad == 360.0
    remove()
    (y * 1.0).backward()
    assert seen == [12.0]
    assert x.grad == 390.0


@both
def test_no_grad_and_detach_cut_the_graph(leaf: Any) -> None:
    x = leaf(2.0)
    with no_grad():
        y = x * x
    assert y.inputs == ()
    assert y.is_leaf
    z = x * y + x * (x * x).detach()
    z.backward()
    assert x.grad == 8.0
    assert y.data == 4.0


# Indices, iteration

def test_indexing_is_exact() -> None:
    x = Tensor([5.0, 6.0, 7.0], requires_grad=True)
    cases = [((lambda: x[[0, 0, 1]]), [2.0, 1.0, 0.0]), ((lambda: x[x > 5.5]), [0.0, 1.0, 1.0]),
             ((lambda: x[-1]), [0.0, 0.0, 1.0]), ((lambda: x[::2]), [1.0, 0.0, 1.0]),
             ((lambda: sum(x) * 1.0), [1.0, 1.0, 1.0]), ((lambda: x[np.array([[2, 2], [2, 0]])]), [1.0, 0.0, 3.0])]
    for make, expected in cases:
        x.grad = None
        make().sum().backward()
        assert x.grad.tolist() == expected


def test_unpacking_and_iteration_stay_on_the_graph() -> None:
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    first, second = x
    (a, b), _ = x
    (first * second).sum().backward()
    (a * b).backward()
    assert x.grad.tolist() == [[3.0 + 2.0, 4.0 + 1.0], [1.0, 2.0]]
    assert len(x) == 2
    assert 3.0 in x
    with pytest.raises(TypeError):
        iter(next(iter(a)))


# Copies

@both
def test_leaves_copy_and_pickle_and_interior_nodes_refuse(leaf: Any) -> None:
    x = leaf(2.5)
    x.label = "w"
    y = x * 2.0
    y.backward()
    for twin in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert twin is not x
        assert (twin.data, twin.grad, twin.label, twin.requires_grad) == (2.5, 2.0, "w", True)
        (twin * 3.0).backward()
        assert twin.grad == 5.0
        assert x.grad == 2.0
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(AutogradError, match=r"detach\(\)"):
            attempt(y)
        attempt(y.detach())


# Kinds of operands

def test_float_and_math_functions_of_a_value_name_the_way_out() -> None:
    v = Value(2.0)
    for cut in (float, int, math.sin, math.sqrt, complex, lambda x: [1, 2, 3][x], lambda x: range(x)):
        with pytest.raises(TypeError):
            cut(v)
    for cut in (float, math.sin):
        for x in (v, tensor(2.0)):
            with pytest.raises(CutGraphError, match=r"\.sin\(\).*(\.data|\.item\(\))"):
                cut(x)


@both
def test_complex_numbers_are_refused(leaf: Any) -> None:
    x = leaf(1.0)
    for use in (lambda: x * 1j, lambda: 1j + x, lambda: type(x)(1j), lambda: x ** (1 + 1j), lambda: x * np.array([1j]),
                lambda: np.complex64(1) * x):
        with pytest.raises(TypeError, match=re.compile("complex|real")):
            use()


@both
def test_equality_is_by_data_and_hash_by_identity(leaf: Any) -> None:
    x, y = leaf(2.0), leaf(2.0)
    assert x == y
    assert x == 2.0
    assert (x != y) is np.False_ or (x != y) is False
    assert x < 3.0 <= y + 1.0
    assert hash(x) != hash(y)
    assert len({x: 1, y: 2}) == 2
    assert bool(x)
    assert not leaf(0.0)


@both
def test_format_follows_the_number(leaf: Any) -> None:
    assert f"{leaf(2.0) / 3.0:.3f}" == "0.667"
    assert f"{leaf(2.0):8.1e}" == " 2.0e+00"
    assert type(leaf(2.0)).__name__ in f"{leaf(2.0)}"


def test_numpy_numbers_times_a_value_are_values_and_arrays_give_tensors() -> None:
    v = Value(3.0)
    for scalar in (np.float64(2.0), np.float32(2.0), np.int64(2), np.array(2.0)):
        for product in (scalar * v, v * scalar):
            assert type(product) is Value
            assert type(product.data) is float
            assert product.data == 6.0
    for row in (np.array([1.0, 2.0]) * v, v * np.array([1.0, 2.0])):
        assert type(row) is Tensor
        v.grad = 0.0
        row.sum().backward()
        assert v.grad == 3.0


def test_arrays_on_the_left_of_a_tensor_give_tensors() -> None:
    x, a = Tensor([1.0, 2.0], requires_grad=True), np.array([3.0, 4.0])
    for y, slope in ((a * x, a), (a + x, [1, 1]), (a - x, [-1, -1]), (a / x, [-3, -1]), (np.eye(2) @ x, [1, 1]),
                     (np.float64(2) * x, [2, 2]), (a @ x, a)):
        assert type(y) is Tensor
        x.grad = None
        y.sum().backward()
        assert x.grad.tolist() == list(slope)
    with pytest.raises(TypeError, match=r"a = a \+ t"):
        a += x


# Threads

def test_threads_have_graphs_and_states_of_their_own() -> None:
    barrier, found = threading.Barrier(4), {}

    def work(number: int) -> None:
        rng = random.Random(number)
        xs = [Value(rng.uniform(-1, 1)) for _ in range(20)]
        barrier.wait()
        for _ in range(50):
            y = xs[0]
            for x in xs:
                y = (y * x).tanh() + x
            if number % 2:
                with no_grad():
                    blind = y * 2.0
                found.setdefault("blind", []).append(blind.inputs == ())
            else:
                found.setdefault("seen", []).append(len((y * 2.0).inputs) == 2)
            y.backward()
        found[number] = [x.grad for x in xs]
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found.pop("blind"))
    assert all(found.pop("seen"))
    together = dict(found)
    for number in range(4):
        found.clear()
        barrier = threading.Barrier(1)
        work(number)
        assert found[number] == together[number]


def test_a_thread_that_is_slow_to_stamp_its_data_hides_no_change_of_another(monkeypatch: Any) -> None:
    ours, theirs = Tensor([1.0], requires_grad=True), Tensor([3.0], requires_grad=True)
    graphs: list[Any] = []

    def build_and_change() -> None:
        graphs.append((theirs * theirs).sum())
        theirs.data = [100.0]
    other = threading.Thread(target=build_and_change)
    count, main = autograd.node.next_number, threading.get_ident()

    def slowly() -> int:
        number = count()
        if threading.get_ident() == main:
            other.start()
            other.join(timeout=0.5)  # it waits for us, or gets through
        return number
    monkeypatch.setattr(autograd.node, "next_number", slowly)
    ours.data = [2.0]
    monkeypatch.undo()
    other.join()
    with pytest.raises(StaleError):
        graphs[0].backward()


# What a reviewer broke

def test_data_of_a_constant_changed_after_the_forward_pass_raises() -> None:
    for w in (Tensor([3.0, 4.0], requires_grad=True), Value(3.0)):
        c = Tensor([1.0, 2.0])
        y = (w * c).sum()
        c.data = [10.0, 20.0]
        with pytest.raises(StaleError):
            y.backward()


def test_copies_of_data_are_arrays_like_any_other() -> None:
    p = Tensor([1.0, 2.0], requires_grad=True)
    velocity = np.zeros_like(p.data)
    velocity += 1.0
    copied = p.data.copy()
    copied[0] = 5.0
    assert (velocity.tolist(), copied.tolist(), p.tolist()) == ([1.0, 1.0], [5.0, 2.0], [1.0, 2.0])
    with pytest.raises(OperandError, match="read-only"):
        np.add.at(p.data, [0], 10.0)
    with pytest.raises(ValueError, match="read-only"):
        np.add(p.data, 1.0, out=p.data)


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_a_matrix_is_an_array_and_a_masked_array_is_refused() -> None:
    t = Tensor(np.ones((2, 2)), requires_grad=True)
    (t * np.matrix([[1.0, 2.0], [3.0, 4.0]])).sum().backward()
    assert t.grad.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    masked = np.ma.masked_array([1.0, 2.0], [False, True])
    for use in (lambda: t * masked, lambda: Tensor(masked)):
        with pytest.raises(OperandError):
            use()


def test_derivatives_with_a_graph_are_recorded_within_no_grad_too() -> None:
    x = Value(3.0)
    y = x**3
    with no_grad():
        first = gradients(y, x, create_graph=True)
    assert gradients(first, x) == 18.0


def test_one_of_two_equal_hooks_is_removed_alone() -> None:
    def tenfold(g: float) -> float:
        return 10 * g

    x = Value(1.0)
    remove = x.register_hook(tenfold)
    x.register_hook(tenfold)
    remove()
    (x * 1).backward()
    assert x.grad == 10.0


@pytest.mark.parametrize("call", [
    lambda t: t.sum(0, axis=1), lambda t: setattr(Tensor([1, 2]), "data", [1.5, 2.5]),
    lambda t: setattr(t, "data", np.ones((2, 2)) * 1j), lambda t: t.backward(np.ones((2, 2)) * 1j),
    lambda t: t + 10**400, lambda t: Value(1.0) + 10**400, lambda t: 10**400 - Value(1.0), lambda t: 10**400 * t,
    lambda t: autograd.full((2,), Value(1.0)), lambda t: autograd.linspace(Value(0.0), 1.0, 3),
])
def test_what_would_be_silently_cut_or_misread_is_an_error_of_ours(call: Any) -> None:
    with pytest.raises(autograd.errors.AutogradError):
        call(Tensor(np.ones((2, 2)), requires_grad=True))


def test_subclasses_work_as_operands() -> None:
    class Parameter(Tensor):
        pass

    class Weight(Value):
        pass

    a, b = Parameter([1.0], requires_grad=True), Parameter([2.0], requires_grad=True)
    (a * b).sum().backward()
    assert (a.grad.tolist(), b.grad.tolist()) == ([2.0], [1.0])
    w = Weight(3.0)
    y = autograd.dot([w], [2.0], Value(1.0)) + w * w
    y.backward()
    assert (y.data, w.grad) == (16.0, 8.0)


def test_values_of_a_tensor_leave_no_cycle() -> None:
    gc.collect()
    gc.disable()
    try:
        Tensor([1.0, 2.0], requires_grad=True).values()
        assert gc.collect() == 0
    finally:
        gc.enable()
