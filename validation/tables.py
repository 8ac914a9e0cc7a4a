"""The tables of README.md, from the lines that `study.py` and `detail.py` wrote.

python validation/tables.py
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean, median
from typing import Final

import reality
from agreement import interval
from study import RESULTS, rows_of

Row = dict[str, str]
Weights = tuple[str, str]
DETAILS: Final = RESULTS.with_name("detail.csv")
LIBRARY: Final = ("10.0", "0.0")
"""Travel weight of the shipped instances, which give identity none."""
NAMES: Final = {
    "random": "random contiguous groups of the real sizes",
    "largest": "nearest of the largest municipalities, as many as there are real groups",
    "seats": "nearest of the real seats",
    "smallest": "smallest first, until the law's size is kept",
    "core": "core partition under the key `population`",
    "library": "optimal plan, weights of the library",
    "elsewhere": "optimal plan, weights calibrated on the other five Länder",
    "hindsight": "optimal plan, weights calibrated on the same Land",
}
MEASURES: Final = {"rand": "adjusted Rand", "rand_pooled": "the same, pooled only",
                   "precision": "pair precision", "recall": "pair recall"}  # fmt: skip


class Study:
    """The lines of all counties, by method and by the weights of plans."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.plans: dict[Weights, dict[str, Row]] = defaultdict(dict)
        self.plain: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in rows:
            if row["method"] == "optimal":
                self.plans[row["travel"], row["identity"]][row["ags"]] = row
            else:
                self.plain[row["method"]][row["ags"]] = row
        self.sample = sorted(self.plans[LIBRARY])

    def score(self, weights: Weights, lands: Sequence[str]) -> float:
        """Return the mean index of plans in some Länder, each counting the same."""
        return fmean(
            fmean(float(row["rand"]) for ags, row in self.plans[weights].items() if ags[:2] == land)
            for land in lands
        )

    def best(self, lands: Sequence[str]) -> Weights:
        """Return the weights that explain these Länder best."""
        return max(sorted(self.plans), key=lambda weights: self.score(weights, lands))

    def lines(self, method: str) -> dict[str, Row]:
        """Return the line of each county of the sample under a method of `NAMES`."""
        lands = list(reality.LAWS)
        if method == "library":
            return self.plans[LIBRARY]
        if method == "elsewhere":
            chosen = {land: self.best([x for x in lands if x != land]) for land in lands}
        elif method == "hindsight":
            chosen = {land: self.best([land]) for land in lands}
        else:
            return {ags: self.plain[method][ags] for ags in self.sample}
        return {ags: self.plans[chosen[ags[:2]]][ags] for ags in self.sample}


def made(rows: Iterable[Row]) -> list[str]:
    """Return all tables of the study, in the order of the page."""
    study = Study(rows)
    return [
        main_table(study), difference_table(study), land_table(study), grid_table(study),
        transfer_table(study), gap_table(study), all_table(study), core_table(study),
    ]  # fmt: skip


def main_table(study: Study) -> str:
    """Return all methods on the counties that were optimised."""
    body = []
    for method, name in NAMES.items():
        lines = study.lines(method)
        body.append([name, *(told(by_land(lines, measure)) for measure in MEASURES)])
    return markdown(["grouping", *MEASURES.values()], body)


def difference_table(study: Study) -> str:
    """Return by how much plans are nearer to reality than other groupings are."""
    mine, body = study.lines("elsewhere"), []
    for method in ("random", "largest", "seats", "smallest", "core", "library"):
        other, lands = study.lines(method), defaultdict(list)
        for ags, row in mine.items():
            lands[ags[:2]].append(float(row["rand"]) - float(other[ags]["rand"]))
        body.append([NAMES[method], told(list(lands.values()), sign=True)])
    return markdown(["calibrated plan less", "difference of the adjusted Rand index"], body)


def land_table(study: Study) -> str:
    """Return the index by Land."""
    body = []
    for method, name in NAMES.items():
        lines = study.lines(method)
        body.append([name, *(f"{fmean(values):.2f}" for values in by_land(lines, "rand"))])
    counts = [sum(ags[:2] == land for ags in study.sample) for land in reality.LAWS]
    heads = [f"{law.name} ({k})" for law, k in zip(reality.LAWS.values(), counts, strict=True)]
    return markdown(["adjusted Rand (counties)", *heads], body)


def grid_table(study: Study) -> str:
    """Return the index for every pair of weights."""
    travel, identity = (sorted({w[k] for w in study.plans}, key=float) for k in (0, 1))
    lands = list(reality.LAWS)
    body = [[f"travel {float(t):g}", *(f"{study.score((t, i), lands):.2f}" for i in identity)]
            for t in travel]  # fmt: skip
    return markdown(["adjusted Rand", *(f"identity {float(i):g}" for i in identity)], body)


def transfer_table(study: Study) -> str:
    """Return weights calibrated on one Land, tested on the five others."""
    body = []
    for land, law in reality.LAWS.items():
        chosen = study.best([land])
        others = [x for x in reality.LAWS if x != land]
        values = by_land(study.plans[chosen], "rand", others)
        best = study.score(study.best(others), others)
        weights = " and ".join(f"{float(w):g}" for w in chosen)
        body.append([law.name, weights, f"{study.score(chosen, [land]):.2f}", told(values),
                     f"{study.score(LIBRARY, others):.2f}", f"{best:.2f}"])  # fmt: skip
    heads = ["calibrated on", "travel and identity", "there", "on the others",
             "library's on the others", "best on the others"]  # fmt: skip
    return markdown(heads, body)


def gap_table(study: Study) -> str:
    """Return how far plans are proven."""
    body = []
    for land, law in reality.LAWS.items():
        own = [row for rows in study.plans.values() for ags, row in rows.items()
               if ags[:2] == land]  # fmt: skip
        gaps = [100 * float(row["gap"]) for row in own if row["gap"]]
        proven = sum(row["status"] == "optimal" for row in own)
        body.append([law.name, str(len(own)), str(proven), str(sum(not r["gap"] for r in own)),
                     f"{median(gaps):.2f} %", f"{max(gaps):.1f} %"])  # fmt: skip
    heads = ["Land", "solves", "proven optimal", "no plan found", "median gap", "largest gap"]
    return markdown(heads, body)


def all_table(study: Study) -> str:
    """Return what needs no optimiser, on all counties."""
    methods = ("random", "largest", "seats", "smallest")
    body = []
    for land, name in [*((k, law.name) for k, law in reality.LAWS.items()), ("FR", "Creuse")]:
        cells = []
        for method in methods:
            own = [float(r["rand"]) for a, r in study.plain[method].items() if a[:2] == land]
            cells.append(told([own]) if len(own) > 1 else f"{own[0]:.2f}" if own else "–")
        count = sum(ags[:2] == land for ags in study.plain["random"])
        body.append([f"{name} ({count})", *cells])
    return markdown(["adjusted Rand (all counties)", *(NAMES[m] for m in methods)], body)


def core_table(study: Study) -> str:
    """Return the exact core partition where it can be enumerated, beside the grown one."""
    exact = study.plain["core-exact"]
    body = []
    for method, name in (
        ("core-exact", "exact: all groups up to the size of the county's largest real one"),
        ("core-small", "grown, up to the same size"),
        ("core", "grown, of any size"),
    ):
        lines = {ags: study.plain[method][ags] for ags in exact}
        lands = sorted({ags[:2] for ags in exact})
        body.append([name, told(by_land(lines, "rand", lands))])
    return markdown([f"core partition ({len(exact)} counties)", "adjusted Rand"], body)


def by_land(
    lines: dict[str, Row], measure: str, lands: Iterable[str] = tuple(reality.LAWS)
) -> list[list[float]]:
    """Return the values of a measure, Land by Land; what is undefined is left out."""
    return [
        [float(row[measure]) for ags, row in sorted(lines.items()) if ags[:2] == land
         and row[measure]]
        for land in lands
    ]  # fmt: skip


def told(strata: list[list[float]], *, sign: bool = False) -> str:
    """Return a mean with its 95 % interval."""
    plus = "+" if sign else ""
    mean, low, high = (f"{value:{plus}.2f}" for value in interval(strata))
    return f"{mean} ({low} to {high})"


def markdown(heads: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [heads, ["---"] * len(heads), *body]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def detail_tables(rows: Sequence[Row]) -> list[str]:
    """Return the tables of what is real but in no plan, from the lines of `detail.py`."""
    columns: list[tuple[str, Callable[[list[Row]], str]]] = [
        ("associations", lambda own: whole(own, "associations")),
        ("not contiguous", lambda own: whole(own, "apart")),
        ("of these around one that is alone", lambda own: whole(own, "apart_by_alone")),
        ("below the law's size", lambda own: whole(own, "below")),
        ("seat is no member", lambda own: whole(own, "seat_outside")),
        ("alone", lambda own: whole(own, "alone")),
        ("alone below the law's size", lambda own: whole(own, "alone_below")),
    ]
    of_plans: list[tuple[str, Callable[[list[Row]], str]]] = [
        ("associations", lambda own: whole(own, "associations")),
        ("found whole", lambda own: whole(own, "found")),
        ("of the alone: grouped", lambda own: part(own, "alone_grouped", "alone")),
        ("of the pooled: left alone", lambda own: part(own, "pooled_alone", "pooled")),
        ("real pairs missed", lambda own: part(own, "missed", "pairs")),
        ("of these across tax districts", lambda own: part(own, "missed_across", "missed")),
        ("of all real pairs", lambda own: part(own, "across", "pairs")),
        ("cost of reality beside the plan", lambda own: beside(own, "cost")),
        ("its travel", lambda own: beside(own, "travel")),
        ("plan beside where the search began", lambda own: mean(own, "like_begin")),
    ]
    optimised = [row for row in rows if row["found"]]
    return [_by_land(rows, columns), _by_land(optimised, of_plans)]


def _by_land(rows: Sequence[Row], columns: list[tuple[str, Callable[[list[Row]], str]]]) -> str:
    body = []
    for land, law in reality.LAWS.items():
        own = [row for row in rows if row["ags"][:2] == land]
        body.append([f"{law.name} ({len(own)})", *(of(own) for _, of in columns)])
    return markdown(["Land (counties)", *(name for name, _ in columns)], body)


def whole(rows: list[Row], column: str) -> str:
    """Return a sum."""
    return str(sum(int(row[column]) for row in rows))


def part(rows: list[Row], column: str, of: str) -> str:
    """Return the part that a sum has in another, in percent."""
    total = sum(int(row[of]) for row in rows)
    return f"{100 * sum(int(row[column]) for row in rows) / total:.0f} %" if total else "–"


def mean(rows: list[Row], column: str) -> str:
    """Return a mean."""
    return f"{fmean(float(row[column]) for row in rows):.2f}" if rows else "–"


def beside(rows: list[Row], criterion: str) -> str:
    """Return by how much reality is more than the plans, in percent."""
    real, plan = (sum(float(row[f"{criterion}_{which}"]) for row in rows)
                  for which in ("real", "plan"))  # fmt: skip
    return f"{100 * (real / plan - 1):+.1f} %" if plan else "–"


if __name__ == "__main__":
    print("\n\n".join(made(rows_of(RESULTS)) + detail_tables(rows_of(DETAILS))))
