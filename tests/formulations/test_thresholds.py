"""Largest values by thresholds: what is asked of the formulation, and what is known when."""

from __future__ import annotations

from dataclasses import replace

import pytest

import bruteforce
import koopopt
from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA
from koopopt.formulations import answer, choose
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition import Partition
from koopopt.formulations.thresholds import by_thresholds
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control, Progress, Termination
from random_instances import random_problem

FAR = Problem.of(koopopt.read("valley"), weights={"farthest": 1000.0})


def solve(problem: Problem, control: Control, start: Plan | None) -> Outcome:
    return Partition().solve(problem, get("highs"), control, start)


def test_sums_alone_are_passed_on_as_they_are() -> None:
    problem = Problem.of(koopopt.read("valley"))
    asked = []

    def note(problem: Problem, control: Control, start: Plan | None) -> Outcome:
        asked.append(problem)
        return Outcome(Termination.LIMIT)

    by_thresholds(problem, Control(), None, note)
    assert asked == [problem]
    assert problem.additive is problem


def test_formulations_see_sums_and_rules_of_partnerships() -> None:
    problem = FAR.within({"farthest": 12.0, "cost": 1e6})
    additive = problem.additive
    assert set(additive.weights) == set(problem.weights) - {"farthest"}
    assert set(additive.plan_conditions.limits) == {"cost"}
    minutes = problem.facts.minutes
    for before, after in zip(problem.conditions, additive.conditions, strict=True):
        assert (after.pair == (before.pair & (minutes <= 12.0))).all()


def test_few_questions_decide() -> None:
    asked = []

    def note(problem: Problem, control: Control, start: Plan | None) -> Outcome:
        asked.append(problem)
        return solve(problem, control, start)

    outcome = by_thresholds(FAR, Control(), None, note)
    assert outcome.termination is Termination.OPTIMAL
    assert outcome.plan is not None
    assert outcome.least == koopopt.evaluate(FAR, outcome.plan).total
    assert len(asked) < 8


@pytest.mark.parametrize("answers", range(4))
def test_bound_and_plan_hold_whenever_it_stops(answers: int) -> None:
    for seed in range(40):
        problem = replace(random_problem(seed), weights={"cost": 1.0, "farthest": 4000.0})
        best = bruteforce.solve(problem)
        asked: list[Problem] = []

        def some(
            problem: Problem,
            control: Control,
            start: Plan | None,
            asked: list[Problem] = asked,
        ) -> Outcome:
            asked.append(problem)
            if len(asked) > answers:
                control.cancel.set()
            return solve(problem, control, start)

        outcome = by_thresholds(problem, Control(), None, some)
        if best is None:
            assert outcome.plan is None
            continue
        if outcome.plan is not None:
            evaluation = koopopt.evaluate(problem, outcome.plan)
            assert evaluation.feasible
            assert evaluation.total >= best.total(problem)
        assert outcome.least is None or outcome.least <= best.total(problem)
        assert outcome.termination is not Termination.INFEASIBLE


def test_what_a_method_cannot_decide_is_not_claimed() -> None:
    """A formulation that gives up with half a bound."""

    def weak(problem: Problem, control: Control, start: Plan | None) -> Outcome:
        outcome = solve(problem, control, start)
        least = None if outcome.least is None else outcome.least // 2
        return replace(outcome, termination=Termination.LIMIT, least=least)

    best = koopopt.solve(FAR)
    outcome = by_thresholds(FAR, Control(), None, weak)
    assert outcome.termination is Termination.LIMIT
    assert outcome.plan is not None
    assert outcome.least is not None
    assert best.evaluation is not None
    assert outcome.least < best.evaluation.total <= koopopt.evaluate(FAR, outcome.plan).total


def test_a_plan_that_is_good_enough_ends_it() -> None:
    problem = replace(FAR, weights={"farthest": 1})
    control = Control(enough=140_000)
    outcome = answer(choose("partition", problem), problem, get("highs"), control)
    assert outcome.plan is not None
    assert koopopt.evaluate(problem, outcome.plan).amount("farthest") <= 140_000


def test_progress_is_told_in_values_of_the_problem() -> None:
    told: list[Progress] = []
    result = koopopt.solve(FAR, on_progress=told.append)
    assert result.objective is not None
    values = [p.incumbent for p in told if p.incumbent is not None]
    bounds = [p.bound for p in told if p.bound is not None]
    assert values
    assert min(values) == result.objective
    assert max(bounds) <= result.objective


def test_two_largest_values_are_answered_one_inside_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    far = CRITERIA["farthest"]

    def back(facts, service):  # type: ignore[no-untyped-def]
        return facts.minutes.T

    other = replace(far, name="change", exact=None, largest=back, resolution=0.0001)
    monkeypatch.setitem(CRITERIA.known, "change", other)
    problem = replace(
        Problem.of(koopopt.read("three-villages")),
        weights={"cost": 1.0, "farthest": 700.0, "change": 900.0},
    )
    result = koopopt.solve(problem)
    plans = (koopopt.evaluate(problem, plan) for plan in bruteforce.all_plans(problem))
    assert result.objective == min(e.objective for e in plans)
    assert result.bound == result.objective
