"""Data sets: two that ship with glassgrad (`SOURCES.md` beside this file), toys that are drawn, more that are read."""

from nn.datasets.dataset import Dataset as Dataset
from nn.datasets.dataset import train_test_split as train_test_split
from nn.datasets.dataset import train_validation_test_split as train_validation_test_split
from nn.datasets.mnist import fashion_mnist as fashion_mnist
from nn.datasets.mnist import mnist as mnist
from nn.datasets.scikit_learn import breast_cancer as breast_cancer
from nn.datasets.scikit_learn import diabetes as diabetes
from nn.datasets.scikit_learn import wine as wine
from nn.datasets.shipped import digits as digits
from nn.datasets.shipped import iris as iris
from nn.datasets.toys import blobs as blobs
from nn.datasets.toys import circles as circles
from nn.datasets.toys import moons as moons
from nn.datasets.toys import sine as sine
from nn.datasets.toys import spirals as spirals
from nn.datasets.toys import xor as xor

__all__ = [
    "Dataset", "blobs", "breast_cancer", "circles", "diabetes", "digits", "fashion_mnist", "iris", "mnist", "moons",
    "sine", "spirals", "train_test_split", "train_validation_test_split", "wine", "xor",
]
