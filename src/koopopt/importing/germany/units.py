"""What plans: municipalities, or the associations that they belong to.

Where an association runs the administration of many small municipalities (Verbandsgemeinde, Amt,
Samtgemeinde), it is the association that would pool a service with others, and with it all of its
members. Then it is the unit, with the inhabitants and the area of all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from koopopt.errors import Fault
from koopopt.importing.germany.associations import doubts, seat_of
from koopopt.importing.germany.placed import Placed
from koopopt.importing.germany.register import ASSOCIATIONS, KINDS, Entry, Register
from koopopt.importing.polygons.areas import Areas
from koopopt.importing.polygons.borders import borders
from koopopt.importing.polygons.owned import Drawing
from koopopt.linear import Floats
from koopopt.text import T

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Unit:
    """Who plans as one.

    Attributes
    ----------
    entry : Entry
        As if it were a municipality; of an association the key has 9 digits.
    kind : str
        ``Stadt``, ``Verbandsgemeinde``, ...
    members : tuple of Entry
        One where it is a municipality.
    seat : Entry
        Where it has its administration.
    """

    entry: Entry
    kind: str
    members: tuple[Entry, ...]
    seat: Entry


def municipalities(towns: Sequence[Entry]) -> list[Unit]:
    """Return each municipality as a unit; names that stand twice are told apart."""
    return _told_apart([_alone(town) for town in towns])


def associations(register: Register, towns: Sequence[Entry]) -> list[Unit]:
    """Return each association as a unit, and each municipality that belongs to none.

    Only those members count that take part. Names that stand twice are told apart.
    """
    together: dict[str, list[Entry]] = {}
    for town in towns:
        found = register.associations.get(town.association)
        joined = found is not None and found.kind in ASSOCIATIONS
        together.setdefault(town.association if joined else town.key, []).append(town)
    return _told_apart([_unit(register, key, tuple(own)) for key, own in together.items()])


def _told_apart(units: list[Unit]) -> list[Unit]:
    """Return the units with fuller names where several are called the same.

    Garding is a town and the parish around it, Bad Kreuznach a town and a Verbandsgemeinde: a plan
    that pools Bad Kreuznach with Bad Kreuznach could not be read. The key tells the last ones.
    """
    for better in (_fuller, lambda unit: f"{unit.entry.name} ({unit.entry.key})"):
        named = Counter(unit.entry.name for unit in units)
        units = [
            replace(unit, entry=replace(unit.entry, name=better(unit)))
            if named[unit.entry.name] > 1
            else unit
            for unit in units
        ]
    return units


def _fuller(unit: Unit) -> str:
    if len(unit.members) > 1:
        return f"{unit.kind} {unit.entry.name}"
    return unit.entry.official_name


def _alone(town: Entry) -> Unit:
    return Unit(town, KINDS[town.kind], (town,), town)


def doubtful(register: Register, units: Sequence[Unit]) -> list[Fault]:
    """Return notes: how many are associations, which are not whole, whose place is supposed."""
    everyone = Counter(town.association for town in register.municipalities.values())
    joined = [unit for unit in units if len(unit.members) > 1]
    rule = T("{joined} of {units} units are associations, with {towns} municipalities; what says"
             " municipality means such a unit.", joined=len(joined), units=len(units),
             towns=sum(len(unit.members) for unit in joined))  # fmt: skip
    notes = [Fault(register.file, rule, T("There is nothing to do."))]
    cut, supposed = [], []
    for unit in units:
        association = register.associations[unit.seat.association]
        if association.kind not in ASSOCIATIONS:
            continue
        if len(unit.members) < everyone[association.key]:
            cut.append(association.name)
        if len(unit.members) > 1 and seat_of(association, unit.members) is None:
            supposed.append(f"{association.name} ({association.seat or '?'})")
    return notes + doubts(register.file, cut, supposed)


def _unit(register: Register, key: str, own: tuple[Entry, ...]) -> Unit:
    if len(own) == 1:
        return _alone(own[0])
    association = register.associations[key]
    seat = seat_of(association, own) or max(own, key=lambda town: town.population)
    entry = replace(
        seat, key=key, name=association.name, official_name=association.name,
        area_km2=round(sum(town.area_km2 for town in own), 2),
        population=sum(town.population for town in own),
    )  # fmt: skip
    return Unit(entry, ASSOCIATIONS[association.kind], own, seat)


def points(place: Placed, units: Sequence[Unit]) -> Floats:
    """Return where each unit is, (n, 2), degrees, longitude first: where its seat lies."""
    at = dict(zip(place.areas.keys, place.areas.points(), strict=True))
    return np.array([at[unit.seat.key] for unit in units])


def united(place: Placed, units: Sequence[Unit], drawing: Drawing) -> Placed:
    """Return the polygons of units, in their order, and of what is around them."""
    if all(len(unit.members) == 1 for unit in units):
        return place
    of = {town.key: unit.entry.key for unit in units for town in unit.members}
    names = {unit.entry.key: unit.entry.name for unit in units}
    around = _united(place.around, of, names)
    own = around.chosen([unit.entry.key for unit in units])
    return replace(place, areas=own, around=around, borders=borders(around, drawing.near))


def _united(areas: Areas, of: Mapping[str, str], names: Mapping[str, str]) -> Areas:
    import shapely

    rows: dict[str, list[int]] = {}
    for k, key in enumerate(areas.keys):
        rows.setdefault(of.get(key, key), []).append(k)
    shapes: NDArray[Any] = np.array([shapely.union_all(areas.metres[r]) for r in rows.values()])
    told = tuple(names.get(key, areas.names[r[0]]) for key, r in rows.items())
    return replace(areas, keys=tuple(rows), names=told, metres=shapes)
