"""How the page looks and reads: light and dark, wide and narrow, and what a screen reader is told."""

from pathlib import Path
from typing import Any

import pytest

from autograd.stepping import stepper
from tests.autograd.stepping.random_graphs import random_graph
from tests.browser.pages import Visit, layer, neuron, opened

GRAPHS = {"neuron": neuron, "layer": layer, "many values": lambda: random_graph("Value", 80, 0),
          "many tensors": lambda: random_graph("Tensor", 80, 0)}


def brightness(colour: str) -> float:
    """Return the relative luminance of "rgb(r, g, b)"."""
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def colours(page: Any, selector: str) -> tuple[float, float]:
    """Return the brightness of the text and of the background of an element."""
    found = page.locator(selector).first.evaluate("""(element) => {
      const paint = (e) => getComputedStyle(e).backgroundColor;
      const behind = (e) => paint(e) === "rgba(0, 0, 0, 0)" ? behind(e.parentElement) : paint(e);
      return [getComputedStyle(element).color, behind(element)];
    }""")
    return brightness(found[0]), brightness(found[1])


TEXTS = (".card h2", ".card dt", ".card mark", ".card small", ".nodes th button", ".nodes thead th", ".nodes tr.now td",
         "label", ".counter", "button")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(visit: Visit, tmp_path: Path, scheme: str) -> None:
    page = opened(visit, stepper(neuron()), tmp_path, color_scheme=scheme)
    page.evaluate("stepper.go(7)")
    for selector in TEXTS:
        text, background = colours(page, selector)
        assert (text < background) == (scheme == "light"), selector
        assert (max(text, background) + 0.05) / (min(text, background) + 0.05) >= 4.5, selector  # WCAG 2.2, level AA


@pytest.mark.parametrize(("system", "change", "dark"), [
    ("light", "document.documentElement.className = 'dark'", True),
    ("dark", "document.documentElement.className = 'light'", False),
    ("light", "document.body.dataset.jpThemeLight = 'false'", True),
    ("dark", "document.body.dataset.jpThemeLight = 'true'", False),
    ("light", "document.body.className = 'vscode-dark'", True),
    ("dark", "document.body.className = 'vscode-light'", False),
])
def test_theme_around_wins_over_the_system(visit: Visit, tmp_path: Path, system: str, change: str, dark: bool) -> None:
    page = opened(visit, stepper(neuron()), tmp_path, color_scheme=system)
    page.evaluate(change)
    text, background = colours(page, ".card")
    assert (text > background) == dark
    assert (colours(page, ".glassgrad")[1] < 0.2) == dark


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("graph", GRAPHS)
def test_page_never_scrolls_sideways(visit: Visit, tmp_path: Path, width: int, graph: str) -> None:
    page = opened(visit, stepper(GRAPHS[graph]()), tmp_path, viewport={"width": width, "height": 800})
    for share in (0, 0.3, 0.6, 1):
        page.evaluate(f"stepper.go(Math.round({share} * stepper.length()))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_reduced_motion_stops_transitions(visit: Visit, tmp_path: Path) -> None:
    found = {}
    for motion in ("reduce", "no-preference"):
        page = opened(visit, stepper(neuron()), tmp_path, reduced_motion=motion)
        row = page.locator(".nodes tbody tr").first
        found[motion] = row.evaluate("(element) => getComputedStyle(element).transitionDuration")
    assert found["reduce"] == "0s" != found["no-preference"]


def test_every_control_shows_the_focus_and_can_be_reached(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, stepper(neuron()), tmp_path)
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        name, outline = page.evaluate("""() => {
          const element = document.activeElement;
          return [element.getAttribute("aria-label") ?? element.textContent, getComputedStyle(element).outlineStyle];
        }""")
        assert outline == "solid", name
        reached.append(name)
    assert reached[:6] == ["First", "Back", "Play", "Forward", "Last", "Step"]
    assert "Graph: out" in reached


def test_accessibility_tree_tells_edge_numbers_and_running_sum(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, stepper(neuron()), tmp_path)
    page.evaluate("stepper.go(7)")
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    nodes = {node["nodeId"]: node for node in tree if not node["ignored"]}

    def name(node: Any) -> str:
        return str(node.get("name", {}).get("value", ""))

    def below(node: Any) -> str:
        inner = [below(nodes[i]) for i in node.get("childIds", []) if i in nodes]
        return " ".join(filter(None, inner)) or name(node)

    [step] = [node for node in nodes.values() if name(node) == "Current step"]
    properties = {item["name"]: item["value"].get("value") for item in step["properties"]}
    assert (properties["live"], properties["atomic"]) == ("polite", True)
    spoken = " ".join(below(step).split())
    assert "out → w" in spoken
    assert "local derivative ∂out/∂w = v5 = 0.7163" in spoken
    assert "upstream out.grad = 1" in spoken
    assert "contribution 0.7163 × 1 = 0.7163" in spoken
    assert "w.grad: 0 + 0.7163 = 0.7163 (1 more to come)" in spoken
    [slider] = [node for node in nodes.values() if node["role"]["value"] == "slider"]
    assert {item["name"]: item["value"].get("value") for item in slider["properties"]}["valuemax"] == 12
    assert slider["value"]["value"] == 7
    roles = {(node["role"]["value"], name(node)) for node in nodes.values()}
    assert {("button", "Forward"), ("button", "w"), ("toolbar", "Steps"), ("checkbox", "predict first")} <= roles
