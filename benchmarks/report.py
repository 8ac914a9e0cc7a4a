"""The report's page: how large, how long to write, how soon it can be used, how fast it follows.

The Werra-Meißner-Kreis with about 260 plans, and, where DATA holds them, a plan for Hessen's 421
municipalities, made by a rule of thumb (small ones join up to three neighbours) and not by a
solve, as only the page is measured:

    python benchmarks/report.py [--front FOLDER] [--data DATA] [--runs N]

FOLDER is a front that `koopopt front --out` wrote; without it one is computed, which takes a
minute. Times in the browser are the page's own clock in fresh contexts of an installed Chromium
(or KOOPOPT_BROWSER), which starts to count when it begins to open the file.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import koopopt
from koopopt.case.instance import Municipality, Neighbours
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import all_alone, cheapest_form, evaluate
from koopopt.problem import Problem
from koopopt.reading.instance import read_boundaries
from koopopt.report import page
from koopopt.report.values.decision import Decision
from koopopt.solving.optimise import Result, Status
from koopopt.storage import front_reading

BARS = {"MB": 3.0, "usable": 1000.0}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WATCH = """window.times = {};
new MutationObserver((_, watch) => {
    if (document.documentElement?.dataset.ready !== "yes") return;
    window.times.ready = performance.now();
    window.times.usable = performance.getEntriesByName("usable")[0].startTime;
    watch.disconnect();
}).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-ready"] });"""
CHANGE = """async ([id, value]) => {
    const place = document.getElementById(id), began = performance.now();
    place.value = value;
    for (const type of ["input", "change"]) place.dispatchEvent(new Event(type));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const tables = performance.now() - began;
    while (document.documentElement.dataset.ready !== "yes")
        await new Promise((done) => setTimeout(done, 2));
    return [tables, performance.now() - began];
}"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--front", type=Path, help="a front of the county, already computed")
    parser.add_argument("--data", type=Path, help="folder with the tables of all municipalities")
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, decision in _cases(asked.front, asked.data):
            path = Path(folder) / f"{name}.html"
            decision.shapes  # noqa: B018 - computed once, for whatever is made of a decision
            began = time.perf_counter()
            page.write(decision, path, "de")
            seconds, size = time.perf_counter() - began, path.stat().st_size / 1e6
            count = decision.problem.facts.n
            print(f"{name}: {count} municipalities, {len(decision.plans)} plan(s)")
            print(f"  file            {size:8.2f} MB   (bar {BARS['MB']:.0f})")
            print(f"  written in      {seconds:8.2f} s")
            _measure(path, asked.runs, len(decision.plans), len(decision.problem.facts.services))


def _measure(path: Path, runs: int, plans: int, services: int) -> None:
    from playwright.sync_api import sync_playwright

    installed = os.environ.get("KOOPOPT_BROWSER") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        opened, changes = [], {}
        for _ in range(runs):
            context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
            sheet = context.new_page()
            sheet.add_init_script(WATCH)
            sheet.goto(path.as_uri())
            sheet.wait_for_function("window.times.ready")
            opened.append(sheet.evaluate("window.times"))
            for id_, values in (("slider", range(plans)), ("service", range(services))):
                if len(values) > 1:
                    steps = [values[k * (len(values) - 1) // 4] for k in range(5)]
                    done = changes.setdefault(id_, [])
                    done += [sheet.evaluate(CHANGE, [id_, str(step)]) for step in steps]
            context.close()
        browser.close()
    usable, ready = (statistics.median(times[key] for times in opened) for key in
                     ("usable", "ready"))  # fmt: skip
    print(f"  usable after    {usable:8.0f} ms   (bar {BARS['usable']:.0f})")
    print(f"  all charts      {ready:8.0f} ms")
    for id_, times in changes.items():
        tables, charts = (statistics.median(column) for column in zip(*times, strict=True))
        what = "another plan" if id_ == "slider" else "another service"
        print(f"  {what:<15} {tables:8.0f} ms to tables and words, {charts:.0f} ms to all charts")


def _cases(front: Path | None, data: Path | None) -> Iterator[tuple[str, Decision]]:
    yield "county", Decision.of(front_reading.read(front) if front else _county())
    if data is not None:
        yield "hessen", _hessen(data)


def _county() -> Any:
    resolution = {"cost": 2000, "travel": 20}
    return koopopt.front(
        koopopt.read("werra-meissner"), criteria=("cost", "travel"), resolution=resolution
    )


def _hessen(data: Path) -> Decision:
    with (data / "municipalities_de.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["land"] == "Hessen"]
    with (data / "neighbours_de.csv").open(encoding="utf-8") as table:
        pairs = [(row["ags_a"], row["ags_b"]) for row in csv.DictReader(table)]
    towns = tuple(
        Municipality(
            id=row["ags"], name=row["name"], population=float(row["population"]),
            lat=float(row["lat"]), lon=float(row["lon"]), county=row["kreis_ags"], state="HE",
            identity_area=row["kreis_ags"],
        )
        for row in rows
    )  # fmt: skip
    known = {town.id for town in towns}
    instance = replace(
        koopopt.read("werra-meissner"),
        name="hessen",
        title={"de": "Hessen", "en": "Hesse"},
        municipalities=towns,
        neighbours=tuple(Neighbours(a, b) for a, b in pairs if {a, b} <= known),
        status_quo=(),
        boundaries={},
    )
    problem = Problem.of(instance)
    result = Result(
        problem=problem, status=Status.FEASIBLE, evaluation=evaluate(problem, _joined(problem)),
        bound=None, formulation="rule of thumb", solver="none", seconds=0.0,
    )  # fmt: skip
    boundaries = read_boundaries(data / "boundaries_hessen.geojson", towns)
    return Decision.of(result).with_boundaries(boundaries.areas, boundaries.attribution)


def _joined(problem: Problem) -> Plan:
    """Return the plan in which the smallest municipalities join free neighbours, by service."""
    facts = problem.facts
    near: dict[str, list[str]] = {town: [] for town in facts.ids}
    for pair in problem.instance.neighbours:
        near[pair.a].append(pair.b)
        near[pair.b].append(pair.a)
    size = dict(zip(facts.ids, facts.population.tolist(), strict=True))
    pooled = []
    for service in facts.services:
        free = set(facts.ids)
        for town in sorted(facts.ids, key=size.__getitem__):
            others = sorted(free.intersection(near[town]), key=size.__getitem__)[:3]
            members = (town, *others)
            form = cheapest_form(facts, service.id, members) if town in free and others else None
            if form is not None:
                seat = max(members, key=size.__getitem__)
                pooled.append(Partnership(service.id, members, seat, form.id))
                free -= set(members)
    taken = {(p.service, town) for p in pooled for town in p.members}
    alone = all_alone(problem).partnerships
    return Plan([*pooled, *(p for p in alone if (p.service, p.members[0]) not in taken)])


if __name__ == "__main__":
    main()
