"""How good predictions are, on plain arrays, as plain numbers. Knows no model and no gradient.

As with losses the prediction comes first, then the target (scikit-learn has them the other way round; the numbers are
its). Classes are labels of any kind that sort; scores and probabilities have a column per class, numbered from 0.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.errors import DomainError, OperandError, ShapeError

Array = NDArray[Any]


# What metrics have in common

def pair(metric: str, prediction: Any, target: Any) -> tuple[Array, Array]:
    """Return prediction and target as arrays of one shape with something in them, or raise."""
    p, t = np.asarray(prediction), np.asarray(target)
    if p.shape != t.shape or not t.size:
        raise ShapeError(f"{metric}: prediction and target must have the same shape, not empty; got {p.shape} and "
                         f"{t.shape}" + "; scores become classes by predicted_classes(scores)" * (p.ndim > t.ndim))
    return p, t


def labelled(metric: str, prediction: Any, target: Any) -> tuple[Array, Array]:
    """Return predicted and true labels, shape (samples,), or raise."""
    p, t = pair(metric, prediction, target)
    if t.ndim != 1 or (p.dtype.kind == "f" and (p != np.round(p)).any()):
        raise OperandError(f"{metric}: expected one class per sample, got {p.dtype} of shape {p.shape}: {p!r:.60}; "
                           f"scores become classes by predicted_classes(scores)")
    return p, t


def scored(metric: str, scores: Any, target: Any) -> tuple[Array, Array]:
    """Return finite scores, shape (samples,) or (samples, classes), and class numbers that these have, or raise."""
    s, t = np.asarray(scores, dtype=np.float64), np.asarray(target)
    if s.ndim not in (1, 2) or t.ndim != 1 or len(s) != len(t) or not t.size:
        raise ShapeError(f"{metric}: expected scores (samples,) or (samples, classes) and targets (samples,), "
                         f"got {s.shape} and {t.shape}")
    if not np.isfinite(s).all():
        raise DomainError(f"{metric}: sample {np.argwhere(~np.isfinite(s))[0][0]} has a score that is not finite")
    classes = s.shape[1] if s.ndim == 2 else 2
    if t.dtype.kind not in "iub" or t.min() < 0 or t.max() >= classes:
        raise DomainError(f"{metric}: targets must be class numbers from 0 to {classes - 1}, one per column of scores, "
                          f"got {t.dtype} {np.unique(t)!r:.60}")
    return s, t.astype(np.intp)


def predicted_classes(scores: Any, *, threshold: float = 0.5) -> NDArray[np.int64]:
    """Return the class of the highest score; for a single score per sample, 1 if it is above the threshold.

    For logits instead of probabilities the threshold is 0.

    >>> predicted_classes([[0.1, 0.7, 0.2]]), predicted_classes([0.4, 0.6])
    (array([1]), array([0, 1]))
    """
    s = np.asarray(scores)
    if s.ndim not in (1, 2) or not s.size:
        raise ShapeError(f"predicted_classes: expected (samples,) or (samples, classes), got {s.shape}")
    if s.ndim == 2 and s.shape[1] > 1:
        return np.asarray(s.argmax(axis=1), dtype=np.int64)
    return np.asarray(s.reshape(-1) > threshold, dtype=np.int64)


# Classes

def accuracy(prediction: Any, target: Any) -> float:
    """Return the fraction of samples whose class is right.

    >>> accuracy([0, 1, 1, 2], [0, 1, 2, 2])
    0.75
    """
    p, t = labelled("accuracy", prediction, target)
    return float(np.mean(p == t))


def top_k_accuracy(scores: Any, target: Any, k: int = 2) -> float:
    """Return the fraction of samples whose class is among the k of the highest scores; ties go to the later class.

    >>> top_k_accuracy([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]], [1, 0], k=2)
    0.5
    """
    s, t = scored("top_k_accuracy", scores, target)
    if s.ndim != 2 or not 1 <= k <= s.shape[1]:
        raise OperandError(f"top_k_accuracy: k={k} must lie from 1 to the columns of scores, whose shape is {s.shape}")
    ranked = np.argsort(s, axis=1, kind="stable")[:, ::-1]
    return float(np.mean((ranked[:, :k] == t[:, None]).any(axis=1)))


def confusion_matrix(prediction: Any, target: Any, *, labels: Sequence[Any] | None = None) -> NDArray[np.int64]:
    """Return how often each class, by row, was predicted as each, by column; classes sorted, or as in `labels`.

    >>> confusion_matrix([0, 1, 1, 2], [0, 1, 2, 2])
    array([[1, 0, 0],
           [0, 1, 0],
           [0, 1, 1]])
    """
    p, t = labelled("confusion_matrix", prediction, target)
    classes = classes_of("confusion_matrix", p, t, labels)
    return np.array([[np.sum((t == row) & (p == column)) for column in classes] for row in classes])


def classes_of(metric: str, p: Array, t: Array, labels: Sequence[Any] | None) -> Array:
    """Return the classes that count: all that occur, sorted, unless they are given."""
    found = np.union1d(p, t)
    if labels is None:
        return found
    classes = np.asarray(labels)
    if len(np.unique(classes)) < len(classes) or not np.isin(classes, t).any():
        raise OperandError(f"{metric}: labels={list(labels)} must differ, and one at least occur in the target")
    return classes


#: Numerator and denominator of a rate, of the right ones, the predicted ones and the true ones of each class.
RATES: dict[str, Callable[[Array, Array, Array], tuple[Array, Array]]] = {
    "precision": lambda right, predicted, true: (right, predicted),
    "recall": lambda right, predicted, true: (right, true),
    "f1": lambda right, predicted, true: (2 * right, predicted + true),
}


def ratio(numerator: Any, denominator: Any, zero_division: float) -> Array:
    """Return the quotient, and `zero_division` where the denominator is 0."""
    return np.where(denominator == 0, zero_division, numerator / np.maximum(denominator, 1))


#: How the rates of classes become one: functions of numerators, denominators, true ones per class and zero_division.
AVERAGES: dict[str | None, Callable[[Array, Array, Array, float], Any]] = {
    None: lambda above, below, true, zero: ratio(above, below, zero),
    "binary": lambda above, below, true, zero: float(ratio(above, below, zero)[0]),
    "macro": lambda above, below, true, zero: float(ratio(above, below, zero).mean()),
    "micro": lambda above, below, true, zero: float(ratio(above.sum(), below.sum(), zero)),
    "weighted": lambda above, below, true, zero: float(np.average(ratio(above, below, zero), weights=true)),
}


def rate(metric: str, prediction: Any, target: Any, average: str | None, **options: Any) -> Any:
    """Return a rate of RATES, averaged as AVERAGES say."""
    if average not in AVERAGES:
        raise OperandError(f"{metric}: average={average!r} is unknown; known are {', '.join(map(str, AVERAGES))}")
    p, t = labelled(metric, prediction, target)
    classes = classes_of(metric, p, t, options["labels"])
    if average == "binary":
        positive = options["positive"]
        if len(classes) > 2 or (len(classes) == 2 and positive not in classes):
            raise OperandError(f"{metric}: average='binary' needs two classes and positive={positive!r} among them, "
                               f"got {classes.tolist()}; for more take average='macro', 'micro', 'weighted' or None")
        classes = np.asarray([positive])
    right, predicted, true = (np.array([np.sum(counted & (t_or_p == label)) for label in classes])
                              for counted, t_or_p in ((p == t, t), (True, p), (True, t)))
    return AVERAGES[average](*RATES[metric](right, predicted, true), true, options["zero_division"])


def precision(prediction: Any, target: Any, *, average: str | None = "binary", positive: Any = 1,
              labels: Sequence[Any] | None = None, zero_division: float = 0.0) -> Any:
    """Return how many of those predicted as a class belong to it, by average "binary", "macro", "micro", "weighted".

    "binary" is the rate of the class `positive`; None gives an array with the rate of each class, sorted or as in
    `labels`. A class that is never predicted has the rate `zero_division`.

    >>> precision([1, 1, 0, 1], [1, 0, 0, 1])
    0.6666667
    """
    return rate("precision", prediction, target, average, positive=positive, labels=labels,
                zero_division=zero_division)


def recall(prediction: Any, target: Any, *, average: str | None = "binary", positive: Any = 1,
           labels: Sequence[Any] | None = None, zero_division: float = 0.0) -> Any:
    """Return how many of a class were predicted as such; options as in `precision`, a class without samples counting.

    >>> recall([1, 1, 0, 1], [1, 0, 0, 1])
    1.0
    """
    return rate("recall", prediction, target, average, positive=positive, labels=labels, zero_division=zero_division)


def f1(prediction: Any, target: Any, *, average: str | None = "binary", positive: Any = 1,
       labels: Sequence[Any] | None = None, zero_division: float = 0.0) -> Any:
    """Return the harmonic mean of precision and recall; options as in `precision`.

    >>> f1([1, 1, 0, 1], [1, 0, 0, 1])
    0.8
    """
    return rate("f1", prediction, target, average, positive=positive, labels=labels, zero_division=zero_division)


def classification_report(prediction: Any, target: Any, *, names: Sequence[str] | None = None, digits: int = 2) -> str:
    """Return precision, recall, F1 and the count of each class, and their averages, as text, as scikit-learn writes it.

    `names` are those of the classes that occur, sorted.

    >>> print(classification_report([0, 1, 1, 1], [0, 1, 0, 1], names=["no", "yes"]))
                  precision    recall  f1-score   support
    <BLANKLINE>
              no       1.00      0.50      0.67         2
             yes       0.67      1.00      0.80         2
    <BLANKLINE>
        accuracy                           0.75         4
       macro avg       0.83      0.75      0.73         4
    weighted avg       0.83      0.75      0.73         4
    <BLANKLINE>
    """
    p, t = labelled("classification_report", prediction, target)
    classes = np.union1d(p, t)
    titles = list(map(str, classes)) if names is None else list(names)
    if len(titles) != len(classes):
        raise ShapeError(f"classification_report: {len(titles)} names for the {len(classes)} classes "
                         f"{classes.tolist()}")
    width = max(len("weighted avg"), digits, *map(len, titles))

    def line(title: str, *cells: str) -> str:
        return f"{title:>{width}} " + "".join(f" {cell:>9}" for cell in cells) + "\n"

    def rates(average: str | None) -> Any:
        return np.stack([rate(metric, p, t, average, labels=None, zero_division=0.0) for metric in RATES], axis=-1)

    def filled(title: str, row: Array, support: int) -> str:
        return line(title, *(f"{number:.{digits}f}" for number in row), str(support))

    text = line("", "precision", "recall", "f1-score", "support") + "\n"
    for title, row, label in zip(titles, rates(None), classes):
        text += filled(title, row, int(np.sum(t == label)))
    text += "\n" + line("accuracy", "", "", f"{accuracy(p, t):.{digits}f}", str(len(t)))
    return text + filled("macro avg", rates("macro"), len(t)) + filled("weighted avg", rates("weighted"), len(t))


# Scores

def roc_auc(scores: Any, target: Any) -> float:
    """Return the probability that a sample of class 1 scores higher than one of class 0, ties counting half.

    With a column per class, it is the mean of each class against the rest. Raises DomainError if a class has no
    sample, or all of them: there is nothing to rank.

    >>> roc_auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    0.75
    """
    s, t = scored("roc_auc", scores, target)
    if s.ndim == 2:
        return float(np.mean([area(s[:, label], t == label, label) for label in range(s.shape[1])]))
    return area(s, t == 1, 1)


def area(s: Array, positive: Array, label: int) -> float:
    """Return the area by the ranks of scores, after Mann & Whitney 1947; equal scores share the mean of their ranks."""
    above, below = int(positive.sum()), int((~positive).sum())
    if not above or not below:
        raise DomainError(f"roc_auc: class {label} has {above} samples of {len(s)}; it needs at least one sample of "
                          f"the class and one of another")
    _, place, counts = np.unique(s, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]  # from 1
    return float((ranks[positive].sum() - above * (above + 1) / 2) / (above * below))


def log_loss(probabilities: Any, target: Any) -> float:
    """Return the mean of −log of the probability that was given to the right class.

    Shape (samples,) has the probability of class 1, shape (samples, classes) that of each, adding up to 1. They are
    cut off at the distance of float64's epsilon from 0 and 1.

    >>> log_loss([0.5, 0.25], [1, 0])
    0.49041463
    """
    s, t = scored("log_loss", probabilities, target)
    columns = np.stack([1 - s, s], axis=1) if s.ndim == 1 else s
    if (columns < 0).any() or (columns > 1).any() or not np.allclose(columns.sum(axis=1), 1):
        raise DomainError("log_loss: expected probabilities from 0 to 1, those of a sample adding up to 1; logits "
                          "become probabilities by softmax or sigmoid")
    epsilon = np.finfo(np.float64).eps
    return float(-np.mean(np.log(np.clip(columns, epsilon, 1 - epsilon)[np.arange(len(t)), t])))


# Numbers

def numbers(metric: str, prediction: Any, target: Any) -> tuple[Array, Array]:
    """Return prediction and target as floats of shape (samples, outputs), or raise."""
    p, t = pair(metric, prediction, target)
    p, t = (x.astype(np.float64).reshape(len(x) if x.ndim else 1, -1) for x in (p, t))
    if not (np.isfinite(p).all() and np.isfinite(t).all()):
        raise DomainError(f"{metric}: prediction or target has a number that is not finite")
    return p, t


def mae(prediction: Any, target: Any) -> float:
    """Return the mean absolute error, over several outputs their mean.

    >>> mae([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    p, t = numbers("mae", prediction, target)
    return float(np.mean(np.abs(p - t)))


def rmse(prediction: Any, target: Any) -> float:
    """Return the root of the mean squared error, over several outputs the mean of their roots.

    >>> rmse([1.0, 2.0], [1.0, 4.0])
    1.4142136
    """
    p, t = numbers("rmse", prediction, target)
    return float(np.mean(np.sqrt(np.mean((p - t) ** 2, axis=0))))


def r2(prediction: Any, target: Any) -> float:
    """Return 1 − the squared error over that of the target's mean, over several outputs their mean.

    Of a target that does not vary it is 1 if the prediction is exact, else 0. Raises ShapeError for a single sample.

    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    0.7857143
    """
    p, t = numbers("r2", prediction, target)
    if len(t) < 2:
        raise ShapeError("r2: needs at least two samples, got 1")
    error, spread = np.sum((p - t) ** 2, axis=0), np.sum((t - t.mean(axis=0)) ** 2, axis=0)
    exact = np.where(error == 0, 1.0, 0.0)
    return float(np.mean(np.where(spread == 0, exact, 1 - error / np.where(spread == 0, 1.0, spread))))
