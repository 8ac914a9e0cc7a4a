"""The cheapest plan that nobody leaves beside the plain solve of the same county, key by key.

    python benchmarks/stability.py --data DATA --sample 10

DATA is described in `county_data.py`, the counties are asked as in `counties.py`. Each line has the
seconds of the plain solve, those of the stable one, their ratio, and by how much the weighted sum
is larger. Both run in one process, the plain one first; what both need is enumerated in each.
`--kind loss` asks instead that nobody pays more than alone over all services.

    python benchmarks/stability.py --data DATA --country

One service of the whole country at once, at most 4 members: how long it takes to enumerate its
partnerships, to take the core partition, and to look through all of them for one that blocks it.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one thread, before numpy is imported

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import counties
import county_data

import koopopt
from koopopt.rules import Stable
from koopopt.sharing.admissible import Admissible
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import Key
from koopopt.sharing.stability import blocking, core_partition

COUNTRY_RULES = {"contiguous": True, "max_members": 4}


def main() -> None:
    parser = counties.options()
    parser.add_argument("--keys", default="population,equal,alone,30%equal+population")
    parser.add_argument("--kind", default="key", choices=["key", "core", "individual", "loss"])
    parser.add_argument("--value", type=float, default=0.0, help="EUR a person-hour of travel")
    parser.add_argument("--country", action="store_true", help="the whole country at once")
    given = parser.parse_args()
    if given.country:
        country(given.data)
        return
    asked, there, wanted = counties.chosen(parser, given)
    koopopt.solve(koopopt.read("three-villages"))  # imports
    print("ags   name                     n  key                    plain  stable  ratio   price")
    ratios = []
    for ags in wanted:
        case = county_data.county(asked.data, ags, rules=asked.rules, weights=asked.weights)
        plain, seconds = solved(koopopt.Problem.of(case), asked.limit)
        for key in given.keys.split(","):
            problem = asking(case, given.kind, key, given.value)
            stable, longer = solved(problem, asked.limit)
            ratios.append(longer / seconds)
            print(
                f"{ags} {there[ags][0]['kreis'][:22]:<22} {len(there[ags]):>3}  {key:<21}"
                f" {seconds:7.2f} {longer:7.2f} {longer / seconds:6.1f}  {priced(plain, stable)}",
                flush=True,
            )
    print(f"ratio: median {statistics.median(ratios):.2f}, largest {max(ratios):.2f}")


def asking(case: koopopt.Instance, kind: str, key: str, value: float) -> koopopt.Problem:
    """Return the problem with the rule that nobody leaves; `loss`: that nobody loses anything."""
    if kind == "loss":
        keyed = replace(case, rules={**case.rules, "key": key})
        return koopopt.Problem.of(keyed, limits={"largest_loss": 0})
    problem = koopopt.Problem.of(case)
    rule = Stable(kind, key, value)
    return replace(problem, plan_rules=(*problem.plan_rules, rule))


def solved(problem: koopopt.Problem, limit: float) -> tuple[Any, float]:
    """Return what a solve says, and how long it took."""
    began = time.perf_counter()
    result = koopopt.solve(problem, time_limit=limit)
    return result, time.perf_counter() - began


def priced(plain: Any, stable: Any) -> str:
    """Return by how much the best stable plan is worse, or what is known instead."""
    if stable.objective is None:
        return stable.status.value
    more = f"{100 * (stable.objective / plain.objective - 1):6.2f} %"
    proven = stable.status.value == plain.status.value == "optimal"
    return more if proven else f"{more} ({plain.status.value}, {stable.status.value})"


def country(data: Path) -> None:
    """Print how long the core partition of a whole country takes, step by step."""
    problem = koopopt.Problem.of(county_data.country(data, rules=COUNTRY_RULES))
    print(f"{problem.facts.n} municipalities", flush=True)
    every, seconds = timed(lambda: Admissible.of(problem, 0))
    print(f"enumerated {len(every.coalitions)} partnerships: {seconds:.1f} s", flush=True)
    for key in ("population", "equal"):
        burdens = Burdens(problem, 0, Key(key))
        burdens.__dict__["all_of"] = every  # enumerated already
        plan, seconds = timed(lambda burdens=burdens: core_partition(every, burdens))
        found, looking = timed(lambda burdens=burdens, plan=plan: blocking(burdens, plan, 1))
        print(
            f"{key}: {len(plan)} partnerships in {seconds:.1f} s, looked through in"
            f" {looking:.1f} s, {len(found)} block it",
            flush=True,
        )


def timed(what: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a function returns, and how long it took."""
    began = time.perf_counter()
    return what(), time.perf_counter() - began


if __name__ == "__main__":
    main()
