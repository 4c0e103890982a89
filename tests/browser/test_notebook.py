"""The stepper in notebooks: JupyterLab with a live kernel, JupyterLab that trusts nothing, and nbconvert's HTML."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograd.stepping import stepper
from tests.browser.notebooks import Lab, run_cell, surroundings, write_notebook
from tests.browser.pages import Visit, neuron

CELLS = ("""\
from autograd import Value
from autograd.stepping import stepper
w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(6.9, label="b")
out = (w * x + b).tanh() * w
out.backward()
stepper(out)""", "w.grad")


def step_through(frame: Any) -> float:
    """Press End in a live stepper; return the gradient that it then shows for w."""
    frame.get_by_role("button", name="Last").click()
    row = frame.locator(".nodes tbody tr").filter(has=frame.get_by_role("button", name="w", exact=True))
    return float(row.locator("td").last.inner_text().split()[0].replace("−", "-"))


def brightness(frame: Any) -> float:
    """Return how bright the background of the page in a frame is."""
    colour = frame.locator("body").evaluate("(body) => getComputedStyle(body).backgroundColor")
    return sum(map(int, colour[colour.index("(") + 1 : -1].split(",")[:3])) / 765


def test_stepper_lives_in_jupyterlab(visit: Visit, lab: Lab) -> None:
    write_notebook(lab.folder / "live.ipynb", *CELLS)
    page = visit(lab.page("live.ipynb"), may_fetch=True)
    run_cell(page, 0)
    frame = page.frame_locator(".jp-OutputArea-output iframe")
    frame.get_by_role("button", name="Forward").wait_for(timeout=60_000)
    run_cell(page, 1)
    result = page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea-executeResult pre")
    assert step_through(frame) == pytest.approx(float(result.inner_text()), rel=1e-3)
    box = page.locator(".jp-OutputArea-output iframe").bounding_box()
    assert box["height"] == pytest.approx(frame.locator("body").evaluate("(body) => body.scrollHeight"), abs=10)
    assert brightness(frame) > 0.9
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")  # the page takes the notebook's theme
    frame.locator("html.dark").wait_for()
    assert brightness(frame) < 0.2


def test_stepper_is_a_picture_in_a_jupyterlab_that_does_not_trust_it(visit: Visit, lab: Lab) -> None:
    write_notebook(lab.folder / "untrusted.ipynb", *CELLS, output=stepper(neuron())._repr_mimebundle_())
    page = visit(lab.page("untrusted.ipynb"), may_fetch=True)
    picture = page.locator(".jp-OutputArea-output img")
    picture.wait_for(timeout=60_000)
    assert picture.evaluate("(img) => img.complete && img.naturalWidth > 100")
    assert page.locator(".jp-OutputArea-output iframe").count() == 0


def test_stepper_lives_in_html_of_nbconvert_without_network(visit: Visit, tmp_path: Path) -> None:
    pytest.importorskip("nbconvert")
    pytest.importorskip("ipykernel")
    write_notebook(tmp_path / "notebook.ipynb", *CELLS)
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", "notebook.ipynb"]
    subprocess.run(command, cwd=tmp_path, env=surroundings(tmp_path), check=True, capture_output=True, timeout=120)
    page = visit(tmp_path / "notebook.html", may_fetch=True, offline=True)
    frame = page.frame_locator("iframe")
    expected = float(page.locator(".jp-OutputArea-executeResult pre").last.inner_text())
    assert step_through(frame) == pytest.approx(expected, rel=1e-3)
    frame.locator("figure").focus()
    page.keyboard.press("Home")
    assert "0 / 12" in frame.locator(".counter").inner_text()
