"""What a check has found so far, and what follows: the verdict, the evidence for a mistake, the report.

Knows lines and judgements; which lines are looked at is for `gradcheck.py` to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograd.check.findings import (
    ACCEPTED,
    FAIL,
    ILL_CONDITIONED,
    INCONCLUSIVE,
    KINK,
    NEARBY,
    PASS,
    SINGULAR,
    Coordinate,
    InputFindings,
    Mistake,
    Probe,
)
from autograd.check.judge import Judgement
from autograd.check.kinks import excused, verdict_at_kink
from autograd.check.mistakes.evidence import Evidence, completed
from autograd.check.numeric import estimates
from autograd.check.probes import Line, Scene
from autograd.check.problem import Array, Problem, Raw, parts
from autograd.check.report import Line as ReportLine
from autograd.check.report import Report
from autograd.node import no_grad

GRAVITY = (FAIL, SINGULAR, ILL_CONDITIONED, INCONCLUSIVE, KINK, NEARBY, PASS)  # the gravest counts
SAMPLED = 8      # coordinates more that are tried to name a mistake, of many
JACOBIAN = 4096  # elements at most, of a numeric Jacobian for naming mistakes


@dataclass(kw_only=True)
class Outcome:
    """The lines that were looked at with what was found along them, and the verdict."""

    raw: Raw
    scene: Scene | None = None
    gradients: Sequence[Any] = ()      # as the code under test gave them
    coordinates: dict[int, tuple[Line, Judgement]] = field(default_factory=dict)
    probes: list[tuple[Line, Judgement]] = field(default_factory=list)
    verdict: str = PASS
    reason: str = ""
    kind: str = ""                     # of the mistake, where it is known without differences
    conventional: bool = False         # whether what is wrong comes from conventions at kinks inside f


def settle(outcome: Outcome) -> None:
    """Draw the verdict from all that was found along lines."""
    scene, probes = outcome.scene, outcome.probes
    if scene is None:
        return
    kinked = {i: line for i, (line, one) in outcome.coordinates.items() if one.kinked}
    bent = any(one.kinked for _, one in probes)
    smooth = [(line, one) for line, one in outcome.coordinates.values() if not one.kinked]
    refused = [(line, one) for line, one in smooth if one.verdict == FAIL]
    every = len(outcome.coordinates) == len(scene.sizes)
    if any(not ((kinked or bent or every) and excused(scene, line, one)) for line, one in refused):
        outcome.verdict = FAIL
        return
    straight = [one for _, one in probes if not one.kinked]
    if not (kinked or bent or refused) and any(one.verdict == FAIL for one in straight):
        outcome.verdict = SINGULAR if every else FAIL
        outcome.reason = "the slopes along coordinates do not add up to those along other directions" if every else ""
        return
    others = [one for one in [*(one for _, one in smooth), *straight] if one.verdict != FAIL]
    gravest = min(others, key=lambda one: GRAVITY.index(one.verdict), default=None)
    if gravest is not None and gravest.verdict not in ACCEPTED:
        outcome.verdict, outcome.reason = gravest.verdict, gravest.reason
    elif kinked or bent or refused:
        outcome.verdict, outcome.reason = verdict_at_kink(scene, kinked, [line for line, _ in [*refused, *probes]])
    elif gravest is not None:
        outcome.verdict, outcome.reason = gravest.verdict, gravest.reason


def report_of(outcome: Outcome, mistake: Mistake | None) -> Report:
    """Return the report of an outcome, but for the number of evaluations."""
    scene = outcome.scene
    if scene is None:
        inputs = [InputFindings(name=name, shape=x.shape, dtype=str(x.dtype))
                  for name, x in zip(outcome.raw.names, outcome.raw.inputs, strict=True)]
        return Report(verdict=outcome.verdict, reason=outcome.reason, inputs=tuple(inputs),
                      function=outcome.raw.function)
    probes = tuple(Probe(analytic=one.analytic, numeric=one.numeric, error=one.error, verdict=one.verdict,
                         left=one.left, right=one.right) for _, one in outcome.probes)
    return Report(verdict=outcome.verdict, reason=outcome.reason, mistake=mistake, inputs=findings(outcome, scene),
                  probes=probes, line=worst_line(outcome, scene),
                  function=outcome.raw.function,
                  weighed=scene.problem.weights is not None or not np.array_equal(scene.v, [1.0]),
                  jacobians=jacobians(outcome, scene) if has_jacobian(outcome, scene) else ())


def findings(outcome: Outcome, scene: Scene) -> tuple[InputFindings, ...]:
    """Return what was found of each input."""
    found: list[list[Coordinate]] = [[] for _ in outcome.raw.inputs]
    for i, (_, one) in sorted(outcome.coordinates.items()):
        slot, place = scene.problem.place(i)
        found[slot].append(coordinate(one, place, float(scene.sizes[i])))
    inputs = []
    for name, x, ones in zip(outcome.raw.names, outcome.raw.inputs, found, strict=True):
        whole = len(ones) == x.size
        fields = {field: np.array([getattr(one, field) for one in ones]).reshape(x.shape)
                  for field in ("analytic", "numeric", "error")} if whole else {}
        inputs.append(InputFindings(name=name, shape=x.shape, dtype=str(x.dtype), coordinates=tuple(ones),
                                    worst=min(ones, key=badness, default=None), **fields))
    return tuple(inputs)


def coordinate(one: Judgement, place: tuple[int, ...], size: float) -> Coordinate:
    """Return what was found along a coordinate, per unit of it."""
    left, right = (slope / size if one.kinked and slope is not None else None for slope in (one.left, one.right))
    return Coordinate(place=place, analytic=one.analytic / size, numeric=one.numeric / size, error=one.error / size,
                      left=left, right=right, verdict=one.verdict)


def badness(one: Coordinate) -> tuple[bool, bool, float]:
    """Return what orders coordinates from the worst: refused, different beyond doubt, with few digits in common."""
    certain = max(abs(one.analytic), abs(one.numeric)) > 10.0 * one.error
    return one.verdict in ACCEPTED, not certain, one.digits


def worst_line(outcome: Outcome, scene: Scene) -> ReportLine | None:
    """Return the line of the worst coordinate, or of a probe if none was tried."""
    problem = scene.problem
    named = [(problem.name(i), line, one) for i, (line, one) in outcome.coordinates.items()]
    named += [("a random direction", line, one) for line, one in outcome.probes]
    if not named:
        return None
    name, line, one = min(named, key=lambda each: (each[2].verdict in ACCEPTED, gap(each[2]) > -1.0,  -gap(each[2])))
    return ReportLine(name=name, rise=quiet(line.along(scene.v)), slope=one.analytic, numeric=one.numeric,
                      step=one.step if np.isfinite(one.step) else scene.first_step)


def gap(one: Judgement) -> float:
    """Return by how many errors the two sides are apart."""
    return abs(one.analytic - one.numeric) / (one.error + 1e-300)


def quiet(phi: Any) -> Any:
    """Return a function that may be called outside of a check."""
    def rise(t: float) -> float:
        with no_grad(), np.errstate(all="ignore"):
            return float(phi(t))
    return rise


def evidence_of(outcome: Outcome, scene: Scene) -> Evidence:
    """Return what is known of a wrong gradient, to name the mistake by."""
    raw, problem = outcome.raw, scene.problem
    n = len(scene.sizes)
    numeric, errors = derivatives(outcome, scene)
    if n > len(outcome.coordinates) and np.any(np.isnan(numeric)):  # one wrong element does not explain it: a few more
        for i in scene.rng.choice(n, SAMPLED, replace=False).tolist():
            outcome.coordinates.setdefault(i, scene.coordinate(i))
        numeric, errors = derivatives(outcome, scene)
    whole = len(outcome.coordinates) == n
    v = scene.v if problem.weights is None else scene.v[0] * problem.weights
    analytic = tuple(np.zeros(x.shape, x.dtype) if g is None else np.asarray(g, float if np.ndim(g) == 0 else None)
                     for g, x in zip(outcome.gradients, raw.inputs, strict=True))
    return Evidence(
        names=raw.names, inputs=raw.inputs, outputs=problem.outputs, cotangents=tuple(problem.cotangents(v)),
        analytic=analytic, numeric=tuple(parts(numeric, raw.inputs)), errors=tuple(parts(errors, raw.inputs)),
        jacobians=jacobians(outcome, scene) if has_jacobian(outcome, scene) else None,
        gradients_at=gradients_at(problem, v) if whole else None)


def derivatives(outcome: Outcome, scene: Scene) -> tuple[Array, Array]:
    """Return the numeric gradient and its errors (n,), nan where nothing is known of them."""
    numeric, errors = np.full(len(scene.sizes), np.nan), np.full(len(scene.sizes), np.nan)
    for i, (_, one) in outcome.coordinates.items():
        if one.verdict not in (SINGULAR, ILL_CONDITIONED, INCONCLUSIVE):
            numeric[i], errors[i] = one.numeric / scene.sizes[i], one.error / scene.sizes[i]
    return completed(numeric, errors, scene.gradient, [(line.u, one.analytic - one.numeric, one.error)
                                                       for line, one in outcome.probes])


def mistake_in_words(outcome: Outcome) -> Mistake | None:
    """Return the mistake that was found without differences, if it is one that has a name."""
    if not outcome.kind:
        return None
    text = f"{outcome.reason[0].upper()}{outcome.reason[1:]}."
    return Mistake(kind=outcome.kind, text=text, inputs=outcome.raw.names, digits=16.0)


def has_jacobian(outcome: Outcome, scene: Scene) -> bool:
    """Return whether every coordinate was tried, and the Jacobian is small and not empty."""
    n = len(scene.sizes)
    return 0 < n * scene.problem.m <= JACOBIAN and len(outcome.coordinates) == n


def jacobians(outcome: Outcome, scene: Scene) -> tuple[Array, ...]:
    """Return the numeric Jacobian by each input, (m, elements of the input)."""
    columns = [column(line, one, scene) / scene.sizes[i] for i, (line, one) in sorted(outcome.coordinates.items())]
    whole = np.stack(columns, axis=1)
    ends = np.cumsum([x.size for x in outcome.raw.inputs])[:-1]
    return tuple(np.split(whole, ends, axis=1))


def column(line: Line, one: Judgement, scene: Scene) -> Array:
    """Return the derivatives of all outputs along a line: three central differences, extrapolated."""
    h = one.step if np.isfinite(one.step) else scene.first_step / 8.0
    coarse, middle, fine = ((line.rise(k * h) - line.rise(-k * h)) / (2.0 * k * h) for k in (4.0, 2.0, 1.0))
    middle, fine = middle + (middle - coarse) / 3.0, fine + (fine - middle) / 3.0
    return fine + (fine - middle) / 15.0


def gradients_at(problem: Problem, v: Array) -> Any:
    """Return the function of other inputs that gives the gradient of <v, f> there, by differences."""
    def gradients(inputs: Sequence[Array]) -> list[Array]:
        with no_grad(), np.errstate(all="ignore"):
            raw = replace(problem.raw, inputs=tuple(np.asarray(x, float) for x in inputs))
            outputs = raw.run([x.copy() for x in raw.inputs])
            there = Problem(raw=raw, outputs=tuple(outputs))
            if there.base.shape != problem.base.shape:
                return [np.full(x.shape, np.nan) for x in inputs]
            return parts(estimates(there, v)[0], raw.inputs)
    return gradients
