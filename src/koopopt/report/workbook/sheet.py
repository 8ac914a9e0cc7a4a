"""A sheet as plain rows: what stands where, before any looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from koopopt.text import T, Text

WHOLE: Final = "#,##0"
CENTS: Final = "#,##0.00"
SIGNED: Final = "+#,##0;-#,##0;0"
SIGNED_CENTS: Final = "+#,##0.00;-#,##0.00;0.00"
MINUTES: Final = "#,##0.0"
SHARE: Final = "0.0%"
DAY: Final = "yyyy-mm-dd"
FREE: Final = "General"
"""Number formats; a spreadsheet shows them with its own separators."""


@dataclass(frozen=True, slots=True)
class Cell:
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
    format: str = FREE
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and how the numbers below it look."""

    heading: Text | Mapping[str, str]
    format: str = FREE


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table.

    Attributes
    ----------
    title : Text
    columns : tuple of Column
    rows : tuple of tuples
        One value a column: `Cell`, `Text`, a title by language, str, number or date. None, and a
        number that is not finite, is an empty cell.
    fixed : int
        So many columns stay in sight.
    """

    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    fixed: int = 1


# What several sheets say must be said in the same words.
ID: Final = Column(T("ID"))
MUNICIPALITY: Final = Column(T("Municipality"))
ALONE_COST: Final = Column(T("Cost alone (EUR a year)"), WHOLE)
PLAN_COST: Final = Column(T("Cost in the plan, shared by demand (EUR a year)"), WHOLE)
MODELLED: Final = Column(T("Difference to alone as modelled (EUR a year)"), SIGNED)
WITHOUT: Final = Column(
    T("Difference to alone if size brought no advantage at all (EUR a year)"), SIGNED
)
