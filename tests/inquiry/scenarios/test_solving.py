"""The best plan over scenarios is that of enumeration, on random tiny problems."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import bruteforce
import koopopt
from dice import Dice
from koopopt.case.library import PowerCost
from koopopt.case.plan import Plan
from koopopt.case.scenario import Scenario
from koopopt.errors import UsageError
from koopopt.inquiry.scenarios import search
from koopopt.inquiry.scenarios.cases import Cases
from koopopt.inquiry.scenarios.comparing import Comparison
from koopopt.inquiry.scenarios.solving import Optimum, Robust, solve
from koopopt.problem import Problem
from koopopt.solving.optimise import Status
from nightly import NIGHTLY
from random_instances import random_problem, with_sites

SEEDS = range(12 * NIGHTLY)


def random_cases(seed: int, *, every: bool = False, sites: bool = False) -> Cases:
    """Return a tiny problem in one to four random scenarios."""
    dice = Dice(np.random.default_rng([14, seed]))
    problem = random_problem(seed)
    if sites:
        problem = with_sites(problem, seed)
    weights = {name: w for name, w in problem.weights.items() if name != "farthest"}
    if not any(weights.values()):
        weights = {"cost": 1.0}
    services = problem.instance.services
    years = {
        year: [float(dice.number(0, 20_000)) for _ in problem.instance.municipalities]
        for year in (2030, 2040)
    }
    towns = tuple(
        replace(town, population_by_year={year: values[k] for year, values in years.items()})
        for k, town in enumerate(problem.instance.municipalities)
    )
    scenarios = tuple(
        _scenario(dice, k, [s.id for s in services],
                  [s.id for s in services if isinstance(s.cost, PowerCost)], every=every)
        for k in range(dice.pick([1, 2, 3, 4]))
    )  # fmt: skip
    if not any(s.weight for s in scenarios):
        scenarios = (replace(scenarios[0], weight=1.0), *scenarios[1:])
    instance = replace(problem.instance, municipalities=towns, scenarios=scenarios)
    given = Problem.of(instance)
    rules = tuple(rule for rule in problem.plan_rules if rule.name != "stable")
    return Cases.of(replace(given, weights=weights, plan_rules=rules))


def _scenario(dice: Dice, k: int, services: list[str], powers: list[str], *, every: bool):
    cost: float | dict[str, float] = dice.pick([1.0, 1.1, 0.7])
    if dice.chance(0.4):
        cost = {s: dice.pick([0.5, 1.2, 3.0]) for s in services if dice.chance(0.6)}
    return Scenario(
        id=f"s{k}",
        weight=dice.pick([1.0, 1.0, 2.0, 0.5, 0.0]),
        population=dice.pick([1.0, 0.8, 1.35, "population_2030", "population_2040"]),
        cost=cost,
        travel=dice.pick([1.0, 0.9, 2.0]),
        elasticity={s: dice.pick([0.8, 0.95, 1.05]) for s in powers if dice.chance(0.4)},
        rules="every" if every and dice.chance(0.7) else "base",
    )


def values(cases: Cases, totals: np.ndarray) -> dict[str, list[Fraction]]:
    """Return each measure of all plans, totals having one row a plan."""
    weights = [Fraction(str(s.weight)) for s in cases.scenarios]
    rows = totals.tolist()
    best = [min(column) for column in zip(*rows, strict=True)]
    found = {
        "expected": [sum(w * t for w, t in zip(weights, r, strict=True)) / sum(weights)
                     for r in rows],
        "worst": [Fraction(max(r)) for r in rows],
        "regret": [Fraction(max(t - b for t, b in zip(r, best, strict=True))) for r in rows],
    }  # fmt: skip
    for k, scenario in enumerate(cases.scenarios):
        found[scenario.id] = [Fraction(r[k]) for r in rows]
    return found


def check(cases: Cases, plans: list[Plan], seed: int) -> None:
    """Compare all measures with the least over plans."""
    if not plans:
        assert solve(cases, "worst").status is Status.INFEASIBLE, seed
        return
    totals = np.array([cases.totals(plan) for plan in plans], object)
    for measure, each in values(cases, totals).items():
        found: Robust = solve(cases, measure)
        assert found.status is Status.OPTIMAL, (seed, measure)
        assert found.value == min(each) == found.bound, (seed, measure)
        assert found.totals == cases.totals(found.plan), (seed, measure)
        assert not any(True for _ in cases.violations(found.plan)), (seed, measure)


@pytest.mark.parametrize("part", range(4))
def test_every_measure_is_that_of_enumeration(part: int) -> None:
    for seed in SEEDS[part::4]:
        cases = random_cases(seed)
        check(cases, list(bruteforce.all_plans(cases.base)), seed)


LONG: tuple[dict[str, float] | None, ...] = (None, {"cost": 1.0, "travel": 1e-9})


@pytest.mark.parametrize("weights", LONG, ids=["own", "long"])
def test_integer_programs_decide_the_same(
    weights: dict[str, float] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over few columns first, then over more; whole numbers of weights may be of any length."""
    monkeypatch.setattr(search, "FEW", 0)
    monkeypatch.setattr(search, "FIRST_HANDED", 6)
    for seed in SEEDS[::4]:
        cases = random_cases(seed)
        if weights is not None:
            cases = Cases.of(replace(cases.base, weights=weights))
        check(cases, list(bruteforce.all_plans(cases.base)), seed)


def test_time_of_an_integer_program_is_not_that_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FEW", 0)
    monkeypatch.setattr(search, "MOST_SECONDS", 1e-6)
    for seed in SEEDS[::6]:
        cases = random_cases(seed)
        check(cases, list(bruteforce.all_plans(cases.base)), seed)


def test_a_plan_that_breaks_rules_has_no_regret_and_no_mark() -> None:
    case = koopopt.read("three-villages")
    case = replace(case, scenarios=(Scenario(id="today"), Scenario(id="fewer", population=0.8)))
    free, bound = koopopt.solve(case), koopopt.solve(replace(case, rules={"max_pooled": 0}))
    cases = Cases.of(Problem.of(bound.problem.instance))
    own = tuple(Optimum(bound.plan, t, t) for t in cases.totals(bound.plan))
    told = Comparison.of(cases, [free.plan, bound.plan], own)
    assert told.violations[0]
    assert told.kept == told.nondominated == told.least_mean == told.least_worst == [1]
    assert told.least_regret == [1]
    assert told.regrets(0) == [None, None]
    assert told.regrets(1) == [(0, 0), (0, 0)]


def test_sites_are_seats_in_all_scenarios() -> None:
    for seed in SEEDS[::3]:
        cases = random_cases(seed, sites=True)
        check(cases, list(bruteforce.all_plans(cases.base)), seed)


def _plans_of_every(cases: Cases) -> list[Plan]:
    """Return all plans whose partnerships keep the rules wherever they are judged."""
    problems = [cases.base, *cases.judged]

    class Everywhere:
        """A rule that another problem's rules hold as well."""

        name = "everywhere"

        def __init__(self, problem: Problem, service: int) -> None:
            self.problem, self.service = problem, service

        def violations(self, _facts, p):
            facts = self.problem.facts
            if p.pooled:
                yield from bruteforce._form_violations(facts, p)
            for rule in self.problem.partnership_rules[self.service]:
                yield from rule.violations(facts, p)

    base = cases.base
    rules = tuple(
        (*own, *(Everywhere(problem, s) for problem in problems[1:]))
        for s, own in enumerate(base.partnership_rules)
    )
    original, bruteforce._assert_saved = bruteforce._assert_saved, lambda *_: None
    try:
        services = [
            bruteforce.choices(replace(base, partnership_rules=rules), s) for s in range(len(rules))
        ]
        found: list[Plan] = []
        if all(c.partnerships for c in services):
            for picks in bruteforce._picks([len(c.partnerships) for c in services]):
                _, ok = bruteforce._combined(base, services, picks)
                for chosen in zip(*(pick[ok] for pick in picks), strict=True):
                    parts = (c.partnerships[k] for c, k in zip(services, chosen, strict=True))
                    found.append(Plan(p for part in parts for p in part))
        return found
    finally:
        bruteforce._assert_saved = original


def test_rules_that_hold_in_every_scenario() -> None:
    fewer = 0
    for seed in SEEDS:
        cases = random_cases(seed, every=True)
        plans = _plans_of_every(cases)
        fewer += len(plans) < len(list(bruteforce.all_plans(cases.base)))
        check(cases, plans, seed)
    assert fewer


def test_a_scenario_like_the_base_changes_nothing() -> None:
    instance = replace(koopopt.read("three-villages"), scenarios=(Scenario(id="same"),))
    plain = koopopt.solve(instance)
    for measure in ("same", "expected", "worst"):
        found = solve(Problem.of(instance), measure)
        assert found.objective == plain.objective == found.least
    assert solve(Problem.of(instance), "regret").objective == 0.0
    twice = replace(instance, scenarios=(Scenario(id="a"), Scenario(id="b", weight=3.0)))
    assert solve(Problem.of(twice), "expected").objective == plain.objective


def test_one_scenario_is_solved_as_its_own_instance_where_rules_do_not_mind() -> None:
    free = replace(koopopt.read("three-villages"), rules={})
    scenario = Scenario(id="dear", cost=1.3, travel=0.5)
    instance = replace(free, scenarios=(scenario,))
    alone = koopopt.solve(scenario.changed(instance))
    for measure in ("dear", "expected", "worst"):
        assert solve(Problem.of(instance), measure).objective == alone.objective


def test_what_is_not_known_over_scenarios_is_refused_by_name() -> None:
    bare = koopopt.read("three-villages")
    with pytest.raises(UsageError, match="no scenarios"):
        solve(Problem.of(bare), "worst")
    instance = replace(bare, scenarios=(Scenario(id="wet"),))
    with pytest.raises(UsageError, match=r"no scenario 'wte'.*'wet'"):
        solve(Problem.of(instance), "wte")
    with pytest.raises(UsageError, match="assignment"):
        solve(Problem.of(instance), "worst", formulation="assignment")
    with pytest.raises(UsageError, match="no order"):
        solve(Problem.of(instance, lexicographic=["cost"]), "worst")
    with pytest.raises(UsageError, match="farthest"):
        solve(Problem.of(instance, weights={"farthest": 1.0}), "worst")


def test_without_time_the_best_known_plan_is_no_claim() -> None:
    instance = replace(koopopt.read("werra-meissner"), scenarios=(Scenario(id="a", travel=2.0),))
    for measure in ("worst", "regret"):
        found = solve(Problem.of(instance), measure, time_limit=0.001)
        assert found.status is Status.FEASIBLE
        assert found.plan is not None
        assert found.least is None or found.least < found.objective
