"""Contradictions are minimal and sets to give up the cheapest ones, by enumeration of all plans."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import inf

import numpy as np
import pytest

import bruteforce
import tiny
from asked_by_hand import lifted
from dice import Dice
from koopopt.errors import InternalError, KoopoptError, SolverError, UsageError
from koopopt.evaluation import evaluate
from koopopt.inquiry.conflicts import Conflicts, conflicts
from koopopt.inquiry.conflicts.finding import weight_of
from koopopt.inquiry.rules import InForce, in_force, with_value
from koopopt.problem import Problem
from koopopt.rules import Stable
from koopopt.text import T
from random_instances import random_problem, with_sites

SEEDS = range(700 if os.environ.get("KOOPOPT_NIGHTLY") else 10)
MOST_PARTS = 60
"""Parts of a set of rules that are looked through."""


class Enumerated:
    """Whether some of the rules leave a plan, by enumeration."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.all = problem, in_force(problem)
        self._known: dict[frozenset[str], bool] = {}

    def leave(self, gone: Collection[InForce]) -> bool:
        """Return whether there is a plan without these."""
        key = frozenset(b.name for b in gone)
        if key not in self._known:
            found = bruteforce.solve(lifted(self.problem, gone))
            self._known[key] = found is not None
        return self._known[key]

    def hold(self, rules: Collection[InForce]) -> bool:
        """Return whether there is a plan in which these hold."""
        return self.leave([b for b in self.all if b not in rules])


def assert_right(problem: Problem, found: Conflicts, weights: dict[str, float]) -> None:
    truth = Enumerated(problem)
    assert found.plan is None
    assert found.cheapest
    assert found.conflicts
    for conflict in found.conflicts:
        assert conflict.minimal
        assert not truth.hold(conflict.rules)
        sizes = (
            range(len(conflict.rules)) if len(conflict.rules) < 5 else [-1 + len(conflict.rules)]
        )
        assert all(truth.hold(part) for k in sizes for part in combinations(conflict.rules, k))
    assert len({frozenset(b.name for b in c.rules) for c in found.conflicts}) == len(
        found.conflicts
    )
    if found.relaxations:
        assert_cheapest(truth, found, weights)
    else:
        assert not truth.leave([b for b in truth.all if weights.get(b.name) != inf])
    alone = {b.name for b in truth.all if weights.get(b.name) != inf and truth.leave([b])}
    assert {one.rules[0].name for one in found.single} == alone
    if found.complete and len(truth.all) <= 7:
        parts = [p for k in range(len(truth.all) + 1) for p in combinations(truth.all, k)]
        bad = [frozenset(b.name for b in p) for p in parts if not truth.hold(p)]
        least = {some for some in bad if not any(other < some for other in bad)}
        assert {frozenset(b.name for b in c.rules) for c in found.conflicts} == least
    assert_nearest(problem, found)


def assert_cheapest(truth: Enumerated, found: Conflicts, weights: dict[str, float]) -> None:
    def weight(some: Collection[InForce]) -> Fraction | float:
        return sum((exact(weights.get(b.name, 1)) for b in some), Fraction(0))

    def exact(weight: float) -> Fraction | float:
        return weight if weight == inf else Fraction(weight)

    best = found.relaxations[0].weight
    for one in found.relaxations:
        assert one.weight == weight(one.rules) == best
        kept = lifted(truth.problem, one.rules)
        assert evaluate(kept, one.plan).feasible
    told = {frozenset(b.name for b in one.rules) for one in found.relaxations}
    assert len(told) == len(found.relaxations)
    largest = max(len(one.rules) for one in found.relaxations)
    looked = 0
    for size in range(len(truth.all) + 1):
        for some in combinations(truth.all, size):
            if weight(some) > best or size > largest + 1:
                continue
            looked += 1
            if looked > MOST_PARTS:
                return
            names = frozenset(b.name for b in some)
            if any(one <= names for one in told):
                assert truth.leave(some)
            else:
                assert not truth.leave(some)


def assert_nearest(problem: Problem, found: Conflicts) -> None:
    for one in found.single:
        near, (binding,) = one.nearest, one.rules
        if near is None:
            continue
        assert near.exact
        if binding.place == "limit":
            without = lifted(problem, [binding])
            assert bruteforce.solve(without.within({near.key: near.new})) is not None
            assert bruteforce.solve(without.within({near.key: near.fails})) is None
        else:
            assert bruteforce.solve(with_value(problem, binding, near.key, near.new)) is not None
            assert bruteforce.solve(with_value(problem, binding, near.key, near.fails)) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_random_contradictions_are_minimal_and_what_to_give_up_is_cheapest(seed: int) -> None:
    problem = random_problem(seed)
    if seed % 3 == 2:
        problem = with_sites(problem, seed)
    dice = Dice(np.random.default_rng([11, seed]))
    if seed % 5 == 4:
        most = {"farthest": dice.pick([0.0, 10.0, 25.5]), "largest_loss": dice.pick([0.0, 99.99])}
        problem = problem.within({name: most[name] for name in dice.some(list(most), 1)})
    names = [b.name for b in in_force(problem)]
    counts = [0.5, 1.0, 2.0, 2.5, *([inf] if seed % 4 else [])]
    weights = {} if seed % 2 else {name: dice.pick(counts) for name in names}
    found = conflicts(problem, relax=weights)
    if found.plan is not None:
        assert evaluate(problem, found.plan).feasible
        return
    assert bruteforce.solve(problem) is None
    assert_right(problem, found, weights)


def told(rules: dict[str, object], **asked: object) -> Conflicts:
    problem = Problem.of(tiny.instance(rules=rules), limits=asked.pop("limits", None))  # type: ignore[arg-type]
    return conflicts(problem, **asked)  # type: ignore[arg-type]


def test_a_rule_of_all_services_counts_once_and_one_of_a_service_for_it_alone() -> None:
    services = (tiny.service("water", rules={"max_members": 2}), tiny.service("housing", rules={}))
    problem = Problem.of(tiny.instance(services=services, rules={"max_members": 3}))
    names = [b.name for b in in_force(problem) if b.key == "max_members"]
    assert names == ["rules.max_members", "services.water.rules.max_members"]


def test_the_nearest_value_is_told() -> None:
    found = told({"forbid_alone": ["01"], "max_minutes": 1.0})
    (near,) = [one.nearest for one in found.single if one.rules[0].key == "max_minutes"]
    assert near is not None
    assert near.exact
    assert near.fails < near.new
    assert told({"forbid_alone": ["01"], "max_minutes": near.new}).plan is not None


def test_a_back_end_that_fails_leaves_the_nearest_value_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("koopopt.inquiry.conflicts.finding.solve", fails)
    error: KoopoptError = SolverError(T("out of memory"))
    (one,) = told({}, limits={"cost": 1}).single
    assert (one.rules[0].name, one.nearest) == ("limits.cost", None)
    error = InternalError(T("a defect"))
    with pytest.raises(InternalError):
        told({}, limits={"cost": 1})


def test_weights_decide_what_is_given_up() -> None:
    rules = {"forbid_alone": ["01"], "max_minutes": 1.0}
    for cheap, dear in (("forbid_alone", "max_minutes"), ("max_minutes", "forbid_alone")):
        found = told(rules, relax={cheap: 0.5, dear: 3})
        assert [one.rules[0].key for one in found.relaxations] == [cheap]
        assert {one.rules[0].key for one in found.single} == {cheap, dear}


def test_the_weight_of_a_place_wins_over_that_of_the_rule_wherever_it_stands() -> None:
    rules = {"forbid_alone": ["01"], "max_minutes": 1.0}
    weights = {"max_minutes": 0.5, "rules.max_minutes": 4, "forbid_alone": 2}
    (one,) = told(rules, relax=weights).relaxations
    assert ([rule.name for rule in one.rules], one.weight) == (["rules.forbid_alone"], 2)


def test_names_and_weights_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(UsageError, match="Did you mean"):
        told({"max_minutes": 1.0}, relax={"max_minute": 1.0})
    with pytest.raises(UsageError, match="more than 0"):
        told({"max_minutes": 1.0}, relax={"max_minutes": 0.0})


@pytest.mark.parametrize("name", ["central_places", "rules.central_places"])
def test_kinds_of_central_places_are_given_up_by_their_name(name: str) -> None:
    rules = {"central_places": ["town"], "forbid_alone": ["03"], "apart": [("01", "03")]}
    case = tiny.instance(rules=rules)
    towns = tuple(
        replace(m, central_place="town" if m.id == "01" else "") for m in case.municipalities
    )
    for weight, cheapest in ((0.5, {"central_places"}), (2.0, {"forbid_alone", "apart"})):
        here = replace(case, municipalities=towns, relax={name: weight})
        found = conflicts(Problem.of(here))
        names = {one.rules[0].name for one in found.single}
        assert names == {f"rules.{key}" for key in rules}
        names = {one.rules[0].name for one in found.relaxations}
        assert names == {f"rules.{key}" for key in cheapest}


@pytest.mark.parametrize("name", ["seats", "central_places", "rules.seats", "rules.central_places"])
def test_a_rule_of_two_keys_goes_by_both(name: str) -> None:
    rules = {"central_places": ["town"], "seats": ["02"], "forbid_alone": True, "max_members": 1}
    towns = tuple(replace(m, central_place="town") for m in tiny.instance().municipalities)
    case = tiny.instance(municipalities=towns, rules={**rules, "min_members": 3})
    weights = {one.name: weight_of(one, [{name: 2.5}]) for one in in_force(Problem.of(case))}
    assert {of: weight for of, weight in weights.items() if weight != 1} == {"rules.seats": 2.5}
    assert conflicts(Problem.of(case), relax={name: 2.5}).conflicts


def test_a_rule_whose_number_is_nothing_goes_by_its_key_as_well() -> None:
    rules = {"forbid_alone": ["01"], "max_minutes": 0.0}
    (one,) = told(rules, relax={"max_minutes": 0.5, "forbid_alone": 2}).relaxations
    assert ([rule.name for rule in one.rules], one.weight) == (["rules.max_minutes"], 0.5)


def test_what_is_asked_wins_over_what_the_instance_says() -> None:
    rules = {"forbid_alone": ["01"], "max_minutes": 1.0}
    case = tiny.instance(rules=rules, relax={"rules.forbid_alone": 3.0, "rules.max_minutes": inf})
    (one,) = conflicts(Problem.of(case)).relaxations
    assert ([rule.key for rule in one.rules], one.weight) == (["forbid_alone"], 3)
    (one,) = conflicts(Problem.of(case), relax={"max_minutes": 1}).relaxations
    assert ([rule.key for rule in one.rules], one.weight) == (["max_minutes"], 1)


def test_what_is_never_to_be_given_up_may_leave_no_plan() -> None:
    rules = {"forbid_alone": ["01"], "max_minutes": 1.0}
    found = told(rules, relax={"forbid_alone": inf, "max_minutes": inf})
    assert (found.relaxations, found.single, found.cheapest) == ((), (), True)
    assert {rule.key for rule in found.conflicts[0].rules} == {"forbid_alone", "max_minutes"}


def test_losses_are_limited_with_sites_as_well() -> None:
    case = tiny.instance(rules={"forbid_alone": True})
    problem = with_sites(Problem.of(case), 3).within({"largest_loss": 0, "cost": 1})
    assert problem.facts.sites
    found = conflicts(problem)
    assert_right(problem, found, {})
    assert found.complete


def test_what_no_time_answers_ends() -> None:
    """Assignment does not know limits on losses: it is asked without, which says what it says."""
    dear = replace(tiny.ASSOCIATION, fixed_cost=1e6)
    case = tiny.instance(rules={"forbid_alone": True}, legal_forms=(dear,))
    problem = Problem.of(case).within({"largest_loss": 0})
    found = conflicts(problem, formulation="assignment")
    assert (found.plan, found.conflicts, found.complete, found.cheapest) == (None, (), False, False)
    (one,) = conflicts(problem, formulation="partition").conflicts
    assert {rule.key for rule in one.rules} == {"forbid_alone", "largest_loss"}
    found = conflicts(problem.within({"bodies": 0}), formulation="assignment")
    (one,) = found.conflicts
    assert {rule.key for rule in one.rules} == {"forbid_alone", "bodies"}
    assert one.minimal


def test_nobody_leaves_is_set_aside_or_looked_at() -> None:
    rules = {"forbid_alone": ["01"], "max_minutes": 1.0, "stable": "individual", "key": "demand"}
    found = told(rules)
    assert found.stable_aside
    assert {b.key for c in found.conflicts for b in c.rules} == {"forbid_alone", "max_minutes"}
    assert any(isinstance(b.value, Stable) for b in in_force(found.problem))
