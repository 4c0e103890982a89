"""Tests of the tester: wrong rules are flagged by the very functions that `test_ops.py` applies to the table.

A fault wraps the rules of a row, on arrays and on nodes alike, as a slip of the pen in the row would.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, backward
from autograd.op import TABLE, Op
from tests.autograd.checking import CHECKS, Wrong, check_first_order
from tests.autograd.sampling import Case

Rule = Callable[..., Any]


def with_rules(op: Op, wrap: Callable[[Rule, int], Rule], slots: tuple[int, ...] = ()) -> Op:
    """Return a row like another whose rules are wrapped, all of them or those of some slots."""
    broken = replace(op)
    for name in ("float_rules", "array_rules", "node_rules"):
        rules = tuple(wrap(rule, slot) if rule and (not slots or slot in slots) else rule
                      for slot, rule in enumerate(getattr(op, name)))
        object.__setattr__(broken, name, rules)
    return broken


def after(change: Callable[[Any], Any]) -> Callable[[Op], Op]:
    """Return the fault that changes what a rule gives."""
    return lambda op: with_rules(op, lambda rule, slot: lambda *xs, **options: change(rule(*xs, **options)))


def before(change: Callable[..., tuple[Any, ...]]) -> Callable[[Op], Op]:
    """Return the fault that changes what a rule is given."""
    return lambda op: with_rules(op, lambda rule, slot: lambda *xs, **options: rule(*change(op, *xs), **options))


def in_first_input(change: Callable[[Any], Any]) -> Callable[[Op], Op]:
    """Return the fault that changes what the rule of the first input gives."""
    return lambda op: with_rules(op, lambda rule, slot: lambda *xs, **options: change(rule(*xs, **options)), (0,))


def swapped(op: Op) -> Op:
    """Return the row with the rules of its two inputs in each other's place."""
    broken = replace(op)
    for name in ("float_rules", "array_rules", "node_rules"):
        object.__setattr__(broken, name, getattr(op, name)[::-1])
    return broken


def one_element_off(factor: float) -> Callable[[Any], Any]:
    """Return the change of an array in its last element."""
    def change(g: Any) -> Any:
        mask = np.ones(np.shape(getattr(g, "_data", g)))
        mask.flat[-1] = factor
        return g * mask
    return change


def rolled(g: Any) -> Any:
    """Move the elements by one."""
    flat = TABLE["reshape"](g, shape=(-1,))
    order = np.roll(np.arange(flat.shape[0]), 1)
    return TABLE["reshape"](TABLE["getitem"](flat, index=order), shape=g.shape)


def transposed(g: Any) -> Any:
    return TABLE["transpose"](g, axes=None)


def stale(op: Op, *given: Any) -> tuple[Any, ...]:
    """Return what a rule is given with output and inputs saved at slightly other numbers; a cotangent is left alone."""
    n = 0 if op.elementwise else 1
    return (*given[:n], *[x * 1.001 for x in given[n:]])


def output_for_input(op: Op, y: Any, x: Any) -> tuple[Any, ...]:
    """Return what the rule of a unary elementwise row is given with the output in place of the input."""
    return y, y


def input_for_output(op: Op, y: Any, x: Any) -> tuple[Any, ...]:
    """Return what the rule of a unary elementwise row is given with the input in place of the output."""
    return x, x


def cotangent_ignored(op: Op, g: Any, *rest: Any) -> tuple[Any, ...]:
    return (np.ones(g.shape), *rest)


FAULTS: dict[str, Callable[[Op], Op]] = {
    "0.1 % off": after(lambda g: 1.001 * g),
    "0.001 % off": after(lambda g: 1.00001 * g),
    "twice": after(lambda g: 2.0 * g),
    "wrong sign": after(lambda g: -1.0 * g),
    "wrong sign of one input": in_first_input(lambda g: -1.0 * g),
    "one input missing": in_first_input(lambda g: 0.0 * g),
    "zeroed element": after(one_element_off(0.0)),
    "one element 1 % off": after(one_element_off(1.01)),
    "constant added": after(lambda g: g + 1e-4),
    "transposed": after(transposed),
    "rolled": after(rolled),
    "stale": before(stale),
    "at the output": before(output_for_input),
    "at the input": before(input_for_output),
    "cotangent ignored": before(cotangent_ignored),
    "swapped": swapped,
}
UNARY = ("0.1 % off", "0.001 % off", "twice", "wrong sign", "zeroed element", "one element 1 % off", "constant added")
PLACES = ("transposed", "rolled")
# Row, shapes, options, and the faults that make a difference there.
SAMPLE: tuple[tuple[str, tuple[Any, ...], dict[str, Any], tuple[str, ...]], ...] = (
    ("exp", ((2, 3),), {}, (*UNARY, "rolled", "stale", "at the input")),
    ("tanh", ((3, 3),), {}, (*UNARY, *PLACES, "stale", "at the output")),
    ("sqrt", ((4,),), {}, (*UNARY, "rolled", "stale", "at the input")),
    ("square", ((2, 3),), {}, (*UNARY, "rolled", "stale", "at the output")),
    ("mul", ((3,), (2, 3)), {}, (*UNARY, "stale", "swapped", "wrong sign of one input", "one input missing")),
    ("sub", ((2, 3), (2, 3)), {}, ("swapped",)),
    ("div", ((2, 1, 3), (4, 1)), {}, (*UNARY, "stale", "swapped", "wrong sign of one input", "one input missing")),
    ("pow", ((3,), (2, 3)), {}, (*UNARY, "stale", "swapped", "one input missing")),
    ("maximum", ((2, 3), (2, 3)), {}, ("0.1 % off", "swapped", "rolled", "one input missing")),
    ("matmul", ((3, 3), (3, 3)), {}, (*UNARY, *PLACES, "stale", "swapped", "cotangent ignored", "one input missing")),
    ("matmul", ((5, 3, 3), (3, 3)), {}, ("0.1 % off", "wrong sign of one input", "cotangent ignored")),
    ("sum", ((3, 3),), {"axis": 0, "keepdims": False}, (*UNARY, *PLACES, "cotangent ignored")),
    ("sum", ((2, 3),), {"axis": None, "keepdims": False}, ("twice", "cotangent ignored", "one element 1 % off")),
    ("broadcast_to", ((3,),), {"shape": (2, 3)}, (*UNARY, "rolled", "cotangent ignored")),
    ("transpose", ((3, 3),), {"axes": None}, (*UNARY, *PLACES, "cotangent ignored")),
    ("getitem", ((4, 3),), {"index": (np.array([0, 0, 3]),)}, (*UNARY, "rolled", "cotangent ignored")),
    ("reshape", ((2, 3),), {"shape": (3, 2)}, (*UNARY, "rolled", "cotangent ignored")),
)


def sampled(name: str, shapes: tuple[Any, ...], options: dict[str, Any], op: Op | None = None) -> Case:
    """Return the case of a row, or of a broken copy of it."""
    op = op or TABLE[name]
    return Case(name, partial(op, **options), shapes, options, op)


def is_flagged(case: Case, checks: Any = CHECKS) -> bool:
    """Whether any of the checks complains, each tried twice as in `test_ops.py`."""
    for check in checks:
        for seed in (11, 12):
            try:
                check(case, case.points(seed), np.random.default_rng(seed))
            except Wrong:
                return True
    return False


@pytest.mark.parametrize("row", SAMPLE, ids=lambda row: f"{row[0]}{row[1]}")
def test_right_rules_pass(row: Any) -> None:
    assert not is_flagged(sampled(*row[:3]))


@pytest.mark.parametrize(("row", "fault"), [(row, fault) for row in SAMPLE for fault in row[3]],
                         ids=lambda part: part if isinstance(part, str) else f"{part[0]}{part[1]}")
def test_fault_is_flagged_by_differences_alone(row: Any, fault: str) -> None:
    name, shapes, options, _ = row
    assert is_flagged(sampled(name, shapes, options, FAULTS[fault](TABLE[name])), [check_first_order])


def test_faults_are_all_planted() -> None:
    assert {fault for *_, faults in SAMPLE for fault in faults} == set(FAULTS)


BROADCAST = (("add", ((3,), (2, 3))), ("mul", ((2, 1, 3), (4, 1))), ("div", ((2, 2), ())), ("maximum", ((1,), (3,))))


def first_of_axis(x: Any, shape: Any) -> Any:
    """Bring an array to a shape by taking the first along the axes that were stretched, instead of their sum."""
    x = x.reshape((1,) * (len(shape) - x.ndim) + x.shape)[(0,) * (x.ndim - len(shape))]
    return x[tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)]


def mean_over_axis(x: Any, shape: Any) -> Any:
    """Bring an array to a shape by the mean along the axes that were stretched."""
    return TABLE["sum_to"].array(x, shape=shape) * (max(1, np.prod(shape)) / x.size)


@pytest.mark.parametrize("wrong", [first_of_axis, mean_over_axis])
@pytest.mark.parametrize(("name", "shapes"), BROADCAST)
def test_missing_sum_over_a_broadcast_axis_is_flagged(name: str, shapes: Any, wrong: Rule,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    case = sampled(name, shapes, {})
    assert not is_flagged(case)
    monkeypatch.setattr(backward, "sum_to", replace(TABLE["sum_to"], array=wrong))
    assert is_flagged(case, [check_first_order])


@pytest.mark.parametrize(("name", "shapes"), BROADCAST)
def test_gradient_that_keeps_the_broadcast_shape_is_flagged(name: str, shapes: Any,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backward, "sum_to", replace(TABLE["sum_to"], array=lambda x, shape: x))
    assert is_flagged(sampled(name, shapes, {}))


def test_wrong_second_derivative_alone_is_flagged() -> None:
    """The rule is right on arrays and wrong on nodes, so that only the second order can tell."""
    broken = replace(TABLE["exp"])
    object.__setattr__(broken, "node_rules", (lambda y, x: y._data * 1.0,))
    case = sampled("exp", ((3,),), {}, broken)
    assert not is_flagged(case, [check_first_order])
    assert is_flagged(case)


def test_gradient_that_is_the_cotangent_itself_is_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(self: Tensor, g: Any) -> None:
        self.grad = g
    monkeypatch.setattr(Tensor, "receive", keep)
    assert is_flagged(sampled("add", ((2, 3), (2, 3)), {}))


def test_forward_that_writes_to_its_input_is_flagged() -> None:
    def array(x: Any) -> Any:
        x *= -1.0
        return np.exp(-x)
    assert is_flagged(sampled("exp", ((3,),), {}, replace(TABLE["exp"], array=array)))


def test_forward_that_widens_float32_is_flagged() -> None:
    broken = replace(TABLE["exp"], array=lambda x: np.exp(np.asarray(x, np.float64)))
    assert is_flagged(sampled("exp", ((3,),), {}, broken))
