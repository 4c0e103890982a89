"""Runs functions of PyTorch's tensors for `check/adapters.py`: values and pullbacks, in lists. Knows no node."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

Lists = Callable[[list[Any]], Sequence[Any]]


def to_array(x: Any) -> Any:
    """Return a tensor as an array of its own, anything else as it is."""
    return x.detach().cpu().numpy().copy() if isinstance(x, torch.Tensor) else x


def to_tensor(x: Any) -> Any:
    """Return an array or a float as a tensor of its own, which requires a gradient if it can; all else as it is."""
    if not isinstance(x, (np.ndarray, np.generic, float)):
        return x
    array = np.array(x)
    return torch.from_numpy(array).requires_grad_(array.dtype.kind == "f")


def run(f: Lists, leaves: Sequence[Any]) -> list[Any]:
    """Return the outputs of a function of tensors at arrays, as arrays; numbers that it returns become arrays too."""
    with torch.enable_grad():
        return [np.asarray(to_array(y)) for y in f([to_tensor(x) for x in leaves])]


def pullback(f: Lists, outputs: int, *, create_graph: bool) -> Lists:
    """Return the function from cotangents, one per output, and then inputs, to the cotangents of these inputs."""
    def pulled(leaves: list[Any]) -> Sequence[Any]:
        cotangents, inputs = leaves[:outputs], leaves[outputs:]
        carried = [(y, g.to(y.dtype)) for y, g in zip(f(inputs), cotangents, strict=True)
                   if isinstance(y, torch.Tensor) and y.requires_grad]
        wanted = [x for x in inputs if isinstance(x, torch.Tensor) and x.requires_grad]
        ys, gs = [y for y, _ in carried], [g for _, g in carried]
        found = iter(torch.autograd.grad(ys, wanted, gs, create_graph=create_graph, materialize_grads=True)
                     if ys and wanted else map(torch.zeros_like, wanted))
        return [next(found) if isinstance(x, torch.Tensor) and x.requires_grad else np.nan for x in inputs]
    return pulled
