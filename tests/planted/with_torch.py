"""PyTorch's gradcheck on a function of arrays and a vjp of ours, through an autograd.Function of its own."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.autograd.gradcheck import gradcheck

from tests.planted.cases import like_output, outputs_of

torch.set_num_threads(1)


def as_tensor(x: Any) -> Any:
    """Return a copy as a tensor with PyTorch's own strides: it refuses NumPy's of reversed and of empty arrays."""
    copy = torch.tensor(np.array(x, order="C"))
    return copy if x.size else torch.empty(x.shape, dtype=copy.dtype)


def function_of(f: Callable[..., Any], vjp: Callable[..., Any]) -> type:
    """Return the autograd.Function whose forward is `f` and whose backward is `vjp`, both on arrays."""
    class Wrapped(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> Any:
            ctx.save_for_backward(*inputs)
            ctx.output = f(*[x.detach().numpy() for x in inputs])
            parts = tuple(map(as_tensor, outputs_of(ctx.output)))
            return like_output(ctx.output, parts)

        @staticmethod
        def backward(ctx: Any, *cotangents: Any) -> Any:
            v = like_output(ctx.output, tuple(g.detach().numpy() for g in cotangents))
            return tuple(as_tensor(g) for g in vjp(v, *[x.detach().numpy() for x in ctx.saved_tensors]))
    return Wrapped


def run(f: Callable[..., Any], inputs: tuple[Any, ...], vjp: Callable[..., Any], seed: int, fast: bool) -> bool:
    torch.manual_seed(seed)
    leaves = tuple(as_tensor(x).requires_grad_() for x in inputs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bool(gradcheck(function_of(f, vjp).apply, leaves, fast_mode=fast))


def slow(f: Callable[..., Any], inputs: tuple[Any, ...], vjp: Callable[..., Any], seed: int) -> bool:
    return run(f, inputs, vjp, seed, fast=False)


def fast(f: Callable[..., Any], inputs: tuple[Any, ...], vjp: Callable[..., Any], seed: int) -> bool:
    return run(f, inputs, vjp, seed, fast=True)
