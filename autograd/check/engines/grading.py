"""Grading an engine of scalars that somebody wrote to learn: what is right, what is wrong, and why.

A class of micrograd's shape: `Value(data)` with `data`, `grad`, `backward()`, operators, and what methods it likes,
such as `tanh`. Each trial of `trials.py` and `traps.py` is a program of three lines, run with that class
and with ours. Programs run guarded: errors are findings, calls are counted, so that a walk over 2**25 paths ends.
"""

import math
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from textwrap import indent, wrap
from typing import Any

import numpy as np

from autograd.check.engines.traps import BEYOND, CORE, START
from autograd.check.engines.trials import Sign, Trial, operator_trials, row_trials
from autograd.errors import OperandError
from autograd.value import Value

CALLS = 1_000_000      # that a program may make
RECURSION = 1_000      # Python's own limit, whatever this process has set
WIDTH = 80
TRIALS = (*START, *operator_trials(), *row_trials(), *CORE, *BEYOND)


class Budget(BaseException):
    """A program made more calls than it may; no `except Exception` of an engine catches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A mistake of an engine: what it is in words, a program that shows it, and hints, each more precise."""

    text: str
    program: str
    shown: str                 # what the program gives, and what it should
    core: bool
    trials: tuple[str, ...]    # the names of the trials that failed by it
    hints: tuple[str, ...] = ()

    def report(self, hints: int = 0) -> str:
        """Write the mistake, the program and so many hints in lines of 80 columns."""
        title = self.text + ("" if self.core else "  (beyond micrograd)")
        lines = [*wrap(title, WIDTH - 2, initial_indent="- ", subsequent_indent="  "), indent(self.program, " " * 6),
                 *wrap(self.shown, WIDTH - 8, initial_indent=" " * 6 + "# ", subsequent_indent=" " * 6 + "# ")]
        for hint in self.hints[:hints]:
            lines += wrap(hint, WIDTH - 2, initial_indent="  hint: ", subsequent_indent="        ")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """How an engine did: true if it does all that any engine must do."""

    engine: str
    core: tuple[int, int]      # trials passed, of so many
    beyond: tuple[int, int]
    faults: tuple[Fault, ...]
    untold: tuple[str, ...]    # trials that would tell nothing before the faults are mended

    def __bool__(self) -> bool:
        return self.core[0] == self.core[1]

    @property
    def passed(self) -> int:
        """How many trials passed."""
        return self.core[0] + self.beyond[0]

    @property
    def of(self) -> int:
        """How many trials there were."""
        return self.core[1] + self.beyond[1]

    def report(self, hints: int = 0) -> str:
        """Write the grade, each mistake with its program, and so many hints for each, in lines of 80 columns."""
        counts = "core {} of {}, beyond micrograd {} of {}".format(*self.core, *self.beyond)
        lines = [f"{self.engine}: {self.passed} of {self.of} trials passed", f"  {counts}"]
        lines += ["", *[fault.report(hints) for fault in self.faults]] if self.faults else []
        if self.untold:
            lines += ["", f"{len(self.untold)} more trials tell nothing before that is mended."]
        if self.faults and not hints:
            lines += ["", "Hints: print(grade.report(hints=1)), then hints=2."]
        return "\n".join(lines)

    __str__ = report


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program left behind: its names, and the exception that ended it."""

    names: Mapping[str, Any]
    error: str = ""
    message: str = ""


def grade_engine(engine: type) -> Grade:
    """Try a class of micrograd's shape, such as one's own `Value`, and name its mistakes.

    Operators, methods that are named like elementwise rows, and the structural traps are compared with ours.

    >>> class Careless(Value):
    ...     def __rsub__(self, other):
    ...         return self - other
    >>> grade = grade_engine(Careless)
    >>> bool(grade), [fault.text for fault in grade.faults]
    (False, ['`__rsub__` swaps its operands'])
    """
    if not isinstance(engine, type):
        raise OperandError(f"grade_engine takes the class itself, got {type(engine).__name__} {engine!r:.60}: write "
                           "grade_engine(Value), not grade_engine(Value(2.0))")
    has = {*dir(engine), *dir(run(f"a = {engine.__name__}(2.0)", engine).names.get("a"))}
    tried = [trial for trial in TRIALS if not trial.optional or trial.uses in has]
    failed: dict[str, Fault | None] = {}  # by the name of the trial; None where it tells nothing
    for trial in tried:
        if not failed.keys().isdisjoint(trial.needs):
            failed[trial.name] = None
        elif fault := attempt(trial, engine, has):
            failed[trial.name] = fault
    counts = []
    for core in (True, False):
        names = [trial.name for trial in tried if trial.core is core]
        counts.append((len(names) - sum(name in failed for name in names), len(names)))
    return Grade(engine=engine.__name__, core=counts[0], beyond=counts[1],
                 faults=tuple(merged([fault for fault in failed.values() if fault])),
                 untold=tuple(name for name, fault in failed.items() if fault is None))


def merged(faults: list[Fault]) -> Iterator[Fault]:
    """Yield each mistake once, as the first of its trials shows it, those of the core first."""
    for text in dict.fromkeys(fault.text for fault in sorted(faults, key=lambda fault: not fault.core)):
        same = [fault for fault in faults if fault.text == text]
        first = same[0]
        yield Fault(text=text, program=first.program, shown=first.shown, core=any(fault.core for fault in same),
                    trials=tuple(name for fault in same for name in fault.trials), hints=first.hints)


def attempt(trial: Trial, engine: type, has: set[str]) -> Fault | None:
    """Run a trial with a class and with ours; return what is wrong, if anything."""
    program = re.sub(r"\bValue\b", engine.__name__, trial.program)
    if trial.uses and trial.uses not in has:
        missing = f"`{trial.uses}` is missing"
        return Fault(text=missing, program=program, shown=f"{trial.name} needs it", core=trial.core,
                     trials=(trial.name,), hints=("What does Python call here?", f"define `{trial.uses}`"))
    theirs, ours = run(program, engine), run(trial.program, Value)
    right = {place: read(place, ours) for place in trial.reads}
    if theirs.error and trial.may_raise and theirs.error != "Budget":
        return None
    found = {} if theirs.error else {place: read(place, theirs) for place in trial.reads}
    wrong = [place for place in found if not near(found[place], right[place])]
    if not theirs.error and not wrong:
        return None
    sign = named(trial, theirs, right)
    shown = (f"{theirs.error}: {theirs.message}" if theirs.error else
             ", ".join(f"{place} is {found[place]!r:.40}, expected {right[place]!r}" for place in wrong))
    return Fault(text=sign.text, program=program, shown=shown, core=trial.core, trials=(trial.name,), hints=sign.hints)


def named(trial: Trial, outcome: Outcome, right: Mapping[str, Any]) -> Sign:
    """Return the mistake that a wrong outcome is a sign of."""
    told = {**outcome.names, "right": right, "near": near, "error": outcome.error, "message": outcome.message}
    for sign in trial.signs:
        if ("error" in sign.when or not outcome.error) and read(sign.when, Outcome(told)):
            return sign
    if outcome.error:
        does = f"does not end within {CALLS:,} calls" if outcome.error == "Budget" else f"raises {outcome.error}"
        return Sign("", f"`{trial.name}` {does}", ("Run the program alone and see where that comes from.",))
    return Sign("", trial.fault, trial.hints)


def run(program: str, engine: type) -> Outcome:
    """Run the text of a trial with a class by its name, within bounds."""
    names: dict[str, Any] = {engine.__name__: engine, "number": np.float64}
    try:
        with bounded(), redirect_stdout(StringIO()), np.errstate(all="ignore"):
            exec(compile(program, "<trial>", "exec"), names)
    except (Exception, Budget) as error:
        return Outcome(names, type(error).__name__, str(error))
    return Outcome(names)


def read(place: str, outcome: Outcome) -> Any:
    """Return what an expression is after a program, None if it has no value."""
    try:
        return eval(place, dict(outcome.names))
    except Exception:
        return None


def near(x: Any, y: Any) -> bool:
    """Whether two things are the same number, but for rounding."""
    try:
        return math.isclose(float(x), float(y), rel_tol=1e-9, abs_tol=1e-12)
    except (TypeError, ValueError):
        return False


@contextmanager
def bounded() -> Iterator[None]:
    """Count calls within the block and end it with `Budget` at too many; let recursion end where Python's limit is.

    Why not a thread with a timeout: it cannot be stopped, and the same program would pass on one machine only.
    """
    left = CALLS

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Budget(f"more than {CALLS:,} calls")

    profile, limit = sys.getprofile(), sys.getrecursionlimit()
    sys.setrecursionlimit(depth() + RECURSION)
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(profile)
        sys.setrecursionlimit(limit)


def depth() -> int:
    """Return how many calls are under way."""
    frame, n = sys._getframe(), 0
    while frame.f_back:
        frame, n = frame.f_back, n + 1
    return n
