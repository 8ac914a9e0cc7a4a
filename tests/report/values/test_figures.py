"""What a plan means for each municipality: by hand, by naive loops, and at the edges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny
from koopopt.case.library import Trips
from koopopt.case.plan import Partnership, Plan
from koopopt.errors import UsageError
from koopopt.evaluation import Evaluation, all_alone, evaluate
from koopopt.problem import Problem
from koopopt.report.values import figures
from random_instances import Dice, _random_plan, random_problem

SEEDS = range(60)


def some_plans() -> Iterator[Evaluation]:
    for seed in SEEDS:
        problem = random_problem(seed)
        plan = _random_plan(Dice(np.random.default_rng(seed)), problem)
        yield evaluate(problem, plan)


def minutes(**changes: object) -> Evaluation:
    """Return the pooled plan where the way to the seat takes 40 minutes."""
    problem = Problem.of(tiny.instance(travel={("01", "02"): 40.0}, **changes))
    return evaluate(problem, tiny.pooled_plan(problem))


def test_a_plan_by_hand() -> None:
    """Water is pooled by 01 and 02 (seat); demand 80,000 (given) and 80,000, 1000 and 2000 people.

    The association costs 10,000 + 500 and gets 50,000 over 5 years; the office costs 1000.
    """
    problem = Problem.of(tiny.instance(demand={("01", "water"): 80_000.0}))
    found = figures.of(evaluate(problem, tiny.pooled_plan(problem)))
    assert found.seat.tolist() == [[1, 1, 2], [0, 1, 2]]
    assert found.pooled.tolist() == [[True, True, False], [False, False, False]]
    assert found.legal_form.tolist() == [["association", "association", "alone"], ["alone"] * 3]
    water, body = 20.0 * 160_000**0.8, 10_000 + 500 - 10_000 + 1000
    one, three = 20.0 * 80_000**0.8, 20.0 * 120_000**0.8
    for key, part in (("demand", 1 / 2), ("population", 1 / 3), ("equal", 1 / 2)):
        pays = [(water + body) * part, (water + body) * (1 - part), three]
        assert found.cost[key][0].tolist() == pytest.approx(pays)
        # Both have 80,000 units: alone they cost the same.
        dear = 2 * one + 10_000 + 500 - 10_000 + 1000
        upper = [dear * part, dear * (1 - part), three]
        assert found.without_advantage[key][0].tolist() == pytest.approx(upper)
    for costs in (*found.cost.values(), *found.without_advantage.values()):
        assert costs[1].tolist() == found.cost_alone[1].tolist()
    assert found.votes[0, :2].tolist() == [1 + 1, 1 + 2]
    assert found.all_votes[0, :2].tolist() == [5, 5]
    assert np.isnan([*found.votes[0, 2:], *found.votes[1], *found.all_votes[1]]).all()
    assert found.tasks_pooled.tolist() == [1, 1, 0]
    assert found.tasks_kept.tolist() == [1, 1, 2]
    assert found.tasks_seated.tolist() == [0, 1, 0]


def test_times_by_hand() -> None:
    """01 goes 40 minutes to water and 0 to housing; 6000 people, 1000 of them in 01."""
    found = figures.of(minutes())
    assert found.minutes[:, 0].tolist() == [40.0, 0.0]
    times, everyone = found.times, found.everyone
    assert times.mean.tolist() == pytest.approx([20.0, 0.0, 0.0])
    assert times.p95.tolist() == times.longest.tolist() == [40.0, 0.0, 0.0]
    assert times.above.tolist() == pytest.approx([0.5, 0.0, 0.0])
    assert everyone.mean == pytest.approx(40 / 12)
    assert everyone.p95 == everyone.longest == 40.0  # one trip in twelve is above 5 %
    assert everyone.above == pytest.approx(1 / 12)


def test_ninety_five_per_cent_are_reached_exactly() -> None:
    """19 of 20 trips stay at home: that is 95 %."""
    trips = [tiny.service("water", travel=Trips(trips_per_inhabitant=0.05)),
             tiny.service("housing", travel=Trips(trips_per_inhabitant=0.95))]  # fmt: skip
    times = figures.of(minutes(services=tuple(trips))).times
    assert (times.p95[0], times.longest[0]) == (0.0, 40.0)
    assert times.above[0] == pytest.approx(0.05)


def test_services_without_trips_do_not_count() -> None:
    quiet = tiny.service("water", travel=Trips(trips_per_inhabitant=0.0))
    found = figures.of(minutes(services=(quiet, tiny.service("housing"))))
    assert found.minutes[0, 0] == 40.0
    assert found.times.longest[0] == found.everyone.longest == found.times.mean[0] == 0.0
    silent = replace(quiet, id="housing")
    found = figures.of(minutes(services=(quiet, silent)))  # none at all: equally
    assert (found.times.mean[0], found.times.longest[0]) == (20.0, 40.0)
    assert found.everyone.mean == pytest.approx(40 / 12)


def test_costs_agree_with_the_evaluator() -> None:
    for evaluation in some_plans():
        found, facts = figures.of(evaluation), evaluation.problem.facts
        for row in evaluation.municipalities().to_dict("records"):
            at = facts.service_index[row["service"]], facts.index[row["municipality"]]
            assert found.cost["demand"][at] == pytest.approx(row["cost_share"])
            assert found.cost_alone[at] == row["cost_alone"]
            assert found.minutes[at] == row["minutes"]
            assert found.pooled[at] == row["pooled"]
            assert found.legal_form[at] == row["legal_form"]
            assert facts.ids[found.seat[at]] == row["seat"]


def test_every_key_shares_the_whole_cost() -> None:
    for evaluation in some_plans():
        found, facts, plan = figures.of(evaluation), evaluation.problem.facts, evaluation.plan
        for key in figures.LEVY_KEYS:
            assert found.cost[key].sum() == pytest.approx(evaluation.criteria["cost"])
            for p in plan.partnerships:
                at = facts.service_index[p.service], facts.members(p)
                office = 0.0
                if p.pooled:
                    others = [q for q in plan.pooled if q.seat == p.seat]
                    office = facts.instance.office_cost / len(others)
                assert found.cost[key][at].sum() == pytest.approx(facts.cost(p) + office)
                form = facts.form(p)
                body = form.cost(len(p.members)) + office if form else 0.0
                upper = facts.alone_cost[at].sum() + body
                assert found.without_advantage[key][at].sum() == pytest.approx(upper)


def test_keys_share_in_proportion() -> None:
    for evaluation in some_plans():
        found, facts = figures.of(evaluation), evaluation.problem.facts
        for p in evaluation.plan.pooled:
            s, who = facts.service_index[p.service], facts.members(p)
            weights = (facts.demand[s, who], facts.population[who], np.ones(len(who)))
            for key, weight in zip(figures.LEVY_KEYS, weights, strict=True):
                for pays in (found.cost[key][s, who], found.without_advantage[key][s, who]):
                    if weight.sum() == 0:
                        assert np.allclose(pays, pays[0])
                    assert np.allclose(pays * weight.sum(), pays.sum() * weight)


def every_trip(evaluation: Evaluation, towns: list[int]) -> list[float]:
    """Return the minutes of every single trip that people of these municipalities make."""
    facts = evaluation.problem.facts
    trips = [s.travel.trips_per_inhabitant for s in facts.services]
    trips = trips if any(trips) else [1.0] * len(trips)
    table = evaluation.municipalities()
    taken: list[float] = []
    for i in towns:
        for service, often in zip(facts.services, trips, strict=True):
            row = table[(table.municipality == facts.ids[i]) & (table.service == service.id)]
            taken += [float(row.minutes.iloc[0])] * round(often * facts.population[i])
    return sorted(taken)


@given(
    st.lists(st.integers(0, 5), min_size=2, max_size=2),
    st.lists(st.integers(1, 30), min_size=3, max_size=3),
    st.integers(0, 10_000),
)
def test_times_count_single_trips(trips: list[int], people: list[int], seed: int) -> None:
    models = [
        tiny.service(id_, travel=Trips(trips_per_inhabitant=float(often)))
        for id_, often in zip(("water", "housing"), trips, strict=True)
    ]
    base = tiny.instance(services=tuple(models))
    towns = zip(base.municipalities, people, strict=True)
    dice = Dice(np.random.default_rng(seed))
    travel = {(a, b): float(dice.pick([0, 10, 30, 31, 50]))
              for a in ("01", "02", "03") for b in ("01", "02", "03") if a != b}  # fmt: skip
    changed = [replace(town, population=float(count)) for town, count in towns]
    problem = Problem.of(replace(base, municipalities=tuple(changed), travel=travel))
    evaluation = evaluate(problem, _random_plan(dice, problem))
    found = figures.of(evaluation)
    everyone = [getattr(found.everyone, name) for name in ("mean", "p95", "longest", "above")]
    assert everyone == pytest.approx(counted(every_trip(evaluation, [0, 1, 2])))
    for i in range(3):
        own = [getattr(found.times, name)[i] for name in ("mean", "p95", "longest", "above")]
        assert own == pytest.approx(counted(every_trip(evaluation, [i])))


def counted(trips: list[float]) -> list[float]:
    """Return mean, 95th percentile, longest and share above 30 minutes of sorted trips."""
    enough = next(t for k, t in enumerate(trips, 1) if 100 * k >= 95 * len(trips))
    above = sum(t > 30 for t in trips) / len(trips)
    return [sum(trips) / len(trips), enough, trips[-1], above]


def test_nobody_lives_there() -> None:
    base = tiny.instance(travel={("01", "02"): 40.0})
    empty = tuple(replace(town, population=0.0) for town in base.municipalities)
    problem = Problem.of(replace(base, municipalities=empty))
    found = figures.of(evaluate(problem, tiny.pooled_plan(problem)))
    for key in figures.LEVY_KEYS:  # no demand, so only form and office cost, shared equally
        assert found.cost[key][0].tolist() == [750.0, 750.0, 0.0]
    assert found.everyone.mean == pytest.approx(40 / 6)


def test_all_alone_is_all_zero() -> None:
    problem = Problem.of(tiny.instance())
    found = figures.of(evaluate(problem, all_alone(problem)))
    assert not found.pooled.any()
    assert found.tasks_kept.tolist() == [2, 2, 2]
    for costs in (*found.cost.values(), *found.without_advantage.values()):
        assert np.array_equal(costs, problem.facts.alone_cost)
    assert (found.everyone.mean, found.everyone.longest, found.everyone.above) == (0.0, 0.0, 0.0)


def test_a_malformed_plan_means_nothing() -> None:
    problem = Problem.of(tiny.instance())
    evaluation = evaluate(problem, Plan([Partnership("water", ("01",), "01")]))
    with pytest.raises(UsageError, match="Bühl an der Weißen Werra has no partnership"):
        figures.of(evaluation)
