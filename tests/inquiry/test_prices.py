"""The price of a rule is what enumeration says without it, and with its next step."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

import koopopt
from asked_by_hand import cases, least
from koopopt.errors import DataError
from koopopt.inquiry.asking import Inquiry, Question
from koopopt.inquiry.changes import refusals
from koopopt.inquiry.effect import LATE
from koopopt.inquiry.prices import Price, prices
from koopopt.inquiry.rules import in_force
from koopopt.inquiry.whatif import what_if
from koopopt.problem import Problem

CASES = 5


@pytest.mark.parametrize("start", range(3))
def test_every_price_is_what_enumeration_says(start: int) -> None:
    checked = 0
    for seed, inquiry in cases(4000 + 1000 * start, CASES):
        base = least(inquiry.problem)
        assert base is not None
        for price in prices(inquiry):
            checked += _check(inquiry, price, base, seed)
    assert checked > 0


def _check(inquiry: Inquiry, price: Price, base: float, seed: int) -> int:
    rule, checked = price.rule, 0
    assert (price.step is None) == (rule.step is None)
    step = rule.step[1] if rule.step else rule.dropped
    for effect, edit in ((price.without, rule.dropped), (price.step, step)):
        if effect is None:
            continue
        where = seed, rule.words
        try:
            problem = inquiry.asked(Question(instance=edit(inquiry.problem.instance)))
        except DataError:
            assert effect.reasons, where
            continue
        right = least(problem)
        assert right is not None, where
        assert effect.evaluation is not None, where
        assert effect.evaluation.objective == right, where
        assert effect.exact, where
        assert effect.low is not None
        assert effect.low <= 0, where
        assert effect.low == pytest.approx(right - base, rel=1e-9, abs=1e-6 * max(1, abs(base)))
        checked += 1
    return checked


def test_leaving_out_a_rule_leaves_all_others() -> None:
    looked = 0
    for seed, inquiry in cases(9000, CASES):
        problem = inquiry.problem
        for rule in in_force(problem.instance):
            if not rule.services:
                continue
            try:
                changed = Problem.of(rule.dropped(problem.instance))
            except DataError:
                continue
            for s, service in enumerate(problem.instance.services):
                kept = [
                    r for r in problem.partnership_rules[s]
                    if r.name != rule.key or service.id not in rule.services
                ]  # fmt: skip
                assert list(changed.partnership_rules[s]) == kept, (seed, rule.words)
                looked += 1
    assert looked


def test_the_next_step_is_said_and_taken() -> None:
    case = koopopt.read("three-villages")
    case = replace(case, rules={**case.rules, "max_members": 2, "limit": {"travel": 500.0}})
    by_key = {price.rule.key: price for price in prices(Inquiry(Problem.of(case)))}
    members, travel = by_key["max_members"], by_key["limit.travel"]
    assert members.rule.step is not None
    assert travel.rule.step is not None
    assert str(members.rule.step[0]) == "one more"
    assert members.rule.step[1](case).services[0].rules["max_members"] == 3
    assert travel.rule.step[1](case).rules["limit"]["travel"] == 505.0
    assert "max_members" not in Problem.of(members.rule.dropped(case)).partnership_rules[0]


def test_prices_are_the_same_for_any_number_of_workers() -> None:
    case = koopopt.read("three-villages")
    case = replace(case, rules={**case.rules, "max_members": 2})
    told = [
        [
            (p.rule.words, p.without.low, p.without.criteria)
            for p in prices(Inquiry(problem, workers=w))
        ]
        for w in (1, 2)
        for problem in [Problem.of(case)]
    ]
    assert told[0] == told[1]


def test_once_it_is_over_no_problem_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes a tenth of a second of a large case, after a signal as well."""
    cancel = threading.Event()
    inquiry = Inquiry(Problem.of(koopopt.read("three-villages")), cancel=cancel)
    assert inquiry.best.evaluation is not None
    cancel.set()
    monkeypatch.setattr(Inquiry, "asked", lambda *_: pytest.fail("a problem was made"))
    found = prices(inquiry)
    assert found
    assert all(price.without == LATE for price in found)
    changes = refusals(inquiry.problem.instance, inquiry.best.evaluation.plan)
    answers = what_if(inquiry, changes)
    assert answers
    assert all(answer.county == LATE for answer in answers)
