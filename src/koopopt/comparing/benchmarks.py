"""Two results of benchmarks: cell by cell, and a change only where it is beyond the seeds.

A cell is a set, an instance, a formulation and a back end; its runs differ by their seeds. What
differs between two runs of one cell on one machine is noise, so B differs from A where all its
seeds lie beyond all of A's, and the medians further apart than both sides spread: three seeds alone
lie beyond three others one time in ten by chance. With one seed on a side the noise is unknown.
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
        groups=tuple(_groups(cells, mine, other)), cells=cells,
        only_a=tuple(k for k in mine if k not in other),
        only_b=tuple(k for k in other if k not in mine),
    )  # fmt: skip


def are_equal(found: Benchmarks) -> bool:
    """Whether both have the same cells and outcomes, and no group changed beyond the seeds.

    Of seconds and memory in single cells some change by chance where there are many.
    """
    changed = any(
        cell.status_a != cell.status_b or any(map(_differs, cell.measures)) for cell in found.cells
    )
    changed = changed or any(group.verdict in ("higher", "lower") for group in found.groups)
    return not (found.only_a or found.only_b or changed)


def _differs(m: Measure) -> bool:
    """Whether the answers differ: beyond their seeds, or at all where seeds are few."""
    if m.name in ("seconds", "peak_mb"):
        return False
    return m.verdict in ("higher", "lower") or (m.verdict == "unknown" and _ends(m.a) != _ends(m.b))


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
    """Say whether B differs from A by more than the seeds of both do."""
    if a is None or b is None or min(a.seeds, b.seeds) < 2:
        return "unknown"
    if abs(b.middle - a.middle) <= (a.high - a.low) + (b.high - b.low):
        return "within"
    if b.low > a.high:
        return "higher"
    return "lower" if b.high < a.low else "within"


Cells = Mapping[tuple[str, ...], Sequence[Row]]


def _groups(cells: Sequence[Cell], mine: Cells, other: Cells) -> Iterable[Group]:
    by: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        by.setdefault((cell.set, cell.formulation, cell.solver), []).append(cell)
    everything = [*by.items()]
    if len(everything) > 1:
        everything.append((("", "", ""), [*cells]))
    for (set_, formulation, solver), inside in everything:
        with_time = [
            (c, m) for c in inside for m in c.measures if m.name == "seconds" and m.a and m.b
        ]
        timed = [m for _, m in with_time]
        if not timed:
            continue
        keys = [(c.set, c.instance, c.formulation, c.solver) for c, _ in with_time]
        spreads = [_by_seed([side[key] for key in keys]) for side in (mine, other)]
        a, b = (shifted_mean([_middle(m, side) for m in timed]) for side in "ab")
        count = [m.verdict for m in timed].count
        yield Group(
            set=set_, formulation=formulation, solver=solver, cells=len(timed), seconds_a=a,
            seconds_b=b, ratio=(b + SHIFT) / (a + SHIFT), a=spreads[0], b=spreads[1],
            verdict=verdict(*spreads), faster=count("lower"),
            slower=count("higher"), within=count("within"), unknown=count("unknown"),
        )  # fmt: skip


def _by_seed(cells: Sequence[Sequence[Row]]) -> Spread | None:
    """Return the spread of the mean seconds, one a seed that has them in all cells."""
    by = [
        {row.seed: value for row in rows if (value := row.measures["seconds"]) is not None}
        for rows in cells
    ]
    common = [seed for seed in by[0] if all(seed in known for known in by)]
    means = [shifted_mean([known[seed] for known in by]) for seed in common]
    if not means:
        return None
    return Spread(seeds=len(means), low=min(means), middle=median(means), high=max(means))


def _middle(measure: Measure, side: str) -> float:
    spread: Spread = getattr(measure, side)
    return spread.middle


def shifted_mean(values: Sequence[float], shift: float = SHIFT) -> float:
    """Return the shifted geometric mean: exp(mean(log(value + shift))) - shift."""
    return math.exp(sum(math.log(v + shift) for v in values) / len(values)) - shift
