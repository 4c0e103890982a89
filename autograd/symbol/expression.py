"""Symbols: the operands that rules run on to become formulas. A symbol remembers the op and the operands it came from.

It carries a sample array along, because rules ask for shapes, and simplifies as it goes: sums with 0, products with 1,
powers of 1, arithmetic of plain numbers. A comparison with a plain number that guards arithmetic, as the `x + (x == 0)`
that keeps a divisor from being 0, is taken as it is almost everywhere: formulas are those of a generic point.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd.op import Op
from autograd.operators import Operators

Number = (bool, int, float, np.number, np.bool_)
ALMOST_EVERYWHERE = {"eq": False, "ne": True}
ALWAYS = {"le": np.inf, "ge": -np.inf}
DECISIVE = {"and": False, "or": True}
CONNECTIVES = ("and", "or", "xor")
RELATIONS: dict[str, Callable[[Any, Any], Any]] = {
    name: getattr(operator, f"__{name}__") for name in ("eq", "ne", "lt", "le", "gt", "ge", *CONNECTIVES)}


class Symbol(Operators):
    """An expression: a name, or a `head` (an op, a relation) applied to `parts`."""

    __slots__ = ("head", "options", "parts", "row", "sample")
    precedence = 9
    __array_ufunc__ = None

    def __init__(self, head: str, parts: tuple[Any, ...], sample: Any, row: Op | None = None,
                 options: Mapping[str, Any] = {}) -> None:
        self.head, self.parts, self.sample, self.row, self.options = head, parts, sample, row, options

    shape = property(lambda self: np.shape(self.sample))
    ndim = property(lambda self: np.ndim(self.sample))
    size = property(lambda self: np.size(self.sample))
    dtype = property(lambda self: np.asarray(self.sample).dtype)

    @classmethod
    def record_op(cls, op: Op, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
        """Return the symbol of a call of an op, simplified."""
        if op.elementwise:
            inputs = tuple(map(generic, inputs))
        simpler = SIMPLER[op.name](*inputs) if op.name in SIMPLER else None
        if simpler is not None:
            return simpler
        if op.scalar is not None and all(isinstance(x, Number) for x in inputs):
            return op.on_floats(*map(float, inputs), **options)
        with np.errstate(all="ignore"):
            sample = op.array(*[x.sample if isinstance(x, Symbol) else np.asarray(x) for x in inputs], **options)
        changed = {name: value for name, value in options.items() if op.options.get(name, cls) is not value}
        return cls(op.name, inputs, sample, op, changed)

    def __invert__(self) -> "Symbol":
        return Symbol("invert", (self,), np.logical_not(self.sample))

    def __repr__(self) -> str:
        return f"Symbol({self.head}, {self.parts})"

    __hash__ = object.__hash__


def symbol(name: str, sample: Any = 0.5) -> Symbol:
    """Return a symbol of a name, which stands for something of the shape of a sample."""
    return Symbol("name", (name,), sample)


def relation(name: str, compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return the method of a comparison, or of a connective of masks."""
    def method(self: Symbol, other: Any) -> Any:
        if name in DECISIVE and isinstance(other, bool):
            return other if other is DECISIVE[name] else self
        if isinstance(other, Number) and ALWAYS.get(name) == other:
            return True
        right = other.sample if isinstance(other, Symbol) else other
        if name in CONNECTIVES:
            right = np.asarray(right, dtype=bool)
            return Symbol(name, (self, other), compare(np.asarray(self.sample, dtype=bool), right))
        return Symbol(name, (self, other), compare(self.sample, right))
    return method


for name, function in RELATIONS.items():
    setattr(Symbol, f"__{name}__", relation(name, function))
    if name in CONNECTIVES:
        setattr(Symbol, f"__r{name}__", relation(name, function))


def generic(x: Any) -> Any:
    """Return a mask that is the same almost everywhere as that number, any other operand as it is."""
    if not isinstance(x, Symbol):
        return float(x) if isinstance(x, Number) else x
    if x.head in DECISIVE:
        parts = [part for part in x.parts if almost_everywhere(part) is None]
        x = parts[0] if len(parts) == 1 and almost_everywhere(x) is None else x
    truth = almost_everywhere(x)
    return x if truth is None else float(truth)


def almost_everywhere(x: Any) -> bool | None:
    """Return what a mask is for all but single points and NaN, None if that depends on where."""
    if not isinstance(x, Symbol):
        return bool(x)
    if x.head in ALMOST_EVERYWHERE:
        left, right = x.parts
        if left is right:
            return not ALMOST_EVERYWHERE[x.head]
        return ALMOST_EVERYWHERE[x.head] if isinstance(right, Number) else None
    if x.head not in DECISIVE:
        return None
    truths, decisive = [almost_everywhere(part) for part in x.parts], DECISIVE[x.head]
    return decisive if decisive in truths else not decisive if None not in truths else None


def is_number(x: Any, number: float) -> bool:
    """Whether an operand is this plain number."""
    return isinstance(x, float) and x == number


def product(x: Any, y: Any) -> Any:
    """Return a product with 1 or 0 in its short form."""
    for a, b in ((x, y), (y, x)):
        if is_number(a, 1.0):
            return b
        if is_number(a, 0.0):
            return 0.0
    return None


def difference(x: Any, y: Any) -> Any:
    """Return a difference from which nothing is taken, or the negative of what is taken from nothing."""
    return x if is_number(y, 0.0) else -y if is_number(x, 0.0) and isinstance(y, Symbol) else None


def power(x: Any, y: Any) -> Any:
    """Return a power with exponent 1 or 0 in its short form."""
    return x if is_number(y, 1.0) else 1.0 if is_number(y, 0.0) else None


def choice(condition: Any, x: Any, y: Any) -> Any:
    """Return the operand of `where` that is chosen almost everywhere."""
    return None if isinstance(condition, Symbol) else x if condition else y


SIMPLER: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: y if is_number(x, 0.0) else x if is_number(y, 0.0) else None,
    "sub": difference, "mul": product, "pow": power, "where": choice,
    "div": lambda x, y: x if is_number(y, 1.0) else None,
}
