"""Models made of layers, and of nothing else."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from autograd.errors import OperandError
from nn.initializers import Initializer, calculate_gain, xavier_uniform
from nn.layers.activations import ACTIVATIONS
from nn.layers.containers import Sequential
from nn.layers.dropout import Dropout
from nn.layers.inputs import at_least_one
from nn.layers.linear import Linear
from nn.module import Module

Rng = np.random.Generator


class MLP(Module):
    """A multi-layer perceptron: `Linear` layers of the given sizes with an activation between them.

    `activation` follows each hidden layer and `output` the last one: names of `nn.layers.activations.ACTIVATIONS`,
    "linear" being none. Weights start from `xavier_uniform` with the gain of the activation that follows
    (`calculate_gain`), biases from 0. `dropout` is the share of hidden units left out while training.

    >>> MLP([2, 16, 1], "tanh", rng=np.random.default_rng(0))
    MLP(sizes=(2, 16, 1), activation='tanh', output='linear', dropout=0.0)
    └─ layers: Sequential()
       ├─ 0: Linear(in_features=2, out_features=16)
       ├─ 1: Tanh()
       └─ 2: Linear(in_features=16, out_features=1)
    """

    def __init__(self, sizes: Sequence[int], activation: str = "relu", output: str = "linear", *, rng: Rng,
                 dropout: float = 0.0) -> None:
        if len(sizes) < 2:
            raise OperandError(f"MLP: sizes={list(sizes)} must name at least the inputs and the outputs")
        at_least_one("MLP", **{f"sizes[{i}]": n for i, n in enumerate(sizes)})
        self.sizes = tuple(sizes)
        self.activation = activation
        self.output = output
        self.dropout = dropout
        layers: list[Callable[[Any], Any]] = []
        for i, (n, m) in enumerate(pairwise(sizes)):
            hidden = i < len(sizes) - 2
            name = activation if hidden else output
            layers.append(Linear(n, m, rng=rng, initializer=start_for(name)))
            if name != "linear":
                layers.append(ACTIVATIONS[name]())
            if hidden and dropout:
                layers.append(Dropout(dropout, rng=rng))
        self.layers = Sequential(*layers)

    def forward(self, x: Any) -> Any:
        """Return the outputs for inputs along the last axis."""
        return self.layers(x)


def start_for(activation: str) -> Initializer:
    """Return the initializer of the weights before an activation, or raise if its name is unknown."""
    if activation not in ACTIVATIONS:
        raise OperandError(f"MLP: the activation {activation!r} is unknown; known are {', '.join(sorted(ACTIVATIONS))}")
    return partial(xavier_uniform, gain=calculate_gain(activation))
