"""Moves from what is today, on a terminal: which all movers gain by, and where they lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from koopopt.case.facts import euros
from koopopt.language.inert import on_line
from koopopt.problem import Problem
from koopopt.report.terminal.page import Page
from koopopt.rules import Violation
from koopopt.sharing.keys import Key
from koopopt.sharing.moves import Move, Path
from koopopt.text import T, Text

MOST_SHOWN: Final = 5
"""First moves of a service that are told."""


def render(
    problem: Problem,
    key: Key,
    found: Sequence[tuple[Sequence[Move], Path]],
    broken: Sequence[Violation],
    page: Page,
) -> str:
    """Return the moves of each service as text, and what all their ends together break anew."""
    page.line(page.title(problem.instance.title), "bold")
    page.line(T("Costs are shared {key}, offices apart; rules about the whole plan are not asked.",
                key=key.title))  # fmt: skip
    for service, (first, path) in zip(problem.facts.services, found, strict=True):
        page.gap()
        page.line(T("{service}: all movers gain by {count} moves",
                    service=page.title(service.title), count=len(first)), "bold")  # fmt: skip
        for move in first[:MOST_SHOWN]:
            page.line(_said(problem, move, page), indent=2)
        if not first:
            continue
        page.line(T("The best one each time, {count} in all, leads to:", count=len(path.moves)))
        together = [part for part in path.parts if len(part) > 1]
        for part in together:
            page.line(_named(problem, part), indent=2)
        if not together:
            page.line(T("All are alone."), indent=2)
        page.line(
            T("There all movers gain by no further move.")
            if path.ends
            else T("From there the moves come back to where they were.")
        )
    if broken:
        page.gap()
        page.line(T("All of this together breaks rules that today's plan keeps:"))
    for violation in broken:
        page.line(T("{rule}: {text}", rule=violation.rule, text=violation.text), indent=2)
    return page.text()


def _said(problem: Problem, m: Move, page: Page) -> Text:
    values = {"names": _named(problem, m.movers), "to": _named(problem, m.to)}
    gain = page.figure(euros(m.total), 2)
    if m.kind == "leave":
        return T("{names} leaves: {gain} EUR a year", gain=gain, **values)
    if m.kind == "join":
        return T("{names} joins {to}: {gain} EUR a year together", gain=gain, **values)
    return T("{names} and {to} become one: {gain} EUR a year together", gain=gain, **values)


def _named(problem: Problem, ids: Sequence[str]) -> str:
    return ", ".join(on_line(problem.facts.seat_name(i)) for i in ids)
