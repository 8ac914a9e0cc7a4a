"""Two results of benchmarks: cell by cell, and a change only where it is beyond the seeds.

A cell is a set, an instance, a formulation and a back end; its runs differ by their seeds. What
differs between two runs of one cell on one machine is noise, so B differs from A where all its
seeds lie beyond all of A's. With one seed on a side the noise is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from koopopt.comparing.values import Benchmarks, Cell, Group, Measure, Spread, Verdict

KEYS: Final = ("set", "instance", "formulation", "solver")
MEASURES: Final = ("seconds", "value", "bound", "gap", "peak_mb")
COLUMNS: Final = (
    *KEYS, "seed", "status", "seconds", "value", "bound", "gap", "peak_mb", "version", "machine",
)  # fmt: skip
"""How the header of a result begins; more may follow."""
SHIFT: Final = 1.0
"""Seconds added before the logarithm: noise of tiny times does not weigh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run of a benchmark; a measure that it has not is None."""

    cell: tuple[str, ...]
    seed: str
    status: str
    measures: Mapping[str, float | None]
    version: str
    machine: str


def compare(a: Sequence[Row], b: Sequence[Row]) -> Benchmarks:
    """Return what differs in two results."""
    mine, other = _by_cell(a), _by_cell(b)
    cells = tuple(_cell(key, mine[key], other[key]) for key in mine if key in other)
    return Benchmarks(
        machines_a=_once(r.machine for r in a), machines_b=_once(r.machine for r in b),
        versions_a=_once(r.version for r in a), versions_b=_once(r.version for r in b),
        groups=tuple(_groups(cells)), cells=cells,
        only_a=tuple(k for k in mine if k not in other),
        only_b=tuple(k for k in other if k not in mine),
    )  # fmt: skip


def are_equal(found: Benchmarks) -> bool:
    """Whether both have the same cells, the same outcomes and no change beyond the seeds."""
    changed = any(
        cell.status_a != cell.status_b
        or any(m.verdict in ("higher", "lower") or _differs(m) for m in cell.measures)
        for cell in found.cells
    )
    return not (found.only_a or found.only_b or changed)


def _differs(m: Measure) -> bool:
    """Whether a number of few seeds differs at all; times and memory always do a little."""
    if m.name in ("seconds", "peak_mb"):
        return False
    return (m.a is None) != (m.b is None) or (m.verdict == "unknown" and _ends(m.a) != _ends(m.b))


def _ends(spread: Spread | None) -> tuple[float, float] | None:
    return None if spread is None else (spread.low, spread.high)


def _by_cell(rows: Iterable[Row]) -> dict[tuple[str, ...], list[Row]]:
    cells: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        cells.setdefault(row.cell, []).append(row)
    return cells


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def _cell(key: tuple[str, ...], a: Sequence[Row], b: Sequence[Row]) -> Cell:
    measures = (_measure(name, _spread(name, a), _spread(name, b)) for name in MEASURES)
    return Cell(
        **dict(zip(KEYS, key, strict=True)),
        status_a=_once(r.status for r in a), status_b=_once(r.status for r in b),
        measures=tuple(m for m in measures if m.a or m.b),
    )  # fmt: skip


def _spread(name: str, rows: Sequence[Row]) -> Spread | None:
    known = [value for r in rows if (value := r.measures[name]) is not None]
    if not known:
        return None
    return Spread(seeds=len(known), low=min(known), middle=median(known), high=max(known))


def _measure(name: Any, a: Spread | None, b: Spread | None) -> Measure:
    ratio = b.middle / a.middle if a and b and a.middle > 0 and b.middle > 0 else None
    ratio = ratio if ratio is not None and math.isfinite(ratio) else None
    return Measure(name=name, a=a, b=b, ratio=ratio, verdict=verdict(a, b))


def verdict(a: Spread | None, b: Spread | None) -> Verdict:
    """Say whether all seeds of B lie beyond all of A's."""
    if a is None or b is None or min(a.seeds, b.seeds) < 2:
        return "unknown"
    if b.low > a.high:
        return "higher"
    return "lower" if b.high < a.low else "within"


def _groups(cells: Sequence[Cell]) -> Iterable[Group]:
    by: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        by.setdefault((cell.set, cell.formulation, cell.solver), []).append(cell)
    everything = [*by.items()]
    if len(everything) > 1:
        everything.append((("", "", ""), [*cells]))
    for (set_, formulation, solver), inside in everything:
        timed = [m for c in inside for m in c.measures if m.name == "seconds" and m.a and m.b]
        if not timed:
            continue
        a, b = (shifted_mean([_middle(m, side) for m in timed]) for side in "ab")
        count = [m.verdict for m in timed].count
        yield Group(
            set=set_, formulation=formulation, solver=solver, cells=len(timed), seconds_a=a,
            seconds_b=b, ratio=(b + SHIFT) / (a + SHIFT), faster=count("lower"),
            slower=count("higher"), within=count("within"), unknown=count("unknown"),
        )  # fmt: skip


def _middle(measure: Measure, side: str) -> float:
    spread: Spread = getattr(measure, side)
    return spread.middle


def shifted_mean(values: Sequence[float], shift: float = SHIFT) -> float:
    """Return the shifted geometric mean: exp(mean(log(value + shift))) - shift."""
    return math.exp(sum(math.log(v + shift) for v in values) / len(values)) - shift
