"""A case of something that became infinite or NaN: which op, which operands, at which place. Knows nodes, no remedies.

A case is told for one number. For arrays that is the first element that is not finite; the operands of an elementwise
op are looked up there, those of any other op are summed up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from autograd.backward import scale
from autograd.node import Node
from autograd.op import in_sweep
from autograd.ops.outputs import Parts
from autograd.tracing.sweep import contributions, local_derivative

Place = tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """What happened at a node: forward as it was computed, or backward as it passed a gradient on along one edge."""

    phase: str                                   # "forward", "loss", "seed" or "backward"
    node: Node                                   # where it began
    chain: tuple[Node, ...]                      # what came between: from the node to the loss, nearest first
    data: Any                                    # what is not finite: a result, or a contribution
    place: Place | None = None                   # of the first such element, None where the operands have no such place
    operands: tuple[Any, ...] = ()               # a number each, or an array
    slot: int = 0                                # backward: along which edge
    upstream: Any = None                         # backward: a number, or an array
    local: Any = None                            # backward: a number; None for a structural op

    @property
    def op(self) -> str:
        """The name of the op, "" of a leaf."""
        return self.node.op.name if self.node.op else ""

    @property
    def number(self) -> float:
        """The first number that is not finite."""
        return float(np.asarray(self.data)[self.place or ()])

    @property
    def consumers(self) -> set[str]:
        """The names of the ops between the node and the loss."""
        return {node.op.name for node in self.chain if node.op}


def parts(x: Any) -> Iterator[Any]:
    """Yield the numbers and arrays of a node, of data, or of a cotangent."""
    if isinstance(x, Node):
        x = x._data
    if isinstance(x, Parts):
        x = tuple(x.by_output.values())
    if isinstance(x, tuple):
        for part in x:
            yield from parts(part)
    elif x is not None:
        yield x


def finite(x: Any) -> bool:
    """Whether all elements of a node, of data, or of a cotangent are finite; what holds no numbers is."""
    if type(x) is float:
        return isfinite(x)
    return all(np.isfinite(part).all() for part in parts(x) if np.asarray(part).dtype.kind == "f")


def undefined(x: Any) -> bool:
    """Whether any element is NaN."""
    return any(np.isnan(part).any() for part in parts(x) if np.asarray(part).dtype.kind == "f")


def first_bad(x: Any) -> Place:
    """Return the place of the first element that is NaN, or else infinite."""
    array = np.asarray(x)
    bad = np.isnan(array) if np.isnan(array).any() else ~np.isfinite(array)
    return tuple(map(int, np.unravel_index(int(np.argmax(bad)), array.shape)))


def number_at(x: Any, place: Place | None, shape: tuple[int, ...]) -> Any:
    """Return the element of an operand that an element of an elementwise result was computed from."""
    x = x._data if isinstance(x, Node) else x
    if isinstance(x, tuple) or (np.ndim(x) and (place is None or not fits(np.shape(x), shape))):
        return x
    return np.broadcast_to(x, shape)[place].item() if np.ndim(x) else np.asarray(x).item()


def fits(shape: tuple[int, ...], wide: tuple[int, ...]) -> bool:
    """Whether an array broadcasts to a shape."""
    return len(shape) <= len(wide) and all(n in (1, m) for n, m in zip(shape[::-1], wide[::-1]))


def origin(node: Node) -> tuple[Node, tuple[Node, ...]]:
    """Return where what is not finite comes from, following NaN before infinities, and what it went through."""
    chain: list[Node] = []
    while True:
        bad = [x for x in node.inputs if isinstance(x, Node) and not finite(x)]
        if not bad or (undefined(node) and not any(map(undefined, bad)) and node.op is not None):
            return node, tuple(chain[::-1])
        chain.append(node)
        node = next(filter(undefined, bad), bad[0])


def forward_case(node: Node, phase: str) -> Case:
    """Return the case of a result that is not finite, where it began."""
    start, chain = origin(node)
    data = start._data if not isinstance(start._data, tuple) else next(x for x in parts(start) if not finite(x))
    place = first_bad(data)
    seen = place if start.op is not None and start.op.elementwise else None
    return Case(phase, start, chain, data, place, operands_at(start, seen, np.shape(data)))


def backward_case(node: Node, x: Node, g: Any, senders: Mapping[Node, Node]) -> Case:
    """Return the case of a node whose cotangent is finite and that sends its input `x` one that is not."""
    chain, consumer = [], senders.get(node)
    while consumer is not None:
        chain.append(consumer)
        consumer = senders.get(consumer)
    with in_sweep():
        slot, share = next(((slot, share) for slot, y, share in contributions(node, g) if y is x and not finite(share)),
                           (-1, None))
        if slot < 0:                             # each contribution is finite: their sum is not, or a hook's answer
            return Case("backward", node, tuple(chain), None, slot=slot, upstream=g)
        local = local_derivative(node, slot)
        full = share if local is None else scale(g, local)
    data = next(part for part in parts(full) if not finite(part))
    shape, place = np.shape(data), first_bad(data)
    if local is None:
        return Case("backward", node, tuple(chain), data, place, operands_at(node, None, ()), slot, g)
    return Case("backward", node, tuple(chain), data, place, operands_at(node, place, shape), slot,
                number_at(g, place, shape), number_at(local, place, shape))


def operands_at(node: Node, place: Place | None, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """Return the operands of a node at a place."""
    return tuple([number_at(x, place, shape) for x in node.inputs])
