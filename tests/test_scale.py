"""The weighted sum as a whole number, the same at every scale of the weights."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nextafter

import numpy as np
import pytest

from koopopt.criteria import CRITERIA
from koopopt.exact import MAX_EXACT_SUM
from koopopt.problem import Problem
from koopopt.scale import Scale
from tiny import instance

WEIGHTS = {"cost": 1.0, "travel": 10.0, "identity": 0.25, "bodies": 12345.678}
FACTORS = [10.0**k for k in range(-11, 13)]


@pytest.mark.parametrize("factor", FACTORS)
def test_whole_weights_are_the_same_at_every_scale(factor: float) -> None:
    plain = Scale.of(WEIGHTS)
    scaled = Scale.of({name: factor * w for name, w in WEIGHTS.items()})
    assert scaled.weights == plain.weights
    assert scaled.grain == plain.grain * Fraction(f"{factor:.0e}")


def test_what_is_written_counts() -> None:
    """Cents and ten-thousandths of an hour: 1 EUR and 10 EUR an hour are 10 to 1."""
    scale = Scale.of({"cost": 1.0, "travel": 10.0})
    assert scale.weights == (10, 1, 0, 0, 0, 0, 0)
    assert scale.grain == Fraction(1, 1000)
    assert scale.shown(scale.total((12345, 5, 0, 0, 0, 0, 0))) == 123.455
    assert Scale.of({"cost": 0.1}) == Scale.of({"cost": Fraction(1, 10)})
    assert Scale.of({}).weights == (0,) * len(CRITERIA)


def test_a_problem_at_every_scale_is_the_same_problem() -> None:
    base = Problem.of(instance(), weights=WEIGHTS)
    for factor in FACTORS:
        problem = Problem.of(instance(), weights={n: factor * w for n, w in WEIGHTS.items()})
        assert problem.scale.weights == base.scale.weights
        assert problem.scale.exponent == base.scale.exponent
        assert (problem.scale.floats == base.scale.floats).all()


TOTALS = [0, 1, -1, 7, 2**53 - 1, 2**53 + 1, 3**40, -(3**40), 10**30 + 7]


@pytest.mark.parametrize("total", TOTALS)
@pytest.mark.parametrize("exponent", [-40, -3, 0, 11])
def test_above_and_below_enclose(total: int, exponent: int) -> None:
    scale = Scale((1, 0, 0, 0, 0), Fraction(1), exponent)
    exact = total * Fraction(2) ** exponent
    above, below = scale.above(total), scale.below(total)
    assert Fraction(below) <= exact <= Fraction(above)
    assert above <= nextafter(below, inf)  # as near as floating point comes
    if abs(total) < MAX_EXACT_SUM:
        assert Fraction(above) == Fraction(below) == exact == Fraction(scale.scaled(total))


@pytest.mark.parametrize("exponent", [-40, -3, 0, 11])
def test_least_is_the_next_whole_number(exponent: int) -> None:
    scale = Scale((1, 0, 0, 0, 0), Fraction(1), exponent)
    assert scale.least(-inf) is None
    for total in TOTALS:
        below = scale.below(total)
        least = scale.least(below)
        assert least is not None
        assert least <= total
        if abs(total) < MAX_EXACT_SUM:
            assert least == total
            assert scale.least(nextafter(below, inf)) == total + 1
        if abs(total) < MAX_EXACT_SUM / 2:
            assert scale.least(nextafter(below, -inf)) == total
    rng = np.random.default_rng(0)
    for bound in (rng.normal(0, 1, 200) * 10.0 ** rng.integers(-9, 20, 200)).tolist():
        least = scale.least(bound)
        assert least is not None
        assert least * Fraction(2) ** exponent >= Fraction(bound)
        assert (least - 1) * Fraction(2) ** exponent < Fraction(bound)


def test_only_sums_that_floating_point_cannot_hold_are_blurred() -> None:
    scale = Scale.of(WEIGHTS)
    assert not scale.blurred(MAX_EXACT_SUM - 1, MAX_EXACT_SUM - 2)
    assert not scale.blurred(1 - MAX_EXACT_SUM, -MAX_EXACT_SUM)
    assert scale.blurred(MAX_EXACT_SUM, MAX_EXACT_SUM - 2**10)
    assert not scale.blurred(MAX_EXACT_SUM, MAX_EXACT_SUM - 2**10 - 1)
    assert not scale.blurred(MAX_EXACT_SUM, None)


def test_weights_that_are_sums_and_products_are_the_decimals_they_show() -> None:
    assert Scale.of({"cost": 0.1 + 0.2}) == Scale.of({"cost": 0.3})
    assert Scale.of({"cost": 10 * 1e-6}) == Scale.of({"cost": 1e-5})


def test_the_objective_is_the_weighted_sum() -> None:
    scale = Scale.of(WEIGHTS)
    amounts = (1_234_567, 89_012, 3_456, 7, 90_123, 8, 45_678)
    shown = sum(
        Fraction(str(WEIGHTS.get(name, 0.0))) * Fraction(u, c.per_one)
        for (name, c), u in zip(CRITERIA.items(), amounts, strict=True)
    )
    assert scale.total(amounts) * scale.grain == shown
    assert scale.shown(scale.total(amounts)) == float(shown)
