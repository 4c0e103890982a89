"""The page as a file: whole, alone, small, and safe against what users write; what it shows is tested in a browser."""

import json
import re
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, record_sources
from autograd.stepping import stepper
from autograd.stepping.page import asset, in_script
from autograd.stepping.payload import SIDE, number
from tests.autograd.stepping.random_graphs import random_graph

HOSTILE = "</script><img src=x onerror=alert(1)>&amp;{}`${alert(2)}"
SCRIPTS = {"page": ("stepper.js", "page.js"), "widget": ("stepper.js", "widget.js"), "notebook": ("notebook.js",)}


def hostile() -> Value:
    """A graph whose labels try to be markup."""
    x = Value(1.5, label=HOSTILE)
    with record_sources():
        root = x * x  # </script>
    root.label = HOSTILE + "!"
    return root


def payload_in(page: str) -> Any:
    """Return the payload that a page holds."""
    (found,) = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found)


@pytest.mark.parametrize("use", SCRIPTS)
def test_scripts_are_small_and_have_no_faults(use: str, tmp_path: Path) -> None:
    script = "".join(asset(name) for name in SCRIPTS[use])
    assert len(script.encode()) <= 15 * 1024 + (1024 if use == "widget" else 0)
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node: apt-get install --no-install-recommends nodejs")
    file = tmp_path / ("script.mjs" if use == "widget" else "script.js")
    file.write_text(script, encoding="utf-8")
    result = subprocess.run([node, "--check", str(file)], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_page_names_no_address() -> None:
    page = stepper(random_graph("Tensor", 20, 0)).html()
    addresses = set(re.findall(r"\w+://[^\"'\s<\\]*|(?:src|href)=\"[^\"]*", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML", 'href="data:,'}


def test_hostile_labels_end_no_script_and_start_no_element() -> None:
    session = stepper(hostile())
    page = session.html()
    assert page.count("<script") == page.count("</script>") == 2
    assert "<img" not in page.replace("\\u003cimg", "")
    assert payload_in(page)["nodes"][0]["name"] == HOSTILE
    notebook = session._repr_mimebundle_()["text/html"]
    assert (notebook.count("<script"), notebook.count("</script>"), notebook.count("<img")) == (1, 1, 1)


def test_formulas_are_markup_of_their_own_with_names_escaped() -> None:
    payload = payload_in(stepper(hostile()).html())
    formulas = [event["math"] for event in payload["events"] if event["kind"] == "edge"]
    assert len(formulas) == 2
    for formula in formulas:
        assert formula.startswith("<math")
        assert "<img" not in formula
        assert "&lt;img" in formula


@pytest.mark.parametrize("x", ["</script>", "<!--", "\u2028", "]]>"])
def test_json_in_a_script_reads_back_and_has_no_bracket(x: str) -> None:
    assert json.loads(in_script([x])) == [x]
    assert "<" not in in_script([x])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4), (1, 1), (0,), (2, 0)])
def test_arrays_are_exact(shape: tuple[int, ...], dtype: Any) -> None:
    array = np.random.default_rng(0).normal(size=shape).astype(dtype)
    told = number(array)
    assert np.frombuffer(b64decode(told["bytes"]), "<f8").tolist() == array.ravel().tolist()
    assert (told["shape"], int(np.prod(told["seen"]))) == (shape, array.size)


def test_numbers_that_json_lacks_are_words() -> None:
    assert [number(x) for x in (float("nan"), np.inf, -np.inf, -0.0, np.float64(2))] == [
        "NaN", "Infinity", "-Infinity", 0.0, 2.0]
    assert str(number(-0.0)) == "-0.0"
    told = number(np.array([1.0, np.nan, -3.0, np.inf]))
    assert (told["norm"], told["top"]) == ("NaN", 3.0)
    assert "from −3 to 1, 2 not finite" in told["words"]
    json.dumps(told, allow_nan=False)


def test_large_arrays_are_thinned_out_and_say_so() -> None:
    told = number(np.ones((4, 100, 50)))
    rows, columns = told["seen"]
    assert rows <= SIDE >= columns
    assert f"{rows} of 400 rows, {columns} of 50 columns shown" in told["words"]
    assert told["norm"] == pytest.approx(np.sqrt(20000))


def test_page_of_a_large_array_stays_small() -> None:
    x = Tensor(np.random.default_rng(0).normal(size=(500, 500)), requires_grad=True)
    assert len(stepper((x * x).sum()).html()) < 1_000_000


def test_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session, path = stepper(hostile()), tmp_path / "page.html"
    session.save_html(path)
    whole = path.read_bytes()

    def fail(*_: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="no space left"):
        session.save_html(path)
    assert path.read_bytes() == whole
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


def test_page_is_the_same_on_every_run() -> None:
    assert stepper(random_graph("Tensor", 30, 1)).html() == stepper(random_graph("Tensor", 30, 1)).html()
