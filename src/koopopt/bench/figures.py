"""What the rows of a benchmark say: proven counts, shifted geometric means, ratios, profiles.

Methods are compared over the runs that all of them have made (`common`): an instance that one of
them was not asked is left out for all. A run that is not proven counts with its time limit.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from koopopt.bench.results import Row, Track
from koopopt.comparing.benchmarks import shifted_mean

LEAST_SECONDS: Final = 0.01
"""What is shorter counts as this in ratios: clocks and schedulers say no more."""
SAME: Final = 1e-6
"""So much two values may differ relatively that stand for the same: peers compute in floats."""
GRID: Final = 120
"""Points of time in a curve."""


@dataclass(frozen=True, slots=True)
class Line:
    """A method in a table.

    Attributes
    ----------
    method : str
    runs, proven : int
    seconds : float
        Shifted geometric mean.
    ratio : float
        To the least of all methods.
    gap : float or None
        Mean of the runs that are not proven and have one.
    without : int
        Runs that have no plan, or no bound, and are not proven infeasible.
    peak_mb : float or None
        The largest.
    """

    method: str
    runs: int
    proven: int
    seconds: float
    ratio: float
    gap: float | None
    without: int
    peak_mb: float | None


def by_set(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the rows of each set."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.set].append(row)
    return dict(found)


def methods(rows: Iterable[Row]) -> list[str]:
    """Return the methods in the order in which they appear."""
    return list(dict.fromkeys(row.method for row in rows))


def common(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of instances and seeds that every method was asked."""
    asked: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for row in rows:
        asked[row.set, row.instance, row.seed].add(row.method)
    all_of = set(methods(rows))
    return [row for row in rows if asked[row.set, row.instance, row.seed] == all_of]


def counted(row: Row) -> float:
    """Return the seconds that a run counts with."""
    return row.seconds if row.proven else max(row.seconds, row.time_limit)


def lines(rows: Sequence[Row]) -> list[Line]:
    """Return a line a method, over the runs that all have made."""
    there = common(rows)
    means = {m: shifted_mean([counted(r) for r in there if r.method == m]) for m in methods(there)}
    least = max(LEAST_SECONDS, min(means.values(), default=0.0))
    return [_line([r for r in there if r.method == m], mean, least) for m, mean in means.items()]


def _line(rows: Sequence[Row], mean: float, least: float) -> Line:
    gaps = [r.gap for r in rows if not r.proven and r.gap is not None]
    peaks = [r.peak_mb for r in rows if r.peak_mb is not None]
    return Line(
        rows[0].method, len(rows), sum(r.proven for r in rows), mean,
        max(LEAST_SECONDS, mean) / least, sum(gaps) / len(gaps) if gaps else None,
        sum(not r.proven and r.gap is None for r in rows), max(peaks, default=None),
    )  # fmt: skip


def doubts(rows: Iterable[Row]) -> list[tuple[str, str, Row, Row]]:
    """Return instances of which two runs say what cannot both be true.

    One has a bound above the value of the other, beyond what floats lose.
    """
    found = []
    runs: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        runs[row.set, row.instance].append(row)
    for (name, instance), those in runs.items():
        values = [r for r in those if r.value is not None]
        bounds = [r for r in those if r.bound is not None]
        if not values or not bounds:
            continue
        value = min(values, key=lambda r: r.value or 0.0)
        bound = max(bounds, key=lambda r: r.bound or 0.0)
        assert value.value is not None
        assert bound.bound is not None
        if bound.bound > value.value + SAME * max(1.0, abs(value.value)):
            found.append((name, instance, value, bound))
    return found


def against_best(rows: Iterable[Row]) -> tuple[int, int, list[Row]]:
    """Return how many runs reached what is best known, how many are known of, and what is better.

    Better is a plan of a smaller value, or a larger bound, beyond what floats lose.
    """
    reached = known = 0
    better = []
    for row in rows:
        if row.best_value is None or row.best_bound is None:
            continue
        known += 1
        room = SAME * max(1.0, abs(row.best_value))
        reached += row.value is not None and row.value <= row.best_value + room
        smaller = row.value is not None and row.value < row.best_value - room
        if smaller or (row.bound is not None and row.bound > row.best_bound + room):
            better.append(row)
    return reached, known, better


Curve = list[tuple[float, float]]


def profile(rows: Sequence[Row]) -> dict[str, Curve]:
    """Return of each method the share of runs proven within τ times the seconds of the fastest.

    A performance profile after Dolan and Moré (2002): steps, (τ, share from there on).
    """
    there = common(rows)
    fastest: dict[tuple[str, str, int], float] = {}
    for row in there:
        if row.proven:
            key = (row.set, row.instance, row.seed)
            fastest[key] = min(fastest.get(key, math.inf), max(LEAST_SECONDS, row.seconds))
    found = {}
    for method in methods(there):
        mine = [r for r in there if r.method == method]
        ratios = sorted(
            max(LEAST_SECONDS, r.seconds) / fastest[r.set, r.instance, r.seed]
            for r in mine
            if r.proven
        )
        found[method] = [(1.0, 0.0), *((t, (k + 1) / len(mine)) for k, t in enumerate(ratios))]
    end = max((curve[-1][0] for curve in found.values()), default=1.0)
    return {m: [*curve, (max(end * 1.05, 1.5), curve[-1][1])] for m, curve in found.items()}


def over_time(rows: Sequence[Row], track: Track) -> dict[str, Curve]:
    """Return of each method the mean gap at points of time; 1 while plan or bound is missing."""
    there = [row for row in common(rows) if row.status != "infeasible"]
    if not there:
        return {}
    last = max(LEAST_SECONDS * 10, *(row.seconds for row in there))
    steps = math.log(last / LEAST_SECONDS) / (GRID - 1)
    times = [LEAST_SECONDS * math.exp(steps * k) for k in range(GRID)]
    found = {}
    for method in methods(there):
        gaps = [_gaps(row, track.get(row.key, ()), times) for row in there if row.method == method]
        found[method] = [
            (t, sum(each) / len(gaps)) for t, each in zip(times, zip(*gaps, strict=True),
                                                          strict=True)
        ]  # fmt: skip
    return found


def _gaps(
    row: Row, track: Sequence[tuple[float, float | None, float | None]], times: Sequence[float]
) -> list[float]:
    end = 1.0 if row.gap is None else min(1.0, row.gap)  # verified; what was said before is not
    points = [(t, max(end, _gap(v, b))) for t, v, b in track if t <= row.seconds]
    points.append((row.seconds, end))
    found, at, least = [], 0, 1.0
    for time in times:
        while at < len(points) and points[at][0] <= time * (1 + 1e-9):
            least = min(least, points[at][1])
            at += 1
        found.append(least)
    return found


def _gap(value: float | None, bound: float | None) -> float:
    if value is None or bound is None:
        return 1.0
    distance = max(0.0, value - bound)
    return min(1.0, distance / abs(value)) if value else float(distance > 0)


def growth(rows: Iterable[Row]) -> list[Mapping[str, object]]:
    """Return size, seconds, method and whether it is proven, of each run of a known size."""
    return [
        {"size": r.size, "seconds": max(LEAST_SECONDS, counted(r)), "method": r.method,
         "proven": r.proven, "set": r.set}
        for r in rows
        if r.size
    ]  # fmt: skip
