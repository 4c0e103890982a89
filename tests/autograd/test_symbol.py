"""Formulas of rules: right where they are evaluated, short, and in LaTeX and MathML that say the same."""

import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value, custom_op, ops
from autograd.op import ARRAYS, TABLE, Op
from autograd.symbol import formula, mathml
from autograd.tracing import trace

ELEMENTWISE = [op for op in TABLE.values() if op.elementwise and op.arity]


def evaluated(text: str, op: Op, y: Any, xs: list[Any], options: Any) -> Any:
    """Run a formula's text as Python, on numbers."""
    names = {f"x{i}": x for i, x in enumerate(xs)} | {"y": y}
    source = re.sub(r"\{(\d)\}", r"x\1", text).replace("{y}", "y")
    return eval(source, {**ARRAYS, "__builtins__": {}, "abs": abs, **names})


@pytest.mark.parametrize(("op", "choice"), [(op, choice) for op in ELEMENTWISE for choice in op.choices], ids=str)
def test_text_of_a_partial_is_python_that_gives_its_number(op: Op, choice: Any) -> None:
    options = {**op.options, **choice}
    domain = op.domain or ((-np.inf, np.inf),) * (op.arity or 1)
    rng = np.random.default_rng(0)
    for _ in range(5):
        xs = [float(np.clip(rng.normal(), max(low, -5) + 0.05, min(high, 5) - 0.05)) for low, high in domain]
        y = op.on_floats(*xs, **options)
        for slot in range(len(xs)):
            found = formula(op, slot, options=options)
            if found.kind == "partial":
                expected = float(op.weight(slot, y, tuple(xs), options))
                assert float(evaluated(found.text, op, y, xs, options)) == pytest.approx(expected, rel=2e-3, abs=1e-9)


@pytest.mark.parametrize("op", TABLE.values(), ids=str)
def test_every_formula_is_short_and_its_mathml_well_formed(op: Op) -> None:
    shapes = op.shapes[0] if op.shapes else ((),) * (op.arity or 5)
    for slot in range(len(shapes)):
        found = formula(op, slot, shapes, {**op.options, **op.choices[0]})
        assert 0 < len(found.text) <= 120
        assert found.tex.count("{") == found.tex.count("}")
        tree = ElementTree.fromstring(found.mathml)
        assert tree.tag == "math"
        assert set(re.findall(r"\\operand\{(\w+)\}", found.tex)) == {
            element.get("data-operand") for element in tree.iter("mi") if element.get("data-operand")}


@pytest.mark.parametrize(("name", "slot", "numbers", "text"), [
    ("tanh", 0, (), "1 - tanh({0})**2"), ("mul", 0, (), "{1}"), ("pow", 0, (None, 2.0), "2 * {0}"),
    ("pow", 0, (None, 1.0), "1"), ("pow", 0, (), "{1} * {0}**({1} - 1)"), ("pow", 1, (), "{y} * log({0})"),
    ("div", 1, (), "-{y} / {1}"), ("sqrt", 0, (), "0.5 / {y}"), ("relu", 0, (), "{0} > 0"),
    ("hypot", 0, (), "{0} / {y}"), ("where", 0, (), "0 (no gradient passes)")])
def test_formulas_are_as_in_the_textbook(name: str, slot: int, numbers: Any, text: str) -> None:
    assert formula(TABLE[name], slot, numbers=numbers).text == text


@pytest.mark.parametrize(("root", "texts"), [
    (lambda a, b: (a @ b).sum(), ["a.T @ v2.grad", "v2.grad @ b.T", "broadcast(v3.grad, shape=(2, 2))"]),
    (lambda a, b: (a * a).mean(), ["a", "a", "broadcast(v2.grad / 6, shape=(2, 3))"]),
    (lambda a, b: a.T.sum(), ["v1.grad.T", "broadcast(v2.grad, shape=(3, 2))"]),
])
def test_a_structural_op_tells_its_vjp_with_the_operands_names(root: Any, texts: list[str]) -> None:
    a = Tensor(np.ones((2, 3)), requires_grad=True, label="a")
    b = Tensor(np.ones((3, 2)), requires_grad=True, label="b")
    graph = trace(root(a, b))
    assert sorted(graph.formula(edge).named(graph.names(edge)).text for edge in graph.edges) == sorted(texts)


def test_a_rule_that_does_not_run_on_symbols_is_told_by_its_source_or_in_words() -> None:
    assert formula(ops.split, 0, ((6,),), {"indices_or_sections": 2, "axis": 0}).kind == "words"
    assert "join" in formula(ops.split, 0, ((6,),), {"indices_or_sections": 2, "axis": 0}).text

    @custom_op(partials=lambda y, x: np.cos(x))
    def strange(x: Any) -> Any:
        return np.sin(x)

    assert formula(strange, 0).kind == "words"


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=12))
def test_names_are_put_in_as_text_never_as_markup(name: str) -> None:
    found = formula(ops.mul, 0).named({"1": name})
    assert found.text == name
    inner = re.fullmatch(r'<math><mi data-operand="1">(.*)</mi></math>', found.mathml, re.DOTALL)
    assert inner
    assert "<" not in inner[1]


@pytest.mark.parametrize(("tex", "expected"), [
    (r"\frac{a}{b}", "<mfrac><mi>a</mi><mi>b</mi></mfrac>"), (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
    (r"x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"), (r"\sigma", "<mi>σ</mi>"),
    (r"\begin{cases} 1 & a \\ 0 & b \end{cases}",
     "<mrow><mo>{</mo><mtable><mtr><mtd><mrow><mn>1</mn></mrow></mtd><mtd><mrow><mi>a</mi></mrow></mtd></mtr>"
     "<mtr><mtd><mrow><mn>0</mn></mrow></mtd><mtd><mrow><mi>b</mi></mrow></mtd></mtr></mtable></mrow>"),
    (r"\text{a < b}", "<mtext>a &lt; b</mtext>"), (r"\unheard", "<mi>unheard</mi>"),
    (r"\operatorname{arg\,max} x", "<mrow><mi>arg max</mi><mi>x</mi></mrow>"), ("{", "<mrow></mrow>"),
    ("", "<mrow></mrow>")])
def test_latex_becomes_mathml(tex: str, expected: str) -> None:
    assert mathml(tex) == f"<math>{expected}</math>"


@pytest.mark.parametrize(("make", "expected"), [
    (lambda x: x**-0.5, "-0.5 * x**(-0.5 - 1)"), (lambda x: -3.0 / x, "-y / x"), (lambda x: x * -3.0, "-3"),
    (lambda x: ops.arctan2(-2.0, x), "-(-2 / hypot(-2, x) / hypot(-2, x))"), (lambda x: x * 12345.0, "12345"),
    (lambda x: ops.hypot(x, -2.0), "x / y")])
def test_names_of_negative_numbers_leave_the_formula_right(make: Any, expected: str) -> None:
    x = Value(1.5, label="x")
    y = make(x)
    y.label = "y"
    picture = trace(y)
    (edge,) = picture.edges
    line = picture.formula(edge).named(picture.names(edge)).text
    found = eval(line, {**ARRAYS, "x": 1.5, "y": y.data})
    assert (line, float(found)) == (expected, pytest.approx(edge.local))


@pytest.mark.parametrize("template", ["{1}**2 * {0}", "{0} * {1}", "{0} - {1}", "{0} + {1}", "-{1}", "{1} - {0}"])
def test_negative_numbers_are_in_brackets_where_a_sign_would_be_misread(template: str) -> None:
    line = formula(ops.tanh, 0)._replace(text=template).named({"0": "x", "1": "-3"}).text
    wanted = template.replace("{0}", "x").replace("{1}", "(-3)")
    assert eval(line, {"x": 2.0}) == eval(wanted, {"x": 2.0})
    assert not re.search(r"[-+*] ?-", line)


@pytest.mark.parametrize("op", [ops.maximum, ops.minimum], ids=str)
@pytest.mark.parametrize("x", [-1.0, 0.0, 1.0])
def test_formula_at_a_tie_with_a_number_gives_the_number_beside_it(op: Op, x: float) -> None:
    y = op(Value(x, label="x"), 0.0)
    y.label = "y"
    picture = trace(y)
    (edge,) = picture.edges
    line = picture.formula(edge).named(picture.names(edge)).text
    assert eval(line, {"x": x, "y": y.data}) == edge.local


def test_an_op_has_one_name_in_text_and_mathml() -> None:
    found = formula(ops.sum, 0, ((3, 3),), {"axis": (1,), "keepdims": True})
    assert "broadcast" in found.text
    assert "broadcast" in found.mathml
