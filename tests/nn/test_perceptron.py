"""Rosenblatt's perceptron: its learning rule, the theorem about it, and what it cannot learn."""

import numpy as np
import pytest

from autograd.errors import OperandError, ShapeError
from nn import Perceptron


def parted(margin: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return points of the plane on both sides of a line through 0, none nearer to it than the margin."""
    points = np.random.default_rng(seed).uniform(-1, 1, (200, 2))
    side = points @ [0.6, -0.8]
    kept = np.abs(side) >= margin
    return points[kept], (side[kept] > 0).astype(int)


@pytest.mark.parametrize("margin", [0.05, 0.2])
def test_it_learns_what_a_line_parts_with_no_more_mistakes_than_novikoffs_bound(margin: float) -> None:
    points, targets = parted(margin)
    unit = Perceptron(2)
    mistakes = unit.fit(points, targets, epochs=1000)
    assert mistakes[-1] == 0
    assert unit(points).data.tolist() == targets.tolist()
    reach = np.max((points**2).sum(axis=1)) + 1  # the bias is a weight of an input that is always 1
    assert 0 < sum(mistakes) <= reach / margin**2


@pytest.mark.parametrize("rate", [1.0, 0.3])
def test_it_learns_as_scikit_learns_perceptron_does(rate: float) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    points, targets = parted(0.0, seed=1)
    theirs = linear_model.Perceptron(eta0=rate, shuffle=False, max_iter=3, tol=None)
    theirs.fit(points, targets, coef_init=np.array([[0.3, 0.2]]), intercept_init=np.array([0.1]))
    ours = Perceptron(2)
    ours.load_state_dict({"weight": [0.3, 0.2], "bias": 0.1})
    ours.fit(points, targets, rate, epochs=3)
    assert np.allclose(ours.weight.data, theirs.coef_[0], rtol=1e-12)
    assert np.allclose(ours.bias.data, theirs.intercept_[0], rtol=1e-12)


def test_it_never_learns_xor() -> None:
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    assert min(Perceptron(2).fit(corners, [0, 1, 1, 0], epochs=200)) > 0


def test_it_takes_no_gradient() -> None:
    unit = Perceptron(2)
    assert not unit(np.ones((3, 2))).requires_grad
    assert [p.requires_grad for p in unit.parameters()] == [False, False]


def test_mistakes_of_the_user_are_errors() -> None:
    with pytest.raises(OperandError, match="a target is 0 or 1, got -1"):
        Perceptron(2).fit([[1.0, 1.0]], [-1])
    with pytest.raises(ShapeError, match=r"\(\.\.\., 2\), got shape \(3,\)"):
        Perceptron(2)(np.ones(3))
