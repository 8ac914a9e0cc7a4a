"""An instance as arrays: what criteria, rules and formulations compute with.

n municipalities and S services are numbered in the order of the instance. Everything here is a
fact of the case; choices (weights, rules) are in `koopopt.problem`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from koopopt.instance.values import Instance
from koopopt.library import LegalForm, ServiceModel
from koopopt.linear import Bools, Floats, Ints
from koopopt.plan import Partnership

EARTH_RADIUS_KM = 6371.0088
TOLERANCE = 1e-9
"""Slack for comparing floats that should be equal, relative to their size."""


def at_most(value: float, limit: float) -> bool:
    """Whether value ≤ limit, forgiving the rounding of sums."""
    return value <= limit + TOLERANCE * max(1.0, abs(limit))


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """The arrays of an instance.

    Attributes
    ----------
    instance : Instance
    index : mapping municipality id -> number
    service_index : mapping service id -> number
    population : (n,) inhabitants
    minutes : (n, n) minutes from the municipality to the seat
    demand : (S, n) demand units a year
    alone_cost : (S, n) EUR a year of staying alone
    adjacent : (n, n) bool, symmetric, False on the diagonal
    county, state, area : (n,) int codes; equal code means same county, state, identity area
    status_quo_seat : (S, n) number of the seat today (oneself where alone)
    """

    instance: Instance
    index: Mapping[str, int]
    service_index: Mapping[str, int]
    population: Floats
    minutes: Floats
    demand: Floats
    alone_cost: Floats
    adjacent: Bools
    county: Ints
    state: Ints
    area: Ints
    status_quo_seat: Ints

    @classmethod
    def of(cls, instance: Instance) -> Facts:
        """Compute the arrays of `instance`."""
        towns, services = instance.municipalities, instance.services
        index = {m.id: i for i, m in enumerate(towns)}
        service_index = {s.id: k for k, s in enumerate(services)}
        population = np.array([m.population for m in towns], float)
        demand = np.array([s.demand.per_inhabitant * population for s in services], float).reshape(
            len(services), len(towns)
        )
        for (town, service), value in instance.demand.items():
            demand[service_index[service], index[town]] = value
        alone_cost = np.array([s.cost(d) for s, d in zip(services, demand, strict=True)], float)
        alone_cost = alone_cost.reshape(demand.shape)
        for (town, service), value in instance.alone_cost.items():
            alone_cost[service_index[service], index[town]] = value
        adjacent = np.zeros((len(towns), len(towns)), bool)
        for pair in instance.neighbours:
            a, b = index[pair.a], index[pair.b]
            adjacent[a, b] = adjacent[b, a] = True
        seat = np.tile(np.arange(len(towns)), (len(services), 1))
        for p in instance.status_quo:
            seat[service_index[p.service], [index[m] for m in p.members]] = index[p.seat]
        return cls(
            instance=instance,
            index=index,
            service_index=service_index,
            population=population,
            minutes=_minutes(instance, index),
            demand=demand,
            alone_cost=alone_cost,
            adjacent=adjacent,
            county=_codes((m.state, m.county) for m in towns),
            state=_codes(m.state for m in towns),
            area=_codes(m.identity_area for m in towns),
            status_quo_seat=seat,
        )

    @property
    def n(self) -> int:
        """Number of municipalities."""
        return len(self.population)

    @property
    def services(self) -> tuple[ServiceModel, ...]:
        """The services, numbered by position."""
        return self.instance.services

    @property
    def ids(self) -> tuple[str, ...]:
        """The municipality ids, numbered by position."""
        return tuple(m.id for m in self.instance.municipalities)

    def forms(self, service: int) -> tuple[LegalForm, ...]:
        """Return the legal forms open to a service."""
        id_ = self.services[service].id
        return tuple(f for f in self.instance.legal_forms if f.serves(id_))

    def members(self, partnership: Partnership) -> Ints:
        """Return the numbers of a partnership's members."""
        return np.array([self.index[m] for m in partnership.members], np.int64)

    def form(self, partnership: Partnership) -> LegalForm | None:
        """Return the legal form of a partnership, None for alone or an unknown one."""
        forms = self.instance.legal_forms
        return next((f for f in forms if f.id == partnership.legal_form), None)

    def cost(self, partnership: Partnership) -> float:
        """Return EUR a year of a partnership, without the office of its seat (section 4)."""
        s, who = self.service_index[partnership.service], self.members(partnership)
        if len(who) == 1:
            return float(self.alone_cost[s, who[0]])
        form = self.form(partnership)
        form_cost = form.cost(len(who)) if form else 0.0
        return form_cost + float(self.services[s].cost(self.demand[s, who].sum()))


def _codes(labels: Iterable[object]) -> Ints:
    """Return the distinct labels numbered in order of appearance."""
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels], np.int64)


def points(instance: Instance) -> tuple[Floats, Floats]:
    """Return latitudes and longitudes, in radians."""
    towns = instance.municipalities
    return np.radians([m.lat for m in towns]), np.radians([m.lon for m in towns])


def estimated_minutes(
    instance: Instance, at: tuple[Floats, Floats], origins: Sequence[int]
) -> Floats:
    """Return (origins, n) minutes between `points`: great circle (haversine) × detour / speed."""
    lat, lon = at
    lat_from, lon_from = lat[list(origins), None], lon[list(origins), None]
    half = (
        np.sin((lat_from - lat) / 2) ** 2
        + np.cos(lat_from) * np.cos(lat) * np.sin((lon_from - lon) / 2) ** 2
    )
    km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return np.asarray(km * instance.detour / instance.speed_kmh * 60)


def _minutes(instance: Instance, index: Mapping[str, int]) -> Floats:
    """Minutes for all pairs: the estimated, then the given ones."""
    minutes = estimated_minutes(instance, points(instance), range(len(index)))
    for (origin, destination), value in instance.travel.items():
        minutes[index[origin], index[destination]] = value
    np.fill_diagonal(minutes, 0.0)
    return np.asarray(minutes)
