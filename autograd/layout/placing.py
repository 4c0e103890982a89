"""How high boxes and lanes stand: near the mean of their neighbours, in order and apart. Knows numbers only.

In a column with the order fixed, the heights nearest to those wanted (by weighted squares) that keep a gap are an
isotonic regression once the gaps are subtracted: pool adjacent violators, Ayer et al. 1955.
"""

SWEEPS = 9
STIFF = 12.0         # how much more a lane than a box keeps to the height that it wants: long lines stay straight


def place(order: list[list[int]], heights: list[float], inputs: list[list[int]], outputs: list[list[int]],
          boxes: int, gap: float) -> list[float]:
    """Return the middle of each box, of which there are so many, and then of each lane; the least top edge is 0."""
    middle = [0.0] * len(heights)
    weights = [1.0] * boxes + [STIFF] * (len(heights) - boxes)

    def set_apart(column: list[int], wanted: list[float]) -> None:
        """Write the middles nearest to those wanted that keep a column in order, with a gap between its boxes."""
        offsets, offset = [], 0.0
        for i, x in enumerate(column):
            offset += (heights[column[i - 1]] + heights[x]) / 2 + gap if i else 0.0
            offsets.append(offset)
        levels = isotonic([w - o for w, o in zip(wanted, offsets)], [weights[x] for x in column])
        for x, level, offset in zip(column, levels, offsets):
            middle[x] = level + offset

    for column in order:
        set_apart(column, [0.0] * len(column))
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 1
        for column in order if forth else reversed(order):
            set_apart(column, [mean_of_neighbours(x, middle, inputs, outputs, forth) for x in column])
    top = min((middle[x] - heights[x] / 2 for column in order for x in column), default=0.0)
    return [m - top for m in middle]


def mean_of_neighbours(x: int, middle: list[float], inputs: list[list[int]], outputs: list[list[int]],
                       forth: bool) -> float:
    """Return the mean height of what a box or a lane is joined to on the side that the sweep comes from."""
    beside = (inputs[x] or outputs[x]) if forth else (outputs[x] or inputs[x])
    return sum([middle[y] for y in beside]) / len(beside) if beside else middle[x]


def isotonic(wanted: list[float], weights: list[float]) -> list[float]:
    """Return the non-decreasing numbers nearest to those wanted, by weighted squares.

    >>> isotonic([1.0, 3.0, 2.0, 5.0], [1.0, 1.0, 3.0, 1.0])
    [1.0, 2.25, 2.25, 5.0]
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for mean, weight in zip(wanted, weights):
        count = 1
        while pools and pools[-1][0] > mean:
            other, more, size = pools.pop()
            mean, weight, count = (mean * weight + other * more) / (weight + more), weight + more, count + size
        pools.append((mean, weight, count))
    return [mean for mean, _, count in pools for _ in range(count)]
