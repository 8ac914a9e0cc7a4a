"""Service models and legal forms by hand: what a demand costs, votes, grants, who fits."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import tiny
from koopopt.case.library import Grant, LegalForm, PowerCost, Tier, TierCost, Votes

POWER = PowerCost(kind="power", scale=20.0, elasticity=0.5)
TIERS = TierCost(
    kind="tiers",
    tiers=(
        Tier(fixed=100.0, per_unit=2.0, up_to=50.0),
        Tier(fixed=150.0, per_unit=1.0, up_to=200.0),
        Tier(fixed=300.0, per_unit=0.5),
    ),
)


def test_a_power_of_demand() -> None:
    assert POWER(np.array([0.0, 4.0, 100.0])).tolist() == [0, 40, 200]
    flat = replace(POWER, flat_above=100.0)
    assert flat(np.array([100.0, 400.0])).tolist() == [200, 800]  # four times as much for all


def test_the_cheapest_plant_that_is_large_enough() -> None:
    demand = np.array([10.0, 50.0, 51.0, 200.0, 300.0])
    assert TIERS(demand).tolist() == [120, 200, 201, 350, 450]


@pytest.mark.parametrize("curve", [POWER, replace(POWER, flat_above=100.0), TIERS])
def test_exactly_is_the_same_to_more_digits(curve: PowerCost | TierCost) -> None:
    demand = [0.5, 9.0, 50.0, 100.0, 123.456, 1000.0]
    exact = [float(curve.exact(Fraction(str(d)))) for d in demand]
    assert exact == pytest.approx(curve(np.array(demand)).tolist(), rel=1e-12)


def test_votes_grow_by_whole_steps() -> None:
    votes = Votes(base=2, inhabitants_per_vote=1000.0)
    assert votes.of(np.array([0.0, 999.0, 1000.0, 2500.0])).tolist() == [2, 2, 3, 4]


def test_a_grant_is_by_number_of_members() -> None:
    grant = Grant(amounts={"2": 50_000.0, "4+": 100_000.0, "10+": 0.0}, years=4.0)
    by_members = {2: 12_500, 3: 0, 4: 25_000, 9: 25_000, 10: 0, 99: 0}
    assert {members: grant.a_year(members) for members in by_members} == by_members


def test_a_form_costs_its_members_less_the_grant() -> None:
    assert tiny.ASSOCIATION.cost(2) == 10_500 - 10_000
    assert tiny.ASSOCIATION.cost(3) == 11_000
    assert tiny.ASSOCIATION.exact(4) == 11_500 - 20_000


def test_a_form_may_cost_for_each_pair_of_members() -> None:
    dealing = LegalForm(id="x", title={"en": "X"}, fixed_cost=100.0, cost_per_pair=0.1)
    assert [dealing.exact(members) for members in (1, 2, 3, 4)] == [
        100, Fraction("100.1"), Fraction("100.3"), Fraction("100.6")
    ]  # fmt: skip
    both = replace(dealing, cost_per_extra_member=10.0)
    assert both.cost(7) == 100 + 60 + 2.1


@pytest.mark.parametrize("changes", [
    {}, {"fixed_cost": -5.0}, {"cost_per_extra_member": -7.5}, {"cost_per_pair": 3.25},
    {"fixed_cost": 40.0, "cost_per_extra_member": -30.0, "cost_per_pair": 4.0},
    {"cost_per_pair": 3.25, "max_members": 4},
    {"grant": Grant(amounts={"2": 90.0, "3": 10.0, "4+": 500.0}, years=2.0), "cost_per_pair": 1.0},
])  # fmt: skip
def test_no_pool_costs_more_than_the_most(changes: dict[str, Any]) -> None:
    form = LegalForm(id="x", title={"en": "X"}, **changes)
    fitting = [k for k in range(1, 12) if k <= (form.max_members or k)]
    for most in range(1, 12):
        assert all(abs(form.cost(k)) <= form.most(most) for k in fitting if k <= most)


def test_who_may_take_a_form() -> None:
    form = LegalForm(id="x", title={"en": "X"}, services=("water",), min_members=1, max_members=3)
    assert (form.serves("water"), form.serves("fire")) == (True, False)
    assert [form.fits(members) for members in (1, 2, 3, 4)] == [False, True, True, False]
    assert tiny.ASSOCIATION.serves("anything")
    assert tiny.ASSOCIATION.fits(1000)
