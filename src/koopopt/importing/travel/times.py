"""From the numbers of a file to minutes between the places of an instance."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import isnan
from pathlib import Path
from typing import Final

import numpy as np

from koopopt.case.instance import Instance
from koopopt.case.made import MAX_MINUTES
from koopopt.errors import DataError, Fault, UsageError, some
from koopopt.importing.travel import services, tables
from koopopt.importing.travel.matching import Matched, Register, match
from koopopt.importing.travel.matrix import Matrix, Unit
from koopopt.importing.travel.pairs import Pair, both_ways, crow_km, estimated
from koopopt.language.notation import Mark
from koopopt.reading.faults import condensed
from koopopt.reading.folder import Folder
from koopopt.reading.slowness import TIMES_SLOWER
from koopopt.reading.spreadsheets.kinds import ENDINGS
from koopopt.text import T, Text

FASTEST_KMH: Final = 200.0
"""Nobody drives faster, as the crow flies."""
FREE_KM: Final = 2.0
"""So far from the point of a municipality its road may be."""


@dataclass(frozen=True, slots=True)
class Imported:
    """Times of a file.

    Attributes
    ----------
    minutes : mapping (origin, destination) -> minutes
        Each pair in both directions, but for ways to sites.
    notes : tuple of Fault
        What was left out or supposed.
    kind : Text
        What kind of file it was.
    """

    minutes: dict[Pair, float]
    notes: tuple[Fault, ...]
    kind: Text


@dataclass(frozen=True, slots=True)
class Ask:
    """What the user says of a file.

    Attributes
    ----------
    unit : Unit or None
        Of its numbers; None: as its headings say.
    order : bool
        Its places stand in the order of the instance.
    subset : bool
        Places that are not of the instance are left out.
    symmetric : bool
        A way counts for the way back where that is not given.
    sheet : str or None
        Which sheet of a workbook.
    decimal : "." or "," or None
        The decimal mark of what a table leaves open.
    """

    unit: Unit | None = None
    order: bool = False
    subset: bool = False
    symmetric: bool = False
    sheet: str | None = None
    decimal: Mark | None = None


NOTHING_SAID: Final = Ask()


def imported(path: Path, instance: Instance, ask: Ask = NOTHING_SAID) -> Imported:
    """Return the minutes in a file.

    Raises
    ------
    DataError
        With every fault found.
    UsageError
        If what is asked does not fit the file.
    """
    register = Register(instance)
    matrix = _matrix(path, register, ask)
    origins, destinations = (
        match(register, matrix, origins=side, order=ask.order, subset=ask.subset)
        for side in (True, False)
    )
    reader = _Reader(instance, register, matrix)
    reader.faults = [*origins.faults, *destinations.faults]
    reader.notes = [*matrix.notes, *origins.notes, *destinations.notes]
    minutes = {} if reader.faults else reader.minutes(origins, destinations, ask.symmetric)
    if reader.faults:
        raise DataError(condensed(reader.faults), condensed(reader.notes))
    return Imported(minutes, tuple(condensed(reader.notes)), matrix.kind)


def _matrix(path: Path, register: Register, ask: Ask) -> Matrix:
    """Return what a file says, whatever kind of file it is."""
    if not os.path.exists(path):
        remedy = T("Check the path and its permissions.")
        raise DataError([Fault(str(path), T("The file is missing."), remedy)])
    faults: list[Fault] = []
    table = None
    if path.suffix.lower() in ENDINGS and path.is_file():
        table = tables.sheet_table(path, ask.sheet, faults)
    else:
        folder = Folder(path.parent, links=True)
        text = folder.text(path.name)
        faults = folder.faults
        if text is not None and text.lstrip()[:1] in ("{", "["):
            if ask.unit not in (None, Unit.SECONDS):
                raise UsageError(T("--unit: the times of routing services are seconds."))
            return services.matrix_of(text, path.name)
        table = None if text is None else tables.csv_table(text, path.name, faults)
    if faults or table is None:
        raise DataError(faults, () if table is None else table.notes)
    known = register.knows if not ask.order else lambda _: True  # whatever the labels say
    return tables.matrix_of(replace(table, decimal=ask.decimal), known, ask.unit)


@dataclass(slots=True)
class _Reader:
    """Makes minutes of a matrix whose places are known."""

    instance: Instance
    register: Register
    matrix: Matrix
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    def minutes(
        self, origins: Matched, destinations: Matched, symmetric: bool
    ) -> dict[Pair, float]:
        """Return the minutes of all pairs that are complete."""
        towns = set(self.register.towns)
        found = self._pairs(origins, destinations, towns)
        sites = set(self.register.ids.known) - towns
        if symmetric:
            self._mirror(found, sites)
        kept, lost = both_ways(found, sites)
        if not kept:
            rule = T("The file gives no pair of the instance in both directions.")
            remedy = T("Say --symmetric if a way takes as long as the way back.")
            self.faults.append(Fault(self.matrix.file, rule, remedy))
            return {}
        self.faults.extend(self._too_fast(kept))
        self.notes.extend(self._left_out(kept, lost, towns))
        self.notes.extend(self._doubtful(kept))
        return kept

    def _pairs(self, origins: Matched, destinations: Matched, towns: set[str]) -> dict[Pair, float]:
        """Return the given minutes, each pair once; a site is no origin, and nobody goes home."""
        matrix, speed = self.matrix, self.instance.speed_kmh
        factor = {Unit.MINUTES: 1.0, Unit.SECONDS: 1 / 60, Unit.KM: 60 / speed}[matrix.unit]
        if matrix.unit is Unit.KM:
            rule = T("Kilometres are driven at {speed} km/h, the speed of the instance.",
                     speed=speed)  # fmt: skip
            self._note(rule, T("Change speed_kmh in instance.toml if another one is meant."))
        found: dict[Pair, float] = {}
        home: list[str] = []
        for i, a in enumerate(origins.ids):
            if a is None or a not in towns:
                continue
            row = (matrix.values[i] * factor).tolist()
            for b, value in zip(destinations.ids, row, strict=True):
                if b is None or isnan(value):  # there is no way
                    continue
                if a == b:
                    home += [a] if value else []
                elif value > MAX_MINUTES:
                    rule = T("The way takes more than {most} minutes.", most=MAX_MINUTES)
                    self._fault(rule, T("Correct the value."), f"{a}, {b}: {value:g}")
                elif found.setdefault((a, b), value) != value:
                    rule = T("The way is given twice, with different times.")
                    self._fault(rule, T("Delete one of the two."), f"{a}, {b}")
        if home:
            rule = T("Ways to oneself take no time; other values are left out: {places}.",
                     places=some(map(self.register.told, home)))  # fmt: skip
            self._note(rule, T("They are not needed."))
        if out := [a for a in origins.ids if a is not None and a not in towns]:
            rule = T("Sites are no origins, and ways from them are left out: {places}.",
                     places=some(map(self.register.told, out)))  # fmt: skip
            self._note(rule, T("They are not needed."))
        return found

    def _mirror(self, found: dict[Pair, float], sites: set[str]) -> None:
        """Let ways count for their ways back where those are not given."""
        back = {(b, a): m for (a, b), m in found.items() if b not in sites and (b, a) not in found}
        found |= back
        if back:
            rule = T("Ways back that are not given take as long as the ways there: {count}.",
                     count=len(back))  # fmt: skip
            self._note(rule, T("So it was asked by --symmetric."))

    def _too_fast(self, minutes: dict[Pair, float]) -> Iterator[Fault]:
        """Yield times in which nobody gets there, one for all where most are so."""
        km = np.maximum(0, crow_km(self.instance, minutes) - FREE_KM)
        given = np.array(list(minutes.values()))
        fast = np.flatnonzero(given < km / FASTEST_KMH * 60)
        pairs = list(minutes)
        remedy = T("Correct the times, or say by --unit what they are.")
        for k in fast[:1] if 2 * len(fast) > len(given) else fast:
            a, b = pairs[k]
            rule = T(
                "From {a} to {b}, {km} km as the crow flies, nobody drives in {minutes} minutes;"
                " so it is with {count} of {all} ways.",
                a=self.register.told(a),
                b=self.register.told(b),
                km=round(float(km[k] + FREE_KM), 1),
                minutes=round(float(given[k]), 2),
                count=len(fast),
                all=len(given),
            )
            yield Fault(self.matrix.file, rule, remedy)

    def _doubtful(self, minutes: dict[Pair, float]) -> Iterator[Fault]:
        """Yield notes of ways without time, and of times that are far too long."""
        if none := [pair for pair, value in minutes.items() if not value]:
            rule = T("Ways that take no time: {ways}.", ways=self._named(none))
            remedy = T("Both points lie on the same road, or a time is missing.")
            yield Fault(self.matrix.file, rule, remedy)
        expected, given = estimated(self.instance, minutes), np.array(list(minutes.values()))
        slow = int((given > TIMES_SLOWER * expected).sum())
        if 2 * slow > len(given):
            rule = T("{count} of {all} times are more than {times} times the estimate.",
                     count=slow, all=len(given), times=TIMES_SLOWER)  # fmt: skip
            yield Fault(self.matrix.file, rule, T("Say --unit seconds if they are seconds."))

    def _left_out(
        self, kept: dict[Pair, float], lost: list[Pair], towns: set[str]
    ) -> Iterator[Fault]:
        """Yield notes of pairs, and of whole places, that the file does not give."""
        file = self.matrix.file
        if lost:
            rule = T("Ways without a way back are left out, and count as estimated: {ways}.",
                     ways=self._named(lost))  # fmt: skip
            remedy = T("Say --symmetric if a way takes as long as the way back.")
            yield Fault(file, rule, remedy)
        there = {a for a, _ in kept} | {b for _, b in kept}
        if absent := [id_ for id_ in self.register.ids.known if id_ not in there]:
            rule = T("The file has no ways of them, which count as estimated: {places}.",
                     places=some(map(self.register.told, absent)))  # fmt: skip
            yield Fault(file, rule, T("Add them if they matter."))
        ids = [id_ for id_ in self.register.ids.known if id_ in there]
        told = {*lost, *((b, a) for a, b in lost)}
        wanted = ((a, b) for a in ids if a in towns for b in ids if a != b)
        if gone := [pair for pair in wanted if pair not in kept and pair not in told]:
            rule = T("Pairs without a way are left out, and count as estimated: {ways}.",
                     ways=self._named(gone))  # fmt: skip
            yield Fault(file, rule, T("Add them if they matter."))

    def _named(self, pairs: list[Pair]) -> Text:
        names = self.register.names
        return some(pairs, lambda pair: f"{names[pair[0]]} – {names[pair[1]]}")

    def _note(self, rule: Text, remedy: Text) -> None:
        self.notes.append(Fault(self.matrix.file, rule, remedy))

    def _fault(self, rule: Text, remedy: Text, value: str) -> None:
        self.faults.append(Fault(self.matrix.file, rule, remedy, value=value))
