"""Regret: by hand, and the claim that extreme weights are enough."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from choice.made import fronts, of_values
from koopopt.choice import least_regret, regrets
from koopopt.errors import UsageError
from koopopt.pareto.front import Front

FRONT = of_values((0, 100), (10, 40), (30, 20), (100, 0))


def test_by_hand() -> None:
    councils = {"thrifty": {"cost": 1.0}, "near": {"travel": 1.0}}
    assert regrets(FRONT, councils).tolist() == [[0, 10, 30, 100], [100, 40, 20, 0]]
    choice = least_regret(FRONT, councils)
    assert choice.index == 2
    assert choice.scores == (100, 40, 30, 100)
    assert choice.figures == {
        "thrifty": {"regret": 30, "favourite": 0},
        "near": {"regret": 20, "favourite": 3},
    }


def test_a_loud_council_counts_no_more_where_regret_is_relative() -> None:
    councils = {"thrifty": {"cost": 1.0}, "near": {"travel": 1000.0}}
    assert least_regret(FRONT, councils).index == 3
    choice = least_regret(FRONT, councils, relative=True)
    assert choice.index == 2
    assert choice.score == pytest.approx(0.3)
    assert "30 %" in choice.text.render()
    quiet = {"thrifty": {"cost": 7.0}, "near": {"travel": 0.5}}
    assert least_regret(FRONT, quiet, relative=True).scores == pytest.approx(choice.scores)


@given(fronts(), st.data())
def test_no_mixture_of_councils_regrets_more(front: Front, data: st.DataObject) -> None:
    count = len(front.criteria)
    number = st.integers(0, 20)
    vector = st.lists(number, min_size=count, max_size=count).filter(any)
    extreme = np.array(data.draw(st.lists(vector, min_size=1, max_size=4)), float)
    share = np.array(data.draw(st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(sum)))
    share = share[: len(extreme)] / max(1, share[: len(extreme)].sum())
    mixed = share @ extreme
    if not mixed.any():
        return
    relative = data.draw(st.booleans())

    def asked(rows: np.ndarray) -> dict[str, dict[str, float]]:
        return {str(k): dict(zip(front.criteria, row, strict=True)) for k, row in enumerate(rows)}

    worst = regrets(front, asked(extreme), relative=relative).max(axis=0)
    mine = regrets(front, asked(mixed[None]), relative=relative)[0]
    assert (mine <= worst + 1e-9 * (1 + worst)).all()
    if relative:
        assert worst.max() <= 1 + 1e-9


def test_a_favourite_is_kept_though_limits_rule_it_out() -> None:
    choice = least_regret(FRONT, {"near": {"travel": 1.0}}, limits={"cost": 50})
    assert choice.index == 2
    assert choice.figures["near"] == {"regret": 20, "favourite": 3}


def test_without_councils() -> None:
    with pytest.raises(UsageError, match="at least one council"):
        least_regret(FRONT, {})
