"""The data sets whose files lie in `data/`: a header, then a row per sample, the class last.

Knows how those files are written; `SOURCES.md` tells where they are from.
"""

from pathlib import Path

import numpy as np

from nn.datasets.dataset import Dataset

FOLDER = Path(__file__).parent / "data"


def load(name: str) -> Dataset:
    """Return the data set in a file of `data/`, its classes numbered in the order of their names."""
    cells = np.loadtxt(FOLDER / name, dtype=str, delimiter=",")
    target_names, targets = np.unique(cells[1:, -1], return_inverse=True)
    return Dataset(
        inputs=cells[1:, :-1].astype(np.float64),
        targets=targets.astype(np.int64),
        feature_names=tuple(cells[0, :-1].tolist()),
        target_names=tuple(target_names.tolist()),
    )


def iris() -> Dataset:
    """Return Fisher's iris measurements in centimetres, 50 flowers of each of three species, as he printed them.

    >>> flowers = iris()
    >>> flowers.inputs[0], flowers.target_names[flowers.targets[0]]
    (array([5.1, 3.5, 1.4, 0.2]), 'setosa')
    """
    return load("iris.csv")


def digits() -> Dataset:
    """Return 1,797 handwritten digits as images of 8×8 pixels, each a whole number from 0 (paper) to 16 (ink).

    >>> images = digits()
    >>> images.targets[:5]
    array([0, 1, 2, 3, 4])
    >>> images.inputs[0].reshape(8, 8)[0]
    array([ 0.,  0.,  5., 13.,  9.,  1.,  0.,  0.])
    """
    return load("digits.csv.gz")
