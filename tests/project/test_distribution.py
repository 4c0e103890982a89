"""A mixture of glassgrad and HIPS autograd is refused at import; the two side by side are not.

Each case is a faked layout in a temporary folder: copies of our packages, and of HIPS no more than what pip records.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HIPS = "# the distribution autograd\n"


def lay_out(site: Path, *packages: str) -> None:
    """Copy our packages into a folder, as an installation or a checkout."""
    for package in packages:
        shutil.copytree(ROOT / package, site / package, ignore=shutil.ignore_patterns("__pycache__"))


def record_hips(site: Path, path: str = "autograd/__init__.py", folder: str = "autograd-1.8.0.dist-info") -> None:
    """Write the record that pip would leave of HIPS autograd."""
    (site / folder).mkdir(parents=True)
    (site / folder / "RECORD").write_text(f"autograd/core.py,sha256=0,1\n{path},sha256=0,1\n", encoding="utf-8")


def write_hips(site: Path) -> None:
    """Write what stands for the package of HIPS autograd."""
    (site / "autograd").mkdir(parents=True, exist_ok=True)
    (site / "autograd" / "__init__.py").write_text(HIPS, encoding="utf-8")


def run(statement: str, *path: Path, options: str = "-I") -> subprocess.CompletedProcess[str]:
    """Run a statement in a fresh interpreter that looks in the given folders first."""
    code = f"import sys; sys.path[:0] = {[str(folder) for folder in path]!r}; {statement}"
    return subprocess.run([sys.executable, options, "-c", code], capture_output=True, text=True, check=False)


def test_installation_over_hips_is_refused_with_the_remedy(tmp_path: Path) -> None:
    lay_out(tmp_path, "autograd")
    record_hips(tmp_path)
    result = run("import autograd", tmp_path)
    assert "autograd-1.8.0.dist-info (HIPS autograd) and glassgrad are installed over each other" in result.stderr
    assert "python -m pip uninstall -y autograd glassgrad" in result.stderr
    assert str(tmp_path) in result.stderr


@pytest.mark.parametrize(("path", "folder"), [
    ("../elsewhere/autograd/__init__.py", "autograd-1.8.0.dist-info"),
    ("autograd_gamma/__init__.py", "autograd_gamma-0.5.0.dist-info"),
    ("autograd/__init__.py", "glassgrad-0.1.0.dist-info"),
])
def test_record_of_other_files_or_distributions_is_no_overlay(path: str, folder: str, tmp_path: Path) -> None:
    lay_out(tmp_path, "autograd")
    record_hips(tmp_path, path, folder)
    result = run("import autograd; print(autograd.__distribution__, autograd.__file__)", tmp_path)
    assert result.stdout.split() == ["glassgrad", str(tmp_path / "autograd" / "__init__.py")], result.stderr


def test_hips_elsewhere_on_the_path_does_not_disturb_a_checkout(tmp_path: Path) -> None:
    checkout, site = tmp_path / "checkout", tmp_path / "site"
    lay_out(checkout, "autograd", "nn")
    write_hips(site)
    record_hips(site)
    result = run("import autograd, nn; print(autograd.__distribution__)", checkout, site)
    assert result.stdout.split() == ["glassgrad"], result.stderr


def test_nn_refuses_hips_in_place_of_our_engine(tmp_path: Path) -> None:
    lay_out(tmp_path, "nn")
    write_hips(tmp_path)
    result = run("import nn", tmp_path)
    assert "ImportError: nn needs the package 'autograd' of glassgrad" in result.stderr
    assert "python -m pip uninstall -y autograd glassgrad" in result.stderr
    assert str(tmp_path / "autograd" / "__init__.py") in result.stderr


def test_nn_refuses_hips_installed_over_our_engine(tmp_path: Path) -> None:
    lay_out(tmp_path, "autograd", "nn")
    write_hips(tmp_path)
    assert "ImportError: nn needs the package 'autograd' of glassgrad" in run("import nn", tmp_path).stderr


def test_nn_refuses_what_uninstalling_hips_leaves_of_our_engine(tmp_path: Path) -> None:
    lay_out(tmp_path, "autograd", "nn")
    (tmp_path / "autograd" / "__init__.py").unlink()
    result = run("import nn", tmp_path, options="-IS")  # -S: no installation of ours in site-packages
    assert "ImportError: nn needs the package 'autograd' of glassgrad" in result.stderr
    assert str(tmp_path / "autograd") in result.stderr
