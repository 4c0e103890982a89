"""Runs functions of JAX's arrays for `check/adapters.py`: values and pullbacks, in lists. Knows no node."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

Lists = Callable[[list[Any]], Sequence[Any]]


def to_array(x: Any) -> Any:
    """Return an array of JAX as one of numpy, of its own."""
    return np.array(x)


def run(f: Lists, leaves: Sequence[Any]) -> list[Any]:
    """Return the outputs of a function of JAX arrays at arrays, as arrays, in double precision where these have it."""
    with jax.enable_x64(True):
        given = [jax.numpy.array(x) if isinstance(x, (np.ndarray, np.generic, float)) else x for x in leaves]
        return [to_array(y) for y in f(given)]


def pullback(f: Lists, outputs: int, *, create_graph: bool) -> Lists:
    """Return the function from cotangents, one per output, and then inputs, to the cotangents of these inputs.

    It can always be differentiated again.
    """
    def pulled(leaves: list[Any]) -> Sequence[Any]:
        cotangents, inputs = leaves[:outputs], leaves[outputs:]
        slots = [slot for slot, x in enumerate(inputs) if floating(x)]

        def carried(*xs: Any) -> list[Any]:
            """Return the outputs that have a derivative, at the inputs that do."""
            every = list(inputs)
            for slot, x in zip(slots, xs, strict=True):
                every[slot] = x
            ys = f(every)
            kept[:] = [floating(y) for y in ys]
            return [y for y, keep in zip(ys, kept, strict=True) if keep]

        kept: list[bool] = []
        ys, pull = jax.vjp(carried, *[inputs[slot] for slot in slots])
        gs = [g for g, keep in zip(cotangents, kept, strict=True) if keep]
        found = iter(pull([g.astype(y.dtype) for g, y in zip(gs, ys, strict=True)]))
        return [next(found) if slot in slots else np.nan for slot in range(len(inputs))]
    return pulled


def floating(x: Any) -> bool:
    """Whether x is an array of JAX, or one that it traces, of floats."""
    return isinstance(x, jax.Array) and bool(jax.numpy.issubdtype(x.dtype, jax.numpy.floating))
