"""Linear: a weighted sum of the inputs for each output."""

from typing import Any

import numpy as np

from nn.initializers import Initializer, xavier_uniform, zeros
from nn.layers.inputs import as_input, at_least_one, misshapen, parameter
from nn.module import Module


class Linear(Module):
    """x Wᵀ + b over the last axis, `weight` W of shape (outputs, inputs) and `bias` b of shape (outputs,).

    The weights start from `initializer`, by default `xavier_uniform`, the biases from 0.

    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> layer
    Linear(in_features=3, out_features=2)
    >>> layer(np.ones((5, 3))).shape
    (5, 2)
    """

    def __init__(self, in_features: int, out_features: int, *, rng: np.random.Generator, bias: bool = True,
                 initializer: Initializer = xavier_uniform) -> None:
        at_least_one("Linear", in_features=in_features, out_features=out_features)
        self.in_features = in_features
        self.out_features = out_features
        self.weight = parameter(initializer((out_features, in_features), rng=rng), "weight")
        self.bias = parameter(zeros((out_features,)), "bias") if bias else None

    def forward(self, x: Any) -> Any:
        """Return the outputs along the last axis; all axes before it are batches."""
        x = as_input(self, x, self.weight)
        if x.ndim == 0 or x.shape[-1] != self.in_features:
            raise misshapen(self, f"inputs of shape (..., {self.in_features})", x)
        # One product of two matrices: numpy takes twice as long for a stack of small ones.
        rows = x if x.ndim <= 2 else x.reshape(-1, self.in_features)
        y = rows @ self.weight.T
        if self.bias is not None:
            y = y + self.bias
        return y if x.ndim <= 2 else y.reshape(*x.shape[:-1], self.out_features)
