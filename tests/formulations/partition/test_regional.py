"""Parts of a plan decided by themselves: the best plan that keeps the rest, never a worse one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

import bruteforce
from formulations.partition.honest import assert_honest, solve
from koopopt.case.plan import Plan
from koopopt.evaluation import all_alone, evaluate
from koopopt.formulations.partition import Partition, regional, search
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.region import possible, region
from koopopt.formulations.partition.regional import Regional
from koopopt.formulations.partition.standing import SearchStopped, Standing
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control
from nightly import NIGHTLY
from random_instances import random_problem


def asked(seeds: range) -> Iterator[tuple[int, Problem]]:
    """Yield the problems whose regions can be decided by themselves."""
    for seed in seeds:
        problem = random_problem(seed)
        if possible(problem) and any(problem.weights.values()) and not problem.lexicographic:
            yield seed, problem


@pytest.mark.parametrize("part", range(2 * NIGHTLY))
def test_a_region_has_the_best_plan_that_keeps_the_rest(part: int) -> None:
    """Of all plans with the same partnerships elsewhere, and across its border."""
    seen = better = 0
    for seed, problem in asked(range(part * 150, (part + 1) * 150)):
        plans = list(bruteforce.all_plans(problem))
        if not plans:
            continue
        dice = np.random.default_rng(seed)
        plan = plans[int(dice.integers(len(plans)))]
        inside = dice.random(problem.facts.n) < 0.6
        inside[0] = True
        names = {i for i, here in zip(problem.facts.ids, inside, strict=True) if here}
        here = region(problem, Partition().pools(problem, Control()), plan, inside)
        assert here.whole(here.plan, plan) == plan
        kept = {p for p in plan.partnerships if not names.issuperset(p.members)}
        rest = [p for p in plans if kept <= set(p.partnerships)]
        best = min(evaluate(problem, p).total for p in rest)
        found = search.PartitionSearch(here.problem, get("highs"), Control()).run(
            here.pools, here.plan
        )
        assert found.plan is not None
        whole = here.whole(found.plan, plan)
        assert whole is not None
        evaluation = evaluate(problem, whole)
        total = evaluation.total
        assert total == best, seed
        assert evaluation.feasible
        seen += 1
        better += total < evaluate(problem, plan).total
    assert seen > 20
    assert better > 5


def _always(self: Regional) -> bool:
    return self.standing.plan is not None and possible(self.standing.problem)


def of_two(standing: Standing) -> Regional:
    return Regional(standing, _size=2)


def everything(problem: Problem) -> Node:
    """Return the node of all plans."""
    pools = Partition().pools(problem, Control())
    return Node.root(problem.facts, pools, [c.alone for c in problem.conditions])


def begun(problem: Problem, control: Control) -> tuple[Standing, Plan] | None:
    standing = Standing(problem, get("highs"), control)
    plan = all_alone(problem)
    return (standing, plan) if standing.offer(plan) else None


def test_plans_become_better_and_are_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Region by region, up to one in which everybody is: then the plan is the best."""
    monkeypatch.setattr(regional, "REGION_GAP", 0.0)
    improved = 0
    for _, problem in asked(range(300)):
        if (there := begun(problem, Control())) is None:
            continue
        standing, _ = there
        before, regions = standing.total, of_two(standing)
        assert not regions.improve(everything(problem), Control(time_limit=60.0))
        assert before is not None
        assert standing.total is not None
        assert standing.total <= before
        improved += standing.total < before
        best = bruteforce.solve(problem)
        assert best is not None
        assert standing.total == best.total(problem)
    assert improved > 10


def test_it_hears_who_stops_it() -> None:
    """Ctrl-C ends it, and a clock that has run out."""
    _, problem = next(asked(range(300)))
    cancel = threading.Event()
    cancel.set()
    for control in (Control(cancel=cancel), Control(time_limit=0.0)):
        there = begun(problem, control)
        if there is not None:
            before = there[0].total
            of_two(there[0]).improve(everything(problem), control)
            with pytest.raises(SearchStopped):
                there[0].check()
            assert there[0].total == before


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.usefixtures("as_a_country")
def test_answers_of_a_country_are_those_of_enumeration(threads: int) -> None:
    """With regions after the linear program, and beside it."""
    proven = 0
    for seed in range(60):
        problem = replace(random_problem(seed))
        best = bruteforce.solve(problem)
        outcome = solve(problem, control=Control(threads=threads))
        assert_honest(problem, outcome, best)
        if best is not None and outcome.plan is not None:
            proven += evaluate(problem, outcome.plan).total == best.total(problem)
    assert proven > 10


@pytest.fixture
def as_a_country(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linear programs are approached from the middle, and regions are small."""
    monkeypatch.setattr("koopopt.formulations.partition.master.is_large", lambda _: True)
    monkeypatch.setattr(Regional, "possible", _always)
    monkeypatch.setattr(regional, "LARGEST_SIZE", 3)
    monkeypatch.setattr(regional, "AT_ONCE_SECONDS", 0.2)
