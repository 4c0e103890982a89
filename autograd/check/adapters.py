"""Functions of PyTorch's tensors and of JAX's arrays as functions of ours, so that all that checks ours checks them.

Such a function becomes one op on our graph. Its value is what the function returns, its rule is its framework's own
reverse mode; and that rule is again a function of that framework, so there are derivatives of any order. The inputs
enter as one vector and the outputs leave as one: so the framework sweeps once, however many there are.

Knows the frameworks by the names of modules only: what runs them, in `integrations/`, is loaded when a function says so
(`torch_function`, `jax_function`), or when something that is given was made by a module of theirs.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import update_wrapper
from importlib import import_module
from itertools import accumulate, pairwise
from math import prod
from types import ModuleType
from typing import Any

import numpy as np

from autograd import ops
from autograd.errors import MissingExtraError, OperandError
from autograd.node import Node
from autograd.op import Op
from autograd.tree import flatten, unflatten
from autograd.variables import data_of

Function = Callable[..., Any]
#: Which module of `integrations/` runs what was made by a package.
KITS = {"torch": "torch_functions", "jax": "jax_functions", "jaxlib": "jax_functions"}


class ForeignFunction:
    """A function of another framework that takes and returns our nodes, arrays and numbers, in trees."""

    def __init__(self, f: Function, kit: ModuleType) -> None:
        if not callable(f):
            raise OperandError(f"expected a function, got {type(f).__name__} {f!r:.60}")
        self.f, self.kit = f, kit
        self.__name__ = type(f).__name__
        update_wrapper(self, f, updated=())

    def __call__(self, *args: Any) -> Any:
        leaves, structure = flatten(args)
        structures = []

        def on_lists(xs: list[Any]) -> list[Any]:
            outputs, found = flatten(self.f(*unflatten(structure, xs)))
            structures.append(found)
            return outputs

        outputs = apply(on_lists, leaves, self.kit, self.__name__)
        return unflatten(structures[0], outputs)


def torch_function(f: Function) -> ForeignFunction:
    """Return a function of torch tensors as one of our Tensors, arrays and numbers, derivatives of any order included.

    Tensors are made of arrays of the same dtype, on the CPU; raises MissingExtraError without PyTorch. ::

        gradcheck(torch_function(torch.nn.functional.gelu), np.array([-1.0, 2.0]))
    """
    return ForeignFunction(f, kit_of("torch"))


def jax_function(f: Function) -> ForeignFunction:
    """Return a function of JAX arrays as one of our Tensors, arrays and numbers, derivatives of any order included.

    It runs in double precision where its inputs are; raises MissingExtraError without JAX. ::

        compare(jax_function(jax.nn.softplus), lambda x: x.softplus(), np.array([-1.0, 2.0]))
    """
    return ForeignFunction(f, kit_of("jax"))


def kit_of(package: str) -> ModuleType:
    """Return the module that runs the functions of a package."""
    try:
        return import_module(f"autograd.integrations.{KITS[package]}")
    except ImportError as error:
        raise MissingExtraError(f"a function of {package} needs {package}: python -m pip install {package} "
                                f"({error})") from error


def adapted(functions: Sequence[Any], inputs: Sequence[Any]) -> tuple[list[Any], tuple[Any, ...]]:
    """Return functions and inputs as ours: a function is foreign if it was made so, or if an input is.

    Tensors and arrays of other frameworks become arrays; None, for a function that is not given, stays None.
    """
    leaves, structure = flatten(tuple(inputs))
    kits = list(map(maker_of, leaves))
    of_inputs = next(filter(None, kits), None)
    arrays = [kit_of(kit).to_array(x) if kit else x for x, kit in zip(leaves, kits, strict=True)]
    return [ours(f, maker_of(f) or of_inputs) for f in functions], unflatten(structure, arrays)


def ours(f: Any, package: str | None) -> Any:
    """Return a function of a package as ours; what is ours already, or is no function, as it is."""
    foreign = package is not None and callable(f) and not isinstance(f, ForeignFunction)
    return ForeignFunction(f, kit_of(str(package))) if foreign else f


def maker_of(x: Any) -> str | None:
    """Return which package a function, or a class of x, was made by; None if by none that we know."""
    if isinstance(x, ForeignFunction):
        return None
    roots = [str(getattr(of, "__module__", "")).partition(".")[0] for of in (x, *type(x).__mro__)]
    return next((root for root in roots if root in KITS), None)


def apply(f: Callable[[list[Any]], list[Any]], leaves: list[Any], kit: ModuleType, name: str) -> list[Any]:
    """Return the outputs of a function of lists, in the terms of a kit, at our leaves: nodes where a leaf is a node."""
    slots = [slot for slot, x in enumerate(leaves) if isinstance(x, Node)]
    if not slots:
        return real(kit.run(f, leaves), name)
    primals = [leaves[slot] for slot in slots]
    layout = [as_array(x) for x in primals]
    results: list[np.ndarray[Any, Any]] = []

    def filled(xs: Sequence[Any]) -> list[Any]:
        """Return all leaves, with these in the place of the nodes."""
        every = list(leaves)
        for slot, x in zip(slots, xs, strict=True):
            every[slot] = x
        return every

    def on_vector(x: Any) -> Any:
        results[:] = real(kit.run(f, filled(cut(x, layout))), name)
        return np.concatenate([np.ravel(y) for y in results]) if results else np.empty(0)

    def rule(g: Any, y: Any, x: Any) -> Any:
        again = isinstance(g, Node) or isinstance(x, Node)
        pullback = kit.pullback(f, len(results), create_graph=again)
        found = apply(pullback, [*cut(g, results), *filled(cut(x, layout))], kit, f"pullback of {name}")
        return vector([found[slot] for slot in slots])

    op = Op(name=name, doc=f"The function {name} of another framework.", array=on_vector, elementwise=False,
            rules=(rule,), bound=False, tex=r"f({0})")
    return cut(op(vector(primals)), results)


def as_array(x: Any) -> np.ndarray[Any, Any]:
    """Return the data of a node as an array."""
    return np.asarray(data_of(x))


def vector(xs: Sequence[Any]) -> Any:
    """Return nodes and arrays of any shapes as one vector."""
    return ops.concatenate([ops.reshape(x, shape=(-1,)) for x in xs])


def cut(x: Any, layout: Sequence[np.ndarray[Any, Any]]) -> list[Any]:
    """Return the parts of a vector, each with the shape and dtype of an array of a layout."""
    ends = accumulate([prod(like.shape) for like in layout], initial=0)
    parts = [ops.reshape(ops.getitem(x, index=slice(start, stop)), shape=like.shape)
             for (start, stop), like in zip(pairwise(ends), layout, strict=True)]
    return [part.astype(like.dtype) if like.dtype.kind == "f" != part.dtype else part
            for part, like in zip(parts, layout, strict=True)]


def real(arrays: Iterable[Any], name: str) -> list[Any]:
    """Return the outputs of a function, or raise an OperandError for what has no real elements."""
    outputs = list(arrays)
    for y in outputs:
        if getattr(y, "dtype", np.dtype(object)).kind not in "fiub":
            raise OperandError(f"{name} returned {type(y).__name__} {y!r:.60}, expected tensors of real numbers")
    return outputs
