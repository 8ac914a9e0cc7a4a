"""Sites: formulations and back ends find what enumeration finds, on random tiny problems."""

from __future__ import annotations

from dataclasses import replace

import pytest

import bruteforce
from conformance.test_agreement import FORMULATIONS, agree
from koopopt.case.instance import Site
from koopopt.evaluation import evaluate
from koopopt.formulations.local import Local
from koopopt.formulations.partition import priced
from koopopt.formulations.sites import joined
from koopopt.problem import Problem
from koopopt.solvers.base import Control
from koopopt.solvers.portfolio import solver_or_portfolio
from koopopt.solving.optimise import Status, solve
from location_instances import Classical, facility_location_with_sites
from nightly import NIGHTLY
from random_instances import random_problem, with_sites

EACH = 10


def sited(seed: int) -> Problem:
    return with_sites(random_problem(seed), seed)


@pytest.mark.parametrize("number", range(12 * NIGHTLY))
def test_optimum_is_that_of_enumeration(number: int) -> None:
    agree(range(number * EACH, (number + 1) * EACH), sited)


def test_random_problems_are_worth_it() -> None:
    """Sites are used in many, also by single members, and not all of their rules are lax."""
    used = single = infeasible = 0
    for seed in range(200):
        problem = sited(seed)
        best = bruteforce.solve(problem)
        sites = {site.id for site in problem.instance.sites}
        there = [p for p in best.plan.pooled if p.seat in sites] if best else []
        used, single = used + bool(there), single + any(len(p.members) == 1 for p in there)
        infeasible += best is None
    assert used > 25
    assert single > 5
    assert infeasible < 100


def test_bounds_and_plans_of_heuristics_are_right() -> None:
    """A pool that is priced proves no more than is true, and neither plan breaks a rule."""
    for seed in range(25):
        problem = sited(seed)
        if not any(problem.weights.values()):
            continue
        best = bruteforce.solve(problem)
        outcome = priced.solve(joined(problem), solver_or_portfolio("highs"), Control())
        plans = [outcome.plan, Local(problem).improved(Control(), shaken=True)]
        found = [evaluate(problem, plan) for plan in plans if plan is not None]
        assert all(evaluation.feasible for evaluation in found), seed
        if best is None:
            assert not found, seed
            continue
        least = best.total(problem)
        assert all(evaluation.total >= least for evaluation in found), seed
        assert outcome.least is None or outcome.least <= least, seed


@pytest.mark.parametrize("formulation", FORMULATIONS)
def test_facility_location(formulation: str) -> None:
    """Capacitated facility location with single sourcing: sites with a fixed cost, travel."""
    for seed in range(6 * NIGHTLY):
        classical: Classical = facility_location_with_sites(seed)
        result = solve(classical.problem, formulation=formulation)
        if classical.total < 0:
            assert result.status is Status.INFEASIBLE, seed
            continue
        assert result.status is Status.OPTIMAL, seed
        assert result.objective == classical.optimum, seed
        sites = {site.id for site in classical.problem.instance.sites}
        assert {p.seat for p in result.plan.partnerships} <= sites


def test_a_site_in_the_sea_changes_nothing() -> None:
    """A site that nobody wants leaves the optimum as it is."""
    for seed in range(12):
        problem = random_problem(seed)
        names = [s.id for s in problem.instance.services]
        far = tuple(
            Site(id="far", name="Far", lat=0.0, lon=0.0, service=name, fixed_cost=1e9)
            for name in names
        )
        rules = {**problem.instance.rules, "max_minutes": 60.0}
        asked = [
            Problem.of(replace(problem.instance, rules=rules, sites=sites)) for sites in ((), far)
        ]
        without, with_it = (solve(p, formulation="partition") for p in asked)
        assert without.status is with_it.status, seed
        assert without.objective == with_it.objective, seed
