"""The evaluator by hand: what is no plan, who is left out, and the cheapest form that is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

import tiny
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import cheapest_form, evaluate
from koopopt.problem import Problem
from rules.cases import ALONE, GUILD, broken, three


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
