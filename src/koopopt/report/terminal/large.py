"""A large plan on a terminal: how many pool, how large pools are, which matter most.

What is not shown is counted, and where all of it is to be found is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from heapq import nlargest, nsmallest
from itertools import islice

from koopopt.language.inert import on_line
from koopopt.report.terminal.page import Page
from koopopt.report.values.large import EXAMPLES
from koopopt.report.values.summary import Broken, MunicipalitySummary, PoolSummary, Summary
from koopopt.text import T, Text

MAX_SIZES = 4
"""Columns of numbers of members, the last of which is for all larger ones."""
MAX_MEMBERS = 4
"""Members of a partnership that are named."""
EACH = 3
"""Broken rules of one kind that are told."""

SAVED = T("EUR/year saved")


def partnerships(page: Page, summary: Summary, option: str) -> None:
    """Write how many partnerships there are, by service and size, and those that save most.

    `option` is what lists all of them, nothing where the command has none.
    """
    page.gap()
    page.line(T("Partnerships: {count}", count=len(summary.pools)), "bold")
    _by_service(page, summary)
    page.gap()
    page.line(T("Those that save most in each service, against all alone, offices apart"), "bold")
    shown = _that_save_most(page, summary.pools)
    _table(page, shown)
    for sentence in _extremes(page, summary.pools):
        page.line(sentence)
    shares = {"shown": len(shown), "count": len(summary.pools)}
    page.line(
        T("{shown} of {count} partnerships are shown. {option} lists all of them; the page and the"
          " workbook (`koopopt report`) have them too.", option=option, **shares)
        if option
        else T("{shown} of {count} partnerships are shown. The page and the workbook (`koopopt"
               " report`) have all of them.", **shares),
        "yellow",
    )  # fmt: skip


def _by_service(page: Page, summary: Summary) -> None:
    sizes = sorted({pool.size for pool in summary.pools})
    last = sizes[:MAX_SIZES][-1]
    of = _of_services(page, summary.pools)
    alone = {page.title(one.service): len(one.names) for one in summary.alone}
    columns = [Text(str(size)) for size in sizes[:MAX_SIZES]]
    if len(sizes) > MAX_SIZES:
        columns[-1] = Text(f"{last}+")
    rows = []
    for service in [*of, *(title for title in alone if title not in of)]:
        pools = of.get(service, [])
        counts = Counter(min(pool.size, last) for pool in pools)
        rows.append([
            service,
            page.figure(len(pools)),
            *(page.figure(counts[size]) for size in sizes[:MAX_SIZES]),
            page.figure(alone.get(service, 0)),
            page.figure(sum(pool.saving for pool in pools)),
        ])  # fmt: skip
    page.table(
        [
            (T("Service"), "left"),
            (T("in all"), "right"),
            *((column, "right") for column in columns),
            (T("alone"), "right"),
            (SAVED, "right"),
        ],
        rows,
    )
    page.line(T("Columns with a number: partnerships of so many members."), "dim")


def _of_services(page: Page, pools: Sequence[PoolSummary]) -> dict[str, list[PoolSummary]]:
    """Return the partnerships of each service, by its title."""
    of: dict[str, list[PoolSummary]] = {}
    for pool in pools:
        of.setdefault(page.title(pool.service), []).append(pool)
    return of


def _that_save_most(page: Page, pools: Sequence[PoolSummary]) -> list[PoolSummary]:
    """Return those of each service, as a service with high costs would fill the list alone."""
    of = _of_services(page, pools)
    each = max(1, EXAMPLES // len(of))
    return [pool for own in of.values() for pool in nlargest(each, own, key=lambda p: p.saving)]


def _table(page: Page, pools: Sequence[PoolSummary]) -> None:
    page.table(
        [
            (T("Service"), "left"),
            (T("Seat"), "left"),
            (T("with"), "left"),
            (SAVED, "right"),
            (T("longest minutes"), "right"),
        ],
        (
            (
                page.title(pool.service),
                on_line(pool.seat),
                _with(page, pool.members),
                page.figure(pool.saving),
                page.figure(pool.minutes),
            )
            for pool in pools
        ),
    )


def _with(page: Page, names: Sequence[str]) -> str:
    shown = ", ".join(map(on_line, names[:MAX_MEMBERS]))
    more = len(names) - MAX_MEMBERS
    return f"{shown} {page.words(T('and {count} more', count=more))}" if more > 0 else shown


def _extremes(page: Page, pools: Sequence[PoolSummary]) -> Iterator[Text]:
    """Yield which partnership is largest, which has the longest way, and how many save nothing."""

    def where(pool: PoolSummary) -> dict[str, str]:
        return {"seat": pool.seat, "service": page.title(pool.service)}

    largest = max(pools, key=lambda pool: pool.size)
    yield T("The most members: {count}, at {seat} ({service}).",
            count=largest.size, **where(largest))  # fmt: skip
    farthest = max(pools, key=lambda pool: pool.minutes)
    yield T("The longest way: {minutes} minutes, to {seat} ({service}).",
            minutes=round(farthest.minutes), **where(farthest))  # fmt: skip
    if dearer := sum(pool.saving < 0 for pool in pools):
        worst = min(pools, key=lambda pool: pool.saving)
        yield T(
            "{count} partnerships cost more than their members alone, the most {loss} EUR/year"
            " more, at {seat} ({service}).",
            count=dearer, loss=round(-worst.saving), **where(worst),
        )  # fmt: skip


def towns(
    page: Page,
    rows: Sequence[MunicipalitySummary],
    table: Callable[[Page, list[MunicipalitySummary]], None],
) -> None:
    """Write how many municipalities gain and lose, and with `table` those that do most."""

    def change(row: MunicipalitySummary) -> float:
        return row.cost_share - row.cost_alone

    half = EXAMPLES // 2
    table(page, [*nsmallest(half, rows, key=change), *reversed(nlargest(half, rows, key=change))])
    less, more = (sum(sign * change(row) > 0.5 for row in rows) for sign in (-1, 1))
    page.line(
        T("{less} municipalities pay less than alone, {more} pay more, {same} the same; shown are"
          " the {half} that gain most and the {half} that lose most.",
          less=less, more=more, same=len(rows) - less - more, half=half)
    )  # fmt: skip


def broken(
    page: Page, found: Sequence[Broken], write: Callable[[Page, list[Broken]], None]
) -> None:
    """Write how often each rule is broken, and with `write` the first few of each."""
    for rule, count in Counter(b.rule for b in found).most_common():
        first = list(islice((b for b in found if b.rule == rule), EACH))
        write(page, first)
        if count > len(first):
            page.line(T("{rule}: {count} more", rule=rule, count=count - len(first)), "red", 4)
