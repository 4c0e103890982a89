"""How long `import autograd` takes where numpy is loaded; `python -m tests.benchmarks.import_time` does it once."""

import json
import time
from statistics import median

import numpy as np  # noqa: F401  what is not to be measured

from tests.benchmarks.runner import in_child, number, table


def seconds() -> float:
    """Import autograd, once a process, and return the CPU time."""
    start = time.process_time()
    import autograd  # noqa: F401  what is to be measured
    return time.process_time() - start


def report(*, quick: bool) -> str:
    """Return the median of many processes as Markdown."""
    found = [in_child("import_time") for _ in range(1 if quick else 15)]
    return table(["import, over numpy", "ms", "goal"], [["autograd", number(1e3 * median(found)), "≤ 60"]])


if __name__ == "__main__":
    print(json.dumps(seconds()))
