"""How formulations see a problem with sites: what rules ask of municipalities, and of sites."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import sited
import tiny
from koopopt.coalitions.admissible import never_together
from koopopt.formulations.sites import SitesProblem, joined
from koopopt.problem import Problem


def test_without_sites_a_problem_is_itself() -> None:
    problem = Problem.of(tiny.instance())
    assert joined(problem) is problem
    assert problem.plain is problem


def test_there_and_back() -> None:
    problem = sited.problem(rules={"max_hosted": 1})
    seen = joined(problem)
    assert isinstance(seen, SitesProblem)
    assert joined(seen) is seen
    assert seen.plain.facts is problem.facts
    assert seen.plain.plan_rules == problem.plan_rules
    assert joined(problem).facts is seen.facts


def test_sites_are_members_of_nothing_but_what_they_seat() -> None:
    rules = {"min_population": 5000.0, "viable_alone": True, "max_identity_areas": 1}
    water, housing = joined(sited.problem(rules=rules)).conditions
    assert water.alone.tolist() == [False, False, False, True, True]
    assert water.pool.tolist() == [True, True, True, True, False]  # the office has no water
    assert housing.pool.tolist() == [True, True, True, False, True]
    assert water.pair[:, 3].tolist() == [True, True, True, True, False]
    assert not water.pair[3, :3].any()
    assert not water.pair[:3, 4].any()
    assert water.apart[3, 4]
    assert not water.apart[:3].any()
    assert water.ranges[0].weight.tolist() == [1000, 2000, 3000, 0, 0]
    assert len({*water.distinct[0].label[:3]} & {*water.distinct[0].label[3:]}) == 0


def test_sites_have_capacities_and_take_nothing_of_them() -> None:
    rules = {"max_population": {"01": 4000.0, "S1": 5000.0, "default": 2000.0}, "max_demand": 2e5}
    (water, _) = joined(sited.problem(rules=rules)).conditions
    people, plant = water.capacities
    assert plant.high.tolist() == [np.inf, np.inf, np.inf, 200_000, np.inf]
    assert people.weight.tolist() == [1000, 2000, 3000, 0, 0]
    assert people.high.tolist() == [4000, 2000, 2000, 5000, 2000]
    assert water.pair[:, 0].tolist() == [True, True, True, False, False]
    assert water.pair[:, 3].tolist() == [True, True, True, True, False]  # two of three fit there
    assert [r.high for r in water.ranges] == [5000.0, 2e5]
    apart = never_together(water)
    assert not apart[:3].any()
    apart = never_together(joined(sited.problem(rules={"max_population": 4000.0})).conditions[0])
    assert np.argwhere(np.triu(apart[:3])).tolist() == [[1, 2]]
    assert not apart[:3, 3:].any()


def test_who_alone_is_too_much_for_a_site_is_not_served_there() -> None:
    """Celle demands 120,000 of the plant's 200,000; of 100,000 it would be too much."""
    made = sited.instance()
    small = replace(sited.PLANT, capacity=100_000.0)
    (water, _) = joined(Problem.of(replace(made, sites=(small,)))).conditions
    assert np.flatnonzero(water.pair[:3, 3]).tolist() == [0, 1]
