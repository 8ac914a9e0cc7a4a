"""An instance as arrays: what criteria, rules and formulations compute with.

n municipalities and S services are numbered in the order of the instance. Places that may be a seat
are the m ≥ n municipalities and sites: municipalities first, sites in the order in which they are
named. Everything here is a fact of the case; choices (weights, rules) are in `koopopt.problem`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import overload

import numpy as np

from koopopt.case.demands import alone_cents_of, grains_of, per_unit_of, served_cents
from koopopt.case.instance import Instance, Site
from koopopt.case.library import LegalForm, ServiceModel
from koopopt.case.plan import Partnership
from koopopt.case.sums import sum_faults
from koopopt.case.years import form_costs, once
from koopopt.errors import DataError
from koopopt.exact import CENTS_PER_EURO, fraction, whole
from koopopt.linear import Bools, Floats, Ints
from koopopt.shown import Brief

EARTH_RADIUS_KM = 6371.0088
TOLERANCE = 1e-9
"""Slack for comparing floats that should be equal, relative to their size."""
MOST_COSTS = 10_000
"""Costs of so many partnerships are remembered, then none for a start."""
ROWS_AT_ONCE = 1024
"""Municipalities whose minutes are estimated together: a country's at once fill the memory."""


@overload
def euros(cents: int | Fraction) -> float: ...
@overload
def euros(cents: int | Fraction | None) -> float | None: ...
def euros(cents: int | Fraction | None) -> float | None:
    """Return cents as EUR; None where nobody knows how many."""
    return None if cents is None else float(cents / CENTS_PER_EURO)


def at_most(value: float, limit: float) -> bool:
    """Whether value ≤ limit, forgiving the rounding of sums."""
    return value <= limit + TOLERANCE * max(1.0, abs(limit))


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Facts(Brief):
    """The arrays of an instance.

    Attributes
    ----------
    instance : Instance
    index : mapping id of a municipality or site -> number
    service_index : mapping service id -> number
    population : (n,) inhabitants
    minutes : (n, m) minutes from the municipality to the seat
    demand : (S, n) demand units a year
    grains, per_unit : (S, n) and (S,) int
        The demand in whole parts of its unit, `per_unit` of which make one: their sums do not
        depend on the order.
    alone_cents : (S, n) int, cents a year of staying alone
    office_cents : int, cents a year
    form_costs : for each service and legal form EUR a year of the form, less its grant, with the
        annuity of what founding costs once, by number of members, 0 to n
    annuity : Fraction
        EUR a year for 1 EUR paid once; 0 where the instance has no horizon.
    adjacent : (n, n) bool, symmetric, False on the diagonal
    county, state, area : (n,) int codes; equal code means same county, state, identity area
    seat_area : (m,) the codes of the identity areas of all places
    sites : mapping (service, place) -> Site
    status_quo_seat : (S, n) number of the seat today (oneself where alone)
    """

    instance: Instance
    index: Mapping[str, int]
    service_index: Mapping[str, int]
    population: Floats
    minutes: Floats
    demand: Floats
    grains: Ints
    per_unit: Ints
    alone_cents: Ints
    office_cents: int
    form_costs: Sequence[Sequence[Sequence[Fraction]]]
    annuity: Fraction
    adjacent: Bools
    county: Ints
    state: Ints
    area: Ints
    status_quo_seat: Ints
    seat_area: Ints
    sites: Mapping[tuple[int, int], Site] = field(default_factory=dict)
    plain: Facts | None = None
    """The facts of the instance, where here its sites are municipalities (`koopopt.case.sites`)."""
    joined: Facts | None = field(default=None, init=False, repr=False)
    terms: dict[tuple[str, int], Ints] = field(default_factory=dict, init=False, repr=False)
    """Amounts of criteria that were computed before, by criterion and service; a copy with other
    arrays begins without."""
    costs: dict[tuple[Partnership, bool, bool], int] = field(
        default_factory=dict, init=False, repr=False
    )
    """Costs of partnerships that were asked for before: several criteria of a plan need each."""

    @classmethod
    def of(cls, instance: Instance, near: Facts | None = None) -> Facts:
        """Compute the arrays of `instance`; its minutes are those of `near`, where that is given.

        Raises
        ------
        DataError
            Where sums would be too large to be exact.
        """
        if faults := list(sum_faults(instance)):
            raise DataError(faults)
        towns, services = instance.municipalities, instance.services
        index = {m.id: i for i, m in enumerate(towns)}
        for site in instance.sites:
            index.setdefault(site.id, len(index))
        service_index = {s.id: k for k, s in enumerate(services)}
        population = np.array([m.population for m in towns], float)
        demand = np.array([s.demand.per_inhabitant * population for s in services], float).reshape(
            len(services), len(towns)
        )
        for (town, service), value in instance.demand.items():
            demand[service_index[service], index[town]] = value
        per_unit = np.array([per_unit_of(row) for row in demand], np.int64)
        grains = grains_of(instance, per_unit.tolist())
        demand = grains / per_unit[:, None]
        alone = alone_cents_of(instance, grains, per_unit)
        adjacent = np.zeros((len(towns), len(towns)), bool)
        for pair in instance.neighbours:
            a, b = index[pair.a], index[pair.b]
            adjacent[a, b] = adjacent[b, a] = True
        area = _codes([*(m.identity_area for m in towns), *_site_areas(instance, index)])
        seat = np.tile(np.arange(len(towns)), (len(services), 1))
        for p in instance.status_quo:
            seat[service_index[p.service], [index[m] for m in p.members]] = index[p.seat]
        annuity = instance.horizon.a_year if instance.horizon else Fraction(0)
        return cls(
            instance=instance,
            index=index,
            service_index=service_index,
            population=population,
            minutes=_minutes(instance, index) if near is None else near.minutes,
            demand=demand,
            grains=grains,
            per_unit=per_unit,
            alone_cents=alone,
            office_cents=whole(instance.office_cost, CENTS_PER_EURO),
            form_costs=form_costs(instance.legal_forms, services, len(towns), annuity),
            annuity=annuity,
            adjacent=adjacent,
            county=_codes((m.state, m.county) for m in towns),
            state=_codes(m.state for m in towns),
            area=area[: len(towns)],
            status_quo_seat=seat,
            seat_area=area,
            sites={(service_index[s.service], index[s.id]): s for s in instance.sites},
        )

    @property
    def n(self) -> int:
        """Number of municipalities."""
        return len(self.population)

    @property
    def towns(self) -> int:
        """Number of municipalities, sites never among them."""
        return self.n if self.plain is None else self.plain.n

    @property
    def places(self) -> int:
        """Number of places that may be a seat: municipalities and sites."""
        return len(self.seat_area)

    @property
    def seat_ids(self) -> tuple[str, ...]:
        """The ids of all places, numbered by position."""
        return tuple(self.index)

    def seat_name(self, id_: str) -> str:
        """Return the name of a municipality or site; its id where there is none of this id."""
        towns, number = self.instance.municipalities, self.index.get(id_, -1)
        if 0 <= number < len(towns):
            return towns[number].name
        return next((site.name for site in self.instance.sites if site.id == id_), id_)

    def capacity(self, service: int, place: int) -> float:
        """Return the demand that a place can serve; infinite at a municipality."""
        site = self.sites.get((service, place))
        return np.inf if site is None or site.capacity is None else site.capacity

    def holds(self, service: int, place: int, grains: Ints) -> Bools:
        """Return whether these demands fit the capacity of a place."""
        most = self.capacity(service, place)
        return np.asarray(grains / self.per_unit[service] <= most + TOLERANCE * max(1.0, most))

    @property
    def services(self) -> tuple[ServiceModel, ...]:
        """The services, numbered by position."""
        return self.instance.services

    @property
    def ids(self) -> tuple[str, ...]:
        """The municipality ids, numbered by position."""
        if self.plain is not None:
            return self.seat_ids
        return tuple(m.id for m in self.instance.municipalities)

    def forms(self, service: int) -> tuple[LegalForm, ...]:
        """Return the legal forms open to a service."""
        id_ = self.services[service].id
        return tuple(f for f in self.instance.legal_forms if f.serves(id_))

    def reached(self, who: Ints) -> Bools:
        """Return (len(who),) who is reached from the first one over borders among these."""
        inside = self.adjacent[np.ix_(who, who)]
        reached = np.arange(len(who)) == 0
        while (more := reached | inside[reached].any(axis=0)).sum() > reached.sum():
            reached = more
        return np.asarray(reached)

    def members(self, partnership: Partnership) -> Ints:
        """Return the numbers of a partnership's members."""
        who = [self.index[m] for m in partnership.members]
        if self.plain is not None and (seat := self.index[partnership.seat]) >= self.towns:
            who.append(seat)
        return np.array(who, np.int64)

    def form(self, partnership: Partnership) -> LegalForm | None:
        """Return the legal form of a partnership, None for alone or an unknown one."""
        forms = self.instance.legal_forms
        return next((f for f in forms if f.id == partnership.legal_form), None)

    @property
    def alone_cost(self) -> Floats:
        """(S, n) EUR a year of staying alone; computed anew, so `alone_euros` is for loops."""
        return self.alone_cents / CENTS_PER_EURO

    def alone_euros(self, service: int, who: Ints) -> Floats:
        """Return EUR a year that each of these pays alone."""
        return np.asarray(self.alone_cents[service, who] / CENTS_PER_EURO)

    def paid(
        self,
        service: int,
        form: LegalForm | None,
        members: int,
        *,
        granted: bool = True,
        founded: bool = True,
    ) -> Fraction:
        """Return EUR a year for the legal form of a pool of `members`, and for founding it.

        Less the grant unless it is not `granted`; without the annuity of what founding costs once
        unless `founded`.
        """
        paid = form.exact(members, granted=granted) if form else Fraction(0)
        if not founded or not self.annuity:
            return paid
        return paid + self.annuity * self.once(service, form, members)

    def once(self, service: int, form: LegalForm | None, members: int) -> Fraction:
        """Return EUR that founding a pool of `members` costs once."""
        return once(form, self.services[service], members)

    def cents(self, partnership: Partnership, *, granted: bool = True, founded: bool = True) -> int:
        """Return the cost of a partnership, without the office of its seat, in cents a year.

        Unless `granted` it is what it would cost without the grant of its legal form, and unless
        `founded` without the annuity of what it costs once.
        """
        if self.plain is not None:
            return self.plain.cents(partnership, granted=granted, founded=founded)
        asked = partnership, granted, founded
        found = self.costs.get(asked)
        if found is None:
            found = self._cents(*asked)
            if len(self.costs) >= MOST_COSTS:  # other threads may ask meanwhile
                self.costs.clear()
            self.costs[asked] = found
        return found

    def _cents(self, partnership: Partnership, granted: bool, founded: bool) -> int:
        s, who = self.service_index[partnership.service], self.members(partnership)
        if not partnership.pooled:
            return int(self.alone_cents[s, who[0]])
        form = self.form(partnership)
        grains = self.grains[s, who].sum(keepdims=True)
        paid = self.paid(s, form, len(who), granted=granted, founded=founded)
        paid += self.fixed_cost(s, self.index[partnership.seat])
        return int(self.pooled_cents(s, grains, [paid], np.zeros(1, np.int64))[0])

    def fixed_cost(self, service: int, place: int) -> Fraction:
        """Return EUR a year that a partnership pays for its seat; nothing at a municipality."""
        site = self.sites.get((service, place))
        return Fraction(0) if site is None else fraction(site.fixed_cost)

    def cost(self, partnership: Partnership) -> float:
        """Return EUR a year, without the office of the seat (section 4 of docs/semantics.md)."""
        return euros(self.cents(partnership))

    def pooled_cents(
        self, service: int, grains: Ints, paid: Sequence[Fraction], which: Ints
    ) -> Ints:
        """Return the costs of many pooled partnerships, in cents, each rounded once.

        Parameters
        ----------
        service : int
        grains : (N,) int array
            Their demands.
        paid : sequence of Fraction
            What legal forms cost, less grants, in EUR a year.
        which : (N,) int array
            Which of these applies.
        """
        curve, per_unit = self.services[service].cost, int(self.per_unit[service])
        return served_cents(curve, grains, per_unit, paid, which)

    def _said(self) -> str:
        return self.instance._said()


def _codes(labels: Iterable[object]) -> Ints:
    """Return the distinct labels numbered in order of appearance."""
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels], np.int64)


def _site_areas(instance: Instance, index: Mapping[str, int]) -> Iterator[str]:
    """Yield the identity areas of sites, that of the nearest municipality where none is given."""
    towns = instance.municipalities
    if not instance.sites:
        return
    way = estimated_minutes(instance, points(instance), range(len(towns), len(index)))
    first = {site.id: site for site in reversed(instance.sites)}
    for id_, minutes in zip(list(index)[len(towns) :], way, strict=True):
        nearest = towns[int(minutes[: len(towns)].argmin())]
        yield first[id_].identity_area or nearest.identity_area


def points(instance: Instance) -> tuple[Floats, Floats]:
    """Return latitudes and longitudes of all places, in radians: municipalities, then sites."""
    places = [(m.lat, m.lon) for m in instance.municipalities]
    places += {site.id: (site.lat, site.lon) for site in instance.sites}.values()
    lat, lon = np.radians(np.array(places, float).reshape(-1, 2).T)
    return lat, lon


def estimated_minutes(
    instance: Instance, at: tuple[Floats, Floats], origins: Sequence[int]
) -> Floats:
    """Return (origins, m) minutes between `points`: great circle (haversine) × detour / speed."""
    lat, lon = at
    lat_from, lon_from = lat[list(origins), None], lon[list(origins), None]
    km = great_circle_km(lat_from, lon_from, lat, lon)
    return np.asarray(km * instance.detour / instance.speed_kmh * 60)


def great_circle_km(lat_from: Floats, lon_from: Floats, lat: Floats, lon: Floats) -> Floats:
    """Return the kilometres between points in radians (haversine)."""
    half = (
        np.sin((lat_from - lat) / 2) ** 2
        + np.cos(lat_from) * np.cos(lat) * np.sin((lon_from - lon) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def _minutes(instance: Instance, index: Mapping[str, int]) -> Floats:
    """Minutes from each municipality to each place: the estimated, then the given ones."""
    at, towns = points(instance), len(instance.municipalities)
    minutes = np.empty((towns, len(index)))
    for first in range(0, towns, ROWS_AT_ONCE):
        rows = range(first, min(towns, first + ROWS_AT_ONCE))
        minutes[first : rows.stop] = estimated_minutes(instance, at, rows)
    for (origin, destination), value in instance.travel.items():
        minutes[index[origin], index[destination]] = value
    np.fill_diagonal(minutes, 0.0)
    return np.asarray(minutes)
