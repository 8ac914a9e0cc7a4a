"""What is asked of who sits at the terminal, and what an answer means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from koopopt.errors import DataError, Fault, UsageError
from koopopt.importing.table.choosing import DECIMAL
from koopopt.importing.table.mapping import CONSTANTS, Chosen
from koopopt.importing.table.matching import Gap
from koopopt.importing.table.opening import Grid
from koopopt.language.notation import Mark
from koopopt.text import T, Text

Ask = Callable[[Sequence[Text]], str]
"""Shows lines and returns what was answered; empty where nobody answers."""

MEANINGS: Final[Mapping[str, Text]] = {
    "id": T("the key of the municipality"),
    "name": T("its name"),
    "population": T("its inhabitants today"),
    "lat": T("the latitude, in degrees"),
    "lon": T("the longitude, in degrees"),
    "x": T("the coordinate to the east"),
    "y": T("the coordinate to the north"),
    "county": T("its county"),
    "state": T("its state"),
    "a": T("the one municipality of a pair"),
    "b": T("the other municipality of a pair"),
}
"""What our columns hold."""


class OpenError(DataError):
    """Nothing could be made: what a table means is not certain, or something is wrong with it.

    Attributes
    ----------
    chosen : Chosen
        What is known so far.
    gaps : mapping "section.column" -> headings
        What is open, and what may be meant.
    """

    def __init__(
        self,
        faults: Sequence[Fault],
        notes: Sequence[Fault],
        chosen: Chosen,
        gaps: Sequence[Gap],
    ) -> None:
        super().__init__(faults, notes)
        self.chosen = chosen
        self.gaps = {gap.place: gap.candidates for gap in gaps}


def answered(gaps: Sequence[Gap], grid: Grid, ask: Ask) -> Chosen:
    """Return what the answers choose.

    Raises
    ------
    UsageError
        Where an answer is empty.
    """
    columns: dict[str, dict[str, str]] = {"columns": {}, "neighbours": {}, "points": {}}
    constants: dict[str, str] = {}
    for gap in gaps:
        constant = gap.role in CONSTANTS and gap.section == "columns"
        lines = list(_question(gap, grid, constant))
        while True:
            said = ask(lines).strip()
            if not said:
                raise UsageError(T("Nothing was answered, so nothing is written."))
            if constant and said.startswith("=") and said[1:].strip():
                constants[gap.role] = said[1:].strip()
                break
            if (heading := _heading(said, grid)) is not None:
                columns[gap.section][gap.role] = heading
                break
            lines = [T("{answer} is neither one of the numbers nor a heading.", answer=repr(said))]
    return Chosen(
        constants=constants,
        columns=columns["columns"],
        neighbours=columns["neighbours"],
        points=columns["points"],
    )


def mark(faults: Sequence[Fault], ask: Ask) -> Mark | None:
    """Return what stands before decimals, asked for the first number that can mean two things.

    None: no number among the faults is such a one.
    """
    doubtful = (fault for fault in faults if fault.remedy.values.get("where") == DECIMAL)
    if (first := next(doubtful, None)) is None:
        return None
    lines = [
        Text("{place}: {value}", {"place": first.file, "value": first.value}),
        first.rule,
        T("What stands before decimals in this table: a comma or a point? Nothing to stop."),
    ]
    while said := ask(lines).strip():
        if said == ",":
            return ","
        if said == ".":
            return "."
        lines = [T("{answer} is neither a comma nor a point.", answer=repr(said))]
    raise UsageError(T("Nothing was answered, so nothing is written."))


def _question(gap: Gap, grid: Grid, constant: bool) -> Iterator[Text]:
    meaning = MEANINGS.get(gap.role, Text("{role}", {"role": gap.role}))
    yield T("{file}: which column is {role}, {meaning}?",
            file=grid.file, role=gap.role, meaning=meaning)  # fmt: skip
    first = dict(grid.below[0][1]) if grid.below else {}
    for number, (column, heading) in enumerate(grid.headings.items(), start=1):
        mark = "*" if heading in gap.candidates else " "
        yield Text(
            "{mark}{number}  {heading}  ({sample})",
            {"mark": mark, "number": str(number), "heading": heading,
             "sample": first.get(column, "")[:30]},
        )  # fmt: skip
    yield (
        T("A number, a heading, or =VALUE for all municipalities; nothing to stop.")
        if constant
        else T("A number or a heading; nothing to stop.")
    )


def _heading(said: str, grid: Grid) -> str | None:
    """Return the heading that an answer names, by itself or by its number."""
    names = list(grid.headings.values())
    if said.isascii() and said.isdecimal() and 1 <= int(said) <= len(names):
        return names[int(said) - 1]
    column = grid.column(said)
    return None if column is None else grid.headings[column]
