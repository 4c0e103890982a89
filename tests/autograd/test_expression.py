"""Expressions are read by a whitelist: what is on it gives the graph that Python would, all else a pointed error."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import ops
from autograd.errors import OperandError
from autograd.expression import MAX_LENGTH, expression
from autograd.tracing import trace

# text, numbers, the same in Python
VALUES: dict[str, tuple[dict[str, float], float]] = {
    "tanh(w*x + b)": ({"w": -3.0, "x": 2.0, "b": 6.9}, math.tanh(0.9)),
    "-x**2 + +x": ({"x": 3.0}, -6.0),
    "2 ** -x / (1 - x)": ({"x": 3.0}, 0.125 / -2.0),
    "7 % x + 7 // x": ({"x": 4.0}, 4.0),
    "leaky_relu(x, negative_slope=0.5)": ({"x": -3.0}, -1.5),
    "gelu(x, approximate='tanh')": ({"x": 1.0}, ops.gelu(1.0, approximate="tanh")),
    "clip(x, min=-1.0, max=1)": ({"x": -3.0}, -1.0),
    "é_1 * maximum(x, 2)": ({"é_1": 3.0, "x": 1.0}, 6.0),
    "1 + 2": ({}, 3.0),
    "9**9**9": ({}, math.inf),
    " x \n + 1": ({"x": 1.0}, 2.0),
}
# text, the column that the error points at, a part of its message
ERRORS: dict[str, tuple[int, str]] = {
    "__import__('os').system('ls')": (1, "nothing else; this is Python's Attribute"),
    "x.data": (1, "Attribute"),
    "1 + x[0]": (5, "Subscript"),
    "x if x else y": (1, "IfExp"),
    "lambda: x": (1, "Lambda"),
    "[x for x in y]": (1, "ListComp"),
    "x == y": (1, "Compare"),
    "x and y": (1, "BoolOp"),
    "x @ y": (1, "BinOp"),
    "not x": (1, "UnaryOp"),
    "f'{x}'": (1, "JoinedStr"),
    "x + 'y'": (5, "expected a real number, not 'y'"),
    "x + True": (5, "expected a real number, not True"),
    "x * 2j": (5, "expected a real number, not 2j"),
    "x * " + "9" * 400: (5, "too large for a float"),
    "1 + tan(x, y)": (5, "tan takes 1 operands, here are 2"),
    "1 + tnah(x)": (5, "no function 'tnah' of numbers; did you mean tanh?"),
    "eval(x)": (1, "no function 'eval'"),
    "matmul(x, y)": (1, "no function 'matmul'"),
    "tanh(*x)": (6, "Starred"),
    "tanh(x, **y)": (9, "the options of tanh are []"),
    "leaky_relu(x, slope=1)": (15, "the options of leaky_relu are ['negative_slope']"),
    "leaky_relu(x, negative_slope=y)": (15, "each a number"),
    "leaky_relu(x, negative_slope=1, negative_slope=2)": (33, "keyword argument repeated"),
    "x +": (4, "this is no expression"),
    "": (1, "this is no expression"),
    "é * x[1]": (5, "Subscript"),
    "(" * 300 + "x": (201, "too many nested parentheses"),
    "x" + " + x" * 300: (1, f"the most is {MAX_LENGTH}"),
}


@pytest.mark.parametrize("text", VALUES)
def test_expression_computes_what_python_would(text: str) -> None:
    numbers, expected = VALUES[text]
    assert expression(text)(**numbers).data == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("text", ERRORS, ids=lambda text: text[:30] or "nothing")
def test_error_points_at_the_column(text: str) -> None:
    column, phrase = ERRORS[text]
    with pytest.raises(OperandError) as error:
        expression(text)
    message, line, mark = str(error.value).split("\n")
    assert message.startswith(f"column {column}: ")
    assert phrase in message
    assert mark.strip() == "^"
    assert len(line) < 110
    assert column > len(text) or not text or line[mark.index("^")] == " ".join(text.split())[column - 1]


def test_graph_has_the_names_as_leaves_in_order_of_appearance() -> None:
    neuron = expression("b + w*x + w")
    assert neuron.names == ("b", "w", "x")
    picture = trace(neuron(b=1.0, w=2.0, x=3.0))
    assert [node.name for node in picture.nodes if not node.op] == ["b", "w", "x"]
    assert {node.name: node.grad for node in picture.nodes if not node.op} == {"b": 1.0, "w": 4.0, "x": 2.0}


@pytest.mark.parametrize(("numbers", "phrase"), [({"x": 1.0}, "has no number for y; it takes x=... y=..."),
                                                 ({"x": 1.0, "y": 1.0, "z": 2.0}, "has no z; it takes x=... y=...")])
def test_numbers_must_be_those_of_the_names(numbers: dict[str, float], phrase: str) -> None:
    with pytest.raises(OperandError, match=phrase.replace(".", r"\.")):
        expression("x * y")(**numbers)


def test_error_of_an_op_points_at_its_place() -> None:
    with pytest.raises(OperandError, match=r"column 5: log\(-1\.0\) is undefined") as error:
        expression("1 + log(x)")(x=-1.0)
    assert str(error.value).endswith("    1 + log(x)\n        ^")


def test_each_node_knows_its_part_of_the_text() -> None:
    text = "tanh(é*x + b) * x"
    root = expression(text)(é=2.0, x=1.0, b=0.5)
    picture = trace(root).to_dict()
    parts = [src["code"][src["col"] : src["end_col"]] for node in picture["nodes"] if (src := node["src"])]
    assert parts == ["é*x", "é*x + b", "tanh(é*x + b)", text]


def test_expressions_keep_their_texts_apart() -> None:
    first, second = expression("x + 1")(x=1.0), expression("x * 2 + 1")(x=1.0)
    codes = [trace(root).to_dict()["nodes"][-1]["src"]["code"] for root in (first, second)]
    assert codes == ["x + 1", "x * 2 + 1"]


@given(st.text(max_size=40) | st.text("xy+-*/%()[]{}.,='\"_0123456789e\n\\:;@ tanh", max_size=40))
def test_any_text_is_an_expression_or_a_clear_error(text: str) -> None:
    message, names = "column 0", set()
    try:
        names = set(expression(text).names)
    except OperandError as error:
        message = str(error)
    assert message.startswith("column ")
    assert all(name.isidentifier() for name in names)


def test_every_name_that_python_allows_can_be_a_leaf() -> None:
    assert expression("self * numbers")(self=2.0, numbers=3.0).data == 6.0


def test_option_of_the_wrong_kind_is_an_error_at_its_place() -> None:
    with pytest.raises(OperandError, match="column 5"):
        expression("2 + leaky_relu(x, negative_slope='a')")(x=-1.0)
