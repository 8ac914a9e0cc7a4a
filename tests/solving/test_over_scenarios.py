"""What a plan breaks in scenarios, whoever asks."""

from __future__ import annotations

from dataclasses import replace

import koopopt
from koopopt.case.scenario import Scenario
from koopopt.evaluation import evaluate
from koopopt.inquiry.scenarios.cases import Cases
from koopopt.problem import Problem
from koopopt.solving.over_scenarios import broken


def test_rules_are_judged_where_a_scenario_says_so_and_there_alone() -> None:
    scenarios = (Scenario(id="far", travel=9.0), Scenario(id="here", travel=9.0, rules="every"))
    case = koopopt.read("three-villages")
    longest = max(float(minutes) for minutes in case.travel.values())
    case = replace(case, scenarios=scenarios, rules={**case.rules, "max_minutes": longest})
    problem = Problem.of(case)
    plan = koopopt.solve(problem).plan
    assert plan is not None
    assert any(p.pooled for p in plan.partnerships)
    asked: list[str] = []

    def under(scenario: Scenario) -> Problem:
        asked.append(scenario.id)
        return problem.under(scenario)

    found = list(broken(scenarios, under, plan))
    assert asked == ["here"]
    assert {(scenario.id, one.rule) for scenario, one in found} == {("here", "max_minutes")}
    assert len(found) == len(evaluate(problem.under(scenarios[1]), plan).violations)
    assert list(Cases.of(problem).violations(plan)) == found
