"""What there is: the associations of a county, and the same county as a case to plan anew.

The folder of data is that of `koopopt.bench.counties`, with `associations_de.csv` beside (columns
ags, association_id, pooled, seat) and `tax_office` in `municipalities_de.csv`. A group is a set of
municipalities with one administration; a municipality that belongs to no association is a group of
its own. Groups are labels, one whole number a municipality.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from koopopt import Instance
from koopopt.bench.counties import Row, counties, county, neighbours
from koopopt.errors import UsageError
from koopopt.reading.models import library_forms, library_service
from koopopt.text import T

ASSOCIATIONS: Final = "associations_de.csv"
SERVICE: Final = "administration"
FORM: Final = "administrative-association"
"""Service and legal form of the library that stand for the common administration."""
FEWEST: Final = 3
"""Municipalities that a county has at least; of two there is one pair only."""


@dataclass(frozen=True, slots=True)
class Law:
    """What the law of a Land says of sizes.

    Attributes
    ----------
    name : str
        Of the Land.
    forms : str
        Its legal forms in the library.
    least : int
        Inhabitants that an association has at least; 0 where the law names no number.
    alone : int
        Inhabitants below which nobody may administer for itself; 0 likewise.
    """

    name: str
    forms: str
    least: int = 0
    alone: int = 0


LAWS: Final[Mapping[str, Law]] = {
    "01": Law("Schleswig-Holstein", "schleswig-holstein", 8_000, 8_000),
    "03": Law("Niedersachsen", "niedersachsen", 7_000, 7_000),
    "07": Law("Rheinland-Pfalz", "rheinland-pfalz", 12_000, 10_000),
    "09": Law("Bayern", "bayern"),
    "15": Law("Sachsen-Anhalt", "sachsen-anhalt", 8_000, 8_000),
    "16": Law("Thüringen", "thueringen", 3_000, 3_000),
}
"""By key of the Land; README.md says where each number is from."""


@dataclass(frozen=True, slots=True)
class County:
    """A county as it is, its n municipalities in the order of their keys.

    Attributes
    ----------
    ags, name : str
    towns : tuple of mapping
        Their rows in the table.
    labels : tuple of int
        The real group of each.
    seats : tuple of int
        Where each group has its administration: the member, or the one of the county, of that
        name, else the largest member.
    near : tuple of frozenset of int
        Who borders on each.
    """

    ags: str
    name: str
    towns: tuple[Row, ...]
    labels: tuple[int, ...]
    seats: tuple[int, ...]
    near: tuple[frozenset[int], ...]

    @property
    def law(self) -> Law:
        """What holds in its Land."""
        return LAWS[self.ags[:2]]

    @property
    def people(self) -> tuple[int, ...]:
        """Inhabitants of each."""
        return tuple(int(row["population"]) for row in self.towns)

    @property
    def places(self) -> tuple[tuple[float, float], ...]:
        """Latitude and longitude of each."""
        return tuple((float(row["lat"]), float(row["lon"])) for row in self.towns)


def real(data: Path) -> list[County]:
    """Return the counties of these Länder with an association, in the order of their keys.

    Raises
    ------
    UsageError
        If the folder does not hold the tables.
    """
    of = associations(data)
    pairs = [(row["ags_a"], row["ags_b"]) for row in neighbours(data)]
    found = []
    for ags, rows in counties(data).items():
        groups = [of[row["ags"]]["association_id"] for row in rows]
        if ags[:2] in LAWS and len(rows) >= FEWEST and len(set(groups)) < len(groups):
            named = [of[row["ags"]]["seat"] for row in rows]
            found.append(_county(ags, rows, groups, named, pairs))
    return found


def creuse(data: Path) -> County | None:
    """Return the French département Creuse and its intercommunalités; None where it is not there.

    The library knows neither costs nor legal forms of France, so it is not planned anew.
    """
    towns, pairs = data / "fr_creuse_communes.csv", data / "fr_creuse_neighbours.csv"
    if not (towns.is_file() and pairs.is_file()):
        return None
    with towns.open(encoding="utf-8", newline="") as table:
        rows = [{**row, "ags": row["code"], "kreis": "Creuse"} for row in csv.DictReader(table)]
    with pairs.open(encoding="utf-8", newline="") as table:
        borders = [(row["code_a"], row["code_b"]) for row in csv.DictReader(table)]
    groups = [row["epci_code"] for row in rows]
    return _county("FR-23", rows, groups, [""] * len(rows), borders)


def associations(data: Path) -> dict[str, Row]:
    """Return the row of each municipality in the table of associations, by its key."""
    try:
        with (data / ASSOCIATIONS).open(encoding="utf-8", newline="") as table:
            return {row["ags"]: row for row in csv.DictReader(table)}
    except (OSError, KeyError):
        raise UsageError(
            T("--data: {file} is not in the folder {folder}, or cannot be read.",
              file=ASSOCIATIONS, folder=repr(str(data)))
        ) from None  # fmt: skip


def _county(
    ags: str,
    rows: Sequence[Row],
    groups: Sequence[str],
    named: Sequence[str],
    pairs: Sequence[tuple[str, str]],
) -> County:
    spot = {row["ags"]: i for i, row in enumerate(rows)}
    near: list[set[int]] = [set() for _ in rows]
    for a, b in pairs:
        if a in spot and b in spot:
            near[spot[a]].add(spot[b])
            near[spot[b]].add(spot[a])
    number = {key: k for k, key in enumerate(dict.fromkeys(groups))}
    labels = tuple(number[key] for key in groups)
    seats = []
    for k in range(len(number)):
        members = [i for i, label in enumerate(labels) if label == k]
        seats.append(_seat(rows, members, named[members[0]]))
    return County(
        ags, rows[0]["kreis"], tuple(rows), labels, tuple(seats), tuple(map(frozenset, near))
    )


def _seat(rows: Sequence[Row], members: Sequence[int], name: str) -> int:
    for among in (members, range(len(rows))):
        found = [i for i in among if name and _stem(rows[i]["name"]) == _stem(name)]
        if len(found) == 1:
            return found[0]
    return max(members, key=lambda i: int(rows[i]["population"]))


def _stem(name: str) -> str:
    """Return a name without what only tells it from others: ``Burg (Dithm.)`` is ``Burg``."""
    return re.split(r"\s*[(/,]", name.removeprefix("Hansestadt "), maxsplit=1)[0]


def case(data: Path, there: County, weights: Mapping[str, float]) -> Instance:
    """Return the county as a case: one service, the law's sizes, contiguous groups.

    Nothing of the real groups is in it. Identity areas are the districts of the tax offices.
    """
    towns = {row["ags"]: row["tax_office"] for row in there.towns}
    plain = county(data, there.ags, rules=rules(there), weights=weights)
    service = library_service(SERVICE)
    return replace(
        plain,
        municipalities=tuple(replace(m, identity_area=towns[m.id]) for m in plain.municipalities),
        services=(replace(service, rules={}),),
        legal_forms=library_forms(there.law.forms),
    )


def rules(there: County) -> dict[str, Any]:
    """Return what the law asks of groups; who cannot keep it for want of neighbours need not."""
    law = there.law
    asked: dict[str, Any] = {"contiguous": True, "legal_forms": [FORM]}
    if law.least:
        asked["min_population"] = law.least
    people = there.people
    small = [
        there.towns[i]["ags"]
        for part in parts(there.near, range(len(people)))
        if sum(people[i] for i in part) >= law.least
        for i in sorted(part)
        if people[i] < law.alone
    ]
    return asked | ({"forbid_alone": small} if small else {})


def parts(near: Sequence[frozenset[int]], among: Sequence[int] | range) -> list[set[int]]:
    """Return the connected parts of some municipalities, the largest first."""
    left, found = set(among), []
    while left:
        part, todo = set(), [left.pop()]
        while todo:
            i = todo.pop()
            part.add(i)
            todo += (new := near[i] & left)
            left -= new
        found.append(part)
    return sorted(found, key=len, reverse=True)
