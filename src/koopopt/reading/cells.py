"""From cells to ids and numbers; what is wrong with a cell is noted with row, column and value.

What a number means is decided by its column: where some of its cells can only have a decimal
comma (``1.234,5``), a point in the others stands between thousands. A comma before three digits
is asked about there all the same: who separates thousands may have done so in another way.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from koopopt.errors import Fault
from koopopt.language.hints import Names
from koopopt.language.notation import (
    TOO_SMALL,
    Mark,
    Readings,
    asked,
    doubtful,
    readings,
    vanishes,
)
from koopopt.reading.labels import clean, undamaged, unseen
from koopopt.reading.literals import settings
from koopopt.reading.tables import Table
from koopopt.text import T, Text

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd-\uffff]")
"""Control characters, and what a wrong encoding leaves behind."""
MAX_TEXT_LENGTH = 200
"""Longest id or name; a spreadsheet cell or a label on a map holds no more."""


def rows_of(
    table: Table,
    faults: list[Fault],
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    also: str = "",
) -> Iterator[Row]:
    """Note what is wrong with the header, then yield the rows.

    `also` is a pattern of further columns that may be there.
    """
    known = dict.fromkeys((*required, *optional))
    names = Names(map(table.called, known))
    for column in required:
        if column not in table.header:
            needed = ", ".join(map(table.called, required))
            faults.append(
                Fault(
                    table.file,
                    T("The column is missing."),
                    T("Add it; needed are {columns}.", columns=needed),
                    row=1,
                    column=column,
                )
            )
    for column in table.header:
        if column and column not in known and not (also and re.fullmatch(also, column)):
            faults.append(
                Fault(table.file, T("Unknown column."), names.remedy(column), row=1, column=column)
            )
    styles = _Styles(table)
    told: set[tuple[str, str | None, str]] = set()
    for number, cells in table.rows:
        cells_of = dict(zip(table.header, cells, strict=True))
        yield Row(table.file, number, cells_of, faults, styles, table.notes, told)


@dataclass(frozen=True, slots=True)
class _Style:
    """How a column writes numbers, as far as it is certain.

    `mark` stands before decimals (None: both could, or each does somewhere); `separated`: some of
    the numbers have separated thousands, so three digits behind a mark could be thousands too.
    """

    mark: Mark | None
    separated: bool


@dataclass(frozen=True, slots=True)
class _Styles:
    """How the columns of a table write numbers."""

    table: Table
    known: dict[str, _Style] = field(default_factory=dict)

    def of(self, column: str, low: float, high: float, whole: bool) -> _Style:
        """Return the style of a column; its mark may be the one that the instance names.

        There is none where the column speaks against the instance or itself.
        """
        if column not in self.known:
            place, proven = self.table.header.index(column), set[Mark]()
            separated = False
            for cell in dict.fromkeys(cells[place] for _, cells in self.table.rows):
                if (found := readings(cell, money=True)) is None:
                    continue
                separated |= found.separated
                mark = found.within(low, high).proves
                if mark and (not whole or float(found.by(mark) or 0).is_integer()):
                    proven.add(mark)
            if self.table.decimal:
                proven.add(self.table.decimal)
            self.known[column] = _Style(proven.pop() if len(proven) == 1 else None, separated)
        return self.known[column]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. Its methods return a value, or note a fault and return None."""

    file: str
    number: int
    cells: dict[str, str]
    faults: list[Fault]
    styles: _Styles
    notes: list[Fault]
    told: set[tuple[str, str | None, str]]

    def note(self, column: str, rule: Text, remedy: Text) -> None:
        """Note what is doubtful about a cell but can be read; once for each value of a column."""
        value = self.cells.get(column)
        if (key := (column, value, rule.template)) not in self.told:
            self.told.add(key)
            self.notes.append(Fault(self.file, rule, remedy, self.number, column, value))

    def fault(self, column: str | None, rule: Text, remedy: Text, value: str | None = None) -> None:
        """Note that something is wrong with a cell, or with the row and a value made of it."""
        if column is not None:
            value = self.cells.get(column)
        self.faults.append(Fault(self.file, rule, remedy, self.number, column, value))

    def text(self, column: str, *, required: bool = True) -> str | None:
        """Return a cell without padding; an empty one is a fault if it is required."""
        if column not in self.cells:
            return None  # the header is at fault, which is said once
        raw = self.cells[column]
        text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not text and required:
            self.fault(column, T("The cell is empty."), T("Fill it in."))
            return None
        if (bad := _UNREADABLE.search(text)) is not None:
            self.fault(
                column,
                T("The text holds the character {code}.", code=f"U+{ord(bad[0]):04X}"),
                T("Type the text again; it was damaged or copied with something unseen."),
            )
            return None
        if not text.isascii() and (mended := undamaged(text)) is not None:
            rule = T("The text was read in a wrong encoding before it came here.")
            self.fault(column, rule, T("Did you mean {near}?", near=repr(mended)))
            return None
        if len(text) > MAX_TEXT_LENGTH:
            self.fault(
                column,
                T("The text is longer than {limit} characters.", limit=MAX_TEXT_LENGTH),
                T("Shorten it."),
            )
            return None
        return text

    def label(self, column: str, *, required: bool = True) -> str | None:
        """Return a label in the one form that is compared (see `labels.clean`)."""
        text = self.text(column, required=required)
        if text is None or not unseen(text):
            return text if text is None else clean(text)
        self.note(
            column,
            T("The text holds characters that cannot be seen; it is read without them."),
            T("Type it again."),
        )
        return clean(text)

    def id(self, column: str) -> str | None:
        """Return an id, in the one form that is compared."""
        text = self.label(column)
        if text is None:
            return None
        better = plain(text)
        if better == text:
            return text
        rule = (
            T("The id has line breaks in it.")
            if "\n" in text
            else T("The id holds digits other than 0 to 9.")
        )
        self.fault(column, rule, T("Write {better}.", better=repr(better)))
        return None

    def known(self, column: str, names: Names | None, what: Text) -> str | None:
        """Return an id that must be one of `names` (None: they could not be read).

        An id that a spreadsheet took for a number is restored, and noted.
        """
        raw = self.cells.get(column)
        if raw is not None and names is not None and raw in names:
            return raw
        id_ = self.id(column)
        if id_ is None or names is None or id_ in names:
            return id_
        if (whole := names.restored(id_)) is not None:
            self.note(
                column,
                T("A spreadsheet took the id for a number; it is read as {id}.", id=repr(whole)),
                T("Format the column as text and write the ids in full."),
            )
            return whole
        rule = T("There is no {what} of this name in the instance.", what=what)
        self.fault(column, rule, names.remedy(id_))
        return None

    def figure(
        self,
        column: str,
        low: float,
        high: float,
        *,
        required: bool = True,
        above: bool = False,
        whole: bool = False,
        money: bool = False,
    ) -> float | None:
        """Return a number in [low, high], or in (low, high] with `above`.

        A point or comma that could stand between thousands as well as before decimals is asked
        about, unless the column is certain. With `whole` decimals prove nothing: people and their
        like are counted. `money` may carry the sign of the euro.
        """
        text = self.text(column, required=required)
        if not text:
            return None
        if not _NUMBER.fullmatch(text) or doubtful(text):
            found = readings(text, money=money)
            if found is None:
                self.fault(column, *_no_number(text))
                return None
            meant = self._meant(column, found, low, high, whole)
            if meant is None:
                return None
            text = meant
        value = float(text)
        if vanishes(text):
            self.fault(column, *TOO_SMALL)
            return None
        if not math.isfinite(value):
            self.fault(column, T("The number is not finite."), T("Correct the value."))
            return None
        if not (low <= value <= high) or (above and value == low):
            self.fault(
                column,
                T("The number must be greater than {low} and at most {high}.", low=low, high=high)
                if above
                else T("The number must be between {low} and {high}.", low=low, high=high),
                T("Correct the value."),
            )
            return None
        return value + 0.0  # no negative zero

    def _meant(
        self, column: str, found: Readings, low: float, high: float, whole: bool
    ) -> str | None:
        """Return the reading that is meant; note a question where that is not certain."""
        found = found.within(low, high)
        if (certain := found.certain) is not None:
            return certain
        style, said = self.styles.of(column, low, high, whole), self.styles.table.decimal
        meant = found.by(style.mark) if style.mark is not None else None
        # Three decimals that could be thousands are taken only where nothing speaks for those.
        risky = meant is not None and "." in meant and (whole or style.separated)
        if meant is not None and (style.mark == said or not risky):
            return meant
        rule, comma, point = asked(found)
        self.fault(
            column,
            rule,
            T("Write {comma} or {point}.", comma=comma, point=point)
            if said
            else T(
                'Write {comma} or {point}; or put decimal = "," (all such numbers are meant like'
                ' {comma}) or decimal = "." (like {point}) {where}.',
                comma=comma,
                point=point,
                where=self.styles.table.settings or settings(sheet=not self.file.endswith(".csv")),
            ),
        )
        return None


def _no_number(text: str) -> tuple[Text, Text]:
    """Return rule and remedy for a text that is no number."""
    rule = T("This is not a number.")
    if not any(c.isdigit() for c in text):
        return rule, T("Write a finite number.")
    if "%" in text:
        return rule, T("Write an amount, not a percentage.")
    return rule, T("Write digits with a decimal point, without a unit.")


def plain(id_: str) -> str:
    """Return an id as it should be written: on one line, with the digits 0 to 9."""
    line = clean(id_.replace("\n", ""))
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in line)


def twice(row: Row, first: int, *values: str) -> None:
    """Note that an earlier row is about the same."""
    row.fault(
        None,
        T("The same stands in row {row} already.", row=str(first)),
        T("Delete one of the two."),
        ", ".join(values),
    )
