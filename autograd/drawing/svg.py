"""Writes a picture as SVG: no binary, no script, no element id, and the colours of the page's light or dark.

What a page needs to bring the picture to life: `[data-node]` on the group of a card or of a leaf's row, in it
`.value` and `.grad` around the numbers, and `[data-edge]` on the paths, with the ids of the trace's edges.
"""

from base64 import b64encode
from html import escape

from autograd.drawing.cards import LINE, PADDING, Card, Link, Picture, Row, width_of
from autograd.tracing import Trace
from autograd.tracing.wording import expression, number, printable, short, signed

MARGIN = 8.0
TOLD = 12             # leaves that the description lists
TOOLTIPS = 400        # edges up to which each has one
CROWDED = 60          # links from which on they are drawn thin
ARROW = 6.0
LIGHT = ("--box:#fff;--leaf:#eef3f9;--fold:#f4f0fa;--ink:#1c2127;--soft:#59636f;--line:#7b8794;--up:#0b5cad;"
         "--down:#a8440a")
DARK = ("--box:#20262e;--leaf:#1b2c3f;--fold:#2c2540;--ink:#e8ebef;--soft:#a3adb8;--line:#8793a1;--up:#7db8ff;"
        "--down:#ffa66b")
STYLE = f"""
.glassgrad-picture{{{LIGHT};font:12px "DejaVu Sans Mono",Menlo,Consolas,monospace;fill:var(--ink)}}
@media(prefers-color-scheme:dark){{.glassgrad-picture{{{DARK}}}}}
.light .glassgrad-picture,[data-jp-theme-light=true] .glassgrad-picture{{{LIGHT}}}
.dark .glassgrad-picture,.vscode-dark .glassgrad-picture,[data-jp-theme-light=false] .glassgrad-picture{{{DARK}}}
.glassgrad-picture rect{{fill:var(--box);stroke:var(--line)}}
.glassgrad-picture .leaf>rect{{fill:var(--leaf)}}
.glassgrad-picture .fold>rect{{fill:var(--fold)}}
.glassgrad-picture .title{{font-weight:bold}}
.glassgrad-picture .word{{fill:var(--soft)}}
.glassgrad-picture .positive{{fill:var(--up)}}
.glassgrad-picture .negative{{fill:var(--down)}}
.glassgrad-picture .edge{{fill:none;stroke:var(--line);stroke-width:1.3}}
.glassgrad-picture.many .edge{{stroke-width:0.8;stroke-opacity:0.7}}
.glassgrad-picture .head{{fill:var(--line)}}
""".strip().replace("\n", "")
SIGNS = {1: " positive", -1: " negative", 0: ""}


def svg(picture: Picture, note: str = "") -> str:
    """Return a picture as an SVG document, with a line of text below it."""
    layout = picture.layout
    size = max(layout.width, width_of(note)), layout.height + (LINE if note else 0.0)
    kind = "many" if len(picture.links) > CROWDED else ""
    below = [f'<text class="word" x="0" y="{fixed(layout.height + LINE)}">{clean(note)}</text>'] if note else []
    title = f"Graph of {picture.trace.root.name}"
    return document(size, kind, (title, description(picture, note)), STYLE, [*shapes(picture), *below])


def document(size: tuple[float, float], kind: str, words: tuple[str, str], style: str, body: list[str]) -> str:
    """Return an SVG document of a size within its margins; the words are its title and its description."""
    width, height = (fixed(side + 2 * MARGIN) for side in size)
    title, about = map(clean, words)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{f"glassgrad-picture {kind}".strip()}" role="img" '
        f'width="{width}" height="{height}" aria-label="{title}" '
        f'viewBox="{fixed(-MARGIN)} {fixed(-MARGIN)} {width} {height}">',
        f"<title>{title}</title>", f"<desc>{about}</desc>", f"<style>{style}</style>", *body, "</svg>", ""])


def shapes(picture: Picture) -> list[str]:
    """Return the links and the cards of a picture."""
    layout = picture.layout
    return [*[path(link, route, picture) for link, route in zip(picture.links, layout.routes)],
            *[group(card, x, y) for card, (x, y) in zip(picture.cards, layout.places)]]


def fixed(x: float) -> str:
    """Write a length with at most one decimal."""
    return "0" if abs(x) < 0.05 else f"{x:.1f}".removesuffix(".0")


def clean(text: str) -> str:
    """Escape a text for XML, which has no control characters."""
    return escape(printable(text))


def embedded(svg: str) -> str:
    """Return an SVG document as the address of an image."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def description(picture: Picture, note: str) -> str:
    """Say in words what the picture shows."""
    trace = picture.trace
    leaves = [node for node in trace.nodes if not node.op]
    told = [f"{node.name} = {number(node.data)}, gradient {signed(node.grad)}" for node in leaves[:TOLD]]
    more = [f"and {len(leaves) - TOLD} more"] if len(leaves) > TOLD else []
    root = trace.root
    how = f" = {expression(root)}" if root.op else ""
    return (f"{len(trace.nodes)} nodes in {len(picture.cards)} boxes. {root.name}{how[:80]} = {number(root.data)}. "
            f"Leaves: {'; '.join([*told, *more])}. {note}").strip()


def path(link: Link, route: list[tuple[float, float]], picture: Picture) -> str:
    """Return the line of a link, with an arrow's head."""
    turned = picture.rankdir == "TB"  # points are (along, across) below

    def at(*points: tuple[float, float]) -> str:
        return " ".join(f"{fixed(v)} {fixed(u)}" if turned else f"{fixed(u)} {fixed(v)}" for u, v in points)

    (x, y), *rest = [(v, u) for u, v in route] if turned else route
    steps = [f"M{at((x, y))}"]
    for i, (u, v) in enumerate(rest):
        u -= ARROW * (i >= len(rest) - 2)
        bend = (x + u) / 2
        if u > x:
            steps.append(f"C{at((bend, y), (bend, v), (u, v))}" if i % 2 else f"L{at((u, v))}")
        x, y = u, v
    head = f'<path class="head" d="M{at((x, y - 3.5))}L{at((x + ARROW, y))}L{at((x, y + 3.5))}z"/>'
    ids = " ".join(map(str, link.edges[:50]))
    tip = tooltip(link, picture.trace) if len(picture.links) <= TOOLTIPS else ""
    return f'<g><path class="edge" data-edge="{ids}" d="{"".join(steps)}"/>{head}{tip}</g>'


def tooltip(link: Link, trace: Trace) -> str:
    """Return what a pointer over a link shows: the local derivative of its edge."""
    if len(link.edges) != 1:
        return f"<title>{len(link.edges):,} edges</title>" if link.edges else ""
    edge = trace.edges[link.edges[0]]
    formula = trace.formula(edge).named(trace.names(edge)).text
    value = "" if edge.local is None else f" = {short(edge.local)}"
    ends = f"{trace.nodes[edge.target].name} by {trace.nodes[edge.source].name}"
    return f"<title>{clean(f'{ends}: {formula}{value}')}</title>"


def group(card: Card, x: float, y: float) -> str:
    """Return a card at a place."""
    width, height = card.size
    kind = "fold" if card.kind not in ("node", "leaf", "op") else card.kind
    node = "" if card.node is None else f' data-node="{card.node}"'
    shape = f'<rect x="{fixed(x)}" y="{fixed(y)}" width="{fixed(width)}" height="{fixed(height)}" rx="{radius(card)}"/>'
    shadow = shape.replace(f'x="{fixed(x)}" y="{fixed(y)}"', f'x="{fixed(x + 3)}" y="{fixed(y + 3)}"', 1)
    inside = record(card, x, y) if card.record else lines(card, x, y)
    return f'<g class="{kind}"{node}>{shadow if card.kind == "repeat" else ""}{shape}{inside}</g>'


def radius(card: Card) -> str:
    """Return how round the corners of a card are."""
    return "15" if card.kind == "op" else "0" if card.record else "5"


def lines(card: Card, x: float, y: float) -> str:
    """Return the lines of a card, one below the other: words on the left, numbers on the right."""
    width, _ = card.size
    first = y + PADDING + LINE - 4
    if card.kind == "op":
        return (f'<text class="title" x="{fixed(x + width / 2)}" y="{fixed(y + 19)}" text-anchor="middle">'
                f"{clean(card.title)}</text>")
    found = [f'<text class="title" x="{fixed(x + PADDING)}" y="{fixed(first)}">{clean(card.title)}</text>']
    for i, row in enumerate(card.rows, 1):
        found.append(line(row, (x + PADDING, x + width - PADDING), first + i * LINE, card))
    return "".join(found)


def line(row: Row, ends: tuple[float, float], y: float, card: Card) -> str:
    """Return a row between two ends."""
    left, right = map(fixed, ends)
    word = f'<text class="word" x="{left}" y="{fixed(y)}">{clean(row.word)}</text>'
    gap = "  " if row.value and row.grad else ""
    whole = " whole" if row.node is None else ""  # of several nodes
    value = f'<tspan class="value{whole}">{clean(row.value)}</tspan>' if row.value else ""
    grad = f'<tspan class="grad{whole}{SIGNS[row.sign]}">{clean(row.grad)}</tspan>' if row.grad else ""
    text = f'<text x="{right}" y="{fixed(y)}" text-anchor="end" xml:space="preserve">{value}{gap}{grad}</text>'
    inner = word + (text if value or grad else "")
    return inner if row.node is None or row.node == card.node else f'<g data-node="{row.node}">{inner}</g>'


def record(card: Card, x: float, y: float) -> str:
    """Return the cells of a record, side by side."""
    _, height = card.size
    found, middle = [], y + height / 2 + 4
    for i, (cell, row) in enumerate(zip(card.cells(), (None, *card.rows))):
        width = width_of(cell) + 2 * PADDING
        if i:
            found.append(f'<path class="edge" d="M{fixed(x)} {fixed(y)}v{fixed(height)}"/>')
        if row is None:
            found.append(f'<text class="title" x="{fixed(x + PADDING)}" y="{fixed(middle)}">{clean(cell)}</text>')
        else:
            found.append(line(row, (x + PADDING, x + width - PADDING), middle, card))
        x += width
    return "".join(found)
