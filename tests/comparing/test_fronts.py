"""What differs in two fronts, and indicators that can be computed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from koopopt.comparing import fronts
from koopopt.comparing.runs import Question
from koopopt.errors import UsageError


def front(*points: tuple[float, ...], **changes: Any) -> fronts.FrontOf:
    k = len(points[0]) if points else 2
    values: dict[str, Any] = {
        "question": Question(fingerprint="x"), "criteria": tuple("abc"[:k]),
        "resolution": (0.01,) * k, "values": np.array(points, float).reshape(-1, k),
        "complete": True, "verified": True,
    }  # fmt: skip
    return fronts.FrontOf(**{**values, **changes})


def test_a_front_equals_itself() -> None:
    a = front((0, 10), (5, 5), (10, 0))
    found = fronts.compare(a, a)
    assert fronts.are_equal(found)
    assert (found.common, found.only_a, found.only_b) == (3, (), ())
    assert (found.a.epsilon, found.a.coverage) == (0, 1)
    assert found.attainment.only_a == found.attainment.only_b == 0
    assert found.attainment.both == pytest.approx(found.a.hypervolume)


def test_points_that_one_front_has_are_told_with_whether_the_other_beats_them() -> None:
    found = fronts.compare(front((0, 10), (6, 6), (10, 0)), front((0, 10), (5, 5), (10, 0)))
    (mine,), (other,) = found.only_a, found.only_b
    assert (mine.number, mine.values, mine.dominated) == (2, (6, 6), True)
    assert (other.number, other.values, other.dominated) == (2, (5, 5), False)
    assert found.common == 2


def test_indicators_by_hand() -> None:
    found = fronts.compare(front((0, 10), (6, 6), (10, 0)), front((0, 10), (5, 5), (10, 0)))
    # Boxes up to 1.1: 1.1 x 0.1 and 0.1 x 1 at the ends, and the one of the point between.
    ends = 1.1 * 0.1 + 0.1 * 1.0
    assert found.a.hypervolume == pytest.approx((ends + 0.4 * 0.4 + 0.1 * 0.4 * 0) / 1.21)
    assert found.b.hypervolume == pytest.approx((ends + 0.5 * 0.5) / 1.21)
    assert found.a.epsilon == pytest.approx(0.1)
    assert found.b.epsilon == 0
    assert found.a.coverage == pytest.approx(2 / 3)
    assert found.b.coverage == 1
    assert found.a.spacing == pytest.approx(0)  # 0.4 + 0.6 from end to middle, both times
    assert found.attainment.only_a == pytest.approx(0)
    assert found.attainment.only_b == pytest.approx((0.25 - 0.16) / 1.21)


def test_criteria_are_brought_into_one_order() -> None:
    a, b = front((0, 10), (10, 1)), front((10, 0), (1, 10), criteria=("b", "a"))
    assert fronts.are_equal(fronts.compare(a, b))


def test_points_are_equal_up_to_the_finer_resolution() -> None:
    assert fronts.compare(front((1, 2)), front((1.001, 2))).common == 1
    assert fronts.compare(front((1, 2)), front((1.01, 2))).common == 0


def test_criteria_have_to_be_the_same() -> None:
    with pytest.raises(UsageError, match="a, b, those of B a, b, c"):
        fronts.compare(front((1, 2)), front((1, 2, 3)))


def test_a_front_without_points_dominates_nothing() -> None:
    found = fronts.compare(front(), front((1, 2), (2, 1)))
    assert (found.a.hypervolume, found.a.epsilon, found.a.spacing) == (0, None, None)
    assert (found.a.coverage, found.b.coverage) == (0, None)
    assert found.attainment.only_b == pytest.approx(found.b.hypervolume)


def test_single_equal_points_have_no_range() -> None:
    found = fronts.compare(front((1, 2)), front((1, 2)))
    assert (found.a.hypervolume, found.a.epsilon, found.a.coverage) == (1, 0, 1)


def test_an_incomplete_front_with_the_same_points_is_another() -> None:
    found = fronts.compare(front((1, 2)), front((1, 2), complete=False))
    assert not fronts.are_equal(found)
