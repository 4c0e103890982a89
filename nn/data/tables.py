"""What all that learns from a table of samples by features asks of it. Knows nothing of what is learned."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from autograd.errors import DomainError, OperandError, ShapeError

Learned = TypeVar("Learned")


def table(caller: str, inputs: Any, *, features: int | None = None, missing: bool = False) -> NDArray[Any]:
    """Return inputs as an array of floats (samples, features), or raise; without `missing`, NaN is refused."""
    x = np.asarray(inputs)
    if x.dtype.kind not in "fiub":
        raise OperandError(f"{caller}: expected numbers, got {x.dtype} {inputs!r:.60}")
    if x.ndim != 2 or not x.shape[0]:
        raise ShapeError(f"{caller}: expected shape (samples, features), got {x.shape}; "
                         f"one feature is x.reshape(-1, 1), one sample x.reshape(1, -1)")
    if features is not None and x.shape[1] != features:
        raise ShapeError(f"{caller}: was fitted on {features} features, got {x.shape[1]}")
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    bad = ~(np.isfinite(x) | (missing & np.isnan(x)))
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise DomainError(f"{caller}: row {row}, column {column} is {x[row, column]}; infinite numbers are refused, "
                          f"missing values are dropped by clean(inputs) or filled by Imputer() first")
    return x


def fitted(caller: str, learned: Learned | None) -> Learned:
    """Return what was learned, or raise if nothing was."""
    if learned is None:
        raise OperandError(f"{caller}: call fit with the training part first")
    return learned
