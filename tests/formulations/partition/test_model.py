"""The explicit model over all columns, and what the formulation refuses."""

from __future__ import annotations

import numpy as np
import pytest

import bruteforce
from koopopt.criteria import CRITERIA
from koopopt.errors import UsageError
from koopopt.formulations import partition
from koopopt.formulations.partition import Partition
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control, Termination
from random_instances import random_problem
from tiny import instance, service


@pytest.mark.parametrize("part", range(4))
def test_the_model_solved_whole_gives_the_optimum(part: int) -> None:
    for seed in range(part * 25, (part + 1) * 25):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        model = Partition().build(problem)
        weights = tuple(problem.weights.get(o.name, 0.0) for o in model.objectives)
        solution = get("highs").solve(model, Control(), weights=weights)
        if best is None:
            assert solution.termination is Termination.INFEASIBLE, seed
            continue
        assert solution.termination is Termination.OPTIMAL, seed
        assert solution.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-6), seed


def test_columns_are_all_partnerships() -> None:
    """Three municipalities in a row: 3 alone, 2 neighbours at 2 seats, all three at 3."""
    problem = Problem.of(instance(services=(service("water"),), rules={"contiguous": True}))
    model = Partition().build(problem)
    pooled = {name for name in model.columns if "+" in name}
    assert {"water[01@01]", "water[01+02@02]", "office[03]"} <= set(model.columns)
    assert "water[01+03@01]" not in model.columns
    assert len(pooled) == 2 * 2 + 3
    assert [o.name for o in model.objectives] == [c.name for c in CRITERIA.values() if c.additive]
    assert model.integer.all()


@pytest.mark.parametrize("seed", range(30))
def test_names_are_unique(seed: int) -> None:
    model = Partition().build(random_problem(seed))
    assert len(set(model.columns)) == len(model.columns)
    assert len(set(model.rows)) == len(model.rows)


def test_it_says_what_it_will_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Partition().estimate(Problem.of(instance()), Control())
    assert few.refusal is None
    assert few.columns == sum(map(len, Partition().pools(Problem.of(instance()), Control())))
    ids = [f"{k:03d}" for k in range(120)]
    many = instance(
        [f"N{k}" for k in range(120)], ids=ids, services=(service("water"),),
        rules={"max_members": 8},
    )  # fmt: skip
    told = Partition().estimate(Problem.of(many), Control())
    assert "more than memory" in str(told.refusal)
    assert told.columns > 8e6
    assert told.seconds == np.inf
    in_a_row = instance(
        [f"N{k}" for k in range(60)], ids=ids[:60], services=(service("water"),),
        rules={"contiguous": True},
    )  # fmt: skip
    assert Partition().estimate(Problem.of(in_a_row), Control()).refusal is None
    monkeypatch.setattr(partition, "MAX_WRITTEN_COLUMNS", 100)
    with pytest.raises(UsageError):
        Partition().build(Problem.of(in_a_row))


def test_plans_are_solutions_of_the_model() -> None:
    """Also of its rows for the overlap of bodies: a plan's values satisfy every row."""
    checked = 0
    for seed in range(120):
        problem = random_problem(seed)
        if problem.plan_conditions.max_partner_seats is None:
            continue
        model = Partition().build(problem)
        index = {name: k for k, name in enumerate(model.columns)}
        for _, plan in zip(range(40), bruteforce.all_plans(problem), strict=False):
            values = np.zeros(len(index))
            for p in plan.partnerships:
                values[index[f"{p.service}[{'+'.join(sorted(p.members))}@{p.seat}]"]] = 1.0
                if p.pooled and f"office[{p.seat}]" in index:
                    values[index[f"office[{p.seat}]"]] = 1.0
                for i in p.members:
                    if i != p.seat and f"partner[{i},{p.seat}]" in index:
                        values[index[f"partner[{i},{p.seat}]"]] = 1.0
            assert model.violation(values) < 1e-6, seed
            checked += 1
    assert checked > 100
