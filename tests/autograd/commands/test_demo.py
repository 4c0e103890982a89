"""The demonstration as a user runs it: what it prints, how wide, how fast, and how it ends."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograd import __main__ as command_line
from autograd.commands import demo

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def run() -> tuple[str, float]:
    """What `python -m autograd` prints into a pipe, and the seconds it takes."""
    start = time.perf_counter()
    result = subprocess.run([sys.executable, "-m", "autograd"], cwd=ROOT, capture_output=True, text=True, check=True,
                            env={**os.environ, "PYTHONIOENCODING": "utf-8"})
    assert result.stderr == ""
    return result.stdout, time.perf_counter() - start


def test_it_shows_the_graph_of_a_neuron_with_its_gradients(run: tuple[str, float]) -> None:
    lines = {line.split()[0]: line.split() for line in run[0].splitlines() if line.strip()}
    output = lines["o"]
    assert output[1].startswith("tanh(")
    local, data, gradient = map(float, output[2:])
    assert gradient == 1.0
    assert local == pytest.approx(1 - data**2, abs=1e-4)
    for name in demo.POINT:
        assert name in lines


def test_it_verifies_each_gradient_by_differences(run: tuple[str, float]) -> None:
    table = re.findall(r"^(\w+) +(-?\d+\.\d{10}) +(-?\d+\.\d{10}) +(\d+)$", run[0], flags=re.MULTILINE)
    assert [name for name, *_ in table] == list(demo.POINT)
    for _, backward, differences, digits in table:
        assert float(backward) == pytest.approx(float(differences), abs=2e-10)
        assert int(digits) >= 10


def test_it_learns_iris(run: tuple[str, float]) -> None:
    train, test = map(float, re.findall(r"^t\w+ accuracy +(\d\.\d{3})", run[0], flags=re.MULTILINE))
    assert train >= 0.93
    assert test >= 0.93


def test_it_says_what_to_try_next(run: tuple[str, float]) -> None:
    assert "What to try next" in run[0]


def test_it_takes_less_than_a_minute(run: tuple[str, float]) -> None:
    assert run[1] < 60


def test_output_fits_80_columns_without_colours_or_carriage_returns_where_it_is_no_terminal(
        run: tuple[str, float]) -> None:
    assert max(map(len, run[0].splitlines())) <= 80
    assert not set(run[0]) & {"\r", "\x1b"}


def test_results_are_the_same_in_every_run(run: tuple[str, float]) -> None:
    def results(text: str) -> str:
        return re.sub(r"in \d+\.\d s", "", text)

    again = subprocess.run([sys.executable, "-m", "autograd"], cwd=ROOT, capture_output=True, text=True, check=True,
                           env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": "7"})
    assert results(again.stdout) == results(run[0])


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_it_runs_where_standard_output_is_not_utf8(encoding: str) -> None:
    result = subprocess.run([sys.executable, "-m", "autograd"], cwd=ROOT, capture_output=True, check=True,
                            env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
    assert result.stdout.isascii()


def test_a_terminal_sees_one_progress_line_that_is_rewritten() -> None:
    pty = pytest.importorskip("pty", reason="a pseudo-terminal needs a POSIX system")
    master, slave = pty.openpty()
    program = "from autograd.commands.demo import train_on_iris; train_on_iris()"
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=slave) as process:
        os.close(slave)
        text = read_all(master)
    assert process.returncode == 0
    updates = [line for line in text.replace("\r\n", "\n").split("\r") if line.startswith("epoch")]
    assert len(updates) == demo.EPOCHS
    assert [update.count("\n") for update in updates[:-1]] == [0] * (demo.EPOCHS - 1)


def read_all(descriptor: int) -> str:
    """Read a pseudo-terminal until the other side closes it, which Linux reports as an error."""
    chunks = []
    try:
        while chunk := os.read(descriptor, 4096):
            chunks.append(chunk)
    except OSError:
        pass
    os.close(descriptor)
    return b"".join(chunks).decode()


def test_a_wrong_gradient_ends_with_exit_code_1(monkeypatch: pytest.MonkeyPatch,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    wrong = dict.fromkeys(demo.POINT, 1.0)
    monkeypatch.setattr(demo, "look_into_a_neuron", lambda: wrong)
    monkeypatch.setattr(sys, "argv", ["glassgrad"])
    assert command_line.main() == 1
    assert "These gradients differ" in capsys.readouterr().out
