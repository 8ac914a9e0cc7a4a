"""Putting a new workbook together: the example or a copy of an instance, in a chosen language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from koopopt.reading import german
from koopopt.reading.instance import read
from koopopt.reading.settings import demand_name
from koopopt.reading.tables import REQUIRED_COLUMNS
from koopopt.reading.workbook import NOTES_SHEETS, SETTINGS_FILE, START_SHEET
from koopopt.text import in_language
from koopopt.writing import example
from koopopt.writing.contents import Contents, Rows, refuse_existing
from koopopt.writing.instance import contents as contents_of
from koopopt.writing.starter import words
from koopopt.writing.starter.choices import add_lists
from koopopt.writing.starter.forms import Forms, on_paper
from koopopt.writing.starter.settings import settings
from koopopt.writing.workbook import openpyxl, refuse_unwritable, save, sheets_of

README: Final = "README.md"
OPTIONAL_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "municipalities": ("kind", "area_km2", "central_place"),
    "neighbours": ("border_km",),
    "sites": ("capacity", "county", "state", "identity_area"),
}
"""Columns that a new workbook offers besides the required ones."""


def write_starter(
    name: str, path: str | Path, lang: str = "en", *, source: str | Path | None = None
) -> None:
    """Write a workbook to start from, which reads without a fault as it stands.

    Parameters
    ----------
    name : str
        Name of the new instance.
    path : str or Path
        The workbook to write.
    lang : {"en", "de"}
        Language of its sheets, headings and explanations.
    source : str or Path, optional
        An instance (shipped name, folder or workbook) to fill it with instead of the example.

    Raises
    ------
    UsageError
        If the file is there already, the name cannot be one, or the extra ``xlsx`` is not
        installed.
    DataError
        If `source` has faults.
    """
    demand_name(name)
    refuse_existing(Path(path))
    library = openpyxl()
    if source is None:
        filled = example.contents(name, lang)
    else:
        filled = contents_of(replace(read(source), name=name))
    refuse_unwritable(library, sheets_of(filled))
    save(_book(library, filled, Path(path).name, lang, copy=source is not None), Path(path))


def write_filled(filled: Contents, path: str | Path, lang: str = "en") -> None:
    """Write the files of an instance as a workbook that looks like a new one.

    Its page of words (`README.md`) becomes a sheet behind all others.

    Raises
    ------
    UsageError
        If the file is there already, a text is too long for a cell, or the extra ``xlsx`` is not
        installed.
    """
    library = openpyxl()
    refuse_existing(Path(path))
    refuse_unwritable(library, sheets_of(filled))
    save(_book(library, filled, Path(path).name, lang, copy=True), Path(path))


def _book(library: Any, filled: Contents, file: str, lang: str, *, copy: bool) -> Any:
    data = filled.documents[SETTINGS_FILE]
    sheets = {
        "instance": ((), []),
        **dict.fromkeys(REQUIRED_COLUMNS, ((), [])),
        **sheets_of(filled),
    }
    names = {stem: german.sheet_name(stem) if lang == "de" else stem for stem in sheets}
    book = library.Workbook()
    start = book.active
    start.title = START_SHEET
    pages = {stem: book.create_sheet(name) for stem, name in names.items()}
    forms = Forms(library, lang, add_lists(library, book, names, filled.documents, lang))
    title = in_language(data["title"], lang) or str(data["name"])
    shown = f'"{file}"' if any(not c.isalnum() and c not in "-_." for c in file) else file
    forms.start(start, words.start(title, shown, names, example=not copy))
    for stem, page in pages.items():
        if stem == "instance":
            columns = tuple(words.COLUMNS[stem])
            forms.settings(page, _headings(stem, columns, lang), settings(data, lang))
            continue
        columns, rows = _offered(stem, *sheets[stem])
        forms.table(page, stem, columns, _headings(stem, columns, lang), rows)
    if page := filled.texts.get(README):
        pages[README] = book.create_sheet(NOTES_SHEETS[lang])
        forms.notes(pages[README], page.splitlines())
    for sheet in (start, *pages.values()):
        on_paper(sheet)
    start.page_setup.fitToHeight = 1
    book.properties.title, book.properties.creator = title, "koopopt"
    book.properties.language = lang
    return book


def _headings(stem: str, columns: tuple[str, ...], lang: str) -> tuple[str, ...]:
    if lang != "de":
        return columns
    known = stem if stem in german.HEADINGS else german.DOCUMENT
    return tuple(german.heading(known, column) for column in columns)


def _offered(stem: str, header: tuple[str, ...], rows: Rows) -> tuple[tuple[str, ...], Rows]:
    """Return a table with the optional columns that it does not have yet, empty."""
    wanted = (*REQUIRED_COLUMNS.get(stem, ()), *OPTIONAL_HEADINGS.get(stem, ()))
    more = tuple(column for column in wanted if column not in header)
    if not header:
        return more, []
    return (*header, *more), [(*row, *(None for _ in more)) for row in rows]
