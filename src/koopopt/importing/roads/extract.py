"""An extract of OpenStreetMap as arrays: its roads, and the nodes they run along.

The file is read twice, ways first, so that of all its nodes only those of roads are kept.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from koopopt.errors import DataError, Fault, UsageError, why
from koopopt.importing.roads.speeds import SPEEDS, passage
from koopopt.linear import Floats, Ints
from koopopt.system.memory import told
from koopopt.system.readable import ends
from koopopt.text import T, Text

Bools = npt.NDArray[np.bool_]

BYTES_A_NODE: Final = 250
"""Memory that a node along a way takes at the most, in all arrays that are made of it."""
_EVERY: Final = 10_000
"""Ways between two looks at the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Ways of cars, and their nodes.

    Attributes
    ----------
    nodes : (positions,) array
        The nodes along all ways, one way after the other, as indices of `lat` and `lon`.
    first : (ways + 1,) array
        Where in `nodes` each way begins.
    forward, backward : (ways,) array
        km/h; 0 where cars may not.
    hours : (ways,) array
        How long ferries take as a whole; not a number elsewhere.
    start : (ways,) array
        Where journeys may begin and end.
    ids : (nodes,) array
        Numbers of the nodes in OpenStreetMap, in order.
    lat, lon : (nodes,) array
        Degrees; not a number where the extract does not hold the node.
    barriers : int
        So many nodes are gates, bollards and the like.
    strange : tuple of str
        Speed limits that were not understood, one for each way.
    untimed : int
        So many ferries have no duration.
    """

    nodes: Ints
    first: Ints
    forward: Floats
    backward: Floats
    hours: Floats
    start: Bools
    ids: Ints
    lat: Floats
    lon: Floats
    barriers: int = 0
    strange: tuple[str, ...] = ()
    untimed: int = 0


def library() -> Any:
    """Return what reads extracts; raise `UsageError` where it, or what finds paths, is missing."""
    try:
        import osmium
        import scipy.sparse.csgraph  # noqa: F401
    except ModuleNotFoundError:
        raise UsageError(
            T(
                "Travel on OpenStreetMap needs the extra 'roads': pip install {what}.",
                what='"koopopt[roads]"',
            )
        ) from None
    return osmium


def read_roads(path: Path, memory: int, tell: Callable[[Text], None] = lambda _: None) -> Roads:
    """Return the roads of an extract.

    Parameters
    ----------
    path : Path
        In any format of OpenStreetMap: ``.osm.pbf``, ``.osm``, ``.osm.bz2``, ``.o5m``, ...
    memory : int
        Bytes that may be taken.
    tell : callable
        Is told what is being done.

    Raises
    ------
    DataError
        If it cannot be read as one, or holds no road.
    UsageError
        If it would take too much memory.
    """
    osmium = library()
    _make_sure(path, osmium)
    tell(T("reading roads"))
    try:
        ways = _ways(osmium, path, memory)
        tell(T("reading the nodes of roads"))
        return _with_nodes(osmium, path, ways)
    except RuntimeError:  # whatever it finds wrong with the file: its words are for developers
        raise _unreadable(path) from None


def _make_sure(path: Path, osmium: Any) -> None:
    """Refuse what is no file of one state of the map; an address would be fetched."""
    try:
        proper = ends(path)
    except FileNotFoundError:
        rule = T("There is no such file.")
        raise DataError([Fault(path.name, rule, T("Name the extract itself."))]) from None
    except OSError as error:
        reason = why(error)
        rule = T("The file cannot be opened ({reason}).", reason=reason)
        raise DataError([Fault(path.name, rule, T("Name the extract itself."))]) from None
    if not proper:
        fault = Fault(path.name, T("This is no file."), T("Name the extract itself."))
        raise DataError([fault])
    try:
        with osmium.io.Reader(str(path.absolute()), osmium.osm.NOTHING) as reader:
            several = reader.header().has_multiple_object_versions
    except RuntimeError:
        raise _unreadable(path) from None
    if several:
        rule = T("The file holds the history of the map, or changes to it.")
        raise DataError([Fault(path.name, rule, T("Take an extract of its present state."))])


def _unreadable(path: Path) -> DataError:
    rule = T("The file cannot be read as an extract of OpenStreetMap.")
    remedy = T("Take a file such as region.osm.pbf, and load it anew if it is not complete.")
    return DataError([Fault(path.name, rule, remedy)])


@dataclass(frozen=True, slots=True)
class _Ways:
    """What is collected of ways: the numbers of their nodes, and a value a way of everything."""

    refs: array[int]
    first: array[int]
    forward: array[float]
    backward: array[float]
    hours: array[float]
    start: bytearray
    strange: list[str]
    untimed: list[int]


def _objects(osmium: Any, path: Path, kind: Any, selection: Any) -> Iterator[Any]:
    processor = osmium.FileProcessor(str(path.absolute()), kind)
    return iter(processor.with_filter(selection))


def _ways(osmium: Any, path: Path, memory: int) -> _Ways:
    classes = [("highway", name) for name in SPEEDS]
    selection = osmium.filter.TagFilter(*classes, ("route", "ferry"))
    found = _Ways(
        array("q"), array("q", [0]), array("d"), array("d"), array("d"), bytearray(), [], []
    )
    for number, way in enumerate(_objects(osmium, path, osmium.osm.WAY, selection)):
        passed = passage(way.tags)  # a dict of them would take longer than all else
        if passed is None or len(way.nodes) < 2:
            continue
        found.refs.extend(node.ref for node in way.nodes)
        found.first.append(len(found.refs))
        found.forward.append(passed.forward)
        found.backward.append(passed.backward)
        found.hours.append(np.nan if passed.hours is None else passed.hours)
        found.start.append(passed.start)
        if passed.strange is not None:
            found.strange.append(passed.strange)
        if passed.ferry and passed.hours is None:
            found.untimed.append(way.id)
        if number % _EVERY == 0 and len(found.refs) * BYTES_A_NODE > memory:
            raise UsageError(
                T(
                    "{path} has so many roads that they take more memory than {memory}. Cut it"
                    " to the region of the instance and some way around it, or allow more by"
                    " --memory.",
                    path=repr(str(path)),
                    memory=told(memory),
                )
            )
    if not found.refs:
        rule = T("The extract holds no road for cars.")
        raise DataError([Fault(path.name, rule, T("Take one of the region with all its ways."))])
    return found


def _with_nodes(osmium: Any, path: Path, ways: _Ways) -> Roads:
    ids, nodes = np.unique(np.frombuffer(ways.refs, np.int64), return_inverse=True)
    lat, lon = np.full(len(ids), np.nan), np.full(len(ids), np.nan)
    seen, north, east = array("q"), array("d"), array("d")
    barriers = 0
    selection = osmium.filter.IdFilter(ids.tolist())
    for node in _objects(osmium, path, osmium.osm.NODE, selection):
        place = node.location
        if place.valid():
            seen.append(node.id)
            north.append(place.lat)
            east.append(place.lon)
        barriers += "barrier" in node.tags
    at = np.searchsorted(ids, np.frombuffer(seen, np.int64)) if seen else np.empty(0, np.int64)
    lat[at], lon[at] = np.frombuffer(north), np.frombuffer(east)
    return Roads(
        nodes=nodes.reshape(-1),
        first=np.array(ways.first),
        forward=np.array(ways.forward),
        backward=np.array(ways.backward),
        hours=np.array(ways.hours),
        start=np.frombuffer(bytes(ways.start), np.bool_),
        ids=ids,
        lat=lat,
        lon=lon,
        barriers=barriers,
        strange=tuple(ways.strange),
        untimed=len(ways.untimed),
    )
