"""Boundaries: which area is which municipality's, checked against where the municipalities lie.

A file from elsewhere may hold more places than the instance (a whole country, say), names them as
statistical offices do, and was drawn by any program. What can be understood in one way only is
taken, and noted where it was not written so; what cannot, or lies elsewhere than its municipality,
is a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from koopopt.case.instance import Instance, Municipality
from koopopt.case.made import WHERE
from koopopt.errors import Fault, some
from koopopt.language.hints import Names
from koopopt.reading.boundaries import areas, located
from koopopt.reading.boundaries.geojson import SAVE_AS
from koopopt.reading.boundaries.owners import (
    EXPORT_AGAIN,
    NOTHING_TO_DO,
    Own,
    by_owner,
)
from koopopt.reading.tables import Collection, Geometry
from koopopt.text import T, Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


def boundaries(
    found: Collection,
    ids: Iterable[str],
    towns: Sequence[Municipality],
    faults: list[Fault],
    notes: list[Fault],
    *,
    elsewhere: bool = False,
) -> dict[str, Any]:
    """Return the areas by municipality id, as GeoJSON polygons; a municipality may have none.

    Parameters
    ----------
    found : Collection
    ids : iterable of str
        Of all municipalities, those with faults of their own included.
    towns : sequence of Municipality
        Those whose points are known.
    faults, notes : list of Fault
        Are added to.
    elsewhere : bool
        Whether other places are to be expected in the file.
    """
    known = len(faults)
    names, points = Names(ids), {town.id: town for town in towns}
    if not found.features and not elsewhere:
        rule = T("There are no features.")
        notes.append(Fault(found.file, rule, T("Fill it in, or delete it.")))
    own, strangers = by_owner(found, names, faults, notes, elsewhere=elsewhere)
    faults += [_other_system(found.file, name) for name in found.systems]
    if len(faults) == known:
        faults += located.in_degrees(found.file, {i: o.drawn for i, o in own.items()}, points)
    if len(faults) > known:
        return {}
    drawn: dict[str, BaseGeometry] = {}
    for id_, its in own.items():
        area, mended = areas.area(its.drawn.polygons, points[id_].lon if id_ in points else 0.0)
        its.drawn.mended |= mended
        if area is not None:
            drawn[id_] = area
    doubts = list(_doubts(found.file, own, drawn, names))
    (notes if drawn else faults).extend(doubts)
    faults += located.misplaced(found.file, drawn, points)
    notes += located.crossed(found.file, drawn, points)
    bare = {id_: town for id_, town in points.items() if id_ not in drawn}
    notes += located.unnamed(found.file, strangers, bare)
    return {id_: areas.to_json(area, multi=own[id_].multi) for id_, area in drawn.items()}


def made_faults(instance: Instance) -> list[Fault]:
    """Return what is wrong with areas made in memory: what would be wrong with a file of them."""
    faults: list[Fault] = []
    features = tuple(
        Geometry((("id", id_),), geometry, None, f'boundaries["{id_}"]')
        for id_, geometry in instance.boundaries.items()
    )
    towns = instance.municipalities
    boundaries(Collection(WHERE, features), [town.id for town in towns], towns, faults, [])
    return faults


def _other_system(file: str, name: str) -> Fault:
    rule = T("The coordinates are in another system than WGS 84.")
    return Fault(file, rule, SAVE_AS, column="crs", value=name)


def _doubts(
    file: str, own: Mapping[str, Own], drawn: Mapping[str, BaseGeometry], names: Names
) -> list[Fault]:
    """Return what is to be told of the municipalities' geometries."""
    several = [id_ for id_, its in own.items() if its.areas > 1]
    empty = [id_ for id_, its in own.items() if its.drawn.empty]
    flat = [id_ for id_, its in own.items() if its.drawn.flat]
    hollow = [id_ for id_, its in own.items() if its.drawn.mended and id_ not in drawn]
    mended = [id_ for id_, its in own.items() if its.drawn.mended and id_ in drawn]
    without = [id_ for id_ in names.known if id_ not in drawn]
    told = [
        (several, T("Several features of one municipality were united: {examples}."),
         NOTHING_TO_DO),
        (empty, T("Features have no geometry: {examples}."), EXPORT_AGAIN),
        (flat, T("Lines and points are neither a Polygon nor a MultiPolygon and were left out:"
                 " {examples}."), NOTHING_TO_DO),
        (hollow, T("Rings enclose no area: {examples}."), EXPORT_AGAIN),
        (mended, T("Faulty rings (open, crossing themselves, or without an area) were mended:"
                   " {examples}."), NOTHING_TO_DO),
        (without if drawn else [], T("Municipalities without an area here are drawn"
                                     " schematically: {examples}."), NOTHING_TO_DO),
    ]  # fmt: skip
    return [
        Fault(file, Text(rule.template, {"examples": some(ids)}), remedy)
        for ids, rule, remedy in told
        if ids
    ]
