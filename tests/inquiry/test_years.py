"""Cash flows: parts sum to costs, years to what is paid, municipalities to years; to the cent."""

from __future__ import annotations

from fractions import Fraction

import pytest

from inquiry.ways import granted, one_off, random_way, running
from koopopt.errors import UsageError
from koopopt.evaluation import evaluate
from koopopt.inquiry.roadmap import roadmap
from koopopt.inquiry.years import Course, Parts, at_once, steps, sums
from koopopt.sharing.keys import Key

KEYS = ("population", "demand", "equal", "alone", "30%equal+population")


def courses(count: int):
    """Yield random ways, some of which never end."""
    for seed in range(count):
        problem, plan = random_way(seed)
        problem = problem.plain
        found = steps(problem, plan)
        done = tuple(None if (seed + k) % 5 == 0 else 1 + (seed * k) % 4 for k in range(len(found)))
        yield Course(problem, found, done, 4, Fraction(seed % 3, 50)), plan


def test_parts_sum_to_the_cost_of_the_plan() -> None:
    """What runs, less grants, with annuities and offices, is the criterion cost."""
    for seed in range(40):
        problem, plan = random_way(seed)
        found = evaluate(problem, plan)
        total = 0
        for p in plan.partnerships:
            parts = Parts.of(problem.facts, p)
            assert parts.running + parts.annuity - parts.grant == problem.facts.cents(p), seed
            total += parts.running + parts.annuity - parts.grant
        offices = len({p.seat for p in plan.pooled}) * problem.facts.office_cents
        assert total + offices == found.amounts[0], seed


def test_each_year_costs_what_the_evaluator_says() -> None:
    for course, _ in courses(12):
        for flow in course.flows:
            plan = course.stands(flow.year)
            assert flow.running == running(course.problem, plan)
            new = [(s.partnership, y) for s, y in zip(course.steps, course.done, strict=True)
                   if s.founds and y and y <= flow.year]  # fmt: skip
            assert flow.once == sum(one_off(course.problem, p) for p, y in new if y == flow.year)
            assert flow.grant == sum(
                granted(course.problem, p, flow.year - y + 1) for p, y in new
            )  # fmt: skip


def test_municipalities_sum_to_the_year_under_every_key() -> None:
    for number, (course, _) in enumerate(courses(25)):
        paid = course.by_municipality(Key.parse(KEYS[number % len(KEYS)]))
        assert list(paid) == list(course.problem.facts.ids)
        for k, flow in enumerate(course.flows):
            for what in ("running", "once", "grant", "total"):
                assert sum(getattr(f[k], what) for f in paid.values()) == getattr(flow, what)


def test_a_plan_at_once_is_the_plan_from_the_first_year_on() -> None:
    for seed in range(25):
        problem, plan = random_way(seed)
        course = at_once(problem, plan, 3)
        assert [course.stands(year) == plan for year in (1, 2, 3)] == [True] * 3, seed
        assert course.present == sums(course.flows).total


def test_a_grant_is_paid_for_its_years_only() -> None:
    parts = Parts(running=0, grant=1000, annuity=0, once=0, years=Fraction(5, 2))
    assert [parts.granted(year) for year in range(1, 5)] == [1000, 1000, 500, 0]


def test_stopping_goes_step_by_step_from_today_to_the_way() -> None:
    for seed in range(15):
        problem, plan = random_way(seed)
        found = roadmap(problem, plan, years=3, most_a_year=2)
        if found.course is None:
            continue
        assert len(found.stops) == len(found.order)
        for count, stopped in enumerate(found.stops):
            done = [step for step, y in zip(stopped.steps, stopped.done, strict=True) if y]
            first = [step for _, step in found.order[:count]]
            assert len(done) == count
            assert all(any(step is own for own in first) for step in done)
        if found.stops:
            unchanged = found.unchanged(problem)
            assert found.stops[0].present == unchanged.present
        ended = [d for ends in found.ended for d in ends]
        assert len(ended) == len({*ended})


def test_keys_that_ask_more_than_measures_are_refused() -> None:
    problem, plan = random_way(3)
    with pytest.raises(UsageError, match="shared under"):
        at_once(problem, plan, 1).by_municipality(Key.parse("shapley"))
