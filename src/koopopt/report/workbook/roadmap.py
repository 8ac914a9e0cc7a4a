"""The sheets of a roadmap: its steps, its years, who pays what when, what stopping costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from koopopt.case.facts import euros
from koopopt.inquiry.years import Course, Flow
from koopopt.report.values.roadmap import Told, assumed, verdict
from koopopt.report.workbook.sheet import (
    CENTS_FORMAT,
    ID_COLUMN,
    MUNICIPALITY_COLUMN,
    SIGNED_CENTS_FORMAT,
    ReportSheet,
    SheetColumn,
)
from koopopt.text import T

_YEAR: Final = SheetColumn(T("Year"))
_AMOUNTS: Final = (
    SheetColumn(T("Running (EUR)"), CENTS_FORMAT),
    SheetColumn(T("One-off cost (EUR)"), CENTS_FORMAT),
    SheetColumn(T("Grant (EUR)"), CENTS_FORMAT),
    SheetColumn(T("Paid (EUR)"), CENTS_FORMAT),
)
_PRESENT: Final = SheetColumn(T("In money of today (EUR)"), CENTS_FORMAT)


def sheets(t: Told) -> Iterator[ReportSheet]:
    """Yield the sheets of a workbook; without a way the last one alone."""
    if t.found.course is not None:
        yield _steps(t, t.found.course)
        yield _years(t.found.course)
        yield _payments(t)
        yield _stops(t, t.found.course)
    lines = [verdict(t.found), assumed(t), *t.found.doubts]
    lines += [] if t.broken is None else [t.broken]
    yield ReportSheet(T("About"), (SheetColumn(T("To be known")),), tuple((x,) for x in lines))


def _steps(t: Told, course: Course) -> ReportSheet:
    columns = (
        SheetColumn(T("No.")),
        _YEAR,
        SheetColumn(T("Founded")),
        SheetColumn(T("One-off cost (EUR)"), CENTS_FORMAT),
        SheetColumn(T("Grants in all (EUR)"), CENTS_FORMAT),
    )
    rows = [
        (k, year, t.said(step),
         euros(course.parts(step.partnership).once) if step.founds else 0.0,
         euros(course.granted(year, step)))
        for k, (year, step) in enumerate(t.found.order, 1)
    ]  # fmt: skip
    return ReportSheet(T("Steps"), columns, tuple(rows), fixed=2)


def _years(course: Course) -> ReportSheet:
    rows = [(f.year, *_amounts(f), euros(f.present)) for f in course.flows]
    return ReportSheet(T("Cash flow"), (_YEAR, *_AMOUNTS, _PRESENT), tuple(rows), fixed=1)


def _payments(t: Told) -> ReportSheet:
    rows = [
        (id_, t.town(id_), f.year, *_amounts(f)) for id_, flows in t.paid.items() for f in flows
    ]
    columns = (ID_COLUMN, MUNICIPALITY_COLUMN, _YEAR, *_AMOUNTS)
    return ReportSheet(T("Who pays what"), columns, tuple(rows), fixed=3)


def _stops(t: Told, course: Course) -> ReportSheet:
    columns = (
        SheetColumn(T("Stops after step")),
        SheetColumn(T("More to pay, in money of today (EUR)"), SIGNED_CENTS_FORMAT),
        SheetColumn(T("Running in the last year (EUR)"), CENTS_FORMAT),
    )
    whole = course.present
    rows: list[tuple[Any, ...]] = [
        (k, euros(stopped.present - whole), euros(stopped.flow(course.years).running))
        for k, stopped in enumerate(t.stops)
    ]
    return ReportSheet(T("If the way stops"), columns, tuple(rows), fixed=1)


def _amounts(f: Flow) -> tuple[float, ...]:
    return euros(f.running), euros(f.once), euros(f.grant), euros(f.total)
