"""Importing the packages loads no optional package, nor graphviz, which costs 35 ms."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OPTIONAL = {
    "anywidget", "graphviz", "imblearn", "jax", "matplotlib", "mpi4py", "numba", "onnx", "optuna", "safetensors",
    "sklearn", "tensorboardX", "torch", "tqdm",
}


def loaded_by(statement: str, *path: Path) -> set[str]:
    """Return the optional packages that a fresh interpreter has loaded after a statement."""
    code = (f"import sys; sys.path[:0] = {[str(folder) for folder in (*path, ROOT)]!r}; {statement}; "
            f"print(*({OPTIONAL!r} & sys.modules.keys()))")
    result = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_importing_autograd_and_nn_loads_no_optional_package() -> None:
    assert loaded_by("import autograd, nn, nn.datasets") == set()


@pytest.mark.parametrize("package", sorted(OPTIONAL))
def test_check_notices_each_optional_package(package: str, tmp_path: Path) -> None:
    (tmp_path / f"{package}.py").touch()
    (tmp_path / "late.py").write_text(f"import {package}\n", encoding="utf-8")
    assert loaded_by("import late", tmp_path) == {package}
