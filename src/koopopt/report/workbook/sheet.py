"""A sheet as plain rows: what stands where, before any looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from koopopt.report.values.amounts import WORDS
from koopopt.text import T, Text

WHOLE_FORMAT: Final = "#,##0"
CENTS_FORMAT: Final = "#,##0.00"
SIGNED_FORMAT: Final = "+#,##0;-#,##0;0"
SIGNED_CENTS_FORMAT: Final = "+#,##0.00;-#,##0.00;0.00"
MINUTES_FORMAT: Final = "#,##0.0"
SHARE_FORMAT: Final = "0.0%"
DAY_FORMAT: Final = "yyyy-mm-dd"
GENERAL_FORMAT: Final = "General"
"""Number formats; a spreadsheet shows them with its own separators."""


@dataclass(frozen=True, slots=True)
class InWords:
    """The format of a difference in cost, which says in words what a sign would: "saves 1,200".

    The cell still holds the number, so that it can be added up and sorted.
    """

    digits: str

    def render(self, lang: str) -> str:
        """Return the number format in a language."""
        costs, saves = (self._around(WORDS[key], lang) for key in ("change_costs", "change_saves"))
        return f"{costs};{saves};{_quoted(WORDS['change_none'].render(lang))}"

    def _around(self, words: Text, lang: str) -> str:
        before, after = Text(words.template, {"amount": "\0"}).render(lang).split("\0")
        return f"{_quoted(before)}{self.digits}{_quoted(after)}"


def _quoted(words: str) -> str:
    """Return words that stand in a number format as they are."""
    return f'"{words}"' if words else ""


CHANGE_FORMAT: Final = InWords(WHOLE_FORMAT)
CHANGE_CENTS_FORMAT: Final = InWords(CENTS_FORMAT)
Format = str | InWords


@dataclass(frozen=True, slots=True)
class SheetValue:
    """A value that does not look like the rest of its column.

    Attributes
    ----------
    value
    format : str or InWords
        Of a number.
    marked : bool
        Whether it is to catch the eye.
    """

    value: Any
    format: Format = GENERAL_FORMAT
    marked: bool = False


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A heading, and how the numbers below it look."""

    heading: Text | Mapping[str, str]
    format: Format = GENERAL_FORMAT


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """A table.

    Attributes
    ----------
    title : Text
    columns : tuple of SheetColumn
    rows : tuple of tuples
        One value a column: `SheetValue`, `Text`, a title by language, str, number or date. None,
        and a number that is not finite, is an empty cell.
    fixed : int
        So many columns stay in sight.
    """

    title: Text
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    fixed: int = 1


# What several sheets say must be said in the same words.
ID_COLUMN: Final = SheetColumn(T("ID"))
MUNICIPALITY_COLUMN: Final = SheetColumn(T("Municipality"))
ALONE_COST: Final = SheetColumn(T("Cost alone (EUR a year)"), WHOLE_FORMAT)
PLAN_COST: Final = SheetColumn(T("Cost in the plan, shared by demand (EUR a year)"), WHOLE_FORMAT)
MODELLED: Final = SheetColumn(T("Difference to alone as modelled (EUR a year)"), CHANGE_FORMAT)
WITHOUT: Final = SheetColumn(
    T("Difference to alone if size brought no advantage at all (EUR a year)"), CHANGE_FORMAT
)
LEAST: Final = SheetColumn(
    T("Difference to alone in 80 of 100 cases, from (EUR a year)"), CHANGE_FORMAT
)
MOST: Final = SheetColumn(
    T("Difference to alone in 80 of 100 cases, to (EUR a year)"), CHANGE_FORMAT
)
