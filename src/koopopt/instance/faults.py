"""Making a list of faults readable: rows of sheets added, repetitions left out."""

from __future__ import annotations

from collections.abc import Sequence

from koopopt.errors import Fault
from koopopt.instance.tables import Document
from koopopt.text import T

MOST_ALIKE = 20
"""So many faults of one kind in one column are told one by one."""


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


def condensed(faults: Sequence[Fault]) -> list[Fault]:
    """Leave out repetitions, and more of one kind than anyone reads."""
    result: list[Fault] = []
    seen: set[str] = set()
    alike: dict[tuple[str, str | None, str], int] = {}
    for fault in faults:
        kind = (fault.file, fault.column, fault.rule.template)
        if alike.get(kind, 0) >= MOST_ALIKE:
            alike[kind] += 1
            continue
        if (shown := fault.render()) in seen:
            continue
        seen.add(shown)
        alike[kind] = alike.get(kind, 0) + 1
        result.append(fault)
    for (file, column, _), count in alike.items():
        if count > MOST_ALIKE:
            result.append(
                Fault(
                    file,
                    T("{count} more faults of this kind.", count=count - MOST_ALIKE),
                    T("Mend the first ones and check again."),
                    column=column,
                )
            )
    return result
