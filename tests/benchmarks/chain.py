"""A chain of additions, forward and backward: time must grow in step with its length.

`python -m tests.benchmarks.chain NAME LENGTH` measures one.
"""

import importlib.util
import json
import sys
from collections.abc import Callable
from typing import Any

from autograd import Tensor, Value
from tests.benchmarks.runner import in_child, number, seconds_per_call, table


def run(x: Any, length: int) -> None:
    """Add x to itself again and again, and go back."""
    y = x
    for _ in range(length):
        y = y + x
    y.backward()
    assert float(x.grad) == length + 1


def torch_leaf() -> Any:
    import torch
    torch.set_num_threads(1)
    return torch.tensor(1.0, requires_grad=True)


LEAVES: dict[str, tuple[str, Callable[[], Any]]] = {  # name: what must be importable, maker of a leaf
    "Value": ("autograd", lambda: Value(1.0)),
    "Tensor": ("autograd", lambda: Tensor(1.0, requires_grad=True)),
    "torch": ("torch", torch_leaf),
}
GOALS = {("Value", 50_000): "≤ 0.15", ("Tensor", 50_000): "≤ 0.4"}


def report(*, quick: bool) -> str:
    """Return seconds for a chain and microseconds a node, by length, as Markdown."""
    lines = []
    lengths = (1_000,) if quick else (50_000, 200_000, 1_000_000)
    for name, (package, _) in list(LEAVES.items())[: 2 if quick else None]:
        for length in lengths:
            if importlib.util.find_spec(package) is None:
                lines.append([name, f"{length:,}", "absent", "", ""])
                continue
            seconds = in_child("chain", name, str(length), "3" if length == 50_000 else "1")
            lines.append([name, f"{length:,}", f"{seconds:.3f}", number(1e6 * seconds / length),
                          GOALS.get((name, length), "")])
    return table(["chain of additions", "nodes", "s", "µs a node", "goal, s"], lines)


if __name__ == "__main__":
    leaf, length = LEAVES[sys.argv[1]][1], int(sys.argv[2])
    print(json.dumps(seconds_per_call(lambda: run(leaf(), length), samples=int(sys.argv[3]))))
