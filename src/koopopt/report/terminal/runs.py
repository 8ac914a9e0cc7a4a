"""What `koopopt run` says: what was read, how good the plan is, who pools, where to look."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from koopopt.case.instance import Instance
from koopopt.report.terminal.page import Page
from koopopt.report.values.summary import PoolSummary, Summary
from koopopt.text import T, Text

MAX_POOLS: Final = 12
"""Partnerships that are named; the report has them all."""


def render(
    summary: Summary,
    instance: Instance,
    source: str,
    files: Sequence[tuple[Path, Text]],
    page: Page,
) -> str:
    """Return it as text; `files` are what was written, and what each of them is."""
    page.line(page.title(summary.title), "bold")
    page.line(
        T(
            "Read from {source}: {towns} municipalities, {services} service(s), {neighbours} pairs"
            " of neighbours.",
            source=source,
            towns=len(instance.municipalities),
            services=len(instance.services),
            neighbours=len(instance.neighbours),
        )
    )
    page.gap()
    for k, sentence in enumerate(summary.verdict):
        page.line(sentence, "bold green" if summary.found and k == 0 else "")
    if summary.found:
        _plan(page, summary)
    page.gap()
    if not summary.found:
        page.line(T("There is no plan, so no file was written."))
    elif files:
        page.line(T("Where to look"), "bold")
    for path, what in files:
        page.line(Text("{path}: {what}", {"path": str(path), "what": what}), indent=2)
    return page.text()


def _plan(page: Page, summary: Summary) -> None:
    page.gap()
    cost = next(c for c in summary.criteria if c.name == "cost")
    page.line(
        T(
            "All services together cost {cost} EUR a year in this plan, {alone} EUR if all were"
            " alone.",
            cost=round(cost.value),
            alone=round(cost.all_alone),
        )
        if math.isfinite(cost.all_alone)  # else nobody can say what all alone would cost
        else T("All services together cost {cost} EUR a year in this plan.", cost=round(cost.value))
    )
    for note in summary.notes:
        page.line(note, "yellow")
    page.gap()
    count = len(summary.pools)
    page.line(T("Partnerships: {count}", count=count), "bold")
    for pool in summary.pools[:MAX_POOLS]:
        page.line(_pool(page, pool), indent=2)
    if count > MAX_POOLS:
        page.line(T("and {count} more", count=count - MAX_POOLS), indent=2)


def _pool(page: Page, pool: PoolSummary) -> Text:
    return T(
        "{service}: {seat} (seat) with {members}; {form}",
        service=page.title(pool.service),
        seat=pool.seat,
        members=", ".join(pool.members),
        form=page.title(pool.legal_form),
    )
