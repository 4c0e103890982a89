"""`gradcheck`: a gradient against the values of its function. From the call to the report; the parts stand in
`functions.py` (what is given), `invariants.py` (what holds at no cost), `judge.py` (one line), `kinks.py`, `search.py`.

For a random cotangent v and directions u the slope <vjp(v), u> is compared with the derivative of <v, f(x + t·u)> at
t = 0. The directions are single coordinates, all of them where there are few; and two random ones, whose cost does not
depend on the size of the inputs. What disagrees there among many coordinates is found by bisection.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, TypedDict, Unpack

import numpy as np

from autograd.check.adapters import adapted
from autograd.check.conventions import in_words, ops_at_kinks
from autograd.check.findings import ACCEPTED, FAIL, INCONCLUSIVE
from autograd.check.functions import fill, outputs_of, raw_problem, signature_of
from autograd.check.invariants import ViolationFound, checked_gradients, moved, outputs_at
from autograd.check.mistakes.naming import name_mistake
from autograd.check.outcome import Outcome, evidence_of, mistake_in_words, report_of, settle
from autograd.check.probes import Line, Scene
from autograd.check.problem import MANY, Array, Problem, Raw, flat
from autograd.check.progress import Progress
from autograd.check.report import Report
from autograd.check.search import worst_coordinate
from autograd.errors import OperandError
from autograd.node import no_grad
from autograd.transforms import vjp as our_vjp
from autograd.tree import unflatten

FEW = 64    # elements of all inputs together, up to which each is tried
ALL = 256   # elements, up to which each is tried once something is wrong: to name the mistake takes them all
PROBES = 2  # random directions
NAMED = 4096  # elements, up to which a mistake is named: of more too little is known
SAMPLED = 8   # coordinates that are tried beside a kink, of many
HUGE = 900    # powers of two: numbers beyond, or below the inverse, cannot be squared nor many of them added


class Options(TypedDict, total=False):
    """The options of `gradcheck` beside the derivative that is claimed."""

    order: int                    # of the derivatives to check
    rng: "np.random.Generator"    # where cotangents and directions are drawn from
    raise_exception: bool         # an AssertionError whose text is the report, unless the gradient is right
    progress: bool                # a line on a terminal while a long check runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options with their defaults."""

    order: int = 1
    rng: "np.random.Generator" = field(default_factory=lambda: np.random.default_rng(0))
    raise_exception: bool = False
    progress: bool = True


def gradcheck(f: Callable[..., Any], *inputs: Any, grad: Any = None, vjp: Any = None, jac: Any = None,
              **options: Unpack[Options]) -> Report:
    """Check a gradient of `f` at inputs against values of `f`; the Report is true if it is right.

    Inputs and outputs are numbers, arrays, Values, Tensors and trees of them. Numbers, ints too, and arrays of floats
    are differentiated by; let f capture what is constant. Without more our own reverse mode is checked. What else may
    be checked: `grad`, a function of the inputs that gives the gradient of an f of one number, or that gradient; `vjp`,
    a function (cotangent, *inputs) -> gradients; `jac`, the Jacobian or a function that gives it, of the output's shape
    followed by the input's. Several inputs have a tuple of gradients. f is then called with floats and arrays, unless
    it can do with Values and Tensors only.

    Options: `order=2` checks the derivatives of our reverse mode too; `rng`, a numpy generator, by default a new one of
    seed 0, draws cotangents and directions; with `raise_exception` a wrong gradient raises an AssertionError;
    `progress=False` keeps long checks silent. A slope below 1e-9 of the value of f cannot be told from none.

    >>> gradcheck(lambda x: np.tanh(x).sum(), np.array([0.5, -1.0])).verdict
    'pass'
    >>> gradcheck(np.sin, 1.0, grad=lambda x: -np.cos(x)).verdict
    'fail'
    >>> gradcheck(lambda x: max(x, 0.0), 0.0, grad=0.5).verdict
    'kink'
    """
    unknown = sorted(set(options) - set(Options.__annotations__))
    if unknown:
        raise OperandError(f"gradcheck has no option {unknown[0]!r}, only {sorted(Options.__annotations__)}: steps and "
                           "tolerances follow from the precision of f")
    settings = Settings(**options)
    if not isinstance(settings.rng, np.random.Generator):
        raise OperandError(f"gradcheck: rng must be a generator of numpy such as np.random.default_rng(3), got "
                           f"{type(settings.rng).__name__} {settings.rng!r:.60}")
    if type(settings.order) is not int or settings.order < 1:
        raise OperandError(f"gradcheck: order must be an integer from 1, got {settings.order!r}")
    claims = (grad, vjp, jac)
    if settings.order > 1 and any(claim is not None for claim in claims):
        raise OperandError("gradcheck: order=2 is for our own reverse mode; check a claimed second derivative as the "
                           "gradient of the claimed first")
    (f, grad, vjp, jac), inputs = adapted([f, *claims], inputs)
    rng, repeat = repeatable(settings.rng)
    report = check(raw_problem(f, inputs, grad=grad, vjp=vjp, jac=jac), rng, settings)
    for order in range(2, settings.order + 1):
        if not report:
            break
        f = pulled_back(f, inputs, rng)
        before, function = report.evaluations, report.function
        report = check(raw_problem(f, inputs), rng, settings)
        report = replace(report, order=order, evaluations=report.evaluations + before, function=function)
    report = replace(report, rng=repeat)
    if settings.raise_exception and not report:
        raise AssertionError(str(report))
    return report


def repeatable(rng: "np.random.Generator") -> tuple["np.random.Generator", str]:
    """Return a generator to draw from, and an expression for a generator that gives the same."""
    bits: Any = rng.bit_generator
    seed = bits.seed_seq
    if type(bits) is np.random.PCG64 and not seed.spawn_key and np.random.PCG64(seed.entropy).state == bits.state:
        return rng, f"np.random.default_rng({seed.entropy})"
    drawn = int(rng.integers(2**32))
    return np.random.default_rng(drawn), f"np.random.default_rng({drawn})"


def pulled_back(f: Callable[..., Any], inputs: tuple[Any, ...], rng: "np.random.Generator") -> Callable[..., Any]:
    """Return the function whose outputs are the gradients of f for one random cotangent."""
    signature = signature_of(f, inputs)
    memory: list[Array] = []

    @wraps(f, assigned=())  # which names the inputs
    def gradients(*args: Any) -> Any:
        leaves = list(signature_of(f, args).leaves)

        def of_differentiable(*xs: Any) -> Any:
            for slot, x in zip(signature.slots, xs, strict=True):
                leaves[slot] = x
            return f(*unflatten(signature.structure, leaves))
        output, pullback = our_vjp(of_differentiable, *[leaves[slot] for slot in signature.slots])
        if not memory:
            memory.extend(np.asarray(rng.uniform(0.5, 1.5, y.shape)) for y in outputs_of(output))
        return list(pullback(fill(output, memory)))
    return gradients


def check(raw: Raw, rng: "np.random.Generator", settings: Settings) -> Report:
    """Check a problem whatever it was given as, and report."""
    progress = Progress(settings.progress)
    with no_grad(), np.errstate(all="ignore"):
        try:
            outcome = found_in(raw, rng, progress)
            blame_conventions(outcome, rng, progress)
        except ViolationFound as error:
            outcome = Outcome(raw=raw, verdict=error.violation.verdict, reason=error.violation.reason)
        mistake = None
        nameable = outcome.verdict == FAIL and not outcome.conventional
        if nameable and outcome.scene is not None and len(outcome.scene.sizes) <= NAMED:
            mistake = name_mistake(evidence_of(outcome, outcome.scene)) or mistake_in_words(outcome)
        report = report_of(outcome, mistake)
    progress.done()
    return replace(report, evaluations=raw.counted.calls if raw.counted else 0)


def found_in(raw: Raw, rng: "np.random.Generator", progress: Progress) -> Outcome:
    """Return what is found of a problem."""
    outputs, swing = outputs_at(raw)
    problem = Problem(raw=raw, outputs=outputs, swing=swing, doubled=runs_in_double(raw, outputs))
    if not np.all(np.isfinite(problem.base)):
        return Outcome(raw=raw, verdict=INCONCLUSIVE, reason="f is not finite at the point")
    v, w = (cotangent(problem, rng) for _ in range(2))
    if len(v) == 1:
        v = np.ones(1)  # so that what is shown of a function of one output is its gradient
    v, w = (moderate(problem) * each for each in (v, w))
    gradients, violation = checked_gradients(problem, v, w)
    shaped = [np.zeros(x.shape) if g is None or np.shape(g) != x.shape else g
              for g, x in zip(gradients, raw.inputs, strict=True)]
    if problem.m > MANY:
        problem, v = problem.weighed(v), np.ones(1)
    scene = Scene(problem=problem, v=v, gradient=flat(shaped, raw.inputs), rng=rng)
    outcome = Outcome(raw=raw, scene=scene, gradients=gradients)
    look(outcome, scene, progress)
    settle(outcome)
    if violation is not None:
        outcome.verdict, outcome.reason, outcome.kind = violation.verdict, violation.reason, violation.kind
    return outcome


def blame_conventions(outcome: Outcome, rng: "np.random.Generator", progress: Progress) -> None:
    """Say so if our gradient is wrong where an op stands at a kink, and right beside the point."""
    raw = outcome.raw
    names = ops_at_kinks(raw.returned) if outcome.verdict == FAIL and not outcome.reason else []
    if names and raw.elsewhere is not None:
        beside = found_in(raw.elsewhere(tuple(map(moved, raw.inputs))), rng, progress)
        if beside.verdict in ACCEPTED:
            outcome.reason, outcome.conventional = in_words(names), True


def cotangent(problem: Problem, rng: "np.random.Generator") -> Array:
    """Return a random cotangent of all outputs: of either sign, none of them small."""
    m = len(problem.base)
    return rng.uniform(0.5, 1.5, m) * (rng.integers(0, 2, m) * 2.0 - 1.0)


def moderate(problem: Problem) -> float:
    """Return a factor, 1 as a rule, with which outputs that are huge or tiny can be added, squared and divided."""
    exponent = int(np.frexp(np.max(np.abs(problem.base), initial=0.0))[1])
    return float(np.ldexp(1.0, -exponent if exponent > HUGE else min(-exponent, HUGE) if exponent < -HUGE else 0))


def runs_in_double(raw: Raw, outputs: tuple[Array, ...]) -> bool:
    """Whether f, given inputs of lower precision, also takes them in doubles and then gives doubles that agree."""
    if all(x.dtype.itemsize == 8 for x in raw.inputs):
        return False
    try:
        precise = raw.run([x.astype(float) for x in raw.inputs])
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return False
    return (len(precise) == len(outputs) and all(y.dtype == float and y.shape == o.shape and np.allclose(
        y, o, rtol=1e-3, atol=1e-3 * float(np.max(np.abs(o), initial=0.0)) + np.finfo(o.dtype).tiny, equal_nan=True)
        for y, o in zip(precise, outputs, strict=True)))


def look(outcome: Outcome, scene: Scene, progress: Progress) -> None:
    """Compare coordinates and random directions."""
    n = len(scene.sizes)
    if scene.coarse and n:
        scene.measure(Line(scene.problem, scene.random_direction()))
    broken = np.flatnonzero(~np.isfinite(scene.gradient))
    for place in range(n) if n <= FEW else broken[:4]:
        progress.tell(f"{place} of {n} coordinates")
        outcome.coordinates[int(place)] = scene.coordinate(int(place))
    for _ in range(PROBES if n > 1 and not len(broken) else 0):
        progress.tell("random directions")
        outcome.probes.append(scene.direction(scene.random_direction()))
        if n > FEW and outcome.probes[0][1].verdict not in ACCEPTED:
            break
    if n <= FEW or len(broken):
        return
    wrong = [(line, seen) for line, seen in outcome.probes if seen.verdict not in ACCEPTED]
    kinked = [line for line, seen in outcome.probes if seen.kinked]
    if kinked:
        for i in scene.rng.choice(n, SAMPLED, replace=False):
            outcome.coordinates[int(i)] = scene.coordinate(int(i))
    elif wrong:
        progress.tell("searching the worst coordinate")
        line, seen = wrong[0]
        worst = worst_coordinate(scene, line.u, seen.analytic - seen.numeric)
        for i in range(n) if n <= ALL else [worst]:
            outcome.coordinates[i] = scene.coordinate(i)
