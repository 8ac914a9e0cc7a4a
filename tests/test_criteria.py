"""The criteria of a plan by hand, and what is asked of them by name."""

from __future__ import annotations

from fractions import Fraction

import pytest

import tiny
from koopopt.criteria import CRITERIA, criterion, weight_faults
from koopopt.errors import UsageError
from koopopt.problem import Problem

PROBLEM = Problem.of(tiny.instance(travel={("01", "02"): 12.0}))
FACTS = PROBLEM.facts


def test_each_by_hand() -> None:
    """The first of three, 1,000 inhabitants, goes to the second for water."""
    pooled = tiny.pooled_plan(PROBLEM)
    value = {name: c.value(FACTS, pooled) for name, c in CRITERIA.items()}
    assert value["travel"] == pytest.approx(1000 * 0.15 * 2 * 12 / 60)
    assert value["identity"] == 0.5 * 1000 * 2  # to another identity area: twice
    assert (value["bodies"], value["change"]) == (1, 1)
    assert value["cost"] == pytest.approx(sum(map(FACTS.cost, pooled.partnerships)) + 1000.0)


def test_who_stays_alone_pays_alone_and_goes_nowhere() -> None:
    assert CRITERIA["cost"].alone(FACTS).tolist() == FACTS.alone_cents.tolist()
    for name in ("travel", "identity", "bodies", "change"):
        assert not CRITERIA[name].alone(FACTS).any()


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
