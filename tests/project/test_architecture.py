"""The order of imports and the sizes of files and functions are tested: here stands the list that modules obey.

A module imports only from those above it. What lies in a folder counts as the folder, but no two files import each
other, however many lie between them. Names that are planned may stand in the list before their files exist.

Each check is a function of parsed modules by dotted name that returns its complaints, so that it can be tested itself.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ORDER = {
    "autograd": (
        "_distribution", "errors", "optional", "files", "plain_text", "op", "ops", "operators", "node", "backward",
        "numpy_protocol", "value", "value_methods", "bundle", "read_only", "operands", "tensor", "tensor_methods",
        "bridge", "creation", "explode", "graph_stats", "tree", "variables", "transforms", "check", "custom_op",
        "catalog", "expression", "symbol", "tape", "compile", "tracing", "explaining", "layout", "drawing", "stepping",
        "anomaly", "worksheets", "testing", "integrations", "__init__", "commands", "__main__",
    ),
    "nn": (
        "module", "summary", "scalar", "initializers", "losses", "regularization", "metrics", "schedules", "data",
        "layers", "optimizers", "models", "datasets", "serialization", "trainer", "callbacks", "integrations",
        "__init__",
    ),
}
# Packages of others that a module may import outside `integrations/`, besides the standard library and numpy.
GUESTS = {"autograd.drawing.digraph": {"graphviz"}, "autograd.testing": {"hypothesis"}}
MAX_FILE, MAX_FUNCTION, MAX_PARAMETERS = 400, 40, 6

Modules = dict[str, ast.Module]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def parse() -> Modules:
    """Return the syntax tree of each module of both packages, `autograd.ops.__init__` for a folder's own."""
    paths = [path for package in ORDER for path in sorted((ROOT / package).rglob("*.py"))]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_bytes()) for path in paths}


MODULES = parse()


def imports(name: str, tree: ast.AST, modules: Modules) -> Iterator[str]:
    """Yield the dotted name of each module that a module imports, in the middle of `if` and function too."""
    def resolve(target: str) -> str:
        return f"{target}.__init__" if f"{target}.__init__" in modules else target

    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (resolve(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = name.split(".")[: -node.level] if node.level else []
            source = ".".join([*base, *filter(None, [node.module])])
            for alias in node.names:
                inner = resolve(f"{source}.{alias.name}")
                yield inner if inner in modules else resolve(source)


def part(name: str) -> tuple[str, str]:
    """Return the package of a module and its place in ORDER."""
    package, _, rest = name.partition(".")
    return package, rest.partition(".")[0] or "__init__"


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def wrong_order(modules: Modules) -> Iterator[str]:
    """Complain of modules outside the list and of imports from below."""
    rank = {(package, place): index for package in ORDER for index, place in enumerate(ORDER[package])}
    for name, tree in modules.items():
        if part(name) not in rank:
            yield f"{name}: give {part(name)[1]!r} a place in ORDER"
            continue
        for target in imports(name, tree, modules):
            if part(target)[0] == part(name)[0] and rank.get(part(target), -1) > rank[part(name)]:
                yield f"{name} imports {target}, which stands below it"


def cycles(modules: Modules) -> Iterator[str]:
    """Complain of files that import each other, directly or through others."""
    graph = {name: {target for target in imports(name, tree, modules) if target in modules}
             for name, tree in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield " ← ".join(error.args[1])


def late_imports(modules: Modules) -> Iterator[str]:
    """Complain of imports within functions, but for the optional packages of `integrations/`."""
    for name, tree in modules.items():
        for function in functions(tree):
            for target in imports(name, function, modules):
                if ".integrations." not in name or target.partition(".")[0] in ORDER:
                    yield f"{name}.{function.name} imports {target}"


def guests(modules: Modules) -> Iterator[str]:
    """Complain of optional packages that are named outside `integrations/`."""
    for name, tree in modules.items():
        welcome = {*sys.stdlib_module_names, *ORDER, "numpy", *GUESTS.get(name, ())}
        for target in imports(name, tree, modules):
            if ".integrations." not in name and target.partition(".")[0] not in welcome:
                yield f"{name} imports {target}"


def between_packages(modules: Modules) -> Iterator[str]:
    """Complain of an engine that knows nn, and of an nn that knows more of the engine than its public names."""
    for name, tree in modules.items():
        targets = set(imports(name, tree, modules))
        if part(name)[0] == "autograd" and name != "autograd.commands.demo":
            yield from (f"{name} imports {target}" for target in targets if part(target)[0] == "nn")
        if part(name)[0] == "nn":
            yield from (f"{name} imports {target}" for target in targets
                        if part(target)[0] == "autograd" and "._" in target.removesuffix(".__init__"))
            yield from (f"{name} imports {secret} from {source}" for source, secret in secrets(tree))


def secrets(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield module and name of what is imported from autograd though it is no public name of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and part(node.module or "")[0] == "autograd":
            source = node.module or ""
            for alias in node.names:
                is_module = f"{source}.{alias.name}" in MODULES or f"{source}.{alias.name}.__init__" in MODULES
                public = import_module("autograd").__all__ if source == "autograd" else ()
                if alias.name.startswith("_") or (source == "autograd" and not is_module and alias.name not in public):
                    yield source, alias.name


def length(function: Function) -> int:
    """Return the lines of a function, without decorators and docstring."""
    first = function.body[0]
    text = first if isinstance(first, ast.Expr) and ast.get_docstring(function, clean=False) is not None else None
    docstring = text.end_lineno - text.lineno + 1 if text else 0
    return function.end_lineno - function.lineno + 1 - docstring


def parameters(function: Function) -> int:
    """Return how many parameters a function has, without `self` and `cls`."""
    of = function.args
    named = [argument.arg for argument in (*of.posonlyargs, *of.args, *of.kwonlyargs)]
    return len(named) - (named[:1] in (["self"], ["cls"])) + bool(of.vararg) + bool(of.kwarg)


def sizes(modules: Modules) -> Iterator[str]:
    """Complain of functions that are too long or take too much."""
    for name, tree in modules.items():
        for function in functions(tree):
            if length(function) > MAX_FUNCTION:
                yield f"{name}.{function.name} has {length(function)} lines"
            if parameters(function) > MAX_PARAMETERS:
                yield f"{name}.{function.name} has {parameters(function)} parameters"


CHECKS: tuple[Callable[[Modules], Iterator[str]], ...] = (
    wrong_order, cycles, late_imports, guests, between_packages, sizes,
)


@pytest.mark.parametrize("check", CHECKS)
def test_packages_obey(check: Callable[[Modules], Iterator[str]]) -> None:
    assert list(check(MODULES)) == []


@pytest.mark.parametrize("path", [path for package in ORDER for path in sorted((ROOT / package).rglob("*.py"))],
                         ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_short_enough(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE


LONG = "def f():\n" + "    x = 1\n" * 40
DOCUMENTED = '@cache\ndef f():\n    """One.\n\n    Two.\n    """\n' + "    x = 1\n" * 39
VIOLATIONS = {
    "op": (wrong_order, {"autograd.op": "from autograd.node import Node"}),
    "table": (wrong_order, {"autograd.ops.erf": "import autograd.tensor", "autograd.tensor": ""}),
    "relative": (wrong_order, {"autograd.op": "from . import node", "autograd.node": ""}),
    "relative in a folder": (wrong_order, {"autograd.ops.erf": "from ..value import Value", "autograd.value": ""}),
    "whole package": (wrong_order, {"autograd.op": "from autograd import Value", "autograd.__init__": ""}),
    "unlisted": (wrong_order, {"autograd.helpers": ""}),
    "cycle": (cycles, {"nn.layers.a": "import nn.layers.b", "nn.layers.b": "from nn.layers import a"}),
    "folder": (cycles, {"nn.layers.__init__": "import nn.layers.a", "nn.layers.a": "from nn.layers import x"}),
    "late": (late_imports, {"autograd.op": "def f():\n    import math"}),
    "late own": (late_imports, {"nn.integrations.x": "def f():\n    from nn.module import Module"}),
    "guest": (guests, {"autograd.value": "import numba"}),
    "guest of another": (guests, {"autograd.value": "from hypothesis import given"}),
    "engine knows nn": (between_packages, {"autograd.check": "from nn.scalar import MLP"}),
    "private module": (between_packages, {"nn.scalar": "from autograd._distribution import refuse_overlay"}),
    "private name": (between_packages, {"nn.scalar": "from autograd.op import _table"}),
    "unlisted name": (between_packages, {"nn.scalar": "from autograd import sys"}),
    "long": (sizes, {"nn.scalar": LONG}),
    "many": (sizes, {"nn.scalar": "def f(self, a, /, b, c, *d, e, f, **g): pass"}),
}
ALLOWED = {
    "above": {"autograd.ops.erf": "from autograd.op import elementwise\nfrom autograd import errors",
              "autograd.errors": "", "autograd.__init__": ""},
    "table": {"autograd.ops.erf": "from autograd.ops.products import dot", "autograd.ops.products": "import math"},
    "folder": {"nn.layers.__init__": "from nn.layers.linear import Linear", "nn.layers.linear": "import numpy as np"},
    "nn": {"nn.scalar": "import autograd\nfrom autograd import ops\nfrom autograd.errors import ShapeError"},
    "command": {"autograd.commands.demo": "from nn.scalar import MLP"},
    "late": {"autograd.integrations.x": "def f():\n    import numba"},
    "documented": {"nn.scalar": DOCUMENTED},
    "six": {"nn.scalar": "def f(self, a, /, b, c, *d, e, **g): pass"},
}


@pytest.mark.parametrize("kind", VIOLATIONS)
def test_check_notices_a_violation(kind: str) -> None:
    check, sources = VIOLATIONS[kind]
    assert list(check({name: ast.parse(source) for name, source in sources.items()}))


@pytest.mark.parametrize("kind", ALLOWED)
def test_checks_accept_what_is_allowed(kind: str) -> None:
    modules = {name: ast.parse(source) for name, source in ALLOWED[kind].items()}
    assert [complaint for check in CHECKS for complaint in check(modules)] == []
