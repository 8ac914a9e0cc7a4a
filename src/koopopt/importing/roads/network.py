"""Roads as a graph of junctions, in which shortest paths are found.

What lies between two junctions is one edge, and dead ends that lead to none of the wanted nodes are
cut off; neither changes a shortest path. Only the largest part counts in which every place can be
reached from every other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from koopopt.case.facts import great_circle_km
from koopopt.importing.roads.extract import Bools, Roads
from koopopt.linear import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Ways from one kept node to another, each pair once: its fastest way.

    Attributes
    ----------
    tail, head : (edges,) array
        Indices of `nodes`.
    minutes : (edges,) array
    nodes : (kept,) array
        The kept nodes, as indices of all nodes of the roads.
    """

    tail: Ints
    head: Ints
    minutes: Floats
    nodes: Ints

    def matrix(self) -> Any:
        """Return the graph as a sparse matrix; ways that take no time stay in it."""
        from scipy.sparse import csr_array

        first = np.searchsorted(self.tail, np.arange(len(self.nodes) + 1))
        size = (len(self.nodes), len(self.nodes))
        return csr_array((self.minutes, self.head, first), shape=size)

    def within(self, kept: Bools) -> Edges:
        """Return the edges between nodes of which `kept` is true, and those nodes alone."""
        number = np.cumsum(kept) - 1
        mine = kept[self.tail] & kept[self.head]
        tail, head = number[self.tail[mine]], number[self.head[mine]]
        return Edges(tail, head, self.minutes[mine], self.nodes[kept])


class Network:
    """The roads of an extract, ready to be asked for the nearest node and for paths.

    Parameters
    ----------
    roads : Roads
    """

    def __init__(self, roads: Roads) -> None:
        self.roads = roads
        way = np.repeat(np.arange(len(roads.forward)), np.diff(roads.first))
        self._way = way
        self._ends = np.zeros(len(roads.nodes), bool)  # positions at which a way ends
        self._ends[roads.first[1:] - 1] = True
        self._km = self._lengths()
        forward, backward = roads.forward[way], roads.backward[way]
        with np.errstate(divide="ignore", invalid="ignore"):
            whole = np.add.reduceat(np.where(self._ends, 0, self._km), roads.first[:-1])
            timed = np.where(np.isnan(roads.hours), np.nan, whole / roads.hours)[way]
            forward = np.where(np.isnan(timed) | (forward == 0), forward, timed)
            backward = np.where(np.isnan(timed) | (backward == 0), backward, timed)
            self._forth = np.where(forward > 0, self._km / forward * 60, np.inf)
            self._back = np.where(backward > 0, self._km / backward * 60, np.inf)
        for minutes in (self._forth, self._back):
            minutes[np.isnan(minutes)] = np.inf
            minutes[self._ends] = 0.0

    def _lengths(self) -> Floats:
        """Return the kilometres from each position to the next; not a number to unknown nodes."""
        lat, lon = np.radians(self.roads.lat), np.radians(self.roads.lon)
        here, there = self.roads.nodes, np.roll(self.roads.nodes, -1)
        return great_circle_km(lat[here], lon[here], lat[there], lon[there])

    @cached_property
    def junctions(self) -> Bools:
        """Which nodes are junctions: ends of ways, and what several ways, or one twice, share."""
        roads = self.roads
        shared = np.bincount(roads.nodes, minlength=len(roads.ids)) > 1
        shared[roads.nodes[roads.first[:-1]]] = True
        shared[roads.nodes[self._ends]] = True
        # Where the extract cuts a way, what is left of it leads to the last node that is known.
        unknown = np.isnan(roads.lat)[roads.nodes]
        shared[roads.nodes[:-1][unknown[1:]]] = True
        shared[roads.nodes[1:][unknown[:-1]]] = True
        return shared

    def edges(self, kept: Bools) -> Edges:
        """Return what lies between kept nodes; all junctions must be among them."""
        roads = self.roads
        at = np.flatnonzero(kept[roads.nodes])
        forth, back = (np.add.reduceat(m, at)[:-1] for m in (self._forth, self._back))
        inside = ~self._ends[at][:-1]
        number = np.cumsum(kept) - 1
        from_, to = number[roads.nodes[at[:-1]]], number[roads.nodes[at[1:]]]
        tail = np.concatenate([from_[inside], to[inside]])
        head = np.concatenate([to[inside], from_[inside]])
        minutes = np.concatenate([forth[inside], back[inside]])
        real = np.isfinite(minutes) & (tail != head)
        tail, head, minutes = tail[real], head[real], minutes[real]
        order = np.lexsort((minutes, head, tail))
        tail, head, minutes = tail[order], head[order], minutes[order]
        fastest = np.ones(len(tail), bool)
        fastest[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        return Edges(tail[fastest], head[fastest], minutes[fastest], np.flatnonzero(kept))

    @cached_property
    def main(self) -> Bools:
        """Which nodes lie in the largest part that is connected in both directions."""
        from scipy.sparse.csgraph import connected_components

        edges = self.edges(self.junctions)
        _, part = connected_components(edges.matrix(), connection="strong")
        largest = np.bincount(part).argmax()
        inside = np.zeros(len(self.roads.ids), bool)
        inside[edges.nodes[part == largest]] = True
        # A node between two junctions of that part is passed on the way from one to the other.
        at = np.flatnonzero(self.junctions[self.roads.nodes])
        before = at[np.searchsorted(at, np.arange(len(self.roads.nodes)), side="right") - 1]
        after = at[np.searchsorted(at, np.arange(len(self.roads.nodes)), side="left")]
        both = inside[self.roads.nodes[before]] & inside[self.roads.nodes[after]]
        inside[self.roads.nodes[both & ~np.isnan(self.roads.lat)[self.roads.nodes]]] = True
        return inside

    def nearest(self, lat: Floats, lon: Floats) -> tuple[Ints, Floats]:
        """Return the nearest node of each point, and how many kilometres it is away.

        It lies in the main part, on a road on which journeys may begin and end.
        """
        from scipy.spatial import cKDTree

        roads = self.roads
        start = np.zeros(len(roads.ids), bool)
        start[roads.nodes[roads.start[self._way]]] = True
        candidates = np.flatnonzero(start & self.main)
        if not len(candidates):
            return np.full(len(lat), -1), np.full(len(lat), np.inf)
        tree = cKDTree(_sphere(roads.lat[candidates], roads.lon[candidates]), balanced_tree=False)
        found = candidates[tree.query(_sphere(lat, lon))[1]]
        here, there = (np.radians(lat), np.radians(lon)), (roads.lat[found], roads.lon[found])
        return found, great_circle_km(*here, *map(np.radians, there))

    def between(self, wanted: Ints) -> Edges:
        """Return the graph for paths between wanted nodes: the main part without dead ends."""
        kept = self.junctions.copy()
        kept[wanted] = True
        edges = self.edges(kept)
        edges = edges.within(self.main[edges.nodes])
        needed = np.isin(edges.nodes, wanted)
        a, b = np.minimum(edges.tail, edges.head), np.maximum(edges.tail, edges.head)
        pairs = np.unique(np.stack([a, b], axis=1), axis=0)
        alive = np.ones(len(edges.nodes), bool)
        while True:
            degree = np.bincount(pairs.reshape(-1), minlength=len(alive))
            dead = alive & ~needed & (degree < 2)
            if not dead.any():
                return edges.within(alive)
            alive[dead] = False
            pairs = pairs[alive[pairs].all(axis=1)]


def _sphere(lat: Floats, lon: Floats) -> Floats:
    """Return degrees as points on a sphere, whose straight distances order as those on it do."""
    north, east = np.radians(lat), np.radians(lon)
    return np.stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1
    )
