"""What a labelled data set is, and how it is split. Knows no file and no model."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, slots=True)
class Dataset:
    """Samples with one class label each.

    >>> Dataset(np.zeros((2, 3)), np.array([0, 1]), ("a", "b", "c"), ("no", "yes"))
    Dataset(2 samples, 3 features, 2 classes)
    """

    inputs: NDArray[np.float64]      # (samples, features)
    targets: NDArray[np.int64]       # (samples,)
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.targets)

    def __repr__(self) -> str:
        return f"Dataset({len(self)} samples, {len(self.feature_names)} features, {len(self.target_names)} classes)"

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
    if not 0 < test_fraction < 1:
        raise ValueError(f"train_test_split: test_fraction={test_fraction} must lie between 0 and 1")
    order = rng.permutation(len(dataset))
    in_test = np.zeros(len(dataset), dtype=bool)
    for label, name in enumerate(dataset.target_names):
        members = order[dataset.targets[order] == label]
        count = round(test_fraction * len(members))
        if not 0 < count < len(members):
            raise ValueError(
                f"train_test_split: test_fraction={test_fraction} puts {count} of the {len(members)} samples of class "
                f"{name!r} into the test part; both parts need at least one: take a fraction nearer to 0.5"
            )
        in_test[members[:count]] = True
    return dataset.take(order[~in_test[order]]), dataset.take(order[in_test[order]])
