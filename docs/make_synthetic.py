"""Fit the figures of synthetic counties, and draw how they compare with real ones.

    python docs/make_synthetic.py --data DATA [--out docs/synthetic.png]

DATA is described in `benchmarks/county_data.py`. Prints what `koopopt.synthetic.figures` holds, and
quantiles of real and synthetic counties; for each real county there is a synthetic one with as many
municipalities. The picture shows the same as shares.
"""

from __future__ import annotations

import argparse
import json
import math
import runpy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import koopopt

ROOT = Path(__file__).parents[1]
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
KM_PER_DEGREE = 111.2
REAL, SYNTHETIC = "real", "synthetic"
PEOPLE_TICKS = [100, 1000, 10_000, 100_000]
COLOURS = ["#1f5f8b", "#d9822b"]
CREDIT = (
    "Real: 294 German counties, © Statistisches Bundesamt (Destatis), Gemeindeverzeichnis;"
    " © GeoBasis-DE / BKG; data modified; dl-de/by-2-0"
)


@dataclass
class Measured:
    """What is compared: a value a municipality, or a pair of neighbours in the same county."""

    people: list[float] = field(default_factory=list)
    km2: list[float] = field(default_factory=list)
    degree: list[float] = field(default_factory=list)
    distance: list[float] = field(default_factory=list)

    def add(self, people: list[float], km2: list[float], ends: list[str], km: list[float]) -> None:
        """Add a county; `ends` are the keys of both municipalities of each pair."""
        counts = [ends.count(town) for town in set(ends)]
        self.people += people
        self.km2 += km2
        self.degree += counts + [0] * (len(people) - len(counts))
        self.distance += km


def main() -> None:
    """Print and draw."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "synthetic.png")
    asked = parser.parse_args()
    data = runpy.run_path(str(ROOT / "benchmarks" / "county_data.py"))
    counties = data["counties"](asked.data)
    fitted(list(counties.values()))
    found = {
        REAL: real(counties, data["neighbours"](asked.data)),
        SYNTHETIC: synthetic([len(rows) for rows in counties.values()]),
    }
    print(f"{'quantiles':<20}", *(f"{q:>9.0%}" for q in QUANTILES))
    for name in Measured.__dataclass_fields__:
        for kind, measured in found.items():
            values = np.quantile(getattr(measured, name), QUANTILES)
            print(f"{name:<9} {kind:<10}", *(f"{value:9.1f}" for value in values))
    draw(found, asked.out)


def fitted(counties: Sequence[Sequence[dict[str, str]]]) -> None:
    """Print the figures by which synthetic counties are drawn."""
    size = np.log([len(rows) for rows in counties])
    around = {}
    for name, column in (("PEOPLE", "population"), ("AREA", "area_km2")):
        logs = [np.log([float(row[column]) for row in rows]) for rows in counties]
        means = np.array([x.mean() for x in logs])
        slope, begin = np.polyfit(size, means, 1)
        left = (means - begin - slope * size).std()
        around[name] = np.concatenate([x - x.mean() for x in logs])
        wide = [x.std(ddof=1) for x in logs]
        more, within = np.polyfit(size, wide, 1, w=np.sqrt(np.exp(size)))
        print(f"{name}_LINE = ({begin:.3f}, {slope:.3f}, {left:.3f})")
        print(f"  within a county ({within:.3f}, {more:.3f})")
    skewness = (around["PEOPLE"] ** 3).mean() / around["PEOPLE"].std() ** 3
    correlation = np.corrcoef(around["PEOPLE"], around["AREA"])[0, 1]
    print(f"WITH_AREA = {correlation:.3f}, skewness of PEOPLE {skewness:.2f}")


def real(counties: dict[str, list[dict[str, str]]], pairs: Sequence[dict[str, str]]) -> Measured:
    """Measure real counties."""
    home = {row["ags"]: ags for ags, rows in counties.items() for row in rows}
    inside: dict[str, list[dict[str, str]]] = {ags: [] for ags in counties}
    for pair in pairs:
        if (ags := home.get(pair["ags_a"])) is not None and ags == home.get(pair["ags_b"]):
            inside[ags].append(pair)
    measured = Measured()
    for ags, rows in counties.items():
        measured.add(
            [float(row["population"]) for row in rows],
            [float(row["area_km2"]) for row in rows],
            [pair[end] for pair in inside[ags] for end in ("ags_a", "ags_b")],
            [float(pair["distance_km"]) for pair in inside[ags]],
        )
    return measured


def synthetic(sizes: Sequence[int]) -> Measured:
    """Measure a synthetic county of each size."""
    measured = Measured()
    for seed, size in enumerate(sizes):
        instance = koopopt.generate(size, seed=seed)
        at = {town.id: town for town in instance.municipalities}
        measured.add(
            [town.population for town in instance.municipalities],
            [town.area_km2 or 0.0 for town in instance.municipalities],
            [end for pair in instance.neighbours for end in (pair.a, pair.b)],
            [_km(at[pair.a], at[pair.b]) for pair in instance.neighbours],
        )
    return measured


def _km(a: Any, b: Any) -> float:
    east = math.cos(math.radians((a.lat + b.lat) / 2)) * (a.lon - b.lon)
    return KM_PER_DEGREE * math.hypot(a.lat - b.lat, east)


def draw(found: dict[str, Measured], out: Path) -> None:
    """Write the picture: a panel each for sizes, distances and numbers of neighbours."""
    import vl_convert

    spec = {
        "title": {"text": CREDIT, "fontSize": 9, "fontWeight": "normal", "orient": "bottom"},
        "hconcat": [
            _curves(found, "people", "inhabitants of a municipality", (30, 200_000), PEOPLE_TICKS),
            _curves(found, "distance", "km between neighbours", (0.7, 30), [1, 2, 5, 10, 20]),
            _bars(found),
        ],
        "config": {"background": "white", "font": "sans-serif", "view": {"stroke": "#dddddd"}},
    }
    picture = vl_convert.vegalite_to_png(json.dumps(spec), scale=1.5)
    out.write_bytes(picture)


def _curves(
    found: dict[str, Measured], name: str, title: str, span: tuple[float, float], ticks: list[int]
) -> dict[str, Any]:
    edges = np.geomspace(*span, 27)

    def shares() -> Iterator[dict[str, Any]]:
        for kind, measured in found.items():
            counts, _ = np.histogram(getattr(measured, name), edges)
            for k, count in enumerate(counts / counts.sum()):
                yield {"of": kind, "x": math.sqrt(edges[k] * edges[k + 1]), "share": count}

    x = {
        "field": "x", "type": "quantitative", "title": title,
        "scale": {"type": "log", "domain": span, "nice": False},
        "axis": {"grid": False, "format": ",", "values": ticks},
    }  # fmt: skip
    return _panel(list(shares()), x, {"type": "line", "interpolate": "monotone"}, {})


def _bars(found: dict[str, Measured]) -> dict[str, Any]:
    def shares() -> Iterator[dict[str, Any]]:
        for kind, measured in found.items():
            counts = np.bincount(np.minimum(np.array(measured.degree, int), 12), minlength=13)
            for k, count in enumerate(counts / counts.sum()):
                yield {"of": kind, "x": f"{k}" if k < 12 else "12+", "share": count}

    rows = list(shares())
    order = list(dict.fromkeys(row["x"] for row in rows))
    title = "neighbours in the same county"
    x = {"field": "x", "type": "nominal", "title": title, "sort": order, "axis": {"labelAngle": 0}}
    offset = {"xOffset": {"field": "of", "sort": [REAL, SYNTHETIC]}}
    return _panel(rows, x, {"type": "bar"}, offset)


def _panel(
    rows: list[dict[str, Any]], x: dict[str, Any], mark: dict[str, Any], more: dict[str, Any]
) -> dict[str, Any]:
    y = {"field": "share", "type": "quantitative", "title": None, "axis": {"format": "%"}}
    colour = {
        "field": "of", "type": "nominal", "title": None, "legend": {"orient": "top"},
        "scale": {"domain": [REAL, SYNTHETIC], "range": COLOURS},
    }  # fmt: skip
    return {
        "width": 260,
        "height": 200,
        "data": {"values": rows},
        "mark": mark,
        "encoding": {"x": x, "y": y, "color": colour, **more},
    }


if __name__ == "__main__":
    main()
