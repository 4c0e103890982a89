"""The checkers that are measured, a row each, with their own defaults. Knows neither cases' origin nor faults.

A checker takes a function, its inputs and a vjp, and says `OK`, `FAIL` or `UNDECIDED` (only ours knows the last), with
the evaluations of f that it took. Peers that are not installed are absent. An error is an alarm.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from autograd.check.findings import FAIL as FAILED
from autograd.check.gradcheck import gradcheck

OK, FAIL, UNDECIDED = "ok", "fail", "undecided"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a checker says of a vjp."""

    verdict: str                 # OK, FAIL or UNDECIDED
    evaluations: int
    word: str = ""               # the checker's own
    kind: str | None = None      # of the mistake that it names


class Counted:
    """A function that counts its calls."""

    def __init__(self, f: Callable[..., Any]) -> None:
        self.f = f
        self.calls = 0

    def __call__(self, *inputs: Any) -> Any:
        self.calls += 1
        return self.f(*inputs)


Check = Callable[..., Opinion]  # check(f, inputs, vjp, seed)


def ours(f: Callable[..., Any], inputs: tuple[Any, ...], vjp: Callable[..., Any], seed: int) -> Opinion:
    """Ask the checker of this project."""
    counted = Counted(f)
    report = gradcheck(counted, *inputs, vjp=vjp, rng=np.random.default_rng(seed))
    verdict = OK if report.ok else FAIL if report.verdict == FAILED else UNDECIDED
    return Opinion(verdict, counted.calls, report.verdict, report.mistake.kind if report.mistake else None)


def peer(answer: Callable[..., bool]) -> Check:
    """Return the check of a peer from the function that runs it: true is right, false or an error is wrong."""
    def check(f: Callable[..., Any], inputs: tuple[Any, ...], vjp: Callable[..., Any], seed: int) -> Opinion:
        counted = Counted(f)
        try:
            right, word = answer(counted, inputs, vjp, seed), ""
        except Exception as error:  # peers raise errors of many types when gradients differ
            right, word = False, f"{type(error).__name__}: {error}"
        return Opinion(OK if right else FAIL, counted.calls, word)
    return check


# Name, package that it needs, module here, function of that module.
PEERS = (
    ("torch gradcheck, slow", "torch", "with_torch", "slow"),
    ("torch gradcheck, fast", "torch", "with_torch", "fast"),
    ("jax check_grads", "jax", "with_jax", "check"),
    ("scipy check_grad, 1e-5", "scipy", "with_scipy", "check"),
)
OURS = "ours"


def installed_checkers() -> dict[str, Check]:
    """Return the checkers by name, ours first."""
    found: dict[str, Check] = {OURS: ours}
    for name, package, module, function in PEERS:
        if find_spec(package):
            found[name] = peer(getattr(import_module(f"tests.planted.{module}"), function))
    return found
