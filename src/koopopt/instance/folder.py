"""An instance as a folder of files. Nothing outside the folder is ever opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath

from koopopt.errors import Fault
from koopopt.instance.documents import parse_geojson, parse_toml
from koopopt.instance.tables import MAX_BYTES, Document, Geometry, Table, parse_csv, too_large
from koopopt.text import T, Text

BOUNDARIES = "boundaries.geojson"


class Folder:
    """Reads tables and documents of a folder; a `koopopt.instance.tables.Source`."""

    def __init__(self, path: Path, *, links: bool = False) -> None:
        self.path = path
        self._links = links  # whether links may lead out: they may where the user named the file
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []

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
        text = self.text(self.file(stem))
        return None if text is None else parse_csv(text, self.file(stem), self.faults)

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
        text = self.text(str(posix))
        return None if text is None else parse_toml(text, str(posix), self.faults)

    def geometries(self) -> tuple[str, list[Geometry]] | None:
        """Return the features of boundaries.geojson."""
        if not os.path.lexists(self.path / BOUNDARIES):
            return None
        text = self.text(BOUNDARIES)
        return None if text is None else (BOUNDARIES, list(self._features(text)))

    def strays(self) -> Iterator[str]:
        """Yield the names of all CSV files."""
        with suppress(OSError):
            yield from sorted(p.name for p in self.path.iterdir() if p.suffix.lower() == ".csv")

    def _features(self, text: str) -> Iterator[Geometry]:
        found = parse_geojson(text, BOUNDARIES, self.faults)
        features = () if found is None else found["features"]
        for k, feature in enumerate(features, start=1):
            place = f"features[{k}]"
            properties = feature.get("properties") if isinstance(feature, dict) else None
            id_ = properties.get("id") if isinstance(properties, dict) else None
            if not isinstance(id_, str):
                self.faults.append(
                    Fault(
                        BOUNDARIES,
                        T("The feature has no text property 'id'."),
                        T("Give every feature the property id with a municipality's id."),
                        column=f"{place}.properties.id",
                        value=None if id_ is None else str(id_),
                    )
                )
                continue
            yield Geometry(id_, feature.get("geometry"), None, f"{place}.geometry")

    def text(self, name: str) -> str | None:
        """Return the text of a file; None, with a fault, where it is not safe UTF-8 text."""
        data = self._bytes(name)
        if data is None:
            return None
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self.faults.append(
                Fault(
                    name,
                    T("The file is in the encoding UTF-16."),
                    T("Save it as UTF-8 (in Excel: CSV UTF-8)."),
                    row=1,
                )
            )
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
            real = path.resolve(strict=True)
            if not self._links and not real.is_relative_to(self.path.resolve()):
                self._note(name, T("The file is a link to a place outside the folder."), None)
                return None
            about = real.stat()
            if not stat.S_ISREG(about.st_mode):
                self._note(name, T("This is no file."), None)
                return None
            if about.st_size > MAX_BYTES:
                self.faults.append(too_large(name))
                return None
            return real.read_bytes()
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
