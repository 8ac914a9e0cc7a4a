"""Random tiny cases for questions, and their answers by enumeration."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import bruteforce
from koopopt.case.plan import Partnership
from koopopt.inquiry.asking import Inquiry
from koopopt.inquiry.fixed import with_fixed
from koopopt.inquiry.rules import InForce
from koopopt.problem import Problem, rule_tables
from koopopt.rules import PARTNERSHIP_RULES, PLAN_RULES, Limit
from koopopt.rules.naming import FREE_FORM
from nightly import NIGHTLY
from random_instances import random_problem, with_sites


def cases(first: int, count: int) -> Iterator[tuple[int, Inquiry]]:
    """Yield random cases that have a plan, sites in a third of them."""
    for seed in range(first, first + count * NIGHTLY):
        problem = replace(random_problem(seed), lexicographic=())
        problem = with_sites(problem, seed) if seed % 3 == 0 else problem
        if any(problem.weights.values()):
            inquiry = Inquiry(problem, workers=1 + seed % 2)
            if inquiry.best.evaluation is not None:
                yield seed, inquiry


def least(problem: Problem, fixed: Sequence[Partnership] = ()) -> float | None:
    """Return the least weighted sum of a plan with these partnerships, by enumeration."""
    best = bruteforce.solve(with_fixed(problem, tuple(fixed)))
    return None if best is None else float(best.exact)


def lifted(problem: Problem, gone: Collection[InForce]) -> Problem:
    """Return the problem without these rules, made from an instance that does not have them."""
    instance = problem.instance
    plan, tables = rule_tables(instance)
    forms = {rule.owner: {} for rule in gone if rule.place == "legal form"}
    limits = {}
    for rule in problem.plan_rules:
        if isinstance(rule, Limit):
            for name, most in rule.limit.items():
                limits[name] = min(most, limits.get(name, most))
    plan.pop("limit", None)
    kinds = {kind.started_by()[0]: kind.keys() for kind in (*PARTNERSHIP_RULES, *PLAN_RULES)}
    for rule in gone:
        if rule.place == "limit":
            del limits[rule.key]
        elif rule.place == "legal form":
            forms[rule.owner][rule.key] = FREE_FORM[rule.key]
        elif rule.place != "site":
            for key in kinds[rule.key]:
                if rule.about_plan:
                    plan.pop(key, None)
                for s in rule.binds:
                    tables[s].pop(key, None)
    free = {rule.name for rule in gone if rule.place == "site"}
    changed = replace(
        instance,
        rules=plan,
        services=tuple(
            replace(s, rules=table) for s, table in zip(instance.services, tables, strict=True)
        ),
        legal_forms=tuple(replace(f, **forms.get(f.id, {})) for f in instance.legal_forms),
        sites=tuple(
            replace(s, capacity=None) if f"sites.{s.id}.{s.service}.capacity" in free else s
            for s in instance.sites
        ),
    )
    bare = Problem.of(changed, weights={"cost": 1.0}, limits=limits)
    return replace(bare, weights=problem.weights)
