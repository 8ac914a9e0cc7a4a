"""What is real but in no plan: facts of all counties, and of the counties that were optimised.

    python validation/detail.py [--data ../shared/data] [--limit 10]

To be run after `study.py`: the plan of a county has the weights that explain the other five Länder
best. Writes `results/detail.csv` anew.
"""

from __future__ import annotations

import study  # first: one thread, before numpy is imported

# isort: split
import argparse
import csv
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import agreement
import koopopt
import reality
import tables

COLUMNS: Final = (
    "ags", "associations", "apart", "apart_by_alone", "below", "seat_outside", "alone",
    "alone_below", "pooled", "found", "alone_grouped", "pooled_alone", "pairs", "across", "missed",
    "missed_across", "cost_real", "cost_plan", "travel_real", "travel_plan", "like_begin",
    "status", "gap",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=study.DATA)
    parser.add_argument("--limit", type=float, default=10.0, help="seconds a solve")
    given = parser.parse_args()
    there = study.counties_of(given.data)
    known = tables.Study(study.rows_of(study.RESULTS))
    with tables.DETAILS.open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for county in there:
            row = facts(county)
            if county.ags in known.sample:
                others = [land for land in reality.LAWS if land != county.ags[:2]]
                travel, identity = map(float, known.best(others))
                weights = {"cost": 1.0, "travel": travel, "identity": identity}
                row |= beside_plan(given.data, county, weights, given.limit)
            writer.writerow(row)
            table.flush()


def facts(county: reality.County) -> dict[str, Any]:
    """Return what is known of the real groups of a county."""
    groups = groups_of(county.labels)
    shared = [group for group in groups if len(group) > 1]
    single = [group for group in groups if len(group) == 1]
    law, people = county.law, county.people
    return {
        "ags": county.ags,
        "associations": len(shared),
        "apart": sum(len(reality.parts(county.near, group)) > 1 for group in shared),
        "apart_by_alone": sum(_parted(county, group, single) for group in shared),
        "below": sum(sum(people[i] for i in group) < law.least for group in shared),
        "seat_outside": sum(
            len(group) > 1 and seat not in group
            for group, seat in zip(groups, county.seats, strict=True)
        ),
        "alone": len(single),
        "alone_below": sum(people[group[0]] < law.alone for group in single),
        "pooled": sum(map(len, shared)),
    }


def _parted(county: reality.County, group: list[int], single: list[list[int]]) -> bool:
    """Whether a group is in parts that all border on one municipality that is alone."""
    parts = reality.parts(county.near, group)
    return len(parts) > 1 and any(all(county.near[i] & part for part in parts) for (i,) in single)


def groups_of(labels: Sequence[int]) -> list[list[int]]:
    """Return the members of each group, in the order of the labels."""
    return [[i for i, own in enumerate(labels) if own == label] for label in sorted(set(labels))]


def beside_plan(
    data: Path, county: reality.County, weights: dict[str, float], limit: float
) -> dict[str, Any]:
    """Return how a plan and reality differ; nothing where none is found."""
    case = reality.case(data, county, weights)
    result = koopopt.solve(study.begun(county, case), time_limit=limit)
    if result.plan is None:
        return {"status": result.status.value}
    labels = study.labels_of(case, result.plan.partnerships)
    begin = study.smallest(county)
    told = differences(county, labels)
    told["like_begin"] = round(agreement.pairs(labels, begin).adjusted_rand, 4)
    for name, grouping in (("real", list(county.labels)), ("plan", labels)):
        # Both seated at the largest member, so that only the groups differ.
        plan = koopopt.Plan(study.partnerships(case, grouping))
        found = koopopt.evaluate(result.problem, plan).criteria
        told |= {f"{key}_{name}": round(found[key], 1) for key in ("cost", "travel")}
    return told | {"status": result.status.value, "gap": round(result.gap or 0.0, 5)}


def differences(county: reality.County, labels: Sequence[int]) -> dict[str, Any]:
    """Return what a plan makes of the real groups."""
    real, plan = Counter(county.labels), Counter(labels)
    n = len(labels)
    district = [row["tax_office"] for row in county.towns]
    pairs = [(i, j) for i, j in combinations(range(n), 2)
             if county.labels[i] == county.labels[j]]  # fmt: skip
    missed = [(i, j) for i, j in pairs if labels[i] != labels[j]]

    def across(some: Sequence[tuple[int, int]]) -> int:
        return sum(district[i] != district[j] for i, j in some)

    planned = set(map(tuple, groups_of(labels)))
    return {
        "found": sum(len(g) > 1 and tuple(g) in planned for g in groups_of(county.labels)),
        "alone_grouped": sum(real[a] == 1 < plan[b] for a, b in zip(county.labels, labels,
                                                                    strict=True)),
        "pooled_alone": sum(plan[b] == 1 < real[a] for a, b in zip(county.labels, labels,
                                                                   strict=True)),
        "pairs": len(pairs),
        "across": across(pairs),
        "missed": len(missed),
        "missed_across": across(missed),
    }  # fmt: skip


if __name__ == "__main__":
    main()
