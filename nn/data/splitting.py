"""Which rows belong to which part. Knows labels or a count, and no data."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.errors import DomainError, ShapeError

Rows = NDArray[np.intp]


def strata(caller: str, labels: Any) -> NDArray[Any]:
    """Return the labels whose proportions to keep; a count of samples stands for as many that are all alike."""
    found = np.asarray(labels)
    if not found.ndim:
        found = np.zeros(int(found), dtype=np.int64)
    if found.ndim > 1 or not found.size:
        raise ShapeError(f"{caller}: expected one label per sample, or how many samples there are, "
                         f"got shape {found.shape}")
    return found


def split_rows(labels: Any, rng: np.random.Generator, **fractions: float) -> tuple[Rows, ...]:
    """Return the row numbers of the rest, then those of each held-out part, shuffled, each label in proportion.

    `labels` has one per sample; `len(inputs)` instead splits without regard to any. Raises DomainError if a fraction
    is not between 0 and 1, if they leave nothing, or if some part would miss a label.

    >>> train, validation, test = split_rows([0] * 10 + [1] * 20, np.random.default_rng(0), validation=0.1, test=0.2)
    >>> len(train), len(validation), len(test)
    (21, 3, 6)
    """
    found = strata("split_rows", labels)
    for name, fraction in fractions.items():
        if not 0 < fraction < 1:
            raise DomainError(f"split_rows: {name}={fraction} must lie between 0 and 1")
    order = rng.permutation(len(found))
    part = np.zeros(len(found), dtype=np.intp)  # 0 for the rest, then 1, 2, …
    for label in np.unique(found):
        members = order[found[order] == label]
        start = 0
        for number, (name, fraction) in enumerate(fractions.items(), 1):
            count = round(fraction * len(members))
            if not 0 < count < len(members) - start:
                raise DomainError(
                    f"split_rows: {name}={fraction} takes {count} of the {len(members)} samples of {label.item()!r}, "
                    f"of which {len(members) - start} are left; each part needs at least one: take other fractions, "
                    f"or for targets that are no classes give how many there are")
            part[members[start:start + count]] = number
            start += count
    return tuple(order[part[order] == number] for number in range(len(fractions) + 1))
