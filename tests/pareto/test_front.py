"""The front as a value: tables, and what notebooks show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import tiny
from koopopt.evaluation import evaluate
from koopopt.pareto.certificate import Certificate, Open
from koopopt.pareto.front import Front
from koopopt.pareto.words import completeness
from koopopt.problem import Problem
from pareto import hand

TINY = Problem.of(tiny.instance())


@pytest.fixture(scope="module")
def front() -> Front:
    return hand.of_problem(TINY, ("travel", "cost"))


def test_the_frame_has_the_fronts_criteria_first(front: Front) -> None:
    frame = front.to_frame()
    rest = ["identity", "bodies", "farthest", "change", "largest_loss"]
    assert list(frame.columns) == ["travel", "cost", *rest]
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
    front = replace(hand.of_values([[1, 2], [2, 1]]), criteria=("<b>&", "</table>"))
    text = front._repr_html_()
    assert "&lt;b&gt;&amp;" in text
    assert "<b>" not in text
    assert text.count("</table>") == 1


def test_many_points_are_thinned_out_in_notebooks() -> None:
    front = hand.of_values([[k, 100 - k] for k in range(100)])
    text = front._repr_html_()
    assert "Shown are 20 of 100" in text
    assert text.count("<tr>") == 21
