"""One training step of micrograd's demo: 100 moons, MLP 2-16-16-1, hinge loss, L2, plain SGD, float64.

All contenders start from the same weights and must agree on the loss. `python -m tests.benchmarks.demo_step NAME`
measures one of them.
"""

import argparse
import gc
import importlib.util
import json
import random
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import Tensor, Value
from nn import SGD, scalar
from tests.benchmarks.runner import in_child, number, seconds_per_call, table

SIZES, DECAY, RATE = [16, 16, 1], 1e-4, 0.1
Step = Callable[[], float]


def moons(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return n points on two interleaved half circles with noise, and their classes, 1 and -1."""
    rng = np.random.default_rng(0)
    angle = np.linspace(0, np.pi, n // 2)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points = np.concatenate([upper, [1, 0.5] - upper])
    return points + rng.normal(0, 0.1, points.shape), np.repeat([1.0, -1.0], n // 2)


def scalar_step(value: type, mlp: type, n: int) -> Step:
    """Return the step with scalars, as micrograd's demo writes it."""
    random.seed(1337)
    model = mlp(2, SIZES)
    points, classes = (array.tolist() for array in moons(n))

    def step() -> float:
        scores = [model([value(x) for x in point]) for point in points]
        losses = [(1 + -c * score).relu() for c, score in zip(classes, scores, strict=True)]
        loss = sum(losses) * (1.0 / n) + DECAY * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= RATE * p.grad
        return loss.data
    return step


def initial_arrays() -> list[np.ndarray]:
    """Return the weights that the scalar contenders start with as arrays: matrix, bias, matrix, bias …"""
    random.seed(1337)
    model = scalar.MLP(2, SIZES)
    return [np.array(part, order="C") for layer in model.layers
            for part in (np.transpose([[w.data for w in neuron.w] for neuron in layer.neurons]),
                         [neuron.b.data for neuron in layer.neurons])]


def micrograd_step(n: int) -> Step:
    from micrograd.engine import Value as MicrogradValue
    from micrograd.nn import MLP as MicrogradMLP
    return scalar_step(MicrogradValue, MicrogradMLP, n)


def unfused_step(n: int) -> Step:
    """micrograd's own nn, with its import line changed to our Value."""
    path = importlib.util.find_spec("micrograd.nn").origin
    with open(path, encoding="utf-8") as file:
        source = file.read().replace("from micrograd.engine", "from autograd")
    module = types.ModuleType("micrograd_nn_on_autograd")
    exec(compile(source, path, "exec"), module.__dict__)
    return scalar_step(Value, module.MLP, n)


def fused_step(n: int) -> Step:
    return scalar_step(Value, scalar.MLP, n)


def tensor_step(n: int) -> Step:
    points, classes = map(Tensor, moons(n))
    parameters = [Tensor(array, requires_grad=True) for array in initial_arrays()]

    def step() -> float:
        loss = demo_loss(points, classes, parameters)
        for p in parameters:
            p.grad = None
        loss.backward()
        for p in parameters:
            p.data -= RATE * p.grad
        return loss.item()
    return step


def tensor_sgd_step(n: int) -> Step:
    """The same with the optimizer of nn in place of an update by hand."""
    points, classes = map(Tensor, moons(n))
    parameters = [Tensor(array, requires_grad=True) for array in initial_arrays()]
    return optimized(points, classes, parameters, SGD(parameters, lr=RATE))


def torch_sgd_step(n: int) -> Step:
    """The same with torch's own optimizer."""
    import torch
    torch.set_num_threads(1)
    points, classes = map(torch.tensor, moons(n))
    parameters = [torch.tensor(array, requires_grad=True) for array in initial_arrays()]
    return optimized(points, classes, parameters, torch.optim.SGD(parameters, lr=RATE))


def optimized(points: Any, classes: Any, parameters: list[Any], optimizer: Any) -> Step:
    """Return the step that users of either library write."""
    def step() -> float:
        loss = demo_loss(points, classes, parameters)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()
    return step


def penalty(parameters: Iterable[Any]) -> Any:
    """Return the sum of the squares of all parameters."""
    return sum((p * p).sum() for p in parameters)


def demo_loss(points: Any, classes: Any, parameters: list[Any]) -> Any:
    """Return the loss with the tensors of either library: the program that both run."""
    w1, b1, w2, b2, w3, b3 = parameters
    n = len(classes)
    hidden = (points @ w1 + b1).relu()
    scores = ((hidden @ w2 + b2).relu() @ w3 + b3).reshape(n)
    return (1 - classes * scores).relu().sum() * (1.0 / n) + DECAY * penalty(parameters)


def torch_step(n: int) -> Step:
    import torch
    torch.set_num_threads(1)
    points, classes = map(torch.tensor, moons(n))
    parameters = [torch.tensor(array, requires_grad=True) for array in initial_arrays()]

    def step() -> float:
        loss = demo_loss(points, classes, parameters)
        for p in parameters:
            p.grad = None
        loss.backward()
        with torch.no_grad():
            for p in parameters:
                p -= RATE * p.grad
        return loss.item()
    return step


def numpy_step(n: int) -> Step:
    """The derivatives by hand."""
    points, classes = moons(n)
    parameters = initial_arrays()
    w1, b1, w2, b2, w3, b3 = parameters

    def step() -> float:
        h1 = np.maximum(points @ w1 + b1, 0)
        h2 = np.maximum(h1 @ w2 + b2, 0)
        margins = 1 - classes * (h2 @ w3 + b3).reshape(n)
        loss = np.maximum(margins, 0).sum() * (1.0 / n) + DECAY * penalty(parameters)
        g3 = ((margins > 0) * classes * (-1.0 / n))[:, None]
        g2 = (g3 @ w3.T) * (h2 > 0)
        g1 = (g2 @ w2.T) * (h1 > 0)
        gradients = [points.T @ g1, g1.sum(0), h1.T @ g2, g2.sum(0), h2.T @ g3, g3.sum(0)]
        for p, g in zip(parameters, gradients, strict=True):
            p -= RATE * (g + 2 * DECAY * p)
        return float(loss)
    return step


CONTENDERS: dict[str, tuple[str, Callable[[int], Step]]] = {  # name: what must be importable, maker
    "micrograd": ("micrograd", micrograd_step),
    "Value, unfused (micrograd's nn)": ("micrograd", unfused_step),
    "Value, nn.scalar": ("autograd", fused_step),
    "torch, eager, 1 thread": ("torch", torch_step),
    "Tensor": ("autograd", tensor_step),
    "numpy, by hand": ("numpy", numpy_step),
    "torch, eager, torch.optim.SGD": ("torch", torch_sgd_step),
    "Tensor, nn.SGD": ("nn", tensor_sgd_step),
}
SCALARS, ARRAYS, OPTIMIZED = list(CONTENDERS)[:3], list(CONTENDERS)[3:6], list(CONTENDERS)[6:]
GOALS = {("Value, unfused (micrograd's nn)", "on"): "≥ 6×", ("Value, unfused (micrograd's nn)", "off"): "≥ 1.6×",
         ("Value, nn.scalar", "on"): "≥ 15×", ("Value, nn.scalar", "off"): "≥ 3×", ("Tensor", "on"): "≥ 1.25×",
         ("Tensor, nn.SGD", "on"): "≥ 1.25×"}


def measure(name: str, collector: str, n: int, samples: int) -> dict[str, float]:
    """Return the first loss and the seconds a step takes, in this process."""
    step = CONTENDERS[name][1](n)
    loss = step()
    if collector == "off":
        gc.disable()
    return {"loss": loss, "seconds": seconds_per_call(step, samples)}


def compare(names: list[str], *, quick: bool, micrograd: str) -> list[list[str]]:
    """Return lines of a table: who, collector on or off, microseconds, how often that goes into the first one's."""
    present = [name for name in names if importlib.util.find_spec(CONTENDERS[name][0])]
    turns = [(name, collector) for name in present for collector in (("on", "off") if names is SCALARS else ("on",))]
    n, samples, rounds = (10, 1, 1) if quick else (100, 5, 3 if names is SCALARS else 9)
    found: dict[tuple[str, str], list[dict[str, float]]] = {turn: [] for turn in turns}
    for _ in range(rounds):
        for name, collector in turns:
            found[name, collector].append(in_child("demo_step", name, "--gc", collector, "--samples", str(samples),
                                                   "--n", str(n), "--micrograd", micrograd))
    losses = [one["loss"] for several in found.values() for one in several]
    np.testing.assert_allclose(losses, losses[0], rtol=1e-9, err_msg="the contenders disagree on the loss")
    # the best of the medians: the clock of a shared machine falls by half for seconds at a time
    seconds = {turn: min(one["seconds"] for one in several) for turn, several in found.items()}
    lines = [[name, collector, number(1e6 * seconds[name, collector]),
              f"{number(seconds[names[0], collector] / seconds[name, collector])}×" if names[0] in present else "–",
              GOALS.get((name, collector), "")] for name, collector in turns]
    return lines + [[name, "", "absent", "", ""] for name in names if name not in present]


def report(*, quick: bool, micrograd: str) -> str:
    """Return the comparisons, scalars, arrays and arrays with optimizers, as Markdown."""
    def one(names: list[str]) -> str:
        return table(["one step", "gc", "µs", f"speed / {names[0]}", "goal"],
                     compare(names, quick=quick, micrograd=micrograd))
    return "\n\n".join(map(one, (SCALARS, ARRAYS, OPTIMIZED)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=CONTENDERS)
    parser.add_argument("--gc", choices=["on", "off"], default="on")
    parser.add_argument("--n", type=int, default=100)
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--micrograd", default="")
    options = parser.parse_args()
    sys.path.append(options.micrograd) if options.micrograd else None
    print(json.dumps(measure(options.name, options.gc, options.n, options.samples)))
