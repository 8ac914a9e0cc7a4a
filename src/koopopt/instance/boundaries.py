"""Boundaries: which area is which municipality's, checked against where the municipalities lie.

A file from elsewhere may hold more places than the instance (a whole country, say), names them as
statistical offices do, and was drawn by any program. What can be understood in one way only is
taken, and noted where it was not written so; what cannot, or lies elsewhere than its municipality,
is a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from koopopt.errors import Fault
from koopopt.hints import Names
from koopopt.instance import areas, located
from koopopt.instance.geojson import PROPERTIES, SAVE_AS
from koopopt.instance.keys import Keys
from koopopt.instance.located import some
from koopopt.instance.tables import Collection, Geometry
from koopopt.instance.values import Municipality
from koopopt.text import T, Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_AGAIN: Final = T("Export the boundaries again, as GeoJSON in WGS 84.")
_LOOK: Final = T("Nothing needs to be done if this is meant.")


@dataclass(slots=True)
class _Own:
    """What a file holds of one municipality; `areas` counts the features with polygons."""

    features: list[Geometry] = field(default_factory=list)
    drawn: areas.Drawn = field(default_factory=areas.Drawn)
    areas: int = 0

    @property
    def multi(self) -> bool:
        """Whether it was given as one MultiPolygon, and stays one."""
        return len(self.features) == 1 and self.features[0].geometry["type"] == "MultiPolygon"


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
    own = _sorted(found, names, faults, notes, elsewhere)
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
    return {id_: areas.to_json(area, multi=own[id_].multi) for id_, area in drawn.items()}


def _other_system(file: str, name: str) -> Fault:
    rule = T("The coordinates are in another system than WGS 84.")
    return Fault(file, rule, SAVE_AS, column="crs", value=name)


def _sorted(
    found: Collection, names: Names, faults: list[Fault], notes: list[Fault], elsewhere: bool
) -> dict[str, _Own]:
    """Return the features by municipality."""
    keys = Keys(names.known)
    own: dict[str, _Own] = {}
    strangers: list[str] = []
    completed: list[str] = []
    for feature in found.features:
        meant = keys.meant(feature.names)
        problem = None
        if len(meant.ids) > 1:
            rule = T("The names mean several municipalities: {ids}.", ids=", ".join(meant.ids))
            problem = rule, T("Leave the right one only.")
        elif meant.ids:
            id_ = meant.ids[0]
            its = own.setdefault(id_, _Own())
            its.features.append(feature)
            if meant.written != id_:
                completed.append(f"{meant.written} → {id_}")
            before = len(its.drawn.polygons)
            try:
                areas.read(feature.geometry, its.drawn)
                its.areas += len(its.drawn.polygons) > before
            except areas.UnfitError as error:
                problem = error.message, _AGAIN
        elif elsewhere:
            strangers.append(meant.written or "–")
        elif meant.written:
            rule = T("There is no municipality of this name in the instance.")
            problem = rule, names.remedy(meant.written)
        else:
            problem = T("The feature names no municipality."), _name_it()
        if problem:
            value = meant.written or None
            faults.append(Fault(found.file, *problem, feature.row, feature.column, value))
    if elsewhere and not own and not faults:
        rule = T("No feature has the id of one of the municipalities; there are {examples}.",
                 examples=some(strangers) or T("none"))  # fmt: skip
        faults.append(Fault(found.file, rule, _name_it()))
    if strangers and own:
        rule = T("Features of other places were left out: {examples}.", examples=some(strangers))
        notes.append(Fault(found.file, rule, _LOOK))
    if completed:
        rule = T("Ids were completed: {examples}.", examples=some(completed))
        notes.append(Fault(found.file, rule, _LOOK))
    return own


def _name_it() -> Text:
    return T("Give each feature a municipality's id, as its id or its property {properties}.",
             properties=", ".join(PROPERTIES))  # fmt: skip


def _doubts(
    file: str, own: Mapping[str, _Own], drawn: Mapping[str, BaseGeometry], names: Names
) -> list[Fault]:
    """Return what is to be told of the municipalities' geometries."""
    several = [id_ for id_, its in own.items() if its.areas > 1]
    empty = [id_ for id_, its in own.items() if its.drawn.empty]
    flat = [id_ for id_, its in own.items() if its.drawn.flat]
    hollow = [id_ for id_, its in own.items() if its.drawn.mended and id_ not in drawn]
    mended = [id_ for id_, its in own.items() if its.drawn.mended and id_ in drawn]
    without = [id_ for id_ in names.known if id_ not in drawn]
    told = [
        (several, T("Several features of one municipality were united: {examples}."), _LOOK),
        (empty, T("Features have no geometry: {examples}."), _AGAIN),
        (flat, T("Lines and points are neither a Polygon nor a MultiPolygon and were left out:"
                 " {examples}."), _LOOK),
        (hollow, T("Rings enclose no area: {examples}."), _AGAIN),
        (mended, T("Faulty rings (open, crossing themselves, or without an area) were mended:"
                   " {examples}."), _LOOK),
        (without if drawn else [], T("Municipalities without an area here are drawn"
                                     " schematically: {examples}."), _LOOK),
    ]  # fmt: skip
    return [
        Fault(file, Text(rule.template, {"examples": some(ids)}), remedy)
        for ids, rule, remedy in told
        if ids
    ]
