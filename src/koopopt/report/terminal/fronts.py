"""A front on a terminal: its points, a picture, how complete it is; and its verification."""

from __future__ import annotations

import math
from typing import Any, Final

from koopopt.pareto.verify import Verification
from koopopt.pareto.words import thinned
from koopopt.report.terminal.page import Page
from koopopt.report.terminal.plot import (
    MIN_PLOT_WIDTH,
    PLOT_WIDTH,
    scatter,
)
from koopopt.report.values.fronts import FrontSummary
from koopopt.report.values.savings import short
from koopopt.text import T, Text

MAX_POINT_ROWS: Final = 40
"""Rows of the table of points."""


def render(summary: FrontSummary, page: Page) -> str:
    """Return the summary as text."""
    page.line(page.title(summary.title), "bold")
    for k, sentence in enumerate(summary.verdict):
        page.line(sentence, "bold green" if summary.proven and k == 0 else "")
    if summary.rows:
        _table(page, summary)
        _savings(page, summary)
        _picture(page, summary)
        page.gap()
        for note in summary.notes:
            page.line(note, "yellow")
    page.line(summary.run, "dim")
    return page.text()


def _table(page: Page, summary: FrontSummary) -> None:
    shown = thinned(len(summary.rows), MAX_POINT_ROWS)
    page.gap()
    page.table(
        [(T("No."), "right"), *((c.title, "right") for c in summary.columns)],
        (
            [
                page.figure(k + 1),
                *(
                    page.figure(value, column.digits)
                    for value, column in zip(summary.rows[k], summary.columns, strict=True)
                ),
            ]
            for k in shown
        ),
    )
    if len(shown) < len(summary.rows):
        page.line(
            T("Shown are {shown} of {count}, evenly spread; `--out` and `--json` give all.",
              shown=len(shown), count=len(summary.rows))
        )  # fmt: skip
    units = [page.words(column.full) for column in summary.columns if column.unit]
    if units:
        page.line("; ".join(units), "dim")


def _savings(page: Page, summary: FrontSummary) -> None:
    """Show what each plan saves against all alone, or costs more."""
    if not summary.savings:
        return
    page.gap()
    page.line(T("Against all alone, a year"), "bold")
    page.table(
        [(T("No."), "right"), (T("in 80 of 100 cases"), "left"), (T("as modelled"), "left")],
        (
            [page.figure(k + 1), *map(page.words, short(summary.savings[k]))]
            for k in thinned(len(summary.savings), MAX_POINT_ROWS)
        ),
    )


def _picture(page: Page, summary: FrontSummary) -> None:
    """Draw the first two criteria, if there is more than one point."""
    points = [(row[0], row[1]) for row in summary.rows]
    room = page.width - 20
    if (
        room < MIN_PLOT_WIDTH
        or len(points) < 2
        or not all(math.isfinite(v) for point in points for v in point)
    ):
        return
    page.gap()
    names = tuple(page.words(column.full) for column in summary.columns[:2])
    for line in scatter(points, (names[0], names[1]), page.lang, min(PLOT_WIDTH, room)):
        page.line(line)
    if summary.count > 2:
        page.line(T("The picture shows the first two criteria only."), "dim")


def verification(found: Verification, page: Page) -> str:
    """Return what came of checking a front as text."""
    for check in found.checks:
        judged, style = {
            True: (T("✓ holds: {text}", text=check.text), "green"),
            False: (T("✗ fails: {text}", text=check.text), "bold red"),
            None: (T("– undecided: {text}", text=check.text), "yellow"),
        }[check.ok]
        page.line(judged, style)
    page.line(_judgement(found), "bold")
    return page.text()


def _judgement(found: Verification) -> Text:
    if found.failed:
        return T("The front does not hold: see what fails.")
    if found.ok:
        return T("Everything that was checked holds.")
    return T("Nothing is wrong as far as could be checked in the time given.")


def verification_table(found: Verification, lang: str = "en") -> dict[str, Any]:
    """Return the object of `koopopt verify --json`; texts are in `lang`."""
    return {
        "ok": found.ok,
        "failed": found.failed,
        "checks": [
            {"name": check.name, "ok": check.ok, "text": check.text.render(lang)}
            for check in found.checks
        ],
        "seconds": found.seconds,
    }
