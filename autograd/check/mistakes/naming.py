"""Names the mistake in a wrong gradient: of all rows that explain the numbers, the simplest is named.

Knows the rows and how they are ranked, and nothing of what they try: see `hypotheses.py`, `factors.py`, `formulas.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograd.check.findings import Mistake
from autograd.check.mistakes import factors, formulas, hypotheses
from autograd.check.mistakes.evidence import Array, Case, Evidence, Guess, cases, digits

__all__ = ["KINDS", "Evidence", "name_mistake"]

Rule = Callable[[Case], Iterator[Guess]]

#: Every kind of mistake, and what it means. Of two that explain a gradient equally well the first is named.
KINDS = {
    "not finite": "the gradient is nan or infinite where the derivative is a number",
    "missing": "the gradient of an input is 0 everywhere, where the derivative is not",
    "sign": "the gradient has the wrong sign",
    "un-broadcast": "a broadcast axis is not summed over: averaged, or one element taken, or the axis left in place",
    "shape": "the gradient has the right numbers in another shape than its input",
    "factor": "the gradient is a constant times the right one: 2, ½, n, 1/n (a mean for a sum), 1.001 …",
    "cotangent ignored": "the gradient is that of the sum of the outputs, whatever cotangent comes in",
    "another input's": "the gradient of one input is that which belongs to another",
    "transposed": "the gradient is right but for exchanged axes",
    "rolled": "the elements of the gradient are shifted along an axis, the last ones to the front",
    "reversed": "the elements of the gradient stand in reverse order",
    "swapped": "two elements of the gradient have changed places",
    "zero where negative": "the gradient is 0 wherever its input is negative",
    "element zeroed": "one element of the gradient is 0",
    "output dropped": "the gradient lacks what comes from one of the outputs",
    "cotangent misused": "the cotangent is squared, averaged, transposed or shifted on its way",
    "input for output": "a derivative written in terms of the output is computed from the input",
    "formula": "a derivative is computed by another function's formula, or lacks a factor of the chain rule",
    "element": "one element of the gradient is wrong",
    "offset": "a constant is added to every element of the gradient",
    "evaluated elsewhere": "the derivative is taken at another point, as with two operands exchanged",
    "stale": "the derivative is taken at an older value of an input",
    "term": "a term of the formula is missing, or there is one too many",
    "permuted": "the elements of the gradient are right but stand in another order",
    "part": "only a part is wrong: a row, a column, the elements where the input has one sign",
}

ROWS: dict[str, Rule] = {
    "not finite": hypotheses.not_finite,
    "missing": hypotheses.missing,
    "sign": hypotheses.sign,
    "un-broadcast": hypotheses.unbroadcast,
    "shape": hypotheses.reshaped,
    "factor": factors.factor,
    "cotangent ignored": hypotheses.cotangents_of("cotangent ignored"),
    "another input's": hypotheses.anothers,
    "transposed": hypotheses.transposed,
    "rolled": hypotheses.rolled,
    "reversed": hypotheses.reversed_,
    "swapped": hypotheses.swapped,
    "zero where negative": hypotheses.zero_where_negative,
    "element zeroed": hypotheses.zeroed,
    "output dropped": hypotheses.output_dropped,
    "cotangent misused": hypotheses.cotangents_of("cotangent misused"),
    "input for output": formulas.input_for_output,
    "formula": formulas.other_formula,
    "element": hypotheses.element,
    "offset": hypotheses.offset,
    "evaluated elsewhere": formulas.evaluated_elsewhere,
    "stale": formulas.stale,
    "term": formulas.term,
    "permuted": hypotheses.permuted,
    "part": hypotheses.part,
}
COSTLY = ("evaluated elsewhere", "stale")  # they evaluate f elsewhere: not asked once something certain is found
DISAGREEMENT = 1  # added to the cost of an explanation whose numbers differ from input to input
PATCHWORK = 1     # added to the costs of explaining each input by a kind of its own


def name_mistake(evidence: Evidence) -> Mistake | None:
    """Return the simplest mistake that explains a wrong gradient, None if none does or nothing is wrong.

    >>> import numpy as np
    >>> x, g = np.array([1.0, 2.0, 4.0]), np.ones(3)
    >>> found = name_mistake(Evidence(names=("x",), inputs=(x,), outputs=(x * x,), cotangents=(g,),
    ...                               analytic=(4 * x,), numeric=(2 * x,), errors=(1e-9 * g,)))
    >>> found.kind, found.text
    ('factor', 'The gradient of `x` has 2 times the right size: is it added up twice?')
    """
    with np.errstate(all="ignore"):
        wrong = cases(remembering(evidence))
        explanations = list(explanations_of(wrong)) if wrong else []
    whole = [one for one in explanations if one.slots == len(wrong)]
    best = min(whole, key=lambda one: one.cost, default=None)
    pieces = [min(parts, key=lambda one: one.cost) for case in wrong
              if (parts := [one for one in explanations if one.names == (case.name,)])]
    if pieces and len(wrong) > 1 and (best is None or best.cost > sum(one.cost for one in pieces) + PATCHWORK):
        return joined(pieces)
    if best is None:
        return None
    also = tuple(one.kind for one in whole if one.kind != best.kind and one.cost <= best.cost)
    return Mistake(kind=best.kind, text=best.text, inputs=best.names, digits=best.digits, also=also)


def explanations_of(wrong: Sequence[Case]) -> Iterator["Explanation"]:
    """Yield what each row has to say; rows that evaluate f elsewhere only if nothing is certain by then."""
    certain = False
    for kind, rule in ROWS.items():
        for one in explain(kind, rule, wrong) if not (certain and kind in COSTLY) else ():
            certain |= one.cost == 0 and one.slots == len(wrong)
            yield one


@dataclass(frozen=True, slots=True)
class Explanation:
    """A kind of mistake that explains the gradients of one input, or of all that are wrong."""

    kind: str
    names: tuple[str, ...]   # of the inputs
    text: str
    digits: float
    cost: int

    @property
    def slots(self) -> int:
        """Return how many inputs are explained."""
        return len(self.names)


def explain(kind: str, rule: Rule, wrong: Sequence[Case]) -> Iterator[Explanation]:
    """Yield how a row explains each input alone, and all of them."""
    accepted = [list(agreeing(rule, case)) for case in wrong]
    best = [min(guesses, key=lambda pair: pair[0].cost, default=None) for guesses in accepted]
    for case, pair in zip(wrong, best, strict=True):
        if pair is not None:
            yield Explanation(kind, (case.name,), sentence([case.name], pair[0].words), pair[1], pair[0].cost)
    if len(wrong) == 1 or any(pair is None for pair in best):
        return
    names = tuple(case.name for case in wrong)
    shared = common(accepted)
    if shared is not None:
        yield Explanation(kind, names, sentence(names, shared[0].words), shared[1], shared[0].cost)
    chosen = [pair for pair in best if pair is not None]
    cost = max(guess.cost for guess, _ in chosen)
    text = " ".join(sentence([name], guess.words) for name, (guess, _) in zip(names, chosen, strict=True))
    yield Explanation(kind, names, text, min(found for _, found in chosen), cost + DISAGREEMENT * (cost > 0))


def agreeing(rule: Rule, case: Case) -> Iterator[tuple[Guess, float]]:
    """Yield the guesses of a row that explain an input, with their digits."""
    for guess in rule(case):
        found = digits(case, guess)
        if found is not None:
            yield guess, found


def common(accepted: Sequence[Sequence[tuple[Guess, float]]]) -> tuple[Guess, float] | None:
    """Return the cheapest guess that is made in the same words for every input, with the fewest digits."""
    by_words = [{guess.words: (guess, found) for guess, found in sorted(guesses, key=lambda pair: -pair[0].cost)}
                for guesses in accepted]  # of guesses in the same words the cheapest
    shared = [words for words in by_words[0] if all(words in others for others in by_words)]
    if not shared:
        return None
    words = min(shared, key=lambda one: by_words[0][one][0].cost)
    return by_words[0][words][0], min(guesses[words][1] for guesses in by_words)


def sentence(names: Sequence[str], words: str) -> str:
    """Write what is wrong with the gradients of some inputs."""
    quoted = [f"`{name}`" for name in names]
    listed = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    one = len(quoted) == 1
    told = words
    for verb, singular, plural in (("{is}", "is", "are"), ("{has}", "has", "have"), ("{lacks}", "lacks", "lack")):
        told = told.replace(verb, singular if one else plural)
    return f"The gradient{'' if one else 's'} of {listed} {told}{'' if told.endswith('?') else '.'}"


def joined(pieces: Sequence[Explanation]) -> Mistake:
    """Put together explanations of one input each; the first one's kind stands for all."""
    return Mistake(kind=pieces[0].kind, text=" ".join(one.text for one in pieces),
                   inputs=tuple(name for one in pieces for name in one.names),
                   digits=min(one.digits for one in pieces), also=tuple(dict.fromkeys(
                       one.kind for one in pieces if one.kind != pieces[0].kind)))


def remembering(evidence: Evidence) -> Evidence:
    """Return the evidence with numeric gradients at other inputs taken once for each."""
    ask, known = evidence.gradients_at, dict[bytes, Sequence[Array]]()
    if ask is None:
        return evidence

    def gradients_at(inputs: Sequence[Array]) -> Sequence[Array]:
        key = b"".join(x.tobytes() for x in inputs)
        if key not in known:
            known[key] = ask(inputs)
        return known[key]
    return replace(evidence, gradients_at=gradients_at)
