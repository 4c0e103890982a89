"""Writes pictures to files. Knows which programs render SVG, and runs one of them for PNG."""

import os
import subprocess
import tempfile
from collections.abc import Callable
from html import escape
from math import ceil
from pathlib import Path
from shutil import which
from typing import NamedTuple

from autograd.errors import MissingExtraError, OperandError
from autograd.files import write_atomically
from autograd.tracing.wording import printable

SECONDS = 60
CHROMIUM = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--screenshot={png}",
            "--window-size={width},{height}", "{svg}")
DOT = ("-Tpng", "-o{png}", "{dot}")
# Programs that make PNG, of SVG or else of DOT, in the order in which they are tried, and how they are called.
RENDERERS = {
    "rsvg-convert": ("-o", "{png}", "{svg}"), "resvg": ("{svg}", "{png}"),
    "inkscape": ("{svg}", "--export-filename={png}"), "chromium": CHROMIUM, "chromium-browser": CHROMIUM,
    "google-chrome": CHROMIUM, "dot": DOT, "graphviz-pure": DOT,
}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>{title}</title>
</head><body>
{svg}</body></html>
"""


class Sources(NamedTuple):
    """A picture as it can be written."""

    svg: str
    dot: str
    title: str


def save(sources: Sources, path: str | os.PathLike[str]) -> None:
    """Write a picture to a .svg, .html or .png file; raises MissingExtraError where nothing makes PNG."""
    target = Path(path)
    kind = target.suffix.lower()
    if kind not in WRITERS:
        raise OperandError(f"save: {target.name!r} must end in {', '.join(WRITERS)}")
    write_atomically(target, WRITERS[kind](sources))


def page(sources: Sources) -> bytes:
    """Return a page of its own around a picture."""
    return PAGE.format(title=escape(printable(sources.title)), svg=sources.svg).encode()


def png(sources: Sources) -> bytes:
    """Return a picture as PNG, by the first program found that makes it."""
    found = [name for name in RENDERERS if which(name)]
    if not found:
        raise MissingExtraError(f"save: a .png needs one of {', '.join(RENDERERS)} on PATH, and none is there; save as "
                                ".svg or .html, which need nothing")
    with tempfile.TemporaryDirectory() as folder:
        svg, dot, result = (Path(folder) / f"picture.{kind}" for kind in ("svg", "dot", "png"))
        svg.write_text(sources.svg, encoding="utf-8")
        dot.write_text(sources.dot, encoding="utf-8")
        names = {"svg": svg, "dot": dot, "png": result, **size(sources.svg)}
        command = [found[0], *[part.format(**names) for part in RENDERERS[found[0]]]]
        run = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        if not result.exists():
            raise OSError(f"save: {found[0]} wrote no PNG: {run.stderr.decode(errors='replace')[-300:]}")
        return result.read_bytes()


def size(svg: str) -> dict[str, int]:
    """Return the width and height that an SVG document states, rounded up."""
    return {side: ceil(float(svg.partition(f' {side}="')[2].partition('"')[0])) for side in ("width", "height")}


WRITERS: dict[str, Callable[[Sources], bytes]] = {
    ".svg": lambda sources: sources.svg.encode(), ".html": page, ".png": png}
