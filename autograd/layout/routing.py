"""The layout: places of boxes and routes of links. Knows sizes and links."""

from collections import defaultdict
from typing import NamedTuple

from autograd.layout.columns import Columns, Link, columns
from autograd.layout.placing import place

Point = tuple[float, float]
GAP = 12.0           # between the boxes of a column
LANE = 2.0           # the height of a lane
NARROW, WIDE = 30.0, 90.0  # between columns, the more the more lines pass there


class Layout(NamedTuple):
    """The upper left corner of each box, the points that each link passes, and the size of it all.

    The points of a link come in pairs: from the first of a pair to the second it goes straight, within a column, and
    from pair to pair it curves, between columns.
    """

    places: list[Point]
    routes: list[list[Point]]
    width: float
    height: float


def layout(sizes: list[Point], links: list[Link], *, downwards: bool = False) -> Layout:
    """Place boxes of (width, height), given in topological order, in columns from left to right, and route the links.

    A link is a pair of boxes, (from, to). `downwards` places them in rows from top to bottom.
    """
    if downwards:
        places, routes, width, height = layout([(height, width) for width, height in sizes], links)
        turned = [[(y, x) for x, y in route] for route in routes]
        return Layout([(y, x) for x, y in places], turned, height, width)
    found = columns(len(sizes), links)
    heights = [height for _, height in sizes] + [LANE] * len(found.lanes)
    middle = place(found.order, heights, found.inputs, found.outputs, len(sizes), GAP)
    left, widths = edges_of_columns(found, sizes)
    places = []
    for box, (width, height) in enumerate(sizes):
        column = found.column[box]
        places.append((left[column] + (widths[column] - width) / 2, middle[box] - height / 2))
    bottom = max((middle[x] + heights[x] / 2 for x in range(len(middle))), default=0.0)
    routes = routes_of(links, sizes, places, found, (left, widths, middle))
    return Layout(places, routes, left[-1] + widths[-1] if left else 0.0, bottom)


def edges_of_columns(found: Columns, sizes: list[Point]) -> tuple[list[float], list[float]]:
    """Return the left edge and the width of each column."""
    left, widths, x = [], [], 0.0
    for column in found.order:
        left.append(x)
        widths.append(max((sizes[box][0] for box in column if box < len(sizes)), default=0.0))
        lines = sum(len(found.outputs[box]) for box in column)
        x += widths[-1] + min(NARROW + 2 * lines, WIDE)
    return left, widths


def routes_of(links: list[Link], sizes: list[Point], places: list[Point], found: Columns,
              geometry: tuple[list[float], list[float], list[float]]) -> list[list[Point]]:
    """Return the points of each link, from the middle of a box's right side to a place on another's left side."""
    left, widths, middle = geometry
    into = defaultdict(list)
    for number, (source, target) in enumerate(links):
        last = found.lanes.get((source, found.column[target] - 1), source)
        into[target].append((middle[last], number))
    routes: list[list[Point]] = [[] for _ in links]
    for target, ends in into.items():
        for i, (_, number) in enumerate(sorted(ends)):
            source = links[number][0]
            first, last_column = found.column[source], found.column[target]
            y = middle[source]
            points = [(places[source][0] + sizes[source][0], y), (left[first] + widths[first], y)]
            for column in range(first + 1, last_column):
                y = middle[found.lanes[source, column]]
                points += [(left[column], y), (left[column] + widths[column], y)]
            x, top = places[target]
            y = top + sizes[target][1] * (i + 1) / (len(ends) + 1)
            routes[number] = [*points, (left[last_column], y), (x, y)]
    return routes
