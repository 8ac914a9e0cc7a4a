"""Rules that couple services: the search finds what enumeration finds, by whichever way it goes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

import bruteforce
from formulations.partition.honest import assert_honest, solve
from koopopt.criteria import CRITERIA
from koopopt.evaluation import evaluate
from koopopt.formulations.partition import rounds, search
from koopopt.formulations.partition.handover import Handover
from koopopt.formulations.partition.node import Node
from koopopt.problem import Problem
from koopopt.rules.base import PlanRule
from koopopt.rules.plan import Limit, MaxHosted, MaxMemberships, MaxPartnerSeats, MaxPooled
from koopopt.solvers.base import Termination
from nightly import NIGHTLY
from random_instances import random_problem


@cache
def coupled(seed: int) -> tuple[Problem, bruteforce.Best | None]:
    """Return a random problem whose rules couple its services, often with a limit; its best."""
    dice = np.random.default_rng(seed)
    problem = replace(random_problem(seed), plan_rules=())
    most = int(dice.integers(0, len(problem.facts.services) + 1))
    kinds = (MaxPooled, MaxHosted, MaxMemberships, MaxPartnerSeats)
    picked = dice.choice(len(kinds), int(dice.integers(1, 3)), replace=False)
    rules: list[PlanRule] = [kinds[k](most) for k in picked.tolist()]
    problem = replace(problem, plan_rules=tuple(rules))
    best = bruteforce.solve(problem)
    if best is None or dice.random() < 0.4:
        return problem, best
    name = str(dice.choice([name for name, c in CRITERIA.items() if c.additive]))
    found = evaluate(problem, best.plan).amount(name)
    share = Fraction(int(dice.integers(60, 101)), 100)
    limit = Limit({name: Fraction(int(found * share), CRITERIA[name].per_one)})
    problem = replace(problem, plan_rules=(*rules, limit))
    return problem, bruteforce.solve(problem)


@pytest.fixture(params=["as it is", "halves gone through", "halves only", "back end early"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ways through the search that tiny problems would not take."""
    name = str(request.param)
    if name == "as it is":
        return name
    left, looked = Handover.left, Handover.looked_through

    def never_little(self: Handover, node: Node, few: int = -1) -> object:
        small = few in (search.SMALL_PROGRAM_COLUMNS, search.FIRST_COALITIONS)
        return left(self, node, -1 if small else few)

    def below_the_root(self: Handover, node: Node, *args: object, **more: object) -> bool:
        whole = bool(node.alone and all(p.all() for p in node.alone) and node.office.sum() == 0)
        if name == "halves only" or whole:
            return False
        return looked(self, node, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Handover, "left", never_little)
    monkeypatch.setattr(Handover, "looked_through", below_the_root)
    monkeypatch.setattr(rounds.Rounds, "cut", lambda *_, **__: False)
    monkeypatch.setattr(search, "TREE_FIRST", 0.0)
    monkeypatch.setattr(search, "NODES_BEFORE_BACK_END", 1 if name == "back end early" else 30)
    return name


@pytest.mark.parametrize("part", range(2 * NIGHTLY))
def test_coupled_services_are_planned_as_enumeration_does(way: str, part: int) -> None:
    feasible = 0
    for seed in range(60 * part, 60 * (part + 1)):
        problem, best = coupled(seed)
        outcome = solve(problem)
        assert_honest(problem, outcome, best)
        if best is None:
            assert outcome.termination is Termination.INFEASIBLE, (way, seed)
            continue
        feasible += 1
        assert outcome.termination is Termination.OPTIMAL, (way, seed)
        assert outcome.plan is not None
        assert evaluate(problem, outcome.plan).total == best.total(problem) == outcome.least, seed
    assert feasible > 20
