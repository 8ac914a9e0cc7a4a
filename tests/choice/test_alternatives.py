"""Alternatives against enumeration: how far, how many, who is necessary."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

import bruteforce
import koopopt
import tiny
from choice.made import of_problem, of_values
from koopopt.case.library import Grant
from koopopt.case.plan import Plan
from koopopt.choice import alternatives
from koopopt.choice import pairs as counting
from koopopt.errors import UsageError
from koopopt.evaluation import evaluate
from koopopt.problem import Problem
from koopopt.solvers.base import Held, Solution, Termination
from koopopt.solvers.testing import FakeSolver
from random_instances import random_problem, with_sites

Pairs = frozenset[tuple[str, str, str]]


def together(plan: Plan) -> Pairs:
    """Return the pairs of a plan, counted without any labels."""
    return frozenset(
        (p.service, a, b) for p in plan.partnerships for a, b in combinations(p.members, 2)
    )


def within(problem: Problem, limits: dict[str, float]) -> set[Pairs]:
    """Return what the plans within limits look like, by enumeration."""
    found = set()
    for plan in bruteforce.all_plans(problem):
        values = evaluate(problem, plan).criteria
        if all(values[n] <= v + 1e-9 * max(1, abs(v)) for n, v in limits.items()):
            found.add(together(plan))
    return found


def usable(first: int, last: int) -> list[int]:
    """Return seeds of problems that have plans, and few enough to enumerate quickly."""
    return [
        seed
        for seed in range(first, last)
        if random_problem(seed).facts.n * len(random_problem(seed).facts.services) <= 8
    ]


@pytest.mark.parametrize("seed", usable(0, 60))
def test_alternatives_are_those_of_enumeration(seed: int) -> None:
    _demand_right(random_problem(seed), seed)


@pytest.mark.parametrize("seed", usable(0, 25))
def test_so_are_those_with_sites(seed: int) -> None:
    _demand_right(with_sites(random_problem(seed), seed), seed)


def _demand_right(problem: Problem, seed: int) -> None:
    sets = [("cost", "travel"), ("cost", "bodies"), ("travel", "change", "cost")]
    names = ("cost", "farthest") if seed % 7 == 0 else sets[seed % 3]
    if bruteforce.solve(problem) is None:
        return
    front = of_problem(problem, *names)
    rng = np.random.default_rng(seed)
    index = int(rng.integers(len(front)))
    spread = np.ptp(front.values, axis=0)
    slack = dict(zip(names, (rng.choice([0.0, 0.1, 0.5]) * spread).tolist(), strict=True))
    said = alternatives(front, index, count=2, tolerance=slack)
    own = together(front.plans[index])
    possible = within(problem, dict(said.limits))
    assert own in possible
    # No more than there are, all different, each the farthest from those before.
    held = [own]
    for evaluation, distance in zip(said.plans, said.distance, strict=True):
        assert evaluation.feasible
        mine = together(evaluation.plan)
        assert mine in possible
        assert len(mine ^ own) == distance
        reach = [min(len(other ^ h) for h in held) for other in possible]
        assert min(len(mine ^ h) for h in held) == max(reach) > 0
        held.append(mine)
    assert len(held) == min(3, len(possible))
    if said.all:
        assert len(possible) == len(held)
    assert said.all or len(said.plans) == 2
    assert said.decided
    needed = {
        (bond.service, a, b) for bond in said.necessary for a, b in combinations(bond.members, 2)
    }
    assert needed == frozenset.intersection(*possible)


def test_a_point_that_leaves_no_choice() -> None:
    problem = Problem.of(koopopt.read("three-villages"))
    front = of_problem(problem)
    assert front.values.tolist() == [[110000, 650], [130000, 200], [135000, 0]]
    said = alternatives(front, 1)
    assert said.plans == ()
    assert said.all
    assert said.decided
    (bond,) = said.necessary
    assert len(bond.members) == 2
    assert alternatives(front, 2).necessary == ()


def test_costs_below_zero() -> None:
    """Grants exceed costs, so that what limits a point's cost is negative."""
    paid = replace(tiny.ASSOCIATION, grant=Grant(amounts={"2+": 5e6}, years=1.0))
    for office in (0.0, 100.0):
        problem = Problem.of(tiny.instance(legal_forms=(paid,), office_cost=office))
        front = of_problem(problem, "cost", "travel")
        assert front.points[0].values[0] < 0.0
        for index in range(len(front)):
            said = alternatives(front, index, count=1)
            possible = within(problem, dict(said.limits))
            own = together(front.plans[index])
            assert own in possible
            assert said.all == (len(possible) == 1)
            assert all(together(e.plan) in possible - {own} for e in said.plans)


def test_the_same_value_of_what_is_counted() -> None:
    problem = Problem.of(tiny.instance())
    front = of_problem(problem, "bodies", "travel")
    said = alternatives(front, 0)
    assert said.limits["bodies"] == 0.5  # not one more
    assert said.all


def test_a_tolerance_that_leaves_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[alternatives.__module__], "MAX_PROGRAM_PARTNERSHIPS", 3)
    front = of_problem(Problem.of(koopopt.read("three-villages")))
    with pytest.raises(UsageError, match="too many partnerships remain possible"):
        alternatives(front, 0, tolerance={"cost": 1e6, "travel": 1e6})


def test_out_of_time_nothing_is_claimed() -> None:
    front = of_problem(Problem.of(koopopt.read("three-villages")))
    cancel = threading.Event()
    cancel.set()
    said = alternatives(front, 0, tolerance={"cost": 1e6, "travel": 1e6}, cancel=cancel)
    assert said.plans == ()
    assert not said.all
    assert not said.decided
    assert said.necessary == ()


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda f: alternatives(of_values((1, 1)), 0), "linear model"),
        (lambda f: alternatives(f, 7), "no plan 8"),
        (lambda f: alternatives(f, 0, tolerance={"cost": -1.0}), "0 or more"),
        (lambda f: alternatives(f, 0, tolerance={"bodies": 1.0}), "no criterion 'bodies'"),
    ],
)
def test_what_cannot_be_meant(ask: object, words: str) -> None:
    assert callable(ask)
    front = of_problem(Problem.of(koopopt.read("three-villages")))
    with pytest.raises(UsageError, match=words):
        ask(front)


@pytest.mark.parametrize("seed", range(20))
def test_pairs_are_counted_right(seed: int) -> None:
    problem = random_problem(seed)
    plans = [p for _, p in zip(range(40), bruteforce.all_plans(problem), strict=False)]
    for a in plans[:6]:
        one = counting.labels(problem, a)
        assert counting.number(one) == len(together(a))
        for b in plans[::7]:
            two = counting.labels(problem, b)
            assert counting.distance(one, two) == len(together(a) ^ together(b))
            assert counting.number(counting.shared([one, two])) == len(together(a) & together(b))


@pytest.mark.parametrize(
    "lie",
    [
        Solution(Termination.INFEASIBLE),
        Solution(Termination.OPTIMAL),
        Solution(Termination.OPTIMAL, bound=99.0),
        Solution(Termination.OPTIMAL, Held.OPTIMAL, np.zeros(3), 0.0, 0.0),
        Solution(Termination.ERROR, message="none"),
    ],
)
def test_no_lie_of_a_back_end_makes_plans_disappear_or_bonds_necessary(lie: Solution) -> None:
    front = of_problem(Problem.of(koopopt.read("three-villages")))
    slack = {"cost": 1e6, "travel": 1e6}
    true = alternatives(front, 0, tolerance=slack)
    said = alternatives(front, 0, tolerance=slack, solver=FakeSolver(lie))
    assert len(said.plans) == len(true.plans) == 3
    assert (said.all, said.decided, said.necessary) == (False, True, ())
    if lie.termination is Termination.INFEASIBLE:
        assert "there is no solution, but there is one" in str(said.doubts[0])
