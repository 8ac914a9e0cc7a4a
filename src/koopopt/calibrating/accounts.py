"""Accounts of municipalities: what a service cost each of them in a year, from a table of theirs.

One account of a municipality is what the curve is fitted to. Years of the same municipality are
not independent of each other: their mean counts, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from koopopt.calibrating.headings import OPTIONAL, REQUIRED, columns, in_other_unit
from koopopt.calibrating.whose import Towns
from koopopt.case.instance import Instance
from koopopt.case.library import ServiceModel
from koopopt.case.made import MAX_UNITS
from koopopt.errors import DataError, Fault
from koopopt.language.notation import Mark
from koopopt.reading.cells import Row, rows_of, twice
from koopopt.reading.faults import condensed
from koopopt.reading.folder import Folder
from koopopt.reading.spreadsheets.kinds import ENDINGS
from koopopt.reading.tables import TITLE_ROWS, Table, parse_csv
from koopopt.reading.workbook import Workbook
from koopopt.text import T

SHEETS: Final = ("accounts", "costs", "konten", "kosten")
"""Names of the sheet of accounts, where a workbook has several."""
STRANGE_FACTOR: Final = 10.0
"""Demand that differs from the instance's by so much is told: units may have been mixed up."""
_YEAR: Final = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Account:
    """What a service cost a municipality in a year.

    Attributes
    ----------
    municipality : str
        Its id.
    cost : float
        EUR a year.
    demand : float or None
        Units of the service a year; None for what the instance says.
    years : tuple of str
        The years whose mean it is; empty where none is said.
    """

    municipality: str
    cost: float
    demand: float | None = None
    years: tuple[str, ...] = ()


def demand_of(instance: Instance, service: ServiceModel) -> dict[str, float]:
    """Return the demand of each municipality as the instance has it, units a year."""
    return {
        town.id: instance.demand.get(
            (town.id, service.id), service.demand.per_inhabitant * town.population
        )
        for town in instance.municipalities
    }


def read_accounts(
    path: str | Path,
    instance: Instance,
    service: ServiceModel,
    notes: list[Fault],
    decimal: Mark | None = None,
) -> tuple[Account, ...]:
    """Return the accounts in a CSV file or a workbook, one a municipality, each with its demand.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    table, faults = _table(Path(path), service.demand.unit)
    if table is None:
        raise DataError(faults)
    table = replace(table, decimal=decimal)
    rows = list(_rows(table, faults, Towns(instance), demand_of(instance, service), service))
    accounts = _joined(rows, instance, table)
    if not faults and not accounts:
        rule, remedy = T("There are no accounts."), T("Add a row for each municipality.")
        faults.append(Fault(table.file, rule, remedy))
    if faults:
        raise DataError(
            condensed([_helped(f, service.demand.unit) for f in faults]), condensed(table.notes)
        )
    notes.extend(condensed(table.notes))
    return accounts


def _helped(fault: Fault, unit: str) -> Fault:
    """Return a fault with the remedy that fits here, where the usual one does not."""
    values = fault.remedy.values
    if {"comma", "point", "where"} <= values.keys():  # it names a file that is not read here
        remedy = T(
            "Write {comma} or {point}; or give --decimal , (all such numbers are meant like"
            " {comma}) or --decimal . (like {point}).",
            comma=values["comma"], point=values["point"],
        )  # fmt: skip
        return replace(fault, remedy=remedy)
    if fault.column is not None and fault.row == 1 and in_other_unit(fault.column, unit):
        remedy = T("Only EUR a year, and {unit} for demand, are known behind a heading: bring the"
                   " numbers into these units, and say so there.", unit=unit)  # fmt: skip
        return replace(fault, remedy=remedy)
    return fault


def _rows(
    table: Table,
    faults: list[Fault],
    towns: Towns,
    demand: dict[str, float],
    service: ServiceModel,
) -> Iterator[Account]:
    """Yield the account of each row, with its demand."""
    first: dict[tuple[str, str], Row] = {}
    undated: dict[str, Row] = {}
    for row in rows_of(table, faults, required=REQUIRED, optional=OPTIONAL):
        town, year = towns.of(row), _year(row)
        cost = row.figure("cost", -MAX_UNITS, MAX_UNITS, required=False, money=True)
        given = row.figure("demand", 0, MAX_UNITS, required=False)
        if not row.cells.get("cost", "x").strip():
            row.note("municipality", T("There is no cost in this row; it was left out."),
                     T("Fill it in."))  # fmt: skip
            continue
        if town is None or year is None:
            continue
        if (town, year) in first:
            twice(row, first[town, year].number, town, year)
            continue
        first[town, year] = row
        other = undated.setdefault(town, row)
        if other is not row and not (year and other.cells.get("year", "").strip()):
            row.fault("year", T("Another row has an account of this municipality, too: {row}.",
                                row=str(other.number)),
                      T("Write the year of each, or delete one of them."))  # fmt: skip
            continue
        if cost is not None and cost <= 0:
            rule = T("A cost of 0 or less cannot lie on the curve.")
            remedy = T("Correct the value, or leave the cell empty to leave the row out.")
            row.fault("cost", rule, remedy)
            continue
        if (units := _demand(row, given, demand[town], service)) is None or cost is None:
            continue
        yield Account(town, cost, units, (year,) if year else ())


def _demand(row: Row, given: float | None, usual: float, service: ServiceModel) -> float | None:
    """Return the demand of a row, else that of the instance; a fault where it is nothing."""
    wrong = given is None and bool(row.cells.get("demand", "").strip())
    units = usual if given is None else given
    if wrong:  # told already
        return None
    if units <= 0:
        column = "municipality" if given is None else "demand"
        row.fault(column, T("There is no demand of {service} here, so no place on the curve.",
                            service=service.id),
                  T("Write the demand into the column demand, or leave the row out."))  # fmt: skip
        return None
    if (
        given is not None
        and usual > 0
        and not (1 / STRANGE_FACTOR <= given / usual <= STRANGE_FACTOR)
    ):
        factor = float(f"{usual / given:.2g}")
        rule = T("The instance has {usual} {unit} here, {factor} times as much.",
                 usual=round(usual), unit=service.demand.unit, factor=factor)  # fmt: skip
        row.note("demand", rule, T("Look whether both are in the same unit."))
    return units


def _year(row: Row) -> str | None:
    """Return the year of a row, "" where it says none; None, with a fault, for what is no year."""
    text = row.label("year", required=False)
    if text is None:
        return "" if "year" not in row.cells else None
    if text and not _YEAR.search(text):
        row.fault("year", T("This is no year."), T("Write it with four digits, such as 2023."))
        return None
    return text


def _joined(rows: Sequence[Account], instance: Instance, table: Table) -> tuple[Account, ...]:
    """Return one account a municipality, in the order of the instance: the mean of its years."""
    accounts = []
    for town in instance.municipalities:
        own = [account for account in rows if account.municipality == town.id]
        if not own:
            continue
        years = tuple(year for account in own for year in account.years)
        cost = sum(account.cost for account in own) / len(own)
        demand = sum(account.demand or 0.0 for account in own) / len(own)
        accounts.append(Account(town.id, cost, demand, tuple(sorted(years))))
    if several := [a for a in accounts if len(a.years) > 1]:
        rule = T("Municipalities with accounts of several years: {count}. The mean of each counts"
                 " once, as it is, without regard to prices.", count=len(several))  # fmt: skip
        remedy = T("Keep one year only if prices changed much between them.")
        table.notes.append(Fault(table.file, rule, remedy, column="year"))
    return tuple(accounts)


def _table(path: Path, unit: str) -> tuple[Table | None, list[Fault]]:
    """Return the table in a file, its headings as columns are named here; and what is wrong."""
    if path.suffix.lower() in ENDINGS:
        return _sheet(path, unit)
    folder, name = Folder.holding(path)
    text = folder.text(name)
    if text is None:
        return None, folder.faults
    table = parse_csv(text, name, folder.faults, _needed(text, unit))
    if table is not None:
        header = columns(table.header, unit)
        table = _sole(replace(table, header=tuple(header)), folder.faults)
    return table, folder.faults


def _needed(text: str, unit: str) -> tuple[str, ...]:
    """Return the needed columns as a CSV text spells them, by which its header is recognised."""
    for line in [line for line in text[:100_000].splitlines() if line.strip()][: TITLE_ROWS + 1]:
        for mark in ",;\t|:^~":
            cells = [cell.strip(' "') for cell in line.split(mark)]
            named = columns(cells, unit)
            if set(REQUIRED) <= set(named):
                return tuple(cells[named.index(column)] for column in REQUIRED)
    return REQUIRED


def _sole(table: Table, faults: list[Fault]) -> Table | None:
    """Return the table unless two of its headings mean the same column."""
    again = {name for name in table.header if name and table.header.count(name) > 1}
    for name in sorted(again):
        rule = T("Two columns have headings that mean {column}.", column=name)
        faults.append(Fault(table.file, rule, T("Rename or delete one of them."), column=name))
    return None if again else table


def _sheet(path: Path, unit: str) -> tuple[Table | None, list[Fault]]:
    book = Workbook(path)
    sheets = book.sheets()
    own = [sheet for sheet in map(book.file, SHEETS) if sheet in sheets]
    sheet = sheets[0] if len(sheets) == 1 else next(iter(own), "")
    if not sheet:
        if not book.faults:
            rule = T("The workbook has several sheets, none of which is named as that of the"
                     " accounts.")  # fmt: skip
            remedy = T("Give that sheet one of these names: {names}.", names=", ".join(SHEETS))
            book.faults.append(Fault(path.name, rule, remedy, value=", ".join(sheets)))
        return None, book.faults
    table = book.sheet(sheet, REQUIRED, headings=lambda cells: columns(cells, unit))
    return table, book.faults
