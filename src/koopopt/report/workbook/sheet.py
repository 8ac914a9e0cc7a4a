"""A sheet as plain rows: what stands where, before any looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

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
class SheetValue:
    """A value that does not look like the rest of its column.

    Attributes
    ----------
    value
    format : str
        Of a number.
    marked : bool
        Whether it is to catch the eye.
    """

    value: Any
    format: str = GENERAL_FORMAT
    marked: bool = False


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A heading, and how the numbers below it look."""

    heading: Text | Mapping[str, str]
    format: str = GENERAL_FORMAT


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
MODELLED: Final = SheetColumn(T("Difference to alone as modelled (EUR a year)"), SIGNED_FORMAT)
WITHOUT: Final = SheetColumn(
    T("Difference to alone if size brought no advantage at all (EUR a year)"), SIGNED_FORMAT
)
LEAST: Final = SheetColumn(
    T("Difference to alone in 80 of 100 cases, from (EUR a year)"), SIGNED_FORMAT
)
MOST: Final = SheetColumn(
    T("Difference to alone in 80 of 100 cases, to (EUR a year)"), SIGNED_FORMAT
)
