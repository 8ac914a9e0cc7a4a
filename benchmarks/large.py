"""Synthetic counties with 40 municipalities, 5 services, ≤ 8 members, ≤ 2 partner seats.

    python benchmarks/large.py [--threads N]

Prints for each county the number of coalitions a service, the seconds to a proven gap of 0, the
share of that spent building the pool (enumerating and evaluating it), and the gap. The first solve
of a process that is timed comes after a small one, so that compiled code is loaded.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import time

import koopopt
import synthetic
from koopopt.formulations.partition import pools

CASES = {
    "40, real number of neighbours": {},
    "40, 1.3 million coalitions": {"neighbours": 0.49},
    "40, elasticity 0.6": {"elasticity": 0.6},
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--limit", type=float, default=300.0)
    asked = parser.parse_args()
    koopopt.solve(synthetic.county(neighbours=0.7), gap=1.0)
    for title, choices in CASES.items():
        problem = koopopt.Problem.of(synthetic.county(**choices))
        began = time.perf_counter()
        counts = [len(pool) for pool in pools(problem)]
        built = time.perf_counter() - began
        began = time.perf_counter()
        result = koopopt.solve(problem, threads=asked.threads, time_limit=asked.limit)
        seconds = time.perf_counter() - began
        print(
            f"{title}: {max(counts):,} coalitions a service, {seconds:.1f} s,"
            f" building {built:.2f} s ({built / seconds:.0%}), {result.status.value},"
            f" gap {result.gap if result.gap is not None else float('nan'):.1e},"
            f" objective {result.objective:,.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
