"""All oracles on one function: a matrix of the digits in which each two of them agree, and the odd one out.

Knows the oracles as a table; what each of them does stands in `oracles.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import combinations
from typing import Any

import numpy as np

from autograd.check.adapters import adapted
from autograd.check.crosscheck.agreement import DRAWS, SURE, Array, Match, allowances, moved
from autograd.check.crosscheck.oracles import ORACLES, Found, Oracle, Question, exactly, pushed_forward
from autograd.check.crosscheck.tables import html_table, paragraph, shade, text_table
from autograd.check.functions import raw_problem, signature_of
from autograd.check.invariants import ViolationFound, outputs_at
from autograd.check.probes import sizes
from autograd.check.problem import Problem, Raw, flat
from autograd.errors import AutogradError, OperandError, ShapeError
from autograd.node import no_grad
from autograd.transforms import hvp
from autograd.tree import tree_map
from autograd.variables import data_of

Function = Callable[..., Any]
FEW = 64        # inputs: of more, derivatives are taken along random directions
DIRECTIONS = 8
PRECISION = 1e-9, 1e-4  # what second derivatives must agree to, relatively, in double and in single precision


@dataclass(frozen=True, slots=True, eq=False)
class Verification:
    """How far independent ways to one gradient agree; true if all do and there are two at least."""

    function: str
    oracles: tuple[Oracle, ...]             # those that had something to say
    matches: dict[tuple[str, str], Match]   # each two of them
    identities: tuple[Match, ...]           # what must hold of any function: two numbers that should be equal
    skipped: dict[str, str]                 # the other oracles, and why
    along: str                              # what derivatives were compared
    places: tuple[str, ...]                 # their names

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the oracles that had something to say."""
        return tuple([oracle.name for oracle in self.oracles])

    @property
    def ok(self) -> bool:
        """Whether all agree, and there are two at least."""
        every = (*self.matches.values(), *self.identities)
        return len(self.names) > 1 and all(match.ok for match in every)

    def __bool__(self) -> bool:
        return self.ok

    def agree(self, one: str, other: str) -> bool:
        """Whether two oracles agree."""
        return one == other or self.match(one, other).ok

    def match(self, one: str, other: str) -> Match:
        """Return what two oracles found."""
        return self.matches[(one, other) if (one, other) in self.matches else (other, one)]

    @property
    def digits(self) -> float:
        """In how many digits any two agree at least."""
        return min([match.digits for match in self.matches.values()], default=0.0)

    @property
    def camps(self) -> list[list[str]]:
        """The oracles in groups, within which each agrees with each, the largest first."""
        groups: list[list[str]] = []
        for name in self.names:
            home = next((group for group in groups if all(self.agree(name, one) for one in group)), None)
            if home is None:
                groups.append([name])
            else:
                home.append(name)
        return sorted(groups, key=len, reverse=True)

    @property
    def odd(self) -> str:
        """The oracle that disagrees with all others while these agree with each other; "" if there is none."""
        sizes = list(map(len, self.camps))
        return self.camps[1][0] if len(sizes) == 2 and sizes[0] > sizes[1] == 1 else ""

    @property
    def headline(self) -> str:
        """One sentence, or a few."""
        if len(self.names) < 2:
            return f"only {''.join(self.names)} has something to say of {self.function}: nothing to compare with"
        broken = [match.name for match in self.identities if not match.ok]
        return self.outcome() + (f"; broken: {', '.join(broken)}" if broken else "")

    def outcome(self) -> str:
        """Say who agrees with whom."""
        ways = f"{len(self.names)} ways to the gradient of {self.function}"
        if all(match.ok for match in self.matches.values()):
            return f"{ways} agree: {self.digits:.1f} digits at least, {self.along}"
        worst = min(self.matches.values(), key=lambda match: (match.ok, match.digits))
        camps = " against ".join(", ".join(camp) for camp in self.camps)
        text = f"{self.odd} is the odd one out of {ways}" if self.odd else f"{ways} disagree: {camps}"
        text += f"; {worst.name} are farthest apart {self.at(worst)}"
        by_rules = {oracle.name for oracle in self.oracles if oracle.rules}
        if len(self.camps) == 2 and by_rules in map(set, self.camps):
            text += ". Those that use the rules of ops stand against those that do not: suspect a rule"
        return text

    def at(self, match: Match) -> str:
        """Say where two oracles are farthest apart, and what each has there."""
        one, other = (f"{x[match.worst]:.6g}" for x in (match.first, match.second))
        return f"at {self.places[match.worst[0]]}, {one} and {other}"

    def cells(self) -> tuple[list[str], list[list[str]]]:
        """Return the heading and the rows of the matrix."""
        def cell(one: str, other: str) -> str:
            return "-" if one == other else f"{self.match(one, other).digits:.1f}" + "!" * (not self.agree(one, other))
        return ["digits", *self.names], [[one, *[cell(one, other) for other in self.names]] for one in self.names]

    def remarks(self) -> list[str]:
        """Return what stands below the matrix: identities, and what was left out."""
        return [*[f"{match.name}: {match.digits:.1f} digits{'' if match.ok else ' !'}"
                  for match in self.identities],
                *[f"{name} was left out: {why}" for name, why in self.skipped.items()]]

    def __str__(self) -> str:
        return "\n".join([paragraph(self.headline), text_table(*self.cells()), *map(paragraph, self.remarks())])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head, rows = self.cells()
        colours = [["", *["" if one == other else shade(self.match(one, other).digits, self.agree(one, other))
                          for other in self.names]] for one in self.names]
        below = [*self.remarks(), *[f"{oracle.name}: {oracle.about}" for oracle in self.oracles]]
        return (f"<p>{escape(self.headline)}</p>{html_table(head, rows, 1, colours)}"
                f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in below)}</ul>")


def verify(f: Function, *inputs: Any, against: Mapping[str, Function] | None = None,
           rng: "np.random.Generator | None" = None) -> Verification:
    """Take the gradient of `f` at inputs in every way there is, and compare each two.

    The ways are the rows of `oracles.ORACLES`, and the gradients of the functions in `against`, by name, which should
    be the same function, of another framework for example. Outputs are weighed with a random cotangent. Raises
    OperandError if f is no function of its inputs alone, ShapeError if one of the others returns other shapes.

    >>> result = verify(lambda x: np.tanh(x) * x.sum(), np.array([0.5, -1.0, 2.0]))
    >>> result.ok, result.names
    (True, ('reverse', 'forward', 'complex', 'scalars', 'differences'))
    >>> print(verify(lambda x: x.erf(), 0.5))  # doctest: +ELLIPSIS
    4 ways to the gradient of f agree: ...
    digits       reverse  forward  scalars  differences
    ...
    complex was left out: erf does not run on complex numbers: ...
    """
    (f, *others), inputs = adapted((f, *(against or {}).values()), inputs)
    draw = rng or np.random.default_rng(0)
    question = ask(f, inputs, draw)
    rows = [*ORACLES, *[rival(name, g, question, inputs) for name, g in zip(against or {}, others, strict=True)]]
    found, skipped = answers(rows, question)
    slack = allowed(question, f, inputs, draw)
    matches = {(one, other): Match(f"{one} and {other}", a.derivatives, b.derivatives, 2 * slack + a.doubts + b.doubts)
               for (one, a), (other, b) in combinations(found.items(), 2)}
    identities, missing = held(question, draw)
    name, n = question.problem.raw.function.replace("<lambda>", "f"), len(question.gradient)
    along = "by every element" if n <= FEW else f"along {DIRECTIONS} random directions through {n} elements"
    return Verification(name, tuple([row for row in rows if row.name in found]), matches, identities,
                        skipped | missing, along, question.places)


def ask(f: Function, inputs: Sequence[Any], rng: "np.random.Generator") -> Question:
    """Return the question that all oracles are asked: a cotangent, and directions."""
    signature, raw = signature_of(f, tuple(inputs)), raw_problem(f, tuple(inputs))
    try:
        outputs, swing = outputs_at(raw)
    except ViolationFound as violation:
        raise OperandError(f"verify: {raw.function} is no function of its inputs alone: {violation}") from None
    problem = Problem(raw=raw, outputs=outputs, swing=swing, doubled=True)
    n, m = len(problem.x), len(problem.base)
    v = np.ones(1) if m == 1 else rng.normal(size=m)
    directions = np.eye(n) if n <= FEW else rng.choice([-1.0, 1.0], (DIRECTIONS, n)) * sizes(problem)
    places = map(problem.name, range(n)) if n <= FEW else map("direction {}".format, range(DIRECTIONS))
    return Question(signature, problem, v, problem.pullback(v), directions, tuple(places))


def answers(rows: Sequence[Oracle], question: Question) -> tuple[dict[str, Found], dict[str, str]]:
    """Return what each oracle finds, and why others have nothing to say."""
    found, skipped = {}, {}
    for row in rows:
        why = row.applies(question)
        if not why:
            try:
                found[row.name] = row.derivatives(question)
            except Exception as error:  # whatever f does with operands that it was not made for
                why = f"{error!s:.200}" or type(error).__name__
        if why:
            skipped[row.name] = why
    return found, skipped


def rival(name: str, g: Any, question: Question, inputs: Sequence[Any]) -> Oracle:
    """Return the oracle that is the gradient of another implementation, by its own reverse mode."""
    if name in [row.name for row in ORACLES] or not callable(g):
        raise OperandError(f"verify: against takes functions by names of their own, got {name!r}: {g!r:.60}")
    raw = raw_problem(g, tuple(inputs))
    shapes, expected = [y.shape for y in raw.run(raw.inputs)], [y.shape for y in question.problem.outputs]
    if shapes != expected:
        raise ShapeError(f"verify: {name} returned shapes {shapes}, expected {expected}")

    def derivatives(question: Question) -> Found:
        return exactly(question.directions @ gradient_of(raw, question))
    return Oracle(name, f"the reverse mode of {name}", False, lambda question: "", derivatives)


def gradient_of(raw: Raw, question: Question) -> Array:
    """Return the gradient (n,) of another problem for the cotangent of a question."""
    return flat(raw.pull(question.problem.cotangents(question.v)), raw.inputs)


def allowed(question: Question, f: Function, inputs: Sequence[Any], rng: "np.random.Generator") -> Array:
    """Return how far each derivative may be off by rounding, (k,): as far as rounding the inputs moves it."""
    here = [question.directions @ question.gradient]
    elsewhere = []
    for _ in range(DRAWS):
        raw = raw_problem(f, tree_map(lambda x: moved(data_of(x), rng), tuple(inputs)))
        elsewhere.append([question.directions @ gradient_of(raw, question)])
    floors = weight(question) * np.max(np.abs(question.directions) / sizes(question.problem), axis=1, initial=0.0)
    return allowances(here, elsewhere, precision_of(question), [floors])[0]


def precision_of(question: Question) -> float:
    """Return the relative size of a last place in the coarsest dtype of inputs and outputs."""
    arrays = (*question.problem.raw.inputs, *question.problem.outputs)
    return max([float(np.finfo(x.dtype).eps) for x in arrays], default=2.0**-52)


def weight(question: Question) -> float:
    """Return the size of the outputs, weighed."""
    return float(np.sum(np.abs(question.v * question.problem.base)))


def held(question: Question, rng: "np.random.Generator") -> tuple[tuple[Match, ...], dict[str, str]]:
    """Return the identities as pairs of numbers that should be equal, and why others have nothing to say."""
    found, skipped = [], {}
    for name, identity in IDENTITIES.items():
        try:
            with no_grad():
                one, other, size = identity(question, rng)
        except (AutogradError, TypeError, AttributeError, RuntimeError) as error:
            skipped[name] = f"{error!s:.200}"
            continue
        precision = precision_of(question)
        allowed = SURE * (PRECISION[precision > 1e-10] * size + precision * weight(question))
        found.append(Match(name, np.asarray(one), np.asarray(other), np.asarray(allowed)))
    return tuple(found), skipped


def dot_test(question: Question, rng: "np.random.Generator") -> tuple[float, float, float]:
    """Push a random direction forward and pull the cotangent back: <v, J u> = <J^T v, u>."""
    u = sizes(question.problem) * rng.normal(size=len(question.gradient))
    terms = question.v * pushed_forward(question, u)
    return float(np.sum(terms)), float(question.gradient @ u), float(np.sum(np.abs(terms)))


def hessian_test(question: Question, rng: "np.random.Generator") -> tuple[float, float, float]:
    """Multiply the Hessian of <v, f> by two random directions: <a, H b> = <b, H a>."""
    point = question.leaves_of(question.problem.x)
    a, b = (sizes(question.problem) * rng.normal(size=len(question.gradient)) for _ in range(2))
    ha, hb = (flat(hvp(question.weighed, point, question.leaves_of(u))) for u in (a, b))
    return float(a @ hb), float(b @ ha), float(np.sum(np.abs(a * hb)))


IDENTITIES: dict[str, Callable[[Question, Any], tuple[float, float, float]]] = {
    "dot test <v, Ju> = <J'v, u>": dot_test,
    "symmetry <a, Hb> = <b, Ha>": hessian_test,
}
