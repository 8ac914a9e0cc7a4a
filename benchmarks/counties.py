"""Any German county to a proven gap of 0, each in a process of its own: how many, how soon.

    python benchmarks/counties.py --data DATA --sample 30 --out counties.csv

DATA is described in `county_data.py`. Four services and the legal forms as in the
Werra-Meißner-Kreis, the county as the one identity area, contiguous partnerships, one thread.
Without `--counties` and `--sample` all counties with more than one municipality are solved. With
`--out` each line is kept as soon as it is known; a later run with the same settings goes on there.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one thread, before numpy is imported

import argparse
import csv
import math
import multiprocessing
import random
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import county_data

import koopopt

GRACE = 30.0
"""Seconds over the limit, for start and end of the process too, after which it is killed."""
COUNT_SECONDS = 5.0
"""For counting the coalitions, which the solve told nobody."""
BARS = (1.0, 10.0, 60.0)
COLUMNS = (
    "ags", "name", "municipalities", "coalitions", "status", "seconds", "gap", "objective",
    "bound", "peak_mb", "formulation", "asked",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is asked of every county."""

    data: Path
    weights: Mapping[str, float]
    members: int | None
    partner_seats: int | None
    formulation: str
    solver: str
    limit: float

    @property
    def rules(self) -> dict[str, Any]:
        given = {"max_members": self.members, "max_partner_seats": self.partner_seats}
        return {"contiguous": True, **{k: v for k, v in given.items() if v is not None}}

    def __str__(self) -> str:
        values = {**self.weights, **self.rules}
        told = " ".join(f"{key}={value}" for key, value in values.items())
        return f"{told} {self.formulation} {self.solver} {self.limit:g}s"


def main() -> None:
    parser = options()
    given = parser.parse_args()
    asked, there, wanted = chosen(parser, given)
    print(f"{len(wanted)} counties, {asked}", flush=True)
    summarise(list(rows(asked, wanted, there, given.out)))


def options() -> argparse.ArgumentParser:
    """Return the options of which counties, asked what, how long."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--counties", help="keys, with commas between them")
    parser.add_argument("--sample", type=int, help="so many, small ones and large ones alike")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--weight", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--members", default="6", help="most members, or none for any number")
    parser.add_argument("--partner-seats", default="3", help="most partner seats, or none")
    parser.add_argument("--formulation", default="auto")
    parser.add_argument("--solver", default="highs")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds a county")
    parser.add_argument("--out", type=Path, help="table to append to and to go on from")
    return parser


def chosen(
    parser: argparse.ArgumentParser, given: argparse.Namespace
) -> tuple[Asked, dict[str, list[county_data.Row]], list[str]]:
    """Return what is asked, all counties, and the keys of those that are meant."""
    weights = {"cost": 1.0, "travel": 1.0}
    weights |= {k: float(v) for k, v in (text.split("=") for text in given.weight)}
    asked = Asked(
        given.data, weights, _most(given.members), _most(given.partner_seats),
        given.formulation, given.solver, given.limit,
    )  # fmt: skip
    there = county_data.counties(given.data)
    wanted = given.counties.split(",") if given.counties else list(there)
    if unknown := [ags for ags in wanted if ags not in there]:
        parser.error(f"no county with more than one municipality: {', '.join(unknown)}")
    if given.sample:
        wanted = sample({ags: len(there[ags]) for ags in wanted}, given.sample, given.seed)
    return asked, there, wanted


def _most(text: str) -> int | None:
    return None if text == "none" else int(text)


def sample(sizes: Mapping[str, int], count: int, seed: int) -> list[str]:
    """Return one county of each of `count` equal parts of all, ordered by size."""
    ordered = sorted(sizes, key=lambda ags: (sizes[ags], ags))
    count = min(count, len(ordered))
    edges = [k * len(ordered) // count for k in range(count + 1)]
    dice = random.Random(seed)
    return [dice.choice(ordered[a:b]) for a, b in pairwise(edges)]


def rows(
    asked: Asked, wanted: list[str], there: Mapping[str, list[dict[str, str]]], out: Path | None
) -> Iterator[dict[str, Any]]:
    """Yield the line of each county, known or new, and print it."""
    known = known_rows(out, str(asked))
    print(
        "ags   name                           n  coalitions status          seconds       gap"
        "      objective          bound  peak MB  formulation"
    )
    for ags in wanted:
        row = known.get(ags)
        if row is None:
            head = {"ags": ags, "name": there[ags][0]["kreis"], "municipalities": len(there[ags])}
            row = {**dict.fromkeys(COLUMNS, ""), **head, **measured(asked, ags), "asked": asked}
            if out is not None:
                append(out, row, COLUMNS)
        value, bound = (
            f"{float(row[k]):,.2f}" if row[k] != "" else "" for k in ("objective", "bound")
        )
        gap = f"{float(row['gap']):.1e}" if row["gap"] != "" else ""
        print(
            f"{ags} {row['name'][:26]:<26} {row['municipalities']:>5} {row['coalitions']:>11}"
            f" {row['status']:<14} {float(row['seconds']):8.2f} {gap:>9} {value:>14} {bound:>14}"
            f" {row['peak_mb']:>8}  {row['formulation']}",
            flush=True,
        )
        yield row


def known_rows(out: Path | None, asked: str) -> dict[str, dict[str, Any]]:
    """Return the lines of a table that were asked the same, by county."""
    if out is None or not out.is_file():
        return {}
    with out.open(encoding="utf-8", newline="") as table:
        found = [row for row in csv.DictReader(table) if None not in row.values()]  # whole lines
    return {row["ags"]: row for row in found if row["asked"] == asked}


def append(out: Path, row: dict[str, Any], columns: Sequence[str]) -> None:
    """Append a line to a table."""
    text = out.read_text("utf-8") if out.is_file() else ""
    with out.open("a", encoding="utf-8", newline="") as table:
        if text and not text.endswith("\n"):
            table.write("\r\n")  # a run was killed while it wrote
        writer = csv.DictWriter(table, columns)
        if not text:
            writer.writeheader()
        writer.writerow(row)


def measured(asked: Asked, ags: str) -> dict[str, Any]:
    """Return what a fresh process says of a county, or what became of the process."""
    return fresh_process(_solved, asked.limit, asked, ags)


def fresh_process(what: Callable[..., None], limit: float, *told: Any) -> dict[str, Any]:
    """Return what `what` sends from a process of its own; it may take `limit` seconds."""
    fresh = multiprocessing.get_context("spawn")
    mine, theirs = fresh.Pipe(duplex=False)
    process = fresh.Process(target=what, args=(theirs, *told))
    began = time.perf_counter()
    process.start()
    theirs.close()
    try:
        if mine.poll(limit + GRACE):
            return mine.recv()
        return {"status": "killed", "seconds": time.perf_counter() - began}
    except EOFError:
        process.join()
        return {"status": f"ended ({process.exitcode})", "seconds": time.perf_counter() - began}
    finally:
        process.kill()
        process.join()


def _solved(out: Connection, asked: Asked, ags: str) -> None:
    case = county_data.county(asked.data, ags, rules=asked.rules, weights=asked.weights)
    koopopt.solve(koopopt.read("three-villages"))  # imports
    began = time.perf_counter()
    result = koopopt.solve(
        case, formulation=asked.formulation, solver=asked.solver, time_limit=asked.limit
    )
    seconds = time.perf_counter() - began
    out.send(
        {
            "coalitions": _coalitions(result.problem),
            "status": result.status.value,
            "seconds": round(seconds, 3),
            "gap": "" if result.gap is None else result.gap,
            "objective": "" if result.objective is None else result.objective,
            "bound": "" if result.bound is None else result.bound,
            "peak_mb": peak_mb(),
            "formulation": result.formulation,
        }
    )


def peak_mb() -> int:
    """Return the peak memory of this process."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


def _coalitions(problem: koopopt.Problem) -> str:
    """Return how many coalitions all services have together, or how many at least."""
    from koopopt.formulations.partition import Partition
    from koopopt.solvers.base import Control, Stopped

    try:
        effort = Partition().estimate(problem, Control(time_limit=COUNT_SECONDS))
    except Stopped:
        return "many"
    return f"{'>' if effort.refusal is not None else ''}{effort.columns:.0f}"


def summarise(found: list[dict[str, Any]]) -> None:
    """Print how many are proven how soon, and the worst of the rest."""
    proven = [float(r["seconds"]) for r in found if r["status"] in ("optimal", "infeasible")]
    print(f"\n{len(proven)} of {len(found)} proven", end="")
    for bar in BARS:
        print(f", {sum(s <= bar for s in proven)} within {bar:g} s", end="")
    if found:
        print(f"; median {statistics.median(float(r['seconds']) for r in found):.2f} s")
        gaps = [float(r["gap"]) if r["gap"] != "" else math.inf for r in found
                if r["status"] != "infeasible"]  # fmt: skip
        peaks = [float(r["peak_mb"]) for r in found if r["peak_mb"] != ""]
        print(
            f"largest gap {max(gaps, default=0.0):.2e}, largest peak {max(peaks, default=0):.0f} MB"
        )
    for row in found:
        if row["status"] not in ("optimal", "infeasible", "feasible"):
            print(
                f"{row['ags']} {row['name']}: {row['status']} after {float(row['seconds']):.0f} s"
            )


if __name__ == "__main__":
    main()
