"""A choice from a front on a terminal: which plan, why, what moving away from it costs.

The plan is shown as `solve` shows it. Plans are numbered from 1, as in the front's own files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from koopopt.case.plan import Partnership
from koopopt.choice import Alternatives, Bond, Robustness
from koopopt.criteria import CRITERIA
from koopopt.evaluation import Evaluation
from koopopt.language.inert import on_line
from koopopt.pareto.front import Front
from koopopt.problem import Problem
from koopopt.report.terminal import summaries
from koopopt.report.terminal.page import Page
from koopopt.report.values import summarise
from koopopt.report.values.choices import Chosen
from koopopt.report.values.savings import against_alone
from koopopt.savings.saving import Savings
from koopopt.text import T, Text, with_unit

if TYPE_CHECKING:
    import pandas as pd

MIN_SHOWN: Final = 1e-5
"""Smaller values of a model would lose digits with six decimals, or be shown as 0."""
MAX_CHOICE_ROWS: Final = 20
"""Rows of a table on a terminal; JSON has all."""

FIGURE_HEADINGS: Final = {
    "weight": T("weight"),
    "lowest": T("the best from"),
    "highest": T("up to"),
    "aspiration": T("wish"),
    "goal": T("goal"),
    "missed": T("missed by"),
    "share": T("% of range"),
    "left": T("plans left"),
    "regret": T("regret"),
    "favourite": T("favourite plan"),
}
"""Headings of the numbers behind a choice; see `Choice.figures`."""


def render(chosen: Chosen, page: Page) -> str:
    """Return a choice as text: the plan as `solve` shows it, then why, then what was asked."""
    evaluation = chosen.evaluation
    if evaluation is not None:
        summary = summarise.of_evaluation(evaluation)
        summaries.render(replace(summary, verdict=chosen.verdict), page)
    else:
        for sentence in chosen.verdict:
            page.line(sentence)
        page.gap()
        page.table(
            [(T("Column"), "left"), (T("Value"), "right")],
            ((on_line(name), page.any_figure(v)) for name, v in _shown(list(chosen.columns()))),
        )
    _why(page, chosen)
    if chosen.rates is not None:
        _prices(page, chosen)
    if chosen.robust is not None:
        _agreed(page, chosen.robust, chosen.front)
    if chosen.others is not None:
        _others(page, chosen.others, chosen.front)
    return page.text()


def _shown(rows: Sequence[Any]) -> Sequence[Any]:
    return rows[:MAX_CHOICE_ROWS]


def _value(page: Page, front: Front, value: float) -> str:
    if 0 < abs(value) < MIN_SHOWN:
        return f"{value:g}"  # of a model in billions, say
    return page.figure(value) if isinstance(front.subject, Problem) else page.any_figure(value)


def _named(front: Front, name: str) -> Text | str:
    """Return a criterion with its unit."""
    if not isinstance(front.subject, Problem):
        return on_line(name)
    return with_unit(CRITERIA[name].title, CRITERIA[name].unit)


def _why(page: Page, chosen: Chosen) -> None:
    """Show the point among all, with the numbers of the method."""
    front, choice = chosen.front, chosen.choice
    by_council = choice.method == "regret"
    page.gap()
    page.line(T("Among all plans of the front"), "bold")
    figures = {} if by_council else choice.figures
    extra = list(dict.fromkeys(key for row in figures.values() for key in row))
    headings = [(T("Criterion"), "left"), (T("this plan"), "right"), (T("best"), "right"),
                (T("worst"), "right"), *((FIGURE_HEADINGS[k], "right") for k in extra)]  # fmt: skip
    rows = []
    for k, name in enumerate(front.criteria):
        column = front.values[:, k]
        numbers = (column[choice.index], column.min(), column.max())
        row = figures.get(name, {})
        rows.append(
            [page.words(_named(front, name)), *(_value(page, front, float(v)) for v in numbers)]
            + [_figure(page, key, row.get(key)) for key in extra]
        )
    page.table(headings, rows)
    if by_council:
        page.gap()
        keys = ("regret", "favourite")
        page.table(
            [(T("Council"), "left"), *((FIGURE_HEADINGS[k], "right") for k in keys)],
            (
                [on_line(who), *(_figure(page, key, row[key]) for key in keys)]
                for who, row in choice.figures.items()
            ),
        )


def _figure(page: Page, key: str, value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    match key:
        case "share":
            return page.figure(100 * value, 1)
        case "favourite":
            return page.figure(value + 1)
        case "left" | "weight":
            return page.any_figure(value)
    return page.figure(value, 2)


def _prices(page: Page, chosen: Chosen) -> None:
    front, rates = chosen.front, chosen.rates or ()
    page.gap()
    page.line(T("What it costs to move to other plans"), "bold")
    if not rates:
        page.line(T("From here no criterion can be bought with another one alone."))
        return
    page.table(
        [(T("Plan"), "right"), (T("less"), "left"), (T("by"), "right"), (T("more"), "left"),
         (T("by"), "right"), (T("price of one"), "right")],
        (
            (
                page.figure(rate.to + 1),
                page.words(_title(front, rate.gained)),
                _value(page, front, rate.gain),
                page.words(_title(front, rate.paid)),
                _value(page, front, rate.price),
                _rated(page, rate.rate),
            )
            for rate in rates
        ),
    )  # fmt: skip


def _rated(page: Page, rate: float) -> str:
    """Return a rate with decimals that tell something."""
    return page.figure(rate, 2) if rate >= 0.1 else page.any_figure(rate)


def _title(front: Front, name: str) -> Text | str:
    return CRITERIA[name].title if isinstance(front.subject, Problem) else on_line(name)


def _agreed(page: Page, robust: Robustness, front: Front) -> None:
    page.gap()
    page.line(T("What the plans of the front agree on"), "bold")
    page.line(robust.text)
    core = robust.pairs[robust.pairs["kind"] == "core"]
    bonds = _bonds(core)
    if bonds:
        page.line(T("Together in all of them:"))
        _bound(page, bonds, front)
    else:
        page.line(T("Nobody is together in all of them."))
    border = robust.pairs[robust.pairs["kind"] == "borderline"].to_dict("records")
    if border:
        page.line(T("Together in some of them ({count} pairs):", count=len(border)))
        page.table(
            [(T("Service"), "left"), (T("Municipality"), "left"), (T("with"), "left"),
             (T("plans"), "right"), (T("% of plans"), "right")],
            (
                (
                    _service(page, front, str(row["service"])),
                    on_line(str(row["name_a"])),
                    on_line(str(row["name_b"])),
                    page.figure(row["plans"]),
                    page.figure(100 * row["share"]),
                )
                for row in _shown(border)
            ),
        )  # fmt: skip


def _bonds(core: pd.DataFrame) -> list[Bond]:
    """Return core pairs as groups: being together in all plans is passed on from pair to pair."""
    groups: dict[tuple[str, str], list[str]] = {}
    for service, a, b in core.sort_values(["service", "a", "b"])[["service", "a", "b"]].to_numpy():
        if not any(a in who[1:] for (s, _), who in groups.items() if s == service):
            groups.setdefault((service, a), [a]).append(b)
    return [Bond(service, tuple(who)) for (service, _), who in groups.items()]


def _bound(page: Page, bonds: Iterable[Bond], front: Front) -> None:
    for bond in bonds:
        where = _service(page, front, bond.service)
        page.line(f"• {where}: {', '.join(_names(front, bond.members))}", indent=2)


def _service(page: Page, front: Front, service: str) -> str:
    assert isinstance(front.subject, Problem)
    facts = front.subject.facts
    return page.title(facts.services[facts.service_index[service]].title)


def _names(front: Front, ids: Iterable[str]) -> list[str]:
    assert isinstance(front.subject, Problem)
    facts = front.subject.facts
    return [on_line(facts.seat_name(i)) for i in ids]


def _others(page: Page, others: Alternatives, front: Front) -> None:
    page.gap()
    page.line(T("Other plans that are as good"), "bold")
    limits = ", ".join(
        f"{page.words(_title(front, name))} ≤ {page.any_figure(round(value, 2))}"
        for name, value in others.limits.items()
    )
    page.line(T("Plans within {limits} that have others together.", limits=limits))
    own = set(front.plans[others.index].partnerships)
    savings = Savings(others.plans[0].problem) if others.plans else None
    for number, (evaluation, distance) in enumerate(
        zip(others.plans, others.distance, strict=True), 1
    ):
        page.gap()
        page.line(
            T("{number}. {distance} pairs differ; new are:", number=str(number), distance=distance)
        )
        _new(page, evaluation, own, front)
        if savings is not None and (saving := savings.of(evaluation.plan)) is not None:
            page.line(against_alone(saving), indent=2)
    page.gap()
    if others.all:
        page.line(
            T("Proven: there are no more such plans.")
            if others.plans
            else T("Proven: there is no other such plan.")
        )
    _needed(page, others, front)


def _new(page: Page, evaluation: Evaluation, own: set[Partnership], front: Front) -> None:
    """Show the partnerships of a plan that the chosen plan does not have."""
    for p in evaluation.plan.partnerships:
        if p not in own:
            (seat,) = _names(front, [p.seat])
            members = _names(front, [m for m in p.members if m != p.seat])
            text = (
                T("{seat} with {names}", seat=seat, names=", ".join(members))
                if members
                else T("{seat} alone", seat=seat)
            )
            page.line(f"• {_service(page, front, p.service)}: {page.words(text)}", indent=2)


def _needed(page: Page, others: Alternatives, front: Front) -> None:
    if not others.decided:
        page.line(T("Who is together in every such plan could not be proven in the time given."))
    elif others.necessary:
        page.line(T("Proven: in every such plan these are together, this plan included:"))
        _bound(page, others.necessary, front)
    else:
        page.line(T("Proven: nobody is together in every such plan."))
