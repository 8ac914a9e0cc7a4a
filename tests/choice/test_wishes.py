"""Wishes and goals: by hand, and properties on random fronts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from choice.made import FRONT, fronts, of_values
from koopopt.choice import (
    closest,
    goals,
)
from koopopt.pareto.front import Front


def test_wishes_out_of_reach_and_modest_ones() -> None:
    choice = closest(FRONT, {"cost": 20, "travel": 20})
    assert choice.index == 2  # misses 0.8, 0.2, 0.1, 0.8 of the range
    assert choice.figures["cost"] == {
        "aspiration": 20, "missed": 10, "share": pytest.approx(0.1),
    }  # fmt: skip
    assert choice.figures["travel"]["missed"] == 0
    assert "Not all wishes" in choice.text.render()
    assert "10 %" in choice.text.render()
    modest = closest(FRONT, {"cost": 60, "travel": 60})
    assert modest.index == 2  # exceeds by 30 and 40, the point before by 50 and 20
    assert modest.figures["cost"]["missed"] == -30
    assert "Every wish is met" in modest.text.render()
    assert "30 %" in modest.text.render()
    assert closest(FRONT, {"travel": 0}).index == 3


def test_a_criterion_without_a_wish_decides_among_ties() -> None:
    front = of_values((0, 5, 9), (1, 5, 0), (9, 0, 5))
    assert closest(front, {"travel": 5}).index == 2
    assert closest(front, {"cost": 0, "travel": 5}, limits={"travel": 5}).index == 0
    assert closest(front, {"bodies": 0}, limits={"cost": 5}).index == 1


@given(fronts(), st.data())
def test_a_point_wished_for_is_found(front: Front, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, len(front) - 1))
    choice = closest(front, dict(zip(front.criteria, front[k].values, strict=True)))
    assert choice.index == k  # points are nondominated: every other one misses somewhere
    assert all(f["missed"] == 0 for f in choice.figures.values())


def test_goals_of_three_kinds() -> None:
    wanted = {"cost": 10.0, "travel": 20.0}  # misses (0, 80), (0, 20), (20, 0), (90, 0)
    assert goals(FRONT, wanted).index == 1  # equal sums; shares 0.5 and 0.5: the first
    assert goals(FRONT, wanted, weights={"travel": 2.0}).index == 2
    assert goals(FRONT, wanted, kind="largest", weights={"cost": 0.5}).index == 2
    assert goals(FRONT, wanted, kind="order").index == 1
    assert goals(FRONT, {"travel": 20.0, "cost": 10.0}, kind="order").index == 2
    choice = goals(FRONT, wanted, kind="order")
    assert choice.figures["travel"] == {"goal": 20, "missed": 20, "share": pytest.approx(0.2)}
    assert "1 of 2 goals" in choice.text.render()


def test_goals_that_are_met_leave_the_choice_to_the_shares() -> None:
    choice = goals(FRONT, {"cost": 50.0, "travel": 50.0})
    assert choice.index == 1
    assert choice.score == 0
    assert "2 of 2 goals" in choice.text.render()


@given(fronts(), st.data())
def test_goals_are_worth_nothing_beyond_themselves(front: Front, data: st.DataObject) -> None:
    wanted = {n: float(data.draw(st.integers(0, 100))) for n in front.criteria}
    kind = data.draw(st.sampled_from(["sum", "largest", "order"]))
    beyond = np.maximum(0, front.values - list(wanted.values()))
    choice = goals(front, wanted, kind=kind)
    mine = beyond[choice.index]
    # No other point is closer to one goal and no farther from any.
    assert not ((beyond <= mine).all(axis=1) & (beyond < mine).any(axis=1)).any()
    assert [f["missed"] for f in choice.figures.values()] == mine.tolist()
