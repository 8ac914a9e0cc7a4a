"""Matrices as routing services return them: OSRM, openrouteservice and Valhalla, all JSON.

Their times are seconds. Points are those of the request where the answer repeats them, else those
on the roads that the service has found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from koopopt.case.made import MAX_MINUTES
from koopopt.errors import DataError, Fault, some
from koopopt.importing.travel.matrix import CORRECT, Matrix, Place, Unit
from koopopt.language.inert import on_line
from koopopt.linear import Floats
from koopopt.reading.json_text import TwiceError, values
from koopopt.text import T, Text

_ONCE: Final = {
    "durations", "sources", "destinations", "targets", "sources_to_targets", "metadata", "query",
    "location", "locations", "lat", "lon", "time", "from_index", "to_index",
}  # fmt: skip
"""Keys that must not stand twice in an object."""


def matrix_of(text: str, file: str) -> Matrix:
    """Return the matrix in the answer of a service.

    Raises
    ------
    DataError
        With every fault found.
    """
    reader = _Reader(file)
    answer = reader.parsed(text)
    matrix = None if answer is None else reader.matrix(answer)
    if matrix is None or reader.faults:
        raise DataError(reader.faults, reader.notes)
    return matrix


class _Reader:
    """Reads one answer; what is wrong with it is noted."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []

    def fault(self, key: str | None, rule: Text, remedy: Text, value: object = None) -> None:
        shown = None if value is None else on_line(str(value))
        self.faults.append(Fault(self.file, rule, remedy, column=key, value=shown))

    def parsed(self, text: str) -> Mapping[str, Any] | None:
        """Return the object in a text."""
        try:
            found = list(values(text, _ONCE))
        except TwiceError as error:
            rule = T("The key stands twice, with different values.")
            self.fault(str(error), rule, _AGAIN)
            return None
        except (ValueError, RecursionError):
            self.fault(None, T("This is no valid JSON."), _AGAIN)
            return None
        if len(found) != 1 or not isinstance(found[0], dict):
            self.fault(None, T("This is not the answer of a routing service."), _SERVICES)
            return None
        return found[0]

    def matrix(self, answer: Mapping[str, Any]) -> Matrix | None:
        """Return the matrix, by the keys that the services have."""
        if "sources_to_targets" in answer:
            return self._valhalla(answer)
        if isinstance(answer.get("durations"), list):
            return self._table(answer)
        said = answer.get("error") or answer.get("message") or answer.get("code")
        if isinstance(said, Mapping):
            said = said.get("message")
        if isinstance(said, str) and said.lower() != "ok":
            rule = T("The service returned an error instead of times.")
            self.fault(None, rule, T("Mend the request, and save its answer again."), said)
        elif "distances" in answer:
            rule = T("The answer holds distances, but no times.")
            self.fault("distances", rule, T("Ask the service for durations."))
        else:
            self.fault(None, T("This is not the answer of a routing service."), _SERVICES)
        return None

    def _table(self, answer: Mapping[str, Any]) -> Matrix | None:
        """Return the matrix of OSRM's service `table`, or of openrouteservice."""
        numbers = self._numbers(answer["durations"], "durations", lambda cell: cell)
        if numbers is None:
            return None
        for row, column in self._fallbacks(answer, numbers.shape):
            numbers[row, column] = np.nan
        rows, columns = numbers.shape
        query = answer.get("metadata")
        query = query.get("query") if isinstance(query, Mapping) else None
        asked = query.get("locations") if isinstance(query, Mapping) else None
        if isinstance(asked, list) and isinstance(query, Mapping):
            kind = T("a matrix of openrouteservice")
            sources = self._asked(asked, query.get("sources"), "sources", rows)
            targets = self._asked(asked, query.get("destinations"), "destinations", columns)
        else:
            kind = T("a table of OSRM") if query is None else T("a matrix of openrouteservice")
            sources = self._points(answer.get("sources"), "sources", rows)
            targets = self._points(answer.get("destinations"), "destinations", columns)
        return Matrix(self.file, kind, sources, targets, numbers, Unit.SECONDS, self.notes)

    def _fallbacks(
        self, answer: Mapping[str, Any], shape: tuple[int, ...]
    ) -> Sequence[tuple[int, int]]:
        """Return the cells for which OSRM found no way and supposed one; they do not count."""
        cells = answer.get("fallback_speed_cells")
        found = [
            (cell[0], cell[1])
            for cell in (cells if isinstance(cells, list) else ())
            if isinstance(cell, list) and len(cell) == 2
            and all(_whole(k) and 0 <= k < most for k, most in zip(cell, shape, strict=True))
        ]  # fmt: skip
        if found:
            rule = T(
                "The service found no way and supposed a time: {cells}. They do not count.",
                cells=some(found, lambda cell: f"durations[{cell[0]}][{cell[1]}]"),
            )
            remedy = T("Leave fallback_speed out of the request.")
            self.notes.append(Fault(self.file, rule, remedy, column="fallback_speed_cells"))
        return found

    def _valhalla(self, answer: Mapping[str, Any]) -> Matrix | None:
        """Return the matrix of Valhalla, in its verbose or its short form."""
        table = answer["sources_to_targets"]
        if isinstance(table, Mapping):
            key = "sources_to_targets.durations"
            numbers = self._numbers(table.get("durations"), key, lambda cell: cell)
        else:
            numbers = self._numbers(table, "sources_to_targets", _time)
            numbers = None if numbers is None else self._placed(table, numbers)
        if numbers is None:
            return None
        rows, columns = numbers.shape
        sources = self._points(answer.get("sources"), "sources", rows)
        targets = self._points(answer.get("targets"), "targets", columns)
        kind = T("a matrix of Valhalla")
        return Matrix(self.file, kind, sources, targets, numbers, Unit.SECONDS, self.notes)

    def _placed(self, table: Sequence[Any], numbers: Floats) -> Floats | None:
        """Return the numbers where their indices say that they belong."""
        placed, seen = np.full_like(numbers, np.nan), np.zeros(numbers.shape, bool)
        for i, row in enumerate(table):
            for j, cell in enumerate(row):
                at = (cell.get("from_index", i), cell.get("to_index", j))
                inside = all(
                    _whole(k) and 0 <= k < n for k, n in zip(at, numbers.shape, strict=True)
                )
                if not inside or seen[at]:
                    key = f"sources_to_targets[{i}][{j}]"
                    rule = (
                        T("The index is beyond the matrix.")
                        if not inside
                        else T("Two entries are about the same way.")
                    )
                    self.fault(key, rule, _AGAIN, f"{at[0]}, {at[1]}")
                    return None
                placed[at], seen[at] = numbers[i, j], True
        return placed

    def _numbers(self, table: Any, key: str, value: Callable[[Any], Any]) -> Floats | None:
        """Return rows of seconds as an array; null is no way."""
        rows = table if isinstance(table, list) else []
        width = len(rows[0]) if rows and isinstance(rows[0], list) else 0
        if not width:
            self.fault(key, T("There are no rows of times."), _AGAIN)
            return None
        known, found = len(self.faults), np.full((len(rows), width), np.nan)
        for i, row in enumerate(rows):
            if not isinstance(row, list) or len(row) != width:
                rule = T("The row has not as many entries as the first one, {count}.", count=width)
                self.fault(f"{key}[{i}]", rule, _AGAIN)
                continue
            for j, cell in enumerate(row):
                number = value(cell)
                if number is None:
                    continue
                if not _number(number) or not 0 <= number <= MAX_MINUTES * 60:
                    rule = T("This is no time in seconds, from 0 to a week.")
                    self.fault(f"{key}[{i}][{j}]", rule, CORRECT, number)
                    continue
                found[i, j] = number
        return found if len(self.faults) == known else None

    def _points(self, given: Any, key: str, count: int) -> tuple[Place, ...]:
        """Return the points of sources or destinations; without any they are known by order only.

        OSRM and openrouteservice give `location`: [longitude, latitude]; Valhalla lat and lon,
        in older versions within a list of lists.
        """
        if isinstance(given, list) and len(given) == 1 and isinstance(given[0], list):
            given = given[0]
        if given is None:
            return tuple(Place(column=f"{key}[{k}]") for k in range(count))
        if not isinstance(given, list) or len(given) != count:
            rule = T("There are not as many places as times: {count} are needed.", count=count)
            self.fault(key, rule, _AGAIN)
            return ()
        return tuple(self._place(entry, f"{key}[{k}]") for k, entry in enumerate(given))

    def _place(self, entry: Any, key: str) -> Place:
        if isinstance(entry, Mapping) and ("lat" in entry or "lon" in entry):
            entry = [entry.get("lon"), entry.get("lat")]
        elif isinstance(entry, Mapping):
            entry = entry.get("location")
        if entry is None:  # openrouteservice has found no road near it
            return Place(column=key)
        sound = isinstance(entry, list) and len(entry) >= 2 and all(map(_number, entry[:2]))
        if not sound or abs(entry[0]) > 180 or abs(entry[1]) > 90:
            rule = T("This is no point of longitude and latitude.")
            self.fault(key, rule, _AGAIN, entry)
            return Place(column=key)
        return Place(point=(float(entry[1]), float(entry[0])), column=key)

    def _asked(self, asked: list[Any], which: Any, side: str, count: int) -> tuple[Place, ...]:
        """Return the points that openrouteservice was asked about: all, or those of indices."""
        every = which is None or which in ("all", ["all"])
        indices: list[Any] = list(range(len(asked))) if every else which
        key = f"metadata.query.{side}"
        known = [str(k) for k in range(len(asked))]
        sound = isinstance(indices, list) and all(str(k) in known for k in indices)
        if not sound or len(indices) != count:
            rule = T("There are not as many places as times: {count} are needed.", count=count)
            self.fault(key, rule, _AGAIN)
            return ()
        return tuple(
            self._place(asked[int(k)], f"metadata.query.locations[{int(k)}]") for k in indices
        )


_AGAIN: Final = T("Save the answer of the service again, as a whole.")
_SERVICES: Final = T(
    "Give what OSRM (table), openrouteservice (matrix) or Valhalla (sources_to_targets) returned."
)


def _time(cell: Any) -> Any:
    """Return the seconds in an entry of Valhalla; what is no entry comes back, to be told."""
    return cell.get("time") if isinstance(cell, Mapping) else str(cell)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
