"""Optimizers × options, and the differences of our trajectories from torch's. `python -m tests.nn.trajectories` prints.

The loss is a rippled bowl whose gradient is written out once, in numpy, so that both sides see the same numbers: what
differs is the optimizers'.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd import Tensor
from nn import optimizers

SHAPES = ((3, 4), (4,), (), (2, 1, 3))
MOST: dict[str, Any] = {"weight_decay": 0.05, "maximize": True}

#: For each optimizer the options that change what it computes, each tried alone, and combinations.
TABLE: dict[str, list[dict[str, Any]]] = {
    "SGD": [{}, {"lr": 0.0}, {"momentum": 0.9}, {"momentum": 0.9, "dampening": 0.3},
            {"momentum": 0.9, "nesterov": True}, {"weight_decay": 0.1}, {"maximize": True},
            {"momentum": 0.5, "dampening": 0.1, **MOST},
            {"momentum": 0.8, "nesterov": True, **MOST}],
    "Adagrad": [{}, {"lr_decay": 0.01}, {"weight_decay": 0.1}, {"initial_accumulator_value": 0.5}, {"eps": 1e-3},
                {"maximize": True}, {"lr_decay": 0.1, "initial_accumulator_value": 0.1, **MOST}],
    "Adadelta": [{}, {"lr": 0.5}, {"rho": 0.6}, {"eps": 1e-3}, {"weight_decay": 0.1}, {"maximize": True},
                 {"rho": 0.95, **MOST}],
    "RMSprop": [{}, {"alpha": 0.9}, {"eps": 1e-3}, {"momentum": 0.9}, {"centered": True}, {"weight_decay": 0.1},
                {"maximize": True}, {"centered": True, "momentum": 0.5, **MOST}],
    "Rprop": [{}, {"etas": (0.3, 1.5)}, {"step_sizes": (1e-3, 0.05)}, {"maximize": True},
              {"etas": (0.6, 1.1), "step_sizes": (1e-4, 1.0), "maximize": True}],
    "Adam": [{}, {"betas": (0.5, 0.9)}, {"betas": (0.0, 0.0)}, {"eps": 1e-2}, {"weight_decay": 0.1}, {"amsgrad": True},
             {"maximize": True}, {"weight_decay": 0.1, "decoupled_weight_decay": True}, {"amsgrad": True, **MOST}],
    "AdamW": [{}, {"betas": (0.5, 0.9)}, {"eps": 1e-2}, {"weight_decay": 0.0}, {"weight_decay": 0.3}, {"amsgrad": True},
              {"maximize": True}, {"amsgrad": True, **MOST}],
    "Adamax": [{}, {"betas": (0.5, 0.9)}, {"eps": 1e-2}, {"weight_decay": 0.1}, {"maximize": True}, MOST],
    "NAdam": [{}, {"betas": (0.5, 0.9)}, {"eps": 1e-2}, {"weight_decay": 0.1}, {"momentum_decay": 0.1},
              {"maximize": True}, {"weight_decay": 0.1, "decoupled_weight_decay": True},
              {"momentum_decay": 0.02, "decoupled_weight_decay": True, **MOST}],
    "RAdam": [{}, {"betas": (0.5, 0.9)}, {"betas": (0.8, 0.5)}, {"eps": 1e-2}, {"weight_decay": 0.1},
              {"maximize": True}, {"weight_decay": 0.1, "decoupled_weight_decay": True},
              {"decoupled_weight_decay": True, **MOST}],
}
ROWS = [(name, options) for name, several in TABLE.items() for options in several]


def row_id(row: tuple[str, dict[str, Any]]) -> str:
    """Write a row as the call that it stands for."""
    return f"{row[0]}({', '.join(f'{name}={x}' for name, x in row[1].items())})"


def starts(dtype: Any = np.float64) -> list[np.ndarray]:
    """Return the weights to start from."""
    rng = np.random.default_rng(7)
    return [np.asarray(rng.normal(0, 1.5, shape)).astype(dtype) for shape in SHAPES]


def slope(p: np.ndarray, t: int, options: dict[str, Any]) -> np.ndarray:
    """Return the gradient of `½·(p − 1)² + cos(3p)`, or of what is to be maximized its negative, in the dtype of p.

    A tilt changes it from step to step.
    """
    tilt = 0.5 * np.sin(0.7 * t + np.arange(p.size).reshape(p.shape))
    sign = -1 if options.get("maximize") else 1
    return (sign * (p - 1 - 3 * np.sin(3 * p) + tilt)).astype(p.dtype)


Skip = Callable[[int, int], bool]  # whether parameter i has no gradient in step t


def never(i: int, t: int) -> bool:
    return False


def ours(name: str, options: dict[str, Any], *, steps: int, dtype: Any = np.float64,
         skip: Skip = never) -> Iterator[list[np.ndarray]]:
    """Yield the weights after each step of our optimizer."""
    parameters = [Tensor(p, requires_grad=True) for p in starts(dtype)]
    optimizer = getattr(optimizers, name)(parameters, **{"lr": 0.02, **options})
    for t in range(steps):
        for i, p in enumerate(parameters):
            p.grad = None if skip(i, t) else slope(p.numpy(), t, options)
        optimizer.step()
        yield [p.numpy() for p in parameters]


def torchs(name: str, options: dict[str, Any], *, steps: int, dtype: Any = np.float64,
           skip: Skip = never) -> Iterator[list[np.ndarray]]:
    """Yield the weights after each step of torch's optimizer.

    Its NAdam keeps the product of momenta in the default dtype, which must not be float32 for an exact comparison.
    """
    import torch
    torch.set_num_threads(1)
    parameters = [torch.tensor(p, requires_grad=True) for p in starts(dtype)]
    optimizer = getattr(torch.optim, name)(parameters, **{"lr": 0.02, **options}, foreach=False)
    for t in range(steps):
        for i, p in enumerate(parameters):
            p.grad = None if skip(i, t) else torch.tensor(slope(p.detach().numpy(), t, options))
        torch.set_default_dtype(parameters[0].dtype)
        optimizer.step()
        torch.set_default_dtype(torch.float32)
        yield [p.detach().numpy().copy() for p in parameters]


def largest_difference(name: str, options: dict[str, Any], *, steps: int = 200, dtype: Any = np.float64,
                       skip: Skip = never) -> float:
    """Return the largest difference of any weight after any step."""
    pairs = zip(ours(name, options, steps=steps, dtype=dtype, skip=skip),
                torchs(name, options, steps=steps, dtype=dtype, skip=skip), strict=True)
    return max(float(np.abs(a - b).max()) for mine, theirs in pairs for a, b in zip(mine, theirs, strict=True))


if __name__ == "__main__":
    print("| optimizer | largest difference over 200 steps |\n|---|--:|")
    for row in ROWS:
        print(f"| {row_id(row)} | {largest_difference(*row):.1e} |")
