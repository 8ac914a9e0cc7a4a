"""Lines below cost curves, with kinks and jumps wherever they are."""

from __future__ import annotations

import numpy as np
import pytest

from koopopt.case.facts import Facts
from koopopt.case.library import PowerCost, Tier, TierCost
from koopopt.formulations.partition.lines import (
    LINES_UNDER_CURVE,
    few_lines,
    lines_below,
    stairs,
)
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


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("people", [(1000.0, 2000.0, 3000.0), (0.0, 500.0), (700.0,), (0.0,)])
def test_lines_lie_below_the_curve(curve: PowerCost, people: tuple[float, ...]) -> None:
    facts = Facts.of(instance([f"N{k}" for k in range(len(people))], services=(
        service("water", cost=curve),
    )))  # fmt: skip
    facts.demand[:] = np.array(people)
    lines = lines_below(facts, 0)
    assert len(lines) <= LINES_UNDER_CURVE + 5
    low, high = min(people), sum(people)
    points = np.unique(np.concatenate([np.linspace(low, high, 20_001), [1000.9, 2345.6, 5990.0]]))
    points = points[(points >= low) & (points <= high)]
    below = np.min([a + b * points for a, b in lines], axis=0)
    true = curve(points)
    assert (below <= true + 1e-9 * np.maximum(1.0, true)).all()


def test_kinks_and_jumps_between_samples_are_seen() -> None:
    """They hide most easily next to a breakpoint, where the curve seems concave."""
    rng = np.random.default_rng(0)
    low, high = 0.0, 6000.0
    points = np.concatenate([[low], np.geomspace(high / 1e4, high, LINES_UNDER_CURVE)])
    for _ in range(200):
        k = int(rng.integers(len(points) - 1))
        at = points[k] + (points[k + 1] - points[k]) / 64 * rng.uniform(0.01, 0.99)
        tiers = (Tier(fixed=rng.uniform(0, 400), per_unit=0.1, up_to=at), Tier(fixed=500.0))
        for curve in (
            TierCost(kind="tiers", tiers=tiers),
            PowerCost(kind="power", scale=3.0, elasticity=rng.uniform(0.1, 0.9), flat_above=at),
        ):
            facts = Facts.of(instance(["A", "B"], services=(service("water", cost=curve),)))
            facts.demand[:] = np.array([low, high])
            demand = np.concatenate([np.linspace(points[k], points[k + 1], 500), [at]])
            below = np.min([a + b * demand for a, b in lines_below(facts, 0)], axis=0)
            assert (below <= curve(demand) + 1e-9 * np.maximum(1.0, curve(demand))).all()


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("people", [(1000.0, 2000.0, 3000.0), (0.0, 500.0), (700.0,), (0.0,)])
def test_few_lines_and_stairs_lie_below_the_curve(
    curve: PowerCost, people: tuple[float, ...]
) -> None:
    facts = Facts.of(instance([f"N{k}" for k in range(len(people))], services=(
        service("water", cost=curve),
    )))  # fmt: skip
    facts.demand[:] = np.array(people)
    low, high = min(people), sum(people)
    points = np.unique(np.append(np.linspace(low, high, 20_001), [1000.9, 2345.6, 5990.0]))
    points = points[(points >= low) & (points <= high)]
    true = curve(points)
    room = 1e-9 * np.maximum(1.0, true)
    assert (np.min([a + b * points for a, b in few_lines(facts, 0)], axis=0) <= true + room).all()
    edge = np.linspace(0.0, max(high, 1.0), 101)
    value, rise = stairs(curve, edge)
    x = points / edge[1]
    cell = np.minimum(x.astype(int), 99)
    assert (value[cell] + rise[cell] * (x - cell) <= true + room).all()
