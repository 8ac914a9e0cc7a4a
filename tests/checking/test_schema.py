"""Tables against dataclasses: every fault in words, at its place; and the same as JSON Schema."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from koopopt.case.library import LegalForm, ServiceModel
from koopopt.checking.schema import absurd, dotted, faults_of, json_schema, validate

SERVICE: dict[str, Any] = {
    "id": "water",
    "title": {"en": "Water"},
    "demand": {"per_inhabitant": 40.0},
    "cost": {"kind": "tiers", "tiers": [{"fixed": 1.0, "up_to": 5.0}, {"fixed": 2.0}]},
    "travel": {"trips_per_inhabitant": 1},
}


def changed(**changes: Any) -> dict[str, Any]:
    return {k: v for k, v in {**SERVICE, **changes}.items() if v is not None}


def test_a_table_becomes_a_value() -> None:
    service = validate(ServiceModel, SERVICE)
    assert service.demand.per_inhabitant == 40
    assert list(faults_of(ServiceModel, SERVICE, file="f")) == []


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"demand": None}, "x.demand", "This key is missing. Add it."),
        ({"demnd": {}}, "x.demnd", "Unknown key. Did you mean 'demand'?"),
        ({"demand": {"per_inhabitant": "4,5"}}, "x.demand.per_inhabitant", "must be a number"),
        ({"demand": {"per_inhabitant": -1.0}}, "x.demand.per_inhabitant", "must be 0 or more"),
        ({"title": {}}, "x.title", "too few entries"),
        ({"title": "Water"}, "x.title", "a table of keys and values"),
        ({"cost": {"kind": "step"}}, "x.cost.kind", "known are 'power', 'tiers'"),
        ({"cost": {"scale": 1.0}}, "x.cost.kind", "missing"),
        ({"cost": {"kind": "tiers", "tiers": [{"fixed": 1.0}, {}]}},
         "x.cost.tiers[2].fixed", "key is"),
        ({"travel": {"trips_per_inhabitant": True}}, "x.travel.trips_per_inhabitant", "a number"),
    ],
)  # fmt: skip
def test_one_thing_wrong(changes: dict[str, Any], place: str, said: str) -> None:
    (fault,) = faults_of(ServiceModel, changed(**changes), file="f", prefix="x")
    assert (fault.file, fault.column) == ("f", place)
    assert said in fault.render()


def test_a_value_of_several_kinds_is_told_as_the_one_that_was_meant() -> None:
    form = {"id": "a", "title": {"en": "A"}, "services": ["water", 3]}
    (fault,) = faults_of(LegalForm, form, file="f")
    assert fault.column == "services[2]"
    assert "text" in fault.render()


def test_numbers_that_nobody_means() -> None:
    table = {"a": 1e15, "b": [1, {"c": -2e15}], "d": float("inf"), "e": "1e99"}
    assert [fault.column for fault in absurd(table, file="f")] == ["b[2].c", "d"]


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        (date(2024, 1, 1), "value '2024-01-01': This is of type date"),
        (Decimal(3), "This is of type Decimal"),
        ("m\ud800", r"value 'm\\ud800': The text holds half a character."),
    ],
)
def test_what_no_file_holds(unit: Any, said: str) -> None:
    demand = MappingProxyType({"per_inhabitant": 40.0, "unit": unit})
    (fault,) = faults_of(ServiceModel, changed(demand=demand), file="f", prefix="x")
    assert fault.column == "x.demand.unit"
    assert said in fault.render()


def test_a_file_is_no_value() -> None:
    (fault,) = faults_of(ServiceModel, changed(**{"\ud800": "word " * 50}), file="f")
    assert fault.value is None


def test_allowed_values_are_listed_in_the_readers_language() -> None:
    demand = {"per_inhabitant": 40.0, "confidence": "{sure}"}
    (fault,) = faults_of(ServiceModel, changed(demand=demand), file="f")
    assert "'high', 'medium' or 'assumption'." in fault.render()
    assert "'high', 'medium' oder 'assumption'" in fault.render("de")
    (fault,) = faults_of(LegalForm, {"id": "a", "title": {"en": "A"}, "services": 3}, file="f")
    assert "'all' oder eine Liste" in fault.render("de")


def test_places_are_written_as_in_toml() -> None:
    assert dotted("", ("cost", "tiers", 1, "fixed")) == "cost.tiers[2].fixed"
    assert dotted("rules", ()) == "rules"


def test_the_schema_says_the_same() -> None:
    schema = json_schema(ServiceModel, toml=True)
    Draft202012Validator.check_schema(schema)
    valid = Draft202012Validator(schema).is_valid
    assert valid(SERVICE)
    assert not valid(changed(demand=None))
    assert not valid(changed(demnd={}))
    assert not valid(changed(demand={"per_inhabitant": 1e300}))
