"""What if, on a terminal: a row for each change, what matters most first."""

from __future__ import annotations

from collections.abc import Sequence

from koopopt.inquiry.whatif import WhatIf
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


def render(best: Result, found: Sequence[WhatIf], page: Page) -> str:
    """Return what each change does, as text."""
    heading(best, page)
    if not found:
        page.line(T("The best plan has no partnerships: nobody can say no."))
        return page.text()
    shown = columns(best, [w.county for w in found], page)
    close = any(w.close is not None for w in found)
    top = [(T("If"), "left")]
    if close:
        top.append((T("weighted sum, rest stays"), "right"))
    top.append((T("weighted sum, best anew"), "right"))
    page.table(
        [*top, *headings(shown)],
        (
            [
                page.words(w.change.text),
                *([sum_cell(w.close, page)] if close else []),
                sum_cell(w.county, page),
                *(criterion_cell(w.county, c, page) for c in shown),
            ]
            for w in found
        ),
    )
    page.gap()
    if close:
        page.line(
            T("Rest stays: only the partnership that it is about is rearranged, its members in any"
              " way that the rules allow; all others keep members and seat.")
        )  # fmt: skip
    page.line(
        T("Best anew: the whole county is arranged anew. Criteria are those of the best plan anew,"
          " less those of the best plan of today's question.")
    )  # fmt: skip
    for w in found:
        for reason in w.county.reasons:
            page.line(T("{change}: {text}", change=w.change.text, text=reason))
    return page.text()
