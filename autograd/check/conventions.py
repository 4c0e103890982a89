"""Which ops stand at a kink in a graph: there the derivative is a convention. Knows graphs, and no differences.

Conventions are subgradients op by op, and these do not always add up: f(x) = relu(x) − relu(−x) is x, with the slope 1,
and yet 0 − 0 = 0 is what the chain rule makes of relu'(0) = 0, in every framework.
"""

from inspect import signature
from typing import Any

import numpy as np

from autograd.node import Node, topological_order
from autograd.tree import flatten
from autograd.variables import data_of


def ops_at_kinks(output: Any) -> list[str]:
    """Return the names of the ops, in a tree of nodes, of which an input is right at a kink.

    >>> from autograd import Value
    >>> x = Value(0.0)
    >>> ops_at_kinks([x.relu() - (-x).relu(), abs(x - 1.0)])
    ['relu']
    """
    roots = [y for y in flatten(output)[0] if isinstance(y, Node)]
    return sorted({node.op.name for node in topological_order(*roots) if node.op is not None and at_kink(node)})


def at_kink(node: Node) -> bool:
    """Whether an element of the inputs of a node is right at a kink of its op."""
    kink: Any = node.op.kink if node.op is not None else None
    if kink is None:
        return False
    wanted = signature(kink).parameters if callable(kink) and not isinstance(kink, np.ufunc) else {}
    options = {name: value for name, value in node.options.items() if name in wanted}
    with np.errstate(all="ignore"):
        return bool(np.any(np.asarray(kink(*[np.asarray(data_of(x)) for x in node.inputs], **options)) == 0.0))


def in_words(names: list[str]) -> str:
    """Say what conventions may have done to a gradient that is wrong where f is smooth."""
    ops, verb = ", ".join(names), "stands" if len(names) == 1 else "stand"
    return (f"inside f {ops} {verb} at a kink, where the derivative is a convention, and conventions need not add up "
            f"to the slope of f: their sum is wrong here, not a rule; see autograd.conventions({names[0]!r})")
