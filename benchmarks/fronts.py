"""Fronts cost × travel of German counties, each in a process of its own: how many points, how soon.

    python benchmarks/fronts.py --data DATA --sample 20 --limit 180 --out fronts.csv

What is asked of a county is as in `counties.py`, whose options hold here too; `--weight` says where
a front opens. Two fronts each: of so many representative plans (`--points`), and the complete one
at 10,000 EUR and 100 person-hours (`--resolution`); `--only few` and `--only complete` take one.
Seconds are told as they passed and, after a slash, those of the processor: others may use it too.
"""

from __future__ import annotations

import counties  # first: it says how many threads numpy may take

# isort: split
import argparse
import statistics
import time
from multiprocessing.connection import Connection
from typing import Any

import county_data

import koopopt
from koopopt.pareto.find import FrontProgress, front

CRITERIA = ("cost", "travel")
KINDS = ("few", "complete")
COLUMNS = (
    "ags", "name", "municipalities", "kind", "first", "first_cpu", "seconds", "cpu", "points",
    "unproven", "complete", "coverage", "questions", "peak_mb", "ended", "asked",
)  # fmt: skip


def main() -> None:
    parser = counties.options()
    parser.add_argument("--points", type=int, default=20, help="representative plans")
    parser.add_argument("--resolution", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--only", choices=KINDS)
    given = parser.parse_args()
    asked, there, wanted = counties.chosen(parser, given)
    deltas = given.resolution or ["cost=10000", "travel=100"]
    resolution = {name: float(value) for name, value in (text.split("=") for text in deltas)}
    how = {
        "few": {"points": given.points},
        "complete": {"resolution": resolution},
    }
    print(f"{len(wanted)} counties, {asked}", flush=True)
    for kind in [given.only] if given.only else KINDS:
        print(f"\n{kind}: {how[kind]}", flush=True)
        summarise(kind, list(rows(given, asked, wanted, there, kind, how[kind])), asked.limit)


def rows(
    given: argparse.Namespace,
    asked: counties.Asked,
    wanted: list[str],
    there: dict[str, list[county_data.Row]],
    kind: str,
    how: dict[str, Any],
) -> Any:
    """Yield the line of each county, known or new, and print it."""
    told = f"{kind} {how} {asked}"
    known = counties.known_rows(given.out, told)
    print(
        "ags   name                           n       first point           all"
        "  points  unproven  coverage  questions  peak MB"
    )
    for ags in wanted:
        row = known.get(ags)
        if row is None:
            head = {"ags": ags, "name": there[ags][0]["kreis"], "municipalities": len(there[ags])}
            found = counties.fresh_process(_searched, asked.limit, asked, ags, how)
            found["ended"] = found.pop("status", "")
            row = {**dict.fromkeys(COLUMNS, ""), **head, "kind": kind, **found, "asked": told}
            if given.out is not None:
                counties.append(given.out, row, COLUMNS)
        first, last = _seconds(row["first"], row["first_cpu"]), _seconds(row["seconds"], row["cpu"])
        print(
            f"{ags} {row['name'][:26]:<26} {row['municipalities']:>5} {first:>17} {last:>13}"
            f" {row['points']:>7} {row['unproven']:>9} {row['coverage']:>9} {row['questions']:>10}"
            f" {row['peak_mb']:>8}  {row['ended'] or ('complete' if _is_complete(row) else '')}",
            flush=True,
        )
        yield row


def _seconds(wall: Any, cpu: Any) -> str:
    return "–" if wall == "" else f"{float(wall):.1f}" + (f" / {float(cpu):.1f}" if cpu else "")


def _is_complete(row: dict[str, Any]) -> bool:
    return str(row["complete"]) == "True"


def _searched(out: Connection, asked: counties.Asked, ags: str, how: dict[str, Any]) -> None:
    case = county_data.county(asked.data, ags, rules=asked.rules, weights=asked.weights)
    koopopt.solve(koopopt.read("three-villages"))  # imports
    began, cpu = time.perf_counter(), time.process_time()
    first: dict[str, float] = {}

    def tell(progress: FrontProgress) -> None:
        if progress.newest is not None and not first:
            first["first"] = round(time.perf_counter() - began, 2)
            first["first_cpu"] = round(time.process_time() - cpu, 2)

    found = front(
        case, CRITERIA, solver=asked.solver, formulation=asked.formulation,
        time_limit=asked.limit, workers=1, on_progress=tell, **how,
    )  # fmt: skip
    out.send(
        first
        | {
            "seconds": round(time.perf_counter() - began, 2),
            "cpu": round(time.process_time() - cpu, 2),
            "points": len(found),
            "unproven": len(found.unproven),
            "complete": found.complete,
            "coverage": round(found.certificate.coverage, 4),
            "questions": found.solves,
            "peak_mb": counties.peak_mb(),
        }
    )


def summarise(kind: str, found: list[dict[str, Any]], limit: float) -> None:
    """Print in the median how soon, and how many did not end in time."""
    if not found:
        return
    ended = [r for r in found if r["points"] != ""]
    done = [r for r in ended if _is_complete(r) or (kind == "few" and float(r["seconds"]) < limit)]
    print(f"\n{len(done)} of {len(found)} in time", end="")
    for name, column in (("first point", "first"), ("all", "seconds"), ("all, CPU", "cpu")):
        values = [float(r[column]) if r[column] != "" else limit for r in found]
        print(
            f"; {name}: median {statistics.median(values):.1f} s, worst {max(values):.1f} s", end=""
        )
    covers = [float(r["coverage"]) for r in ended]
    print(f"; coverage: median {statistics.median(covers):.3f}, worst {max(covers):.3f}")


if __name__ == "__main__":
    main()
