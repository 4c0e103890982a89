"""Gradient descent, with momentum or without. Robbins & Monro, A stochastic approximation method, 1951."""

from typing import ClassVar

from nn.optimizers.base import Elementwise, add_scaled
from nn.optimizers.buffers import Array, Part
from nn.optimizers.options import OptionError, Options


class SGD(Elementwise):
    """Stochastic gradient descent: `p ← p − lr·b`, where `b` is the gradient or, with momentum, `b ← momentum·b + g`.

    Momentum: Polyak, Some methods of speeding up the convergence of iteration methods, 1964. Nesterov's: Sutskever et
    al., On the importance of initialization and momentum in deep learning, 2013. As in torch, the first step's `b` is
    the gradient, not damped.

    >>> from autograd import Tensor
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step(); w
    Tensor([0.8, 1.6], requires_grad=True)
    """

    options: ClassVar[Options] = {"lr": 1e-3, "momentum": 0.0, "dampening": 0.0, "weight_decay": 0.0,
                                  "nesterov": False, "maximize": False}

    def check(self, o: Options) -> None:
        """Nesterov's momentum needs momentum, and no dampening."""
        if o["nesterov"] and (not o["momentum"] or o["dampening"]):
            raise OptionError(f"{self.name}: nesterov=True needs momentum > 0 and dampening=0, got "
                              f"momentum={o['momentum']} and dampening={o['dampening']}")

    def remembers(self, o: Options) -> dict[str, float]:
        """Remember the velocity if there is momentum."""
        return {"velocity": 0.0} if o["momentum"] else {}

    def update(self, p: Array, g: Array, now: Part, o: Options) -> None:
        """Go along the velocity, or with Nesterov's momentum along where the velocity leads."""
        scratch = now.scratch[0]
        if o["momentum"]:
            b = now["velocity"]
            if now.step == 1:
                b[:] = g
            else:
                b *= o["momentum"]
                add_scaled(b, g, 1.0 - o["dampening"], scratch)
            if o["nesterov"]:
                add_scaled(g, b, o["momentum"], scratch)
            else:
                g = b
        add_scaled(p, g, -o["lr"], scratch)


GradientDescent = SGD
