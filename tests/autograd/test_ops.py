"""Tests generated from the table: each row, at its shapes and options, says the same in all its forms."""

import inspect
import operator
import re
from string import Formatter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value, gradients
from autograd.errors import DomainError
from autograd.op import TABLE, Op
from tests.autograd import checking
from tests.autograd.checking import number, require, vjp
from tests.autograd.sampling import (
    CASES,
    ROWS,
    SCALAR_ROWS,
    Case,
    candidates,
    cases_of,
    scalar_cases,
    special_points,
)
from tests.autograd.symbolic import Symbol

SEEDS = st.integers(0, 2**32 - 1)
SCALAR_CASES = scalar_cases()
DIFFERENTIABLE = [case for case in CASES if any(case.differentiable)]
ELEMENTWISE = [case for case in CASES if case.row.elementwise]
OPERATORS = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
             "pow": operator.pow, "remainder": operator.mod, "matmul": operator.matmul, "neg": operator.neg,
             "abs": operator.abs}


def each(cases: list[Case]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=str)


def each_row(rows: list[Op]) -> Any:
    return pytest.mark.parametrize("op", rows, ids=lambda op: op.name)


def ulps(a: Any, b: Any) -> Any:
    """Return how many units in the last place two arrays differ; 0 where both are NaN or the same infinity."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(all="ignore"):
        distance = np.abs(a - b) / np.spacing(np.maximum(np.abs(a), np.abs(b)))
    return np.where(same, 0.0, np.where(np.isnan(distance), np.inf, distance))


# What a row says of itself

@each_row(ROWS)
def test_every_shape_and_option_of_a_row_is_tested(op: Op) -> None:
    fitting = cases_of(op)
    assert fitting
    assert {c.shapes for c in candidates(op)} == {c.shapes for c in fitting}
    assert {str(c.options) for c in candidates(op)} == {str(c.options) for c in fitting}


@each_row(ROWS)
def test_doc_is_one_sentence(op: Op) -> None:
    assert op.doc[:1].isupper() or op.doc[:1].isdigit()
    assert op.doc.endswith(".")
    assert not re.search(r"[a-z0-9)]\.\s+[A-Z]", op.doc)
    assert op.__doc__.startswith(op.doc)


@each_row(ROWS)
def test_formula_names_every_input_and_balances_its_braces(op: Op) -> None:
    named = {int(name) for _, name, _, _ in Formatter().parse(op.tex) if name is not None}
    assert named == set(range(op.arity)) if op.arity is not None else True
    formula = op.tex.format("x", "y", "z")
    depths = np.cumsum([{"{": 1, "}": -1}.get(c, 0) for c in formula.replace(r"\{", "").replace(r"\}", "")])
    assert depths.min() >= 0
    assert depths[-1] == 0


@each_row(ROWS)
def test_row_answers_to_the_numpy_function_of_its_name(op: Op) -> None:
    namesake = getattr(np, op.name, None)
    assert namesake is None or isinstance(namesake, type) or namesake in op.numpy


@each_row([op for op in ROWS if op.kink is not None])
def test_row_with_a_kink_states_its_convention(op: Op) -> None:
    assert op.convention.endswith(".")


@each_row([op for op in ROWS if op.flat])
def test_flat_row_has_zero_derivative(op: Op) -> None:
    for case in cases_of(op):
        xs = case.points(1)
        assert all(not g.any() for g in vjp(case, xs, np.ones(np.shape(case.array(*xs)))))


# Value and derivatives

@each(DIFFERENTIABLE)
@pytest.mark.parametrize("check", checking.CHECKS, ids=lambda check: check.__name__)
@settings(max_examples=2)
@given(seed=SEEDS)
def test_derivatives(check: Any, case: Case, seed: int) -> None:
    check(case, case.points(seed), np.random.default_rng(seed))


@each([case for case in CASES if not any(case.differentiable)])
def test_result_without_derivative_requires_no_gradient(case: Case) -> None:
    xs = [Tensor(x, requires_grad=True) for x in case.points(2)]
    y = case.call(*xs)
    assert not y.requires_grad
    assert np.array_equal(number(y), case.array(*map(number, xs)))


@each(DIFFERENTIABLE)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@settings(max_examples=2)
@given(seed=SEEDS)
def test_ordinary_points_raise_no_floating_point_error(case: Case, dtype: Any, seed: int) -> None:
    xs = case.points(seed, dtype)
    with np.errstate(all="raise", under="ignore"):
        y = case.array(*xs)
        for slot, smooth in enumerate(case.differentiable):
            if smooth and case.row.elementwise:
                place = {"slot": slot} if case.row.arity is None else {}
                case.row.rule(case.row.array_rules, slot)(y, *xs, **case.options, **place)


# Floats and arrays

def scalar_and_array(case: Case, xs: tuple[float, ...]) -> tuple[float, Any]:
    """Return the value for floats, NaN where it is an error, and for arrays of no axis."""
    with np.errstate(all="ignore"):
        array = case.array(*map(np.float64, xs))
    try:
        return case.call(*xs), array
    except DomainError:
        require(not np.isnan(xs).any(), case, f"NaN among {xs} is an error")
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


@each(SCALAR_CASES)
def test_scalar_form_equals_array_form_at_special_points(case: Case) -> None:
    for xs in special_points(case):
        scalar, array = scalar_and_array(case, xs)
        assert ulps(scalar, array) <= 16, (xs, scalar, array)


@each(SCALAR_CASES)
def test_scalar_partials_equal_array_partials_at_special_points(case: Case) -> None:
    for xs in special_points(case):
        if not np.isnan(scalar_and_array(case, xs)[0]):
            for slot, (weight, partial) in enumerate(weights_and_partials(case, xs)):
                assert ulps(weight, partial) <= 16, (xs, slot, weight, partial)


@each(SCALAR_CASES)
def test_scalar_form_equals_array_form_within_4_ulp_in_the_mean(case: Case) -> None:
    points = [tuple(float(x) for x in case.points(seed)) for seed in range(200)]
    differences = [ulps(*scalar_and_array(case, xs)) for xs in points]
    assert np.mean(differences) <= 4
    pairs = np.array([weights_and_partials(case, xs) for xs in points]).reshape(len(points), -1, 2)
    assert np.all(ulps(pairs[..., 0], pairs[..., 1]).mean(axis=0) <= 4)


@each(SCALAR_CASES)
@settings(max_examples=30)
@given(data=st.data())
def test_scalar_form_equals_array_form_over_the_whole_domain(case: Case, data: st.DataObject) -> None:
    edges = [st.floats(low, high, exclude_min=np.isfinite(low), exclude_max=np.isfinite(high), allow_nan=False)
             for low, high in case.interval]
    xs = data.draw(st.tuples(*edges))
    scalar, array = scalar_and_array(case, xs)
    assert ulps(scalar, array) <= 64, (xs, scalar, array)


@each(SCALAR_CASES)
@settings(max_examples=5)
@given(seed=SEEDS)
def test_value_and_tensor_agree_with_the_array_rule(case: Case, seed: int) -> None:
    xs = case.points(seed)
    values = [Value(x) for x in xs]
    z = case.call(*values)
    z.backward()
    smooth = [x.grad for x, yes in zip(values, case.differentiable, strict=True) if yes]
    assert np.allclose(z.data, case.array(*xs), rtol=1e-13, atol=0)
    assert np.allclose(smooth, vjp(case, xs, 1.0), rtol=1e-13, atol=1e-300)


# The fast methods of Value

def assert_same_node(fast: Value, generic: Value) -> None:
    """Check that two nodes have the same op, inputs and options, and bit for bit the same numbers."""
    assert type(fast) is type(generic) is Value
    assert (fast.op, dict(fast.options)) == (generic.op, dict(generic.options))
    assert len(fast.inputs) == len(generic.inputs)
    for a, b in zip(fast.inputs, generic.inputs, strict=True):
        assert a is b if isinstance(b, Value) else (type(a), repr(a)) == (type(b), repr(b))
    assert repr(float(fast.data)) == repr(float(generic.data))
    assert weights(fast) == weights(generic)


def weights(node: Value) -> list[Any]:
    """Return the weights of a node's edges, those that carry nothing as None, the rest so that NaN equals NaN."""
    unboxed = (node._wx, node._wy)[: len(node.inputs)]
    return [None if w is False else repr(float(w)) for w in (node._wx if type(node._wx) is tuple else unboxed)]


def outcome(call: Any, *operands: Any) -> Any:
    """Return the result of a call, or the type of its error."""
    try:
        return call(*operands)
    except DomainError as error:
        return type(error)


def operand_kinds(xs: tuple[float, ...]) -> list[list[Any]]:
    """Return operands that hold the numbers: all Values, and with a float, an int or a bare numpy number in each place."""
    values = [Value(x) for x in xs]
    mixed = [values]
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


@each([case for case in SCALAR_CASES if case.row.arity is not None])
def test_fast_method_equals_the_generic_path(case: Case) -> None:
    op, rng = case.row, np.random.default_rng(0)
    ordinary = [tuple(float(x) for x in case.points(seed)) for seed in range(3)]
    special = special_points(case)
    for i in range(0, len(special), max(1, len(special) // 60)):
        ordinary.append(special[(i + int(rng.integers(5))) % len(special)])
    for xs in ordinary:
        for operands in operand_kinds(xs):
            if isinstance(operands[0], Value):
                method = getattr(Value, op.name)
                assert_calls_agree(op, lambda *o, m=method: m(*o, **case.options), operands, case.options)
            if op.name in OPERATORS:
                assert_calls_agree(op, OPERATORS[op.name], operands, case.options)


# Function, method, operator, numpy

def nodes(case: Case, xs: list[Any]) -> list[Any]:
    return checking.leaves(case, xs)[0]


def assert_records(case: Case, call: Any, xs: list[Any]) -> None:
    """Check that a call on nodes records the row, with the same value and gradients as the function's."""
    operands, inputs = checking.leaves(case, xs)
    y = call(*operands)
    expected = case.call(*nodes(case, xs))
    assert type(y) is type(expected)
    assert np.array_equal(number(y), number(expected), equal_nan=True)
    assert y.op is expected.op
    cotangent = np.random.default_rng(3).normal(size=np.shape(number(y)))
    for a, b in zip(gradients(y, inputs, cotangent), vjp(case, xs, cotangent), strict=True):
        assert np.array_equal(a, b)


@each([case for case in DIFFERENTIABLE if case.row.arity is not None and not case.row.gathers])
def test_method_and_operator_are_the_function(case: Case) -> None:
    xs = case.points(5)
    if case.differentiable[0]:
        assert_records(case, lambda first, *rest: getattr(first, case.name)(*rest, **case.options), xs)
    if case.name in OPERATORS:
        assert_records(case, OPERATORS[case.name], xs)
        for slot in range(len(xs)):  # a plain array on either side
            plain = [x if i == slot else Tensor(x, requires_grad=True) for i, x in enumerate(xs)]
            if len(xs) > 1:
                y = OPERATORS[case.name](*plain)
                assert y.op is case.row
                assert np.array_equal(number(y), case.array(*xs))


def call_as_numpy(function: Any, case: Case) -> Any:
    """Return a call of a numpy function with the options of the case, by name where it has them by name."""
    if not case.options:
        return function
    names = set() if isinstance(function, np.ufunc) else set(inspect.signature(function).parameters)
    if case.options.keys() <= names:
        return lambda *xs: function(*xs, **case.options)
    return lambda *xs: function(*xs, *case.options.values())


@each([case for case in DIFFERENTIABLE if case.row.numpy])
def test_numpy_functions_find_the_row_and_mean_the_same(case: Case) -> None:
    xs = case.points(6)
    for function in case.row.numpy:
        call = call_as_numpy(function, case)
        assert_records(case, call, xs)
        with np.errstate(all="ignore"):
            assert np.allclose(number(call(*nodes(case, xs))), call(*xs), rtol=1e-13, atol=0, equal_nan=True)


@each([case for case in SCALAR_CASES if case.row.numpy and not case.options])
def test_numpy_functions_on_values_give_values(case: Case) -> None:
    xs = case.points(7)
    for function in case.row.numpy:
        y = function(*map(Value, xs))
        assert type(y) is Value
        assert y.op is case.row
        assert y.data == case.call(*map(float, xs))


# The four kinds of operands

def run_rules(case: Case, bound: Any, y: Any, xs: list[Any], g: Any) -> list[Any]:
    """Run the rule of each differentiable input: partials, or vjps with the cotangent g."""
    op, found = case.row, []
    for slot, smooth in enumerate(case.differentiable):
        if smooth:
            place = {"slot": slot} if op.arity is None else {}
            before = () if op.elementwise else (g,)
            found.append(op.rule(bound, slot)(*before, y, *xs, **case.options, **place))
    return found


@each([case for case in DIFFERENTIABLE if not case.row.gathers])
def test_rules_run_on_arrays_nodes_and_symbols_alike(case: Case) -> None:
    xs = case.points(8)
    y = case.array(*xs)
    g = np.random.default_rng(8).normal(size=np.shape(y))
    if isinstance(y, float):
        y, g = np.float64(y), float(g)
    expected = run_rules(case, case.row.array_rules, y, xs, g)
    symbols = [Symbol(name, x, {name: x}) for name, x in zip("abcdefghi", xs, strict=False)]
    printed = run_rules(case, case.row.node_rules, Symbol("out", y, {"out": y}), symbols, Symbol("g", g, {"g": g}))
    as_node = Value if isinstance(g, float) else Tensor
    on_nodes = run_rules(case, case.row.node_rules, as_node(y), list(map(Tensor, xs)), as_node(g))
    for rule, symbol, node in zip(expected, printed, on_nodes, strict=True):
        evaluated = symbol.evaluate() if isinstance(symbol, Symbol) else symbol
        assert np.array_equal(rule, evaluated)
        assert np.allclose(rule, number(node), rtol=1e-13, atol=0)


@each([case for case in SCALAR_CASES if any(case.differentiable)])
def test_rules_run_on_floats_and_values_alike(case: Case) -> None:
    xs = [float(x) for x in case.points(9)]
    y = case.row.on_floats(*xs, **case.options)
    expected = run_rules(case, case.row.float_rules, y, xs, None)
    on_values = run_rules(case, case.row.node_rules, Value(y), list(map(Value, xs)), None)
    for a, b in zip(expected, on_values, strict=True):
        assert float(a) == pytest.approx(float(number(b)), rel=1e-12, abs=1e-300)


def test_the_table_is_not_empty_and_every_row_is_reached() -> None:
    assert {case.name for case in CASES} == set(TABLE)
    assert {case.name for case in SCALAR_CASES} == {op.name for op in SCALAR_ROWS}
