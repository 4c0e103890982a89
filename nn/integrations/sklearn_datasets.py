"""Data sets that scikit-learn has in its own files, for `datasets/scikit_learn.py`. Knows no other of its parts."""

import numpy as np
from sklearn import datasets

from nn.datasets.dataset import Dataset

#: The function and the options by which each is read, as it was measured.
LOADERS = {
    "wine": (datasets.load_wine, {}),
    "breast_cancer": (datasets.load_breast_cancer, {}),
    "diabetes": (datasets.load_diabetes, {"scaled": False}),
}


def load(name: str) -> Dataset:
    """Return a data set by name; one without names of classes has numbers as targets."""
    read, options = LOADERS[name]
    found = read(**options)
    classes = tuple(map(str, found.get("target_names", ())))
    return Dataset(
        inputs=np.asarray(found.data, dtype=np.float64),
        targets=np.asarray(found.target, dtype=np.int64 if classes else np.float64),
        feature_names=tuple(map(str, found.feature_names)),
        target_names=classes,
    )
