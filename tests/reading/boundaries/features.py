"""Boundaries of three municipalities, and what is read of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from koopopt.case.instance import Municipality
from koopopt.errors import DataError
from koopopt.reading.instance import Boundaries, read_boundaries

PLACES = {"06001": (9.80, 51.20), "06002": (9.85, 51.25), "06003": (9.90, 51.18)}


def towns(places: dict[str, tuple[float, float]] = PLACES) -> list[Municipality]:
    return [
        Municipality(
            id=id_,
            name=id_,
            population=1000.0,
            lat=lat,
            lon=lon,
            county="c",
            state="s",
            identity_area="a",
        )
        for id_, (lon, lat) in places.items()
    ]


def ring(lon: float, lat: float, half: float = 0.02) -> list[list[float]]:
    a, b, c, d = lon - half, lon + half, lat - half, lat + half
    return [[a, c], [b, c], [b, d], [a, d], [a, c]]


def polygon(lon: float, lat: float, half: float = 0.02) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(lon, lat, half)]}


def feature(geometry: Any, id_: Any = None, **properties: Any) -> dict[str, Any]:
    named = {} if id_ is None else {"id": id_}
    return {"type": "Feature", **named, "properties": properties, "geometry": geometry}


def right(**changes: Any) -> list[dict[str, Any]]:
    """Return a feature for each municipality, `changes` of geometries by id."""
    return [
        feature(changes.get(f"at_{id_}", polygon(*place)), ags=id_) for id_, place in PLACES.items()
    ]


def collection(features: list[Any], **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features, **members}


class Read:
    """Reads boundaries of a text."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "b.geojson"

    def __call__(self, what: Any, places: dict[str, tuple[float, float]] = PLACES) -> Boundaries:
        data = what if isinstance(what, (str, bytes)) else json.dumps(what)
        self.path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return read_boundaries(self.path, towns(places))

    def told(self, what: Any, places: dict[str, tuple[float, float]] = PLACES) -> str:
        """Return the faults, and nothing else."""
        with pytest.raises(DataError) as caught:
            self(what, places)
        return str(caught.value)


def notes(found: Boundaries) -> str:
    return "\n".join(note.render() for note in found.notes)
