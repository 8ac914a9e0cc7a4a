"""Lines below cost curves, with kinks and jumps wherever they are."""

from __future__ import annotations

import numpy as np
import pytest

from koopopt.case.facts import Facts
from koopopt.case.library import PowerCost, Tier, TierCost
from koopopt.formulations.partition.lines import CLOSE, ROUGH, lines_below, stairs, surcharge
from koopopt.formulations.pieces import Piece
from tiny import instance, service

CURVES = [
    PowerCost(kind="power", scale=3.0, elasticity=0.4),
    PowerCost(kind="power", scale=3.0, elasticity=0.9, flat_above=400.0),
    PowerCost(kind="power", scale=3.0, elasticity=0.4, flat_above=5990.0),
    PowerCost(kind="power", scale=3.0, elasticity=1.0),
    PowerCost(kind="power", scale=0.0, elasticity=0.7),
    PowerCost(kind="power", scale=0.2, elasticity=1.3, flat_above=700.0),
    PowerCost(kind="power", scale=0.2, elasticity=2.0),
    TierCost(kind="tiers", tiers=(Tier(fixed=10.0, up_to=1001.0), Tier(fixed=500.0))),
    TierCost(
        kind="tiers",
        tiers=(
            Tier(fixed=10.0, per_unit=2.0, up_to=1000.0),
            Tier(fixed=90.0, per_unit=3.0, up_to=1000.5),
            Tier(fixed=150.0, per_unit=0.5, up_to=2345.6),
            Tier(fixed=3000.0, per_unit=0.4),
        ),
    ),
]


PEOPLE = [(1000.0, 2000.0, 3000.0), (0.0, 500.0), (700.0,), (0.0,), (0.0, 0.0, 5000.0)]


def facts_of(curve: PowerCost | TierCost, people: tuple[float, ...]) -> Facts:
    names = [f"N{k}" for k in range(len(people))]
    facts = Facts.of(instance(names, services=(service("water", cost=curve),)))
    facts.demand[:] = np.array(people)
    return facts


def points_of(low: float, high: float) -> np.ndarray:
    points = np.unique(np.append(np.linspace(low, high, 20_001), [1000.9, 2345.6, 5990.0]))
    return points[(points >= low) & (points <= high)]


def cheapest(lines: list[Piece], demand: np.ndarray) -> np.ndarray:
    """Return the cheapest line for each demand, infinite where none covers it."""
    least = np.full(len(demand), np.inf)
    for p in lines:
        covers = (p.low <= demand) & (demand <= p.high)
        least = np.where(covers, np.minimum(least, p.intercept + p.slope * demand), least)
    return least


@pytest.mark.parametrize("fineness", [CLOSE, ROUGH])
@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("people", PEOPLE)
def test_lines_lie_below_the_curve(
    curve: PowerCost | TierCost, people: tuple[float, ...], fineness: tuple[float, int]
) -> None:
    for members in (1, 2):
        lines = lines_below(facts_of(curve, people), 0, fineness, members)
        assert len(lines) <= fineness[1] + 4
        points = points_of(float(np.sort(people)[:members].sum()), sum(people))
        true = curve(points)
        below = cheapest(lines, points)
        assert (below <= true + 1e-9 * np.maximum(1.0, true)).all()


@pytest.mark.parametrize("curve", CURVES)
def test_fine_lines_are_near_the_curve_within_their_ranges(curve: PowerCost | TierCost) -> None:
    """Where the average cost stays constant the curve bends upwards: ranges keep lines apart."""
    lines = lines_below(facts_of(curve, (1000.0, 2000.0, 3000.0)), 0)
    points = points_of(1000.0, 6000.0)
    assert (cheapest(lines, points) >= 0.99 * curve(points)).all()


def test_ranges_are_needed_only_where_a_line_would_be_too_low() -> None:
    concave = lines_below(facts_of(CURVES[0], (1000.0, 2000.0)), 0)
    assert {(p.low, p.high) for p in concave} == {(0.0, np.inf)}
    flat = lines_below(facts_of(CURVES[2], (1000.0, 2000.0, 7000.0)), 0)
    assert min(p.high for p in flat) == pytest.approx(5990.0)
    assert max(p.low for p in flat) == pytest.approx(5990.0)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("people", PEOPLE)
def test_stairs_lie_below_the_curve(curve: PowerCost | TierCost, people: tuple[float, ...]) -> None:
    high = sum(people)
    points = points_of(0.0, high)
    true = curve(points)
    edge = np.linspace(0.0, max(high, 1.0), 101)
    value, rise = stairs(curve, edge)
    x = points / edge[1]
    cell = np.minimum(x.astype(int), 99)
    assert (value[cell] + rise[cell] * (x - cell) <= true + 1e-9 * np.maximum(1.0, true)).all()


def test_a_surcharge_takes_nothing_from_so_many_and_is_exact_for_the_cheapest() -> None:
    rng = np.random.default_rng(3)
    for n, size in ((7, 3), (7, 6), (7, 7), (5, 2), (9, 1)):
        pay, may = rng.normal(0, 10, (n, n)), rng.random(n) < 0.8
        more, back = surcharge(pay, may, size)
        assert (more >= 0).all()
        assert (more.diagonal() == 0).all()
        for h in range(n):
            others = [i for i in range(n) if may[i] and i != h]
            cheapest = sum(sorted(min(0.0, pay[h, i]) for i in others)[: size - 1])
            free = sum(min(0.0, pay[h, i] + more[h, i]) for i in others) - back[h]
            assert free == pytest.approx(cheapest, abs=1e-9)
            for _ in range(20):
                some = rng.permutation(others)[: max(0, size - 1)]
                assert more[h, some].sum() <= back[h] + 1e-9
