"""Categories as columns of 0 and 1. Knows no model."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.errors import DomainError, OperandError, ShapeError
from nn.data.tables import fitted


def one_hot(targets: Any, classes: int | None = None) -> NDArray[np.float64]:
    """Return class numbers, of any shape, with an axis more: 1 at the number, else 0.

    `classes` is one more than the largest by default. Raises OperandError for what is no class number from 0,
    DomainError for one beyond `classes`.

    >>> one_hot([2, 0])
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    index = np.asarray(targets)
    if index.dtype.kind not in "iu" or (index < 0).any():
        raise OperandError(f"one_hot: targets are class numbers from 0, got {index.dtype} {targets!r:.60}")
    count = int(index.max(initial=-1)) + 1 if classes is None else classes
    if index.size and index.max() >= count:
        raise DomainError(f"one_hot: target {index.max()} is not among {count} classes, which are numbered from 0")
    return np.asarray(index[..., None] == np.arange(count), dtype=np.float64)


class OneHotEncoder:
    """Columns of categories, text or numbers, as columns of 0 and 1: one for each category of the training part.

    >>> encoder = OneHotEncoder().fit([["red", "S"], ["blue", "M"], ["red", "L"]])
    >>> encoder.transform([["blue", "S"]])
    array([[1., 0., 0., 0., 1.]])
    >>> [categories.tolist() for categories in encoder.categories_]
    [['blue', 'red'], ['L', 'M', 'S']]
    """

    def __init__(self) -> None:
        self.categories_: list[NDArray[Any]] | None = None  # one array a column, sorted

    def fit(self, inputs: Any, targets: Any = None) -> "OneHotEncoder":
        """Learn the categories of each column of inputs (samples, columns); targets are not looked at."""
        self.categories_ = [np.unique(column) for column in columns("OneHotEncoder.fit", inputs).T]
        return self

    def transform(self, inputs: Any) -> NDArray[np.float64]:
        """Return shape (samples, categories of all columns); raises DomainError for a category not seen in `fit`."""
        known = fitted("OneHotEncoder.transform", self.categories_)
        x = columns("OneHotEncoder.transform", inputs)
        if x.shape[1] != len(known):
            raise ShapeError(f"OneHotEncoder.transform: was fitted on {len(known)} columns, got {x.shape[1]}")
        for number, (column, categories) in enumerate(zip(x.T, known)):
            new = np.setdiff1d(column, categories)
            if new.size:
                raise DomainError(f"OneHotEncoder.transform: column {number} has {new[0].item()!r}, which fit did not "
                                  f"see; it knows {categories.tolist()}")
        return np.concatenate([column[:, None] == categories for column, categories in zip(x.T, known)], axis=1,
                              dtype=np.float64)

    def fit_transform(self, inputs: Any, targets: Any = None) -> NDArray[np.float64]:
        """Return the training part encoded, having learned from it."""
        return self.fit(inputs, targets).transform(inputs)

    def inverse(self, encoded: Any) -> NDArray[Any]:
        """Return the categories, shape (samples, columns): in each column the one with the largest number.

        >>> OneHotEncoder().fit([["a"], ["b"]]).inverse([[0.2, 0.8]])
        array([['b']], dtype='<U1')
        """
        known = fitted("OneHotEncoder.inverse", self.categories_)
        ends = np.cumsum([len(categories) for categories in known])
        x = np.asarray(encoded)
        if x.ndim != 2 or x.shape[1] != ends[-1]:
            raise ShapeError(f"OneHotEncoder.inverse: expected shape (samples, {ends[-1]}), got {x.shape}")
        parts = np.split(x, ends[:-1], axis=1)
        return np.stack([categories[part.argmax(axis=1)] for part, categories in zip(parts, known)], axis=1)


def columns(caller: str, inputs: Any) -> NDArray[Any]:
    """Return inputs as an array (samples, columns), or raise."""
    x = np.asarray(inputs)
    if x.ndim != 2 or not x.shape[0]:
        raise ShapeError(f"{caller}: expected shape (samples, columns), got {x.shape}; "
                         f"one column is x.reshape(-1, 1)")
    return x
