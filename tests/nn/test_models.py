"""MLP: its layers, how its weights start, and that it learns."""

import math

import numpy as np
import pytest

import nn
from autograd.errors import OperandError
from nn.layers.activations import ACTIVATIONS


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def kinds(model: nn.MLP) -> list[str]:
    return [type(layer).__name__ for layer in model.layers]


def test_layers_and_activations_take_turns() -> None:
    assert kinds(nn.MLP([2, 8, 4, 1], "tanh", "sigmoid", rng=rng())) == [
        "Linear", "Tanh", "Linear", "Tanh", "Linear", "Sigmoid"]
    assert kinds(nn.MLP([2, 1], rng=rng())) == ["Linear"]
    assert kinds(nn.MLP([2, 8, 1], dropout=0.5, rng=rng())) == ["Linear", "ReLU", "Dropout", "Linear"]


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_it_takes_each_activation_by_name_and_starts_with_its_gain(name: str) -> None:
    model = nn.MLP([100, 100, 2], name, name, rng=rng())
    assert model(np.ones((3, 100))).shape == (3, 2)
    first = model.layers[0]
    assert first.weight.data.std() == pytest.approx(nn.initializers.calculate_gain(name) / math.sqrt(100), rel=0.02)
    assert not first.bias.data.any()


def test_the_seed_decides_the_weights() -> None:
    first, second = nn.MLP([3, 4, 2], rng=rng()).state_dict(), nn.MLP([3, 4, 2], rng=rng()).state_dict()
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert list(first) == ["layers.0.weight", "layers.0.bias", "layers.2.weight", "layers.2.bias"]


def test_it_learns_xor() -> None:
    inputs, targets = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([0, 1, 1, 0])
    model = nn.MLP([2, 8, 2], "tanh", rng=rng())
    for _ in range(200):
        loss = nn.cross_entropy(model(inputs), targets)
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 1.0 * p.grad
    assert loss.item() < 0.02
    assert np.argmax(model(inputs).data, axis=1).tolist() == targets.tolist()


def test_mistakes_are_errors_that_say_what_to_do() -> None:
    with pytest.raises(OperandError, match=r"sizes=\[3\] must name at least"):
        nn.MLP([3], rng=rng())
    with pytest.raises(OperandError, match=r"sizes\[1\]=0 must be a whole number"):
        nn.MLP([3, 0], rng=rng())
    with pytest.raises(OperandError, match="'swish' is unknown; known are elu"):
        nn.MLP([3, 2, 1], "swish", rng=rng())
    with pytest.raises(OperandError, match="p=2 must lie from 0 to 1"):
        nn.MLP([3, 2, 1], dropout=2, rng=rng())
