"""Batches, splits and folds keep every sample once; what learns from data learns what scikit-learn's does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.errors import AutogradError, DomainError, OperandError, ShapeError
from nn.data import (
    Arrays,
    DataLoader,
    Imputer,
    MinMaxScaler,
    OneHotEncoder,
    Stacked,
    StandardScaler,
    clean,
    cross_validate,
    k_fold,
    one_hot,
    split_rows,
)
from nn.datasets import iris, train_validation_test_split


def generator(seed=0):
    return np.random.default_rng(seed)


# Batches

@given(samples=st.integers(1, 40), size=st.integers(1, 45), shuffle=st.booleans(), seed=st.integers(0, 99))
def test_an_epoch_has_every_sample_once(samples, size, shuffle, seed):
    x = np.arange(samples)
    loader = DataLoader((x, -x), size, shuffle=shuffle, rng=generator(seed))
    batches = list(loader)
    assert len(batches) == len(loader) == -(-samples // size)
    assert all(len(batch) == size for batch, _ in batches[:-1])
    seen = np.concatenate([batch for batch, _ in batches])
    np.testing.assert_array_equal(seen if not shuffle else np.sort(seen), x)
    for batch, beside in batches:
        np.testing.assert_array_equal(batch, -beside)


def test_last_batch_is_dropped_only_if_it_is_not_full():
    assert [batch.tolist() for batch in DataLoader(np.arange(5), 2, drop_last=True)] == [[0, 1], [2, 3]]
    assert len(DataLoader(np.arange(6), 2, drop_last=True)) == 3


def test_epochs_are_shuffled_anew_and_the_seed_decides_all_of_them():
    one, same = (DataLoader(np.arange(50), 50, shuffle=True, rng=generator(3)) for _ in range(2))
    first, second = next(iter(one)), next(iter(one))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal([first, second], [next(iter(same)), next(iter(same))])


def test_state_of_the_generator_brings_an_epoch_back():
    rng = generator()
    loader = DataLoader(np.arange(30), 7, shuffle=True, rng=rng)
    list(loader)
    state = rng.bit_generator.state
    second = np.concatenate(list(loader))
    rng.bit_generator.state = state
    np.testing.assert_array_equal(np.concatenate(list(loader)), second)


def test_data_of_every_kind_come_in_batches():
    flowers = iris()
    pairs = [(row, label) for row, label in zip(flowers.inputs, flowers.targets)]
    kinds = [(flowers.inputs, flowers.targets), flowers, Stacked(pairs), Arrays(flowers.inputs, flowers.targets)]
    loaded = [next(iter(DataLoader(kind, 8, shuffle=True, rng=generator()))) for kind in kinds]
    for inputs, targets in loaded:
        np.testing.assert_array_equal(inputs, loaded[0][0])
        np.testing.assert_array_equal(targets, loaded[0][1])
    assert "150 samples in 19 batches of 8" in repr(DataLoader(flowers, 8))


# Parts

@given(counts=st.lists(st.integers(10, 30), min_size=1, max_size=4), seed=st.integers(0, 99))
def test_three_parts_have_every_row_once_and_labels_in_proportion(counts, seed):
    labels = np.repeat(np.arange(len(counts)), counts)
    parts = split_rows(labels, generator(seed), validation=0.15, test=0.3)
    assert sorted(np.concatenate(parts)) == list(range(len(labels)))
    for rows, fraction in zip(parts[1:], (0.15, 0.3)):
        assert np.abs(np.bincount(labels[rows], minlength=len(counts)) - fraction * np.array(counts)).max() <= 0.5


def test_a_count_is_split_without_regard_to_labels():
    train, test = split_rows(10, generator(), test=0.3)
    assert (len(train), len(test)) == (7, 3)


def test_data_set_is_split_into_three():
    parts = train_validation_test_split(iris(), 0.1, 0.2, generator())
    assert [np.bincount(part.targets).tolist() for part in parts] == [[35] * 3, [5] * 3, [10] * 3]


@given(counts=st.lists(st.integers(5, 20), min_size=1, max_size=4), folds=st.integers(2, 5), seed=st.integers(0, 99))
def test_folds_validate_on_each_row_once_and_differ_by_one_sample_at_most(counts, folds, seed):
    labels = generator(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    pairs = list(k_fold(labels, folds, generator(seed)))
    assert sorted(np.concatenate([validation for _, validation in pairs])) == list(range(len(labels)))
    for train, validation in pairs:
        assert sorted([*train, *validation]) == list(range(len(labels)))
    sizes = [np.bincount(labels[validation], minlength=len(counts)) for _, validation in pairs]
    assert np.ptp(sizes, axis=0).max() <= 1
    assert np.ptp(np.sum(sizes, axis=1)) <= 1


# Cross-validation

def test_scores_are_those_of_scikit_learn_on_the_same_folds():
    neighbors = pytest.importorskip("sklearn.neighbors")
    selection = pytest.importorskip("sklearn.model_selection")
    flowers, values = iris(), [1, 5, 101]
    found = cross_validate(neighbors.KNeighborsClassifier, flowers[:], values, folds=4, rng=generator())
    folds = list(k_fold(flowers.targets, 4, generator()))
    expected = [selection.cross_val_score(neighbors.KNeighborsClassifier(value), *flowers[:], cv=folds)
                for value in values]
    np.testing.assert_array_equal(found.scores, expected)
    assert found.best == values[int(np.mean(expected, axis=1).argmax())]


class Line:
    """Least squares by gradient descent, in 30 steps: too small a rate does not arrive, too large a one diverges."""

    def __init__(self, learning_rate):
        self.learning_rate, self.slope = learning_rate, 0.0

    def fit(self, x, y):
        for _ in range(30):
            self.slope -= self.learning_rate * np.mean(2 * x * (x * self.slope - y))

    def score(self, x, y):
        return -np.mean((x * self.slope - y) ** 2) if abs(self.slope) < 1e6 else np.nan


def test_a_learning_rate_is_chosen_and_one_that_diverges_never_wins():
    x = np.linspace(-3, 3, 40)
    found = cross_validate(Line, (x, 2 * x), [10.0, 0.1, 0.001], rng=generator())
    assert found.best == 0.1
    assert np.isnan(found.means[0])
    assert [line.split()[0] for line in str(found).splitlines()] == ["value", "10.0", "0.1", "0.001"]
    with pytest.raises(DomainError, match=r"none of the values \[10.0\]"):
        _ = cross_validate(Line, (x, 2 * x), [10.0], rng=generator()).best


# Scaling

SCALERS = {
    "StandardScaler": (StandardScaler, {}, {}),
    "MinMaxScaler": (MinMaxScaler, {}, {}),
    "MinMaxScaler to a range": (MinMaxScaler, {"low": -1.0, "high": 3.0}, {"feature_range": (-1.0, 3.0)}),
}


@pytest.mark.parametrize("name", SCALERS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_scalers_learn_from_the_training_part_what_scikit_learns_do(name, dtype):
    ours, options, theirs = SCALERS[name]
    reference = getattr(pytest.importorskip("sklearn.preprocessing"), ours.__name__)(**theirs)
    x = (generator().standard_normal((40, 3)) * [1.0, 10.0, 100.0] + [0.0, 5.0, -50.0]).astype(dtype)
    x[:, 1] = 7
    train, test = x[:30], x[30:]
    scaler = ours(**options).fit(train)
    reference.fit(train)
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-13}
    for part in (train, test):
        np.testing.assert_allclose(scaler.transform(part), reference.transform(part), **tolerance)
        np.testing.assert_allclose(scaler.inverse(scaler.transform(part)), part, **tolerance)
    assert scaler.transform(test).dtype == (np.float32 if dtype == np.float32 else np.float64)
    np.testing.assert_array_equal(ours(**options).fit_transform(train), scaler.transform(train))


@pytest.mark.parametrize("name", SCALERS)
def test_a_feature_that_does_not_vary_is_only_shifted(name):
    scaler = SCALERS[name][0]()
    x = np.full((7, 1), 0.1)
    np.testing.assert_allclose(scaler.fit_transform(x), 0.0, atol=1e-16)
    assert scaler.transform([[1.1]])[0, 0] == pytest.approx(1.0)


def test_scalers_stand_in_a_pipeline_of_scikit_learn():
    pipeline = pytest.importorskip("sklearn.pipeline")
    neighbors = pytest.importorskip("sklearn.neighbors")
    model = pipeline.make_pipeline(StandardScaler(), neighbors.KNeighborsClassifier()).fit(*iris()[:])
    assert model.score(*iris()[:]) > 0.9


# Cleaning

def gappy():
    x = generator().integers(0, 4, (30, 3)).astype(float)
    x[generator(1).random(x.shape) < 0.2] = np.nan
    return x


@pytest.mark.parametrize("strategy", ["mean", "median", "most_frequent"])
def test_missing_values_are_filled_as_scikit_learn_does(strategy):
    reference = pytest.importorskip("sklearn.impute").SimpleImputer(strategy=strategy)
    train, test = gappy()[:20], gappy()[20:]
    imputer = Imputer(strategy).fit(train)
    np.testing.assert_allclose(imputer.transform(test), reference.fit(train).transform(test), rtol=1e-14)
    np.testing.assert_allclose(Imputer(strategy).fit_transform(train), reference.transform(train), rtol=1e-14)


def test_report_counts_all_that_is_dropped():
    x = np.array([[1.0, 2.0], [np.nan, 2.0], [1.0, 2.0], [0.0, 5.0], [-0.0, 5.0], [-np.nan, 2.0], [1.0, 2.0]])
    rows, report = clean(x, [0, 1, 0, 1, 1, 1, 1])
    assert rows.tolist() == [0, 3, 6]
    assert (report.samples, report.kept, report.missing, report.incomplete) == (7, 3, {0: 2}, (1, 5))
    assert (report.duplicates, report.conflicts) == (((2, 0), (4, 3), (5, 1)), ((6, 0),))
    assert "rows that repeat an earlier one: 3 (2 repeats 0, 4 repeats 3, 5 repeats 1)" in str(report)


@pytest.mark.parametrize(("options", "kept"), [
    ({}, [0]), ({"drop_missing": False}, [0, 1]), ({"drop_duplicates": False}, [0, 2]),
    ({"drop_missing": False, "drop_duplicates": False}, [0, 1, 2]),
])
def test_what_is_kept_is_for_the_caller_to_say(options, kept):
    rows, report = clean([[1.0], [np.nan], [1.0]], **options)
    assert rows.tolist() == kept
    assert (report.kept, report.incomplete, report.duplicates) == (len(kept), (1,), ((2, 0),))


def test_cleaning_leaves_the_data_as_they_are():
    x = gappy()
    clean(x)
    np.testing.assert_array_equal(x, gappy())


# One-hot

@given(st.lists(st.integers(0, 5), min_size=1))
def test_one_hot_has_a_one_at_the_class(targets):
    encoded = one_hot(targets, 6)
    np.testing.assert_array_equal(encoded.argmax(axis=-1), targets)
    np.testing.assert_array_equal(encoded.sum(axis=-1), 1.0)
    assert one_hot([targets]).shape == (1, len(targets), max(targets) + 1)


@pytest.mark.parametrize("columns", [
    [["red", "S"], ["blue", "M"], ["red", "L"]], [[3], [1], [2], [1]], [[0.5, 1.0], [0.25, 1.0]],
])
def test_categories_are_encoded_and_decoded_as_scikit_learn_does(columns):
    x = np.array(columns)
    reference = pytest.importorskip("sklearn.preprocessing").OneHotEncoder(sparse_output=False).fit(x)
    encoder = OneHotEncoder()
    encoded = encoder.fit_transform(x)
    np.testing.assert_array_equal(encoded, reference.transform(x))
    np.testing.assert_array_equal(encoder.inverse(encoded), x)
    for ours, theirs in zip(encoder.categories_, reference.categories_, strict=True):
        np.testing.assert_array_equal(ours, theirs)


ERRORS = [
    (lambda: DataLoader(np.arange(3), 0), OperandError, "batch_size=0"),
    (lambda: DataLoader(np.arange(3), 2.0), OperandError, "batch_size=2.0"),
    (lambda: DataLoader(np.arange(3), True), OperandError, "batch_size=True"),
    (lambda: DataLoader(np.arange(3), 2, shuffle=True), OperandError, r"rng=np\.random\.default_rng"),
    (lambda: DataLoader(np.arange(3), 4, drop_last=True), ShapeError, "3 samples make no batch of batch_size=4"),
    (lambda: DataLoader(np.zeros((0, 2)), 4), ShapeError, "0 samples"),
    (lambda: DataLoader((np.zeros(2), np.zeros(3))), ShapeError, r"got shapes \[\(2,\), \(3,\)\]"),
    (lambda: DataLoader([1.0, 2.0]), ShapeError, "goes into Stacked"),
    (lambda: DataLoader(()), ShapeError, r"got shapes \[\]"),
    (lambda: split_rows([0, 1], generator(), test=1.5), DomainError, "test=1.5 must lie"),
    (lambda: split_rows([0] * 9 + [1], generator(), test=0.5), DomainError, "takes 0 of the 1 samples of 1"),
    (lambda: split_rows(10, generator(), validation=0.5, test=0.5), DomainError, "of which 5 are left"),
    (lambda: split_rows([[0]], generator(), test=0.5), ShapeError, r"got shape \(1, 1\)"),
    (lambda: k_fold([0, 0, 0, 1], 2, generator()), DomainError, "between 2 and 1, the samples of 1"),
    (lambda: k_fold(4, 1, generator()), DomainError, "folds=1"),
    (lambda: cross_validate(Line, (np.zeros(4), np.zeros(4)), [], rng=generator()), ShapeError, "values is empty"),
    (lambda: StandardScaler().transform([[1.0]]), OperandError, r"StandardScaler\.transform: call fit"),
    (lambda: StandardScaler().fit([1.0, 2.0]), ShapeError, r"got \(2,\); one feature is x\.reshape\(-1, 1\)"),
    (lambda: StandardScaler().fit([[1.0]]).inverse([[1.0, 2.0]]), ShapeError, "fitted on 1 features, got 2"),
    (lambda: MinMaxScaler().fit([[1.0], [np.nan]]), DomainError, "row 1, column 0 is nan.*Imputer"),
    (lambda: MinMaxScaler().fit([["a"]]), OperandError, "expected numbers"),
    (lambda: MinMaxScaler(1.0, 1.0), OperandError, "low=1.0 must be less"),
    (lambda: Imputer("mode"), OperandError, "known are mean, median, most_frequent"),
    (lambda: Imputer().fit([[np.nan, 1.0]]), DomainError, "column 0 has no value at all"),
    (lambda: Imputer().transform([[1.0]]), OperandError, "call fit"),
    (lambda: Imputer().fit([[np.inf]]), DomainError, "is inf"),
    (lambda: clean([[1.0]], [1, 2]), ShapeError, r"\(1, 1\), \(2,\)"),
    (lambda: one_hot([-1]), OperandError, "class numbers from 0"),
    (lambda: one_hot([0.0]), OperandError, "got float64"),
    (lambda: one_hot([3], 3), DomainError, "target 3 is not among 3"),
    (lambda: OneHotEncoder().fit([["a"]]).transform([["b"]]), DomainError, "column 0 has 'b'"),
    (lambda: OneHotEncoder().fit([["a"]]).transform([["a", "a"]]), ShapeError, "fitted on 1 columns, got 2"),
    (lambda: OneHotEncoder().fit(["a"]), ShapeError, r"got \(1,\)"),
    (lambda: OneHotEncoder().fit([["a"]]).inverse([[1, 0]]), ShapeError, r"expected shape \(samples, 1\)"),
]


@pytest.mark.parametrize(("call", "error", "phrase"), ERRORS)
def test_what_cannot_be_done_is_refused_with_what_to_do(call, error, phrase):
    assert issubclass(error, AutogradError)
    with pytest.raises(error, match=phrase):
        call()
