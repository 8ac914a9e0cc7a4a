"""Decisions without any solver: random plans, and a walk on which towns join one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np

import koopopt
import tiny
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import Evaluation, cheapest_form, evaluate
from koopopt.pareto.certificate import Certificate
from koopopt.pareto.front import Front
from koopopt.pareto.oracle import Point
from koopopt.problem import Problem
from koopopt.report.values import figures, leaving
from koopopt.report.values.decision import Decision
from koopopt.report.values.ranges import what_if
from koopopt.report.words.about import About
from random_instances import Dice, _random_plan, random_problem

DAY = date(2026, 3, 1)


def of_instance(instance: Instance, plan: Plan | None = None) -> About:
    """Return a plan of a small instance, by default the one `tiny.result` has."""
    return about(Decision.of(tiny.result(Problem.of(instance), plan), DAY))


def front_of(problem: Problem, plans: Sequence[Plan]) -> Front:
    """Return these plans as a front that calls itself complete, whatever they are."""
    criteria = ("cost", "travel")
    points = [Point(tuple(evaluate(problem, p).criteria[c] for c in criteria), p) for p in plans]
    points.sort(key=lambda point: point.values)
    return Front(problem, criteria, (0.01, 0.0001), tuple(points), Certificate(()), 1.0)


def random_front(seed: int, count: int = 4) -> Front:
    """Return some plans of a random problem; they need not keep its rules."""
    problem, dice = random_problem(seed), Dice(np.random.default_rng(seed))
    return front_of(problem, [_random_plan(dice, problem) for _ in range(count)])


def walk(count: int, name: str = "werra-meissner") -> Front:
    """Return plans of a shipped instance, each with one more of its neighbours joined."""
    instance = replace(koopopt.read(name), rules={})
    problem, rng = Problem.of(instance), np.random.default_rng(7)
    facts = problem.facts
    pools = [((i,), s.id) for s in facts.services for i in facts.ids]
    plans: list[Plan] = []
    while len(plans) < count:
        plans.append(Plan(_seated(problem, who, s) for who, s in pools))
        pairs = [
            (p, q)
            for p, q in combinations(pools, 2)
            if p[1] == q[1] and _touch(problem, p[0], q[0])
        ]
        p, q = pairs[int(rng.integers(len(pairs)))]
        pools = [pool for pool in pools if pool not in (p, q)] + [(p[0] + q[0], p[1])]
    return front_of(problem, plans)


def _touch(problem: Problem, a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    index = problem.facts.index
    return bool(problem.facts.adjacent[np.ix_([index[i] for i in a], [index[i] for i in b])].any())


def _seated(problem: Problem, who: tuple[str, ...], service: str) -> Partnership:
    """Return the partnership at its largest member."""
    facts = problem.facts
    seat = max(who, key=lambda i: facts.population[facts.index[i]])
    form = cheapest_form(facts, service, who) or facts.instance.legal_forms[0]
    return Partnership(service, who, seat, form.id if len(who) > 1 else "alone")


def about(decision: Decision, evaluation: Evaluation | None = None) -> About:
    """Return all that is known of a plan of a decision, of the chosen one unless said."""
    plan = evaluation or decision.plan
    gone = {p: leaving.departures(decision.problem, p) for p in plan.plan.pooled}
    saving = decision.savings.sampled(plan)
    return About(decision, plan, figures.of(plan), what_if(plan), gone, saving)
