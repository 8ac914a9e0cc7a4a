"""An instance as arrays, by hand: minutes, demand, costs, neighbours, who is where today."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import tiny
from koopopt.case import facts as facts_room
from koopopt.case.facts import Facts, at_most, euros
from koopopt.case.library import Demand, Tier, TierCost
from koopopt.case.plan import Partnership

ALONE = Partnership("water", ("03",), "03")
KM = 0.05 * 111.195
"""Between neighbours of the tiny instance: a twentieth of a degree of latitude."""


def test_minutes_are_estimated_where_none_are_given() -> None:
    made = tiny.instance(travel={("01", "02"): 12.0, ("02", "01"): 13.0})
    minutes = Facts.of(made).minutes
    assert (minutes[0, 1], minutes[1, 0]) == (12.0, 13.0)
    assert minutes[0, 2] == pytest.approx(2 * KM * made.detour / made.speed_kmh * 60, rel=1e-4)
    assert minutes.diagonal().tolist() == [0, 0, 0]


def test_demand_is_by_inhabitant_where_none_is_given() -> None:
    facts = Facts.of(tiny.instance(demand={("02", "water"): 123.5}))
    assert facts.demand[0].tolist() == [40_000, 123.5, 120_000]
    assert facts.demand[1].tolist() == [40_000, 80_000, 120_000]
    assert (facts.grains / facts.per_unit[:, None]).tolist() == facts.demand.tolist()


def test_costs() -> None:
    """The form costs two members 10,500 EUR a year, less a grant of 50,000 over five years."""
    straight = TierCost(kind="tiers", tiers=(Tier(fixed=5000.0, per_unit=0.5),))
    made = tiny.instance(services=(tiny.service(cost=straight),), alone_cost={("03", "water"): 7.0})
    facts = Facts.of(made)
    assert facts.alone_cost[0].tolist() == [25_000, 45_000, 7]
    pool = Partnership("water", ("01", "02"), "01", "association")
    assert facts.cost(pool) == 5000 + 0.5 * 120_000 + 10_500 - 10_000
    assert facts.cents(pool) == 100 * facts.cost(pool)
    assert facts.cost(ALONE) == 7
    assert facts.office_cents == 100_000


def test_costs_that_are_remembered_are_those_of_these_facts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By what is asked; not those of a copy with other numbers; and however few are kept."""
    monkeypatch.setattr(facts_room, "MOST_COSTS", 1)
    facts = Facts.of(tiny.instance())
    pool = Partnership("water", ("01", "02"), "01", "association")
    grant = facts.cents(pool, granted=False) - facts.cents(pool)
    assert grant == 100 * 10_000
    for _ in range(3):
        assert facts.cents(pool, granted=False) - facts.cents(pool) == grant
        assert facts.cents(ALONE) == facts.alone_cents[0, 2]
    assert replace(facts, alone_cents=facts.alone_cents + 5).cents(ALONE) == facts.cents(ALONE) + 5


def test_neighbours_are_so_both_ways() -> None:
    adjacent = Facts.of(tiny.instance()).adjacent
    assert adjacent.tolist() == [[False, True, False], [True, False, True], [False, True, False]]


def test_equal_labels_have_equal_numbers() -> None:
    facts = Facts.of(tiny.instance())
    assert facts.area[0] == facts.area[2] != facts.area[1]
    assert len(set(facts.county)) == len(set(facts.state)) == 1


def test_seats_of_today_are_ones_own_but_for_cooperations() -> None:
    today = (Partnership("housing", ("01", "03"), "03", "association"),)
    seats = Facts.of(tiny.instance(status_quo=today)).status_quo_seat
    assert seats.tolist() == [[0, 1, 2], [2, 1, 2]]


def test_a_limit_forgives_the_rounding_of_sums_and_no_more() -> None:
    assert at_most(0.1 + 0.2, 0.3)
    assert not at_most(0.3001, 0.3)
    assert at_most(1e9 + 0.5, 1e9)
    assert not at_most(1e9 + 2, 1e9)


def of_one(population: float, per_inhabitant: float, end: float) -> Facts:
    """Return one municipality, and a service that costs 1 EUR up to a demand, else 2 EUR."""
    tiers = TierCost(kind="tiers", tiers=(Tier(fixed=1.0, up_to=end), Tier(fixed=2.0)))
    demand = Demand(per_inhabitant=per_inhabitant)
    made = tiny.instance(["A"], services=(tiny.service(cost=tiers, demand=demand),))
    (town,) = made.municipalities
    return Facts.of(replace(made, municipalities=(replace(town, population=population),)))


def test_demand_is_the_product_of_the_decimals_that_were_written() -> None:
    assert 14077 * 41.4 < 582787.8  # in floating point
    facts = of_one(14077.0, 41.4, 582787.8)
    assert Fraction(int(facts.grains[0, 0]), int(facts.per_unit[0])) == Fraction("582787.8")
    assert facts.alone_cents[0, 0] == 100
    assert of_one(14077.0, 41.4, 14077 * 41.4).alone_cents[0, 0] == 200


@pytest.mark.parametrize("seed", range(40))
def test_where_a_tier_ends_is_exact(seed: int) -> None:
    """Ends by a hair below, at and above demands, of which not all floating point tells apart."""
    dice = np.random.default_rng(seed)
    population = round(float(dice.uniform(1, 60_000)), int(dice.integers(0, 5)))
    per_inhabitant = float(dice.choice([0.1, 0.3, 41.4, 7.7, 1.1, 123.45]))
    about = population * per_inhabitant
    for end in (np.nextafter(about, 0), about, np.nextafter(about, np.inf), round(about, 6)):
        facts = of_one(population, per_inhabitant, float(end))
        demand = Fraction(int(facts.grains[0, 0]), int(facts.per_unit[0]))
        exact = Fraction(str(population)) * Fraction(str(per_inhabitant))
        assert abs(demand - exact) <= Fraction(1, 2 * int(facts.per_unit[0]))
        assert facts.alone_cents[0, 0] == (100 if demand <= Fraction(str(float(end))) else 200)


def test_cents_are_shown_as_euros() -> None:
    assert [euros(cents) for cents in (0, 7, -1_234_567, Fraction(1, 3))] == [
        0.0, 0.07, -12_345.67, float(Fraction(1, 300)),
    ]  # fmt: skip
    assert euros(None) is None
