"""The score of a run of all mutants as a page in Markdown, and what is read back from it. Runs nothing."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.equivalents import reason_of
from tests.mutation.runner import EQUIVALENT, SURVIVED, Fate

PAGE = Path(__file__).parent / "RESULTS.md"
COLUMNS = ("mutants", "killed", "equivalent", "survived")
Counts = tuple[int, int, int, int]


def counts(fates: Sequence[Fate]) -> Counts:
    """Return how many mutants there are, how many were killed, are equivalent, survived."""
    equivalent = sum(fate.stage == EQUIVALENT for fate in fates)
    survived = sum(fate.stage == SURVIVED for fate in fates)
    return len(fates), len(fates) - equivalent - survived, equivalent, survived


def score(found: Counts) -> float:
    """Return which part of the mutants that are not equivalent was killed."""
    return found[1] / ((found[0] - found[2]) or 1)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table in Markdown, all columns but the first to the right."""
    rule = "|".join(["---", *["--:"] * (len(headings) - 1)])
    lines = [f"| {' | '.join(map(str, row))} |" for row in (headings, *rows)]
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def by_subject(fates: Sequence[Fate]) -> dict[str, Counts]:
    """Return the counts of each subject."""
    names = dict.fromkeys(fate.subject for fate in fates)
    return {name: counts([fate for fate in fates if fate.subject == name]) for name in names}


def page(fates: Sequence[Fate], seconds: float) -> str:
    """Return the page."""
    total = counts(fates)
    stages = Counter(fate.stage for fate in fates if fate.stage not in (EQUIVALENT, SURVIVED))
    errors = Counter(fate.stage for fate in fates if fate.stumbled)
    kinds = dict.fromkeys(fate.mutant.kind for fate in fates)
    return "\n\n".join([
        "# Mutants of our own rules",
        "Written by `python -m tests.mutation`: every rule of the table, and every function that rules are written\n"
        "with (those named with parentheses), is changed by one slip of the pen at a time; the tests that the row is\n"
        "put through must notice. Rows without a derivative have no rule to change.",
        f"**{score(total):.2%} killed** of those that are not equivalent; {total[2] / total[0]:.2%} are equivalent; "
        f"the whole run took {seconds / 60:.1f} min of one core.",
        table(("", *COLUMNS), [("all", *total)]),
        "## What noticed them first",
        table(("stage", "killed", "of these by an error"), [(k, n, errors[k]) for k, n in stages.most_common()]),
        "## By kind of slip",
        table(("kind", *COLUMNS), [(kind, *counts([f for f in fates if f.mutant.kind == kind])) for kind in kinds]),
        "## Survivors", listing(fates, SURVIVED) or "None.",
        "## Equivalent mutants",
        "Each gives the same derivatives as the right rule at 1,000 points, and elementwise rows at zeros, infinities "
        "and NaN too.",
        listing(fates, EQUIVALENT) or "None.",
        "## By row", table(("subject", *COLUMNS), [(name, *found) for name, found in by_subject(fates).items()]),
    ]) + "\n"


def listing(fates: Sequence[Fate], stage: str) -> str:
    """Return the mutants of a stage, one a line, with the reason where there is one."""
    lines = []
    for fate in fates:
        if fate.stage == stage:
            reason = reason_of(fate.subject, fate.mutant)
            change = f"- {fate.subject}, {fate.mutant.rule}: `{fate.mutant.change}`"
            lines.append(f"{change}: {reason}" if reason else change)
    return "\n".join(lines)


def read(text: str) -> dict[str, Counts]:
    """Return the counts of each subject from a page, those of all of them under "all"."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 5 and all(cell.isdigit() for cell in cells[1:]):
            found[cells[0]] = tuple(map(int, cells[1:]))
    return found  # type: ignore[return-value]
