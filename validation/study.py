"""Counties of six Länder, and the French Creuse, grouped in several ways beside reality.

    python validation/study.py [--data ../shared/data] [--sample 8] [--limit 5]

Groupings without an optimiser are made of all counties, optimal plans (one for each pair of
weights) of so many of each Land, small ones and large ones alike. Each line is kept in
`results/counties.csv` as soon as it is known; a later run goes on there. `tables.py` makes the
tables of README.md of it.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one thread, before numpy is imported

import argparse
import csv
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import inf
from pathlib import Path
from statistics import fmean
from typing import Any, Final

import numpy as np

import agreement
import baselines
import koopopt
import reality
from agreement import Labels
from koopopt.case.library import ALONE_FORM
from koopopt.coalitions.admissible import enumeration
from koopopt.coalitions.enumeration import TooMany
from koopopt.sharing.admissible import Admissible
from koopopt.sharing.burdens import Burdens
from koopopt.sharing.keys import Key
from koopopt.sharing.stability import core_partition

HERE: Final = Path(__file__).parent
DATA: Final = HERE.parent.parent / "shared" / "data"
RESULTS: Final = HERE / "results" / "counties.csv"
COLUMNS: Final = (
    "ags", "municipalities", "real_groups", "method", "travel", "identity", "groups", "rand",
    "rand_pooled", "precision", "recall", "status", "gap", "seconds",
)  # fmt: skip
TRAVEL: Final = (1000.0, 300.0, 100.0, 10.0)
"""EUR a person-hour; the last one is that of the shipped instances."""
IDENTITY: Final = (0.0, 10.0, 40.0)
"""EUR an inhabitant served from elsewhere, twice that from another tax office's district."""
SEEDS: Final = range(20)
MOST: Final = 300_000
"""Partnerships that are enumerated for an exact core partition."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sample", type=int, default=8, help="counties of each Land to optimise")
    parser.add_argument("--limit", type=float, default=5.0, help="seconds a solve")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    there = counties_of(given.data)
    known = {(row["ags"], row["method"]) for row in rows_of(given.out)}
    creuse = reality.creuse(given.data)
    for county in [*there, *([creuse] if creuse else [])]:
        if (county.ags, "random") not in known:
            append(given.out, [line(county, *made) for made in plain(county)])
    for county in sampled(there, given.sample):
        if (county.ags, "optimal") not in known:
            case = reality.case(given.data, county, {"cost": 1.0})
            found = [*cores(county, case), *plans(county, case, given.limit)]
            append(given.out, found)
            best = max(found, key=lambda row: row["rand"])
            print(county.ags, county.name, best, flush=True)


def counties_of(data: Path) -> list[reality.County]:
    """Return the counties of the folder; end with what to do where it does not hold them."""
    try:
        return reality.real(data)
    except koopopt.KoopoptError as error:
        sys.exit(f"{error}\nGive the folder with the tables that validation/README.md names.")


def sampled(there: Sequence[reality.County], count: int) -> list[reality.County]:
    """Return so many of each Land: those in the middle of as many parts, ordered by size."""
    found = []
    for land in reality.LAWS:
        own = sorted((c for c in there if c.ags[:2] == land), key=lambda c: (len(c.towns), c.ags))
        most = min(count, len(own))
        found += [own[(2 * k + 1) * len(own) // (2 * most)] for k in range(most)]
    return found


Made = tuple[str, Sequence[Labels]]


def plain(county: reality.County) -> Iterator[Made]:
    """Yield the groupings that need no optimiser, each once or for several seeds."""
    near, people, places = county.near, county.people, county.places
    sizes = list(Counter(county.labels).values())
    yield "random", [baselines.at_random(near, sizes, seed) for seed in SEEDS]
    yield "largest", [baselines.nearest(places, baselines.largest(people, len(sizes)))]
    if county.ags[:2] not in reality.LAWS:
        return
    yield "seats", [baselines.nearest(places, county.seats)]
    yield "smallest", [smallest(county)]


def smallest(county: reality.County) -> list[int]:
    """Return the groups that small municipalities make with their neighbours to keep the law."""
    law = county.law
    return baselines.smallest_first(county.near, county.places, county.people, law.least, law.alone)


def line(
    county: reality.County, method: str, made: Sequence[Labels], **more: Any
) -> dict[str, Any]:
    """Return a line of the table: means over what was made with several seeds."""
    found = [agreement.pairs(one, county.labels) for one in made]
    inside = [agreement.pooled_only(one, county.labels) for one in made]
    precise = [one.precision for one in found if one.precision is not None]
    row: dict[str, Any] = {
        "ags": county.ags,
        "municipalities": len(county.towns),
        "real_groups": len(county.seats),
        "method": method,
        "groups": fmean(len(set(one)) for one in made),
        "rand": fmean(one.adjusted_rand for one in found),
        "rand_pooled": fmean(one.adjusted_rand for one in inside),
        "precision": fmean(precise) if precise else "",
        "recall": fmean(one.recall or 0.0 for one in found),
    }
    row |= more
    return {key: round(value, 4) if isinstance(value, float) else value
            for key, value in row.items()}  # fmt: skip


def plans(county: reality.County, case: koopopt.Instance, limit: float) -> Iterator[dict[str, Any]]:
    """Yield the line of the best plan found for each pair of weights."""
    with koopopt.Session(begun(county, case)) as session:
        for travel, identity in product(TRAVEL, IDENTITY):
            began = time.perf_counter()
            asked = {"cost": 1.0, "travel": travel, "identity": identity}
            result = session.solve(weights=asked, time_limit=limit)
            told = {"travel": travel, "identity": identity, "status": result.status.value,
                    "seconds": time.perf_counter() - began}  # fmt: skip
            if result.plan is None:
                alone = list(range(len(county.towns)))
                yield line(county, "optimal", [alone], **told)
            else:
                labels = labels_of(case, result.plan.partnerships)
                yield line(county, "optimal", [labels], gap=result.gap, **told)


def begun(county: reality.County, case: koopopt.Instance) -> koopopt.Instance:
    """Return the case with what the search begins with, given as the plan in force.

    These are the groups that small municipalities make with their neighbours; without them none is
    found within seconds in many a large county. No weight and no rule speaks of the plan in force.
    """
    pooled = [p for p in partnerships(case, smallest(county)) if p.pooled]
    return replace(case, status_quo=tuple(pooled))


def partnerships(case: koopopt.Instance, labels: Labels) -> list[koopopt.Partnership]:
    """Return the groups as partnerships, each seated at its largest member."""
    towns = case.municipalities
    groups = [
        [m for m, own in zip(towns, labels, strict=True) if own == label]
        for label in dict.fromkeys(labels)
    ]
    return [
        koopopt.Partnership(
            reality.SERVICE,
            tuple(m.id for m in group),
            max(group, key=lambda m: m.population).id,
            reality.FORM if len(group) > 1 else ALONE_FORM,
        )
        for group in groups
    ]


def labels_of(case: koopopt.Instance, plan: Iterable[koopopt.Partnership]) -> list[int]:
    """Return the labels of the municipalities in a plan of one service."""
    spot = {m.id: i for i, m in enumerate(case.municipalities)}
    groups = [[spot[id_] for id_ in p.members] for p in plan]
    return baselines.labelled(groups, len(spot))


def cores(county: reality.County, case: koopopt.Instance) -> Iterator[dict[str, Any]]:
    """Yield the line of the core partition under the key `population`: grown, and exact.

    The exact one is of groups that are as large as the largest real one of the county, at most, and
    is left out where these are too many.
    """
    service = case.services[0]
    form = next(form for form in case.legal_forms if form.id == reality.FORM)

    def cost(members: int, people: int) -> float:
        served = float(service.cost(np.array(float(people))))
        return (
            served if members == 1 else served + form.cost(members) if form.fits(members) else inf
        )

    largest = max(Counter(county.labels).values())
    law = county.law
    for most, name in ((form.max_members, "core"), (largest, "core-small")):
        grown = baselines.core(
            county.near, county.people, cost, least=law.least, alone=law.alone, most=most
        )
        yield line(county, name, [grown])
    exact = exact_core(case, largest)
    if exact is not None:
        yield line(county, "core-exact", [exact])


def exact_core(case: koopopt.Instance, largest: int) -> list[int] | None:
    """Return the core partition of groups of so many members at most; None if they are too many."""
    rules = {**case.rules, "max_members": largest}
    problem = koopopt.Problem.of(replace(case, rules=rules))
    try:
        enumeration(problem.facts, problem.conditions[0]).count(MOST)
    except TooMany:
        return None
    burdens = Burdens(problem, 0, Key("population"))
    return labels_of(case, core_partition(Admissible.of(problem, 0), burdens))


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the lines of the table, none where there is no file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def append(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append all lines of a county at once."""
    path.parent.mkdir(exist_ok=True)
    new = not path.is_file()
    with path.open("a", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
