"""What borders leave apart: islands, exclaves, pairs that a forest without a municipality parts.

A county whose municipalities are not connected cannot pool across the gap where partnerships have
to be contiguous. So every such place is named, with what was done and what could be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from koopopt.importing.polygons.areas import Areas

if TYPE_CHECKING:
    from numpy.typing import NDArray

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """A way to connect two parts: the two municipalities that are nearest, and how far apart.

    `part` is everyone whom it connects with the rest, `a` among them.
    """

    a: str
    b: str
    km: float
    part: tuple[str, ...]


def groups(keys: Sequence[str], pairs: Iterable[Pair]) -> list[list[str]]:
    """Return the connected parts, the largest first; of equal ones the one with the first key."""
    parent = {key: key for key in keys}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = key = parent[parent[key]]
        return key

    for a, b in pairs:
        parent[root(a)] = root(b)
    found: dict[str, list[str]] = {}
    for key in keys:
        found.setdefault(root(key), []).append(key)
    return sorted(found.values(), key=len, reverse=True)


def across(
    borders: Mapping[Pair, float], between: Iterable[str], keys: Iterable[str]
) -> dict[Pair, str]:
    """Return pairs that do not border on each other, but both on the same area in between.

    Several areas that lie together count as one only where parts would be apart without: else a
    large forest would make neighbours of all who are around it.

    Parameters
    ----------
    borders : mapping pair -> km
        Of all areas.
    between : iterable of str
        Keys of areas that belong to no municipality.
    keys : iterable of str
        Of the municipalities.

    Returns
    -------
    mapping pair -> key of an area between
        In the order of `keys`.
    """
    order = {key: k for k, key in enumerate(keys)}
    free = dict.fromkeys(key for key in between if key not in order)
    at: dict[str, set[str]] = {}
    for a, b in borders:
        for one, other in ((a, b), (b, a)):
            if one in free and other in order:
                at.setdefault(one, set()).add(other)
    own = [pair for pair in borders if pair[0] in order and pair[1] in order]
    found: dict[Pair, str] = {}
    for area in free:
        for pair in _each(at.get(area, set()), order):
            if pair not in borders and pair[::-1] not in borders:
                found.setdefault(pair, area)
    part = _part_of(list(order), [*own, *found])
    for wide in groups(list(free), [p for p in borders if p[0] in free and p[1] in free]):
        around = {key for area in wide for key in at.get(area, ())}
        for a, b in _each(around, order):
            if part[a] != part[b]:
                found.setdefault((a, b), wide[0])
    return found


def _each(keys: Iterable[str], order: Mapping[str, int]) -> Iterator[Pair]:
    """Yield each pair once, in the order of the municipalities."""
    return combinations(sorted(keys, key=order.__getitem__), 2)


def _part_of(keys: Sequence[str], pairs: Iterable[Pair]) -> dict[str, int]:
    return {key: k for k, part in enumerate(groups(keys, pairs)) for key in part}


def suggested(areas: Areas, pairs: Iterable[Pair]) -> list[Link]:
    """Return the shortest ways that connect all parts, as few as there can be.

    One after the other, the part that holds the fewest municipalities is connected with what is
    nearest to it.
    """
    import shapely

    found: list[Link] = []
    at = {key: k for k, key in enumerate(areas.keys)}
    parts = groups(areas.keys, pairs)
    while len(parts) > 1:
        part = parts.pop()
        own = areas.metres[[at[key] for key in part]]
        others = [key for rest in parts for key in rest]
        far = areas.metres[[at[key] for key in others]]
        a, b = _nearest(own, far)
        km = float(shapely.distance(own[a], far[b])) / 1000
        found.append(Link(part[a], others[b], km, tuple(part)))
        joined = next(rest for rest in parts if others[b] in rest)
        joined += part
        parts.sort(key=len, reverse=True)
    return found


def _nearest(own: NDArray[Any], far: NDArray[Any]) -> tuple[int, int]:
    import shapely

    (which, target), apart = shapely.STRtree(far).query_nearest(
        own, return_distance=True, all_matches=False
    )
    best = int(np.argmin(apart))
    return int(which[best]), int(target[best])
