"""Looks on while nodes are created and while a sweep passes, and stops at what is not finite. Writes no message."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.anomaly.case import backward_case, finite, forward_case, undefined
from autograd.anomaly.report import anomaly, hook_anomaly, seed_anomaly
from autograd.node import Node, state
from autograd.op import IN_SWEEP
from autograd.ops.outputs import Parts


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Raise an AnomalyError at the first result, loss or gradient within the block that is infinite or NaN.

    The message has the op, its operands, the line that created it, the local derivative and what usually helps; for
    arrays it is told for the first element concerned. Within the block nodes remember their lines, and numpy's own
    warnings of overflow and division are silent. An infinity that you put in yourself, as in a mask of -inf, is left
    alone until it reaches a loss or a gradient, or becomes NaN; a NaN that you put in is named as such. Of Tensors,
    those that carry a gradient are watched.

    >>> from autograd import Tensor
    >>> x = Tensor([1.0, 0.0], requires_grad=True, label="x")
    >>> with detect_anomaly():
    ...     y = 3.0 / x
    Traceback (most recent call last):
        ...
    autograd.errors.AnomalyError: forward: div gives inf at [1], 1 of 2 elements ...
    """
    with state(watch=Watcher(), sources=True), np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        yield


class Watcher:
    """What `node.py` calls a Watch."""

    __slots__ = ()

    def created(self, node: Node) -> None:
        """Raise if the result is NaN, or infinite though its operands are finite. Rules in a sweep are let alone."""
        if node.op is None or finite(node) or IN_SWEEP.get():
            return
        if undefined(node) or all(map(finite, node.inputs)):
            raise anomaly(forward_case(node, "forward"))

    def passing(self, nodes: Iterator[Node], cotangents: dict[Node, Any]) -> Iterator[Node]:
        """Hand on the nodes of a sweep; raise if a root, or what a node has just sent to an input, is not finite."""
        for root, g in cotangents.items():
            if not finite(root):
                raise anomaly(forward_case(root, "loss"))
            if not finite(g):
                raise seed_anomaly(root, g)
        senders: dict[Node, Node] = {}           # which node first sent something
        kept: list[tuple[Node, Any, Any]] = []   # the inputs of nodes that the sweep may free, for the report
        for node in nodes:
            g = plain(cotangents.get(node))
            kept.append((node, node._x, node._y))
            yield node
            if node.op is None:
                if not finite(cotangents.get(node)):
                    raise hook_anomaly(node)
                continue
            for _, x in node.differentiable_inputs():
                if not finite(cotangents.get(x)):
                    for other, first, second in kept:
                        other._x, other._y = first, second
                    raise anomaly(backward_case(node, x, 0.0 if g is None else g, senders), x)
                senders.setdefault(x, node)


def plain(g: Any) -> Any:
    """Return a cotangent as data, also where it is a node."""
    if isinstance(g, Parts):
        return Parts({i: plain(x) for i, x in g.by_output.items()})
    return g._data if isinstance(g, Node) else g
