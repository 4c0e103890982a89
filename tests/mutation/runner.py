"""Plants the mutants of a subject one after another and notes which trial notices each."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from autograd.check.mutation.mutants import Mutant
from autograd.op import Op
from tests.mutation.equality import same_everywhere
from tests.mutation.equivalents import reason_of
from tests.mutation.subjects import Subject
from tests.mutation.trials import Trial, expected_values, own_trials

SURVIVED, EQUIVALENT = "survived", "equivalent"


@dataclass(frozen=True)
class Fate:
    """A mutant, and the stage at which it was noticed, or that it survived, or that nothing could notice it."""

    subject: str
    mutant: Mutant
    stage: str
    stumbled: bool = False  # into an error, before a test could compare numbers


def first_complaint(planned: list[Trial]) -> tuple[str, bool]:
    """Return the stage of the first trial that raises, and whether it stumbled into an error that is no test's."""
    for stage, trial in planned:
        try:
            trial()
        except (AssertionError, pytest.fail.Exception):
            return stage, False
        except Exception:
            return stage, True
    return SURVIVED, False


def complaints_about(rows: list[Op]) -> list[str]:
    """Return the rows whose own rules fail a trial, and "expected values" if these fail."""
    with np.errstate(all="ignore"):
        found = [row.name for row in rows if first_complaint(list(own_trials(row)))[0] != SURVIVED]
        return found + [stage for stage, _ in [first_complaint(list(expected_values()))] if stage != SURVIVED]


def run(subject: Subject) -> Iterator[Fate]:
    """Yield what becomes of each mutant of a subject, whose own rules must pass all trials.

    A mutant is equivalent if it survives, is listed with a reason, and is found to give the same numbers.
    """
    planned = [trial for row in subject.rows for trial in own_trials(row)] + list(expected_values())
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for mutant in subject.mutants:
            with mutant.planted():
                stage, stumbled = first_complaint(planned)
            if stage == SURVIVED and reason_of(subject.name, mutant) and same_everywhere(subject, mutant):
                stage = EQUIVALENT
            yield Fate(subject.name, mutant, stage, stumbled)
