"""The public questions: one call each, the same answers as the modules below, a table of each."""

from __future__ import annotations

import doctest
from dataclasses import replace

import pandas as pd
import pytest

import koopopt
from koopopt.case.scenario import Scenario
from koopopt.criteria import CRITERIA
from koopopt.inquiry import about_case, about_plan
from koopopt.inquiry.asking import Inquiry
from koopopt.inquiry.changes import refusals
from koopopt.inquiry.prices import prices
from koopopt.inquiry.whatif import what_if
from koopopt.problem import Problem


@pytest.fixture(scope="module")
def case():
    futures = (Scenario(id="today"), Scenario(id="fewer", population=0.8))
    read = koopopt.read("three-villages")
    ends = (0.5 * read.office_cost, 2 * read.office_cost + 1000.0)
    return replace(read, scenarios=futures, office_cost_range=ends)


@pytest.fixture(scope="module")
def result(case):
    return koopopt.solve(case)


@pytest.mark.parametrize("module", [about_case, about_plan])
def test_the_examples_run(module):
    tried = doctest.testmod(module)
    assert tried.attempted >= 9
    assert tried.failed == 0


def test_every_answer_gives_a_frame(case, result):
    answers = {
        "what if": koopopt.what_if(case), "prices": koopopt.prices(case),
        "conflicts": koopopt.conflicts(case, limits={"bodies": 0, "cost": 130_000}),
        "one plan": koopopt.solve_scenarios(case), "roadmap": koopopt.roadmap(result),
        "scenarios": koopopt.scenarios(result, regret=True),
        "ranges": koopopt.ranges(result, samples=2),
    }  # fmt: skip
    for name, answer in answers.items():
        frame = answer.to_frame()
        assert isinstance(frame, pd.DataFrame), name
        assert len(frame) == len(answer.table().rows) > 0, name
        assert frame.columns.is_unique, name
        line = repr(answer)
        assert line.isprintable(), name
        assert len(line) <= 120, name


def test_what_if_says_what_the_module_says(case):
    inquiry = Inquiry(Problem.of(case))
    known = what_if(inquiry, refusals(case, inquiry.best.plan))
    found = koopopt.what_if(case, workers=1)
    assert [w.change.text.render() for w in found] == [w.change.text.render() for w in known]
    frame = found.to_frame()
    assert frame["low"].tolist() == [w.county.low for w in known]
    assert frame["rest_high"].tolist() == [w.close.high for w in known]
    for name in CRITERIA:
        assert frame[name].tolist() == [w.county.criteria[name] for w in known]
    german = koopopt.what_if(case, no=[("library", "A")]).to_frame("de")
    assert "Ahornau sagt" in german["text"][0]


def test_changes_are_those_of_the_command(case):
    told = {
        "no": [("library", "A")], "apart": [("A", "B")], "together": [("library", "A", "B")],
        "seat": [("library", "A", "B")], "keep": ["library", ("library", "A")],
        "settings": {"rules.max_members": 2, "weights.travel": 40.0},
    }  # fmt: skip
    found = koopopt.what_if(case, **told)
    assert sorted(w.change.kind for w in found) == sorted(
        ["no", "apart", "together", "seat", "keep", "keep", "set", "set"]
    )
    (both,) = koopopt.what_if(case, **told, at_once=True)
    assert both.change.kind == "several"


def test_prices_and_weights(case):
    known = prices(Inquiry(Problem.of(replace(case, weights={**case.weights, "travel": 1.0}))))
    found = koopopt.prices(case, weights={"travel": 1.0})
    assert found.to_frame()["low"].tolist() == [p.without.low for p in known]
    assert found.best.objective == koopopt.solve(case, weights={"travel": 1.0}).objective


def test_a_case_without_a_plan_has_no_answers_but_conflicts(case):
    nothing = Problem.of(case, limits={"cost": 1.0})
    for ask in (koopopt.what_if, koopopt.prices):
        found = ask(nothing)
        assert len(found) == 0
        assert found.best.status is koopopt.Status.INFEASIBLE
        assert found.to_frame().empty
    with pytest.raises(koopopt.UsageError, match="no plan"):
        koopopt.roadmap(koopopt.solve(nothing))
    assert koopopt.conflicts(nothing).conflicts


def test_scenarios_are_evaluated_one_row_each(case, result):
    front = koopopt.front(case)
    frame = koopopt.scenarios(front, regret=True).to_frame()
    assert len(frame) == 2 * len(front)
    assert (frame["low"] >= 0).all()
    assert frame["objective"].tolist()[0] == front.evaluations()[0].objective
    best = koopopt.solve_scenarios(case, "fewer")
    assert best.to_frame()["objective"][1] == best.objective
    assert koopopt.scenarios(result).to_frame()["low"].isna().all()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"no": [("libary", "A")]}, "'library'"),
        ({"no": [("library", "Z")]}, "There is no municipality 'Z'"),
        ({"no": ["library"]}, "no"),
        ({"apart": [("A",)]}, "2 to 3"),
        ({"apart": [("A", "A")]}, "names one municipality twice"),
        ({"seat": [("library", "A", "Z")]}, "There is no seat 'Z'"),
        ({"keep": ["libary"]}, "'library'"),
        ({"settings": {"office.cost": 3}}, "cannot be changed here"),
        ({"settings": {"weights.beauty": 3}}, "'beauty'"),
        ({"workers": 0}, "1 or more"),
    ],
)
def test_what_cannot_be_meant_is_said(case, asked, said):
    with pytest.raises(koopopt.UsageError, match=said):
        koopopt.what_if(case, **asked)


def test_a_wrong_value_is_a_fault_of_the_data(case):
    with pytest.raises(koopopt.DataError, match="max_member"):
        koopopt.what_if(case, settings={"rules.max_member": 3})


def test_limits_asked_besides_have_a_price_and_bind_what_changes_do() -> None:
    limits = {"bodies": 0}
    found = koopopt.prices("three-villages", limits=limits)
    (limit,) = (p for p in found if p.rule.name == "limits.bodies")
    assert limit.without.low is not None
    assert limit.without.low < 0
    settings = {"limits.bodies": False}
    (freed,) = koopopt.what_if("three-villages", limits=limits, settings=settings)
    assert freed.county.low == limit.without.low
