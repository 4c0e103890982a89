"""An op is one row in one file: the row of `cbrt` is taken out of a copy of the packages and put back, by script.

Without it nothing of the op is left, and the rest works; with it all is there: method, function, protocol, catalog.
"""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = "cbrt"
REMARKS = {"fixes.py", "mutations.py"}  # tables of advice and of slips of the pen: they may name any op, and need none
# Prints for each way to meet the op whether it works; what fails for another reason than that the op is not there,
# ends the program.
PROBE = """
import json, sys
sys.path[:0] = [sys.argv[1]]
import numpy as np
import autograd, nn.scalar
from autograd import Tensor, Value, errors, ops
from autograd.op import ARRAYS, FLOATS, NODES, NUMPY, TABLE

def works(call):
    try:
        return bool(call())
    except (AttributeError, errors.OperandError, errors.UnsupportedError):
        return False

x, t = Value(8.0), Tensor([1.0, 8.0], requires_grad=True)
namespaces = [TABLE, FLOATS, ARRAYS, NODES, vars(ops)]
ways = {
    "row": any("cbrt" in names for names in namespaces),
    "exported": "cbrt" in ops.__all__,
    "function of a float": works(lambda: ops.cbrt(8.0) == 2.0),
    "method of a Value": works(lambda: x.cbrt().data == 2.0),
    "method of a Tensor": works(lambda: t.cbrt().tolist() == [1.0, 2.0]),
    "numpy on a Value": works(lambda: np.cbrt(x).data == 2.0),
    "numpy on a Tensor": works(lambda: np.cbrt(t).tolist() == [1.0, 2.0]),
    "derivatives": works(lambda: autograd.derivative(lambda x: x.cbrt(), order=2)(1.0) == -2 / 9),
    "listed": any(line.split()[0] == "cbrt" for line in autograd.supported().splitlines()),
    "convention": works(lambda: "inf" in autograd.conventions("cbrt")),
    "documentation": works(lambda: ops.cbrt.__doc__ == TABLE["cbrt"].__doc__ and ops.cbrt.tex),
    "activation of a neuron": "cbrt" in nn.scalar.ACTIVATIONS,
}
assert (x * x).sqrt().data == 8.0 and np.tanh(t).sum().data < 2
print(json.dumps({"file": autograd.__file__, "rows": len(TABLE), "ways": ways}))
"""


def find_row(package: Path, name: str) -> tuple[Path, int, int]:
    """Return the only file that assigns a row's name, and the first and the last line of the assignment."""
    found = [(path, node.lineno, node.end_lineno or 0)
             for path in sorted((package / "ops").glob("*.py"))
             for node in ast.parse(path.read_bytes()).body
             if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [name]]
    assert len(found) == 1
    return found[0]


def probe(folder: Path) -> dict[str, object]:
    """Return what a fresh interpreter finds of the op in the packages of a folder."""
    command = [sys.executable, "-I", "-B", "-c", PROBE, str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    found: dict[str, object] = json.loads(result.stdout)
    assert found["file"] == str(folder / "autograd" / "__init__.py")
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy both packages to a folder of their own."""
    for package in ("autograd", "nn"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_no_other_file_of_the_packages_names_the_op(copy: Path) -> None:
    naming = [path for path in copy.rglob("*.py")
              if ROW in path.read_text(encoding="utf-8") and path.name not in REMARKS]
    assert naming == [find_row(copy / "autograd", ROW)[0]]


def test_taking_one_row_out_takes_the_op_out_and_putting_it_back_brings_all_back(copy: Path) -> None:
    path, first, last = find_row(copy / "autograd", ROW)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    row = lines[first - 1 : last]

    path.write_text("".join(lines[: first - 1] + lines[last:]), encoding="utf-8")
    without = probe(copy)
    assert not any(without["ways"].values()), without["ways"]

    path.write_text("".join(lines[: first - 1] + lines[last:] + ["\n\n", *row]), encoding="utf-8")  # at the end
    again = probe(copy)
    assert all(again["ways"].values()), again["ways"]
    assert again["rows"] == without["rows"] + 1
