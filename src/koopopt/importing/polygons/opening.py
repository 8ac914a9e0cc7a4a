"""What GDAL is shown: files that are what their names say, whole, and lead to no other file.

GDAL looks at contents, not at names: what is called `x.shp` may be a list of other files, which it
would open, and a GeoJSON may ask it to fetch its system of coordinates from an address.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from koopopt.errors import DataError, Fault, UsageError, some
from koopopt.importing.files import MAX_BYTES, require
from koopopt.text import T, Text

DRIVERS: Final = {
    ".shp": "ESRI Shapefile", ".gpkg": "GPKG", ".geojson": "GeoJSON", ".json": "GeoJSON",
}  # fmt: skip
"""What is read, by the ending of its name."""
_BEGINS: Final = {
    "ESRI Shapefile": re.compile(rb"\x00\x00\x27\x0a"),
    "GPKG": re.compile(rb"SQLite format 3\x00"),
    "GeoJSON": re.compile(rb"(?:\xef\xbb\xbf)?\s*\{"),
}
_BESIDE: Final = (".dbf", ".shx")
"""Files without which a shapefile says nothing."""
_LEADS_AWAY: Final = re.compile(rb'"type"\s*:\s*"(?:link|url)|\\u00[4-7][0-9a-f]', re.IGNORECASE)
"""A system of coordinates at an address, or letters written so that it cannot be seen."""
_CHUNK: Final = 1 << 22
_OVERLAP: Final = 1 << 10


def openable(path: Path) -> tuple[str, str]:
    """Return how GDAL is to open a file, and how the user knows it.

    Raises
    ------
    DataError
        Where it is not what its name says, lacks a part, or would lead elsewhere.
    UsageError
        Where an archive has several files that can be meant.
    """
    require(path)
    inside = _inside(path) if path.suffix.lower() == ".zip" else None
    shown = f"{path.name}/{inside}" if inside else path.name
    ending = PurePosixPath(inside or path.name).suffix.lower()
    if ending not in DRIVERS:
        rule = T("The kind of file {ending} is not read.", ending=repr(ending))
        raise _refused(path.name, rule, _KINDS)
    driver = DRIVERS[ending]
    _demand_innocent(shown, driver, _chunks(path, inside))
    if driver == "ESRI Shapefile":
        _demand_whole(shown, PurePosixPath(inside or path.name), _names_beside(path, inside))
    place = f"/vsizip/{path.resolve()}/{inside}" if inside else str(path.resolve())
    return (f"GeoJSON:{place}" if driver == "GeoJSON" else place), shown


_KINDS: Final = T("Give one of {kinds}, or a ZIP archive of it.", kinds=", ".join(DRIVERS))


def _refused(file: str, rule: Text, remedy: Text) -> DataError:
    return DataError([Fault(file, rule, remedy)])


def _chunks(path: Path, inside: str | None) -> Iterator[bytes]:
    """Yield what a file holds, in pieces of which each begins with the end of the last."""
    try:
        if inside is None:
            with path.open("rb") as file:
                yield from _pieces(iter(lambda: file.read(_CHUNK), b""))
            return
        with zipfile.ZipFile(path) as archive, archive.open(inside) as member:
            yield from _pieces(iter(lambda: member.read(_CHUNK), b""))
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        reason = " ".join(str(error).split())[:160]
        rule = T("The file cannot be opened ({reason}).", reason=reason)
        raise _refused(path.name, rule, _AGAIN) from None


def _pieces(read: Iterator[bytes]) -> Iterator[bytes]:
    end = b""
    for piece in read:
        yield end + piece
        end = piece[-_OVERLAP:]


_AGAIN: Final = T("Download the file again, or export it anew.")


def _demand_innocent(file: str, driver: str, chunks: Iterator[bytes]) -> None:
    """Raise `DataError` unless a file begins as its kind does and leads nowhere else."""
    first = next(chunks, b"")
    if not _BEGINS[driver].match(first):
        rule = T("The file is not what its name says: it does not begin as {kind} does.",
                 kind=driver)  # fmt: skip
        if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
            rule = T("The file is in the encoding {encoding}.", encoding="UTF-16")
        remedy = T("Export it as UTF-8.") if driver == "GeoJSON" else _AGAIN
        raise _refused(file, rule, remedy)
    if driver != "GeoJSON":
        return
    while first:
        if _LEADS_AWAY.search(first):
            rule = T("The file names its system of coordinates by an address on a network.")
            raise _refused(file, rule, T("Export it anew, in degrees (WGS 84)."))
        first = next(chunks, b"")


def _inside(path: Path) -> str:
    """Return the one file within an archive that can be meant."""
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {i.filename: i.file_size for i in archive.infolist() if not i.is_dir()}
    except (zipfile.BadZipFile, OSError):
        rule = T("This is no ZIP archive, or a damaged one.")
        raise _refused(path.name, rule, T("Download the file again.")) from None
    names = [n for n in sizes if "__MACOSX" not in n]
    files = [n for n in names if PurePosixPath(n).suffix.lower() in DRIVERS]
    municipal = [n for n in files if municipal_name(PurePosixPath(n).stem)]
    found = municipal if len(files) > 1 and municipal else files
    if len(found) > 1:
        raise UsageError(
            T("{file} holds several files of polygons: {names}. Unpack it and name the one of the"
              " municipalities.", file=path.name, names=some(found))
        )  # fmt: skip
    if not found:
        packed = [n for n in names if n.lower().endswith(".zip")]
        remedy = T("Unpack it first: it holds {names}.", names=some(packed)) if packed else _KINDS
        raise _refused(path.name, T("There are no polygons in the archive."), remedy)
    if sizes[found[0]] > MAX_BYTES:
        rule = T("The file is larger than {limit} GB.", limit=MAX_BYTES // 10**9)
        raise _refused(f"{path.name}/{found[0]}", rule, T("Give a smaller file."))
    return found[0]


def municipal_name(name: str) -> bool:
    """Whether a name says that it holds municipalities, as VG250 and VG5000 name it."""
    return name.casefold().endswith("_gem")


def _names_beside(path: Path, inside: str | None) -> set[str]:
    if inside is None:
        return {entry.name.casefold() for entry in path.parent.iterdir()}
    with zipfile.ZipFile(path) as archive:
        names = [PurePosixPath(name) for name in archive.namelist()]
    return {n.name.casefold() for n in names if n.parent == PurePosixPath(inside).parent}


def _demand_whole(shown: str, shapes: PurePosixPath, there: set[str]) -> None:
    """Raise `DataError` where a part of a shapefile is missing."""
    missing = [e for e in _BESIDE if f"{shapes.stem}{e}".casefold() not in there]
    if missing:
        rule = T("A part of the shapefile is missing: {names}.",
                 names=", ".join(shapes.stem + ending for ending in missing))  # fmt: skip
        remedy = T("Put all files of the same name beside it, as they were in the archive.")
        raise _refused(shown, rule, remedy)
