"""Values made in memory are checked like files, with the object and field named."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import tiny
from koopopt.case.instance import Instance, Neighbours
from koopopt.case.library import (
    Demand,
    Tier,
    TierCost,
    Votes,
)
from koopopt.case.plan import Partnership, Plan
from koopopt.checking.typed import misfits
from koopopt.errors import DataError, UsageError
from koopopt.pareto.find import front
from koopopt.problem import Problem
from koopopt.report.write import write_report
from koopopt.solving.optimise import solve

NAN = math.nan


def town(**changes: Any) -> dict[str, Any]:
    first, *others = tiny.instance().municipalities
    return {"municipalities": (replace(first, **changes), *others)}


def form(**changes: Any) -> dict[str, Any]:
    return {"legal_forms": (replace(tiny.ASSOCIATION, **changes),)}


def pool(*members: str, seat: str = "01", service: str = "water", form: str = "association") -> Any:
    return Partnership(service, members, seat, form)


Wrong = dict[str, tuple[dict[str, Any], str, str]]
"""By name: changes of an instance, the place that a fault names, and what else it says."""

WRONG: Wrong = {
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
    "weights": ({"weights": {"cost": 0.0}}, "weights", "every plan would be best"),
    "no weights": ({"weights": {}}, "weights", "every plan would be best"),
    "weight": ({"weights": {"cost": NAN}}, "weights.cost", "finite"),
    "weight of x": ({"weights": {"cots": 1.0}}, "weights.cots", "'cost'"),
    "area of x": ({"boundaries": {"Z": 1}}, "boundaries", "'Z'"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_one_thing_wrong(name: str) -> None:
    refused(*WRONG[name])


def refused(changes: dict[str, Any], place: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        Problem.of(replace(tiny.instance(), **changes))
    assert any(
        place in (f.column or "") and said in f.render() and f.remedy.render("de")
        for f in caught.value.faults
    ), caught.value.render()


OTHER_TYPE: Wrong = {
    "county": (town(county=1), 'municipalities["01"].county', "'1 (int)': This must be text"),
    "no county": (town(county=None), 'municipalities["01"].county', "'None': This must be text"),
    "name": (town(name=None), 'municipalities["01"].name', "text"),
    "area": (town(identity_area=NAN), 'municipalities["01"].identity_area', "'nan (float)'"),
    "id none": (town(id=None), "municipalities[0].id", "text"),
    "id number": (town(id=7), "municipalities[0].id", "text"),
    "id list": (town(id=[]), "municipalities[0].id", "text"),
    "true": (town(population=True), 'municipalities["01"].population', "a number"),
    "year": (town(population_by_year={"2040": 1}), ".population_by_year", "A key must be a whole"),
    "no town": ({"municipalities": ("A",)}, "municipalities[0]", "of the class Municipality"),
    "towns": ({"municipalities": "A"}, "municipalities", "a tuple or a list"),
    "pair": ({"neighbours": (("A", "B"),)}, "neighbours[0]", "of the class Neighbours"),
    "today": ({"status_quo": ("x",)}, "status_quo[0]", "of the class Partnership"),
    "way of text": ({"travel": {"AB": 1}}, "travel", "'AB'\": A key must be a tuple of 2 values"),
    "way of three": ({"travel": {("A", "B", "C"): 1}}, "travel", "a tuple of 2 values"),
    "way of numbers": ({"travel": {(1, "02"): 1}}, "travel", "(1, '02')"),
    "minutes": ({"travel": {("01", "02"): "5"}}, 'travel["01", "02"]', "a number"),
    "demand": ({"demand": {"A": 1}}, "demand", "a tuple of 2 values"),
    "no rules": ({"rules": None}, "rules", "a mapping"),
    "rules": ({"rules": {1: 2}}, "rules", "A key must be text"),
    "rules within": ({"rules": {"limit": {("a",): 2}}}, "rules.limit", "A key must be text"),
    "no title": ({"title": None}, "title", "a mapping"),
    "title": ({"title": "x"}, "title", "a mapping"),
    "sources": ({"sources": None}, "sources", "a tuple or a list"),
    "weights": ({"weights": ["cost"]}, "weights", "a mapping"),
    "weight": ({"weights": {"cost": "1"}}, 'weights["cost"]', "a number"),
    "service": ({"services": (5,)}, "services[0]", "of the class ServiceModel"),
    "demand of a service": (
        {"services": (tiny.service(demand={"per_inhabitant": 1.0}),)},
        'services["water"].demand', "of the class Demand"),
    "cost of a service": (
        {"services": (tiny.service(cost=None),)},
        'services["water"].cost', "of the class PowerCost or of the class TierCost"),
    "form": (form(services="water"), 'legal_forms["association"].services', "'all' or a tuple"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_TYPE)
def test_one_thing_of_another_type(name: str) -> None:
    refused(*OTHER_TYPE[name])


def test_everything_of_another_type_at_once() -> None:
    several = replace(tiny.instance(), **town(county=1), title="x", rules=None)
    with pytest.raises(DataError) as caught:
        solve(several)
    places = [fault.column for fault in caught.value.faults]
    assert places == ["title", 'municipalities["01"].county', "rules"]


@pytest.mark.parametrize("members", ["AB", None, 5, (1, "a")], ids=str)
def test_members_are_several_texts(members: Any) -> None:
    with pytest.raises(UsageError, match="members"):
        Partnership("water", members, "A")
    with pytest.raises(UsageError, match="seat is None"):
        Partnership("water", ("A",), None)  # type: ignore[arg-type]
    assert Partnership("water", {"B", "A"}, "A").members == ("A", "B")  # type: ignore[arg-type]


@pytest.mark.parametrize("parts", [None, [1]], ids=str)
def test_plans_hold_partnerships(parts: Any) -> None:
    with pytest.raises(UsageError, match="partnerships"):
        Plan(parts)


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
    listed = {name: list(getattr(instance, name)) for name in ("neighbours", "services")}
    minutes = {("01", "02"): np.float32(5), ("02", "01"): Fraction(9, 2)}
    Problem.of(replace(instance, municipalities=list(towns), travel=minutes, **listed))


def test_a_report_shows_numbers_of_any_library(tmp_path: Path) -> None:
    made = replace(tiny.instance(), **town(population=np.int64(900)), office_cost=Fraction(1, 4))
    made = replace(made, speed_kmh=np.int64(40))
    assert write_report(solve(made), tmp_path / "x.html")


@pytest.mark.parametrize(
    "asked",
    [
        {"gap": NAN}, {"gap": -0.1}, {"time_limit": NAN}, {"time_limit": -1.0}, {"threads": 0},
        {"threads": 1.5}, {"seed": -1}, {"weights": {"cost": NAN}}, {"weights": {"cost": -1.0}},
        {"weights": {"cost": None}}, {"limits": {"cost": 10**400}}, {"limits": {"cost": NAN}},
        {"limits": {"travel": "5"}}, {"time_limit": "5"}, {"gap": math.inf},
        {"memory": "4GB"}, {"memory": -1},
        {"cancel": True}, {"solver": 3}, {"weights": ["cost"]}, {"lexicographic": [1]},
        {"lexicographic": "cost"}, {"limits": 5}, {"on_progress": 5}, {"formulation": None},
        {"weights": {1: 1.0}}, {"weights": {"cost": 0, "travel": 0}},
    ],
    ids=str,
)  # fmt: skip
def test_requests_that_cannot_be_meant(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        solve(tiny.instance(), **asked)


@pytest.mark.parametrize(
    "asked",
    [{"time_limit": NAN}, {"time_limit": -1.0}, {"workers": 0}, {"points": 0}, {"seed": -1},
     {"coverage": NAN}, {"coverage": "1"}, {"criteria": [1, 2]}, {"criteria": "cost"},
     {"resolution": {"cost": "1"}}, {"resolution": {"cost": NAN}}, {"journal": 5},
     {"executor": 5}, {"memory": -1}, {"points": True}],
    ids=str,
)  # fmt: skip
def test_fronts_that_cannot_be_meant(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"is (?!–)"):
        front(tiny.instance(), **asked)


def test_weights_may_be_nothing_where_an_order_decides() -> None:
    nothing = {"cost": 0, "travel": 0}
    assert solve(tiny.instance(), weights=nothing, lexicographic=["cost"]).plan
    with pytest.raises(UsageError, match="every plan would be best"):
        solve(tiny.instance(), weights=nothing)


def square(lon: float) -> dict[str, Any]:
    ring = [[lon, 51], [lon + 0.1, 51], [lon + 0.1, 51.1], [lon, 51.1], [lon, 51]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.mark.parametrize(
    ("area", "said"), [(square(120.0), "km from"), (1, "no GeoJSON geometry")], ids=["far", "none"]
)
def test_areas_are_checked_before_they_are_drawn(area: Any, said: str, tmp_path: Path) -> None:
    result = solve(replace(tiny.instance(), boundaries={"01": area}))
    with pytest.raises(DataError, match=said):
        write_report(result, tmp_path / "x.html")
    right = solve(replace(tiny.instance(), boundaries={"01": square(9.95)}))
    assert write_report(right, tmp_path / "y.html")


def test_a_country_is_checked_in_no_time() -> None:
    from koopopt.case.made import instance_faults

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


def test_minutes_between_all_are_checked_in_no_time() -> None:
    ids = [f"{k:03d}" for k in range(421)]
    big = replace(tiny.instance(), travel={(a, b): 1.0 for a in ids for b in ids})
    began = time.process_time()
    assert not list(misfits(Instance, big))
    assert time.process_time() - began < 1
