"""Limits on criteria: what is needed at least is said, to the unit."""

from __future__ import annotations

from fractions import Fraction

import pytest

import bruteforce
import koopopt
from koopopt.problem import Problem
from koopopt.solve import Status, solve
from random_instances import random_problem

UNITS = dict(zip(bruteforce.NAMES, bruteforce.UNITS, strict=True))


@pytest.mark.parametrize("formulation", ["partition", "assignment"])
@pytest.mark.parametrize("name", ["cost", "travel", "identity"])
def test_the_least_possible_limit_is_kept_and_one_unit_less_is_not(
    formulation: str, name: str
) -> None:
    tried = 0
    for seed in range(40):
        instance = random_problem(seed).instance
        amounts = bruteforce.all_criteria(Problem.of(instance))
        if not len(amounts):
            continue
        least = int(amounts[:, bruteforce.NAMES.index(name)].min())
        at = Problem.of(instance, limits={name: float(Fraction(least, UNITS[name]))})
        kept = solve(at, formulation=formulation)
        assert kept.status is Status.OPTIMAL, seed
        assert kept.criteria[name] == least / UNITS[name]
        below = Problem.of(instance, limits={name: float(Fraction(least - 1, UNITS[name]))})
        refused = solve(below, formulation=formulation)
        assert refused.status is Status.INFEASIBLE, seed
        own = instance.rules.get("limit", {})
        if not own:
            assert len(refused.reasons) == 1
            assert refused.reasons[0].values["least"] == least / UNITS[name]
        tried += 1
    assert tried > 20


def test_a_cent_too_tight_on_the_county() -> None:
    county = koopopt.read("werra-meissner")
    least = solve(county, weights={"travel": 0.0}).criteria["cost"]
    assert least == 21_154_218.10
    result = solve(county, limits={"cost": 21_154_218.09})
    assert result.status is Status.INFEASIBLE
    assert str(result.reasons[0]).startswith("cost: at least 21,154,218.1 EUR a year are needed")
    assert solve(county, limits={"cost": 21_154_218.10}).criteria["cost"] == least


def test_each_limit_under_those_before_it() -> None:
    county = koopopt.read("border")
    cheapest = solve(county, weights={"travel": 0.0})
    nearest = solve(county, lexicographic=("travel", "cost"))
    limits = {"cost": cheapest.criteria["cost"], "travel": nearest.criteria["travel"]}
    result = solve(county, limits=limits)
    assert result.status is Status.INFEASIBLE
    assert "where the other limits hold" in str(result.reasons[0])
