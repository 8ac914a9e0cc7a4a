"""What follows if a municipality leaves, and on what terms it could join others, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from koopopt.case.facts import euros
from koopopt.language.inert import on_line
from koopopt.problem import Problem
from koopopt.report.terminal.page import Page
from koopopt.rules import Violation
from koopopt.sharing.keys import Key
from koopopt.sharing.leaving import Departure, Prospect, Terms
from koopopt.text import T, Text


def render(
    problem: Problem, town: str, key: Key, told: Sequence[Prospect], page: Page, value: Fraction
) -> str:
    """Return what a municipality could do in each service as text.

    `value` is what a person-hour of own travel counts, in EUR; 0 where nothing.
    """
    facts = problem.facts
    page.line(on_line(facts.seat_name(town)), "bold")
    page.line(T("Costs are shared {key}, offices apart; rules about the whole plan are not asked.",
                key=key.title))  # fmt: skip
    if value:
        page.line(T("A person-hour of own travel counts {value} EUR: who gains is judged by"
                    " burdens, which are shares and own travel. How the rest divides is about"
                    " costs only; a new partnership is seated where its members travel least.",
                    value=float(value)))  # fmt: skip
    for prospect in told:
        page.gap()
        page.line(_now(problem, prospect, page, borne=bool(value)), "bold")
        if prospect.departure is None:
            page.line(T("It is alone."))
        else:
            _leaving(problem, prospect.departure, page, borne=bool(value))
        for terms in prospect.terms:
            _joining(problem, terms, page, borne=bool(value))
    return page.text()


def _now(problem: Problem, p: Prospect, page: Page, *, borne: bool) -> Text:
    service = problem.facts.services[problem.facts.service_index[p.service]]
    title, paid = page.title(service.title), _money(page, p.pays)
    if not borne:
        return T("{service}: it pays {paid} EUR a year", service=title, paid=paid)
    return T("{service}: it pays {paid} EUR a year, and bears {borne} with its own travel",
             service=title, paid=paid, borne=_money(page, p.bears))  # fmt: skip


def _leaving(problem: Problem, d: Departure, page: Page, *, borne: bool) -> None:
    if not d.rounds:
        page.line(T("If it leaves, the other {count} must not go on as one; how they would divide"
                    " is not worked out for so many.", count=len(d.pays) - 1))  # fmt: skip
        return
    first = d.rounds[0]
    page.table(
        [(T("Burden if it leaves") if borne else T("If it leaves"), "left"), (T("now"), "right"),
         (T("then"), "right"), (T("difference"), "right")],
        (
            [_named(problem, [i], page), _money(page, now), _money(page, first.bears[i]),
             page.figure(euros(first.bears[i] - now), 2, sign=True)]
            for i, now in d.bears.items()
        ),
    )  # fmt: skip
    together = [part for part in first.parts if len(part) > 1]
    for part in together:
        page.line(T("Then together: {names}.", names=_named(problem, part, page)))
    if not together:
        page.line(T("Then all are alone."))
    _broken(d.broken, page)
    if not d.followed:
        page.line(T("How else so many could divide, and who would leave, too, is not worked out."))
    for after in d.rounds[1:]:
        name, gain = _named(problem, [after.leaves], page), _money(page, after.gains)
        page.line(T("{name} would leave, too: it bears {gain} EUR a year less alone.", name=name,
                    gain=gain) if borne
                  else T("{name} would leave, too: it pays {gain} EUR a year less alone.",
                         name=name, gain=gain))  # fmt: skip
    if d.rounds[1:]:
        left = [part for part in d.rounds[-1].parts if len(part) > 1]
        said = "; ".join(_named(problem, part, page) for part in left)
        page.line(T("In the end together: {names}.", names=said) if left
                  else T("In the end all are alone."))  # fmt: skip
    _broken(d.broken_at_last, page)


def _joining(problem: Problem, t: Terms, page: Page, *, borne: bool) -> None:
    seat = on_line(problem.facts.seat_name(t.partnership.seat))
    if t.cost is None:
        page.line(T("Joining {seat}: the rules do not allow it.", seat=seat))
        return
    least, most = _money(page, t.least), _money(page, t.most)
    if t.agree and t.share is None:
        page.line(T("Joining {seat}: both sides accept {least} to {most} EUR a year; for so many"
                    " the key is not worked out.", seat=seat, least=least, most=most))  # fmt: skip
    elif t.agree and t.share is not None:
        page.line(T("Joining {seat}: both sides accept {least} to {most} EUR a year; by the key it"
                    " would be {share}.", seat=seat, least=least, most=most,
                    share=_money(page, t.share)))  # fmt: skip
    else:
        page.line(T("Joining {seat}: the others ask for {least} EUR a year at least, it gives"
                    " {most} at most.", seat=seat, least=least, most=most))  # fmt: skip
    if t.lose and t.agree:
        names = _named(problem, t.lose, page)
        page.line(T("By the key these would bear more than now: {names}.", names=names) if borne
                  else T("By the key these would pay more than now: {names}.", names=names),
                  indent=2)  # fmt: skip
    _broken(t.broken, page, indent=2)


def _broken(violations: Sequence[Violation], page: Page, *, indent: int = 0) -> None:
    """Say what the plan would break that it keeps now."""
    for violation in violations:
        page.line(T("That breaks {rule}: {text}", rule=violation.rule, text=violation.text),
                  indent=indent)  # fmt: skip


def _named(problem: Problem, ids: Sequence[str], page: Page) -> str:
    return ", ".join(on_line(problem.facts.seat_name(i)) for i in ids)


def _money(page: Page, cents: int) -> str:
    return page.figure(euros(cents), 2)
