"""Tables and trees of text: right numbers, stable names, 80 columns, ASCII where nothing else goes."""

import io
import math
import sys
from collections.abc import Callable

import numpy as np
import pytest

from autograd import Tensor, Value, dot
from autograd.drawing import draw, text_table, text_tree


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
