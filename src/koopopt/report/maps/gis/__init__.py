"""Files for geographic information systems: a GeoPackage for QGIS, GeoJSON for everything else.

Both hold the layers of `layers`. Texts are data there, and stand as they are; lists are text
with semicolons in a GeoPackage, which knows no lists. Neither file is ever half written.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from koopopt.errors import UsageError
from koopopt.language.inert import on_line
from koopopt.report.maps.gis import layers, qgis
from koopopt.report.maps.gis.layers import MapLayer, writable
from koopopt.report.shapes.areas import to_geojson
from koopopt.report.values import parameters
from koopopt.report.values.decision import Decision
from koopopt.storage import files
from koopopt.text import T, in_language

DEGREE_DECIMALS: Final = 6
"""Decimals of degrees in GeoJSON: some ten centimetres."""

_LITTLE: Final = 2**20
"""Bytes; a disk with fewer free ones is full."""

LONG_LAT: Final = "EPSG:4326"

_KINDS: Final = {bool: np.bool_, int: np.int64, float: np.float64, str: object, list: object}


def write_geopackage(decision: Decision, path: Path, lang: str = "en") -> None:
    """Write the chosen plan as a GeoPackage, with styles for QGIS.

    Parameters
    ----------
    decision : Decision
    path : Path
        Replaced where it is there already.
    lang : str
        The language of what is said about layers; rows hold titles in German and English.

    Raises
    ------
    UsageError
        If the file cannot be written, or the package that writes it is not installed.
    """
    pyogrio = _pyogrio()
    of = pyogrio.errors
    failures = (of.DataSourceError, of.DataLayerError, of.FeatureError, sqlite3.Error)
    try:
        # Not beside: libraries in C do not take every name that a folder may have.
        with tempfile.TemporaryDirectory(prefix="koopopt-") as folder:
            new = Path(folder, "new.gpkg")
            found = layers.of_decision(decision)
            try:
                for layer in found:
                    _layer(pyogrio, new, layer, decision, lang)
                _styles(new, found, decision, lang)
            except failures as error:
                raise _cause(new.parent, error) from None
            content = new.read_bytes()
        files.replace(path, content)
    except OSError as error:
        raise UsageError(files.not_written(path, error)) from None


def write_geojson(decision: Decision, path: Path, lang: str = "en") -> None:
    """Write the chosen plan as one GeoJSON FeatureCollection (RFC 7946).

    Each feature names its layer in the property `layer`.

    Raises
    ------
    UsageError
        If the file cannot be written.
    """
    features = [
        {
            "type": "Feature",
            "properties": {"layer": layer.name, **values},
            "geometry": _geometry(geometry),
        }
        for layer in layers.of_decision(decision)
        for geometry, values in layer.rows
    ]
    collection = {"type": "FeatureCollection", **_about(decision, lang), "features": features}
    files.replace(path, json.dumps(collection, ensure_ascii=False, allow_nan=False) + "\n")


def _pyogrio() -> Any:
    try:
        import pyogrio
    except ImportError:
        raise UsageError(
            T("A GeoPackage needs the package {name}: pip install {name}.", name="pyogrio")
        ) from None
    return pyogrio


def _cause(folder: Path, error: Exception) -> OSError:
    """Return why a database cannot be written: on a full disk it complains of anything."""
    if shutil.disk_usage(folder).free < _LITTLE:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return OSError(str(error).rpartition("failed: ")[2].rstrip("."))  # after a page of SQL


def _about(decision: Decision, lang: str) -> dict[str, str]:
    """Return what a file says of itself; licences demand that the sources be named."""
    instance = decision.problem.instance
    sources = [source.line.render(lang) for source in parameters.data_sources(instance)]
    about = {
        "title": in_language(instance.title, lang) or instance.name,
        "koopopt": version("koopopt"),
        "made": decision.made.isoformat(),
        "attribution": "\n".join(dict.fromkeys(filter(None, sources))),
    }
    if decision.shapes.schematic:
        about["areas"] = _ROUGH.render(lang)
    return {key: writable(text) for key, text in about.items()}


_ROUGH: Final = T("Schematic areas: cells around points, not boundaries.")


def _geometry(geometry: Any) -> dict[str, Any]:
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return to_geojson(geometry, DEGREE_DECIMALS, clockwise=False)
    positions = [[round(v, DEGREE_DECIMALS) for v in position] for position in geometry.coords]
    point = geometry.geom_type == "Point"
    return {"type": geometry.geom_type, "coordinates": positions[0] if point else positions}


def _layer(pyogrio: Any, path: Path, layer: MapLayer, decision: Decision, lang: str) -> None:
    import shapely

    about = _about(decision, lang)
    title = layer.title.render(lang)
    said = f"{title}. {_ROUGH.render(lang)}" if layer.schematic else f"{title}."
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array([geometry for geometry, _ in layer.rows], object)),
        field_data=[_column(layer, name) for name in layer.columns],
        fields=np.array(list(layer.columns), object),
        layer=layer.name,
        driver="GPKG",
        geometry_type=layer.geometry,
        promote_to_multi=layer.geometry.startswith("Multi"),
        crs=LONG_LAT,
        dataset_metadata=about,
        layer_options={"IDENTIFIER": title, "DESCRIPTION": on_line(said)},
    )


def _column(layer: MapLayer, name: str) -> Any:
    kind = layer.columns[name]
    values = [row[name] for _, row in layer.rows]
    if kind is list:
        values = ["; ".join(value) for value in values]
    return np.array(values, _KINDS[kind])  # of floats None is NaN, which is written as NULL


def _styles(path: Path, found: tuple[MapLayer, ...], decision: Decision, lang: str) -> None:
    services = {s.id: in_language(s.title, lang) for s in decision.problem.facts.services}
    with closing(sqlite3.connect(path)) as connection, connection:
        qgis.write_styles(connection, [layer.name for layer in found], services)
