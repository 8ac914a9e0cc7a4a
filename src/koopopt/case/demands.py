"""Demand in whole parts of its unit, and what it costs to meet it alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from koopopt.case.instance import Instance
from koopopt.case.library import PowerCost, ServiceModel, TierCost
from koopopt.exact import CENTS_PER_EURO, MAX_EXACT_SUM, fraction, nearest, whole
from koopopt.linear import Floats, Ints

DEMAND_DECIMALS: Final = 15
"""Demand is held to so many decimals of its unit, to fewer where sums would be too large."""


def per_unit_of(demand: Floats) -> int:
    """Return into how many parts a unit of demand is divided: the more the better."""
    total = float(demand.sum())
    fitting = [k for k in range(1, DEMAND_DECIMALS + 1) if total * 10**k < MAX_EXACT_SUM]
    return int(10 ** max(fitting, default=0))


def grains_of(instance: Instance, per_unit: Sequence[int]) -> Ints:
    """Return (S, n) the demand in whole parts of a unit: of decimals as people wrote them."""
    people = dict(enumerate(fraction(m.population) for m in instance.municipalities))
    grains = np.zeros((len(per_unit), len(people)), np.int64)
    for s, (service, parts) in enumerate(zip(instance.services, per_unit, strict=True)):
        grains[s] = grains_in(instance, service, parts, people)
    return grains


def grains_in(
    instance: Instance, service: ServiceModel, per_unit: int, people: Mapping[int, Fraction]
) -> list[int]:
    """Return the demand of some municipalities in a service, in whole parts of a unit.

    `people` are their inhabitants by their numbers.
    """
    each = fraction(service.demand.per_inhabitant) * per_unit
    found = []
    for town, count in people.items():
        given = instance.demand.get((instance.municipalities[town].id, service.id))
        found.append(round(each * count) if given is None else whole(given, per_unit))
    return found


def alone_cents_of(instance: Instance, grains: Ints, per_unit: Ints) -> Ints:
    """Return (S, n) what staying alone costs, in cents: by the model, or as the instance says."""
    towns = {m.id: i for i, m in enumerate(instance.municipalities)}
    alone = np.zeros(grains.shape, np.int64)
    for s, service in enumerate(instance.services):
        alone[s] = served_cents(service.cost, grains[s], int(per_unit[s]))
    number = {service.id: s for s, service in enumerate(instance.services)}
    for (town, name), value in instance.alone_cost.items():
        alone[number[name], towns[town]] = whole(value, CENTS_PER_EURO)
    return alone


def served_cents(
    curve: PowerCost | TierCost,
    grains: Ints,
    per_unit: int,
    paid: Sequence[Fraction] = (Fraction(0),),
    which: Ints | None = None,
) -> Ints:
    """Return what it costs to serve demands, each by itself, in cents, each rounded once.

    Parameters
    ----------
    curve : PowerCost or TierCost
    grains : (N,) int array
        The demands, `per_unit` of which make one.
    per_unit : int
    paid : sequence of Fraction
        What comes on top, in EUR a year, such as what legal forms cost.
    which : (N,) int array, optional
        Which of these applies; the first one unless given.
    """
    which = np.zeros(len(grains), np.int64) if which is None else which
    demand = grains / per_unit
    served, beside = curve(demand), np.array([float(p) for p in paid])[which]

    def exact(k: int) -> Fraction:
        served = curve.exact(Fraction(int(grains[k]), per_unit))
        return Fraction(CENTS_PER_EURO * (served + paid[int(which[k])]))

    return nearest(
        CENTS_PER_EURO * (served + beside),
        exact,
        CENTS_PER_EURO * (np.abs(served) + np.abs(beside)),
        curve.doubtful(demand),
    )
