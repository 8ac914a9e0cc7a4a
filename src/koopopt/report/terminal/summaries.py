"""A summary on a terminal, in German or English: who with whom, what it costs, what to know."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from koopopt.language.inert import on_line
from koopopt.report.terminal import large
from koopopt.report.terminal.page import Page
from koopopt.report.values.large import MOST_LISTED
from koopopt.report.values.summary import (
    Broken,
    Comparison,
    MunicipalitySummary,
    PoolSummary,
    Summary,
)
from koopopt.text import T, with_unit

MAX_LINE_NAMES = 24
"""Names listed in a line before the rest is only counted."""

EURO = T("EUR/year")
PER_HEAD = T("EUR per inhab.")


def render(
    summary: Summary,
    page: Page,
    municipalities: bool = False,
    *,
    everything: bool = False,
    option: str = "",
) -> str:
    """Return the summary as text; with `municipalities` also what each of them pays.

    Of a large plan (`report.values.large`) it counts and gives examples, unless `everything` is to
    be listed; `option` is what asks for that, where the command has one.
    """

    def many(of: Sequence[object]) -> bool:
        return len(of) > MOST_LISTED and not everything

    page.line(page.title(summary.title), "bold")
    for k, sentence in enumerate(summary.verdict):
        page.line(sentence, "bold green" if summary.found and k == 0 and not summary.broken else "")
    if many(summary.broken):
        large.broken(page, summary.broken, _broken)
    else:
        _broken(page, summary.broken)
    if summary.found:
        if many(summary.pools):
            large.partnerships(page, summary, option)
        else:
            _who_with_whom(page, summary)
        _criteria(page, summary)
        if municipalities and many(summary.municipalities):
            large.towns(page, summary.municipalities, _municipalities)
        elif municipalities:
            _municipalities(page, summary.municipalities)
        page.gap()
        for note in summary.notes:
            page.line(note, "yellow")
    if summary.run is not None:
        page.line(summary.run, "dim")
    return page.text()


def _broken(page: Page, broken: Iterable[Broken]) -> None:
    for b in broken:
        where = page.title(b.service) if b.service else ""
        who = _some(page, b.members)
        place = ": ".join(part for part in (where, who) if part)
        page.line(f"• {b.rule} – {f'{place} – ' if place else ''}{page.words(b.text)}", "red", 2)


def _who_with_whom(page: Page, summary: Summary) -> None:
    forms = {page.title(pool.legal_form): "" for pool in summary.pools}
    forms = {form: f"[{k}]" for k, form in enumerate(forms, 1)}
    by_service: dict[str, list[PoolSummary]] = {}
    for pool in summary.pools:
        by_service.setdefault(page.title(pool.service), []).append(pool)
    for service, pools in by_service.items():
        page.gap()
        page.line(service, "bold")
        page.table(
            [
                (T("Seat"), "left"),
                (T("with"), "left"),
                (T("legal form"), "right"),
                (EURO, "right"),
                (PER_HEAD, "right"),
                (T("longest minutes"), "right"),
            ],
            (
                (
                    on_line(pool.seat),
                    ", ".join(map(on_line, pool.members)),
                    forms[page.title(pool.legal_form)],
                    page.figure(pool.cost),
                    page.figure(pool.cost_per_inhabitant, 2),
                    page.figure(pool.minutes),
                )
                for pool in pools
            ),
        )
    if forms:
        page.gap()
    for form, mark in forms.items():
        page.line(f"{mark} {form}", "dim")
    if summary.alone:
        page.gap()
    for alone in summary.alone:
        service = page.title(alone.service)
        page.line(T("{service}, alone: {names}", service=service, names=_some(page, alone.names)))


def _criteria(page: Page, summary: Summary) -> None:
    page.gap()
    headings = [(T("Criterion"), "left"), (T("this plan"), "right"), (T("all alone"), "right"),
                (T("difference"), "right")]  # fmt: skip
    if not summary.today_is_alone:
        headings += [(T("today"), "right"), (T("difference"), "right")]
    rows = []
    for c in summary.criteria:
        others = [c.all_alone] if summary.today_is_alone else [c.all_alone, c.status_quo]
        row = [page.words(with_unit(c.title, c.unit))]
        row.append(page.figure(c.value, c.digits))
        for other in others:
            row += [page.figure(other, c.digits), _difference(page, c, other)]
        rows.append(row)
    page.table(headings, rows)
    if summary.today_is_alone:
        page.line(T("Today nobody pools anything: all alone is the state of today."), "dim")


def _municipalities(page: Page, rows: Iterable[MunicipalitySummary]) -> None:
    page.gap()
    page.line(T("What it means for each municipality (EUR a year, costs shared by demand)"), "bold")
    page.table(
        [
            (T("Municipality"), "left"),
            (T("pooled"), "right"),
            (T("alone"), "right"),
            (T("planned"), "right"),
            (T("difference"), "right"),
            (PER_HEAD, "right"),
            (T("longest minutes"), "right"),
        ],
        (
            (
                on_line(m.name),
                page.figure(m.pooled),
                page.figure(m.cost_alone),
                page.figure(m.cost_share),
                page.figure(m.cost_share - m.cost_alone, 0, sign=True),
                page.figure(m.per_inhabitant, 2, sign=True),
                page.figure(m.minutes),
            )
            for m in rows
        ),
    )


def _difference(page: Page, c: Comparison, other: float) -> str:
    """Return the difference to another plan; of costs also per cent of it."""
    by = c.value - other
    shown = page.figure(by, c.digits, sign=True)
    if c.name.startswith("cost") and other and math.isfinite(by):
        shown += f"\n({page.figure(100 * by / abs(other), 1, sign=True)} %)"
    return shown


def _some(page: Page, names: Sequence[str]) -> str:
    """Return names with commas, the rest only counted where there are many."""
    shown = ", ".join(map(on_line, names[:MAX_LINE_NAMES]))
    if len(names) > MAX_LINE_NAMES:
        more = page.words(T("and {count} more", count=len(names) - MAX_LINE_NAMES))
        return f"{shown} {more}"
    return shown
