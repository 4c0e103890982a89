"""Where the generated tests sample: shapes, options and points of each row of the table. Samples, and checks nothing.

A `Case` is one row at one choice of shapes and options, or one composite. Its points keep away from kinks and poles,
so that central differences have a derivative to find; kinks are the matter of `test_conventions.py`.
"""

import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest

from autograd.errors import AutogradError
from autograd.op import REAL, TABLE, Op

Shape = tuple[int, ...]

# Shapes of elementwise operands: alone, then in pairs and triples that broadcast, with arrays of no element.
SINGLES = (((),), ((3,),), ((2, 3),), ((0,),))
PAIRS = (((), ()), ((1,), (3,)), ((3,), (2, 3)), ((2, 1, 3), (4, 1)), ((), (3,)), ((2, 2), ()), ((0,), (1,)),
         ((2, 0), (2, 1)))
TRIPLES = (((), (), ()), ((3,), (2, 3), ()), ((2, 1, 3), (4, 1), (3,)), ((1,), (), (2, 2)), ((0,), (1,), ()))
BROADCASTS: Mapping[int, tuple[tuple[Shape, ...], ...]] = {1: SINGLES, 2: PAIRS, 3: TRIPLES}
MOST_OPERANDS = 9  # that a variadic row without shapes is tried with
KINK_MARGIN = 0.1  # how far from its zeros the kink function of a row must be
ROUND = (0.0, 1.0, -1.0)  # where rules that tell cases apart, such as x == 0, are often wrong
SPECIAL = (0.0, -0.0, 0.5, 1.0, -1.0, 2.0, -3.0, np.inf, -np.inf, np.nan)


@dataclass(frozen=True, eq=False, repr=False)
class Case:
    """A row, or a composite, with shapes and options to test it at."""

    name: str
    call: Callable[..., Any]                  # nodes and arrays -> node
    shapes: tuple[Shape, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    row: Op | None = None
    domain: tuple[tuple[float, float], ...] = ()

    def __str__(self) -> str:
        given = ",".join(f"{key}={value}" for key, value in self.options.items())
        return f"{self.name}{list(self.shapes)}{given}".replace(" ", "").replace("\n", "")

    __repr__ = __str__

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))  # what hypothesis shows of a failing case

    @property
    def interval(self) -> tuple[tuple[float, float], ...]:
        """The open interval of each input."""
        given = self.row.domain if self.row else self.domain
        return (*given, *[given[-1] if len(given) == 1 else REAL] * len(self.shapes))[: len(self.shapes)]

    @property
    def differentiable(self) -> tuple[bool, ...]:
        """Whether each input has a derivative."""
        if self.row is None:
            return (True,) * len(self.shapes)
        return tuple(self.row.rule(self.row.rules, slot) is not None for slot in range(len(self.shapes)))

    @property
    def varying(self) -> tuple[bool, ...]:
        """Whether each input is drawn from its domain: not if it is a condition or holds indices."""
        return self.differentiable if any(self.differentiable) else (True,) * len(self.shapes)

    def array(self, *xs: Any) -> Any:
        """Return the value for plain arrays, without a graph."""
        if self.row is not None:
            return self.row.array(*xs, **self.options)
        result = self.call(*xs)
        return getattr(result, "_data", result)

    def points(self, seed: int, dtype: Any = np.float64) -> list[Any]:
        """Return an array for each input, inside the domain and away from kinks."""
        rng = np.random.default_rng([seed, *map(math.prod, self.shapes)])  # so that no two shapes get the same
        elementwise = self.row is not None and self.row.elementwise
        whole = math.prod(map(math.prod, self.shapes)) > 0  # beside an array of no element no kink is noticed
        draw = spread if not elementwise else scattered if whole else irregular
        constant = masks if elementwise else places
        xs = [(draw if smooth else constant)(rng, interval, shape)
              for interval, shape, smooth in zip(self.interval, self.shapes, self.varying, strict=True)]
        if elementwise and self.row.kink is not None:
            come_close_to_kinks(self, xs, rng)
            leave_kinks(self, xs, rng)
        return [x.astype(dtype) if x.dtype.kind == "f" else x for x in xs]


def scattered(rng: np.random.Generator, interval: tuple[float, float], shape: Shape) -> Any:
    """Draw independent numbers of ordinary size from an open interval, some of them round."""
    low, high = interval
    inside = [x for x in ROUND if low < x < high]
    x = irregular(rng, interval, shape)
    return np.where(rng.random(shape) < 0.25, rng.choice(inside, shape), x) if inside else x


def irregular(rng: np.random.Generator, interval: tuple[float, float], shape: Shape) -> Any:
    """Draw independent numbers of ordinary size from an open interval."""
    low, high = interval
    if math.isfinite(low) and math.isfinite(high):
        return np.asarray(0.5 * (low + high) + 0.4 * (high - low) * rng.uniform(-1, 1, shape))
    bell = np.asarray(rng.normal(size=shape))
    if math.isfinite(low):
        return low + np.exp(0.7 * bell)
    return high - np.exp(0.7 * bell) if math.isfinite(high) else 1.5 * bell


def spread(rng: np.random.Generator, interval: tuple[float, float], shape: Shape) -> Any:
    """Draw numbers no two of which are close, in size either, so that no step of a difference changes their order."""
    n = math.prod(shape)
    step = 4.0 / max(n, 1)
    grid = (np.arange(n) + 0.75 + rng.uniform(-0.2, 0.2, n)) * step - 2.0
    x = rng.choice([-1.0, 1.0]) * rng.permutation(grid).reshape(shape)
    low, high = interval
    if math.isfinite(low) and math.isfinite(high):
        return 0.5 * (low + high) + 0.2 * (high - low) * x
    return low + np.exp(0.7 * x) if math.isfinite(low) else x


def masks(rng: np.random.Generator, interval: tuple[float, float], shape: Shape) -> Any:
    """Draw the condition of an elementwise row."""
    return rng.random(shape) < 0.5


def places(rng: np.random.Generator, interval: tuple[float, float], shape: Shape) -> Any:
    """Draw the indices of a structural row, for axes of two elements or more."""
    return rng.integers(-2, 2, shape)


def kink_of(case: Case, xs: list[Any]) -> Any:
    """Return the kink function of the row at inputs, which vanishes at kinks."""
    kink: Any = case.row.kink  # type: ignore[union-attr]
    wanted = inspect.signature(kink).parameters
    return np.asarray(kink(*xs, **{name: value for name, value in case.options.items() if name in wanted}))


def near_kink(case: Case, xs: list[Any]) -> Any:
    """Return where the broadcast inputs lie too close to a kink of the row, or where there is no number."""
    with np.errstate(all="ignore"):
        return ~(np.abs(kink_of(case, xs)) >= KINK_MARGIN)


def come_close_to_kinks(case: Case, xs: list[Any], rng: np.random.Generator) -> None:
    """Move some elements of a single input to one or the other side of a kink, wherever it lies."""
    if len(xs) == 1 and xs[0].size:
        grid = np.linspace(-10.03, 9.97, 2001)
        sign = np.sign(kink_of(case, [grid]))
        zeros = grid[:-1][sign[:-1] * sign[1:] <= 0]
        if zeros.size:
            beside = rng.choice(zeros, xs[0].shape) + rng.choice([-1.0, 1.0], xs[0].shape) * rng.uniform(0.1, 0.9)
            low, high = case.interval[0]
            xs[0] = np.where((rng.random(xs[0].shape) < 0.4) & (low < beside) & (beside < high), beside, xs[0])


def leave_kinks(case: Case, xs: list[Any], rng: np.random.Generator) -> None:
    """Draw elements again until none is close to a kink."""
    for _ in range(300):
        bad = np.broadcast_to(near_kink(case, xs), np.broadcast_shapes(*case.shapes))
        if not bad.any():
            return
        for slot, (x, interval) in enumerate(zip(xs, case.interval, strict=True)):
            if x.dtype.kind == "f":
                again = fold(bad, x.shape) & (rng.random(x.shape) < 0.7)
                xs[slot] = np.where(again, scattered(rng, interval, x.shape), x)
    raise AssertionError(f"{case}: no point away from the kinks was found; does the row's `kink` vanish everywhere?")


def fold(mask: Any, shape: Shape) -> Any:
    """Return which elements of an array of `shape` reach, by broadcasting, a true element of the mask."""
    mask = np.any(mask, axis=tuple(range(mask.ndim - len(shape))))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1)
    return np.any(mask, axis=stretched, keepdims=True)


def operands_taken(op: Op, options: Mapping[str, Any]) -> int:
    """Return the smallest number of scalars that a variadic row takes with the options."""
    for n in range(1, MOST_OPERANDS + 1):
        try:
            op.array(*[np.float64(0.5)] * n, **options)
        except (ValueError, TypeError, IndexError):
            continue
        return n
    raise AssertionError(f"{op}: takes no number of scalars up to {MOST_OPERANDS}; give the row `shapes`")


def shapes_of(op: Op, options: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the tuples of input shapes that a row is tried with."""
    if op.elementwise and op.arity is not None:
        return BROADCASTS[op.arity]
    if op.shapes:
        return op.shapes
    n = operands_taken(op, options)
    alone = ((),) * n
    return (alone, ((3,),) * n, tuple([(2, 1), (3,), ()][i % 3] for i in range(n))) if op.elementwise else (alone,)


def fits(case: Case) -> bool:
    """Whether shapes and options go together."""
    try:
        case.array(*case.points(0))
    except (AutogradError, ValueError, TypeError, IndexError):
        return False
    return True


def candidates(op: Op) -> Iterator[Case]:
    """Yield each combination of shapes and options that a row names, fitting or not."""
    for options in op.choices:
        bound = {**op.options, **options}
        for shapes in shapes_of(op, bound):
            yield Case(op.name, partial(op, **bound), shapes, bound, op)


def cases_of(op: Op) -> list[Case]:
    """Return the combinations of shapes and options that fit each other."""
    return [case for case in candidates(op) if fits(case)]


ROWS = list(TABLE.values())
CASES = [case for op in ROWS if not op.bundles for case in cases_of(op)]  # several outputs: composite_cases.py
SCALAR_ROWS = [op for op in ROWS if op.scalar is not None]


def each(cases: list[Case]) -> Any:
    """Run a test once for the cases of a row, which it gets as `cases`."""
    names = list(dict.fromkeys(case.name for case in cases))
    return pytest.mark.parametrize("cases", [[c for c in cases if c.name == name] for name in names], ids=names)


def each_row(rows: list[Op]) -> Any:
    """Run a test once for each row, which it gets as `op`."""
    return pytest.mark.parametrize("op", rows, ids=lambda op: op.name)


def special_points(case: Case, limit: int = 400) -> list[tuple[float, ...]]:
    """Return tuples of zeros, ones, infinities and NaN, one number an input; a sample if there are too many."""
    n = len(case.shapes)
    if len(SPECIAL) ** n <= limit:
        return list(product(SPECIAL, repeat=n))
    rng = np.random.default_rng(0)
    return [tuple(float(x) for x in rng.choice(SPECIAL, n)) for _ in range(limit)]
