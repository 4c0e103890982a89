"""`glassgrad step`: a table, commands, a page and a picture of an expression."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
NEURON = ("tanh(w*x + b)", "w=-3", "x=2", "b=6.9")


def run(*arguments: str, commands: str = "", encoding: str = "utf-8") -> "subprocess.CompletedProcess[str]":
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "autograd", "step", *arguments], input=commands, capture_output=True, cwd=ROOT,
        encoding=encoding, env={"PATH": "", "PYTHONIOENCODING": encoding}, check=False, timeout=60)


def test_step_prints_the_table() -> None:
    result = run(*NEURON)
    assert (result.returncode, result.stderr) == (0, "")
    assert "    3  out = tanh(v4) = 0.7163" in result.stdout
    assert "v3 → x     -3.0000 ×   0.4869 = -1.4608   x: 0.0000 → -1.4608  ✓" in result.stdout


def test_step_carries_out_commands_from_a_file() -> None:
    result = run(*NEURON, "-i", commands="n\nr x\np x\nq\nn\n", encoding="ascii")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-7:] == [
        "step 1: v3 = w * x = -6", "step 9: v3 -> x", "  local derivative  dv3/dx = w = -3",
        "  upstream          v3.grad = 0.4869", "  contribution      -3 x 0.4869 = -1.461",
        "  running sum       x.grad: 0 + (-1.461) = -1.461 ok", "x: value 2.0, gradient so far -1.4607520834450236"]


def test_step_writes_page_and_picture(tmp_path: Path) -> None:
    page, picture = tmp_path / "neuron.html", tmp_path / "neuron.svg"
    result = run(*NEURON, "--html", str(page), "--svg", str(picture), "--node")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [f"wrote {page}", f"wrote {picture}"]
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert picture.read_text(encoding="utf-8").startswith("<svg ")


def test_mistakes_are_explained_without_a_traceback() -> None:
    for arguments, phrase in [(("tanh(x.data)", "x=1"), "column 6: an expression has names"),
                              (("x", "x=1", "y=1"), "has no y"), (("x", "x"), "there is no '='"),
                              (("x", "x=one"), "'one' is no number")]:
        result = run(*arguments)
        assert result.returncode == 1
        assert phrase in result.stderr
        assert "Traceback" not in result.stderr


def test_expression_that_begins_with_a_minus_sign_comes_after_two_dashes() -> None:
    result = run("--", "-x**2", "x=3")
    assert result.returncode == 0
    assert "-6.0000" in result.stdout


def test_wrong_use_is_explained_on_one_line_without_a_traceback(tmp_path: Path) -> None:
    for arguments, message in (((*NEURON, "--html", str(tmp_path / "no" / "x.html")), "no such folder"),
                               ((*NEURON, "--svg", str(tmp_path)), "this is a folder"),
                               (("x*x", "x=3", "x=4"), "x is given twice")):
        result = run(*arguments)
        assert result.returncode == 1
        assert message in result.stderr
        assert "Traceback" not in result.stderr
