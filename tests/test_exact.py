"""Whole numbers: rounded once, half to even, as exact arithmetic would."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from koopopt.case.library import PowerCost
from koopopt.exact import fraction, integers, nearest, power, whole, whole_down


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        (0.1, Fraction(1, 10)),
        (1e-11, Fraction(1, 10**11)),
        (1e22, Fraction(10**22)),
        (-2.675, Fraction(-2675, 1000)),
        (123456789012345.67, Fraction(12345678901234567, 100)),
        (7, Fraction(7)),
        (Fraction(1, 3), Fraction(1, 3)),
    ],
)
def test_a_number_is_the_decimal_that_was_written(written: float, exact: Fraction) -> None:
    assert fraction(written) == exact


@pytest.mark.parametrize(
    ("value", "per_one", "amount", "below"),
    [
        (0.005, 100, 0, 0),  # half to even
        (0.015, 100, 2, 1),
        (2.675, 100, 268, 267),  # as floating point 2.67499999...
        (-0.005, 100, 0, -1),
        (-0.015, 100, -2, -2),
        (0.29, 100, 29, 29),  # as floating point 28.999999...
        (1.1, 10_000, 11_000, 11_000),
        (99_999_999_999.99, 100, 9_999_999_999_999, 9_999_999_999_999),
        (0.0, 100, 0, 0),
        (0.99999, 1, 1, 0),
    ],
)
def test_amounts_and_limits(value: float, per_one: int, amount: int, below: int) -> None:
    assert whole(value, per_one) == amount
    assert whole_down(value, per_one) == below


def test_halves_go_to_even() -> None:
    values = np.array([0.5, 1.5, 2.5, -0.5, -1.5, 3.0, 2.4999, 2.5001])
    exact = [Fraction(v) for v in values.tolist()]
    assert nearest(values, lambda k: exact[k]).tolist() == [0, 2, 2, 0, -2, 3, 2, 3]


def test_near_ties_are_decided_exactly() -> None:
    """Floating point is a hair off in either direction; what is meant decides."""
    for meant in (Fraction(1234567, 2), Fraction(10**12 + 1, 2), Fraction(3, 2)):
        for hair in (Fraction(0), Fraction(1, 10**30), -Fraction(1, 10**30)):
            for off in (-1, 0, 1):
                value = float(meant) * (1 + off * 2.0**-52)
                got = nearest(np.array([value]), lambda _, m=meant + hair: m)
                assert got.tolist() == [round(meant + hair)]


def test_only_near_ties_are_asked_about() -> None:
    asked = []

    def exact(k: int) -> Fraction:
        asked.append(k)
        return Fraction(5, 2)

    assert nearest(np.array([[1.2, 2.5], [7.0, 8.499]]), exact).tolist() == [[1, 2], [7, 8]]
    assert asked == [1]


def test_cancelled_terms_say_how_large_they_were() -> None:
    """A sum of large terms of opposite signs is less exact than its size tells."""
    value = 1e13 + 0.3 - 1e13  # 0.3 with an error of a thousandth
    asked = []

    def exact(k: int) -> Fraction:
        asked.append(k)
        return Fraction(3, 10)

    assert nearest(np.array([value + 0.19]), exact, np.array([2e13])).tolist() == [0]
    assert asked == [0]


@pytest.mark.parametrize("seed", range(5))
def test_roundings_are_those_of_exact_arithmetic(seed: int) -> None:
    """Products of decimals, many of them exact halves."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(1, 10**6, 2000), rng.integers(1, 10**5, 2000)
    values = (a / 1000) * (b / 100) * 10

    def exact(k: int) -> Fraction:
        return Fraction(int(a[k]) * int(b[k]), 10_000)

    expected = [round(exact(k)) for k in range(len(a))]
    assert nearest(values, exact).tolist() == expected


def test_powers() -> None:
    assert power(Fraction(0), Fraction(1, 2)) == 0
    assert power(Fraction(7, 3), Fraction(1)) == Fraction(7, 3)
    assert abs(power(Fraction(2), Fraction(1, 2)) ** 2 - 2) < Fraction(1, 10**57)
    assert abs(power(Fraction(1, 8), Fraction(2, 3)) - Fraction(1, 4)) < Fraction(1, 10**57)


@pytest.mark.parametrize("elasticity", [0.37, 0.5, 0.9, 1.0, 1.7])
def test_a_curve_in_fractions_is_the_curve(elasticity: float) -> None:
    curve = PowerCost(kind="power", scale=3.25, elasticity=elasticity, flat_above=5000.0)
    for demand in (0.0, 0.000001, 1.0, 41.4, 4999.999, 5000.0, 5000.1, 123456.789):
        exact = curve.exact(fraction(demand))
        assert float(exact) == pytest.approx(float(curve(np.array([demand]))[0]), rel=1e-14)


@pytest.mark.parametrize(
    ("values", "whole_numbers", "unit"),
    [
        ([Fraction(1, 100), Fraction(1, 1000)], [10, 1], Fraction(1, 1000)),
        ([Fraction(0), Fraction(0)], [0, 0], Fraction(1)),
        ([Fraction(6), Fraction(4), Fraction(0)], [3, 2, 0], Fraction(2)),
        ([Fraction(1, 3), Fraction(1, 2)], [2, 3], Fraction(1, 6)),
    ],
)
def test_integers_in_the_same_proportion(
    values: list[Fraction], whole_numbers: list[int], unit: Fraction
) -> None:
    assert integers(values) == (whole_numbers, unit)
    assert [w * unit for w in whole_numbers] == values
