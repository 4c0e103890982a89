"""What a data set with names is, and how it is split. Knows no file and no model."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.data import split_rows


@dataclass(frozen=True, eq=False, slots=True)
class Dataset:
    """Samples with one target each: a class by its number, or, without `target_names`, a number to be predicted.

    >>> Dataset(np.zeros((2, 3)), np.array([0, 1]), ("a", "b", "c"), ("no", "yes"))
    Dataset(2 samples, 3 features, 2 classes)
    """

    inputs: NDArray[np.float64]      # (samples, features)
    targets: NDArray[Any]            # (samples,): int64 for classes, else float64
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.targets)

    def __repr__(self) -> str:
        kind = f"{len(self.target_names)} classes" if self.target_names else "numbers as targets"
        return f"Dataset({len(self)} samples, {len(self.feature_names)} features, {kind})"

    def __getitem__(self, rows: Any) -> tuple[Any, Any]:
        """Return inputs and targets at the given row numbers, as DataLoader asks for them."""
        return self.inputs[rows], self.targets[rows]

    @property
    def labels(self) -> Any:
        """What parts of the data hold in proportion: the class names of the samples, or how many samples there are."""
        return np.asarray(self.target_names)[self.targets] if self.target_names else len(self)

    def take(self, rows: NDArray[Any]) -> "Dataset":
        """Return the samples at the given row numbers, in the order given.

        >>> from nn.datasets import iris
        >>> iris().take(np.array([149, 0])).targets
        array([2, 0])
        """
        return replace(self, inputs=self.inputs[rows], targets=self.targets[rows])


def train_test_split(dataset: Dataset, test_fraction: float, rng: np.random.Generator) -> tuple[Dataset, Dataset]:
    """Split at random into a training and a test part, each class in the same proportion, both parts shuffled.

    >>> from nn.datasets import iris
    >>> train_test_split(iris(), 0.2, np.random.default_rng(0))
    (Dataset(120 samples, 4 features, 3 classes), Dataset(30 samples, 4 features, 3 classes))
    """
    train, test = split_rows(dataset.labels, rng, test_fraction=test_fraction)
    return dataset.take(train), dataset.take(test)


def train_validation_test_split(dataset: Dataset, validation_fraction: float, test_fraction: float,
                                rng: np.random.Generator) -> tuple[Dataset, Dataset, Dataset]:
    """Split at random into a training, a validation and a test part, as `train_test_split` does into two.

    >>> from nn.datasets import iris
    >>> [len(part) for part in train_validation_test_split(iris(), 0.1, 0.2, np.random.default_rng(0))]
    [105, 15, 30]
    """
    train, validation, test = split_rows(
        dataset.labels, rng, validation_fraction=validation_fraction, test_fraction=test_fraction)
    return dataset.take(train), dataset.take(validation), dataset.take(test)
