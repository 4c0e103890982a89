"""All benchmarks, `python -m tests.benchmarks`: tables in Markdown, to be entered in LOG.md.

Peers that are not installed are listed as absent. `--quick` uses small sizes: it shows that everything runs, no more.
"""

import argparse
import sys

from tests.benchmarks import chain, demo_step, import_time, memory, optimizer_step

parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
parser.add_argument("--quick", action="store_true", help="small sizes, once")
parser.add_argument("--micrograd", default="", metavar="FOLDER", help="where micrograd lies, if not installed")
options = parser.parse_args()
if options.micrograd:
    sys.path.append(options.micrograd)

print(demo_step.report(quick=options.quick, micrograd=options.micrograd), end="\n\n", flush=True)
for benchmark in (chain, memory, import_time, optimizer_step):
    print(benchmark.report(quick=options.quick), end="\n\n", flush=True)
