"""Times on real extracts against shortest paths that are found in a second way.

The reference knows no arrays, no junctions and no scipy: every node of every way is a node of its
graph, as osmium's own handler gives them, and the search is one page of plain Python. Only what a
car drives on a way is taken from the same table.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pyrosm
import pytest

from importing.roads.maps import ROOM, settled
from koopopt.importing.roads.extract import read_roads
from koopopt.importing.roads.minutes import by_road
from koopopt.importing.roads.network import Network
from koopopt.importing.roads.speeds import passage

EXTRACTS = sorted((Path(pyrosm.__file__).parent / "data").glob("*.osm.pbf"))
"""What lies in the wheel of pyrosm."""
PAIRS = 60

Graph = dict[int, list[tuple[int, float]]]


class _Reference(osmium.SimpleHandler):
    """All nodes of all ways, and the minutes between one and the next."""

    def __init__(self) -> None:
        super().__init__()
        self.graph: Graph = defaultdict(list)
        self.places: dict[int, tuple[float, float]] = {}

    def way(self, way: osmium.osm.Way) -> None:
        found = passage({tag.k: tag.v for tag in way.tags})
        if found is None:
            return
        nodes = [(n.ref, (n.lat, n.lon) if n.location.valid() else None) for n in way.nodes]
        for (a, here), (b, there) in pairwise(nodes):
            if here is None or there is None:
                continue
            self.places |= {a: here, b: there}
            km = _km(here, there)
            if found.forward:
                self.graph[a].append((b, km / found.forward * 60))
            if found.backward:
                self.graph[b].append((a, km / found.backward * 60))


def _km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great circle by the cosines of vectors, not by haversines."""
    (lat, lon), (lat2, lon2) = (map(math.radians, point) for point in (a, b))
    u = (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))
    v = (math.cos(lat2) * math.cos(lon2), math.cos(lat2) * math.sin(lon2), math.sin(lat2))
    return 6371.0088 * 2 * math.asin(min(1.0, math.dist(u, v) / 2))


def _minutes(graph: Graph, origin: int) -> dict[int, float]:
    found: dict[int, float] = {}
    queue = [(0.0, origin)]
    while queue:
        minutes, node = heapq.heappop(queue)
        if node in found:
            continue
        found[node] = minutes
        for other, more in graph.get(node, ()):
            if other not in found:
                heapq.heappush(queue, (minutes + more, other))
    return found


@pytest.mark.parametrize("file", EXTRACTS, ids=lambda path: path.name)
def test_times_are_those_of_the_reference(file: Path) -> None:
    roads = read_roads(file, ROOM)
    network = Network(roads)
    reference = _Reference()
    reference.apply_file(str(file), locations=True)
    start = np.zeros(len(roads.ids), bool)
    start[roads.nodes[np.repeat(roads.start, np.diff(roads.first))]] = True
    alone = _alone(roads.lat, roads.lon)
    candidates = np.flatnonzero(network.main & start & alone)
    draw = random.Random(12)
    compared = 0
    for _ in range(PAIRS // 6):
        some = draw.sample(candidates.tolist(), 4)
        places = [(float(roads.lat[k]), float(roads.lon[k])) for k in some]
        found = by_road(settled(*places), roads, file.name, within=1e6).minutes
        for a, k in zip("abcd", some, strict=True):
            expected = _minutes(reference.graph, int(roads.ids[k]))
            for b, other in zip("abcd", some, strict=True):
                if a != b:
                    assert abs(found[a, b] - expected[int(roads.ids[other])]) < 1e-6
                    compared += 1
    assert compared >= PAIRS


def _alone(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Whether no other node lies at the same place, so that a place means one node."""
    _, where, times = np.unique(
        np.stack([lat, lon], axis=1), axis=0, return_inverse=True, return_counts=True
    )
    return times[where.reshape(-1)] == 1


def test_the_extracts_are_real() -> None:
    assert {path.name for path in EXTRACTS} >= {"test.osm.pbf", "Helsinki.osm.pbf"}
    roads = read_roads(EXTRACTS[0], ROOM)
    assert len(roads.ids) > 1000
    assert Network(roads).main.sum() > 500


def test_limits_of_time_change_no_path_within_them() -> None:
    roads = read_roads(EXTRACTS[0], ROOM)
    inside = np.flatnonzero(Network(roads).main)[:: len(roads.ids) // 8][:6]
    places = [(float(roads.lat[k]), float(roads.lon[k])) for k in inside]
    everything = by_road(settled(*places), roads, "map", within=1e6).minutes
    half = sorted(everything.values())[len(everything) // 2]
    some = by_road(settled(*places), roads, "map", within=half).minutes
    both = {p for p, m in everything.items() if m <= half and everything[p[1], p[0]] <= half}
    assert some == {pair: everything[pair] for pair in everything if pair in both}
