"""What a check of gradients reports: a verdict and its evidence, shown as text, as HTML or as a picture.

Knows findings as plain data, and neither how they were found nor how to draw.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograd.check import findings, report_html, report_text
from autograd.check.findings import ACCEPTED, Array, Coordinate, InputFindings, Mistake, Probe
from autograd.optional import integration


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The function along a line through the inputs: `rise(t)` is <v, f(x + t·u) − f(x)>, 0 at 0."""

    name: str                        # such as "x[2]", or "a random direction"
    rise: Callable[[float], float]
    slope: float                     # analytic
    step: float                      # from which the numeric derivative was taken
    numeric: float = math.nan        # that derivative


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Report:
    """What a check of gradients found; true if they are right.

    `str` tells it in at most 80 columns, a notebook shows a table of digits, and `plot` a picture.

    >>> worst = Coordinate(place=(1,), analytic=4.0, numeric=2.0, error=1e-11, verdict="fail")
    >>> found = InputFindings(name="x", shape=(2,), dtype="float64", coordinates=(worst,), worst=worst)
    >>> report = Report(verdict="fail", inputs=(found,), evaluations=33)
    >>> report.ok, report.worst.digits
    (False, 0.30)
    >>> print(report)
    FAIL: the gradient of f disagrees with differences of values
    x float64 (2,)
      at    analytic  numeric    agreement
      x[1]  4         2 ± 1e-11  0.3 digits
    33 evaluations of f.
    """

    verdict: str                             # one of the verdicts of findings.py
    inputs: tuple[InputFindings, ...]
    reason: str = ""                         # why so: which convention was met, what the numeric side cannot tell …
    mistake: Mistake | None = None
    probes: tuple[Probe, ...] = ()
    evaluations: int = 0                     # of f
    rng: str = ""                            # an expression that repeats the check, such as "np.random.default_rng(0)"
    order: int = 1                           # of the derivatives that were compared
    line: Line | None = None                 # along the worst coordinate or direction
    function: str = "f"                      # its name
    weighed: bool = False                    # whether slopes are of <v, f> with a random v, not of a single output
    jacobians: tuple[Array, ...] = ()        # numeric, one per input, if known: (elements of outputs, of the input)

    @property
    def ok(self) -> bool:
        """Return whether the gradients are right."""
        return self.verdict in ACCEPTED

    def __bool__(self) -> bool:
        return self.ok

    @property
    def worst(self) -> Coordinate | None:
        """Return the coordinate, of all inputs, with the fewest digits in common, one that is wrong before others."""
        candidates = [found.worst for found in self.inputs if found.worst is not None]
        return min(candidates, key=lambda one: (one.verdict in ACCEPTED, one.digits), default=None)

    def __repr__(self) -> str:
        named = f", mistake={self.mistake.kind!r}" if self.mistake else ""
        digits = f", digits={abs(self.worst.digits):.1f}" if self.worst else ""
        return f"<Report {self.verdict!r}{named}{digits}, evaluations={self.evaluations}>"

    def __str__(self) -> str:
        lines = report_text.filled(report_text.heading(self.verdict, self.function, self.order))
        lines += report_text.filled(report_text.why(self.reason)) + report_text.filled(report_text.named(self.mistake))
        if self.verdict in (findings.PASS, findings.NEARBY):
            lines += report_text.filled(report_text.summary(self.inputs, self.probes))
        else:
            lines += report_text.filled(report_text.weighing(self.weighed))
            lines += [line for found in self.inputs for line in report_text.input_lines(found)]
            lines += report_text.probe_lines(self.probes, self.inputs)
        lines += report_text.structure_lines([found.name for found in self.inputs], self.jacobians)
        return "\n".join([*lines, *report_text.filled(self._closing())])

    def _closing(self) -> str:
        return report_text.closing(self.evaluations, self.function, "" if self.ok else self.rng)

    def _repr_html_(self) -> str:
        title = report_text.heading(self.verdict, self.function, self.order)
        prose = [report_text.why(self.reason), report_text.named(self.mistake),
                 report_text.summary(self.inputs, self.probes), report_text.weighing(self.weighed),
                 *report_text.structure_lines([found.name for found in self.inputs], self.jacobians), self._closing()]
        return report_html.page(title, prose, self.inputs, ok=self.ok)

    def plot(self) -> Any:
        """Draw the error of central differences, and what f has beyond its slope, over the step; return the two axes.

        Needs the extra `plot`; raises MissingExtraError without it, and OperandError if the check went along no line.
        """
        return integration("plotting", extra="plot", purpose="report.plot()").plot_line(self.line)
