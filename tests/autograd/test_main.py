"""The command line: its table of commands, its help, and what it does with arguments it does not know."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograd import __main__ as command_line
from autograd.errors import DomainError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "autograd" / "commands"


def glassgrad(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command line in this process, on a terminal of 80 columns; return the exit code."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "argv", ["glassgrad", *arguments])
    try:
        return command_line.main()
    except SystemExit as end:
        return int(end.code)


@pytest.mark.parametrize("name", command_line.COMMANDS)
def test_each_command_is_a_file_with_arguments_a_run_and_a_line_of_help(name: str) -> None:
    command = command_line.COMMANDS[name]
    assert command.__name__ == f"autograd.commands.{name}"
    assert command.__doc__.partition("\n")[0].endswith(".")
    assert command.add_arguments.__doc__
    assert command.run.__doc__


def test_every_file_that_can_run_is_in_the_table() -> None:
    runnable = {path.stem for path in FOLDER.glob("*.py") if "\ndef run(" in path.read_text(encoding="utf-8")}
    assert runnable == set(command_line.COMMANDS)


def test_help_lists_every_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert glassgrad(monkeypatch, "--help") == 0
    text = capsys.readouterr().out
    for name in command_line.COMMANDS:
        assert f"\n    {name} " in text


@pytest.mark.parametrize("name", command_line.COMMANDS)
def test_help_of_a_command_fits_80_columns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
                                           name: str) -> None:
    assert glassgrad(monkeypatch, name, "--help") == 0
    text = capsys.readouterr().out
    assert command_line.COMMANDS[name].__doc__.partition("\n")[0] in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(("arguments", "phrase"), [
    (["frobnicate"], "invalid choice: 'frobnicate'"),
    (["check"], "the following arguments are required"),
    (["demo", "--fast"], "unrecognized arguments: --fast"),
])
def test_unknown_arguments_are_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
                                       arguments: list[str], phrase: str) -> None:
    assert glassgrad(monkeypatch, *arguments) == 2
    assert phrase in capsys.readouterr().err


def test_it_runs_as_a_module() -> None:
    result = subprocess.run([sys.executable, "-m", "autograd", "--frobnicate"], cwd=ROOT, capture_output=True,
                            text=True, check=False)
    assert result.returncode == 2
    assert "unrecognized arguments: --frobnicate" in result.stderr


def test_an_error_that_explains_itself_needs_no_traceback(monkeypatch: pytest.MonkeyPatch,
                                                          capsys: pytest.CaptureFixture[str]) -> None:
    def failing(_: object) -> int:
        raise DomainError("log(-1.0) is undefined")

    monkeypatch.setattr(command_line.demo, "run", failing)
    assert glassgrad(monkeypatch) == 1
    assert capsys.readouterr().err == "python -m autograd: log(-1.0) is undefined\n"
