"""Dropout: units left out at random while training."""

from typing import Any

import numpy as np

from nn.initializers import generator
from nn.layers.inputs import as_input, between
from nn.module import Module


class Dropout(Module):
    """Each element is 0 with probability p, the others grow by 1/(1 − p); in evaluation all pass as they are.

    Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting". With p=1 the output
    is 0 throughout.

    >>> layer = Dropout(0.5, rng=np.random.default_rng(0))
    >>> layer(np.ones(6)).tolist()
    [2.0, 0.0, 0.0, 0.0, 2.0, 2.0]
    >>> layer.eval()(np.ones(3)).tolist()
    [1.0, 1.0, 1.0]
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator) -> None:
        between("Dropout", 0, 1, p=p)
        self.p = p
        self.rng = generator(rng)

    def forward(self, x: Any) -> Any:
        """Return the input with elements left out, while training."""
        x = as_input(self, x)
        if not self.training or self.p == 0:
            return x
        kept = self.rng.random(x.shape) >= self.p  # random() is below 1, so that p=1 keeps nothing
        growth = 0.0 if self.p == 1 else 1 / (1 - self.p)
        return x * (kept * x.dtype.type(growth))
