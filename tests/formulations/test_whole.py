"""The programs in whole numbers that formulations hand to back ends: what they say is exact.

For partition: the objective of a plan and the base are the evaluator's total. For assignment: every
plan is a solution, at no more than its true total. Both also where sums are as large, and weights
as small or as large, as anybody may write them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

import bruteforce
from formulations.every_column import all_columns
from koopopt.case.facts import Facts
from koopopt.case.library import PowerCost
from koopopt.case.plan import Plan
from koopopt.evaluation import evaluate
from koopopt.formulations.assignment.cuts import Exact, Lessons
from koopopt.formulations.assignment.model import write
from koopopt.formulations.assignment.whole import WholeHubs
from koopopt.formulations.assignment.whole import whole as whole_hubs
from koopopt.formulations.partition import pools
from koopopt.formulations.partition.model import solution_of, whole
from koopopt.linear import LinearModel
from koopopt.problem import Problem
from koopopt.solvers.account import dot, is_whole, keeps
from koopopt.solving.optimise import Status, solve
from pareto.cents import near_tie
from random_instances import random_problem

FACTORS = (1e-11, 1e-4, 1.0, 1e12)
DEAR = 1e11
"""EUR a year of one partnership, about: sums are just below what can be exact."""


def scaled(problem: Problem, factor: float) -> Problem:
    """Return the problem with all weights multiplied."""
    weights = {n: float(f"{factor * w:.15g}") for n, w in problem.weights.items()}
    return replace(problem, weights=weights)


def dear(seed: int) -> Problem:
    """Return a random problem in which a partnership costs up to 1e11 EUR a year."""
    problem = random_problem(seed)
    services = tuple(
        replace(s, cost=PowerCost(kind="power", scale=_scale(problem, k), elasticity=0.8))
        for k, s in enumerate(problem.facts.services)
    )
    instance = replace(problem.instance, services=services, alone_cost={})
    rules = {k: v for k, v in instance.rules.items() if k != "limit"}
    return Problem.of(replace(instance, rules=rules))


def _scale(problem: Problem, service: int) -> float:
    demand = float(problem.facts.demand[service].sum())
    return round(DEAR / max(demand, 1.0) ** 0.8, 2)


def problems(first: int, last: int) -> Iterator[Problem]:
    """Yield random problems at all sizes, some with limits near their best plans."""
    for seed in range(first, last):
        problem = random_problem(seed)
        yield scaled(problem, FACTORS[seed % len(FACTORS)])
        best = bruteforce.solve(problem)
        if best is not None:
            limits = {n: evaluate(problem, best.plan).criteria[n] for n in ("cost", "travel")}
            yield Problem.of(problem.instance, limits=limits)
        yield scaled(dear(seed), FACTORS[seed // 4 % len(FACTORS)])


def objective(model: LinearModel, values: np.ndarray) -> int:
    return dot(model.objectives[0].coefficients, values)


def some_plans(problem: Problem) -> Iterator[Plan]:
    yield from islice(bruteforce.all_plans(problem), 0, 300, 13)


@pytest.mark.parametrize("part", range(4))
def test_objective_and_base_are_the_evaluators_total(part: int) -> None:
    rng = np.random.default_rng(part)
    looked = 0
    for problem in problems(part * 15, (part + 1) * 15):
        columns = all_columns(problem, pools(problem))
        shape = len(problem.facts.services), problem.facts.n
        alone = (
            np.abs(columns.criteria @ problem.scale.floats).max(initial=1.0) / problem.scale.step
        )
        for worth in (np.zeros(shape), rng.normal(0, alone, shape)):
            program = whole(problem, columns, worth)
            assert is_whole(program.model)
            for plan in some_plans(problem):
                values = solution_of(problem, columns, program.model, plan)
                assert values is not None
                assert keeps(program.model, values)
                total, told = evaluate(problem, plan).total, objective(program.model, values)
                assert program.least(told) <= total
                if program.unit == 1:
                    assert program.least(told) == total
                else:  # so many digits that the objective had to be cut
                    assert total - program.least(told) < program.unit * program.model.shape[1]
                chosen = np.flatnonzero(values[: len(columns)] > 0.5)
                back = Plan(columns.partnership(problem.facts, int(k)) for k in chosen)
                assert evaluate(problem, back).amounts == evaluate(problem, plan).amounts
                looked += 1
    assert looked > 100


def test_what_breaks_a_rule_is_no_solution() -> None:
    """Limits hold to the unit: a plan that is one above is none, one that meets them is."""
    looked = 0
    for seed in range(40):
        free = random_problem(seed)
        plans = list(islice(bruteforce.all_plans(free), 0, 200, 7))
        for plan in plans[:3]:
            criteria = evaluate(free, plan).criteria
            limited = Problem.of(free.instance, limits={"cost": criteria["cost"]})
            columns = all_columns(limited, pools(limited))
            shape = len(free.facts.services), free.facts.n
            model = whole(limited, columns, np.zeros(shape)).model
            most = evaluate(free, plan).amounts[0]
            for other in plans:
                values = solution_of(limited, columns, model, other)
                assert values is not None
                assert keeps(model, values) == (evaluate(free, other).amounts[0] <= most)
                looked += 1
    assert looked > 100


def test_a_plan_of_other_columns_is_no_solution() -> None:
    problem = next(p for p in map(random_problem, range(50)) if bruteforce.solve(p) is not None)
    columns = all_columns(problem, pools(problem))
    model = whole(problem, columns, np.zeros((len(problem.facts.services), problem.facts.n))).model
    plan = next(bruteforce.all_plans(problem))
    used = solution_of(problem, columns, model, plan)
    assert used is not None
    left = columns.take(np.flatnonzero(used[: len(columns)] < 0.5))
    assert solution_of(problem, left, model, plan) is None


def assert_contains(problem: Problem, model: WholeHubs, plan: Plan) -> int:
    """A plan is a solution at no more than its total; return by how much less it is."""
    values = model.values(plan)
    assert values is not None
    assert keeps(model.model, values)
    total, told = evaluate(problem, plan).total, model.least(objective(model.model, values))
    assert told <= total
    assert evaluate(problem, model.hubs.plan(values)).amounts == evaluate(problem, plan).amounts
    return total - told


@pytest.mark.parametrize("part", range(4))
def test_hubs_contain_every_plan_at_no_more_than_its_total(part: int) -> None:
    looked = 0
    for problem in problems(part * 15, (part + 1) * 15):
        lessons = Lessons()
        facts = Facts.of(problem.instance)
        plans = list(some_plans(problem))
        for round_ in range(2):
            model = whole_hubs(write(problem, lessons), lessons)
            assert is_whole(model.model)
            for plan in plans:
                missing = assert_contains(problem, model, plan)
                if round_ and model.unit == 1 and plan in plans[:2]:
                    assert missing == 0
                looked += 1
            for plan in plans[:2]:  # learn what these cost
                for p in plan.pooled:
                    s, h = facts.service_index[p.service], facts.index[p.seat]
                    members = tuple(facts.members(p).tolist())
                    lessons.cost(Exact(s, h, tuple(sorted(members)), facts.cents(p)))
    assert looked > 100


@pytest.mark.parametrize("formulation", ["partition", "assignment"])
@pytest.mark.parametrize("part", range(2))
def test_the_optimum_at_every_size(formulation: str, part: int) -> None:
    """Proven to the unit, however many digits sums have."""
    for problem in problems(part * 6, (part + 1) * 6):
        best = bruteforce.solve(problem)
        result = solve(problem, formulation=formulation)
        if best is None:
            assert result.status is Status.INFEASIBLE
            continue
        assert result.evaluation is not None
        assert result.bound is not None
        assert result.evaluation.total == best.total(problem)
        assert result.status is Status.OPTIMAL, (formulation, result.message)


@pytest.mark.parametrize("formulation", ["partition", "assignment"])
@pytest.mark.parametrize(
    "weights",
    [
        {"cost": 1 / 3, "travel": 2 / 7},
        {"cost": 0.1 + 0.2, "travel": 12.3456789},
        {"cost": 1e12, "travel": 1e-11},
    ],
)
def test_near_ties_under_weights_of_many_digits(
    formulation: str, weights: dict[str, float]
) -> None:
    """The best to the cent beside a million millions, or said to be open."""
    closed = 0
    for seed in range(6, 14):
        problem = replace(near_tie(seed, 1e12), weights=weights)
        totals = [problem.scale.total(row) for row in bruteforce.all_criteria(problem).tolist()]
        result = solve(problem, formulation=formulation)
        assert result.evaluation is not None
        assert result.bound is not None
        if result.status is Status.OPTIMAL:
            assert result.evaluation.total == min(totals)
            assert result.gap == 0.0
            closed += 1
        else:
            assert result.gap
    assert closed == 8 or (formulation == "partition" and weights["cost"] == 1e12)
