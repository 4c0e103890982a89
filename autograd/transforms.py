"""Transforms: functions that take a function and give its derivatives. Reverse mode throughout.

The idea, without trees, nesting and messages::

    def grad(f):
        def gradient(x):
            x = variable(x)                       # a new leaf
            return gradients(f(x), x)
        return gradient

Arguments and results are nested tuples, lists, dicts, named tuples and dataclasses of floats and arrays: a float or an
int becomes a `Value`, an array of floats a `Tensor`, and f sees these. Results are floats and arrays again, an output
of shape () a float.

Transforms nest. What a call differentiates is a variable of its own: a new leaf, or, of an argument that already is a
node, a copy on the graph (`ops.identity`). Its output may also depend on nodes that are older than the call: the
variable of a transform around it, or a captured Value or Tensor. Then, and only then, the results are nodes too, and
their graph is kept. Being older is seen from the creation number, which is also why the sweep of a call stops there::

    grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0)       # the inner result is the node x, so this is 2x = 6.0

Within `no_grad()` a transform records what it needs for itself, and its results are plain.

Why jvp is the vjp of the vjp: a pullback is linear in its cotangent, so its own pullback is the jvp, at any point;
no second set of rules is needed. Why a Jacobian is swept row by row: rules take cotangents of their output's shape.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from inspect import signature
from operator import index
from typing import Any

import numpy as np

from autograd import ops
from autograd.backward import chain_rule
from autograd.errors import NotDifferentiableError, OperandError, ShapeError
from autograd.node import STATE, Node, next_number, special, state
from autograd.op import COMPOSITES
from autograd.tensor import Tensor
from autograd.tree import Structure, flatten, leaves_like, paths, tree_map, unflatten
from autograd.value import Value

Function = Callable[..., Any]
Place = int | tuple[int, ...]
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

    def reach(self, roots: Sequence[Any], start: int = 0) -> tuple[list[Node], bool]:
        """Return in topological order the nodes of this call that roots depend on, and whether they depend on older."""
        start = start or self.start
        own = set(self.variables)
        stack = [root for root in roots if isinstance(root, Node) and root.requires_grad]
        seen, older = set(), False
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            if node.index < start:
                older = True
                continue
            seen.add(node)
            if node in own:
                older = older or node.op is not None
                continue
            stack.extend([x for x in node.inputs if isinstance(x, Node) and x.requires_grad])
        return sorted(seen, key=lambda node: node.index), older


def call(transform: str, f: Function, args: Sequence[Any], kwargs: dict[str, Any], places: Sequence[int]) -> Call:
    """Call `f` with variables in the place of the leaves of the arguments at `places`."""
    if not callable(f):
        raise OperandError(f"{transform} takes a function, got {type(f).__name__} {f!r:.60}: write "
                           f"{transform}(f)(x), not {transform}(f(x))")
    records = not special.blocks or STATE.get().grad_enabled
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


def recording() -> AbstractContextManager[Any]:
    """Switch recording on for a block if it is off."""
    return state(grad_enabled=True) if special.blocks and not STATE.get().grad_enabled else nullcontext()


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
        names = [p.name for p in signature(f).parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    except (TypeError, ValueError):  # a function written in C
        names = []
    named = {place: names[place] if place < len(names) else f"argument {place}" for place in places}
    return [path for place in places for path in paths(flatten(args[place])[1], named[place])]


def sweep(order: list[Node], seeds: dict[Node, Any], variables: Sequence[Any], create_graph: bool) -> list[Any]:
    """Return the cotangents of variables, zero where none arrives; each array is the caller's own."""
    with np.errstate(all="ignore"):  # an infinite derivative is a value here, not an accident
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


def sown(order: list[Node], roots: Sequence[Any], cotangents: Sequence[Any], create_graph: bool) -> dict[Node, Any]:
    """Return the cotangents that a sweep starts from, added up for a root that stands twice."""
    members = set(order)
    seeds: dict[Node, Any] = {}
    for root, cotangent in zip(roots, cotangents, strict=True):
        if isinstance(root, Node) and root in members:
            g = root.seed(cotangent, create_graph)
            seeds[root] = seeds[root] + g if root in seeds else g
    return seeds


def plain(x: Any) -> Any:
    """Return the data of a node as the caller's own: a number for shape (), else an array; anything else as it is."""
    if not isinstance(x, Node):
        return x
    return x.item() if isinstance(x, Value) or x._data.ndim == 0 else x._data.copy()


def fit(x: Any, like: Any, path: str, create_graph: bool) -> Any:
    """Return a tangent or cotangent as what belongs to an input or output, or say that its shape is wrong."""
    data = x._data if isinstance(x, Node) else x
    if np.shape(data) != np.shape(like._data if isinstance(like, Node) else like):
        raise ShapeError(f"{path} has shape {np.shape(data)}, expected {getattr(like, 'shape', ())}: what it belongs to "
                         "has that shape")
    if not create_graph or not isinstance(x, Node) or type(x) is type(like):
        return x if create_graph else data
    return ops.stack_values(x, shape=()) if isinstance(x, Value) else ops.element(x, index=())


def requires_grad(leaves: Sequence[Any]) -> bool:
    """Whether any of the leaves is a node that requires a gradient."""
    return any(isinstance(x, Node) and x.requires_grad for x in leaves)


def positions(transform: str, argnums: Place, argnum: Place | None) -> tuple[int, ...]:
    """Return the argument numbers that a transform was given, or say what is wrong with them."""
    if argnum is not None and argnums != 0:
        raise OperandError(f"{transform}: give argnums={argnums!r} or argnum={argnum!r}, not both")
    chosen = argnums if argnum is None else argnum
    try:
        places = tuple(map(index, chosen)) if isinstance(chosen, (tuple, list)) else (index(chosen),)
    except TypeError:
        raise OperandError(f"{transform}: argnums must be an integer or a tuple of integers, got {chosen!r}") from None
    if len(set(places)) < len(places) or not places:
        raise OperandError(f"{transform}: argnums must name at least one argument and each once, got {chosen!r}")
    return places


def within(transform: str, places: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Return argument numbers counted from the left, or raise if a call has no such argument."""
    for place in places:
        if not -count <= place < count:
            raise OperandError(f"{transform}: argnums={place}, but the function was called with {count} positional "
                               "arguments; differentiated arguments must be given by position")
    return tuple([place % count for place in places])


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


def release(tree: Any, keep: bool) -> Any:
    """Return a tree with nodes as they are, if they are to `keep` their graph, else as plain data."""
    return tree if keep else tree_map(plain, tree)


def differentiated(transform: str, f: Function, function: Function) -> Function:
    """Name a transformed function after the function it came from."""
    function.__name__ = f"{transform}({getattr(f, '__name__', type(f).__name__)})"
    function.__qualname__ = function.__name__
    return function


def value_and_grad(f: Function, argnums: Place = 0, has_aux: bool = False, *, argnum: Place | None = None) -> Function:
    """Return a function that gives the value of `f`, one number, and its gradient by the arguments `argnums`.

    The gradient looks like the argument, or is a tuple for a tuple of argnums. With `has_aux` f returns
    ``(value, aux)``, and the result is ``((value, aux), gradient)``.

    >>> value_and_grad(lambda p: p["w"] ** 2 + 3 * p["b"])({"w": 2.0, "b": 1.0})
    (7.0, {'w': 4.0, 'b': 3.0})
    """
    return scalar_transform("value_and_grad", f, positions("value_and_grad", argnums, argnum),
                            has_aux, isinstance(argnums if argnum is None else argnum, (tuple, list)))


def grad(f: Function, argnums: Place = 0, has_aux: bool = False, *, argnum: Place | None = None) -> Function:
    """Return a function that gives the gradient of `f`, which returns one number, by the arguments `argnums`.

    The gradient looks like the argument, or is a tuple for a tuple of argnums. With `has_aux` f returns
    ``(value, aux)``, and the result is ``(gradient, aux)``.

    >>> grad(lambda x, y: x**2 * y)(3.0, 2.0)
    12.0
    >>> grad(lambda x: np.sum(np.sin(x)))(np.zeros(3))
    array([1., 1., 1.])
    """
    both = scalar_transform("grad", f, positions("grad", argnums, argnum),
                            has_aux, isinstance(argnums if argnum is None else argnum, (tuple, list)))

    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found
    return differentiated("grad", f, gradient)


def scalar_transform(transform: str, f: Function, places: tuple[int, ...], has_aux: bool, several: bool) -> Function:
    """Return the function that gives value and gradient, in the name of a transform."""
    def transformed(*args: Any, **kwargs: Any) -> Any:
        run = call(transform, f, args, kwargs, within(transform, places, len(args)))
        output, aux = run.output, None
        if has_aux:
            if not isinstance(output, tuple) or len(output) != 2:
                raise OperandError(f"{transform}: with has_aux=True the function must return (value, aux), got "
                                   f"{type(output).__name__} {output!r:.60}")
            output, aux = output
        order, older = run.reach([scalar_output(transform, output)])
        keep = run.records and older
        found = sweep(order, sown(order, [output], [None], keep), run.variables, keep)
        gradient = unflatten(run.structure, found)
        value = release(output, keep)
        if has_aux:
            value = value, release(aux, run.records and run.reach(flatten(aux)[0])[1])
        return value, gradient if several else gradient[0]
    return differentiated(transform, f, transformed)


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """Return the output of `f` and its pullback: from a cotangent like the output to one for each of the `primals`.

    >>> output, pullback = vjp(lambda x, y: x * y, np.array([1.0, 2.0]), 3.0)
    >>> output, pullback(np.array([1.0, 10.0]))
    (array([3., 6.]), (array([ 3., 30.]), 21.0))
    """
    run = call("vjp", f, primals, {}, range(len(primals)))
    roots, structure = output_leaves(run)
    order, older = run.reach(roots)

    def pullback(cotangent: Any) -> tuple[Any, ...]:
        given = leaves_like(structure, cotangent, "the cotangent")
        records = not special.blocks or STATE.get().grad_enabled
        keep = records and (older or requires_grad(given))
        names = paths(structure, "the cotangent")
        given = [fit(g, root, path, keep) for g, root, path in zip(given, roots, names, strict=True)]
        found: tuple[Any, ...] = unflatten(run.structure, sweep(order, sown(order, roots, given, keep), run.variables, keep))
        return found
    return release(run.output, run.records and older), pullback


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


def jvp(f: Function, primals: Any, tangents: Any) -> tuple[Any, Any]:
    """Return the output of `f` and its derivative along `tangents`, which look like the tuple of arguments `primals`.

    What is no tuple is the only argument.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    (6.0, 23.0)
    """
    run = call("jvp", f, as_arguments(primals), {}, range(len(as_arguments(primals))))
    along = tangents_of(run, f, as_arguments(primals), as_arguments(tangents))
    roots, structure = output_leaves(run)
    order, older = run.reach(roots)
    keep = run.records and (older or requires_grad(along))
    start = next_number()
    dummies = [variable(np.zeros_like(root._data) if isinstance(root, Tensor) else 0.0, False)
               if isinstance(root, Node) else None for root in roots]
    linear = replace_variables(run, [dummy for dummy in dummies if dummy is not None])
    with recording():
        pulled = sweep(order, sown(order, roots, dummies, True), run.variables, True)
        order, _ = linear.reach(pulled, start)
        seeds = sown(order, pulled, [fit(t, g, "", keep) for t, g in zip(along, pulled, strict=True)], keep)
        found = iter(sweep(order, seeds, linear.variables, keep))
    outputs = [next(found) if isinstance(root, Node) else root * 0.0 for root in roots]
    return release(run.output, run.records and older), unflatten(structure, outputs)


def tangents_of(run: Call, f: Function, primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> list[Any]:
    """Return the leaves of tangents, which must look like the arguments."""
    found = leaves_like(run.structure, tangents, "tangents")
    names = leaf_names(f, primals, range(len(primals)))
    return [fit(t, x, f"{run.transform}: the tangent of {name}", True)
            for t, x, name in zip(found, run.variables, names, strict=True)]
