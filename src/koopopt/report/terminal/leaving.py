"""What follows if a municipality leaves, and on what terms it could join others, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from koopopt.language.inert import on_line
from koopopt.problem import Problem
from koopopt.report.terminal.page import Page
from koopopt.rules import Violation
from koopopt.sharing.keys import Key
from koopopt.sharing.leaving import Departure, Prospect, Terms
from koopopt.text import T


def render(problem: Problem, town: str, key: Key, told: Sequence[Prospect], page: Page) -> str:
    """Return what a municipality could do in each service as text."""
    facts = problem.facts
    page.line(on_line(facts.seat_name(town)), "bold")
    page.line(T("Costs are shared {key}, offices apart; rules about the whole plan are not asked.",
                key=key.title))  # fmt: skip
    for prospect in told:
        page.gap()
        service = facts.services[facts.service_index[prospect.service]]
        page.line(T("{service}: it pays {paid} EUR a year", service=page.title(service.title),
                    paid=_money(page, prospect.pays)), "bold")  # fmt: skip
        if prospect.departure is None:
            page.line(T("It is alone."))
        else:
            _leaving(problem, prospect.departure, page)
        for terms in prospect.terms:
            _joining(problem, terms, page)
    return page.text()


def _leaving(problem: Problem, d: Departure, page: Page) -> None:
    if not d.rounds:
        page.line(T("If it leaves, the other {count} must not go on as one; how they would divide"
                    " is not worked out for so many.", count=len(d.pays) - 1))  # fmt: skip
        return
    first = d.rounds[0]
    more = [d.rounds[0].pays[i] - d.pays[i] for i in d.pays]
    page.table(
        [(T("If it leaves"), "left"), (T("now"), "right"), (T("then"), "right"),
         (T("difference"), "right")],
        (
            [_named(problem, [i], page), _money(page, d.pays[i]), _money(page, first.pays[i]),
             page.figure(extra / 100, 2, sign=True)]
            for i, extra in zip(d.pays, more, strict=True)
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
        page.line(T("{name} would leave, too: it pays {gain} EUR a year less alone.",
                    name=_named(problem, [after.leaves], page),
                    gain=_money(page, after.gains)))  # fmt: skip
    if d.rounds[1:]:
        left = [part for part in d.rounds[-1].parts if len(part) > 1]
        said = "; ".join(_named(problem, part, page) for part in left)
        page.line(T("In the end together: {names}.", names=said) if left
                  else T("In the end all are alone."))  # fmt: skip
    _broken(d.broken_at_last, page)


def _joining(problem: Problem, t: Terms, page: Page) -> None:
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
        page.line(T("By the key these would pay more than now: {names}.",
                    names=_named(problem, t.lose, page)), indent=2)  # fmt: skip
    _broken(t.broken, page, indent=2)


def _broken(violations: Sequence[Violation], page: Page, *, indent: int = 0) -> None:
    """Say what the plan would break that it keeps now."""
    for violation in violations:
        page.line(T("That breaks {rule}: {text}", rule=violation.rule, text=violation.text),
                  indent=indent)  # fmt: skip


def _named(problem: Problem, ids: Sequence[str], page: Page) -> str:
    return ", ".join(on_line(problem.facts.seat_name(i)) for i in ids)


def _money(page: Page, cents: int) -> str:
    return page.figure(cents / 100, 2)
