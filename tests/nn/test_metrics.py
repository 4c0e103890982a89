"""Metrics equal scikit-learn's, where classes are absent, scores are equal or targets constant too."""

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd.errors import AutogradError, DomainError, OperandError, ShapeError
from nn import metrics

reference = pytest.importorskip("sklearn.metrics")

RATES = {"precision": "precision_score", "recall": "recall_score", "f1": "f1_score"}


def expect(name, *arguments, **options):
    """Return what scikit-learn finds; its target comes first, and it warns of edge cases."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(reference, name)(*arguments, **options)


SIZES = st.integers(1, 30)


def labels(*, largest=4, size=SIZES):
    """Draw predicted and true labels; small sizes leave classes out of one or both."""
    return size.flatmap(lambda n: st.tuples(*[st.lists(st.integers(0, largest), min_size=n, max_size=n)] * 2))


@given(labels())
def test_accuracy_and_confusion_matrix_are_scikit_learns(drawn):
    prediction, target = drawn
    assert metrics.accuracy(prediction, target) == pytest.approx(expect("accuracy_score", target, prediction))
    np.testing.assert_array_equal(metrics.confusion_matrix(prediction, target),
                                  expect("confusion_matrix", target, prediction))


@pytest.mark.parametrize("metric", RATES)
@pytest.mark.parametrize("average", ["macro", "micro", "weighted", None])
@pytest.mark.parametrize("zero_division", [0.0, 1.0])
@settings(max_examples=30)
@given(drawn=labels())
def test_rates_of_many_classes_are_scikit_learns(metric, average, zero_division, drawn):
    prediction, target = drawn
    options = {"average": average, "zero_division": zero_division}
    np.testing.assert_allclose(getattr(metrics, metric)(prediction, target, **options),
                               expect(RATES[metric], target, prediction, **options), rtol=1e-12)


@pytest.mark.parametrize("metric", RATES)
@pytest.mark.parametrize("positive", [0, 1])
@given(drawn=labels(largest=1, size=st.integers(1, 8)))
def test_rates_of_two_classes_are_scikit_learns_with_one_of_them_absent_too(metric, positive, drawn):
    prediction, target = drawn
    assert getattr(metrics, metric)(prediction, target, positive=positive) == pytest.approx(
        expect(RATES[metric], target, prediction, pos_label=positive), rel=1e-12)


@pytest.mark.parametrize("chosen", [[0, 2], [3, 1], [1, 2, 9]])
def test_chosen_labels_count_as_in_scikit_learn(chosen):
    prediction, target = np.random.default_rng(0).integers(0, 4, (2, 40))
    np.testing.assert_array_equal(metrics.confusion_matrix(prediction, target, labels=chosen),
                                  expect("confusion_matrix", target, prediction, labels=chosen))
    for metric, name in RATES.items():
        for average in ("macro", "micro", "weighted", None):
            np.testing.assert_allclose(getattr(metrics, metric)(prediction, target, labels=chosen, average=average),
                                       expect(name, target, prediction, labels=chosen, average=average), rtol=1e-12)


@given(labels(size=st.integers(1, 12)), st.integers(1, 4))
def test_report_is_scikit_learns_to_the_letter(drawn, digits):
    prediction, target = drawn
    assume(any(p == t for p, t in zip(prediction, target)))  # else scikit-learn writes the counts as floats
    assert metrics.classification_report(prediction, target, digits=digits) == expect(
        "classification_report", target, prediction, digits=digits)


def test_report_names_classes_and_makes_room_for_them():
    prediction, target, names = [0, 1, 2, 2], [0, 1, 1, 2], ["setosa", "a species with a long name", "x"]
    assert metrics.classification_report(prediction, target, names=names) == expect(
        "classification_report", target, prediction, target_names=names)


def test_labels_may_be_text():
    prediction, target = np.array(["cat", "dog", "cat"]), np.array(["cat", "dog", "emu"])
    assert metrics.recall(prediction, target, average=None).tolist() == [1.0, 1.0, 0.0]
    assert metrics.f1(["yes", "no"], ["yes", "yes"], positive="yes") == pytest.approx(2 / 3)


def binary_scores():
    """Draw scores, many of them equal, and targets with both classes."""
    pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), min_size=2, max_size=40)
    return pairs.filter(lambda drawn: len({target for _, target in drawn}) == 2)


@given(binary_scores())
def test_roc_auc_is_scikit_learns_with_ties(drawn):
    scores, target = zip(*drawn)
    assert metrics.roc_auc(scores, target) == pytest.approx(expect("roc_auc_score", target, scores), rel=1e-12)


def simplex(rng, samples, classes):
    scores = rng.random((samples, classes)).round(1) + 0.05
    return scores / scores.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(10))
def test_metrics_of_probabilities_of_many_classes_are_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    probabilities, target = simplex(rng, 30, 4), rng.permutation(np.arange(30) % 4)
    assert metrics.roc_auc(probabilities, target) == pytest.approx(
        expect("roc_auc_score", target, probabilities, multi_class="ovr"), rel=1e-12)
    some = target % 3  # of class 3 there is no sample
    assert metrics.log_loss(probabilities, some) == pytest.approx(
        expect("log_loss", some, probabilities, labels=range(4)), rel=1e-12)
    distinct = rng.permuted(np.tile(np.arange(4.0), (30, 1)), axis=1)
    for k in (1, 2, 3):
        assert metrics.top_k_accuracy(distinct, some, k) == expect(
            "top_k_accuracy_score", some, distinct, k=k, labels=range(4))


@pytest.mark.parametrize("k", [1, 2])
def test_ties_of_top_k_go_as_in_scikit_learn(k):
    scores = np.random.default_rng(0).integers(0, 3, (200, 3)).astype(float)
    target = np.arange(200) % 3
    assert metrics.top_k_accuracy(scores, target, k) == expect("top_k_accuracy_score", target, scores, k=k)


@given(st.lists(st.tuples(st.sampled_from([0.0, 1e-20, 0.1, 0.5, 0.999, 1.0]), st.integers(0, 1)), min_size=1))
def test_log_loss_of_two_classes_is_scikit_learns_at_certainty_too(drawn):
    probabilities, target = map(np.array, zip(*drawn))
    assert metrics.log_loss(probabilities, target) == pytest.approx(
        expect("log_loss", target, probabilities, labels=[0, 1]), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("shape", [(2,), (40,), (40, 3)])
@pytest.mark.parametrize("kind", ["random", "constant target", "exact", "exact and constant"])
def test_metrics_of_numbers_are_scikit_learns(shape, kind):
    rng = np.random.default_rng(0)
    target = np.full(shape, 3.0) if "constant" in kind else rng.standard_normal(shape)
    prediction = target if "exact" in kind else rng.standard_normal(shape)
    for metric, name in {"mae": "mean_absolute_error", "rmse": "root_mean_squared_error", "r2": "r2_score"}.items():
        assert getattr(metrics, metric)(prediction, target) == pytest.approx(
            expect(name, target, prediction), rel=1e-12, abs=1e-15)


def test_scores_become_classes():
    assert metrics.predicted_classes([[0.2, 0.5, 0.3], [0.9, 0.1, 0.0]]).tolist() == [1, 0]
    assert metrics.predicted_classes([[0.5], [0.51]]).tolist() == [0, 1]
    assert metrics.predicted_classes([-0.1, 0.1], threshold=0.0).tolist() == [0, 1]


ERRORS = [
    (lambda: metrics.accuracy([[0.1, 0.9]], [1]), ShapeError, r"\(1, 2\) and \(1,\); scores become classes by"),
    (lambda: metrics.accuracy([], []), ShapeError, "not empty"),
    (lambda: metrics.accuracy([0.3, 0.7], [0, 1]), OperandError, "one class per sample"),
    (lambda: metrics.accuracy([[0]], [[0]]), OperandError, "one class per sample"),
    (lambda: metrics.precision([0, 1, 2], [0, 1, 2]), OperandError, r"needs two classes .* got \[0, 1, 2\]"),
    (lambda: metrics.recall([2, 3], [2, 3]), OperandError, "positive=1 among them"),
    (lambda: metrics.f1([0], [0], average="samples"), OperandError, "known are None, binary, macro"),
    (lambda: metrics.confusion_matrix([0], [0], labels=[1]), OperandError, "one at least occur"),
    (lambda: metrics.confusion_matrix([0], [0], labels=[0, 0]), OperandError, "must differ"),
    (lambda: metrics.classification_report([0], [1], names=["a"]), ShapeError, r"1 names for the 2 classes \[0, 1\]"),
    (lambda: metrics.roc_auc([0.1, 0.2], [1, 1]), DomainError, "class 1 has 2 samples of 2"),
    (lambda: metrics.roc_auc([0.1, 0.2], [0, 0]), DomainError, "class 1 has 0 samples of 2"),
    (lambda: metrics.roc_auc([[0.1, 0.2, 0.7]] * 2, [0, 1]), DomainError, "class 2 has 0 samples of 2"),
    (lambda: metrics.roc_auc([0.1, np.nan], [0, 1]), DomainError, "sample 1 has a score that is not finite"),
    (lambda: metrics.roc_auc([0.1, 0.2], [1, 2]), DomainError, "from 0 to 1"),
    (lambda: metrics.log_loss([0.1, 1.2], [0, 1]), DomainError, "from 0 to 1"),
    (lambda: metrics.log_loss([[2.0, 3.0]], [0]), DomainError, "adding up to 1"),
    (lambda: metrics.log_loss([[0.5, 0.5]], [2]), DomainError, "from 0 to 1, one per column"),
    (lambda: metrics.log_loss([0.5], [0, 1]), ShapeError, "expected scores"),
    (lambda: metrics.top_k_accuracy([[0.1, 0.9]], [1], 3), OperandError, "k=3 must lie from 1"),
    (lambda: metrics.top_k_accuracy([0.1], [1], 1), OperandError, r"whose shape is \(1,\)"),
    (lambda: metrics.predicted_classes(0.5), ShapeError, "expected"),
    (lambda: metrics.mae([1.0], [[1.0]]), ShapeError, r"got \(1,\) and \(1, 1\)"),
    (lambda: metrics.rmse([np.inf], [1.0]), DomainError, "not finite"),
    (lambda: metrics.r2([1.0], [1.0]), ShapeError, "at least two samples"),
]


@pytest.mark.parametrize(("call", "error", "phrase"), ERRORS)
def test_what_has_no_metric_is_refused(call, error, phrase):
    assert issubclass(error, AutogradError)
    with pytest.raises(error, match=phrase):
        call()
