"""Fronts of cents beside millions against enumeration in integers, as many as one likes.

    python benchmarks/exactness.py [--programs N] [--instances N] [--seed S] [--solvers highs,...]
                                   [--verify SHARE] [--seconds T]

Programs have 2 to 4 objectives, the first in cents beside 1e7 to 1e12 EUR; instances have
partnerships that save 1 to 5 cents beside 1e7 to 1e11 EUR and are solved with both formulations.
Back ends and sizes take turns. A front is *right* if it says complete and equals enumeration with
`==`; *open* if it says that it is not complete and nothing that it says is false; else *wrong*.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass, field

import programs  # noqa: F401  # finds the tests' own modules

from koopopt.linear import LinearModel
from koopopt.pareto.find import front
from koopopt.pareto.front import Front
from koopopt.pareto.verify import verify
from koopopt.problem import Problem
from pareto import cents

SIZES = (1e7, 1e8, 1e9, 1e10, 1e11, 1e12)
CRITERIA = (("cost", "travel"), ("cost", "travel", "bodies"), ("travel", "cost", "identity"))
VERDICTS = ("right", "open", "wrong")


@dataclass
class Tally:
    """What came of many fronts: (what, size) -> verdict -> count."""

    counts: dict[tuple[str, float], Counter[str]] = field(default_factory=dict)
    verified: Counter[str] = field(default_factory=Counter)

    def add(self, what: str, size: float, verdict: str) -> None:
        """Count one front."""
        self.counts.setdefault((what, size), Counter())[verdict] += 1

    def show(self) -> None:
        """Print the table."""
        print(f"\n{'':28} {'EUR':>6}", *(f"{v:>6}" for v in VERDICTS))
        everything: Counter[str] = Counter()
        for (what, size), count in sorted(self.counts.items()):
            everything += count
            print(f"{what:28} {size:6.0e}", *(f"{count[v]:6}" for v in VERDICTS))
        print(f"{'all':28} {'':6}", *(f"{everything[v]:6}" for v in VERDICTS))
        print("verify:", dict(self.verified) or "not asked")


def judged(found: Front, right: cents.Values) -> str:
    """Return what a front is worth."""
    values = [point.values for point in found]
    if found.complete:
        return "right" if values == right and found.infeasible == (not right) else "wrong"
    return "open" if set(values) <= set(right) and not found.infeasible else "wrong"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=500)
    parser.add_argument("--instances", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--solvers", default="highs,cp-sat,scip,auto")
    parser.add_argument("--verify", type=float, default=0.1, help="share of fronts to verify")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after")
    asked = parser.parse_args()
    solvers, tally, began = asked.solvers.split(","), Tally(), time.monotonic()

    def one(number: int, what: str, subject: LinearModel | Problem, names: tuple[str, ...],
            right: cents.Values, size: float, **how: str) -> None:  # fmt: skip
        found = front(subject, names, workers=1, **how)
        verdict = judged(found, right)
        tally.add(what, size, verdict)
        if verdict != "right":
            print(verdict, what, f"{size:.0e}", "seed", number, found, found.messages, flush=True)
        if asked.verify and number % max(1, round(1 / asked.verify)) == 0:
            result = verify(found, time_limit=30.0)
            said = "ok" if result.ok else "failed" if result.failed else "undecided"
            tally.verified[f"{verdict}: {said}"] += 1

    for number in range(asked.seed, asked.seed + max(asked.programs, asked.instances)):
        if time.monotonic() - began > asked.seconds:
            break
        if number < asked.seed + asked.programs:
            size, solver = SIZES[number % 6], solvers[number // 6 % len(solvers)]
            made = cents.program(number, size)
            one(number, solver, made.model, (), made.answer(), size, solver=solver)
        if number < asked.seed + asked.instances:
            size, solver = SIZES[number % 5], solvers[number // 5 % len(solvers)]
            problem, names = cents.near_tie(number, size), CRITERIA[number % 3]
            right = cents.of_plans(problem, names)
            for formulation in ("partition", "assignment"):
                what = f"{formulation}, {solver}"
                one(number, what, problem, names, right, size, solver=solver,
                    formulation=formulation)  # fmt: skip
    tally.show()
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
