"""Minutes by car between the municipalities of an instance, and to its sites."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from koopopt.case.facts import points
from koopopt.case.instance import Instance
from koopopt.errors import DataError, Fault, some
from koopopt.importing.roads.extract import Roads
from koopopt.importing.roads.network import Network
from koopopt.importing.roads.speeds import FERRY_KMH
from koopopt.importing.travel.pairs import Pair, both_ways, estimated, place_ids
from koopopt.linear import Floats, Ints
from koopopt.text import T, Text

TOLD_KM: Final = 2.0
"""Kilometres to the nearest road from which on it is told."""
COVERED_KM: Final = 10.0
"""Beyond this many the extract does not cover a place."""


@dataclass(frozen=True, slots=True)
class ByRoad:
    """Times by road, and what they were made of.

    Attributes
    ----------
    minutes : mapping (origin, destination) -> minutes
        Each pair in both directions, but for ways to sites.
    notes : tuple of Fault
        What was left out or supposed.
    ways, junctions : int
        Of the whole extract.
    """

    minutes: Mapping[Pair, float]
    notes: tuple[Fault, ...]
    ways: int
    junctions: int


@dataclass(slots=True)
class _Places:
    """The places of an instance on the roads."""

    ids: list[str]
    names: dict[str, str]
    node: Ints
    km: Floats
    notes: list[Fault] = field(default_factory=list)

    @property
    def covered(self) -> list[int]:
        """The places that the extract covers."""
        return [int(k) for k in np.flatnonzero(self.km <= COVERED_KM)]

    def told(self, id_: str) -> str:
        """Return how a place is named in sentences."""
        return f"{self.names[id_]} ({id_})"


def by_road(
    instance: Instance,
    roads: Roads,
    file: str,
    within: float = 90.0,
    tell: Callable[[Text], None] = lambda _: None,
) -> ByRoad:
    """Return the minutes of the fastest ways by car.

    Parameters
    ----------
    instance : Instance
    roads : Roads
    file : str
        The extract, as notes name it.
    within : float
        Minutes; pairs of which one way takes longer are left out in both directions.
    tell : callable
        Is told what is being done.

    Raises
    ------
    DataError
        If no two places lie on the roads of the extract, or near enough to each other.
    """
    tell(T("connecting roads"))
    network = Network(roads)
    places = _placed(instance, network)
    covered = places.covered
    if len(covered) < 2:
        raise DataError([_elsewhere(roads, places, file)])
    towns = set(_towns(instance))
    found = _paths(network, places, towns, within, tell)
    sites = set(places.ids) - towns
    minutes, _ = both_ways(found, sites)
    notes = [
        *_far(places, file),
        *_together(places, minutes, file),
        *_beyond(instance, places, minutes, within, file),
        *_peculiar(roads, file),
    ]
    if not minutes:
        rule = T("No two places are within {within} minutes of each other by road.", within=within)
        raise DataError([Fault(file, rule, T("Allow more by --within."))], notes)
    return ByRoad(minutes, tuple(notes), len(roads.forward), int(network.junctions.sum()))


def _towns(instance: Instance) -> list[str]:
    """Return the ids of the municipalities, the origins of all ways."""
    return [town.id for town in instance.municipalities]


def _placed(instance: Instance, network: Network) -> _Places:
    lat, lon = (np.degrees(radians) for radians in points(instance))
    node, km = network.nearest(lat, lon)
    names = {site.id: site.name for site in instance.sites}
    names |= {town.id: town.name for town in instance.municipalities}
    return _Places(list(place_ids(instance)), names, node, km)


def _paths(
    network: Network,
    places: _Places,
    origins: set[str],
    within: float,
    tell: Callable[[Text], None],
) -> dict[Pair, float]:
    """Return the minutes of all ways that are short enough."""
    from scipy.sparse.csgraph import dijkstra

    covered = places.covered
    edges = network.between(np.unique(places.node[covered]))
    graph = edges.matrix()
    at = {k: int(np.searchsorted(edges.nodes, places.node[k])) for k in covered}
    to = np.array([at[k] for k in covered])
    found: dict[Pair, float] = {}
    from_ = [k for k in covered if places.ids[k] in origins]
    for done, k in enumerate(from_):
        tell(T("paths from {done} of {all} municipalities", done=done + 1, all=len(from_)))
        minutes = dijkstra(graph, indices=at[k], limit=within)[to]
        for other, value in zip(covered, minutes.tolist(), strict=True):
            if other != k and np.isfinite(value):
                found[places.ids[k], places.ids[other]] = value
    return found


def _elsewhere(roads: Roads, places: _Places, file: str) -> Fault:
    nearest = int(places.km.argmin())
    if not np.isfinite(places.km[nearest]):
        return Fault(file, T("No two roads of the extract are connected."), _LARGER)
    rule = T(
        "The extract does not cover the instance: its nearest road is {km} km from {place}.",
        km=round(float(places.km[nearest]), 1),
        place=places.told(places.ids[nearest]),
    )
    return Fault(file, rule, _LARGER)


_LARGER: Final = T("Take an extract of the region of the instance, with some way around it.")


def _far(places: _Places, file: str) -> Iterator[Fault]:
    """Tell places that are far from any road, and those that the extract does not cover."""
    for k, id_ in enumerate(places.ids):
        km = round(float(places.km[k]), 1)
        if places.km[k] > COVERED_KM:
            yield Fault(
                file,
                T(
                    "The extract does not cover {place}: its nearest road is {km} km away. All"
                    " pairs of it are left out, and count as estimated.",
                    place=places.told(id_),
                    km=km,
                ),
                _LARGER,
            )
        elif places.km[k] > TOLD_KM:
            yield Fault(
                file,
                T("The nearest road to {place} is {km} km away; ways begin and end there.",
                  place=places.told(id_), km=km),
                T("Check the point of the place."),
            )  # fmt: skip


def _together(places: _Places, minutes: Mapping[Pair, float], file: str) -> Iterator[Fault]:
    """Tell places between which the way takes no time, since one node is the nearest to both."""
    if none := [pair for pair, value in minutes.items() if not value]:
        names = some(none, lambda pair: f"{places.names[pair[0]]} – {places.names[pair[1]]}")
        rule = T("Ways that take no time: {ways}.", ways=names)
        yield Fault(file, rule, T("Check their points: they lie on the same spot of a road."))


def _beyond(
    instance: Instance,
    places: _Places,
    minutes: Mapping[Pair, float],
    within: float,
    file: str,
) -> Iterator[Fault]:
    """Tell pairs that are left out since they take too long."""
    towns, covered = _towns(instance), [places.ids[k] for k in places.covered]
    mine = set(covered)
    wanted = [(a, b) for a in towns if a in mine for b in covered if a != b]
    lost = [pair for pair in wanted if pair not in minutes]
    if not lost:
        return
    shorter = int((estimated(instance, lost) < within).sum())
    once = {frozenset(pair): pair for pair in reversed(lost)}  # the first of both directions
    names = some(
        reversed(once.values()),
        lambda pair: f"{places.names[pair[0]]} – {places.names[pair[1]]}",
    )
    yield Fault(
        file,
        T(
            "{count} of {all} ways take more than {within} minutes there or back and are left out:"
            " {names}. They count as estimated, {shorter} of them with less.",
            count=len(lost),
            all=len(wanted),
            within=within,
            names=names,
            shorter=shorter,
        ),
        T("Allow more by --within if such ways matter."),
    )


def _peculiar(roads: Roads, file: str) -> Iterator[Fault]:
    """Tell what of the roads was passed over or supposed."""
    if unknown := int(np.isnan(roads.lat).sum()):
        rule = T("Nodes of roads that the extract does not hold, so that roads end before them:"
                 " {count}.",
                 count=unknown)  # fmt: skip
        yield Fault(file, rule, T("Take an extract with complete ways if they matter."))
    if roads.strange:
        rule = T(
            "Roads whose speed limit is not understood, so that their class counts: {count}"
            " ({names}).",
            count=len(roads.strange),
            names=some(roads.strange, repr),
        )
        yield Fault(file, rule, T("Correct them in OpenStreetMap if they matter."))
    if roads.barriers:
        rule = T("Gates, bollards and other barriers on roads that are passed as if open: {count}.",
                 count=roads.barriers)  # fmt: skip
        yield Fault(file, rule, T("Check ways that seem too short."))
    if roads.untimed:
        rule = T("Ferries without a duration, which go at {speed} km/h: {count}.",
                 count=roads.untimed, speed=FERRY_KMH)  # fmt: skip
        yield Fault(file, rule, T("Add their durations to OpenStreetMap if they matter."))
