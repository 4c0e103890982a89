"""One step of an optimizer on 600 small parameters, and on 6 of the same total size, float64, gradients given.

`python -m tests.benchmarks.optimizer_step LIBRARY OPTIMIZER COUNT` measures one.
"""

import importlib.util
import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor
from nn import optimizers
from tests.benchmarks.runner import in_child, number, seconds_per_call, table

SHAPES: dict[int, list[tuple[int, ...]]] = {600: [(16, 16), (16,)] * 300, 6: [(100, 136)] * 6}  # 81,600 numbers each
OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {  # name of both libraries' class, its options
    "SGD": ("SGD", {}), "SGD, momentum": ("SGD", {"momentum": 0.9}), "Adam": ("Adam", {}),
}
SMALL_RATE = 1e-9


def arrays(count: int) -> list[np.ndarray]:
    """Return numbers in the shapes of so many parameters."""
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape) for shape in SHAPES[count]]


def our_step(name: str, count: int) -> Callable[[], Any]:
    parameters = [Tensor(array, requires_grad=True) for array in arrays(count)]
    for p in parameters:
        p.grad = p.numpy()
    cls, options = OPTIMIZERS[name]
    return getattr(optimizers, cls)(parameters, lr=SMALL_RATE, **options).step


def torch_step(name: str, count: int) -> Callable[[], Any]:
    import torch
    torch.set_num_threads(1)
    parameters = [torch.tensor(array, requires_grad=True) for array in arrays(count)]
    for p in parameters:
        p.grad = p.detach().clone()
    cls, options = OPTIMIZERS[name]
    return getattr(torch.optim, cls)(parameters, lr=SMALL_RATE, foreach=True, **options).step


LIBRARIES = {"nn": our_step, "torch": torch_step}


def report(*, quick: bool) -> str:
    """Return microseconds of a step of both libraries, the ratio to torch's and to that with 6 parameters."""
    names, samples, rounds = (["Adam"], 1, 1) if quick else ([*OPTIMIZERS], 9, 5)
    present = [library for library in LIBRARIES if library == "nn" or importlib.util.find_spec(library)]
    turns = [(library, name, count) for name in names for count in SHAPES for library in present]
    best: dict[tuple[str, str, int], float] = {}
    for _ in range(rounds):
        for library, name, count in turns:
            found = in_child("optimizer_step", library, name, str(count), str(samples))
            best[library, name, count] = min(found, best.get((library, name, count), found))
    lines = []
    for name in names:
        for count in SHAPES:
            ours, theirs = best["nn", name, count], best.get(("torch", name, count))
            lines.append([name, str(count), number(1e6 * ours), number(1e6 * theirs) if theirs else "absent",
                          f"{ours / theirs:.2f}" if theirs else "–", "≤ 0.5" if count == 600 else "",
                          f"{ours / best['nn', name, 6]:.2f}"])
    return table(["a step of", "parameters", "µs", "torch, foreach, µs", "of torch's", "goal", "of that with 6"], lines)


if __name__ == "__main__":
    library, name, count, samples = sys.argv[1:]
    print(json.dumps(seconds_per_call(LIBRARIES[library](name, int(count)), samples=int(samples))))
