"""What a check of gradients finds, as plain data: verdicts, probes, coordinates, the named mistake. Knows no function.

`ACCEPTED` are the verdicts with which a check is ok; with any other it is not.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

PASS = "pass"
NEARBY = "pass, structure nearby"     # right at the point; f changes its shape within the steps that were tried
KINK = "kink"                         # slopes differ by side, and the gradient is one that the conventions allow
SINGULAR = "singular"                 # a jump, or a tangent that is vertical: there is no derivative to compare with
ILL_CONDITIONED = "ill-conditioned"   # the values of f are too noisy to tell three digits of the derivative
INCONCLUSIVE = "inconclusive"
NONDETERMINISTIC = "nondeterministic"  # two runs at one point differ
MUTATING = "stateful or mutating"      # f, or the gradient, writes to what it is given or remembers earlier calls
FAIL = "fail"
ACCEPTED = (PASS, NEARBY, KINK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinate:
    """One element of one input: the derivative by it from both sides."""

    place: tuple[int, ...]       # index into the input; () for a number
    analytic: float
    numeric: float
    error: float                 # how far the numeric derivative may be off
    left: float | None = None    # one-sided slopes, where they were taken
    right: float | None = None
    verdict: str = PASS

    @property
    def digits(self) -> float:
        """Return how many decimal digits both sides share, 0 to 16."""
        size = max(abs(self.analytic), abs(self.numeric))
        difference = abs(self.analytic - self.numeric)
        if not np.isfinite(difference):
            return 0.0
        return float(np.clip(-np.log10(difference / size), 0.0, 16.0)) if difference and size else 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFindings:
    """One input: its name and shape, and the coordinates that were tried; arrays only if all of them were."""

    name: str                    # such as "x" or "params['w'][0]"
    shape: tuple[int, ...]
    dtype: str
    coordinates: tuple[Coordinate, ...] = ()
    worst: Coordinate | None = None       # that with the fewest digits in common, beyond doubt
    analytic: Array | None = None         # each of the input's shape
    numeric: Array | None = None
    error: Array | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One direction through all inputs at once: the directional derivative from both sides."""

    analytic: float
    numeric: float
    error: float
    verdict: str = PASS
    left: float | None = None
    right: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A mistake that explains the difference: what was probably done, where, and how well that would agree."""

    kind: str                    # one of the kinds of mistakes.py, such as "factor", "sign", "transposed"
    text: str                    # a sentence: "the gradient of `w` is 2 times too large; a factor ½ is missing"
    inputs: tuple[str, ...]      # names of the inputs concerned
    digits: float                # agreement once the mistake is undone
    also: tuple[str, ...] = ()   # kinds that explain it as well: at one element a factor and an offset are the same
