"""How far two arrays agree, in digits, and how far rounding lets them be apart. Knows arrays only.

What a dtype allows is measured: the inputs are moved by a last place or so, seven times, and the arrays may be apart
by as much as the seven are, or by some last places of their greatest element. Of the distances between the seven the
third smallest counts: at a kink, which the inputs leave to one side or another, it is one within a side even if there
are four of these, so that two conventions at a kink are not taken for rounding. A gradient so small that it moves the
outputs by less than their last place is rounding altogether.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
SURE = 30.0   # as many roundings one right result may be away from another
DRAWS = 7     # moves of the inputs
WITHIN = 2    # which of their distances counts, from 0
FULL = 16.0   # digits of what is equal


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Two arrays that should be alike, and how far apart each element may be."""

    name: str        # such as "output" or "gradient of x"
    first: Array
    second: Array
    allowed: Array

    @property
    def apart(self) -> Array:
        """The distance of each element; 0 where both are nan or the same infinity, infinite where one is."""
        return distance(self.first, self.second)

    @property
    def ok(self) -> bool:
        """Whether every element is as near as it must be."""
        return bool(np.all(self.apart <= self.allowed))

    @property
    def digits(self) -> float:
        """How many decimal digits agree, 0 to 16, from the first of the greatest element; 16 for mere rounding."""
        nothing = greatest(self.first, self.second) <= np.min(self.allowed, initial=np.inf)
        return FULL if nothing and self.ok else digits(self.first, self.second)

    @property
    def worst(self) -> tuple[int, ...]:
        """The place of the element that is farthest apart, for what is allowed."""
        if not self.first.size:
            return ()
        with np.errstate(all="ignore"):
            excess = np.nan_to_num(self.apart / self.allowed, nan=0.0, posinf=np.inf)
        return tuple(map(int, np.unravel_index(np.argmax(excess), self.first.shape)))


def distance(a: Array, b: Array) -> Array:
    """Return how far elements are apart."""
    with np.errstate(all="ignore"):
        alike = (a == b) | (np.isnan(a) & np.isnan(b))
        return np.where(alike, 0.0, np.nan_to_num(np.abs(a - b), nan=np.inf, posinf=np.inf))


def greatest(*arrays: Array) -> float:
    """Return the greatest finite size of any element, 0 if there is none."""
    return max((float(np.max(np.abs(x), initial=0.0, where=np.isfinite(x))) for x in arrays), default=0.0)


def digits(a: Array, b: Array) -> float:
    """Return how many decimal digits of two arrays agree, 0 to 16, counted from the first of the greatest element.

    >>> digits(np.array([1000.0, 1.0]), np.array([1000.1, 1.0]))
    4.0
    """
    apart, size = float(np.max(distance(a, b), initial=0.0)), greatest(a, b)
    if not apart:
        return FULL
    with np.errstate(all="ignore"):
        return float(np.clip(np.round(np.log10(size / apart), 1), 0.0, FULL)) if size and np.isfinite(apart) else 0.0


def moved(x: Any, rng: "np.random.Generator") -> Any:
    """Return a number or an array of floats with each element moved by about a last place; all else as it is."""
    if isinstance(x, float):
        return x * (1.0 + np.finfo(float).eps * float(rng.normal()))
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        return x
    return (x * (1.0 + np.finfo(x.dtype).eps * rng.normal(size=x.shape))).astype(x.dtype)


def allowances(arrays: Sequence[Array], elsewhere: Sequence[Sequence[Array]], precision: float,
               floors: Sequence[Any]) -> list[Array]:
    """Return how far each element of arrays may be off, given the same arrays where the inputs were moved a little.

    Below its floor an array is nothing but rounding of relative size `precision`.
    """
    found = []
    for k, (x, floor) in enumerate(zip(arrays, floors, strict=True)):
        apart = np.sort([distance(one[k], other[k]) for one, other in combinations(elsewhere, 2)], axis=0)
        size, least = greatest(x), SURE * precision * np.asarray(floor)
        found.append(np.maximum(SURE * (apart[WITHIN] + precision * size), np.where(size <= least, least, 0.0)))
    return found
