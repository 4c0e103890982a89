"""All mutants of our own rules, `python -m tests.mutation`: writes RESULTS.md. Given rows, only these and no page.

Exits with 1 if too few are killed, or too many are said to be equivalent.
"""

import argparse
import sys
import time

from tests.mutation.report import PAGE, counts, listing, page, score
from tests.mutation.runner import SURVIVED, complaints_about, run
from tests.mutation.subjects import subjects

LEAST_KILLED, MOST_EQUIVALENT = 0.98, 0.03

parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
parser.add_argument("names", nargs="*", metavar="ROW", help="rows, or functions of rules such as elu_slope()")
options = parser.parse_args()

start = time.process_time()
chosen = [subject for subject in subjects() if not options.names or subject.name in options.names]
if len(chosen) < len(options.names):
    parser.error(f"no such rows: {sorted({*options.names} - {subject.name for subject in chosen})}")
wrong = complaints_about(list({row: None for subject in chosen for row in subject.rows}))
if wrong:
    sys.exit(f"these fail their own tests as they are: {wrong}")
fates = []
for i, subject in enumerate(chosen, 1):
    found = list(run(subject))
    fates += found
    total, killed, equivalent, survived = counts(found)
    print(f"{i:3d}/{len(chosen)} {subject.name:24s} {killed:3d} of {total:3d} killed, {equivalent} equivalent, "
          f"{survived} survived   {time.process_time() - start:5.0f} s", flush=True)

overall = counts(fates)
print(listing(fates, SURVIVED))
print(f"{score(overall):.2%} killed of {overall[0] - overall[2]}, {overall[2]} equivalent, {overall[3]} survived")
if not options.names:
    PAGE.write_text(page(fates, time.process_time() - start), encoding="utf-8")
sys.exit(score(overall) < LEAST_KILLED or overall[2] > MOST_EQUIVALENT * overall[0])
