"""Naming the rules at fault."""

from __future__ import annotations

import time

import tiny
from koopopt.problem import Problem
from koopopt.solving.explain import reasons
from koopopt.solving.optimise import Status, solve


def problem(*, limits: dict[str, float] | None = None, **rules: object) -> Problem:
    return Problem.of(tiny.instance(rules=rules), limits=limits)


def by_solving(relaxed: Problem, seconds: float) -> Status:
    return solve(relaxed, formulation="partition", gap=1e9, time_limit=seconds).status


def told(asked: Problem, seconds: float = 20.0) -> list[str]:
    return [sentence.render() for sentence in reasons(asked, by_solving, seconds)]


def test_two_rules_of_which_one_is_enough() -> None:
    asked = problem(forbid_alone=["01"], max_minutes=1.0)
    assert by_solving(asked, 10) is Status.INFEASIBLE
    assert told(asked) == [
        "Without this rule there is a plan: max_minutes = 1",
        'Without this rule there is a plan: forbid_alone = ["01"]',
    ]


def test_limits_count_one_by_one() -> None:
    asked = problem(limits={"cost": 1.0, "bodies": 5.0}, contiguous=True)
    assert told(asked) == ["Without this rule there is a plan: limit = { cost = 1 }"]


def test_two_contradictions_at_once() -> None:
    asked = problem(limits={"cost": 1.0}, forbid_alone=["01"], max_minutes=1.0, max_members=3)
    first, *rules = told(asked)
    assert first == "These rules cannot all hold together:"
    assert rules == ["• limit = { cost = 1 }"] or set(rules) == {
        '• forbid_alone = ["01"]',
        "• max_minutes = 1",
    }


def test_services_are_named_where_a_rule_differs() -> None:
    services = (
        tiny.service("water", rules={"forbid_alone": ["01"]}),
        tiny.service("housing", rules={}),
    )
    asked = Problem.of(tiny.instance(services=services, rules={"max_minutes": 1.0}))
    assert 'Without this rule there is a plan: forbid_alone = ["01"] (water)' in told(asked)


def test_time_is_kept_and_said() -> None:
    def open_(_: Problem, seconds: float) -> Status:
        time.sleep(min(seconds, 0.3))
        return Status.NO_SOLUTION

    began = time.monotonic()
    (said,) = reasons(problem(max_minutes=1.0, max_members=2, max_pooled=1), open_, 0.8)
    assert time.monotonic() - began < 2
    assert said.render() == "Which rules are at fault could not be found in 0.8 s."


def test_what_stays_open_is_said() -> None:
    def sometimes(relaxed: Problem, _: float) -> Status:
        keys = {rule.name for rule in relaxed.plan_rules}
        return Status.NO_SOLUTION if "max_hosted" not in keys else (
            Status.OPTIMAL if "max_pooled" not in keys else Status.INFEASIBLE
        )  # fmt: skip

    said = [s.render() for s in reasons(problem(max_pooled=1, max_hosted=1), sometimes)]
    assert said == [
        "Without this rule there is a plan: max_pooled = 1",
        "Time ran out: leaving out another rule may help as well.",
    ]
