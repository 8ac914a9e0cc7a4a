"""What is asked of an instance: weights, order, limits, each replaced or added as it is said."""

from __future__ import annotations

from math import nan
from typing import Any

import pytest

import tiny
from koopopt.errors import DataError, UsageError
from koopopt.problem import Problem

INSTANCE = tiny.instance(
    weights={"cost": 1.0, "travel": 2.0}, rules={"limit": {"change": 3}, "max_bodies": 2}
)
PROBLEM = Problem.of(INSTANCE)


def test_single_weights_are_replaced() -> None:
    asked = PROBLEM.asked(weights={"travel": 5.0, "bodies": 1.0})
    assert asked.weights == {"cost": 1.0, "travel": 5.0, "bodies": 1.0}
    assert PROBLEM.weights == {"cost": 1.0, "travel": 2.0}


def test_an_order_is_replaced_and_stays_where_none_is_given() -> None:
    ordered = PROBLEM.asked(lexicographic=["change", "travel"])
    assert ordered.asked(weights={"cost": 3.0}).lexicographic == ("change", "travel")
    assert ordered.asked(lexicographic=[]).lexicographic == ()


def test_limits_come_besides_and_the_tighter_one_counts() -> None:
    assert PROBLEM.limits == {"change": 3.0}
    assert PROBLEM.asked(limits={"change": 5.0, "travel": 7.0}).limits == {
        "change": 3.0, "travel": 7.0,
    }  # fmt: skip
    assert PROBLEM.within({"change": 1.7}).limits == {"change": 1.0}  # no seat changes by halves


def test_problems_of_the_same_rules_differ_little() -> None:
    assert PROBLEM.differs_little(PROBLEM.asked(weights={"bodies": 9.0}, limits={"cost": 1.0}))
    assert not PROBLEM.differs_little(Problem.of(INSTANCE))  # other facts, whatever they hold
    assert [rule.name for rule in PROBLEM.other_rules] == ["max_bodies"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"weights": {"costs": 1.0}}, "Did you mean 'cost'"),
        ({"weights": {"cost": -1.0}}, "weight of cost"),
        ({"weights": {"cost": 0.0, "travel": 0.0}}, "Give one criterion a weight"),
        ({"lexicographic": ["cost", "cost"]}, "stands twice"),
        ({"limits": {"trvel": 1.0}}, "Did you mean 'travel'"),
        ({"limits": {"travel": nan}}, "limit of travel"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_told(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Problem.of(INSTANCE, **asked)


def test_every_fault_of_weights_and_rules_is_told_at_once() -> None:
    broken = tiny.instance(weights={"costs": 1.0}, rules={"max_bodys": 1, "apart": [["01", "9"]]})
    with pytest.raises(DataError) as caught:
        Problem.of(broken)
    places = {fault.column for fault in caught.value.faults}
    assert {"weights.costs", "rules.max_bodys"} <= places
    assert any("apart" in str(place) for place in places)
