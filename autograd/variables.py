"""Calling a function with variables in the place of its arguments: what all transforms have in common.

What a call differentiates is a variable of its own: a new leaf, or, of an argument that already is a node, a copy on
the graph (`ops.identity`). Its output may also depend on nodes that are older than the call: the variable of a
transform around it, or a captured Value or Tensor. Then, and only then, the transform's results are nodes too, and
their graph is kept. Being older is seen from the creation number, which is also why the sweep of a call stops there::

    grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0)       # the inner result is the node x, so this is 2x = 6.0

Within `no_grad()` a transform records what it needs for itself, and its results are plain.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from inspect import signature
from operator import attrgetter, index
from typing import Any

import numpy as np

from autograd import ops
from autograd.backward import chain_rule
from autograd.errors import NotDifferentiableError, OperandError, ShapeError
from autograd.node import Node, next_number, recorded, recording
from autograd.op import in_sweep
from autograd.tensor import Tensor
from autograd.tree import Structure, flatten, leaves_like, paths, tree_map, unflatten
from autograd.value import Value

Function = Callable[..., Any]
Argnums = int | tuple[int, ...]
NUMBERS = (float, int, np.floating, np.integer)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call of a function with variables in the place of the arguments to differentiate."""

    transform: str
    start: int                # the number after which its nodes are created
    records: bool             # whether the caller records, so that results may be nodes
    variables: list[Node]
    structure: Structure      # of the tuple of arguments that the variables stand in for
    output: Any

    def reach(self, roots: Iterable[Any]) -> tuple[list[Node], bool]:
        """Return in topological order the call's nodes that roots depend on, and whether results keep their graph."""
        order, older = reach(roots, self.variables, self.start)
        return order, self.records and older


def call(transform: str, f: Function, args: Sequence[Any], kwargs: dict[str, Any], places: Sequence[int]) -> Call:
    """Call `f` with variables in the place of the leaves of the arguments at `places`."""
    if not callable(f):
        raise OperandError(f"{transform} takes a function, got {type(f).__name__} {f!r:.60}: write "
                           f"{transform}(f)(x), not {transform}(f(x))")
    records = recorded()
    start = next_number()
    leaves, structure = flatten(tuple([args[place] for place in places]))
    with recording():
        variables = [variable(x, records) for x in leaves]
        for i, x in enumerate(variables):
            if x is None:
                raise NotDifferentiableError(f"{transform}: {complaint(leaf_names(f, args, places)[i], leaves[i])}")
        arguments = list(args)
        for place, x in zip(places, unflatten(structure, variables), strict=True):
            arguments[place] = x
        output = f(*arguments, **kwargs)
    return Call(transform, start, records, variables, structure, output)


def reach(roots: Iterable[Any], variables: Sequence[Node], start: int) -> tuple[list[Node], bool]:
    """Return in topological order the nodes since `start` that roots depend on, and whether they depend on older ones.

    Variables end the search: what they are copies of is older.
    """
    ends, seen, older = set(variables), set(), False
    stack: list[Node] = []
    inputs = roots
    while True:
        for x in inputs:
            if isinstance(x, Node) and x.requires_grad and x not in seen:
                if x.index < start:
                    older = True
                else:
                    seen.add(x)
                    stack.append(x)
        if not stack:
            return sorted(seen, key=attrgetter("index")), older
        node = stack.pop()
        inputs = () if node in ends else node.inputs
        older = older or (node in ends and node.op is not None)


def variable(x: Any, records: bool) -> Any:
    """Return a new node to differentiate by, in the place of an argument's leaf; None if it has no derivative."""
    if isinstance(x, Node):
        return ops.identity(x) if records and x.requires_grad else variable(x._data, records)
    if isinstance(x, np.ndarray):
        return Tensor(x, requires_grad=True) if x.dtype.kind == "f" else None
    return Value(x) if isinstance(x, NUMBERS) and not isinstance(x, bool) else None


def complaint(path: str, x: Any) -> str:
    """Say why an argument's leaf has no derivative and what to do."""
    data = x._data if isinstance(x, Node) else x
    if isinstance(data, np.ndarray):
        return (f"{path} is an array of {data.dtype} and carries no gradient; pass {path}.astype(float), or choose "
                "other arguments with argnums")
    return (f"{path} is a {type(x).__name__} {x!r:.60}, neither a number nor an array of floats; let f capture it, or "
            "choose other arguments with argnums")


def leaf_names(f: Function, args: Sequence[Any], places: Sequence[int]) -> list[str]:
    """Return for each leaf of the arguments at `places` how it is reached from a parameter of `f`."""
    try:
        parameters = list(signature(f).parameters.values())
    except (TypeError, ValueError):  # a function written in C
        parameters = []
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    named = {place: names[place] if place < len(names) else f"argument {place}" for place in places}
    return [path for place in places for path in paths(flatten(args[place])[1], named[place])]


def sweep(order: list[Node], seeds: dict[Node, Any], variables: Sequence[Any], create_graph: bool) -> list[Any]:
    """Return the cotangents of variables, zero where none arrives; each array is the caller's own."""
    with in_sweep():
        found = chain_rule(order, seeds, create_graph=create_graph, keep=set(variables))
    results = []
    for x in variables:
        g = found.get(x)
        if g is None:
            g = x.zero_cotangent(create_graph)
        elif not create_graph and type(g) is not float:
            g = np.array(g)
        results.append(g)
    return results


def sown(order: list[Node], roots: Iterable[Any], cotangents: Iterable[Any], create_graph: bool) -> dict[Node, Any]:
    """Return the cotangents that a sweep starts from, added up for a root that stands twice."""
    members = set(order)
    seeds: dict[Node, Any] = {}
    for root, cotangent in zip(roots, cotangents, strict=True):
        if isinstance(root, Node) and root in members:
            g = root.seed(cotangent if create_graph else data_of(cotangent), create_graph)
            seeds[root] = seeds[root] + g if root in seeds else g
    return seeds


def data_of(x: Any) -> Any:
    """Return the data of a node, anything else as it is."""
    return x._data if isinstance(x, Node) else x


def plain(x: Any) -> Any:
    """Return the data of a node as the caller's own: a number for shape (), else an array; anything else as it is."""
    if isinstance(x, Node):
        return x.item() if isinstance(x, Value) or x._data.ndim == 0 else x._data.copy()
    return x.item() if isinstance(x, np.ndarray) and x.ndim == 0 else x


def release(tree: Any, keep: bool) -> Any:
    """Return a tree with nodes as they are, if they are to `keep` their graph, else as plain data."""
    if keep:
        return tree
    return plain(tree) if isinstance(tree, Node) else tree_map(plain, tree)


def fit(x: Any, like: Any, path: str) -> Any:
    """Return a tangent or cotangent as what belongs to an input or output, or say that its shape is wrong."""
    shape, expected = np.shape(data_of(x)), np.shape(data_of(like))
    if shape != expected:
        raise ShapeError(f"{path} has shape {shape}, expected {expected}, the shape of what it belongs to")
    if not isinstance(x, Node) or not isinstance(like, Node) or type(x) is type(like):
        return x
    return ops.stack_values(x, shape=()) if isinstance(x, Value) else ops.element(x, index=())


def requires_grad(leaves: Sequence[Any]) -> bool:
    """Whether any of the leaves is a node that requires a gradient."""
    return any(isinstance(x, Node) and x.requires_grad for x in leaves)


@dataclass(frozen=True, slots=True)
class Places:
    """Which positional arguments to differentiate by; `several` asks for a tuple of results."""

    numbers: tuple[int, ...]
    several: bool

    def pick(self, results: Any) -> Any:
        """Return the result of the only argument, or the tuple of results."""
        return results if self.several else results[0]


def choose(transform: str, argnums: Argnums, argnum: Argnums | None) -> Places:
    """Return which arguments a transform was told to differentiate by, or say what is wrong with that."""
    if argnum is not None and argnums != 0:
        raise OperandError(f"{transform}: give argnums={argnums!r} or argnum={argnum!r}, not both")
    chosen = argnums if argnum is None else argnum
    several = isinstance(chosen, (tuple, list))
    try:
        numbers = tuple(map(index, chosen if several else (chosen,)))  # type: ignore[arg-type]
    except TypeError:
        raise OperandError(f"{transform}: argnums must be an integer or a tuple of integers, got {chosen!r}") from None
    if len(set(numbers)) < len(numbers) or not numbers:
        raise OperandError(f"{transform}: argnums must name at least one argument and none twice, got {chosen!r}")
    return Places(numbers, several)


def within(transform: str, places: Places, count: int) -> tuple[int, ...]:
    """Return argument numbers counted from the left, or raise if a call has no such argument."""
    for place in places.numbers:
        if not -count <= place < count:
            raise OperandError(f"{transform}: argnums={place}, but the function was called with {count} positional "
                               f"argument{'s' * (count != 1)}; what is differentiated must be given by position")
    return tuple([place % count for place in places.numbers])


def scalar_output(transform: str, output: Any) -> Any:
    """Return the output of a function that must give one number, or say what it gave instead."""
    if isinstance(output, (Node, np.ndarray, *NUMBERS)):
        shape = getattr(output, "shape", ())
        if shape == ():
            return output
        raise ShapeError(f"{transform}: the function returned shape {shape}, expected one number: use jacobian or vjp, "
                         "or reduce it, e.g. with .sum()")
    hint = "; for results beside it use has_aux=True" if isinstance(output, tuple) else ""
    raise OperandError(f"{transform}: the function returned {type(output).__name__} {output!r:.60}, expected one "
                       f"number{hint}")


def output_leaves(run: Call) -> tuple[list[Any], Structure]:
    """Return the leaves and the structure of a call's output, which must be numbers and arrays."""
    roots, structure = flatten(run.output)
    for root, path in zip(roots, paths(structure, "the output"), strict=True):
        if not isinstance(root, (Node, np.ndarray, *NUMBERS)):
            raise OperandError(f"{run.transform}: {path} is a {type(root).__name__} {root!r:.60}, expected numbers, "
                               "arrays, Values and Tensors")
    return roots, structure


def as_arguments(x: Any) -> tuple[Any, ...]:
    """Return a tuple of arguments; anything but a plain tuple is the only one."""
    return x if type(x) is tuple else (x,)


def tangents_of(run: Call, f: Function, args: tuple[Any, ...], tangents: tuple[Any, ...]) -> list[Any]:
    """Return the leaves of tangents, which must look like the arguments."""
    found = leaves_like(run.structure, tangents, f"{run.transform}: the tangents")
    names = leaf_names(f, args, range(len(args)))
    return [fit(t, x, f"{run.transform}: the tangent of {name}")
            for t, x, name in zip(found, run.variables, names, strict=True)]
