"""Polygons of municipalities whose ids are known: any country's, by whatever column names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from koopopt.errors import DataError, Fault, some
from koopopt.importing.polygons.areas import Areas, areas
from koopopt.importing.polygons.borders import NEAR, borders
from koopopt.importing.polygons.layer import open_layer
from koopopt.importing.polygons.neighbours import Links, Neighbourhood, neighbourhood
from koopopt.language.hints import Names
from koopopt.text import T


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """How a file of polygons is to be read.

    Attributes
    ----------
    layer, column, system : str or None
        Layer, column with the keys, and system of coordinates, where the file leaves them open.
    near : float
        Metres within which edges of neighbours are one border.
    links : {"borders", "forests", "all"}
    """

    layer: str | None = None
    column: str | None = None
    system: str | None = None
    near: float = NEAR
    links: Links = "forests"


@dataclass(frozen=True, slots=True)
class Owned:
    """The areas by id, who borders on whom, and what there is to note."""

    areas: Areas
    near: Neighbourhood
    notes: list[Fault]


def owned(path: Path, drawing: Drawing, towns: Mapping[str, str] | None = None) -> Owned:
    """Return the polygons of municipalities, and their neighbours.

    Parameters
    ----------
    path : Path
    drawing : Drawing
    towns : mapping id -> name, optional
        The municipalities; by default whatever the file holds. Its other polygons count for
        nothing.

    Raises
    ------
    DataError
        Where the file cannot be read, or names none of them.
    """
    layer = open_layer(path, drawing.layer)
    keys = layer.keys(drawing.column)
    restored: list[str] = []
    if towns is not None:
        known = Names(towns)
        keys = [_meant(key, known, restored) for key in keys]
    found = areas(layer, keys, system=drawing.system)
    if towns is not None:
        named = zip(found.keys, found.names, strict=True)
        found = replace(found, names=tuple(towns.get(key, name) for key, name in named))
    notes = list(found.notes)
    wanted = list(towns if towns is not None else found.keys)
    own = found.chosen(wanted)
    if not own.keys:
        rule = T("It has a polygon of none of the municipalities; it names {examples}.",
                 examples=some(found.keys))  # fmt: skip
        remedy = T("Name the column that holds their ids with --id.")
        raise DataError([Fault(found.file, rule, remedy)], notes)
    if restored:
        rule = T("Keys were matched but for leading zeros: {examples}.",
                 examples=some(restored))  # fmt: skip
        notes.append(Fault(found.file, rule, T("There is nothing to do.")))
    lacking = [id_ for id_ in wanted if id_ not in own.keys]
    if lacking:
        rule = T("Municipalities have no polygon, and so no neighbours: {examples}.",
                 examples=some(lacking))  # fmt: skip
        notes.append(Fault(found.file, rule, T("Add their pairs to neighbours.csv by hand.")))
    others = sum(key not in own.keys for key in found.keys)
    if others:
        rule = T("{count} polygon(s) are of none of the municipalities and were left out.",
                 count=others)  # fmt: skip
        notes.append(Fault(found.file, rule, T("There is nothing to do.")))
    near = neighbourhood(own, found, borders(found, drawing.near), (), drawing.links)
    return Owned(replace(own, notes=notes), near, [*notes, *near.notes])


def _meant(key: str, known: Names, restored: list[str]) -> str:
    """Return the id that a key means: itself, or but for leading zeros that one of them lost."""
    if key in known:
        return key
    short = key.lstrip("0")
    whole = short if short in known else known.restored(key)
    if whole is None:
        return key
    restored.append(f"{key} → {whole}")
    return whole
