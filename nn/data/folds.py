"""k-fold cross-validation. Knows a model only as something with `fit` and `score`, as scikit-learn's have them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from autograd.errors import DomainError, ShapeError
from nn.data.loading import Arrays
from nn.data.splitting import Rows, strata


class Estimator(Protocol):
    """What learns from inputs and targets, and tells how well it does on others: the more, the better."""

    def fit(self, inputs: Any, targets: Any, /) -> Any: ...

    def score(self, inputs: Any, targets: Any, /) -> Any: ...


def k_fold(labels: Any, folds: int, rng: np.random.Generator) -> Iterator[tuple[Rows, Rows]]:
    """Yield the rows to train and to validate on, `folds` times; each row validates once, each label in proportion.

    `labels` has one per sample; `len(inputs)` instead folds without regard to any. Folds, and the samples of one label
    in them, differ in size by one at most. Raises DomainError if a label has fewer samples than there are folds.

    >>> [validation.size for train, validation in k_fold(10, 4, np.random.default_rng(0))]
    [3, 3, 2, 2]
    """
    found = strata("k_fold", labels)
    names, counts = np.unique(found, return_counts=True)
    if not 2 <= folds <= counts.min():
        raise DomainError(f"k_fold: folds={folds} must lie between 2 and {counts.min()}, the samples of "
                          f"{names[counts.argmin()].item()!r}; for targets that are no classes give how many there are")
    order = rng.permutation(len(found))
    dealt = np.empty(len(found), dtype=np.intp)  # like cards, label after label, which evens out folds too
    dealt[order[np.argsort(found[order], kind="stable")]] = np.arange(len(found)) % folds
    return ((order[dealt[order] != fold], order[dealt[order] == fold]) for fold in range(folds))


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """The scores of each value tried; `print` shows them as a table."""

    values: tuple[Any, ...]
    scores: NDArray[np.float64]  # (values, folds)

    @property
    def means(self) -> NDArray[np.float64]:
        """The mean score of each value; NaN if one of its folds has none."""
        return np.asarray(self.scores.mean(axis=1))

    @property
    def best(self) -> Any:
        """The value with the highest mean; the first of equals. What scored NaN never wins."""
        if np.isnan(self.means).all():
            raise DomainError(f"cross_validate: none of the values {list(self.values)} has a score that is a number")
        return self.values[int(np.nanargmax(self.means))]

    def __str__(self) -> str:
        width = max(len("value"), *(len(str(value)) for value in self.values))
        rows = [f"{'value':>{width}}  mean score  (smallest … largest)"]
        rows += [f"{value!s:>{width}}  {scores.mean():10.4f}  ({scores.min():.4f} … {scores.max():.4f})"
                 for value, scores in zip(self.values, self.scores)]
        return "\n".join(rows)


def cross_validate(build: Callable[[Any], Estimator], data: tuple[Any, Any], values: Sequence[Any], *, folds: int = 5,
                   rng: np.random.Generator, labels: Any = None) -> CrossValidation:
    """Return the scores of `build(value)`, for each value on the same folds of `data`, the inputs and the targets.

    `build` returns anew something with `fit(inputs, targets)` and `score(inputs, targets)`; what it learns, scaling
    too, it then learns from the training part only. Folds keep the proportions of `labels`: by default of targets
    that are not floats.

    >>> class Nearest:
    ...     def __init__(self, neighbours): self.neighbours = neighbours
    ...     def fit(self, x, y): self.x, self.y = x, y
    ...     def score(self, x, y):
    ...         near = np.argsort(np.abs(x - self.x.T), axis=1)[:, :self.neighbours]
    ...         return np.mean((self.y[near].mean(axis=1) > 0.5) == y)
    >>> x = np.arange(20.0)[:, None]
    >>> cross_validate(Nearest, (x, (x[:, 0] > 9) * 1), [1, 16], rng=np.random.default_rng(0)).best
    1
    """
    if not len(values):
        raise ShapeError("cross_validate: values is empty; give at least one to try")
    samples = Arrays(*data)
    targets = samples.arrays[-1]
    kept = (len(samples) if targets.dtype.kind == "f" else targets) if labels is None else labels
    parts = list(k_fold(kept, folds, rng))
    scores = np.empty((len(values), folds))
    for row, value in enumerate(values):
        for column, (train, validation) in enumerate(parts):
            model = build(value)
            model.fit(*samples[train])
            scores[row, column] = model.score(*samples[validation])
    return CrossValidation(tuple(values), scores)
