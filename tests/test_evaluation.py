"""The evaluator by hand: what is no plan, who pays what, and the cheapest form that is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

import sited
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
    evaluation = evaluate(problem, PAIR)
    frame = evaluation.municipalities()
    assert evaluation.municipality_rows() == frame.to_dict("records")
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


def test_a_plan_may_seat_partnerships_at_sites() -> None:
    """One member at the plant, one at the office: both are pooled, and each keeps an office."""
    problem = sited.problem(office_cost=1000.0)
    evaluation = evaluate(problem, sited.plan(sited.at_plant("01")))
    assert evaluation.feasible, [str(v.text) for v in evaluation.violations]
    facts = problem.facts
    assert evaluation.criteria["bodies"] == 2
    assert evaluation.criteria["change"] == 2
    assert evaluation.criteria["farthest"] == pytest.approx(
        max(problem.facts.minutes[0, 3], problem.facts.minutes[2, 4]), abs=5e-5
    )
    costs = sum(facts.cents(p) for p in evaluation.plan.partnerships)
    assert evaluation.amount("cost") == costs + 200_000
    # Ahausen (1,000) goes to an area of another name, Celle (3,000) to one of its own name.
    assert evaluation.criteria["identity"] == 0.5 * (2 * 1000 + 1 * 3000)
    table = evaluation.municipalities().set_index(["municipality", "service"])
    row = table.loc[("01", "water")]
    assert (row["seat"], row["pooled"], row["members"]) == ("S1", True, 1)
    assert row["cost_share"] == facts.cost(sited.at_plant("01")) + 1000.0


@pytest.mark.parametrize(
    ("partnerships", "rules", "said"),
    [
        ([sited.at_plant("02", "03")], {}, []),
        ([sited.at_plant("01", "02", "03")], {}, ["capacity: Its demand is 240,000"]),
        ([sited.at_plant("01"), sited.at_plant("02")], {}, ["sites: The site Plant"]),
        (
            [sited.at_plant("01", form="association")],
            {},
            ["legal_form: The legal form association"],
        ),
        ([sited.at_plant("01", form="alone")], {}, ["plan: There is no legal form 'alone'"]),
        (
            [Partnership("water", ("01",), "S2", "operator")],
            {},
            ["plan: A single", "plan: The seat 'S2' is neither"],
        ),
        (
            [Partnership("water", ("S1",), "S1")],
            {},
            ["plan: There is no legal", "plan: There is no municipality 'S1'"],
        ),
        ([sited.at_plant("01")], {"min_members": 2}, ["min_members"] * 2),
        ([sited.at_plant("01", "03")], {"contiguous": True}, ["contiguous"]),
        ([sited.at_plant("01")], {"max_minutes": 1.0}, ["max_minutes"] * 2),
        ([sited.at_plant("01")], {"seats": ["S1", "S2"]}, []),
        ([sited.at_plant("01")], {"seats": ["S2"]}, ["seats: Plant <am Bach> may not be a seat"]),
        ([sited.at_plant("01")], {"forbid_alone": ["01"]}, ["forbid_alone: Ahausen"]),
        ([sited.at_plant("01", "02")], {"max_hosted": 0}, []),
        ([sited.at_plant("01", "02")], {"max_population": 3000.0}, []),
        ([sited.at_plant("01", "02")], {"max_population": 2999.0}, ["max_population"]),
        (
            [sited.at_plant("01")],
            {"max_demand": {"S1": 39_999.0}},
            ["max_demand: It serves 40,000"],
        ),
        ([sited.at_plant("01")], {"max_demand": {"S1": 40_000.0, "01": 0.0}}, []),
        ([sited.at_plant("01")], {"max_population": {"S1": 1000.0, "default": 3000.0}}, []),
        ([sited.at_plant("01")], {"max_population": {"default": 999.0}}, ["max_population"] * 2),
        ([sited.at_plant("01", "02")], {"max_memberships": 1}, []),
        (
            [sited.at_plant("03")],
            {"max_memberships": 1},
            ["max_memberships: Celle is a member of 2"],
        ),
        ([sited.at_plant("01", "02")], {"max_pooled": 0}, ["max_pooled"] * 3),
        ([sited.at_plant("01", "02")], {"max_partner_seats": 0}, ["max_partner_seats"] * 3),
        ([sited.at_plant("01", "02")], {"min_bodies": 3}, ["min_bodies: There are 2 pooled"]),
        ([sited.at_plant("01", "02")], {"max_partnerships": 4}, ["max_partnerships: There are 5"]),
    ],
    ids=str,
)
def test_what_is_asked_of_partnerships_at_sites(
    partnerships: list[Partnership], rules: dict[str, Any], said: list[str]
) -> None:
    found = evaluate(sited.problem(rules=rules), sited.plan(*partnerships)).violations
    texts = sorted(f"{v.rule}: {v.text}" for v in found)
    starts = [text.startswith(part) for text, part in zip(texts, sorted(said), strict=False)]
    assert len(texts) >= len(said), texts
    assert all(starts), texts
    assert bool(said) == bool(texts), texts


def test_a_single_member_needs_a_form_for_one() -> None:
    facts = sited.problem().facts
    form = cheapest_form(facts, "water", ["01"], "S1")
    assert form is not None
    assert form.id == "operator"
    assert cheapest_form(facts, "water", ["01"]) is None
