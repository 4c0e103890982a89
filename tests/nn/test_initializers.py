"""Initializers: the moments that their formulas promise, torch's gains and fans, and the same numbers for one seed."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from autograd.errors import OperandError, ShapeError
from nn import initializers as start
from nn.layers.activations import ACTIVATIONS

SHAPE = (300, 200)  # 300 outputs, 200 inputs
KERNEL = (60, 40, 3, 5)
GAIN = math.sqrt(2)

# initializer, shape, standard deviation, the greatest size that may occur
MOMENTS = (
    (partial(start.uniform, low=-0.2, high=0.2), SHAPE, 0.2 / math.sqrt(3), 0.2),
    (partial(start.normal, std=0.3), SHAPE, 0.3, math.inf),
    (partial(start.truncated_normal, std=0.3), SHAPE, 0.3 * 0.8796256610342398, 0.6),
    (partial(start.truncated_normal, std=0.3, bound=0.5), SHAPE, 0.3 * 0.2840825, 0.15),
    (start.xavier_uniform, SHAPE, math.sqrt(2 / 500), math.sqrt(6 / 500)),
    (partial(start.xavier_uniform, gain=5 / 3), SHAPE, 5 / 3 * math.sqrt(2 / 500), 5 / 3 * math.sqrt(6 / 500)),
    (start.xavier_normal, SHAPE, math.sqrt(2 / 500), math.inf),
    (start.xavier_uniform, KERNEL, math.sqrt(2 / 1500), math.sqrt(6 / 1500)),
    (start.he_uniform, SHAPE, GAIN / math.sqrt(200), GAIN * math.sqrt(3 / 200)),
    (start.he_normal, SHAPE, GAIN / math.sqrt(200), math.inf),
    (partial(start.he_normal, mode="fan_out"), SHAPE, GAIN / math.sqrt(300), math.inf),
    (partial(start.he_normal, mode="fan_avg"), SHAPE, GAIN / math.sqrt(250), math.inf),
    (partial(start.he_normal, nonlinearity="leaky_relu", slope=1.0), SHAPE, 1 / math.sqrt(200), math.inf),
    (start.he_normal, KERNEL, GAIN / math.sqrt(600), math.inf),
    (start.lecun_uniform, SHAPE, 1 / math.sqrt(200), math.sqrt(3 / 200)),
    (start.lecun_normal, SHAPE, 1 / math.sqrt(200), math.inf),
    (start.orthogonal, SHAPE, 1 / math.sqrt(300), 1.0),
    (partial(start.sparse, sparsity=0.75, std=0.1), SHAPE, 0.1 / 2, math.inf),
)


@pytest.mark.parametrize(("draw", "shape", "std", "bound"), MOMENTS)
def test_moments_are_those_of_the_formula(draw: Callable[..., Any], shape: Any, std: float, bound: float) -> None:
    found = draw(shape, rng=np.random.default_rng(0))
    n = found.size
    assert found.shape == shape
    assert found.dtype == np.float64
    assert abs(found.mean()) < 5 * std / math.sqrt(n)
    assert found.std() == pytest.approx(std, rel=0.02)
    assert np.abs(found).max() <= bound
    assert bound == math.inf or np.abs(found).max() > 0.1 * bound


@pytest.mark.parametrize("draw", [row[0] for row in MOMENTS])
def test_the_seed_decides_and_nothing_else(draw: Callable[..., Any]) -> None:
    first, second, other = (draw((6, 4), rng=np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)
    with pytest.raises(OperandError, match=r"rng must be a numpy Generator.*got 3"):
        draw((6, 4), rng=3)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (2, 3, 2)])
def test_orthogonal_rows_or_columns_have_the_length_of_the_gain(shape: Any) -> None:
    w = start.orthogonal(shape, 1.5, rng=np.random.default_rng(0)).reshape(shape[0], -1)
    product = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    assert np.allclose(product, 1.5**2 * np.eye(len(product)), atol=1e-14)


def test_orthogonal_matrices_of_both_determinants_are_drawn() -> None:
    rng = np.random.default_rng(0)
    assert {round(np.linalg.det(start.orthogonal((3, 3), rng=rng))) for _ in range(20)} == {-1, 1}


@pytest.mark.parametrize("sparsity", [0.0, 0.25, 0.3, 1.0])
def test_sparse_has_its_share_of_zeros_in_each_column(sparsity: float) -> None:
    found = start.sparse((10, 50), sparsity, rng=np.random.default_rng(0))
    assert set((found == 0).sum(axis=0).tolist()) == {math.ceil(10 * sparsity)}
    assert sparsity in (0.0, 1.0) or len({tuple(column) for column in (found == 0).T.tolist()}) > 10


def test_what_is_not_drawn() -> None:
    assert not start.zeros((2, 3)).any()
    assert (start.constant((2, 3), 0.25) == 0.25).all()
    assert start.identity((2, 3), 2.0).tolist() == [[2, 0, 0], [0, 2, 0]]


def test_gains_equal_torch() -> None:
    torch = pytest.importorskip("torch", reason="gains are compared with it")
    for name in ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        assert start.calculate_gain(name) == torch.nn.init.calculate_gain(name)
    assert start.calculate_gain("leaky_relu", 0.3) == torch.nn.init.calculate_gain("leaky_relu", 0.3)
    for shape in ((5, 3), (5, 3, 2), (5, 3, 2, 4)):
        assert start.fans(shape) == torch.nn.init._calculate_fan_in_and_fan_out(torch.zeros(shape))


def test_bounds_equal_torch() -> None:
    torch = pytest.importorskip("torch", reason="bounds are compared with it")
    rng = np.random.default_rng(0)
    for ours, theirs in ((start.xavier_uniform, torch.nn.init.xavier_uniform_),
                         (start.he_uniform, partial(torch.nn.init.kaiming_uniform_, nonlinearity="relu"))):
        expected = theirs(torch.zeros(KERNEL).double()).abs().max().item()
        assert np.abs(ours(KERNEL, rng=rng)).max() == pytest.approx(expected, rel=1e-3)


def test_each_activation_has_a_gain() -> None:
    assert set(start.GAINS) >= set(ACTIVATIONS)


MISTAKES = (
    (lambda rng: start.calculate_gain("swish"), OperandError, "'swish' is unknown; known are linear, sigmoid"),
    (lambda rng: start.he_normal((2, 3), "swish", rng=rng), OperandError, "'swish' is unknown"),
    (lambda rng: start.he_normal((2, 3), mode="fan", rng=rng), OperandError, "mode='fan' is unknown; known are fan_in"),
    (lambda rng: start.xavier_uniform((3,), rng=rng), ShapeError, r"two axes or more.*\(3,\).*zeros"),
    (lambda rng: start.orthogonal((3,), rng=rng), ShapeError, "two axes or more"),
    (lambda rng: start.identity((3,)), ShapeError, "makes matrices"),
    (lambda rng: start.sparse((3,), rng=rng), ShapeError, "draws matrices"),
    (lambda rng: start.sparse((3, 2), 1.5, rng=rng), ShapeError, "1.5"),
    (lambda rng: start.truncated_normal((3,), bound=0, rng=rng), OperandError, "bound=0 must be positive"),
)


@pytest.mark.parametrize(("call", "error", "words"), MISTAKES, ids=[words for _, _, words in MISTAKES])
def test_mistake_is_an_error_that_says_what_to_do(call: Callable[..., Any], error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        call(np.random.default_rng(0))
