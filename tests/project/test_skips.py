"""Tests of the tester: with CI=true a skipped test is a failed one, otherwise it stays skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
SKIPPED = {
    "call": "import pytest\ndef test_it(): pytest.skip('why')\n",
    "mark": "import pytest\n@pytest.mark.skip(reason='why')\ndef test_it(): pass\n",
    "module": "import pytest\npytest.importorskip('no_such_package')\n",
}
NOT_SKIPPED = {
    "expected failure": "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False\n",
    "success": "def test_it(): pass\n",
}


def failed(folder: Path, source: str, ci: str) -> bool:
    """Run one test file and say whether pytest found that it failed."""
    (folder / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "test_one.py").write_text(source + "def test_other(): pass\n", encoding="utf-8")
    environment = {**os.environ, "CI": ci, "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), "test_one.py"]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode in (0, 1, 2, 5), result.stdout + result.stderr
    return result.returncode in (1, 2)


@pytest.mark.parametrize("kind", SKIPPED)
def test_skip_is_a_failure_in_ci_only(kind: str, tmp_path: Path) -> None:
    assert failed(tmp_path, SKIPPED[kind], ci="true")
    assert not failed(tmp_path, SKIPPED[kind], ci="")


@pytest.mark.parametrize("kind", NOT_SKIPPED)
def test_expected_failure_and_success_are_no_failures_in_ci(kind: str, tmp_path: Path) -> None:
    assert not failed(tmp_path, NOT_SKIPPED[kind], ci="true")
