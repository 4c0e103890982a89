"""Findings of a gradient check in words and in lines of at most 80 columns. Knows plain findings, and no report."""

from collections.abc import Iterator, Sequence
from math import prod
from textwrap import wrap

import numpy as np

from autograd.check import findings
from autograd.check.findings import ACCEPTED, Array, Coordinate, InputFindings, Mistake, Probe
from autograd.plain_text import aligned

WIDTH = 80
SHOWN = 5   # coordinates of an input, at most
PLACE = 18  # columns for where a coordinate stands

#: What each verdict says of "the gradient of f".
VERDICTS = {
    findings.PASS: "agrees with differences of values",
    findings.NEARBY: "agrees with differences of values, though the function changes its shape nearby",
    findings.KINK: "is allowed: the slopes differ by side here, and it is one of those between them",
    findings.SINGULAR: "cannot be judged: the function jumps here, or its tangent is vertical",
    findings.ILL_CONDITIONED: "cannot be judged: the values are too noisy to tell three digits of a derivative",
    findings.INCONCLUSIVE: "cannot be judged",
    findings.NONDETERMINISTIC: "cannot be judged: two runs at one point give different values",
    findings.MUTATING: "cannot be judged: the function or its gradient writes to its inputs or remembers earlier calls",
    findings.FAIL: "disagrees with differences of values",
}


def derivatives(order: int) -> str:
    """Return what is checked, by its order."""
    return "gradient" if order == 1 else f"derivative of order {order}"


def heading(verdict: str, function: str, order: int) -> str:
    """Return the verdict as a sentence: "FAIL: the gradient of f disagrees with differences of values"."""
    mark = verdict if verdict in ACCEPTED else verdict.upper()
    return f"{mark}: the {derivatives(order)} of {called(function)} {VERDICTS[verdict]}"


def called(function: str) -> str:
    """Return how to call a function that may have no name."""
    return "f" if function == "<lambda>" else function


def filled(text: str, indent: str = "") -> list[str]:
    """Return the lines of a paragraph."""
    return wrap(" ".join(text.split()), WIDTH, initial_indent=indent, subsequent_indent=indent)


def is_zero(one: Coordinate | Probe) -> bool:
    """Return whether both sides are 0 as far as differences can tell."""
    return one.verdict in ACCEPTED and max(abs(one.analytic), abs(one.numeric)) <= 10 * one.error


def digits_in_words(one: Coordinate | Probe) -> str:
    """Write how many digits agree."""
    return "both ≈ 0" if is_zero(one) else f"{shared_digits(one.analytic, one.numeric):.1f} digits"


def shared_digits(analytic: Array | float, numeric: Array | float) -> Array:
    """Return how many decimal digits numbers share, 0 to 16."""
    with np.errstate(all="ignore"):
        gap = np.abs(np.subtract(analytic, numeric))
        found = -np.log10(gap / np.maximum(np.abs(analytic), np.abs(numeric)))
    found = np.where(gap == 0, 16.0, np.where(np.isfinite(gap), found, 0.0))
    return np.asarray(np.clip(found, 0.0, 16.0) + 0.0)  # no -0.0


def fewest_digits(inputs: Sequence[InputFindings], probes: Sequence[Probe]) -> float | None:
    """Return to how many digits all agrees that is not 0 as far as differences can tell; None if all is."""
    compared = [one for found in inputs for one in found.coordinates] + list(probes)
    return min((float(shared_digits(one.analytic, one.numeric)) for one in compared if not is_zero(one)), default=None)


def summary(inputs: Sequence[InputFindings], probes: Sequence[Probe]) -> str:
    """Say what was compared, and how well it agrees."""
    tried, elements = sum(len(found.coordinates) for found in inputs), sum(prod(found.shape) for found in inputs)
    share = f"{tried} of {elements}" if tried < elements else f"all {tried}"
    compared = ["the only coordinate" if elements == 1 else f"{share} coordinates"] if tried else []
    if probes:
        compared.append(f"{len(probes)} random direction{'s' * (len(probes) > 1)}")
    verdicts = {one.verdict for one in probes} | {one.verdict for found in inputs for one in found.coordinates}
    digits = fewest_digits(inputs, probes) if verdicts <= set(ACCEPTED) else None
    agreement = "" if digits is None else f", to at least {digits:.1f} digits"
    return f"Compared: {' and '.join(compared) or 'nothing'} of {counted(inputs)}{agreement}."


def counted(inputs: Sequence[InputFindings]) -> str:
    """Name the inputs, or count them."""
    names = ", ".join(found.name for found in inputs)
    return names if len(inputs) <= 3 and len(names) <= 40 else f"{len(inputs)} inputs"


def input_lines(found: InputFindings) -> Iterator[str]:
    """Yield the lines of an input: its name, and the coordinates that are wrong or of two slopes."""
    shown = notable(found)
    yield from filled(f"{found.name} {found.dtype} {found.shape}{extent(found)}")
    rows = [(place_of(found.name, one), *both_sides(one), digits_in_words(one)) for one in shown[:SHOWN]]
    if rows:
        yield from table([("at", "analytic", "numeric", "agreement"), *rows], shown)
    if len(shown) > SHOWN:
        yield f"  … and {len(shown) - SHOWN} more"


def notable(found: InputFindings) -> list[Coordinate]:
    """Return the coordinates of an input that are to be shown, the worst first: wrong ones, else kinks."""
    wrong = [one for one in found.coordinates if one.verdict not in ACCEPTED]
    return sorted(wrong or filter(slopes_differ, found.coordinates), key=lambda one: one.digits)


def extent(found: InputFindings) -> str:
    """Say how many coordinates of an input are wrong, or how well all agree."""
    wrong, tried = sum(one.verdict not in ACCEPTED for one in found.coordinates), len(found.coordinates)
    if not wrong:
        digits = fewest_digits([found], [])
        return "" if digits is None or notable(found) else f": right, to at least {digits:.1f} digits"
    if wrong < tried:
        return f": {wrong} of {tried} coordinates differ"
    return ": all coordinates differ" if tried == prod(found.shape) > 1 else ""


def place_of(name: str, one: Coordinate) -> str:
    """Write a coordinate as Python would."""
    path = name + (f"[{', '.join(map(str, one.place))}]" if one.place else "")
    return path if len(path) <= PLACE else "…" + path[1 - PLACE:]


def table(rows: Sequence[Sequence[str]], coordinates: Sequence[Coordinate]) -> Iterator[str]:
    """Yield the lines of a table; one-sided slopes and verdicts of their own go below a coordinate's line."""
    for number, line in enumerate(aligned(rows, left=len(rows[0]))):
        yield f"  {line}"
        if number:
            yield from slope_lines(coordinates[number - 1])


def slope_lines(one: Coordinate | Probe) -> Iterator[str]:
    """Yield a line of the slopes of both sides, if they differ."""
    if slopes_differ(one):
        yield f"    slopes: {tidy(one.left):.6g} on the left, {tidy(one.right):.6g} on the right"


def slopes_differ(one: Coordinate | Probe) -> bool:
    """Return whether the slopes of both sides were taken and differ."""
    if one.left is None or one.right is None:
        return False
    return abs(one.left - one.right) > 10 * one.error + 1e-6 * max(abs(one.left), abs(one.right))


def tidy(x: float | None) -> float:
    """Return a number without the sign of a zero."""
    return np.nan if x is None else x + 0.0


def both_sides(one: Coordinate | Probe) -> tuple[str, str]:
    """Write the analytic and the numeric derivative."""
    return f"{tidy(one.analytic):.10g}", f"{tidy(one.numeric):.10g} ± {one.error:.1g}"


def probe_lines(probes: Sequence[Probe], inputs: Sequence[InputFindings]) -> Iterator[str]:
    """Yield the lines of the random directions that do not agree, where no coordinate says the same."""
    if any(one.verdict not in ACCEPTED for found in inputs for one in found.coordinates):
        return
    for one in [one for one in probes if one.verdict not in ACCEPTED][:2]:
        analytic, numeric = both_sides(one)
        yield from filled(f"along a random direction: analytic {analytic}, numeric {numeric}, {digits_in_words(one)}")
        yield from slope_lines(one)


def why(reason: str) -> str:
    """Return the reason of a verdict as a sentence; nothing for none."""
    return f"Why: {reason.rstrip('.')}." if reason else ""


def named(mistake: Mistake | None) -> str:
    """Return a mistake in words; nothing for none."""
    if mistake is None:
        return ""
    also = f" It may as well be called: {', '.join(mistake.also)}." if mistake.also else ""
    return f"Mistake ({mistake.kind}): {mistake.text} That explains it to {mistake.digits:.1f} digits.{also}"


def closing(evaluations: int, function: str, rng: str) -> str:
    """Return what the check cost, and how to repeat it."""
    repeat = f" To repeat it: rng={rng}." if rng else ""
    return f"{evaluations} evaluations of {called(function)}.{repeat}"


def weighing(weighed: bool) -> str:
    """Say what was differentiated, if it was not the output itself."""
    return "Derivatives are of <v, f>, the outputs weighed by a random cotangent v." if weighed else ""


def structure_lines(names: Sequence[str], jacobians: Sequence[Array]) -> list[str]:
    """Return a line for each input whose Jacobian is sparse or has a form."""
    told = [(name, jacobian.shape, structure(jacobian)) for name, jacobian in zip(names, jacobians, strict=False)
            if jacobian.size > 1]
    return [f"The Jacobian by {name} ({rows} × {columns}): {words}."
            for name, (rows, columns), words in told if words]


def structure(jacobian: Array) -> str:
    """Say what is special about a Jacobian: "diagonal", "lower triangular", "92 % zeros"; nothing if it is full.

    >>> structure(np.eye(3)), structure(np.tri(3)), structure(np.ones((2, 3)))
    ('diagonal', 'lower triangular', '')
    """
    zero = np.abs(jacobian) <= 1e-9 * np.max(np.abs(jacobian), initial=0.0)
    if np.all(zero):
        return "zero"
    lower: Array = np.tri(*zero.shape, dtype=bool)
    forms = {"diagonal": lower & lower.T, "lower triangular": lower, "upper triangular": lower.T} if (
        zero.shape[0] == zero.shape[1] > 1) else {}
    share = float(np.mean(zero))
    return next((name for name, may_differ in forms.items() if np.all(zero | may_differ)),
                f"{100 * share:.0f} % zeros" if share >= 0.5 else "")
