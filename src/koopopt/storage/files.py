"""Files and folders of results: made sure of, written beside, and moved into place at once.

No file is ever half written; other files in a folder stay.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from koopopt.errors import KoopoptError, UsageError
from koopopt.language.inert import in_cell
from koopopt.storage import replacing
from koopopt.system.beside import TEMPORARY_PREFIX, beside
from koopopt.text import T, Text


def prepare(folder: Path) -> None:
    """Make the folder, and sure that it can be written to, before anything takes long.

    Raises
    ------
    UsageError
        If it is a file, or cannot be made or written to.
    """
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise UsageError(T("{path} is a file, not a folder.", path=repr(str(folder))))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (OSError, ValueError) as error:  # no name may hold a zero byte
        raise UsageError(not_written(folder, error)) from None


def write_folder(folder: Path, tables: Callable[[Path], None], name: str, whole: str) -> None:
    """Write the files that `tables` makes, and at last `name`, which says it all.

    Each is complete or not there.

    Raises
    ------
    KoopoptError
        If the folder cannot be written to; what was there before is left.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with beside(folder) as there:
            tables(there)
            (there / name).write_text(whole, encoding="utf-8")
            for path in sorted(there.iterdir(), key=lambda path: path.name == name):
                os.replace(path, folder / path.name)
    except OSError as error:
        raise KoopoptError(not_written(folder, error)) from None


def replace(path: Path, content: str | bytes) -> None:
    """Write one file, which is never half written.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    try:
        with beside(replacing.real(path).parent) as folder:
            data = content.encode() if isinstance(content, str) else content
            (folder / "new").write_bytes(data)
            replacing.place(folder / "new", path)
    except OSError as error:
        raise UsageError(not_written(path, error)) from None


def write_table(path: Path, head: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file whose text no spreadsheet takes for a formula."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in (list(head), *rows):
            writer.writerow([in_cell(v) if isinstance(v, str) else v for v in row])


def not_written(path: Path, error: OSError | ValueError) -> Text:
    """Return the sentence that a file or folder cannot be written."""
    reason = getattr(error, "strerror", None) or str(error)
    asked = Path(*(part for part in path.parts if not part.startswith(TEMPORARY_PREFIX)))
    return T("{path} cannot be written: {reason}.", path=repr(str(asked)), reason=reason)
