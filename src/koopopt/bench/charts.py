"""The three pictures of a benchmark: performance profile, gap over time, growth; as SVG.

Drawn by Vega-Lite without a browser and a network, twice: for wide and for narrow pages. Lines and
letters have the page's own colour, marks such that are seen on light and on dark paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import vl_convert

from koopopt.bench import figures
from koopopt.bench.results import Row, Track
from koopopt.language.inert import on_line
from koopopt.report.pictures.charts import CHART_FONT, SCHEMA
from koopopt.report.pictures.drawing import LOCALES
from koopopt.text import T

Spec = dict[str, Any]
TONES: Final = (
    "#3f7fc4", "#cf5b3e", "#2f9461", "#9a6bb5", "#a07a1c", "#4f8f9d", "#bb5585", "#7d7d7d",
)  # fmt: skip
"""Colours of methods: at least 3 to 1 on white and on nearly black."""
WIDTHS: Final = {"wide": 660, "narrow": 270}
"""Pixels of the drawing without its axis titles."""
PAPER: Final = "currentColor"
DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


def drawn(rows: Sequence[Row], track: Track, lang: str) -> list[tuple[str, Mapping[str, str]]]:
    """Return the titles of the pictures and each as SVG by width; without rows there are none."""
    names = {method: on_line(method) for method in figures.methods(rows)}
    found: list[tuple[str, Mapping[str, str]]] = []
    seconds = T("seconds").render(lang)
    share = T("share of runs that are proven").render(lang)
    slower = T("times the seconds of the fastest").render(lang)
    if curves := figures.profile(rows):
        title = T("Performance profile: the share of runs proven within so many times the seconds"
                  " of the fastest method").render(lang)  # fmt: skip
        spec = _lines(_points(curves, names), (slower, share), list(names.values()))
        found.append((title, _both(spec, lang)))
    if curves := figures.over_time(rows, track):
        title = T("Gap over time: the mean of all runs, 100 % while a plan or a bound is missing"
                  ).render(lang)  # fmt: skip
        gap = T("mean gap").render(lang)
        spec = _lines(_points(curves, names), (seconds, gap), list(names.values()))
        found.append((title, _both(spec, lang)))
    if points := figures.growth(rows):
        title = T("Growth: seconds by the number of municipalities or customers, one point a run;"
                  " open points are not proven").render(lang)  # fmt: skip
        data = [{**p, "method": names[str(p["method"])]} for p in points]
        size = T("municipalities or customers").render(lang)
        found.append((title, _both(_scatter(data, (size, seconds),
                                            list(names.values())), lang)))  # fmt: skip
    return found


def _points(curves: Mapping[str, figures.Curve], names: Mapping[str, str]) -> list[Spec]:
    return [
        {"x": x, "y": y, "method": names[method]}
        for method, curve in curves.items()
        for x, y in curve
    ]


def _colour(names: Sequence[str]) -> Spec:
    tones = [TONES[k % len(TONES)] for k in range(len(names))]
    return {"field": "method", "type": "nominal", "legend": {"title": None},
            "scale": {"domain": list(names), "range": tones}}  # fmt: skip


def _lines(data: Sequence[Spec], titles: tuple[str, str], names: Sequence[str]) -> Spec:
    """Return curves (x, y, method) over a logarithmic axis, y a share."""
    x, y = titles
    mark: Spec = {"type": "line", "strokeWidth": 2.2, "clip": True, "interpolate": "step-after"}
    dashes = [DASHES[k % len(DASHES)] for k in range(len(names))]
    return {
        "data": {"values": list(data)},
        "mark": mark,
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "title": x,
                  "scale": {"type": "log", "nice": False}, "axis": {"tickCount": 5,
                                                                    "format": "~g"}},
            "y": {"field": "y", "type": "quantitative", "title": y, "axis": {"format": ".0%"},
                  "scale": {"domain": [0, 1]}},
            "color": _colour(names),
            "strokeDash": {"field": "method", "type": "nominal", "legend": {"title": None},
                           "scale": {"domain": list(names), "range": dashes}},
            "order": {"field": "x"},
        },
    }  # fmt: skip


def _scatter(data: Sequence[Spec], titles: tuple[str, str], names: Sequence[str]) -> Spec:
    """Return points (size, seconds, method, proven) with both axes logarithmic."""
    x, y = titles
    axis: Spec = {"tickCount": 5, "format": "~g"}
    encoding: Spec = {
        "x": {"field": "size", "type": "quantitative", "title": x, "axis": axis,
              "scale": {"type": "log", "nice": False, "padding": 10}},
        "y": {"field": "seconds", "type": "quantitative", "title": y, "axis": axis,
              "scale": {"type": "log", "nice": False, "padding": 10}},
        "color": _colour(names),
    }  # fmt: skip
    point: Spec = {"type": "point", "size": 60, "strokeWidth": 2, "opacity": 0.85}
    return {
        "data": {"values": list(data)},
        "layer": [
            {"transform": [{"filter": "datum.proven"}], "mark": {**point, "filled": True},
             "encoding": encoding},
            {"transform": [{"filter": "!datum.proven"}], "mark": {**point, "filled": False},
             "encoding": encoding},
        ],
    }  # fmt: skip


def _both(spec: Spec, lang: str) -> dict[str, str]:
    return {kind: _svg(spec, kind, lang) for kind in WIDTHS}


def _svg(spec: Spec, kind: str, lang: str) -> str:
    width = WIDTHS[kind]
    axis = {"labelColor": PAPER, "titleColor": PAPER, "domainColor": PAPER, "tickColor": PAPER,
            "gridColor": PAPER, "gridOpacity": 0.13, "labelFontSize": 12, "titleFontSize": 13,
            "titleFontWeight": "normal"}  # fmt: skip
    legend = {"orient": "bottom", "labelColor": PAPER, "titleColor": PAPER, "labelFontSize": 12,
              "columns": 2 if kind == "wide" else 1, "labelLimit": width,
              "symbolStrokeWidth": 2.5}  # fmt: skip
    whole = {
        "$schema": SCHEMA, "width": width, "height": 320 if kind == "wide" else 240, **spec,
        "background": None,
        "config": {"font": CHART_FONT, "axis": axis, "legend": legend, "view": {"stroke": None}},
    }  # fmt: skip
    return str(vl_convert.vegalite_to_svg(whole, format_locale=LOCALES[lang]))
