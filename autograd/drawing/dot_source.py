"""Writes a picture in Graphviz' language, for its own programs. Knows no program."""

import re

from autograd.drawing.cards import Card, Picture, words
from autograd.tracing.wording import printable


def dot_source(picture: Picture) -> str:
    """Return a picture as a DOT graph."""
    lines = ["digraph {", f"\tgraph [rankdir={picture.rankdir}]",
             "\tnode [fontname=Courier fontsize=11 shape=record]"]
    for i, card in enumerate(picture.cards):
        extra = "".join(f" {name}={value}" for name, value in attributes(card).items())
        lines.append(f"\t{i} [label={quoted(label(card, picture.rankdir))}{extra}]")
    lines += [f"\t{link.source} -> {link.target}" for link in picture.links]
    return "\n".join([*lines, "}", ""])


def label(card: Card, rankdir: str) -> str:
    """Return the label of a card: fields below each other, or side by side in a record."""
    if card.kind == "op":
        return escaped(card.title)
    fields = "|".join(map(escaped, [card.title, *map(words, card.rows)]))
    across = rankdir == "LR"  # fields without braces are set across this direction, those in braces along it
    return f"{{{fields}}}" if card.record == across else fields


def attributes(card: Card) -> dict[str, str]:
    """Return how the node of a card differs from others: an op is round."""
    return {"shape": "ellipse"} if card.kind == "op" else {}


def escaped(text: str) -> str:
    r"""Escape what has a meaning in a record's label, and the backslash, which has one in every label.

    >>> escaped("a|b{c}<d>")
    'a\\|b\\{c\\}\\<d\\>'
    """
    return re.sub(r"([{}|<>\\\[\]])", r"\\\1", printable(" ".join(text.split())))


def quoted(text: str) -> str:
    """Return a text between quotes."""
    return '"' + text.replace('"', r"\"") + '"'
