"""The evaluator by hand: what is no plan, who pays what, and the cheapest form that is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

import tiny
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import cheapest_form, evaluate, status_quo
from koopopt.problem import Problem
from rules.cases import ALONE, GUILD, PAIR, broken, three


def test_the_cheapest_form_that_is_open() -> None:
    dear = replace(tiny.ASSOCIATION, id="dear", fixed_cost=90_000.0)
    twin = replace(tiny.ASSOCIATION, id="twin")

    def cheapest(members: Iterable[str], **rules: Any) -> str | None:
        made = three(rules, legal_forms=(dear, tiny.ASSOCIATION, twin, GUILD))
        form = cheapest_form(Problem.of(made).facts, "water", members)
        return form.id if form else None

    assert cheapest(["01", "02"]) == "association"  # the first of equal ones
    assert cheapest(["01", "02"], legal_forms=["dear", "guild"]) == "dear"
    assert cheapest(["01", "02"], legal_forms=["guild"]) is None


@pytest.mark.parametrize(
    ("partnership", "said"),
    [
        (Partnership("fire", ("01",), "01"), ["There is no service 'fire'."]),
        (Partnership("water", ("99",), "99"), ["There is no municipality '99'."]),
        (Partnership("water", ("01",), "01"), ["Ahausen is in 2 partnerships."]),
        (Partnership("water", (), "01"), ["no members", "The seat '01' is not a member."]),
        (Partnership("water", ("98", "99"), "98", "club"), ["'98'", "'99'", "legal form 'club'"]),
        (
            Partnership("water", ("99",), "99", "association"),
            ["'99'", "form 'alone'"],
        ),
    ],
    ids=str,
)
def test_what_is_no_plan_has_no_figures(partnership: Partnership, said: list[str]) -> None:
    evaluation = evaluate(Problem.of(three()), Plan((*ALONE.partnerships, partnership)))
    texts = [violation.text.render() for violation in evaluation.violations]
    assert len(texts) == len(said)
    assert all(any(part in text for text in texts) for part in said), texts
    assert {violation.rule for violation in evaluation.violations} == {"plan"}
    assert (evaluation.criteria, evaluation.amounts, evaluation.feasible) == ({}, (), False)
    assert evaluation.objective != evaluation.objective


def test_who_is_left_out_is_named() -> None:
    left_out = Plan(p for p in ALONE.partnerships if p.members != ("03",))
    texts = [v.text.render() for v in broken(three(), left_out)]
    assert texts == ["Celle has no partnership."] * 2


def test_partnerships_are_tables_for_other_programs() -> None:
    problem = Problem.of(three())
    tables = evaluate(problem, PAIR).partnerships()
    (pool,) = (table for table in tables if len(table["members"]) > 1)
    assert (pool["service"], pool["members"], pool["seat"]) == ("water", ["01", "02"], "02")
    assert sum(table["cost"] for table in tables) == pytest.approx(
        evaluate(problem, PAIR).criteria["cost"] - 1000.0  # the office of the one seat
    )


def test_members_share_the_cost_of_their_partnership_and_its_office() -> None:
    problem = Problem.of(three())
    frame = evaluate(problem, PAIR).municipalities()
    assert frame["municipality"].tolist() == [t for t in ("01", "02", "03") for _ in range(2)]
    assert frame["cost_share"].sum() == pytest.approx(evaluate(problem, PAIR).criteria["cost"])
    pooled = frame[frame["pooled"]]
    assert pooled["seat"].tolist() == ["02", "02"]
    first, second = pooled["cost_share"]
    assert second == pytest.approx(2 * first)  # as many again inhabitants, and so demand
    alone = frame[~frame["pooled"]]
    assert alone["cost_share"].tolist() == alone["cost_alone"].tolist()


def test_today_is_the_plan_in_force() -> None:
    problem = Problem.of(three())
    today = status_quo(problem)
    assert [p.members for p in today.pooled] == [("01", "03")]
    assert problem.amounts(today)[-1] == 0  # no seat changes
