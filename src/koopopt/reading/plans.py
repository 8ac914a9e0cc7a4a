"""Reading a plan from a CSV file or a workbook, one line a member."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from koopopt.case.facts import Facts
from koopopt.case.instance import Instance
from koopopt.case.library import ALONE_FORM
from koopopt.case.plan import Partnership, Plan
from koopopt.errors import DataError, Fault
from koopopt.evaluation import cheapest_form
from koopopt.language.hints import Names
from koopopt.language.inert import from_cell
from koopopt.reading.drafts import REQUIRED_PLAN_COLUMNS, drafts
from koopopt.reading.faults import condensed
from koopopt.reading.folder import Folder
from koopopt.reading.spreadsheets.kinds import ENDINGS
from koopopt.reading.tables import Table, parse_csv
from koopopt.reading.workbook import Workbook
from koopopt.text import T

PLAN_SHEET = "plan"


def read_plan(path: str | Path, instance: Instance, notes: list[Fault] | None = None) -> Plan:
    """Return the plan in a file with the columns service, municipality, seat.

    The columns partnership (which rows belong together; otherwise those with the same seat) and
    legal_form (otherwise the cheapest that the partnership may have) are optional. Municipalities
    that are not named for a service stay alone.

    Parameters
    ----------
    path : str or Path
        A CSV file, or a workbook with a sheet named plan (or one sheet only).
    instance : Instance
    notes : list of Fault, optional
        Takes what there is to note besides faults.

    Raises
    ------
    DataError
        With every fault of the file. A plan that breaks rules is none: see `evaluate`.
    """
    table, faults = _table(Path(path))
    if table is None:
        raise DataError(faults)
    towns = [town.id for town in instance.municipalities]
    rows = tuple((number, tuple(map(from_cell, cells))) for number, cells in table.rows)
    found = drafts(
        replace(table, rows=rows),
        Names(towns),
        Names(service.id for service in instance.services),
        Names(form.id for form in instance.legal_forms),
        faults,
        plan=True,
        sites=instance.sites,
    )
    if faults:
        raise DataError(faults, table.notes)
    if notes is not None:
        notes.extend(condensed(table.notes))
    facts: Facts | None = None  # of a country they take seconds, and a plan may name all forms
    partnerships = []
    for draft in found:
        form = draft.legal_form
        if draft.members == [draft.seat]:
            form = ALONE_FORM
        elif not form:
            # Where no form fits, any will do: the evaluator then says what it does not allow.
            facts = facts or Facts.of(instance)
            cheapest = cheapest_form(facts, draft.service, draft.members, draft.seat)
            form = (cheapest or instance.legal_forms[0]).id
        partnerships.append(Partnership(draft.service, tuple(draft.members), draft.seat, form))
    named = {(p.service, town) for p in partnerships for town in p.members}
    alone = (
        Partnership(service.id, (town,), town)
        for service in instance.services
        for town in towns
        if (service.id, town) not in named
    )
    return Plan((*partnerships, *alone))


def _table(path: Path) -> tuple[Table | None, list[Fault]]:
    """Return the table in a file, and what is wrong with it."""
    if path.suffix.lower() in ENDINGS:
        return _sheet(path)
    folder = Folder(path.parent, links=True)
    text = folder.text(path.name)
    table = (
        None if text is None else parse_csv(text, path.name, folder.faults, REQUIRED_PLAN_COLUMNS)
    )
    return table, folder.faults


def _sheet(path: Path) -> tuple[Table | None, list[Fault]]:
    book = Workbook(path)
    sheets = book.sheets()
    sheet = sheets[0] if len(sheets) == 1 else book.file(PLAN_SHEET)
    table = book.sheet(sheet, REQUIRED_PLAN_COLUMNS) if sheet in sheets else None
    if table is None and not book.faults:
        book.faults.append(
            Fault(
                path.name,
                T(
                    "The workbook has several sheets and none is named {sheet}.",
                    sheet=repr(PLAN_SHEET),
                ),
                T("Give the sheet of the plan this name."),
                value=", ".join(sheets),
            )
        )
    return table, book.faults
