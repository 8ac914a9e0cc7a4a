"""Official files with one thing wrong each, and what is to be said of it.

A case is a name, a mutation of the folder with `register.txt` and `areas.geojson`, an exit code and
fragments of what is told. A mutation returns the name of the file of polygons that is to be given,
where it is another. Where the import succeeds, the instance is the one of the files without the
fault, but for the pairs in `less` and `more`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from importing.germany.official import register_lines

Mutation = Callable[[Path], str | None]
REGISTER, AREAS = "register.txt", "areas.geojson"
Pair = tuple[str, str]


@dataclass(frozen=True)
class Mutant:
    name: str
    change: Mutation
    code: int
    says: tuple[str, ...]
    args: tuple[str, ...] = ()
    less: frozenset[Pair] = frozenset()
    more: frozenset[Pair] = frozenset()


def text(path: Path, old: str, new: str) -> None:
    whole = path.read_bytes().decode("utf-8")
    assert old in whole, old
    path.write_bytes(whole.replace(old, new).encode("utf-8"))


def register(change: Callable[[list[str]], list[str]], encoding: str = "utf-8") -> Mutation:
    def go(folder: Path) -> None:
        lines = change(register_lines())
        (folder / REGISTER).write_bytes("".join(f"{row}\n" for row in lines).encode(encoding))

    return go


def swapped(old: str, new: str) -> Mutation:
    """Exchange a text in the register."""
    return lambda folder: text(folder / REGISTER, old, new)


def raw(change: Callable[[bytes], bytes], file: str = REGISTER) -> Mutation:
    def go(folder: Path) -> None:
        (folder / file).write_bytes(change((folder / file).read_bytes()))

    return go


def row_of(lines: list[str], key: str, kind: str = "60") -> int:
    return next(k for k, row in enumerate(lines) if row.startswith(kind) and row[10:18] == key)


def without(kind: str, begins: str) -> Mutation:
    return register(lambda rows: [r for r in rows if not (r[:2] == kind and r[10:][:len(begins)]
                                                          == begins)])  # fmt: skip


def cell(key: str, first: int, new: str) -> Mutation:
    """Write into the columns of a municipality's record, from 1."""

    def change(lines: list[str]) -> list[str]:
        k = row_of(lines, key)
        lines[k] = lines[k][: first - 1] + new + lines[k][first - 1 + len(new) :]
        return lines

    return register(change)


def at_row(key: str, change: Callable[[str], str]) -> Mutation:
    def all_(lines: list[str]) -> list[str]:
        k = row_of(lines, key)
        return [*lines[:k], change(lines[k]), *lines[k + 1 :]]

    return register(all_)


A, C, E, H, LAST = "16901001", "16901003", "16901005", "16901007", "16902007"

REGISTERS = [
    Mutant("cp1252", register(list, "cp1252"), 0, ("encoding Windows-1252",)),
    Mutant("UTF-8 with mark", register(list, "utf-8-sig"), 0, ()),
    Mutant("UTF-16", register(list, "utf-16"), 0, ("encoding UTF-16",)),
    Mutant("UTF-32", register(list, "utf-32"), 0, ("encoding UTF-32",)),
    Mutant("Windows line ends", raw(lambda b: b.replace(b"\n", b"\r\n")), 0, ()),
    Mutant("Mac line ends", raw(lambda b: b.replace(b"\n", b"\r")), 0, ()),
    Mutant("blank lines", raw(lambda b: b.replace(b"\n", b"\n\n")), 0, ()),
    Mutant("lines end early", register(lambda rows: [r.rstrip() for r in rows]), 0, ()),
    Mutant("older year", raw(lambda b: b.replace(b"20260228", b"20191231")), 0, ()),
    Mutant("umlauts doubly encoded",
           raw(lambda b: b.decode("utf-8").encode("utf-8").decode("cp1252").encode("utf-8")), 3,
           ("register.txt, row", "Umlauts are spoilt", "Download")),
    Mutant("umlauts doubly encoded by ISO 8859-1",
           raw(lambda b: b.decode("latin-1").encode("utf-8")), 3, ("Umlauts are spoilt",)),
    Mutant("umlauts replaced", swapped("ö", "\ufffd"), 3, ("row 8", "Umlauts are spoilt")),
    Mutant("encodings mixed", raw(lambda b: b.replace("Dörfles".encode(), b"D\xf6rfles ")), 3,
           ("row", "Umlauts are spoilt")),
    Mutant("still packed", raw(lambda b: b"PK\x03\x04" + b), 3, ("Unpack the archive",)),
    Mutant("zero bytes", raw(lambda b: b.replace(b"Birken", b"Bir\0en")), 3, ("This is no text",)),
    Mutant("empty", raw(lambda b: b""), 3, ("register.txt", "The file is empty")),
    Mutant("a picture", raw(lambda b: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\xff\0" * 50), 3,
           ("This is no text",)),
    Mutant("a web page", raw(lambda b: b"<html><title>404</title></html>"), 3,
           ("row 1", "no register GV100AD", "'<html><title>404</ti'")),
    Mutant("a table", raw(lambda b: b"AGS;Name\n16901001;Abach\n"), 3, ("no register GV100AD",)),
    Mutant("counties only", register(lambda rows: [r for r in rows if r[:2] in ("10", "40")]), 3,
           ("no municipality in it", "kind 60")),
    Mutant("cut in a line", raw(lambda b: b[: b.index(b"\n60") + 140]), 3,
           ("row", "column EF10", "inhabitants", "columns 140 to 150", "cut off")),
    Mutant("shifted by one column", at_row(C, lambda row: row[:72] + " " + row[72:]), 3,
           ("row 7", "EF7")),
    Mutant("key shifted", at_row(C, lambda row: row[:10] + " " + row[10:]), 3,
           ("row 7", "column EF3", "8 digits", "' 1690100'")),
    Mutant("letters in inhabitants", cell(C, 140, "0000000O900"), 3,
           ("row 7", "column EF10", "'0000000O900'", "whole number")),
    Mutant("point in area", cell(C, 129, "0000009.000"), 3, ("row 7", "EF9", "'0000009.000'")),
    Mutant("Arabic digits", cell(C, 140, "0000000٩٠٠0"), 3, ("row 7", "EF10")),
    Mutant("nobody lives there", cell(C, 140, "00000000000"), 3, ("row 7", "no inhabitants")),
    Mutant("no area", cell(C, 129, "00000000000"), 3, ("row 7", "has no area")),
    Mutant("no name", cell(C, 23, " " * 50), 3, ("row 7", "EF4", "no name")),
    Mutant("unknown kind", cell(C, 123, "99"), 3, ("row 7", "EF7", "'99'")),
    Mutant("key twice", register(lambda rows: [*rows, rows[row_of(rows, C)]]), 3,
           ("row 37", "'16901003'", "stands in row 7 already")),
    Mutant("dates mixed", at_row(C, lambda row: row.replace("20260228", "20250131")), 3,
           ("row 7", "EF2", "'20250131'", "2026-02-28")),
    Mutant("kind of record unknown", at_row(C, lambda row: "70" + row[2:]), 3,
           ("row 7", "kinds of records")),
    Mutant("a heading above", raw(lambda b: b"Satzart;Stand\n" + b), 3, ("row 1", "GV100AD")),
    Mutant("a remark below", raw(lambda b: b + b"Quelle: Destatis\n"), 3, ("'Quelle: Destatis'",)),
    Mutant("no county", without("40", "16902"), 3, ("kind 40", "'16902'", "lines are missing")),
    Mutant("no state", without("10", "16"), 3, ("kind 10", "'16'")),
    Mutant("no association", without("50", "16901"), 3, ("kind 50", "'169015001'")),
    Mutant("a municipality less", without("60", "16901003"), 0,
           ("1 polygon(s) are of no municipality in the register", "Cronau (16901003)"),
           less=frozenset({("16901002", C), (C, E)})),
    Mutant("two municipalities exchange kind with area", cell(C, 129, "00000001900"), 0,
           ("Cronau (16901003) has 19 km²", "its polygon 9 ")),
    Mutant("many at once", swapped("00000000900", "0000000090?"), 3, ("row",)),
    Mutant("a formula as a name", cell(C, 23, "=cmd|' /C calc'!A0".ljust(50)), 0, ()),
    Mutant("markup as a name", cell(C, 23, "<script>alert(1)</script>".ljust(50)), 0, ()),
    Mutant("control characters in a name", cell(C, 23, "Cro\x1b[31mnau".ljust(50)), 3,
           ("row 7", "U+001B", "cannot be seen")),
]  # fmt: skip
