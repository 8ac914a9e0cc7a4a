"""Small maps, written as files of OpenStreetMap, and instances whose places lie on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import pi
from pathlib import Path

import osmium

import tiny
from koopopt.case.instance import Instance
from koopopt.importing.roads.extract import Roads, read_roads
from koopopt.importing.roads.minutes import ByRoad, by_road

Point = tuple[float, float]
Way = tuple[Sequence[int], Mapping[str, str]]

KM = 180 / (pi * 6371.0088)
"""Degrees of latitude of a kilometre."""
ROOM = 10**9
"""Bytes that a small map may take."""
ROAD = {"highway": "residential"}
"""25 km/h."""


def north(*km: float) -> dict[int, Point]:
    """Return nodes 1, 2, ... that lie so many kilometres north of the equator."""
    return {number: (far * KM, 10.0) for number, far in enumerate(km, start=1)}


def draw(
    path: Path,
    nodes: Mapping[int, Point],
    ways: Sequence[Way],
    tags: Mapping[int, Mapping[str, str]] | None = None,
) -> Path:
    """Write a map; `tags` are those of nodes."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, (lat, lon) in sorted(nodes.items()):
            node = osmium.osm.mutable.Node(
                id=number, location=(lon, lat), tags=(tags or {}).get(number, {}), version=1
            )
            writer.add_node(node)
        for number, (refs, about) in enumerate(ways, start=1):
            writer.add_way(
                osmium.osm.mutable.Way(id=number, nodes=list(refs), tags=dict(about), version=1)
            )
    return path


def drawn(folder: Path, nodes: Mapping[int, Point], ways: Sequence[Way], **more: Mapping) -> Roads:
    """Return the roads of a map."""
    return read_roads(draw(folder / "map.osm.pbf", nodes, ways, **more), ROOM)


def settled(*points: Point, **changes: object) -> Instance:
    """Return an instance with a municipality at each point: "a", "b", ..."""
    made = tiny.instance()
    town = made.municipalities[0]
    towns = tuple(
        replace(town, id=id_, name=id_.upper(), lat=lat, lon=lon)
        for id_, (lat, lon) in zip("abcdefgh", points, strict=False)
    )
    bare = replace(made, municipalities=towns, neighbours=(), travel={}, status_quo=())
    bare = replace(bare, demand={}, alone_cost={}, boundaries={}, rules={}, sites=())
    return replace(bare, **changes)  # type: ignore[arg-type]


def timed(roads: Roads, *points: Point, within: float = 90.0) -> ByRoad:
    """Return the minutes between municipalities at these points."""
    return by_road(settled(*points), roads, "map.osm.pbf", within)
