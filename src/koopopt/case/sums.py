"""Whether what an instance adds up to is small enough to be added exactly, to the cent.

Floating point holds whole numbers up to 2^53. No plan may cost more cents than that: beyond, sums
would be rounded, and beyond 2^63 they would not even keep their sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from koopopt.case.instance import Instance
from koopopt.case.library import LegalForm, ServiceModel
from koopopt.errors import Fault
from koopopt.exact import MAX_EXACT_SUM
from koopopt.text import T

WHERE: Final = "Instance"
MAX_EUR: Final = MAX_EXACT_SUM / 100


def sum_faults(instance: Instance) -> Iterator[Fault]:
    """Yield what adds up to too much: the demand of a service, or the largest part of all costs."""
    people = np.array([town.population for town in instance.municipalities], float)
    index = {town.id: i for i, town in enumerate(instance.municipalities)}
    costs: dict[str, float] = {
        "office_cost": (len(people) + len(instance.sites)) * float(instance.office_cost)
    }
    costs["alone_cost"] = float(sum(map(abs, instance.alone_cost.values())))
    costs["sites"] = sum(abs(float(site.fixed_cost)) for site in instance.sites)
    for service in instance.services:
        place = f'services["{service.id}"]'
        with np.errstate(all="ignore"):
            demand = service.demand.per_inhabitant * people
            for (town, of), value in instance.demand.items():
                if of == service.id:
                    demand[index[town]] = value
            total = float(demand.sum())
            if not total < MAX_EXACT_SUM:
                yield Fault(
                    WHERE,
                    T("The demand adds up to {value}: more than can be added exactly.",
                      value=float(f"{total:.4g}")),
                    T("Use a larger unit."),
                    column=f"{place}.demand",
                )  # fmt: skip
                return
            estimated = demand.copy()
            for town, of in instance.alone_cost:
                if of == service.id:
                    estimated[index[town]] = 0.0
            apart, together = service.cost(estimated).sum(), service.cost(demand.sum(keepdims=True))
            costs[f"{place}.cost"] = float(np.maximum(abs(apart), abs(together).max()))
    for form in instance.legal_forms:
        served = sum(form.serves(service.id) for service in instance.services)
        costs[f'legal_forms["{form.id}"]'] = served * most_of_form(
            form, len(people), len(instance.sites)
        )
    if instance.horizon is not None:  # as an annuity, or all of it in one year
        worst = max(1.0, float(instance.horizon.a_year))
        size = len(people), len(instance.sites)
        forms = sum(most_once(form, *size) for form in instance.legal_forms)
        services = sum(most_once(service, *size) for service in instance.services)
        costs["horizon"] = worst * (len(instance.services) * forms + services)
    if not (total := sum(costs.values())) < MAX_EUR:
        yield Fault(
            WHERE,
            T("Costs add up to {value} EUR a year: more than can be added to the cent.",
              value=float(f"{total:.4g}")),
            T("Costs of at most {most} EUR a year are exact; use a larger unit.",
              most=float(f"{MAX_EUR:.2g}")),
            column=max(costs, key=lambda place: np.nan_to_num(costs[place], nan=np.inf)),
        )  # fmt: skip


def most_of_form(form: LegalForm, towns: int, sites: int) -> float:
    """Return what a form costs and grants at most if all municipalities are in pools that have it.

    There are at most half as many pools as municipalities, but for those at sites. A member is in
    as many pairs as its pool has other members.
    """
    grant = max(form.grant.amounts.values(), default=0.0) / form.grant.years if form.grant else 0.0
    pools = (abs(float(form.fixed_cost)) + grant) * (towns // 2 + sites)
    others = max(min(towns, form.max_members or towns) - 1, 0)
    each = abs(float(form.cost_per_extra_member)) + abs(float(form.cost_per_pair)) * others / 2
    return pools + each * towns


def most_once(model: LegalForm | ServiceModel, towns: int, sites: int) -> float:
    """Return EUR once if all municipalities found pools that pay what a model asks for."""
    return float(model.one_off) * (towns // 2 + sites) + float(model.one_off_per_member) * towns
