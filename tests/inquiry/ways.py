"""Random plans and days of today for roadmaps, and what ways cost, told once more from scratch."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from dice import Dice
from founding import with_horizon
from koopopt.case.instance import Instance
from koopopt.case.library import Grant
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import evaluate
from koopopt.problem import Problem
from random_instances import problem_of_size, with_sites


def random_way(seed: int) -> tuple[Problem, Plan]:
    """Return a tiny problem with a random day of today, and a random plan; neither keeps rules."""
    dice = Dice(np.random.default_rng([13, seed]))
    problem = problem_of_size(dice, dice.pick([3, 4, 5, 6]), dice.pick([1, 1, 2]), seed)
    if dice.chance(0.3):
        problem = with_sites(problem, seed)
    problem = with_horizon(problem, seed)
    instance = replace(
        problem.instance, rules={}, status_quo=(),
        office_cost=dice.pick([0.0, 5000.0, 40_000.0]),
        services=tuple(replace(s, rules={}) for s in problem.instance.services),
        legal_forms=tuple(
            replace(f, grant=Grant(amounts={"2+": 70_000.01}, years=dice.pick([0.5, 1.0, 2.5])))
            if dice.chance(0.5) else f for f in problem.instance.legal_forms
        ),
    )  # fmt: skip
    plan = _random_plan(dice, instance)
    today = plan if dice.chance(0.15) else _random_plan(dice, instance)
    if dice.chance(0.2):
        today = Plan(p for p in plan.partnerships if dice.chance(0.5))
    used = tuple(p for p in today.partnerships if p.pooled)
    return Problem.of(replace(instance, status_quo=used)), plan


def _random_plan(dice: Dice, instance: Instance) -> Plan:
    found = []
    for service in instance.services:
        left = [t.id for t in instance.municipalities]
        sites = [s.id for s in instance.sites if s.service == service.id]
        while left:
            who = dice.some(left, 2 if len(left) > 1 and dice.chance(0.7) else 1, 3)
            left = [i for i in left if i not in who]
            seat = dice.pick(who)
            if sites and dice.chance(0.5):
                seat = sites.pop()
            pooled = len(who) > 1 or seat not in who
            form = dice.pick(instance.legal_forms).id if pooled else "alone"
            found.append(Partnership(service.id, tuple(who), seat, form))
    return Plan(found)


def in_force(problem: Problem, plan: Plan, founded: set[Partnership], ended: set[Partnership]):
    """Return the plan while these are founded and these have ended without a successor."""
    today = [p for p in problem.instance.status_quo if p not in ended]
    for new in founded:
        today = [
            p for p in today
            if p.service != new.service
            or (not {*p.members} & {*new.members} and p.seat != new.seat)
        ]  # fmt: skip
    pooled = [*today, *founded]
    alone = [
        Partnership(s.id, (t.id,), t.id)
        for s in problem.instance.services
        for t in problem.instance.municipalities
        if not any(p.service == s.id and t.id in p.members for p in pooled)
    ]
    return Plan((*pooled, *alone))


def bare(problem: Problem) -> Problem:
    """Return the problem without grants and without one-off costs."""
    instance = problem.instance
    forms = tuple(
        replace(f, grant=None, one_off=0.0, one_off_per_member=0.0) for f in instance.legal_forms
    )
    services = tuple(
        replace(s, one_off=0.0, one_off_per_member=0.0) for s in instance.services
    )  # fmt: skip
    return Problem.of(replace(instance, legal_forms=forms, services=services, horizon=None))


def one_off(problem: Problem, p: Partnership) -> int:
    """Return what founding costs once, in cents."""
    form = next(f for f in problem.instance.legal_forms if f.id == p.legal_form)
    service = next(s for s in problem.instance.services if s.id == p.service)
    return round(
        100 * sum(
            Fraction(str(of.one_off)) + len(p.members) * Fraction(str(of.one_off_per_member))
            for of in (form, service)
        )
    )  # fmt: skip


def granted(problem: Problem, p: Partnership, year: int) -> int:
    """Return the grant in a year since founding, in cents: what the grant takes off the cost."""
    form = next(f for f in problem.instance.legal_forms if f.id == p.legal_form)
    if form.grant is None:
        return 0
    free = replace(problem.instance, horizon=None, services=bare(problem).instance.services)
    forms = [
        tuple(replace(f, one_off=0.0, one_off_per_member=0.0, grant=grant and f.grant)
              for f in free.legal_forms)
        for grant in (True, None)
    ]  # fmt: skip
    without, with_ = (
        Problem.of(replace(free, legal_forms=own)).facts.cents(p) for own in (forms[1], forms[0])
    )
    part = min(max(Fraction(str(form.grant.years)) - (year - 1), 0), 1)
    return round((without - with_) * part)


def running(problem: Problem, plan: Plan) -> int:
    """Return what the evaluator says that a plan costs a year, without grants and founding."""
    found = evaluate(_once_bare(problem), plan)
    assert found.amounts, [str(v.text) for v in found.violations]
    return found.amounts[0]


_BARE: dict[int, tuple[Problem, Problem]] = {}


def _once_bare(problem: Problem) -> Problem:
    """Return `bare`, made once for a problem."""
    if id(problem) not in _BARE:
        _BARE.clear()
        _BARE[id(problem)] = problem, bare(problem)
    return _BARE[id(problem)][1]
