"""Tables and trees of text: right numbers, stable names, 80 columns, ASCII where nothing else goes."""

import io
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, dot, explain, stepper
from autograd.drawing import draw, draw_dot, text_table, text_tree
from autograd.errors import OperandError
from autograd.tracing import trace


def small_graph() -> Value:
    w, x = Value(0.5, label="w"), Value(3.0, label="x")
    return (w * x + 2) * x


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


@pytest.mark.parametrize("write", [text_table, text_tree])
@pytest.mark.parametrize(("encoding", "ascii"), [("utf-8", False), ("UTF8", False), ("ascii", True), ("cp1252", True)])
def test_text_is_ascii_where_standard_output_is_not_utf8(encoding: str, ascii: bool, write: Callable[..., str],
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    table = write(Value(1.0, label="Γ, a label that is far too long" + "g" * 70).tanh())
    print(table, flush=True)
    assert table.isascii() == ascii
    assert ("Γ" in table, "…" in table) == (not ascii, not ascii)


def test_tree_opens_each_node_once() -> None:
    assert text_tree(small_graph()).splitlines() == [
        "v4 = v3 * x  data 10.5000  grad 1.0000",
        "├─ v3 = v2 + 2.0  data 3.5000  grad 3.0000",
        "│  └─ v2 = w * x  data 1.5000  grad 3.0000",
        "│     ├─ w  data 0.5000  grad 9.0000",
        "│     └─ x  data 3.0000  grad 5.0000",
        "└─ x  (above)",
    ]


def test_tree_of_a_deep_and_wide_graph_stays_within_its_lines_and_columns() -> None:
    y = Value(1.0, label="a rather long label of the leaf at the bottom")
    for _ in range(2_000):
        y = (y * 1.0001) + y
    lines = text_tree(y, rows=30, ascii=True).splitlines()
    assert len(lines) <= 31
    assert max(map(len, lines)) <= 80
    assert any("(more below)" in line for line in lines)
    wide = text_tree(dot([Value(1.0)] * 200, [2.0] * 200, Value(0.0)), rows=10).splitlines()
    assert len(wide) == 11
    assert wide[-1] == "(192 more branches are not shown)"


def test_a_drawing_prints_as_its_tree_and_says_what_is_folded() -> None:
    y = Value(1.0)
    for i in range(200):
        y = (y * float(i)).tanh()
    lines = str(draw(y)).splitlines()
    assert lines[0].startswith("v400 = tanh(v399)")
    assert lines[-1] == "401 nodes folded into 1 boxes; draw(..., fold=False) shows each by itself"


@pytest.mark.parametrize(("number", "expected"), [
    (12345.0, "x * 12345.0"), (12345.678, "x * 1.235e+04"), (-3.0, "x * (-3.0)"), (1e300, "x * 1e+300"),
    (0.123456, "x * 0.1235")])
def test_constants_are_written_so_that_no_digit_is_wrong(number: float, expected: str) -> None:
    assert expected in text_table(Value(1.0, label="x") * number)


def test_negative_base_is_in_brackets() -> None:
    assert "(-2.0) ** x" in text_table((-2.0) ** Value(3.0, label="x"))


@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e30), (np.float64, 1e200), (np.float64, 1e-200)])
def test_norm_of_a_gradient_neither_overflows_nor_vanishes(dtype: Any, size: float) -> None:
    x = Tensor(np.ones(4, dtype=dtype), requires_grad=True)
    assert f"|{2 * size:.3g}|" in text_table((x * np.full(4, size, dtype=dtype)).sum())


@pytest.mark.parametrize("picture", [text_table, text_tree, lambda y: str(draw(y)), lambda y: str(stepper(y))],
                         ids=["table", "tree", "drawing", "stepper"])
def test_data_set_after_the_forward_pass_is_told(picture: Callable[[Any], str]) -> None:
    x = Value(3.0, label="x")
    y = x * x
    assert "was set after" not in picture(y)
    x.data = 5.0
    assert "data of x was set after the forward pass; gradients are those before" in picture(y)


def test_table_of_the_last_nodes_is_the_end_of_the_whole_table() -> None:
    x = Value(0.5, label="x")
    y = x
    for _ in range(30):
        y = (y * x + 1).tanh()
    whole, end = text_table(y, rows=1000).splitlines(), text_table(y, rows=7).splitlines()
    assert [line.split() for line in end[2:]] == [line.split() for line in whole[-7:]]
    assert end[1] == f"({len(whole) - 8} earlier nodes are not shown)"


def test_hooks_of_nodes_that_are_not_shown_are_not_run() -> None:
    x = Value(0.5)
    calls: list[float] = []
    x.register_hook(calls.append)
    text_table((x * 2).tanh(), rows=1)
    assert calls == []


@pytest.mark.parametrize("rows", [0, -1, 1.5, "x", None, True])
@pytest.mark.parametrize("picture", [text_table, text_tree])
def test_rows_must_be_a_whole_number(picture: Any, rows: Any) -> None:
    with pytest.raises(OperandError, match="whole number from 1 on"):
        picture(small_graph(), rows=rows)


@pytest.mark.parametrize("picture", [text_table, text_tree, draw, draw_dot, trace, stepper])
@pytest.mark.parametrize("thing", [5, "x", None, [1]], ids=str)
def test_what_is_no_node_has_no_picture(picture: Any, thing: Any) -> None:
    with pytest.raises(OperandError, match="needs the Value or Tensor that was computed"):
        picture(thing)


@pytest.mark.parametrize("label", ["a\nb", "\x1b[31m", "\u202eabc", "\ud800", "x" * 10_000, "あ" * 50], ids=ascii)
def test_no_label_breaks_a_terminal(label: str) -> None:
    x = Value(2.0, label=label)
    y = x * x
    y.label = label
    session = stepper(y)
    cards = [repr(session.at(number)) for number in range(len(session) + 1)]
    for text in (text_table(y), text_tree(y), str(session), *cards, str(explain(x, y))):
        text.encode()
        assert all(line.isprintable() and len(line) < 200 for line in text.splitlines())
    assert len(str(session).splitlines()) == 5
