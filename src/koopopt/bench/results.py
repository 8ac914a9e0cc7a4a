"""What a benchmark measured, on disk: a row a run, kept as soon as it is known, and how it ran.

    results.csv      a row a run; with pyarrow also results.parquet
    trajectory.csv   value and bound of runs as they got better
    settings.json    what rows of one folder have in common

A folder holds runs of one setting, so that its rows can be compared; more methods, instances and
seeds of the same setting may come later.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from koopopt.errors import UsageError
from koopopt.language.inert import from_cell, in_cell
from koopopt.storage import files
from koopopt.storage.bench_schema import ResultRow, TrajectoryRow
from koopopt.text import T

RESULTS: Final = "results.csv"
PARQUET: Final = "results.parquet"
TRAJECTORY: Final = "trajectory.csv"
SETTINGS: Final = "settings.json"
PAGE: Final = "index.html"
FILES: Final = (RESULTS, PARQUET, TRAJECTORY, SETTINGS, PAGE)
PROVEN: Final = ("optimal", "infeasible")
"""Status of runs that leave nothing open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(ResultRow):
    """One run. The fields are the columns of `results.csv`; what is not known is None."""

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What tells a run from all others of its folder."""
        return self.set, self.instance, self.formulation, self.solver, self.seed

    @property
    def method(self) -> str:
        """How it was solved, in short."""
        return f"{self.formulation} · {self.solver}"

    @property
    def proven(self) -> bool:
        """Whether nothing is left open."""
        return self.status in PROVEN


COLUMNS: Final = tuple(field.name for field in fields(Row))
_WHOLE: Final = ("seed", "size", "services", "points")
_REAL: Final = ("seconds", "value", "bound", "gap", "peak_mb", "best_value", "best_bound",
                "time_limit", "memory_mb")  # fmt: skip
TRACK: Final = tuple(field.name for field in fields(TrajectoryRow))
Track = Mapping[tuple[str, str, str, str, int], Sequence[tuple[float, float | None, float | None]]]
"""By run: seconds, value and bound, as they got better."""


class Folder:
    """The folder of a benchmark: rows that are there, and more as they become known.

    Parameters
    ----------
    path : Path
    settings : mapping
        What all rows have in common.

    Raises
    ------
    UsageError
        Where the folder cannot be written to, or holds rows of another setting.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        self.path = path
        _demand_same(path, settings)
        files.prepare(path, FILES)
        self.rows = read(path) if (path / RESULTS).is_file() else []
        known = {row.key for row in self.rows}
        self.track = {key: at for key, at in read_track(path).items() if key in known}
        files.replace(path / SETTINGS, json.dumps(settings, indent=2, ensure_ascii=False) + "\n")
        # A process that was killed may have left half a line: what is whole is written anew.
        files.replace_table(path / RESULTS, COLUMNS, [_cells(row) for row in self.rows])
        files.replace_table(path / TRAJECTORY, TRACK, _lines(self.track))

    def known(self) -> set[tuple[str, str, str, str, int]]:
        """Return the keys of the runs that are there."""
        return {row.key for row in self.rows}

    def add(self, row: Row, track: Sequence[tuple[float, float | None, float | None]]) -> None:
        """Keep a row, its trajectory first: a row on disk has everything."""
        self.track[row.key] = list(track)
        _append(self.path / TRAJECTORY, _lines({row.key: track}))
        _append(self.path / RESULTS, [_cells(row)])
        self.rows.append(row)

    def finish(self) -> list[Path]:
        """Write the rows as Parquet too, where pyarrow is there; return what there is."""
        written = [self.path / RESULTS, self.path / TRAJECTORY]
        if find_spec("pyarrow") and self.rows:
            import pandas as pd

            with (self.path / PARQUET).open("wb") as file:
                pd.DataFrame([asdict(row) for row in self.rows]).to_parquet(file, index=False)
            written.append(self.path / PARQUET)
        return written


def _demand_same(path: Path, settings: Mapping[str, Any]) -> None:
    """Raise `UsageError` where a folder holds something else, or rows of another setting."""
    file = path / SETTINGS
    if not file.is_file():
        if (path / RESULTS).exists():
            raise UsageError(
                T("{path} has results, but no {file} that says how they were measured. Name"
                  " another folder with --out.", path=repr(str(path)), file=SETTINGS)
            )  # fmt: skip
        return
    try:
        known = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        known = None
    if not isinstance(known, dict):
        raise UsageError(
            T("{path} is damaged. Name another folder with --out.", path=repr(str(file)))
        )
    other = [key for key in {**known, **settings} if known.get(key) != settings.get(key)]
    if other and (path / RESULTS).is_file() and read(path):
        told = "; ".join(f"{key}: {known.get(key)} ≠ {settings.get(key)}" for key in other)
        raise UsageError(
            T("{path} holds runs of another setting ({differences}). Name another folder with"
              " --out, or ask as before.", path=repr(str(path)), differences=told)
        )  # fmt: skip


def read(path: Path) -> list[Row]:
    """Return the rows of a folder that are whole.

    Raises
    ------
    UsageError
        Where its table has other columns.
    """
    with (path / RESULTS).open(encoding="utf-8", newline="") as file:
        table = csv.reader(file)
        head = tuple(next(table, ()))
        if head and head != COLUMNS:
            raise UsageError(
                T("{path} has other columns than this version of koopopt writes. Name another"
                  " folder with --out.", path=repr(str(path / RESULTS)))
            )  # fmt: skip
        lines = [line for line in table if len(line) == len(COLUMNS)]
    found: dict[tuple[str, str, str, str, int], Row] = {}
    for line in lines:
        try:
            row = Row(**{name: _value(name, cell) for name, cell in zip(head, line, strict=True)})
        except (TypeError, ValueError):
            continue
        found[row.key] = row
    return list(found.values())


def _value(name: str, cell: str) -> Any:
    if name in _WHOLE:
        return int(cell) if cell else None
    if name in _REAL:
        return float(cell) if cell else None
    return from_cell(cell)


def read_track(
    path: Path,
) -> dict[tuple[str, str, str, str, int], list[tuple[float, float | None, float | None]]]:
    """Return the trajectories of a folder by the keys of their runs, as far as lines are whole."""
    found: dict[Any, list[tuple[float, float | None, float | None]]] = {}
    if not (path / TRAJECTORY).is_file():
        return found
    with (path / TRAJECTORY).open(encoding="utf-8", newline="") as file:
        for line in list(csv.reader(file))[1:]:
            if len(line) != len(TRACK):
                continue
            try:
                key = (*(from_cell(cell) for cell in line[:4]), int(line[4]))
                value, bound = (float(cell) if cell else None for cell in line[6:])
                found.setdefault(key, []).append((float(line[5]), value, bound))
            except ValueError:
                continue
    return found


def _cells(row: Row) -> list[Any]:
    return [getattr(row, name) for name in COLUMNS]


def _lines(track: Track) -> Iterable[list[Any]]:
    for key, points in track.items():
        for point in points:
            yield [*key, *point]


def _append(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            writer.writerow([in_cell(v) if isinstance(v, str) else v for v in row])
