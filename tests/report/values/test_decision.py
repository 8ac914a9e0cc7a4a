"""What every report is made of: a run or a front, the plan it begins with, other boundaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import tiny
from choice import made
from koopopt.case.fingerprint import fingerprint
from koopopt.case.plan import Partnership
from koopopt.errors import UsageError
from koopopt.evaluation import all_alone
from koopopt.pareto.front import Front
from koopopt.problem import Problem
from koopopt.report.values import decision as decisions
from koopopt.report.values import summarise
from koopopt.report.values.decision import Decision
from koopopt.solving.optimise import Status
from report.decided import DAY, random_front


def front(**weights: float) -> Front:
    """Return the front of the tiny instance, one service of it, by enumeration."""
    instance = tiny.instance(services=(tiny.service("water"),))
    return made.of_problem(Problem.of(instance, weights=weights))


def test_a_run_is_its_one_plan() -> None:
    result = tiny.result(Problem.of(tiny.instance()))
    decision = Decision.of(result, DAY)
    assert decision.plans == (result.evaluation,)
    assert decision.plan is result.evaluation
    assert (decision.criteria, decision.chosen) == (("cost", "travel"), 0)
    assert (decision.several, decision.made) == (False, DAY)
    summary = summarise.of_result(result)
    assert (decision.verdict, decision.run) == (summary.verdict, summary.run)
    assert "solver fake 1.0" in str(decision.run)
    assert decision.fingerprint == fingerprint(result.problem.instance)


@pytest.mark.parametrize(("factor", "proven"), [(1.0, True), (1 - 1e-12, False), (0.99, False)])
def test_proven_is_what_the_bound_proves(factor: float, proven: bool) -> None:
    result = tiny.result(Problem.of(tiny.instance()))
    assert result.bound is not None
    decision = Decision.of(replace(result, bound=factor * result.bound))
    assert decision.proven is proven
    assert str(decision.verdict[0]).startswith("Proven") is proven
    assert not Decision.of(replace(result, bound=None)).proven


def test_a_report_is_of_today_unless_said() -> None:
    before = date.today()
    assert before <= Decision.of(tiny.result(Problem.of(tiny.instance()))).made <= date.today()


@pytest.mark.parametrize("seed", range(25))
def test_a_front_begins_with_the_plan_that_is_best_by_the_weights(seed: int) -> None:
    found = random_front(seed)
    problem = found.subject
    assert isinstance(problem, Problem)
    decision = Decision.of(found, DAY)
    assert [e.plan for e in decision.plans] == list(found.plans)
    weighted = [
        sum(weight * e.criteria[name] for name, weight in problem.weights.items())
        for e in decision.plans
    ]
    assert len(weighted) == 4
    assert weighted[decision.chosen] == pytest.approx(min(weighted), rel=1e-12)
    assert decision.plan is decision.plans[decision.chosen]
    assert (decision.several, decision.proven) == (True, True)
    assert decision.criteria == ("cost", "travel")
    assert decision.fingerprint == fingerprint(problem.instance)


def test_weights_say_where_a_front_begins() -> None:
    assert len(front()) > 1
    assert Decision.of(front(cost=1.0, travel=0.0)).chosen == 0  # sorted by cost
    assert Decision.of(front(cost=0.0, travel=1.0)).chosen == len(front()) - 1


def test_an_unfinished_front_proves_nothing() -> None:
    problem = front().subject
    assert isinstance(problem, Problem)
    decision = Decision.of(made.of_problem(problem, complete=False))
    assert not decision.proven
    assert not str(decision.verdict[0]).startswith("Proven")


def test_without_a_plan_there_is_nothing_to_report() -> None:
    problem = Problem.of(tiny.instance())
    with pytest.raises(UsageError, match="the run found none"):
        Decision.of(tiny.nothing(problem, Status.INFEASIBLE))
    with pytest.raises(UsageError, match="the front is empty"):
        Decision.of(replace(front(), points=()))
    with pytest.raises(UsageError, match="front of a linear model"):
        Decision.of(made.of_values((1, 2), (2, 1)))


def test_another_plan_to_begin_with() -> None:
    decision = Decision.of(front(), DAY)
    count = len(decision.plans)
    for number in range(1, count + 1):
        other = decision.beginning_with(number)
        assert other.plan is decision.plans[number - 1]
        assert other.plans is decision.plans
    for number in (-1, 0, count + 1):
        with pytest.raises(UsageError, match=rf"no plan {number}; there are {count}\."):
            decision.beginning_with(number)
    assert decision.chosen == Decision.of(front()).chosen


def square(lat: float) -> dict[str, Any]:
    ring = [[9.9, lat], [10.1, lat], [10.1, lat + 0.05], [9.9, lat + 0.05], [9.9, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_boundaries_of_ones_own_change_the_map_only() -> None:
    decision = Decision.of(front(), DAY)
    assert decision.shapes.schematic
    own = {f"0{k + 1}": square(50.98 + 0.05 * k) for k in range(3)}
    drawn = decision.with_boundaries(own, "county.geojson")
    assert not drawn.shapes.schematic
    assert drawn.shapes.areas["02"].bounds == pytest.approx((9.9, 51.03, 10.1, 51.08))
    # What was solved had no boundaries.
    assert drawn.fingerprint == decision.fingerprint
    assert fingerprint(drawn.problem.instance) != decision.fingerprint
    for old, new in zip(decision.plans, drawn.plans, strict=True):
        assert (new.plan, new.criteria, new.violations) == (old.plan, old.criteria, old.violations)
        assert new.problem is drawn.problem
    assert drawn.alone.criteria == decision.alone.criteria
    assert drawn.chosen == decision.chosen
    assert drawn.problem.instance.sources[-1] == {"what": "boundaries", "from": "county.geojson"}
    assert decision.shapes.schematic
    assert not decision.problem.instance.boundaries


def test_what_plans_are_compared_with() -> None:
    today = (Partnership("water", ("01", "02"), "02", "association"),)
    problem = Problem.of(tiny.instance(status_quo=today))
    decision = Decision.of(tiny.result(problem), DAY)
    assert decision.alone.plan == all_alone(problem)
    assert decision.alone.criteria["change"] == 1  # the second is its own seat
    # The plan is what is in force today, so it costs the same in every case.
    assert decision.today.plan == decision.plan.plan
    assert decision.today.criteria == decision.plan.criteria
    assert decision.today_if[0].plan == pytest.approx(decision.plan.criteria["cost"])
    assert decision.today_if[0].alone == pytest.approx(decision.alone.criteria["cost"])


def test_who_pays_what_is_left_out_of_large_plans_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = tiny.result(Problem.of(tiny.instance()))
    whole = Decision.of(result)
    assert whole.unshared is None
    assert len(whole.payments) == 1
    monkeypatch.setattr(decisions, "MOST_SHARED", 0)
    large = Decision.of(result)
    assert large.payments == []
    assert "the plan has 1 partnerships, which are more than 0" in str(large.unshared)
