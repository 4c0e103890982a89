"""Tests generated from the rows with a scalar form: floats, arrays, Values and Tensors have the same numbers."""

import operator
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, ops
from autograd.errors import DomainError
from autograd.op import Op
from autograd.value import neuron
from tests.autograd.checking import number, vjp
from tests.autograd.sampling import SCALAR_ROWS, Case, candidates, each, special_points

CASES = [case for op in SCALAR_ROWS for case in candidates(op) if not any(case.shapes)]
OPERATORS = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
             "pow": operator.pow, "remainder": operator.mod, "neg": operator.neg, "abs": operator.abs}


def ulps(a: Any, b: Any) -> Any:
    """Return how many units in the last place two arrays differ; 0 where both are NaN or the same infinity."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(all="ignore"):
        distance = np.abs(a - b) / np.spacing(np.maximum(np.abs(a), np.abs(b)))
    return np.where(same, 0.0, np.where(np.isnan(distance), np.inf, distance))


def scalar_and_array(case: Case, xs: tuple[float, ...]) -> tuple[float, Any]:
    """Return the value for floats, NaN where it is an error, and for arrays of no axis."""
    with np.errstate(all="ignore"):
        array = case.array(*map(np.float64, xs))
    try:
        return case.call(*xs), array
    except DomainError:
        assert not np.isnan(xs).any(), f"{case}: NaN among {xs} is an error"
        return np.nan, array


def weights_and_partials(case: Case, xs: tuple[float, ...]) -> list[tuple[float, float]]:
    """Return each partial as the edge of a Value has it, and as arrays give it."""
    op, found = case.row, []
    y = op.on_floats(*xs, **case.options)
    for slot, smooth in enumerate(case.differentiable):
        if smooth:
            place = {"slot": slot} if op.arity is None else {}
            with np.errstate(all="ignore"):
                rule = op.rule(op.array_rules, slot)
                partial = rule(np.float64(y), *map(np.float64, xs), **case.options, **place)
            found.append((float(op.weight(slot, y, xs, case.options)), float(partial)))
    return found


def test_every_row_with_a_scalar_form_is_tested() -> None:
    assert {case.row for case in CASES} == set(SCALAR_ROWS)


# Floats and arrays

@each(CASES)
def test_scalar_form_equals_array_form_at_special_points(cases: list[Case]) -> None:
    for case in cases:
        for xs in special_points(case):
            scalar, array = scalar_and_array(case, xs)
            assert ulps(scalar, array) <= 16, (case, xs, scalar, array)


@each(CASES)
def test_scalar_partials_equal_array_partials_at_special_points(cases: list[Case]) -> None:
    for case in cases:
        for xs in special_points(case):
            if not np.isnan(scalar_and_array(case, xs)[0]):
                for slot, (weight, partial) in enumerate(weights_and_partials(case, xs)):
                    assert ulps(weight, partial) <= 16, (case, xs, slot, weight, partial)


@each(CASES)
def test_scalar_form_equals_array_form_within_4_ulp_in_the_mean(cases: list[Case]) -> None:
    for case in cases:
        points = [tuple(float(x) for x in case.points(seed)) for seed in range(100)]
        assert np.mean([ulps(*scalar_and_array(case, xs)) for xs in points]) <= 4, case
        pairs = np.array([weights_and_partials(case, xs) for xs in points]).reshape(len(points), -1, 2)
        assert np.all(ulps(pairs[..., 0], pairs[..., 1]).mean(axis=0) <= 4), case


@each(CASES)
@settings(max_examples=30)
@given(data=st.data())
def test_scalar_form_equals_array_form_over_the_whole_domain(cases: list[Case], data: st.DataObject) -> None:
    for case in cases:
        edges = [st.floats(low, high, exclude_min=bool(np.isfinite(low)), exclude_max=bool(np.isfinite(high)))
                 for low, high in case.interval]
        xs = data.draw(st.tuples(*edges))
        scalar, array = scalar_and_array(case, xs)
        assert ulps(scalar, array) <= 64, (case, xs, scalar, array)


@each(CASES)
@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_value_and_tensor_agree_with_the_array_rule(cases: list[Case], seed: int) -> None:
    for case in cases:
        xs = case.points(seed)
        values = [Value(x) for x in xs]
        z = case.call(*values)
        z.backward()
        smooth = [x.grad for x, yes in zip(values, case.differentiable, strict=True) if yes]
        assert np.allclose(z.data, case.array(*xs), rtol=1e-13, atol=0), (case, xs)
        assert np.allclose(smooth, vjp(case, xs, 1.0), rtol=1e-12, atol=1e-300), (case, xs)


@each([case for case in CASES if any(case.differentiable)])
def test_rules_run_on_floats_and_values_alike(cases: list[Case]) -> None:
    for case in cases:
        xs = [float(x) for x in case.points(9)]
        y = case.row.on_floats(*xs, **case.options)
        for slot, smooth in enumerate(case.differentiable):
            if smooth:
                options = {**case.options, **({"slot": slot} if case.row.arity is None else {})}
                a = case.row.rule(case.row.float_rules, slot)(y, *xs, **options)
                b = case.row.rule(case.row.node_rules, slot)(Value(y), *map(Value, xs), **options)
                assert np.allclose(float(a), float(number(b)), rtol=1e-12, atol=1e-300), case


# The fast methods of Value

def weights(node: Value) -> list[Any]:
    """Return the weights of a node's edges, those that carry nothing as None, the rest so that NaN equals NaN."""
    unboxed = (node._wx, node._wy)[: len(node.inputs)]
    return [None if w is False else repr(float(w)) for w in (node._wx if type(node._wx) is tuple else unboxed)]


def assert_same_node(fast: Any, generic: Value) -> None:
    """Check that two nodes have the same op, inputs and options, and bit for bit the same numbers."""
    assert type(fast) is type(generic) is Value
    assert (fast.op, dict(fast.options)) == (generic.op, dict(generic.options))
    assert len(fast.inputs) == len(generic.inputs)
    for a, b in zip(fast.inputs, generic.inputs, strict=True):
        assert a is b if isinstance(b, Value) else (type(a), repr(a)) == (type(b), repr(b))
    assert type(fast.data) is type(generic.data) is float
    assert repr(fast.data) == repr(generic.data)
    assert weights(fast) == weights(generic), (fast.op, fast.inputs)


def outcome(call: Any, *operands: Any) -> Any:
    """Return the result of a call, or the type of its error."""
    try:
        return call(*operands)
    except DomainError as error:
        return type(error)


def operand_kinds(xs: tuple[float, ...]) -> list[list[Any]]:
    """Return operands that hold the numbers: all Values, one Value twice, and a float, int or numpy number in each
    place among Values."""
    values = [Value(x) for x in xs]
    mixed = [values, [values[0]] * len(xs)]
    for slot, x in enumerate(xs if len(xs) > 1 else ()):
        numbers = [x, np.float64(x), *([int(x)] if np.isfinite(x) else [])]
        mixed += [[*values[:slot], n, *values[slot + 1 :]] for n in numbers]
    return mixed


def assert_calls_agree(op: Op, fast: Any, operands: list[Any], options: Any) -> None:
    """Check that a call, given operands, does what `Value.record_op` does."""
    made = outcome(fast, *operands)
    generic = outcome(lambda *xs: Value.record_op(op, xs, options), *operands)
    if isinstance(generic, type):
        assert made is generic
    else:
        assert_same_node(made, generic)


def sample_points(case: Case) -> list[tuple[float, ...]]:
    """Return a few ordinary points, and special ones, all of them for one operand."""
    special = special_points(case)
    step = max(1, len(special) // 50)
    ordinary = [tuple(float(x) for x in case.points(seed)) for seed in range(3)]
    return ordinary + [special[(i * 7) % len(special)] for i in range(0, len(special), step)]


@each([case for case in CASES if case.row.arity is not None])
def test_fast_methods_equal_the_generic_path(cases: list[Case]) -> None:
    for case in cases:
        method = getattr(Value, case.name)
        for xs in sample_points(case):
            for operands in operand_kinds(xs):
                if isinstance(operands[0], Value):
                    assert_calls_agree(case.row, lambda *o, of=case, m=method: m(*o, **of.options), operands,
                                       case.options)
                if case.name in OPERATORS and any(isinstance(x, Value) for x in operands):
                    assert_calls_agree(case.row, OPERATORS[case.name], operands, case.options)


def test_neuron_equals_the_op_for_every_kind_of_operand() -> None:
    rng = np.random.default_rng(4)
    for n in (0, 1, 2, 5):
        ws, bias = [Value(w) for w in rng.normal(size=n)], Value(0.3)
        plain = [float(x) for x in rng.normal(size=n)]
        values = [Value(x) for x in plain]
        for xs in (values, plain, [*values[:1], *plain[1:]], [3] * n, [np.float64(0.1)] * n, values[:1] * n):
            for b in (bias, 0.25, 2):
                for w in (ws, plain):
                    made = neuron(w, xs, b)
                    if isinstance(made, Value):
                        assert_same_node(made, Value.record_op(ops.sumprod, (*w, *xs, b), {"n": n}))
                    else:
                        assert made == ops.sumprod(*w, *xs, b, n=n)


@each([case for case in CASES if case.row.numpy and not case.options])
def test_numpy_functions_on_values_give_values(cases: list[Case]) -> None:
    for case in cases:
        xs = case.points(7)
        for function in case.row.numpy:
            y = function(*map(Value, xs))
            assert type(y) is Value
            assert y.op is case.row
            assert y.data == case.call(*map(float, xs))
