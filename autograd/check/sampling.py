"""Inputs to try a row at: drawn inside its domain and away from its kinks. Knows rows, and no graph."""

from collections.abc import Mapping
from inspect import signature
from types import FunctionType
from typing import Any

import numpy as np

from autograd.errors import OperandError
from autograd.op import REAL, Op

Array = np.ndarray[Any, Any]
NEAR = 0.1  # how near to a kink inputs may be sampled


def sample_inputs(op: Op, rng: "np.random.Generator", shapes: tuple[Any, ...] | None = None,
                  options: Mapping[str, Any] | None = None) -> list[Array]:
    """Draw arrays of moderate size for the inputs of a row: inside its domain and away from its kinks.

    `shapes` holds a shape per input; by default the first that the row tries itself, or (3,) for each. An input
    without a rule, such as the condition of `where`, is drawn as booleans.

    >>> from autograd import ops
    >>> [x.shape for x in sample_inputs(ops.maximum, np.random.default_rng(0), shapes=((2, 3), (3,)))]
    [(2, 3), (3,)]
    """
    count = op.arity if op.arity is not None else 2
    chosen = shapes or (op.shapes[0] if op.shapes else ((3,),) * count)
    given = {**op.options, **(options or {})}
    if isinstance(op.kink, FunctionType):
        given = {name: value for name, value in given.items() if name in signature(op.kink).parameters}
    else:
        given = {}
    for _ in range(10_000):
        inputs = [draw_input(op, slot, shape, rng) for slot, shape in enumerate(chosen)]
        if op.kink is None or np.all(np.abs(op.kink(*inputs, **given)) > NEAR):
            return inputs
    raise OperandError(f"sample_inputs: found no inputs of shapes {chosen} for {op.name} away from its kinks")


def draw_input(op: Op, slot: int, shape: tuple[int, ...], rng: "np.random.Generator") -> Array:
    """Draw one input of a row."""
    low, high = (*op.domain, *[op.domain[0] if len(op.domain) == 1 else REAL] * (slot + 1))[slot]  # one is for all
    if op.rule(op.rules, slot) is None and slot >= len(op.domain):
        return rng.random(shape) < 0.5
    if np.isfinite(low) and np.isfinite(high):
        return rng.uniform(low + 0.05 * (high - low), high - 0.05 * (high - low), shape)
    if np.isfinite(low):
        return low + rng.uniform(0.2, 3.0, shape)
    if np.isfinite(high):
        return high - rng.uniform(0.2, 3.0, shape)
    return rng.uniform(-3.0, 3.0, shape)
