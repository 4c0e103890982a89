"""Engines that learners might write are graded rightly: a good one, one like micrograd, and many with one mistake."""

import sys
from dataclasses import replace
from typing import Any

import pytest

import autograd
from autograd.check.engines import grading as engines
from autograd.check.engines.grading import TRIALS, grade_engine
from autograd.check.engines.trials import Trial, program
from autograd.errors import OperandError

ENGINE = '''
import math

class Value:
    def __init__(self, data, inputs=()):
        self.data, self.grad, self._prev, self._backward = float(data), 0.0, tuple(inputs), lambda: None
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))
        def _backward():
            self.grad += out.grad
            other.grad += out.grad  # of add
        out._backward = _backward
        return out
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))
        def _backward(x=self.data, y=other.data):
            self.grad += y * out.grad
            other.grad += x * out.grad
        out._backward = _backward
        return out
    def __pow__(self, n):
        return self._unary(self.data ** n, lambda x, y: n * x ** (n - 1) if n else 0.0)
    def _unary(self, data, slope):
        out = Value(data, (self,))
        def _backward(x=self.data):
            self.grad += slope(x, out.data) * out.grad
        out._backward = _backward
        return out
    def tanh(self): return self._unary(math.tanh(self.data), lambda x, y: 1 - y * y)
    def exp(self): return self._unary(math.exp(self.data), lambda x, y: y)
    def log(self): return self._unary(math.log(self.data), lambda x, y: 1 / x)
    def relu(self): return self._unary(max(self.data, 0.0), lambda x, y: float(x > 0))
    def __neg__(self): return self * -1
    def __radd__(self, other): return self + other
    def __sub__(self, other): return self + (-other)
    def __rsub__(self, other): return (-self) + other
    def __rmul__(self, other): return self * other
    def __truediv__(self, other): return self * other ** -1
    def __rtruediv__(self, other): return self ** -1 * other
    def nodes(self):
        order, visited, todo = [], set(), [(self, False)]
        while todo:
            node, ready = todo.pop()
            if ready:
                order.append(node)
            elif node not in visited:
                visited.add(node)
                todo += [(node, True), *[(x, False) for x in node._prev]]
        return order
    def backward(self):
        order = self.nodes()
        for node in order:
            node.grad = node.grad if not node._prev else 0.0
        self.grad = 1.0
        for node in reversed(order):
            node._backward()
'''

RECURSIVE = '''
        return self.visit([], set())
    def visit(self, order, visited):
        if self not in visited:
            visited.add(self)
            for x in self._prev:
                x.visit(order, visited)
            order.append(self)
        return order
'''
BREADTH_FIRST = '''
        order, todo = [], [self]
        while todo:
            node = todo.pop(0)
            if node not in order:
                order.append(node)
                todo += node._prev
        return order[::-1]
'''
PATHS = '''
        return list(dict.fromkeys(self.walk()))
    def walk(self):
        return [node for x in self._prev for node in x.walk()] + [self]
'''
BODY_OF_NODES = ENGINE[ENGINE.index("        order, visited"):ENGINE.index("    def backward")]

# What is changed in the engine, to what, and the only mistake of the core that must then be named.
MISTAKES = {
    "+= forgotten in add": ("other.grad += out.grad  # of add", "other.grad = out.grad",
                            "`__add__` overwrites grad instead of adding to it"),
    "+= forgotten for self": ("self.grad += out.grad\n", "self.grad = out.grad\n",
                              "`__add__` overwrites grad instead of adding to it"),
    "+= forgotten in mul": ("other.grad += x * out.grad", "other.grad = x * out.grad",
                            "`__mul__` overwrites grad instead of adding to it"),
    "second operand forgotten": ("other.grad += out.grad  # of add", "pass",
                                 "`__add__` gives its second operand no gradient"),
    "own data": ("self.grad += y * out.grad\n            other.grad += x * out.grad",
                 "self.grad += x * out.grad\n            other.grad += y * out.grad",
                 "`__mul__` gives each operand the derivative of the other"),
    "no chain in mul": ("self.grad += y * out.grad\n            other.grad += x * out.grad",
                        "self.grad += y\n            other.grad += x",
                        "`__mul__` does not multiply by the gradient of its output"),
    "no chain in add": ("self.grad += out.grad\n            other.grad += out.grad",
                        "self.grad += 1.0\n            other.grad += 1.0",
                        "`__add__` does not multiply by the gradient of its output"),
    "seed": ("        self.grad = 1.0\n", "", "`backward` does not start with the gradient 1"),
    "exponent": ("n * x ** (n - 1)", "n * x ** n", "`__pow__` does not lower the exponent by one"),
    "factor": ("n * x ** (n - 1)", "x ** (n - 1)", "`__pow__` misses the exponent as a factor"),
    "tanh of x": ("1 - y * y", "1 - x * x", "the derivative of `tanh` uses its input where its output is meant"),
    "log of y": ("1 / x)", "1 / y)", "the derivative of `log` uses its output where its input is meant"),
    "exp of x": ("math.exp(self.data), lambda x, y: y", "math.exp(self.data), lambda x, y: x",
                 "the derivative of `exp` uses its input where its output is meant"),
    "tanh's sign": ("1 - y * y", "y * y - 1", "`tanh` passes its gradient on with the wrong sign"),
    "relu everywhere": ("float(x > 0)", "1.0", "`relu` passes its gradient on unchanged"),
    "relu's value": ("max(self.data, 0.0)", "max(self.data, 0.1)", "`relu` computes a wrong value"),
    "relu at 0": ("float(x > 0)", "float(x >= 0)", "the derivative of `relu` at 0 is not 0, the usual choice"),
    "no neg": ("def __neg__", "def negated", "`__neg__` is missing"),
    "no rsub": ("def __rsub__", "def rsub", "`__rsub__` is missing"),
    "rsub swapped": ("return (-self) + other", "return self - other", "`__rsub__` swaps its operands"),
    "rtruediv swapped": ("return self ** -1 * other", "return self / other", "`__rtruediv__` swaps its operands"),
    "neg's sign": ("self * -1", "self * 1", "`__neg__` computes a wrong value"),
    "numbers": ("other = other if isinstance(other, Value) else Value(other)\n        out = Value(self.data + ",
                "out = Value(self.data + ", "`__add__` does not take a plain number"),
    "first to last": ("in reversed(order):", "in order:",
                      "wrong order: `backward` does not pass gradients on from node to node"),
    "breadth first": (BODY_OF_NODES, BREADTH_FIRST,
                      "wrong order on a diamond: a node passes its gradient on before it is complete"),
    "not visited": ("visited.add(node)", "pass", "a shared node passes on more than once what it received: it is "
                    "visited again for each use"),
    "paths": (BODY_OF_NODES, PATHS, "every path is walked on its own: 2**25 of them take forever"),
    "recursion": (BODY_OF_NODES, RECURSIVE, "`backward` recurses: RecursionError at depth 3,000"),
    "second sweep": ("if not node._prev else 0.0", "", "second backward triples: 36, because intermediates keep their "
                     "gradient of the first"),
    "reset": ("node.grad = node.grad if not node._prev else 0.0", "node.grad = 0.0",
              "a second output replaces the gradient of the first instead of adding to it"),
    "set": ("tuple(inputs)", "set(inputs)", "children are kept in a set: `a + a` has one edge, and nodes come in "
            "another order in each run"),
    "data read late": ("_backward(x=self.data, y=other.data):",
                       "_backward():\n            x, y = self.data, other.data",
                       "`backward` reads data that was changed after the forward pass"),
    "equal data": ("    def nodes", "    def __eq__(self, other): return self.data == other.data\n"
                   "    def __hash__(self): return hash(self.data)\n    def nodes",
                   "nodes are told apart by their data: two of the same number are taken for one"),
    "unhashable": ("    def nodes", "    def __eq__(self, other): return self is other\n    def nodes",
                   "`__eq__` is defined without `__hash__`"),
    "in place": ("    def nodes", "    def __iadd__(self, other):\n        self.data += other\n        return self\n"
                 "    def nodes", "`__iadd__` changes the node itself, and with it all who use it"),
    "power of zero": (" if n else 0.0", "", "`a**0` at 0 divides by zero in the backward pass"),
    "no gradient yet": ("float(data), 0.0,", "float(data), None,", "a new node does not have `data` and a `grad` of 0"),
    "whole numbers": ("float(data), 0.0,", "int(data), 0.0,", "a new node does not keep its number as `data`"),
}
BEYOND = {"recursion", "second sweep", "set", "data read late", "relu at 0", "power of zero"}


def engine(source: str = ENGINE) -> Any:
    """Return the class that a source defines."""
    names: dict[str, Any] = {}
    exec(source, names)
    return names["Value"]


MICROGRAD = (("tuple(inputs)", "set(inputs)"), (BODY_OF_NODES, RECURSIVE), (" if n else 0.0", ""),
             ("if not node._prev else 0.0", ""), ("_backward(x=self.data, y=other.data):",
                                                  "_backward():\n            x, y = self.data, other.data"))


def changed(*changes: tuple[str, str]) -> str:
    """Return the source of the good engine with texts replaced, each of which it must have."""
    source = ENGINE
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    return source


def test_our_own_value_passes_every_trial() -> None:
    grade = grade_engine(autograd.Value)
    assert grade.faults == ()
    assert grade.passed == grade.of == len(TRIALS)
    assert grade
    assert str(grade).startswith(f"Value: {grade.of} of {grade.of} trials passed\n")


def test_a_good_engine_of_forty_lines_passes_the_core() -> None:
    grade = grade_engine(engine())
    assert grade
    assert [fault.text for fault in grade.faults] == ["`__rpow__` is missing",
                                                      "`__pow__` does not take an exponent that is a node"]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_named(mistake: str) -> None:
    old, new, text = MISTAKES[mistake]
    grade = grade_engine(engine(changed((old, new))))
    named = {fault.text: fault for fault in grade.faults}
    assert text in named
    assert named[text].hints
    assert [fault.text for fault in grade.faults if fault.core] == ([] if mistake in BEYOND else [text])
    assert bool(grade) is (mistake in BEYOND)


def test_engine_like_micrograd_passes_the_core_and_falls_into_its_traps() -> None:
    grade = grade_engine(engine(changed(*MICROGRAD)))
    assert grade
    assert [fault.text.partition(":")[0] for fault in grade.faults if "__" not in fault.text] == [
        "second backward triples", "an intermediate keeps its gradient of an earlier sweep and passes it on again",
        "`backward` recurses", "`backward` reads data that was changed after the forward pass",
        "children are kept in a set", "`a**0` at 0 divides by zero in the backward pass"]


def test_report_fits_80_columns_and_its_programs_show_the_mistake() -> None:
    kind = engine(changed(("return (-self) + other", "return self - other"), *MICROGRAD))
    grade = grade_engine(kind)
    for hints in (0, 1, 2):
        assert max(map(len, grade.report(hints).splitlines())) <= 80
        assert grade.report(hints).count("hint: ") == hints * len(grade.faults)
    swapped = grade.faults[0]
    assert swapped.shown == "y.data is 1.0, expected -1.0, a.grad is 1.0, expected -1.0"
    names = {"Value": kind}
    exec(swapped.program, names)
    assert names["y"].data == 1.0


def test_program_is_shown_with_the_name_of_the_class() -> None:
    kind = type("Scalar", (engine(changed(("def __rmul__", "def rmul"))),), {})
    (missing, *_) = grade_engine(kind).faults
    assert missing.text == "`__rmul__` is missing"
    assert missing.program.startswith("a = Scalar(3.0)")


def test_what_a_mistake_hides_is_not_called_a_mistake() -> None:
    grade = grade_engine(engine(changed(("float(data), 0.0,", "float(data), None,"))))
    assert len(grade.faults) == 1
    assert len(grade.untold) == grade.of - 1 == grade.of - grade.passed - 1


def test_an_engine_that_never_ends_is_graded(monkeypatch: Any) -> None:
    monkeypatch.setattr(engines, "CALLS", 5_000)
    grade = grade_engine(engine(changed(("            node._backward()\n", "            node._backward()\n"
                                         "        while True: len(self._prev)\n"))))
    assert grade.faults[0].text == "`backward of a leaf` does not end within 5,000 calls"


def test_trials_leave_profiler_recursion_limit_and_output_alone(capsys: Any) -> None:
    before = sys.getprofile(), sys.getrecursionlimit()
    grade_engine(engine(changed(("def nodes(self):\n", "def nodes(self):\n        print(self)\n"))))
    assert (sys.getprofile(), sys.getrecursionlimit()) == before
    assert capsys.readouterr().out == ""


def test_a_node_instead_of_a_class_is_refused() -> None:
    with pytest.raises(OperandError, match=r"grade_engine\(Value\)"):
        grade_engine(autograd.Value(2.0))


def test_every_trial_has_a_name_of_its_own_and_needs_earlier_ones() -> None:
    seen: set[str] = set()
    for trial in TRIALS:
        assert trial.name not in seen
        assert seen.issuperset(trial.needs), trial
        assert trial.reads
        assert trial.fault
        seen.add(trial.name)


def test_a_trial_of_ones_own_names_its_mistake() -> None:
    trial = Trial(name="a * a", program=program("a * a", a=3.0), reads=("y.data", "a.grad"), fault="squares fail")
    wrong = engine(changed(("other.grad += x * out.grad", "pass")))
    assert engines.attempt(trial, engine(), set()) is None
    fault = engines.attempt(trial, wrong, set())
    assert (fault.text, fault.shown) == ("squares fail", "a.grad is 3.0, expected 6.0")
    assert engines.attempt(replace(trial, uses="__mul__"), wrong, set()).text == "`__mul__` is missing"
