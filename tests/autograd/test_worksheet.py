"""Worksheets: what is left out, what the page says and keeps to itself, what answers are worth."""

import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value, ops
from autograd.errors import OperandError
from autograd.worksheets import worksheet
from autograd.worksheets.blanks import CHOICES, shown
from autograd.worksheets.marking import MISTAKES

SVG = "{http://www.w3.org/2000/svg}"


def neuron() -> Value:
    """Return o = tanh(x w + b) of awkward numbers, so that no two of the sheet are alike."""
    x, w, b = Value(1.7, label="x"), Value(-0.43, label="w"), Value(0.291, label="b")
    n = x * w + b
    n.label = "n"
    o = n.tanh()
    o.label = "o"
    return o


def forked() -> Value:
    """Return L = (x² + sin x) x, in which x is used four times."""
    x = Value(0.7, label="x")
    a, s = x * x, x.sin()
    a.label, s.label = "a", "s"
    b = a + s
    b.label = "b"
    root = b * x
    root.label = "L"
    return root


def blank(sheet: Any, kind: str, name: str) -> Any:
    return next(each for each in sheet.blanks if each.kind == kind and each.question.startswith(name))


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("root", [neuron, forked])
def test_blanks_are_numbered_in_the_order_of_the_work_and_hold_the_right_numbers(choice: str, root: Any) -> None:
    sheet = worksheet(root(), seed=5, blanks=choice, share=1.0)
    assert [each.number for each in sheet.blanks] == list(range(1, len(sheet.blanks) + 1))
    graph = sheet.trace
    assert {each.kind for each in sheet.blanks} == set(CHOICES[choice][1])
    right = {"value": lambda i: graph.nodes[i].data, "gradient": lambda i: graph.nodes[i].grad,
             "local": lambda i: float(graph.edges[i].local)}
    assert all(each.answer == right[each.kind](each.id) for each in sheet.blanks)
    values = [each.id for each in sheet.blanks if each.kind == "value"]
    gradients = [each.id for each in sheet.blanks if each.kind == "gradient"]
    assert values == sorted(values)
    assert gradients == sorted(gradients, reverse=True)
    assert graph.root.id not in gradients                # the seed is given
    assert all(graph.nodes[i].op for i in values)        # so are the leaves


def test_the_same_seed_gives_the_same_sheet_and_others_give_others() -> None:
    sheets = {seed: worksheet(forked(), seed) for seed in range(6)}
    assert worksheet(forked(), 3).html == sheets[3].html
    assert worksheet(forked(), 3).answers.svg == sheets[3].answers.svg
    assert len({sheet.html for sheet in sheets.values()}) > 3


def test_a_sheet_is_the_same_in_processes_of_different_hash_seeds() -> None:
    program = ("from autograd import Value; from autograd.worksheets import worksheet; import hashlib\n"
               "x = Value(0.7, label='x'); sheet = worksheet(x * x + x.sin(), 4)\n"
               "print(hashlib.sha256((sheet.html + sheet.answers.html + sheet.svg).encode()).hexdigest())")
    found = {subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True,
                            cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONHASHSEED": seed}).stdout
             for seed in ("0", "1")}
    assert len(found) == 1


def test_the_share_says_how_many_are_left_out() -> None:
    whole = len(worksheet(forked(), share=1.0).blanks)
    assert len(worksheet(forked(), share=0.5).blanks) == round(whole / 2)
    assert len(worksheet(forked(), share=0.001).blanks) == 1


@pytest.mark.parametrize("choice", CHOICES)
def test_no_page_gives_an_answer_away_and_the_answer_sheet_gives_all(choice: str) -> None:
    sheet = worksheet(neuron(), seed=2, blanks=choice, share=1.0)
    kinds, left_out = CHOICES[choice]
    graph = sheet.trace
    known = {1.0, *[abs(node.data) for node in graph.nodes if not node.op or "value" not in left_out]}
    known |= {abs(float(edge.local)) for edge in graph.edges if "local" in kinds and "local" not in left_out}
    secret = [each for each in sheet.blanks if abs(each.answer) not in known]
    assert secret
    for each in sheet.blanks:
        assert shown(each.answer, 4) in sheet.answers.html
        assert f"({each.number}) {shown(each.answer, 4)}<" in sheet.answers.svg
    for each in secret:
        for page in (sheet.html, sheet.svg, str(sheet), *sheet._repr_mimebundle_().values()):
            assert shown(each.answer, 4) not in page, each
            assert repr(each.answer) not in page, each


@pytest.mark.parametrize("answers", [False, True])
def test_the_numbers_of_blanks_agree_between_picture_and_table(answers: bool) -> None:
    sheet = worksheet(forked(), seed=1)
    sheet = sheet.answers if answers else sheet
    root = ElementTree.fromstring(sheet.drawn([]))
    drawn = "".join(text for element in root.iter(f"{SVG}tspan") for text in element.itertext())
    wanted = [str(each.number) for each in sheet.blanks]
    assert sorted(re.findall(r"\((\d+)\)", drawn), key=int) == wanted
    assert re.findall(r'<th scope="row">\((\d+)\)</th>', sheet.html) == wanted


@pytest.mark.parametrize(("kind", "name", "steps"), [
    ("value", "a = ", "a = x * x = 0.7 * 0.7 = 0.4900"),
    ("value", "s = ", "s = sin(x) = sin(0.7) = 0.6442"),
    ("local", "∂s/∂x", "∂s/∂x = cos(x) = cos(0.7) = 0.7648"),
    ("local", "∂a/∂x (operand 2)", "∂a/∂x (operand 2) = x = 0.7"),
    ("gradient", "b.grad", "b.grad = L.grad·∂L/∂b = 1·0.7 = 0.7"),
    ("gradient", "x.grad", "x.grad = L.grad·∂L/∂x + s.grad·∂s/∂x + a.grad·∂a/∂x (operand 1) + a.grad·∂a/∂x (operand 2) "
     "= 1·1.134 + 0.7·0.7648 + 0.7·0.7 + 0.7·0.7 = 1.134 + 0.5354 + 0.4900 + 0.4900 = 2.650"),
])
def test_answers_are_worked_out(kind: str, name: str, steps: str) -> None:
    sheet = worksheet(forked(), share=1.0)
    assert blank(sheet, kind, name).steps == steps


def test_the_page_is_accessible_and_needs_nothing_but_itself() -> None:
    class Tags(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[tuple[str, dict[str, Any]]] = []

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            self.seen.append((tag, dict(attrs)))

    sheet = worksheet(neuron())
    for page in (sheet.html, sheet.answers.html):
        tags = Tags()
        tags.feed(page)
        names = [tag for tag, _ in tags.seen]
        assert {"main", "h1", "caption", "thead", "tbody", "desc"} <= set(names)
        assert ("html", {"lang": "en"}) in tags.seen
        assert [attrs["scope"] for tag, attrs in tags.seen if tag == "th"].count("col") == 3
        assert "script" not in names
        assert next(attrs for tag, attrs in tags.seen if tag == "svg")["role"] == "img"
        assert not [attrs for _, attrs in tags.seen if str(attrs.get("src", attrs.get("href", "data:")))[:5] != "data:"]
        assert "@media print" in page
    root = ElementTree.fromstring(sheet.svg)
    assert root.find(f"{SVG}title").text == "Backpropagation through o"
    assert "(1) " in root.find(f"{SVG}desc").text


def test_a_hostile_label_is_shown_as_text() -> None:
    x = Value(2.0, label="</script><img src=x onerror=alert(1)>")
    sheet = worksheet(x * x)
    for page in (sheet.html, sheet.answers.html, sheet.svg, sheet._repr_mimebundle_()["text/html"]):
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page or "onerror" not in page
    assert "&lt;img" in sheet.check([])._repr_html_()


def test_a_notebook_gets_picture_table_and_text() -> None:
    bundle = worksheet(neuron())._repr_mimebundle_()
    assert sorted(bundle) == ["image/svg+xml", "text/html", "text/plain"]
    assert "<table>" in bundle["text/html"]
    assert 'src="data:image/svg+xml;base64,' in bundle["text/html"]


def test_a_sheet_is_saved_as_html_or_svg_and_as_nothing_else(tmp_path: Path) -> None:
    sheet = worksheet(neuron())
    sheet.save(tmp_path / "sheet.html")
    sheet.answers.save(str(tmp_path / "answers.svg"))
    assert (tmp_path / "sheet.html").read_text(encoding="utf-8") == sheet.html
    assert (tmp_path / "answers.svg").read_text(encoding="utf-8") == sheet.answers.svg
    with pytest.raises(OperandError, match=r"'sheet.pdf' must end in .html or .svg; for PDF print the page"):
        sheet.save(tmp_path / "sheet.pdf")


def test_tensors_are_opened_as_their_scalars() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True, label="x")
    w = Tensor([[0.5, -1.0], [0.3, 2.0]], requires_grad=True, label="w")
    sheet = worksheet(ops.tanh(x @ w).sum(), blanks="gradients", share=1.0)
    loss = ops.tanh(x @ w).sum()
    loss.backward()
    found = {each.question: each.answer for each in sheet.blanks}
    assert found["w[1, 0].grad"] == pytest.approx(w.grad[1, 0])
    assert found["x[1].grad"] == pytest.approx(x.grad[1])
    assert sheet.check([each.answer for each in sheet.blanks]).right == len(sheet.blanks)


@pytest.mark.parametrize(("root", "options", "message"), [
    (3.0, {}, "root must be a Value or a Tensor, got float 3.0"),
    (Value(3.0), {}, "was not computed from anything that has a gradient"),
    (Tensor([1.0]) * 2, {}, "was not computed from anything"),
    (Tensor([1.0, 2.0], requires_grad=True) * 2, {}, r"must be one number, got the shape \(2,\)"),
    (ops.sum(Tensor([1.0] * 100, requires_grad=True)), {}, "has 101 numbers, and 60 fit a sheet"),
    (neuron(), {"blanks": "half"}, r"blanks must be one of \['values', 'locals', 'gradients', 'all'\], got 'half'"),
    (neuron(), {"share": 0}, "share must be above 0 and at most 1, got 0"),
    (neuron(), {"share": True}, "share must be above 0"),
    (neuron(), {"digits": 40}, "digits must be a whole number from 2 to 12, got 40"),
    (Value(0.0).log(), {"blanks": "values"}, "no number is left to ask for"),
])
def test_what_makes_no_sheet_is_refused(root: Any, options: Any, message: str) -> None:
    with pytest.raises(OperandError, match=message):
        worksheet(root, **options)


def test_numbers_that_nobody_can_write_down_are_not_asked_for() -> None:
    x = Value(0.0, label="x")
    sheet = worksheet(x.sqrt() + x * 2, share=1.0)
    assert all(math.isfinite(each.answer) for each in sheet.blanks)
    x.register_hook(lambda g: g * 2)
    assert "x.grad" not in [each.question for each in worksheet(x * 3 + 1, share=1.0).blanks]


# Marks

def test_right_answers_are_right_to_the_shown_digits_in_any_form() -> None:
    sheet = worksheet(forked(), share=1.0)
    exact = [each.answer for each in sheet.blanks]
    for answers in (exact, [shown(x, 4) for x in exact], [float(f"{x:.4g}") for x in exact],
                    dict(enumerate(exact, 1)), {str(i): repr(x) for i, x in enumerate(exact, 1)}):
        marks = sheet.check(answers)
        assert marks.right == marks.total == len(sheet.blanks), str(marks)


@pytest.mark.parametrize(("kind", "name", "given", "remark"), [
    ("gradient", "x.grad", -2.6504, "check the sign"),
    ("gradient", "x.grad", 1.1342, r"add up the contributions of all paths: one is missing \(x is used 4 times: "
     r"by L, s, a\)"),
    ("gradient", "x.grad", 2.6504 - 0.5354, "add up the contributions of all paths"),
    ("gradient", "s.grad", 1.0, "multiply by the upstream gradient too"),
    ("gradient", "a.grad", 1.7, "do not add them"),
    ("gradient", "s.grad", 0.6442, "this is the value of the node"),
    ("gradient", "x.grad", 26.504, "decimal point"),
    ("gradient", "x.grad", 2.66, "nearly: keep more than 4 digits"),
    ("gradient", "x.grad", 77.7, "^not right$"),
    ("gradient", "x.grad", float("nan"), "^not right$"),
    ("local", "∂L/∂b", 1.1342, "the derivative by the other operand"),
    ("local", "∂s/∂x", 0.5354, "multiplied by the upstream gradient already"),
    ("local", "∂s/∂x", 0.6442, "the result of the op"),
    ("local", "∂s/∂x", 0.7, "the input of the op"),
    ("value", "b = ", 0.49 - 0.6442, "check the operation"),
    ("value", "L = ", 1.1342 + 0.7, "check the operation"),
])
def test_a_wrong_answer_gets_the_likely_mistake(kind: str, name: str, given: float, remark: str) -> None:
    sheet = worksheet(forked(), share=1.0)
    number = blank(sheet, kind, name).number
    mark = sheet.check({number: given}).marks[number - 1]
    assert not mark.right
    assert re.search(remark, mark.remark), mark.remark


@pytest.mark.parametrize(("kind", "name", "wrong", "then", "result"), [
    ("value", "a = ", 0.5, ("value", "b = "), 0.5 + math.sin(0.7)),
    ("value", "s = ", 0.5, ("gradient", "x.grad"), None),
    ("value", "b = ", 2.0, ("local", "∂L/∂x"), 2.0),
    ("gradient", "b.grad", 3.0, ("gradient", "s.grad"), 3.0),
    ("local", "∂s/∂x", 0.5, ("gradient", "x.grad"), 1.1342177 + 0.7 * 0.5 + 0.98),
])
def test_what_follows_from_a_wrong_answer_is_told_so(kind: str, name: str, wrong: float, then: Any, result: Any,
                                                     ) -> None:
    sheet = worksheet(forked(), share=1.0)
    first, second = blank(sheet, kind, name), blank(sheet, *then)
    answer = second.answer if result is None else result
    mark = sheet.check({first.number: wrong, second.number: answer}).marks[second.number - 1]
    assert mark.right == (result is None)
    assert mark.remark == ("right" if result is None else
                           f"right with your answer to ({first.number}), which is wrong")


@pytest.mark.parametrize(("given", "remark"), [
    (1 - (1.7 * -0.43 + 0.291) ** 2, "check the formula: the derivative is 1 - tanh(n)**2"),
    (1 - math.tanh(math.tanh(1.7 * -0.43 + 0.291)) ** 2,
     "take the derivative at the input of the op, not at its result"),
])
def test_a_slip_in_the_derivative_of_a_function_is_recognised(given: float, remark: str) -> None:
    sheet = worksheet(neuron(), share=1.0)
    number = blank(sheet, "local", "∂o/∂n").number
    assert sheet.check({number: given}).marks[number - 1].remark == remark


def test_no_answer_is_told_and_nothing_is_given_away() -> None:
    sheet = worksheet(neuron(), seed=2)
    marks = sheet.check([None] * len(sheet.blanks))
    assert {mark.remark for mark in marks.marks} == {"no answer"}
    assert str(marks).startswith(f"0 of {len(sheet.blanks)} right")
    for each in sheet.blanks:
        if abs(each.answer) not in (1.0, 1.7, 0.43):
            assert shown(each.answer, 4) not in str(marks) + marks._repr_html_()


@pytest.mark.parametrize(("answers", "message"), [
    ({99: 1.0}, r"there is no blank \(99\); the sheet has"),
    ([1.0] * 50, "there is no blank"),
    ({1: "two"}, r"the answer to \(1\) must be a number, got str 'two'"),
    ({"x": 1.0}, "the number of a blank must be a number, got str 'x'"),
    (3.0, "check takes a list of answers .* or a dict from their numbers, got float 3.0"),
    ("3.0", "check takes a list"),
])
def test_answers_that_fit_no_blank_are_refused(answers: Any, message: str) -> None:
    with pytest.raises(OperandError, match=message):
        worksheet(neuron()).check(answers)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("+*-/ste"), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=9),
       st.integers(0, 99), st.sampled_from([*CHOICES]))
def test_any_small_graph_makes_a_sheet_whose_own_answers_are_right(steps: Any, seed: int, choice: str) -> None:
    binary = {"+": lambda x, y: x + y, "*": lambda x, y: x * y, "-": lambda x, y: x - y,
              "/": lambda x, y: x / (y * y + 1)}
    unary = {"s": Value.sin, "t": Value.tanh, "e": lambda x: (-x * x).exp()}
    pool = [Value(0.5, label="x"), Value(-1.25, label="y")]
    for name, i, j in steps:
        x, y = pool[i % len(pool)], pool[j % len(pool)]
        pool.append(binary[name](x, y) if name in binary else unary[name](x))
    sheet = worksheet(pool[-1], seed, blanks=choice)
    assert sheet.check([shown(each.answer, sheet.digits) for each in sheet.blanks]).right == len(sheet.blanks)
    ElementTree.fromstring(sheet.svg)
    ElementTree.fromstring(sheet.answers.svg)
    for each in sheet.blanks:
        assert each.steps.endswith(shown(each.answer, sheet.digits)) or "no contribution" in each.steps


def test_every_mistake_is_about_a_kind_of_blank() -> None:
    assert {mistake.kind for mistake in MISTAKES} <= {"", *CHOICES["all"][1]}
