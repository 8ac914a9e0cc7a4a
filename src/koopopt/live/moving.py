"""Plans by hand: a municipality moved to another partnership, another seat, another legal form.

Nothing here is best, and the plan may break rules; the evaluator says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from koopopt.case.facts import Facts
from koopopt.case.library import ALONE_FORM
from koopopt.case.plan import Partnership, Plan
from koopopt.errors import UsageError
from koopopt.evaluation import cheapest_form, evaluate
from koopopt.live.wishes import demand
from koopopt.problem import Problem
from koopopt.text import T


def of_town(plan: Plan, service: str, town: str) -> Partnership:
    """Return the partnership of a municipality in a service.

    Raises
    ------
    UsageError
        Where there is none.
    """
    found = next((p for p in plan.of(service) if town in p.members), None)
    if found is None:
        raise UsageError(
            T("There is no {town} in {service} here.", town=repr(town), service=repr(service))
        )
    return found


def moved(problem: Problem, plan: Plan, service: str, town: str, to: Sequence[str] | None) -> Plan:
    """Return the plan in which a municipality has left its partnership for another one.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    service, town : str
    to : sequence of str or None
        Members of the partnership that it joins, one at least; None where it is alone then.

    Raises
    ------
    UsageError
        Where there is no such municipality or partnership.
    """
    left = of_town(plan, service, town)
    if to is not None and not (
        isinstance(to, list | tuple) and all(isinstance(t, str) for t in to)
    ):
        raise UsageError(T("Where a municipality moves to is a list of ids, or null."))
    joined = None if not to else of_town(plan, service, next((t for t in to if t != town), ""))
    if joined == left or (joined is None and not left.pooled):
        return plan
    others = tuple(p for p in plan.partnerships if p not in (left, joined))
    rest = [t for t in left.members if t != town]
    made = [_formed(problem, service, rest, left)] if rest else []
    if joined is None:
        made.append(alone(service, town))
    else:
        made.append(_formed(problem, service, [*joined.members, town], joined))
    return well_formed(problem, Plan((*others, *made)))


def seated(problem: Problem, plan: Plan, service: str, town: str, seat: str) -> Plan:
    """Return the plan in which the partnership of a municipality has another seat.

    Raises
    ------
    UsageError
        Where there is no such municipality or place.
    """
    demand(seat, problem.facts.seat_ids)
    own = of_town(plan, service, town)
    return well_formed(problem, _with(plan, own, _settled(problem, replace(own, seat=seat), own)))


def formed(plan: Plan, service: str, town: str, form: str, forms: Iterable[str]) -> Plan:
    """Return the plan in which the partnership of a municipality has another legal form.

    Raises
    ------
    UsageError
        Where there is no such municipality or form.
    """
    demand(form, forms)
    own = of_town(plan, service, town)
    return _with(plan, own, replace(own, legal_form=form) if own.pooled else own)


def read(problem: Problem, given: Any) -> Plan:
    """Return a plan of partnerships as plain values; who is named nowhere is alone.

    Raises
    ------
    UsageError
        Where it is no list of partnerships, or names what there is not.
    """
    facts = problem.facts
    if not isinstance(given, list) or not all(isinstance(p, Mapping) for p in given):
        raise UsageError(T("A plan is a list of partnerships: service, members, seat, legal_form."))
    found, placed = [], set()
    for one in given:
        service, members, seat = one.get("service"), one.get("members"), one.get("seat")
        demand(service, [s.id for s in facts.services])
        if not isinstance(members, list) or not members:
            raise UsageError(T("The members of a partnership are a list of ids."))
        for town in members:
            demand(town, facts.ids)
            if (service, town) in placed:
                raise UsageError(
                    T("{town} stands in two partnerships of {service}.", town=repr(town),
                      service=repr(service))
                )  # fmt: skip
            placed.add((service, town))
        demand(seat, facts.seat_ids)
        form = one.get("legal_form")
        if form not in (None, ALONE_FORM):
            demand(form, [f.id for f in problem.instance.legal_forms])
        p = Partnership(service, tuple(members), seat, form or ALONE_FORM)
        found.append(_settled(problem, p, p) if form in (None, ALONE_FORM) else p)
    found += [
        alone(s.id, town) for s in facts.services for town in facts.ids
        if (s.id, town) not in placed
    ]  # fmt: skip
    return well_formed(problem, Plan(found))


def well_formed(problem: Problem, plan: Plan) -> Plan:
    """Return a plan that can be evaluated, whatever rules it breaks.

    Raises
    ------
    UsageError
        Where it is malformed: a seat that is no member and no site of the service, for instance.
    """
    found = evaluate(problem, plan)
    if not found.criteria:
        raise UsageError(found.violations[0].text)
    return plan


def alone(service: str, town: str) -> Partnership:
    """Return the partnership of one who is alone."""
    return Partnership(service, (town,), town)


def _with(plan: Plan, old: Partnership, new: Partnership) -> Plan:
    return Plan(new if p == old else p for p in plan.partnerships)


def _formed(problem: Problem, service: str, members: list[str], old: Partnership) -> Partnership:
    """Return the partnership of these members: at the old seat, if that still can be."""
    facts = problem.facts
    ordered = tuple(sorted(members, key=facts.index.__getitem__))
    site = facts.index[old.seat] >= facts.n
    if len(ordered) == 1 and not site:
        return alone(service, ordered[0])
    if old.seat in ordered or site:
        return _settled(problem, Partnership(service, ordered, old.seat), old)
    options = [_settled(problem, Partnership(service, ordered, seat), old) for seat in ordered]
    rules = problem.partnership_rules[facts.service_index[service]]

    def worse(p: Partnership) -> tuple[int, float, float, float]:
        broken = sum(1 for rule in rules for _ in rule.violations(facts, p))
        who, at = facts.members(p), facts.index[p.seat]
        travel = float(facts.population[who] @ facts.minutes[who, at])
        return broken, facts.cost(p), travel, -float(facts.population[at])

    return min(options, key=worse)


def _settled(problem: Problem, p: Partnership, old: Partnership) -> Partnership:
    """Return a partnership in the cheapest legal form that may be; the old one where none may."""
    facts = problem.facts
    if len(p.members) == 1 and p.seat == p.members[0]:
        return alone(p.service, p.members[0])
    form = cheapest_form(facts, p.service, p.members, _site(facts, p.seat))
    return replace(p, legal_form=form.id if form else _any_form(problem, p.service, old))


def _site(facts: Facts, seat: str) -> str | None:
    return seat if facts.index[seat] >= facts.n else None


def _any_form(problem: Problem, service: str, old: Partnership) -> str:
    """Return the form that there was, or the first of the service: no form fits, which is told."""
    if old.legal_form != ALONE_FORM:
        return old.legal_form
    forms = list(problem.facts.forms(problem.facts.service_index[service]))
    if not forms:
        raise UsageError(T("No legal form is open to {service}.", service=repr(service)))
    return forms[0].id
