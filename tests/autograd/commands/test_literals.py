"""Literals as arguments: what is read as what, that nothing is run, and that a complaint points at its place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.commands.literals import read_arguments
from autograd.errors import OperandError

READ = [
    ("3", [3.0]),
    ("-3", [-3.0]),
    ("+1e-3", [1e-3]),
    ("inf, -inf", [np.inf, -np.inf]),
    ("[1, 2]", [np.array([1.0, 2.0])]),
    ("[[1, 2], [3, nan]]", [np.array([[1.0, 2.0], [3.0, np.nan]])]),
    ("[]", [np.array([])]),
    ("(1, [2])", [(1.0, np.array([2.0]))]),
    ("{'w': [1, 2], 'b': 3}", [{"w": np.array([1.0, 2.0]), "b": 3.0}]),
    ("[{'w': 1}, {'w': 2}]", [[{"w": 1.0}, {"w": 2.0}]]),
    ("[(1, 2), 3]", [[(1.0, 2.0), 3.0]]),
    ("None", [None]),
    ("1,\n2", [1.0, 2.0]),
    ("", []),
]
REFUSED = [
    ("x=[1.0, foo]", 9, "got foo"),
    ("__import__('os').system('true')", 1, "expected numbers, inf, nan"),
    ("x=1 + 2", 3, "got 1 + 2"),
    ("x=(1, 'a')", 7, "got 'a'"),
    ("x=True", 3, "got True"),
    ("x=1j", 3, "got 1j"),
    ("x=not 1", 3, "got not 1"),
    ("x=-[1]", 3, "got -[1]"),
    ("x=[[1, 2], [3]]", 12, "expected shape (2,) like the elements before, got shape (1,)"),
    ("x=[1, [2]]", 7, "expected shape () like"),
    ("x={**y}", 6, "got y"),
    ("x={y: 1}", 4, "got y"),
    ("**{}", 1, "got **{}"),
    ("*x", 1, "got *x"),
    ("x=1, x=2", 6, "x is given twice"),
    ("x=1, 2", None, "positional argument follows keyword argument"),
    ("x=[1.0", None, "does not match"),
    ("x=1) + g(2", 1, "expected arguments such as"),
    ("x=1)(y=2", 1, "expected arguments such as"),
    ("σ=[1, é]", 7, "got é"),
    ("\0", None, "null bytes"),
    ("x=" + "9" * 400, 3, "expected numbers"),
]


def same(found: object, expected: object) -> bool:
    """Whether two trees have the same containers and equal leaves of the same class."""
    if type(found) is not type(expected):
        return False
    if isinstance(found, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in found)
    if isinstance(found, (list, tuple)):
        return len(found) == len(expected) and all(map(same, found, expected))
    return np.shape(found) == np.shape(expected) and bool(np.all((found == expected) | (found != found)))


@pytest.mark.parametrize(("text", "expected"), READ, ids=[text for text, _ in READ])
def test_literals_by_position_and_by_name(text: str, expected: list[object]) -> None:
    args, named = read_arguments(text)
    assert same(args, expected)
    assert named == {}


@pytest.mark.parametrize(("text", "expected"), [row for row in READ if len(row[1]) == 1], ids=str)
def test_a_literal_by_name_is_read_as_by_position(text: str, expected: list[object]) -> None:
    args, named = read_arguments(f"y={text}, z=1")
    assert args == []
    assert list(named) == ["y", "z"]
    assert same(named["y"], expected[0])


@pytest.mark.parametrize(("text", "column", "phrase"), REFUSED, ids=[text[:30] for text, *_ in REFUSED])
def test_complaint_points_at_what_is_wrong(text: str, column: int, phrase: str) -> None:
    with pytest.raises(OperandError) as caught:
        read_arguments(text)
    first, shown, marker = str(caught.value).splitlines()
    assert phrase in first
    assert shown == f"  {text}"
    place = marker.index("^") - 1
    assert first.startswith(f"column {place}: ")
    assert place == (column or place)  # where Python complains, its versions may differ


@given(st.recursive(st.floats(), lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(
    st.text(max_size=3), inner, max_size=3)))
def test_what_python_writes_is_read_back(x: object) -> None:
    assert same(read_arguments(f"x={x!r}")[1]["x"], x)


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        args, named = read_arguments(text)
    except OperandError as error:
        args, named, message = [], {}, str(error)
        place = int(message.removeprefix("column ").partition(":")[0])
        text = " " * (place - 1)
    assert len(args) + len(named) <= len(text) + 1
