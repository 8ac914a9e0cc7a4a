"""The criteria, each in one place: what it costs a plan, and the same as linear coefficients.

Each criterion is a sum over partnerships (section 4 of the semantics), and splits into three
kinds of terms that any formulation can write down:

    value(plan) = cost_share · (Σ_p cost(p) + office · number of hosts)
                + Σ_p [p pooled] · per_body  +  Σ_p Σ_{i ∈ M_p} pair[i, h_p]

so that adding a criterion means adding one object here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from koopopt.errors import UsageError
from koopopt.facts import Facts
from koopopt.hints import Names
from koopopt.linear import Floats
from koopopt.plan import Plan
from koopopt.text import T, Text


@dataclass(frozen=True, slots=True)
class Criterion:
    """A number to minimise.

    Attributes
    ----------
    name : str
    title, unit : Text
    resolution : float
        Two values closer than this count as equal in a front.
    pair : callable or None
        (facts, service number) -> (n, n) array: what member i at seat h adds.
    cost_share : float
        1 where the partnership's cost and the offices count, else 0.
    per_body : float
        Added for each pooled partnership.
    """

    name: str
    title: Text
    unit: Text
    resolution: float
    pair: Callable[[Facts, int], Floats] | None = None
    cost_share: float = 0.0
    per_body: float = 0.0

    def value(self, facts: Facts, plan: Plan) -> float:
        """Return the criterion's value for a plan, by the definition above."""
        total = 0.0
        if self.cost_share:
            offices = len({p.seat for p in plan.pooled}) * facts.instance.office_cost
            total += self.cost_share * (sum(facts.cost(p) for p in plan.partnerships) + offices)
        total += self.per_body * len(plan.pooled)
        if self.pair is not None:
            # In a fixed order, that of sets differs between processes: equal plans, equal digits.
            for service in dict.fromkeys(p.service for p in plan.partnerships):
                s = facts.service_index[service]
                added = self.pair(facts, s)
                total += sum(
                    float(added[facts.members(p), facts.index[p.seat]].sum())
                    for p in plan.of(service)
                )
        return total


def _travel(facts: Facts, service: int) -> Floats:
    trips = facts.services[service].travel.trips_per_inhabitant
    return np.asarray(facts.population[:, None] * trips * 2 * facts.minutes / 60)


def _identity(facts: Facts, service: int) -> Floats:
    weight = facts.services[service].identity.weight
    elsewhere = 1.0 + (facts.area[:, None] != facts.area)
    np.fill_diagonal(elsewhere, 0.0)
    return np.asarray(weight * facts.population[:, None] * elsewhere)


def _change(facts: Facts, service: int) -> Floats:
    differs = facts.status_quo_seat[service][:, None] != np.arange(facts.n)
    return np.asarray(differs, float)


CRITERIA: Mapping[str, Criterion] = {
    c.name: c
    for c in (
        Criterion("cost", T("cost"), T("EUR a year"), 0.01, cost_share=1.0),
        Criterion("travel", T("travel"), T("person-hours a year"), 0.0001, pair=_travel),
        Criterion(
            "identity",
            T("identity"),
            T("inhabitants served from elsewhere, weighted"),
            0.0001,
            pair=_identity,
        ),
        Criterion("bodies", T("bodies"), T("pooled partnerships"), 1.0, per_body=1.0),
        Criterion("change", T("change"), T("seats that change"), 1.0, pair=_change),
    )
}


def criterion(name: str) -> Criterion:
    """Return the criterion of this name; raise `UsageError` where there is none."""
    try:
        return CRITERIA[name]
    except KeyError:
        remedy = Names(CRITERIA).remedy(name)
        raise UsageError(
            T("There is no criterion {name}. {remedy}", name=repr(name), remedy=remedy)
        ) from None
