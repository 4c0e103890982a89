"""Nested tuples, lists, dicts, named tuples and dataclasses as a flat list of leaves and a structure. Knows no node.

`None` is an empty container, so that an absent bias is no leaf. Everything else that is not a container is a leaf.
Dicts keep their order and are matched by key. A dataclass is rebuilt by its constructor from the fields that this
takes; what it derives in `__post_init__` it derives again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from operator import getitem
from typing import Any

from autograd.errors import OperandError, ShapeError


@dataclass(frozen=True, eq=False)
class Form:
    """How one sort of container is recognised, taken apart, put together and written in a path."""

    matches: Callable[[type], bool]
    keys: Callable[[Any], Sequence[Any]]
    child: Callable[[Any, Any], Any]
    build: Callable[[Any, Sequence[Any], list[Any]], Any]
    step: str


@dataclass(frozen=True, slots=True)
class Structure:
    """The shape of a tree: the sort and the keys of each container, leaves as holes."""

    form: Form | None          # None: a leaf
    make: Any                  # what builds the container, its class as a rule
    keys: tuple[Any, ...]
    children: "tuple[Structure, ...]"
    size: int                  # how many leaves


LEAF = Structure(None, None, (), (), 1)

FORMS = (
    Form(lambda kind: kind is type(None), lambda tree: (), getattr, lambda make, keys, children: None, ""),
    Form(lambda kind: issubclass(kind, tuple) and hasattr(kind, "_fields"), lambda tree: tree._fields, getattr,
         lambda make, keys, children: make(*children), ".{}"),
    Form(lambda kind: issubclass(kind, (tuple, list)), lambda tree: range(len(tree)), getitem,
         lambda make, keys, children: make(children), "[{}]"),
    Form(lambda kind: issubclass(kind, dict), tuple, getitem,
         lambda make, keys, children: make(zip(keys, children, strict=True)), "[{!r}]"),
    Form(is_dataclass, lambda tree: [field.name for field in fields(tree) if field.init], getattr,
         lambda make, keys, children: make(**dict(zip(keys, children, strict=True))), ".{}"),
)


def find_form(kind: type) -> Form | None:
    """Return how to take a container of a class apart, None for a leaf."""
    return next((form for form in FORMS if form.matches(kind)), None)


form_of: Callable[[type], Form | None] = lru_cache(find_form)


def flatten(tree: Any) -> tuple[list[Any], Structure]:
    """Return the leaves of a tree in order and its structure.

    >>> leaves, structure = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> leaves
    [1.0, 2.0, 3.0]
    >>> unflatten(structure, ["p", "q", "r"])
    {'w': ['p', 'q'], 'b': 'r'}
    """
    leaves: list[Any] = []
    return leaves, take_apart(tree, leaves)


def take_apart(tree: Any, leaves: list[Any]) -> Structure:
    """Append the leaves of a tree to a list; return its structure."""
    form = form_of(type(tree))
    if form is None:
        leaves.append(tree)
        return LEAF
    before, keys = len(leaves), tuple(form.keys(tree))
    children = tuple([take_apart(form.child(tree, key), leaves) for key in keys])
    return Structure(form, maker(tree), keys, children, len(leaves) - before)


def maker(tree: Any) -> Any:
    """Return what builds a container like `tree` from its parts: its class, for a defaultdict with its factory."""
    return FactoryDict(tree.default_factory) if isinstance(tree, defaultdict) else type(tree)


@dataclass(frozen=True, slots=True)
class FactoryDict:
    """Builds defaultdicts of one factory."""

    factory: Any
    __name__ = "defaultdict"

    def __call__(self, items: Any) -> Any:
        return defaultdict(self.factory, items)


def unflatten(structure: Structure, leaves: Sequence[Any]) -> Any:
    """Return the tree of a structure with these leaves: what undoes `flatten`.

    >>> unflatten(flatten((0, [0, 0]))[1], [1, 2, 3])
    (1, [2, 3])
    """
    if len(leaves) != structure.size:
        raise ShapeError(f"unflatten: the structure has {structure.size} leaves, got {len(leaves)}")
    return put_together(structure, iter(leaves))


def put_together(structure: Structure, leaves: Iterator[Any]) -> Any:
    """Build a tree from the next leaves."""
    if structure.form is None:
        return next(leaves)
    children = [put_together(child, leaves) for child in structure.children]
    return structure.form.build(structure.make, structure.keys, children)


def leaves_like(structure: Structure, tree: Any, name: str = "tree") -> list[Any]:
    """Return the leaves of a tree that must have this structure, in the structure's order.

    >>> leaves_like(flatten({"a": 0, "b": 0})[1], {"b": 2, "a": 1})
    [1, 2]
    >>> leaves_like(flatten({"a": [0, 0]})[1], {"a": [1]}, "params")
    Traceback (most recent call last):
    autograd.errors.ShapeError: params['a']: expected a list of 2, got a list of 1
    """
    leaves: list[Any] = []
    match(structure, tree, name, leaves)
    return leaves


def match(structure: Structure, tree: Any, path: str, leaves: list[Any]) -> None:
    """Append the leaves of a tree to a list, or say at which path it is not what the structure expects."""
    form = form_of(type(tree))
    if form is not structure.form or (form is not None and not fits(structure, form, tree)):
        got = f"a {type(tree).__name__}" if form is None else outline(maker(tree), tuple(form.keys(tree)), form)
        expected = "a leaf (one number or array)"
        if structure.form is not None:
            expected = outline(structure.make, structure.keys, structure.form)
        raise ShapeError(f"{path}: expected {expected}, got {got}")
    if form is None:
        leaves.append(tree)
        return
    for key, child in zip(structure.keys, structure.children, strict=True):
        match(child, form.child(tree, key), path + form.step.format(key), leaves)


def fits(structure: Structure, form: Form, tree: Any) -> bool:
    """Whether a container is of the class and has the keys that a structure asks for."""
    keys = form.keys(tree)
    return structure.make == maker(tree) and len(keys) == len(structure.keys) and set(keys) == set(structure.keys)


def outline(make: Any, keys: tuple[Any, ...], form: Form) -> str:
    """Describe a container in a message."""
    if make is type(None):
        return "None"
    if form.step == "[{}]":
        return f"a {make.__name__} of {len(keys)}"
    return f"a {make.__name__} of {', '.join(map(repr, keys)) or 'nothing'}"


def paths(structure: Structure, name: str = "") -> list[str]:
    """Return for each leaf how it is reached in Python, after a name for the tree.

    >>> paths(flatten({"w": [1.0, 2.0], "b": 3.0})[1], "params")
    ["params['w'][0]", "params['w'][1]", "params['b']"]
    """
    if structure.form is None:
        return [name]
    steps = [structure.form.step.format(key) for key in structure.keys]
    return [path for step, child in zip(steps, structure.children, strict=True) for path in paths(child, name + step)]


def tree_map(f: Callable[..., Any], *trees: Any) -> Any:
    """Apply a function to the leaves that stand at the same place of one or more trees of one structure.

    >>> tree_map(lambda p, g: p - 0.5 * g, {"w": [1.0, 2.0]}, {"w": [2.0, 4.0]})
    {'w': [0.0, 0.0]}
    """
    if not trees:
        raise OperandError("tree_map needs a tree after the function")
    leaves, structure = flatten(trees[0])
    others = [leaves_like(structure, tree, f"tree {place}") for place, tree in enumerate(trees[1:], start=1)]
    return unflatten(structure, [f(*column) for column in zip(leaves, *others, strict=True)])
