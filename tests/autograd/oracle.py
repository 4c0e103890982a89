"""An evaluator of second order that owes nothing to the engine: jets, pushed forward with formulas from textbooks.

A `Jet` is an array together with its first and second derivatives by all numbers that are varied, N of them: `v` of
shape s, `j` of shape (N, *s), `h` of shape (N, N, *s), None where the second derivatives are not known. Functions of
one variable are given as f, f', f''; all else is made of sums, products and picking elements.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

N = 10             # numbers that may be varied
FAR = 0.05         # from kinks and poles


class OutOfReach(Exception):
    """The point is at a kink or a pole, or numbers grow large: no place for a comparison."""


class Jet:
    """An array with its derivatives."""

    __array_ufunc__ = None  # so that an array on the left leaves it to the Jet

    def __init__(self, v: Any, j: Any = None, h: Any = 0.0) -> None:
        self.v = np.asarray(v, dtype=float)
        self.j = np.zeros((N, *self.v.shape)) if j is None else np.asarray(j)
        self.h = None if h is None else np.broadcast_to(h, (N, N, *self.v.shape))

    shape = property(lambda self: self.v.shape)

    def __add__(self, other: Any) -> "Jet":
        x, y = broadcast(self, other)
        return Jet(x.v + y.v, x.j + y.j, None if x.h is None or y.h is None else x.h + y.h)

    def __mul__(self, other: Any) -> "Jet":
        x, y = broadcast(self, other)
        h = None
        if x.h is not None and y.h is not None:
            cross = x.j[:, None] * y.j[None]
            h = x.h * y.v + x.v * y.h + cross + cross.swapaxes(0, 1)
        return Jet(x.v * y.v, x.j * y.v + x.v * y.j, h)

    __radd__, __rmul__ = __add__, __mul__
    __neg__ = lambda self: self * -1.0
    __sub__ = lambda self, other: self + other * -1.0
    __rsub__ = lambda self, other: self * -1.0 + other
    __truediv__ = lambda self, other: self * reciprocal(jet(other))
    __rtruediv__ = lambda self, other: reciprocal(self) * other
    __getitem__ = lambda self, index: linear(lambda x: x[index], self)

    def __pow__(self, n: Any) -> "Jet":
        if isinstance(n, Jet):
            return exp(n * log(self))
        if n != int(n) or n < 0:
            away(self.v)
        return compose(self, lambda x: x**n, lambda x: n * x ** (n - 1) if n else 0 * x,
                       lambda x: n * (n - 1) * x ** (n - 2) if n * (n - 1) else 0 * x)


def jet(x: Any) -> Jet:
    return x if isinstance(x, Jet) else Jet(x)


def broadcast(x: Any, y: Any) -> tuple[Jet, Jet]:
    """Return two jets in their common shape."""
    x, y = jet(x), jet(y)
    shape = np.broadcast_shapes(x.shape, y.shape)
    return tuple(linear(lambda a: np.broadcast_to(a, shape), a) if a.shape != shape else a  # type: ignore[return-value]
                 for a in (x, y))


def linear(f: Callable[[Any], Any], x: Jet) -> Jet:
    """Apply a linear function of arrays: to the derivatives as to the values."""
    h = None if x.h is None else np.array([[f(column) for column in row] for row in x.h])
    return Jet(f(x.v), np.array([f(row) for row in x.j]), h)


def compose(x: Jet, f: Callable[..., Any], df: Callable[..., Any], ddf: Callable[..., Any]) -> Jet:
    """Apply a function of one variable to each element: (f∘x)'' = f'(x) x'' + f''(x) x' x'."""
    slope = df(x.v)
    h = None if x.h is None else slope * x.h + ddf(x.v) * x.j[:, None] * x.j[None]
    return Jet(f(x.v), slope * x.j, h)


def away(x: Any, positive: bool = False) -> None:
    """Raise if a number is close to 0, or, where it must be positive, below that."""
    if np.any((x if positive else np.abs(x)) < FAR):
        raise OutOfReach


def pieces(f: Callable[..., Any], df: Callable[..., Any]) -> Callable[[Jet], Jet]:
    """Return a function made of straight pieces that meet at 0."""
    def applied(x: Jet) -> Jet:
        away(x.v)
        return compose(x, f, df, lambda x: 0 * x)
    return applied


def smooth(f: Callable[..., Any], df: Callable[..., Any], ddf: Callable[..., Any], positive: bool = False,
           ) -> Callable[[Jet], Jet]:
    """Return a function of one variable, perhaps of positive numbers only."""
    def applied(x: Jet) -> Jet:
        if positive:
            away(x.v, positive=True)
        return compose(x, f, df, ddf)
    return applied


def logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


exp = smooth(np.exp, np.exp, np.exp)
sin = smooth(np.sin, np.cos, lambda x: -np.sin(x))
cos = smooth(np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x))
tanh = smooth(np.tanh, lambda x: 1 / np.cosh(x) ** 2, lambda x: -2 * np.tanh(x) / np.cosh(x) ** 2)
arctan = smooth(np.arctan, lambda x: 1 / (1 + x**2), lambda x: -2 * x / (1 + x**2) ** 2)
sigmoid = smooth(logistic, lambda x: logistic(x) * (1 - logistic(x)),
                 lambda x: logistic(x) * (1 - logistic(x)) * (1 - 2 * logistic(x)))
softplus = smooth(lambda x: np.log(1 + np.exp(x)), logistic, lambda x: logistic(x) * (1 - logistic(x)))
log = smooth(np.log, lambda x: 1 / x, lambda x: -1 / x**2, positive=True)
sqrt = smooth(np.sqrt, lambda x: 0.5 * x**-0.5, lambda x: -0.25 * x**-1.5, positive=True)
square = smooth(lambda x: x * x, lambda x: 2 * x, lambda x: 2 + 0 * x)
relu = pieces(lambda x: x * (x > 0), lambda x: 1.0 * (x > 0))
abs = pieces(np.abs, np.sign)


def reciprocal(x: Jet) -> Jet:
    away(x.v)
    return compose(x, lambda x: 1 / x, lambda x: -1 / x**2, lambda x: 2 / x**3)


def where(mask: Any, x: Any, y: Any) -> Jet:
    return mask * jet(x) + (1 - mask) * jet(y)


def maximum(x: Any, y: Any) -> Jet:
    return (x + y + abs(x - y)) * 0.5


def minimum(x: Any, y: Any) -> Jet:
    return (x + y - abs(x - y)) * 0.5


def hypot(x: Any, y: Any) -> Jet:
    return sqrt(square(x) + square(y))


def sum(x: Jet, axis: Any = None) -> Jet:
    return linear(lambda a: np.sum(a, axis), x)


def mean(x: Jet, axis: Any = None) -> Jet:
    return linear(lambda a: np.mean(a, axis), x)


def cumsum(x: Jet, axis: int) -> Jet:
    return linear(lambda a: np.cumsum(a, axis), x)


def swapaxes(x: Jet, first: int, second: int) -> Jet:
    return linear(lambda a: np.swapaxes(a, first, second), x)


def ravel(x: Jet) -> Jet:
    return linear(np.ravel, x)


def constant(x: Any) -> Any:
    return x


def alike(shapes: Any) -> None:
    """Raise the error of numpy for shapes that must be the same."""
    if len({*shapes}) > 1:
        raise ValueError("shapes differ")


def stack(xs: list[Jet]) -> Jet:
    alike(x.shape for x in xs)
    units = np.eye(len(xs))
    return in_order([x[None] * unit.reshape(-1, *[1] * len(x.shape)) for x, unit in zip(xs, units)])


def concatenate(xs: list[Jet]) -> Jet:
    alike(x.shape[1:] for x in xs)
    counts = [len(x.v) for x in xs]
    places = np.split(np.eye(np.sum(counts)), np.cumsum(counts)[:-1])
    return in_order([linear(lambda a, p=p: np.tensordot(p.T, a, 1), x) for x, p in zip(xs, places)])


def in_order(xs: list[Jet]) -> Jet:
    """Add jets up."""
    total = xs[0]
    for x in xs[1:]:
        total = total + x
    return total


def sorted_last(x: Jet) -> Jet:
    """Sort along the last axis; close neighbours are out of reach."""
    order = np.argsort(x.v, -1)
    away(np.diff(np.take_along_axis(x.v, order, -1)))
    return linear(lambda a: np.take_along_axis(a, order, -1), x)


def largest(x: Jet) -> Jet:
    return sorted_last(x)[..., -1]


def prod(x: Jet) -> Jet:
    result = x[..., 0]
    for i in range(1, x.shape[-1]):
        result = result * x[..., i]
    return result


def logsumexp(x: Jet) -> Jet:
    return log(sum(exp(x), -1))


def softmax(x: Jet) -> Jet:
    return exp(x) / sum(exp(x), -1)[..., None]


def var(x: Jet) -> Jet:
    return mean(square(x - mean(x, -1)[..., None]), -1)


def matmul(a: Jet, b: Jet) -> Jet:
    """Multiply matrices and vectors as sums of products."""
    left = a if len(a.shape) > 1 else a[None]
    right = b if len(b.shape) > 1 else b[:, None]
    alike((left.shape[1], right.shape[0]))
    product = sum(left[:, :, None] * right[None], 1)
    return product[0 if len(a.shape) == 1 else slice(None), 0] if len(b.shape) == 1 else (
        product[0] if len(a.shape) == 1 else product)
