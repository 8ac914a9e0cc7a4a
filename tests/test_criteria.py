"""The criteria of a plan by hand, and what is asked of them by name."""

from __future__ import annotations

import sys
from fractions import Fraction

import pytest

import tiny
from koopopt.criteria import CRITERIA, criterion, weight_faults
from koopopt.errors import UsageError
from koopopt.evaluation import evaluate, status_quo
from koopopt.problem import Problem
from koopopt.reading.instance import read

PROBLEM = Problem.of(tiny.instance(travel={("01", "02"): 12.0}))
FACTS = PROBLEM.facts


def test_each_by_hand() -> None:
    """The first of three, 1,000 inhabitants, goes to the second for water."""
    pooled = tiny.pooled_plan(PROBLEM)
    value = {name: c.value(FACTS, pooled) for name, c in CRITERIA.items()}
    assert value["travel"] == pytest.approx(1000 * 0.15 * 2 * 12 / 60)
    assert value["identity"] == 0.5 * 1000 * 2  # to another identity area: twice
    assert (value["bodies"], value["change"]) == (1, 1)
    assert value["farthest"] == 12.0
    assert value["cost"] == pytest.approx(sum(map(FACTS.cost, pooled.partnerships)) + 1000.0)


def test_who_stays_alone_pays_alone_and_goes_nowhere() -> None:
    assert CRITERIA["cost"].alone(FACTS).tolist() == FACTS.alone_cents.tolist()
    for name in ("travel", "identity", "bodies", "farthest", "change"):
        assert not CRITERIA[name].alone(FACTS).any()


def test_the_farthest_way_is_rounded_once_and_half_to_even() -> None:
    for minutes, amount in ((12.00005, 120_000), (12.00015, 120_002), (12.000050001, 120_001)):
        problem = Problem.of(tiny.instance(travel={("01", "02"): minutes, ("02", "01"): 90.0}))
        plan = tiny.pooled_plan(problem)
        assert CRITERIA["farthest"].amount(problem.facts, plan) == amount
        within = problem.within({"farthest": Fraction(amount, 10_000)})
        below = problem.within({"farthest": Fraction(amount - 1, 10_000)})
        assert evaluate(within, plan).feasible
        (violation,) = evaluate(below, plan).violations
        assert violation.rule == "limit"
        assert not any(within.additive.conditions[0].apart.ravel())
        assert within.additive.conditions[0].pair[0, 1]
        assert not below.additive.conditions[0].pair[0, 1]


def test_amounts_are_whole_numbers_of_their_unit() -> None:
    pooled = tiny.pooled_plan(PROBLEM)
    for one in CRITERIA.values():
        amount = one.amount(FACTS, pooled)
        assert type(amount) is int
        assert one.shown(amount) == float(Fraction(amount, one.per_one))


def test_an_unknown_one_gets_a_hint() -> None:
    assert criterion("cost") is CRITERIA["cost"]
    with pytest.raises(UsageError, match=r"'travl'.*Did you mean 'travel'"):
        criterion("travl")


def test_weights_name_criteria_and_one_of_them_counts() -> None:
    assert list(weight_faults({"cost": 1, "travel": 0}, "f")) == []
    unknown, none = weight_faults({"costs": 0}, "f")
    assert (unknown.column, none.column) == ("weights.costs", "weights")
    assert "Did you mean 'cost'" in unknown.render()


@pytest.mark.parametrize("least", [1, 10_000_000])
def test_a_plan_has_the_same_amounts_with_and_without_a_table_of_all_pairs(
    least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A country's table of all members at all seats would fill the memory."""
    monkeypatch.setattr(sys.modules["koopopt.criteria"], "LARGE", least)
    for instance in (tiny.instance(travel={("01", "02"): 12.00005}), read("werra-meissner")):
        problem = Problem.of(instance)
        found = evaluate(problem, status_quo(problem))
        asked_of_all = {name for name, _ in problem.facts.terms}
        assert asked_of_all == (
            set() if least == 1 else {"travel", "identity", "farthest", "change"}
        )
        tables = Problem.of(instance)
        for c in CRITERIA.values():
            if c.pair is not None:
                assert c.terms(tables.facts, 0) is not None
        assert found.amounts == tables.amounts(found.plan)
        assert found.objective == tables.scale.shown(tables.scale.total(found.amounts))
