"""The files of an instance before they are files: documents, tables, areas; a folder of them.

`koopopt.writing.instance` makes them from an instance, importers from what others publish.
`koopopt.writing.workbook` puts the same into one workbook.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from koopopt.errors import UsageError, why
from koopopt.language.hints import exact
from koopopt.language.inert import in_cell
from koopopt.reading.folder import BOUNDARIES_FILE
from koopopt.reading.schemas import with_schemas
from koopopt.reading.spreadsheets.kinds import ENDINGS
from koopopt.system.beside import beside
from koopopt.text import T
from koopopt.writing.toml import toml_text

CellValue = str | float | None
Rows = list[tuple[CellValue, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the files of an instance hold.

    Attributes
    ----------
    documents : mapping file name -> nested keys and values
        `instance.toml`, and models of the instance's own.
    tables : mapping stem -> (header, rows)
    boundaries : mapping municipality id -> GeoJSON geometry
    attribution : str
        Who is to be named where the boundaries are shown; empty where nobody is.
    heads : mapping file name -> str
        Remarks to stand above a document, lines that begin with ``#``.
    texts : mapping file name -> str
        Further files of a folder, such as `README.md`, which an imported workbook has as a sheet.
    """

    documents: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, tuple[tuple[str, ...], Rows]]
    boundaries: Mapping[str, Any] = field(default_factory=dict)
    attribution: str = ""
    heads: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def write_folder(contents: Contents, folder: str | Path) -> None:
    """Write the files of an instance into a folder, each as a whole or none.

    Raises
    ------
    UsageError
        If one of the files is there already: nothing is overwritten.
    """
    files: dict[str, str | bytes] = {
        name: contents.heads.get(name, "") + toml_text(data)
        for name, data in contents.documents.items()
    }
    for stem, (header, rows) in contents.tables.items():
        files[f"{stem}.csv"] = csv_text(header, rows)
    if contents.boundaries:
        files[BOUNDARIES_FILE] = geojson_text(contents.boundaries, contents.attribution)
    write_files(with_schemas({**files, **contents.texts}), Path(folder))


def write_files(files: Mapping[str, str | bytes], folder: Path) -> None:
    """Write contents by file name, each file as a whole or not at all.

    Raises
    ------
    UsageError
        If one of the files is there already, or something cannot be written.
    """
    for name in files:
        refuse_existing(folder / name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place_files(files, folder)
    except (OSError, ValueError) as error:  # no name may hold a zero byte
        raise cannot_write(folder, error) from None


def place_files(files: Mapping[str, str | bytes], folder: Path) -> None:
    """Write contents by file name into a folder that is there, once all are complete."""
    with beside(folder) as there:
        for name, content in files.items():
            (there / name).parent.mkdir(parents=True, exist_ok=True)
            (there / name).write_bytes(_encoded(content))
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(there / name, folder / name)


def _encoded(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content


def refuse_existing(path: Path) -> None:
    """Raise `UsageError` if there is something at `path`."""
    if os.path.lexists(path):
        raise UsageError(T("{path} is there already and is not overwritten.", path=str(path)))


def demand_folder(path: Path) -> None:
    """Raise `UsageError` for the name of a folder that ends as a table does: none will be made."""
    if path.suffix.lower() in (*ENDINGS, ".csv"):
        raise UsageError(
            T("{path}: an instance is a folder, or a workbook that ends in .xlsx; write {folder} or"
              " {book}.", path=repr(str(path)), folder=repr(str(path.with_suffix(""))),
              book=repr(str(path.with_suffix(".xlsx"))))
        )  # fmt: skip


def csv_text(header: tuple[str, ...], rows: Rows) -> str:
    """Return a table as CSV; text that a spreadsheet would run is marked."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([in_cell(c) if isinstance(c, str) else _number_text(c) for c in row])
    return out.getvalue()


def _number_text(value: float | None) -> str:
    return "" if value is None else exact(value)


def geojson_text(boundaries: Mapping[str, Any], attribution: str = "") -> str:
    """Return areas by id as GeoJSON, and who is to be named for them."""
    features = [
        {"type": "Feature", "properties": {"id": id_}, "geometry": geometry}
        for id_, geometry in boundaries.items()
    ]
    named = {"attribution": attribution} if attribution else {}
    collection = {"type": "FeatureCollection", **named, "features": features}
    return json.dumps(collection, ensure_ascii=False) + "\n"


def cannot_write(path: Path, error: OSError | ValueError) -> UsageError:
    """Return the error that something cannot be written, and why."""
    reason = why(error)
    return UsageError(T("{path} cannot be written ({reason}).", path=str(path), reason=reason))
