"""The public names: `__all__` is what the package has and what the README lists, and each name documents itself."""

import ast
import doctest
import re
from collections.abc import Iterable
from inspect import isclass
from pathlib import Path
from types import ModuleType

import pytest

import autograd
import nn
import nn.datasets

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PACKAGES = (autograd, nn, nn.datasets)


def has_example(thing: object) -> bool:
    """Whether a docstring, or for a class that of a method of it, has a doctest."""
    members: Iterable[object] = vars(thing).values() if isclass(thing) else ()
    parser = doctest.DocTestParser()
    return any(parser.get_examples(getattr(x, "__doc__", None) or "") for x in (thing, *members))


def strays(package: ModuleType) -> list[str]:
    """Return the names of a package without underscore that are neither in `__all__` nor modules of the package."""
    return [name for name, thing in vars(package).items()
            if not name.startswith("_") and name not in package.__all__
            and not (isinstance(thing, ModuleType) and thing.__name__ == f"{package.__name__}.{name}")]


def listed() -> list[str]:
    """Return the names in the table of the README's section on the public names, in its order."""
    (section,) = re.findall(r"^## The public names$(.*?)^## ", README, flags=re.MULTILINE | re.DOTALL)
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_all_is_what_is_public(package: ModuleType) -> None:
    assert len(package.__all__) == len(set(package.__all__))
    assert [name for name in package.__all__ if not hasattr(package, name)] == []
    assert strays(package) == []


@pytest.mark.parametrize("name", autograd.__all__)
def test_each_public_name_documents_itself_by_an_example(name: str) -> None:
    thing = getattr(autograd, name)
    assert (thing.__doc__ or "").strip()
    assert has_example(thing) or thing is autograd.errors


def test_the_readme_lists_each_public_name_once() -> None:
    assert sorted(listed()) == autograd.__all__


def test_the_readme_imports_public_names_from_the_package_itself() -> None:
    for example in doctest.DocTestParser().get_examples(README):
        for node in ast.walk(ast.parse(example.source)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograd."):
                assert not {alias.name for alias in node.names} & set(autograd.__all__), example.source


def test_a_stray_name_is_noticed() -> None:
    package = ModuleType("package")
    package.__all__ = ["listed"]
    package.listed, package.stray, package.math, package._hidden = 1, 2, ModuleType("math"), 3
    package.module = ModuleType("package.module")
    assert strays(package) == ["stray", "math"]


def test_a_missing_example_is_noticed() -> None:
    assert not has_example(test_a_stray_name_is_noticed)
    assert has_example(autograd.grad)
