"""A front on a terminal: its points, a picture, how complete it is; and its verification.

As everywhere in reports, `summarise` says what is to be said in plain values, `render` shows it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from koopopt.criteria import CRITERIA
from koopopt.pareto.front import Front
from koopopt.pareto.represent import overview
from koopopt.pareto.verify import Verification
from koopopt.pareto.words import completeness, thinned
from koopopt.problem import Problem
from koopopt.report.terminal.plot import (
    LEAST_PLOT_WIDTH,
    PLOT_WIDTH,
    digits,
    scatter,
)
from koopopt.report.terminal.summaries import Page
from koopopt.report.values import parameters
from koopopt.report.values.summary import Title
from koopopt.text import T, Text, with_unit

MAX_POINT_ROWS: Final = 40
"""Rows of the table of points."""
MAX_OVERVIEW_POINTS: Final = 12
"""Points to take for an overview of a front that is not complete."""


@dataclass(frozen=True, slots=True)
class PointColumn:
    """A criterion or an objective: its title, its unit if it has one, the decimals to show."""

    title: Text
    unit: Text | None
    digits: int

    @property
    def full(self) -> Text:
        """Title and unit."""
        return with_unit(self.title, self.unit) if self.unit else self.title


@dataclass(frozen=True, slots=True)
class FrontSummary:
    """A front in words and figures.

    Attributes
    ----------
    title : Title
    verdict : tuple of Text
        What is known; first the sentence that matters most.
    proven : bool
        Whether nothing is missing.
    columns : tuple of Column
        First those of the front, then the other criteria of plans.
    count : int
        How many of the columns are the front's.
    rows : tuple of tuples of float
        One a point.
    notes : tuple of Text
    run : Text
    """

    title: Title
    verdict: tuple[Text, ...]
    proven: bool
    columns: tuple[PointColumn, ...]
    count: int
    rows: tuple[tuple[float, ...], ...]
    notes: tuple[Text, ...]
    run: Text


def summarise(front: Front) -> FrontSummary:
    """Return the summary of a front."""
    subject = front.subject
    rows = [[float(v) for v in row] for row in front.to_frame().to_numpy(float)]
    names = list(front.criteria)
    if isinstance(subject, Problem):
        title = subject.instance.title or {"en": subject.instance.name}
        names += [name for name in CRITERIA if name not in names]
    else:
        title = {"en": subject.name}
    columns = tuple(_column(front, name, [row[k] for row in rows]) for k, name in enumerate(names))
    return FrontSummary(
        title=title,
        verdict=tuple(verdict(front)),
        proven=front.complete and bool(rows),
        columns=columns,
        count=len(front.criteria),
        rows=tuple(map(tuple, rows)),
        notes=tuple(_notes(front)),
        run=run(front),
    )


def run(front: Front) -> Text:
    """Return how a front was computed."""
    seconds = round(front.seconds, 1 if front.seconds >= 1 else 2)
    return T("{points} points, {solves} questions to solvers, {seconds} s.",
             points=len(front), solves=front.solves, seconds=seconds)  # fmt: skip


def _column(front: Front, name: str, values: list[float]) -> PointColumn:
    known = [v for v in values if math.isfinite(v)]
    spread = max(known) - min(known) if known else 0.0
    whole = all(v.is_integer() for v in known)
    if isinstance(front.subject, Problem):
        c = CRITERIA[name]
        return PointColumn(c.title, c.unit, 0 if whole else digits(spread))
    return PointColumn(Text("{name}", {"name": name}), None, 0 if whole else digits(spread))


def verdict(front: Front) -> list[Text]:
    """Return what is known of a front; first the sentence that matters most."""
    said = [completeness(front)]
    if not front.complete and len(front) > 2:
        said += _overview(front)
    if front.interrupted:
        said.append(T("Stopped early."))
    if front.infeasible and isinstance(front.subject, Problem):
        said.append(T("`koopopt solve` names rules that cannot hold together."))
    said += [T("The solver says: {message}", message=message) for message in front.messages]
    return said


def _overview(front: Front) -> Iterator[Text]:
    """Yield which points show the front, where so much is proven of a few."""
    chosen = overview(front, MAX_OVERVIEW_POINTS)
    if 1 < len(chosen) < len(front):
        yield T("For an overview, take numbers {numbers}. Proven: no other {count} show more of"
                " the front by more than a factor of 1.5.",
                numbers=", ".join(str(k + 1) for k in chosen), count=len(chosen))  # fmt: skip


def _notes(front: Front) -> list[Text]:
    subject = front.subject
    if not len(front):
        return []
    if not isinstance(subject, Problem):
        negated = [o.name for o in subject.objectives if o.negated and o.name in front.criteria]
        if negated:
            return [T("To be maximised, so shown as their negatives: {names}.",
                      names=", ".join(negated))]  # fmt: skip
        return []
    assumed, figures = parameters.assumptions(parameters.of_instance(subject.instance))
    return [
        T("Differences are model estimates, not promises: {assumed} of {figures} figures are"
          " assumptions (`koopopt models show NAME` names them), and studies found savings mainly"
          " for small members, or none.", assumed=assumed, figures=figures)
    ]  # fmt: skip


def render(summary: FrontSummary, page: Page) -> str:
    """Return the summary as text."""
    page.line(page.title(summary.title), "bold")
    for k, sentence in enumerate(summary.verdict):
        page.line(sentence, "bold green" if summary.proven and k == 0 else "")
    if summary.rows:
        _table(page, summary)
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


def _picture(page: Page, summary: FrontSummary) -> None:
    """Draw the first two criteria, if there is more than one point."""
    points = [(row[0], row[1]) for row in summary.rows]
    room = page.width - 20
    if (
        room < LEAST_PLOT_WIDTH
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
