"""Complete fronts of generic programs and of the county, against two other ways to find them.

    python benchmarks/front.py [--limit SECONDS] [--peer PYTHON] [--only NAME,...] [--quick]

In one run, on one thread a process: koopopt (HiGHS alone, the portfolio of HiGHS and CP-SAT, the
same with two workers), a plain ε-constraint loop that solves two programs a point, written below on
koopopt's HiGHS, and pyaugmecon, if `--peer` names the interpreter of an environment that has it;
on `cents-2` also with HiGHS' own gap of 1e-4, which is what it does unless told otherwise.
All get the same program with integer objectives; points are compared, and what a method lost is
said. A method that reaches the limit counts with the limit, so its ratio is a lower bound.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one thread, before numpy is imported

import argparse
import json
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import programs

import koopopt
from koopopt.linear import LinearModel, ModelBuilder
from koopopt.pareto.find import front
from koopopt.solvers import Control, Termination, get

Vector = tuple[int, ...]
PROGRAMS: dict[str, Callable[[], LinearModel]] = {
    "location-2": lambda: programs.location(2, 6, 20, 1, 200),
    "cents-2": lambda: programs.cents(6, 20, 1),
    "knapsack-2": lambda: programs.knapsack(2, 60, 1),
    "assignment-2": lambda: programs.assignment(2, 14, 1),
    "packing-2": lambda: programs.packing(2, 60, 45, 1),
    "county-2": lambda: programs.county(3, {"cost": 10_000.0, "travel": 100.0}),
    "knapsack-3": programs.published_knapsack,
    "location-3": lambda: programs.location(3, 6, 20, 1, 10),
}
QUICK: dict[str, Callable[[], LinearModel]] = {
    "location-2": lambda: programs.location(2, 4, 10, 1, 50),
    "cents-2": lambda: programs.cents(4, 10, 1),
    "knapsack-2": lambda: programs.knapsack(2, 25, 1),
    "assignment-2": lambda: programs.assignment(2, 7, 1),
    "packing-2": lambda: programs.packing(2, 30, 30, 1),
    "county-2": lambda: programs.county(3, {"cost": 50_000.0, "travel": 500.0}),
    "location-3": lambda: programs.location(3, 4, 6, 1, 10),
}
OURS = {
    "koopopt": {"solver": "auto", "workers": 1},
    "koopopt, HiGHS": {"solver": "highs", "workers": 1},
    "koopopt, 2 workers": {"solver": "auto", "workers": 2},
}
BASE = "koopopt"


@dataclass(frozen=True)
class Run:
    """What a method did."""

    seconds: float
    points: frozenset[Vector]
    solves: int
    complete: bool


def ours(model: LinearModel, limit: float, **options: object) -> Run:
    """Return what koopopt finds."""
    began = time.perf_counter()
    found = front(model, time_limit=limit, **options)  # type: ignore[arg-type]
    seconds = time.perf_counter() - began
    points = frozenset(tuple(np.rint(v).astype(int).tolist()) for v in found.values)
    return Run(seconds, points, found.solves, found.complete)


class Box:
    """A program with one more row an objective, and HiGHS with a gap of 0."""

    def __init__(self, model: LinearModel, limit: float, spare: float = 0.5) -> None:
        self._spare = spare  # integers: clear of all tolerances
        builder = ModelBuilder()
        columns = builder.columns(model.columns, model.lower, model.upper, model.integer)
        rows = builder.rows(model.rows, model.row_lower, model.row_upper)
        builder.entries(rows[model.index], np.repeat(columns, np.diff(model.start)), model.value)
        for objective in model.objectives:
            row = builder.rows([f"limit[{objective.name}]"])
            builder.entries(row, columns, objective.coefficients)
            builder.objective(objective.name, columns, objective.coefficients)
        self._model = builder.build()
        self._until = time.perf_counter() + limit
        self.solves = 0

    def best(self, weights: Vector, upper: tuple[float, ...]) -> Vector | None:
        """Return the vector of a best solution whose objectives are at most `upper`."""
        left = self._until - time.perf_counter()
        if left <= 0:
            raise TimeoutError
        limits = self._model.row_upper.copy()
        limits[-len(upper) :] = np.array(upper) + self._spare
        self.solves += 1
        model = replace(self._model, row_upper=limits)
        found = get("highs").solve(model, Control(time_limit=left), weights=weights)
        if found.termination is Termination.INFEASIBLE:
            return None
        if found.termination is not Termination.OPTIMAL:
            raise TimeoutError
        values = [objective.coefficients @ found.values for objective in model.objectives]
        return tuple(round(value) if self._spare else float(value) for value in values)


def plain(model: LinearModel, limit: float) -> Run:
    """Return what the ε-constraint loop finds.

    For falling ε it minimises the first objective, then the sum of the others. With three
    objectives that is done for every plane of the third one, from the worst of the last plane down.
    """
    began, box, k = time.perf_counter(), Box(model, limit), len(model.objectives)
    found: set[Vector] = set()
    complete, height = False, (np.inf,) * (k - 2)
    try:
        while not complete:
            plane, epsilon = set(), np.inf
            while first := box.best((1, 0, 0)[:k], (np.inf, epsilon, *height)):
                point = box.best((0, 1, 1)[:k], (first[0], epsilon, *height))
                assert point is not None
                plane.add(point)
                found.add(point)
                epsilon = point[1] - 1
            complete = k == 2 or not plane
            height = tuple(max(p[j] for p in plane) - 1 for j in range(2, k) if plane)
    except TimeoutError:
        pass
    return Run(time.perf_counter() - began, nondominated(found), box.solves, complete)


def nondominated(points: set[Vector]) -> frozenset[Vector]:
    """Return the points that no other dominates."""
    table = np.array(sorted(points)).reshape(len(points), -1)
    kept = [p for p in table if (table <= p).all(axis=1).sum() == 1]
    return frozenset(tuple(p.tolist()) for p in kept)


def peer(
    model: LinearModel, limit: float, python: str, exact: bool, points: frozenset[Vector]
) -> Run | None:
    """Return what pyaugmecon finds with one worker, with a gap of 0 or that of HiGHS.

    It is told the true range of every objective, which it could not know, with one point of its
    grid for every integer. None where it fails.
    """
    table = np.array(sorted(points))
    best, worst = table.min(axis=0)[1:], table.max(axis=0)[1:]
    span = max(1, int((worst - best).max()))  # its grids have the same number of points in each
    start, columns, values = model.by_row()
    told = {
        "lower": _finite(model.lower),
        "upper": _finite(model.upper),
        "rows": [
            (low, columns[a:b].tolist(), values[a:b].tolist(), high)
            for low, high, a, b in zip(
                _finite(model.row_lower), _finite(model.row_upper), start, start[1:], strict=False
            )
        ],
        "objectives": [objective.coefficients.tolist() for objective in model.objectives],
        "range": span,
        "worst": (best + span).tolist(),
        "exact": exact,
    }
    script = Path(__file__).with_name("augmecon.py")
    began = time.perf_counter()
    child = subprocess.Popen(
        [python, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # it starts processes of its own
    )
    try:
        answer, complaint = child.communicate(json.dumps(told).encode(), limit)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        return Run(time.perf_counter() - began, frozenset(), 0, False)
    if child.returncode:
        print(complaint.decode()[-500:])
        return None
    said = json.loads(answer)
    return Run(said["seconds"], frozenset(map(tuple, said["points"])), said["solves"], True)


def _finite(bounds: np.ndarray) -> list[float | None]:
    return [float(b) if np.isfinite(b) else None for b in bounds]


def compare(what: str, model: LinearModel, limit: float, python: str | None) -> None:
    """Time all methods on one program and print a line for each."""
    rows, width = model.shape
    print(f"\n{what}: {width} columns, {rows} rows", flush=True)
    runs: dict[str, Run | None] = {}
    for method, options in OURS.items():
        runs[method] = ours(model, limit, **options)
        tell(method, runs)
    runs["two solves a point"] = plain(model, limit)
    tell("two solves a point", runs)
    if python is not None:
        for method, exact in (("pyaugmecon", True), ("pyaugmecon, gap 1e-4", False)):
            if exact or what == "cents-2":
                runs[method] = peer(model, limit, python, exact, runs[BASE].points)
                tell(method, runs)


def tell(method: str, runs: dict[str, Run | None], same: bool = True) -> None:
    """Print what a method did, and whether it found what the others did, as it should."""
    run, base = runs[method], runs[BASE]
    if run is None:
        print(f"  {method:<20} failed", flush=True)
        return
    assert base is not None
    over = " " if run.complete else ">"
    line = f"  {method:<20} {over}{run.seconds:8.2f} s {len(run.points):5d} points"
    line += f" {run.solves:6d} solves {over}{run.seconds / base.seconds:6.1f}"
    proven = [r for r in runs.values() if r is not None and r.complete]
    reference = proven[0].points if proven else frozenset()
    if same and run.complete and run.points != reference:
        line += f"  LOST {len(reference - run.points)}, {len(run.points - reference)} are wrong"
        assert not method.startswith("koopopt"), line
        assert method != "two solves a point", line
    print(line, flush=True)


def own(members: int | None, units: dict[str, float], limit: float, python: str | None) -> None:
    """Compare on the county's own model: koopopt has its pool, the others the model written out.

    Criteria are not rounded, so each method covers the front up to the resolution with points of
    its own, and their numbers differ.
    """
    what = programs.case(members)
    model = programs.written(members, units)
    print(f"\ncounty's own model, {members or 'any'} members, {model.shape[1]} columns, {units}")
    runs: dict[str, Run | None] = {}
    for workers in (1, 2):
        found = front(what, tuple(units), resolution=units, time_limit=limit, workers=workers)
        values = np.round(found.values / np.array(list(units.values())), 6)
        points = frozenset(map(tuple, values.tolist()))
        name = BASE if workers == 1 else f"koopopt, {workers} workers"
        runs[name] = Run(found.seconds, points, found.solves, found.complete)
        tell(name, runs)
    runs["plain loop, HiGHS"] = steps(model, limit)
    tell("plain loop, HiGHS", runs, same=False)
    if python is not None:
        runs["pyaugmecon, HiGHS"] = peer(model, limit, python, True, runs[BASE].points)
        tell("pyaugmecon, HiGHS", runs, same=False)


def steps(model: LinearModel, limit: float) -> Run:
    """Return what the ε-constraint loop finds that lowers ε by one unit each time."""
    began, box = time.perf_counter(), Box(model, limit, spare=0.0)
    found: set[Vector] = set()
    complete, epsilon = False, np.inf
    try:
        while first := box.best((1, 0), (np.inf, epsilon)):
            point = box.best((0, 1), (first[0] * (1 + 1e-9), epsilon))
            assert point is not None
            found.add(point)
            epsilon = point[1] - 1
        complete = True
    except TimeoutError:
        pass
    return Run(time.perf_counter() - began, frozenset(found), box.solves, complete)


def alone(quick: bool, limit: float) -> None:
    """Time what only koopopt is asked: the county itself, and four objectives."""
    case = koopopt.read("werra-meissner")
    coarse = 10.0 if quick else 1.0
    model = programs.location(4, 4, 4, 1, 100)
    two, three = ("cost", "travel"), ("cost", "travel", "identity")
    fine = {"cost": 1000.0 * coarse, "travel": 10.0 * coarse}
    wide = {"cost": 10_000.0 * coarse, "travel": 100.0 * coarse, "identity": 1000.0 * coarse}
    print("\nOnly koopopt, two workers")
    for what, told, criteria, options in (
        ("location-4, 20 columns (bar: complete in 15 s)", model, (), {}),
        (f"county, cost × travel at {fine} (bar: complete in 300 s)", case, two,
         {"resolution": fine}),
        ("county, 20 representative plans (bar: 30 s)", case, two,
         {"resolution": fine, "points": 20}),
        (f"county, cost × travel × identity at {wide}", case, three, {"resolution": wide}),
    ):  # fmt: skip
        found = front(told, criteria, time_limit=limit, workers=2, **options)
        print(
            f"  {found.seconds:8.2f} s {len(found):5d} points {found.solves:6d} solves"
            f"  {'complete' if found.complete else f'{found.unexplored:.1%} unexplored'}: {what}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=float, default=300.0, help="seconds a method and program")
    parser.add_argument("--peer", help="Python interpreter of an environment with pyaugmecon")
    parser.add_argument("--only", default="", help="names of programs, or `alone`, with commas")
    parser.add_argument("--quick", action="store_true", help="small programs")
    asked = parser.parse_args()
    chosen = QUICK if asked.quick else PROGRAMS
    names = asked.only.split(",") if asked.only else [*chosen, "own-3", "own", "alone"]
    front(programs.knapsack(2, 10, 1), workers=1)  # imports
    print(f"ratios to {BASE!r}; > where the limit of {asked.limit:.0f} s was reached")
    for which in names:
        if which == "alone":
            alone(asked.quick, asked.limit)
        elif which == "own-3":
            own(3, {"cost": 10_000.0, "travel": 100.0}, asked.limit, asked.peer)
        elif which == "own":
            own(None, {"cost": 1000.0, "travel": 10.0}, asked.limit, asked.peer)
        else:
            compare(which, chosen[which](), asked.limit, asked.peer)


if __name__ == "__main__":
    main()
