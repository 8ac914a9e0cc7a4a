"""The price of a rule is what enumeration says without it, and with its next step."""

from __future__ import annotations

import importlib
import threading
from dataclasses import replace

import pytest

import koopopt
from asked_by_hand import cases, least, lifted
from koopopt.inquiry.asking import Inquiry
from koopopt.inquiry.changes import refusals
from koopopt.inquiry.effect import LATE
from koopopt.inquiry.prices import Price, prices
from koopopt.inquiry.rules import in_force, with_parts, without
from koopopt.inquiry.steps import eased
from koopopt.inquiry.whatif import what_if
from koopopt.problem import Problem
from koopopt.rules.partnership.sizes import MaxMembers

CASES = 3


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
    problem = inquiry.problem
    assert (price.step is None) == (price.says is None)
    asked = [(price.without, lifted(problem, [rule]))]
    asked += [] if price.step is None else [(price.step, eased(problem, rule))]
    for effect, less in asked:
        where = seed, rule.name
        right = least(less)
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
        rules = with_parts(in_force(problem))
        assert len({rule.name for rule in rules}) == len(rules)
        for rule in rules:
            changed, by_hand = without(problem, [rule]), lifted(problem, [rule])
            assert changed.partnership_rules == by_hand.partnership_rules, (seed, rule.name)
            assert {*map(repr, singly(changed))} == {*map(repr, singly(by_hand))}, (seed, rule.name)
            assert changed.instance.legal_forms == by_hand.instance.legal_forms
            assert changed.instance.sites == by_hand.instance.sites
            looked += 1
    assert looked


def singly(problem: Problem) -> list[object]:
    """Return the rules about the plan, and the limits that hold."""
    return [*problem.other_rules, *problem.limits.items()]


def test_the_next_step_is_said_and_taken() -> None:
    case = koopopt.read("three-villages")
    case = replace(case, rules={**case.rules, "max_members": 2, "limit": {"travel": 500.0}})
    problem = Problem.of(case)
    by_name = {price.rule.name: price for price in prices(Inquiry(problem))}
    members, travel = by_name["rules.max_members"], by_name["limits.travel"]
    assert str(members.says) == "one more"
    assert MaxMembers(3) in eased(problem, members.rule).partnership_rules[0]
    assert eased(problem, travel.rule).limits["travel"] == 505.0
    names = [rule.name for rule in without(problem, [members.rule]).partnership_rules[0]]
    assert "max_members" not in names


@pytest.mark.parametrize(
    ("criterion", "most", "then"),
    [("cost", 100.01, 101.02), ("cost", -100.01, -99.0), ("bodies", 2, 3), ("farthest", 7.5, 12.5),
     ("change", 0, 1), ("travel", 0.0005, 0.0006)],
)  # fmt: skip
def test_the_next_step_of_a_limit_is_a_whole_number_of_its_unit(criterion, most, then) -> None:
    problem = Problem.of(koopopt.read("three-villages"), limits={criterion: most})
    (rule,) = (r for r in in_force(problem) if r.place == "limit")
    assert eased(problem, rule).limits == {criterion: then}


def test_a_limit_asked_besides_has_a_price() -> None:
    case = koopopt.read("three-villages")
    free = Inquiry(Problem.of(case)).best
    tight = Problem.of(case, limits={"bodies": 0})
    (price,) = (p for p in prices(Inquiry(tight)) if p.rule.name == "limits.bodies")
    assert price.without.evaluation is not None
    assert price.without.evaluation.objective == free.objective
    assert price.without.low is not None
    assert price.without.low < 0


def test_prices_are_the_same_for_any_number_of_workers() -> None:
    case = koopopt.read("three-villages")
    case = replace(case, rules={**case.rules, "max_members": 2})
    told = [
        [
            (p.rule.written, p.without.low, p.without.criteria)
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


def test_what_is_left_open_is_asked_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock leaves some answers open: in the end they are as exact as without a clock."""
    asking = importlib.import_module("koopopt.inquiry.prices")
    problem = Problem.of(koopopt.read("three-villages"))
    wanted = {p.rule.name: (p.without.low, p.without.high) for p in prices(Inquiry(problem))}
    ask, times = asking.effects, []

    def hurried(inquiry, asked, tell, starts=None):
        found = ask(inquiry, asked, tell, starts)
        times.append(starts)
        if starts is not None:  # asked again, from the plans of before
            assert len(starts) == len(asked)
            return found
        return [replace(e, low=e.low - 1.0) if e.solved else e for e in found]

    monkeypatch.setattr(asking, "effects", hurried)
    found = {p.rule.name: (p.without.low, p.without.high) for p in prices(Inquiry(problem))}
    assert found == wanted
    assert sum(starts is not None for starts in times) >= 1
