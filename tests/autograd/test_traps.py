"""The structural traps that engines fall into: sharing, depth, freed and stale graphs, aliasing, dtypes."""

import gc
import sys
import weakref
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, gradients, ops
from autograd.errors import FreedGraphError, NotDifferentiableError, StaleError
from autograd.node import topological_order
from tests.autograd.leaves import both

DEEP = 10**6


# Sharing

@both
def test_a_node_used_twice_gets_both_contributions(leaf: Any) -> None:
    for f, expected in ((lambda x: x * x, 6.0), (lambda x: x + x, 2.0), (lambda x: x - x, 0.0), (lambda x: x / x, 0.0)):
        x = leaf(3.0)
        f(x).backward()
        assert x.grad == expected


@both
def test_inputs_are_ordered_and_repeated(leaf: Any) -> None:
    x, y = leaf(3.0), leaf(2.0)
    assert [a is b for a, b in zip((x * x).inputs, (x, x), strict=True)] == [True, True]
    assert (y - x).inputs[0] is y
    assert (5.0 - x).inputs[1] is x


@both
def test_diamond_accumulates_before_it_propagates(leaf: Any) -> None:
    x = leaf(2.0)
    a = x * 3.0
    b, c = a * a, a + 1.0
    d = b * c + a
    d.backward()
    assert x.grad == 3.0 * (2 * 6 * 7 + 36 + 1)


@both
def test_two_to_the_sixty_paths_take_sixty_steps(leaf: Any) -> None:
    x = leaf(1.0)
    y = x
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad == 2.0**60
    assert len(topological_order(y)) == 61


# Depth

def chain(leaf: Any, n: int) -> Any:
    for _ in range(n):
        leaf = leaf + 1.0
    return leaf


def test_a_chain_of_a_million_values_works_in_every_way() -> None:
    x = Value(0.0)
    y = chain(x, DEEP)
    assert sys.getrecursionlimit() < DEEP
    assert repr(y).startswith("Value(data=1000000.0")
    order = topological_order(y)
    assert len(order) == DEEP + 1
    assert order[0] is x
    assert order[-1] is y
    del order
    y.backward()
    assert x.grad == 1.0
    gone = weakref.ref(y.inputs[0])
    del y
    assert gone() is None


def test_a_chain_of_a_hundred_thousand_tensors_works_in_every_way() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = chain(x, DEEP // 10)
    assert "100001." in repr(y)
    y.backward(np.ones(2))
    assert x.grad.tolist() == [1.0, 1.0]
    gone = weakref.ref(y.inputs[0])
    del y
    assert gone() is None


def test_work_grows_linearly_with_the_length_of_a_chain() -> None:
    def calls(n: int) -> int:
        y, count = chain(Value(0.0), n), 0

        def profile(frame: Any, event: str, argument: Any) -> None:
            nonlocal count
            count += event in ("call", "c_call")
        sys.setprofile(profile)
        try:
            y.backward()
        finally:
            sys.setprofile(None)
        return count
    once, twice = calls(25_000), calls(50_000)
    assert once <= 25_000 * 12
    assert twice <= 2.01 * once + 200


# Sweeping twice, freeing, changing data

@both
def test_second_backward_exactly_doubles_the_leaves(leaf: Any) -> None:
    x = leaf(2.0)
    y = x * x  # micrograd gives 36 here
    z = y * 3.0
    z.backward()
    assert x.grad == 12.0
    z.backward()
    assert x.grad == 24.0


def test_an_intermediate_shows_the_latest_sweep_alone() -> None:
    x = Value(2.0)
    y = x * x
    z = y * 3.0
    z.backward()
    z.backward()
    assert y.grad == 3.0
    t = Tensor(2.0, requires_grad=True)
    hidden, shown = t * t, t * t
    shown.retain_grad()
    for _ in range(2):
        (hidden * shown).backward()
    assert hidden.grad is None
    assert shown.grad == 4.0


@both
def test_a_freed_graph_is_an_error_that_names_the_node(leaf: Any) -> None:
    x = leaf(2.0)
    y = x * x
    y.label = "area"
    z = y * 3.0
    z.backward(free=True)
    assert x.grad == 12.0
    for use in (lambda: z.backward(), lambda: (y + 1.0).backward(), lambda: y.inputs):
        with pytest.raises(FreedGraphError, match=r"area|result of mul"):
            use()
    with pytest.raises(FreedGraphError, match="area"):
        y.backward()
    assert x.grad == 12.0


def test_stale_data_of_a_tensor_is_an_error() -> None:
    x = Tensor([3.0], requires_grad=True)
    y = x * x
    x.data = [100.0]
    with pytest.raises(StaleError, match="changed"):
        y.backward()
    x.data -= 1.0
    (x * x).backward()
    assert x.grad.tolist() == [198.0]
    with pytest.raises(TypeError, match="read-only"):
        x.data[0] = 5.0


def test_stale_data_of_a_value_is_right_at_first_order_and_an_error_at_higher() -> None:
    x = Value(3.0)
    y = x * x
    x.data = 100.0
    y.backward()
    assert x.grad == 6.0
    with pytest.raises(StaleError, match="changed"):
        gradients(y, x, create_graph=True)


def test_a_view_is_stale_with_its_base_and_writes_nothing_through() -> None:
    base = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    for view in (base.T, base[0], base.reshape(4), base[:, None]):
        squared = (view * view).sum()
        squared.backward()
        with pytest.raises(TypeError, match="read-only"):
            view.data[0] = 9.0
    assert base.grad.tolist() == [[2 * 4.0, 4 * 4.0], [6 * 3.0, 8 * 3.0]]
    y = base.T * 2.0
    base.data = np.zeros((2, 2))
    with pytest.raises(StaleError):
        y.backward(np.ones((2, 2)))


def test_an_array_that_the_user_writes_to_later_changes_nothing() -> None:
    a = np.array([1.0, 2.0])
    x = Tensor(a, requires_grad=True)
    y = (x * a).sum()
    a[:] = 100.0
    y.backward()
    assert x.data.tolist() == [1.0, 2.0]
    assert x.grad.tolist() == [1.0, 2.0]


# Aliasing and cycles

def test_no_two_leaves_share_a_gradient_buffer() -> None:
    a, b = (Tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    cotangent = np.ones(2)
    c = a + b
    c.backward(cotangent)
    for x, y in ((a.grad, b.grad), (a.grad, cotangent), (b.grad, cotangent)):
        assert not np.shares_memory(x, y)
    a.grad += 5.0
    assert b.grad.tolist() == cotangent.tolist() == [1.0, 1.0]


def test_three_sweeps_with_one_cotangent_leave_it_alone() -> None:
    x, g = Tensor([[1.0], [1.0], [1.0]], requires_grad=True), np.ones(3)
    y = x.reshape(3)
    for _ in range(3):
        y.backward(g)
    assert g.tolist() == [1.0, 1.0, 1.0]
    assert x.grad.ravel().tolist() == [3.0, 3.0, 3.0]


@both
def test_a_graph_is_freed_without_the_cycle_collector(leaf: Any) -> None:
    gc.collect()
    gc.disable()
    try:
        x = leaf(0.5)
        y = ops.sumprod(x, x, x, n=1)
        z = (x * x).tanh() + x ** 2 - ops.maximum(x, y)
        first = gradients(z, x, create_graph=True)
        z.backward()
        watched = [weakref.ref(node) for node in (*topological_order(first), *topological_order(z)) if node is not x]
        del x, y, z, first
        assert [ref() for ref in watched] == [None] * len(watched)
        assert gc.collect() == 0
    finally:
        gc.enable()


# What a backward pass may start from and reach

def test_backward_from_several_elements_needs_a_cotangent() -> None:
    y = Tensor([1.0, 2.0], requires_grad=True) * 2.0
    with pytest.raises(ValueError, match=r"shape \(2,\).*\.sum\(\)"):
        y.backward()
    with pytest.raises(ValueError, match=r"\(3,\)"):
        y.backward(np.ones(3))
    with pytest.raises(NotDifferentiableError):
        Tensor([1.0]).backward()


def test_an_unreached_input_keeps_its_gradient_and_has_gradient_zero() -> None:
    x, y = Value(1.0), Value(2.0)
    (x * 2.0).backward()
    assert y.grad == 0.0
    assert gradients(x * 2.0, y) == 0.0
    a, b = Tensor([1.0], requires_grad=True), Tensor([[2.0, 3.0]], requires_grad=True, dtype=np.float32)
    (a * 2.0).backward()
    assert b.grad is None
    zeros = gradients(a * 2.0, b)
    assert zeros.tolist() == [[0.0, 0.0]]
    assert zeros.dtype == np.float32


@both
def test_a_reached_input_has_a_gradient_even_if_it_is_zero(leaf: Any) -> None:
    for f in (lambda x: x.relu(), lambda x: x * 0.0, lambda x: ops.where(False, x, 1.0), lambda x: x.clip(0.0, 1.0)):
        x = leaf(-1.0)
        f(x).backward()
        assert x.grad == 0.0


def test_integers_carry_no_gradient() -> None:
    for data in ([1, 2], [True, False], np.int32(3)):
        with pytest.raises(NotDifferentiableError, match=r"only floating.*dtype=float"):
            Tensor(data, requires_grad=True)
    whole = Tensor([1, 2])
    x = Tensor([0.5, 0.5], requires_grad=True)
    (x * whole).sum().backward()
    assert x.grad.tolist() == [1.0, 2.0]
    assert whole.grad is None


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_survives_arithmetic_with_numbers(dtype: Any) -> None:
    x = Tensor([1.0, 2.0], requires_grad=True, dtype=dtype)
    y = 2 * x + 1.5 - x / 3 + x**2 + np.float64(0.5) * x + x.tanh() * True + ops.maximum(x, 0.0)
    loss = y.mean()
    loss.backward()
    assert {y.dtype, loss.dtype, x.grad.dtype} == {np.dtype(dtype)}


def test_gradient_of_float32_stays_so_beside_float64() -> None:
    narrow = Tensor([1.0], requires_grad=True, dtype=np.float32)
    wide = Tensor([1.0], requires_grad=True)
    y = narrow * wide
    y.backward()
    assert (y.dtype, narrow.grad.dtype, wide.grad.dtype) == (np.float64, np.float32, np.float64)


@both
def test_higher_derivatives_at_0(leaf: Any) -> None:
    for power, expected in ((3, [0.0, 0.0, 6.0, 0.0]), (2, [0.0, 2.0, 0.0, 0.0])):
        x = leaf(0.0)
        y, found = x**power, []
        for _ in range(4):
            y = gradients(y, x, create_graph=True)
            found.append(float(y.data))
            if not y.requires_grad:
                y = x * 0.0
        assert found == expected
