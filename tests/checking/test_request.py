"""Weights and limits that cannot be meant, or computed with, are refused in words."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from koopopt.checking.request import amount, weight
from koopopt.errors import UsageError


@pytest.mark.parametrize("value", [0, 1e-100, Fraction(1, 3), 5, 1e100])
def test_weights(value: float) -> None:
    weight("w", value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -1, 1e-101, 1e101, 10**400, "1", True, None])
def test_no_weights(value: object) -> None:
    with pytest.raises(UsageError, match="must be"):
        weight("w", value)


@pytest.mark.parametrize("value", [-1.0, 0, 1e300, Fraction(-1, 3)])
def test_limits(value: float) -> None:
    amount("l", value, -math.inf)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400, "1", True, None])
def test_no_limits(value: object) -> None:
    with pytest.raises(UsageError, match="must be a finite number"):
        amount("l", value, -math.inf)
