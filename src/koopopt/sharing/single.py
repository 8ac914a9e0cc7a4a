"""One coalition asked by itself: what it costs, where it is seated, and a plan in which it stands.

Nothing else is enumerated for it, so that this also answers where all partnerships are too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from koopopt.case.plan import Partnership, Plan
from koopopt.coalitions.admissible import evaluated, max_size, never_together, seats
from koopopt.coalitions.sets import Coalitions
from koopopt.linear import Ints
from koopopt.problem import Problem
from koopopt.sharing.admissible import seated
from koopopt.sharing.keys import numbers


def coalition_cost(problem: Problem, service: int, who: Ints) -> int | None:
    """Return what some municipalities pay together in cents; None where the rules forbid it."""
    if len(who) == 1:
        return int(problem.facts.alone_cents[service, who[0]])
    found = _asked(problem, service, who)
    return None if found is None else found[1]


def together(problem: Problem, service: int, who: Ints) -> Partnership | None:
    """Return their partnership in its cheapest form at the seat with the least travel.

    None where the rules forbid it; one municipality is alone, whatever they say.
    """
    if len(who) == 1:
        town = problem.facts.ids[who[0]]
        return Partnership(problem.facts.services[service].id, (town,), town)
    found = _asked(problem, service, who)
    return None if found is None else seated(problem, service, found[0], found[2])


def rearranged(
    problem: Problem, service: int, plan: Plan, parts: Iterable[Sequence[str]]
) -> Plan:  # fmt: skip
    """Return a plan in which some municipalities of a service are together anew.

    `parts` are those that the rules allow, or that stand in the plan already: these stay as they
    are. Nobody may be in two of them, and who shared a partnership with one of them is in one.
    """
    id_ = problem.facts.services[service].id
    known = {frozenset(p.members): p for p in plan.partnerships if p.service == id_}
    new = {frozenset(part): part for part in parts}
    moved = {town for part in new for town in part}
    kept = [p for p in plan.partnerships if p.service != id_ or moved.isdisjoint(p.members)]
    for members, part in new.items():
        found = known.get(members) or together(problem, service, numbers(problem, part))
        assert found is not None, "a part that the rules forbid"
        kept.append(found)
    return Plan(tuple(kept))


def _asked(problem: Problem, service: int, who: Ints) -> tuple[Coalitions, int, int] | None:
    """Return a coalition of several, what it costs in cents and its form; None if forbidden."""
    conditions = problem.conditions[service]
    apart = never_together(conditions)[np.ix_(who, who)]
    if len(who) > max_size(problem.facts, conditions) or not conditions.pool[who].all():
        return None
    if apart.any() or (conditions.contiguous and not problem.facts.reached(who).all()):
        return None
    table = np.zeros((1, problem.facts.n), bool)
    table[0, who] = True
    whole = Coalitions.of_table(table)
    kept, cost, form = evaluated(problem.facts, service, conditions, whole)
    if not len(kept) or not seats(conditions, kept).any():
        return None
    return kept, int(cost[0]), int(form[0])
