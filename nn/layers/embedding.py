"""Embedding: a vector of parameters for each of so many things, looked up by number."""

from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor, ops
from autograd.errors import OperandError, ShapeError
from nn.initializers import Initializer, normal
from nn.layers.inputs import at_least_one, parameter
from nn.module import Module

standard_normal = partial(normal, std=1.0)


class Embedding(Module):
    """The rows of `weight`, of shape (num_embeddings, embedding_dim), at the numbers given.

    The weights start from `initializer`, by default the standard normal distribution. The row `padding_idx` is 0 at
    first and takes no gradient.

    >>> layer = Embedding(10, 3, rng=np.random.default_rng(0))
    >>> layer(np.array([[1, 2], [2, 9]])).shape
    (2, 2, 3)
    """

    def __init__(self, num_embeddings: int, embedding_dim: int, *, rng: np.random.Generator,
                 padding_idx: int | None = None, initializer: Initializer = standard_normal) -> None:
        at_least_one("Embedding", num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise OperandError(f"Embedding: padding_idx={padding_idx} is no row of {num_embeddings}")
        weight = initializer((num_embeddings, embedding_dim), rng=rng)
        if padding_idx is not None:
            padding_idx %= num_embeddings
            weight[padding_idx] = 0.0
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_idx
        self.weight = parameter(weight, "weight")

    def forward(self, numbers: Any) -> Any:
        """Return the vector of each number, along a new last axis."""
        index = np.asarray(numbers.data if isinstance(numbers, Tensor) else numbers)
        if index.dtype.kind not in "iu":
            raise OperandError(f"Embedding looks up whole numbers, got {index.dtype}: use .astype(int)")
        wrong = index[(index < 0) | (index >= self.num_embeddings)]
        if wrong.size:
            raise ShapeError(f"Embedding: {wrong[0]} is no row of {self.num_embeddings}; rows are numbered from 0")
        rows = self.weight[index]
        if self.padding_idx is None:
            return rows
        return ops.where((index == self.padding_idx)[..., None], rows.detach(), rows)
