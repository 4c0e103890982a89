"""Samples in batches. Knows neither what a sample is nor what becomes of a batch.

A data set is anything with a length that gives the samples at an array of row numbers: an array is one already.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from autograd.errors import OperandError, ShapeError


class Dataset(Protocol):
    """What DataLoader takes: `len(dataset)` samples, and `dataset[rows]`, those at an array of row numbers.

    Why rows and not one number: arrays give a batch in one step; `Stacked` adapts what has single samples only.
    """

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any, /) -> Any: ...


class Arrays:
    """Several arrays with one sample per row, side by side.

    >>> Arrays(np.zeros((3, 2)), np.array([7, 8, 9]))[np.array([2, 0])][1]
    array([9, 7])
    """

    def __init__(self, *arrays: Any) -> None:
        self.arrays = tuple(np.asarray(array) for array in arrays)
        shapes = [array.shape for array in self.arrays]
        if not shapes or () in shapes or len({shape[0] for shape in shapes}) > 1:
            raise ShapeError(f"Arrays: each array needs a row per sample, as many as the others; got shapes {shapes}; "
                             f"a list of samples goes into Stacked(samples)")

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __getitem__(self, rows: Any) -> tuple[Any, ...]:
        return tuple(array[rows] for array in self.arrays)


class Stacked:
    """Samples that are made or read one by one, each a tuple of arrays and numbers; a batch stacks them.

    >>> Stacked([([1.0, 2.0], 0), ([3.0, 4.0], 1)])[np.array([1, 0])]
    (array([[3., 4.],
           [1., 2.]]), array([1, 0]))
    """

    def __init__(self, samples: Sequence[Any]) -> None:
        self.samples = samples

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, rows: Any) -> tuple[Any, ...]:
        chosen = [self.samples[int(row)] for row in np.atleast_1d(rows)]
        return tuple(np.stack([np.asarray(field) for field in fields]) for fields in zip(*chosen, strict=True))


class DataLoader:
    """The batches of one epoch, each time that it is iterated; several arrays give a tuple of arrays per batch.

    `shuffle` orders the samples anew in each epoch by `rng`, from which the same order follows again; `drop_last`
    leaves out a last batch that is not full. Raises ShapeError if arrays differ in length or no batch would remain,
    OperandError for a batch size that is no whole number from 1, and for `shuffle` without `rng`.

    >>> loader = DataLoader((np.arange(5.0), np.arange(5)), batch_size=2)
    >>> [targets.tolist() for inputs, targets in loader]
    [[0, 1], [2, 3], [4]]
    >>> len(DataLoader(np.arange(5.0), 2, drop_last=True))
    2
    """

    def __init__(self, arrays: Dataset | Sequence[Any], batch_size: int = 32, *, shuffle: bool = False,
                 rng: np.random.Generator | None = None, drop_last: bool = False) -> None:
        if not isinstance(batch_size, (int, np.integer)) or isinstance(batch_size, bool) or batch_size < 1:
            raise OperandError(f"DataLoader: batch_size={batch_size!r} must be a whole number from 1")
        if shuffle and rng is None:
            raise OperandError("DataLoader: shuffle=True needs a generator: rng=np.random.default_rng(seed)")
        self.dataset: Dataset = Arrays(*arrays) if isinstance(arrays, (tuple, list)) else arrays
        self.batch_size, self.shuffle, self.rng, self.drop_last = int(batch_size), shuffle, rng, drop_last
        if not len(self):
            raise ShapeError(f"DataLoader: {len(self.dataset)} samples make no batch of batch_size={batch_size} with "
                             f"drop_last={drop_last}: give more samples, or take a smaller batch_size")

    def __len__(self) -> int:
        """How many batches an epoch has."""
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        rows = np.arange(len(self.dataset))
        if self.rng is not None and self.shuffle:
            self.rng.shuffle(rows)
        for batch in range(len(self)):
            yield self.dataset[rows[batch * self.batch_size:(batch + 1) * self.batch_size]]

    def __repr__(self) -> str:
        return f"DataLoader({len(self.dataset)} samples in {len(self)} batches of {self.batch_size})"
