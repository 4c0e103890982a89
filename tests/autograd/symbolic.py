"""Symbols: the fourth kind of operand that rules run on. A symbol prints the expression that was computed with it.

It carries a sample array along, so that rules may ask for shapes, and so that the printed source can be checked:
evaluated with numpy it must give the sample.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd.op import ARRAYS, Op
from autograd.operators import Operators

RELATIONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and": "&", "or": "|", "xor": "^"}


class Symbol(Operators):
    """An expression in source form, with an array that it stands for and the objects that its source names."""

    precedence = 9
    __array_ufunc__ = None

    def __init__(self, text: str, sample: Any, names: Mapping[str, Any]) -> None:
        self.text, self.sample, self.names = text, sample, dict(names)

    shape = property(lambda self: np.shape(self.sample))
    ndim = property(lambda self: np.ndim(self.sample))
    size = property(lambda self: np.size(self.sample))
    dtype = property(lambda self: np.asarray(self.sample).dtype)

    @classmethod
    def record_op(cls, op: Op, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> "Symbol":
        """Print a call of the op; an option is named, since not every object has a source form."""
        names = {f"o{id(value)}": value for value in options.values()}
        given = [f"{name}=o{id(value)}" for name, value in options.items()]
        return combine(f"{op.name}({', '.join([*['{}'] * len(inputs), *given])})", inputs,
                       lambda *xs: op.array(*xs, **options), names)

    def evaluate(self) -> Any:
        """Run the printed source on arrays."""
        return eval(self.text, {**ARRAYS, **self.names})

    def __invert__(self) -> "Symbol":
        return combine("(~{})", (self,), operator.invert)

    __hash__ = object.__hash__


def combine(text: str, parts: tuple[Any, ...], function: Callable[..., Any], names: Mapping[str, Any] = {}) -> Symbol:
    """Return the symbol for a function of symbols and constants; constants are named after their place in memory."""
    known = dict(names)
    for part in parts:
        known.update(part.names if isinstance(part, Symbol) else {f"c{id(part)}": part})
    texts = [part.text if isinstance(part, Symbol) else f"c{id(part)}" for part in parts]
    with np.errstate(all="ignore"):
        sample = function(*[part.sample if isinstance(part, Symbol) else np.asarray(part) for part in parts])
    return Symbol(text.format(*texts), sample, known)


def relation(symbol: str, function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Symbol]:
    """Return the method of a comparison, or of a connective of masks."""
    return lambda self, other: combine(f"({{}} {symbol} {{}})", (self, other), function)


for name, sign in RELATIONS.items():
    setattr(Symbol, f"__{name}__", relation(sign, getattr(operator, f"__{name}__")))
