"""How well `--time-limit` and memory are kept to where there are far too many coalitions.

    python benchmarks/limits.py [--limit SECONDS] [--data DATA] [--only NAME,NAME]

Runs `koopopt solve` in processes on p-medians with 100, 200 and 400 places, on facility location
with 100 customers and 1,000 sites and with 1,000 places, and, with DATA (a folder with
`municipalities_de.csv` and `neighbours_de.csv`), on regions of Hessen without a size limit. Prints
the seconds over the limit by the command's own clock, those of the whole process, its peak memory,
what was chosen, and the plan. The bar: not more than 1 s and 2 % over the limit.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

Row = dict[str, str]
FOUR = ["water", "wastewater", "housing", "local-area"]
PLACE = """id = "place"
title = {{ en = "Place" }}
[demand]
per_inhabitant = 1.0
[cost]
kind = "tiers"
tiers = [{{ fixed = {fixed} }}]
[travel]
trips_per_inhabitant = 1.0
[identity]
weight = 1.0
"""
POOL = '[[legal_form]]\nid = "pool"\ntitle = { en = "Pool" }\nservices = "all"\n'


def write(folder: Path, towns: list[list[Any]], services: list[str], forms: str, rest: str) -> Path:
    folder.mkdir(parents=True)
    head = ["id", "name", "population", "lat", "lon", "county", "state", "identity_area"]
    with (folder / "municipalities.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *towns])
    (folder / "instance.toml").write_text(
        f'schema = 1\nname = "{folder.name}"\ntitle = {{ en = "{folder.name}" }}\n'
        f'services = {json.dumps(services)}\nlegal_forms = "{forms}"\n{rest}',
        encoding="utf-8",
    )
    return folder


def location(folder: Path, places: int, sites: int = 0, p: int = 0) -> Path:
    """Write a p-median, or facility location where p is 0; sites have no inhabitants."""
    dice = random.Random(1)
    towns = [
        [f"{k:04d}", f"P{k}", 100 * dice.randint(1, 20) if k < places else 0,
         50 + dice.random(), 10 + 1.5 * dice.random(), "K", "HE", "north"]
        for k in range(places + sites)
    ]  # fmt: skip
    seats = json.dumps([town[0] for town in towns[places:]])
    rules = f"max_partnerships = {p}\n" if p else ""
    rules += f"seats = {seats}\n" if sites else ""
    weights = f"[weights]\ncost = {0.0 if p else 1.0}\ntravel = 1.0\n[rules]\n{rules}"
    write(folder, towns, ["place.toml"], "pool.toml", weights)
    fixed = 0.0 if p else 3000.0
    (folder / "place.toml").write_text(PLACE.format(fixed=fixed), encoding="utf-8")
    (folder / "pool.toml").write_text(POOL, encoding="utf-8")
    if sites:
        lines = [f"{t[0]},place,{50_000 if k < places else 0}" for k, t in enumerate(towns)]
        told = "\n".join(["municipality,service,cost", *lines, ""])
        (folder / "alone_cost.csv").write_text(told, encoding="utf-8")
    return folder


def hessen(folder: Path, data: Path, count: int, services: list[str], rules: str = "") -> Path:
    """Write the `count` municipalities of Hessen that are nearest to Gießen."""
    with (data / "municipalities_de.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["land_ags"] == "06"]
    middle = next(row for row in rows if row["ags"] == "06531005")

    def way(row: Row) -> float:
        north, east = (float(row[k]) - float(middle[k]) for k in ("lat", "lon"))
        return math.hypot(north, 0.63 * east)

    rows = sorted(rows, key=way)[:count]
    keys = ("ags", "name", "population", "lat", "lon", "kreis_ags", "land_ags", "kreis_ags")
    rest = (
        "[office]\ncost = 40000.0\n[weights]\ncost = 1.0\ntravel = 10.0\n"
        f"[rules]\ncontiguous = true\n{rules}"
    )
    write(folder, [[row[k] for k in keys] for row in rows], services, "hessen", rest)
    here = {row["ags"] for row in rows}
    with (data / "neighbours_de.csv").open(encoding="utf-8") as file:
        pairs = [(r["ags_a"], r["ags_b"]) for r in csv.DictReader(file)]
    with (folder / "neighbours.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("a", "b"), *(p for p in pairs if here.issuperset(p))])
    return folder


def cases(root: Path, data: Path | None) -> list[Path]:
    found = [location(root / f"p-median-{n}", n, p=n // 20) for n in (100, 200, 400)]
    found += [location(root / "sites-100-1000", 100, sites=1000)]
    found += [location(root / "places-1000", 1000)]
    if data is not None:
        found += [hessen(root / "region-63-one", data, 63, FOUR[:1])]
        found += [hessen(root / f"region-{n}", data, n, FOUR) for n in (27, 101, 421)]
        found += [hessen(root / "hessen-6", data, 421, FOUR, "max_members = 6\n")]
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=float, default=20.0)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    print("case               over  process  peak MB  formulation      objective           bound")
    with tempfile.TemporaryDirectory() as root:
        for folder in cases(Path(root), asked.data):
            if asked.only and folder.name not in asked.only.split(","):
                continue
            command = [sys.executable, "-m", "koopopt", "solve", str(folder), "--json", "--quiet"]
            began = time.perf_counter()
            process = subprocess.Popen(
                [*command, "--time-limit", str(asked.limit)], stdout=subprocess.PIPE, text=True
            )
            assert process.stdout is not None
            table = json.loads(process.stdout.read())
            _, _, used = os.wait4(process.pid, 0)
            took = time.perf_counter() - began
            over = max(0.0, table["seconds"] - asked.limit)
            bound = "none" if table["bound"] is None else f"{table['bound']:,.0f}"
            value = "none" if table["objective"] is None else f"{table['objective']:,.0f}"
            kept = over <= 1 + 0.02 * asked.limit
            print(
                f"{folder.name:<16} {over:5.1f}s {took:7.1f}s {used.ru_maxrss / 1000:8.0f}"
                f"  {table['formulation']:<11} {value:>14} {bound:>15}  {table['status']}"
                f"{'' if kept else '  OVER'}",
                flush=True,
            )


if __name__ == "__main__":
    main()
