"""Modes of hubs: lines under cost curves, classes of sizes; and who separates whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from koopopt.case.library import (
    Grant,
    LegalForm,
    PowerCost,
    Tier,
    TierCost,
    Votes,
)
from koopopt.formulations.assignment import modes
from koopopt.formulations.assignment.modes import is_straight, pieces, size_classes
from koopopt.problem import Problem
from tiny import instance

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


def cheapest_line(found: list[modes.Piece], demand: float) -> float:
    return min(p.intercept + p.slope * demand for p in found if p.low <= demand <= p.high)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize(("low", "high"), [(0.0, 1000.0), (50.0, 900.0), (450.0, 450.0)])
def test_pieces_cover_all_and_never_over_estimate(
    curve: modes.Curve, low: float, high: float
) -> None:
    points = [60.0, 333.3, 699.9]
    found = pieces(curve, low, high, points)
    for demand in [*np.linspace(low, high, 200), *points]:
        if low <= demand <= high:
            true = float(curve(np.array([demand]))[0])
            assert cheapest_line(found, demand) <= true + 1e-9 * max(1.0, true)


@pytest.mark.parametrize("curve", CURVES)
def test_pieces_are_exact_at_points_and_ends(curve: modes.Curve) -> None:
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


def classes(*forms: LegalForm, n: int = 6, **rules: object) -> list[tuple[str, int, int, float]]:
    names = [f"N{k}" for k in range(n)]
    problem = Problem.of(instance(names, legal_forms=forms, rules=rules))
    return [
        (forms[c.form].id, c.smallest, c.largest, c.fixed)
        for c in size_classes(problem.facts, problem.conditions[0])
    ]


def form(id_: str, **values: object) -> LegalForm:
    return LegalForm(id=id_, title={"en": id_}, **values)


def test_a_class_ends_where_the_grant_changes() -> None:
    grant = Grant(amounts={"2": 50.0, "4+": 100.0}, years=1.0)
    assert classes(form("a", fixed_cost=500.0, grant=grant)) == [
        ("a", 2, 2, 450.0),
        ("a", 3, 3, 500.0),
        ("a", 4, 6, 400.0),
    ]


def test_two_members_are_a_class_of_their_own_where_votes_count() -> None:
    votes = Votes(inhabitants_per_vote=1000.0)
    assert classes(form("a", votes=votes)) == [("a", 2, 2, 0.0), ("a", 3, 6, 0.0)]
    assert classes(form("a"), max_members=4) == [("a", 2, 4, 0.0)]
    assert classes(form("a"), min_members=3) == [("a", 3, 6, 0.0)]
    assert classes(form("a"), max_members=1) == []


def test_forms_that_another_makes_pointless_are_left_out() -> None:
    small = form("small", max_members=3, fixed_cost=5.0)
    large = form("large", fixed_cost=100.0)
    assert classes(small, large) == [("small", 2, 3, 5.0), ("large", 4, 6, 100.0)]
    capped = replace(small, votes=Votes(inhabitants_per_vote=1000.0, max_share=0.5))
    assert ("large", 3, 6, 100.0) in classes(capped, large)  # for those whom votes exclude
    assert classes(large, replace(large, id="twin")) == [("large", 2, 6, 100.0)]
