"""The shipped data sets are what their sources say; a split keeps every sample once and the classes in proportion."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn.datasets
from nn.datasets import Dataset, digits, iris, train_test_split

FOLDER = Path(nn.datasets.__file__).parent
SHAPES = {iris: (150, 4, 3), digits: (1797, 64, 10)}


@pytest.mark.parametrize("load", SHAPES)
def test_shapes_dtypes_and_names_agree(load: Callable[[], Dataset]) -> None:
    dataset = load()
    samples, features, classes = SHAPES[load]
    assert (dataset.inputs.shape, dataset.inputs.dtype) == ((samples, features), np.float64)
    assert (dataset.targets.shape, dataset.targets.dtype) == ((samples,), np.int64)
    assert len(set(dataset.feature_names)) == features
    assert len(set(dataset.target_names)) == classes
    assert len(dataset) == samples
    assert set(dataset.targets.tolist()) == set(range(classes))


def test_files_have_the_checksums_that_sources_states() -> None:
    stated = re.findall(r"^## `(data/\S+)`$.*?SHA-256 `([0-9a-f]{64})`", (FOLDER / "SOURCES.md").read_text("utf-8"),
                        flags=re.MULTILINE | re.DOTALL)
    files = [path for path in sorted((FOLDER / "data").iterdir()) if path.is_file()]
    actual = {f"data/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert dict(stated) == actual


def test_iris_has_fifty_flowers_of_each_species() -> None:
    assert iris().target_names == ("setosa", "versicolor", "virginica")
    assert np.bincount(iris().targets).tolist() == [50, 50, 50]


def test_iris_rows_that_uci_has_wrong_are_as_fisher_printed_them() -> None:
    assert iris().inputs[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert iris().inputs[37].tolist() == [4.9, 3.6, 1.4, 0.1]


def test_digits_are_whole_numbers_up_to_sixteen_in_the_known_class_counts() -> None:
    images = digits()
    assert np.bincount(images.targets).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert images.target_names == tuple("0123456789")
    assert set(np.unique(images.inputs)) == set(range(17))


def test_each_call_returns_arrays_of_its_own() -> None:
    iris().inputs[0] = 0.0
    assert iris().inputs[0].tolist() == [5.1, 3.5, 1.4, 0.2]


@pytest.mark.parametrize("load", SHAPES)
def test_data_equal_those_of_scikit_learn(load: Callable[[], Dataset]) -> None:
    reference = getattr(pytest.importorskip("sklearn.datasets"), f"load_{load.__name__}")()
    dataset = load()
    np.testing.assert_array_equal(dataset.inputs, reference.data)
    np.testing.assert_array_equal(dataset.targets, reference.target)
    assert dataset.target_names == tuple(map(str, reference.target_names))


@given(fraction=st.floats(0.02, 0.98), seed=st.integers(0, 2**32))
def test_split_keeps_every_sample_once_and_the_classes_in_proportion(fraction: float, seed: int) -> None:
    counts = np.array([60, 40, 25])
    targets = np.repeat([0, 1, 2], counts)
    numbers = np.arange(len(targets), dtype=np.float64)[:, None]
    dataset = Dataset(numbers, targets, ("number",), ("a", "b", "c"))
    try:
        train, test = train_test_split(dataset, fraction, np.random.default_rng(seed))
    except ValueError:
        assert round(fraction * 25) in (0, 25)
        return
    assert sorted([*train.inputs[:, 0], *test.inputs[:, 0]]) == list(range(len(targets)))
    for part in (train, test):
        np.testing.assert_array_equal(targets[part.inputs[:, 0].astype(int)], part.targets)
    assert np.abs(np.bincount(test.targets) - fraction * counts).max() <= 0.5


def test_split_is_decided_by_the_generator_alone() -> None:
    one, same, other = (train_test_split(iris(), 0.2, np.random.default_rng(seed))[1].inputs for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_both_parts_of_a_split_are_shuffled() -> None:
    for part in train_test_split(iris(), 0.2, np.random.default_rng(0)):
        assert not np.array_equal(part.targets, np.sort(part.targets))


@pytest.mark.parametrize("fraction", [0.0, 1.0, 0.001, -0.5, 20, float("nan")])
def test_split_that_leaves_a_class_out_of_one_part_is_refused(fraction: float) -> None:
    with pytest.raises(ValueError, match=r"test_fraction=\S+ "):
        train_test_split(iris(), fraction, np.random.default_rng(0))
