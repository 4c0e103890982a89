"""L-BFGS: steps along directions that the last changes of the gradient tell. For full batches and smooth losses."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from autograd.errors import OperandError
from nn.optimizers.base import Closure, Optimizer
from nn.optimizers.buffers import Array, Buffer
from nn.optimizers.line_search import Point, strong_wolfe
from nn.optimizers.options import OptionError, Options

CURVATURE = 1e-10  # pairs with less are not remembered
START = {"step": 0.0, "evaluations": 0.0, "t": 0.0, "scale": 1.0, "pairs": 0.0}


class LBFGS(Optimizer):
    """Go by `d = −H·g`, where H comes from the last `history_size` changes of weights and gradients.

    Nocedal, Updating quasi-Newton matrices with limited storage, 1980; Liu & Nocedal, On the limited memory BFGS method
    for large scale optimization, 1989. A step is up to `max_iter` iterations and needs a closure that computes the
    loss and the gradients. `line_search_fn` is None, for steps of length `lr`, or "strong_wolfe".

    >>> from autograd import Tensor
    >>> w = Tensor([3.0, -4.0], requires_grad=True)
    >>> optimizer = LBFGS([w], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (w * w).sum()
    ...     loss.backward()
    ...     return loss
    >>> first = optimizer.step(closure)
    >>> first.item(), closure().item() < 1e-9
    (25.0, True)
    """

    options: ClassVar[Options] = {"lr": 1.0, "max_iter": 20, "max_eval": None, "tolerance_grad": 1e-7,
                                  "tolerance_change": 1e-9, "history_size": 100, "line_search_fn": None}

    def check(self, o: Options) -> None:
        """There is one line search."""
        if o["line_search_fn"] not in (None, "strong_wolfe"):
            raise OptionError(f"{self.name}: line_search_fn={o['line_search_fn']!r} must be None or 'strong_wolfe'")

    def buffer(self) -> Buffer:
        """Return the only buffer, up to date; raise if there are more."""
        for group in self.param_groups:
            group.take_in()
        buffers = [buffer for group in self.param_groups for buffer in group.buffers]
        if len(buffers) != 1:
            kinds = ", ".join(str(buffer.flat.dtype) for buffer in buffers)
            raise OperandError(f"{self.name} has one direction for all parameters, so it takes one group of one dtype; "
                               f"got {len(buffers)}: {kinds}")
        return buffers[0]

    def step(self, closure: Closure | None = None) -> Any:
        """Do up to `max_iter` iterations; return what the closure returned first."""
        if closure is None:
            raise OperandError(f"{self.name}.step needs a closure, which it calls several times: step(closure), where "
                               "closure() calls zero_grad, computes the loss, runs backward and returns the loss")
        first = closure()
        search = Search(self.buffer(), self.param_groups[0].options, closure)
        search.run(search.point(as_number(first), 0.0))
        return first


class Search:
    """The iterations of one step: a buffer of parameters, options, and a closure to evaluate."""

    def __init__(self, buffer: Buffer, o: Options, closure: Closure) -> None:
        self.buffer, self.o, self.closure = buffer, o, closure
        self.evaluations = 1
        self.limit = o["max_eval"] if o["max_eval"] is not None else o["max_iter"] * 5 // 4
        buffer.remember({"direction": 0.0, "gradient": 0.0}, START)

    def get(self, name: str) -> float:
        """Return a number that stays from step to step."""
        return self.buffer.counters[name][0]

    def set(self, name: str, x: float) -> None:
        """Keep a number from step to step."""
        self.buffer.counters[name] = [x] * len(self.buffer.parameters)

    def point(self, loss: float, t: float) -> Point:
        """Return where the search stands, after a call of the closure."""
        buffer = self.buffer
        missing = set(range(len(buffer.parameters))).difference(buffer.gather())
        views = buffer.split(buffer.gradient)
        for i in missing:  # as torch has it: no gradient is a gradient of zero
            views[i][...] = 0.0
        g = buffer.gradient.copy()
        return Point(t, loss, g, float(g @ buffer.arrays["direction"]))

    def move(self, origin: Array, t: float) -> None:
        """Set the parameters to a point on the line."""
        np.multiply(self.buffer.arrays["direction"], t, out=self.buffer.flat)
        self.buffer.flat += origin
        self.buffer.give_out(range(len(self.buffer.parameters)))

    def evaluate(self, origin: Array, t: float) -> Point:
        """Return the loss and the gradient at a point on the line."""
        self.move(origin, t)
        loss = as_number(self.closure())
        self.buffer.take_in()
        return self.point(loss, t)

    def run(self, now: Point) -> None:
        """Iterate until the gradient, the step or the loss hardly changes any more, or for as long as is allowed."""
        o = self.o
        self.set("evaluations", self.get("evaluations") + 1)
        if largest(now.gradient) <= o["tolerance_grad"]:
            return
        for iteration in range(1, o["max_iter"] + 1):
            self.set("step", self.get("step") + 1)
            self.turn(now.gradient)
            before, direction = now.loss, self.buffer.arrays["direction"]
            slope = float(now.gradient @ direction)
            t = o["lr"] * (min(1.0, 1.0 / float(np.abs(now.gradient).sum())) if self.get("step") == 1 else 1.0)
            self.set("t", t)
            if slope > -o["tolerance_change"]:
                return
            now = self.advance(now._replace(slope=slope, t=0.0), t, last=iteration == o["max_iter"])
            change = largest(direction) * self.get("t")
            if (self.evaluations >= self.limit or largest(now.gradient) <= o["tolerance_grad"]
                    or change <= o["tolerance_change"] or abs(now.loss - before) < o["tolerance_change"]):
                return

    def advance(self, start: Point, t: float, *, last: bool) -> Point:
        """Go along the direction, as far as the line search says or by `t`; return where that leads."""
        o, origin, count = self.o, self.buffer.flat.copy(), 1
        if o["line_search_fn"] is None:
            if last:  # nobody needs the gradient there
                self.move(origin, t)
                return start
            now = self.evaluate(origin, t)
        else:
            now, count = strong_wolfe(lambda t: self.evaluate(origin, t), start, t, limit=self.limit - self.evaluations,
                                      width=largest(self.buffer.arrays["direction"]), tolerance=o["tolerance_change"])
            self.move(origin, now.t)
        self.set("t", now.t)
        self.evaluations += count
        self.set("evaluations", self.get("evaluations") + count)
        return now

    def turn(self, g: Array) -> None:
        """Set the direction: the two loops over the pairs that are remembered, newest first and oldest first."""
        arrays, d = self.buffer.arrays, self.buffer.arrays["direction"]
        if self.get("step") > 1:
            self.learn(g - arrays["gradient"], d * self.get("t"))
        arrays["gradient"][:] = g
        np.negative(g, out=d)
        pairs = [(arrays[f"moved {i}"], arrays[f"bent {i}"]) for i in range(int(self.get("pairs")))]
        weights = [1.0 / float(y @ s) for s, y in pairs]
        shares: list[float] = []
        for (s, y), weight in zip(reversed(pairs), reversed(weights)):
            shares.append(float(s @ d) * weight)
            d -= shares[-1] * y
        d *= self.get("scale")
        for (s, y), weight in zip(pairs, weights):
            d += (shares.pop() - float(y @ d) * weight) * s

    def learn(self, y: Array, s: Array) -> None:
        """Remember how the gradient changed, `y`, as the weights moved by `s`; forget the oldest pair of too many."""
        arrays, count = self.buffer.arrays, int(self.get("pairs"))
        if not float(y @ s) > CURVATURE:
            return
        if count == self.o["history_size"]:
            for i in range(1, count):
                arrays[f"moved {i - 1}"], arrays[f"bent {i - 1}"] = arrays[f"moved {i}"], arrays[f"bent {i}"]
            count -= 1
        arrays[f"moved {count}"], arrays[f"bent {count}"] = s, y
        self.set("pairs", count + 1.0)
        self.set("scale", float(y @ s) / float(y @ y))


def largest(x: Sequence[float] | Array) -> float:
    """Return the largest absolute value."""
    return float(np.abs(x).max(initial=0.0))


def as_number(loss: Any) -> float:
    """Return a loss, which may be a Value, a Tensor or a number, as a float."""
    return float(loss.item() if callable(getattr(loss, "item", None)) else loss)
