"""What `pyproject.toml` promises: dependencies, extras, the README's commands, and a wheel with all that it needs."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = {
    "jit": {"numba"},
    "io": {"safetensors"},
    "plot": {"matplotlib"},
    "widget": {"anywidget"},
    "dot": {"graphviz-pure"},
    "sklearn": {"scikit-learn", "imbalanced-learn"},
    "tune": {"optuna"},
    "mpi": {"mpi4py", "mpich"},
    "onnx": {"onnx"},
    "log": {"tensorboardX"},
    "progress": {"tqdm"},
}
COMMANDS = [
    "python -m pip install -e . && python -m autograd",
    "python -m pip install -e '.[test]' && python -m pytest",
]


def names(requirements: list[str]) -> set[str]:
    """Return the names of the distributions that are required."""
    return {re.split(r"[\[<>=!~; ]", requirement)[0] for requirement in requirements}


def blocks(text: str) -> list[tuple[str, str]]:
    """Return language and content of each fenced block of a page."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def readme() -> list[tuple[str, str]]:
    return blocks((ROOT / "README.md").read_text(encoding="utf-8"))


def test_core_depends_on_numpy_and_graphviz_only() -> None:
    assert names(PROJECT["dependencies"]) == {"numpy", "graphviz"}


def test_extras_are_those_of_the_design() -> None:
    extras = PROJECT["optional-dependencies"]
    assert {extra: names(extras[extra]) for extra in extras.keys() - {"test", "all"}} == EXTRAS
    assert extras["all"] == [f"glassgrad[{','.join(EXTRAS)}]"]
    assert {"pytest", "hypothesis"} <= names(extras["test"])


def test_readme_has_each_setup_command_once_in_a_block_of_its_own_line() -> None:
    lines = [line for _, block in readme() for line in block.splitlines()]
    assert [line for line in lines if "pip install" in line] == COMMANDS


def test_python_in_the_readme_is_written_as_doctests_that_end_before_the_fence() -> None:
    for language, block in readme():
        program = block.startswith("import torch\n")  # which test_readme.py runs
        if not program and (language in ("python", "pycon", "py") or ">>>" in block):
            assert block.startswith(">>> "), f"only doctests are run:\n{block}"
            assert block.endswith("\n\n"), f"a doctest takes the closing fence for output; leave a blank line:\n{block}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Build the wheel and return the names of its files."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path).namelist()


def test_wheel_holds_every_file_of_both_packages(wheel: list[str]) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for package in ("autograd", "nn")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert {"autograd/py.typed", "nn/py.typed", "nn/datasets/SOURCES.md", "nn/datasets/data/iris.csv"} <= files
    assert files <= set(wheel)


def test_wheel_holds_the_licence_and_nothing_but_the_two_packages(wheel: list[str]) -> None:
    assert {name.split("/")[0] for name in wheel} == {"autograd", "nn", "glassgrad-0.1.0.dist-info"}
    assert "glassgrad-0.1.0.dist-info/licenses/LICENSE" in wheel
