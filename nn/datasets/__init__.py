"""Small real data sets that ship with the package; where they come from is told in `SOURCES.md` beside this file."""

from nn.datasets.dataset import Dataset as Dataset
from nn.datasets.dataset import train_test_split as train_test_split
from nn.datasets.shipped import digits as digits
from nn.datasets.shipped import iris as iris

__all__ = ["Dataset", "digits", "iris", "train_test_split"]
