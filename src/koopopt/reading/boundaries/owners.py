"""Whose the features of a file are: those of each municipality together, and those of nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from koopopt.errors import Fault, some
from koopopt.language.hints import Names
from koopopt.reading.boundaries import areas
from koopopt.reading.boundaries.geojson import ID_PROPERTIES
from koopopt.reading.boundaries.keys import Keys
from koopopt.reading.tables import Collection, Geometry
from koopopt.text import T, Text

EXPORT_AGAIN: Final = T("Export the boundaries again, as GeoJSON in WGS 84.")
NOTHING_TO_DO: Final = T("Nothing needs to be done if this is meant.")


@dataclass(slots=True)
class Own:
    """What a file holds of one municipality; `areas` counts the features with polygons."""

    features: list[Geometry] = field(default_factory=list)
    drawn: areas.Drawn = field(default_factory=areas.Drawn)
    areas: int = 0

    def add(self, feature: Geometry) -> None:
        """Add a feature; raise `UnfitError` where its geometry cannot be read."""
        self.features.append(feature)
        before = len(self.drawn.polygons)
        areas.read(feature.geometry, self.drawn)
        self.areas += len(self.drawn.polygons) > before

    @property
    def multi(self) -> bool:
        """Whether it was given as one MultiPolygon, and stays one."""
        return len(self.features) == 1 and self.features[0].geometry["type"] == "MultiPolygon"


def by_owner(
    found: Collection, names: Names, faults: list[Fault], notes: list[Fault], *, elsewhere: bool
) -> tuple[dict[str, Own], list[tuple[str, Geometry]]]:
    """Return the features by municipality, and those of other places with what names them.

    With `elsewhere` other places are to be expected; else they are faults.
    """
    keys = Keys(names.known)
    own: dict[str, Own] = {}
    strangers: list[tuple[str, Geometry]] = []
    completed: list[str] = []
    for feature in found.features:
        meant = keys.meant(feature.names)
        problem = None
        if len(meant.ids) > 1:
            rule = T("The names mean several municipalities: {ids}.", ids=", ".join(meant.ids))
            problem = rule, T("Leave the right one only.")
        elif meant.ids:
            id_ = meant.ids[0]
            if meant.written != id_:
                completed.append(f"{meant.written} → {id_}")
            try:
                own.setdefault(id_, Own()).add(feature)
            except areas.UnfitError as error:
                problem = error.message, EXPORT_AGAIN
        elif elsewhere:
            strangers.append((meant.written or feature.column.partition(".")[0], feature))
        elif meant.written:
            rule = T("There is no municipality of this name in the instance.")
            problem = rule, names.remedy(meant.written)
        else:
            problem = T("The feature names no municipality."), _name_it()
        if problem:
            value = meant.written or None
            faults.append(Fault(found.file, *problem, feature.row, feature.column, value))
    others = some([name for name, _ in strangers])
    if elsewhere and not own and not faults:
        rule = T("No feature has the id of one of the municipalities; there are {examples}.",
                 examples=others if strangers else T("none"))  # fmt: skip
        faults.append(Fault(found.file, rule, _name_it()))
    if strangers and own:
        rule = T("Features of other places were left out: {examples}.", examples=others)
        notes.append(Fault(found.file, rule, NOTHING_TO_DO))
    if completed:
        rule = T("Ids were completed: {examples}.", examples=some(completed))
        notes.append(Fault(found.file, rule, NOTHING_TO_DO))
    return own, strangers


def _name_it() -> Text:
    return T("Give each feature a municipality's id, as its id or its property {properties}.",
             properties=", ".join(ID_PROPERTIES))  # fmt: skip
