"""Location problems as instances: distances, demands, fixed costs and capacities become a case.

A way of length d of a customer of demand w counts w · d person-hours: its minutes are 30 · d, there
and back. With the weights 1 the value of a plan is therefore the textbook's: Σ w · d, plus the
fixed costs of the sites that are used.

Generated ones lie in a square of 100 × 100, with coordinates, demands and distances in whole
numbers; the same numbers and seed give the same instance on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from koopopt.case.instance import Instance, Municipality, Site
from koopopt.case.library import Demand, LegalForm, ServiceModel, Tier, TierCost, Trips

SIDE: Final = 100
MOST_MINUTES: Final = 10_000.0
"""A little less than what an instance allows; longer ways are written as several trips."""
MIDDLE: Final = (51.0, 10.0)
"""Degrees of all places whose whereabouts only their distances say."""
Matrix = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Open:
    """A site that may be used: what that costs, and the demand that it can serve (None: any)."""

    cost: float
    capacity: float | None = None


def p_median(name: str, demand: Sequence[float], ways: Matrix, p: int) -> Instance:
    """Return the p-median problem: every customer is a site, at most `p` are used.

    Parameters
    ----------
    demand : (n,) sequence
    ways : (n, n)
        Distances; those on the diagonal are 0.
    """
    ids = _ids(len(demand))
    trips = _trips(ways)
    travel = {
        (a, b): 30.0 * ways[j][k] / trips
        for j, a in enumerate(ids)
        for k, b in enumerate(ids)
        if a != b
    }
    return Instance(
        name=name, title={"en": name}, municipalities=_towns(ids, demand),
        services=(_service(trips),), legal_forms=(LegalForm(id="pool", title={"en": "Pool"}),),
        travel=travel, rules={"max_partnerships": p}, weights={"cost": 0.0, "travel": 1.0},
    )  # fmt: skip


def facility_location(
    name: str, demand: Sequence[float], sites: Sequence[Open], ways: Matrix
) -> Instance:
    """Return facility location with single sourcing: one site serves all of a customer.

    Parameters
    ----------
    demand : (n,) sequence
    sites : (m,) sequence of Open
    ways : (n, m)
        What a unit of demand costs from a customer to a site.
    """
    ids, seats = _ids(len(demand)), [f"s{k:04d}" for k in range(len(sites))]
    trips = _trips(ways)
    places = tuple(
        Site(id=seat, name=seat, lat=MIDDLE[0], lon=MIDDLE[1], service="service",
             fixed_cost=site.cost, capacity=site.capacity)
        for seat, site in zip(seats, sites, strict=True)
    )  # fmt: skip
    travel: dict[tuple[str, str], float] = {
        (a, b): 30.0 * ways[j][k] / trips for j, a in enumerate(ids) for k, b in enumerate(seats)
    }
    rules: dict[str, Any] = {"forbid_alone": True, "seats": seats}
    form = LegalForm(id="pool", title={"en": "Pool"}, min_members=1)
    return Instance(
        name=name, title={"en": name}, municipalities=_towns(ids, demand), sites=places,
        services=(_service(trips),), legal_forms=(form,), travel=travel, rules=rules,
        weights={"cost": 1.0, "travel": 1.0},
    )  # fmt: skip


def generated_p_median(places: int, p: int, seed: int) -> Instance:
    """Return a p-median of places drawn at random, demands 1 to 20."""
    dice = Random(f"p-median {places} {p} {seed}")
    points = _points(dice, places)
    demand = [float(dice.randint(1, 20)) for _ in points]
    return p_median(f"p-median-{places}-{p}-{seed}", demand, _between(points, points), p)


def generated_location(customers: int, sites: int, seed: int) -> Instance:
    """Return uncapacitated facility location; sites cost 500 to 1,500."""
    dice = Random(f"location {customers} {sites} {seed}")
    towns, places = _points(dice, customers), _points(dice, sites)
    demand = [float(dice.randint(1, 20)) for _ in towns]
    able = [Open(float(dice.randint(500, 1500))) for _ in places]
    name = f"location-{customers}x{sites}-{seed}"
    return facility_location(name, demand, able, _between(towns, places))


def generated_single_source(customers: int, sites: int, ratio: float, seed: int) -> Instance:
    """Return capacitated facility location with single sourcing.

    As Cornuéjols, Sridharan and Thizy (1991) draw it: demands 5 to 35, capacities 10 to 160 and
    then scaled so that together they are `ratio` times all demand, fixed costs of about
    100 · √capacity. Capacities and costs are rounded to whole numbers, capacities upwards.
    """
    dice = Random(f"single source {customers} {sites} {ratio} {seed}")
    towns, places = _points(dice, customers), _points(dice, sites)
    demand = [float(dice.randint(5, 35)) for _ in towns]
    sizes = [dice.randint(10, 160) for _ in places]
    scale = ratio * sum(demand) / sum(sizes)
    able = []
    for size in sizes:
        cost = dice.randint(0, 90) + dice.randint(100, 110) * math.sqrt(size)
        able.append(Open(float(round(cost)), float(math.ceil(scale * size))))
    ways = [[way / 10 for way in row] for row in _between(towns, places)]
    return facility_location(f"single-source-{customers}x{sites}-{seed}", demand, able, ways)


def _points(dice: Random, count: int) -> list[tuple[int, int]]:
    return [(dice.randint(0, SIDE), dice.randint(0, SIDE)) for _ in range(count)]


def _between(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]) -> list[list[float]]:
    return [[float(round(math.dist(a, b))) for b in other] for a in one]


def _ids(count: int) -> list[str]:
    return [f"{k:04d}" for k in range(count)]


def _trips(ways: Matrix) -> float:
    """Return into how many trips of a tenth, hundredth, … a way is parted where it is too long."""
    longest = max((way for row in ways for way in row), default=0.0)
    trips = 1.0
    while 30.0 * longest / trips > MOST_MINUTES:
        trips *= 10.0
    return trips


def _towns(ids: Sequence[str], demand: Sequence[float]) -> tuple[Municipality, ...]:
    lat, lon = MIDDLE
    return tuple(
        Municipality(id=i, name=i, population=float(size), lat=lat, lon=lon, county="1", state="1",
                     identity_area="1")
        for i, size in zip(ids, demand, strict=True)
    )  # fmt: skip


def _service(trips: float) -> ServiceModel:
    return ServiceModel(
        id="service",
        title={"en": "Service"},
        demand=Demand(per_inhabitant=1.0),
        cost=TierCost(kind="tiers", tiers=(Tier(fixed=0.0),)),
        travel=Trips(trips_per_inhabitant=trips),
    )
