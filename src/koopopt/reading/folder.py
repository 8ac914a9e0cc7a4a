"""An instance as a folder of files. Nothing outside the folder is ever opened."""

from __future__ import annotations

import codecs
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from koopopt.errors import Fault
from koopopt.reading.boundaries.geojson import foreign, parse_geojson
from koopopt.reading.documents import parse_toml
from koopopt.reading.tables import (
    MAX_BYTES,
    REQUIRED_COLUMNS,
    Collection,
    Document,
    Table,
    parse_csv,
    too_large,
)
from koopopt.system.readable import ends
from koopopt.text import T, Text

BOUNDARIES_FILE = "boundaries.geojson"
PEEKED_BYTES = 2000
"""Bytes that tell what kind of file it is."""

_OTHER_ENCODINGS: Final = {
    codecs.BOM_UTF32_LE: "UTF-32",  # begins like UTF-16
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
"""Encodings by their byte-order marks."""


class Folder:
    """Reads tables and documents of a folder; a `koopopt.reading.tables.Source`."""

    def __init__(self, path: Path, *, links: bool = False) -> None:
        self.path = path
        self._links = links  # whether links may lead out: they may where the user named the file
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self._asked: dict[str, None] = {}  # documents, in order
        self._read: set[tuple[int, int]] = set()  # device and number of files, links followed

    @classmethod
    def holding(cls, path: str | Path) -> tuple[Folder, str]:
        """Return the folder of a file that the user named, and the file's name in it."""
        place = Path(path)
        place = place if place.name else place.absolute()  # "." has no name to be told by
        return cls(place.parent, links=True), place.name

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.resolve().name

    def file(self, stem: str) -> str:
        """Return the file name of a table."""
        return f"{stem}.csv"

    def has(self, stem: str) -> bool:
        """Whether there is a table of this name (or something in its place)."""
        return os.path.lexists(self.path / self.file(stem))

    def table(self, stem: str) -> Table | None:
        """Return a table; None where it is missing or cannot be read."""
        if not self.has(stem):
            return None
        file, needed = self.file(stem), REQUIRED_COLUMNS.get(stem, ())
        text = self.text(file)
        return None if text is None else parse_csv(text, file, self.faults, needed)

    def has_document(self, name: str) -> bool:
        """Whether there is a TOML file of this name in the folder itself."""
        return Path(name).name == name and (self.path / name).is_file()

    def document(self, name: str) -> Document | None:
        """Return a TOML file of the folder."""
        posix = PurePosixPath(name.replace("\\", "/"))
        if posix.is_absolute() or PureWindowsPath(name).drive or ".." in posix.parts:
            self.faults.append(
                Fault(
                    name,
                    T("The file is not in the instance's folder."),
                    T("Copy it there and give its name only."),
                )
            )
            return None
        self._asked[posix.parts[0] if posix.parts else name] = None
        text = self.text(str(posix))
        return None if text is None else parse_toml(text, str(posix), self.faults)

    def collection(self, name: str = BOUNDARIES_FILE) -> Collection | None:
        """Return what a GeoJSON file holds; None where it is missing or cannot be read."""
        if name == BOUNDARIES_FILE and not os.path.lexists(self.path / name):
            return None
        data = self._bytes(name)
        if data is None:
            return None
        if (other := foreign(data[:PEEKED_BYTES], name)) is not None:
            self.faults.append(other)
            return None
        text = self._decoded(name, data)
        return None if text is None else parse_geojson(text, name, self.faults)

    def wanted(self) -> Mapping[str, bool]:
        """Return the names of all files that the instance may have, and whether they are there."""
        names = [*map(self.file, REQUIRED_COLUMNS), BOUNDARIES_FILE, *self._asked]
        return {name: os.path.lexists(self.path / name) for name in names}

    def unread(self) -> list[str]:
        """Return the names of all that nothing has been read from; a folder's ends in a slash."""
        known = self.wanted()
        with suppress(OSError):
            return [
                f"{entry.name}/" if entry.is_dir() else entry.name
                for entry in sorted(self.path.iterdir())
                if entry.name not in known and not self._is_read(entry)
            ]
        return []

    def _is_read(self, path: Path) -> bool:
        try:
            return identity(path.stat()) in self._read
        except OSError:
            return False

    def text(self, name: str) -> str | None:
        """Return the text of a file; None, with a fault, where it is not safe UTF-8 text."""
        data = self._bytes(name)
        return None if data is None else self._decoded(name, data)

    def _decoded(self, name: str, data: bytes) -> str | None:
        if (mark := next((m for m in _OTHER_ENCODINGS if data.startswith(m)), None)) is not None:
            rule = T("The file is in the encoding {encoding}.", encoding=_OTHER_ENCODINGS[mark])
            remedy = T("Save it as UTF-8 (in Excel: CSV UTF-8).")
            self.faults.append(Fault(name, rule, remedy, row=1))
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            begin = max(data.rfind(b"\n", 0, error.start), data.rfind(b"\r", 0, error.start)) + 1
            line = data[begin:].splitlines()[0]
            self.faults.append(
                Fault(
                    name,
                    T("The file is not UTF-8; it looks like Windows-1252 (Latin-1)."),
                    T("Save it as UTF-8 (in Excel: CSV UTF-8)."),
                    row=data.count(b"\n", 0, error.start) + 1,
                    value=line.decode("cp1252", errors="replace"),
                )
            )
            return None

    def _bytes(self, name: str) -> bytes | None:
        path = self.path / name
        try:
            # What a process has open, such as `<(...)`, has no place of its own.
            if not self._links:
                path = path.resolve(strict=True)
                if not path.is_relative_to(self.path.resolve()):
                    self._note(name, T("The file is a link to a place outside the folder."), None)
                    return None
            about = path.stat()
            self._read.add(identity(about))
            if not ends(path):
                self._note(name, T("This is no file."), None)
                return None
            if about.st_size > MAX_BYTES:
                self.faults.append(too_large(name))
                return None
            return path.read_bytes()
        except FileNotFoundError:
            if path.is_symlink():
                self._note(name, T("The file is a link to a file that does not exist."), None)
            else:
                self.faults.append(
                    Fault(name, T("The file is missing."), T("Add it to the instance's folder."))
                )
        except PermissionError:
            self._note(name, T("The file may not be read."), None)
        except (OSError, RuntimeError, ValueError):  # loops of links, names no system allows
            self._note(name, T("The file cannot be opened."), None)
        return None

    def _note(self, name: str, rule: Text, row: int | None) -> None:
        self.faults.append(Fault(name, rule, T("Put a proper file in its place."), row=row))


def identity(about: os.stat_result) -> tuple[int, int]:
    """Return what is the same for a file by all its names and links."""
    return about.st_dev, about.st_ino
