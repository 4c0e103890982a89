"""Toy problems in one or two dimensions, drawn from an explicit generator: the same seed draws the same samples.

`noise` is the standard deviation of what is added to each coordinate. Classes have equally many samples, the first ones
one more where they do not divide evenly; samples come class by class, to be shuffled by a split or a loader.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.errors import DomainError
from nn.datasets.dataset import Dataset

Points = NDArray[np.float64]


def counts(toy: str, samples: int, classes: int, noise: float = 0.0) -> list[int]:
    """Return how many samples each class has, or raise DomainError."""
    if samples < classes or classes < 1:
        raise DomainError(f"{toy}: samples={samples} must be at least one for each of {classes} classes")
    if not 0 <= noise < np.inf:
        raise DomainError(f"{toy}: noise={noise} must be finite and not negative")
    return [samples // classes + (label < samples % classes) for label in range(classes)]


def labelled(parts: list[Points], noise: float, rng: np.random.Generator) -> Dataset:
    """Return points, one array (samples, 2) per class, as a Dataset with noise added."""
    points = np.concatenate(parts)
    return Dataset(
        inputs=points + noise * rng.standard_normal(points.shape),
        targets=np.repeat(np.arange(len(parts)), [len(part) for part in parts]),
        feature_names=("x", "y"),
        target_names=tuple(str(label) for label in range(len(parts))),
    )


def circular(radius: Any, angle: Any) -> Points:
    """Return points (samples, 2) at distances from the origin and angles."""
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def moons(samples: int = 200, *, noise: float = 0.1, rng: np.random.Generator) -> Dataset:
    """Return two half circles that reach into each other.

    >>> moons(rng=np.random.default_rng(0))
    Dataset(200 samples, 2 features, 2 classes)
    """
    upper, lower = (circular(1.0, np.linspace(0, np.pi, count)) for count in counts("moons", samples, 2, noise))
    return labelled([upper, np.array([1.0, 0.5]) - lower], noise, rng)


def circles(samples: int = 200, *, noise: float = 0.05, factor: float = 0.5, rng: np.random.Generator) -> Dataset:
    """Return two circles about the origin, of radius 1 and `factor`.

    >>> circles(rng=np.random.default_rng(0))
    Dataset(200 samples, 2 features, 2 classes)
    """
    if not 0 < factor < 1:
        raise DomainError(f"circles: factor={factor} must lie between 0 and 1")
    around = [np.linspace(0, 2 * np.pi, count, endpoint=False) for count in counts("circles", samples, 2, noise)]
    return labelled([circular(radius, angle) for radius, angle in zip((1.0, factor), around)], noise, rng)


def spirals(samples: int = 300, *, classes: int = 2, turns: float = 1.0, noise: float = 0.02,
            rng: np.random.Generator) -> Dataset:
    """Return spirals of Archimedes that wind about the origin out to radius 1, an arm for each class.

    >>> spirals(classes=3, rng=np.random.default_rng(0))
    Dataset(300 samples, 2 features, 3 classes)
    """
    arms = []
    for arm, count in enumerate(counts("spirals", samples, classes, noise)):
        way = np.linspace(0.05, 1.0, count)  # not from 0, where the arms meet
        arms.append(circular(way, 2 * np.pi * (turns * way + arm / classes)))
    return labelled(arms, noise, rng)


def blobs(samples: int = 200, *, classes: int = 3, noise: float = 0.15, rng: np.random.Generator) -> Dataset:
    """Return clouds with centres evenly spaced on a circle of radius 1.

    >>> blobs(rng=np.random.default_rng(0))
    Dataset(200 samples, 2 features, 3 classes)
    """
    sizes = counts("blobs", samples, classes, noise)
    return labelled([circular(1.0, np.full(size, 2 * np.pi * label / classes)) for label, size in enumerate(sizes)],
                    noise, rng)


def xor(samples: int = 200, *, noise: float = 0.1, rng: np.random.Generator) -> Dataset:
    """Return clouds at the corners of the unit square; the class is whether one coordinate, but not both, is 1.

    No straight line parts them (Minsky & Papert 1969); four samples without noise are the table itself.

    >>> table = xor(4, noise=0.0, rng=np.random.default_rng(0))
    >>> table.inputs.tolist(), table.targets.tolist()
    ([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]], [0, 0, 1, 1])
    """
    corners = np.array([[[0.0, 0.0], [1.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]])  # (class, corner, coordinate)
    sizes = counts("xor", samples, 2, noise)
    return labelled([corners[label][np.arange(size) % 2] for label, size in enumerate(sizes)], noise, rng)


def sine(samples: int = 200, *, noise: float = 0.1, rng: np.random.Generator) -> Dataset:
    """Return noisy values of the sine at places evenly spaced from −π to π: a problem of regression.

    >>> sine(rng=np.random.default_rng(0))
    Dataset(200 samples, 1 features, numbers as targets)
    """
    counts("sine", samples, 1, noise)
    x = np.linspace(-np.pi, np.pi, samples)
    return Dataset(x[:, None], np.sin(x) + noise * rng.standard_normal(samples), ("x",), ())
