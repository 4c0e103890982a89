"""Lion: go by the sign of a mean."""

from typing import ClassVar

import numpy as np

from nn.optimizers.base import Elementwise, blend
from nn.optimizers.buffers import Array, Part
from nn.optimizers.options import Options


class Lion(Elementwise):
    """`p ← (1 − lr·weight_decay)·p − lr·sign(β₁m + (1 − β₁)g)`, then `m ← β₂m + (1 − β₂)g`.

    Chen et al., Symbolic discovery of optimization algorithms, 2023, arXiv 2302.06675. A step is as long as the
    learning rate in each direction: take a third to a tenth of Adam's.

    >>> from autograd import Tensor
    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = Lion([w], lr=0.25)
    >>> (w * w).sum().backward()
    >>> optimizer.step(); w
    Tensor([ 0.75, -1.75], requires_grad=True)
    """

    options: ClassVar[Options] = {"lr": 1e-4, "betas": (0.9, 0.99), "weight_decay": 0.0,
                                  "decoupled_weight_decay": True, "maximize": False}

    def remembers(self, o: Options) -> dict[str, float]:
        """Remember the mean of gradients."""
        return {"mean": 0.0}

    def update(self, p: Array, g: Array, now: Part, o: Options) -> None:
        """Go by the sign of a mean that gives the new gradient more weight than the mean that is kept does."""
        (beta1, beta2), (direction, scratch), mean = o["betas"], now.scratch, now["mean"]
        np.multiply(mean, beta1, out=direction)
        np.multiply(g, 1.0 - beta1, out=scratch)
        direction += scratch
        np.sign(direction, out=direction)
        direction *= o["lr"]
        p -= direction
        blend(mean, g, 1.0 - beta2, scratch)
