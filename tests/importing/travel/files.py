"""Answers of routing services and tables, about three municipalities that `settled` makes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from importing.roads.maps import Point, settled
from koopopt.case.instance import Instance
from koopopt.importing.travel.times import Ask, Imported, imported

POINTS: tuple[Point, ...] = ((51.0, 9.0), (51.1, 9.0), (51.0, 9.2))
"""Where a, b and c lie: some 11 and 14 km apart."""
SECONDS: list[list[float | None]] = [[0, 900, 1200], [960, 0, 1500], [1260, 1560, 0]]
MINUTES = {
    ("a", "b"): 15.0, ("a", "c"): 20.0,
    ("b", "a"): 16.0, ("b", "c"): 25.0,
    ("c", "a"): 21.0, ("c", "b"): 26.0,
}  # fmt: skip


def county(**changes: object) -> Instance:
    """Return the instance that the files are about: Aue (a), Bad Bach (b), Cron-Tal (c)."""
    from dataclasses import replace

    made = settled(*POINTS, **changes)
    names = ("Aue", "Bad Bach", "Cron-Tal")
    towns = zip(made.municipalities, names, strict=True)
    return replace(made, municipalities=tuple(replace(t, name=name) for t, name in towns))


def places(points: Sequence[Point] = POINTS) -> list[dict[str, Any]]:
    """Return points as OSRM has them."""
    return [{"location": [lon, lat], "name": "Street"} for lat, lon in points]


def osrm(**changes: Any) -> dict[str, Any]:
    """Return a table of OSRM, with other keys where a test wants them."""
    made = {"code": "Ok", "durations": SECONDS, "sources": places(), "destinations": places()}
    return {**made, **changes}


def valhalla(**changes: Any) -> dict[str, Any]:
    """Return a matrix of Valhalla."""
    points = [{"lat": lat, "lon": lon} for lat, lon in POINTS]
    rows = [
        [
            {"from_index": i, "to_index": j, "time": time, "distance": 1.0}
            for j, time in enumerate(r)
        ]
        for i, r in enumerate(SECONDS)
    ]
    return {"sources_to_targets": rows, "sources": points, "targets": points, **changes}


def read(folder: Path, content: object, name: str | None = None, **ask: Any) -> Imported:
    """Import a JSON value, or text under the name of a table."""
    text = content if isinstance(content, str) else json.dumps(content)
    path = folder / (name or ("table.csv" if isinstance(content, str) else "answer.json"))
    path.write_text(text, encoding="utf-8")
    return imported(path, county(), Ask(**ask))
