"""The charts as Vega-Lite specifications: trade-offs, map, who pools with whom, bars.

The page and the pictures use the same ones. A specification names the data sets that it shows and
holds none of them, so that what is shown changes without a new chart; `datasets` of each function
says which fields the rows need. Names are data, never part of an expression.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from koopopt.report.colours import (
    ALONE_COLOUR,
    CHOSEN_COLOUR,
    COMPARED_COLOUR,
    INK,
    SHARE_COLOUR,
    TONES,
)

Spec = dict[str, Any]

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
CHART_FONT: Final = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"


def tradeoffs(titles: Sequence[str] = ("", "", ""), *, steps: bool = False) -> Spec:
    """Return the chart of plans in two criteria, coloured by a third.

    Parameters
    ----------
    titles : (x, y, colour), each with its unit
        Without a title of the colour all points have the same.
    steps : bool
        Whether the points are a front in just these two criteria: then a line bounds what is
        possible.

    Notes
    -----
    Data sets: ``plans`` (x, y, c, plan), ``references`` (x, y, label, below: whether the label
    stands below the point, so that two of them do not meet) and ``marked`` (x, y,
    label, role: ``first`` or ``second``).
    """
    x, y, c = titles
    across: Spec = {"zero": False, "nice": True, "padding": 12}
    encoding = {
        "x": _axis("x", x) | {"scale": across},
        "y": _axis("y", y) | {"scale": across},
    }
    points: Spec = {
        "data": {"name": "plans"},
        "mark": {"type": "circle", "size": 55, "opacity": 0.9, "stroke": INK,
                 "strokeWidth": 0.5, "cursor": "pointer", "color": TONES[0]},
        "encoding": {**encoding, "tooltip": {"field": "plan"}},
        "name": "plans",
    }  # fmt: skip
    if c:
        points["encoding"]["color"] = {
            "field": "c", "type": "quantitative", "scale": {"scheme": "viridis", "reverse": True},
            "legend": {"title": c, "orient": "bottom", "gradientLength": 160, "tickCount": 3,
                       "titleLimit": 480, "format": ",.0f"},
        }  # fmt: skip
    layers: list[Spec] = [points]
    if steps:
        line: Spec = {"type": "line", "interpolate": "step-after", "color": "#999999"}
        layers.insert(0, {"data": {"name": "plans"}, "mark": line, "encoding": encoding})
    known: Spec = {"data": {"name": "references"}, "encoding": encoding}
    layers += [
        {**known, "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 90,
                           "color": INK}},
        {**known, "mark": {"type": "text", "color": INK, "fontSize": 12,
                           "dy": {"expr": "datum.below ? 16 : -12"}},
         "encoding": {**encoding, "text": {"field": "label"}}},
    ]  # fmt: skip
    role: Spec = {
        "field": "role", "type": "nominal", "legend": None,
        "scale": {"domain": ["first", "second"], "range": [CHOSEN_COLOUR, COMPARED_COLOUR]},
    }  # fmt: skip
    marked: Spec = {"data": {"name": "marked"}}
    layers += [
        {**marked, "mark": {"type": "point", "size": 240, "strokeWidth": 3},
         "encoding": {**encoding, "color": role}},
        {**marked, "mark": {"type": "text", "dx": 14, "dy": -10, "align": "left", "fontSize": 13,
                            "fontWeight": "bold", "stroke": "white", "strokeWidth": 4,
                            "strokeOpacity": 0.9, "limit": 160},
         "encoding": {**encoding, "text": {"field": "label"}}},
        {**marked, "mark": {"type": "text", "dx": 14, "dy": -10, "align": "left", "fontSize": 13,
                            "fontWeight": "bold", "limit": 160},
         "encoding": {**encoding, "text": {"field": "label"}, "color": role}},
    ]  # fmt: skip
    return _chart(["plans", "references", "marked"], layers)


def territory() -> Spec:
    """Return the map: areas coloured by partnership, seats, ways to them, today's cooperations.

    Notes
    -----
    Data sets: ``areas`` (GeoJSON features with an id), ``state`` (id, tone: number of a colour, or
    -1 for alone), ``borders`` (features between partnerships), ``today`` (features), ``ways``
    (lon, lat, lon2, lat2), ``seats`` (id, lon, lat), ``names`` (id, lon, lat, name, from: least
    width of the map in pixels at which the name is written), ``picked`` (features). Parameters:
    ``across``, that width, and ``grain``, 1 or less where municipalities are many and so small.
    """
    tone: Spec = {
        "field": "tone", "type": "nominal", "legend": None,
        "scale": {"domain": [-1, *range(len(TONES))], "range": [ALONE_COLOUR, *TONES]},
    }  # fmt: skip
    place = {
        "longitude": {"field": "lon", "type": "quantitative"},
        "latitude": {"field": "lat", "type": "quantitative"},
    }
    written: Spec = {
        "data": {"name": "names"},
        "transform": [{"filter": "datum.from <= across"}],
        "encoding": {**place, "text": {"field": "name"}},
    }
    name: Spec = {"type": "text", "fontSize": 11, "dy": 13, "limit": 110}
    halo = {"stroke": "white", "strokeWidth": 3, "strokeOpacity": 0.75, "strokeJoin": "round"}
    layers: list[Spec] = [
        {
            "data": {"name": "areas"},
            "transform": [
                {"lookup": "id", "from": {"data": {"name": "state"}, "key": "id",
                                          "fields": ["tone"]}}
            ],
            "mark": {"type": "geoshape", "stroke": "white", "strokeWidth": {"expr": "grain"},
                     "cursor": "pointer"},
            "encoding": {"color": tone, "tooltip": {"field": "id"}},
            "name": "areas",
        },
        {"data": {"name": "borders"},
         "mark": {"type": "geoshape", "filled": False, "stroke": INK,
                  "strokeWidth": {"expr": "1.6 * grain"}}},
        {"data": {"name": "today"},
         "mark": {"type": "geoshape", "filled": False, "stroke": "#6a3d9a", "strokeWidth": 3,
                  "strokeDash": [7, 4]}},
        {"data": {"name": "picked"},
         "mark": {"type": "geoshape", "filled": False, "stroke": CHOSEN_COLOUR, "strokeWidth": 4}},
        {"data": {"name": "ways"}, "mark": {"type": "rule", "color": INK,
                                            "strokeWidth": {"expr": "1.4 * grain"}},
         "encoding": {**place, "longitude2": {"field": "lon2"}, "latitude2": {"field": "lat2"}}},
        {"data": {"name": "seats"},
         "mark": {"type": "point", "shape": "square", "filled": True, "color": INK, "opacity": 1,
                  "size": {"expr": "90 * grain"}, "stroke": "white",
                  "strokeWidth": {"expr": "1.5 * grain"}},
         "encoding": place},
        {**written, "mark": {**name, **halo}},
        {**written, "mark": {**name, "color": INK}},
    ]  # fmt: skip
    names = ["areas", "state", "borders", "today", "picked", "ways", "seats", "names"]
    chart = _chart(names, layers)
    chart["projection"] = {"type": "mercator"}
    chart["params"] = [{"name": "across", "value": 0}, {"name": "grain", "value": 1}]
    chart["config"]["view"] = {"stroke": None}
    return chart


def pairs(title: str = "") -> Spec:
    """Return the heat map of who pools with whom, in which share of the plans.

    Notes
    -----
    Data set: ``pairs`` (a, b: numbers of municipalities, share, shown: the share in words). The
    parameter ``labels`` holds the names by number.
    """
    share: Spec = {
        "field": "share", "type": "quantitative",
        "scale": {"domain": [0, 1], "range": ["#ffffff", SHARE_COLOUR], "interpolate": "rgb"},
        "legend": {"title": title, "format": ".0%", "orient": "bottom", "gradientLength": 160,
                   "titleLimit": 320},
    }  # fmt: skip
    labels: Spec = {"labelExpr": "labels[datum.value]", "labelLimit": 110,
                    "title": None, "ticks": False, "domain": False}  # fmt: skip
    place = {
        "x": {"field": "a", "type": "ordinal", "axis": {**labels, "orient": "top",
                                                        "labelAngle": -50}},
        "y": {"field": "b", "type": "ordinal", "axis": labels},
    }  # fmt: skip
    rows: Spec = {"data": {"name": "pairs"}}
    layers: list[Spec] = [
        {**rows, "mark": {"type": "rect", "stroke": "white"},
         "encoding": {**place, "color": share, "tooltip": {"field": "shown"}}, "name": "cells"},
        {**rows, "transform": [{"filter": "width >= 560 && datum.share >= 0.005"}],
         "mark": {"type": "text", "fontSize": 11},
         "encoding": {**place, "text": {"field": "share", "format": ".0%"},
                      "color": {"value": INK}}},
    ]  # fmt: skip
    return _chart(["pairs"], layers) | {"params": [{"name": "labels", "value": []}]}


def bars() -> Spec:
    """Return bars that lie, one below the other, from one value to another: a tornado.

    Notes
    -----
    Data sets: ``bars`` (k: number of the bar, from, to, and between what the end lies: least,
    most) and ``middle`` (at: where a line is drawn). The parameter ``labels`` holds their names,
    which stand above them: beside there is no room on a phone.
    """
    rows: Spec = {"data": {"name": "bars"}}
    down: Spec = {"field": "k", "type": "ordinal", "axis": None}
    across = _axis("from", " ") | {"scale": {"nice": True, "padding": 6}}
    across["axis"] = {**across["axis"], "tickCount": 4}
    name: Spec = {"type": "text", "align": "left", "baseline": "bottom", "fontSize": 12, "dy": -6,
                  "limit": {"expr": "width"}}  # fmt: skip
    halo = {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
    named: Spec = {
        **rows, "transform": [{"calculate": "labels[datum.k]", "as": "name"}],
        "encoding": {"y": down, "x": {"value": 0}, "text": {"field": "name"}},
    }  # fmt: skip
    layers: list[Spec] = [
        {**rows, "mark": {"type": "bar", "height": 15, "yOffset": 9, "color": TONES[0],
                          "cursor": "default"},
         "encoding": {"y": down, "x": across, "x2": {"field": "to"}, "tooltip": {"field": "k"}},
         "name": "bars"},
        {**rows, "mark": {"type": "rule", "yOffset": 9, "strokeWidth": 5, "color": "#999999"},
         "encoding": {"y": down, "x": {"field": "least", "type": "quantitative"},
                      "x2": {"field": "most"}}},
        {"data": {"name": "middle"}, "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]},
         "encoding": {"x": {"field": "at", "type": "quantitative"}}},
        {**named, "mark": {**name, **halo}},
        {**named, "mark": {**name, "color": INK}},
    ]  # fmt: skip
    return _chart(["bars", "middle"], layers) | {"params": [{"name": "labels", "value": []}]}


def grain(municipalities: int) -> float:
    """Return how fine a map of so many municipalities is drawn, 1 or less."""
    return float(min(1.0, (60 / max(1, municipalities)) ** 0.5))


def filled(spec: Spec, datasets: Mapping[str, Sequence[Any]], width: int, height: int) -> Spec:
    """Return a chart that stands alone: with its data, and of a size in pixels."""
    rows = {name: list(datasets.get(name, ())) for name in spec["datasets"]}
    return {**spec, "datasets": rows, "width": width, "height": height}


def _axis(field: str, title: str) -> Spec:
    axis: Spec = {"format": ",.0f", "labelFlush": True, "titleLimit": 320, "titleFontSize": 12,
                  "tickCount": 5, "gridColor": "#eeeeee"}  # fmt: skip
    return {"field": field, "type": "quantitative", "title": title, "axis": axis}


def _chart(names: Sequence[str], layers: list[Spec]) -> Spec:
    return {
        "$schema": SCHEMA,
        "datasets": {name: [] for name in names},
        "layer": layers,
        "background": "white",
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 10,
        # The page says in words what a chart shows; a symbol for each mark would drown a reader.
        "config": {"font": CHART_FONT, "aria": False, "axis": {"labelFontSize": 12}},
    }
