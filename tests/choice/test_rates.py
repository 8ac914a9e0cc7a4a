"""Rates of exchange."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from choice.made import fronts, of_values
from koopopt.choice import Rate, rates
from koopopt.errors import UsageError
from koopopt.pareto.front import Front

FRONT = of_values((1000, 100), (2200, 40), (3000, 20))


def test_two_criteria_look_at_the_next_points() -> None:
    back, on = rates(FRONT, 1)
    assert back == Rate(1, 0, "cost", "travel", 1200, 60)
    assert back.rate == pytest.approx(0.05)
    assert on == Rate(1, 2, "travel", "cost", 20, 800)
    assert on.rate == 40  # an hour less costs 40
    assert [r.to for r in rates(FRONT, 0)] == [1]
    assert [r.to for r in rates(FRONT, 2)] == [1]
    assert rates(of_values((1, 1)), 0) == ()


def test_three_criteria_look_for_the_cheapest_purchase() -> None:
    front = of_values((0, 10, 5), (4, 8, 5), (6, 6, 4), (9, 10, 1))
    found = {(r.gained, r.paid): (r.to, r.rate) for r in rates(front, 0)}
    # Travel can be had at 1: 4/2; at 2: 6/4 (bodies get better too).
    assert found == {
        ("travel", "cost"): (2, 1.5),
        ("bodies", "cost"): (3, 9 / 4),
    }
    # From 2 back to 0 travel and bodies both get worse: cost cannot be bought with one alone.
    assert all(r.to != 0 for r in rates(front, 2))


@given(fronts(), st.data())
def test_a_purchase_is_what_it_says(front: Front, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(front) - 1))
    here = dict(zip(front.criteria, front[index].values, strict=True))
    for rate in rates(front, index):
        there = dict(zip(front.criteria, front[rate.to].values, strict=True))
        assert here[rate.gained] - there[rate.gained] == pytest.approx(rate.gain)
        assert there[rate.paid] - here[rate.paid] == pytest.approx(rate.price)
        assert min(rate.gain, rate.price) > 0
        for name in set(front.criteria) - {rate.paid}:
            assert there[name] <= here[name]
        if len(front.criteria) > 2:
            for point in front:
                other = dict(zip(front.criteria, point.values, strict=True))
                worse = {n for n in front.criteria if other[n] > here[n]}
                if worse == {rate.paid} and other[rate.gained] < here[rate.gained]:
                    asked = (other[rate.paid] - here[rate.paid]) / (
                        here[rate.gained] - other[rate.gained]
                    )
                    assert asked >= rate.rate - 1e-9


def test_no_such_point() -> None:
    with pytest.raises(UsageError, match="no plan 9"):
        rates(FRONT, 8)
