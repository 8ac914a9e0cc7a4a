"""p-medians and facility location by `auto` against a strong model in HiGHS, to a gap of 0.

    python benchmarks/location.py [--rounds 3] [--only NAME,NAME]

The strong model has a row x[i,h] ≤ y[h] for every pair, x continuous, y binary, and is handed to
HiGHS in bulk. All run alternately, each in a process of its own on one thread:

    koopopt   `koopopt solve` of the folder
    strong    reads the same folder with `koopopt.read`, then the strong model
    bare      the strong model of costs in a numpy file, without koopopt

Printed are CPU seconds of whole processes (medians of the rounds), the ratios of koopopt to the two
others, and peak memory. The bar: 1.5 times for p-medians, 2 times for facility location, 1 GB.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one thread, before numpy is imported

import argparse
import csv
import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

Costs = dict[str, Any]
ALONE = 50_000.0
"""EUR a year for a customer of facility location whom no site serves."""


def sited(folder: Path, customers: int, sites: int) -> Path:
    """Write facility location: customers, and sites of which each costs 3,000 EUR a year."""
    from limits import location

    dice = np.random.default_rng(sites)
    location(folder, customers)
    ids = [f"S{k:04d}" for k in range(sites)]
    head = ["id", "name", "lat", "lon", "service", "fixed_cost"]
    rows = [[i, i, 50 + dice.random(), 10 + 1.5 * dice.random(), "place", 3000] for i in ids]
    with (folder / "sites.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    towns = [f"{k:04d}" for k in range(customers)]
    with (folder / "alone_cost.csv").open("w", newline="", encoding="utf-8") as file:
        head = ["municipality", "service", "cost"]
        csv.writer(file).writerows([head, *([t, "place", ALONE] for t in towns)])
    for name, old, new in (
        ("place.toml", "fixed = 3000.0", "fixed = 0.0"),
        ("pool.toml", "services =", "min_members = 1\nservices ="),
        ("instance.toml", "[rules]\n", f"[rules]\nseats = {json.dumps(ids)}\n"),
    ):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return folder


def cases(root: Path) -> list[tuple[Path, float]]:
    """Write all instances; return them with the ratio that is the bar."""
    from limits import location

    medians = [(100, 5), (200, 5), (200, 10), (400, 5), (400, 20)]
    found = [(location(root / f"p-median-{n}-{p}", n, p=p), 1.5) for n, p in medians]
    sizes = [(50, 100), (100, 100), (100, 300), (100, 1000)]
    found += [(sited(root / f"location-{n}x{m}", n, m), 2.0) for n, m in sizes]
    return [*found, (location(root / "location-400", 400), 2.0)]


def costs(folder: Path) -> Costs:
    """Return what customers cost at seats, seats, customers alone, and how many may be open."""
    import koopopt
    from koopopt.criteria import CRITERIA
    from koopopt.problem import Problem

    problem = Problem.of(koopopt.read(folder))
    facts, weights = problem.facts, problem.weights
    n, euro = facts.n, float(weights.get("cost", 0))
    travel = CRITERIA["travel"].terms(facts, 0)
    assert travel is not None
    seats = np.arange(n, facts.places) if facts.places > n else np.arange(n)
    fixed = facts.alone_cents[0] if facts.places == n else np.full(len(seats), 300_000)
    return {
        "pair": float(weights["travel"]) * travel[:, seats] / CRITERIA["travel"].per_one,
        "seat": euro * fixed / 100,
        "alone": np.full(n, euro * ALONE if facts.places > n else math.inf),
        "most": min([len(seats), *(int(c.high) for c in problem.plan_conditions.counts)]),
    }


def strong(given: Costs) -> float:
    """Return the optimum of the strong model."""
    import highspy

    pair, seat, alone, most = (given[name] for name in ("pair", "seat", "alone", "most"))
    n, m = pair.shape
    x, y = np.arange(n * m), n * m + np.arange(m)
    a = np.flatnonzero(np.isfinite(alone))
    cost = np.concatenate([pair.ravel(), seat, alone[a]])
    columns, rows = len(cost), n + n * m + 1
    entries = [  # served once; open where anybody is; so many open
        (x // m, x, np.ones(n * m)), (a, n * m + m + np.arange(len(a)), np.ones(len(a))),
        (n + x, x, np.ones(n * m)), (n + x, y[x % m], -np.ones(n * m)),
        (np.full(m, rows - 1), y, np.ones(m)),
    ]  # fmt: skip
    row, column, value = (np.concatenate([e[k] for e in entries]) for k in range(3))
    order = np.lexsort((row, column))
    integer = np.zeros(columns, np.int32)
    integer[y] = 1
    model = highspy.Highs()
    for option, chosen in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0)):
        model.setOptionValue(option, chosen)
    model.passModel(
        columns, rows, len(order), int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize), 0.0, cost, np.zeros(columns), np.ones(columns),
        np.concatenate([np.ones(n), np.full(n * m + 1, -np.inf)]),
        np.concatenate([np.ones(n), np.zeros(n * m), [float(most)]]),
        np.searchsorted(column[order], np.arange(columns + 1)).astype(np.int32),
        row[order].astype(np.int32), value[order], integer,
    )  # fmt: skip
    model.run()
    return float(model.getInfo().objective_function_value)


def measured(command: list[str]) -> tuple[dict[str, Any], float, float]:
    """Run a process; return what it printed, its CPU seconds and its peak memory in MB."""
    quick = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, text=True, env=quick
    )
    assert process.stdout is not None
    table: dict[str, Any] = json.loads(process.stdout.read())
    _, _, used = os.wait4(process.pid, 0)
    return table, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def compare(folder: Path, bar: float, rounds: int) -> None:
    """Run all three, alternately, and print a line."""
    file = folder.parent / f"{folder.name}.npz"
    np.savez(file, **costs(folder))
    ways = {
        "koopopt": ["-m", "koopopt", "solve", str(folder), "--json", "--quiet"],
        "strong": [__file__, "--strong", str(folder)],
        "bare": [__file__, "--strong", str(file)],
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    peak, found = dict.fromkeys(ways, 0.0), {}
    for _ in range(rounds):
        for way, command in ways.items():
            table, took, most = measured(command)
            seconds[way].append(took)
            peak[way] = max(peak[way], most)
            found[way] = table
    own = found["koopopt"]
    same = abs(own["objective"] - found["bare"]["objective"]) <= 1e-6 * abs(own["objective"])
    took = {way: statistics.median(each) for way, each in seconds.items()}
    ratio, bare = took["koopopt"] / took["strong"], took["koopopt"] / took["bare"]
    kept = ratio <= bar and peak["koopopt"] <= 1000 and own["status"] == "optimal" and same
    said = "" if kept else " OVER" if same else " OBJECTIVES DIFFER"
    print(
        f"{folder.name:<18} {took['koopopt']:8.2f} {took['strong']:8.2f} {took['bare']:8.2f}"
        f" {ratio:8.2f} {bare:8.2f} {peak['koopopt']:8.0f} {peak['strong']:8.0f}"
        f"  {own['formulation']:<11}{said}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--strong", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.strong is not None:
        given = dict(np.load(asked.strong)) if asked.strong.is_file() else costs(asked.strong)
        print(json.dumps({"objective": strong(given)}))
        return
    print("case                koopopt   strong     bare    ratio  to bare  peak MB   strong  by")
    with tempfile.TemporaryDirectory() as root:
        for folder, bar in cases(Path(root)):
            if not asked.only or folder.name in asked.only.split(","):
                compare(folder, bar, asked.rounds)


if __name__ == "__main__":
    main()
