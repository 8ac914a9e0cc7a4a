"""Caps and thresholds that a plan sits on: each by hand, and what is worth telling."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import tiny
from koopopt.case.library import Grant, LegalForm
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import evaluate
from koopopt.problem import Problem
from koopopt.report.values.edges import Edge, edges, told

NAMES = [f"N{k}" for k in range(9)]
IDS = [f"0{k}" for k in range(1, 10)]
STEPS = Grant(amounts={"3": 75.0, "4+": 100.0}, years=5.0)


def form(**changes: Any) -> LegalForm:
    return LegalForm(id="association", title={"en": "A"}, **changes)


def divided(sizes: tuple[int, ...], *, rules: dict[str, Any] | None = None, **changes: Any):
    """Return a plan of pools of these sizes, in order of the municipalities, seated at the first.

    The first has 1,000 inhabitants, the second 2,000, and so on.
    """
    values = {"services": (tiny.service(),), "legal_forms": (form(**changes),)}
    problem = Problem.of(tiny.instance(NAMES, ids=IDS, rules=rules or {}, **values))
    left, pools = list(IDS), []
    for size in sizes:
        who, left = tuple(left[:size]), left[size:]
        pools.append(Partnership("water", who, who[0], "association" if size > 1 else "alone"))
    pools += [Partnership("water", (town,), town, "alone") for town in left]
    return evaluate(problem, Plan(pools))


def on(*args: Any, **changes: Any) -> dict[tuple[str, int], int]:
    return {(edge.name, edge.members): edge.pools for edge in edges(divided(*args, **changes))}


def test_the_most_members_of_a_form_and_of_a_rule() -> None:
    assert on((3, 2, 3), max_members=3) == {("form_max_members", 0): 2}
    assert on((3, 2, 3), rules={"max_members": 3}) == {("max_members", 0): 2}
    assert on((3, 2, 3), rules={"max_members": 4}, max_members=4) == {}


def test_the_fewest_members_that_are_asked_for() -> None:
    """That a pool has two is no limit that anybody set."""
    assert on((3, 2, 4), rules={"min_members": 2}) == {}
    assert on((3, 4), rules={"min_members": 3}) == {("min_members", 0): 1}
    assert on((3, 4), min_members=4) == {("min_members", 0): 1}


def test_where_grants_begin_and_grow() -> None:
    assert on((2, 3, 4), grant=STEPS) == {("grant", 3): 1, ("larger_grant", 4): 1}
    fewer = Grant(amounts={"2": 50.0, "3+": 20.0}, years=5.0)
    assert on((2, 3, 4), grant=fewer) == {}
    assert on((3, 5), grant=STEPS, min_members=3) == {("min_members", 0): 1}


@pytest.mark.parametrize(("least", "near"), [(5999, True), (5715, True), (5714, False)])
def test_little_more_than_the_fewest_inhabitants(least: float, near: bool) -> None:
    """The first three have 6,000, which is 5 % more than 5,714.3."""
    found = on((3,), rules={"min_population": least})
    assert found == ({("min_population", 0): 1} if near else {})


def test_nearly_the_longest_way_that_is_allowed() -> None:
    free = divided((3, 2))
    longest = free.problem.facts.minutes[2, 0]
    for most, near in ((1.001 * longest, True), (1.05 * longest, True), (1.06 * longest, False)):
        found = on((3, 2), rules={"max_minutes": float(most)})
        assert found == ({("max_minutes", 0): 1} if near else {})


def test_who_is_alone_sits_on_nothing() -> None:
    assert on((1, 1, 1), rules={"min_population": 1000, "max_minutes": 0}, grant=STEPS) == {}


@pytest.mark.parametrize(
    ("pools", "of", "telling"), [(1, 1, False), (2, 4, True), (2, 5, False), (3, 99, True)]
)
def test_what_is_worth_telling(pools: int, of: int, telling: bool) -> None:
    assert Edge("max_members", 0, pools, of).telling is telling


def test_they_are_told_in_one_sentence_in_both_languages() -> None:
    said = told(divided((3, 3, 2), rules={"max_members": 3}, grant=STEPS))
    assert said is not None
    assert said.render() == (
        "Limits may decide here: 2 of 3 pools have the most members that the rules allow; 2 of 3"
        " pools have exactly the 3 members from which a grant is paid."
    )
    assert said.render("de") == (
        "Hier können Grenzwerte entscheiden: 2 von 3 Kooperationen haben so viele Mitglieder, wie"
        " die Regeln höchstens zulassen; 2 von 3 Kooperationen haben genau die 3 Mitglieder, ab"
        " denen es eine Förderung gibt."
    )
    assert told(divided((3, 2, 4), rules={"max_members": 3})) is None
    assert told(divided(())) is None


def test_a_plan_with_a_form_that_is_unknown_is_counted_as_far_as_it_goes() -> None:
    evaluation = divided((3, 3), rules={"max_members": 3})
    odd = Plan(
        [replace(p, legal_form="guild") if p.pooled else p for p in evaluation.plan.partnerships]
    )
    assert {e.name for e in edges(replace(evaluation, plan=odd))} == {"max_members"}
