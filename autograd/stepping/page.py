"""The page of a stepper: one HTML file that needs no network, and its form in a notebook. Knows payloads, not nodes.

In a notebook the output is a picture, as `<img>`; where scripts may run, a script puts the page in its place, in an
iframe of its own, so that neither can touch the other. The page tells its height; the notebook tells its theme.
"""

import hashlib
import html
import json
from pathlib import Path
from typing import Any

from autograd.drawing.svg import embedded
from autograd.tracing.wording import printable

HERE = Path(__file__).parent
# Nothing is fetched, not even by a label that tries to.
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{css}</style>
</head>
<body>
<main class="glassgrad">
{svg}
<pre>{text}</pre>
</main>
<script type="application/json">{payload}</script>
<script>
{js}</script>
</body>
</html>
"""
NOTEBOOK = """<div class="glassgrad-{key}">
<img alt="{alt}" style="max-width: 100%" src="{svg}">
</div>
<script>
{js}({key_json}, {page_json});
</script>
"""


def asset(name: str) -> str:
    """Return the text of a file beside this one."""
    return (HERE / name).read_text(encoding="utf-8")


def in_script(x: Any) -> str:
    """Write as JSON what may stand within a script: no markup can end it.

    >>> in_script("</script>")
    '"\\\\u003c/script>"'
    """
    return json.dumps(x, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def standalone_page(payload: dict[str, Any], text: str) -> str:
    """Return the page of a payload, whole; without scripts it shows the picture and the text."""
    return PAGE.format(
        policy=html.escape(POLICY), title=html.escape(f"{printable(payload['title'])}: backpropagation, step by step"),
        css=asset("stepper.css"), svg=payload["svg"], text=html.escape(text.encode(errors="replace").decode()),
        payload=in_script({**payload, "svg": None}), js=asset("stepper.js") + asset("page.js"))


def notebook_html(payload: dict[str, Any], text: str) -> str:
    """Return the page for a notebook's output: a picture, which a script replaces by the page."""
    page = standalone_page(payload, text)
    key = hashlib.sha256(page.encode()).hexdigest()[:12]  # the same content has the same key, in any process
    return NOTEBOOK.format(
        key=key, key_json=in_script(key), page_json=in_script(page), js=asset("notebook.js"),
        alt=html.escape(f"graph of {printable(payload['title'])}"), svg=embedded(payload["svg"]))
