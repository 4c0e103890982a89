"""Missing values and duplicates: nothing is dropped or filled without being counted. Knows no model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.errors import DomainError, OperandError
from nn.data.loading import Arrays
from nn.data.tables import fitted, table


@dataclass(frozen=True)
class CleaningReport:
    """What `clean` found and dropped; `print` shows it in words."""

    samples: int
    missing: dict[int, int]                # missing values by column that has any
    incomplete: tuple[int, ...]            # rows with a missing value
    duplicates: tuple[tuple[int, int], ...]   # rows with the earlier one that they repeat, target too
    conflicts: tuple[tuple[int, int], ...]    # rows with an earlier one of the same inputs, but of another target
    kept: int

    def __str__(self) -> str:
        columns = "".join(f"; column {column}: {count}" for column, count in self.missing.items())
        return "\n".join((
            f"{self.samples} samples, {self.kept} kept",
            f"rows with missing values: {len(self.incomplete)}{columns}",
            f"rows that repeat an earlier one: {len(self.duplicates)}{shown(self.duplicates)}",
            f"rows with the inputs of an earlier one and another target: {len(self.conflicts)}{shown(self.conflicts)}",
        ))


def shown(pairs: tuple[tuple[int, int], ...], most: int = 5) -> str:
    """Return the first pairs of rows as text."""
    text = ", ".join(f"{row} repeats {earlier}" for row, earlier in pairs[:most])
    return f" ({text}{', …' * (len(pairs) > most)})" * bool(pairs)


def repeated(keys: list[bytes]) -> dict[int, int]:
    """Return the number of each key that was there before, with the first number of that key."""
    first: dict[bytes, int] = {}
    return {row: first[key] for row, key in enumerate(keys) if first.setdefault(key, row) != row}


def clean(inputs: Any, targets: Any = None, *, drop_missing: bool = True,
          drop_duplicates: bool = True) -> tuple[NDArray[np.intp], CleaningReport]:
    """Return the rows to keep and a report; missing values are NaN, and rows alike in all, the target too, repeat.

    Rows of the same inputs with different targets are reported, not dropped: which is right, the data do not tell.

    >>> inputs, targets = np.array([[1.0, 2.0], [3.0, np.nan], [1.0, 2.0], [1.0, 2.0]]), np.array([0, 1, 0, 1])
    >>> rows, report = clean(inputs, targets)
    >>> rows
    array([0, 3])
    >>> print(report)
    4 samples, 2 kept
    rows with missing values: 1; column 1: 1
    rows that repeat an earlier one: 1 (2 repeats 0)
    rows with the inputs of an earlier one and another target: 1 (3 repeats 0)
    """
    x = table("clean", inputs, missing=True) + 0.0  # of −0.0 it makes 0.0, whose bytes are equal
    x[np.isnan(x)] = np.nan                         # and of every NaN the same
    y = np.zeros(len(x)) if targets is None else np.asarray(targets)
    samples = Arrays(x, y)
    alike = repeated([row.tobytes() for row in x])
    duplicates = repeated([row.tobytes() + np.asarray(target).tobytes() for row, target in zip(*samples.arrays)])
    gaps = np.isnan(x)
    incomplete = np.flatnonzero(gaps.any(axis=1)).tolist()
    dropped = {*(incomplete if drop_missing else ()), *(duplicates if drop_duplicates else ())}
    rows = np.array([row for row in range(len(x)) if row not in dropped], dtype=np.intp)
    return rows, CleaningReport(
        samples=len(x),
        missing={int(column): int(gaps[:, column].sum()) for column in np.flatnonzero(gaps.any(axis=0))},
        incomplete=tuple(incomplete),
        duplicates=tuple(duplicates.items()),
        conflicts=tuple((row, earlier) for row, earlier in alike.items() if row not in duplicates),
        kept=len(rows),
    )


def most_frequent(x: NDArray[Any], axis: int = 0) -> NDArray[Any]:
    """Return the most frequent number of each column, the smallest of equally frequent ones; NaN does not count."""
    found = (np.unique(column[~np.isnan(column)], return_counts=True) for column in np.moveaxis(x, axis, 0).T)
    return np.array([numbers[counts.argmax()] for numbers, counts in found])


#: How a missing value is filled, by name: from the others of its feature in the training part.
STRATEGIES: dict[str, Callable[..., Any]] = {
    "mean": np.nanmean, "median": np.nanmedian, "most_frequent": most_frequent,
}


class Imputer:
    """Fills missing values, NaN, by a number per feature that `fit` learns from the training part.

    >>> Imputer("median").fit([[1.0], [2.0], [9.0], [np.nan]]).transform([[np.nan], [5.0]])
    array([[2.],
           [5.]])
    """

    def __init__(self, strategy: str = "mean") -> None:
        if strategy not in STRATEGIES:
            raise OperandError(f"Imputer: strategy={strategy!r} is unknown; known are {', '.join(STRATEGIES)}")
        self.strategy = strategy
        self.statistics_: NDArray[Any] | None = None  # (features,)

    def fit(self, inputs: Any, targets: Any = None) -> "Imputer":
        """Learn what to fill in, from inputs (samples, features); raises DomainError for a feature of NaN alone."""
        x = table("Imputer.fit", inputs, missing=True)
        empty = np.flatnonzero(np.isnan(x).all(axis=0))
        if empty.size:
            raise DomainError(f"Imputer.fit: column {empty[0]} has no value at all; leave it out")
        self.statistics_ = np.asarray(STRATEGIES[self.strategy](x, axis=0))
        return self

    def transform(self, inputs: Any) -> NDArray[Any]:
        """Return inputs with the missing values filled in."""
        numbers = fitted("Imputer.transform", self.statistics_)
        x = table("Imputer.transform", inputs, features=len(numbers), missing=True)
        return np.where(np.isnan(x), numbers.astype(x.dtype), x)

    def fit_transform(self, inputs: Any, targets: Any = None) -> NDArray[Any]:
        """Return the training part filled, having learned from it."""
        return self.fit(inputs, targets).transform(inputs)
