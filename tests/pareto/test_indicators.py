"""Indicators of fronts, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from koopopt.pareto.indicators import epsilon, hypervolume, spans


def test_hypervolume_by_hand() -> None:
    found = hypervolume([[1, 3], [2, 2], [3, 1]], (4, 4))
    assert found.value == 6.0  # 3 + 2 + 1 squares
    assert found.share == pytest.approx(6 / 9)
    assert hypervolume([[1, 3], [2, 2], [3, 1]]).value == 1.0
    assert hypervolume([[1, 3], [2, 2], [3, 1]]).reference == (3.0, 3.0)


def test_hypervolume_where_there_is_no_room() -> None:
    assert hypervolume([[5, 7]]).share == 1.0
    assert hypervolume([[5, 7]]).value == 0.0
    assert hypervolume([[1, 7, 3], [2, 7, 1]]).share == 0.0  # the constant criterion is left out
    assert hypervolume([[5, 7]], (4, 8)).share == 0.0
    assert hypervolume(np.zeros((0, 2)), (1, 1)).value == 0.0


def test_epsilon_by_hand() -> None:
    whole = [[0, 10], [2, 4], [6, 0]]
    assert epsilon(whole, whole) == 0.0
    assert epsilon([[2, 4]], whole) == 4.0
    assert epsilon([[2, 4]], whole, spans(whole)) == pytest.approx(4 / 10)
    assert epsilon([[-1, -1]], whole) == -1.0
    assert epsilon(np.zeros((0, 2)), whole) == np.inf
    with pytest.raises(ValueError, match="two dimensions"):
        epsilon([1, 2], whole)
