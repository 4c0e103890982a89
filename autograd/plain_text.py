"""Cells as columns of plain text. Knows no table."""

from collections.abc import Iterable, Sequence


def aligned(rows: Iterable[Sequence[str]], left: int, gap: str = "  ") -> list[str]:
    """Return a line for each row, its cells in columns as wide as they need; the first `left` columns are flush left.

    >>> aligned([("w", "1.5"), ("bias", "-12.0")], left=1)
    ['w       1.5', 'bias  -12.0']
    """
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [gap.join([cell.ljust(width) if k < left else cell.rjust(width)
                      for k, (cell, width) in enumerate(zip(row, widths, strict=True))]).rstrip() for row in table]
