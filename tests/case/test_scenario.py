"""What a scenario changes: demand goes with people, however it was written; the rest stays."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import koopopt
from dice import Dice
from koopopt.case.facts import Facts
from koopopt.case.instance import Instance
from koopopt.case.scenario import Scenario
from nightly import NIGHTLY
from random_instances import random_problem


def peopled(seed: int) -> Instance:
    """Return a tiny instance that gives some demand, with a population of 2040."""
    dice = Dice(np.random.default_rng([1409, seed]))
    instance = random_problem(seed).instance
    towns = tuple(
        replace(town, population_by_year={2040: float(dice.number(0, 20_000))})
        for town in instance.municipalities
    )
    demand = {
        (town.id, service.id): float(dice.number(0, 90_000)) / 10
        for town in towns
        for service in instance.services
        if dice.chance(0.5)
    }
    return replace(instance, municipalities=towns, demand=demand)


@pytest.mark.parametrize("seed", range(20 * NIGHTLY))
def test_demand_that_is_given_goes_with_the_people_of_its_municipality(seed: int) -> None:
    instance = peopled(seed)
    for population in (1.0, 0.7, "population_2040"):
        there = Scenario(id="s", population=population).changed(instance)
        assert there.demand.keys() == instance.demand.keys()
        assert there.alone_cost == instance.alone_cost
        for town, then in zip(instance.municipalities, there.municipalities, strict=True):
            for service in instance.services:
                if (given := instance.demand.get((town.id, service.id))) is None:
                    continue
                said = there.demand[town.id, service.id]
                if not town.population or then.population == town.population:
                    assert said == given
                    continue
                exact = Fraction(repr(given)) * Fraction(repr(float(then.population)))
                exact /= Fraction(repr(float(town.population)))
                assert said == float(exact)


def test_given_demand_and_demand_by_inhabitants_become_the_same() -> None:
    """To write what the model says anyway changes nothing, in a scenario either."""
    bare = koopopt.read("three-villages")
    service = bare.services[0]
    written = replace(
        bare,
        demand={
            (t.id, service.id): t.population * service.demand.per_inhabitant
            for t in bare.municipalities
        },
    )
    scenario = Scenario(id="fewer", population=0.7)
    one, other = (Facts.of(scenario.changed(case)) for case in (bare, written))
    assert np.array_equal(one.grains, other.grains)
    assert np.array_equal(one.alone_cents, other.alone_cents)
