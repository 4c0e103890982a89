"""Bringing features to one scale, as learned from the training part. Knows no model."""

from abc import ABC, abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from autograd.errors import OperandError
from nn.data.tables import fitted, table


class Scaler(ABC):
    """Takes `shift_` from each feature and divides it by `spread_`, both learned by `fit`."""

    def __init__(self) -> None:
        self.shift_: NDArray[Any] | None = None   # (features,)
        self.spread_: NDArray[Any] | None = None  # (features,)

    @abstractmethod
    def measure(self, x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return shift and spread of each feature of a table."""

    def fit(self, inputs: Any, targets: Any = None) -> Self:
        """Learn shift and spread from the training part, of shape (samples, features); targets are not looked at."""
        self.shift_, self.spread_ = self.measure(table(f"{type(self).__name__}.fit", inputs))
        return self

    def learned(self, method: str, inputs: Any) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        caller = f"{type(self).__name__}.{method}"
        shift, spread = fitted(caller, self.shift_), fitted(caller, self.spread_)
        x = table(caller, inputs, features=len(shift))
        return x, shift.astype(x.dtype), spread.astype(x.dtype)

    def transform(self, inputs: Any) -> NDArray[Any]:
        """Return inputs scaled as the training part was."""
        x, shift, spread = self.learned("transform", inputs)
        return np.asarray((x - shift) / spread)

    def fit_transform(self, inputs: Any, targets: Any = None) -> NDArray[Any]:
        """Return the training part scaled, having learned from it."""
        return self.fit(inputs, targets).transform(inputs)

    def inverse(self, inputs: Any) -> NDArray[Any]:
        """Return what `transform` made these inputs of."""
        x, shift, spread = self.learned("inverse", inputs)
        return np.asarray(x * spread + shift)


def one_where_constant(x: NDArray[Any], spread: NDArray[Any]) -> NDArray[Any]:
    """Return the spread, with 1 for features that do not vary: these are shifted only."""
    return np.where(x.min(axis=0) == x.max(axis=0), 1.0, spread)


class StandardScaler(Scaler):
    """Brings each feature to mean 0 and standard deviation 1 (of the population, as scikit-learn does).

    >>> scaler = StandardScaler().fit([[1.0], [3.0]])
    >>> scaler.transform([[5.0]]), scaler.inverse([[3.0]])
    (array([[3.]]), array([[5.]]))
    """

    def measure(self, x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        x = x.astype(np.float64)
        return x.mean(axis=0), one_where_constant(x, x.std(axis=0))


class MinMaxScaler(Scaler):
    """Brings each feature of the training part to the range from `low` to `high`; other parts may leave it.

    >>> MinMaxScaler().fit([[1.0], [3.0]]).transform([[2.0], [4.0]])
    array([[0.5],
           [1.5]])
    """

    def __init__(self, low: float = 0.0, high: float = 1.0) -> None:
        super().__init__()
        if not low < high:
            raise OperandError(f"MinMaxScaler: low={low} must be less than high={high}")
        self.low, self.high = low, high

    def measure(self, x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        x = x.astype(np.float64)
        smallest = x.min(axis=0)
        spread = one_where_constant(x, x.max(axis=0) - smallest) / (self.high - self.low)
        return smallest - self.low * spread, spread
