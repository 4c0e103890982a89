"""Tests generated from the table: what each row says of itself, its derivatives, and all the ways to call it.

One test a row and question; its cases, the shapes and options of the row, run within. `test_scalar_rows.py` asks what
concerns floats and Values.
"""

import inspect
import operator
import re
from collections.abc import Callable
from inspect import Parameter
from string import Formatter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value, gradients
from autograd.op import COMPOSITES, NUMPY, TABLE, Op
from tests.autograd import checking
from tests.autograd.checking import number, vjp
from tests.autograd.composite_cases import COMPOSITE_CASES
from tests.autograd.sampling import CASES, ROWS, Case, candidates, cases_of, each, each_row
from tests.autograd.symbolic import Symbol

SEEDS = st.integers(0, 2**32 - 1)
DIFFERENTIABLE = [case for case in CASES if any(case.differentiable)]
OPERATORS = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
             "pow": operator.pow, "remainder": operator.mod, "matmul": operator.matmul, "neg": operator.neg,
             "abs": operator.abs}
OWN_METHODS = {"item", "reshape", "transpose"}  # written out: another meaning, or numbers in place of a tuple
UNRELATED = {"identity"}  # np.identity makes a matrix


# What a row says of itself

def test_every_row_and_composite_is_tested() -> None:
    bundles = {op.name for op in ROWS if op.bundles}
    assert {case.name for case in CASES} | bundles == set(TABLE)
    assert {case.name for case in COMPOSITE_CASES} == set(COMPOSITES) | bundles


@each_row([op for op in ROWS if not op.bundles])
def test_every_shape_and_option_of_a_row_is_tested(op: Op) -> None:
    fitting = cases_of(op)
    assert fitting
    assert {c.shapes for c in candidates(op)} == {c.shapes for c in fitting}
    assert {str(c.options) for c in candidates(op)} == {str(c.options) for c in fitting}


@each_row(ROWS)
def test_doc_is_a_sentence(op: Op) -> None:
    assert op.doc[:1].isupper()
    assert op.doc.endswith(".")
    assert op.__doc__.startswith(op.doc)
    first = op.doc.split("\n\n")[0]
    assert not re.search(r"[a-z0-9)]\.\s+[A-Z]", first)


@each_row(ROWS)
def test_formula_names_every_input_and_balances_its_braces(op: Op) -> None:
    named = {int(name) for _, name, _, _ in Formatter().parse(op.tex) if name is not None}
    assert op.arity is None or named == set(range(op.arity))
    formula = op.tex.format("x", "y", "z").replace(r"\{", "").replace(r"\}", "")
    depths = np.cumsum([{"{": 1, "}": -1}.get(c, 0) for c in formula])
    assert depths.min() >= 0
    assert depths[-1] == 0


@each_row(ROWS)
def test_row_or_composite_answers_to_the_numpy_function_of_its_name(op: Op) -> None:
    namesake = getattr(np, op.name, None) if op.name not in UNRELATED else None
    if callable(namesake) and not isinstance(namesake, type):
        assert NUMPY[namesake] in (op, COMPOSITES.get(op.name))


@each_row([op for op in ROWS if op.kink is not None])
def test_row_with_a_kink_states_its_convention(op: Op) -> None:
    assert op.convention.endswith((".", ")"))


@each_row([op for op in ROWS if op.flat])
def test_flat_row_has_zero_derivative(op: Op) -> None:
    for case in cases_of(op):
        xs = case.points(1)
        assert all(not g.any() for g in vjp(case, xs, np.ones(np.shape(case.array(*xs)))))


# Value and derivatives

@each([*DIFFERENTIABLE, *COMPOSITE_CASES])
@settings(max_examples=6)
@given(seed=SEEDS)
def test_derivatives(cases: list[Case], seed: int) -> None:
    for case in cases:
        for check in checking.CHECKS:
            check(case, case.points(seed), np.random.default_rng(seed))


@each([case for case in CASES if not all(case.differentiable)])
def test_input_without_a_rule_has_no_effect_or_is_an_index(cases: list[Case]) -> None:
    for case in cases:
        for seed in range(3):
            checking.check_inputs_without_a_rule(case, case.points(seed), np.random.default_rng(seed))


@each([case for case in CASES if not any(case.differentiable)])
def test_result_without_derivative_requires_no_gradient(cases: list[Case]) -> None:
    for case in cases:
        xs = [Tensor(x, requires_grad=True) for x in case.points(2)]
        y = case.call(*xs)
        assert not y.requires_grad
        assert np.array_equal(number(y), case.array(*map(number, xs)))


@each(DIFFERENTIABLE)
@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@settings(max_examples=5)
@given(seed=SEEDS)
def test_ordinary_points_raise_no_floating_point_error(cases: list[Case], dtype: Any, seed: int) -> None:
    for case in cases:
        xs = case.points(seed, dtype)
        with np.errstate(all="raise", under="ignore"):
            y = case.array(*xs)
            run_rules(case, case.row.array_rules, y, xs, np.ones(np.shape(y), dtype))


# Function, method, operator, numpy

def assert_records(case: Case, call: Callable[..., Any], xs: list[Any]) -> None:
    """Check that a call on nodes records the row, with the same value and gradients as the function's."""
    operands, inputs = checking.leaves(case, xs)
    y, expected = call(*operands), case.call(*checking.leaves(case, xs)[0])
    assert type(y) is type(expected), case
    assert np.array_equal(number(y), number(expected), equal_nan=True), case
    assert y.op is expected.op, case
    cotangent = np.random.default_rng(3).normal(size=np.shape(number(y)))
    for a, b in zip(gradients(y, inputs, cotangent), vjp(case, xs, cotangent), strict=True):
        assert np.array_equal(a, b), case


@each([case for case in DIFFERENTIABLE if case.row.arity is not None and not case.row.gathers])
def test_method_is_the_function(cases: list[Case]) -> None:
    for case in cases:
        assert case.differentiable[0] or case.name == "where"
        if case.differentiable[0]:
            assert_records(case, lambda x, *rest, of=case: getattr(x, of.name)(*rest, **of.options), case.points(5))


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_methods_have_the_name_and_the_documentation_of_their_row(kind: type) -> None:
    methods = {op: getattr(kind, op.name) for op in ROWS if hasattr(kind, op.name) and op.name not in OWN_METHODS}
    assert len(methods) > 60
    assert [op.name for op, f in methods.items() if (f.__name__, f.__doc__) != (op.name, op.__doc__)] == []


@each([case for case in DIFFERENTIABLE if case.name in OPERATORS])
def test_operator_is_the_function_with_arrays_on_either_side_too(cases: list[Case]) -> None:
    for case in cases:
        xs, call = case.points(5), OPERATORS[case.name]
        assert_records(case, call, xs)
        for slot in range(len(xs) if len(xs) > 1 else 0):
            mixed = [x if i == slot else Tensor(x, requires_grad=True) for i, x in enumerate(xs)]
            y = call(*mixed)
            assert y.op is case.row
            assert np.array_equal(number(y), case.array(*xs))


def call_as_numpy(function: Callable[..., Any], case: Case) -> Callable[..., Any]:
    """Return a call of a numpy function with the options of the case, by name where it has them by name."""
    if not case.options:
        return function
    parameters = {} if isinstance(function, np.ufunc) else inspect.signature(function).parameters
    if all(name in parameters and parameters[name].kind is not Parameter.POSITIONAL_ONLY for name in case.options):
        return lambda *xs: function(*xs, **case.options)
    return lambda *xs: function(*xs, *case.options.values())


@each([case for case in DIFFERENTIABLE if case.row.numpy])
def test_numpy_functions_find_the_row_and_mean_the_same(cases: list[Case]) -> None:
    for case in cases:
        xs = case.points(6)
        for function in case.row.numpy:
            call = call_as_numpy(function, case)
            assert_records(case, call, xs)
            found = number(call(*checking.leaves(case, xs)[0]))
            assert np.allclose(found, call(*xs), rtol=1e-13, atol=0), case


# The kinds of operands that rules run on

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
def test_rules_run_on_arrays_nodes_and_symbols_alike(cases: list[Case]) -> None:
    for case in cases:
        xs = case.points(8)
        y = case.array(*xs)
        g = np.random.default_rng(8).normal(size=np.shape(y))
        scalar = type(y) is float  # the row makes a Value of a Tensor
        named = {"y": y, "g": g, **{f"x{i}": x for i, x in enumerate(xs)}}
        printed = {name: Symbol(name, x, {name: x}) for name, x in named.items()}
        nodes = {name: Value(x) if scalar and name in "yg" else Tensor(x) for name, x in named.items()}
        results = [run_rules(case, rules, of["y"], [of[f"x{i}"] for i in range(len(xs))], of["g"])
                   for rules, of in ((case.row.array_rules, named), (case.row.node_rules, printed),
                                     (case.row.node_rules, nodes))]
        for expected, symbol, node in zip(*results, strict=True):
            evaluated = symbol.evaluate() if isinstance(symbol, Symbol) else symbol
            assert np.array_equal(expected, evaluated), (case, getattr(symbol, "text", symbol))
            assert np.allclose(expected, number(node), rtol=1e-13, atol=0), case
