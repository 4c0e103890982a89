"""Neuron, Layer and MLP: micrograd's shape and numbers, any activation, any source of randomness."""

import math
import random

import numpy as np
import pytest

from autograd import Value, graph_stats, ops
from autograd.op import REAL, TABLE
from nn.scalar import ACTIVATIONS, MLP, Layer, Module, Neuron


def by_hand(neuron: Neuron, x: list[float]) -> float:
    return sum(w.data * v for w, v in zip(neuron.w, x, strict=True)) + neuron.b.data


@pytest.mark.parametrize("activation", ACTIVATIONS[1:])
def test_neuron_is_its_activation_of_weighted_inputs(activation: str) -> None:
    neuron = Neuron(3, activation=activation, rng=random.Random(0))
    low, high = (TABLE[activation].domain or (REAL,))[0]
    neuron.b.data = max(low, 0.0) + (0.5 if high <= 1.0 else 1.5) - by_hand(neuron, [0.2, -0.3, 0.1])
    weighted = by_hand(neuron, [0.2, -0.3, 0.1])
    assert neuron([0.2, -0.3, 0.1]).data == pytest.approx(getattr(ops, activation)(weighted))


def test_linear_neuron_has_no_activation_however_it_is_asked_for() -> None:
    for neuron in (Neuron(2, nonlin=False), Neuron(2, activation="linear"), Neuron(2, False, activation="tanh")):
        assert neuron([1.0, -2.0]).op.name == "sumprod"
        assert (neuron.nonlin, neuron.activation, repr(neuron)) == (False, "linear", "LinearNeuron(2)")


def test_unknown_activation_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(ValueError, match=r"activation='rleu' is unknown; known are linear, .*relu"):
        MLP(2, [3, 1], activation="rleu")


@pytest.mark.parametrize("rng", [random.Random(1337), np.random.default_rng(1337)], ids=["random", "numpy"])
def test_weights_come_from_the_given_generator_between_minus_one_and_one(rng: random.Random) -> None:
    random.seed(7)
    state = random.getstate()
    weights = [w.data for w in Neuron(200, rng=rng).w]
    assert random.getstate() == state
    assert -1 <= min(weights) < -0.9 < 0.9 < max(weights) <= 1


def test_equal_generators_give_equal_models() -> None:
    first, second = (MLP(2, [4, 1], rng=np.random.default_rng(3)) for _ in range(2))
    assert [p.data for p in first.parameters()] == [p.data for p in second.parameters()]


def test_seeding_the_module_random_gives_the_weights_of_micrograd() -> None:
    random.seed(1337)
    model = MLP(2, [2, 1])
    weights = [round(w.data, 4) for layer in model.layers for neuron in layer.neurons for w in neuron.w]
    assert weights == [0.2355, 0.0665, -0.2683, 0.1716, -0.6686, 0.6487]


def test_biases_start_at_zero() -> None:
    assert {neuron.b.data for layer in MLP(2, [3, 1]).layers for neuron in layer.neurons} == {0.0}


def test_parameters_are_weights_then_bias_neuron_by_neuron_layer_by_layer() -> None:
    model = MLP(2, [2, 1])
    (n1, n2), (n3,) = (layer.neurons for layer in model.layers)
    expected = [*n1.w, n1.b, *n2.w, n2.b, *n3.w, n3.b]
    assert [id(p) for p in model.parameters()] == [id(p) for p in expected]
    assert Module().parameters() == []


def test_only_the_last_layer_is_linear() -> None:
    model = MLP(2, [3, 2, 1], activation="tanh")
    used = [{neuron.activation for neuron in layer.neurons} for layer in model.layers]
    assert used == [{"tanh"}, {"tanh"}, {"linear"}]


def test_representations_are_those_of_micrograd() -> None:
    model = MLP(2, [2, 1])
    assert repr(model) == "MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]"
    assert repr(Layer(1, 1, activation="tanh")) == "Layer of [TanhNeuron(1)]"


def test_layer_of_one_neuron_returns_its_output_and_others_a_list() -> None:
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)
    assert [type(y) for y in Layer(2, 3)([1.0, 2.0])] == [Value] * 3


def test_a_narrow_layer_in_the_middle_feeds_the_next() -> None:
    model = MLP(1, [1, 1, 2], activation="tanh")
    assert [type(y) for y in model([0.5])] == [Value, Value]


@pytest.mark.parametrize("row", [
    [1.0, -2.0], (1, -2), np.array([1.0, -2.0]), np.array([1, -2]), [Value(1.0), Value(-2.0)], [Value(1.0), -2],
    iter([1.0, -2.0]),
], ids=["list", "ints", "array", "int array", "Values", "mixed", "iterator"])
def test_rows_may_be_any_numbers_or_values(row: object) -> None:
    model = MLP(2, [4, 2], rng=random.Random(0))
    assert [y.data for y in model(row)] == pytest.approx([y.data for y in model([1.0, -2.0])])


def test_wrong_number_of_inputs_is_an_error_with_both_counts() -> None:
    with pytest.raises(ValueError, match="2 weights do not fit 3 inputs"):
        Neuron(2)([1.0, 2.0, 3.0])


def test_neuron_is_one_node_and_its_activation_another() -> None:
    assert graph_stats(Neuron(10, activation="tanh")([1.0] * 10)).nodes == 10 + 1 + 2


def test_zero_grad_clears_what_backward_added() -> None:
    model = MLP(2, [3, 1], activation="tanh")
    model([1.0, 2.0]).backward()
    assert all(p.grad != 0.0 for p in model.parameters())
    model.zero_grad()
    assert all(p.grad == 0.0 for p in model.parameters())


def test_gradients_of_a_model_agree_with_central_differences() -> None:
    model, x, h = MLP(3, [4, 4, 1], activation="tanh", rng=random.Random(5)), [0.3, -0.7, 1.1], 1e-5
    model(x).backward()
    for p in model.parameters():
        start, found = p.data, []
        for shift in (h, -h):
            p.data = start + shift
            found.append(model(x).data)
        p.data = start
        assert p.grad == pytest.approx((found[0] - found[1]) / (2 * h), abs=1e-9)


def test_gradient_descent_learns_exclusive_or() -> None:
    model = MLP(2, [4, 1], activation="tanh", rng=random.Random(1))
    samples = [((-1.0, -1.0), -1.0), ((-1.0, 1.0), 1.0), ((1.0, -1.0), 1.0), ((1.0, 1.0), -1.0)]
    for _ in range(200):
        loss = sum((model(x) - target) ** 2 for x, target in samples)
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.1 * p.grad
    assert all(math.copysign(1, model(x).data) == target for x, target in samples)
