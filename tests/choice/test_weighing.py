"""Weighted sums and orders: by hand, and properties on random fronts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny
from choice.made import FRONT, fronts, of_problem, of_values
from koopopt.choice import (
    in_order,
    weighted,
)
from koopopt.evaluation import evaluate
from koopopt.pareto.front import Front
from koopopt.problem import Problem


def test_the_weighted_sum_and_how_far_its_weights_reach() -> None:
    choice = weighted(FRONT, {"cost": 1, "travel": 1})
    assert choice.index == 1  # 100, 50, 50, 100: the first of equal ones
    assert choice.scores == (100, 50, 50, 100)
    assert choice.ranking == (1, 2, 0, 3)
    # 10 + 40 w ≤ 100 w from w = 1/6, ≤ 30 + 20 w up to w = 1
    assert choice.figures["travel"] == {
        "weight": 1, "lowest": pytest.approx(1 / 6), "highest": pytest.approx(1),
    }  # fmt: skip
    only_cost = weighted(FRONT, {"cost": 2})
    assert only_cost.index == 0
    assert only_cost.figures["cost"]["highest"] == np.inf


def test_weights_that_are_not_named_are_those_of_the_problem() -> None:
    weighing = Problem.of(tiny.instance(), weights={"bodies": 1e6})
    front = of_problem(weighing)
    assert len(front) > 1
    choice = weighted(front, {"cost": 2.0})
    again = Problem.of(tiny.instance(), weights={"cost": 2.0, "bodies": 1e6})
    plans = [evaluate(again, plan) for plan in front.plans]
    assert list(choice.scores) == pytest.approx([plan.objective for plan in plans])
    assert plans[choice.index].criteria["bodies"] == 0  # though the front is not of bodies
    assert choice.figures["cost"]["weight"] == 2.0
    low, high = (choice.figures["cost"][end] for end in ("lowest", "highest"))
    for weight, stays in ((low + 0.01, True), (high - 0.01, True), (high + 0.01, False)):
        if np.isfinite(weight):
            assert (weighted(front, {"cost": weight}).index == choice.index) is stays


@given(fronts(), st.data())
def test_within_its_reach_a_weight_changes_nothing(front: Front, data: st.DataObject) -> None:
    weight = {n: data.draw(st.integers(1, 50)) for n in front.criteria}
    choice = weighted(front, weight)
    assert choice.score == pytest.approx((front.values @ list(weight.values())).min())
    name = data.draw(st.sampled_from(front.criteria))
    low, high = (choice.figures[name][k] for k in ("lowest", "highest"))
    assert low <= weight[name] <= high
    for changed, best in (
        (low, True), (min(high, 1e3), True), (0.9 * low - 1e-3, False), (1.1 * high + 1e-3, False),
    ):  # fmt: skip
        if 0 <= changed < np.inf:
            total = front.values @ list({**weight, name: changed}.values())
            assert bool(total[choice.index] <= total.min() + 1e-6) is best


def test_the_order_and_its_ties() -> None:
    front = of_values((1, 9, 2), (1.004, 5, 3), (1.004, 6, 1), (3, 1, 9))
    assert in_order(front, ["cost"]).index == 1  # equal at the resolution, then travel decides
    assert in_order(front, ["cost", "bodies"]).index == 2
    choice = in_order(front, ["cost", "bodies"])
    assert {n: f["left"] for n, f in choice.figures.items()} == {"cost": 3, "bodies": 1}
    assert choice.ranking == (2, 0, 1, 3)
    assert in_order(front, ["travel"]).index == 3


@given(fronts(), st.data())
def test_the_order_is_that_of_sorting(front: Front, data: st.DataObject) -> None:
    names = data.draw(st.permutations(front.criteria))
    order = [front.criteria.index(n) for n in names]
    rows = front.values[:, order].tolist()
    choice = in_order(front, names)
    assert rows[choice.index] == min(rows)
    assert [rows[k] for k in choice.ranking] == sorted(rows)
