"""A roadmap as blocks, and as one JSON object: steps, years, who pays, what stopping costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from koopopt.case.facts import euros
from koopopt.case.plan import Partnership
from koopopt.grants.criteria import money
from koopopt.inquiry.roadmap import Roadmap
from koopopt.inquiry.tables import Table
from koopopt.inquiry.years import Course, Flow, Step, sums
from koopopt.problem import Problem
from koopopt.report.values.blocks import Block, Grid, Heading, Money, Sentence, Words
from koopopt.sharing.keys import Key
from koopopt.solving.optimise import Status
from koopopt.text import LANGUAGES, T, Text, listed, number

COLUMNS: Final = ("municipality", "year", "running", "once", "grant", "total")
"""Columns of the table of payments, EUR."""
Row = tuple[Words | Money, ...]


@dataclass(frozen=True, eq=False)
class Told:
    """A roadmap with who pays what: what all ways to show it are made from.

    `broken` says which rules the plan breaks, if any.
    """

    problem: Problem
    found: Roadmap
    key: Key
    broken: Text | None = None

    @cached_property
    def paid(self) -> Mapping[str, tuple[Flow, ...]]:
        """What each municipality pays in each year; empty where there is no way."""
        return {} if self.found.course is None else self.found.course.by_municipality(self.key)

    @cached_property
    def unchanged(self) -> Course:
        """What is paid if all stays as it is today."""
        return self.found.unchanged(self.problem)

    @cached_property
    def stops(self) -> tuple[Course, ...]:
        """The way as far as each step but the last."""
        return self.found.stops

    def table(self, lang: str = "en") -> Table:
        """Return the payments: a row a municipality and year; nothing in it is in a language."""
        cents = ((id_, f.year, (f.running, f.once, f.grant, f.total))
                 for id_, flows in self.paid.items() for f in flows)  # fmt: skip
        rows = ((id_, year, *(Decimal(c).scaleb(-2) for c in all_)) for id_, year, all_ in cents)
        return Table(COLUMNS, tuple(rows))

    def title(self, p: Partnership) -> Words:
        """Return the title of a partnership's service."""
        return self.problem.facts.services[self.problem.facts.service_index[p.service]].title

    def town(self, id_: str) -> str:
        """Return the name of a municipality or a site."""
        return self.problem.facts.seat_name(id_)

    def said(self, step: Step) -> Text:
        """Return a step in words."""
        p = step.partnership
        values = {
            "service": self.title(p), "seat": self.town(p.seat),
            "members": listed(map(self.town, p.members)),
        }  # fmt: skip
        if step.founds:
            return T("{service}, seat {seat}: {members}", **values)
        return T("{service}, seat {seat}: {members} (ends, all of them alone)", **values)


def blocks(t: Told) -> Iterator[Block]:
    """Yield everything."""
    instance, found = t.problem.instance, t.found
    yield Heading(T("Roadmap: {instance}", instance=instance.title or instance.name), 1)
    if t.broken is not None:
        yield Sentence(t.broken)
    yield Sentence(verdict(found))
    if found.course is None:
        return
    yield Sentence(assumed(t))
    if not found.order:
        yield Sentence(T("Today's plan is the plan already: nothing has to be founded."))
    else:
        yield from _steps(t, found.course)
    yield from _years(found.course)
    if found.order:
        yield from _stops(t, found.course)
    yield from _municipalities(t)


def verdict(found: Roadmap) -> Text:
    """Return what is known of the way."""
    if found.status is Status.INFEASIBLE:
        return T("There is no way: not everything can be founded within {years} years under these"
                 " limits. Give more years, or raise a limit.", years=found.years)  # fmt: skip
    if found.course is None:
        return T("No way was found before a limit was reached.")
    present = money(found.course.present)
    if found.status is Status.OPTIMAL:
        return T("The way costs {present} EUR in {years} years, in money of today. Proven: no order"
                 " costs a cent less.", present=present, years=found.years)  # fmt: skip
    if found.bound is None:
        return T("The way costs {present} EUR in {years} years, in money of today. Not proven: how"
                 " much less another order costs is not known.", present=present,
                 years=found.years)  # fmt: skip
    return T("The way costs {present} EUR in {years} years, in money of today. Not proven: another"
             " order may cost up to {less} EUR less.", present=present, years=found.years,
             less=money(found.course.present - found.bound))  # fmt: skip


def assumed(t: Told) -> Text:
    """Return by what the way was reckoned."""
    rate = {lang: number(float(100 * t.found.rate), lang) for lang in LANGUAGES}
    if t.problem.instance.horizon is None:
        return T("The instance has no table [horizon], so nothing is discounted. Whoever leaves a"
                 " partnership of today serves itself until its own one is founded. Rules are not"
                 " asked of what stands in between.")  # fmt: skip
    return T("Discounted at {rate} per cent a year, at the end of each year. Whoever leaves a"
             " partnership of today serves itself until its own one is founded. Rules are not asked"
             " of what stands in between.", rate=rate)  # fmt: skip


def _steps(t: Told, course: Course) -> Iterator[Block]:
    yield Heading(T("Steps"), 2)
    rows: list[Row] = []
    for year, step in t.found.order:
        parts, founds = course.parts(step.partnership), step.founds
        once = parts.once if founds else 0
        rows.append((t.said(step), str(year), Money(once), Money(course.granted(year, step))))
    yield Grid((T("Founded"), T("year"), T("once"), T("grants")), tuple(rows),
               name=T("Steps"))  # fmt: skip
    for (_, step), ends in zip(t.found.order, t.found.ended, strict=True):
        for old in ends if step.founds else ():
            yield Sentence(
                T("{new}: a partnership of today ends with it, {old}.",
                  new=T("{service}, seat {seat}", service=t.title(step.partnership),
                        seat=t.town(step.partnership.seat)),
                  old=listed(map(t.town, old.members)))
            )  # fmt: skip


def _years(course: Course) -> Iterator[Block]:
    yield Heading(T("What is paid each year (EUR)"), 2)
    whole = sums(course.flows)
    rows: list[Row] = [(str(f.year), *_money(f), Money(f.present)) for f in course.flows]
    rows.append((T("All years"), *_money(whole), Money(whole.present)))
    yield Grid(
        (T("Year"), T("running"), T("once"), T("grants"), T("paid"), T("in money of today")),
        tuple(rows),
        name=T("Years"),
    )


def _money(f: Flow) -> tuple[Money, ...]:
    return Money(f.running), Money(f.once), Money(f.grant), Money(f.total)


def _stops(t: Told, course: Course) -> Iterator[Block]:
    yield Heading(T("If the way stops"), 2)
    rows: list[Row] = []
    whole = course.present
    for count, stopped in enumerate(t.stops):
        rows.append((
            T("after step {count}", count=count) if count else T("before the first step"),
            Money(stopped.present - whole, signed=True),
            Money(stopped.flow(course.years).running),
        ))  # fmt: skip
    rows.append((T("not at all"), Money(0, signed=True), Money(course.flow(course.years).running)))
    yield Grid(
        (T("It stops"), T("more to pay, in money of today"), T("running, last year")), tuple(rows),
        name=T("If it stops"),
    )  # fmt: skip


def _municipalities(t: Told) -> Iterator[Block]:
    yield Heading(
        T("Who pays what in {years} years (EUR), shared {key}", years=t.found.years,
          key=t.key.title), 2
    )  # fmt: skip
    stays = t.unchanged.by_municipality(t.key)
    rows: list[Row] = []
    for id_, flows in t.paid.items():
        paid, without = sums(flows), sums(stays[id_])
        more = Money(paid.total - without.total, signed=True)
        rows.append((t.town(id_), *_money(paid)[1:], more))
    yield Grid(
        (T("Municipality"), T("once"), T("grants"), T("paid"), T("against today")),
        tuple(rows),
        name=T("Payments in all"),
    )


def by_year(t: Told) -> Iterator[Block]:
    """Yield what each municipality pays in each year; too wide for a terminal."""
    if not t.paid:
        return
    yield Heading(T("Who pays what in which year (EUR)"), 2)
    years = range(1, t.found.years + 1)
    headings = (T("Municipality"), *(T("year {year}", year=str(year)) for year in years))
    rows: list[Row] = [(t.town(i), *(Money(f.total) for f in fs)) for i, fs in t.paid.items()]
    yield Grid(headings, tuple(rows), name=T("Payments by year"))


def table(t: Told, lang: str) -> dict[str, Any]:
    """Return everything as one JSON object; amounts are EUR."""
    found = t.found
    course = found.course
    told: dict[str, Any] = {
        "instance": t.problem.instance.name, "status": found.status.value,
        "years": found.years, "discount": float(found.rate), "most_a_year": found.most_a_year,
        "budget": euros(found.budget), "key": t.key.name, "bound": euros(found.bound),
        "present": None if course is None else euros(course.present),
        "present_today": euros(t.unchanged.present),
        "steps": [], "cash_flow": [], "stops": [], "municipalities": {},
        "doubts": [d.render(lang) for d in found.doubts], "solver": found.solver,
    }  # fmt: skip
    if course is None:
        return told
    told["steps"] = [
        _step(course, year, step, ends)
        for (year, step), ends in zip(found.order, found.ended, strict=True)
    ]
    told["cash_flow"] = [{**_flow(f), "present": euros(f.present)} for f in course.flows]
    whole = course.present
    told["stops"] = [
        {"after": count, "more": euros(present - whole), "present": euros(present),
         "running": euros(stopped.flow(course.years).running)}
        for count, (stopped, present) in enumerate((s, s.present) for s in t.stops)
    ]  # fmt: skip
    told["municipalities"] = {i: [_flow(f) for f in flows] for i, flows in t.paid.items()}
    return told


def _step(course: Course, year: int, step: Step, ends: Sequence[Partnership]) -> dict[str, Any]:
    p = step.partnership
    return {
        "year": year, "founds": step.founds, "service": p.service, "members": list(p.members),
        "seat": p.seat, "legal_form": p.legal_form,
        "once": euros(course.parts(p).once if step.founds else 0),
        "grant": euros(course.granted(year, step)),
        "ends": [{"members": list(d.members), "seat": d.seat} for d in ends],
    }  # fmt: skip


def _flow(f: Flow) -> dict[str, Any]:
    return {
        "year": f.year, "running": euros(f.running), "once": euros(f.once),
        "grant": euros(f.grant), "total": euros(f.total),
    }  # fmt: skip
