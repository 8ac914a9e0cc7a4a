"""What can be picked from a list: services, legal forms, municipalities, true and false.

The lists stand in a hidden sheet, so that they may be long; formulas name places only, never what
stands there. A list is an offer: another value is asked about by the spreadsheet and may stay,
since an instance can have models of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from koopopt.case import resources
from koopopt.errors import DataError
from koopopt.reading.models import library_forms
from koopopt.reading.workbook import LISTS_SHEET, SETTINGS_FILE
from koopopt.text import T

Documents = Mapping[str, Mapping[str, Any]]

LAST_ROW: Final = 501
"""Drop-downs and formats reach to this row."""
KINDS: Final = ("Oberzentrum", "Mittelzentrum", "Grundzentrum", "Unterzentrum", "Kleinzentrum")
"""Kinds of central places that German states know."""
_FIXED: Final[Mapping[str, Sequence[str]]] = {
    "flags": ("true", "false"),
    "marks": (",", "."),
    "kinds": KINDS,
}

COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "municipalities": {"central_place": "kinds"},
    "neighbours": {"a": "towns", "b": "towns"},
    "travel": {"origin": "towns", "destination": "towns"},
    "demand": {"municipality": "towns", "service": "services"},
    "alone_cost": {"municipality": "towns", "service": "services"},
    "status_quo": {
        "service": "services", "municipality": "towns", "seat": "towns", "legal_form": "forms",
    },
    "sites": {"service": "services"},
    "boundaries": {"id": "towns"},
}  # fmt: skip
"""What the cells of a column are picked from."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The lists of a workbook.

    Attributes
    ----------
    library : module
        That for workbooks.
    formulas : mapping kind -> str
        Where each list stands.
    lang : str
    """

    library: Any
    formulas: Mapping[str, str]
    lang: str

    def offer(self, sheet: Any, kind: str, cells: str) -> None:
        """Let some cells be picked from a list."""
        rule = self.library.worksheet.datavalidation.DataValidation(
            type="list", formula1=self.formulas[kind], allow_blank=True, errorStyle="warning",
            errorTitle="koopopt", error=T("This value is not in the list.").render(self.lang),
        )  # fmt: skip
        rule.showErrorMessage = True
        rule.add(cells)
        sheet.add_data_validation(rule)


def add_lists(
    library: Any, book: Any, names: Mapping[str, str], documents: Documents, lang: str
) -> Choices:
    """Add the hidden sheet of lists to a workbook.

    `names` are the names of the sheets by what they are, `documents` those of the instance, which
    may have services and legal forms of its own.
    """
    data = documents[SETTINGS_FILE]
    sets = dict(_form_sets())
    if (own := documents.get(data["legal_forms"])) is not None:
        sets[data["legal_forms"]] = [str(form["id"]) for form in own["legal_form"]]
    named = (*resources.services(), *map(str, data["services"]))
    lists = {**_FIXED, "services": list(dict.fromkeys(named)), "form_sets": list(sets)}
    sheet = book.create_sheet(LISTS_SHEET)
    sheet.sheet_state = "hidden"
    formulas = {}
    for k, (kind, values) in enumerate(lists.items(), start=1):
        _column(sheet, k, kind, values)
        formulas[kind] = _range(LISTS_SHEET, _letter(library, k), len(values) + 1)
    first = len(lists) + 1
    for k, (kind, values) in enumerate(sets.items(), start=first):
        _column(sheet, k, kind, values)
    begin, end = (_letter(library, k) for k in (first, first + len(sets) - 1))
    most = max(map(len, sets.values()))
    formulas["towns"] = _range(names["municipalities"], "A", LAST_ROW)
    # The column of the set that the settings name, wherever they have been sorted to.
    formulas["forms"] = (
        f"OFFSET('{LISTS_SHEET}'!${begin}$2,0,MATCH(VLOOKUP(\"legal_forms\","
        f"{_place(names['instance'])}!$A$2:$B${LAST_ROW},2,FALSE),"
        f"'{LISTS_SHEET}'!${begin}$1:${end}$1,0)-1,{most},1)"
    )
    return Choices(library, formulas, lang)


def _form_sets() -> Iterator[tuple[str, list[str]]]:
    """Yield the sets of legal forms of the library, and the ids in each."""
    for name in resources.legal_forms():
        try:
            yield name, [form.id for form in library_forms(name)]
        except DataError:  # a plug-in's; reading says so once it is used
            continue


def _column(sheet: Any, number: int, title: str, values: Sequence[str]) -> None:
    for row, value in enumerate((title, *values), start=1):
        cell = sheet.cell(row, number)
        cell.value, cell.data_type, cell.number_format = value, "s", "@"


def _letter(library: Any, number: int) -> str:
    return str(library.utils.get_column_letter(number))


def _range(sheet: str, letter: str, last: int) -> str:
    return f"{_place(sheet)}!${letter}$2:${letter}${last}"


def _place(sheet: str) -> str:
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'"
