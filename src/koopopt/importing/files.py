"""Files that a user names to import from: their bytes, and their text in whatever encoding."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from koopopt.errors import DataError, Fault, why
from koopopt.system.readable import ends
from koopopt.text import T, Text

MAX_BYTES: Final = 2 * 1024**3
"""Largest file that is read; the polygons of a whole country have less."""

_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # begins like UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_TWICE: Final = ("Ã¼", "Ã¤", "Ã¶", "ÃŸ", "Ã–", "Ãœ", "Ã„", "Ã\x9f", "Ã\x96", "Ã\x9c", "Ã\x84")
"""What ü, ä, ö, ß and capitals become where UTF-8 was read as Windows-1252 or ISO 8859-1 and saved
again."""


def content(path: Path) -> bytes:
    """Return the bytes of a file, or of what is open already: standard input, `<(...)`.

    Raises
    ------
    DataError
        Where it is missing, no file, empty, or far too large.
    """
    if not _is_open(path):
        require(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = why(error)
        raise _refused(path, T("The file cannot be opened ({reason}).", reason=reason)) from None
    if len(data) > MAX_BYTES:
        raise _too_large(path)
    if not data:
        raise _refused(path, T("The file is empty."))
    return data


def _is_open(path: Path) -> bool:
    """Whether this is a pipe that the process has already."""
    try:
        return ends(path) and not path.is_file()
    except (OSError, ValueError):
        return False


def _too_large(path: Path) -> DataError:
    return _refused(path, T("The file is larger than {limit} GB.", limit=MAX_BYTES // 10**9))


def require(path: Path) -> None:
    """Raise `DataError` unless a path is a file of a size that can be meant."""
    try:
        about = path.stat()
    except (OSError, ValueError):
        raise _refused(path, T("There is no such file.")) from None
    if not path.is_file() or not ends(path):
        raise _refused(path, T("This is no file."))
    if about.st_size > MAX_BYTES:
        raise _too_large(path)
    if not about.st_size:
        raise _refused(path, T("The file is empty."))


def decoded(file: str, data: bytes) -> tuple[str, str]:
    """Return a text and the name of its encoding: by its mark, UTF-8, or else Windows-1252.

    Raises
    ------
    DataError
        Where it is no text, or its umlauts were spoilt before.
    """
    mark = next((mark for mark in _MARKS if data.startswith(mark)), None)
    encoding = "utf-8" if mark is None else _MARKS[mark]
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if mark is not None or b"\0" in data:
            raise _no_text(file) from None
        encoding = "cp1252"
        text = data.decode(encoding, errors="replace")
        if "\ufffd" in text:
            row = data.count(b"\n", 0, error.start) + 1
            rule = T("The line is neither UTF-8 nor Windows-1252.")
            raise DataError([Fault(file, rule, _AGAIN, row=row)]) from None
    if "\0" in text:
        raise _no_text(file)
    for row, line in enumerate(text.splitlines(), start=1):
        if "\ufffd" in line or any(pair in line for pair in _TWICE):
            rule = T("Umlauts are spoilt: the file was saved in a wrong encoding.")
            raise DataError([Fault(file, rule, _AGAIN, row=row, value=line.strip()[:60])])
    shown = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "cp1252": "Windows-1252"}
    return text, shown.get(encoding, encoding.upper())


_AGAIN: Final = T("Download the file again, and do not save it by another program.")


def _no_text(file: str) -> DataError:
    return DataError([Fault(file, T("This is no text."), T("Give the text file itself."))])


def _refused(path: Path, rule: Text) -> DataError:
    return DataError([Fault(str(path), rule, T("Give the path of a file that can be read."))])
