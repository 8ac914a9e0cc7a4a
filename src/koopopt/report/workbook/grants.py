"""The sheets of the evidence for a grant: rows of criteria, members, years, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from koopopt.case.facts import euros
from koopopt.grants.criteria import VERDICTS, Verdict
from koopopt.grants.evidence import Evidence
from koopopt.report.values.blocks import TO_DO, Grid, Heading
from koopopt.report.values.grants import Application, amount_said, to_be_known
from koopopt.report.values.parameters import CONFIDENCE
from koopopt.report.workbook.sheet import (
    CENTS_FORMAT,
    ID_COLUMN,
    MUNICIPALITY_COLUMN,
    SIGNED_CENTS_FORMAT,
    ReportSheet,
    SheetColumn,
    SheetValue,
)
from koopopt.text import T, Text

_WHICH: Final = (SheetColumn(T("No.")), SheetColumn(T("Partnership")))


def sheets(a: Application) -> Iterator[ReportSheet]:
    """Yield the sheets of a workbook."""
    yield _criteria(a)
    yield _costs(a)
    yield _amounts(a)
    yield _flow(a)
    yield _missing(a)
    yield _programme(a)


def in_plan(a: Application) -> Iterator[ReportSheet]:
    """Yield the sheets that the workbook of a plan has besides where a programme is asked for."""
    yield replace(_criteria(a), title=T("Grant criteria"))
    yield replace(_amounts(a), title=T("Grant amounts"))
    yield replace(_programme(a), title=T("Grant programme"))


def _numbered(a: Application) -> Iterator[tuple[tuple[int, Text], Evidence]]:
    for number, e in enumerate(a.found, 1):
        yield (number, a.name(e)), e


def _table(title: Text, columns: tuple[SheetColumn, ...], rows: list[Any]) -> ReportSheet:
    return ReportSheet(title, (*_WHICH, *columns), tuple(rows), fixed=2)


def _criteria(a: Application) -> ReportSheet:
    headings = (T("Criterion"), T("Verdict"), T("Figures"), T("Note"), T("Source"), T("Confidence"))
    rows = [
        (*which, j.title, SheetValue(VERDICTS[j.verdict], marked=j.verdict is not Verdict.PASS),
         Text("\n".join(f"{{f{k}}}" for k in range(len(j.found))),
              {f"f{k}": text for k, text in enumerate(j.found)}),
         j.note or None, j.source or None, CONFIDENCE.get(j.confidence))
        for which, e in _numbered(a)
        for j in e.criteria
    ]  # fmt: skip
    return _table(T("Criteria"), tuple(map(SheetColumn, headings)), rows)


def _costs(a: Application) -> ReportSheet:
    """Return one row a member; what no table gives is a blank to be filled in."""
    cents, signed = CENTS_FORMAT, SIGNED_CENTS_FORMAT
    columns = (
        ID_COLUMN,
        MUNICIPALITY_COLUMN,
        SheetColumn(T("Pools the service today")),
        SheetColumn(T("Personnel cost before (EUR a year)"), cents),
        SheetColumn(T("Material cost before (EUR a year)"), cents),
        SheetColumn(T("Cost before (EUR a year)"), cents),
        SheetColumn(T("Share of the cost together (EUR a year)"), cents),
        SheetColumn(T("Difference (EUR a year)"), signed),
        SheetColumn(T("Share with the grant a year (EUR a year)"), cents),
        SheetColumn(T("Difference with the grant (EUR a year)"), signed),
    )
    rows = [row for which, e in _numbered(a) for row in _members(a, which, e)]
    return _table(T("Costs"), columns, rows)


def _members(a: Application, which: tuple[int, Text], e: Evidence) -> Iterator[tuple[Any, ...]]:
    c = e.comparison
    for k, id_ in enumerate(c.members):
        own = e.split.get(id_)
        yield (
            *which, id_, a.town(id_), T("yes") if c.pooled_today[k] else T("no"),
            None if own is None else euros(own.personnel),
            None if own is None else euros(own.material),
            *_amounts_of(c.previous[k], c.shares[k], c.granted_shares[k]),
        )  # fmt: skip
    sums = (sum(c.previous), sum(c.shares), sum(c.granted_shares))
    yield (*which, None, T("All members"), None, None, None, *_amounts_of(*sums))


def _amounts_of(before: int, share: int, granted: int) -> tuple[float, ...]:
    cents = (before, share, share - before, granted, granted - before)
    return tuple(map(euros, cents))


def _amounts(a: Application) -> ReportSheet:
    columns = (
        SheetColumn(T("Amount")),
        SheetColumn(T("The most (EUR once)"), CENTS_FORMAT),
        SheetColumn(T("The most by one-off cost (EUR once)"), CENTS_FORMAT),
        SheetColumn(T("Note")),
        SheetColumn(T("Source")),
    )
    rows: list[Any] = []
    for which, e in _numbered(a):
        if not e.eligible:
            unknown = T("The amounts of the programme are not known.")
            rows.append((*which, unknown, None, None, None, None))
        rows += [
            (*which, amount_said(x), euros(x.most), euros(x.capped), x.amount.note or None,
             x.amount.source or None)
            for x in e.eligible
        ]  # fmt: skip
    return _table(T("Amounts"), columns, rows)


def _flow(a: Application) -> ReportSheet:
    cents, signed = CENTS_FORMAT, SIGNED_CENTS_FORMAT
    columns = (
        SheetColumn(T("Year")),
        SheetColumn(T("As before (EUR)"), cents),
        SheetColumn(T("Together (EUR)"), cents),
        SheetColumn(T("One-off cost (EUR)"), cents),
        SheetColumn(T("Grant (EUR)"), cents),
        SheetColumn(T("Saved so far without the grant (EUR)"), signed),
        SheetColumn(T("Saved so far with the grant (EUR)"), signed),
    )
    rows = [
        (*which, y.number, *map(euros, (y.previous, y.joint, y.one_off, y.grant, y.balance,
                                         y.granted_balance)))
        for which, e in _numbered(a)
        for y in e.flow
    ]  # fmt: skip
    return _table(T("Cash flow"), columns, rows)


def _missing(a: Application) -> ReportSheet:
    rows = [
        (*which, TO_DO, T("application"), what) for which, e in _numbered(a) for what in e.missing
    ]
    rows += [(*which, TO_DO, T("later"), what) for which, e in _numbered(a) for what in e.later]
    columns = tuple(map(SheetColumn, (T("Done"), T("When"), T("What"))))
    return _table(T("Missing"), columns, rows)


def _programme(a: Application) -> ReportSheet:
    rows: list[Any] = [(a.programme.title,)]
    rows += [(block.text,) for block in to_be_known(a) if not isinstance(block, Heading | Grid)]
    return ReportSheet(T("Programme"), (SheetColumn(T("To be known")),), tuple(rows))
