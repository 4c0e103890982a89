"""The summary of a model: numbers that can be counted by hand, and a model that it leaves as it was."""

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.errors import ShapeError


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_summary_names_layers_shapes_parameters_and_what_is_frozen() -> None:
    model = nn.Sequential(nn.Linear(4, 3, rng=rng()), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 2, rng=rng()))
    model[0].requires_grad_(False)
    model[1].weight.requires_grad = False
    lines = [line.split() for line in nn.summary(model, (7, 4)).splitlines()]
    assert lines == [
        ["layer", "output", "shape", "parameters"],
        ["Sequential", "(7,", "2)"],
        ["0", "Linear", "(7,", "3)", "15", "frozen"],
        ["1", "BatchNorm1d", "(7,", "3)", "6", "trainable", "and", "frozen"],
        ["2", "ReLU", "(7,", "3)"],
        ["3", "Linear", "(7,", "2)", "8", "trainable"],
        ["total", "29", "parameters:", "11", "trainable,", "18", "frozen;", "232", "bytes"],
    ]


def test_shared_parameters_count_once_and_unused_modules_say_so() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            self.first, self.second, self.spare = (nn.Linear(2, 2, bias=False, rng=rng()) for _ in range(3))
            self.second.weight = self.first.weight
            self.scale = [Tensor([1.0], requires_grad=True)]

        def forward(self, x):
            return self.second(self.first(x)) * self.scale[0]

    text = nn.summary(Net(), (1, 2))
    assert "total 9 parameters" in text
    assert text.splitlines()[3].split() == ["second", "Linear", "(1,", "2)"]
    (spare,) = [line for line in text.splitlines() if "spare" in line]
    assert spare.split() == ["spare", "Linear", "not", "used", "4", "trainable"]
    assert text.splitlines()[1].split() == ["Net", "(1,", "2)", "1", "trainable"]


def test_a_model_of_whole_numbers_takes_their_dtype() -> None:
    model = nn.Sequential(nn.Embedding(5, 3, rng=rng()), nn.Flatten())
    assert "(2, 12)" in nn.summary(model, (2, 4), dtype=int)


def test_the_model_stays_as_it_was() -> None:
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(0.5, rng=rng()))
    model[1].eval()
    before = model.state_dict()
    nn.summary(model, (1, 2))
    assert [m.training for m in model.modules()] == [True, True, False]
    assert all(np.array_equal(x, before[name]) for name, x in model.state_dict().items())
    with pytest.raises(ShapeError, match="C = 2"):
        nn.summary(model, (1, 3))
    assert [m.training for m in model.modules()] == [True, True, False]
    assert all(not m._hooks for m in model.modules())
