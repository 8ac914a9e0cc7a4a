"""Knees: cases by hand; the utility measure against exact integration for two criteria."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from choice.made import of_values
from koopopt.choice import knee, knees
from koopopt.errors import UsageError
from koopopt.pareto.front import Front

FRONT = of_values((0, 100), (10, 40), (30, 20), (100, 0))


def test_distance_to_the_line_between_the_ends() -> None:
    found = knees(FRONT)
    assert [k.index for k in found] == [1, 2]  # both 0.5 below x + y = 1
    assert found[0].prominence == pytest.approx(0.5 / math.sqrt(2))
    assert knee(of_values((0, 100), (10, 30), (30, 20), (100, 0))).index == 1
    assert knee(FRONT, limits={"travel": 30}).index == 2


def test_units_do_not_matter() -> None:
    other = of_values(*((1e6 + 300 * x, y / 60) for x, y in FRONT.values))
    for measure in ("distance", "bend", "utility"):
        mine, theirs = knees(FRONT, measure), knees(other, measure)
        assert [k.index for k in mine] == [k.index for k in theirs]
        assert [k.prominence for k in mine] == pytest.approx([k.prominence for k in theirs])


def test_the_bend() -> None:
    # From 45 degrees down to level less steep: slopes -6, -1, -2/7.
    found = {k.index: k.prominence for k in knees(FRONT, "bend")}
    assert found[1] == pytest.approx(math.degrees(math.atan(6) - math.atan(1)))
    assert found[2] == pytest.approx(math.degrees(math.atan(1) - math.atan(2 / 7)))
    assert knee(FRONT, "bend").index == 1


def exact(front: Front) -> list[float]:
    """Integrate (second best - best) over w · x + (1 - w) · y for each best point, exactly.

    Between the crossings of any two lines it is linear in w.
    """
    table = front.values - front.values.min(axis=0)
    table = table / np.ptp(front.values, axis=0)
    crossings = [0.0, 1.0]
    for a in table:
        for b in table:
            slope = (a[0] - a[1]) - (b[0] - b[1])
            if slope:
                crossings.append(float((b[1] - a[1]) / slope))
    at = np.unique([w for w in crossings if 0 <= w <= 1])
    total = np.zeros(len(table))
    for low, high in pairwise(at):
        middle = (low + high) / 2
        loss = np.sort(table @ [middle, 1 - middle])
        best = int((table @ [middle, 1 - middle]).argmin())
        total[best] += (high - low) * (loss[1] - loss[0])
    return total.tolist()


def test_utility_is_the_mean_over_all_linear_utilities() -> None:
    front = of_values((0, 100), (8, 55), (20, 30), (60, 12), (65, 11), (100, 0))
    found = {k.index: k.prominence for k in knees(front, "utility")}
    for index, value in enumerate(exact(front)):
        assert found.get(index, 0.0) == pytest.approx(value, abs=0.003)
    assert knee(front, "utility").index == int(np.argmax(exact(front)))


def test_three_criteria() -> None:
    # Corners, and one point that is good at everything.
    front = of_values((0, 10, 10), (2, 2, 2), (9, 0, 10), (10, 9, 0))
    choice = knee(front)
    assert choice.index == 1
    assert "would be missed more" in choice.text.render()
    assert knees(front, seed=7)[0].index == 1
    assert knees(front, seed=7) == knees(front, seed=7)
    with pytest.raises(UsageError, match="for two criteria"):
        knees(front, "distance")
    with pytest.raises(UsageError, match="no measure of knees 'angle'"):
        knees(front, "angle")


@pytest.mark.parametrize(
    "front",
    [
        of_values((0, 100), (50, 90), (100, 0)),
        of_values((0, 100), (100, 0)),
        of_values((1, 1)),
        of_values((0, 10), (5, 5), (10, 0)),
    ],
)
def test_where_there_is_no_knee(front: Front) -> None:
    assert knees(front) == ()
    with pytest.raises(UsageError, match="no knee"):
        knee(front)
