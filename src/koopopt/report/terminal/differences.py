"""What changes do to the best plan, in the cells of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from koopopt.criteria import CRITERIA, Criterion
from koopopt.inquiry.effect import Effect
from koopopt.report.terminal.page import Page
from koopopt.solving.optimise import Result, Status
from koopopt.text import T, Text

WIDE: Final = 120
"""Columns from which all criteria that differ are shown; below only those that have a weight."""


def columns(best: Result, effects: Sequence[Effect], page: Page) -> list[Criterion]:
    """Return the criteria that a table shows."""
    wide = page.width >= WIDE
    return [
        c for name, c in CRITERIA.items()
        if best.problem.weights.get(name) or (wide and any(e.criteria.get(name) for e in effects))
    ]  # fmt: skip


def sum_cell(effect: Effect | None, page: Page) -> str:
    """Return the difference of the weighted sums, or the interval in which it lies."""
    if effect is None:
        return ""
    if effect.status is Status.INFEASIBLE:
        return page.words(T("no plan"))
    if effect.evaluation is None:
        return page.words(T("not found"))
    low, high = effect.low, effect.high
    if low is None and high is None:
        return page.words(T("not compared"))
    if low == high and low is not None:
        return page.figure(low, 0, sign=True)
    ends = ["?" if x is None else page.figure(x, 0, sign=True) for x in (low, high)]
    return page.words(T("{low} to {high}", low=ends[0], high=ends[1]))


def criterion_cell(effect: Effect, c: Criterion, page: Page) -> str:
    """Return the difference of a criterion between the plans that were found."""
    value = effect.criteria.get(c.name)
    return "" if value is None else page.figure(value, 0, sign=True)


def heading(best: Result, page: Page) -> None:
    """Say what everything is compared with."""
    page.line(page.title(best.problem.instance.title), "bold")
    worth = page.figure(best.objective or 0.0, 0)
    if best.status is Status.OPTIMAL:
        page.line(T("The best plan has the weighted sum {worth}; that is proven.", worth=worth))
    else:
        page.line(T("The best plan found has the weighted sum {worth}; a better one may exist, so"
                    " differences are intervals.", worth=worth))  # fmt: skip
    page.gap()


def headings(criteria: Sequence[Criterion]) -> list[tuple[Text, str]]:
    """Return the headings of criteria."""
    return [(c.title, "right") for c in criteria]
