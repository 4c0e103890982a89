"""The stepper as an object: moving, asking, running again with other numbers, opening an op as its scalars."""

import io
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, ops, scope
from autograd.errors import MissingExtraError, OperandError
from autograd.op import TABLE, Op
from autograd.stepping import Stepper, stepper
from autograd.stepping.rebuild import rebuilt, scalars_of
from tests.autograd.stepping.random_graphs import random_graph

STEPS = """\
    1  q = sin(x) = 0
    2  v2 = x * q = 0
    3  r = v2 + x = 0
 step  edge    ∂out/∂in × upstream = contrib   .grad before → after
    4  seed r                         1.0000   r: 0.0000 → 1.0000  ✓
    5  r → v2    1.0000 ×   1.0000 =  1.0000   v2: 0.0000 → 1.0000  ✓
    6  r → x     1.0000 ×   1.0000 =  1.0000   x: 0.0000 → 1.0000  (2 more)
>   7  v2 → x    0.0000 ×   1.0000 =  0.0000   x: 1.0000 → 1.0000  (1 more)
    8  v2 → q    0.0000 ×   1.0000 =  0.0000   q: 0.0000 → 0.0000  ✓
    9  q → x     1.0000 ×   0.0000 =  0.0000   x: 1.0000 → 1.0000  ✓"""


def three_uses() -> Value:
    """x sin(x) + x at 0, where x is used three times."""
    x = Value(0.0, label="x")
    q = x.sin()
    q.label = "q"
    r = x * q + x
    r.label = "r"
    return r


def tensors() -> dict[str, Any]:
    """A product of matrices and what it is made of."""
    a, b = Tensor(np.arange(6.0).reshape(2, 3) / 5, requires_grad=True), Tensor(np.ones((3, 2)), requires_grad=True)
    a.label, b.label = "a", "b"
    c = a @ b
    c.label = "c"
    return {"a": a, "b": b, "c": c, "loss": (c * c).sum()}


def test_table_has_every_step_and_a_mark_at_the_current_one() -> None:
    session = stepper(three_uses())
    session.at(7)
    assert str(session) == STEPS


def test_stepper_of_a_plain_number_is_refused() -> None:
    with pytest.raises(OperandError, match=r"needs the Value or Tensor that was computed, got float 2\.0"):
        stepper(2.0)


def test_step_and_back_move_by_one_and_stay_within_the_ends() -> None:
    session = stepper(three_uses())
    places = [(session.step(), session.position)[1], (session.step(), session.position)[1],
              (session.back(), session.position)[1], (session.at(-5), session.position)[1],
              (session.back(), session.position)[1], (session.at(99), session.position)[1]]
    assert places == [1, 2, 1, 0, 0, 9]


def test_step_returns_a_card_that_prints_itself() -> None:
    session = stepper(three_uses())
    assert repr(session.step()) == "step 1: q = sin(x) = 0"
    assert repr(session.at(0)) == "at the beginning; 9 steps to go"
    assert str(session.at(6)).splitlines() == [
        "step 6: r → x", "  local derivative  ∂r/∂x = 1", "  upstream          r.grad = 1",
        "  contribution      1 × 1 = 1", "  running sum       x.grad: 0 + 1 = 1 (2 more to come)"]


def test_card_of_tensors_tells_rule_shapes_and_unbroadcasting() -> None:
    x = Tensor(np.ones((4, 3)), requires_grad=True)
    b = Tensor(np.ones(3), requires_grad=True)
    x.label, b.label = "x", "b"
    session = stepper((x @ np.ones((3, 3)) + b).sum())
    text = str(session.run_until("b"))
    assert "un-broadcast      (4, 3) |3.464|, sum over axis 0" in text
    assert "running sum       b.grad: 0 + (3,) |6.928| = (3,) |6.928| ✓" in text
    assert "rule              " in str(session.run_until("x"))


def test_unicode_is_spelt_in_ascii_where_the_terminal_takes_nothing_else() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    session = stepper(three_uses())
    session.cli(io.StringIO("p\ng 7\nq\n"), out)
    out.flush()
    text = out.buffer.getvalue().decode("ascii")
    assert "r -> x" in text
    assert "dout/din x upstream" in text
    assert "?" not in text


def test_commands_from_a_file_end_with_it() -> None:
    out = io.StringIO()
    session = stepper(three_uses())
    session.cli(io.StringIO("n\nn 2\nb\nr x\np x\np q\ng 9\nz\nr nowhere\nn many\n\nh"), out)
    text = out.getvalue()
    assert session.position == 9
    assert "step 2: v2 = x * q = 0" in text
    assert "x: value 0.0, gradient so far 1.0" in text
    assert "q: value 0.0, gradient so far None" in text
    assert "no command 'z'" in text
    assert "no node and no op of this graph is called 'nowhere'" in text
    assert "expected a whole number of steps, got 'many'" in text
    assert text.count("r UNTIL") == 2


def test_with_values_runs_the_graph_again_and_leaves_the_old_one_alone() -> None:
    root = three_uses()
    session = stepper(root)
    session.breakpoint("q")
    session.at(6)
    other = session.with_values(x=2.0)
    assert other.root.data == pytest.approx(2 * np.sin(2.0) + 2)
    assert (root.data, session.root, other.position) == (0.0, root, 6)
    assert [node.name for node in other.trace.nodes] == [node.name for node in session.trace.nodes]
    other.run_until()
    assert other.position == 8


@pytest.mark.parametrize(("data", "phrase"), [
    ({"q": 1.0}, "'q' is computed by sin"), ({"z": 1.0}, "called 'z'; there are x"),
    ({"x": "one"}, "Value needs one real number")])
def test_with_values_refuses_what_is_no_leaf_or_no_number(data: dict[str, Any], phrase: str) -> None:
    with pytest.raises(OperandError, match=phrase):
        stepper(three_uses()).with_values(**data)


def test_with_values_refuses_another_shape() -> None:
    with pytest.raises(OperandError, match=r"'a' has shape \(2, 3\), got data of shape \(3,\)"):
        stepper(tensors()["loss"]).with_values(a=[1.0, 2.0, 3.0])


@pytest.mark.parametrize("kind", ["Value", "Tensor"])
@pytest.mark.parametrize("seed", range(4))
def test_graph_made_again_is_the_same_graph(kind: str, seed: int) -> None:
    root = random_graph(kind, 40, seed)
    assert Stepper(rebuilt(root, {})).trace.to_json() == Stepper(root).trace.to_json()


def test_graph_made_again_keeps_scopes_hooks_and_several_outputs() -> None:
    x = Tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    with scope("halves"):
        first, second = ops.split(x * x, 2)
    second.register_hook(lambda g: 2 * g)
    root = (first * second).sum()
    assert Stepper(rebuilt(root, {})).trace.to_json() == Stepper(root).trace.to_json()
    other = Stepper(root).with_values(v0=[1.0, 1.0, 1.0, 1.0])
    other.at(len(other))
    assert other.gradient("v0").tolist() == [2.0, 2.0, 4.0, 4.0]


@pytest.mark.parametrize("name", ["a", "b"])
def test_op_opened_as_scalars_contributes_the_same(name: str) -> None:
    session = stepper(tensors()["loss"])
    inner = session.open("c")
    inner.at(len(inner))
    session.at(len(session))
    whole = session.gradient(name)
    for place, g in np.ndenumerate(whole):
        assert inner.gradient(f"{name}[{place[0]}, {place[1]}]") == pytest.approx(g)
    assert inner.trace.root.op == "sumprod"


# Ops that cannot be called like the others here, or whose outputs are several.
UNLIKE = {"add_along_axis", "item", "split", "stack_values", "sumprod", "take_along_axis", "unstack"}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("op", [op for op in TABLE.values() if op.differentiable and op.name not in UNLIKE],
                         ids=lambda op: op.name)
def test_any_op_opens_as_scalars_that_contribute_the_same(op: Op) -> None:
    rng = np.random.default_rng(0)
    for shapes in (op.shapes or (((2, 2),) * (op.arity or 2),))[:3]:
        low = 1.1 if op.name == "arccosh" else 0.1
        xs = [Tensor(rng.uniform(low, low + 0.8, size=shape), requires_grad=True) for shape in shapes]
        for number, x in enumerate(xs):
            x.label = f"x{number}"
        root = op(*xs, **op.choices[0])
        upstream = rng.normal(size=np.shape(root.data))
        whole = stepper(root, upstream if upstream.shape else float(upstream))
        whole.at(len(whole))
        inner = stepper(scalars_of(root, upstream))
        inner.at(len(inner))
        reached = [node.name for node in inner.trace.nodes]
        for x in xs:
            if x.label not in whole.by_name or whole.gradient(x.label) is None:
                continue
            for place, g in np.ndenumerate(whole.gradient(x.label)):
                name = x.label + (f"[{', '.join(map(str, place))}]" if place else "")
                paid = inner.gradient(name) if name in reached else None  # None: nothing was ever paid, a mask drops it
                assert (paid or 0.0) == pytest.approx(g, abs=1e-12), name


@pytest.mark.parametrize(("name", "phrase"), [("a", "only an op on Tensors"), ("nowhere", "no node of this graph")])
def test_open_refuses_what_is_no_op(name: str, phrase: str) -> None:
    with pytest.raises(OperandError, match=phrase):
        stepper(tensors()["loss"]).open(name)


def test_open_refuses_what_is_too_large() -> None:
    x = Tensor(np.ones((30, 30)), requires_grad=True)
    session = stepper((x @ x).sum())
    with pytest.raises(OperandError, match="more than 300"):
        session.open("v1")


def test_notebook_output_is_text_and_html_that_do_not_depend_on_what_ran_before() -> None:
    first = stepper(three_uses())._repr_mimebundle_()
    [Value(1.0) * 2.0 for _ in range(100)]
    second = stepper(three_uses())._repr_mimebundle_()
    assert first == second
    assert set(first) == {"text/plain", "text/html"}
    assert '<img alt="graph of r"' in first["text/html"]
    assert first["text/html"].count("</script>") == 1


def test_graph_too_large_for_a_page_is_shown_as_text_with_a_message() -> None:
    x = Value(1.0)
    for _ in range(3100):
        x = x + 1.0
    session = stepper(x)
    bundle = session._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert "a page shows at most 3000 nodes, this graph has 3101" in bundle["text/plain"]
    with pytest.raises(OperandError, match="at most 3000 nodes"):
        session.html()


def test_widget_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "anywidget", None)
    with pytest.raises(MissingExtraError, match=r"glassgrad\[widget\]"):
        stepper(three_uses()).widget()


@pytest.mark.parametrize("until", [5, None, [], 1.5, "> nan", "> x", "", "zzz"], ids=str)
def test_breakpoint_that_is_nonsense_is_refused(until: Any) -> None:
    session = stepper(three_uses())
    with pytest.raises(OperandError):
        session.breakpoint(until)
    assert session.breakpoints == []


@pytest.mark.parametrize("number", ["x", 1.5, None, float("nan")], ids=str)
def test_step_number_that_is_nonsense_is_refused(number: Any) -> None:
    with pytest.raises(OperandError, match="number of a step"):
        stepper(three_uses()).at(number)


@pytest.mark.parametrize("make", [lambda x: x * 2, lambda x: x.mean(axis=0), lambda x: x**0], ids=["×", "mean", "**"])
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3,)])
def test_page_of_arrays_without_scalars_is_written(make: Any, shape: Any) -> None:
    with np.errstate(all="ignore"):
        y = make(Tensor(np.ones(shape), requires_grad=True))
        assert "glassgrad" in stepper(y, np.ones(y.shape)).html()


def test_page_of_a_half_character_and_of_long_labels_is_written() -> None:
    x = Value(2.0, label="\ud800")
    y = x * Value(3.0, label="x" * 10_000)
    y.label = "\ud800"
    assert len(stepper(y).html().encode()) < 80_000


@pytest.mark.parametrize("command", ["n x", "b 1.5", "g", "g x"])
def test_command_without_a_whole_number_is_explained(command: str) -> None:
    out = io.StringIO()
    stepper(three_uses()).cli(io.StringIO(f"{command}\nq\n"), out)
    assert "expected a whole number of steps" in out.getvalue()
