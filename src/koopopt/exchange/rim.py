"""Right-hand sides, ranges and bounds: the lines of an MPS file that belong to named sets.

The name of a set may be missing, so fields are told apart by their number and by what is known.
All sets of a section are one; where two of them give the same entry, the first counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from koopopt.exchange.fields import FIXED_FORMAT, LineError, finite, number, unbounded
from koopopt.exchange.program import Given, Program
from koopopt.language.hints import Names
from koopopt.text import T

BOUNDS_WITHOUT_NUMBER: Final[dict[str, tuple[float | None, float | None]]] = {
    "FR": (-math.inf, math.inf),
    "MI": (-math.inf, None),
    "PL": (None, math.inf),
    "BV": (0.0, 1.0),
}
BOUNDS_WITH_NUMBER: Final = frozenset({"LO", "UP", "FX", "LI", "UI"})
SEMICONTINUOUS_BOUNDS: Final = frozenset({"SC", "SI"})


def sides(program: Program, fields: Sequence[str]) -> None:
    """Read right-hand sides."""
    for row, given in _pairs(program, "RHS", fields):
        program.put(program.sides, row, given, row)


def ranges(program: Program, fields: Sequence[str]) -> None:
    """Read ranges."""
    for row, given in _pairs(program, "RANGES", fields):
        if row in program.objectives:
            rule = T("A range of an objective means nothing; it is ignored.")
            program.warn(rule, row, T("Delete it."))
        else:
            program.put(program.ranges, row, given, row)


def _pairs(program: Program, section: str, fields: Sequence[str]) -> Iterator[tuple[str, Given]]:
    """Yield the rows and numbers of a line."""
    chosen, rest = ("", fields) if len(fields) % 2 == 0 else (fields[0], fields[1:])
    if not rest:
        raise LineError(T("The line must hold pairs of row and number."), " ".join(fields))
    for row in rest[::2]:
        if row not in program.rows and row not in program.objectives:
            raise program.no_row(row)
    _of_set(program, section, chosen)
    for row, text in zip(rest[::2], rest[1::2], strict=True):
        value = finite(text) if row in program.objectives else unbounded(text)
        yield row, program.given(text, value, chosen)


def bound(program: Program, fields: Sequence[str]) -> None:
    """Read a bound of a column."""
    kind = fields[0].upper()
    if kind in SEMICONTINUOUS_BOUNDS:
        rule = T("Semi-continuous columns ({kind}) are not supported.", kind=kind)
        raise LineError(rule, " ".join(fields[1:]), T("Write it with a binary column instead."))
    if kind not in BOUNDS_WITH_NUMBER and kind not in BOUNDS_WITHOUT_NUMBER:
        raise LineError(T("Bound type {kind} is unknown or not linear.", kind=fields[0]))
    chosen, name, text = _parts(program, kind, fields[1:])
    if name not in program.columns:
        remedy = T("{remedy} A column needs a line in COLUMNS, if only its name.",
                   remedy=Names(program.columns).remedy(name))  # fmt: skip
        raise LineError(T("There is no such column."), name, remedy)
    _of_set(program, "BOUNDS", chosen)
    if kind in BOUNDS_WITHOUT_NUMBER:
        low, high = BOUNDS_WITHOUT_NUMBER[kind]
        _idle(program, kind, text)
    else:
        value = program.given(text, unbounded(text)).value
        low = None if kind in ("UP", "UI") else value
        high = None if kind in ("LO", "LI") else value
    if low == math.inf or high == -math.inf:
        raise LineError(T("No number keeps this bound."), text)
    j = program.columns[name]
    if kind in ("BV", "LI", "UI"):
        program.integer[j] = True
    for side, limit in (("lower", low), ("upper", high)):
        if limit is not None:
            program.put(
                program.bounds, (j, side), Given(limit, program.at, chosen), f"{kind} {name}"
            )


def _parts(program: Program, kind: str, fields: Sequence[str]) -> tuple[str, str, str]:
    """Return the set, the column and the number of a bound; what is missing is empty."""
    count, columns = len(fields), program.columns
    if count == 3:
        return fields[0], fields[1], fields[2]
    if count == 2 and kind in BOUNDS_WITH_NUMBER:
        return "", fields[0], fields[1]
    if count == 1 and kind in BOUNDS_WITHOUT_NUMBER:
        return "", fields[0], ""
    if count != 2:
        rule = T("A bound is a type, a set, a column and (but for FR, MI, PL, BV) a number.")
        raise LineError(rule, " ".join(fields), FIXED_FORMAT)
    first, second = fields
    if first not in columns or first in program.sets.get("BOUNDS", ()):
        return first, second, ""
    if second not in columns:
        return "", first, second
    if first != second and _is_number(second):
        rule = T("{first} and {second} are both columns; which is bounded?",
                 first=first, second=second)  # fmt: skip
        raise LineError(rule, " ".join(fields), T("Write the name of the set."))
    return first, second, ""


def _idle(program: Program, kind: str, text: str) -> None:
    """Warn about a number that means nothing, but for those that are often written."""
    usual = (0.0, 1.0) if kind == "BV" else (0.0, -math.inf, math.inf)
    if text and unbounded(text) not in usual:
        rule = T("A bound of type {kind} takes no number; it is ignored.", kind=kind)
        program.warn(rule, text, T("Use LO or UP if the number is meant."))


def _of_set(program: Program, section: str, chosen: str) -> None:
    """Note the set that a line belongs to."""
    known = program.sets.setdefault(section, [])
    if chosen and chosen not in known:
        known.append(chosen)
        if len(known) > 1:
            rule = T("{section} has sets of several names; all are read as one.", section=section)
            program.warn(rule, chosen, T("Delete the set that is not meant."))


def _is_number(text: str) -> bool:
    try:
        number(text)
    except LineError:
        return False
    return True
