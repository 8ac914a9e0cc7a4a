"""The example tests itself as any plug-in should: installed, nothing of koopopt put in place."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from koopopt_example.rule import MaxSpread

import koopopt
from koopopt.criteria import criterion
from koopopt.rules import Conditions
from koopopt.solvers import get

VILLAGES = koopopt.read("three-villages")


def test_the_criterion_counts_who_is_far() -> None:
    facts = koopopt.Problem.of(VILLAGES).facts
    terms = criterion("far").terms(facts, 0)
    assert terms is not None
    assert terms.diagonal().sum() == 0
    i, h = map(int, np.argwhere(facts.minutes > 10.0)[0])
    assert terms[i, h] == facts.population[i]


@pytest.mark.parametrize("limit", [0.0, 9.0, 11.0, 13.0, 60.0])
def test_the_rule_means_the_same_twice(limit: float) -> None:
    facts = koopopt.Problem.of(VILLAGES).facts
    rule, conditions = MaxSpread(limit), Conditions.free(facts, 0)
    rule.restrict(facts, 0, conditions)
    service = facts.services[0].id
    for size in range(1, facts.n + 1):
        for members in combinations(facts.ids, size):
            who = [facts.index[town] for town in members]
            fits = not conditions.apart[np.ix_(who, who)].any()
            said = list(rule.violations(facts, koopopt.Partnership(service, members, members[0])))
            assert fits == (not said)


@pytest.mark.parametrize("formulation", ["partition", "assignment"])
def test_the_back_end_finds_the_same(formulation: str) -> None:
    found = koopopt.solve(VILLAGES, solver="tiny", formulation=formulation)
    assert found.objective == koopopt.solve(VILLAGES).objective
    assert found.status is koopopt.Status.OPTIMAL
    assert get("TINY").version() in found.solver


def test_the_rule_binds() -> None:
    bound = replace(VILLAGES, rules={**VILLAGES.rules, "max_spread": 0.0})
    found = koopopt.solve(bound)
    assert found.plan is not None
    assert not found.plan.pooled


def test_german() -> None:
    assert criterion("far").title.render("de") == "lange Wege"
