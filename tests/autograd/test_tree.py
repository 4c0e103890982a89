"""Trees: taken apart and put together again, matched by key, with differences named by path."""

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.errors import OperandError, ShapeError
from autograd.tree import flatten, leaves_like, paths, tree_map, unflatten


class Point(NamedTuple):
    x: Any
    y: Any


@dataclass(frozen=True)
class Layer:
    w: Any
    b: Any = None


@dataclass
class Circle:
    radius: Any
    area: Any = field(init=False)

    def __post_init__(self) -> None:
        self.area = 3 * self.radius * self.radius


def branches(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(children, max_size=3), st.lists(children, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=3), children, max_size=3), st.builds(Point, children, children),
        st.builds(Layer, children, children), st.just(None))


TREES = st.recursive(st.floats(allow_nan=False) | st.text(max_size=2), branches, max_leaves=12)


@given(TREES)
def test_what_is_flattened_is_rebuilt_alike(tree: Any) -> None:
    leaves, structure = flatten(tree)
    rebuilt = unflatten(structure, leaves)
    assert rebuilt == tree
    assert type(rebuilt) is type(tree)


@given(TREES)
def test_there_is_one_distinct_path_per_leaf(tree: Any) -> None:
    leaves, structure = flatten(tree)
    assert len(set(paths(structure, "t"))) == len(leaves) == structure.size


@given(TREES)
def test_a_path_is_python_that_reaches_the_leaf(tree: Any) -> None:
    leaves, structure = flatten(tree)
    assert [eval(path, {"t": tree}) for path in paths(structure, "t")] == leaves


@given(TREES)
def test_a_tree_matches_its_own_structure(tree: Any) -> None:
    leaves, structure = flatten(tree)
    assert leaves_like(structure, tree) == leaves


def test_arrays_and_strings_are_leaves() -> None:
    array = np.zeros((2, 3))
    leaves, _ = flatten([array, "text"])
    assert leaves[0] is array
    assert leaves[1] == "text"


def test_none_is_a_container_without_leaves() -> None:
    assert flatten({"w": 1.0, "b": None})[0] == [1.0]
    assert tree_map(lambda x: x + 1, Layer(1.0)) == Layer(2.0, None)


def test_dicts_keep_their_order_and_match_by_key() -> None:
    first, second = {"b": 1, "a": 2}, {"a": 20, "b": 10}
    total = tree_map(lambda x, y: x + y, first, second)
    assert total == {"b": 11, "a": 22}
    assert list(total) == ["b", "a"]


def test_other_dicts_keep_their_type() -> None:
    counts = tree_map(lambda x: 2 * x, defaultdict(int, a=1))
    assert isinstance(counts, defaultdict)
    assert counts["missing"] == 0
    assert counts["a"] == 2
    assert isinstance(tree_map(lambda x: x, OrderedDict(a=1)), OrderedDict)


def test_a_dataclass_derives_its_derived_fields_again() -> None:
    assert flatten(Circle(2.0))[0] == [2.0]
    assert tree_map(lambda r: r + 1, Circle(2.0)).area == 27.0


def test_a_class_is_a_leaf_though_it_is_a_dataclass() -> None:
    assert flatten([Layer])[0] == [Layer]


DIFFERENT = {
    "length": ([1, 2], [1], r"tree 1: expected a list of 2, got a list of 1"),
    "sort": ({"w": [1]}, {"w": (1,)}, r"tree 1\['w'\]: expected a list of 1, got a tuple of 1"),
    "key": ({"w": 1}, {"v": 1}, r"tree 1: expected a dict of 'w', got a dict of 'v'"),
    "leaf": ([0, {"w": 1}], [0, {"w": [1, 2]}], r"tree 1\[1\]\['w'\]: expected a leaf .*, got a list of 2"),
    "container": ([[1]], [1.0], r"tree 1\[0\]: expected a list of 1, got a float"),
    "none": ([None], [1.0], r"tree 1\[0\]: expected None, got a float"),
    "field": (Layer((1, 2)), Layer((1,)), r"tree 1\.w: expected a tuple of 2, got a tuple of 1"),
    "named tuple": (Point(1, 2), (1, 2), r"tree 1: expected a Point of 'x', 'y', got a tuple of 2"),
    "empty": ({"a": 1}, {}, r"tree 1: expected a dict of 'a', got a dict of nothing"),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_a_difference_is_named_by_its_path(case: str) -> None:
    first, second, message = DIFFERENT[case]
    with pytest.raises(ShapeError, match=message):
        tree_map(lambda x, y: x, first, second)


def test_a_wrong_number_of_leaves_is_an_error() -> None:
    with pytest.raises(ShapeError, match="has 2 leaves, got 3"):
        unflatten(flatten([0, 0])[1], [1, 2, 3])


def test_a_map_over_nothing_is_an_error() -> None:
    with pytest.raises(OperandError, match="needs a tree"):
        tree_map(abs)
