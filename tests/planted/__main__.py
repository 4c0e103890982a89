"""How well gradient checkers tell right gradients from wrong ones: `python -m tests.planted`.

Errors are planted in the vjps of every differentiable row and composite, and handed to our checker and to those peers
that are installed, each with its own defaults. The tables are printed, with `--write` they go into RESULTS.md.
"""

import argparse
import platform
import sys
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from tests.planted.cases import FUNCTIONS, SAMPLED, draw_cases
from tests.planted.checkers import OURS, PEERS, installed_checkers
from tests.planted.kinks import KINKS, draw_kinks
from tests.planted.measure import (
    COARSE,
    measure_kinks,
    measure_large,
    measure_oddities,
    measure_reverse_mode,
    measure_smooth,
)
from tests.planted.tables import (
    checkers_table,
    faults_table,
    large_table,
    misnamed_table,
    oddities_table,
    single_table,
    summary,
)

RESULTS = Path(__file__).with_name("RESULTS.md")


def progress(what: str, things: Iterable[Any]) -> Iterator[Any]:
    """Pass on things one by one; say every few seconds how many are done."""
    things = list(things)
    start = said = time.monotonic()
    for done, thing in enumerate(things):
        if time.monotonic() - said > 5:
            said = time.monotonic()
            print(f"{what}: {done} of {len(things)}, {said - start:.0f} s", file=sys.stderr, flush=True)
        yield thing


def versions() -> str:
    """Name what was measured."""
    found = [f"Python {platform.python_version()}", f"NumPy {np.__version__}"]
    for package in dict.fromkeys(package for _, package, _, _ in PEERS):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} absent")
    return ", ".join(found)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cases", type=int, default=400, metavar="N",
                        help=f"smooth cases; {len(SAMPLED)} are each shape and option of every row and composite once")
    parser.add_argument("--quick", action="store_true", help="40 cases, every eighth kink, 1000 inputs")
    parser.add_argument("--only", default="", metavar="NAME", help="only checkers with this in their name")
    parser.add_argument("--write", action="store_true", help=f"write the tables into {RESULTS.name}")
    parser.add_argument("--complaints", type=Path, metavar="FILE", help="write what ours missed, a line each")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    start = time.monotonic()
    checkers = {name: check for name, check in installed_checkers().items() if name == OURS or options.only in name}
    cases = draw_cases(options.seed, 40 if options.quick else options.cases)
    subgradients = draw_kinks(options.seed, KINKS[::8] if options.quick else KINKS)
    smooth = measure_smooth(checkers, cases, options.seed, progress)
    kinks = measure_kinks(checkers, subgradients, options.seed, progress)
    reverse = measure_reverse_mode(cases, options.seed, progress)
    narrow = [case.in_single_precision() for case in cases[::2]]
    single = measure_smooth(checkers, narrow, options.seed, progress, COARSE)
    own = smooth[OURS]
    parts = [
        f"`python -m tests.planted --seed {options.seed}`; {versions()}.",
        f"{len(cases)} smooth cases of {len({case.function for case in cases})} of the {len(FUNCTIONS)} functions; "
        f"{len(narrow)} of them in float32.",
        summary(own, kinks[OURS], reverse), checkers_table(smooth, kinks),
        faults_table(smooth), misnamed_table(own), single_table(single), oddities_table(measure_oddities(options.seed)),
        large_table(measure_large(1_000 if options.quick else 1_000_000, options.seed)),
        f"The whole run took {time.monotonic() - start:.0f} s."]
    text = "\n\n".join(parts)
    print(text)
    if options.write:
        RESULTS.write_text(f"# Gradient checkers on planted errors\n\n{text}\n")
    if options.complaints:
        lines = [f"{part}: {line}" for part, tally in (("smooth", own), ("kinks", kinks[OURS]), ("reverse", reverse),
                                                      ("float32", single[OURS])) for line in tally.complaints]
        options.complaints.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
