"""The official register of municipalities: GV100AD, a text of fixed columns.

One line is one record. Published by Destatis (Gemeindeverzeichnis GV-ISys), with the columns that
its description of records gives; lines may end before their last columns, and the encoding is
UTF-8 or Windows-1252, by the year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from koopopt.errors import DataError, Fault
from koopopt.importing.files import content, decoded
from koopopt.text import T, Text

STATE, COUNTY, ASSOCIATION, MUNICIPALITY = "10", "40", "50", "60"
_KINDS_OF_RECORDS: Final = ("10", "20", "30", "40", "50", "60")
_KEY_DIGITS: Final = {"10": 2, "20": 3, "30": 4, "40": 5, "50": 9, "60": 8}

KINDS: Final = {
    "60": "Markt", "61": "kreisfreie Stadt", "62": "Stadtkreis", "63": "Stadt",
    "64": "Gemeinde", "67": "Große Kreisstadt",
}  # fmt: skip
"""Kinds of municipalities by the register's number."""
UNINCORPORATED: Final = {"65": True, "66": False}
"""Areas that belong to no municipality, by the register's number; whether people live there."""
ASSOCIATIONS: Final = {
    "51": "Amt", "52": "Samtgemeinde", "53": "Verbandsgemeinde", "54": "Verwaltungsgemeinschaft",
    "55": "Kirchspielslandgemeinde", "56": "Gemeindeverwaltungsverband",
    "57": "Verwaltungsgemeinschaft", "58": "Gemeinde, die für andere verwaltet",
}  # fmt: skip
"""Kinds of associations by the register's number; 50 is a municipality that belongs to none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A municipality, or an area that belongs to none, as the register has it.

    Attributes
    ----------
    key : str
        Amtlicher Gemeindeschlüssel, 8 digits.
    name : str
        Without titles: ``Eschwege``.
    official_name : str
        ``Eschwege, Kreisstadt``.
    kind : str
        The register's number: see `KINDS` and `UNINCORPORATED`.
    association : str
        Key of the association, 9 digits; also of a municipality that belongs to none.
    area_km2 : float
    population : int
    tax_office, court : str
        Numbers of districts; empty where the register has none.
    row : int
        Line of the register.
    """

    key: str
    name: str
    official_name: str
    kind: str
    association: str
    area_km2: float
    population: int
    tax_office: str
    court: str
    row: int

    @property
    def county(self) -> str:
        """Key of the county, 5 digits."""
        return self.key[:5]

    @property
    def state(self) -> str:
        """Key of the state, 2 digits."""
        return self.key[:2]


@dataclass(frozen=True, slots=True)
class Association:
    """An association of municipalities, or a municipality by itself.

    `seat` is the name of the place where it has its administration, empty where none is given.
    """

    key: str
    name: str
    kind: str
    seat: str


@dataclass(frozen=True, slots=True)
class Register:
    """What the register holds.

    Attributes
    ----------
    file : str
    date : str
        Of the territory, ``2026-02-28``.
    states, counties : mapping key -> name
    associations : mapping key -> Association
    municipalities : mapping key -> Entry
    unincorporated : mapping key -> Entry
    notes : list of Fault
    """

    file: str
    date: str
    states: dict[str, str] = field(default_factory=dict)
    counties: dict[str, str] = field(default_factory=dict)
    associations: dict[str, Association] = field(default_factory=dict)
    municipalities: dict[str, Entry] = field(default_factory=dict)
    unincorporated: dict[str, Entry] = field(default_factory=dict)
    notes: list[Fault] = field(default_factory=list)


_PACKED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How archives and .xlsx begin, and older workbooks."""


def read_register(path: Path) -> Register:
    """Return what a file GV100AD holds.

    Raises
    ------
    DataError
        With every line that cannot be read; the first few and how many are told.
    """
    data = content(path)
    if data.startswith(_PACKED):
        rule = T("This is an archive or a workbook; the register is a text, named GV100AD.")
        remedy = T("Unpack the archive. The extract for Excel (GVAuszug) has no associations: take"
                   " GV100AD, from the same place.")  # fmt: skip
        raise DataError([Fault(path.name, rule, remedy)])
    text, encoding = decoded(path.name, data)
    lines = text.splitlines()
    found = Register(path.name, _date(path.name, lines))
    if encoding != "UTF-8":
        found.notes.append(
            Fault(path.name, T("The file is in the encoding {encoding}.", encoding=encoding),
                  T("There is nothing to do: it was read as such."))
        )  # fmt: skip
    faults: list[Fault] = []
    rows: dict[str, int] = {}
    for row, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        record = _Record(path.name, row, line, faults)
        if not record.right(found.date):
            continue
        first = rows.setdefault(record.kind + record.key, row)
        if first != row:
            rule = T("The key stands in row {row} already.", row=first)
            faults.append(record.fault(rule, T("Delete one of the lines."), "EF3", record.key))
        _take(record, found)
    faults += _strays(found)
    if not found.municipalities and not faults:
        faults.append(
            Fault(path.name, T("There is no municipality in it (no record of kind 60)."),
                  _OTHER_FILE)
        )  # fmt: skip
    if faults:
        raise DataError(faults, found.notes)
    return found


_OTHER_FILE: Final = T(
    "Give the file GV100AD of the Gemeindeverzeichnis (Destatis): a text whose lines begin with"
    " 10, 20, 30, 40, 50 or 60 and the date."
)
_MISSING: Final = T("Download the file again: lines are missing.")
_WHOLE_LINE: Final = T("Download the file again: a line is damaged or cut off.")


class _Record:
    """A line, and what its columns hold; positions count from 1, as in the description."""

    def __init__(self, file: str, row: int, line: str, faults: list[Fault]) -> None:
        self.file, self.row, self.line, self.faults = file, row, line, faults
        self.kind = line[:2]
        self.key = line[10 : 10 + _KEY_DIGITS.get(self.kind, 0)]
        if self.kind == ASSOCIATION:
            self.key = line[10:15] + line[18:22]

    def right(self, date: str) -> bool:
        """Whether kind, date and key are as they should be; adds faults."""
        if self.kind not in _KINDS_OF_RECORDS:
            rule = T("A line begins with none of the kinds of records 10 to 60.")
            self.faults.append(self.fault(rule, _OTHER_FILE, value=self.line[:20]))
            return False
        if self.line[2:10] != date.replace("-", ""):
            rule = T("The date of this line is another than that of the first, {date}.", date=date)
            remedy = T("Do not mix files of several dates.")
            self.faults.append(self.fault(rule, remedy, "EF2", self.line[2:10]))
            return False
        if not re.fullmatch(rf"\d{{{_KEY_DIGITS[self.kind]}}}", self.key, re.ASCII):
            rule = T("The key must have {count} digits.", count=_KEY_DIGITS[self.kind])
            self.faults.append(self.fault(rule, _WHOLE_LINE, "EF3", self.key))
            return False
        unseen = next((c for c in self.line if not c.isprintable()), None)
        if unseen is not None:
            rule = T("The line holds the character {code}, which cannot be seen.",
                     code=f"U+{ord(unseen):04X}")  # fmt: skip
            self.faults.append(self.fault(rule, _WHOLE_LINE))
            return False
        if self.text(23, 72):
            return True
        self.faults.append(self.fault(T("There is no name."), _WHOLE_LINE, "EF4", ""))
        return False

    def text(self, first: int, last: int) -> str:
        return " ".join(self.line[first - 1 : last].split())

    def whole(self, first: int, last: int, column: str, what: Text) -> int | None:
        """Return a number, which must fill its columns with digits."""
        cells = self.line[first - 1 : last]
        if re.fullmatch(rf"\d{{{last - first + 1}}}", cells, re.ASCII):
            return int(cells)
        rule = T("{what} must be a whole number in the columns {first} to {last}.",
                 what=what, first=first, last=last)  # fmt: skip
        self.faults.append(self.fault(rule, _WHOLE_LINE, column, cells.strip()))
        return None

    def fault(
        self, rule: Text, remedy: Text, column: str | None = None, value: str | None = None
    ) -> Fault:
        return Fault(self.file, rule, remedy, row=self.row, column=column, value=value)


def _date(file: str, lines: list[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    digits = first[2:10]
    if first[:2] in _KINDS_OF_RECORDS and re.fullmatch(r"(19|20)\d{6}", digits, re.ASCII):
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    rule = T("This is no register GV100AD: it does not begin with a kind of record and a date.")
    raise DataError([Fault(file, rule, _OTHER_FILE, row=1, value=first[:20])])


def _take(record: _Record, found: Register) -> None:
    """Add what a record says."""
    name = record.text(23, 72)
    match record.kind:
        case "10":
            found.states[record.key] = name
        case "40":
            found.counties[record.key] = name
        case "50":
            kind, seat = record.text(123, 124), record.text(73, 122)
            found.associations[record.key] = Association(record.key, name, kind, seat)
        case "60":
            _take_municipality(record, found)


def _take_municipality(record: _Record, found: Register) -> None:
    kind = record.text(123, 124)
    area = record.whole(129, 139, "EF9", T("The area in hectares"))
    population = record.whole(140, 150, "EF10", T("The number of inhabitants"))
    if kind not in KINDS and kind not in UNINCORPORATED:
        rule = T("There is no kind of municipality of this number.")
        record.faults.append(record.fault(rule, _WHOLE_LINE, "EF7", kind))
        return
    if area is None or population is None:
        return
    official = record.text(23, 72)
    entry = Entry(
        key=record.key, name=plain_name(official), official_name=official, kind=kind,
        association=record.key[:5] + record.line[18:22], area_km2=area / 100,
        population=population, tax_office=record.text(178, 181), court=record.text(182, 185),
        row=record.row,
    )  # fmt: skip
    if kind in UNINCORPORATED:
        found.unincorporated[entry.key] = entry
        return
    found.municipalities[entry.key] = entry
    if not population:
        record.faults.append(
            record.fault(T("A municipality has no inhabitants."), _WHOLE_LINE, "EF10", "0")
        )
    if not area:
        record.faults.append(
            record.fault(T("A municipality has no area."), _WHOLE_LINE, "EF9", "0")
        )


def plain_name(official: str) -> str:
    """Return a name without the titles behind it.

    >>> plain_name("Homberg (Efze), Reformationsstadt, Kreisstadt")
    'Homberg (Efze)'
    """
    return re.split(r"\s*,\s", official, maxsplit=1)[0].strip() or official


def eight_digits(key: str) -> str:
    """Return a key of 8 digits: of 7, a zero was lost; of 12 (ARS), four are the association's.

    >>> eight_digits("6636003.0"), eight_digits("066360003003")
    ('06636003', '06636003')
    """
    key = re.sub(r"\.0+$", "", key)
    if re.fullmatch(r"\d{7}|\d{11}", key, re.ASCII):
        key = f"0{key}"
    return key[:5] + key[9:] if re.fullmatch(r"\d{12}", key, re.ASCII) else key


def _strays(found: Register) -> Iterator[Fault]:
    """Yield faults where what a municipality belongs to is not in the register: lines are missing.

    Each is told once, with the first municipality.
    """
    told: set[str] = set()
    for entry in found.municipalities.values():
        for kind, key, known, what in (
            (STATE, entry.state, found.states, T("the state")),
            (COUNTY, entry.county, found.counties, T("the county")),
            (ASSOCIATION, entry.association, found.associations, T("the association")),
        ):
            if key in known or key in told:
                continue
            told.add(key)
            rule = T("There is no record of kind {kind} for {what} of this municipality.",
                     kind=kind, what=what)  # fmt: skip
            yield Fault(found.file, rule, _MISSING, row=entry.row, column="EF3", value=key)
