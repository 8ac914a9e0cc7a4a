"""The reader of MPS files, fixed or free, with any number of objectives.

An N row is an objective. Readers differ on details; this one holds what most do:

* the right-hand side of an objective is the negative of its offset;
* integer columns between markers that have no bound at all are binary;
* an upper bound below 0 without a lower bound makes the column free below;
* bounds from ±1e20 on are infinite;
* of several sets of right-hand sides, ranges or bounds, the first is taken.

`OBJSENSE MAX` negates every objective and marks it `negated`. Blanks separate fields, so names
hold none. What is not linear (SOS, quadratic terms, indicators, semi-continuous columns) is a
fault.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import numpy as np

from koopopt.errors import DataError, Fault
from koopopt.linear import LinearModel, Objective
from koopopt.text import T, Text

INFINITE: Final = 1e20
MOST_FAULTS: Final = 20
NO_VALUE: Final = frozenset({"FR", "MI", "PL", "BV"})
WITH_VALUE: Final = frozenset({"LO", "UP", "FX", "LI", "UI"})
REPAIR: Final = T("Correct the line.")


class _LineError(Exception):
    """A line breaks a rule."""

    def __init__(self, rule: Text, value: str | None = None) -> None:
        super().__init__(rule)
        self.rule, self.value = rule, value


@dataclass(slots=True)
class _Reader:
    """What has been read so far; one method a section."""

    name: str = "model"
    maximise: bool = False
    section: str = ""
    in_marker: bool = False
    objectives: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    integer: list[bool] = field(default_factory=list)
    entries: dict[tuple[int, int], float] = field(default_factory=dict)
    costs: dict[tuple[int, int], float] = field(default_factory=dict)
    sides: dict[str, float] = field(default_factory=dict)
    ranges: dict[int, float] = field(default_factory=dict)
    lower: dict[int, float] = field(default_factory=dict)
    upper: dict[int, float] = field(default_factory=dict)
    free: set[int] = field(default_factory=set)
    sets: dict[str, str] = field(default_factory=dict)

    def header(self, fields: list[str]) -> None:
        """Begin a section."""
        word = fields[0].upper()
        if word == "NAME":
            self.name = " ".join(fields[1:]) or self.name
        elif word in ("OBJSENSE", "MAX", "MAXIMIZE", "MAXIMISE", "MIN", "MINIMIZE", "MINIMISE"):
            self.section = "OBJSENSE"
            self.sense(fields[1:] if word == "OBJSENSE" else fields)
        elif word in ("ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS", "OBJNAME", "OBJECT"):
            self.section = word
        else:
            raise _LineError(T("Section {name} is unknown or not linear.", name=fields[0]))

    def line(self, fields: list[str]) -> None:
        """Read one line of the section at hand."""
        if self.section == "OBJSENSE":
            self.sense(fields)
        elif self.section == "ROWS":
            self.row(fields)
        elif self.section == "COLUMNS":
            self.column(fields)
        elif self.section == "RHS":
            self.side(fields)
        elif self.section == "RANGES":
            self.range(fields)
        elif self.section == "BOUNDS":
            self.bound(fields)
        elif self.section not in ("OBJNAME", "OBJECT"):
            raise _LineError(T("The line belongs to no section."), " ".join(fields))

    def sense(self, fields: list[str]) -> None:
        for word in fields:
            if word.upper() not in ("MAX", "MAXIMIZE", "MAXIMISE", "MIN", "MINIMIZE", "MINIMISE"):
                raise _LineError(T("The sense must be MIN or MAX."), word)
            self.maximise = word.upper().startswith("MAX")

    def row(self, fields: list[str]) -> None:
        if len(fields) != 2 or fields[0].upper() not in ("N", "E", "L", "G"):
            raise _LineError(T("A row is a type (N, E, L or G) and a name."), " ".join(fields))
        kind, name = fields[0].upper(), fields[1]
        if name in self.rows or name in self.objectives:
            raise _LineError(T("The row is given twice."), name)
        if kind == "N":
            self.objectives[name] = len(self.objectives)
        else:
            self.rows[name] = len(self.rows)
            self.kinds.append(kind)

    def column(self, fields: list[str]) -> None:
        if len(fields) >= 3 and fields[1].strip("'").upper() == "MARKER":
            mark = fields[2].strip("'").upper()
            if mark not in ("INTORG", "INTEND"):
                raise _LineError(T("The marker must be INTORG or INTEND."), fields[2])
            self.in_marker = mark == "INTORG"
            return
        if len(fields) not in (3, 5):
            raise _LineError(T("A column line is a column and one or two pairs of row and number."))
        j = self.columns.setdefault(fields[0], len(self.columns))
        if j == len(self.integer):
            self.integer.append(self.in_marker)
        for row, text in zip(fields[1::2], fields[2::2], strict=True):
            value = _number(text)
            if row in self.objectives:
                place, entries = (self.objectives[row], j), self.costs
            elif row in self.rows:
                place, entries = (j, self.rows[row]), self.entries
            else:
                raise _LineError(T("There is no such row."), row)
            if place in entries:
                raise _LineError(T("The entry is given twice."), f"{fields[0]} {row}")
            entries[place] = value

    def pairs(self, fields: list[str]) -> Iterable[tuple[str, float]]:
        """Return (row, number) pairs of a line whose set name may be missing."""
        chosen, rest = ("", fields) if len(fields) % 2 == 0 else (fields[0], fields[1:])
        if len(rest) not in (2, 4):
            raise _LineError(T("The line must hold one or two pairs of row and number."))
        if self.sets.setdefault(self.section, chosen) != chosen:
            return
        for row, text in zip(rest[::2], rest[1::2], strict=True):
            if row not in self.rows and row not in self.objectives:
                raise _LineError(T("There is no such row."), row)
            yield row, _number(text)

    def side(self, fields: list[str]) -> None:
        for row, value in self.pairs(fields):
            self.sides[row] = value

    def range(self, fields: list[str]) -> None:
        for row, value in self.pairs(fields):
            if row in self.rows:  # a range of an objective means nothing
                self.ranges[self.rows[row]] = value

    def bound(self, fields: list[str]) -> None:
        kind, rest = fields[0].upper(), fields[1:]
        if kind not in NO_VALUE | WITH_VALUE:
            raise _LineError(T("Bound type {kind} is unknown or not linear.", kind=fields[0]))
        if kind in NO_VALUE and rest[-1:] and rest[-1] not in self.columns:
            rest = rest[:-1]  # a number that means nothing
        if kind in NO_VALUE:
            rest = [*rest, "0"]
        if len(rest) not in (2, 3):
            raise _LineError(T("A bound line is a type, a set, a column and a number."))
        chosen = rest[0] if len(rest) == 3 else ""
        name, value = rest[-2], _infinite(_number(rest[-1]))
        if name not in self.columns:
            raise _LineError(T("There is no such column."), name)
        if self.sets.setdefault("BOUNDS", chosen) != chosen:
            return
        j = self.columns[name]
        if kind in ("BV", "LI", "UI"):
            self.integer[j] = True
        if kind in ("LO", "LI"):
            self.lower[j] = value
        elif kind in ("UP", "UI"):
            self.upper[j] = value
        elif kind == "FX":
            self.lower[j] = self.upper[j] = value
        elif kind == "BV":
            self.lower[j], self.upper[j] = 0.0, 1.0
        elif kind == "PL":
            self.upper[j] = math.inf
        else:
            self.lower[j] = -math.inf
            if kind == "FR":
                self.upper[j] = math.inf

    def model(self) -> LinearModel:
        """Assemble the model."""
        n, m = len(self.columns), len(self.rows)
        lower, upper = np.zeros(n), np.full(n, np.inf)
        for j, whole in enumerate(self.integer):
            if whole and j not in self.lower and j not in self.upper:
                upper[j] = 1.0
        for j, value in self.upper.items():
            upper[j] = value
            if value < 0 and j not in self.lower:
                lower[j] = -np.inf
        for j, value in self.lower.items():
            lower[j] = value
        row_lower, row_upper = np.full(m, -np.inf), np.full(m, np.inf)
        for name, i in self.rows.items():
            row_lower[i], row_upper[i] = _sides(
                self.kinds[i], _infinite(self.sides.get(name, 0.0)), self.ranges.get(i)
            )
        sign = -1.0 if self.maximise else 1.0
        costs = np.zeros((len(self.objectives), n))
        for place, value in self.costs.items():
            costs[place] = sign * value + 0.0
        entries = sorted((place, value) for place, value in self.entries.items() if value)
        return LinearModel(
            columns=list(self.columns),
            lower=lower,
            upper=upper,
            integer=np.array(self.integer, bool),
            rows=list(self.rows),
            row_lower=row_lower,
            row_upper=row_upper,
            start=np.searchsorted([place[0] for place, _ in entries], np.arange(n + 1)).astype(
                np.int64
            ),
            index=np.array([place[1] for place, _ in entries], np.int64),
            value=np.array([value for _, value in entries], float),
            objectives=tuple(
                Objective(name, costs[k], -sign * self.sides.get(name, 0.0) + 0.0, self.maximise)
                for name, k in self.objectives.items()
            )
            or (Objective("objective", np.zeros(n)),),
            name=self.name,
        )


def read_mps(source: str | Path | IO[str]) -> LinearModel:
    """Read an MPS file with one N row or several, each an objective to minimise.

    Parameters
    ----------
    source : path or open text file
        Compressed where the path ends in ``.gz``.

    Raises
    ------
    DataError
        With the line numbers of what is wrong.
    """
    label = Path(source).name if isinstance(source, (str, Path)) else "MPS"
    reader = _Reader()
    faults: list[Fault] = []
    ended = False

    def fault(row: int | None, rule: Text, value: str | None = None) -> None:
        faults.append(Fault(label, rule, REPAIR, row=row, value=value))

    for row, text in _lines(source, label):
        fields = text.split()
        if not fields or text.startswith("*"):
            continue
        try:
            if text[0].isspace():
                reader.line(fields)
            elif fields[0].upper() == "ENDATA":
                ended = True
            else:
                reader.header(fields)
        except _LineError as wrong:
            fault(row, wrong.rule, wrong.value)
            if not text[0].isspace():
                break  # what follows an unknown section cannot be understood
        if ended or len(faults) >= MOST_FAULTS:
            break
    if not faults and not ended:
        fault(None, T("The file ends without ENDATA."))
    if faults:
        raise DataError(faults[:MOST_FAULTS])
    return reader.model()


def _lines(source: str | Path | IO[str], label: str) -> Iterable[tuple[int, str]]:
    """Yield (line number, line)."""
    try:
        if not isinstance(source, (str, Path)):
            yield from enumerate(source, 1)
        elif str(source).endswith(".gz"):
            with gzip.open(source, "rt", encoding="utf-8") as file:
                yield from enumerate(file, 1)
        else:
            with open(source, encoding="utf-8") as file:
                yield from enumerate(file, 1)
    except (OSError, UnicodeDecodeError, EOFError) as error:
        rule = T("The file cannot be read: {reason}.", reason=str(error))
        raise DataError([Fault(label, rule, T("Check the path and the file."))]) from error


def _number(text: str) -> float:
    try:
        value = float(text.replace("D", "e").replace("d", "e") if "d" in text.lower() else text)
    except ValueError:
        raise _LineError(T("This is not a number."), text) from None
    if math.isnan(value):
        raise _LineError(T("This is not a number."), text)
    return value


def _infinite(value: float) -> float:
    return math.copysign(math.inf, value) if abs(value) >= INFINITE else value


def _sides(kind: str, side: float, wide: float | None) -> tuple[float, float]:
    """Return the bounds of a row from its type, right-hand side and range."""
    if wide is None:
        low = -math.inf if kind == "L" else side
        return low, math.inf if kind == "G" else side
    if kind == "L" or (kind == "E" and wide < 0):
        return side - abs(wide), side
    return side, side + abs(wide)
