"""Weights, orders, wishes, goals, limits: golden cases by hand, properties on random fronts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiny
from choice.made import of_problem, of_values
from koopopt.choice import (
    Choice,
    closest,
    goals,
    ideal,
    in_order,
    kept,
    knee,
    least_regret,
    named,
    weighted,
)
from koopopt.errors import UsageError
from koopopt.evaluation import evaluate
from koopopt.pareto.front import Front
from koopopt.problem import Problem

FRONT = of_values((0, 100), (10, 40), (30, 20), (100, 0))


@st.composite
def fronts(draw: st.DrawFn, least: int = 1) -> Front:
    """Return fronts of two to four criteria, values up to 100."""
    count = draw(st.integers(2, 4))
    row = st.tuples(*[st.integers(0, 100)] * count)
    rows = draw(st.lists(row, min_size=least, max_size=12, unique=True))
    table = np.array(rows)
    worse = [((table <= r).all(axis=1) & (table < r).any(axis=1)).any() for r in table]
    return of_values(*sorted(r for r, w in zip(rows, worse, strict=True) if not w))


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


def test_limits_filter_and_say_what_is_possible() -> None:
    assert kept(FRONT, {"cost": 10, "travel": 1000}).tolist() == [True, True, False, False]
    choice = weighted(FRONT, {"travel": 1}, limits={"cost": 29})
    assert choice.index == 1
    assert choice.scores[2:] == (np.inf, np.inf)
    assert choice.ranking == (1, 0)
    assert "Among the 2 within the limits" in choice.text.render()
    with pytest.raises(UsageError, match="cost 0, travel 0") as told:
        kept(FRONT, {"cost": 5, "travel": 5})
    assert "Raise a limit" in str(told.value)


@given(fronts(), st.data())
@settings(max_examples=50)
def test_no_way_of_choosing_leaves_the_limits(front: Front, data: st.DataObject) -> None:
    inside = data.draw(st.integers(0, len(front) - 1))
    limits = {front.criteria[0]: front[inside].values[0]}
    even = dict.fromkeys(front.criteria, 1.0)
    choices: list[Choice] = [
        weighted(front, even, limits=limits),
        in_order(front, front.criteria[::-1], limits=limits),
        closest(front, ideal(front), limits=limits),
        goals(front, ideal(front), limits=limits),
        least_regret(front, {"a": even, "b": {front.criteria[1]: 1.0}}, limits=limits),
        named(front, inside, limits=limits),
    ]
    try:
        choices.append(knee(front, limits=limits))
    except UsageError as error:
        assert "no knee" in str(error)  # noqa: PT017
    for choice in choices:
        assert front[choice.index].values[0] <= limits[front.criteria[0]]
        assert choice.ranking[0] == choice.index
        assert len(choice.scores) == len(front)
        assert choice.score == min(choice.scores)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: weighted(FRONT, {"costs": 1}), "Did you mean 'cost'"),
        (lambda: weighted(FRONT, {"cost": -1}), "must be 0 or more"),
        (lambda: weighted(FRONT, {"cost": 0}), "At least one weight"),
        (lambda: weighted(FRONT, {"cost": float("nan")}), "not a number"),
        (lambda: in_order(FRONT, []), "at least one"),
        (lambda: in_order(FRONT, ["cost", "cost"]), "twice"),
        (lambda: in_order(FRONT, ["bodies"]), "no criterion 'bodies'"),
        (lambda: closest(FRONT, {}), "at least one criterion"),
        (lambda: goals(FRONT, {"cost": 1}, kind="most"), "no kind of goals"),  # type: ignore[arg-type]
        (lambda: goals(FRONT, {"cost": 1}, weights={"cost": -1}), "0 or more"),
        (lambda: named(FRONT, 4), "no plan 5; the front has 4"),
        (lambda: named(FRONT, -1), "no plan 0"),
        (lambda: named(FRONT, 3, limits={"cost": 50}), "does not keep"),
        (lambda: kept(of_values()), "no points"),
    ],
)
def test_what_cannot_be_meant_is_told(ask: object, words: str) -> None:
    assert callable(ask)
    with pytest.raises(UsageError, match=words):
        ask()


def test_a_single_point_is_always_chosen() -> None:
    front = of_values((5, 5))
    assert weighted(front, {"cost": 1}).figures["cost"]["highest"] == np.inf
    assert closest(front, {"cost": 1}).figures["cost"]["missed"] == 4
    assert least_regret(front, {"a": {"cost": 1}}).score == 0
