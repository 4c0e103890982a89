"""The widget in JupyterLab, both ways: a leaf edited in the page changes Python, a position set in Python the page."""

import pytest

from tests.browser.notebooks import Lab, run_cell, write_notebook
from tests.browser.pages import Visit

CELLS = ("""\
from autograd import Tensor, Value
from autograd.stepping import stepper
w, x = Value(3.0, label="w"), Value(2.0, label="x")
widget = stepper((w * x).tanh() + w).widget()
widget""", "print('values', widget.values, widget.stepper.root.data)", "widget.position = 4", "widget.set(x=0.25)",
         "print('now', widget.stepper.position, widget.values)")


def test_widget_is_two_way(visit: Visit, lab: Lab) -> None:
    pytest.importorskip("anywidget")
    write_notebook(lab.folder / "widget.ipynb", *CELLS)
    page = visit(lab.page("widget.ipynb"), may_fetch=True)
    run_cell(page, 0)
    shown = page.locator(".jp-OutputArea .glassgrad")
    shown.get_by_role("button", name="Forward").wait_for(timeout=60_000)
    leaf = shown.get_by_label("value of w")
    assert leaf.input_value() == "3.0"

    leaf.fill("-1")
    leaf.press("Enter")
    shown.get_by_label("value of w").and_(page.locator("[value='-1.0']")).wait_for()
    run_cell(page, 1)
    page.get_by_text("values {'w': -1.0, 'x': 2.0} -1.9640").wait_for()

    shown.get_by_label("value of w").fill("one")
    shown.get_by_label("value of w").press("Enter")
    page.get_by_role("alert").get_by_text("w: Expecting value").wait_for()

    run_cell(page, 2)
    shown.get_by_text("4 / 9").wait_for()
    run_cell(page, 3)
    shown.get_by_label("value of x").and_(page.locator("[value='0.25']")).wait_for()
    shown.get_by_text("4 / 9").wait_for()
    shown.get_by_role("button", name="Forward").click()
    shown.get_by_text("5 / 9").wait_for()
    run_cell(page, 4)
    page.get_by_text("now 5 {'w': -1.0, 'x': 0.25}").wait_for()
