"""The questions about a case beside one plain solve of it, in one run.

    python benchmarks/inquiries.py [--only NAME,...] [--samples N] [--limit SECONDS] [--workers N]

On the Werra-Meißner-Kreis: the price of every rule, each municipality saying no to each
partnership, numbers with ranges, and the largest regret over ten scenarios that are far apart, and
over ten such as a council plans with. Prints wall and CPU
seconds, those of processes included, and how many times the CPU seconds of a plain solve; then how
much of the answer is proven. A question that reaches the limit is told with what it has.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one thread, before numpy is imported

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import replace

import koopopt
from koopopt.case.scenario import Scenario
from koopopt.inquiry import ranges
from koopopt.inquiry.asking import Inquiry
from koopopt.inquiry.changes import refusals
from koopopt.inquiry.prices import prices
from koopopt.inquiry.scenarios import solving
from koopopt.inquiry.whatif import what_if

CASE = "werra-meissner"
SCENARIOS = (
    *(Scenario(id=f"people-{100 * f:.0f}", population=f) for f in (0.7, 0.8, 0.9, 1.1, 1.2)),
    Scenario(id="cost", cost=1.3),
    Scenario(id="travel", travel=1.5),
    Scenario(id="size", elasticity={"water": 0.84, "wastewater": 0.9}),
    Scenario(id="fewer-dearer-farther", population=0.85, cost=1.15, travel=1.2),
    Scenario(id="more-nearer", population=1.1, travel=0.8, elasticity={"water": 0.97}),
)

NEAR = (
    *(Scenario(id=f"people-{y}", population=f)
      for y, f in ((2030, 0.98), (2035, 0.95), (2040, 0.92), (2045, 0.88))),
    Scenario(id="more-nearer", population=1.05, travel=0.9),
    Scenario(id="cost", cost=1.1),
    Scenario(id="travel", travel=1.2),
    Scenario(id="water", elasticity={"water": 0.9}),
    Scenario(id="wastewater", elasticity={"wastewater": 0.93}),
    Scenario(id="fewer-dearer-farther", population=0.9, cost=1.05, travel=1.1),
)  # fmt: skip


def cpu() -> float:
    """CPU seconds of this process and of those that have ended."""
    who = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    own, others = map(resource.getrusage, who)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def questions(asked: argparse.Namespace) -> dict[str, Callable[[], str]]:
    """Return what is measured; each says how much of its answer is proven."""
    problem = koopopt.Problem.of(koopopt.read(CASE))
    workers, limit = asked.workers, asked.limit

    def inquiry() -> Inquiry:
        return Inquiry(problem, workers=workers, time_limit=limit)

    def price() -> str:
        found = prices(inquiry())
        return f"{sum(p.without.exact for p in found)} of {len(found)}"

    def whatif() -> str:
        asking = inquiry()
        assert asking.best.plan is not None
        found = what_if(asking, refusals(problem.instance, asking.best.plan))
        known = sum(w.county.exact or w.county.status.value == "infeasible" for w in found)
        return f"{known} of {len(found)}"

    def varied() -> str:
        evaluation = koopopt.solve(problem).evaluation
        assert evaluation is not None
        found = ranges.ranges(
            evaluation, samples=asked.samples, workers=workers, time_limit=limit
        )  # fmt: skip
        return f"{len(found.proven) + found.without_plan} of {asked.samples}"

    def regret(scenarios: tuple[Scenario, ...]) -> str:
        instance = replace(problem.instance, scenarios=scenarios)
        found = solving.solve(koopopt.Problem.of(instance), "regret", time_limit=limit)
        own = sum(optimum.proven for optimum in found.optima)
        return f"{own} of {len(scenarios)} optima, {found.status.value}"

    return {"price": price, "whatif": whatif, "ranges": varied,
            "regret": lambda: regret(SCENARIOS), "regret-near": lambda: regret(NEAR)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--limit", type=float, default=120.0, help="seconds a question")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    koopopt.solve(koopopt.read("three-villages"))  # imports, compiled code
    before = cpu()
    koopopt.solve(koopopt.read(CASE))
    plain = cpu() - before
    print(f"plain solve: {plain:.2f} CPU s")
    print("question      wall s    CPU s  solves  proven")
    for name, question in questions(asked).items():
        if asked.only and name not in asked.only.split(","):
            continue
        began, before = time.perf_counter(), cpu()
        said = question()
        wall, took = time.perf_counter() - began, cpu() - before
        print(f"{name:<11} {wall:8.1f} {took:8.1f} {took / plain:7.1f}  {said}", flush=True)


if __name__ == "__main__":
    main()
