"""Making a list of faults readable: rows of sheets added, columns as called, no repetitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from koopopt.errors import Fault
from koopopt.reading.tables import Document, Table


def with_rows(faults: Sequence[Fault], documents: Sequence[Document]) -> list[Fault]:
    """Add the row to faults in a sheet of keys and values."""
    rows = {document.file: document.rows for document in documents}
    result = []
    for fault in faults:
        row, key = fault.row, fault.column
        while row is None and key:
            row = rows.get(fault.file, {}).get(key)
            key = key.rpartition(".")[0] if not key.endswith("]") else key.rpartition("[")[0]
        result.append(Fault(fault.file, fault.rule, fault.remedy, row, fault.column, fault.value))
    return result


def as_called(faults: Sequence[Fault], tables: Sequence[Table]) -> list[Fault]:
    """Name columns as the user does, who may have German headings."""
    headings = {table.file: table.headings for table in tables if table.headings}
    return [
        fault
        if fault.column is None or fault.file not in headings
        else replace(fault, column=headings[fault.file].get(fault.column, fault.column))
        for fault in faults
    ]


def condensed(faults: Sequence[Fault]) -> list[Fault]:
    """Leave out what is told already."""
    told: dict[str, Fault] = {}
    for fault in faults:
        told.setdefault(fault.render(), fault)
    return list(told.values())
