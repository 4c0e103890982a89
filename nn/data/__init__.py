"""Data on plain arrays: batches, splits, folds, scaling, cleaning, one-hot. Knows no model and no data set by name.

What learns from data follows scikit-learn's contract: `fit` on the training part, then `transform`; what was learned
ends in `_`. Where scikit-learn is installed, it has more of the kind, and its objects fit in the same places.
"""

from nn.data.cleaning import CleaningReport as CleaningReport
from nn.data.cleaning import Imputer as Imputer
from nn.data.cleaning import clean as clean
from nn.data.folds import CrossValidation as CrossValidation
from nn.data.folds import cross_validate as cross_validate
from nn.data.folds import k_fold as k_fold
from nn.data.loading import Arrays as Arrays
from nn.data.loading import DataLoader as DataLoader
from nn.data.loading import Dataset as Dataset
from nn.data.loading import Stacked as Stacked
from nn.data.one_hot import OneHotEncoder as OneHotEncoder
from nn.data.one_hot import one_hot as one_hot
from nn.data.scaling import MinMaxScaler as MinMaxScaler
from nn.data.scaling import StandardScaler as StandardScaler
from nn.data.splitting import split_rows as split_rows

__all__ = [
    "Arrays", "CleaningReport", "CrossValidation", "DataLoader", "Dataset", "Imputer", "MinMaxScaler", "OneHotEncoder",
    "Stacked", "StandardScaler", "clean", "cross_validate", "k_fold", "one_hot", "split_rows",
]
