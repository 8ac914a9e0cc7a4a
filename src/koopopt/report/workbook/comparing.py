"""The sheets that compare: the plan with all alone and today, and all plans of a front."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from koopopt.criteria import CRITERIA
from koopopt.report.decision import Decision
from koopopt.report.ranges import Savings, WhatIf
from koopopt.report.summary import Comparison
from koopopt.report.workbook.sheet import (
    CENTS,
    MODELLED,
    SIGNED,
    SIGNED_CENTS,
    WHOLE,
    WITHOUT,
    Cell,
    Column,
    Sheet,
)
from koopopt.text import T, with_unit


def criteria(decision: Decision, compared: Iterable[Comparison], savings: Savings) -> Sheet:
    """Return the plan beside all alone and today; its cost also if assumptions fail."""
    columns = (
        Column(T("Criterion")),
        Column(T("Unit")),
        Column(T("this plan"), WHOLE),
        Column(T("all alone"), WHOLE),
        Column(T("difference to all alone"), SIGNED),
        Column(T("today"), WHOLE),
        Column(T("difference to today"), SIGNED),
    )
    rows = (*map(_row, compared), *_cases(decision, savings))
    return Sheet(T("Criteria"), columns, rows)


def _row(c: Comparison) -> tuple[Any, ...]:
    plain, signed = (CENTS, SIGNED_CENTS) if c.digits else (WHOLE, SIGNED)
    return (
        c.title,
        c.unit,
        Cell(c.value, plain),
        Cell(c.all_alone, plain),
        Cell(c.value - c.all_alone, signed),
        Cell(c.status_quo, plain),
        Cell(c.value - c.status_quo, signed),
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


def front(decision: Decision, savings: Savings) -> Sheet:
    """Return one row a plan: every criterion, and the range of what it costs more than alone."""
    names = [*decision.criteria, *(name for name in CRITERIA if name not in decision.criteria)]
    columns = [Column(T("No."), WHOLE)]
    for c in map(CRITERIA.__getitem__, names):
        heading = with_unit(c.title, c.unit)
        columns.append(Column(heading, WHOLE if c.resolution >= 1 else CENTS))
    rows = []
    for number, evaluation in enumerate(decision.plans, 1):
        cases = {case.name: case for case in savings.what_if(evaluation)}
        ends = (-cases[name].saving for name in ("modelled", "no-advantage"))
        rows.append((number, *(evaluation.criteria[name] for name in names), *ends))
    return Sheet(T("Front"), (*columns, MODELLED, WITHOUT), tuple(rows))
