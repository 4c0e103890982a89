"""Data sets that scikit-learn ships, as a Dataset each; they need the extra `sklearn`. Knows none of its names."""

from autograd.optional import integration
from nn.datasets.dataset import Dataset


def load(name: str) -> Dataset:
    """Return scikit-learn's data set of that name; raises MissingExtraError without it."""
    bridge = integration("sklearn_datasets", extra="sklearn", purpose=f"the data set {name}", package="nn")
    dataset: Dataset = bridge.load(name)
    return dataset


def wine() -> Dataset:
    """Return 178 wines of three growers by 13 chemical measurements.

    ::

        wine()    # Dataset(178 samples, 13 features, 3 classes)
    """
    return load("wine")


def breast_cancer() -> Dataset:
    """Return 569 tumours, malignant (0) or benign (1), by 30 measurements of their cells' nuclei.

    ::

        breast_cancer()    # Dataset(569 samples, 30 features, 2 classes)
    """
    return load("breast_cancer")


def diabetes() -> Dataset:
    """Return 442 patients by 10 measurements; the target is how far the disease has come a year later.

    Why raw: scikit-learn scales them by default over all samples, those of a later test part too.

    ::

        diabetes()    # Dataset(442 samples, 10 features, numbers as targets)
    """
    return load("diabetes")
