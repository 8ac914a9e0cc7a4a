"""What if, as blocks: a row for each change, what matters most first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from koopopt.inquiry.whatif import WhatIf
from koopopt.report.values.answers.differences import (
    compared_with,
    criteria,
    criterion_cell,
    sum_cell,
)
from koopopt.report.values.blocks import Block, Cell, Grid, Heading, Sentence
from koopopt.solving.optimise import Result, Status
from koopopt.text import T


def blocks(best: Result, found: Sequence[WhatIf], *, wide: bool = True) -> Iterator[Block]:
    """Yield what each change does; `wide`: with all criteria that differ."""
    yield from compared_with(best)
    if not found:
        proven = T("The best plan has no partnerships: nobody can say no.")
        open_ = T("Nothing better than all alone was found in time, so there is nobody who could"
                  " say no.")  # fmt: skip
        yield Sentence(proven if best.status is Status.OPTIMAL else open_)
        return
    shown = criteria(best, [w.county for w in found], wide=wide)
    close = any(w.close is not None for w in found)
    headings = [T("If")]
    if close:
        headings.append(T("weighted sum, rest stays"))
    headings += [T("weighted sum, best anew"), *(c.title for c in shown)]
    rows: list[tuple[Cell, ...]] = [
        (
            w.change.text,
            *([sum_cell(w.close)] if close else []),
            sum_cell(w.county),
            *(criterion_cell(w.county, c) for c in shown),
        )
        for w in found
    ]
    yield Heading(T("What each change does"), 2)
    yield Grid(tuple(headings), tuple(rows), name=T("What if"))
    if close:
        yield Sentence(
            T("Rest stays: only the partnership that it is about is rearranged, its members in any"
              " way that the rules allow; all others keep members and seat.")
        )  # fmt: skip
    yield Sentence(
        T("Best anew: the whole county is arranged anew. Criteria are those of the best plan anew,"
          " less those of the best plan of today's question.")
    )  # fmt: skip
    if any(w.county.evaluation and w.county.low is w.county.high is None for w in found):
        yield Sentence(T("Weighted sums of other weights are not compared."))
    for w in found:
        for reason in w.county.reasons:
            yield Sentence(T("{change}: {text}", change=w.change.text, text=reason))
