"""Plans that are known of a case: the best one that keeps the rules of each new problem."""

from __future__ import annotations

import tiny
from koopopt.evaluation import all_alone
from koopopt.formulations.plans import Plans
from koopopt.problem import Problem

PROBLEM = Problem.of(tiny.instance())
ALONE, POOLED = all_alone(PROBLEM), tiny.pooled_plan(PROBLEM)


def offered() -> Plans:
    plans = Plans()
    for plan in (ALONE, POOLED, POOLED, None):
        plans.offer(PROBLEM, plan)
    return plans


def test_each_is_known_once() -> None:
    assert len(offered()) == 2
    assert Plans().best(PROBLEM) is None


def test_weights_decide_which_is_best() -> None:
    plans = offered()
    few = PROBLEM.asked(weights={"cost": 0.0, "bodies": 1.0})
    assert plans.best(few) == ALONE
    cheap = {plan: PROBLEM.amounts(plan)[0] for plan in (ALONE, POOLED)}
    assert plans.best(PROBLEM) == min(cheap, key=cheap.__getitem__)


def test_limits_and_rules_rule_out() -> None:
    plans = offered()
    assert plans.best(PROBLEM.within({"bodies": 0})) == ALONE
    assert plans.best(Problem.of(tiny.instance(rules={"min_bodies": 1}))) == POOLED
    assert plans.best(Problem.of(tiny.instance(rules={"min_bodies": 2}))) is None
    assert plans.best(PROBLEM.within({"bodies": 0})) == ALONE  # what broke a rule is not lost


def test_all_are_forgotten() -> None:
    plans = offered()
    plans.forget()
    assert (len(plans), plans.best(PROBLEM)) == (0, None)
