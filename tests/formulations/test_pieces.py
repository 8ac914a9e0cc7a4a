"""Pieces of cost curves: lines that cover all demands, exact at their ends."""

from __future__ import annotations

import numpy as np
import pytest

from koopopt.case.library import PowerCost, Tier, TierCost
from koopopt.formulations.pieces import Curve, Piece, is_straight, pieces, widened

CURVES = [
    PowerCost(kind="power", scale=3.0, elasticity=0.4),
    PowerCost(kind="power", scale=3.0, elasticity=0.9, flat_above=400.0),
    PowerCost(kind="power", scale=3.0, elasticity=1.0),
    PowerCost(kind="power", scale=0.0, elasticity=0.7),
    PowerCost(kind="power", scale=0.2, elasticity=1.3, flat_above=700.0),
    PowerCost(kind="power", scale=0.2, elasticity=2.0),
    TierCost(
        kind="tiers",
        tiers=(
            Tier(fixed=10.0, per_unit=2.0, up_to=100.0),
            Tier(fixed=90.0, per_unit=3.0, up_to=100.0),
            Tier(fixed=150.0, per_unit=0.5, up_to=600.0),
            Tier(fixed=300.0, per_unit=0.4),
        ),
    ),
]


def cheapest_line(found: list[Piece], demand: float) -> float:
    return min(p.intercept + p.slope * demand for p in found if p.low <= demand <= p.high)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize(("low", "high"), [(0.0, 1000.0), (50.0, 900.0), (450.0, 450.0)])
def test_pieces_cover_all_and_never_over_estimate(curve: Curve, low: float, high: float) -> None:
    points = [60.0, 333.3, 699.9]
    found = pieces(curve, low, high, points)
    for demand in [*np.linspace(low, high, 200), *points]:
        if low <= demand <= high:
            true = float(curve(np.array([demand]))[0])
            assert cheapest_line(found, demand) <= true + 1e-9 * max(1.0, true)


@pytest.mark.parametrize("curve", CURVES)
def test_pieces_are_exact_at_points_and_ends(curve: Curve) -> None:
    points = [60.0, 333.3, 699.9]
    found = pieces(curve, 20.0, 1000.0, points)
    for demand in (20.0, *points, 1000.0):
        assert cheapest_line(found, demand) == pytest.approx(float(curve(np.array([demand]))[0]))


def test_tiers_are_exact_and_dear_ones_left_out() -> None:
    curve = CURVES[-1]
    found = pieces(curve, 20.0, 1000.0)
    assert len(found) == 3
    for demand in np.linspace(20.0, 1000.0, 99):
        assert cheapest_line(found, demand) == pytest.approx(float(curve(np.array([demand]))[0]))


def test_straight_curves_are_known_as_such() -> None:
    flat = PowerCost(kind="power", scale=3.0, elasticity=0.9, flat_above=400.0)
    assert is_straight(flat, 400.0, 900.0)
    assert not is_straight(flat, 399.0, 900.0)
    assert is_straight(CURVES[-1], 700.0, 900.0)


@pytest.mark.parametrize("curve", CURVES)
def test_wider_ranges_change_no_demand(curve: Curve) -> None:
    """The cheapest line of those that cover a demand is as cheap as before."""
    found = pieces(curve, 20.0, 1000.0, [60.0, 333.3, 699.9])
    wide = widened(found)
    assert [(p.intercept, p.slope) for p in wide] == [(p.intercept, p.slope) for p in found]
    assert all(w.low <= p.low and w.high >= p.high for w, p in zip(wide, found, strict=True))
    for demand in np.linspace(20.0, 1000.0, 300):
        assert cheapest_line(wide, demand) == pytest.approx(cheapest_line(found, demand))
