"""Findings of a gradient check as HTML for a notebook: words, and for each input a map of the digits that agree.

One self-contained piece without scripts, in colours that are read in light and dark surroundings alike; no cell says
anything by colour alone. Knows plain findings, and no report.
"""

import re
from collections.abc import Sequence
from html import escape

import numpy as np

from autograd.check.findings import ACCEPTED, Array, Coordinate, InputFindings
from autograd.check.report_text import (
    both_sides,
    digits_in_words,
    notable,
    place_of,
    shared_digits,
    slopes_differ,
    tidy,
)

SIDE = 16    # cells of a map in each direction: of a larger array a cell shows the worst of a block
MAPS = 8     # inputs that are shown
ROWS = 5     # coordinates that are listed for an input

# Digits below which a cell has a colour: cividis, from yellow to blue, which is told apart by the colour-blind.
PALETTE = ((2, "#fee838", "#000"), (4, "#cfba5c", "#000"), (6, "#a59c74", "#000"), (8, "#575d6d", "#fff"),
           (10, "#31446b", "#fff"), (99, "#00224e", "#fff"))
STYLE = """
.gg-report{font:14px/1.5 system-ui,sans-serif;color:inherit;max-width:60em}
.gg-report h4{margin:.2em 0;font-size:1em}
.gg-report p{margin:.2em 0}
.gg-report table{border-collapse:collapse;margin:.3em 0 .8em;color:inherit;font:12px/1.4 ui-monospace,monospace}
.gg-report td,.gg-report th{padding:.15em .5em;text-align:right;border:1px solid rgba(128,128,128,.5);font-weight:400}
.gg-report td.gg-bad{outline:2px solid #d55e00;outline-offset:-2px;font-weight:700}
.gg-report .gg-mark{padding:0 .4em;border:1px solid;border-radius:.2em;font-weight:700}
@media (prefers-color-scheme:dark){.gg-report td.gg-bad{outline-color:#ff9e4a}}
""".strip()


def page(title: str, prose: Sequence[str], inputs: Sequence[InputFindings], *, ok: bool) -> str:
    """Return a check as HTML: a title, paragraphs, and a section for each input."""
    paragraphs = "".join(f"<p>{in_html(text)}</p>" for text in prose if text)
    sections = "".join(section(found) for found in inputs[:MAPS])
    rest = f"<p>{len(inputs) - MAPS} more inputs are not shown.</p>" if len(inputs) > MAPS else ""
    mark = "✓" if ok else "✗"
    return (f'<div class="gg-report"><style>{STYLE}</style>'
            f'<h4><span class="gg-mark">{mark}</span> {escape(title)}</h4>{paragraphs}{sections}{rest}</div>')


def in_html(text: str) -> str:
    """Return words with what stands between backticks as code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(text))


def section(found: InputFindings) -> str:
    """Return the HTML of an input: a map of digits if all of it was tried, and the coordinates that are wrong."""
    shown = notable(found)
    title = f"<h4>{escape(found.name)} <small>{escape(found.dtype)} {found.shape}</small></h4>"
    more = f"<p>And {len(shown) - ROWS} more coordinates.</p>" if len(shown) > ROWS else ""
    return title + heat_map(found) + coordinates(found.name, shown[:ROWS]) + more


def coordinates(name: str, shown: Sequence[Coordinate]) -> str:
    """Return the table of some coordinates."""
    if not shown:
        return ""
    head = ("at", "analytic", "numeric", "agreement", "slopes left, right")
    rows = [(place_of(name, one), *both_sides(one), digits_in_words(one),
             f"{tidy(one.left):.6g}, {tidy(one.right):.6g}" if slopes_differ(one) else "") for one in shown]
    used = [k for k in range(len(head)) if any(row[k] for row in rows)]
    lines = [f"<tr>{''.join(f'<{tag}>{escape(row[k])}</{tag}>' for k in used)}</tr>"
             for tag, row in (("th", head), *(("td", row) for row in rows))]
    return f"<table>{''.join(lines)}</table>"


def heat_map(found: InputFindings) -> str:
    """Return the map of the digits that agree in each element of an input, of a large one the worst of blocks."""
    if found.analytic is None or found.numeric is None or found.analytic.shape != found.numeric.shape:
        return ""
    if not found.numeric.size or not found.numeric.ndim:
        return ""
    grid = as_grid(digits_of(found))
    height, width = (-(-length // SIDE) for length in grid.shape)
    worst = blocks(grid, height, width, np.minimum)
    wrong = blocks(as_grid(wrong_places(found)), height, width, np.maximum)
    lines = []
    for i, row in enumerate(worst):
        places = [f"{found.name}, row {i * height}, column {j * width}" for j in range(len(row))]
        cells = [cell(*of_cell) for of_cell in zip(places, row, wrong[i], strict=True)]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    note = "" if height == width == 1 else f" (each cell: the worst of {height} × {width} elements)"
    return f"<p>Digits that agree, by element{note}:</p><table>{''.join(lines)}</table>"


def digits_of(found: InputFindings) -> Array:
    """Return for each element how many digits agree; 16 where both sides are 0 as far as differences can tell."""
    analytic, numeric = np.asarray(found.analytic), np.asarray(found.numeric)
    error = np.zeros(found.shape) if found.error is None else found.error
    zero = np.maximum(np.abs(analytic), np.abs(numeric)) <= 10 * error
    return np.where(zero, 16.0, shared_digits(analytic, numeric))


def wrong_places(found: InputFindings) -> Array:
    """Return at which elements of an input the check objects."""
    wrong = np.zeros(found.shape, bool)
    for one in found.coordinates:
        wrong[one.place] = one.verdict not in ACCEPTED
    return wrong


def as_grid(array: Array) -> Array:
    """Return an array as rows and columns."""
    return array.reshape(-1, array.shape[-1])


def blocks(grid: Array, height: int, width: int, best: np.ufunc) -> Array:
    """Return what a reduction such as `np.minimum` gives for each block of a grid."""
    by_rows = best.reduceat(grid, range(0, grid.shape[0], height), axis=0)
    return np.asarray(best.reduceat(by_rows, range(0, grid.shape[1], width), axis=1))


def cell(place: str, digits: float, wrong: bool) -> str:
    """Return a cell of a map: the digits as a number and as a colour, and a mark where the check objects."""
    _, background, text = next(shade for shade in PALETTE if digits < shade[0])
    told = f"{place}: {digits:.1f} digits agree{', wrong' if wrong else ''}"
    kind = ' class="gg-bad"' if wrong else ""
    return (f'<td{kind} title="{escape(told)}" style="background:{background};color:{text}">'
            f"{digits:.0f}{'✗' if wrong else ''}</td>")
