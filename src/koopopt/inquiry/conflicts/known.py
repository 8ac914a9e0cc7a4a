"""What is known without solving anything: some plans, and contradictions that are seen.

The plans are of the simplest kinds: each shows which rules do not contradict each other. The
contradictions are those that `koopopt check` looks for; here they are looked for among some of the
rules only, and with limits that no file has. What is found leaves no plan; where nothing is found,
nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import all_alone, cheapest_form, status_quo
from koopopt.problem import Problem
from koopopt.rules import Limit, Rule, Stable
from koopopt.rules.conflicts import Bound, plan_conflicts
from koopopt.rules.contradictions import contradictions
from koopopt.rules.layers import Layer


def simple_plans(problem: Problem) -> Iterator[Plan]:
    """Yield plans that need no search: all alone, as today, the nearest in pairs, all together."""
    yield all_alone(problem)
    yield status_quo(problem)
    facts = problem.facts
    towns = range(facts.n)
    ways = facts.minutes[:, : facts.n]
    centre = int(ways.sum(axis=0).argmin())
    pairs: list[tuple[int, ...]] = []
    left = list(towns)
    while left:
        i = left.pop(0)
        mate = min(left, key=lambda j: float(ways[j, i]), default=None)
        if mate is None:
            pairs.append((i,))
        else:
            left.remove(mate)
            pairs.append((i, mate))
    for groups in (pairs, [(centre, *(i for i in towns if i != centre))]):
        parts = [_pool(facts, s.id, group) for s in facts.services for group in groups]
        found = [part for part in parts if part is not None]
        if len(found) == len(parts):
            yield Plan(found)


def _pool(facts: Facts, service: str, group: tuple[int, ...]) -> Partnership | None:
    members = tuple(facts.ids[i] for i in group)
    if len(members) == 1:
        return Partnership(service, members, members[0])
    form = cheapest_form(facts, service, members)
    return None if form is None else Partnership(service, members, members[0], form.id)


def seen(problem: Problem) -> bool:
    """Return whether the rules of a problem, as they are written, are seen to leave no plan."""
    plan_table: dict[str, Any] = {}
    for rule in problem.plan_rules:
        if isinstance(rule, Limit):
            plan_table.setdefault("limit", {}).update(rule.limit)
        elif not isinstance(rule, Stable):
            plan_table |= _table(rule)
    shared = Layer("", "rules", plan_table)
    bounds = []
    for rules in problem.partnership_rules:
        own: dict[str, Any] = {}
        for mine in rules:
            own |= _table(mine)
        bounds.append(Bound((shared, Layer("", "rules", own))))
    if any(True for _ in plan_conflicts(Bound((shared,)))):
        return True
    return any(True for _ in contradictions(problem.instance, bounds, ""))


def _table(rule: Rule) -> dict[str, Any]:
    """Return a rule as the table that it was read from; what is at its default is left out."""
    said = ((f.name, getattr(rule, f.name)) for f in fields(rule))  # type: ignore[arg-type]
    return {key: value for key, value in said if value not in ((), None, False)}
