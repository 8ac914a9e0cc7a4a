"""A session against fresh solves of the same questions, in one run, on one thread.

    python benchmarks/session.py [--only NAME,...] [--rounds N]

For each case: ten weight vectors, five limits on travel, size rules tightened and loosened, and the
population between -5 % and +5 %. Every question is solved from scratch and by a session, in turns;
each kind begins with a session that has solved the case once (counted on neither side). Prints CPU
seconds; stops if values differ.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one thread, before numpy is imported

import argparse
import time
from collections.abc import Callable
from typing import Any, TypeVar

import koopopt
import synthetic

T = TypeVar("T")
Changes = list[dict[str, Any]]


def questions(instance: koopopt.Instance, largest: int) -> dict[str, Changes]:
    travel = koopopt.solve(instance).criteria["travel"]
    people = {m.id: m.population for m in instance.municipalities}
    growth = (-0.05, -0.03, -0.01, 0.02, 0.05)
    return {
        "weights": [
            {"weights": {"travel": float(w)}} for w in (8, 9, 11, 12, 14, 16, 20, 25, 30, 40)
        ],
        "limits": [{"limits": {"travel": share * travel}} for share in (0.99, 0.95, 0.9, 0.8, 0.7)],
        "size rules": [
            {"rules": {"max_members": largest - k}} for k in (1, 2, 3, 2, 1)
        ],
        "population": [
            {"population": {town: float(round((1 + g) * p)) for town, p in people.items()}}
            for g in growth
        ],
    }  # fmt: skip


def cpu(call: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    found = call()
    return time.process_time() - began, found


def compare(instance: koopopt.Instance, changes: Changes) -> tuple[float, float]:
    fresh = warm = 0.0
    with koopopt.Session(instance) as session:
        session.solve()
        for change in changes:
            # Making the changed problem is part of both.
            took, found = cpu(lambda change=change: session.solve(**change))
            warm += took
            with koopopt.Session(instance) as other:
                took, alone = cpu(lambda change=change: koopopt.solve(other.problem(**change)))
            fresh += took
            assert found.status is alone.status
            assert found.objective == alone.objective, "session and solve disagree"
    return fresh, warm


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    cases = {
        "werra-meissner": (koopopt.read("werra-meissner"), 8),
        "synthetic-30-4": (synthetic.county(30, 4, max_members=6), 6),
        "synthetic-40-5": (synthetic.county(40, 5, max_members=7), 7),
    }
    koopopt.solve(synthetic.county(), gap=1.0)  # imports, compiled code
    print("case             kind        questions   fresh s  session s  ratio")
    for name, (instance, largest) in cases.items():
        if asked.only and name not in asked.only.split(","):
            continue
        for kind, changes in questions(instance, largest).items():
            runs = [compare(instance, changes) for _ in range(asked.rounds)]
            fresh, warm = (min(times) for times in zip(*runs, strict=True))
            print(
                f"{name:<16} {kind:<11} {len(changes):9d} {fresh:9.2f} {warm:10.2f}"
                f" {fresh / warm:6.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
