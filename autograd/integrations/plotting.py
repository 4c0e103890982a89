"""The picture of a gradient check, by matplotlib: how differences come close to a slope, and what f has beyond it."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from autograd.check.report import Line
from autograd.errors import OperandError

STEPS = np.logspace(-14, 0, 113)  # of the size of the inputs
DECADES = 1e-8  # that are shown at least, so that a floor looks like a floor
BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#7f7f7f"  # of Okabe and Ito, told apart by the colour-blind


def plot_line(line: Line | None) -> Any:
    """Draw the error of central differences and the Taylor remainder over the step; return the two axes.

    The error |(φ(h) − φ(−h))/(2h) − a| falls with h² till rounding makes it rise again: a V if the slope a is right,
    and a floor if it is not. The remainder |φ(h) − h·a| falls with h² if the slope is right, else with h.
    """
    if line is None:
        raise OperandError("report.plot() needs a line along which f was tried, and this check tried none")
    ahead, behind = (np.array([line.rise(sign * h) for h in STEPS], float) for sign in (1.0, -1.0))
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    figure.suptitle(f"along {line.name}: analytic slope {line.slope:.6g}")
    draw(left, np.abs((ahead - behind) / (2 * STEPS) - line.slope), line.step,
         title="error of the central difference", powers={2: "slope 2"})
    draw(right, np.abs(ahead - STEPS * line.slope), line.step, title="Taylor remainder |φ(h) − h·slope|",
         powers={1: "slope 1: as if wrong", 2: "slope 2: as if right"})
    if np.isfinite(line.numeric) and line.numeric != line.slope:
        gap = abs(line.numeric - line.slope)
        left.plot([line.step], [gap], "D", color=ORANGE, label="extrapolated from there")
        left.set_ylim(bottom=min(left.get_ylim()[0], gap / 10))
    left.legend()
    right.legend()
    return left, right


def draw(axes: Any, values: Any, step: float, *, title: str, powers: dict[int, str]) -> None:
    """Draw values over the step in logarithmic scales, with the chosen step and straight lines of some slopes."""
    shown = np.isfinite(values) & (values > 0)
    axes.loglog(STEPS[shown], values[shown], ".-", color=BLUE, markersize=4, linewidth=1)
    axes.axvline(step, color=ORANGE, linestyle="--", linewidth=1, label=f"chosen step {step:.1e}")
    if np.any(shown):
        last, top = STEPS[shown][-1], values[shown][-1]
        low = min(values[shown].min(), values[shown].max() * DECADES) / 10
        axes.set_ylim(bottom=low)
        for (power, label), style in zip(powers.items(), (":", "-."), strict=False):
            line = top * (STEPS / last) ** power
            axes.loglog(STEPS[line > low], line[line > low], style, color=GREY, linewidth=1, label=label)
    axes.set(title=title, xlabel="step h")
    axes.grid(alpha=0.3)
