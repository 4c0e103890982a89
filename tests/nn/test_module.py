"""Module: what counts as a parameter, what a state is, what is shared, and how it is shown."""

import copy
import pickle
from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, no_grad
from autograd.errors import OperandError, ShapeError, StaleError
from nn import Linear, Module, Sequential


def leaf(*shape: int) -> Tensor:
    return Tensor(np.ones(shape), requires_grad=True)


def linear(n: int = 2, m: int = 3, seed: int = 0) -> Linear:
    return Linear(n, m, rng=np.random.default_rng(seed))


Pair = namedtuple("Pair", "left right")


@dataclass
class Gate:
    weight: Tensor
    note: str = ""


class Everything(Module):
    """Parameters in attributes of every sort."""

    def __init__(self) -> None:
        self.own = leaf(1)
        self.layer = linear()
        self.many = [leaf(2), (leaf(3), linear(1, 1))]
        self.by_name = {"a": leaf(4), 7: [leaf(5)]}
        self.pair = Pair(leaf(6), None)
        self.gate = Gate(leaf(7))
        self.frozen = Tensor(np.zeros(8))
        self.array, self.number, self.counts = np.zeros(9), 3.0, Tensor([1, 2])
        self.computed = self.own * 2

    def forward(self, x: Any) -> Any:
        return self.layer(x) * self.own


NAMES = ["own", "layer.weight", "layer.bias", "many.0", "many.1.0", "many.1.1.weight", "many.1.1.bias", "by_name.a",
         "by_name.7.0", "pair.0", "gate.weight", "frozen"]


def test_parameters_are_found_in_lists_tuples_dicts_and_dataclasses() -> None:
    assert [name for name, _ in Everything().named_parameters()] == NAMES
    assert [p.shape for p in Everything().parameters()][:5] == [(1,), (3, 2), (3,), (2,), (3,)]


def test_parameters_that_are_appended_later_are_found_too() -> None:
    model = Everything()
    model.many.append(linear())
    model.by_name["late"] = leaf(2)
    assert len(model.parameters()) == len(NAMES) + 3


def test_modules_are_found_each_once_and_by_their_paths() -> None:
    model = Everything()
    model.again = model.layer
    assert [name for name, _ in model.named_modules()] == ["", "layer", "many.1.1"]
    assert model.modules()[0] is model


def test_shared_parameter_counts_once_and_stands_in_the_state_under_each_name() -> None:
    first, second = linear(2, 2), linear(2, 2, seed=1)
    second.weight = first.weight
    model = Sequential(first, second)
    assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias", "1.bias"]
    assert list(model.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    model(np.ones((1, 2))).sum().backward()
    assert first.weight.grad is second.weight.grad
    twin = copy.deepcopy(model)
    assert twin[0].weight is twin[1].weight
    assert twin[0].weight is not first.weight


def test_a_module_that_holds_itself_or_its_owner_is_walked_once() -> None:
    model = Sequential(linear())
    model[0].owner = model
    model.loop = [model]
    assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias"]
    assert len(model.modules()) == 2
    assert "owner" in repr(model)


def test_train_and_eval_reach_every_module() -> None:
    model = Everything()
    assert model.training
    assert model.eval() is model
    assert [m.training for m in model.modules()] == [False] * 3
    assert [m.training for m in model.train().modules()] == [True] * 3


def test_zero_grad_forgets_gradients() -> None:
    model = linear()
    model(np.ones((1, 2))).sum().backward()
    assert model.weight.grad is not None
    model.zero_grad()
    assert [p.grad for p in model.parameters()] == [None, None]


def test_frozen_parameters_take_no_gradient_and_stay_parameters() -> None:
    model = Sequential(linear(2, 3), linear(3, 1))
    model[0].requires_grad_(False)
    model(np.ones((1, 2))).sum().backward()
    assert [p.grad is None for p in model.parameters()] == [True, True, False, False]
    assert len(model.requires_grad_().parameters()) == 4
    assert all(p.requires_grad for p in model.parameters())


def test_apply_reaches_what_lies_below_first() -> None:
    model, seen = Sequential(linear(), Sequential(linear())), []
    assert model.apply(seen.append) is model
    assert seen[-1] is model
    assert len(seen) == 4


def test_a_module_without_forward_says_so() -> None:
    with pytest.raises(NotImplementedError, match="Module has no forward"):
        Module()(1)


# State

def test_state_is_a_copy_and_loads_into_another_model() -> None:
    first, second = Sequential(linear(), nn.BatchNorm1d(3)), Sequential(linear(seed=1), nn.BatchNorm1d(3))
    first(np.arange(8.0).reshape(4, 2))
    saved = first.state_dict()
    assert list(saved)[:2] == ["0.weight", "0.bias"]
    first[0].weight.data += 1
    assert second.load_state_dict(saved) == ([], [])
    for name, array in second.state_dict().items():
        assert np.array_equal(array, saved[name])
        assert not np.shares_memory(array, saved[name])
    assert not np.array_equal(first.state_dict()["0.weight"], saved["0.weight"])


WRONG_STATES = (
    ({}, r"missing: weight, bias$"),
    ({"weight": np.ones((3, 2)), "bias": np.ones(3), "fc.weight": np.ones(1)}, r"unexpected: fc.weight$"),
    ({"weight": np.ones((2, 3)), "bias": np.ones(3)}, r"weight has shape \(3, 2\), got \(2, 3\)$"),
    ({"weight": np.ones((2, 3)), "gain": 1.0}, r"missing: bias; unexpected: gain; weight has shape"),
    ({"weight": np.ones((3, 2)), "bias": np.ones(1)}, r"bias has shape \(3,\), got \(1,\)$"),
)


@pytest.mark.parametrize(("state", "words"), WRONG_STATES)
def test_a_state_that_does_not_fit_is_an_error_and_changes_nothing(state: Any, words: str) -> None:
    model = linear()
    before = model.state_dict()
    with pytest.raises(ShapeError, match="load_state_dict of Linear: " + words):
        model.load_state_dict(state)
    assert all(np.array_equal(x, before[name]) for name, x in model.state_dict().items())


@pytest.mark.parametrize("value", ["words", np.ones((3, 2)) * 1j, object()])
def test_a_state_of_other_things_than_numbers_is_an_error(value: Any) -> None:
    with pytest.raises(OperandError, match="weight must be an array of real numbers"):
        linear().load_state_dict({"weight": value, "bias": np.ones(3)})


def test_a_state_that_is_not_strict_loads_what_fits_and_tells_the_rest() -> None:
    model = linear()
    found = model.load_state_dict({"bias": [1.0, 2.0, 3.0], "gain": 1.0}, strict=False)
    assert found.missing == ["weight"]
    assert found.unexpected == ["gain"]
    assert model.bias.data.tolist() == [1, 2, 3]
    with pytest.raises(ShapeError, match="bias has shape"):
        model.load_state_dict({"bias": [1.0]}, strict=False)


def test_a_state_takes_the_dtype_of_the_model_and_tensors_as_well_as_arrays() -> None:
    model = linear().to(np.float32)
    model.load_state_dict(dict(linear(seed=3).named_parameters()))
    assert model.weight.dtype == np.float32
    assert np.allclose(model.weight.data, linear(seed=3).weight.data)


def test_conversion_keeps_the_tensors_and_converts_gradients_and_buffers() -> None:
    model = Sequential(linear(), nn.BatchNorm1d(3))
    before = model.parameters()
    y = model(np.ones((2, 2)))
    y.sum().backward()
    assert model.to("float32") is model
    assert all(p is q for p, q in zip(before, model.parameters(), strict=True))
    assert {p.dtype.name for p in before} == {p.grad.dtype.name for p in before} == {"float32"}
    assert {name: x.dtype.name for name, x in model.state_dict().items()}["1.running_var"] == "float32"
    assert model[1].num_batches_tracked.dtype == np.int64
    with pytest.raises(StaleError):
        y.sum().backward()
    with pytest.raises(OperandError, match="floating dtype, got 'int64'"):
        model.to("int64")


def test_models_can_be_pickled() -> None:
    model = Sequential(linear(), nn.ReLU(), nn.BatchNorm1d(3))
    twin = pickle.loads(pickle.dumps(model))
    x = np.ones((2, 2))
    assert np.array_equal(twin(x).data, model(x).data)


def test_mutating_a_returned_state_does_not_reach_the_model() -> None:
    model = nn.BatchNorm1d(2)
    model.state_dict()["running_mean"][:] = 9.0
    assert not model.running_mean.any()


# Scopes, hooks and text

def test_scopes_are_the_paths_of_modules() -> None:
    class Net(Module):
        def __init__(self) -> None:
            self.first = linear()
            self.blocks = [Sequential(linear(3, 3)), linear(3, 1)]

        def forward(self, x: Any) -> Any:
            x = self.first(x)
            for block in self.blocks:
                x = block(x)
            return x

    net = Net()
    y = net(np.ones((1, 2)))
    found = set()
    stack = [y]
    while stack:
        node = stack.pop()
        found.add(node.scope)
        stack += [x for x in node.inputs if isinstance(x, Tensor) and not x.is_leaf]
    assert found == {("Net", "first"), ("Net", "blocks.0", "0"), ("Net", "blocks.1")}
    assert linear()(np.ones((1, 2))).scope == ("Linear",)


def test_forward_hook_sees_each_pass_until_it_is_removed_and_may_change_the_output() -> None:
    model, seen = linear(), []
    remove = model.register_forward_hook(lambda module, inputs, output: seen.append((module, output.shape)))
    double = model.register_forward_hook(lambda module, inputs, output: output * 2)
    x = np.ones((1, 2))
    doubled = model(x)
    double()
    assert np.array_equal(doubled.data, 2 * model(x).data)
    remove()
    model(x)
    assert seen == [(model, (1, 3))] * 2


def test_representation_is_a_tree() -> None:
    class Net(Module):
        def __init__(self) -> None:
            self.name, self.depth = "net", 2
            self.body = Sequential(linear(), nn.Dropout(0.5, rng=np.random.default_rng(0)))
            self.heads = {"a": linear(3, 1)}

    assert repr(Net()).split("\n") == [
        "Net(name='net', depth=2)",
        "├─ body: Sequential()",
        "│  ├─ 0: Linear(in_features=2, out_features=3)",
        "│  └─ 1: Dropout(p=0.5)",
        "└─ heads.a: Linear(in_features=3, out_features=1)",
    ]


def test_a_computed_tensor_in_an_attribute_is_no_parameter() -> None:
    model = linear()
    model.kept = model(np.ones((1, 2)))
    assert len(model.parameters()) == 2
    with no_grad():
        model.kept = model(np.ones((1, 2)))  # a leaf then, as the docstring of nn.module says
    assert [name for name, p in model.named_parameters() if not p.requires_grad] == ["kept"]
