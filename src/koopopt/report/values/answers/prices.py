"""The price of rules, as blocks: what each costs, its next step, and which cost nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from koopopt.inquiry.in_words import in_words, typed, with_name
from koopopt.inquiry.prices import Price
from koopopt.report.values.answers.differences import (
    compared_with,
    criteria,
    criterion_cell,
    sum_cell,
)
from koopopt.report.values.blocks import BULLET, Block, Cell, Grid, Heading, Sentence
from koopopt.solving.optimise import Result
from koopopt.text import T


def blocks(best: Result, found: Sequence[Price], *, wide: bool = True) -> Iterator[Block]:
    """Yield the prices; `wide`: with all criteria that differ, and names in a column."""
    yield from compared_with(best)
    if not found:
        yield Sentence(T("No rule is in force."))
        return
    dear = [p for p in found if not p.without.nothing]
    free = [p for p in found if p.without.nothing]
    if dear:
        yield from _dear(best, dear, wide=wide)
    if free:
        yield Heading(T("These have no price: the best plan without them is no better, which is"
                        " proven."), 2)  # fmt: skip
        for p in free:
            if p.rule.wider is None:
                yield Sentence(in_words(p.rule, best.problem.instance), BULLET)


def _dear(best: Result, dear: Sequence[Price], *, wide: bool) -> Iterator[Block]:
    shown = criteria(best, [p.without for p in dear], wide=wide)
    steps = any(p.says for p in dear)
    headings = [
        T("Rule"),
        *([T("for --set")] if wide else []),
        T("weighted sum without it"),
        *(c.title for c in shown),
    ]
    headings += [T("next step"), T("weighted sum then")] if steps else []
    rows: list[tuple[Cell, ...]] = [
        (
            (in_words if wide else with_name)(p.rule, best.problem.instance),
            *((typed(p.rule),) if wide else ()),
            sum_cell(p.without),
            *(criterion_cell(p.without, c) for c in shown),
            *((p.says or "", sum_cell(p.step)) if steps else ()),
        )
        for p in dear
    ]
    yield Heading(T("What each rule costs"), 2)
    words: tuple[int, ...] = (0, 1) if wide else (0,)
    words += (len(headings) - 2,) if steps else ()
    yield Grid(tuple(headings), tuple(rows), words, T("Prices of rules"))
    yield Sentence(
        T("What is less is what the rule costs: the best plan without it has so much less, all"
          " else being as it is.")
    )  # fmt: skip
