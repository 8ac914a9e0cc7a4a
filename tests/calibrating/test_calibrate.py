"""What accounts make of a service: curve, level alone, outliers, and who is left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import koopopt
import tiny
from calibrating.county import IDS, OFF, accounts, county, rich, table
from koopopt import Account, Calibration, calibrate
from koopopt.calibrating.words import remarks
from koopopt.case.library import PowerCost, Tier, TierCost
from koopopt.case.plan import Partnership
from koopopt.case.ranges import faults, ranged
from koopopt.errors import DataError, UsageError


def made(found: list[Account] | Path, **settings: Any) -> Calibration:
    return calibrate(settings.pop("instance", county()), "water", found, **settings)


def power(found: Calibration) -> PowerCost:
    assert isinstance(found.service.cost, PowerCost)
    return found.service.cost


def test_scale_and_elasticity_are_those_of_the_accounts() -> None:
    found = made(accounts())
    assert found.level_only is None
    assert found.fit is not None
    low, high = found.fit.elasticity_interval
    assert low < 0.8 < high
    assert power(found).elasticity == found.fit.elasticity == pytest.approx(0.8, abs=0.02)
    assert power(found).confidence == "medium"
    # Everything else of the model stays.
    assert replace(found.service, cost=found.before.cost) == found.before
    demand = np.array([40_000.0 * k for k in range(1, 10)])
    assert found.alone[0] == pytest.approx(found.before.cost(demand).sum())
    assert found.alone[1] == pytest.approx(sum(a.cost for a in accounts()), rel=0.01)
    assert repr(found) == (
        f"<Calibration of 'water': scale {power(found).scale:.6g}, elasticity"
        f" {power(found).elasticity:.4g}; 9 account(s)>"
    )


def test_a_file_gives_the_same_as_accounts_from_memory(tmp_path: Path) -> None:
    lines = [f"{a.municipality},{a.cost!r}" for a in accounts()]
    path = table(tmp_path, "\n".join(["municipality,cost", *lines]) + "\n")
    assert made(path).fit == made(accounts()).fit
    assert made(path).source == "accounts.csv"


@pytest.mark.parametrize("count", [1, 2, 4])
def test_few_accounts_tell_the_level_only(count: int) -> None:
    found = made(accounts(count=count))
    assert found.level_only is not None
    assert "5 accounts at least" in str(found.level_only)
    assert found.fit is None
    # The model is 20 · D^0.8: the mean of the factors by which accounts lie above it.
    factor = 1.5 * sum([1.03, 0.97, 1.05, 0.94][:count]) / count
    assert found.level.factor == pytest.approx(factor)
    assert power(found) == replace(
        found.before.cost, scale=pytest.approx(20 * factor), source="", confidence="assumption"
    )
    assert (found.level.interval is None) == (count == 1)
    if found.level.interval is not None:
        assert found.level.interval[0] < factor < found.level.interval[1]


def test_sizes_that_hardly_differ_tell_the_level_only() -> None:
    alike = [replace(a, demand=50_000.0 + k) for k, a in enumerate(accounts())]
    assert "sizes differ too little" in str(made(alike).level_only)
    # One large town among equals would be the whole elasticity.
    one = [*alike[:-1], replace(alike[-1], demand=5e6)]
    assert "sizes differ too little" in str(made(one).level_only)
    two = [*alike[:-2], replace(alike[-2], demand=4e6), replace(alike[-1], demand=5e6)]
    assert made(two).fit is not None


@pytest.mark.parametrize("elasticity", [-0.3, 2.1])
def test_an_elasticity_that_no_model_has(elasticity: float) -> None:
    found = made([replace(a, cost=a.cost / 1e6) for a in accounts(elasticity)])
    assert "which no service has" in str(found.level_only)
    assert found.fit is not None
    assert found.fit.elasticity == pytest.approx(elasticity, abs=0.05)
    assert power(found).elasticity == 0.8


def test_the_level_may_be_all_that_is_wanted() -> None:
    found = made(accounts(0.9), level_only=True)
    assert str(found.level_only) == "Only the level was asked for."
    assert power(found).elasticity == 0.8
    assert found.alone[1] == pytest.approx(sum(a.cost for a in accounts(0.9)), rel=0.05)


def test_outliers_are_named_and_stay_until_they_are_left_out() -> None:
    found = made(rich(Celle=3))
    assert [a.municipality for a in found.outliers] == [IDS[2]]
    assert found.without_outliers is not None
    assert found.fit is not None
    assert found.fit.accounts == 9
    without = made(rich(Celle=3), without=["Celle"])
    assert without.fit == found.without_outliers
    assert [a.municipality for a in without.left_out] == [IDS[2]]
    assert without.outliers == ()
    assert without.without_outliers is None


def test_outliers_without_which_too_few_are_left() -> None:
    few = [a for a in rich(Celle=9) if a.municipality not in IDS[5:]]
    found = made(few)
    assert found.fit is not None
    assert found.without_outliers is None


def test_a_wide_interval_stays_an_assumption() -> None:
    wild = [1, 3, 0.4, 2.5, 0.5, 2, 0.6, 3, 0.7]
    assert power(made(accounts(off=wild))).confidence == "assumption"


def test_the_flat_part_of_a_curve_is_kept() -> None:
    flat = 200_000.0
    model = PowerCost(kind="power", scale=20.0, elasticity=0.9, flat_above=flat)
    instance = county(services=(tiny.service(cost=model),))
    exact = replace(model, scale=30.0, elasticity=0.8)
    known = [
        replace(a, cost=float(exact(np.array([40_000.0 * k]))[0]))
        for k, a in enumerate(accounts(), start=1)
    ]
    few = made(known, instance=instance)
    assert "sizes differ too little" not in str(few.level_only)
    assert power(few).elasticity == pytest.approx(0.8)
    assert power(few).scale == pytest.approx(30)
    assert power(few).flat_above == flat
    # All beyond it: what size is worth below cannot be told there.
    beyond = [replace(a, demand=flat * k) for k, a in enumerate(accounts(), start=1)]
    assert "sizes differ too little" in str(made(beyond, instance=instance).level_only)


def test_tiers_give_way_to_a_curve_or_are_raised() -> None:
    tiers = TierCost(kind="tiers", source="guess", tiers=(
        Tier(fixed=1000.0, per_unit=2.0, up_to=90_000.0), Tier(fixed=5000.0, per_unit=1.0),
    ))  # fmt: skip
    instance = county(services=(tiny.service(cost=tiers),))
    assert power(made(accounts(), instance=instance)).elasticity == pytest.approx(0.8, abs=0.02)
    level = made(accounts(), instance=instance, level_only=True)
    assert isinstance(level.service.cost, TierCost)
    factor = level.level.factor
    assert [(t.fixed, t.per_unit, t.up_to) for t in level.service.cost.tiers] == [
        (1000 * factor, 2 * factor, 90_000), (5000 * factor, factor, None),
    ]  # fmt: skip
    assert repr(level).startswith("<Calibration of 'water': tiers × ")


def test_a_model_that_costs_nothing_has_no_level() -> None:
    free = PowerCost(kind="power", scale=0.0, elasticity=0.9)
    with pytest.raises(UsageError, match="costs nothing"):
        made(accounts(), instance=county(services=(tiny.service(cost=free),)))


def test_who_already_pools_or_has_a_cost_of_its_own_is_told() -> None:
    today = Partnership("water", tuple(IDS[:2]), IDS[0], "association")
    instance = county(status_quo=(today,), alone_cost={(IDS[4], "water"): 5.0})
    pooled, own = (note.render() for note in made(accounts(), instance=instance).notes)
    assert "Today in a partnership for this service: Ahausen, Bühl an der Weißen Werra." in pooled
    assert "cost of staying alone for Elm" in own
    assert made(accounts()).notes == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "There are no accounts"),
        ([Account("99", 5.0)], "no municipality of this name"),
        ([Account(IDS[0], 0.0)], r'\["06636001"\]\.cost'),
        ([Account(IDS[0], float("nan"))], "greater than 0"),
        ([Account(IDS[0], 5.0, -1.0)], r'\["06636001"\]\.demand'),
        ([Account(IDS[0], 5.0), Account(IDS[0], 6.0)], "twice"),
    ],
)
def test_accounts_from_memory_are_checked(wrong: list[Account], said: str) -> None:
    with pytest.raises(DataError, match=said):
        made(wrong)


def test_requests_that_cannot_be_meant() -> None:
    with pytest.raises(UsageError, match=r"no service 'watr'.*mean 'water'"):
        calibrate(county(), "watr", accounts())
    with pytest.raises(UsageError, match=r"no accounts of Hain \(06636008\)"):
        made(accounts(count=5), without=["Hain"])
    with pytest.raises(UsageError, match="leaves out all"):
        made(accounts(count=1), without=IDS[:1])
    with pytest.raises(UsageError):
        made(accounts(), without="Hain")
    with pytest.raises(UsageError):
        koopopt.calibrate("werra-meissner", "water", accounts())  # type: ignore[arg-type]


def test_the_interval_of_the_elasticity_is_its_range() -> None:
    before = PowerCost(kind="power", scale=9.0, elasticity=0.9, scale_range=(8.0, 10.0),
                       elasticity_range=(0.85, 1.0))  # fmt: skip
    model = tiny.service(cost=before)
    instance = county(services=(model,))
    found = calibrate(instance, "water", accounts())
    cost, (low, high) = found.service.cost, found.fit.elasticity_interval
    assert cost.elasticity_range == pytest.approx((low, high), abs=1e-4)
    assert cost.elasticity_range[0] <= low < cost.elasticity < high <= cost.elasticity_range[1]
    assert cost.scale_range is None  # it goes with the elasticity
    new = replace(instance, services=(found.service,))
    (number,) = [r for r in ranged(new) if r.path == ("service", "water", "cost", "elasticity")]
    assert (number.low, number.high) == cost.elasticity_range
    assert not list(faults(found.service, "water.toml"))
    level = calibrate(instance, "water", accounts(), level_only=True).service.cost
    assert (level.elasticity_range, level.scale_range) == ((0.85, 1.0), None)


@pytest.mark.parametrize(("elasticity", "end"), [(0.05, 0), (1.95, 1)])
def test_a_range_is_cut_to_what_models_take_and_that_is_said(elasticity: float, end: int) -> None:
    off = [1.0 + 3 * (value - 1) for value in OFF]
    small = [replace(a, cost=a.cost / 1000) for a in accounts(elasticity, off)]
    found = calibrate(county(), "water", small)
    assert found.level_only is None
    interval, ends = found.fit.elasticity_interval, found.service.cost.elasticity_range
    assert not 0 < interval[end] <= 2
    assert ends[end] == (0.0001, 2.0)[end]
    assert ends[0] <= found.fit.elasticity <= ends[1]
    assert any("was cut there" in text.render() for text in remarks(found))


def test_accounts_that_lie_on_a_curve_say_no_range() -> None:
    found = calibrate(county(), "water", accounts(off=[1.0] * 9))
    assert found.level_only is None
    assert found.service.cost.elasticity_range is None
    assert not any("elasticity_range" in text.render() for text in remarks(found))
