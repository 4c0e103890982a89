"""Mutants: every kind of slip, planted and taken out again, and what `mutate` tells of a test."""

import ast
import functools
import linecache

import numpy as np
import pytest

from autograd import Tensor, Value, gradients, ops
from autograd.check.mutation.mutants import mutants_of, mutants_of_function, mutate
from autograd.check.mutation.mutations import KINDS, changes
from autograd.custom_op import custom_op
from autograd.errors import OperandError
from autograd.op import TABLE

KNOWN = ("sin", "cos", "tanh", "sigmoid", "sum_to", "getitem", "flip")
# A rule, a kind of slip, and what becomes of an expression, every one of that kind.
SLIPS = [
    ("lambda y, x: x + y", "term", ["x + y → x", "x + y → y"]),
    ("lambda y, x: x - y", "term", ["x - y → x", "x - y → -y"]),
    ("lambda y, x: x * y", "factor", ["x * y → x", "x * y → y"]),
    ("lambda y, x: x / y", "factor", ["x / y → x", "x / y → 1.0 / y"]),
    ("lambda y, x: -x", "sign", ["-x → x"]),
    ("lambda y, x: (x > 0) & (x < 6)", "operator", ["(x > 0) & (x < 6) → (x > 0) | (x < 6)"]),
    ("lambda y, x: x + 1", "operator", ["x + 1 → x - 1"]),
    ("lambda g, a: a @ g", "order", ["a @ g → g @ a"]),
    ("lambda y, x: x * y", "order", []),
    ("lambda z, x, y: hypot(x, y)", "order", []),
    ("lambda z, x, y: share(x, y)", "order", ["share(x, y) → share(y, x)"]),
    ("lambda z, x, y: 2 * x", "operand", ["2 * x → 2 * z", "2 * x → 2 * y"]),
    ("lambda z, x, y: x > y", "operand", ["x > y → y > y", "x > y → x > x"]),
    ("lambda y, x: x > 0", "operand", ["x > 0 → y > 0"]),
    ("lambda y, x: 3 * x", "constant", ["3 * x → 4 * x", "3 * x → 2 * x", "3 * x → 6 * x"]),
    ("lambda g, y, x: f(g, keepdims=True)", "constant", ["f(g, keepdims=True) → f(g, keepdims=False)"]),
    ("lambda y, x: cos(x)", "function", ["cos(x) → sin(x)"]),
    ("lambda y, x: np.cos(x)", "function", ["np.cos(x) → np.sin(x)"]),
    ("lambda y, x: exp(x)", "function", []),
    ("lambda g, y, x, axis: flip(g, axis=axis)", "option", ["flip(g, axis=axis) → flip(g)",
                                                            "flip(g, axis=axis) → flip(g, axis=0)",
                                                            "flip(g, axis=axis) → flip(g, axis=-1)"]),
    ("lambda g, y, x: sum_to(g, x.shape)", "call", ["sum_to(g, x.shape) → g"]),
    ("lambda g, y, a: g @ a.T", "call", ["a.T → a"]),
    ("lambda y, x: x > 0", "relation", ["x > 0 → x <= 0", "x > 0 → x >= 0"]),
    ("lambda y, x: x == 0", "relation", ["x == 0 → x != 0"]),
    ("lambda y, x: cos(x)", "stale", ["cos(x) → cos(x * 1.001)"]),
    ("lambda y, x: (x > 0) * sign(x)", "stale", []),
    ("lambda y, x: -y", "result", ["-y → -y * 1.001", "-y → -y * -1.0", "-y → -y * 0.0"]),
]


def slips(rule: str, kind: str) -> list[str]:
    function = ast.parse(rule).body[0].value
    operands = [argument.arg for argument in function.args.args if argument.arg != "axis"]
    found = changes(function, tuple(operands), KNOWN)
    return [f"{change.before} → {change.after}" for change in found if change.kind == kind]


@pytest.mark.parametrize(("rule", "kind", "expected"), SLIPS)
def test_kind_of_slip_changes_what_it_says(rule: str, kind: str, expected: list[str]) -> None:
    assert slips(rule, kind) == expected


def test_every_kind_of_slip_has_an_example() -> None:
    assert {kind for _, kind, expected in SLIPS if expected} == {*KINDS, "result"}


def test_no_two_mutants_of_a_rule_have_one_source() -> None:
    for op in TABLE.values():
        sources = [(mutant.rule, mutant.source) for mutant in mutants_of(op) if mutant.source]
        assert len(set(sources)) == len(sources), op


def test_every_row_with_a_derivative_has_three_mutants_or_more_and_all_have_a_source() -> None:
    for op in TABLE.values():
        if op.differentiable:
            mutants = mutants_of(op)
            assert len(mutants) >= 3, op
            assert all(mutant.source or mutant.kind in ("missing", "constant", "exchanged") for mutant in mutants), op


FIRST, SECOND = (lambda y, x: 2 * x), (lambda y, x: 3 * x)  # two on a line


def outer(scale, shift):
    def rule(y, x):
        """Say what 2 * x is not."""
        if x != x:
            raise ValueError(f"no number: {x + 1}")
        return scale * x
    return rule, lambda y, x: scale + shift


def test_each_of_two_lambdas_on_a_line_has_its_own_source() -> None:
    assert [mutants_of_function(f)[-1].source for f in (FIRST, SECOND)] == [
        "lambda y, x: 2 * x * 0.0", "lambda y, x: 3 * x * 0.0"]


def test_closure_keeps_the_variables_that_a_mutant_does_not_use() -> None:
    rule, other = outer(5.0, 1.0)
    found = {mutant.change: mutant for mutant in mutants_of_function(rule)}
    with found["scale * x → x"].planted():
        assert rule(0.0, 3.0) == 3.0
    with found["scale * x → scale"].planted():
        assert rule(0.0, 3.0) == 5.0
    assert rule(0.0, 3.0) == 15.0
    assert "scale + shift → scale - shift" in [mutant.change for mutant in mutants_of_function(other)]


def test_docstrings_and_errors_are_left_alone() -> None:
    assert not any("x + 1" in mutant.change or "not" in mutant.change for mutant in mutants_of_function(outer(1, 1)[0]))


def test_file_that_changed_since_gives_no_mutants(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line.replace("return scale * x", "return scale + x") for line in linecache.getlines(__file__)]
    assert mutants_of_function(outer(1, 1)[0])
    monkeypatch.setattr(linecache, "getlines", lambda *_: lines)
    assert mutants_of_function(outer(1, 1)[0]) == []


def planted(op, change):
    """Return the block in which the mutant of an op stands that makes a change."""
    return next(mutant for mutant in mutants_of(op) if mutant.change == change).planted()


def test_mutant_is_met_by_values_tensors_methods_and_nodes_until_the_block_ends() -> None:
    v, t = Value(0.3), Tensor([0.3], requires_grad=True)

    def found():
        return [gradients(v.sin(), v), gradients(ops.sin(v), v), gradients(t.sin(), t, np.ones(1))[0],
                gradients(ops.sin(v), v, create_graph=True).data]

    right = found()
    with planted(ops.sin, "cos(x) → sin(x)"):
        assert found() == pytest.approx([np.sin(0.3)] * 4)
    assert found() == right == pytest.approx([np.cos(0.3)] * 4)


def test_constant_partial_and_missing_rule_are_mutants_too() -> None:
    x, y = Tensor([2.0], requires_grad=True), Tensor([3.0], requires_grad=True)
    with planted(ops.sub, "-1 → -2"):
        assert gradients(ops.sub(x, y), (x, y), np.ones(1)) == (1.0, -2.0)
    with planted(ops.sub, "the rule of input 1, and the other way round"):
        assert gradients(ops.sub(x, y), (x, y), np.ones(1)) == (-1.0, 1.0)
    with planted(ops.sub, "None"):
        assert gradients(ops.sub(x, y), (x, y), np.ones(1)) == (0.0, -1.0)
    assert gradients(ops.sub(x, y), (x, y), np.ones(1)) == (1.0, -1.0)


def test_planted_mutant_is_taken_out_after_an_error() -> None:
    with pytest.raises(KeyError), planted(ops.sin, "cos(x) → sin(x)"):
        raise KeyError
    assert ops.sin.weight(0, 0.0, (0.0,), {}) == 1.0


# Ops of users

my_tanh = custom_op(np.tanh, partials=lambda y, x: 1 - y * y)
slope = custom_op(np.sin, partials=eval("lambda y, x: np.cos(x)"))  # which is in no file
times = custom_op(np.multiply, partials=(functools.partial(lambda other, z, x, y: y, None), lambda z, x, y: x))


@custom_op(vjp=lambda g, c, a, b: (ops.outer(g, b), a.T @ g), shapes=(((2, 3), (3,)),))
def apply(a, b):
    return a @ b


@pytest.mark.parametrize("op", [my_tanh, slope, times, apply, ops.mul, ops.matmul], ids=lambda op: op.name)
def test_gradcheck_at_random_inputs_notices_every_mutant_that_changes_numbers(op) -> None:
    score = mutate(op)
    assert {str(mutant) for mutant in score.survived} <= {
        "vjp of input 0: left_cotangent(g, a, b) → left_cotangent(g, a * 1.001, b)",
        "vjp of input 1: right_cotangent(g, a, b) → right_cotangent(g, a, b * 1.001)"}  # used for their shapes only
    assert len(score.killed) >= 4


def test_weak_test_is_told_which_wrong_rules_it_lets_pass() -> None:
    def at_zero(op) -> None:
        assert gradients(op(v := Value(0.0)), v) == 1.0

    score = mutate(my_tanh, at_zero)
    assert not score
    assert 0 < score.rate < 1
    text = str(score)
    assert text.startswith(f"tanh: the test notices {len(score.killed)} of {len(score.killed) + len(score.survived)} ")
    assert "not noticed: partial: 1 - y * y → 1 + y * y\n    lambda y, x: 1 + y * y" in text


def test_result_is_changed_where_there_is_no_source_and_the_score_says_so() -> None:
    assert [mutant.kind for mutant in mutants_of(slope)] == ["result", "result", "result", "missing"]
    assert str(mutate(slope)).endswith("no source found of the partial: only its result was changed")
    assert "partial of input 0: only its result was changed" in str(mutate(times))


def test_one_vjp_for_all_inputs_is_mutated_once_where_the_user_wrote_it() -> None:
    found = [mutant.change for mutant in mutants_of(apply)]
    assert found.count("a.T @ g → g @ a.T") == 1
    assert "(ops.outer(g, b), a.T @ g) → (a.T @ g, ops.outer(g, b))" in found
    assert not any("cotangents" in change for change in found)


def cube_slope(x):
    return 3 * x * x


def test_function_written_by_hand_is_mutated_with_a_test_of_its_own() -> None:
    def at_points(f):
        return all(f(x) == 3 * x * x for x in (1.0, 2.0))

    assert mutate(cube_slope, at_points)
    assert not mutate(cube_slope, lambda f: f(0.0) == 0.0)
    assert cube_slope(2.0) == 12.0


def test_failure_of_pytest_counts_as_noticed_and_an_interruption_does_not() -> None:
    def strict(op) -> None:
        if abs(op.weight(0, 0.5, (0.5,), {}) - np.cos(0.5)) > 1e-9:
            pytest.fail("wrong")

    assert mutate(ops.sin, strict).rate == 7 / 8  # that there is no rule makes this test stumble
    calls = []

    def interrupted(op) -> None:
        calls.append(op)
        if len(calls) > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mutate(ops.sin, interrupted)
    assert ops.sin.weight(0, 0.0, (0.0,), {}) == 1.0


@pytest.mark.parametrize(("call", "message"), [
    (lambda: mutate(3.0), "takes an op or a plain function, got float 3.0"),
    (lambda: mutate(cube_slope), "give a test of cube_slope"),
    (lambda: mutate(ops.argmax), "found no rule of argmax"),
    (lambda: mutate(ops.sin, lambda op: False), "the test fails on sin as it is"),
    (lambda: mutate(my_tanh, lambda op: 1 / 0), "the test fails on tanh as it is"),
])
def test_misuse_is_an_error_that_says_so(call, message: str) -> None:
    with pytest.raises(OperandError, match=message):
        call()
