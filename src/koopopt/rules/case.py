"""One service's rules beside the data that they are held against, without any matrix of pairs.

What is said here of rules is sound: what a rule is said to forbid, no plan can have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from koopopt.case.facts import TOLERANCE, at_most, estimated_minutes, points
from koopopt.case.instance import Instance
from koopopt.case.library import LegalForm, ServiceModel
from koopopt.errors import some
from koopopt.linear import Bools, Floats, Ints
from koopopt.rules.conflicts import Bound
from koopopt.rules.partnership.sizes import most_at
from koopopt.text import Text


@dataclass(frozen=True, slots=True)
class Requirement:
    """Municipalities of which a rule wants something, and the keys that say so."""

    towns: tuple[int, ...]
    keys: tuple[str, ...]


class Room:
    """A rule on how much a pool serves: what each municipality takes, what each seat has.

    `high` says what municipalities have, and behind them sites, which take nothing.
    """

    def __init__(self, key: str, takes: Floats, high: Floats) -> None:
        self.key, self.takes = key, takes
        # Sums of facts may differ from these by as little, and pass their bound by as little.
        has = high + 2 * TOLERANCE * np.maximum(1.0, high) + 1e-11 * takes.sum()
        self.has, at_sites = has[: len(takes)], has[len(takes) :]
        self.largest = float(has.max())
        self.at_sites = float(at_sites.max(initial=-np.inf))
        """The largest room at a site."""

    def holds(self, towns: Sequence[int]) -> bool:
        """Whether some seat, of these or not, has room for all of these."""
        more = self.takes.copy()
        more[list(towns)] = 0.0
        total = self.takes[list(towns)].sum()
        return bool(total <= self.at_sites or (total + more <= self.has).any())

    @cached_property
    def lonely(self) -> Bools:
        """Who fits with nobody: neither as a seat nor at one, nor at a site."""
        host = self.takes + _least_other(self.takes) > self.has
        guest = self.takes + _least_other(self.takes - self.has) > 0
        return np.asarray(host & guest & (self.takes > self.at_sites))


def _least_other(values: Floats) -> Floats:
    """Return for each place the least of all other values."""
    least = np.full(len(values), values.min(initial=np.inf))
    if len(values):
        first = int(values.argmin())
        least[first] = np.delete(values, first).min(initial=np.inf)
    return least


class Case:
    """What the rules of one service ask for, and what the data are."""

    def __init__(self, instance: Instance, service: ServiceModel, bound: Bound) -> None:
        self.instance, self.service, self.bound = instance, service, bound
        self.towns = instance.municipalities
        self.n = len(self.towns)
        self.sites = {s.id for s in instance.sites if s.service == service.id}
        self.least = 1 if self.sites else 2
        """Members that a pool has at the least."""
        self.index = {town.id: i for i, town in enumerate(self.towns)}
        self.population = np.array([town.population for town in self.towns], float)
        self.county = [(town.state, town.county) for town in self.towns]
        self.state = [town.state for town in self.towns]
        self.area = [town.identity_area for town in self.towns]
        self.alone = frozenset(self.index[id_] for id_ in bound.get("alone", ()))
        self._sizes: dict[int, Counter[object]] = {}
        self.apart = [(self.index[a], self.index[b]) for a, b in bound.get("apart", ())]

    def names(self, towns: Sequence[int]) -> Text:
        """Return the names and ids of some municipalities, the first three and how many more."""
        return some(towns, lambda i: f"{self.towns[i].name} ({self.towns[i].id})")

    def alike(self, label: Sequence[object], town: int) -> int:
        """Return how many municipalities share a label with this one."""
        if id(label) not in self._sizes:
            self._sizes[id(label)] = Counter(label)
        return self._sizes[id(label)][label[town]]

    def too_small(self, label: Sequence[object], towns: Sequence[int]) -> list[int]:
        """Return which of the towns have fewer people of the same label than are needed."""
        people: dict[object, float] = {}
        for i, count in enumerate(self.population.tolist()):
            people[label[i]] = people.get(label[i], 0.0) + count
        least = self.bound.get("min_population", 0)
        return [i for i in towns if not at_most(least, people[label[i]])]

    @cached_property
    def forms(self) -> tuple[LegalForm, ...]:
        """The legal forms that a partnership may take."""
        wanted = self.bound.get("legal_forms")
        return tuple(
            form
            for form in self.instance.legal_forms
            if form.serves(self.service.id) and (wanted is None or form.id in wanted)
        )

    @cached_property
    def demand(self) -> Floats:
        """What each municipality demands of the service, a year."""
        given, each = self.instance.demand, self.service.demand.per_inhabitant
        pairs = ((town.id, self.service.id) for town in self.towns)
        people = self.population.tolist()
        return np.array([given.get(p, each * b) for p, b in zip(pairs, people, strict=True)], float)

    @cached_property
    def capacities(self) -> list[Room]:
        """The rules on how much a pool serves."""
        found = []
        for key in ("max_population", "max_demand"):
            value = self.bound.get(key)
            if value is not None:
                takes = self.population if key == "max_population" else self.demand
                seats = (*self.index, *self.sites)
                high = np.array([most_at(value, seat) for seat in seats], float)
                found.append(Room(key, takes, high))
        return found

    @cached_property
    def groups(self) -> list[Requirement]:
        """Who shares one partnership: pairs, today's partnerships, or all; overlaps are merged."""
        sets = [("together", [self.index[i] for i in p]) for p in self.bound.get("together", ())]
        if self.bound.get("keep_existing"):
            sets += [
                ("keep_existing", [self.index[i] for i in p.members])
                for p in self.instance.status_quo
                if p.service == self.service.id and p.pooled
            ]
        most = self.bound.get("max_partnerships")
        if isinstance(most, Mapping):
            most = most.get(self.service.id)
        elif most is not None:
            most -= len(self.instance.services) - 1  # each other service has one at least
        if most == 1:
            sets.append(("max_partnerships", list(range(self.n))))
        label = united(self.n, (towns for _, towns in sets))
        found: dict[int, set[int]] = {}
        keys: dict[int, set[str]] = {}
        for key, towns in sets:
            found.setdefault(label[towns[0]], set()).update(towns)
            keys.setdefault(label[towns[0]], set()).add(key)
        return [
            Requirement(tuple(sorted(towns)), tuple(sorted(keys[k])))
            for k, towns in found.items()
            if len(towns) > 1
        ]

    @cached_property
    def poolers(self) -> list[Requirement]:
        """Who must not stay alone, by rule."""
        found = list(self.groups)
        wanted = self.bound.get("forbid_alone")
        if wanted:
            towns = range(self.n) if wanted is True else sorted({self.index[i] for i in wanted})
            found.append(Requirement(tuple(towns), ("forbid_alone",)))
        if self.bound.get("viable_alone"):
            least = self.bound.get("min_population", 0)
            small = [i for i in range(self.n) if not at_most(least, float(self.population[i]))]
            if small:
                found.append(Requirement(tuple(small), ("viable_alone",)))
        return found

    @cached_property
    def component(self) -> list[int]:
        """The part of the neighbour graph in which each municipality lies."""
        pairs = ((self.index[p.a], self.index[p.b]) for p in self.instance.neighbours)
        return united(self.n, pairs)

    @cached_property
    def seats(self) -> Bools:
        """Who may be a seat."""
        ids, places = self.bound.get("seats"), self.bound.get("central_places")
        if ids is None and places is None:
            return np.ones(self.n, bool)
        wanted, kinds = set(ids or ()), set(places or ())
        return np.array([t.id in wanted or t.central_place in kinds for t in self.towns], bool)

    def near(self, towns: Sequence[int]) -> tuple[Bools, Bools]:
        """Return two arrays (len(towns), n): which seats are near enough, and who is near enough.

        The first is of ways from the towns, the second of ways to them.
        """
        there = estimated_minutes(self.instance, self._points, towns)
        back = there.copy()
        for row, i in enumerate(towns):
            for j, minutes in self._ways.get(i, {}).items():
                there[row, j], back[row, j] = minutes, self._ways[j][i]
            there[row, i] = back[row, i] = 0.0
        return np.asarray(there <= self._most), np.asarray(back <= self._most)

    @cached_property
    def _points(self) -> tuple[Floats, Floats]:
        lat, lon = points(self.instance)
        return lat[: self.n], lon[: self.n]

    @cached_property
    def _ways(self) -> dict[int, dict[int, float]]:
        """The given minutes, from each place; there is always a way back."""
        ways: dict[int, dict[int, float]] = {}
        for (a, b), minutes in self.instance.travel.items():
            if b not in self.index:
                continue  # a site
            ways.setdefault(self.index[a], {})[self.index[b]] = minutes
        return ways

    def near_each_other(self, towns: Sequence[int]) -> bool:
        """Whether one of them may be the seat and is near enough to all of them."""
        lat, lon = (part[list(towns)] for part in self._points)
        minutes = estimated_minutes(self.instance, (lat, lon), range(len(towns)))
        for row, i in enumerate(towns):
            for column, j in enumerate(towns):
                minutes[row, column] = self._ways.get(i, {}).get(j, minutes[row, column])
        return bool(((minutes <= self._most).all(axis=0) & self.seats[list(towns)]).any())

    @cached_property
    def served(self) -> Bools:
        """Who can share an allowed seat with a neighbour, near enough: no need to look further."""
        result = np.zeros(self.n, bool)
        lat, lon = self._points
        for pair in self.instance.neighbours:
            a, b = self.index[pair.a], self.index[pair.b]
            if result[a] and result[b]:
                continue
            there, back = self._ways.get(a, {}).get(b), self._ways.get(b, {}).get(a)
            if there is None or back is None:
                at = lat[[a, b]], lon[[a, b]]
                there = back = float(estimated_minutes(self.instance, at, [0])[0, 1])
            if (there <= self._most and self.seats[b]) or (back <= self._most and self.seats[a]):
                result[a] = result[b] = True
        return result

    @property
    def _most(self) -> float:
        return float(self.bound.get("max_minutes") * (1 + 1e-9) + 1e-9)

    def can_host(self, form: LegalForm, towns: Sequence[int]) -> bool:
        """Whether a legal form could have all of these as members, whoever else joins."""
        size = max(len(towns), form.min_members, self.least)
        if size > min(form.max_members or self.n, self.n):
            return False
        for asked, label in ((form.same_county, self.county), (form.same_state, self.state)):
            if asked and (len({label[i] for i in towns}) > 1 or self.alike(label, towns[0]) < size):
                return False
        if form.votes is None or size < 3:
            return True
        votes: Floats = form.votes.of(self.population)
        inside = votes[list(towns)]
        others: Floats = np.sort(np.delete(votes, list(towns)))[::-1]
        most = inside.sum() + others[: (form.max_members or self.n) - len(towns)].sum()
        return bool(inside.max() <= form.votes.max_share * most + 1e-6)


def united(n: int, sets: Iterable[Sequence[int]]) -> list[int]:
    """Return a label for each of n things: the same for things that sets join, step by step."""
    root: Ints = np.arange(n)

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = int(root[i])
        return i

    for things in sets:
        for other in things:
            root[find(other)] = find(things[0])
    return [find(i) for i in range(n)]
