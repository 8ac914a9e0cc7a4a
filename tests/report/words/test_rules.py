"""Rules in words: every rule has a name, and what stands in an instance is what is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import tiny
from koopopt.problem import Problem
from koopopt.report import words
from koopopt.report.words import rules
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES, Limit
from koopopt.rules.titles import RULE_WORDS
from report.decided import of_instance

MODIFIERS = {"tolerance", "viable_alone", "min_saving_without_grant", "value_of_travel"}
"""They change another rule and are none by themselves."""
TRIGGERS = [key for kind in (*PARTNERSHIP_RULES, *PLAN_RULES) for key in kind.started_by()]


def named(problem: Problem, lang: str = "en") -> list[str]:
    return [text.render(lang) for text in rules.named(problem)]


def of_rules(table: dict[str, Any], **own: dict[str, Any]) -> list[str]:
    """Return the names of these rules, and of those that services have of their own."""
    services = tuple(tiny.service(id_, rules=own.get(id_, {})) for id_ in ("water", "housing"))
    first, *others = tiny.instance().municipalities
    towns = (replace(first, central_place="middle"), *others)
    return named(Problem.of(tiny.instance(services=services, rules=table, municipalities=towns)))


def test_every_rule_has_a_name() -> None:
    keys = {key for kind in (*PARTNERSHIP_RULES, *PLAN_RULES) for key in kind.keys()}  # noqa: SIM118
    assert keys > MODIFIERS
    assert set(RULE_WORDS) == keys - MODIFIERS - {"limit"}
    assert Limit in PLAN_RULES
    assert {"limit", *RULE_WORDS} == set(TRIGGERS)
    for lang in ("en", "de"):
        assert len({name.render(lang) for name in RULE_WORDS.values()}) == len(RULE_WORDS)


VALUES: dict[str, Any] = {
    "contiguous": True, "max_minutes": 30.0, "min_members": 2, "max_members": 3,
    "min_population": 1500.0, "max_population": 5000.0, "max_demand": 90_000.0,
    "max_memberships": 1, "max_identity_areas": 1, "same_county": True, "same_state": True,
    "seats": ("01",), "central_places": ("middle",), "legal_forms": ("association",),
    "apart": (("01", "02"),), "together": (("01", "02"),), "alone": ("03",),
    "forbid_alone": True, "keep_existing": True, "no_losers": "demand", "max_pooled": 1,
    "max_hosted": 1, "max_partner_seats": 1, "max_bodies": 2, "min_bodies": 1,
    "max_partnerships": 5, "min_partnerships": 2, "min_saving": 0.15,
    "stable": "individual", "key": "population",
}  # fmt: skip


@pytest.mark.parametrize("key", RULE_WORDS)
def test_a_rule_in_force_is_said_once(key: str) -> None:
    (said,) = of_rules({key: VALUES[key]})
    number = isinstance(VALUES[key], (int, float)) and not isinstance(VALUES[key], bool)
    name = str(RULE_WORDS[key])
    if key == "min_saving":
        assert said == f"{name} (15 %)"
        return
    assert said == (f"{name} ({VALUES[key]:,.0f})" if number else name)


def test_no_rules_are_no_sentence() -> None:
    assert of_rules({}) == of_rules({"contiguous": False}) == []
    told = words.answers(of_instance(tiny.instance()))["rejected"]
    assert not any("ules set beforehand" in str(text) for text in told)


def test_rules_of_a_service_say_whose_they_are() -> None:
    assert of_rules(
        {"max_members": 4}, water={"max_members": 2}, housing={"same_county": True}
    ) == [
        "Water: at most so many members (2)",
        "Housing: at most so many members (4)",
        "Housing: members of one county",
    ]
    # What both have is said of all; a rule that one lifts is that of the other.
    assert of_rules({}, water={"alone": ["03"]}, housing={"alone": ["03"]}) == [
        "certain municipalities alone"
    ]
    assert of_rules({"contiguous": True}, water={"contiguous": False}) == [
        "Housing: members border on each other"
    ]


def test_remarks_and_modifiers_are_no_rules() -> None:
    table = {"no_losers": "equal", "tolerance": 0.1, "source": "the council"}
    assert of_rules(table) == ["no member pays more than alone"]


def test_certain_municipalities_are_not_everyone() -> None:
    assert of_rules({"forbid_alone": True}) == ["nobody alone"]
    assert of_rules({"forbid_alone": ["01"]}) == ["certain municipalities not alone"]


def test_limits_are_named() -> None:
    """Those of the instance and those of a run, the stricter one of both."""
    instance = tiny.instance(rules={"limit": {"cost": 1_000_000.0}, "max_bodies": 3})
    assert named(Problem.of(instance)) == [
        "at most so many pooled partnerships (3)", "cost at most 1,000,000",
    ]  # fmt: skip
    strict = Problem.of(instance, limits={"cost": 990_000.0, "travel": 5.5})
    assert named(strict)[1:] == ["cost at most 990,000", "travel at most 5.5"]
    assert named(strict, "de")[1:] == ["Kosten höchstens 990.000", "Wege höchstens 5,5"]


def test_rules_are_an_answer() -> None:
    told = words.answers(of_instance(tiny.instance(rules={"max_minutes": 45.0, "min_members": 2})))
    assert [str(text) for text in told["rejected"]][1:] == [
        "Rules set beforehand: at most so many minutes to the seat (45); at least so many members"
        " (2).",
        "Plans that break one were not looked at; what a rule costs shows in a run without it.",
    ]
