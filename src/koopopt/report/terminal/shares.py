"""Who pays what, on a terminal: a table for each partnership, then which key suits whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from koopopt.games.core import Core
from koopopt.language.inert import on_line
from koopopt.problem import Problem
from koopopt.report.terminal.page import Page
from koopopt.report.values import payments
from koopopt.sharing.allocation import Allocation, Payment, euros
from koopopt.text import T, Text

KEYS_ABREAST = 4
"""Keys in one table: more do not fit a terminal of 80 columns."""


def render(problem: Problem, found: Sequence[Allocation], page: Page) -> str:
    """Return the allocations of a plan as text."""
    if not found:
        page.line(T("Nobody pools anything, so there is nothing to share."))
    for allocation in found:
        _table(problem, allocation, page)
        _keys(problem, allocation, page)
    return page.text()


def _table(problem: Problem, a: Allocation, page: Page) -> None:
    facts, p = problem.facts, a.partnership
    page.gap()
    said = T(
        "{service}, seat {seat}: {cost} EUR a year, and {office} EUR of the office",
        service=page.title(facts.services[facts.service_index[p.service]].title),
        seat=on_line(facts.seat_name(p.seat)),
        cost=_money(page, a.cost),
        office=_money(page, a.office),
    )
    page.line(said, "bold")
    headings = [(T("Municipality"), "left"), (T("alone"), "right")]
    every = list(a.payments.values())
    for first in range(0, len(every), KEYS_ABREAST):
        some = every[first : first + KEYS_ABREAST]
        page.gap()
        page.table(
            [*headings, *((payment.key.short, "right") for payment in some)],
            (
                [on_line(facts.seat_name(id_)), _money(page, a.alone[k])]
                + [_money(page, payment.cents[k]) for payment in some]
                for k, id_ in enumerate(a.members)
            ),
        )


def _money(page: Page, cents: int) -> str:
    return page.figure(euros(cents), 2)


def _keys(problem: Problem, a: Allocation, page: Page) -> None:
    page.gap()
    headings = (
        T("Key"),
        T("losers"),
        T("largest loss"),
        T("against today"),
        T("groups better off"),
        T("at most by"),
    )
    page.table(
        [(heading, "right" if k else "left") for k, heading in enumerate(headings)],
        (_row(payment, a, page) for payment in a.payments.values()),
    )
    page.line(
        T("Losers pay more than alone, or (against today) than today. Groups are better off that"
          " would pay less without the others, at most by so many EUR a year; below 0 all groups"
          " would pay at least so much more.")
    )  # fmt: skip
    for payment in a.payments.values():
        for group in payment.blocking[: payments.MOST_GROUPS]:
            who = ", ".join(on_line(problem.facts.seat_name(i)) for i in group.members)
            page.line(
                T("{key}: {members} would pay {gain} EUR a year less without the others.",
                  key=payment.key.title, members=who, gain=_money(page, group.gain))
            )  # fmt: skip
    core_lines(
        a.core,
        lambda i: on_line(problem.facts.seat_name(i)),
        lambda cents: T("{amount} EUR a year", amount=page.figure(float(cents / 100), 2)),
        page,
    )
    for said in payments.rest_said(a):
        page.line(said)
    page.line(
        T("The smallest largest loss of two parts: {key} ({loss} EUR a year).",
          key=a.fairest.title, loss=_money(page, max(0, a.fairest_loss)))
    )  # fmt: skip


def core_lines(
    core: Core, name: Callable[[str], str], amount: Callable[[Fraction], Text], page: Page
) -> None:
    """Write what is known of a core."""
    for said in payments.core_said(core, name, amount):
        page.line(said)


def _row(payment: Payment, a: Allocation, page: Page) -> list[str]:
    losses, today = payment.losses(a.alone), payment.today
    more = None if today is None else sum(loss > 0 for loss in payment.losses(today))
    counts = ["–" if count is None else page.figure(count) for count in (more, payment.groups)]
    losers = page.figure(sum(loss > 0 for loss in losses))
    far = "–" if payment.excess is None else _money(page, payment.excess)
    return [page.words(payment.key.title), losers, _money(page, max(0, *losses)), *counts, far]
