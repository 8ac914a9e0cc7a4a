"""Chart and map as SVG and PNG, for slides and notebooks, drawn without a browser.

They are the page's own charts (`report.pictures.charts`), filled with the plan that was chosen.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import Any, Final, Literal

import vl_convert

from koopopt.case.instance import Instance
from koopopt.criteria import CRITERIA, criterion
from koopopt.evaluation import Evaluation
from koopopt.language.inert import on_line
from koopopt.report.maps import territory, tones
from koopopt.report.pictures import charts
from koopopt.report.values import parameters
from koopopt.report.values.decision import BOUNDARIES_SOURCE, Decision
from koopopt.report.words.labels import WORDS
from koopopt.storage import files
from koopopt.text import T, Text, in_language, with_unit

Kind = Literal["chart", "map"]

PICTURE_WIDTH: Final = 800
CHART_HEIGHT: Final = 500
PNG_SCALE: Final = 2.4
"""Pixels of a PNG for one of the drawing: sharp on a slide."""
TITLE_LINE_LENGTH: Final = 120
"""Characters in a line below the title."""
LOCALES: Final[dict[str, Literal["de-DE", "en-GB"]]] = {"de": "de-DE", "en": "en-GB"}


def svg(decision: Decision, what: Kind, lang: str = "en", service: str | None = None) -> str:
    """Return the trade-off chart, or the map of a service, as SVG.

    Parameters
    ----------
    service : str, optional
        Of the map; the first one that the chosen plan pools unless said.
    """
    spec = _spec(decision, what, lang, service)
    return str(vl_convert.vegalite_to_svg(spec, format_locale=LOCALES[lang]))


def png(decision: Decision, what: Kind, lang: str = "en", service: str | None = None) -> bytes:
    """Return the same as PNG; see `svg`."""
    spec = _spec(decision, what, lang, service)
    drawn = vl_convert.vegalite_to_png(spec, scale=PNG_SCALE, format_locale=LOCALES[lang])
    return bytes(drawn)


def write(
    decision: Decision, path: Path, lang: str, what: Kind, service: str | None = None
) -> None:
    """Write a picture; the ending, .svg or .png, says which kind of file.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    if path.suffix.lower() == ".svg":
        files.replace(path, svg(decision, what, lang, service))
    else:
        files.replace(path, png(decision, what, lang, service))


def first_service(evaluation: Evaluation) -> str:
    """Return the first service that a plan pools, or the first of all."""
    pooled = {p.service for p in evaluation.plan.pooled}
    services = [s.id for s in evaluation.problem.facts.services]
    return next((s for s in services if s in pooled), services[0])


def _spec(decision: Decision, what: Kind, lang: str, service: str | None) -> charts.Spec:
    if what == "chart":
        return _chart(decision, lang)
    return _map(decision, lang, service or first_service(decision.plan))


def _chart(decision: Decision, lang: str) -> charts.Spec:
    names = list(decision.criteria[:2])
    third = [*decision.criteria[2:], *(n for n in CRITERIA if n not in decision.criteria)][0]
    of_two = decision.several and len(decision.criteria) == 2

    def at(evaluation: Evaluation, **more: Any) -> dict[str, Any]:
        x, y = (evaluation.criteria[name] for name in names)
        return {"x": x, "y": y, "c": evaluation.criteria[third], **more}

    known = [(decision.alone, T("all alone")), (decision.today, T("today"))]
    if decision.today_is_alone:
        known = [(decision.alone, T("today: all alone"))]
    number = T("Plan {number}", number=decision.chosen + 1)
    chosen = number if decision.several else T("the plan")
    data = {
        "plans": [at(e, plan=k) for k, e in enumerate(decision.plans)],
        "references": [
            at(e, label=label.render(lang), below=len(known) > 1 and e is decision.alone)
            for e, label in known
            if e.criteria
        ],
        "marked": [at(decision.plan, role="first", label=chosen.render(lang))],
    }
    titles = [_titled(name).render(lang) for name in (*names, third)]
    spec = charts.filled(charts.tradeoffs(titles, steps=of_two), data, PICTURE_WIDTH, CHART_HEIGHT)
    return spec | {"title": _heading(decision, lang, None)}


def _heading(decision: Decision, lang: str, service: str | None) -> dict[str, Any]:
    """Return the title of a picture: the case; of a map also what it shows, and whose data."""
    instance, facts = decision.problem.instance, decision.problem.facts
    below: list[str] = []
    if service is not None:
        shown = [in_language(facts.services[facts.service_index[service]].title, lang)]
        if decision.several:
            shown.append(T("Plan {number}", number=decision.chosen + 1).render(lang))
        below = [" – ".join(shown)]
        if decision.shapes.schematic:
            below.append(WORDS["map_schematic"].render(lang))
    below += _credits(instance, lang)
    return {"text": on_line(in_language(instance.title, lang) or instance.name),
            "subtitle": [on_line(line) for line in below], "anchor": "start", "fontSize": 20,
            "subtitleFontSize": 12, "subtitleLineHeight": 16, "limit": PICTURE_WIDTH,
            "offset": 12}  # fmt: skip


def _credits(instance: Instance, lang: str) -> list[str]:
    """Return whose data a picture shows: licences ask for it wherever it goes."""
    named = [
        source.line.render(lang)
        for source in parameters.data_sources(instance)
        if "©" in str(source.origin) or source.what == BOUNDARIES_SOURCE
    ]
    return [
        part for line in dict.fromkeys(named) for part in wrap(on_line(line), TITLE_LINE_LENGTH)
    ]


def _titled(name: str) -> Text:
    c = criterion(name)
    return with_unit(c.title, c.unit)


def _map(decision: Decision, lang: str, service: str) -> charts.Spec:
    facts, places = decision.problem.facts, decision.shapes.drawable()
    pools = [p for p in decision.plan.plan.of(service) if p.pooled]
    colours = tones.of_service(facts, pools, tones.preferred(facts))
    lie = territory.of(decision)
    whose = {town: p for p in pools for town in p.members}
    numbers = {town: k for k, town in enumerate(facts.ids)}

    def feature(geometry: Any, id_: int | None = None) -> dict[str, Any]:
        return {"type": "Feature", "id": id_, "geometry": geometry}

    def way(town: str, seat: str) -> dict[str, float]:
        (lon, lat), (lon2, lat2) = places.points[town], places.points[seat]
        return {"lon": lon, "lat": lat, "lon2": lon2, "lat2": lat2}

    # Control characters have no place in SVG; the library ends the process over them.
    names = [on_line(m.name) for m in facts.instance.municipalities]
    data = {
        "areas": [feature(area, k) for k, area in enumerate(lie["areas"])],
        "state": [
            {"id": k, "tone": colours[whose[town]] if town in whose else -1}
            for town, k in numbers.items()
        ],
        "borders": [
            feature(line)
            for a, b, line in lie["borders"]
            if whose.get(facts.ids[a]) != whose.get(facts.ids[b])
        ],
        "today": [
            feature(outline) for s, outline in lie["today"] if s == facts.service_index[service]
        ],
        "ways": [way(town, p.seat) for p in pools for town in p.members if town != p.seat],
        "seats": [way(p.seat, p.seat) for p in pools],
        "names": [
            {"name": names[k], "lon": places.points[town][0], "lat": places.points[town][1],
             "from": places.label_from[town]}
            for town, k in numbers.items()
        ]
        + [
            {"name": on_line(facts.seat_name(seat)), "lon": places.points[seat][0],
             "lat": places.points[seat][1], "from": 0}
            for seat in dict.fromkeys(p.seat for p in pools if p.seat not in numbers)
        ],
    }  # fmt: skip
    height = round(PICTURE_WIDTH * lie["proportion"])
    spec = charts.filled(charts.territory(), data, PICTURE_WIDTH, height)
    spec["params"] = [
        {"name": "across", "value": PICTURE_WIDTH},
        {"name": "grain", "value": charts.grain(facts.n)},
    ]
    return spec | {"title": _heading(decision, lang, service)}
