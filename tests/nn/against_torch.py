"""Runs a function of Tensors and the same of torch's on the same data, and compares values and gradients."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from autograd import Tensor

torch = pytest.importorskip("torch", reason="layers and losses are compared with it")


def floats(arrays: Sequence[Any]) -> list[bool]:
    return [np.asarray(a).dtype.kind == "f" for a in arrays]


def run_ours(f: Callable[..., Any], arrays: Sequence[Any], cotangent: Any) -> tuple[Any, list[Any]]:
    """Return the value of a function and the gradients with respect to the arrays of floats."""
    xs = [Tensor(a, requires_grad=True) if is_float else a for a, is_float in zip(arrays, floats(arrays))]
    y = f(*xs)
    y.backward(np.broadcast_to(cotangent, y.shape))
    return y.numpy(), [x.grad for x, is_float in zip(xs, floats(arrays)) if is_float]


def run_torch(f: Callable[..., Any], arrays: Sequence[Any], cotangent: Any) -> tuple[Any, list[Any]]:
    """Do the same with torch."""
    xs = [torch.tensor(a, requires_grad=is_float) for a, is_float in zip(arrays, floats(arrays))]
    y = f(*xs)
    y.backward(torch.tensor(np.broadcast_to(cotangent, y.shape).copy()))
    return y.detach().numpy(), [None if x.grad is None else x.grad.numpy()
                                for x, is_float in zip(xs, floats(arrays)) if is_float]


def difference(ours: Any, theirs: Any) -> float:
    """Return the largest difference of two arrays of one shape, relative where they are larger than 1."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    both = np.isnan(ours) & np.isnan(theirs)
    apart = np.where(both, 0.0, np.abs(ours - theirs) / np.maximum(1.0, np.abs(theirs)))
    assert not np.isnan(apart).any()
    return float(apart.max(initial=0.0))


def compared(ours: tuple[Any, list[Any]], theirs: tuple[Any, list[Any]]) -> float:
    """Return the largest difference of values and gradients; torch may leave out a gradient that is 0."""
    pairs = [(ours[0], theirs[0])]
    pairs += [(a, np.zeros_like(a) if b is None else b) for a, b in zip(ours[1], theirs[1], strict=True)]
    return max(difference(a, b) for a, b in pairs)
