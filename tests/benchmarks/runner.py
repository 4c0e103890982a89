"""How everything here is measured: in processes of their own that take turns, by CPU time, as medians.

Absolute times mean little elsewhere; only ratios within one run count. (Why CPU time and not the clock on the wall: a
machine that does other things at the same time changes it least. Why one thread: thread pools of two libraries fight.)
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def in_child(module: str, *arguments: str) -> Any:
    """Run a module of this folder in a process of its own; return what it printed, as JSON."""
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{result.stderr}")
    return json.loads(result.stdout)


def seconds_per_call(function: Callable[[], Any], samples: int, at_least: float = 0.02) -> float:
    """Return the median CPU time of a call, several calls to a sample if one takes less than `at_least` seconds."""
    start = time.process_time()
    function()
    calls = max(1, int(at_least / max(time.process_time() - start, 1e-6)))
    found = []
    for _ in range(samples):
        start = time.process_time()
        for _ in range(calls):
            function()
        found.append((time.process_time() - start) / calls)
    return median(found)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, all columns but the first to the right."""
    rule = "|".join(["---", *["--:"] * (len(headings) - 1)])
    return "\n".join(f"| {' | '.join(row)} |" if row is not rule else f"|{rule}|" for row in [headings, rule, *rows])


def number(x: float) -> str:
    """Write a number with three significant digits, with commas for thousands."""
    return f"{x:,.0f}" if abs(x) >= 100 else f"{x:.3g}"
