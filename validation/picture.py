"""Draw `agreement.svg`: how near each grouping is to reality, and what the weight of travel does.

python validation/picture.py
"""

from __future__ import annotations

from pathlib import Path
from statistics import fmean
from typing import Any, Final

import vl_convert

import reality
import study
import tables
from agreement import interval

OUT: Final = Path(__file__).parent / "agreement.svg"
INK: Final = "#1f5f8b"


def main() -> None:
    found = tables.Study(study.rows_of(study.RESULTS))
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "vconcat": [methods(found), weights(found)],
        "resolve": {"scale": {"color": "independent", "strokeDash": "independent"}},
    }
    OUT.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")


def methods(found: tables.Study) -> dict[str, Any]:
    """Return a row for each grouping: the mean index and its interval."""
    data = []
    for method, name in tables.NAMES.items():
        mean, low, high = interval(tables.by_land(found.lines(method), "rand"))
        data.append({"grouping": name, "mean": mean, "low": low, "high": high})
    y = {"field": "grouping", "type": "nominal", "sort": None, "title": None,
         "axis": {"labelLimit": 460}}  # fmt: skip
    x = {"type": "quantitative", "title": "adjusted Rand index, mean and 95 % interval"}
    return {
        "title": f"Agreement with real associations, {len(found.sample)} counties",
        "width": 300,
        "data": {"values": data},
        "layer": [
            {"mark": {"type": "rule", "color": INK},
             "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "size": 60, "color": INK},
             "encoding": {"y": y, "x": {**x, "field": "mean"}}},
        ],
    }  # fmt: skip


def weights(found: tables.Study) -> dict[str, Any]:
    """Return a line for each Land: the index of plans by the weight of travel, none of identity."""
    data = [
        {"Land": law.name, "travel": float(travel), "rand": fmean(
            float(row["rand"]) for ags, row in rows.items() if ags[:2] == land)}
        for (travel, identity), rows in found.plans.items() if float(identity) == 0
        for land, law in reality.LAWS.items()
    ]  # fmt: skip
    return {
        "title": "Optimal plans by the weight of travel, identity without weight",
        "width": 300,
        "height": 200,
        "data": {"values": data},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "travel", "type": "quantitative", "scale": {"type": "log"},
                  "title": "EUR a person-hour", "axis": {"values": list(study.TRAVEL)}},
            "y": {"field": "rand", "type": "quantitative", "title": "adjusted Rand index"},
            "color": {"field": "Land", "type": "nominal"},
            "strokeDash": {"field": "Land", "type": "nominal"},
        },
    }  # fmt: skip


if __name__ == "__main__":
    main()
