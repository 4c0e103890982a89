"""Gradients from values alone: central differences of every coordinate, extrapolated. Compares them with nothing.

Everything runs in float64, whatever the arguments are.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.check.differences import extrapolate
from autograd.check.functions import outputs_of
from autograd.check.probes import CoordinateLine, sizes
from autograd.check.problem import Array, Problem, Raw, flat, parts
from autograd.errors import DomainError, OperandError, ShapeError
from autograd.node import no_grad
from autograd.tree import flatten, unflatten
from autograd.variables import data_of, variable

FIRST_STEP = 0.05  # of the size of a coordinate


def numeric_gradient(f: Callable[[Any], Any], x: Any) -> Any:
    """Return the gradient of a function that gives one number, from its values alone; raises ShapeError for any other.

    >>> numeric_gradient(lambda x: (x * x).sum(), np.array([1.0, -2.0])).round(8)
    array([ 2., -4.])
    """
    if not callable(f):
        raise OperandError(f"numeric_gradient takes a function, got {type(f).__name__} {f!r:.60}")
    leaves, structure = flatten(x)
    estimates, _ = differences(lambda *data: f(unflatten(structure, data)), [as_float64(leaf) for leaf in leaves], None)
    return unflatten(structure, [values if values.ndim else float(values) for values in estimates])


def differences(f: Callable[..., Any], leaves: Sequence[Array],
                weights: Sequence[Any] | None) -> tuple[list[Array], list[Array]]:
    """Return the derivatives of `f`, its outputs weighed and added, by every element of arrays; and their doubts."""
    def run(arrays: Sequence[Array]) -> list[Array]:
        return outputs_of(f(*[variable(x if x.ndim else float(x), records=False) for x in arrays]))

    with no_grad(), np.errstate(all="ignore"):
        try:
            outputs = run(leaves)
        except DomainError as error:
            raise OperandError(f"differences: the function is undefined at {leaves!r:.60}") from error
        raw = Raw(names=("",) * len(leaves), inputs=tuple(leaves), run=run, pull=lambda cotangents: [])
        problem = Problem(raw=raw, outputs=tuple(outputs))
        if weights is None and len(problem.base) != 1:
            raise ShapeError("numeric_gradient: the function must return one number, got "
                             f"{', '.join(f'shape {y.shape}' for y in outputs) or 'none'}; sum its outputs")
        v = np.ones(len(problem.base)) if weights is None else flat(weights)
        return tuple(parts(found, leaves) for found in estimates(problem, v))  # type: ignore[return-value]


def estimates(problem: Problem, v: Array) -> tuple[Array, Array]:
    """Return the gradient (n,) of <v, f> by central differences of every coordinate, and how far each may be off."""
    noise = 2.0 * problem.precision * float(np.sum(np.abs(v * problem.base)))
    size = sizes(problem)
    found = [extrapolate(CoordinateLine(problem, i, float(h)).along(v), FIRST_STEP, noise) for i, h in enumerate(size)]
    return np.array([one.value for one in found]) / size, np.array([one.error for one in found]) / size


def as_float64(x: Any) -> Array:
    """Return a number or an array to take differences at."""
    data = np.array(data_of(x))
    if data.dtype.kind not in "fiu":
        raise OperandError(f"differences need numbers and arrays of floats, got {type(x).__name__} {x!r:.60}")
    return data.astype(float)
