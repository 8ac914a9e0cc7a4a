"""Accounts and the curve through them, on logarithmic axes, as SVG or PNG."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import vl_convert

from koopopt.calibrating.accounts import Account
from koopopt.calibrating.calibrate import Calibration
from koopopt.calibrating.words import level_percent, origin, years_of
from koopopt.language.inert import on_line
from koopopt.linear import Floats
from koopopt.report.colours import CHOSEN_COLOUR, COMPARED_COLOUR, INK, SHARE_COLOUR
from koopopt.report.pictures.charts import CHART_FONT, SCHEMA, Spec
from koopopt.report.pictures.drawing import CHART_HEIGHT, LOCALES, PICTURE_WIDTH, PNG_SCALE
from koopopt.text import T, Text, in_language, with_unit

POINTS: Final = 60
"""Of a curve: with `flat_above` it has a bend."""
MARGIN: Final = 1.25
"""By this factor curves go beyond the accounts."""
MODEL_COLOUR: Final = "#777777"

Row = dict[str, Any]


def svg(found: Calibration, lang: str = "en") -> str:
    """Return the picture as SVG."""
    return str(vl_convert.vegalite_to_svg(_spec(found, lang), format_locale=LOCALES[lang]))


def png(found: Calibration, lang: str = "en") -> bytes:
    """Return the picture as PNG."""
    drawn = vl_convert.vegalite_to_png(
        _spec(found, lang), scale=PNG_SCALE, format_locale=LOCALES[lang]
    )
    return bytes(drawn)


def _spec(found: Calibration, lang: str) -> Spec:
    def said(text: Text) -> str:
        return on_line(text.render(lang))

    lines: list[tuple[str, str, list[int], Callable[[Floats], Floats]]] = [
        (said(T("fitted curve")), SHARE_COLOUR, [1, 0], found.service.cost),
        (said(T("model so far")), MODEL_COLOUR, [5, 4], found.before.cost),
    ]
    if (again := found.without_outliers) is not None:
        lines.append((said(T("without outliers")), CHOSEN_COLOUR, [2, 2], again.mean))
    sizes = _sizes(found)
    band = found.band(sizes)
    low, high = (sizes[:0], sizes[:0]) if band is None else band
    data: dict[str, list[Row]] = {
        "band": [
            {"x": float(x), "y": float(a), "y2": float(b)}
            for x, a, b in zip(sizes[: len(low)], low, high, strict=True)
        ],
        "curves": [
            {"x": float(x), "y": float(y), "which": name}
            for name, _, _, curve in lines
            for x, y in zip(sizes, curve(sizes), strict=True)
        ],
        "accounts": [*_points(found, lang)],
    }
    unit = on_line(found.service.demand.unit)
    titles = [
        said(with_unit(title, of))
        for title, of in ((T("demand"), unit), (T("cost"), T("EUR a year")))
    ]
    there = {point["kind"] for point in data["accounts"]}
    kinds = {kind: look for kind, look in _looks(lang).items() if kind in there}
    spec = _chart(titles, [line[:3] for line in lines], kinds)
    below = T("{count} account(s) ({file}; {years})", count=len(found.accounts),
              file=origin(found), years=years_of(found))  # fmt: skip
    subtitle = [said(below)]
    if band is not None:
        subtitle.append(said(T("Shaded: {level} % interval of the mean cost.",
                               level=level_percent())))  # fmt: skip
    return {
        **spec,
        "datasets": data,
        "title": {"text": on_line(in_language(found.service.title, lang)), "subtitle": subtitle,
                  "anchor": "start", "fontSize": 20, "subtitleFontSize": 12,
                  "subtitleLineHeight": 16, "limit": PICTURE_WIDTH, "offset": 12},
    }  # fmt: skip


def _sizes(found: Calibration) -> Floats:
    sizes = [account.demand or 1.0 for account in (*found.accounts, *found.left_out)]
    return np.geomspace(min(sizes) / MARGIN, max(sizes) * MARGIN, POINTS)


def _looks(lang: str) -> dict[str, tuple[str, str]]:
    """Return the kinds of accounts in words, each with its mark and its colour."""
    return {
        T("account").render(lang): ("circle", INK),
        T("outlier").render(lang): ("triangle-up", CHOSEN_COLOUR),
        T("left out").render(lang): ("cross", COMPARED_COLOUR),
    }


def _points(found: Calibration, lang: str) -> list[Row]:
    """Return the accounts; the unusual ones are named."""
    usual, outlier, left_out = _looks(lang)
    strange = {account.municipality for account in found.outliers}

    def at(account: Account, kind: str) -> Row:
        name = "" if kind == usual else on_line(found.names[account.municipality])
        return {"x": account.demand, "y": account.cost, "kind": kind, "label": name}

    return [
        *(at(a, outlier if a.municipality in strange else usual) for a in found.accounts),
        *(at(a, left_out) for a in found.left_out),
    ]


def _chart(
    titles: list[str],
    lines: list[tuple[str, str, list[int]]],
    kinds: dict[str, tuple[str, str]],
) -> Spec:
    marks, inks = (list(part) for part in zip(*kinds.values(), strict=True))
    names, colours, dashes = (list(part) for part in zip(*lines, strict=True))
    place: Spec = {"x": _axis("x", titles[0]), "y": _axis("y", titles[1])}
    legend: Spec = {"title": None, "orient": "bottom", "labelLimit": 300, "labelFontSize": 12}
    which: Spec = {"field": "which", "type": "nominal", "sort": None, "legend": legend}
    kind: Spec = {"field": "kind", "type": "nominal", "legend": legend}
    layers: list[Spec] = [
        {"data": {"name": "band"}, "mark": {"type": "area", "color": SHARE_COLOUR, "opacity": 0.2},
         "encoding": {**place, "y2": {"field": "y2"}}},
        {"data": {"name": "curves"}, "mark": {"type": "line", "strokeWidth": 2},
         "encoding": {
             **place,
             "color": {**which, "scale": {"domain": names, "range": colours}},
             "strokeDash": {**which, "scale": {"domain": names, "range": dashes}},
         }},
        {"data": {"name": "accounts"},
         "mark": {"type": "point", "size": 70, "filled": True, "opacity": 1, "strokeWidth": 2},
         "encoding": {
             **place,
             "shape": {**kind, "scale": {"domain": list(kinds), "range": marks}},
             "fill": {**kind, "scale": {"domain": list(kinds), "range": inks}},
         }},
        {"data": {"name": "accounts"}, "transform": [{"filter": "datum.label != ''"}],
         "mark": {"type": "text", "dy": -12, "fontSize": 12, "limit": 220, "color": INK},
         "encoding": {**place, "text": {"field": "label"}}},
    ]  # fmt: skip
    return {
        "$schema": SCHEMA,
        "layer": layers,
        "background": "white",
        "width": PICTURE_WIDTH,
        "height": CHART_HEIGHT,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 10,
        "config": {"font": CHART_FONT, "aria": False, "axis": {"labelFontSize": 12}},
    }


def _axis(field: str, title: str) -> Spec:
    axis: Spec = {
        "format": ",.12~r", "titleLimit": 320, "titleFontSize": 12, "tickCount": 6,
        "gridColor": "#eeeeee", "labelOverlap": "greedy", "labelSeparation": 6,
    }  # fmt: skip
    return {"field": field, "type": "quantitative", "title": title, "axis": axis,
            "scale": {"type": "log", "nice": False, "padding": 12}}  # fmt: skip
