"""Values made in memory are checked like files, with the object and field named."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import tiny
from koopopt.errors import DataError, UsageError
from koopopt.instance.values import Instance, Neighbours
from koopopt.library import Demand, Tier, TierCost, Votes
from koopopt.pareto.find import front
from koopopt.plan import Partnership
from koopopt.problem import Problem
from koopopt.solve import solve

NAN = math.nan


def town(**changes: Any) -> dict[str, Any]:
    first, *others = tiny.instance().municipalities
    return {"municipalities": (replace(first, **changes), *others)}


def form(**changes: Any) -> dict[str, Any]:
    return {"legal_forms": (replace(tiny.ASSOCIATION, **changes),)}


def pool(*members: str, seat: str = "01", service: str = "water", form: str = "association") -> Any:
    return Partnership(service, members, seat, form)


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "population": (town(population=-5), 'municipalities["01"].population', "'-5'"),
    "population nan": (town(population=NAN), 'municipalities["01"].population', "finite"),
    "population inf": (town(population=math.inf), 'municipalities["01"].population', "finite"),
    "population text": (town(population="5"), 'municipalities["01"].population', "a number"),
    "population none": (town(population=None), 'municipalities["01"].population', "a number"),
    "lat": (town(lat=91), 'municipalities["01"].lat', "'91'"),
    "lon nan": (town(lon=NAN), 'municipalities["01"].lon', "finite"),
    "area": (town(area_km2=0), 'municipalities["01"].area_km2', "greater than 0"),
    "year": (town(population_by_year={2040: -1}), "population_by_year[2040]", "'-1'"),
    "id twice": (town(id="02"), 'municipalities["02"].id', "twice"),
    "no id": (town(id=""), 'municipalities[""].id', "not empty"),
    "nobody": ({"municipalities": ()}, "municipalities", "no municipalities"),
    "no service": ({"services": ()}, "services", "no services"),
    "office": ({"office_cost": -1.0}, "office_cost", "between 0"),
    "speed": ({"speed_kmh": 0.0}, "speed_kmh", "greater than 0"),
    "detour": ({"detour": NAN}, "detour", "finite"),
    "neighbour unknown": ({"neighbours": (Neighbours("01", "x"),)}, "neighbours[0].b", "'x'"),
    "neighbour itself": ({"neighbours": (Neighbours("01", "01"),)}, "neighbours[0]", "its own"),
    "neighbours twice": (
        {"neighbours": (Neighbours("01", "02"), Neighbours("02", "01"))}, "neighbours[1]", "twice"),
    "border": ({"neighbours": (Neighbours("01", "02", -1),)}, "neighbours[0].border_km", "'-1'"),
    "way there": ({"travel": {("01", "02"): 5.0}}, 'travel["01", "02"]', "back from 02 to 01"),
    "way nan": ({"travel": {("01", "02"): NAN, ("02", "01"): 5}}, 'travel["01", "02"]', "finite"),
    "way unknown": ({"travel": {("01", "x"): 1, ("x", "01"): 1}}, 'travel["01", "x"]', "'x'"),
    "way to oneself": ({"travel": {("01", "01"): 3}}, 'travel["01", "01"]', "oneself"),
    "demand": ({"demand": {("01", "water"): -1}}, 'demand["01", "water"]', "'-1'"),
    "demand of x": ({"demand": {("x", "water"): 1}}, 'demand["x", "water"]', "'x'"),
    "cost of x": ({"alone_cost": {("01", "x"): 1}}, 'alone_cost["01", "x"]', "'x'"),
    "cost nan": ({"alone_cost": {("01", "water"): NAN}}, 'alone_cost["01", "water"]', "finite"),
    "today twice": (
        {"status_quo": (pool("01", "02"), pool("01", "03"))}, "status_quo[1].members", "two"),
    "today's seat": ({"status_quo": (pool("01", "02", seat="03"),)}, "status_quo[0].seat", "'03'"),
    "today's form": ({"status_quo": (pool("01", "02", form="x"),)}, "status_quo[0].legal_form", ""),
    "today's service": (
        {"status_quo": (pool("01", "02", service="x"),)}, "status_quo[0].service", "'x'"),
    "today of one": ({"status_quo": (pool("01"),)}, "status_quo[0].legal_form", "two members"),
    "service twice": ({"services": (tiny.service(),) * 2}, 'services["water"].id', "twice"),
    "per inhabitant": (
        {"services": (tiny.service(demand=Demand(per_inhabitant=NAN)),)},
        'services["water"].demand.per_inhabitant', "finite"),
    "tiers": (
        {"services": (tiny.service(cost=TierCost(kind="tiers", tiers=(Tier(fixed=-1),))),)},
        'services["water"].cost.tiers[1].fixed', "0 or more"),
    "tiers end": (
        {"services": (tiny.service(cost=TierCost(kind="tiers", tiers=(Tier(fixed=1, up_to=2),))),)},
        'services["water"].cost.tiers[1].up_to', "last tier"),
    "form nan": (form(fixed_cost=NAN), 'legal_forms["association"].fixed_cost', "finite"),
    "form sizes": (form(min_members=4, max_members=2), "legal_form[1].max_members", "less than"),
    "votes": (
        form(votes=Votes(inhabitants_per_vote=0.0)),
        'legal_forms["association"].votes.inhabitants_per_vote', "greater than 0"),
    "huge office": ({"office_cost": 10**5000}, "office_cost", "'1000"),
    "huge form": (form(min_members=10**400), 'legal_forms["association"].min_members', "absurdly"),
    "huge limit": ({"rules": {"limit": {"cost": 10**400}}}, "rules.limit.cost", "absurdly large"),
    "huge count": ({"rules": {"max_members": 10**400}}, "rules.max_members", "absurdly large"),
    "huger count": ({"rules": {"max_bodies": {"water": 10**5000}}}, "max_bodies.water", "absurdly"),
    "huge rule of a service": (
        {"services": (tiny.service(rules={"max_members": 10**400}),)},
        "rules.max_members", "absurdly"),
    "rule": ({"rules": {"max_minutes": NAN}}, "rules.max_minutes", "0 or more"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_one_thing_wrong(name: str) -> None:
    changes, place, said = WRONG[name]
    with pytest.raises(DataError) as caught:
        Problem.of(replace(tiny.instance(), **changes))
    assert any(
        place in (f.column or "") and said in f.render() and f.remedy.render("de")
        for f in caught.value.faults
    ), caught.value.render()


def test_all_at_once_and_three_shown() -> None:
    instance = tiny.instance()
    towns = tuple(replace(m, population=-1.0, lat=NAN) for m in instance.municipalities)
    assert len(towns) == 3
    four = (*towns, replace(towns[0], id="04"))
    with pytest.raises(DataError) as caught:
        Problem.of(replace(instance, municipalities=four))
    assert len(caught.value.faults) == 8
    assert caught.value.render().count("population") == 3


def test_what_is_right_stays_so() -> None:
    """Numbers of numpy, whole numbers and read-only tables are as good as any."""
    instance = tiny.instance()
    towns = tuple(replace(m, population=np.int64(m.population)) for m in instance.municipalities)
    service = replace(instance.services[0], title=MappingProxyType({"en": "x"}))
    Problem.of(replace(instance, municipalities=towns, services=(service,), office_cost=0))


@pytest.mark.parametrize(
    "asked",
    [
        {"gap": NAN}, {"gap": -0.1}, {"time_limit": NAN}, {"time_limit": -1.0}, {"threads": 0},
        {"threads": 1.5}, {"seed": -1}, {"weights": {"cost": NAN}}, {"weights": {"cost": -1.0}},
        {"weights": {"cost": None}}, {"limits": {"cost": 10**400}}, {"limits": {"cost": NAN}},
        {"limits": {"travel": "5"}}, {"time_limit": "5"}, {"gap": math.inf},
    ],
    ids=str,
)  # fmt: skip
def test_requests_that_cannot_be_meant(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        solve(tiny.instance(), **asked)


@pytest.mark.parametrize(
    "asked",
    [{"time_limit": NAN}, {"time_limit": -1.0}, {"workers": 0}, {"points": 0}, {"seed": -1},
     {"coverage": NAN}],
    ids=str,
)  # fmt: skip
def test_fronts_that_cannot_be_meant(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        front(tiny.instance(), criteria=("cost", "travel"), **asked)


def test_a_country_is_checked_in_no_time() -> None:
    from koopopt.instance.made import instance_faults

    instance = tiny.instance()
    towns = tuple(replace(instance.municipalities[0], id=f"{k:05d}") for k in range(11_000))
    pairs = tuple(Neighbours(a.id, b.id) for a, b in pairwise(towns))
    big: Instance = replace(
        instance, municipalities=towns, neighbours=pairs, status_quo=(), travel={},
        demand={(t.id, "water"): 1.0 for t in towns}, alone_cost={},
    )  # fmt: skip
    began = time.process_time()
    assert not list(instance_faults(big))
    assert time.process_time() - began < 5
