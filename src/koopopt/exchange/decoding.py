"""From a file to lines of text, whatever it was compressed with or encoded in."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from pathlib import Path
from typing import IO, Final

from koopopt.errors import DataError, Fault, why
from koopopt.text import T

MAX_MODEL_BYTES: Final = 10**9
"""Bytes of a file, and of what it was compressed from: larger ones are no models, or endless."""
GZIP: Final = b"\x1f\x8b"
BYTE_ORDER_MARKS: Final = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def lines_of(source: str | Path | IO[str] | IO[bytes], label: str) -> tuple[list[str], bool]:
    """Return the lines of a text, and whether its encoding had to be guessed.

    UTF-8, UTF-16 and UTF-32 are known by their marks; what is none of them is read as Latin-1.
    Lines may end as on any system.

    Raises
    ------
    DataError
        Where the file cannot be read or is no text.
    """
    try:
        content = _content(source)
        if isinstance(content, bytes) and content.startswith(GZIP):
            with gzip.open(io.BytesIO(content)) as inside:
                content = inside.read(MAX_MODEL_BYTES + 1)
        if len(content) > MAX_MODEL_BYTES:
            rule = T("The file is larger than {most} MB.", most=MAX_MODEL_BYTES // 10**6)
            raise DataError([Fault(label, rule, T("Check that it is the right file."))])
        text, guessed = (content, False) if isinstance(content, str) else _decoded(content)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        reason = why(error)
        rule = T("The file cannot be read: {reason}.", reason=reason)
        raise DataError([Fault(label, rule, T("Check the path and the file."))]) from error
    if "\0" in text:
        rule = T("The file is no text.")
        raise DataError([Fault(label, rule, T("Check the path and the file."))])
    # Not str.splitlines, which takes characters within names for the end of a line.
    return re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff").rstrip("\x1a")), guessed


def _content(source: str | Path | IO[str] | IO[bytes]) -> str | bytes:
    if not isinstance(source, (str, Path)):
        return source.read()
    with open(source, "rb") as file:
        return file.read(MAX_MODEL_BYTES + 1)


def _decoded(content: bytes) -> tuple[str, bool]:
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding), False
    # Without a mark, every other byte of Latin letters is 0 in UTF-16.
    if content[1:2] == b"\0":
        return content.decode("utf-16-le"), False
    if content[:1] == b"\0":
        return content.decode("utf-16-be"), False
    try:
        return content.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        return content.decode("latin-1"), True
