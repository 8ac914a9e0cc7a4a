"""Files and folders of results: made sure of, written beside, and moved into place when complete.

No file is ever half written. The files of a folder are moved one after the other, so a crash in the
midst of that may leave some of the old ones. What koopopt did not write stays.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from koopopt.errors import KoopoptError, UsageError, why
from koopopt.language.inert import in_cell
from koopopt.storage import replacing
from koopopt.system.beside import TEMPORARY_PREFIX, beside
from koopopt.text import T, Text


def prepare(folder: Path, names: Iterable[str] = ()) -> None:
    """Make the folder, and sure that it can be written to, before anything takes long.

    Raises
    ------
    UsageError
        If it is a file, or cannot be made or written to, or a file of these names in it cannot be
        replaced.
    """
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise UsageError(T("{path} is a file, not a folder.", path=repr(str(folder))))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        for name in names:
            replacing.check(folder / name)
    except (OSError, ValueError) as error:  # no name may hold a zero byte
        raise UsageError(not_written(folder, error)) from None


@contextmanager
def gone_if_empty(folder: Path) -> Iterator[None]:
    """Take away again, after an error, what was made of the folder and those above it."""
    made = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    try:
        yield
    except BaseException:
        for path in made:
            with suppress(OSError, ValueError):  # not empty, or never made
                path.rmdir()
        raise


def write_folder(
    folder: Path, tables: Callable[[Path], None], name: str, whole: str, known: Iterable[str]
) -> None:
    """Write the files that `tables` makes, and at last `name`, which says it all.

    All are complete, and known to be replaceable, before the first is moved into place. Where
    `name` was there before, so was an older result: those of its files, whose names are among
    `known`, that this one does not have are removed then.

    Raises
    ------
    KoopoptError
        If the folder cannot be written to, or one of the files cannot be replaced; what was there
        before is left, unless moving itself fails half-way.
    """
    older = os.path.lexists(folder / name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with beside(folder) as there:
            tables(there)
            (there / name).write_text(whole, encoding="utf-8")
            written = sorted((path.name for path in there.iterdir()), key=lambda n: n == name)
            for file in written:
                replacing.check(folder / file)
            for file in written:
                replacing.place(there / file, folder / file)
        for file in set(known).difference(written) if older else ():
            if os.path.isfile(folder / file):
                os.unlink(folder / file)
    except OSError as error:
        raise KoopoptError(not_written(folder, error)) from None
    except UnicodeEncodeError as error:  # half a character
        raise UsageError(not_written(folder, error)) from None


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
    except (OSError, UnicodeEncodeError) as error:
        raise UsageError(not_written(path, error)) from None


def write_table(path: Path, head: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file whose text no spreadsheet takes for a formula."""
    with path.open("w", encoding="utf-8", newline="") as file:
        _table(file, head, rows)


def replace_table(path: Path, head: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write the same, never half; see `replace`."""
    text = io.StringIO(newline="")
    _table(text, head, rows)
    replace(path, text.getvalue())


def _table(file: TextIO, head: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    for row in (list(head), *rows):
        writer.writerow([in_cell(v) if isinstance(v, str) else v for v in row])


def not_written(path: Path, error: OSError | ValueError) -> Text:
    """Return the sentence that a file or folder cannot be written."""
    reason = why(error)
    asked = Path(*(part for part in path.parts if not part.startswith(TEMPORARY_PREFIX)))
    return T("{path} cannot be written: {reason}.", path=repr(str(asked)), reason=reason)
