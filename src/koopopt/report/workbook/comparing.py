"""The sheets that compare: the plan with all alone and today, and all plans of a front."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from koopopt.case.facts import euros
from koopopt.criteria import CRITERIA
from koopopt.evaluation import Evaluation
from koopopt.report.values.decision import Decision
from koopopt.report.values.ranges import Savings, WhatIf
from koopopt.report.values.summary import Comparison
from koopopt.report.workbook.sheet import (
    CENTS_FORMAT,
    CHANGE_FORMAT,
    LEAST,
    MODELLED,
    MOST,
    SIGNED_CENTS_FORMAT,
    SIGNED_FORMAT,
    WHOLE_FORMAT,
    WITHOUT,
    ReportSheet,
    SheetColumn,
    SheetValue,
)
from koopopt.savings.saving import HIGH, LOW
from koopopt.text import T, with_unit


def criteria(decision: Decision, compared: Iterable[Comparison], savings: Savings) -> ReportSheet:
    """Return the plan beside all alone and today; its cost also if assumptions fail."""
    columns = (
        SheetColumn(T("Criterion")),
        SheetColumn(T("Unit")),
        SheetColumn(T("this plan"), WHOLE_FORMAT),
        SheetColumn(T("all alone"), WHOLE_FORMAT),
        SheetColumn(T("difference to all alone"), CHANGE_FORMAT),
        SheetColumn(T("today"), WHOLE_FORMAT),
        SheetColumn(T("difference to today"), CHANGE_FORMAT),
    )
    rows = (*map(_row, compared), *_cases(decision, savings), *_sampled(decision, savings))
    return ReportSheet(T("Criteria"), columns, rows)


def _row(c: Comparison) -> tuple[Any, ...]:
    plain = CENTS_FORMAT if c.digits else WHOLE_FORMAT
    signed = SIGNED_CENTS_FORMAT if c.digits else SIGNED_FORMAT
    by = CHANGE_FORMAT if c.title == CRITERIA["cost"].title else signed
    return (
        c.title,
        c.unit,
        SheetValue(c.value, plain),
        SheetValue(c.all_alone, plain),
        SheetValue(c.value - c.all_alone, by),
        SheetValue(c.status_quo, plain),
        SheetValue(c.value - c.status_quo, by),
    )


def _cases(decision: Decision, savings: Savings) -> Iterator[tuple[Any, ...]]:
    """Yield the cost under other assumptions, that of today under the same."""
    cost, today = CRITERIA["cost"], decision.today
    now: Mapping[str, WhatIf] = {}
    if today.criteria:
        now = {case.name: case for case in savings.what_if(today)}
    modelled, *others = savings.what_if(decision.plan)
    for case in others:
        # Where today has no grants, none can end.
        same = now.get(case.name) or now.get(modelled.name)
        yield (
            T("{criterion}: {case}", criterion=cost.title, case=case.title),
            cost.unit,
            case.plan,
            case.alone,
            -case.saving,
            same.plan if same else None,
            case.plan - same.plan if same else None,
        )


def _sampled(decision: Decision, savings: Savings) -> Iterator[tuple[Any, ...]]:
    """Yield the ends between which differences of the cost lie in 80 of 100 cases."""
    cost, saving, now = CRITERIA["cost"], savings.sampled(decision.plan), decision.today_saving
    if saving is None:
        return
    today = None if now is None else saving.against(now)
    for title, share in (
        (T("{criterion}: in 80 of 100 cases, from", criterion=cost.title), HIGH),
        (T("{criterion}: in 80 of 100 cases, to", criterion=cost.title), LOW),
    ):
        differences = [None if s is None else -euros(s.at(share)) for s in (saving, today)]
        yield title, cost.unit, None, None, differences[0], None, differences[1]


def front(decision: Decision, savings: Savings) -> ReportSheet:
    """Return one row a plan: every criterion, and the range of what it costs more than alone."""
    names = [*decision.criteria, *(name for name in CRITERIA if name not in decision.criteria)]
    columns = [SheetColumn(T("No."), WHOLE_FORMAT)]
    for c in map(CRITERIA.__getitem__, names):
        heading = with_unit(c.title, c.unit)
        columns.append(SheetColumn(heading, WHOLE_FORMAT if c.resolution >= 1 else CENTS_FORMAT))
    savings.learn(decision.plans)
    ranged = savings.sampled(decision.plan) is not None
    rows = []
    for number, evaluation in enumerate(decision.plans, 1):
        criteria = (evaluation.criteria[name] for name in names)
        rows.append((number, *criteria, *_ends(savings, evaluation)))
    ends = (MODELLED, LEAST, MOST) if ranged else (MODELLED, WITHOUT)
    return ReportSheet(T("Front"), (*columns, *ends), tuple(rows))


def _ends(savings: Savings, evaluation: Evaluation) -> tuple[float, ...]:
    """Return what a plan costs more than alone as modelled, and the ends of the range."""
    if (saving := savings.sampled(evaluation)) is not None:
        return tuple(-euros(cents) for cents in (saving.modelled, saving.high, saving.low))
    cases = {case.name: case for case in savings.what_if(evaluation)}
    return tuple(-cases[name].saving for name in ("modelled", "no-advantage"))
