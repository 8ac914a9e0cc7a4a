"""GeoJSON text: the features in it, the system of its coordinates, and what it is if it is none.

A collection, a single feature, several of them one after the other (newline-delimited GeoJSON) and
a bare geometry are read alike. Files of other kinds are told apart, because "no valid JSON" would
not help the one who gave a shapefile.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from koopopt.errors import Fault
from koopopt.reading.json_text import TwiceError, values
from koopopt.reading.tables import Collection, Geometry
from koopopt.text import T, Text

ID_PROPERTIES: Final = ("id", "ags", "rs", "ars")
"""Properties that may name a municipality, in any case, besides the feature's own `id`."""

WGS84: Final = {"CRS84", "CRS84H", "84", "WGS84", "4326", "4979", "4258"}
"""Last parts of names of systems with degrees as on any map; ETRS89 is less than a metre away."""

SAVE_AS: Final = T(
    "Save it as GeoJSON, reprojected to WGS 84 (EPSG:4326): with QGIS by Export > Save Features As,"
    " or with ogr2ogr -t_srs EPSG:4326."
)
_SIGNATURES: Final = (
    (rb"\x00\x00\x27\x0a", T("a shapefile (.shp)")),
    (rb"SQLite format 3\x00", T("a GeoPackage or another SQLite file")),
    (rb"PK\x03\x04", T("a ZIP archive")),
    (rb"\x1f\x8b", T("a gzip archive")),
    (rb"fgb[\x00-\xff]fgb", T("a FlatGeobuf file")),
    (rb"PAR1", T("a Parquet file")),
    (rb"%PDF", "PDF"),
    (rb"(?s)(\xef\xbb\xbf)?\s*<.*<(\w+:)?kml\b", "KML"),
    (rb"(?is)(\xef\xbb\xbf)?\s*<(!doctype )?html\b", T("a web page")),
    (rb"(?s)(\xef\xbb\xbf)?\s*<.*\bgml\b", "GML"),
    (rb"(\xef\xbb\xbf)?\s*<", "XML"),
    (rb"(\xef\xbb\xbf)?\s*(MULTI)?POLYGON", "Well-Known Text"),
)
"""How files of other kinds begin."""

KNOWN_MEMBERS: Final = {
    "type", "features", "geometry", "geometries", "coordinates", "properties", "crs",
    "attribution", *ID_PROPERTIES,
}  # fmt: skip
"""Keys that mean something here, and so stand once."""


def foreign(head: bytes, file: str) -> Fault | None:
    """Return the fault that a file, of which this is the beginning, is of another kind."""
    for begin, kind in _SIGNATURES:
        if re.match(begin, head):
            return _no_geojson(file, kind)
    return None


def parse_geojson(text: str, file: str, faults: list[Fault]) -> Collection | None:
    """Return what a text holds; None, with a fault, where it is no GeoJSON."""
    row = None
    try:
        found = list(values(text, KNOWN_MEMBERS))
    except TwiceError as error:
        faults.append(twice(file, str(error)))
        return None
    except RecursionError:
        rule = T("The values are nested far too deeply.")
    except ValueError as error:
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        rule = T("This is no valid JSON.") if text.strip() else T("The file is empty.")
    else:
        return _collection(found, file, faults)
    faults.append(Fault(file, rule, T("Put a proper file in its place."), row=row))
    return None


def twice(file: str, key: str, row: int | None = None) -> Fault:
    """Return the fault that a key has two values in one object."""
    rule = T("A key stands twice in an object, with different values.")
    return Fault(file, rule, T("Delete one of them."), row=row, column=key)


def _collection(texts: list[Any], file: str, faults: list[Fault]) -> Collection | None:
    found: list[Geometry] = []
    systems: dict[str, None] = {}
    attribution = None
    for value in texts:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind == "FeatureCollection" and isinstance(value.get("features"), list):
            attribution = attribution or _attribution(value)
            items = value["features"]
        elif kind == "Feature" or (kind and {"coordinates", "geometries"} & set(value)):
            items = [value]
        else:
            faults.append(_other_json(value, file))
            return None
        for item in (value, *items):
            systems |= dict.fromkeys(_other_systems(item))
        for item in items:
            found.append(_feature(item, f"features[{len(found) + 1}]"))
    return Collection(file, tuple(found), tuple(systems), attribution)


def _attribution(value: Mapping[str, Any]) -> str | None:
    text = value.get("attribution")
    return text if isinstance(text, str) and text else None


def _feature(item: Any, place: str) -> Geometry:
    """Return a feature, or a bare geometry, which nothing names."""
    if not isinstance(item, dict):
        return Geometry((), None, None, place)
    if item.get("type") != "Feature" and "geometry" not in item:
        return Geometry((), item, None, place)
    properties = item.get("properties")
    named = [("id", item.get("id"))]
    if isinstance(properties, dict):
        named += [(k, v) for k, v in properties.items() if k.lower() in ID_PROPERTIES]
    names = tuple((key, value) for key, value in named if value is not None and value != "")
    return Geometry(names, item.get("geometry"), None, f"{place}.geometry")


def _other_systems(item: Any) -> Iterator[str]:
    """Yield the coordinate system that a member `crs` names, unless it is WGS 84."""
    crs = item.get("crs") if isinstance(item, dict) else None
    if crs is None:
        return
    about = crs.get("properties") if isinstance(crs, dict) else None
    named = [about.get(key) for key in ("name", "code", "href")] if isinstance(about, dict) else []
    name = str(next((n for n in named if n is not None), json.dumps(crs)))
    if re.split(r"[:/#]", name)[-1].replace(" ", "").upper() not in WGS84:
        yield name


def _other_json(value: Any, file: str) -> Fault:
    """Return the fault that JSON is no GeoJSON, and what it is where that can be seen."""
    keys = set(value) if isinstance(value, dict) else set()
    if keys and value.get("type") == "Topology":
        return _no_geojson(file, "TopoJSON")
    if {"geometryType", "features"} <= keys or "rings" in keys:
        return _no_geojson(file, "Esri JSON")
    if {"elements", "version"} <= keys:
        return _no_geojson(file, "OpenStreetMap JSON")
    rule = T("This is no GeoJSON FeatureCollection.")
    return Fault(file, rule, T("Put a proper file in its place."))


def _no_geojson(file: str, kind: Text | str) -> Fault:
    return Fault(file, T("This is {kind}, no GeoJSON.", kind=kind), SAVE_AS)
