"""The committed score of the tests against mutants of our own rules: good enough, of today's rows, and repeatable."""

import random

import pytest

from tests.mutation.equality import same_everywhere
from tests.mutation.equivalents import EQUIVALENTS, reason_of
from tests.mutation.report import PAGE, Counts, read, score
from tests.mutation.runner import SURVIVED, run
from tests.mutation.subjects import Subject, subjects

LEAST_KILLED, MOST_EQUIVALENT = 0.98, 0.03
SEED, SAMPLE = 3, 8

RESULTS = read(PAGE.read_text(encoding="utf-8"))
SUBJECTS = {subject.name: subject for subject in subjects()}


def sampled() -> list[Subject]:
    """Return subjects drawn by a seed, and all that have no results yet, such as a row that is being written."""
    rng = random.Random(SEED)
    return [*rng.sample([SUBJECTS[name] for name in RESULTS if name in SUBJECTS], SAMPLE),
            *[subject for name, subject in SUBJECTS.items() if name not in RESULTS]]


def test_enough_mutants_are_killed_and_few_are_equivalent() -> None:
    total = RESULTS["all"]
    assert score(total) >= LEAST_KILLED
    assert total[2] <= MOST_EQUIVALENT * total[0]


def test_total_is_the_sum_of_the_rows() -> None:
    rows = [found for name, found in RESULTS.items() if name in SUBJECTS]
    assert len(rows) > 150
    assert tuple(map(sum, zip(*rows, strict=True))) == RESULTS["all"]
    assert all(mutants == killed + equivalent + survived for mutants, killed, equivalent, survived in rows)


def test_every_row_has_five_mutants_where_it_has_room() -> None:
    few = {name for name, subject in SUBJECTS.items() if subject.rows[0].name == name and len(subject.mutants) < 5}
    assert few <= {"neg", "identity", "sign", "floor", "ceil", "trunc", "rint", "round"}  # one constant is their rule


def test_every_equivalent_is_a_mutant_of_today() -> None:
    made = {(name, mutant.change) for name, subject in SUBJECTS.items() for mutant in subject.mutants}
    assert {(name, change) for group in EQUIVALENTS for name, changes in group.changes.items()
            for change in changes} <= made


@pytest.mark.parametrize("subject", sampled(), ids=lambda subject: subject.name)
def test_mutants_meet_the_fate_that_the_results_tell(subject: Subject) -> None:
    listed = [mutant for mutant in subject.mutants if reason_of(subject.name, mutant)]
    others = tuple(mutant for mutant in subject.mutants if mutant not in listed)
    fates = list(run(Subject(subject.name, subject.rows, others)))
    survivors = [str(fate.mutant) for fate in fates if fate.stage == SURVIVED]
    expected: Counts = RESULTS.get(subject.name, (len(subject.mutants), len(others), len(listed), 0))
    assert len(survivors) <= expected[3], survivors
    assert len(subject.mutants) == expected[0]
    assert all(same_everywhere(subject, mutant) for mutant in listed[:3])
