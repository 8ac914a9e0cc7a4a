"""The front as a value: tables, notebooks, indicators, a few points for many."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiny
from koopopt.evaluation import evaluate
from koopopt.pareto.certificate import Certificate, Open
from koopopt.pareto.front import Front
from koopopt.pareto.indicators import epsilon, hypervolume, spans
from koopopt.pareto.oracle import Point
from koopopt.pareto.represent import represent
from koopopt.pareto.words import completeness, thinned
from koopopt.problem import Problem
from pareto import hand

TINY = Problem.of(tiny.instance())


def of_values(values: object) -> Front:
    """Return a front with these values and no solutions worth the name."""
    table = np.array(values, float)
    points = tuple(Point(tuple(row), ()) for row in sorted(map(tuple, table.tolist())))
    names = tuple(f"f{k}" for k in range(table.shape[1]))
    model = hand.knapsack(objectives=len(names))
    return Front(model, names, (1.0,) * len(names), points, Certificate(), 0.0)


@pytest.fixture(scope="module")
def front() -> Front:
    return hand.of_problem(TINY, ("travel", "cost"))


def test_the_frame_has_the_fronts_criteria_first(front: Front) -> None:
    frame = front.to_frame()
    assert list(frame.columns) == ["travel", "cost", "identity", "bodies", "change"]
    assert frame[["travel", "cost"]].to_numpy().tolist() == front.values.tolist()
    assert [str(frame[name].dtype) for name in ("bodies", "change")] == ["int64", "int64"]
    for k, point in enumerate(front):
        criteria = evaluate(TINY, point.solution).criteria
        assert frame.loc[k].to_dict() == pytest.approx(dict(criteria))


def test_partnerships_make_the_plans_and_their_costs(front: Front) -> None:
    table = front.partnerships()
    assert set(table["point"]) == set(range(len(front)))
    for k, own in table.groupby("point"):
        plan = front[int(k)].solution
        assert len(own) == len(plan.partnerships)
        offices = 1000.0 * own.loc[own["legal_form"] != "alone", "seat"].nunique()
        assert own["cost"].sum() + offices == pytest.approx(front[int(k)].values[1])


def test_a_front_of_a_model_has_objectives_only() -> None:
    front = hand.of_model(hand.knapsack())
    assert list(front.to_frame().columns) == ["profit0", "profit1"]
    assert front.partnerships().empty
    assert len(front.partnerships().columns) == 6


def test_an_empty_front_has_empty_tables() -> None:
    problem = Problem.of(tiny.instance(rules={"max_bodies": 0, "min_bodies": 1}))
    front = hand.of_problem(problem)
    assert front.infeasible
    assert len(front.to_frame()) == len(front.partnerships()) == 0
    assert "no plan keeps all rules" in front._repr_html_()


def test_what_is_shown_says_how_complete_it_is(front: Front) -> None:
    assert repr(front) == f"<Front of {len(front)} point(s) in travel, cost; complete>"
    assert "Proven: no plan is missing." in front._repr_html_()
    box = Open((10, 10), (0.0, 0.0), 0.0321)
    left = replace(front, certificate=Certificate((), (box,), 0.25))
    assert "25.00% unexplored" in repr(left)
    assert "at most 3.21 %" in completeness(left).render()
    unknown = replace(front, certificate=Certificate((), (Open((9, 9), (0, 0), np.inf),), 1.0))
    assert "not known" in completeness(unknown).render()


def test_that_nothing_was_proven_is_not_that_there_is_no_plan(front: Front) -> None:
    box = Open((9, 9), (0, 0), np.inf)
    none = replace(front, points=(), certificate=Certificate((), (box,), 1.0))
    said = completeness(none).render()
    assert "No efficient plan was proven" in said
    assert "`koopopt solve`" in said


def test_html_shows_text_and_nothing_else() -> None:
    front = replace(of_values([[1, 2], [2, 1]]), criteria=("<b>&", "</table>"))
    text = front._repr_html_()
    assert "&lt;b&gt;&amp;" in text
    assert "<b>" not in text
    assert text.count("</table>") == 1


def test_many_points_are_thinned_out_in_notebooks() -> None:
    front = of_values([[k, 100 - k] for k in range(100)])
    text = front._repr_html_()
    assert "Shown are 20 of 100" in text
    assert text.count("<tr>") == 21


@given(st.integers(1, 300), st.integers(1, 60))
def test_thinning_keeps_both_ends_and_spreads(count: int, most: int) -> None:
    kept = thinned(count, most)
    assert len(kept) == min(count, most)
    assert kept == sorted(set(kept))
    assert kept[0] == 0
    if most > 1:
        assert kept[-1] == count - 1
        assert max(np.diff(kept), default=1) <= min(np.diff(kept), default=1) + 1


# -- indicators --------------------------------------------------------------------------------


def test_hypervolume_by_hand() -> None:
    found = hypervolume([[1, 3], [2, 2], [3, 1]], (4, 4))
    assert found.value == 6.0  # 3 + 2 + 1 squares
    assert found.share == pytest.approx(6 / 9)
    assert hypervolume([[1, 3], [2, 2], [3, 1]]).value == 1.0
    assert hypervolume([[1, 3], [2, 2], [3, 1]]).reference == (3.0, 3.0)


def test_hypervolume_where_there_is_no_room() -> None:
    assert hypervolume([[5, 7]]).share == 1.0
    assert hypervolume([[5, 7]]).value == 0.0
    assert hypervolume([[1, 7, 3], [2, 7, 1]]).share == 0.0  # the constant criterion is left out
    assert hypervolume([[5, 7]], (4, 8)).share == 0.0
    assert hypervolume(np.zeros((0, 2)), (1, 1)).value == 0.0


def test_epsilon_by_hand() -> None:
    whole = [[0, 10], [2, 4], [6, 0]]
    assert epsilon(whole, whole) == 0.0
    assert epsilon([[2, 4]], whole) == 4.0
    assert epsilon([[2, 4]], whole, spans(whole)) == pytest.approx(4 / 10)
    assert epsilon([[-1, -1]], whole) == -1.0
    assert epsilon(np.zeros((0, 2)), whole) == np.inf
    with pytest.raises(ValueError, match="two dimensions"):
        epsilon([1, 2], whole)


# -- a few points for many ---------------------------------------------------------------------


def error(values: np.ndarray, chosen: tuple[int, ...]) -> float:
    scaled = values / np.where(np.ptp(values, axis=0) > 0, np.ptp(values, axis=0), 1.0)
    each = [max(0.0, min((scaled[s] - p).max() for s in chosen)) for p in scaled]
    return max(each)


def antichain(seed: int, criteria: int, most: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 30, (most, criteria)).astype(float)
    values = np.unique(values, axis=0)
    return np.array([v for v in values if ((values <= v).all(axis=1)).sum() == 1])


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_for_two_criteria_the_choice_is_the_best_there_is(seed: int, count: int) -> None:
    front = of_values(antichain(seed, 2, 14))
    found = represent(front, count)
    assert len(found.chosen) <= count
    assert found.error == pytest.approx(error(front.values, found.chosen))
    size = min(count, len(front))
    best = min(error(front.values, c) for c in combinations(range(len(front)), size))
    assert found.error == pytest.approx(best)
    assert found.bound == found.error


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_for_more_criteria_the_quality_is_stated_honestly(seed: int, count: int) -> None:
    front = of_values(antichain(seed, 3, 14))
    found = represent(front, count)
    assert len(found.chosen) <= count
    assert found.error == pytest.approx(error(front.values, found.chosen))
    size = min(count, len(front))
    best = min(error(front.values, c) for c in combinations(range(len(front)), size))
    assert found.bound <= best + 1e-12 <= found.error + 2e-12


def test_what_a_front_misses_counts_for_its_representation() -> None:
    front = of_values([[k, 9 - k] for k in range(10)])
    box = Open((5, 5), (0.0, 0.0), 0.25)
    left = replace(front, certificate=Certificate((), (box,), 0.1))
    assert represent(front, 3).coverage == represent(front, 3).error
    assert represent(left, 3).coverage == represent(front, 3).error + 0.25
    assert represent(front, 99).chosen == tuple(range(10))
    assert represent(front, 99).error == 0.0
    with pytest.raises(ValueError, match="0 points"):
        represent(front, 0)
