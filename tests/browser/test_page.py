"""The standalone page in Chromium: what it shows at each step is what Python says, and every control does its work."""

from pathlib import Path

import numpy as np
import pytest

from autograd import Tensor, Value, ops, record_sources
from autograd.stepping import stepper
from tests.autograd.stepping.random_graphs import random_graph
from tests.browser.pages import Visit, card, layer, neuron, opened, place

HOSTILE = "</script><img src=x onerror=\"document.title='broken in'\">"
EVERY_STEP = """() => {
  const plain = (x) => x === null || typeof x === "number" ? x : Array.from(x.data), found = [];
  for (let n = 0; n <= stepper.length(); n++) {
    stepper.go(n);
    const rows = [...document.querySelectorAll(".nodes tbody tr")];
    found.push(rows.map(({ cells }) => {
      const name = cells[0].textContent;
      const shown = cells[3].textContent.replaceAll("−", "-");
      return { name, shown, exact: plain(stepper.gradient(name)) };
    }));
  }
  return found;
}"""


@pytest.mark.parametrize("kind", ["Value", "Tensor"])
@pytest.mark.parametrize("size", [5, 13, 34, 80])
def test_gradients_at_every_step_are_those_of_python(visit: Visit, tmp_path: Path, kind: str, size: int) -> None:
    session = stepper(random_graph(kind, size, seed=size))
    assert abs(len(session.trace.nodes) - size) < 9
    steps = opened(visit, session, tmp_path).evaluate(EVERY_STEP)
    assert len(steps) == len(session) + 1
    for number, rows in enumerate(steps):
        session.at(number)
        assert [row["name"] for row in rows] == [node.name for node in session.trace.nodes]
        for row in rows:
            g = session.gradient(row["name"])
            exact = g if g is None or np.ndim(g) == 0 else g.ravel().tolist()
            assert row["exact"] == exact
            assert (row["shown"] == "") == (g is None)
            if g is not None and np.ndim(g) == 0:
                assert float(row["shown"].split()[0]) == pytest.approx(float(g), rel=5e-3)
            elif g is not None:
                norm = float(row["shown"].split("|")[1])
                assert norm == pytest.approx(np.linalg.norm(g), rel=5e-3)


@pytest.mark.parametrize("kind", ["Value", "Tensor"])
def test_last_step_shows_what_backward_leaves_in_the_leaves(visit: Visit, tmp_path: Path, kind: str) -> None:
    root = random_graph(kind, 20, seed=1)
    session = stepper(root)
    rows = opened(visit, session, tmp_path).evaluate(EVERY_STEP)[-1]
    root.backward()
    leaves = [node for node in session.order if node.op is None]
    for leaf, row in zip(leaves, rows, strict=False):
        assert np.ravel(row["exact"]).tolist() == np.ravel(leaf.grad).tolist()


def hooked(x: Tensor) -> Tensor:
    """A graph with a hook that turns a gradient round."""
    y = x * x
    y.register_hook(lambda g: -g)
    return (y * x).sum()


def halves(x: Tensor) -> Tensor:
    """A graph with an op of two outputs, one of which is used twice."""
    first, second = ops.split(x * 2.0, 2)
    return (first * second + first).sum()


UNUSUAL = {
    "hook": hooked, "several outputs": halves, "infinite": lambda x: (x - x).sqrt().sum(),
    "nothing arrives": lambda x: ops.where(x > 9.0, x * x, x).sum(), "no axes": lambda x: x.sum() * x.sum(),
    "single precision": lambda x: (x * x).sum(), "broadcast": lambda x: (x + x.sum(keepdims=True) * x.sum()).mean(),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("graph", UNUSUAL)
def test_unusual_graphs_step_as_in_python(visit: Visit, tmp_path: Path, graph: str) -> None:
    dtype = np.float32 if graph == "single precision" else np.float64
    session = stepper(UNUSUAL[graph](Tensor(np.array([0.1, 0.7, -1.3, 2.0], dtype), requires_grad=True)))
    for number, rows in enumerate(opened(visit, session, tmp_path).evaluate(EVERY_STEP)):
        session.at(number)
        for row in rows:
            g = session.gradient(row["name"])
            assert (g is None) == (row["exact"] is None)
            np.testing.assert_array_equal(np.ravel(row["exact"]), np.ravel(g))


def test_folded_boxes_light_up_and_show_their_gradients_at_the_end(visit: Visit, tmp_path: Path) -> None:
    root = random_graph("Value", 80, seed=5) + random_graph("Value", 80, seed=5)
    page = opened(visit, stepper(root), tmp_path)
    whole = page.locator("figure .grad.whole")
    assert page.locator("figure .fold").count() > 3
    assert whole.count() > 0
    for number in range(1, page.evaluate("stepper.length()"), 9):
        page.evaluate(f"stepper.go({number})")
        assert page.locator("figure > svg > g.now").count() in (1, 2)
        assert not whole.first.is_visible()
    page.get_by_role("button", name="Last").click()
    assert whole.first.is_visible()


def test_card_tells_edge_formula_numbers_and_running_sum(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, stepper(neuron()), tmp_path)
    page.evaluate("stepper.go(11)")
    assert card(page).startswith("backward v3 → w local derivative ∂v3/∂w = x = 2 upstream v3.grad = -1.461 "
                                 "contribution 2 × (-1.461) = -2.922 running sum w.grad: 0.7163 + (-2.922) = -2.205 ✓")
    assert page.locator(".card mark").inner_text() == "w * x"
    assert page.locator("figure g.now .title").all_text_contents() == ["w", "v3 = w * x"]
    assert page.locator("figure path.now").count() == 1
    page.evaluate("stepper.go(7)")
    assert "w.grad: 0 + 0.7163 = 0.7163 (1 more to come)" in card(page)


def test_buttons_slider_and_keys_move(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, stepper(neuron()), tmp_path)
    total = page.evaluate("stepper.length()")
    assert (place(page), total) == (0, 12)
    for name, expected in [("Forward", 1), ("Forward", 2), ("Back", 1), ("Last", 12), ("Forward", 12), ("First", 0)]:
        page.get_by_role("button", name=name, exact=True).click()
        assert place(page) == expected
    page.get_by_role("slider", name="Step").fill("5")
    assert place(page) == 5
    page.locator("figure").focus()
    for key, expected in [("ArrowRight", 6), ("ArrowLeft", 5), ("End", total), ("Home", 0), ("x", 0)]:
        page.keyboard.press(key)
        assert place(page) == expected


def test_keys_work_on_a_page_that_was_just_opened(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, stepper(neuron()), tmp_path)
    for key, expected in [("ArrowRight", 1), ("End", 12), ("x", 12), ("ArrowLeft", 11)]:
        page.keyboard.press(key)
        assert place(page) == expected


def test_keys_are_left_alone_in_a_text_field(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, stepper(neuron()), tmp_path)
    page.get_by_label("stop at").fill("tanh")
    for key in ("ArrowLeft", "Home", "End", "Space"):
        page.keyboard.press(key)
    assert place(page) == 0
    assert page.get_by_label("stop at").input_value() == "tanh "


def test_play_goes_to_the_end_and_stops(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, stepper(Value(3.0, label="x").tanh()), tmp_path)
    page.locator("figure").focus()
    page.keyboard.press("Space")
    assert page.get_by_role("button", name="Pause").is_visible()
    page.get_by_role("button", name="Play").wait_for()
    assert place(page) == page.evaluate("stepper.length()") == 3
    page.get_by_role("button", name="Play").click()
    page.get_by_text("1 / 3").wait_for()
    page.get_by_role("button", name="Pause").click()
    assert place(page) == 1


def test_click_on_a_node_goes_to_its_next_step(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, stepper(neuron()), tmp_path)
    found = []
    for _ in range(3):
        page.get_by_role("button", name="w", exact=True).click()
        found.append(place(page))
    assert found == [7, 11, 7]
    page.locator("figure [data-node='3']").first.click()
    assert place(page) == 9


@pytest.mark.parametrize(("wish", "expected"), [("tanh", [3, 8, 12]), ("w", [7, 11, 12]), ("> 4", [12]), ("nan", [12]),
                                                ("b, x", [10, 12, 12]), ("nowhere", [12])])
def test_run_stops_at_breakpoints(visit: Visit, tmp_path: Path, wish: str, expected: list[int]) -> None:
    page = opened(visit, stepper(neuron()), tmp_path)
    page.get_by_label("stop at").fill(wish)
    found = []
    for _ in expected:
        page.get_by_role("button", name="Run").click()
        found.append(place(page))
    assert found == expected


def test_run_stops_at_what_is_not_finite(visit: Visit, tmp_path: Path) -> None:
    x = Value(0.0, label="x")
    session = stepper((x * x).sqrt() + x)
    session.run_until("nan")
    page = opened(visit, session, tmp_path)
    page.get_by_label("stop at").fill("nan")
    page.get_by_role("button", name="Run").click()
    assert place(page) == session.position < len(session)
    assert "inf" in card(page)


def test_predict_first_hides_the_numbers_until_the_answer_is_right(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, stepper(neuron()), tmp_path)
    page.get_by_label("predict first").check()
    page.evaluate("stepper.go(7)")
    assert "running sum" not in card(page)
    assert page.evaluate("stepper.gradient('w')") is None
    answer = page.get_by_label("What is the contribution?")
    answer.fill("5")
    answer.press("Enter")
    assert "No: local derivative times upstream." in card(page)
    assert page.evaluate("stepper.gradient('w')") is None
    answer.fill("0.716")
    answer.press("Enter")
    assert "Right." in card(page)
    assert "w.grad: 0 + 0.7163 = 0.7163" in card(page)
    assert page.evaluate("stepper.gradient('w')") == pytest.approx(0.7163, abs=1e-4)
    page.evaluate("stepper.go(8)")
    page.get_by_role("button", name="Show").click()
    assert "contribution 0.4869 × (-3) = -1.461" in card(page)


def test_predict_first_asks_for_the_shape_of_an_array(visit: Visit, tmp_path: Path) -> None:
    session = stepper(layer())
    session.run_until("b")
    page = opened(visit, session, tmp_path)
    page.get_by_label("predict first").check()
    page.evaluate(f"stepper.go({session.position})")
    page.get_by_label("What is the shape of the contribution?").fill("(2,)")
    page.keyboard.press("Enter")
    assert "Right." in card(page)


def test_node_by_node_takes_all_that_a_node_pays_in_one_step(visit: Visit, tmp_path: Path) -> None:
    root = neuron()
    page = opened(visit, stepper(root), tmp_path)
    page.evaluate("stepper.go(11)")
    page.get_by_label("node by node").check()
    session = stepper(root, granularity="node")
    assert page.evaluate("stepper.length()") == len(session) == 9
    assert place(page) == 9
    assert page.locator(".card h2").all_inner_texts() == ["backward v3 → w", "backward v3 → x"]
    page.evaluate("stepper.go(6)")
    session.at(6)
    assert page.evaluate("stepper.gradient('w')") == session.gradient("w")
    page.get_by_label("node by node").uncheck()
    assert page.evaluate("[stepper.length(), stepper.at()]") == [12, 6]


def test_unbroadcast_and_heat_maps_are_shown(visit: Visit, tmp_path: Path) -> None:
    session = stepper(layer())
    session.run_until("b")
    page = opened(visit, session, tmp_path)
    page.evaluate(f"stepper.go({session.position})")
    assert "sum over axis 0" in card(page)
    contribution = page.locator(".card table[aria-label=contribution]")
    b = session.gradient("b")
    assert contribution.locator("td").all_inner_texts() == [f"{x:.3g}".replace("-", "−") for x in b]
    colours = contribution.locator("td").evaluate_all("cells => cells.map((cell) => cell.style.background)")
    assert [("40, 110, 220" in colour) for colour in colours] == [x < 0 for x in b]  # negative numbers are blue


def test_a_large_array_is_a_picture_with_numbers_below(visit: Visit, tmp_path: Path) -> None:
    x = Tensor(np.linspace(-1.0, 3.0, 200 * 9).reshape(200, 9), requires_grad=True)
    x.label = "x"
    page = opened(visit, stepper((x * x).sum()), tmp_path)
    page.get_by_role("button", name="Last").click()
    assert page.locator(".card canvas").count() >= 2
    assert "50 of 200 rows" in card(page)
    assert f"|{2 * np.linalg.norm(x.data):.4g}|" in card(page)


def test_a_small_op_opens_as_its_scalars_and_closes_again(visit: Visit, tmp_path: Path) -> None:
    session = stepper(layer())
    product = next(node for node in session.trace.nodes if node.op == "matmul")
    page = opened(visit, session, tmp_path)
    page.get_by_role("button", name=product.name, exact=True).click()
    step = place(page)
    page.get_by_role("button", name="Open as scalars").click()
    page.get_by_role("button", name="Last").click()
    inner = session.open(product.name)
    inner.at(len(inner))
    rows = page.locator(".nodes tbody tr")
    names = rows.locator("button").all_inner_texts()
    assert names == [node.name for node in inner.trace.nodes]
    shown = dict(zip(names, rows.locator("td:last-child").all_inner_texts(), strict=True))
    session.at(len(session))
    for (i, j), g in np.ndenumerate(session.gradient("w")):
        number = shown[f"w[{i}, {j}]"].split()[0].replace("−", "-")
        assert float(number) == pytest.approx(g, rel=5e-3)
    page.get_by_role("button", name="↑ Whole graph").click()
    assert page.get_by_role("slider", name="Step").input_value() == str(step)


def test_hostile_labels_are_shown_as_text(visit: Visit, tmp_path: Path) -> None:
    x = Value(1.5, label=HOSTILE)
    with record_sources():
        root = (x * x).tanh() + x  # </script><b>no markup</b>
    root.label = "<b>out</b>"
    page = opened(visit, stepper(root), tmp_path)
    for number in range(len(stepper(root)) + 1):
        page.evaluate(f"stepper.go({number})")
    assert page.title() == "<b>out</b>: backpropagation, step by step"
    assert page.locator("img, .card b b, h2 b").count() == 0
    assert page.get_by_role("button", name=HOSTILE, exact=True).count() == 1
    assert HOSTILE in card(page)


def test_only_nodes_that_change_are_redrawn(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, stepper(random_graph("Value", 80, seed=3)), tmp_path)
    page.evaluate("""() => {
      stepper.go(stepper.length() - 1);
      globalThis.touched = new Set();
      new MutationObserver((changes) => {
        for (const { target } of changes) touched.add(target.closest("tr"));
      }).observe(document.querySelector(".nodes tbody"), { subtree: true, childList: true });
      stepper.go(stepper.length());
    }""")
    assert 1 <= page.evaluate("new Promise((tell) => setTimeout(() => tell(touched.size)))") <= 4


def test_page_without_scripts_shows_picture_and_table(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, stepper(neuron()), tmp_path, java_script_enabled=False)
    assert page.locator("svg").is_visible()
    assert "w: 0.7163 → -2.2052" in page.locator("pre").inner_text()
