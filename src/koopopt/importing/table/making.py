"""From a table to an instance: what is asked is settled, the cells are read, the files are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from koopopt.case import resources
from koopopt.case.instance import Instance, Municipality, Neighbours
from koopopt.case.plan import Partnership
from koopopt.case.states import WITHOUT_A_LAW, common_legal_forms
from koopopt.errors import Fault
from koopopt.importing.polygons.drawn import drawn
from koopopt.importing.polygons.owned import Drawing, owned
from koopopt.importing.start import MAX_MEMBERS, OFFICE_COST
from koopopt.importing.table.asking import Ask, OpenError, answered, mark
from koopopt.importing.table.filling import Filled, filled
from koopopt.importing.table.headings import MUNICIPALITIES
from koopopt.importing.table.keys import seems
from koopopt.importing.table.mapping import Chosen
from koopopt.importing.table.matching import Gap, Matched, fault_of, key_named, matched
from koopopt.importing.table.opening import Grid, opened
from koopopt.importing.table.pairs import lonely, match_pairs, pairs_grid, pairs_of
from koopopt.importing.table.places import (
    match_points,
    points_grid,
    refuse_together,
    with_places,
)
from koopopt.importing.table.polygons import pairs_of_polygons, polygon_points
from koopopt.importing.table.rows import kept
from koopopt.importing.table.said import heads, read_me, sources
from koopopt.importing.table.today import pools
from koopopt.importing.written import without_borders
from koopopt.language.hints import Names
from koopopt.reading.models import demand_models, library_forms, library_service
from koopopt.reading.settings import demand_name
from koopopt.text import T
from koopopt.writing.contents import Contents
from koopopt.writing.instance import tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be made of which files.

    `polygons` gives places, neighbours and boundaries, where no other file or column does. Legal
    forms that nobody named are those of the German state.
    """

    path: Path
    name: str
    title: str
    services: tuple[str, ...]
    legal_forms: str | None
    chosen: Chosen
    points: Path | None = None
    neighbours: Path | None = None
    polygons: Path | None = None
    drawing: Drawing = field(default_factory=Drawing)
    max_members: int | None = None
    lang: str = "en"

    @property
    def files(self) -> tuple[tuple[str, Path | None], ...]:
        """What comes from which file."""
        return (
            ("municipalities.csv", self.path),
            ("municipalities.csv: lat, lon", self.points),
            ("neighbours.csv", self.neighbours),
            ("neighbours.csv, boundaries.geojson, places", self.polygons),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What was made.

    Attributes
    ----------
    contents : Contents
        The files of the instance.
    notes : tuple of Fault
        Whatever was left out, supposed, or read differently from how it stands.
    chosen : Chosen
        Every choice that was used, so that a second run asks nothing.
    """

    contents: Contents
    notes: tuple[Fault, ...]
    chosen: Chosen


@dataclass(slots=True)
class _Settled:
    """A table, and what its columns are."""

    grid: Grid
    found: Matched
    option: str


def import_table(wanted: Wanted, ask: Ask | None = None) -> Imported:
    """Return the instance that a table means; nothing is written.

    Parameters
    ----------
    wanted : Wanted
    ask : function, optional
        Asked about what is missing or can mean several things; without it that is a fault.

    Raises
    ------
    OpenError
        With everything that is wrong with the tables, and whatever can mean several things.
    UsageError
        For services, legal forms, names and systems that there are not.
    """
    _refuse(wanted)
    refuse_together(wanted.chosen, wanted.points)
    faults: list[Fault] = []
    chosen, parts = _settled(wanted, ask, faults)
    main, points, neighbours = (parts.get(k) for k in ("columns", "points", "neighbours"))
    assert main is not None
    rows = kept(main.grid, main.found.columns, chosen.only)
    placed = None if points is None else (points.grid, points.found)
    kind = _kind(main, chosen)
    got = filled(main.grid, main.found.columns, rows, chosen, kind, placed, faults)
    if points is not None and wanted.points is None:
        points.grid.notes.clear()  # polygons of other municipalities are told of once, below
    pairs: tuple[Neighbours, ...] = ()
    drawn_by_id: dict[str, Any] = {}
    notes: list[Fault] = []
    if neighbours is not None and got.ids:
        known = Names(got.ids)
        pairs = pairs_of(neighbours.grid, neighbours.found, chosen, known, got.beyond, faults)
    if wanted.polygons is not None and got.ids and not faults:
        # A system that is said is that of x and y in the table, where it has them.
        planar = "x" in main.found.columns
        drawing = replace(wanted.drawing, system=None) if planar else wanted.drawing
        found = owned(wanted.polygons, drawing, {town.id: town.name for town in got.towns})
        pairs = pairs if neighbours is not None else pairs_of_polygons(found)
        notes += found.notes
        drawn_by_id = drawn(found.areas)
    named = wanted.legal_forms or _forms_of(got.towns, kind)
    forms = library_forms(named)
    today: tuple[Partnership, ...] = ()
    if chosen.status_quo and got.towns:
        today = pools(
            main.grid, chosen.status_quo, got.values, got.values_beyond, got.towns,
            wanted.services, forms, faults,
        )  # fmt: skip
    notes = [*(note for part in parts.values() for note in part.grid.notes), *notes]
    notes += _supposed(wanted, got, pairs, today, named)
    used = _used(chosen, parts, kind)
    if ask is not None and (decimal := mark(faults, ask)) is not None:
        return import_table(replace(wanted, chosen=replace(used, decimal=decimal)), ask)
    if faults:
        raise OpenError(faults, notes, used, [])
    rules = {"contiguous": True} if _bordered(wanted) else {}
    instance = Instance(
        name=wanted.name,
        title={"de": wanted.title, "en": wanted.title},
        municipalities=got.towns,
        neighbours=pairs,
        services=tuple(library_service(name) for name in wanted.services),
        legal_forms=forms,
        status_quo=today,
        rules={**rules, "max_members": wanted.max_members or MAX_MEMBERS},
        weights={"cost": 1.0, "travel": 10.0},
        office_cost=OFFICE_COST,
    )
    texts = {"README.md": read_me(wanted.title, notes, wanted.lang)}
    contents = replace(_contents(wanted, instance, named), texts=texts, boundaries=drawn_by_id)
    return Imported(contents=contents, notes=tuple(notes), chosen=used)


def _refuse(wanted: Wanted) -> None:
    """Raise `UsageError` for names that there are not."""
    demand_name(wanted.name)
    demand_models(wanted.services, resources.services())
    demand_models([wanted.legal_forms or WITHOUT_A_LAW], resources.legal_forms())


def _settled(
    wanted: Wanted, ask: Ask | None, faults: list[Fault]
) -> tuple[Chosen, dict[str, _Settled]]:
    """Return the choices and the tables, once nothing is open any more."""
    chosen = wanted.chosen
    while True:
        wrong: list[Fault] = []
        parts = _parts(wanted, chosen, wrong)
        gaps = [(gap, part) for part in parts.values() for gap in part.found.gaps]
        if wrong or (gaps and ask is None):
            told = [
                fault_of(gap, part.grid, part.option)
                for gap, part in gaps
                if gap.role not in getattr(chosen, gap.section)  # else it is told already
            ]
            notes = [note for part in parts.values() for note in part.grid.notes]
            used = _used(chosen, parts, None)
            raise OpenError([*wrong, *told], notes, used, [gap for gap, _ in gaps])
        if not gaps or ask is None:
            return chosen, parts
        for part in parts.values():
            if part.found.gaps:
                chosen = chosen.and_then(answered(part.found.gaps, part.grid, ask))


def _parts(wanted: Wanted, chosen: Chosen, faults: list[Fault]) -> dict[str, _Settled]:
    named = {**chosen.columns, "status_quo": chosen.status_quo} if chosen.status_quo else (
        chosen.columns
    )  # fmt: skip
    grid = opened(wanted.path, chosen, MUNICIPALITIES, named)
    parts = {"columns": _Settled(grid, _main(grid, wanted, chosen, faults), "--column")}
    if wanted.points is not None:
        grid = points_grid(wanted.points, chosen)
        parts["points"] = _Settled(grid, match_points(grid, chosen, faults), "--point-column")
    elif wanted.polygons is not None and not _with_axes(parts["columns"].found):
        grid = polygon_points(wanted.polygons, wanted.drawing)
        plain = replace(chosen, points={})
        parts["points"] = _Settled(grid, match_points(grid, plain, faults), "--point-column")
    if wanted.neighbours is not None:
        grid = pairs_grid(wanted.neighbours, chosen)
        found = match_pairs(grid, chosen, faults)
        parts["neighbours"] = _Settled(grid, found, "--neighbour-column")
    return parts


def _main(grid: Grid, wanted: Wanted, chosen: Chosen, faults: list[Fault]) -> Matched:
    """Return what the columns of the table of municipalities are."""
    found = matched(grid, "columns", chosen.columns, chosen.skip, MUNICIPALITIES, faults)
    for role in chosen.constants:
        found.columns.pop(role, None)
    needed = ["id", "name", "population"]
    elsewhere = wanted.points is not None or (wanted.polygons is not None and not _with_axes(found))
    if not elsewhere:
        found = with_places(found, "columns", ())
    else:
        for axis in ("lat", "lon", "x", "y"):
            found.columns.pop(axis, None)
    kind = _kind(_Settled(grid, found, ""), chosen)
    derived = {"ags": ("county", "state"), "insee": ("county",)}.get(kind or "", ())
    needed += [r for r in ("county", "state") if r not in chosen.constants and r not in derived]
    axes = [] if elsewhere else ["lat", "lon", "x", "y"]
    open_ = {gap.role: gap for gap in found.gaps if gap.role in (*needed, *axes)}
    for role in needed:
        if role not in found.columns and role not in open_:
            open_[role] = Gap("columns", role, ())
    in_order = (*needed[:3], *axes, *needed[3:])  # as somebody would ask: what, where, of whom
    found.gaps = [open_[role] for role in in_order if role in open_]
    if chosen.status_quo and grid.column(chosen.status_quo) is None:
        rule = T("There is no column of this heading.")
        remedy = Names(grid.headings.values()).remedy(chosen.status_quo)
        faults.append(Fault(grid.file, rule, remedy, grid.header, None, chosen.status_quo))
    return found


def _kind(part: _Settled, chosen: Chosen) -> str | None:
    """Return of which country the keys are: as it is said, else where heading and cells say so."""
    if chosen.derive is not None or "id" not in part.found.columns:
        return chosen.derive
    grid, columns = part.grid, part.found.columns
    named = key_named(grid, columns)
    quiet = replace(grid, notes=[])
    rows = kept(quiet, columns, {}).rows
    return seems(named, [grid.cell(row, columns["id"], cells) for row, cells in rows])


def _used(chosen: Chosen, parts: Mapping[str, _Settled], kind: str | None) -> Chosen:
    """Return every choice that was used, those made by headings as well."""
    columns = {
        section: {role: part.grid.headings[k] for role, k in part.found.columns.items()}
        for section, part in parts.items()
    }
    grid = parts["columns"].grid
    derive: Any = kind
    return replace(
        chosen.and_then(Chosen(sheet=grid.picked, derive=derive)),
        columns=columns["columns"],
        points=columns.get("points", {}),
        neighbours=columns.get("neighbours", {}),
    )


def _forms_of(towns: Sequence[Municipality], kind: str | None) -> str:
    """Return the legal forms of the German state in which all lie, else those of none."""
    return common_legal_forms(town.state for town in towns if kind == "ags")


def _supposed(
    wanted: Wanted,
    got: Filled,
    pairs: Sequence[Neighbours],
    today: Sequence[Partnership],
    forms: str,
) -> list[Fault]:
    """Return notes on what nobody said."""
    notes = []
    if wanted.legal_forms is None:
        rule = T("Nobody said which legal forms there are: those of the set {name}.", name=forms)
        remedy = T("--legal-forms names another set; koopopt models lists them.")
        notes.append(Fault("instance.toml", rule, remedy, column="legal_forms"))
    most, place = wanted.max_members or MAX_MEMBERS, "rules.max_members"
    if wanted.max_members is None:
        rule = T("Nobody said how many members a partnership may have: at most {most}.", most=most)
        notes.append(Fault("instance.toml", rule, T("Say it with --max-members."), column=place))
    largest = max((len(pool.members) for pool in today), default=0)
    if largest > most:
        rule = T("Pools of today have up to {count} members, more than max_members = {most}"
                 " allows: today is no plan under these rules.",
                 count=largest, most=most)  # fmt: skip
        remedy = T("Raise max_members; searches take longer then.")
        notes.append(Fault("instance.toml", rule, remedy, column=place))
    if not _bordered(wanted):
        rule = T("There is no table of neighbours, so partnerships need not be contiguous.")
        remedy = T("Give one with --neighbours, or polygons with --polygons.")
        notes.append(Fault("neighbours.csv", rule, remedy))
    elif wanted.neighbours is not None and (
        names := lonely({town.id: town.name for town in got.towns}, pairs)
    ):  # fmt: skip
        rule = T("These border nobody, so they stay alone: {names}.", names=", ".join(names))
        remedy = T("Add their neighbours if they have any.")
        notes.append(Fault("neighbours.csv", rule, remedy))
    return notes


def _bordered(wanted: Wanted) -> bool:
    """Whether it is known who borders on whom."""
    return wanted.neighbours is not None or wanted.polygons is not None


def _with_axes(found: Matched) -> bool:
    """Whether the table of municipalities says where they lie."""
    there = found.columns.keys()
    return {"lat", "lon"} <= there or {"x", "y"} <= there


def _contents(wanted: Wanted, instance: Instance, forms: str) -> Contents:
    """Return the files: models are named, not copied, so that they stay those of the library."""
    settings: dict[str, Any] = {
        "schema": 1,
        "name": wanted.name,
        "title": {"de": wanted.title, "en": wanted.title},
        "services": list(wanted.services),
        "legal_forms": forms,
        **sources(wanted.files, OFFICE_COST),
        "weights": dict(instance.weights),
        "rules": dict(instance.rules),
    }
    made = tables(instance)
    if not _bordered(wanted):
        made.pop("neighbours")
        settings["service"] = without_borders(wanted.services)
    return Contents(
        documents={"instance.toml": settings},
        tables=made,
        heads={"instance.toml": heads(wanted.path, wanted.lang)},
    )
