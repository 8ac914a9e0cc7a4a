"""Cash flows: what a way from today to a plan costs, year by year, in whole cents.

A way is made of steps. A step **founds** one partnership of the plan. With it every partnership of
today ends that one of its members belongs to, or that its site seats; who was in there and is not
among the founders serves itself until its own partnership is founded, or for good where the plan
has it alone. Where the plan has all members of a partnership of today alone, no founding ends it:
that **ends** in a step of its own, which costs nothing once. What is the same today and in the plan
(members, seat and legal form) needs no step. So what stands in between is a real plan, whose costs
are those of the evaluator; rules about the whole plan are not asked of it.

A step is done at the beginning of a year and counts for all of that year; all amounts of a year are
discounted from its end. One-off costs are paid in the year of founding. A grant is paid in equal
parts for its years, beginning with that of founding. Today's partnerships have paid for their
founding, and get no grant any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from typing import Literal

from koopopt.case.facts import Facts
from koopopt.case.plan import Partnership, Plan
from koopopt.case.shares import WEIGHTED, to_cents
from koopopt.case.years import discounted
from koopopt.errors import UsageError
from koopopt.evaluation import status_quo
from koopopt.exact import CENTS_PER_EURO, fraction
from koopopt.problem import Problem
from koopopt.sharing.allocation import offices
from koopopt.sharing.keys import Key, numbers
from koopopt.text import T

Kind = Literal["running", "once", "grant"]


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a partnership's cost, in cents, without the office of its seat.

    `running` + `annuity` - `grant` is its cost in the criterion, to the cent.

    Attributes
    ----------
    running : int
        A year, without grant and without what founding costs.
    grant : int
        A year, as long as it is paid.
    annuity : int
        A year, for what founding costs once.
    once : int
        What founding costs once.
    years : Fraction
        For how many years the grant is paid; 0 without one.
    """

    running: int
    grant: int
    annuity: int
    once: int
    years: Fraction

    @classmethod
    def of(cls, facts: Facts, p: Partnership) -> Parts:
        """Return those of a partnership; alone it has no parts but what it costs."""
        if not p.pooled:
            return cls(facts.cents(p), 0, 0, 0, Fraction(0))
        form, s = facts.form(p), facts.service_index[p.service]
        running = facts.cents(p, granted=False, founded=False)
        granted = facts.cents(p, founded=False)
        return cls(
            running=running,
            grant=running - granted,
            annuity=facts.cents(p) - granted,
            once=round(CENTS_PER_EURO * facts.once(s, form, len(p.members))),
            years=fraction(form.grant.years) if form and form.grant else Fraction(0),
        )

    def granted(self, year: int) -> int:
        """Return the grant in a year, 1 being that of founding; of a last part of one its part."""
        part = min(Fraction(1), max(Fraction(0), self.years - (year - 1))) if self.grant else 0
        return round(self.grant * part)

    @property
    def grant_years(self) -> int:
        """In how many years any of the grant is paid."""
        return ceil(self.years)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a way.

    Attributes
    ----------
    partnership : Partnership
        The one of the plan that is founded, or the one of today that ends.
    founds : bool
    ends : tuple of Partnership
        Today's partnerships that are over with it.
    """

    partnership: Partnership
    founds: bool
    ends: tuple[Partnership, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An amount that is paid in a year: in cents, for a partnership, or for an office at `seat`."""

    kind: Kind
    cents: int
    partnership: Partnership | None
    seat: str


@dataclass(frozen=True, slots=True)
class Flow:
    """What is paid in a year, in cents.

    Attributes
    ----------
    year : int
        From 1.
    running, once, grant : int
        Partnerships, who is alone and offices; founding; grants received.
    present : int
        What it is worth today: each amount discounted, and rounded once.
    """

    year: int
    running: int
    once: int
    grant: int
    present: int = 0

    @property
    def total(self) -> int:
        """What has to be paid."""
        return self.running + self.once - self.grant


def steps(problem: Problem, plan: Plan) -> tuple[Step, ...]:
    """Return the steps from today to a plan, in the plan's order; those that only end come last."""
    today = status_quo(problem).pooled
    kept = {*today} & {*plan.pooled}
    old = [p for p in today if p not in kept]
    found = [
        Step(p, True, tuple(d for d in old if _clash(d, p))) for p in plan.pooled if p not in kept
    ]
    over = {d for step in found for d in step.ends}
    return (*found, *(Step(d, False, (d,)) for d in old if d not in over))


def _clash(today: Partnership, new: Partnership) -> bool:
    """Whether a partnership of today cannot go on beside a new one."""
    if today.service != new.service:
        return False
    return today.seat == new.seat or not {*today.members}.isdisjoint(new.members)


@dataclass(slots=True, eq=False)
class _Known:
    """What was worked out of a way: parts of costs, plans with what they cost, and discounts.

    `running` holds by plan and year what runs then, and what that is worth today.
    """

    parts: dict[Partnership, Parts] = field(default_factory=dict)
    plans: dict[frozenset[int], tuple[Plan, tuple[Item, ...]]] = field(default_factory=dict)
    running: dict[tuple[frozenset[int], int], tuple[int, int]] = field(default_factory=dict)
    worth: dict[tuple[int, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Steps with the years in which they are done, and what that costs.

    Attributes
    ----------
    problem : Problem
    steps : tuple of Step
    done : tuple of int or None
        The year of each step, from 1; None: it is never done.
    years : int
        How many years are looked at.
    rate : Fraction
        Of interest, a year.
    """

    problem: Problem
    steps: tuple[Step, ...]
    done: tuple[int | None, ...]
    years: int
    rate: Fraction = Fraction(0)
    _known: _Known = field(default_factory=_Known, repr=False)

    def at(self, done: Sequence[int | None]) -> Course:
        """Return the same steps in other years; what is known of them is shared."""
        return replace(self, done=tuple(done))

    def stands(self, year: int) -> Plan:
        """Return the plan that is in force in a year; in year 0 that of today."""
        return self._state(year)[0]

    def parts(self, p: Partnership) -> Parts:
        """Return the parts of a partnership's cost."""
        if p not in self._known.parts:
            self._known.parts[p] = Parts.of(self.problem.facts, p)
        return self._known.parts[p]

    def granted(self, year: int, step: Step) -> int:
        """Return the grants of a step done in a year, within those looked at, in cents."""
        if not step.founds:
            return 0
        parts = self.parts(step.partnership)
        return sum(parts.granted(k) for k in range(1, self.years - year + 2))

    def _state(self, year: int) -> tuple[Plan, tuple[Item, ...]]:
        """Return the plan that is in force in a year, and what it costs in one."""
        which = self._done(year)
        if which not in self._known.plans:
            plan = self._plan([self.steps[k] for k in sorted(which)])
            running = [Item("running", self.parts(p).running, p, p.seat) for p in plan.partnerships]
            running += [
                Item("running", self.problem.facts.office_cents, None, seat)
                for seat in dict.fromkeys(p.seat for p in plan.pooled)
            ]
            self._known.plans[which] = plan, tuple(running)
        return self._known.plans[which]

    def _done(self, year: int) -> frozenset[int]:
        return frozenset(k for k, at in enumerate(self.done) if at is not None and at <= year)

    def _worth(self, cents: int, year: int) -> int:
        """Return what an amount of a year is worth today."""
        if (cents, year) not in self._known.worth:
            self._known.worth[cents, year] = discounted(cents, year, self.rate)
        return self._known.worth[cents, year]

    def _running(self, year: int) -> tuple[int, int]:
        """Return what runs in a year, and what it is worth today."""
        which = self._done(year), year
        if which not in self._known.running:
            cents = [item.cents for item in self._state(year)[1]]
            self._known.running[which] = sum(cents), sum(self._worth(c, year) for c in cents)
        return self._known.running[which]

    def _plan(self, done: Sequence[Step]) -> Plan:
        over = {d for step in done for d in step.ends}
        pooled = [p for p in status_quo(self.problem).pooled if p not in over]
        pooled += [step.partnership for step in done if step.founds]
        served = {(p.service, i) for p in pooled for i in p.members}
        facts = self.problem.facts
        alone = (
            Partnership(service.id, (i,), i)
            for service in facts.services
            for i in facts.ids
            if (service.id, i) not in served
        )
        return Plan((*pooled, *alone))

    def items(self, year: int) -> Iterator[Item]:
        """Yield all that is paid in a year; grants are what is received."""
        yield from self._state(year)[1]
        yield from self._founding(year)

    def _founding(self, year: int) -> Iterator[Item]:
        for step, at in zip(self.steps, self.done, strict=True):
            if step.founds and at is not None and at <= year:
                p, parts = step.partnership, self.parts(step.partnership)
                if at == year:
                    yield Item("once", parts.once, p, p.seat)
                yield Item("grant", parts.granted(year - at + 1), p, p.seat)

    def flow(self, year: int) -> Flow:
        """Return what is paid in a year."""
        running, present = self._running(year)
        paid = {"once": 0, "grant": 0}
        for item in self._founding(year):
            paid[item.kind] += item.cents
            worth = self._worth(item.cents, year)
            present += -worth if item.kind == "grant" else worth
        return Flow(year, running, **paid, present=present)

    @property
    def flows(self) -> tuple[Flow, ...]:
        """What is paid in each year."""
        return tuple(map(self.flow, range(1, self.years + 1)))

    @property
    def present(self) -> int:
        """What all years are worth today, in cents: the discounted cost of the way."""
        return sum(flow.present for flow in self.flows)

    def by_municipality(self, key: Key) -> dict[str, tuple[Flow, ...]]:
        """Return what each municipality pays in each year; together that is the cash flow.

        Each amount of a partnership is shared by the key and rounded to the cent by itself, as
        `koopopt share` does; its part of the office is added.

        Raises
        ------
        UsageError
            For a key that asks what parts of the members would pay by themselves.
        """
        demand_weighted(key)
        ids = self.problem.facts.ids
        years = [self._shares(year, key) for year in range(1, self.years + 1)]
        return {i: tuple(Flow(y, **paid[i]) for y, paid in enumerate(years, 1)) for i in ids}

    def _shares(self, year: int, key: Key) -> dict[str, dict[str, int]]:
        """Return what each municipality pays in a year, by kind."""
        problem, plan = self.problem, self.stands(year)
        paid = {i: {"running": 0, "once": 0, "grant": 0} for i in problem.facts.ids}
        amounts: list[tuple[str, Partnership, int]] = [
            (item.kind, item.partnership, item.cents)
            for item in self.items(year)
            if item.partnership is not None
        ]
        rents = zip(plan.pooled, offices(problem, plan), strict=True)
        amounts += [("running", p, cents) for p, cents in rents]
        ids = problem.facts.ids
        for kind, p, cents in amounts:
            who = numbers(problem, p.members)
            shares = key.shares(problem, problem.facts.service_index[p.service], who, cents)
            for i, share in zip(who.tolist(), to_cents(shares), strict=True):
                paid[ids[i]][kind] += share
        return paid


def at_once(problem: Problem, plan: Plan, years: int, rate: Fraction = Fraction(0)) -> Course:
    """Return the way that founds all partnerships of a plan in the first year."""
    found = steps(problem, plan)
    return Course(problem, found, (1,) * len(found), years, rate)


def sums(flows: Sequence[Flow]) -> Flow:
    """Return the sums of flows; the year is that of the last one."""
    return Flow(
        flows[-1].year if flows else 0,
        sum(f.running for f in flows), sum(f.once for f in flows), sum(f.grant for f in flows),
        sum(f.present for f in flows),
    )  # fmt: skip


def demand_weighted(key: Key) -> None:
    """Raise `UsageError` for a key that asks what parts of the members would pay by themselves."""
    if key.rest_by not in WEIGHTED:
        raise UsageError(
            T("What is paid by year is shared under {known}, or two of them.",
              known=", ".join(WEIGHTED))
        )  # fmt: skip
