"""What a file is that should be an .xlsx workbook, told by its content and never by its name."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

from koopopt.errors import Fault
from koopopt.reading.tables import too_large
from koopopt.system.readable import ends
from koopopt.text import T, Text

ENDINGS: Final = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods", ".fods", ".numbers")
"""Endings of files that are spreadsheets, or believed to be."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGINNING = 4096
_MAX_RATIO = 200
"""A part of a workbook packs to a tenth or so; what packs to less than this is no workbook."""
_HARMLESS = 64 * 1024 * 1024


def no_workbook(path: Path, most: int, most_unpacked: int) -> Fault | None:
    """Return what keeps a file from being read as a workbook; None where nothing does.

    Parameters
    ----------
    path : Path
    most, most_unpacked : int
        Bytes of the largest file, and of all that it may hold once unpacked.
    """
    if not ends(path):
        return Fault(path.name, T("This is no file."), T("Put a proper file in its place."))
    if path.stat().st_size > most:
        return too_large(path.name)
    with path.open("rb") as file:
        start = file.read(_BEGINNING)
    if not start.startswith(_ZIP):
        remedy = T("Save it as .xlsx, without a password.")
        return Fault(path.name, _no_archive(path, start), remedy)
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if (kind := _other_archive(archive, names)) is not None:
            return Fault(path.name, kind, T("Save it as .xlsx, without a password."))
        bombs = (p for p in parts if p.file_size > max(_HARMLESS, _MAX_RATIO * p.compress_size))
        if sum(part.file_size for part in parts) > most_unpacked or any(bombs):
            return too_large(path.name)
    return None


def _no_archive(path: Path, start: bytes) -> Text:
    """Return what a file is that is no ZIP archive."""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        return T("The file is empty.")
    if start.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            return T("The workbook is protected by a password.")
        return T("This is a workbook of the old kind (.xls).")
    if text.startswith((b"<!doctype html", b"<html", b"<table")):
        return T("This is a web page, not an .xlsx workbook.")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return T("This is an XML spreadsheet of 2003, not an .xlsx workbook.")
    if b"urn:oasis:names:tc:opendocument" in text:
        return T("This is an OpenDocument spreadsheet (.ods), not an .xlsx workbook.")
    if text.startswith(b"%pdf"):
        return T("This is a PDF file, not an .xlsx workbook.")
    if b"\0" not in start and not start.startswith(b"PK"):
        return T("This is a text file, perhaps CSV, and not an .xlsx workbook.")
    return T("The file is no readable .xlsx workbook.")


def _other_archive(archive: zipfile.ZipFile, names: set[str]) -> Text | None:
    """Return what an archive is that holds no workbook, or one of another kind."""
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
        return T("This is an OpenDocument spreadsheet (.ods), not an .xlsx workbook.")
    if any(name.endswith("workbook.bin") for name in names):
        return T("This is a binary workbook (.xlsb), not an .xlsx workbook.")
    if any(name.startswith("Index/") or name == "Index.zip" for name in names):
        return T("This is a Numbers spreadsheet, not an .xlsx workbook.")
    if "[Content_Types].xml" not in names:
        return T("This is a ZIP archive, not an .xlsx workbook.")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return T("This is a document of an office program, but no workbook.")
    return None
