"""What can be compared: an instance, a run, a front, or a table of a benchmark, found by its files.

A run or a front is read whole and computed anew where its data are at hand. Where they have gone or
changed since, it is taken as its file says, and that is told: what an old run said is worth
comparing exactly when the data have changed.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership
from koopopt.checking.schema import validate
from koopopt.comparing import benchmarks, fronts, instances, runs
from koopopt.comparing.instances import flat
from koopopt.comparing.values import Comparison, Proof, table_of
from koopopt.errors import DataError, Fault, UsageError, why
from koopopt.packages import version_of
from koopopt.problem import Problem
from koopopt.reading.instance import read as read_instance
from koopopt.reading.tables import MAX_BYTES, csv_lines, too_large
from koopopt.storage import reading, run_reading, stored
from koopopt.storage.front_schema import FRONT_KEYS, FrontFile
from koopopt.storage.run_schema import RUN_KEYS, RunFile
from koopopt.text import T, Text

V = TypeVar("V")
Value = Instance | runs.Run | fronts.FrontOf | tuple[benchmarks.Row, ...]

KINDS: Final[Mapping[str, Text]] = {
    "instances": T("an instance"),
    "runs": T("a run"),
    "fronts": T("a front"),
    "benchmarks": T("a result of a benchmark"),
}
_HEADER: Final = ",".join(benchmarks.COLUMNS)
_DATA_GONE: Final = ("source", "fingerprint")
"""Columns of faults by which the data of a run or front are not at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One of the two.

    Attributes
    ----------
    name : str
        What it was called.
    kind : str
        One of `KINDS`.
    value : Instance, Run, FrontOf or tuple of Row
    towns : mapping id -> name
        Of municipalities and sites, as far as they are known.
    notes : tuple of Fault
        What reading an instance has to say.
    """

    name: str
    kind: str
    value: Value
    towns: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Fault, ...] = ()


def opened(given: str) -> Opened:
    """Read what stands under a name or path, whatever it is.

    Raises
    ------
    DataError
        With every fault found.
    UsageError
        Where a folder holds both a run and a front.
    """
    path = Path(given)
    file = _computed(path)
    if file is not None:
        return _of_json(given, file)
    table = _benchmark(path)
    if table is not None:
        return Opened(name=given, kind="benchmarks", value=_rows(table))
    instance = read_instance(given)
    return Opened(
        name=given, kind="instances", value=instance, towns=_towns(instance), notes=instance.notes
    )  # fmt: skip


def compare(a: Opened, b: Opened) -> Comparison:
    """Return what differs in two of a kind.

    Raises
    ------
    UsageError
        Where they are of different kinds, or fronts in different criteria.
    """
    if a.kind != b.kind:
        raise UsageError(
            T("{a} is {kind_a}, {b} is {kind_b}: only two of the same kind are compared.",
              a=repr(a.name), kind_a=KINDS[a.kind], b=repr(b.name), kind_b=KINDS[b.kind])
        )  # fmt: skip
    found: Any
    x, y = a.value, b.value
    if isinstance(x, Instance) and isinstance(y, Instance):
        found = instances.compare(x, y)
        equal = instances.are_equal(found)
    elif isinstance(x, runs.Run) and isinstance(y, runs.Run):
        found = runs.compare(x, y)
        equal = runs.are_equal(found)
    elif isinstance(x, fronts.FrontOf) and isinstance(y, fronts.FrontOf):
        found = fronts.compare(x, y)
        equal = fronts.are_equal(found)
    else:
        assert isinstance(x, tuple)
        assert isinstance(y, tuple)
        found = benchmarks.compare(x, y)
        equal = benchmarks.are_equal(found)
    version = version_of("koopopt") or ""
    said: dict[str, Any] = {"kind": a.kind, a.kind: found}
    return Comparison(equal=equal, a=a.name, b=b.name, koopopt=version, **said)


def written(found: Comparison) -> str:
    """Return a comparison as the text of a JSON file."""
    return json.dumps(table_of(found), indent=2, allow_nan=False) + "\n"


def _computed(path: Path) -> Path | None:
    """Return the file of a run or a front there; None where something else is there."""
    if not os.path.isdir(path):
        return path if _begins(path, "{") else None
    if os.path.isfile(path / "instance.toml"):
        return None
    there = [file for file in reading.files_of(path) if os.path.isfile(file)]
    if len(there) > 1:
        raise UsageError(
            T("The folder {path} holds a run and a front. Give one of the files: {files}.",
              path=repr(str(path)), files=", ".join(file.name for file in there))
        )  # fmt: skip
    return there[0] if there else None


def _benchmark(path: Path) -> Path | None:
    """Return the table of a benchmark there; None where something else is there."""
    if not os.path.isdir(path):
        named = path.suffix.lower() == ".csv" and os.path.isfile(path)
        return path if named or _begins(path, _HEADER) else None
    if os.path.isfile(path / "instance.toml"):
        return None
    found = [file for file in sorted(path.glob("*.csv")) if _begins(file, _HEADER)]
    if len(found) > 1:
        raise UsageError(
            T("The folder {path} holds several results of benchmarks. Give one of the files:"
              " {files}.", path=repr(str(path)), files=", ".join(file.name for file in found))
        )  # fmt: skip
    return found[0] if found else None


def _begins(path: Path, text: str) -> bool:
    """Whether a file begins with a text, after a byte-order mark and blanks."""
    try:
        if not os.path.isfile(path):
            return False
        with open(path, "rb") as file:
            head = file.read(len(text) + 64)
    except (OSError, ValueError):
        return False
    return head.decode("utf-8-sig", "replace").lstrip().startswith(text)


def _towns(instance: Instance | None) -> dict[str, str]:
    if instance is None:
        return {}
    sites = {site.id: site.name for site in instance.sites}
    return sites | {town.id: town.name for town in instance.municipalities}


def _of_json(name: str, path: Path) -> Opened:
    table = stored.parsed(path)
    value: Value
    if len(FRONT_KEYS & table.keys()) > 1:
        kind, (value, instance) = "fronts", _front(path.name, table)
    elif table.keys() >= RUN_KEYS:
        kind, (value, instance) = "runs", _run(path.name, table)
    else:
        rule = T("This is neither a run nor a front.")
        remedy = T("Give what `koopopt solve --out DIR` or `koopopt front --out DIR` wrote.")
        raise DataError([Fault(path.name, rule, remedy)])
    return Opened(name=name, kind=kind, value=value, towns=_towns(instance))


def _whole(read: Callable[[], V]) -> V | None:
    """Return what can be read whole; None where its data are not at hand."""
    try:
        return read()
    except DataError as error:
        if error.faults and error.faults[0].column in _DATA_GONE:
            return None
        raise


def _run(name: str, table: dict[str, Any]) -> tuple[runs.Run, Instance | None]:
    whole = _whole(lambda: run_reading.of_table(name, table))
    if "fingerprint" not in table:  # what --json printed says less than a file
        run_reading.of_table(name, table)
    file = validate(RunFile, table)
    instance = None if whole is None else whole.problem.instance
    question: dict[str, Any] = {
        "weights": {key: value for key, value in file.weights.items() if value},
        "limits": file.limits,
        "lexicographic": ", ".join(file.lexicographic) or None,
        "over_scenarios": file.over_scenarios and file.over_scenarios.measure,
    }
    parts = [Partnership(p.service, p.members, p.seat, p.legal_form) for p in file.partnerships]
    criteria = dict(file.criteria or {}) if whole is None else dict(whole.criteria)
    run = runs.Run(
        question=_question(file.fingerprint, instance, question),
        partnerships=tuple(parts), criteria={k: v for k, v in criteria.items() if v is not None},
        objective=file.objective, bound=file.bound, seconds=file.seconds,
        proof=Proof(status=file.status, gap=file.gap, solver=file.solver,
                    formulation=file.formulation, verified=whole is not None),
    )  # fmt: skip
    return run, instance


def _front(name: str, table: dict[str, Any]) -> tuple[fronts.FrontOf, Instance | None]:
    whole = _whole(lambda: reading.front_of(name, table))
    file = validate(FrontFile, table)
    subject = None if whole is None else whole.subject
    instance = subject.instance if isinstance(subject, Problem) else None
    values = [[point.criteria[c] for c in file.criteria] for point in file.points]
    front = fronts.FrontOf(
        question=_question(file.fingerprint, instance, {"limits": file.limits or {}}),
        criteria=file.criteria, resolution=tuple(file.resolution[c] for c in file.criteria),
        values=np.array(values, float).reshape(-1, len(file.criteria)), complete=file.complete,
        verified=whole is not None,
    )  # fmt: skip
    return front, instance


def _question(fingerprint: str, instance: Instance | None, asked: Any) -> runs.Question:
    return runs.Question(fingerprint=fingerprint, instance=instance, asked=dict(flat(asked)))


def _rows(path: Path) -> tuple[benchmarks.Row, ...]:
    """Read the table of a benchmark."""
    faults: list[Fault] = []
    lines = csv_lines(_text(path), path.name, faults, benchmarks.COLUMNS) or []
    lines = [(row, cells) for row, cells in lines if any(cells)]
    wanted = list(benchmarks.COLUMNS)
    if not faults and (not lines or lines[0][1][: len(wanted)] != wanted):
        rule = T("This is no result of a benchmark: its columns have to begin with {columns}.",
                 columns=", ".join(wanted))  # fmt: skip
        faults.append(Fault(path.name, rule, T("Give the table that `koopopt bench` wrote.")))
    elif not faults and len(lines) == 1:
        faults.append(Fault(path.name, T("The table has no rows."), stored.COMPUTE_ANEW))
    if faults:
        raise DataError(faults)
    found = [_row(path.name, row, cells, faults) for row, cells in lines[1:]]
    for (number, _), one, before in zip(lines[1:], found, _seen(found), strict=True):
        if before:
            rule = T("This seed stands twice in its cell: {cell}.", cell=", ".join(one.cell))
            remedy = T("Keep one of the rows.")
            faults.append(Fault(path.name, rule, remedy, row=number, column="seed", value=one.seed))
    if faults:
        raise DataError(faults)
    return tuple(found)


def _seen(rows: list[benchmarks.Row]) -> list[bool]:
    """Return for each row whether its cell and seed stood above."""
    known: set[tuple[Any, ...]] = set()
    again = []
    for row in rows:
        again.append((row.cell, row.seed) in known)
        known.add((row.cell, row.seed))
    return again


def _row(name: str, number: int, cells: list[str], faults: list[Fault]) -> benchmarks.Row:
    wide = [*cells, *[""] * len(benchmarks.COLUMNS)]
    held = dict(zip(benchmarks.COLUMNS, map(str.strip, wide), strict=False))
    measures: dict[str, float | None] = {}
    for column in benchmarks.MEASURES:
        try:
            value = float(held[column]) if held[column] else math.nan
            wrong = column in ("seconds", "gap", "peak_mb") and value < 0
        except ValueError:
            value, wrong = math.nan, True
        if wrong:
            rule = T("This is no number that may stand here.")
            remedy = T("Write a number such as 10 or 0.5.")
            faults.append(Fault(name, rule, remedy, row=number, column=column, value=held[column]))
        measures[column] = value if math.isfinite(value) else None
    return benchmarks.Row(
        cell=tuple(held[key] for key in benchmarks.KEYS), seed=held["seed"],
        status=held["status"], measures=measures, version=held["version"],
        machine=held["machine"],
    )  # fmt: skip


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError([too_large(path.name)])
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        rule = T("The file cannot be read: {reason}.", reason=why(error))
        raise DataError([Fault(path.name, rule, T("Check the path and the file."))]) from None
    except UnicodeDecodeError:
        remedy = T("Save it as UTF-8 (in Excel: CSV UTF-8).")
        raise DataError([Fault(path.name, T("The file is not UTF-8 text."), remedy)]) from None
