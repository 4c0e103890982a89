"""Constants by which a gradient may be wrong: sums for means, forgotten norms, logarithms, percents. Rows as in
`hypotheses.py`, of one kind.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.check.mistakes.evidence import Array, Case, Guess, arrays_of

CONSTANTS = {"ln 2": math.log(2), "1/ln 2": 1 / math.log(2), "ln 10": math.log(10), "1/ln 10": 1 / math.log(10),
             "π": math.pi, "1/π": 1 / math.pi, "2π": 2 * math.pi, "π/180": math.pi / 180, "180/π": 180 / math.pi,
             "√2": math.sqrt(2), "√½": math.sqrt(0.5), "√π": math.sqrt(math.pi), "2/√π": 2 / math.sqrt(math.pi),
             "√(2/π)": math.sqrt(2 / math.pi), "√(2π)": math.sqrt(2 * math.pi)}
SMALL = {f"{p}/{q}" if q > 1 else str(p): p / q
         for q in range(12, 0, -1) for p in range(1, 13) if math.gcd(p, q) == 1}
MEASURES: dict[str, Callable[[Array], Any]] = {
    "the sum": np.sum, "the mean": np.mean, "the greatest element": np.max, "the norm": np.linalg.norm,
    "the squared norm": lambda x: np.sum(x * x), "the standard deviation": np.std, "the variance": np.var,
    "the sum of the exponentials": lambda x: np.sum(np.exp(x)),
}


def factor(case: Case) -> Iterator[Guess]:
    """A constant times the right gradient: a known one, a round one, or any."""
    c = fitted(case.analytic, case.numeric)
    if c is None or c == 0:
        return
    for value, words, cost in constants_near(c, case):
        yield Guess(value * case.numeric, words, cost)


def constants_near(c: float, case: Case) -> Iterator[tuple[float, str, int]]:
    """Yield constants close to a fitted one, each with words and cost."""
    size, start = abs(c), "{has} the wrong sign and " if c < 0 else "{has} "
    known = [(2.0, "2 times the right size: is it added up twice?", 0), (0.5, "½ of the right size", 0)]
    known += lengths_of(case)
    known += [(value, f"{text} times the right size", 1) for text, value in (CONSTANTS | SMALL).items()]
    known += sizes_of(case)
    known += [(value, size_in_words(value), cost) for cost in (1, 2)
              for value in (1 + round_number(size - 1, cost), round_number(size, cost))]
    for value, words, cost in known:
        if abs(size - value) < 1e-3 * size and value != 1:
            yield math.copysign(value, c), start + words, cost
    yield c, start + size_in_words(size), 3


def lengths_of(case: Case) -> list[tuple[float, str, int]]:
    """Return the factors that a sum in place of a mean, or a mean in place of a sum, gives."""
    found: dict[int, str] = {}
    for name, array in arrays_of(case):
        found.setdefault(array.size, f"the number of elements of {name}")
        for axis, length in enumerate(array.shape):
            found.setdefault(length, f"the length of axis {axis} of {name}")
    sizes = [(n, what) for n, what in found.items() if n > 1]
    return ([(1 / n, f"1/{n} of the right size, and {n} is {what}: a mean in place of a sum?", 0) for n, what in sizes]
            + [(float(n), f"{n} times the right size, and {n} is {what}: a sum in place of a mean?", 0)
               for n, what in sizes])


def sizes_of(case: Case) -> list[tuple[float, str, int]]:
    """Return the factors that a forgotten division or multiplication by a sum, a norm and the like leaves."""
    found = [(float(measure(array)), f"{text} of {name}") for name, array in arrays_of(case) if array.size > 1
             for text, measure in MEASURES.items()]
    return ([(abs(value), f"{value:.6g} times the right size, and that is {what}: is a division missing?", 1)
             for value, what in found]
            + [(1 / abs(value), f"1/{value:.6g} of the right size, and that is {what}: is a factor missing?", 1)
               for value, what in found if value])


def size_in_words(c: float) -> str:
    """Write a factor near 1 as percents, else as it is."""
    if abs(c - 1) < 0.1:
        return f"{c:.10g} times the right size: {abs(c - 1) * 100:.2g} % too {'large' if c > 1 else 'small'}"
    return f"{c:.6g} times the right size"


def round_number(c: float, significant: int) -> float:
    """Return a number to some significant digits."""
    return float(f"{c:.{significant - 1}e}")


def fitted(observed: Array, candidate: Array) -> float | None:
    """Return the constant c by which c·candidate comes closest to what is observed, by least squares."""
    if observed.shape != candidate.shape:
        return None
    used = np.isfinite(observed) & np.isfinite(candidate)
    a, d = observed[used], candidate[used]
    scale = float(np.max(np.abs(d), initial=0.0))
    if not scale:
        return None
    return float(np.sum(a * (d / scale)) / np.sum((d / scale) ** 2) / scale)
