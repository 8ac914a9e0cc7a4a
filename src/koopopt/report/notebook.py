"""Values as notebooks show them: tables first, with a picture where one can be drawn.

Every cell of a notebook is its own little page, so the HTML is small and static: no script, no
style sheet, nothing loaded from anywhere. Words from data are escaped. A picture is an extra:
where it cannot be drawn, because a package is missing or a plan is malformed, the tables stand.

`koopopt.shown.Shown` calls `html`.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Final, TypeVar

from koopopt.case.facts import euros
from koopopt.case.instance import Instance
from koopopt.case.plan import Plan
from koopopt.evaluation import Evaluation, all_alone, evaluate
from koopopt.language.inert import on_line
from koopopt.pareto.front import Front
from koopopt.pareto.words import completeness, thinned
from koopopt.problem import Problem
from koopopt.report.colours import ALONE_COLOUR, INK, TONES
from koopopt.report.maps import tones
from koopopt.report.values import fronts, paying, savings, summarise
from koopopt.report.values.decision import Decision
from koopopt.report.values.summary import Comparison, Summary
from koopopt.sharing.allocation import Allocation
from koopopt.solving.optimise import Result, Status
from koopopt.text import T, Text, in_language, number, with_unit

R = TypeVar("R")

MAX_NOTEBOOK_ROWS: Final = 20
"""Rows of a table."""
ABOUT: Final = ("source", "confidence")
"""What a table of rules says of itself; no rules."""
MAX_PICTURE_BYTES: Final = 3_000_000
"""Of a picture: notebooks are saved with all that they show."""


def html(what: object, lang: str = "en") -> str:
    """Return an instance, a plan, an evaluation, a result, a front or an allocation as HTML.

    Raises
    ------
    TypeError
        For anything else.
    """
    match what:
        case Instance():
            return _instance(what, lang)
        case Plan():
            return _plan(what, lang)
        case Evaluation():
            return _summary(summarise.of_evaluation(what), what, lang)
        case Result():
            return _summary(summarise.of_result(what), what.evaluation, lang)
        case Front():
            return _front(what, lang)
        case Allocation():
            return _allocation(what, lang)
    raise TypeError(f"{type(what).__name__} has no HTML of its own")


def _instance(instance: Instance, lang: str) -> str:
    rules = {key: value for key, value in instance.rules.items() if key not in ABOUT}
    for service in instance.services:
        own = {key: value for key, value in service.rules.items() if key not in ABOUT}
        rules |= {f"{service.id}: {key}": value for key, value in own.items()}
    services = ", ".join(in_language(s.title, lang) for s in instance.services)
    forms = ", ".join(in_language(f.title, lang) for f in instance.legal_forms)
    people = sum(town.population for town in instance.municipalities)
    rows: list[tuple[Text, object]] = [
        (T("Municipalities"), len(instance.municipalities)),
        (T("Inhabitants"), round(people) if math.isfinite(people) else people),
        (T("Services"), services),
        (T("Legal forms"), forms),
        (T("Rules"), "; ".join(f"{key} = {_value(value)}" for key, value in rules.items())),
    ]
    facts = [[_cell(key, lang, "th"), _cell(value, lang)] for key, value in rows]

    def draw() -> str:
        problem = Problem.of(instance)
        return _map(evaluate(problem, all_alone(problem)), lang)

    title = in_language(instance.title, lang) or instance.name
    return _heading(title) + _table([], facts) + _picture(draw, title)


def _value(value: object) -> str:
    """Return a rule's value as instance.toml has it, more or less."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{k} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plan(plan: Plan, lang: str) -> str:
    """Show who is served from where; a plan knows ids only."""
    services = list(dict.fromkeys(p.service for p in plan.partnerships))
    towns = sorted({town for p in plan.partnerships for town in p.members})
    seats: dict[tuple[str, str], list[object]] = {}
    for p in plan.partnerships:
        for town in p.members:
            seats.setdefault((town, p.service), []).append(p.seat if p.pooled else T("alone"))
    rows = [
        [_cell(town, lang, "th")]
        + [_cell(_listed(seats.get((town, service), []), lang), lang) for service in services]
        for town in _some(towns)
    ]
    heads = [T("Municipality"), *services]
    return _table([_cell(head, lang, "th") for head in heads], rows) + _rest(towns, lang)


def _listed(parts: Iterable[object], lang: str) -> str:
    return ", ".join(_words(part, lang) for part in parts) or "–"


def _summary(summary: Summary, evaluation: Evaluation | None, lang: str) -> str:
    title = in_language(summary.title, lang)
    parts = [_heading(title), *(_paragraph(said, lang) for said in summary.verdict)]
    told = summary.broken[:MAX_NOTEBOOK_ROWS]
    parts += [_paragraph(f"{b.rule}: {b.text.render(lang)}", lang) for b in told]
    if more := len(summary.broken) - len(told):
        parts.append(_paragraph(T("and {count} more", count=more), lang))
    if evaluation is not None and summary.found:
        parts += [_criteria(summary.criteria, lang), _matrix(evaluation, lang)]
        parts += [_paragraph(note, lang) for note in summary.notes]
        parts.append(_picture(lambda: _map(evaluation, lang), title))
    return "".join(parts)


def _criteria(rows: Iterable[Comparison], lang: str) -> str:
    heads = [_cell(T("Criterion"), lang, "th")]
    heads += [
        _cell(head, lang, "th", right=True)
        for head in (T("this plan"), T("all alone"), T("difference"))
    ]
    body = []
    for c in rows:
        named = with_unit(c.title, c.unit)
        figures = [_figure(v, lang, c.digits) for v in (c.value, c.all_alone)]
        figures.append(_figure(c.value - c.all_alone, lang, c.digits, sign=True))
        body.append([_cell(named, lang, "th"), *(_cell(v, lang, right=True) for v in figures)])
    return _table(heads, body)


def _matrix(evaluation: Evaluation, lang: str) -> str:
    """Show for each municipality and service the seat, in the colour of the partnership."""
    facts = evaluation.problem.facts
    wanted = tones.preferred(facts)
    cells: dict[tuple[str, str], str] = {}
    for service in facts.services:
        parts = evaluation.plan.of(service.id)
        shades = tones.of_service(facts, [p for p in parts if p.pooled], wanted)
        for p in parts:
            seat = facts.seat_name(p.seat)
            tone = TONES[shades[p]] if p.pooled else ALONE_COLOUR
            for town in p.members:
                cells[town, service.id] = _cell(seat if p.pooled else T("alone"), lang, tone=tone)
    towns = facts.instance.municipalities
    rows = [
        [_cell(town.name, lang, "th")] + [cells[town.id, s.id] for s in facts.services]
        for town in _some(towns)
    ]
    heads: list[object] = [T("Municipality"), *(in_language(s.title, lang) for s in facts.services)]
    return _table([_cell(head, lang, "th") for head in heads], rows) + _rest(towns, lang)


def _front(front: Front, lang: str) -> str:
    frame = front.to_frame()
    plans = isinstance(front.subject, Problem)
    heads = [_cell(T("Plan") if plans else T("No."), lang, "th")]
    heads += [_cell(str(name), lang, "th", right=True) for name in frame.columns]
    shown = thinned(len(front), MAX_NOTEBOOK_ROWS)
    rows = [
        [_cell(k + 1, lang, "th")]
        + [_cell(number(float(v), lang), lang, right=True) for v in frame.iloc[k]]
        for k in shown
    ]
    if saved := fronts.saved(front):
        heads.append(_cell(savings.AGAINST_ALONE, lang, "th", right=True))
        for row, k in zip(rows, shown, strict=True):
            row.append(_cell(savings.difference(saved[k]), lang, right=True))

    def draw() -> str:
        from koopopt.report.pictures import drawing

        return drawing.svg(Decision.of(front), "chart", lang)

    text = _table(heads, rows) + _rest(front.points, lang) + _paragraph(completeness(front), lang)
    return text + (_picture(draw, ", ".join(front.criteria)) if plans and len(front) > 1 else "")


def _allocation(a: Allocation, lang: str) -> str:
    """Show what each member pays under each key, then what is said of keys and partnership.

    As a plan, an allocation knows ids only.
    """
    paid = list(a.payments.values())
    heads = [_cell(T("Municipality"), lang, "th"), _cell(T("alone"), lang, "th", right=True)]
    heads += [_cell(payment.key.short, lang, "th", right=True) for payment in paid]
    columns = [a.alone, *(payment.cents for payment in paid)]
    rows = [
        [_cell(id_, lang, "th")]
        + [_cell(number(euros(cents[k]), lang, 2), lang, right=True) for cents in columns]
        for k, id_ in _some(list(enumerate(a.members)))
    ]
    title = T("{service}, seat {seat}: {cost} EUR a year, and {office} EUR of the office",
              service=a.partnership.service, seat=a.partnership.seat,
              cost=number(euros(a.cost), lang, 2),
              office=number(euros(a.office), lang, 2))  # fmt: skip
    said = [
        Text("{key}: {sentence}", {"key": payment.key.title, "sentence": sentence})
        for payment in paid
        for sentence in paying.sentences(a, payment, str)
    ]
    told = [*said, *paying.whole(a, str)]
    parts = [_heading(title.render(lang)), _table(heads, rows), _rest(a.members, lang)]
    return "".join([*parts, *(_paragraph(sentence, lang) for sentence in told)])


def _map(evaluation: Evaluation, lang: str) -> str:
    """Draw the map of the first service in which somebody pools."""
    from koopopt.report.pictures import drawing

    given = Result(evaluation.problem, Status.FEASIBLE, evaluation, None, "", "", 0.0)
    return drawing.svg(Decision.of(given), "map", lang)


def _picture(draw: Callable[[], str], title: str) -> str:
    """Return a picture, or nothing where there is none to be had."""
    try:
        data = draw().encode()
    except Exception:  # whatever is wrong with the picture, the table must be shown
        return ""
    if len(data) > MAX_PICTURE_BYTES:
        return ""
    source = base64.b64encode(data).decode()
    alt, style = escape(on_line(title)), "max-width:min(100%,720px)"
    return f'<img alt="{alt}" style="{style}" src="data:image/svg+xml;base64,{source}">'


# -- HTML --------------------------------------------------------------------------------------


def _words(what: object, lang: str) -> str:
    if isinstance(what, Text):
        return on_line(what.render(lang))
    if isinstance(what, (int, float)) and not isinstance(what, bool):
        return number(what, lang)
    return on_line(str(what))


def _figure(value: float, lang: str, digits: int, *, sign: bool = False) -> str:
    if not math.isfinite(value):
        return "–"
    return number(value, lang, digits, sign=sign)


def _cell(
    what: object, lang: str, tag: str = "td", *, right: bool = False, tone: str | None = None
) -> str:
    style = f"padding:2px 8px;text-align:{'right' if right else 'left'}"
    if tone is not None:
        style += f";background:{tone};color:{INK}"
    return f'<{tag} style="{style}">{escape(_words(what, lang))}</{tag}>'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    head = f"<thead><tr>{''.join(heads)}</tr></thead>" if heads else ""
    return f"<table>{head}<tbody>{body}</tbody></table>"


def _paragraph(text: Text | str, lang: str) -> str:
    return f"<p>{escape(_words(text, lang))}</p>"


def _heading(title: str) -> str:
    return f"<p><strong>{escape(on_line(title))}</strong></p>"


def _some(rows: Sequence[R]) -> list[R]:
    return [rows[k] for k in thinned(len(rows), MAX_NOTEBOOK_ROWS)]


def _rest(rows: Sequence[object], lang: str) -> str:
    """Say how many rows are not shown."""
    if len(rows) <= MAX_NOTEBOOK_ROWS:
        return ""
    said = T(
        "Shown are {shown} of {count}, evenly spread.", shown=MAX_NOTEBOOK_ROWS, count=len(rows)
    )
    return _paragraph(said, lang)
