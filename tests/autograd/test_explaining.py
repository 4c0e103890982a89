"""Where a gradient came from: parts that add up to it, in percent that add up to a hundred."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value, no_grad, ops, scope
from autograd.errors import AutogradError, OperandError
from autograd.explaining import explain


def test_contributions_are_told_by_edge_in_the_order_of_the_sweep() -> None:
    x = Value(3.0, label="x")
    y = x * x + 2 * x
    y.backward()
    found = explain(x)
    assert [(share.along, share.contribution, share.percent) for share in found.edges] == [
        ("v2 <- x", 2.0, 25.0), ("v1 <- x", 3.0, 37.5), ("v1 <- x", 3.0, 37.5)]
    assert found.gradient == x.grad == 8.0


def test_paths_are_products_of_local_derivatives_and_sum_to_the_gradient() -> None:
    x = Value(0.5, label="x")
    a = x.sin()
    y = a * a * x
    found = explain(x, y)
    assert sum(share.contribution for share in found.paths) == pytest.approx(found.gradient)
    assert sorted(share.along for share in found.paths) == ["v3 v2 v1 x", "v3 v2 v1 x", "v3 x"]


def test_more_paths_than_can_be_read_are_only_counted() -> None:
    x = Value(1.0)
    y = x
    for _ in range(50):
        y = y * 0.5 + y
    found = explain(x, y)
    assert found.paths == ()
    assert found.remarks == (f"{2**50:,} paths lead from v100 here; they are listed up to 32",)


def test_contributions_are_summed_by_scope() -> None:
    w = Value(2.0, label="w")
    with scope("encoder"):
        a = w * 3.0 + w
    with scope("decoder"):
        b = w * a
    found = explain(w, b)
    assert {share.along: (share.formula, share.contribution) for share in found.scopes} == {
        "encoder": ("2 edges", 8.0), "decoder": ("1 edge", 8.0)}
    assert [share.percent for share in found.scopes] == [50.0, 50.0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("+*st"), st.integers(0, 20), st.integers(0, 20)), max_size=12), st.booleans())
def test_shares_sum_to_all_of_the_gradient(steps: list[tuple[str, int, int]], tensors: bool) -> None:
    x = Tensor([0.5, -1.0], requires_grad=True) if tensors else Value(0.5)
    pool = [x, x * 2.0]
    for op, i, j in steps:
        a, b = pool[i % len(pool)], pool[j % len(pool)]
        pool.append({"+": a.__add__, "*": a.__mul__, "s": lambda _, a=a: a.sin(), "t": lambda _, a=a: a.tanh()}[op](b))
    root = pool[-1] + x
    found = explain(x, root.sum() if tensors else root)
    assert np.sum([share.contribution for share in found.edges], axis=0) == pytest.approx(found.gradient, rel=1e-9)
    if np.any(found.gradient):
        for _, shares in found.tables:
            assert math.fsum(share.percent for share in shares) == pytest.approx(100.0, rel=1e-6)


def test_text_is_of_80_columns_and_html_has_the_same_numbers() -> None:
    x = Value(0.5, label="a label that is very long, much too long <for> a line of text")
    y = sum((x * float(i) for i in range(30)), Value(0.0))
    found = explain(x, y)
    lines = str(found).splitlines()
    assert max(map(len, lines)) <= 80
    assert "  and 10 more" in lines
    assert "<for>" not in found._repr_html_()
    assert found._repr_html_().count("<tr>") == 2 * (1 + 20)


def test_a_gradient_of_several_sweeps_is_remarked() -> None:
    x = Value(3.0)
    y = x * x
    y.backward()
    y.backward()
    assert explain(x).remarks == (".grad is 12.0000: it adds up several sweeps, or was changed; this is one",)


def test_a_hook_that_changes_the_gradient_does_not_disturb() -> None:
    x = Value(3.0)
    x.register_hook(lambda g: 10 * g)
    assert explain(x, x * 2).gradient == 20.0


def test_the_root_itself_has_the_seed() -> None:
    x = Value(2.0) * 3
    assert (explain(x, x).gradient, explain(x, x).edges) == (1.0, ())


def test_what_the_root_does_not_depend_on_is_refused() -> None:
    x = Value(1.0, label="x")
    with pytest.raises(OperandError, match="does not depend on Value 'x'"):
        explain(x, Value(2.0) * 2)
    with no_grad():
        y = x * 2
    with pytest.raises(OperandError, match="does not depend on"):
        explain(x, y)


def test_without_a_root_that_is_alive_there_is_a_clear_error() -> None:
    x = Value(1.0)
    (x * 2).backward()
    with pytest.raises(AutogradError, match=r"call backward first, .* explain\(x, root\)"):
        explain(x)


@pytest.mark.parametrize("scale", [1e-200, 1e-30, 1.0, 1e30, 1e200])
@pytest.mark.parametrize("leaf", [lambda: Value(1.0), lambda: Tensor([1.0, -2.0], requires_grad=True)],
                         ids=["Value", "Tensor"])
def test_percentages_hold_at_any_scale(leaf: Any, scale: float) -> None:
    x = leaf()
    y = x * scale + x * (3.0 * scale)
    found = explain(x, y if isinstance(y, Value) else y.sum())
    assert [share.percent for share in found.edges] == pytest.approx([75.0, 25.0])


def test_paths_through_a_hook_are_not_told_as_products() -> None:
    x = Value(1.0)
    h = x * 2
    h.register_hook(lambda g: 10 * g)
    found = explain(x, h * 3 + x)
    assert (found.paths, found.gradient) == ((), 61.0)
    assert any("hook" in remark for remark in found.remarks)


def test_shares_are_of_what_came_before_a_hook() -> None:
    x = Value(3.0, label="x")
    x.register_hook(lambda g: 10 * g)
    found = explain(x, x * x)
    assert [share.percent for share in found.edges] == [50.0, 50.0]
    assert [share.percent for share in found.paths] == [50.0, 50.0]
    assert found.gradient == 60.0
    assert found.remarks[0] == "a hook changed the gradient from 6.0000 to 60.0000"


def test_no_path_leads_through_what_a_mask_dropped() -> None:
    x = Value(0.0, label="x")
    y = ops.where(False, x.log(), x * 2)
    assert [share.contribution for share in explain(x, y).paths] == [2.0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_contributions_that_cancel_still_add_up(dtype: Any) -> None:
    x = Tensor(np.array([0.1, -0.7], dtype=dtype), requires_grad=True)
    y = sum((x * (1e7 * (-1) ** i + 0.1 * i) for i in range(30)), x).sum()
    assert len(explain(x, y).edges) == 31


def test_a_gradient_that_is_nan_is_not_said_to_be_of_several_sweeps() -> None:
    x = Value(0.0)
    y = x.sqrt() * 0
    y.backward()
    assert explain(x, y).remarks == ()


@pytest.mark.parametrize("arguments", [(3.0,), (Value(1.0), 3.0), ("x", Value(1.0))], ids=str)
def test_what_is_no_node_cannot_be_explained(arguments: Any) -> None:
    with pytest.raises(OperandError, match="Value or a Tensor"):
        explain(*arguments)
