"""What keeps weights and gradients small: penalties to add to a loss, projections after a step, clipping before one.

Knows Tensors with a gradient, no module and no optimizer. Take the parameters of a part of a model to spare the rest,
such as its biases.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import Tensor, ops
from autograd.errors import DomainError, OperandError

Parameters = Tensor | Iterable[Tensor]


def listed(parameters: Parameters) -> list[Tensor]:
    """Return one parameter or several as a list."""
    return [parameters] if isinstance(parameters, Tensor) else list(parameters)


def penalty(parameters: Parameters, term: Callable[[Tensor], Any], strength: float) -> Any:
    """Return the sum of a term for each parameter, times the strength."""
    terms = [term(p) for p in listed(parameters)]
    if not terms:
        raise OperandError("a penalty needs at least one parameter, got none")
    return strength * sum(terms[1:], terms[0])


def l1(parameters: Parameters, strength: float) -> Any:
    """Return strength · Σ|w|, to be added to a loss; it drives weights to exactly 0.

    >>> l1(Tensor([1.0, -3.0], requires_grad=True), 0.1)
    Tensor(0.4, op=mul)
    """
    return penalty(parameters, lambda p: ops.sum(ops.abs(p)), strength)


def l2(parameters: Parameters, strength: float) -> Any:
    """Return ½ strength · Σw², to be added to a loss; its gradient is that of weight decay, strength · w.

    >>> l2(Tensor([1.0, -3.0], requires_grad=True), 0.1)
    Tensor(0.5, op=mul)
    """
    return penalty(parameters, lambda p: ops.sum(ops.square(p)), 0.5 * strength)


def max_norm_(parameters: Parameters, limit: float, axis: int | tuple[int, ...] | None = None) -> None:
    """Shorten, in place, the vector of weights into each output to the length `limit`: Srivastava et al. 2014.

    The weights into one output lie along all axes but the first, or along `axis`. Called after an optimizer's step.

    >>> w = Tensor([[3.0, 4.0], [0.3, 0.4]], requires_grad=True)
    >>> max_norm_(w, 1.0)
    >>> w.data.tolist()
    [[0.6, 0.8], [0.3, 0.4]]
    """
    if not limit > 0:
        raise OperandError(f"max_norm_: limit={limit} must be positive")
    for p in listed(parameters):
        w = p.numpy()
        along = tuple(range(1, w.ndim)) if axis is None else axis
        lengths = np.sqrt(np.sum(w**2, axis=along, keepdims=True))
        if (lengths > limit).any():
            p.data = np.where(lengths > limit, w * (limit / np.maximum(lengths, limit)), w)


def clip_grad_value_(parameters: Parameters, limit: float) -> None:
    """Bring each number of the gradients between -limit and limit; a parameter without gradient is passed over.

    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> (w * np.array([0.5, -7.0])).sum().backward()
    >>> clip_grad_value_(w, 1.0); w.grad
    array([ 0.5, -1. ])
    """
    for p in listed(parameters):
        if p.grad is not None:
            p.grad = np.clip(p.grad, -limit, limit)


def clip_grad_norm_(parameters: Parameters, max_norm: float, norm_type: float = 2.0, *,
                    error_if_nonfinite: bool = False) -> float:
    """Scale the gradients down if all of them as one vector are longer than `max_norm`; return its length before.

    Pascanu et al. 2013, arXiv:1211.5063. With `error_if_nonfinite` a length that is inf or nan is an error.

    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> (w * np.array([3.0, 4.0])).sum().backward()
    >>> clip_grad_norm_(w, 1.0), w.grad.round(4)
    (5.0, array([0.6, 0.8]))
    """
    having = [p for p in listed(parameters) if p.grad is not None]
    lengths = [float(np.linalg.norm(np.ravel(p.grad), norm_type)) for p in having if p.size]
    total = float(np.linalg.norm(lengths, norm_type)) if lengths else 0.0
    if error_if_nonfinite and not math.isfinite(total):
        raise DomainError(f"clip_grad_norm_: the norm of the gradients is {total}, so scaling would spoil them all")
    scale = max_norm / (total + 1e-6)  # as PyTorch has it
    if scale < 1 or scale != scale:
        for p in having:
            p.grad = p.grad * scale
    return total
