"""Which heading is which of our columns, as a file says it: read, checked, written again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal

from annotated_types import Ge
from pydantic import ConfigDict

from koopopt.case.library import STRICT
from koopopt.checking.schema import faults_of, validate
from koopopt.errors import DataError, Fault, UsageError
from koopopt.importing import files
from koopopt.importing.table.headings import MUNICIPALITIES, NEIGHBOURS, POINTS
from koopopt.language.hints import Names
from koopopt.reading.documents import parse_toml
from koopopt.reading.entries import YEAR_COLUMN
from koopopt.text import T
from koopopt.writing.toml import key_text, literal

CONSTANTS: Final = ("county", "state", "identity_area", "kind", "central_place")
"""Columns that may hold the same for all municipalities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is meant where a table leaves it open; all of it may be left out."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    sheet: str = ""
    """Sheet of the workbook."""
    header: Annotated[int, Ge(1)] | None = None
    """Row in which the headings stand."""
    encoding: str = ""
    """Encoding of a CSV file, where it is neither UTF-8, UTF-16 nor Windows-1252."""
    decimal: Literal[".", ","] | None = None
    """How numbers like 850.000 are meant where nothing else says it."""
    crs: str = ""
    """Coordinate system of x and y, such as EPSG:25832."""
    derive: Literal["ags", "insee"] | None = None
    """The country's key whose digits say county and state: German, French."""
    status_quo: str = ""
    """Heading of the column that is equal for municipalities that pool today."""
    skip: tuple[str, ...] = ()
    """Headings that are not looked at."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our columns and their headings."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Our columns that hold the same in every row."""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Headings and values: only rows that hold one of them are taken."""
    neighbours: Mapping[str, str] = field(default_factory=dict)
    """a, b and border_km: their headings in the table of neighbours."""
    points: Mapping[str, str] = field(default_factory=dict)
    """id, lat and lon, or x and y: their headings in the table of points."""

    def and_then(self, other: Chosen) -> Chosen:
        """Return these choices with those of another in their place where it makes any."""
        changed: dict[str, Any] = {}
        for each in dataclasses.fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, Mapping):
                changed[each.name] = {**mine, **theirs}
            elif isinstance(mine, tuple):
                changed[each.name] = tuple(dict.fromkeys((*mine, *theirs)))
            else:
                changed[each.name] = theirs or mine
        return Chosen(**changed)


def read_mapping(path: Path) -> Chosen:
    """Return the choices that a file holds.

    Raises
    ------
    DataError
        With everything that is wrong with it.
    """
    faults: list[Fault] = []
    text, _ = files.decoded(path.name, files.content(path))
    document = parse_toml(text, path.name, faults)
    if document is not None:
        faults += faults_of(Chosen, document.data, file=path.name)
    if faults or document is None:
        raise DataError(faults)
    chosen: Chosen = validate(Chosen, document.data)
    if faults := list(_strange(chosen, path.name)):
        raise DataError(faults)
    return chosen


def of_options(given: Mapping[str, Any]) -> Chosen:
    """Return the choices of a command line, by the names of its options.

    Raises
    ------
    UsageError
        For columns that are none of ours, or said twice.
    """
    sections = {
        "columns": "column", "constants": "set", "points": "point_column",
        "neighbours": "neighbour_column",
    }  # fmt: skip
    tables: dict[str, dict[str, str]] = {}
    for section, name in sections.items():
        option, tables[section] = f"--{name.replace('_', '-')}", {}
        for column, value in given[name]:
            if column in tables[section]:
                raise UsageError(T("{option}: {name} is given twice.", option=option, name=column))
            tables[section][column] = value
        for fault in _strange(Chosen(**{section: tables[section]}), option):  # type: ignore[arg-type]
            column = (fault.column or "").partition(".")[2]
            raise UsageError(
                T("{option}: there is no column {name}. {remedy}",
                  option=option, name=repr(column), remedy=fault.remedy)
            )  # fmt: skip
    only: dict[str, tuple[str, ...]] = {}
    for heading, value in given["only"]:
        only[heading] = (*only.get(heading, ()), value)
    return Chosen(
        sheet=given["sheet"] or "",
        header=given["header"],
        encoding=given["encoding"] or "",
        decimal=given["decimal"],
        crs=given["crs"] or "",
        derive=given["derive"],
        status_quo=given["status_quo"] or "",
        skip=tuple(given["skip"]),
        only=only,
        **tables,
    )


def _strange(chosen: Chosen, file: str) -> Iterable[Fault]:
    """Yield columns that are none of ours."""
    for section, known in (
        ("columns", tuple(MUNICIPALITIES)),
        ("constants", CONSTANTS),
        ("neighbours", tuple(NEIGHBOURS)),
        ("points", tuple(POINTS)),
    ):
        for column in getattr(chosen, section):
            if column not in known and not (section == "columns" and is_of_year(column)):
                rule = T("There is no column of this name in an instance.")
                remedy = Names(known).remedy(column)
                yield Fault(file, rule, remedy, column=f"{section}.{column}")


def is_of_year(column: str) -> bool:
    """Whether a column holds the inhabitants of a year: ``population_2040``."""
    year = column.removeprefix(YEAR_COLUMN)
    return column.startswith(YEAR_COLUMN) and year.isdecimal() and len(year) == 4


def mapping_text(chosen: Chosen, head: Iterable[str], gaps: Mapping[str, Iterable[str]]) -> str:
    """Return choices as TOML, with remarks above it.

    Parameters
    ----------
    chosen : Chosen
    head : iterable of str
        Lines of remarks.
    gaps : mapping "section.column" -> headings
        What is still open, and what may be meant: a line to fill in, which does not count yet.
    """
    lines = [f"# {line}".rstrip() for line in head]
    for each in dataclasses.fields(chosen):
        value = getattr(chosen, each.name)
        if value and not isinstance(value, Mapping):
            lines.append(f"{each.name} = {literal(value)}")
    for section in ("columns", "constants", "only", "neighbours", "points"):
        table = getattr(chosen, section)
        open_ = {k.partition(".")[2]: v for k, v in gaps.items() if k.startswith(f"{section}.")}
        if table or open_:
            lines += ["", f"[{section}]"]
        lines += [f"{key_text(key)} = {literal(value)}" for key, value in table.items()]
        for column, headings in open_.items():
            named = " | ".join(literal(heading) for heading in headings) or '""'
            lines.append(f"# {column} = {named}")
    return "\n".join(lines) + "\n"
