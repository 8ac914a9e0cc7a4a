"""Synthetic counties of any size, reproducible from a seed, for benchmarks."""

from __future__ import annotations

import numpy as np

from koopopt import Instance
from koopopt.case.instance import Municipality, Neighbours
from koopopt.case.library import (
    Demand,
    Identity,
    LegalForm,
    PowerCost,
    ServiceModel,
    Trips,
)


def county(
    municipalities: int = 40,
    services: int = 5,
    *,
    elasticity: float | None = None,
    neighbours: float = 0.7,
    max_members: int = 8,
    max_partner_seats: int = 2,
    travel_weight: float = 10.0,
    seed: int = 1,
) -> Instance:
    """Return a county of random towns on a plane.

    Parameters
    ----------
    elasticity : float, optional
        Of every service; by default 0.85 to 0.95, one after the other.
    neighbours : float
        Two towns are neighbours if no third lies within this share of the circle around the
        middle between them; 0.7 gives about 4.5 neighbours, 0.5 about 5.8 (as in Germany).
    """
    rng = np.random.default_rng(seed)
    point = rng.random((municipalities, 2))
    population = np.round(np.exp(rng.normal(8.4, 0.8, municipalities))).clip(400, 60_000)
    towns = tuple(
        Municipality(
            id=f"{i:02d}",
            name=f"Town {i:02d}",
            population=float(population[i]),
            lat=51.0 + 0.45 * float(point[i, 1]),
            lon=9.5 + 0.7 * float(point[i, 0]),
            county="1",
            state="1",
            identity_area="west" if point[i, 0] < 0.5 else "east",
        )
        for i in range(municipalities)
    )
    pairs = []
    for a in range(municipalities):
        for b in range(a + 1, municipalities):
            middle = (point[a] + point[b]) / 2
            radius = neighbours * float(((point[a] - point[b]) ** 2).sum()) / 4
            others = np.delete(point, [a, b], axis=0)
            if (((others - middle) ** 2).sum(axis=1) >= radius).all():
                pairs.append(Neighbours(f"{a:02d}", f"{b:02d}"))
    models = []
    for s in range(services):
        e = elasticity if elasticity is not None else 0.92 + 0.06 * s / max(1, services - 1)
        mean = 120.0 - 15.0 * s  # EUR an inhabitant in a town of 5,000
        models.append(
            ServiceModel(
                id=f"service-{s}",
                title={"en": f"Service {s}"},
                demand=Demand(per_inhabitant=1.0),
                cost=PowerCost(kind="power", scale=mean * 5000 ** (1 - e), elasticity=e),
                travel=Trips(trips_per_inhabitant=0.8 + 0.8 * s),
                identity=Identity(),
                rules={"contiguous": True, "max_members": max_members},
            )
        )
    forms = (
        LegalForm(id="agreement", title={"en": "Agreement"}, fixed_cost=15_000.0,
                  cost_per_extra_member=10_000.0, max_members=3),
        LegalForm(id="association", title={"en": "Association"}, fixed_cost=60_000.0,
                  cost_per_extra_member=10_000.0),
    )  # fmt: skip
    return Instance(
        name=f"synthetic-{municipalities}",
        title={"en": "Synthetic county"},
        municipalities=towns,
        services=tuple(models),
        legal_forms=forms,
        neighbours=tuple(pairs),
        rules={"max_partner_seats": max_partner_seats},
        weights={"cost": 1.0, "travel": travel_weight},
        office_cost=40_000.0,
    )
