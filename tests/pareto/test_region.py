"""The search region against the space itself, cell by cell."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopopt.pareto.grid import NO_BOUND, Grid
from koopopt.pareto.oracle import Answer, Found, Kind, Point
from koopopt.pareto.region import Region
from koopopt.pareto.state import SearchState, SearchTask

SIDE = {2: 8, 3: 6, 4: 4, 5: 3}
"""Cells of a small grid along each criterion."""


def space(k):
    return np.array(list(itertools.product(range(SIDE[k]), repeat=k)))


def cells(k):
    return st.tuples(*[st.integers(0, SIDE[k] - 1)] * k)


some = st.sampled_from(sorted(SIDE)).flatmap(
    lambda k: st.tuples(st.just(k), st.lists(cells(k), max_size=14))
)


def region_of(k, points):
    region = Region(k)
    for point in points:
        region.update(point)
    return region


def uppers(region):
    return {upper for _, upper in region.items()}


@settings(max_examples=300, deadline=None)
@given(some)
def test_the_boxes_are_what_no_point_dominates(case):
    k, points = case
    region, everywhere = region_of(k, points), space(k)
    inside = np.zeros(len(everywhere), bool)
    for _, upper in region.items():
        inside |= (everywhere < upper).all(axis=1)
    free = np.ones(len(everywhere), bool)
    for point in points:
        free &= ~(everywhere >= point).all(axis=1)
    assert (inside == free).all()


@settings(max_examples=300, deadline=None)
@given(some)
def test_no_box_is_part_of_another(case):
    boxes = [np.array(upper) for _, upper in region_of(*case).items()]
    for a, b in itertools.permutations(boxes, 2):
        assert not (a <= b).all()


@settings(max_examples=200, deadline=None)
@given(some, st.randoms(use_true_random=False))
def test_the_order_of_points_does_not_matter(case, rng):
    k, points = case
    other = list(points)
    rng.shuffle(other)
    assert uppers(region_of(k, points)) == uppers(region_of(k, other))
    assert uppers(region_of(k, points)) == uppers(region_of(k, points + points))


@settings(max_examples=100, deadline=None)
@given(some)
def test_what_an_update_says_is_what_it_did(case):
    k, points = case
    region = Region(k)
    seen = set(region)
    for point in points:
        before = dict(region.items())
        gone, new = region.update(point)
        after = dict(region.items())
        assert set(before) - set(after) == set(gone)
        assert set(after) - set(before) == set(new)
        assert not seen & set(new)  # a number is given once
        seen |= set(new)
        assert set(gone) == {n for n, u in before.items() if (np.array(u) > point).all()}
        assert len(region) == len(after)
        assert all(number in region and region[number] == after[number] for number in after)
        assert not any(number in region for number in gone)


@settings(max_examples=100, deadline=None)
@given(some, st.data())
def test_closed_boxes_stay_away(case, data):
    """What is left is still the space that no point dominates, less what was closed."""
    k, points = case
    region, everywhere = Region(k), space(k)
    closed = np.zeros(len(everywhere), bool)
    free = np.ones(len(everywhere), bool)
    for point in points:
        region.update(point)
        free &= ~(everywhere >= point).all(axis=1)
        for number, upper in list(region.items()):
            if data.draw(st.integers(0, 4)) == 0:
                region.close(number)
                assert number not in region
                closed |= (everywhere < upper).all(axis=1)
        inside = np.zeros(len(everywhere), bool)
        for _, upper in region.items():
            inside |= (everywhere < upper).all(axis=1)
        assert (inside >= (free & ~closed)).all()  # nothing else is lost,
        assert (inside <= free).all()  # and nothing that is dominated comes back


def test_it_begins_with_everything_and_ends_with_nothing():
    region = Region(2)
    assert list(region.items()) == [(0, (NO_BOUND, NO_BOUND))]
    region.close(0)
    assert len(region) == 0
    assert region.update((3, 3)) == ([], [])


def test_two_criteria_by_hand():
    region = region_of(2, [(2, 5), (4, 1)])
    assert uppers(region) == {(2, NO_BOUND), (4, 5), (NO_BOUND, 1)}
    region.update((3, 3))
    assert uppers(region) == {(2, NO_BOUND), (3, 5), (4, 3), (NO_BOUND, 1)}
    region.update((0, 0))  # dominates them all
    assert uppers(region) == {(0, NO_BOUND), (NO_BOUND, 0)}


@pytest.mark.parametrize("k", [2, 3])
def test_many_points(k):
    """More boxes than the table begins with; negative and large cells."""
    rng = np.random.default_rng(k)
    points = rng.integers(-(10**15), 10**15, (400, k))
    points[:, 0] = -points[:, 1:].sum(axis=1) + rng.integers(-(10**12), 10**12, 400)
    region = region_of(k, list(map(tuple, points.tolist())))
    assert len(region) > 64
    boxes = np.array(sorted(uppers(region)))
    assert not (boxes[:, None] > points[None]).all(axis=2).any()  # no point is left inside
    for k_ in range(k):  # every finite side is that of a point which touches the box
        finite = boxes[boxes[:, k_] < NO_BOUND]
        touching = points[None, :, k_] == finite[:, None, k_]
        others = np.arange(k) != k_
        beside = (points[None][:, :, others] < finite[:, None][:, :, others]).all(axis=2)
        assert (touching & beside).any(axis=1).all()


@pytest.mark.parametrize("found", [Found.EMPTY, Found.POINT])
def test_only_a_question_for_an_ideal_says_something_of_everything(found):
    """A single weight is no sign of one: what holds in a box need not hold beyond it."""
    plain = Grid((Fraction(1),) * 2, (1, 1), (True, True))
    bound = None if found is Found.EMPTY else 7
    point = None if found is Found.EMPTY else Point((7.0, 2.0), (1.0,))
    answer = Answer(found, point, bound, "highs", 0.0)
    state = SearchState(plain)
    state.take(SearchTask((NO_BOUND, 3), (1, 0), None), answer)
    assert not state.infeasible
    assert np.isinf(state.ideal).all()
    state = SearchState(plain)
    state.take(SearchTask(state.everything, (1, 0), None, Kind.IDEAL), answer)
    assert state.infeasible is (found is Found.EMPTY)
    assert state.ideal[0] == (-np.inf if bound is None else bound)
