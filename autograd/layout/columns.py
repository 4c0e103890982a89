"""Which column each box stands in, and the order within the columns. Knows links, no sizes.

Boxes come in topological order. A link over several columns passes through a *lane* in each column between, as if a
thin box stood there; all links of one source share their lanes, so a value that many need is one line that forks.
"""

from itertools import pairwise
from typing import NamedTuple

Link = tuple[int, int]
SWEEPS = 8           # attempts to lessen the crossings
MANY = 6000          # pieces of lines from which on no attempt is made


class Columns(NamedTuple):
    """Boxes and lanes by column, in order, and the pieces of lines between neighbouring columns."""

    column: list[int]                  # of each box, then of each lane
    order: list[list[int]]             # boxes and lanes from top to bottom
    inputs: list[list[int]]            # for each box or lane: what the lines into it come from
    outputs: list[list[int]]
    lanes: dict[Link, int]             # (source, column) -> lane


def columns(count: int, links: list[Link]) -> Columns:
    """Put boxes into columns so that all links go to the right, with few crossings."""
    column = longest_paths(count, links)
    lanes = lanes_of(count, links, column)
    column = column + [place for _, place in lanes]
    inputs: list[list[int]] = [[] for _ in column]
    outputs: list[list[int]] = [[] for _ in column]

    pieces = [(lanes.get((source, place - 1), source), lane) for (source, place), lane in lanes.items()]
    pieces += [(lanes.get((source, column[target] - 1), source), target) for source, target in links]
    for a, b in dict.fromkeys(pieces):
        inputs[b].append(a)
        outputs[a].append(b)
    order = depth_first_order(count, column, inputs)
    if sum(map(len, inputs)) <= MANY:
        order = fewer_crossings(order, inputs, outputs)
    return Columns(column, order, inputs, outputs, lanes)


def longest_paths(count: int, links: list[Link]) -> list[int]:
    """Return the column of each box: after all its inputs, and for a box without inputs just before its first use."""
    column = [0] * count
    first_use: dict[int, int] = {}
    has_inputs = set()
    for source, target in sorted(links, key=lambda link: link[1]):
        column[target] = max(column[target], column[source] + 1)
        has_inputs.add(target)
    for source, target in links:
        first_use[source] = min(first_use.get(source, column[target]), column[target])
    return [column[box] if box in has_inputs or box not in first_use else first_use[box] - 1 for box in range(count)]


def lanes_of(count: int, links: list[Link], column: list[int]) -> dict[Link, int]:
    """Return a number, from `count` on, for each column that the links of a source pass through."""
    last: dict[int, int] = {}
    for source, target in links:
        last[source] = max(last.get(source, 0), column[target])
    passed = [(source, place) for source in sorted(last) for place in range(column[source] + 1, last[source])]
    return {lane: count + i for i, lane in enumerate(passed)}


def depth_first_order(count: int, column: list[int], inputs: list[list[int]]) -> list[list[int]]:
    """Order the columns as a depth-first search from the last box, and then from any other, meets what is in them."""
    order: list[list[int]] = [[] for _ in range(max(column, default=-1) + 1)]
    seen = [False] * len(column)
    for root in range(count - 1, -1, -1):
        stack = [root]
        while stack:
            place = stack.pop()
            if not seen[place]:
                seen[place] = True
                order[column[place]].append(place)
                stack.extend(reversed(inputs[place]))
    return order


def fewer_crossings(order: list[list[int]], inputs: list[list[int]], outputs: list[list[int]]) -> list[list[int]]:
    """Move each box to the mean place of its neighbours, to and fro; return the best order that this meets."""
    best, least = order, crossings(order, outputs)
    for sweep in range(SWEEPS):
        if not least:
            break
        forth = sweep % 2 == 0
        neighbours = inputs if forth else outputs
        order = [[*column] for column in order]
        for i in range(len(order)) if forth else range(len(order) - 1, -1, -1):
            beside = i - 1 if forth else i + 1
            rank = {x: r for r, x in enumerate(order[beside])} if 0 <= beside < len(order) else {}
            key = {x: mean([rank[y] for y in neighbours[x] if y in rank], r) for r, x in enumerate(order[i])}
            order[i].sort(key=key.__getitem__)
        now = crossings(order, outputs)
        if now < least:
            best, least = order, now
    return best


def mean(places: list[int], otherwise: float) -> float:
    """Return the mean of places, or where a box is if it has no neighbours."""
    return sum(places) / len(places) if places else otherwise


def crossings(order: list[list[int]], outputs: list[list[int]]) -> int:
    """Count the pairs of lines that cross: pairs that are in one order on the left and in the other on the right."""
    total = 0
    for left, right in pairwise(order):
        rank = {x: r for r, x in enumerate(right)}
        tree = [0] * (len(right) + 1)  # Fenwick's: how many lines so far end at or above a place
        lines = 0
        for x in left:
            ends = sorted(rank[y] for y in outputs[x])
            for end in ends:
                total += lines - prefix(tree, end + 1)
            for end in ends:
                lines += 1
                place = end + 1
                while place < len(tree):
                    tree[place] += 1
                    place += place & -place
    return total


def prefix(tree: list[int], place: int) -> int:
    """Return the sum of the first entries that a Fenwick tree holds."""
    total = 0
    while place:
        total += tree[place]
        place -= place & -place
    return total
