"""What random programs are made of: one function a step, for ours, for the oracle and for torch alike. Checks nothing.

A step is written once, over a namespace of functions `m`; each of the three has these functions under the same names.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd import ops

MASK = np.array([True, False, True])
WEIGHTS = np.array([0.5, -1.5, 2.0])


@dataclass(frozen=True)
class Step:
    """One way to make a node of nodes: a function of a namespace (ours, the oracle's, torch's) and of nodes."""

    name: str
    f: Callable[..., Any]
    least: tuple[int, ...] = (0,)   # of each operand, how many axes it must have
    most: int = 2                   # axes that any operand may have

    def __repr__(self) -> str:
        return self.name

    def fits(self, shapes: list[tuple[int, ...]]) -> bool:
        """Whether operands of these shapes have the axes that the step needs."""
        return all(low <= len(shape) <= self.most for low, shape in zip(self.least, shapes))


def steps(least: tuple[int, ...], most: int = 2, **functions: Callable[..., Any]) -> Iterator[Step]:
    """Yield steps of operands of so many axes."""
    return (Step(name, f, least, most) for name, f in functions.items())


def element(name: str) -> Callable[..., Any]:
    return lambda m, *xs: getattr(m, name)(*xs)


STEPS = (
    *steps((0,), **{name: element(name) for name in (
        "exp", "sin", "cos", "tanh", "arctan", "sigmoid", "softplus", "log", "sqrt", "square", "relu", "abs")}),
    *steps((0,), negated=lambda m, x: -x, cubed=lambda m, x: x**3, inverse=lambda m, x: x**-1.0,
           zeroth=lambda m, x: x**0, from_two=lambda m, x: 2.0 - x, part_of_two=lambda m, x: 2.0 / x,
           twice=lambda m, x: x + x, over_itself=lambda m, x: x / x, halved=lambda m, x: 0.5 * x - 1.0),
    *steps((0, 0), added=lambda m, x, y: x + y, subtracted=lambda m, x, y: x - y, multiplied=lambda m, x, y: x * y,
           divided=lambda m, x, y: x / y, shared=lambda m, x, y: (x * y) * (x + y) - x, powered=lambda m, x, y: x**y,
           greater=lambda m, x, y: m.maximum(x, y), smaller=lambda m, x, y: m.minimum(x, y),
           hypot=lambda m, x, y: m.hypot(x, y)),
    *steps((1,), total=lambda m, x: m.sum(x), rows=lambda m, x: m.sum(x, 0), averaged=lambda m, x: m.mean(x, -1),
           first=lambda m, x: x[0], last=lambda m, x: x[..., -1], piece=lambda m, x: x[1:],
           wrapped=lambda m, x: x[None][0], repeated=lambda m, x: x[[0, 0, -1, 0]],
           spread=lambda m, x: x[..., None] * x[..., None], flat=lambda m, x: m.ravel(x),
           running=lambda m, x: m.cumsum(x, 0), best=lambda m, x: m.largest(x), ordered=lambda m, x: m.sorted_last(x),
           product=lambda m, x: m.prod(x), logsumexp=lambda m, x: m.logsumexp(x), softmax=lambda m, x: m.softmax(x),
           variance=lambda m, x: m.var(x),
           weighed=lambda m, x: m.constant(WEIGHTS) * x if x.shape[-1] == 3 else x * 2.0),
    *steps((2,), turned=lambda m, x: m.swapaxes(x, 0, 1), corner=lambda m, x: x[0, 1:],
           crossed=lambda m, x: x[[0, 0], [1, 0]]),
    *steps((1, 1), stacked=lambda m, x, y: m.stack([x, y, x]), joined=lambda m, x, y: m.concatenate([x, y]),
           chosen=lambda m, x, y: m.where(MASK if (x.shape or (3,))[-1] == 3 else True, x, y),
           matrix=lambda m, x, y: m.matmul(x, y)),
)

# The names of STEPS, as ours and as torch's.
OURS = SimpleNamespace(**vars(ops))
OURS.constant = np.asarray
OURS.largest = lambda x: ops.max(x, axis=-1)
OURS.sorted_last = ops.sort
OURS.prod = lambda x: ops.prod(x, axis=-1)
OURS.logsumexp = lambda x: ops.logsumexp(x, axis=-1)
OURS.softmax = lambda x: ops.softmax(x, axis=-1)
OURS.var = lambda x: ops.var(x, axis=-1)
OURS.sum = lambda x, axis=None: ops.sum(x, axis=axis)
OURS.mean = lambda x, axis=None: ops.mean(x, axis=axis)
OURS.cumsum = lambda x, axis: ops.cumsum(x, axis=axis)


def torch_names(torch: Any) -> SimpleNamespace:
    """Return torch's functions under the names of STEPS."""
    names = SimpleNamespace(**{name: getattr(torch, name) for name in (
        "exp", "sin", "cos", "tanh", "arctan", "sigmoid", "log", "sqrt", "square", "relu", "abs", "maximum", "minimum",
        "hypot", "ravel", "swapaxes", "stack", "concatenate", "matmul", "cumsum")})
    names.constant = torch.as_tensor
    names.softplus = torch.nn.functional.softplus
    names.sum = lambda x, axis=None: torch.sum(x) if axis is None else torch.sum(x, axis)
    names.mean = torch.mean
    names.largest = lambda x: torch.amax(x, -1)
    names.sorted_last = lambda x: torch.sort(x, -1).values
    names.prod = lambda x: torch.prod(x, -1)
    names.logsumexp = lambda x: torch.logsumexp(x, -1)
    names.softmax = lambda x: torch.softmax(x, -1)
    names.var = lambda x: torch.var(x, -1, correction=0)
    names.where = lambda mask, x, y: torch.where(torch.as_tensor(mask), x, y)
    return names
