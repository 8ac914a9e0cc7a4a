"""Caps and thresholds that a plan sits on: where another limit would make another plan.

A pool that has the most members its legal form allows, or just those from which a grant is paid, is
no finding about municipalities: whoever set the limit decided it. So it is counted, and told where
it says something of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from koopopt.case.library import LegalForm
from koopopt.case.plan import Partnership
from koopopt.evaluation import Evaluation
from koopopt.problem import Problem
from koopopt.rules.partnership.terms import MinSaving
from koopopt.text import T, Text

NEAR: Final = 0.05
"""So near to a number of inhabitants or minutes, relatively, is on the edge of it."""
TOLD_FROM: Final = 3
"""Pools on one edge that are told however many others there are; two, if half of all are."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A kind of limit, and the pools on the edge of it.

    Attributes
    ----------
    name : str
        `form_max_members`, a rule (`max_members`, `min_members`, `min_population`, `max_minutes`,
        `min_saving`), `grant` (so many members are the first to get one) or `larger_grant`.
    members : int
        The size that a grant is paid from, else 0.
    pools, of : int
        Pools on the edge, and all pools of the plan.
    """

    name: str
    members: int
    pools: int
    of: int

    @property
    def telling(self) -> bool:
        """Whether so many pools are on it that a reader should know."""
        return self.pools >= TOLD_FROM or (self.pools > 1 and 2 * self.pools >= self.of)


def edges(evaluation: Evaluation) -> tuple[Edge, ...]:
    """Return the limits that pools of a plan sit on, in the order of `_SAID`."""
    pooled = evaluation.plan.pooled
    counts: dict[tuple[str, int], int] = {}
    for p in pooled:
        for edge in _of_pool(evaluation.problem, p):
            counts[edge] = counts.get(edge, 0) + 1
    order = list(_SAID)
    return tuple(
        Edge(name, members, counts[name, members], len(pooled))
        for name, members in sorted(counts, key=lambda edge: (order.index(edge[0]), edge[1]))
    )


def told(evaluation: Evaluation) -> Text | None:
    """Return the edges that say something of a plan in one sentence, None where none does."""
    telling = [edge for edge in edges(evaluation) if edge.telling]
    if not telling:
        return None
    template = "; ".join(f"{{e{k}}}" for k in range(len(telling)))
    parts = {f"e{k}": _said(edge) for k, edge in enumerate(telling)}
    return T("Limits may decide here: {edges}.", edges=Text(template, parts))


def _said(edge: Edge) -> Text:
    values = {"pools": edge.pools, "of": edge.of, "members": edge.members}
    return Text(_SAID[edge.name].template, {**values, "near": round(100 * NEAR)})


_SAID: Final = {
    "form_max_members": T("{pools} of {of} pools have the most members that their form allows"),
    "max_members": T("{pools} of {of} pools have the most members that the rules allow"),
    "min_members": T("{pools} of {of} pools have no more members than they need at least"),
    "grant": T(
        "{pools} of {of} pools have exactly the {members} members from which a grant is paid"
    ),
    "larger_grant": T(
        "{pools} of {of} pools have exactly the {members} members from which a grant is larger"
    ),
    "min_population": T(
        "{pools} of {of} pools are within {near} % of the fewest inhabitants that are asked for"
    ),
    "max_minutes": T(
        "in {pools} of {of} pools the longest way is within {near} % of what is allowed"
    ),
    "min_saving": T("{pools} of {of} pools save no more than {near} % above what they must"),
}


def _of_pool(problem: Problem, p: Partnership) -> Iterator[tuple[str, int]]:
    """Yield the limits that one pool sits on, each with the size that it is about."""
    facts, form, size = problem.facts, problem.facts.form(p), len(p.members)
    rules = _limits(problem, facts.service_index[p.service])
    if form is not None and size == form.max_members:
        yield "form_max_members", 0
    if size == rules.get("max_members"):
        yield "max_members", 0
    least = max(rules.get("min_members", 2), form.min_members if form else 2)
    if size == least > 2:
        yield "min_members", 0
    if form is not None:
        yield from _granted(form, size)
    who = facts.members(p)
    population = float(facts.population[who].sum())
    if 0 < population <= (1 + NEAR) * rules.get("min_population", 0.0):
        yield "min_population", 0
    longest = float(facts.minutes[who, facts.index[p.seat]].max())
    if 0 < (1 - NEAR) * rules.get("max_minutes", float("inf")) <= longest:
        yield "max_minutes", 0
    for rule in problem.partnership_rules[facts.service_index[p.service]]:
        if isinstance(rule, MinSaving) and _just_saves(problem, p, rule):
            yield "min_saving", 0


def _just_saves(problem: Problem, p: Partnership, rule: MinSaving) -> bool:
    facts, (cost, most) = problem.facts, rule.cents(problem.facts, p)
    alone = int(facts.alone_cents[facts.service_index[p.service], facts.members(p)].sum())
    return 0 < alone - cost <= (1 + NEAR) * (alone - most)


def _granted(form: LegalForm, size: int) -> Iterator[tuple[str, int]]:
    """Yield whether a pool with one member less would get less; the smallest pool has none."""
    if form.grant is None or not form.fits(size - 1):
        return
    fewer, now = form.grant.a_year(size - 1), form.grant.a_year(size)
    if now > fewer:
        yield "larger_grant" if fewer else "grant", size


def _limits(problem: Problem, service: int) -> dict[str, Any]:
    """Return the numbers of the rules on single partnerships that are asked about here."""
    return {
        rule.name: getattr(rule, rule.name)
        for rule in problem.partnership_rules[service]
        if rule.name in _SAID
    }
