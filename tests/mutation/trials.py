"""The tests that mutants of a row are put to, the cheapest first: those that its own rules are put to in the suite.

A trial is a stage and a call that raises if it finds something wrong.
"""

import itertools
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import numpy as np
import pytest

from autograd import Value
from autograd.node import Node
from autograd.op import Op
from tests.autograd import checking, test_accuracy, test_conventions, test_elementwise, test_ops, test_structural
from tests.autograd import test_scalar_rows as scalar_rows
from tests.autograd.composite_cases import COMPOSITE_CASES
from tests.autograd.conventions_table import ARRAY, SCALAR, Row
from tests.autograd.exact_functions import EXACT
from tests.autograd.sampling import CASES, Case
from tests.autograd.test_structural import USES

Trial = tuple[str, Callable[[], Any]]
ParameterSet = type(pytest.param())
SEEDS = range(6)  # as many examples as `test_derivatives` tries

CASES_OF: dict[str, list[Case]] = {}
for case in [*CASES, *COMPOSITE_CASES]:
    CASES_OF.setdefault(case.name, []).append(case)
SCALAR_CASES: dict[str, list[Case]] = {}
for case in scalar_rows.CASES:
    SCALAR_CASES.setdefault(case.name, []).append(case)


def own_trials(op: Op) -> Iterator[Trial]:
    """Yield the trials of a row that are made from it."""
    cases = [case for case in CASES_OF[op.name] if any(case.differentiable)]
    yield from derivatives(cases)
    yield from without_a_rule(CASES_OF[op.name])
    yield from forms(op, cases)
    yield from derivatives(used_in()[0].get(op.name, []))
    yield from conventions(used_in()[1].get(op.name, []))
    yield from accuracy(op)


def derivatives(cases: list[Case]) -> Iterator[Trial]:
    """Yield the checks of cases: central differences at first and second order, adjoints, linearity and so on."""
    for seed in SEEDS:
        for check in checking.CHECKS:
            for case in cases:
                yield check.__name__.removeprefix("check_"), partial(run_check, check, case, seed)


def without_a_rule(cases: list[Case]) -> Iterator[Trial]:
    """Yield the checks that inputs without a rule need none."""
    for case in cases:
        yield "inputs without a rule", partial(run_check, checking.check_inputs_without_a_rule, case, 0)


def run_check(check: Any, case: Case, seed: int) -> None:
    check(case, case.points(seed), np.random.default_rng(seed))


def forms(op: Op, cases: list[Case]) -> Iterator[Trial]:
    """Yield the tests that compare arrays, nodes, symbols, floats and Values."""
    rows = [case for case in cases if case.row is not None and not op.gathers]
    if rows:
        yield "kinds of operands", partial(test_ops.test_rules_run_on_arrays_nodes_and_symbols_alike, rows)
    if op.flat:
        yield "flat", partial(test_ops.test_flat_row_has_zero_derivative, op)
    if op.name in SCALAR_CASES:
        scalars = SCALAR_CASES[op.name]
        yield "floats", partial(scalar_rows.test_scalar_partials_equal_array_partials_at_special_points, scalars)
        yield "floats", partial(scalar_rows.test_rules_run_on_floats_and_values_alike, scalars)


def conventions(rows: list[Row]) -> Iterator[Trial]:
    """Yield the rows of the table of conventions, on Values and on Tensors."""
    for row in rows:
        if row in SCALAR:
            yield "conventions", partial(test_conventions.test_value_has_the_convention, row)
            yield "conventions", partial(test_conventions.test_tensor_has_the_convention_of_value, row, (2, 3))
        else:
            yield "conventions", partial(test_conventions.test_array_has_the_convention, row)


def accuracy(op: Op) -> Iterator[Trial]:
    """Yield the comparisons of partials with exact ones over the whole domain."""
    if op.name in EXACT and op.elementwise:
        for choice in range(len(op.choices)):
            for slot, exact in enumerate(EXACT[op.name][1:]):
                if exact is not None:
                    for form in test_accuracy.FORMS:
                        yield "accuracy", partial(test_accuracy.test_partial_is_accurate, op.name, choice, slot, form)


def expected_values() -> Iterator[Trial]:
    """Yield the tests that are no table: expected values of structural and of elementwise rows."""
    for module in (test_structural, test_elementwise, test_conventions):
        for name, test in vars(module).items():
            if name.startswith("test_") and "torch" not in name and callable(test):
                for arguments in arguments_of(test):
                    yield "expected values", partial(test, **arguments)


def arguments_of(test: Any) -> Iterator[dict[str, Any]]:
    """Yield what pytest would call a test with, once for each combination of its parameters."""
    lists = []
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            names = [mark.args[0]] if isinstance(mark.args[0], str) else list(mark.args[0])
            rows = [row.values if isinstance(row, ParameterSet) else row if len(names) > 1 else (row,)
                    for row in mark.args[1]]
            lists.append([dict(zip(names, row, strict=True)) for row in rows])
    for combination in itertools.product(*lists):
        yield {name: value for part in combination for name, value in part.items()}


# Which cases, and which conventions, meet a row?

@cache
def used_in() -> tuple[dict[str, list[Case]], dict[str, list[Row]]]:
    """Return by the name of a row the uses and composites, and the conventions, on whose graphs it is."""
    cases: dict[str, list[Case]] = {}
    rows: dict[str, list[Row]] = {}
    with np.errstate(all="ignore"):
        for case in [*COMPOSITE_CASES, *USES]:
            for name in ops_of(case.call(*checking.leaves(case, case.points(0))[0])):
                cases.setdefault(name, []).append(case)
        for row in (*SCALAR, *ARRAY):
            xs = [Value(x) for x in row.at] if row in SCALAR else test_conventions.tensors(row)
            for name in ops_of(row.f(*xs)):
                rows.setdefault(name, []).append(row)
    return cases, rows


def ops_of(output: Any) -> set[str]:
    """Return the names of the ops on the graph of an output."""
    found, waiting = set(), [output]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Node) and node.op is not None:
            found.add(node.op.name)
            waiting += node.inputs
    return found
