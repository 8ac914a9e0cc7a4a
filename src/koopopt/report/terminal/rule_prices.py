"""The price of rules, on a terminal: what each costs, its next step, and which cost nothing."""

from __future__ import annotations

from collections.abc import Sequence

from koopopt.inquiry.prices import Price
from koopopt.report.terminal.differences import (
    columns,
    criterion_cell,
    heading,
    headings,
    sum_cell,
)
from koopopt.report.terminal.page import Page
from koopopt.solving.optimise import Result
from koopopt.text import T


def render(best: Result, found: Sequence[Price], page: Page) -> str:
    """Return the prices as text."""
    heading(best, page)
    if not found:
        page.line(T("No rule is in force."))
        return page.text()
    dear = [p for p in found if not p.without.nothing]
    free = [p for p in found if p.without.nothing]
    if dear:
        shown = columns(best, [p.without for p in dear], page)
        top = [(T("Rule"), "left"), (T("weighted sum without it"), "right"), *headings(shown)]
        page.table(
            [*top, (T("next step"), "left"), (T("weighted sum then"), "right")],
            (
                [
                    page.words(p.rule.text),
                    sum_cell(p.without, page),
                    *(criterion_cell(p.without, c, page) for c in shown),
                    page.words(p.says) if p.says else "",
                    sum_cell(p.step, page),
                ]
                for p in dear
            ),
        )
        page.line(
            T("A minus is what the rule costs: the best plan without it has so much less, all else"
              " being as it is.")
        )  # fmt: skip
    if free:
        page.gap()
        page.line(T("These have no price: the best plan without them is no better, which is"
                    " proven."), "bold")  # fmt: skip
        for p in free:
            if p.rule.wider is None:
                page.line(page.words(p.rule.text), indent=2)
    return page.text()
