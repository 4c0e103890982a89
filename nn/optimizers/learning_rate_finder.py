"""A learning-rate finder: train for a moment at rates that grow, and see where the loss falls fastest.

Smith, Cyclical learning rates for training neural networks, 2015, arXiv 1506.01186, section 3.3. Knows an optimizer and
a function that does a step with it: no model and no data.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nn.optimizers.base import Optimizer
from nn.optimizers.buffers import Array
from nn.optimizers.options import OptionError


class RangeTest(NamedTuple):
    """The rates tried, the loss at each, smoothed, and the rate to take: None if the loss never fell."""

    rates: Array
    losses: Array
    suggestion: float | None


def find_learning_rate(step: Callable[[], Any], optimizer: Optimizer, *, start: float = 1e-6, end: float = 10.0,
                       steps: int = 100, smoothing: float = 0.8) -> RangeTest:
    """Do `steps` training steps at rates from `start` to `end`, each a factor above the last; suggest one of them.

    `step()` does one training step with the optimizer and returns the loss before it. Stops when the loss is four
    times its least, or not finite. The suggestion is where the smoothed loss falls fastest per factor. Weights,
    gradients' absence, rates and the optimizer's state are as before afterwards; what else `step` changes, such as
    running statistics or the state of an `rng`, is not.

    >>> from autograd import Tensor
    >>> from nn.optimizers import SGD
    >>> w = Tensor([4.0, -2.0], requires_grad=True)
    >>> optimizer = SGD([w], lr=0.1)
    >>> def step():
    ...     optimizer.zero_grad()
    ...     loss = (w * w).sum()
    ...     loss.backward()
    ...     optimizer.step()
    ...     return loss.item()
    >>> found = find_learning_rate(step, optimizer)
    >>> 0.01 < found.suggestion < 1.0, w, optimizer.lr
    (True, Tensor([ 4., -2.], requires_grad=True), 0.1)
    """
    if not 0 < start < end < math.inf or steps < 3 or not 0 <= smoothing < 1:
        raise OptionError(f"find_learning_rate: start={start!r}, end={end!r}, steps={steps!r}, smoothing={smoothing!r} "
                          "must be 0 < start < end, at least 3 steps and 0 ≤ smoothing < 1")
    parameters = [p for group in optimizer.param_groups for p in group.parameters]
    weights, state = [p.detach().data for p in parameters], optimizer.state_dict()
    rates = np.geomspace(start, end, steps)
    losses: list[float] = []
    try:
        mean = 0.0
        for i, rate in enumerate(rates, 1):
            optimizer.lr = float(rate)
            loss = step()
            mean = smoothing * mean + (1 - smoothing) * float(loss.item() if callable(getattr(loss, "item", None))
                                                              else loss)
            losses.append(mean / (1 - smoothing**i))
            if not math.isfinite(losses[-1]) or losses[-1] > 4 * min(losses):
                break
    finally:
        for p, data in zip(parameters, weights):
            p.data = data
        optimizer.load_state_dict(state)
        optimizer.zero_grad()
    return RangeTest(rates[: len(losses)], np.array(losses), suggested(rates, np.array(losses)))


def suggested(rates: Array, losses: Array) -> float | None:
    """Return the rate at which the loss falls fastest per factor of the rate, of the finite ones."""
    finite = int(np.isfinite(losses).sum())
    losses = losses[:finite]
    if finite < 3 or losses[0] - losses.min() <= 1e-9 * abs(losses[0]):
        return None
    return float(rates[np.argmin(np.gradient(losses, np.log(rates[:finite])))])
