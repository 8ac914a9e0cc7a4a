"""Reading weights of municipalities for a key, one line a municipality."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final

from koopopt.case.instance import Instance
from koopopt.checking.schema import MAX_NUMBER
from koopopt.errors import DataError, Fault, some
from koopopt.exact import fraction
from koopopt.language.hints import Names
from koopopt.reading.cells import rows_of, twice
from koopopt.reading.faults import condensed
from koopopt.reading.folder import Folder
from koopopt.reading.tables import parse_csv
from koopopt.text import T

COLUMNS: Final = ("municipality", "weight")


def read_weights(
    path: Path, instance: Instance, notes: list[Fault] | None = None
) -> dict[str, Fraction]:
    """Return the weight of each municipality, as the decimal that was written.

    Parameters
    ----------
    path : Path
        A CSV file with the columns municipality and weight.
    instance : Instance
    notes : list of Fault, optional
        Takes what there is to note besides faults.

    Raises
    ------
    DataError
        With every fault of the file; a municipality without a weight is one.
    """
    if not path.exists():
        raise DataError([Fault(path.name, T("The file is missing."), T("Check the path."))])
    folder, name = Folder.holding(path)
    text, faults = folder.text(name), folder.faults
    table = None if text is None else parse_csv(text, name, faults, COLUMNS)
    if table is None:
        raise DataError(faults)
    towns = [town.id for town in instance.municipalities]
    names, found, first = Names(towns), dict[str, Fraction](), dict[str, int]()
    for row in rows_of(table, faults, required=COLUMNS):
        town, weight = row.known("municipality", names, T("municipality")), None
        weight = row.figure("weight", 0, MAX_NUMBER)
        if town is None:
            continue
        if town in first:
            twice(row, first[town], town)
            continue
        first[town] = row.number
        if weight is not None:
            found[town] = fraction(weight)
    if "municipality" in table.header and (missing := [t for t in towns if t not in first]):
        rule = T("No weight is given for {municipalities}.", municipalities=some(missing))
        faults.append(Fault(path.name, rule, T("Add a line for each; a weight may be 0.")))
    if faults:
        raise DataError(faults, table.notes)
    if notes is not None:
        notes.extend(condensed(table.notes))
    return found
