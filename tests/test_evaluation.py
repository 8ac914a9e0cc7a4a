"""The evaluator by hand: each rule that a plan breaks is named with whom and how far, no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

import tiny
from koopopt.case.instance import Instance
from koopopt.case.library import LegalForm, Votes
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import all_alone, cheapest_form, evaluate
from koopopt.problem import Problem
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES, Violation

TODAY = (Partnership("water", ("01", "03"), "01", "association"),)
GUILD = LegalForm(id="guild", title={"en": "Guild"}, services=("housing",), same_county=True,
                  same_state=True, min_members=3)  # fmt: skip


def three(rules: dict[str, Any] | None = None, **changes: Any) -> Instance:
    """Return Ahausen, Bühl and Celle in a row, the first in another county and state."""
    made = tiny.instance(**{"status_quo": TODAY, **changes}, rules=rules or {})
    first, *others = made.municipalities
    first = replace(first, county="L", state="NI", central_place="town")
    return replace(made, municipalities=(first, *others))


def plan(*pools: tuple[str, str, str], form: str = "association") -> Plan:
    """Return pools as (service, members, seat), "123" being 01, 02 and 03; who is left is alone."""
    made = [Partnership(s, tuple(f"0{k}" for k in who), f"0{seat}", form) for s, who, seat in pools]
    taken = {(p.service, town) for p in made for town in p.members}
    rest = all_alone(Problem.of(three())).partnerships
    return Plan((*made, *(p for p in rest if (p.service, p.members[0]) not in taken)))


def broken(instance: Instance, what: Plan) -> tuple[Violation, ...]:
    return evaluate(Problem.of(instance), what).violations


def named(case: tuple[Any, ...]) -> str:
    return ", ".join(case[0])


ALONE = plan()
PAIR = plan(("water", "12", "2"))
ENDS = plan(("water", "13", "1"))
ALL = plan(("water", "123", "2"))
BOTH = plan(("water", "12", "2"), ("housing", "13", "3"))

PARTNERSHIPS: list[tuple[dict[str, Any], Plan, Plan, str]] = [
    ({"contiguous": True}, ALL, ENDS, "Celle cannot be reached from Ahausen"),
    ({"max_minutes": 10.0}, PAIR, ENDS, "Celle needs 17.3 minutes to the seat, allowed are"),
    ({"min_members": 3}, ALL, PAIR, "It has 2 members, at least 3"),
    ({"max_members": 2}, PAIR, ALL, "It has 3 members, at most 2"),
    ({"min_population": 4000.0}, ENDS, PAIR, "It serves 3,000 inhabitants, at least 4,000"),
    ({"max_identity_areas": 1}, ENDS, PAIR, "belong to 2 identity areas, at most 1"),
    ({"same_county": True}, plan(("water", "23", "2")), PAIR, "different counties"),
    ({"same_state": True}, plan(("water", "23", "2")), PAIR, "different states"),
    ({"seats": ["02"]}, PAIR, ENDS, "Ahausen may not be a seat"),
    ({"central_places": ["town"]}, ENDS, ALL, "Bühl an der Weißen Werra may not be a seat"),
    ({"seats": ["02"], "central_places": ["town"]}, ENDS, plan(("water", "13", "3")), "Celle"),
    ({"apart": [["01", "03"]]}, PAIR, ALL, "Ahausen, Celle must not share it"),
    ({"alone": ["03"]}, PAIR, ENDS, "Celle must stay alone"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "good", "bad", "said"), PARTNERSHIPS, ids=map(named, PARTNERSHIPS)
)
def test_a_rule_about_a_partnership(
    rules: dict[str, Any], good: Plan, bad: Plan, said: str
) -> None:
    assert broken(three(rules), ALONE) == broken(three(rules), good) == ()
    (violation,) = broken(three(rules), bad)
    assert violation.rule == ("seats" if "central_places" in rules else next(iter(rules)))
    assert (violation.service, len(violation.members) > 1) == ("water", True)
    assert said in violation.text.render()


ALONE_TOO: list[tuple[dict[str, Any], Plan, set[str]]] = [
    ({"together": [["01", "03"]]}, ENDS, {"Ahausen, Celle must share it, all of them."}),
    ({"keep_existing": True}, ENDS, {"Ahausen, Celle must share it, all of them."}),
    ({"forbid_alone": ["01"]}, PAIR, {"Ahausen must not stay alone."}),
    ({"min_population": 2500.0, "viable_alone": True}, plan(("water", "12", "2")),
     {"It serves 1,000 inhabitants, at least 2,500 are needed.",
      "It serves 2,000 inhabitants, at least 2,500 are needed."}),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "good", "said"), ALONE_TOO, ids=map(named, ALONE_TOO))
def test_a_rule_that_binds_who_is_alone(rules: dict[str, Any], good: Plan, said: set[str]) -> None:
    def of_water(what: Plan) -> set[str]:
        found = broken(three(rules), what)
        return {v.text.render() for v in found if v.service == "water"}

    assert of_water(good) == set()
    assert of_water(ALONE) == said


PLANS: list[tuple[dict[str, Any], Plan, Plan, str]] = [
    ({"max_pooled": 1}, PAIR, BOTH, "Ahausen has 2 services seated elsewhere, at most 1"),
    ({"max_hosted": 1}, BOTH, plan(("water", "12", "2"), ("housing", "23", "2")),
     "Bühl an der Weißen Werra seats 2 pooled partnerships, at most 1"),
    ({"max_partner_seats": 1}, PAIR, BOTH, "Ahausen has its services in 2 other"),
    ({"max_bodies": 1}, PAIR, BOTH, "2 pooled partnerships (all services together), at most 1"),
    ({"min_bodies": {"water": 1}}, PAIR, ALONE, "0 pooled partnerships (water), at least 1"),
    ({"max_partnerships": {"water": 2}}, PAIR, ALONE, "3 partnerships (water), at most 2"),
    ({"min_partnerships": 5}, PAIR, BOTH, "4 partnerships (all services together), at least 5"),
    ({"limit": {"change": 2}}, ENDS, BOTH, "change is 3 seats that change, at most 2"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "good", "bad", "said"), PLANS, ids=map(named, PLANS))
def test_a_rule_about_the_plan(rules: dict[str, Any], good: Plan, bad: Plan, said: str) -> None:
    assert broken(three(rules), good) == ()
    (violation,) = broken(three(rules), bad)
    assert (violation.rule, violation.service, violation.members) == (*rules, None, ())
    assert said in violation.text.render()


def test_every_rule_is_here_or_has_a_test_of_its_own() -> None:
    own = {"legal_forms", "no_losers"}
    tried = {key for rules, *_ in (*PARTNERSHIPS, *ALONE_TOO, *PLANS) for key in rules} | own
    assert {kind.keys()[0] for kind in (*PARTNERSHIP_RULES, *PLAN_RULES)} <= tried


def test_nobody_pays_more_than_alone() -> None:
    """Shared equally, the smallest of three pays for the largest."""
    instance = three({"no_losers": "equal"})
    (violation,) = broken(instance, ENDS)
    facts = Problem.of(instance).facts
    (pool,) = (p for p in ENDS.partnerships if p.pooled)
    share, alone = facts.cost(pool) / 2, facts.alone_cost[0, 0]
    assert f"Ahausen pays {share:,.2f} EUR a year" in violation.text.render()
    assert share > alone
    assert broken(three({"no_losers": "equal", "tolerance": share / alone - 1}), ENDS) == ()
    assert broken(three({"no_losers": "population"}), ENDS) == ()


def test_the_legal_form_has_its_own_conditions() -> None:
    def told(what: Plan, *forms: LegalForm, **rules: Any) -> set[str]:
        found = broken(three(rules, legal_forms=(tiny.ASSOCIATION, *forms)), what)
        return {violation.text.render() for violation in found}

    assert told(plan(("water", "12", "2"), form="guild"), GUILD) == {
        "The legal form guild is not open to this service.",
        "The legal form guild does not allow 2 members.",
        "The legal form guild asks for members of one county.",
        "The legal form guild asks for members of one state.",
    }
    assert told(PAIR, GUILD, legal_forms=["guild"]) == {
        "Its legal form is association, allowed are guild."
    }
    votes = replace(tiny.ASSOCIATION, id="strict", votes=Votes(base=0, inhabitants_per_vote=1000.0,
                                                             max_share=0.4))  # fmt: skip
    (said,) = told(plan(("water", "123", "2"), form="strict"), votes)
    assert said == "Celle would have 3 of 6 votes, more than 40 %."
    assert told(plan(("water", "12", "2"), form="strict"), votes) == set(), "two need no votes"


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
