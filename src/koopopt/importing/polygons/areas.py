"""Areas of municipalities in two systems: metres, to measure in, and degrees, to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from koopopt.errors import DataError, Fault, UsageError, some
from koopopt.importing.polygons.layer import NAMES, Layer
from koopopt.linear import Floats
from koopopt.text import T, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEGREES: Final = "EPSG:4326"
KM2: Final = 1e6
"""Square metres."""


@dataclass(frozen=True, slots=True)
class Areas:
    """One valid area a key.

    Attributes
    ----------
    file : str
    keys : tuple of str
    names : tuple of str
        Empty texts where the file has none.
    metres : (n,) array of shapely geometries
        In an equal-area system around them.
    system : str
        That system, as PROJ names it.
    notes : list of Fault
    """

    file: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    metres: NDArray[Any]
    system: str
    notes: list[Fault]

    def km2(self) -> Floats:
        """Return the area of each, (n,)."""
        import shapely

        return np.asarray(shapely.area(self.metres) / KM2)

    def points(self) -> Floats:
        """Return a place within each, (n, 2), degrees, longitude first.

        It is the centre of gravity, or where that lies outside, a place inside of it.
        """
        import shapely

        places = shapely.centroid(self.metres)
        outside = ~shapely.contains(self.metres, places)
        places[outside] = shapely.point_on_surface(self.metres[outside])
        return self.degrees(shapely.get_coordinates(places))

    def degrees(self, metres: Floats) -> Floats:
        """Return places as degrees, (k, 2), longitude first."""
        from pyproj import Transformer

        there = Transformer.from_crs(self.system, DEGREES, always_xy=True)
        return np.column_stack(there.transform(metres[:, 0], metres[:, 1]))

    def chosen(self, keys: Sequence[str]) -> Areas:
        """Return those of some keys, in their order; who has none is left out."""
        at = {key: k for k, key in enumerate(self.keys)}
        rows = [at[key] for key in keys if key in at]
        return Areas(
            self.file, tuple(self.keys[k] for k in rows), tuple(self.names[k] for k in rows),
            self.metres[rows], self.system, self.notes,
        )  # fmt: skip


def areas(layer: Layer, keys: Sequence[str], *, system: str | None = None) -> Areas:
    """Return the areas of a layer, several features of one key united.

    Parameters
    ----------
    layer : Layer
    keys : sequence of str
        One a feature; an empty one leaves it out.
    system : str, optional
        Of the coordinates, where the file names none.

    Raises
    ------
    DataError
        Where coordinates are in no known system, or nothing is an area.
    """
    import shapely

    named = layer.column(None, NAMES, T("names"))
    names = layer.texts(named) if named else [""] * len(keys)
    notes = list(layer.notes)
    shapes, good = _valid(layer, keys, notes)
    kept = np.flatnonzero(good).tolist()
    here = _system(layer, shapes[good], system, notes)
    metres, around = _projected(layer, shapes[good], [keys[k] for k in kept], here)
    rows: dict[str, list[int]] = {}
    for place, k in enumerate(kept):
        rows.setdefault(keys[k], []).append(place)
    united = np.array(
        [metres[r[0]] if len(r) == 1 else shapely.union_all(metres[r]) for r in rows.values()]
    )
    several = [id_ for id_, r in rows.items() if len(r) > 1]
    if several:
        rule = T("Several features of one municipality were united: {examples}.",
                 examples=some(several))  # fmt: skip
        notes.append(_note(layer, rule))
    first = {keys[k]: names[k] for k in reversed(kept)}
    told = tuple(first[id_] for id_ in rows)
    return Areas(layer.file, tuple(rows), told, united, around, notes)


def _note(layer: Layer, rule: Text) -> Fault:
    return Fault(layer.file, rule, T("There is nothing to do."))


def _valid(
    layer: Layer, keys: Sequence[str], notes: list[Fault]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return geometries mended, and which of them are areas with a key."""
    import shapely

    shapes = layer.shapes.copy()
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    if broken.any():
        shapes[broken] = shapely.make_valid(
            shapes[broken], method="structure", keep_collapsed=False
        )
        told = some(keys[k] or str(k + 1) for k in np.flatnonzero(broken).tolist())
        notes.append(_note(layer, T("Faulty rings were mended: {examples}.", examples=told)))
    finite = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    area = finite & (shapely.area(shapes) > 0)
    keyless = area & np.array([not key for key in keys])
    good = area & ~keyless
    if (~area).any():
        told = some(
            keys[k] or T("row {row}", row=k + 1).render() for k in np.flatnonzero(~area).tolist()
        )
        notes.append(_note(layer, T("Features without an area were left out: {examples}.",
                                    examples=told)))  # fmt: skip
    if keyless.any():
        notes.append(_note(layer, T("{count} features have no key and were left out.",
                                    count=int(keyless.sum()))))  # fmt: skip
    if not good.any():
        rule = T("No feature is an area with a key.")
        raise DataError([Fault(layer.file, rule, T("Give another file."))], notes)
    return shapes, good


def _system(layer: Layer, shapes: NDArray[Any], given: str | None, notes: list[Fault]) -> Any:
    """Return the system of the coordinates; a note where it is only supposed.

    Raises
    ------
    DataError
        Where nothing says it and they are no degrees.
    UsageError
        Where the one given is not known.
    """
    import shapely
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    named = given or layer.system
    if named:
        try:
            return CRS.from_user_input(named)
        except CRSError:
            if given:
                raise UsageError(
                    T("There is no coordinate system {name}; write one as EPSG:25832.",
                      name=repr(given))
                ) from None  # fmt: skip
    west, south, east, north = shapely.total_bounds(shapes)
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        rule = T("The file does not say in which system its coordinates are: they count as degrees"
                 " (WGS 84).")  # fmt: skip
        notes.append(Fault(layer.file, rule, T("--crs names another.")))
        return CRS.from_user_input(DEGREES)
    rule = T("The file does not say in which system its coordinates are (there is no .prj file).")
    remedy = T("Say it: --crs EPSG:25832 for UTM 32, EPSG:31467 for Gauß-Krüger 3.")
    value = f"{west:.0f} {south:.0f} … {east:.0f} {north:.0f}"
    raise DataError([Fault(layer.file, rule, remedy, value=value)])


def _projected(
    layer: Layer, shapes: NDArray[Any], keys: Sequence[str], here: Any
) -> tuple[NDArray[Any], str]:
    """Return geometries in metres, in an equal-area system around them, and that system.

    Raises
    ------
    DataError
        Where they do not lie on the globe.
    """
    import shapely
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    def moved(there: str, source: Any, what: NDArray[Any]) -> NDArray[Any]:
        change = Transformer.from_crs(source, there, always_xy=True)
        return np.asarray(
            shapely.transform(
                what, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1]))
            )
        )

    try:
        degrees = moved(DEGREES, here, shapes)
        bounds = shapely.bounds(degrees)
    except ProjError:
        bounds = np.full((len(shapes), 4), np.nan)
    outside = ~(np.isfinite(bounds) & (np.abs(bounds) <= [540, 90, 540, 90])).all(axis=1)
    if outside.any():
        rule = T("The coordinates do not lie where their system {name} holds: {examples}.",
                 name=here.name, examples=some(keys[k] for k in np.flatnonzero(outside).tolist()),
                 )  # fmt: skip
        remedy = T("Say which it is with --crs, or export the file anew.")
        raise DataError([Fault(layer.file, rule, remedy)])
    west, south, east, north = shapely.total_bounds(degrees)
    system = (
        f"+proj=laea +lat_0={(south + north) / 2:.4f} +lon_0={(west + east) / 2:.4f}"
        " +ellps=GRS80 +units=m +no_defs"
    )
    metres = moved(system, DEGREES, degrees)
    bent = ~shapely.is_valid(metres)  # hair-thin parts can cross where lines become others
    metres[bent] = shapely.make_valid(metres[bent], method="structure", keep_collapsed=False)
    return metres, system
