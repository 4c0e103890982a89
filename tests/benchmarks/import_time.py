"""How long `import autograd` takes where numpy is loaded; `python -m tests.benchmarks.import_time` does it once."""

import compileall
import json
import time
from pathlib import Path
from statistics import median

import numpy as np  # noqa: F401  what is not to be measured

from tests.benchmarks.runner import in_child, number, table


def seconds() -> float:
    """Import autograd, once a process, and return the CPU time."""
    start = time.process_time()
    import autograd  # noqa: F401  what is to be measured
    return time.process_time() - start


def report(*, quick: bool) -> str:
    """Return the median of many processes as Markdown; the files are compiled before, as pip does."""
    compileall.compile_dir(Path(__file__).parents[2] / "autograd", quiet=1)
    found = [in_child("import_time") for _ in range(1 if quick else 15)]
    return table(["import, over numpy", "ms", "goal"], [["autograd", number(1e3 * median(found)), "≤ 60"]])


if __name__ == "__main__":
    print(json.dumps(seconds()))
