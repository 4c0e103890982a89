"""Perceptron: Rosenblatt's unit with its own learning rule, the ancestor of all that stands beside it.

F. Rosenblatt, "The perceptron: a probabilistic model for information storage and organization in the brain",
Psychological Review 65, 1958. Its output is a step, whose derivative is 0: it does not learn by gradients.
"""

from typing import Any

import numpy as np

from autograd import Tensor, ops
from autograd.errors import OperandError
from nn.layers.inputs import as_input, at_least_one, misshapen
from nn.module import Module


class Perceptron(Module):
    """1 where w · x + b is positive, else 0. Its parameters are frozen: `learn` changes them, no optimizer does.

    >>> inputs, targets = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 0, 0, 1])
    >>> unit = Perceptron(2)
    >>> unit.fit(inputs, targets)
    [1, 3, 3, 2, 1, 0]
    >>> unit(inputs).tolist()
    [0.0, 0.0, 0.0, 1.0]
    """

    def __init__(self, in_features: int) -> None:
        at_least_one("Perceptron", in_features=in_features)
        self.in_features = in_features
        self.weight = Tensor(np.zeros(in_features), label="weight")
        self.bias = Tensor(np.zeros(()), label="bias")

    def forward(self, x: Any) -> Any:
        """Return 0 or 1 for each input along the last axis."""
        x = as_input(self, x, self.weight)
        if x.ndim == 0 or x.shape[-1] != self.in_features:
            raise misshapen(self, f"inputs of shape (..., {self.in_features})", x)
        return ops.heaviside(x @ self.weight + self.bias, 0.0)

    def learn(self, x: Any, target: float, learning_rate: float = 1.0) -> bool:
        """Move the weights by learning_rate · (target − output) · x; return whether the output was wrong."""
        if target not in (0, 1):
            raise OperandError(f"Perceptron.learn: a target is 0 or 1, got {target!r}")
        mistake = float(target) - self(x).item()
        if mistake:
            self.weight.data += learning_rate * mistake * np.asarray(x, self.weight.dtype)
            self.bias.data += learning_rate * mistake
        return bool(mistake)

    def fit(self, inputs: Any, targets: Any, learning_rate: float = 1.0, *, epochs: int = 100) -> list[int]:
        """Learn from samples one after the other, until an epoch has no mistake; return the mistakes of each epoch.

        Where a plane parts the classes this ends, after at most (R/margin)² mistakes for inputs of length up to R:
        Novikoff 1962. Where none does, as for xor, it never would.
        """
        mistakes: list[int] = []
        while len(mistakes) < epochs and (not mistakes or mistakes[-1]):
            mistakes.append(sum(self.learn(x, t, learning_rate) for x, t in zip(inputs, targets, strict=True)))
        return mistakes
