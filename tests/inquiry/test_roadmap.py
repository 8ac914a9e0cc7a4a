"""Roadmaps are those that enumeration finds: all steps × all years, each state by the evaluator."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from inquiry.ways import bare, granted, in_force, one_off, random_way, running
from koopopt.errors import UsageError
from koopopt.inquiry.roadmap import roadmap
from koopopt.inquiry.years import steps
from koopopt.solving.optimise import Status
from nightly import NIGHTLY

EACH = 5


def enumerated(problem, plan, years, rate, most, budget):
    """Return the least discounted cost of a way by years, in cents; None if none keeps limits.

    Each amount is discounted by itself, as docs/semantics.md says.
    """
    today = [p for p in problem.instance.status_quo if p.pooled]
    new = [p for p in plan.pooled if p not in today]
    touched = {
        d for d in today for p in new
        if d.service == p.service and ({*d.members} & {*p.members} or d.seat == p.seat)
    }  # fmt: skip
    only_end = [d for d in today if d not in plan.pooled and d not in touched]
    free = bare(problem)

    def worth(cents: int, year: int) -> int:
        return round(cents / (1 + rate) ** year)

    known: dict = {}

    def yearly(done: frozenset, year: int) -> int:
        if (done, year) not in known:
            state = in_force(problem, plan, {p for p in done if p in new},
                             {p for p in done if p not in new})  # fmt: skip
            total = sum(worth(free.facts.cents(p), year) for p in state.partnerships)
            seats = {p.seat for p in state.pooled}
            office = free.facts.office_cents
            assert running(problem, state) == (
                sum(map(free.facts.cents, state.partnerships)) + len(seats) * office
            )
            known[done, year] = total + len(seats) * worth(office, year)
        return known[done, year]

    all_steps = [*new, *only_end]
    once = {p: one_off(problem, p) if p in new else 0 for p in all_steps}
    grant = {(p, y): granted(problem, p, y) for p in new for y in range(1, years + 1)}
    best = None
    for when in product(range(1, years + 1), repeat=len(all_steps)):
        at = dict(zip(all_steps, when, strict=True))
        total, ok = 0, True
        for year in range(1, years + 1):
            now = [p for p in new if at[p] == year]
            ok &= most is None or len(now) <= most
            ok &= budget is None or sum(once[p] for p in now) <= budget
            total += yearly(frozenset(p for p in all_steps if at[p] <= year), year)
            total += sum(worth(once[p], year) for p in now)
            total -= sum(
                worth(grant[p, year - at[p] + 1], year) for p in new if at[p] <= year
            )  # fmt: skip
        if ok and (best is None or total < best):
            best = total
    return best


@pytest.mark.parametrize("part", range(6 * NIGHTLY))
def test_no_way_is_cheaper(part: int) -> None:
    for seed in range(part * EACH, (part + 1) * EACH):
        problem, plan = random_way(seed)
        found = steps(problem, plan)
        if len(found) > 5:
            continue
        years = 2 + seed % 2
        most = (None, 1, 2)[seed % 3]
        rate = Fraction(str(problem.instance.horizon.discount))
        dearest = max((one_off(problem, s.partnership) for s in found if s.founds), default=0)
        budget = None if seed % 4 < 2 else dearest * (1 + seed % 2)
        euros = None if budget is None else budget / 100
        best = enumerated(problem, plan, years, rate, most, budget)
        answer = roadmap(problem, plan, years=years, most_a_year=most, budget=euros)
        if best is None:
            assert answer.status is Status.INFEASIBLE, seed
            continue
        assert answer.status is Status.OPTIMAL, seed
        assert answer.course.present == best == answer.bound, seed
        assert answer.course.stands(0).pooled == tuple(
            p for p in sorted(problem.instance.status_quo) if p.pooled
        )  # fmt: skip
        assert answer.course.stands(years) == plan, seed


def test_random_ways_are_worth_it() -> None:
    """Most have several steps, and some of them end what several steps could end."""
    ways = [steps(*random_way(seed)) for seed in range(60)]
    assert sum(len(way) > 1 for way in ways) > 25
    several = 0
    for way in ways:
        ended = [d for step in way for d in step.ends]
        several += len(ended) > len({*ended})
    assert several > 3
    assert any(not step.founds for way in ways for step in way)


def test_no_budget_for_a_single_one_is_told() -> None:
    problem, plan = next(
        (problem, plan)
        for problem, plan in map(random_way, range(100))
        if any(s.founds and one_off(problem, s.partnership) for s in steps(problem, plan))
    )
    with pytest.raises(UsageError, match="Raise the budget"):
        roadmap(problem, plan, budget=0.0)


def test_what_cannot_be_meant_is_told() -> None:
    problem, plan = random_way(1)
    with pytest.raises(UsageError, match="from 1 to 100"):
        roadmap(problem, plan, years=0)
    with pytest.raises(UsageError, match="at least"):
        roadmap(problem, plan, most_a_year=0)
