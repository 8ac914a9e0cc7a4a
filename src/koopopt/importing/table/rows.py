"""Which rows below the header are municipalities: sums, remarks and repeated headers are not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from koopopt.errors import DataError, Fault
from koopopt.importing.table.opening import Grid
from koopopt.language.hints import Names
from koopopt.reading.labels import clean
from koopopt.text import T, Text

_SUMS: Final = re.compile(
    r"(?:zusammen|gesamt\w*|insgesamt|summe\w*|zwischensumme|total\w*|sum|subtotal|ensemble|"
    r"durchschnitt|mittelwert|average|mean|moyenne|alle gemeinden|kreissumme|landkreissumme)"
    r"(?:\s.*)?|.*\s(?:zusammen|gesamt|insgesamt|total)|(?:land)?kreis\s.*\s(?:summe|gesamt)"
)
"""What sums are called in the column of names or keys."""


@dataclass(slots=True)
class Kept:
    """The rows that are taken, and those that are not.

    Attributes
    ----------
    rows : list of (int, cells by column)
    beyond : list of (int, cells by column)
        Rows that `only` left out.
    """

    rows: list[tuple[int, dict[int, str]]] = field(default_factory=list)
    beyond: list[tuple[int, dict[int, str]]] = field(default_factory=list)


def kept(grid: Grid, columns: Mapping[str, int], only: Mapping[str, tuple[str, ...]]) -> Kept:
    """Return the rows that are taken; what is left out is noted in the grid.

    Parameters
    ----------
    grid : Grid
    columns : mapping our column -> column
        Where ids, names and inhabitants stand, where that is known.
    only : mapping heading -> values
        Conditions that a row must meet.

    Raises
    ------
    DataError
        Where `only` names a heading or a value that there is not.
    """
    wanted = _conditions(grid, only)
    result = Kept()
    for row, cells in grid.below:
        shown = {column: grid.cell(row, column, cells) for column in cells}
        if (why := _no_municipality(shown, grid, columns)) is not None:
            text = " | ".join(text for text in shown.values() if text)
            remedy = T("If it is a municipality, give it its key and its name.")
            grid.notes.append(Fault(grid.file, why, remedy, row, value=text))
        elif all(shown.get(column, "") in values for column, values in wanted):
            result.rows.append((row, cells))
        else:
            result.beyond.append((row, cells))
    if left_out := len(result.beyond):
        named = ", ".join(f"{name}={' | '.join(values)}" for name, values in only.items())
        rule = T("Of {all} rows those {count} are left out that are not {named}.",
                 all=left_out + len(result.rows), count=left_out, named=named)  # fmt: skip
        grid.notes.append(Fault(grid.file, rule, T("There is nothing to do.")))
    return result


def _no_municipality(
    shown: Mapping[int, str], grid: Grid, columns: Mapping[str, int]
) -> Text | None:
    """Return why a row is no municipality; None where it seems to be one."""
    if sum(text == grid.headings.get(column) for column, text in shown.items()) > 1:
        return T("The header stands here again; the row is left out.")
    texts = [shown.get(columns.get(role, -1), "") for role in ("id", "name", "population")]
    id_, name, population = texts
    if _is_sum(id_) or (_is_sum(name) and not any(c.isdigit() for c in id_)):
        return T("The row is a sum or an average and is left out.")
    if _counted(shown):
        return T("The row only numbers the columns and is left out.")
    if len(columns) > 1 and not id_ and not name:
        return (
            T("The row has numbers but neither key nor name: it is taken for a sum, and left out.")
            if population
            else T("The row is a remark, without key and name, and is left out.")
        )
    others = [shown.get(column, "") for role, column in columns.items() if role != "id"]
    if not any(c.isdigit() for c in id_ or name) and not any(_less(others, id_, name)):
        return T("The row is a heading or a remark, with nothing beside it, and is left out.")
    if len(columns) > 1 and len(shown) == 1 and re.search(r"[\s:]", "".join(shown.values())):
        return T("The row is a heading or a remark, with nothing beside it, and is left out.")
    return None


def _less(texts: Iterable[str], *but: str) -> list[str]:
    return [text for text in texts if text and text not in but]


def _is_sum(text: str) -> bool:
    return _SUMS.fullmatch(folded_name(text)) is not None


def folded_name(text: str) -> str:
    """Return a name without case and punctuation, its words kept."""
    return re.sub(r"[^\w]+", " ", clean(text).casefold()).strip()


def _counted(shown: Mapping[int, str]) -> bool:
    """Whether the cells are 1, 2, 3, ... from the first column on."""
    numbers = [text.strip("()[] ") for _, text in sorted(shown.items())]
    return len(numbers) > 2 and numbers == [str(k) for k in range(1, len(numbers) + 1)]


def _conditions(grid: Grid, only: Mapping[str, tuple[str, ...]]) -> list[tuple[int, set[str]]]:
    """Return columns and the values that are wanted there."""
    found: list[tuple[int, set[str]]] = []
    faults = []
    for heading, values in only.items():
        if (column := grid.column(heading)) is None:
            rule = T("There is no column of this heading.")
            remedy = Names(grid.headings.values()).remedy(heading)
            faults.append(Fault(grid.file, rule, remedy, column=heading))
            continue
        there = Names(grid.cell(row, column, cells) for row, cells in grid.below)
        for value in values:
            if clean(value) not in there:
                rule = T("No row has this value.")
                remedy = there.remedy(clean(value))
                faults.append(Fault(grid.file, rule, remedy, column=heading, value=value))
        found.append((column, {clean(value) for value in values}))
    if faults:
        raise DataError(faults)
    return found
