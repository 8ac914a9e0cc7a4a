"""An invented piece of Germany as two official files describe it, the polygons some years older.

Squares of 3 km in UTM 32 near 51 N 10 E, by column and row from the corner of all:

    row  2   Abach      Birken   Cronau
    row  1   Dörfles    (forest) Eßlar    Vöhl's exclave          Insel, an island
    row  0   Grünau     Hügel    Kirchberg                        ↑ Nordkreis
    row -1   Pöhl       Quellen  Rödern                           ↓ Südkreis
    row -2   Seehausen  Tann     Ulmen    Vöhl   (Moor, inhabited)
    row -3   Altdorf, now part of Seehausen

Ulmen had another key when the polygons were made. Around the forest lie Birken, Dörfles, Eßlar and
Hügel, which do not border on each other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

UTM = "EPSG:25832"
CORNER = (570_000.0, 5_650_000.0)
SIDE = 3_000.0
DATE = "20260228"

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in sides from the corner."""


@dataclass(frozen=True)
class Land:
    """A municipality, or land that belongs to none, in both files; a key of None is in one only."""

    key: str | None
    name: str
    people: int
    boxes: tuple[Box, ...]
    kind: str = "64"
    association: str = ""
    office: str = "2601"
    old: str | None = ""  # its key in the polygons, where it is another

    @property
    def km2(self) -> float:
        return sum((r - x) * (t - y) for x, y, r, t in self.boxes) * SIDE**2 / 1e6

    @property
    def drawn(self) -> str | None:
        return self.key if self.old == "" else self.old


def at(column: float, row: float) -> Box:
    return (column, row, column + 1, row + 1)


LANDS = (
    Land("16901001", "Abach, Stadt", 5000, (at(0, 2),), "63", "5001"),
    Land("16901002", "Birken", 1200, (at(1, 2),), association="5001"),
    Land("16901003", "Cronau", 900, (at(2, 2),)),
    Land("16901004", "Dörfles", 700, (at(0, 1),), association="5001"),
    Land("16901005", "Eßlar, Markt", 2600, (at(2, 1),), "60", office="2602"),
    Land("16901006", "Grünau", 1100, (at(0, 0),), office="2602"),
    Land("16901007", "Hügel", 800, (at(1, 0),), office="2602"),
    Land("16901008", "Insel", 300, ((6, 1.25, 7, 1.75),), office="2602"),
    Land("16901009", "Kirchberg", 1500, (at(2, 0),), office="2602"),
    Land("16901900", "Forst, gemfr. Gebiet", 0, (at(1, 1),), "66"),
    Land("16902001", "Pöhl", 1000, (at(0, -1),), association="5007"),
    Land("16902002", "Quellen", 2000, (at(1, -1),), association="5007"),
    Land("16902003", "Rödern", 600, (at(2, -1),)),
    Land("16902004", "Seehausen", 1900, (at(0, -2), at(0, -3)), old=None),
    Land(None, "Seehausen", 0, (at(0, -2),), old="16902004"),
    Land(None, "Altdorf", 0, (at(0, -3),), old="16902099"),
    Land("16902005", "Tann", 450, (at(1, -2),)),
    Land("16902006", "Ulmen, Stadt", 7000, (at(2, -2),), "63", old="16902056"),
    Land("16902007", "Vöhl", 850, (at(3, -2), at(3, 1))),
    Land("16902900", "Moor, gemfr. Bezirk", 12, (at(4, -2),), "65"),
)
NORTH = tuple(f"1690100{k}" for k in range(1, 10))
SOUTH = tuple(f"1690200{k}" for k in range(1, 8))
BORDERS = {
    ("16901001", "16901002"), ("16901001", "16901004"), ("16901002", "16901003"),
    ("16901003", "16901005"), ("16901004", "16901006"), ("16901005", "16901009"),
    ("16901006", "16901007"), ("16901007", "16901009"),
    ("16902001", "16902002"), ("16902001", "16902004"), ("16902002", "16902003"),
    ("16902002", "16902005"), ("16902003", "16902006"), ("16902004", "16902005"),
    ("16902005", "16902006"), ("16902006", "16902007"),
    ("16901006", "16902001"), ("16901007", "16902002"), ("16901009", "16902003"),
    ("16901005", "16902007"),
}  # fmt: skip
"""Pairs with 3 km of common border; the last four between the counties."""
THROUGH_FOREST = {
    ("16901002", "16901004"), ("16901002", "16901005"), ("16901002", "16901007"),
    ("16901004", "16901005"), ("16901004", "16901007"), ("16901005", "16901007"),
}  # fmt: skip
CORNERS_SOUTH = {
    ("16902001", "16902005"), ("16902002", "16902004"), ("16902002", "16902006"),
    ("16902003", "16902005"), ("16902003", "16902007"),
}  # fmt: skip


def line(kind: str, key: str, name: str, seat: str = "", group: str = "", more: str = "") -> str:
    """Return a record: kind, date, key, association, name, seat, and whatever follows."""
    return f"{kind}{DATE}{key:<8}{group:<4}{name:<50}{seat:<50}{more:<98}"


def municipality(land: Land) -> str:
    assert land.key is not None
    group = land.association or "0" + land.key[-3:]
    more = f"{land.kind}    {land.km2 * 100:011.0f}{land.people:011d}{'':27}{land.office}2601"
    return line("60", land.key, land.name, group=group, more=more)


def register_lines(lands: Sequence[Land] = LANDS) -> list[str]:
    """Return the lines of GV100AD, in its order."""
    lines = [line("10", "16", "Musterland", "Abach")]
    for county, name, seat in (("16901", "Nordkreis", "Abach"), ("16902", "Südkreis", "Ulmen")):
        lines.append(line("40", county, name, seat, more="43"))
        told: set[str] = set()
        for land in lands:
            if land.key is None or not land.key.startswith(county):
                continue
            group = land.association or "0" + land.key[-3:]
            known = {"5001": ("Nordamt", "Abach", "51"), "5007": ("Südtal", "Quellen", "52")}
            title, place, kind = known.get(group, (land.name, "", "50"))
            if group not in told:
                lines.append(line("50", county, title, place, group, kind))
            told.add(group)
            lines.append(municipality(land))
    return lines


def write_register(path: Path, encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(f"{row}\n" for row in register_lines()).encode(encoding))
    return path


@dataclass(frozen=True)
class Feature:
    """A row of the file of polygons; each ring in metres."""

    key: Any
    name: str
    rings: tuple[tuple[tuple[float, ...], ...], ...]

    def moved(self, x: float, y: float = 0.0) -> Feature:
        """Return the same elsewhere, by metres."""
        return replace(self, rings=tuple(tuple((a + x, b + y) for a, b in r) for r in self.rings))


def ring(box: Box) -> tuple[tuple[float, float], ...]:
    left, bottom, right, top = box
    corners = ((left, bottom), (right, bottom), (right, top), (left, top), (left, bottom))
    return tuple((CORNER[0] + SIDE * x, CORNER[1] + SIDE * y) for x, y in corners)


def features() -> list[Feature]:
    """Return the rows of the file of polygons, as it is where nothing is wrong."""
    return [
        Feature(land.drawn, land.name.split(",")[0], tuple(ring(box) for box in land.boxes))
        for land in LANDS
        if land.drawn is not None
    ]


def degrees(rings: Sequence[Sequence[Sequence[float]]]) -> list[list[list[float]]]:
    from pyproj import Transformer

    there = Transformer.from_crs(UTM, "EPSG:4326", always_xy=True)
    return [[[*there.transform(p[0], p[1]), *p[2:]] for p in one] for one in rings]


def collection(rows: Sequence[Feature], *, column: str = "AGS") -> dict[str, Any]:
    """Return them as GeoJSON, in degrees."""
    found = []
    for row in rows:
        parts = [[one] for one in degrees(row.rings)]
        shape: dict[str, Any] = {"type": "MultiPolygon", "coordinates": parts}
        if len(parts) == 1:
            shape = {"type": "Polygon", "coordinates": parts[0]}
        found.append({"type": "Feature", "properties": {column: row.key, "GEN": row.name},
                      "geometry": shape})  # fmt: skip
    return {"type": "FeatureCollection", "features": found}


def write_geojson(path: Path, rows: Sequence[Feature], **options: Any) -> Path:
    text = json.dumps(collection(rows, **options), ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def write_layer(
    path: Path,
    rows: Sequence[Feature],
    *,
    layer: str | None = None,
    column: str = "AGS",
    append: bool = False,
    encoding: str | None = None,
) -> Path:
    """Write a shapefile or a GeoPackage in UTM 32."""
    import pyogrio.raw
    import shapely

    shapes = [shapely.multipolygons([shapely.polygons(np.array(r)) for r in row.rings])
              for row in rows]  # fmt: skip
    cells = [np.array([row.key for row in rows]), np.array([row.name for row in rows], object)]
    if not np.issubdtype(cells[0].dtype, np.number):
        cells[0] = cells[0].astype(object)
    more = {} if encoding is None else {"encoding": encoding}
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(shapes, object)), cells, [column, "GEN"],
        layer=layer or path.stem, geometry_type="MultiPolygon", crs=UTM, append=append, **more,
    )  # fmt: skip
    return path
