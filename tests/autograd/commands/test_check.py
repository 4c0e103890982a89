"""`glassgrad check`: what it takes, what it prints, and its exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd import __main__ as command_line
from autograd.check.findings import FAIL, ILL_CONDITIONED, INCONCLUSIVE, MUTATING, NONDETERMINISTIC, SINGULAR
from autograd.commands import check

ROOT = Path(__file__).parents[3]
FUNCTIONS = '''
import numpy as np

constant = 3


class Model:
    @staticmethod
    def loss(x):
        return (x * x).sum()


def loss(x, y):
    return np.sum(np.tanh(x) * y)


def right(x, y):
    return (1 - np.tanh(x) ** 2) * y, np.sum(np.tanh(x))


def doubled(x, y):
    return 2 * (1 - np.tanh(x) ** 2) * y, np.sum(np.tanh(x))


def scaled(x, *, scale=1.0, shift=0.0):
    return (x * scale + shift).sum()


def of_tree(p):
    return (p["w"] * p["b"]).sum()


def of_many(x, *more):
    return (x * more[0]).sum() + more[1]


def root(x):
    return np.sqrt(x)


def random(x):
    return x * np.random.default_rng().normal()


def log(x):
    return x.log()


def broken(x):
    raise KeyError("broken")
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a module of functions, which no other test has imported."""
    (tmp_path / "functions_to_check.py").write_text(FUNCTIONS, encoding="utf-8")
    np.savez(tmp_path / "named.npz", x=np.array([1.0, 2.0]), y=np.float32(3.0))
    np.savez(tmp_path / "unnamed.npz", np.array([1, 2]), np.array(3.0))
    np.savez(tmp_path / "objects.npz", x=np.array([object()]))
    (tmp_path / "text.npz").write_text("no archive", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "functions_to_check", raising=False)
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command in this process; return its exit code."""
    monkeypatch.setattr(sys, "argv", ["glassgrad", "check", *arguments])
    try:
        return command_line.main()
    except SystemExit as end:
        return int(end.code)


OUTCOMES = [
    ("loss", "x=[1.0, 2.0], y=3", (), 0, "pass"),
    ("loss", "y=3, x=[1.0, 2.0]", (), 0, "pass"),
    ("loss", "[1.0, 2.0], y=3", (), 0, "pass"),
    ("loss", "[1.0, 2.0], 3", ("--order", "2"), 0, "order 2"),
    ("loss", "x=[1, 2], y=3", ("--grad", "right"), 0, "pass"),
    ("loss", "y=3, x=[1, 2]", ("--grad", "right"), 0, "pass"),
    ("loss", "x=[1, 2], y=3", ("--grad", "doubled"), 1, "2 times"),
    ("loss", "named.npz", (), 0, "pass"),
    ("loss", "unnamed.npz", (), 0, "pass"),
    ("Model.loss", "[1, 2]", (), 0, "pass"),
    ("scaled", "[1, 2]", (), 0, "pass"),
    ("scaled", "scale=2, x=[1, 2]", (), 0, "scale"),
    ("scaled", "x=[1, 2], shift=2", (), 0, "shift"),
    ("of_tree", "p={'w': [1, 2], 'b': 3}", (), 0, "p['w']"),
    ("of_many", "[1, 2], 3, 4", (), 0, "pass"),
    ("root", "0", (), 3, "vertical"),
    ("random", "2", (), 1, "NONDETERMINISTIC"),
]
MISTAKES = [
    ("functions_to_check:loss", "x=[1, foo], y=3", (), "column 7"),
    ("functions_to_check:loss", "z=1", (), "does not fit loss(x, y)"),
    ("functions_to_check:loss", "1, 2, 3", (), "too many positional arguments"),
    ("functions_to_check:loss", "nowhere.npz", (), "cannot read arrays from nowhere.npz"),
    ("functions_to_check:loss", "objects.npz", (), "allow_pickle=False"),
    ("functions_to_check:loss", "text.npz", (), "cannot read arrays from text.npz"),
    ("functions_to_check:losses", "x=1", (), "has no 'losses'; did you mean loss?"),
    ("functions_to_check:constant", "x=1", (), "is of type int, expected a function"),
    ("functions_to_check", "x=1", (), "expected package.module:function"),
    ("functions_to_find:loss", "x=1", (), "there is no module 'functions_to_find'"),
    ("functions_to_check.more:loss", "x=1", (), "there is no module"),
    ("functions_to_check:loss", "1, 2", ("--grad", "functions_to_check:rihgt"), "did you mean right?"),
    ("functions_to_check:loss", "1, 2", ("--grad", "functions_to_check:right", "--order", "2"), "--order is for"),
    ("functions_to_check:loss", "1, 2", ("--order", "0"), "invalid choice: 0"),
]


@pytest.mark.parametrize(("name", "at", "options", "code", "phrase"), OUTCOMES)
@pytest.mark.usefixtures("folder")
def test_report_and_exit_code_say_what_was_found(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, at: str,
        options: tuple[str, ...], code: int, phrase: str) -> None:
    options = tuple(f"functions_to_check:{x}" if x in ("right", "doubled") else x for x in options)
    assert run(monkeypatch, f"functions_to_check:{name}", "--at", at, *options) == code
    text = capsys.readouterr().out
    assert phrase in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(("name", "at", "options", "phrase"), MISTAKES)
@pytest.mark.usefixtures("folder")
def test_a_wrong_command_is_explained(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str,
                                      at: str, options: tuple[str, ...], phrase: str) -> None:
    assert run(monkeypatch, name, "--at", at, *options) == 2
    printed = capsys.readouterr()
    assert phrase in printed.err
    assert printed.out == ""


@pytest.mark.parametrize(("verdict", "code"), [
    (INCONCLUSIVE, 3), (ILL_CONDITIONED, 3), (SINGULAR, 3), (FAIL, 1), (NONDETERMINISTIC, 1), (MUTATING, 1)])
def test_each_verdict_has_its_exit_code(verdict: str, code: int) -> None:
    assert check.EXIT_CODES.get(verdict, check.WRONG) == code


@pytest.mark.usefixtures("folder")
def test_json_holds_the_report(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(monkeypatch, "functions_to_check:loss", "--at", "x=[1, 2], y=3", "--grad", "functions_to_check:doubled",
               "--json")
    report = json.loads(capsys.readouterr().out)
    assert code == 1
    assert report["ok"] is False
    assert report["verdict"] == FAIL
    assert report["mistake"]["kind"] == "factor"
    x, y = report["inputs"]
    assert (x["name"], y["name"]) == ("x", "y")
    numeric = 3 * (1 - np.tanh([1.0, 2.0]) ** 2)
    assert x["numeric"] == pytest.approx(list(numeric))
    assert x["analytic"] == pytest.approx(list(2 * numeric))
    assert y["worst"]["digits"] > 10


def refuse(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


@pytest.mark.usefixtures("folder")
def test_json_is_strict_where_numbers_are_not_finite(monkeypatch: pytest.MonkeyPatch,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "functions_to_check:root", "--at", "0", "--json") == 3
    report = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert report["verdict"] == SINGULAR
    assert report["inputs"][0]["worst"]["analytic"] == "inf"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("name", "at", "told", "line"), [
    ("log", "-1", "log(-1.0) is undefined", "in log: return x.log()"),
    ("broken", "1", "error: KeyError: 'broken'", 'in broken: raise KeyError("broken")'),
])
def test_what_f_raises_is_one_message_with_the_line_that_raised_it(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, at: str, told: str,
        line: str) -> None:
    assert run(monkeypatch, f"functions_to_check:{name}", "--at", at) == 2
    printed = capsys.readouterr()
    assert told in printed.err
    assert "functions_to_check.py:" in printed.err
    assert line in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_a_module_that_cannot_be_imported_is_one_message(folder: Path, monkeypatch: pytest.MonkeyPatch,
                                                         capsys: pytest.CaptureFixture[str]) -> None:
    for name, text, told in (("no_python", "def f(x:", "SyntaxError: "), ("raising", "1 / 0", "division by zero")):
        (folder / f"{name}.py").write_text(text)
        assert run(monkeypatch, f"{name}:f", "--at", "1") == 2
        assert told in capsys.readouterr().err


def test_the_current_folder_is_searched_during_the_command_only(folder: Path,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(sys.path)
    assert run(monkeypatch, "functions_to_check:loss", "--at", "1, 2") == 0
    assert sys.path == before


def test_it_runs_as_a_program(folder: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", "import sys; from autograd.__main__ import main; sys.exit(main())", "check",
         "functions_to_check:loss", "--at", "[1, 2], 3", "--grad", "functions_to_check:doubled"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}, capture_output=True,
        text=True, check=False)
    assert result.returncode == 1, result.stderr
    assert "2 times" in result.stdout
