"""Rules about one partnership: each that a plan breaks is named with whom and how far, no other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import tiny
from koopopt.case.library import LegalForm, Votes
from koopopt.case.plan import Plan
from koopopt.problem import Problem
from rules.cases import (
    ALONE,
    ALONE_TOO,
    ENDS,
    GUILD,
    PAIR,
    PARTNERSHIPS,
    broken,
    named,
    plan,
    three,
)


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


@pytest.mark.parametrize(("rules", "good", "said"), ALONE_TOO, ids=map(named, ALONE_TOO))
def test_a_rule_that_binds_who_is_alone(rules: dict[str, Any], good: Plan, said: set[str]) -> None:
    def of_water(what: Plan) -> set[str]:
        found = broken(three(rules), what)
        return {v.text.render() for v in found if v.service == "water"}

    assert of_water(good) == set()
    assert of_water(ALONE) == said


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
