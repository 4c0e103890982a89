"""LBFGS follows torch's trajectories, with a line search and without, and its line search keeps its promises."""

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value
from autograd.errors import OperandError
from nn.optimizers import LBFGS, Lookahead
from nn.optimizers.line_search import DECREASE, FLATNESS, Point, strong_wolfe

A = np.random.default_rng(0).normal(size=(8, 5))
B = np.random.default_rng(1).normal(size=8)
START = np.array([-1.2, 1.0, 0.7, -0.3, 2.0])

#: Losses with their gradients, in numpy, so that both libraries see the same numbers.
LOSSES: dict[str, Callable[[np.ndarray], tuple[float, np.ndarray]]] = {
    "least squares": lambda x: (float(((A @ x - B) ** 2).sum()), 2 * A.T @ (A @ x - B)),
    "logistic": lambda x: (float(np.logaddexp(0, -(A @ x) * np.sign(B)).sum() + 0.05 * x @ x),
                           A.T @ (-np.sign(B) / (1 + np.exp(A @ x * np.sign(B)))) + 0.1 * x),
    "Rosenbrock": lambda x: (
        float((100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()),
        np.concatenate([-400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1]), [0.0]])
        + np.concatenate([[0.0], 200 * (x[1:] - x[:-1] ** 2)])),
}
OPTIONS: list[dict[str, Any]] = [
    {"lr": 0.01}, {"lr": 0.01, "history_size": 3}, {"lr": 0.01, "max_iter": 1},
    {"lr": 0.01, "max_iter": 5, "max_eval": 3},
    {"line_search_fn": "strong_wolfe"}, {"line_search_fn": "strong_wolfe", "history_size": 2},
    {"line_search_fn": "strong_wolfe", "max_iter": 3}, {"line_search_fn": "strong_wolfe", "lr": 0.1, "max_eval": 7},
    {"line_search_fn": "strong_wolfe", "lr": 30.0, "max_iter": 4},
    {"line_search_fn": "strong_wolfe", "tolerance_grad": 1e-2}, {"line_search_fn": "strong_wolfe",
                                                                 "tolerance_change": 1e-3},
]


def ours(loss: str, options: dict[str, Any], steps: int) -> list[np.ndarray]:
    parameters = [Tensor(START[:2], requires_grad=True), Tensor(START[2:].reshape(3, 1), requires_grad=True)]
    optimizer = LBFGS(parameters, **options)

    def closure() -> float:
        value, g = LOSSES[loss](np.concatenate([p.numpy() for p in parameters], axis=None))
        parameters[0].grad, parameters[1].grad = g[:2], g[2:].reshape(3, 1)
        return value
    found = []
    for _ in range(steps):
        optimizer.step(closure)
        found.append(np.concatenate([p.numpy() for p in parameters], axis=None))
    return found


def torchs(loss: str, options: dict[str, Any], steps: int) -> list[np.ndarray]:
    import torch
    x = torch.tensor(START, requires_grad=True)
    optimizer = torch.optim.LBFGS([x], **options)

    def closure() -> float:
        value, g = LOSSES[loss](x.detach().numpy())
        x.grad = torch.tensor(g)
        return value
    found = []
    for _ in range(steps):
        optimizer.step(closure)
        found.append(x.detach().numpy().copy())
    return found


#: How many steps, of up to 20 iterations each, are compared: rounding, as sums are added up in another order, grows on
#: the way through a curved valley, for two versions of the same library too.
STEPS = {"least squares": 200, "logistic": 8, "Rosenbrock": 2}


def largest_difference(loss: str, options: dict[str, Any]) -> float:
    """Return the largest difference of any weight after any step."""
    if loss == "Rosenbrock" and "line_search_fn" not in options:
        options = options | {"lr": 1e-4}  # longer ones lead out of the valley
    pairs = zip(ours(loss, options, STEPS[loss]), torchs(loss, options, STEPS[loss]), strict=True)
    return max(float(np.abs(mine - theirs).max()) for mine, theirs in pairs)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_trajectory_equals_torchs(loss: str, options: dict[str, Any]) -> None:
    pytest.importorskip("torch")
    assert largest_difference(loss, options) <= 1e-10


def test_values_and_tensors_of_one_element_take_the_same_way() -> None:
    numbers = [-1.2, 1.0]

    def run(parameters: list[Any]) -> list[float]:
        optimizer = LBFGS(parameters, line_search_fn="strong_wolfe", max_iter=7)

        def closure() -> Any:
            optimizer.zero_grad()
            x, y = parameters
            loss = 100 * (y - x * x) ** 2 + (1 - x) ** 2
            loss.backward()
            return loss
        for _ in range(3):
            optimizer.step(closure)
        return [float(p.data) for p in parameters]
    np.testing.assert_allclose(run([Value(x) for x in numbers]), run([Tensor(x, requires_grad=True) for x in numbers]),
                               rtol=0, atol=1e-9)


def test_resumed_from_its_state_it_goes_on_bit_for_bit() -> None:
    def run(states: list[Any], x: Tensor, steps: int) -> None:
        optimizer = LBFGS([x], line_search_fn="strong_wolfe", max_iter=2, history_size=3)
        if states:
            optimizer.load_state_dict(states.pop())

        def closure() -> float:
            value, x.grad = LOSSES["Rosenbrock"](x.numpy())
            return value
        for _ in range(steps):
            optimizer.step(closure)
        states.append(copy.deepcopy(optimizer.state_dict()))
    whole, broken = Tensor(START, requires_grad=True), Tensor(START, requires_grad=True)
    run([], whole, 9)
    states: list[Any] = []
    run(states, broken, 4)
    run(states, broken, 5)
    assert np.array_equal(whole.data, broken.data)


def test_parameter_without_gradient_stays() -> None:
    w, unused = Value(3.0), Tensor([5.0], requires_grad=True)
    x, still = Tensor([3.0], requires_grad=True), Tensor([5.0], requires_grad=True)
    optimizer = LBFGS([x, still])

    def closure() -> Any:
        optimizer.zero_grad()
        loss = (x * x).sum()
        loss.backward()
        return loss
    optimizer.step(closure)
    assert still.data.tolist() == [5.0]
    assert abs(x.data[0]) < 1e-3
    with pytest.raises(OperandError, match="one group of one dtype; got 2"):
        LBFGS([w, unused]).step(closure)


def test_lookahead_wraps_it() -> None:
    x = Tensor(START, requires_grad=True)
    optimizer = Lookahead(LBFGS([x], line_search_fn="strong_wolfe", max_iter=3), every=2, alpha=0.8)

    def closure() -> float:
        value, x.grad = LOSSES["least squares"](x.numpy())
        return value
    losses = [optimizer.step(closure) for _ in range(20)]
    assert losses[-1] < losses[0] / 2


def test_mistakes_are_named() -> None:
    with pytest.raises(OperandError, match=r"LBFGS.step needs a closure"):
        LBFGS([Value(1.0)]).step()
    with pytest.raises(OperandError, match="line_search_fn='armijo' must be None or 'strong_wolfe'"):
        LBFGS([Value(1.0)], line_search_fn="armijo")
    with pytest.raises(OperandError, match="max_iter=0 must be a whole number"):
        LBFGS([Value(1.0)], max_iter=0)


LINES: dict[str, Callable[[float], tuple[float, float]]] = {
    "parabola": lambda t: ((t - 3) ** 2, 2 * (t - 3)),
    "quartic": lambda t: ((t - 2) ** 4 - t, 4 * (t - 2) ** 3 - 1),
    "wavy": lambda t: (math.cos(t) + 0.1 * t - t, -math.sin(t) - 0.9) if t < 30 else ((t - 30) ** 2, 2 * (t - 30)),
    "wall": lambda t: (-t if t < 5 else (t - 5) * 1000, -1.0 if t < 5 else 1000.0),
    "log barrier": lambda t: (-t - math.log(10 - t), -1 + 1 / (10 - t)) if t < 10 else (math.inf, math.nan),
}


@pytest.mark.parametrize("line", ["parabola", "quartic", "log barrier"])
@pytest.mark.parametrize("first", [1e-3, 0.1, 1.0, 7.0, 50.0])
def test_line_search_ends_where_both_conditions_hold(line: str, first: float) -> None:
    def evaluate(t: float) -> Point:
        loss, slope = LINES[line](t)
        return Point(t, loss, np.array([slope]), slope)
    start = evaluate(0.0)
    found, count = strong_wolfe(evaluate, start, first, width=1.0, tolerance=1e-9, limit=25)
    assert found.loss <= start.loss + DECREASE * found.t * start.slope
    assert abs(found.slope) <= FLATNESS * abs(start.slope)
    assert 1 <= count <= 26


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("limit", [1, 2, 5, 25])
def test_line_search_is_never_worse_than_the_start_and_keeps_to_its_limit(line: str, limit: int) -> None:
    calls = []

    def evaluate(t: float) -> Point:
        calls.append(t)
        loss, slope = LINES[line](t)
        return Point(t, loss, np.array([slope]), slope)
    start = evaluate(0.0)
    found, count = strong_wolfe(evaluate, start, 1.0, width=1.0, tolerance=1e-9, limit=limit)
    assert found.loss <= start.loss
    assert count == len(calls) - 1 <= limit + 1


if __name__ == "__main__":
    print("| LBFGS | " + " | ".join(LOSSES) + " |\n|---|--:|--:|--:|")
    for row in OPTIONS:
        print(f"| {row} | " + " | ".join(f"{largest_difference(loss, row):.1e}" for loss in LOSSES) + " |")
