"""The Werra-Meißner-Kreis, four services, to a proven gap of 0, over seven travel weights.

Times the partition formulation against the assignment formulation handed whole to HiGHS and to
CP-SAT, all in one run, on one thread:

    python benchmarks/county.py [--limit SECONDS] [--only-partition]

A solve that reaches the limit counts with the limit, so the ratios printed are lower bounds.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one thread, before numpy is imported

import argparse
import statistics
import time
from dataclasses import replace

import koopopt

WEIGHTS = (0.0, 1.0, 5.0, 10.0, 20.0, 60.0, 200.0)
RULES = {"contiguous": True, "max_members": 8, "max_partner_seats": 3}
"""Besides the votes of the legal forms and the viable scale of the services."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=float, default=60.0, help="seconds a solve")
    parser.add_argument("--only-partition", action="store_true")
    asked = parser.parse_args()
    case = replace(koopopt.read("werra-meissner"), rules=RULES)
    runs = [("partition", "highs")]
    if not asked.only_partition:
        runs += [("assignment", "highs"), ("assignment", "cp-sat")]
    koopopt.solve(koopopt.read("three-villages"))  # imports
    seconds: dict[tuple[str, str], list[float]] = {run: [] for run in runs}
    print(" travel formulation  solver    seconds        gap  objective")
    for weight in WEIGHTS:
        found = {}
        for formulation, solver in runs:
            began = time.perf_counter()
            result = koopopt.solve(
                case,
                weights={"travel": weight},
                formulation=formulation,
                solver=solver,
                time_limit=asked.limit,
            )
            seconds[formulation, solver].append(time.perf_counter() - began)
            found[formulation, solver] = result
            gap, objective = (
                float("nan") if value is None else value for value in (result.gap, result.objective)
            )
            print(
                f"{weight:7.0f} {formulation:<12} {solver:<8}"
                f" {seconds[formulation, solver][-1]:8.2f} {gap:10.1e} {objective:14.2f}",
                flush=True,
            )
        proven = [r.objective for r in found.values() if r.status is koopopt.Status.OPTIMAL]
        assert max(proven) - min(proven) < 0.005, "formulations disagree"
    total = {run: sum(times) for run, times in seconds.items()}
    ours = seconds["partition", "highs"]
    print(f"\npartition: median {statistics.median(ours):.2f} s, worst {max(ours):.2f} s")
    for run in runs[1:]:
        ratio = total[run] / total["partition", "highs"]
        print(f"{' '.join(run)}: {total[run]:.1f} s in sum, {ratio:.0f} times the partition")


if __name__ == "__main__":
    main()
