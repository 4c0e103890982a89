"""Adam and what grew from it: means of gradients and of their squares, corrected for starting from zero."""

import math
from typing import ClassVar

import numpy as np

from nn.optimizers.base import Elementwise, add_scaled, blend, blend_square
from nn.optimizers.buffers import Array, Part
from nn.optimizers.options import Options

COMMON: Options = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0}


class Adam(Elementwise):
    """`m ← β₁m + (1 − β₁)g`, `v ← β₂v + (1 − β₂)g²`, `p ← p − lr·m̂ / (√v̂ + ε)`, `m̂ = m/(1 − β₁ᵗ)`, `v̂` likewise.

    Kingma & Ba, Adam: a method for stochastic optimization, 2015, arXiv 1412.6980. `amsgrad` divides by the largest
    `v` so far: Reddi, Kale & Kumar, On the convergence of Adam and beyond, 2018, arXiv 1904.09237.

    >>> from autograd import Tensor
    >>> w = Tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step(); w
    Tensor([ 0.9, -1.9], requires_grad=True)
    """

    options: ClassVar[Options] = {**COMMON, "amsgrad": False, "maximize": False, "decoupled_weight_decay": False}

    def remembers(self, o: Options) -> dict[str, float]:
        """Remember the means, and the largest mean of squares for AMSGrad."""
        return {"mean": 0.0, "square": 0.0} | ({"largest": 0.0} if o["amsgrad"] else {})

    def update(self, p: Array, g: Array, now: Part, o: Options) -> None:
        """Divide the mean by the root of the mean of squares; the corrections are multiplied into lr and ε."""
        (beta1, beta2), scratch, square = o["betas"], now.scratch[0], now["square"]
        blend(now["mean"], g, 1.0 - beta1, scratch)
        blend_square(square, g, beta2, scratch)
        if o["amsgrad"]:
            square = np.maximum(now["largest"], square, out=now["largest"])
        root_of_correction = math.sqrt(1.0 - beta2**now.step)
        np.sqrt(square, out=scratch)
        scratch += o["eps"] * root_of_correction
        np.divide(now["mean"], scratch, out=scratch)
        scratch *= o["lr"] * root_of_correction / (1.0 - beta1**now.step)
        p -= scratch


class AdamW(Adam):
    """Adam whose decay acts on the weights and not through the gradient: `p ← (1 − lr·weight_decay)·p` comes first.

    Loshchilov & Hutter, Decoupled weight decay regularization, 2019, arXiv 1711.05101.

    >>> AdamW.options["weight_decay"]
    0.01
    """

    options: ClassVar[Options] = {**Adam.options, "weight_decay": 1e-2, "decoupled_weight_decay": True}


class Adamax(Elementwise):
    """Adam with a largest absolute gradient, `u ← max(β₂u, |g| + ε)`, in place of the root: `p ← p − lr·m̂ / u`.

    Kingma & Ba, section 7.1 of the paper on Adam, arXiv 1412.6980.

    >>> Adamax.options["lr"]
    0.002
    """

    options: ClassVar[Options] = {**COMMON, "lr": 2e-3, "maximize": False}

    def remembers(self, o: Options) -> dict[str, float]:
        """Remember the mean and the largest absolute gradient, fading."""
        return {"mean": 0.0, "largest": 0.0}

    def update(self, p: Array, g: Array, now: Part, o: Options) -> None:
        """Divide the mean by the largest."""
        (beta1, beta2), scratch, largest = o["betas"], now.scratch[0], now["largest"]
        blend(now["mean"], g, 1.0 - beta1, scratch)
        np.abs(g, out=scratch)
        scratch += o["eps"]
        largest *= beta2
        np.maximum(largest, scratch, out=largest)
        np.divide(now["mean"], largest, out=scratch)
        scratch *= o["lr"] / (1.0 - beta1**now.step)
        p -= scratch


class NAdam(Elementwise):
    """Adam with Nesterov's momentum, which follows a schedule `μₜ = β₁(1 − ½·0.96^(t·momentum_decay))`.

    Dozat, Incorporating Nesterov momentum into Adam, 2016.

    >>> NAdam.options["momentum_decay"]
    0.004
    """

    options: ClassVar[Options] = {**COMMON, "lr": 2e-3, "momentum_decay": 4e-3, "decoupled_weight_decay": False,
                                  "maximize": False}
    counts: ClassVar[dict[str, float]] = {"momentum_product": 1.0}

    def remembers(self, o: Options) -> dict[str, float]:
        """Remember the means."""
        return {"mean": 0.0, "square": 0.0}

    def update(self, p: Array, g: Array, now: Part, o: Options) -> None:
        """Mix the gradient and the mean as the next step would, divide by the root of the mean of squares."""
        (beta1, beta2), (root, scratch), n = o["betas"], now.scratch, now.step
        momentum, following = (beta1 * (1.0 - 0.5 * 0.96 ** (k * o["momentum_decay"])) for k in (n, n + 1.0))
        now.counters["momentum_product"] *= momentum
        product = now.counters["momentum_product"]
        blend(now["mean"], g, 1.0 - beta1, scratch)
        blend_square(now["square"], g, beta2, scratch)
        np.multiply(now["square"], 1.0 / (1.0 - beta2**n), out=root)
        np.sqrt(root, out=root)
        root += o["eps"]
        g *= (1.0 - momentum) / (1.0 - product)
        add_scaled(g, now["mean"], following / (1.0 - product * following), scratch)
        g /= root
        add_scaled(p, g, -o["lr"], scratch)


class RAdam(Elementwise):
    """Adam whose step is rectified by the variance of `1/√v`; while that is unbounded it goes by the mean alone.

    Liu et al., On the variance of the adaptive learning rate and beyond, 2020, arXiv 1908.03265.

    >>> RAdam.options["betas"]
    (0.9, 0.999)
    """

    options: ClassVar[Options] = {**COMMON, "decoupled_weight_decay": False, "maximize": False}

    def remembers(self, o: Options) -> dict[str, float]:
        """Remember the means."""
        return {"mean": 0.0, "square": 0.0}

    def update(self, p: Array, g: Array, now: Part, o: Options) -> None:
        """ρ is the length of a simple moving average with the variance of the exponential one."""
        (beta1, beta2), scratch, n = o["betas"], now.scratch[0], now.step
        blend(now["mean"], g, 1.0 - beta1, scratch)
        blend_square(now["square"], g, beta2, scratch)
        correction = 1.0 - beta2**n
        limit = 2.0 / (1.0 - beta2) - 1.0
        rho = limit - 2.0 * n * beta2**n / correction
        rate = o["lr"] / (1.0 - beta1**n)
        if rho > 5.0:
            np.sqrt(now["square"], out=scratch)
            scratch += o["eps"]
            np.divide(now["mean"], scratch, out=scratch)
            rectified = (rho - 4.0) * (rho - 2.0) * limit / ((limit - 4.0) * (limit - 2.0) * rho)
            scratch *= rate * math.sqrt(correction * rectified)
        else:
            np.multiply(now["mean"], rate, out=scratch)
        p -= scratch
