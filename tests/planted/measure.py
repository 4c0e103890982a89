"""The measurements: what each checker says of right and wrong vjps, as plain counts. Knows neither text nor tables."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.check.gradcheck import gradcheck
from tests.planted.cases import Case
from tests.planted.checkers import FAIL, OK, OURS, Check, Counted, Opinion, ours
from tests.planted.faults import FAULTS, Fault, plant_all
from tests.planted.kinks import Subgradient
from tests.planted.names import fitting_names
from tests.planted.oddities import ODDITIES

Progress = Callable[[str, Iterable[Any]], Iterator[Any]]
COARSE = tuple(fault for fault in FAULTS if fault.coarse)


@dataclass
class Tally:
    """What one checker said of right and of wrong vjps."""

    right: int = 0
    alarms: int = 0               # any verdict but ok
    wrong: int = 0
    caught: int = 0               # only the verdict that it is wrong
    undecided: int = 0            # neither ok nor wrong, at wrong vjps
    evaluations: int = 0          # of f, at right vjps
    on_wrong: int = 0             # of f, at wrong ones
    seconds: float = 0.0
    planted: Counter[str] = field(default_factory=Counter)   # by fault
    found: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    misnamed: Counter[tuple[str, str]] = field(default_factory=Counter)  # (fault, a name that does not fit)
    complaints: list[str] = field(default_factory=list)      # what went wrong, a line each

    def take_right(self, opinion: Opinion, what: str) -> None:
        self.right += 1
        self.alarms += opinion.verdict != OK
        self.evaluations += opinion.evaluations
        if opinion.verdict != OK:
            self.complaints.append(f"alarm at a right one: {what}: {opinion.word}")

    def take_wrong(self, opinion: Opinion, what: str) -> None:
        self.wrong += 1
        self.caught += opinion.verdict == FAIL
        self.on_wrong += opinion.evaluations
        self.undecided += opinion.verdict not in (OK, FAIL)
        if opinion.verdict != FAIL:
            self.complaints.append(f"missed: {what}: {opinion.word}")

    def take_name(self, opinion: Opinion, fault: str, names: set[str]) -> None:
        self.planted[fault] += 1
        self.found[fault] += opinion.verdict == FAIL
        fits = opinion.verdict == FAIL and opinion.kind in names
        self.named[fault] += fits
        if not fits:
            self.misnamed[fault, opinion.kind or "nothing"] += 1


def timed(tally: Tally, check: Check, *question: Any) -> Opinion:
    """Ask a checker, on the clock of the processor."""
    start = time.process_time()
    with np.errstate(all="ignore"):
        opinion = check(*question)
    tally.seconds += time.process_time() - start
    return opinion


def measure_smooth(checkers: dict[str, Check], cases: list[Case], seed: int, progress: Progress,
                   faults: tuple[Fault, ...] = FAULTS) -> dict[str, Tally]:
    """Ask all checkers about the right vjp of each case and about each fault that can be planted in it."""
    tallies = {name: Tally() for name in checkers}
    for k, case in enumerate(progress("smooth cases", cases)):
        planted = plant_all(case, seed, faults)
        names = fitting_names(planted)
        for name, check in checkers.items():
            tally = tallies[name]
            tally.take_right(timed(tally, check, case.f, case.inputs, case.vjp, seed + k), str(case))
            for one, fitting in zip(planted, names, strict=True):
                opinion = timed(tally, check, case.f, case.inputs, one.vjp, seed + k)
                tally.take_wrong(opinion, f"{case}, {one.fault.name}")
                tally.take_name(opinion, one.fault.name, fitting)
    return tallies


def measure_kinks(checkers: dict[str, Check], subgradients: list[Subgradient], seed: int,
                  progress: Progress) -> dict[str, Tally]:
    """Ask all checkers about right and wrong subgradients."""
    tallies = {name: Tally() for name in checkers}
    for k, one in enumerate(progress("subgradients at kinks", subgradients)):
        for name, check in checkers.items():
            tally = tallies[name]
            opinion = timed(tally, check, one.case.f, one.case.inputs, one.vjp, seed + k)
            (tally.take_right if one.right else tally.take_wrong)(opinion, f"{one.case}, {one.name}")
    return tallies


def measure_reverse_mode(cases: list[Case], seed: int, progress: Progress) -> Tally:
    """Ask our checker about our reverse mode, without a vjp of the user's; numbers become Values there."""
    tally = Tally()

    def reverse(f: Callable[..., Any], inputs: tuple[Any, ...], vjp: Any, seed: int) -> Opinion:
        numbers = [x if x.ndim else float(x) for x in inputs]
        report = gradcheck(f, *numbers, rng=np.random.default_rng(seed))
        return Opinion(OK if report.ok else FAIL, report.evaluations, report.verdict)

    for k, case in enumerate(progress("our reverse mode", cases)):
        tally.take_right(timed(tally, reverse, case.f, case.inputs, None, seed + k), str(case))
    return tally


def measure_oddities(seed: int) -> list[tuple[str, tuple[str, ...], str]]:
    """Return of each oddity its name, the words that fit, and the word of our checker."""
    found = []
    for oddity in ODDITIES:
        f, vjp = oddity.make()
        inputs = tuple(np.array(x, float) for x in oddity.inputs)
        with np.errstate(all="ignore"):
            found.append((oddity.name, oddity.words, ours(f, inputs, vjp, seed).word))
    return found


@dataclass(frozen=True, slots=True)
class Large:
    """What a check of a function of many inputs cost."""

    what: str
    size: int
    answer: str
    expected: str
    evaluations: int
    seconds: float


def measure_large(size: int, seed: int) -> list[Large]:
    """Check the sum of the sines of many inputs: with the right gradient, and with one coordinate of it doubled."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2.0, 2.0, size)
    place = int(rng.integers(size))

    def doubled(v: Any, x: Any) -> Any:
        g = v * np.cos(x)
        g[place] *= 2.0
        return (g,)

    found = []
    for what, vjp, expected in (("all right", lambda v, x: (v * np.cos(x),), "pass"),
                                ("one coordinate doubled", doubled, f"fail at [{place}]")):
        f = Counted(lambda x: np.sum(np.sin(x)))
        start = time.perf_counter()
        report = gradcheck(f, x, vjp=vjp, rng=np.random.default_rng(seed))
        seconds = time.perf_counter() - start
        where = f" at {list(report.worst.place)}" if report.worst and not report.ok else ""
        found.append(Large(what, size, report.verdict + where, expected, f.calls, seconds))
    return found


__all__ = ["COARSE", "OURS", "Large", "Tally", "measure_kinks", "measure_large", "measure_oddities",
           "measure_reverse_mode", "measure_smooth"]
