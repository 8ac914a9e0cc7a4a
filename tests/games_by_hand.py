"""What partnerships cost and parts of municipalities pay by themselves, by the rules' own words."""

from __future__ import annotations

from itertools import combinations

from koopopt.case.plan import Partnership
from koopopt.evaluation import _form_violations
from koopopt.problem import Problem


def admissible(problem: Problem, s: int, members: tuple[str, ...], seat: str) -> int | None:
    """Return what a pooled partnership costs at a seat in cents, None where a rule forbids it."""
    facts, service = problem.facts, problem.facts.services[s].id
    costs = []
    for form in facts.instance.legal_forms:
        p = Partnership(service, members, seat, form.id)
        broken = [t for rule in problem.partnership_rules[s] for t in rule.violations(facts, p)]
        if not broken and not list(_form_violations(facts, p)):
            costs.append(facts.cents(p))
    return min(costs, default=None)


def by_hand(problem: Problem, s: int) -> dict[frozenset[str], int]:
    facts = problem.facts
    own: dict[frozenset[str], int] = {}
    for k in range(2, facts.towns + 1):
        for members in combinations(sorted(facts.ids), k):
            costs = [admissible(problem, s, members, seat) for seat in members]
            known = [c for c in costs if c is not None]
            if known:
                own[frozenset(members)] = min(known)
    value: dict[frozenset[str], int] = {frozenset(): 0}
    for k in range(1, facts.towns + 1):
        for members in combinations(sorted(facts.ids), k):
            whole, first = frozenset(members), members[0]
            best = facts.alone_cents[s, facts.index[first]] + value[whole - {first}]
            for part, cost in own.items():
                if first in part and part <= whole:
                    best = min(best, cost + value[whole - part])
            value[whole] = int(best)
    return value
