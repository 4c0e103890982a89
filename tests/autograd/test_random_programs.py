"""Random programs on the graph engine: every value and every gradient is compared with an independent oracle.

The machine builds nodes out of nodes, Values and Tensors alike, under every circumstance that the graph knows: sharing,
`detach`, `no_grad`, hooks, scopes, freed graphs, data written to leaves, copies of leaves, derivatives that are nodes.
`oracle.py` computes the same forward, in jets of second order; torch, where installed, backward.

The default is short. At length, with fresh programs each time:
`python -m pytest tests/autograd/test_random_programs.py --hypothesis-profile=thorough`
"""

from collections.abc import Callable
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

import autograd
from autograd import Tensor, Value, gradients, no_grad, ops, scope, stack_values
from autograd.errors import AutogradError, FreedGraphError, NotDifferentiableError, StaleError
from autograd.op import TABLE, Op
from tests.autograd import oracle
from tests.autograd.oracle import Jet, N, OutOfReach
from tests.autograd.program_steps import OURS, STEPS, Step, torch_names

LARGE = 1e3  # numbers beyond are not compared


@dataclass(eq=False)
class Entry:
    """A node of the program: ours, the oracle's, torch's, and what the program did to it."""

    ours: Any
    jet: Jet
    torch: Any = None
    inputs: tuple["Entry", ...] = ()
    requires: bool = True
    rules: bool = False           # whether a sweep runs rules on arrays here, and reads the inputs' data again
    made: int = 0                 # when, in steps of the program
    freed: bool = False
    derived: bool = False         # a derivative: its inputs are those that it may depend on
    slots: slice | None = None    # of a leaf: which of the N numbers it holds
    factor: float = 1.0           # by which hooks of a leaf scale its cotangent
    written: int = -1             # when the data of a leaf was last set
    grad: Any = 0.0               # of a leaf: what has been accumulated
    versions: list[Any] = field(default_factory=list)  # of a leaf: torch's, one for each time its data was set

    def __repr__(self) -> str:
        return repr(self.ours)


def ancestors(root: Entry, certain: bool = False) -> list[Entry]:
    """Return what a root depends on, with itself; where it is `certain`, not through derivatives."""
    found, todo = {root: None}, [root]
    while todo:
        node = todo.pop()
        for x in () if certain and node.derived else node.inputs:
            if x.requires and x not in found:
                found[x] = None
                todo.append(x)
    return list(found)


def close(found: Any, expected: Any, tolerance: float = 1e-9) -> None:
    """Assert that arrays are equal but for rounding, measured by the largest of the numbers."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    scale = 1.0 + np.max(np.abs(expected), initial=0.0)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=tolerance * scale)


def tame(jet: Jet) -> bool:
    """Whether there are numbers, all of them finite and of moderate size."""
    return jet.v.size > 0 and all(np.all(np.abs(part) < LARGE) for part in (jet.v, jet.j, jet.h) if part is not None)


numbers = st.integers(-16, 16).map(lambda n: n / 8 + 0.03)
places = st.integers(0, 99)
lately = st.integers(0, 4)
factors = st.sampled_from([1.0, -2.0, 0.5])


class Programs(RuleBasedStateMachine):
    """Programs of Values and Tensors beside the oracle."""

    torch: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.used, self.clock = 0, 0
        self.nodes: list[Entry] = []       # all that programs may use, the latest last
        self.all_leaves: list[Entry] = []
        self.names = torch_names(self.torch) if self.torch else None

    def node(self, back: int) -> Entry:
        """Return a node by how many were made after it."""
        return self.nodes[-1 - back % len(self.nodes)]

    def any_leaf(self, which: int) -> Entry:
        return self.all_leaves[which % len(self.all_leaves)]

    # Leaves

    def leaf(self, data: Any, tensor: bool, factor: float = 1.0) -> Entry:
        data = np.array(data, dtype=float)
        slots = slice(self.used, self.used + data.size)
        self.used += data.size
        ours = Tensor(data, requires_grad=True) if tensor else Value(float(data))
        entry = Entry(ours, self.jet_of(data, slots, factor), slots=slots, factor=factor, grad=np.zeros(data.shape))
        if factor != 1.0:
            ours.register_hook(lambda g: g * factor)
        self.new_version(entry, data)
        self.all_leaves.append(entry)
        self.nodes.append(entry)
        return entry

    def jet_of(self, data: Any, slots: slice, factor: float) -> Jet:
        j = np.zeros((N, data.size))
        j[slots] = factor * np.eye(data.size)
        return Jet(data, j.reshape(N, *data.shape))

    def new_version(self, leaf: Entry, data: Any) -> None:
        if self.torch:
            leaf.torch = self.torch.tensor(data, dtype=self.torch.float64, requires_grad=True)
            if leaf.factor != 1.0:
                leaf.torch.register_hook(lambda g: g * leaf.factor)
            leaf.versions.append(leaf.torch)

    @initialize(x=numbers, y=st.lists(numbers, min_size=3, max_size=3))
    def start(self, x: float, y: list[float]) -> None:
        self.leaf(x, tensor=False)
        self.leaf(y, tensor=True)

    @rule(x=numbers, shape=st.sampled_from([None, (), (3,), (2, 2), (2, 1), (1, 3)]), factor=factors, seed=places)
    def new_leaf(self, x: float, shape: Any, factor: float, seed: int) -> None:
        data = x if shape is None else x + np.random.default_rng(seed).normal(size=shape)
        if self.used + np.size(data) <= N:
            self.leaf(data, shape is not None, factor)

    @rule(which=places)
    def copy_leaf(self, which: int) -> None:
        source = self.any_leaf(which)
        if self.used + source.jet.v.size <= N:
            twin = self.leaf(source.jet.v, isinstance(source.ours, Tensor))
            twin.ours = deepcopy(source.ours)
            twin.grad = source.grad.copy()
            self.check_grads()

    @rule(which=places, change=numbers, by_operator=st.booleans())
    def write_leaf(self, which: int, change: float, by_operator: bool) -> None:
        leaf = self.any_leaf(which)
        data = leaf.jet.v - change
        if by_operator:
            leaf.ours.data -= change
        else:
            leaf.ours.data = data
        self.clock += 1
        leaf.written, leaf.jet = self.clock, self.jet_of(data, leaf.slots, leaf.factor)
        self.new_version(leaf, data)

    @rule(which=places)
    def zero_grad(self, which: int) -> None:
        leaf = self.any_leaf(which)
        leaf.ours.grad = None if isinstance(leaf.ours, Tensor) else 0.0
        leaf.grad = np.zeros(leaf.jet.shape)

    # Building

    def build(self, f: Callable[..., Any], inputs: tuple[Entry, ...], *, recorded: bool = True,
              values: bool = False) -> None:
        """Make a node by a function of a namespace and nodes, unless it is out of reach.

        What passes through `values` requires a gradient, whatever it comes from.
        """
        try:
            with np.errstate(all="ignore"):
                jet = f(oracle, *[x.jet for x in inputs])
        except OutOfReach:
            return
        except (ValueError, IndexError):  # shapes that do not fit
            with pytest.raises((ValueError, IndexError, TypeError)) as caught:
                f(OURS, *[x.ours for x in inputs])
            assert isinstance(caught.value, AutogradError)
            return
        if not tame(jet):
            return
        ours = f(OURS, *[x.ours for x in inputs])
        self.clock += 1
        scalar = isinstance(ours, Value)
        kept = recorded and (values or any(x.requires for x in inputs))
        entry = Entry(ours, jet if recorded else Jet(jet.v), inputs=inputs if kept else (), made=self.clock,
                      requires=kept or scalar, rules=not scalar or any(isinstance(x.ours, Tensor) for x in inputs))
        if self.torch:
            with nullcontext() if recorded else self.torch.no_grad():
                entry.torch = f(self.names, *[x.torch for x in inputs])
        self.check(entry)
        self.nodes.append(entry)

    @rule(lines=st.lists(st.tuples(st.sampled_from(STEPS), places, places), min_size=1, max_size=8), which=places)
    def compute(self, lines: list[tuple[Step, int, int]], which: int) -> None:
        for step, *back in lines:
            inputs = tuple(map(self.node, back[: len(step.least)]))
            if step.fits([x.jet.shape for x in inputs]):
                self.build(step.f, inputs)
        self.differentiate_twice(self.node(0), self.any_leaf(which))

    @rule(x=places, y=places)
    def within_no_grad(self, x: int, y: int) -> None:
        with no_grad():
            self.build(lambda m, x, y: x * y, (self.node(x), self.node(y)), recorded=False)

    @rule(x=places)
    def within_scopes(self, x: int) -> None:
        with scope("outer"), scope("inner"):
            y = self.node(x).ours.tanh()
        assert y.scope == ("outer", "inner")
        with scope("outer"):
            self.build(lambda m, x: m.tanh(x) * x, (self.node(x),))

    @rule(x=places)
    def detach(self, x: int) -> None:
        entry = self.node(x)
        detached = Entry(entry.ours.detach(), Jet(entry.jet.v), entry.torch.detach() if self.torch else None,
                         requires=isinstance(entry.ours, Value))
        self.check(detached)
        self.nodes.append(detached)

    @rule(x=places, factor=factors)
    def hook(self, x: int, factor: float) -> None:
        """A node whose cotangent a hook scales: its derivatives are scaled."""
        def f(m: Any, x: Any) -> Any:
            y = x * 1.0
            if m is oracle:
                return Jet(y.v, factor * y.j, None if y.h is None else factor * y.h)
            if y.requires_grad:
                y.register_hook(lambda g: g * factor)
            if m is OURS:
                remove = y.register_hook(lambda g: g * 100.0)
                remove()
            return y
        self.build(f, (self.node(x),))

    @rule(xs=st.lists(places, min_size=1, max_size=4))
    def stack_of_values(self, xs: list[int]) -> None:
        """Values, among them elements of Tensors, become a Tensor."""
        def f(m: Any, *xs: Any) -> Any:
            if m is OURS:
                return stack_values([x if isinstance(x, Value) else deep(x.values()) for x in xs])
            return m.stack([x[(0,) * len(x.shape)] for x in xs])
        self.build(f, tuple(map(self.node, xs)), values=True)

    @rule(x=places)
    def take_apart(self, x: int) -> None:
        """A Tensor taken apart into Values, or by iteration, and put together again."""
        if len(self.node(x).jet.shape) == 1:
            self.build(lambda m, x: sum(v * v.tanh() for v in x.values()) + next(iter(x)) if m is OURS else
                       m.sum(x * m.tanh(x)) + x[0], (self.node(x),), values=True)

    @rule(xs=st.lists(places, min_size=2, max_size=4))
    def neuron(self, xs: list[int]) -> None:
        """A fused node of many inputs, with repeats."""
        values = tuple(x for x in map(self.node, xs) if isinstance(x.ours, Value))
        if values:
            self.build(lambda m, *xs: ops.sumprod(*xs, *xs[::-1], xs[0], n=len(xs)) if m is OURS else
                       sum(x * y for x, y in zip(xs, xs[::-1])) + xs[0], values)

    # Sweeping

    def may_be_stale(self, swept: list[Entry], create_graph: bool = False) -> bool:
        """Whether a rule that runs in a sweep reads data that was written since."""
        return any(x.written > node.made for node in swept if node.rules or create_graph for x in node.inputs)

    def swept(self, root: Entry, sweep: Callable[[], Any], create_graph: bool = False) -> Any:
        """Return what a sweep gives, None if it must raise or may raise and does."""
        nodes = ancestors(root)
        if not root.requires:
            with pytest.raises(NotDifferentiableError):
                sweep()
            return None
        if any(node.freed for node in ancestors(root, certain=True)):
            with pytest.raises(FreedGraphError):
                sweep()
            return None
        try:
            return sweep()
        except StaleError:
            assert self.may_be_stale(nodes, create_graph)
        except FreedGraphError:
            assert any(node.freed for node in nodes)
        return None

    def cotangent(self, root: Entry) -> Any:
        return np.cos(np.arange(root.jet.v.size, dtype=float)).reshape(root.jet.shape)

    def check(self, entry: Entry) -> None:
        """Compare value and gradients of an entry with the oracle, and with torch."""
        close(entry.ours.data, entry.jet.v)
        assert entry.ours.requires_grad == entry.requires
        g = self.cotangent(entry)
        expected = np.tensordot(entry.jet.j, g, g.ndim)  # (N,)
        if self.torch:
            close(entry.torch.detach().numpy(), entry.jet.v)
            close(self.torch_gradient(entry, g), expected)
        leaves = [leaf.ours for leaf in self.all_leaves]
        found = self.swept(entry, lambda: gradients([entry.ours], leaves, [g]))
        if found is not None:
            self.compare(found, expected)

    def compare(self, found: Any, expected: Any, tolerance: float = 1e-9) -> None:
        """Compare gradients by all leaves with derivatives by all numbers."""
        for leaf, g in zip(self.all_leaves, found):
            close(g, expected[leaf.slots].reshape(leaf.jet.shape), tolerance)

    def torch_gradient(self, entry: Entry, g: Any) -> Any:
        """Return torch's derivatives by all numbers."""
        found = np.zeros(N)
        if entry.torch.requires_grad:
            for leaf in self.all_leaves:
                shares = self.torch.autograd.grad(entry.torch, leaf.versions, self.torch.tensor(g), retain_graph=True,
                                                  allow_unused=True)
                found[leaf.slots] = sum(np.zeros(leaf.jet.v.size) if share is None else share.numpy().ravel()
                                        for share in shares)
        return found

    def check_grads(self) -> None:
        """Compare what leaves have accumulated."""
        for leaf in self.all_leaves:
            grad = leaf.ours.grad
            close(np.zeros(leaf.jet.shape) if grad is None else grad, leaf.grad)

    @rule(back=lately, times=st.integers(1, 3), free=st.sampled_from([False, False, True]))
    def backward(self, back: int, times: int, free: bool) -> None:
        root = self.node(back)
        g = self.cotangent(root)
        nodes = ancestors(root)
        free = free and not self.may_be_stale(nodes) and not any(node.derived for node in nodes)
        given = () if isinstance(root.ours, Value) else (g,)
        for i in range(times):
            last = free and i == times - 1
            if self.swept(root, lambda last=last: (root.ours.backward(*given, free=last),)) is None:
                break
            for leaf in self.all_leaves:
                leaf.grad = leaf.grad + np.tensordot(root.jet.j, g, g.ndim)[leaf.slots].reshape(leaf.jet.shape)
        else:
            for node in nodes:
                node.freed = node.freed or (free and bool(node.inputs))
        self.check_grads()

    @rule(back=lately, which=places)
    def differentiate(self, back: int, which: int) -> None:
        self.differentiate_twice(self.node(back), self.any_leaf(which))

    def differentiate_twice(self, root: Entry, leaf: Entry) -> None:
        """Make a derivative that is a node: compared, differentiated again, and built upon."""
        g, nodes = self.cotangent(root), ancestors(root)
        first = self.swept(root, lambda: gradients([root.ours], leaf.ours, [g], create_graph=True), create_graph=True)
        if first is None:
            return
        close(first.data, np.tensordot(root.jet.j, g, g.ndim)[leaf.slots].reshape(leaf.jet.shape))
        if root.jet.h is None:
            return
        second = np.tensordot(root.jet.h, g, g.ndim)[:, leaf.slots].reshape(N, *leaf.jet.shape)
        if not first.requires_grad:
            close(second, np.zeros(second.shape))
            return
        u = 1.0 + np.arange(leaf.jet.v.size).reshape(leaf.jet.shape)
        found = gradients([first], [x.ours for x in self.all_leaves], [u])
        self.compare(found, np.tensordot(second, u, u.ndim), 1e-8)
        entry = Entry(first, Jet(first.data, second, None), inputs=tuple(x for x in nodes if x.requires), rules=True,
                      made=self.clock, derived=True)
        if tame(entry.jet) and not self.torch:
            self.nodes.append(entry)


def deep(nested: Any) -> Any:
    """Return the first of nested lists, all the way down."""
    while isinstance(nested, list):
        nested = nested[0]
    return nested


def run(machine: Any, examples: int, **options: Any) -> None:
    """Run a machine: briefly by default, at length in a profile that is not derandomized."""
    profile = settings()
    most = examples if profile.derandomize else max(examples, profile.max_examples)
    run_state_machine_as_test(machine, settings=settings(
        profile, max_examples=most, stateful_step_count=50, suppress_health_check=list(HealthCheck), **options))


def test_random_programs_agree_with_jets() -> None:
    run(Programs, 40)


def test_random_programs_agree_with_torch() -> None:
    torch = pytest.importorskip("torch")
    run(type("ProgramsWithTorch", (Programs,), {"torch": torch}), 20)


# Test the tester: engines that are wrong in one thing.

def overwrite(leaf: Any, g: Any) -> None:
    leaf.grad = g


def last_only(g: Any, y: Any, x: Any, index: Any) -> Any:
    found = np.zeros(x.shape)
    found[index] += g
    return found


BROKEN = {
    "leaves overwrite": (Tensor, "receive", overwrite),
    "written data are not noticed": (autograd.backward, "check_inputs", lambda node: None),
    "hooks change nothing": (autograd.backward, "run_hooks", lambda node, g, create_graph: g),
    "detach keeps the graph": (Tensor, "detach", lambda self: self),
    "no_grad records": (Tensor, "cut", lambda self: None),
    "the second derivative of tanh": (TABLE["tanh"], "node_rules", (lambda y, x: 1 - y * x,)),
    "repeated indices": (TABLE["getitem"], "array_rules", (last_only,)),
    "a partial of mul": (TABLE["mul"], "array_rules", (lambda z, x, y: y, lambda z, x, y: y)),
    "no sum over a broadcast axis": (TABLE["sum_to"], "array", np.resize),
}


@pytest.mark.parametrize("name", BROKEN)
def test_machine_notices_a_broken_engine(name: str, monkeypatch: Any) -> None:
    place, attribute, wrong = BROKEN[name]
    before = getattr(place, attribute)
    if isinstance(place, Op):
        object.__setattr__(place, attribute, wrong)
    else:
        monkeypatch.setattr(place, attribute, wrong)
    try:
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            run(Programs, 2000, phases=[Phase.generate], derandomize=True, database=None)
    finally:
        if isinstance(place, Op):
            object.__setattr__(place, attribute, before)
