"""What all ways of choosing share: limits, single points, refusals in words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from choice.made import FRONT, fronts, of_values
from koopopt.choice import (
    Choice,
    closest,
    goals,
    ideal,
    in_order,
    kept,
    knee,
    least_regret,
    named,
    weighted,
)
from koopopt.errors import UsageError
from koopopt.pareto.front import Front


def test_limits_filter_and_say_what_is_possible() -> None:
    assert kept(FRONT, {"cost": 10, "travel": 1000}).tolist() == [True, True, False, False]
    choice = weighted(FRONT, {"travel": 1}, limits={"cost": 29})
    assert choice.index == 1
    assert choice.scores[2:] == (np.inf, np.inf)
    assert choice.ranking == (1, 0)
    assert "Among the 2 within the limits" in choice.text.render()
    with pytest.raises(UsageError, match="cost 0, travel 0") as told:
        kept(FRONT, {"cost": 5, "travel": 5})
    assert "Raise a limit" in str(told.value)


@given(fronts(), st.data())
@settings(max_examples=50)
def test_no_way_of_choosing_leaves_the_limits(front: Front, data: st.DataObject) -> None:
    inside = data.draw(st.integers(0, len(front) - 1))
    limits = {front.criteria[0]: front[inside].values[0]}
    even = dict.fromkeys(front.criteria, 1.0)
    choices: list[Choice] = [
        weighted(front, even, limits=limits),
        in_order(front, front.criteria[::-1], limits=limits),
        closest(front, ideal(front), limits=limits),
        goals(front, ideal(front), limits=limits),
        least_regret(front, {"a": even, "b": {front.criteria[1]: 1.0}}, limits=limits),
        named(front, inside, limits=limits),
    ]
    try:
        choices.append(knee(front, limits=limits))
    except UsageError as error:
        assert "no knee" in str(error)  # noqa: PT017
    for choice in choices:
        assert front[choice.index].values[0] <= limits[front.criteria[0]]
        assert choice.ranking[0] == choice.index
        assert len(choice.scores) == len(front)
        assert choice.score == min(choice.scores)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: weighted(FRONT, {"costs": 1}), "Did you mean 'cost'"),
        (lambda: weighted(FRONT, {"cost": -1}), "must be 0 or more"),
        (lambda: weighted(FRONT, {"cost": 0}), "At least one weight"),
        (lambda: weighted(FRONT, {"cost": float("nan")}), "not a number"),
        (lambda: in_order(FRONT, []), "at least one"),
        (lambda: in_order(FRONT, ["cost", "cost"]), "twice"),
        (lambda: in_order(FRONT, ["bodies"]), "no criterion 'bodies'"),
        (lambda: closest(FRONT, {}), "at least one criterion"),
        (lambda: goals(FRONT, {"cost": 1}, kind="most"), "no kind of goals"),  # type: ignore[arg-type]
        (lambda: goals(FRONT, {"cost": 1}, weights={"cost": -1}), "0 or more"),
        (lambda: named(FRONT, 4), "no plan 5; the front has 4"),
        (lambda: named(FRONT, -1), "no plan 0"),
        (lambda: named(FRONT, 3, limits={"cost": 50}), "does not keep"),
        (lambda: kept(of_values()), "no points"),
    ],
)
def test_what_cannot_be_meant_is_told(ask: object, words: str) -> None:
    assert callable(ask)
    with pytest.raises(UsageError, match=words):
        ask()


def test_a_single_point_is_always_chosen() -> None:
    front = of_values((5, 5))
    assert weighted(front, {"cost": 1}).figures["cost"]["highest"] == np.inf
    assert closest(front, {"cost": 1}).figures["cost"]["missed"] == 4
    assert least_regret(front, {"a": {"cost": 1}}).score == 0
