"""The benchmarks run, in their smallest sizes, and report what they are meant to measure."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


def test_all_benchmarks_run_in_small_sizes_and_print_tables() -> None:
    result = subprocess.run([sys.executable, "-m", "tests.benchmarks", "--quick"], cwd=ROOT, capture_output=True,
                            text=True, check=False)
    assert result.returncode == 0, result.stderr
    rows = [line for line in result.stdout.splitlines() if line.startswith("| ")]
    for who in ("micrograd", "Value, nn.scalar", "Tensor", "torch, eager, 1 thread", "numpy, by hand", "x + y",
                "autograd"):
        assert any(row.startswith(f"| {who} |") for row in rows), f"{who} is missing:\n{result.stdout}"


def test_contenders_that_need_no_peer_agree_on_the_loss_of_three_steps() -> None:
    program = ("from tests.benchmarks.demo_step import fused_step, numpy_step, tensor_step\n"
               "steps = [make(20) for make in (fused_step, numpy_step, tensor_step)]\n"
               "print([[step() for _ in range(3)] for step in steps])")
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    losses = np.array(json.loads(result.stdout))
    assert losses[0] == pytest.approx(losses[1], rel=1e-10)
    assert losses[0] == pytest.approx(losses[2], rel=1e-10)
    assert losses[0, 2] < losses[0, 0]
