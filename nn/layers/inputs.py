"""What layers check of their inputs and parameters before they compute. Knows no layer."""

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.errors import OperandError, ShapeError
from nn.module import Module


def as_input(layer: Module, x: Any, kept: Any = None) -> Tensor:
    """Return the input of a layer as a Tensor, in the dtype of what the layer keeps, if it keeps anything.

    Plain data are converted, a Tensor must have that dtype.

    Why: float64 data in a float32 model would make all that follows float64, at twice the cost.
    """
    dtype = None if kept is None else kept.dtype
    if not isinstance(x, Tensor):
        return Tensor(x, dtype=dtype)
    if dtype is not None and x.dtype != dtype:
        raise OperandError(f"{layer!r} has parameters of {dtype} and got a Tensor of {x.dtype}: use "
                           f"x.astype({str(dtype)!r}), or model.to({str(x.dtype)!r})")
    return x


def parameter(data: Any, label: str) -> Tensor:
    """Return what training changes."""
    return Tensor(data, requires_grad=True, label=label, dtype=float)


def misshapen(layer: Module, wanted: str, x: Any) -> ShapeError:
    """Return the error for an input of a wrong shape."""
    return ShapeError(f"{layer!r} takes {wanted}, got shape {np.shape(x)}")


def at_least_one(layer: str, **sizes: int) -> None:
    """Raise unless sizes are whole numbers from 1."""
    for name, n in sizes.items():
        if not isinstance(n, (int, np.integer)) or n < 1:
            raise OperandError(f"{layer}: {name}={n!r} must be a whole number, at least 1")


def between(layer: str, low: float, high: float, **numbers: float) -> None:
    """Raise unless numbers lie between bounds, these included."""
    for name, x in numbers.items():
        if not low <= x <= high:
            raise OperandError(f"{layer}: {name}={x!r} must lie from {low} to {high}")
