"""Optimizers with a step size of its own for each number: Adagrad, Adadelta, RMSprop, Rprop."""

from typing import ClassVar

import numpy as np

from nn.optimizers.base import Elementwise, add_scaled, blend, blend_square
from nn.optimizers.buffers import Array, Part
from nn.optimizers.options import OptionError, Options


class Adagrad(Elementwise):
    """`s ← s + g²`, `p ← p − lr·g / (√s + ε)`: what moved much moves less.

    Duchi, Hazan & Singer, Adaptive subgradient methods for online learning and stochastic optimization, 2011.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = Adagrad([w], lr=0.5)
    >>> (w * w).backward(); optimizer.step(); w.data
    0.5
    """

    options: ClassVar[Options] = {"lr": 1e-2, "lr_decay": 0.0, "weight_decay": 0.0, "initial_accumulator_value": 0.0,
                                  "eps": 1e-10, "maximize": False}

    def remembers(self, o: Options) -> dict[str, float]:
        """Remember the sum of squares."""
        return {"sum": o["initial_accumulator_value"]}

    def update(self, p: Array, g: Array, now: Part, o: Options) -> None:
        """Divide by the root of the sum of squares."""
        s, root = now["sum"], now.scratch[0]
        np.multiply(g, g, out=root)
        s += root
        np.sqrt(s, out=root)
        root += o["eps"]
        np.divide(g, root, out=root)
        root *= o["lr"] / (1.0 + (now.step - 1.0) * o["lr_decay"])
        p -= root


class Adadelta(Elementwise):
    """`v ← ρv + (1 − ρ)g²`, `d = g·√(u + ε) / √(v + ε)`, `u ← ρu + (1 − ρ)d²`, `p ← p − lr·d`.

    Zeiler, ADADELTA: an adaptive learning rate method, 2012, arXiv 1212.5701.

    >>> Adadelta.options["lr"], Adadelta.options["rho"]
    (1.0, 0.9)
    """

    options: ClassVar[Options] = {"lr": 1.0, "rho": 0.9, "eps": 1e-6, "weight_decay": 0.0, "maximize": False}

    def remembers(self, o: Options) -> dict[str, float]:
        """Remember running means of the squares of gradients and of steps."""
        return {"square": 0.0, "step_square": 0.0}

    def update(self, p: Array, g: Array, now: Part, o: Options) -> None:
        """Divide by the root of the gradients' squares, multiply by that of the steps'."""
        square, step_square, (d, scratch) = now["square"], now["step_square"], now.scratch
        blend_square(square, g, o["rho"], scratch)
        np.add(square, o["eps"], out=scratch)
        np.add(step_square, o["eps"], out=d)
        np.sqrt(d, out=d)
        d /= np.sqrt(scratch, out=scratch)
        d *= g
        blend_square(step_square, d, o["rho"], scratch)
        add_scaled(p, d, -o["lr"], scratch)


class RMSprop(Elementwise):
    """`v ← αv + (1 − α)g²`, `p ← p − lr·g / (√v + ε)`; centered: `√(v − m²)`, `m` the running mean of gradients.

    Tieleman & Hinton, Neural networks for machine learning, lecture 6.5, 2012; centered and with momentum: Graves,
    Generating sequences with recurrent neural networks, 2013, arXiv 1308.0850.

    >>> RMSprop.options["alpha"]
    0.99
    """

    options: ClassVar[Options] = {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0.0, "momentum": 0.0,
                                  "centered": False, "maximize": False}

    def remembers(self, o: Options) -> dict[str, float]:
        """Remember the running mean of squares, of gradients if centered, and the velocity if there is momentum."""
        optional = {"mean": o["centered"], "velocity": o["momentum"]}
        return {"square": 0.0} | {name: 0.0 for name, wanted in optional.items() if wanted}

    def update(self, p: Array, g: Array, now: Part, o: Options) -> None:
        """Divide by the root of the mean of squares, or by the standard deviation."""
        root, scratch = now.scratch
        blend_square(now["square"], g, o["alpha"], scratch)
        if o["centered"]:
            blend(now["mean"], g, 1.0 - o["alpha"], scratch)
            np.multiply(now["mean"], now["mean"], out=scratch)
            np.subtract(now["square"], scratch, out=root)
            np.sqrt(root, out=root)
        else:
            np.sqrt(now["square"], out=root)
        root += o["eps"]
        np.divide(g, root, out=root)
        if o["momentum"]:
            velocity = now["velocity"]
            velocity *= o["momentum"]
            velocity += root
            np.multiply(velocity, o["lr"], out=root)
        else:
            root *= o["lr"]
        p -= root


class Rprop(Elementwise):
    """Go by the sign of the gradient, with a step that grows while the sign stays and shrinks when it turns.

    Riedmiller & Braun, A direct adaptive method for faster backpropagation learning: the RPROP algorithm, 1993. For
    full batches. `lr` is the first step; `etas` are the factors to shrink and to grow by, `step_sizes` the bounds.

    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> optimizer = Rprop([w], lr=0.1)
    >>> for _ in range(2):
    ...     optimizer.zero_grad(); (w * w).backward(); optimizer.step()
    >>> w.data
    0.78
    """

    options: ClassVar[Options] = {"lr": 1e-2, "etas": (0.5, 1.2), "step_sizes": (1e-6, 50.0), "weight_decay": 0.0,
                                  "maximize": False}

    def check(self, o: Options) -> None:
        """One factor shrinks and one grows; the bounds are in order."""
        (shrink, grow), (smallest, largest) = o["etas"], o["step_sizes"]
        if not shrink < 1 < grow:
            raise OptionError(f"{self.name}: etas={o['etas']} must be a factor below 1 and one above, e.g. (0.5, 1.2)")
        if not smallest <= largest:
            raise OptionError(f"{self.name}: step_sizes={o['step_sizes']} must be the smallest and the largest step")

    def remembers(self, o: Options) -> dict[str, float]:
        """Remember the last gradient and the step sizes."""
        return {"previous": 0.0, "size": o["lr"]}

    def update(self, p: Array, g: Array, now: Part, o: Options) -> None:
        """Where the sign turned, wait for a step; elsewhere go by the sign."""
        (shrink, grow), (turn, scratch), previous = o["etas"], now.scratch, now["previous"]
        np.multiply(g, previous, out=turn)
        turned = turn < 0
        turn[...] = np.where(turned, shrink, np.where(turn > 0, grow, 1.0))
        size = now["size"]
        size *= turn
        np.clip(size, *o["step_sizes"], out=size)
        np.copyto(previous, g)
        previous[turned] = 0.0
        np.sign(previous, out=scratch)
        scratch *= size
        p -= scratch
