"""Demand in whole parts of its unit, and what it costs to meet it alone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from koopopt.case.instance import Instance
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
    people = [fraction(m.population) for m in instance.municipalities]
    grains = np.zeros((len(per_unit), len(people)), np.int64)
    for s, (service, parts) in enumerate(zip(instance.services, per_unit, strict=True)):
        each = fraction(service.demand.per_inhabitant) * parts
        grains[s] = [round(each * count) for count in people]
    town = {m.id: i for i, m in enumerate(instance.municipalities)}
    number = {service.id: s for s, service in enumerate(instance.services)}
    for (id_, name), value in instance.demand.items():
        grains[number[name], town[id_]] = whole(value, per_unit[number[name]])
    return grains


def alone_cents_of(instance: Instance, demand: Floats, grains: Ints, per_unit: Ints) -> Ints:
    """Return what staying alone costs, in cents: by the model, or as the instance says."""
    towns = {m.id: i for i, m in enumerate(instance.municipalities)}
    alone = np.zeros(demand.shape, np.int64)
    for s, service in enumerate(instance.services):
        cost, curve, parts = (
            CENTS_PER_EURO * service.cost(demand[s]),
            service.cost,
            int(per_unit[s]),
        )

        def exact(k: int, s: int = s, curve=curve, parts: int = parts) -> Fraction:  # type: ignore[no-untyped-def]
            return Fraction(CENTS_PER_EURO * curve.exact(Fraction(int(grains[s, k]), parts)))

        alone[s] = nearest(cost, exact, None, curve.doubtful(demand[s]))
    number = {service.id: s for s, service in enumerate(instance.services)}
    for (town, name), value in instance.alone_cost.items():
        alone[number[name], towns[town]] = whole(value, CENTS_PER_EURO)
    return alone
