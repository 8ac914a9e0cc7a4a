"""Personnel and material cost of members before, from a table of the user's.

Columns: `service`, `municipality`, `personnel`, `material`, EUR a year. The model has one cost a
service and does not know its parts, so nothing is derived from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from koopopt.case.instance import Instance
from koopopt.case.made import MAX_UNITS
from koopopt.errors import DataError, Fault
from koopopt.exact import CENTS_PER_EURO, whole
from koopopt.language.hints import Names
from koopopt.reading.cells import Row, rows_of, twice
from koopopt.reading.faults import condensed
from koopopt.reading.folder import Folder
from koopopt.reading.tables import parse_csv
from koopopt.text import T

COLUMNS: Final = ("service", "municipality", "personnel", "material")


@dataclass(frozen=True, slots=True)
class Split:
    """What a member paid before for a service: personnel and material, in cents a year."""

    personnel: int
    material: int


def read_split(
    path: str | Path, instance: Instance, notes: list[Fault]
) -> dict[tuple[str, str], Split]:
    """Return personnel and material cost by municipality and service.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    folder, name = Folder.holding(path)
    text, faults = folder.text(name), folder.faults
    table = None if text is None else parse_csv(text, name, faults, COLUMNS)
    if table is None:
        raise DataError(condensed(faults))
    towns = Names(m.id for m in instance.municipalities)
    services = Names(s.id for s in instance.services)
    found: dict[tuple[str, str], Split] = {}
    first: dict[tuple[str, str], Row] = {}
    for row in rows_of(table, faults, required=COLUMNS):
        service = row.known("service", services, T("service"))
        town = row.known("municipality", towns, T("municipality"))
        personnel, material = (
            row.figure(column, 0, MAX_UNITS, money=True) for column in ("personnel", "material")
        )
        if service is None or town is None:
            continue
        if (town, service) in first:
            twice(row, first[town, service].number, town, service)
            continue
        first[town, service] = row
        if personnel is not None and material is not None:
            found[town, service] = Split(*(whole(v, CENTS_PER_EURO) for v in (personnel, material)))
    if faults:
        raise DataError(condensed(faults), condensed(table.notes))
    notes.extend(condensed(table.notes))
    return found
