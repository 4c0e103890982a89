"""Testing code that uses glassgrad: asserted gradients, random leaves, functions and graphs, cases for one's own ops.

Strategies are hypothesis'; the package is in the extra `test`. Knows no test runner: what is to be parametrised over is
a tuple of cases with readable names.

Why programs are built step by step at a point, with a safe step in the place of one that does not fit there: nothing
is rejected, so hypothesis finds and shrinks quickly, and at that point every derivative is finite and off the kinks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any, NamedTuple

import numpy as np

from autograd import ops
from autograd.check.gradcheck import gradcheck
from autograd.check.sampling import sample_inputs
from autograd.errors import AutogradError, MissingExtraError
from autograd.op import REAL, TABLE, Op
from autograd.tensor import Tensor
from autograd.value import Value

try:
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as npst
except ImportError as error:
    raise MissingExtraError("autograd.testing needs an optional package: python -m pip install 'glassgrad[test]' "
                            f"({error})") from error

Array = np.ndarray[Any, Any]
Interval = tuple[float, float]
REACH = 3.0      # how far random numbers lie from 0, or from the only bound of their domain
MARGIN = 0.1     # how far they stay from bounds, kinks and, among each other, ties
TINY = 1e-3      # of an interval: what is nearer to 0 is 0
LARGE = 100.0    # the largest number and the largest derivative of a step
MOST_LEAVES, MOST_STEPS = 3, 6
BROADCASTS: Mapping[int, tuple[tuple[tuple[int, ...], ...], ...]] = {
    1: (((),), ((3,),), ((2, 3),)),
    2: (((), ()), ((3,), (2, 3)), ((2, 1, 3), (4, 1)), ((), (3,))),
    3: (((), (), ()), ((3,), (2, 3), ()), ((2, 1, 3), (4, 1), (3,))),
}


def assert_gradients(f: Callable[..., Any], *inputs: Any, **options: Any) -> None:
    """Raise an AssertionError, whose text is the report, unless the gradient of `f` at inputs is right.

    Options are those of `gradcheck`: `grad`, `vjp` or `jac` for a derivative of one's own, `order`, `rng`.

    >>> assert_gradients(lambda x, w: (x * w).tanh(), np.array([0.5, -1.0]), 2.0)
    >>> assert_gradients(np.sin, 1.0, grad=lambda x: -np.cos(x))
    Traceback (most recent call last):
    AssertionError: FAIL: ...
    """
    gradcheck(f, *inputs, **{**options, "raise_exception": True})


# Leaves

def numbers(domain: Interval = REAL, dtype: Any = np.float64) -> "st.SearchStrategy[float]":
    """Return a strategy of finite numbers of moderate size within an open interval."""
    low, high = domain
    bounded_low, bounded_high = np.isfinite(low), np.isfinite(high)
    gap = MARGIN * min(1.0, high - low)
    low = low + gap if bounded_low else high - REACH if bounded_high else -REACH
    high = high - gap if bounded_high else domain[0] + REACH if bounded_low else REACH
    bounds = [float(x) for x in np.array((low, high), dtype)]
    found = st.floats(*bounds, width=8 * np.dtype(dtype).itemsize)
    return found.map(lambda x: x if abs(x) > TINY * (high - low) else 0.0)  # between bounds that are farther from 0


def values(domain: Interval = REAL) -> "st.SearchStrategy[Value]":
    """Return a strategy of leaf Values within an open interval.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=10)
    ... @given(values(domain=(0, np.inf)))
    ... def test_log_rises(x):
    ...     x.log().backward()
    ...     assert x.grad > 0
    >>> test_log_rises()
    """
    return numbers(domain).map(Value)


def arrays(shape: Any = None, dtype: Any = np.float64, domain: Interval = REAL) -> "st.SearchStrategy[Any]":
    """Return a strategy of arrays: of a shape, of shapes that a strategy gives, or by default of up to three axes."""
    shapes = npst.array_shapes(min_dims=0, max_dims=3, max_side=3) if shape is None else shape
    return npst.arrays(dtype, shapes, elements=numbers(domain, dtype))


def tensors(shape: Any = None, dtype: Any = np.float64, domain: Interval = REAL) -> "st.SearchStrategy[Tensor]":
    """Return a strategy of leaf Tensors that require a gradient, within an open interval.

    `shape` is a shape or a strategy of shapes; by default up to three axes of one to three elements.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=10)
    ... @given(tensors(shape=(2, 3)))
    ... def test_sum_passes_ones(x):
    ...     x.sum().backward()
    ...     assert x.grad.tolist() == [[1.0] * 3] * 2
    >>> test_sum_passes_ones()
    """
    return arrays(shape, dtype, domain).map(lambda data: Tensor(data, requires_grad=True))


# Programs

@dataclass(frozen=True, slots=True)
class Step:
    """An op of the table and the places of its operands among what was computed before it."""

    op: Op
    operands: tuple[int, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Program:
    """A function made of ops, which runs on floats, arrays, Values and Tensors; its repr is its source.

    >>> Program(2, (Step(ops.mul, (0, 1)), Step(ops.tanh, (2,))))
    def f(x0, x1):
        x2 = mul(x0, x1)
        x3 = tanh(x2)
        return x3
    """

    arity: int
    steps: tuple[Step, ...]

    def __call__(self, *inputs: Any) -> Any:
        found = list(inputs)
        for step in self.steps:
            found.append(step.op(*[found[place] for place in step.operands]))
        return found[-1]

    def __repr__(self) -> str:
        lines = [f"    x{self.arity + i} = {step.op.name}({', '.join(f'x{place}' for place in step.operands)})"
                 for i, step in enumerate(self.steps)]
        parameters = ", ".join(f"x{i}" for i in range(self.arity))
        return "\n".join([f"def f({parameters}):", *lines, f"    return x{self.arity + len(self.steps) - 1}"])


class Graph(NamedTuple):
    """A random graph: its output, its leaves, and the function of the leaves that it came from."""

    output: Any
    leaves: tuple[Any, ...]
    f: Program


def smooth_rows() -> list[Op]:
    """Return the rows that programs are made of, the simplest first, to which a failing program shrinks."""
    rows = [op for op in TABLE.values() if op.arity in ((1, 2) if op.elementwise else (1,)) and None not in op.rules
            and not (op.flat or op.required or op.gathers or op.bundles)]
    simple = [ops.add, ops.mul, ops.neg, ops.sub]
    return simple + [op for op in rows if op not in simple]


def within(x: Any, interval: Interval) -> bool:
    """Whether all numbers lie within an open interval, and not close to its bounds."""
    low, high = interval
    return bool(np.all((x >= low + MARGIN) & (x <= high - MARGIN)))


def scattered(x: Any) -> bool:
    """Whether no two numbers are close, so that a small step changes no order."""
    return bool(np.all(np.diff(np.sort(np.ravel(x))) > MARGIN))


def distance(op: Op, xs: Sequence[Any]) -> Any:
    """Return what vanishes at the kinks of an op, with its options by default."""
    kink: Any = op.kink
    wanted = signature(kink).parameters
    with np.errstate(all="ignore"):
        return kink(*xs, **{name: value for name, value in op.options.items() if name in wanted})


def fits(op: Op, xs: Sequence[Any]) -> bool:
    """Whether an op takes these arrays: within its domain, off its kinks, and neither it nor its slope is large."""
    domain = (*op.domain, *[op.domain[0] if len(op.domain) == 1 else REAL] * len(xs))
    inside = all(within(x, interval) for x, interval in zip(xs, domain))
    if not inside or not (op.elementwise or scattered(xs[0])):
        return False
    if op.kink is not None and not np.all(np.abs(distance(op, xs)) > MARGIN):
        return False
    try:
        with np.errstate(all="ignore"):
            y = np.asarray(op.array(*xs, **op.options))
            slopes = [rule(y, *xs, **op.options) for rule in op.array_rules] if op.elementwise else []
    except (AutogradError, ValueError, TypeError, IndexError):
        return False
    moderate = all(np.all(np.abs(np.asarray(part, dtype=float)) < LARGE) for part in (y, *slopes))
    return moderate and y.size > 0 and y.dtype.kind == "f"


@st.composite
def program_at(draw: Any, inputs: Sequence[Any]) -> Program:
    """Draw a program that is smooth at inputs; every input takes part."""
    rows = smooth_rows()
    found = [np.asarray(x) for x in inputs]
    steps: list[Step] = []

    def take(op: Op, *operands: int) -> int:
        found.append(np.asarray(op.array(*[found[place] for place in operands], **op.options)))
        steps.append(Step(op, operands))
        return len(found) - 1

    def unused() -> list[int]:
        return sorted(set(range(len(found))) - {place for step in steps for place in step.operands})

    for _ in range(draw(st.integers(1, MOST_STEPS))):
        op = draw(st.sampled_from(rows))
        operands = [draw(st.sampled_from(unused())), *(draw(st.integers(0, len(found) - 1)) for _ in op.rules[1:])]
        take(*((op, *operands) if fits(op, [found[place] for place in operands]) else (ops.tanh, operands[0])))
    while len(unused()) > 1:
        pair = unused()[:2]
        sizes_fit = fits(ops.add, [found[place] for place in pair])
        take(ops.add, *(pair if sizes_fit else [take(ops.mean, place) for place in pair]))
    return Program(len(inputs), tuple(steps))


@st.composite
def inputs_of_a_function(draw: Any) -> tuple[Any, ...]:
    """Draw numbers and arrays whose shapes broadcast."""
    shape: tuple[int, ...] = draw(st.sampled_from(((), (2,), (3,), (2, 3))))
    fitting = ((), shape[-1:], (1,) * len(shape), shape)
    data = st.one_of(numbers(), st.sampled_from(fitting).flatmap(arrays))
    return tuple(draw(st.lists(data, min_size=1, max_size=MOST_LEAVES)))


@st.composite
def functions(draw: Any) -> tuple[Program, tuple[Any, ...]]:
    """Draw a random differentiable function, made of rows of the table, and inputs at which it is smooth.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=10, deadline=None)
    ... @given(functions())
    ... def test_gradients_are_right(case):
    ...     f, inputs = case
    ...     assert_gradients(f, *inputs)
    >>> test_gradients_are_right()
    """
    inputs = draw(inputs_of_a_function())
    return draw(program_at(inputs)), inputs


@st.composite
def graphs(draw: Any) -> Graph:
    """Draw a random graph of Values and Tensors, made of rows of the table, with its leaves.

    >>> from hypothesis import given, settings
    >>> from autograd import gradients
    >>> @settings(max_examples=10, deadline=None)
    ... @given(graphs())
    ... def test_gradients_have_the_shapes_of_their_leaves(graph):
    ...     found = gradients([graph.output], graph.leaves, [np.ones(np.shape(graph.output.data))])
    ...     assert [np.shape(g) for g in found] == [np.shape(x.data) for x in graph.leaves]
    >>> test_gradients_have_the_shapes_of_their_leaves()
    """
    f, inputs = draw(functions())
    leaves = [Value(x) if isinstance(x, float) else Tensor(x, requires_grad=True) for x in inputs]
    return Graph(f(*leaves), tuple(leaves), f)


# Ops of one's own

@dataclass(frozen=True, slots=True, repr=False)
class OpCase:
    """An op at one choice of options and of shapes of its inputs; `str` names it."""

    op: Op
    shapes: tuple[tuple[int, ...], ...]
    options: Mapping[str, Any]

    def __repr__(self) -> str:
        options = "".join(f", {name}={value!r}" for name, value in self.options.items())
        return f"{self.op.name}({', '.join(map(str, self.shapes))}{options})"

    def inputs(self, rng: "np.random.Generator | None" = None) -> list[Any]:
        """Return arrays of its shapes, and numbers for the shape (), inside the domain and away from kinks."""
        drawn = sample_inputs(self.op, rng or np.random.default_rng(0), self.shapes, self.options)
        return [x.item() if x.ndim == 0 else x for x in map(np.asarray, drawn)]

    def check(self, order: int = 1, rng: "np.random.Generator | None" = None) -> None:
        """Raise an AssertionError, whose text is the report, unless the derivatives up to an order are right."""
        inputs = self.inputs(rng)
        assert_gradients(lambda *xs: self.op(*xs, **self.options), *inputs, order=order)


def op_cases(*chosen: Op) -> tuple[OpCase, ...]:
    """Return a case for each op, each choice of its options and each choice of shapes that fits them.

    With pytest: ``@pytest.mark.parametrize("case", op_cases(my_tanh), ids=str)``, and a test that calls `case.check()`.

    >>> from autograd import custom_op
    >>> my_tanh = custom_op(np.tanh, partials=lambda y, x: 1 - y * y)
    >>> cases = op_cases(my_tanh)
    >>> cases
    (tanh(()), tanh((3,)), tanh((2, 3)))
    >>> for case in cases:
    ...     case.check(order=2)
    """
    candidates = [OpCase(op, tuple(shapes), {**op.options, **options}) for op in chosen for options in op.choices
                  for shapes in op.shapes or BROADCASTS.get(op.arity or 0, (((3,),) * (op.arity or 2),))]
    return tuple(case for case in candidates if runs(case))


def runs(case: OpCase) -> bool:
    """Whether shapes and options fit each other."""
    try:
        case.op(*case.inputs(), **case.options)
    except (AutogradError, ValueError, TypeError, IndexError):
        return False
    return True
