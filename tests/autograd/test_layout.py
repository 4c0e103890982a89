"""Layouts: boxes apart, links from left to right and through no box, little crossing, the same each time."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.layout import Layout, layout
from autograd.layout.columns import columns, crossings
from autograd.layout.placing import isotonic


@st.composite
def graphs(draw: Any) -> tuple[list[tuple[float, float]], list[tuple[int, int]]]:
    """Draw sizes and links of an acyclic graph, in topological order."""
    count = draw(st.integers(1, 25))
    sizes = [(draw(st.sampled_from([30.0, 80.0, 150.0])), draw(st.sampled_from([20.0, 60.0]))) for _ in range(count)]
    links = [(draw(st.integers(0, target - 1)), target)
             for target in range(1, count) for _ in range(draw(st.integers(0, 3)))]
    return sizes, links


def overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] - 1e-6 and b[0] < a[2] - 1e-6 and a[1] < b[3] - 1e-6 and b[1] < a[3] - 1e-6


@settings(max_examples=100, deadline=None)
@given(graphs(), st.booleans())
def test_boxes_are_apart_and_no_line_goes_through_one(graph: Any, downwards: bool) -> None:
    sizes, links = graph
    found = layout(sizes, links, downwards=downwards)
    boxes = [(x, y, x + width, y + height) for (x, y), (width, height) in zip(found.places, sizes)]
    for i, box in enumerate(boxes):
        assert min(box[:2]) >= -1e-6
        assert box[2] <= found.width + 1e-6
        assert box[3] <= found.height + 1e-6
        assert not any(overlap(box, other) for other in boxes[:i])
    along = 1 if downwards else 0
    for (source, target), route in zip(links, found.routes):
        steps = [point[along] for point in route]
        assert steps == sorted(steps)
        assert steps[0] == pytest.approx(boxes[source][2 + along])
        assert steps[-1] == pytest.approx(boxes[target][along])
        for (x, y), (u, v) in zip(route[2:-2:2], route[3:-2:2]):  # straight through the columns between
            assert not any(overlap((x, y - 0.5, u, v + 0.5) if not downwards else (x - 0.5, y, u + 0.5, v), box)
                           for box in boxes)


@settings(max_examples=30, deadline=None)
@given(graphs())
def test_the_same_boxes_and_links_give_the_same_layout(graph: Any) -> None:
    assert layout(*graph) == layout(*graph)


def test_a_chain_is_a_straight_line() -> None:
    found = layout([(50.0, 20.0)] * 6, [(i, i + 1) for i in range(5)])
    assert {y for _, y in found.places} == {0.0}
    assert len({x for x, _ in found.places}) == 6


def test_a_tree_has_no_crossings() -> None:
    found = columns(21, [(i, 14 + i // 2) for i in range(14)] + [(14 + i, 20) for i in range(6)])
    assert crossings(found.order, found.outputs) == 0


def test_links_of_one_source_share_their_lanes() -> None:
    found = columns(6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 4), (0, 5)])
    assert sorted(found.lanes) == [(0, place) for place in range(1, 5)]


def test_inputs_stand_just_before_their_first_use() -> None:
    assert columns(5, [(0, 1), (1, 2), (2, 4), (3, 4)]).column[:5] == [0, 1, 2, 2, 3]


@pytest.mark.parametrize(("wanted", "expected"), [
    ([], []), ([2.0, 1.0], [1.5, 1.5]), ([3.0, 2.0, 1.0], [2.0, 2.0, 2.0]), ([1.0, 2.0], [1.0, 2.0])])
def test_isotonic_numbers_are_the_nearest_that_do_not_decrease(wanted: list[float], expected: list[float]) -> None:
    assert isotonic(wanted, [1.0] * len(wanted)) == expected


def test_nothing_to_place_has_no_size() -> None:
    assert layout([], []) == Layout([], [], 0.0, 0.0)


def test_300_boxes_are_placed_within_a_second() -> None:
    links = [(target - step, target) for target in range(1, 300) for step in (1, 2, 8, 20) if target >= step]
    start = time.process_time()
    layout([(100.0, 60.0)] * 300, links)
    assert time.process_time() - start < 1.0
