"""Where ranges stand, what keeps them from being ranges, and the instance with other numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import koopopt
from koopopt.case.instance import Instance
from koopopt.case.library import Demand, Grant, Identity, PowerCost, Tier, TierCost, Trips
from koopopt.case.ranges import Number, changed, numbers, ranged, with_ends
from koopopt.errors import DataError
from koopopt.problem import Problem
from koopopt.writing.instance import write, write_workbook
from tiny import ASSOCIATION, instance, service


def everywhere() -> Instance:
    """Return an instance with a range wherever there may be one."""
    tiers = (Tier(fixed=1.0, fixed_range=(0.0, 2.0), per_unit=3.0, per_unit_range=(3.0, 4.0)),)
    housing = service(
        "housing",
        demand=Demand(per_inhabitant=0.02, per_inhabitant_range=(0.01, 0.03)),
        cost=TierCost(kind="tiers", tiers=tiers),
        travel=Trips(trips_per_inhabitant=0.1, trips_per_inhabitant_range=(0.0, 0.5)),
        identity=Identity(weight=0.75, weight_range=(0.5, 1.0)),
    )
    water = service(
        cost=PowerCost(
            kind="power", scale=20.0, scale_range=(10.0, 30.0), elasticity=0.8,
            elasticity_range=(0.7, 1.0), flat_above=90_000.0, flat_above_range=(8e4, 1e5),
        )
    )  # fmt: skip
    form = replace(
        ASSOCIATION, fixed_cost_range=(0.0, 20_000.0), cost_per_extra_member_range=(0.0, 1e3),
        cost_per_pair_range=(0.0, 5.0),
        grant=Grant(amounts={"2": 5e4, "4+": 1e5}, years=5.0, years_range=(3.0, 10.0),
                    amounts_range={"4+": (0.0, 1e5)}),
    )  # fmt: skip
    return instance(
        services=(water, housing), legal_forms=(form,), office_cost=4e4,
        office_cost_range=(2e4, 6e4), speed_kmh_range=(40.0, 60.0), detour_range=(1.2, 1.4),
        weights={"cost": 1.0, "travel": 10.0}, weights_range={"travel": (5.0, 20.0)},
    )  # fmt: skip


PLACES = {
    "weights.travel", "office.cost", "travel.speed_kmh", "travel.detour",
    "service.water.cost.scale", "service.water.cost.elasticity", "service.water.cost.flat_above",
    "service.housing.demand.per_inhabitant", "service.housing.cost.tiers[1].fixed",
    "service.housing.cost.tiers[1].per_unit", "service.housing.travel.trips_per_inhabitant",
    "service.housing.identity.weight", "legal_form.association.fixed_cost",
    "legal_form.association.cost_per_extra_member", "legal_form.association.cost_per_pair",
    "legal_form.association.grant.amounts.4+", "legal_form.association.grant.years",
}  # fmt: skip


def test_every_range_is_found_where_it_stands() -> None:
    assert {r.place for r in ranged(everywhere())} == PLACES


@pytest.mark.parametrize("kind", ["folder", "workbook"])
def test_ranges_are_written_and_read(kind: str, tmp_path: Path) -> None:
    made = everywhere()
    if kind == "folder":
        write(made, tmp_path / "case")
        back = koopopt.read(tmp_path / "case")
    else:
        pytest.importorskip("openpyxl")
        write_workbook(made, tmp_path / "case.xlsx")
        back = koopopt.read(tmp_path / "case.xlsx")
    assert ranged(back) == ranged(made)
    assert back.fingerprint == made.fingerprint


def test_every_number_is_moved_alone_and_back() -> None:
    made = everywhere()
    Problem.of(made)
    numbers = ranged(made)
    values = [r.value for r in numbers]
    assert changed(made, numbers, values) is made
    for k, r in enumerate(numbers):
        for end in (r.low, r.high):
            if end == r.value:
                continue
            new = changed(made, numbers, [*values[:k], end, *values[k + 1 :]])
            Problem.of(new)
            moved = [n for n in ranged(replace(new)) if n.place in PLACES]
            found = {n.place: n.value for n in moved}
            expected = dict(zip([n.place for n in numbers], values, strict=True)) | {r.place: end}
            if r.place == "service.water.cost.elasticity":
                del expected["service.water.cost.scale"]
            assert found == expected


@pytest.mark.parametrize("elasticity", [0.7, 0.9, 1.0])
@pytest.mark.parametrize("flat_above", [None, 90_000.0])
def test_all_alone_cost_what_they_did_at_another_elasticity(
    elasticity: float, flat_above: float | None
) -> None:
    cost = PowerCost(
        kind="power", scale=20.0, elasticity=0.8, elasticity_range=(0.5, 1.0), flat_above=flat_above
    )
    made = instance(services=(service(cost=cost),), demand={("01", "water"): 123.0})
    new = changed(made, ranged(made), [elasticity])
    before, after = (int(Problem.of(i).facts.alone_cents.sum()) for i in (made, new))
    assert abs(before - after) <= len(made.municipalities)  # each rounded to cents
    assert new.services[0].cost.elasticity == elasticity  # type: ignore[union-attr]


def test_ranges_are_no_part_of_what_an_instance_means() -> None:
    made = everywhere()
    bare = replace(made, office_cost_range=None, weights_range={})
    assert made == bare
    assert made.fingerprint == bare.fingerprint


@pytest.mark.parametrize(
    ("given", "said"),
    [({"office_cost": 1.0, "office_cost_range": (2.0, 3.0)}, "does not lie in its range"),
     ({"office_cost": 2.5, "office_cost_range": (3.0, 2.0)}, "stands first"),
     ({"detour_range": (0.5, 2.0)}, "between 1 and 10"),
     ({"speed_kmh_range": (0.0, 60.0)}, "greater than 0"),
     ({"speed_kmh_range": (50.0,)}, "two values"),
     ({"office_cost_range": (0.0, float("inf"))}, "not finite"),
     ({"weights_range": {"price": (0.0, 1.0)}}, "There is no 'price'"),
     ({"services": (service(identity=Identity(weight=2.0, weight_range=(0.0, 1.0))),)},
      "does not lie"),
     ({"services": (service(identity=Identity(weight=2.0, weight_range=(2.0,))),)}, "two values"),
     ({"services": (service(cost=PowerCost(kind="power", scale=1.0, elasticity=1.0,
                                           flat_above_range=(1.0, 2.0))),)},
      "There is no 'flat_above'")],
)  # fmt: skip
def test_what_is_no_range_is_said(given: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        Problem.of(instance(**given))


@pytest.mark.parametrize("number", numbers(everywhere()), ids=lambda n: n.place)
def test_a_range_is_put_beside_its_number_or_taken_away(number: Number) -> None:
    base = everywhere()
    ends = (number.value - 0.25, number.value + 0.5)
    after = {n.path: n for n in numbers(with_ends(base, number.path, ends))}
    assert after[number.path].ends == ends
    kept = {n.path: n.ends for n in numbers(base) if n.path != number.path}
    assert {p: n.ends for p, n in after.items() if p != number.path} == kept
    without = {r.path for r in ranged(with_ends(base, number.path, None))}
    assert without == {r.path for r in ranged(base)} - {number.path}


def test_numbers_without_a_range_are_told_and_those_not_said_are_not() -> None:
    places = {n.place: n for n in numbers(everywhere())}
    assert places.keys() > PLACES
    assert places["legal_form.association.grant.amounts.2"].ends is None
    assert places["service.water.identity.weight"].holder is Identity
    plain = {n.place for n in numbers(instance(services=(service(),)))}
    assert "service.water.cost.flat_above" not in plain, "the file does not say it"
