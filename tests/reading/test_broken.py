"""Broken instances: each is the valid one with a single thing wrong, and the words it must get.

A case is a name, a mutation of the files, and fragments that one fault's line must hold: file,
row, column, value, and the gist of rule or remedy.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopopt.errors import DataError
from koopopt.reading.instance import check, read
from reading.valid import FILES, SQUARE, Content, geojson, lay_out

Files = dict[str, Content]
Mutation = Callable[[Files], None]

TOWNS, NEAR, WAYS = "municipalities.csv", "neighbours.csv", "travel.csv"
TODAY, SHAPES, TOML = "status_quo.csv", "boundaries.geojson", "instance.toml"


def swap(file: str, old: str, new: str) -> Mutation:
    def mutate(files: Files) -> None:
        text = files[file]
        assert isinstance(text, str)
        assert old in text, f"{old!r} is not in {file}"
        files[file] = text.replace(old, new, 1)

    return mutate


def add(file: str, text: str) -> Mutation:
    def mutate(files: Files) -> None:
        files[file] = f"{files[file]!s}{text}\n"

    return mutate


def put(file: str, content: Content) -> Mutation:
    return lambda files: files.update({file: content})


def drop(file: str) -> Mutation:
    return lambda files: files.__delitem__(file)


def rename(old: str, new: str) -> Mutation:
    return lambda files: files.update({new: files.pop(old)})


def town(column: str, value: str) -> Mutation:
    """Put a value into the row of Bach (row 3)."""
    good = {
        "id": "06636002",
        "name": "Bach",
        "population": "3000",
        "lat": "51.22",
        "lon": "9.95",
        "county": "06636",
        "state": "06",
        "identity_area": "nord",
    }
    row = ",".join(good.values())

    def mutate(files: Files) -> None:
        new = ",".join({**good, column: value}.values())
        swap(TOWNS, row, new)(files)

    return mutate


def rule(text: str) -> Mutation:
    """Add a line to [rules]."""
    return swap(TOML, "[rules]\n", f"[rules]\n{text}\n")


def fire_rule(text: str) -> Mutation:
    return add("fire.toml", text)


def both(*mutations: Mutation) -> Mutation:
    def mutate(files: Files) -> None:
        for one in mutations:
            one(files)

    return mutate


def square(*points: list[float]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [list(points)]}


Case = tuple[str, Mutation, list[str]]

MUNICIPALITY_CASES: list[Case] = [
    ("no municipalities.csv", drop(TOWNS), [TOWNS, "missing"]),
    ("empty file", put(TOWNS, ""), [TOWNS, "empty"]),
    ("blank lines only", put(TOWNS, "\n\n ,,\n"), [TOWNS, "empty"]),
    ("header only", put(TOWNS, str(FILES[TOWNS]).splitlines()[0]), [TOWNS, "no municipalities"]),
    ("column missing", swap(TOWNS, "state,", "land,"), [TOWNS, "column state", "missing"]),
    ("column misspelt", swap(TOWNS, "kind", "kin"), [TOWNS, "column kin", "mean 'kind'"]),
    ("column in capitals", swap(TOWNS, ",kind", ",Kind"), ["column Kind", "mean 'kind'"]),
    ("column unknown", swap(TOWNS, "kind", "mayor"), [TOWNS, "column mayor", "Unknown column"]),
    ("column twice", swap(TOWNS, "kind", "name"), [TOWNS, "row 1", "column name", "twice"]),
    ("column without name", swap(TOWNS, "kind", ""), [TOWNS, "row 1", "no name"]),
    ("year of a column", swap(TOWNS, "population_2030", "population_30"), ["population_30"]),
    ("row too long", swap(TOWNS, ",,31,,", ",,31,,,5"), [TOWNS, "row 3", "13 cells", "12"]),
    ("row too short", swap(TOWNS, ",,31,,", ""), [TOWNS, "row 3", "8 cells", "Add"]),
    ("unquoted comma", swap(TOWNS, '"Cron, Markt"', "Cron, Markt"), ["row 4", "double quotes"]),
    ("quote not closed", swap(TOWNS, '"Cron, Markt"', '"Cron'), [TOWNS, "row 4", "quotes"]),
    ("text after a quote", swap(TOWNS, "Aue", '"Au"e'), [TOWNS, "row 2", "quotes"]),
    ("id twice", add(TOWNS, "06636001,Elm,900,51.2,9.9,06636,06,nord,,,,"),
     [TOWNS, "row 6", "column id", "'06636001'", "row 2"]),
    ("id empty", add(TOWNS, ",Elm,900,51.2,9.9,06636,06,nord,,,,"),
     ["row 6", "column id", "empty"]),
    ("id with line break", town("id", '"0663\n6002"'), [TOWNS, "row 3", "column id"]),
    ("id in other digits", town("id", "٠٦٦٣٦٠٠٢"), ["row 3", "digits", "'06636002'"]),
    ("id rounded", add(TOWNS, "6.6E+06,Elm,900,51.2,9.9,06636,06,nord,,,,"),
     ["row 6", "column id", "'6.6E+06'", "rounded"]),
    ("long id lost its zero", add(TOWNS, "66360002002,Elm,900,51.2,9.9,06636,06,nord,,,,"),
     ["row 6", "11 digits", "have 12", "'066360002002'"]),
    ("id lost its zero", town("id", "6636002"), ["row 3", "'6636002'", "zero", "'06636002'"]),
    ("name too long", town("name", "x" * 300), [TOWNS, "row 3", "200 characters"]),
    ("name empty", town("name", ""), [TOWNS, "row 3", "column name", "empty"]),
    ("name with bell", town("name", "Ba\x07ch"), [TOWNS, "row 3", "column name", "U+0007"]),
    ("name in a wrong encoding", town("name", "M\u00c3\u00bcnden"),
     ["row 3", "column name", "encoding", "mean 'Münden'"]),
    ("name damaged", town("name", "M\ufffdller"), [TOWNS, "row 3", "column name", "U+FFFD"]),
    ("county empty", town("county", ""), [TOWNS, "row 3", "column county", "empty"]),
    ("population empty", town("population", ""), ["row 3", "column population", "empty"]),
    ("population text", town("population", "many"), ["row 3", "column population", "'many'"]),
    ("population negative", town("population", "-5"), ["row 3", "'-5'", "between 0"]),
    ("population absurd", town("population", "99999999"), ["row 3", "50,000,000"]),
    ("population nan", town("population", "nan"), ["row 3", "'nan'", "finite"]),
    ("population infinite", town("population", "1e999"), ["row 3", "'1e999'", "finite"]),
    ("population vanishing", town("population", "1e-400"), ["row 3", "'1e-400'", "too small"]),
    ("population inf", town("population", "inf"), ["row 3", "'inf'", "finite"]),
    ("population 3.000", town("population", "3.000"), ["row 3", "'3.000'", "mean 3000 or 3."]),
    ("population 3,125", town("population", '"3,125"'), ["row 3", "mean 3.1250 or 3125."]),
    ("population 3 00", town("population", "3 00"), ["row 3", "'3 00'", "not a number"]),
    ("population 1_00", town("population", "1_00"), ["row 3", "'1_00'", "not a number"]),
    ("population in percent", town("population", "3 %"), ["row 3", "'3 %'", "percentage"]),
    ("population in brackets", town("population", "(3000)"), ["row 3", "between 0"]),
    ("population, minus behind", town("population", "3000-"), ["row 3", "between 0"]),
    ("population with two signs", town("population", "(3000-)"), ["row 3", "not a number"]),
    ("population in euros", town("population", "3000 €"), ["row 3", "without a unit"]),
    ("population with unit", town("population", "3000 EW"), ["row 3", "without a unit"]),
    ("population of a year", swap(TOWNS, "4800", "-1"), ["row 2", "column population_2030"]),
    ("area zero", swap(TOWNS, "40.5", "0"), ["row 2", "column area_km2", "greater than 0"]),
    ("lon German", town("lon", '"1.009,95"'), ["column lon", "'1.009,95'", "180"]),
    ("lat out of range", town("lat", "512.2"), ["row 3", "column lat", "'512.2'", "-90"]),
    ("lon out of range", town("lon", "-181"), ["row 3", "column lon", "'-181'", "180"]),
    ("point swapped", both(town("lat", "9.95"), swap(TOWNS, "9.95,9.95", "9.95,51.22")),
     ["row 3", "column lat", "'9.95'", "swapped"]),
    ("all points swapped", swap(TOWNS, "population,lat,lon", "population,lon,lat"),
     [TOWNS, "row 2", "column lat", "swapped"]),
    ("point 0, 0", both(town("lat", "0"), swap(TOWNS, ",0,9.95", ",0,0")), ["row 3", "0, 0"]),
]  # fmt: skip

FILE_CASES: list[Case] = [
    ("Windows-1252", put(TOWNS, str(FILES[TOWNS]).encode("cp1252")),
     [TOWNS, "row 4", "süd", "Windows-1252", "UTF-8"]),
    ("UTF-32", put(TOWNS, b"\xff\xfe\0\0" + str(FILES[TOWNS]).encode("utf-32-le")),
     [TOWNS, "UTF-32", "UTF-8"]),
    ("UTF-16", put(TOWNS, str(FILES[TOWNS]).encode("utf-16")), [TOWNS, "UTF-16", "UTF-8"]),
    ("NUL byte", swap(NEAR, "5.5", "5\0"), [NEAR, "row 2", "NUL"]),
    ("US spelling", rename(NEAR, "neighbors.csv"), ["neighbors.csv", "'neighbours.csv'"]),
    ("capital letters", rename(WAYS, "Travel.CSV"), ["Travel.CSV", "'travel.csv'"]),
    ("table unread", rename("alone_cost.csv", "alone-cost.csv"), ["'alone_cost.csv'"]),
    ("TOML in Windows-1252", put(TOML, 'schema = 1\nname = "Süd"'.encode("cp1252")),
     [TOML, "row 2", "UTF-8"]),
]  # fmt: skip

PAIR_CASES: list[Case] = [
    ("neighbours needed", drop(NEAR), [NEAR, "missing", "contiguous"]),
    ("own neighbour", add(NEAR, "06636001,06636001,1"), [NEAR, "row 5", "own neighbour"]),
    ("pair twice", add(NEAR, "06636001,06636002,5"), [NEAR, "row 5", "row 2 already"]),
    ("pair in both directions", add(NEAR, "06636002,06636001,5"),
     [NEAR, "row 5", "row 2 already", "06636002, 06636001"]),
    ("neighbour unknown", add(NEAR, "06636001,99,5"), [NEAR, "row 5", "column b", "'99'"]),
    ("border negative", swap(NEAR, "5.5", "-5"), [NEAR, "row 2", "column border_km", "'-5'"]),
    ("header of another", swap(NEAR, "a,b", "ags_a,ags_b"), [NEAR, "column a", "missing"]),
    ("minutes negative", swap(WAYS, ",8", ",-8"), [WAYS, "row 2", "column minutes", "'-8'"]),
    ("minutes absurd", swap(WAYS, ",8", ",1441"), [WAYS, "row 2", "'1441'", "1,440"]),
    ("minutes empty", swap(WAYS, ",8", ","), [WAYS, "row 2", "column minutes", "empty"]),
    ("way twice", add(WAYS, "06636001,06636002,9"),
     [WAYS, "row 6", "row 2 already", "06636001, 06636002"]),
    ("way to oneself", add(WAYS, "06636001,06636001,3"), [WAYS, "row 6", "'3'", "oneself"]),
    ("way from nowhere", add(WAYS, "066360,06636001,3"), [WAYS, "row 6", "'066360'", "mean"]),
    ("no way back", add(WAYS, "06636001,06636003,20"),
     [WAYS, "row 6", "way back", "06636003,06636001"]),
    ("demand of nobody", swap("demand.csv", "06636001", "Aue"), ["demand.csv", "row 2", "'Aue'"]),
    ("demand of no service", swap("demand.csv", "fire", "fyre"), ["'fyre'", "mean 'fire'"]),
    ("demand negative", swap("demand.csv", "5200", "-1"), ["demand.csv", "column demand"]),
    ("demand twice", add("demand.csv", "06636001,fire,1"), ["demand.csv", "row 3", "row 2"]),
    ("cost of nobody", swap("alone_cost.csv", "06636002", "636002"), ["column municipality"]),
    ("cost negative", swap("alone_cost.csv", "150000", "-150000"), ["alone_cost.csv", "row 2"]),
    ("cost German", swap("alone_cost.csv", "150000", "150.000"),
     ["alone_cost.csv", "row 2", "'150.000'", "150000 or 150.", 'decimal = ","']),
    ("cost in thousands", swap("alone_cost.csv", "150000", "150 T€"), ["'150 T€'", "unit"]),
    ("cost in dollars", swap("alone_cost.csv", "150000", "$150"), ["'$150'", "unit"]),
    ("cost column", swap("alone_cost.csv", "cost", "costs"), ["alone_cost.csv", "column cost"]),
]  # fmt: skip

TODAY_CASES: list[Case] = [
    ("service unknown", swap(TODAY, "fire,F1", "fires,F1"), [TODAY, "row 2", "'fires'"]),
    ("member unknown", swap(TODAY, "F1,06636002", "F1,06636009"), ["row 3", "'06636009'"]),
    ("form unknown", swap(TODAY, "agreement", "agrement"), ["row 2", "mean 'agreement'"]),
    ("form missing", swap(TODAY, "06636001,agreement\nfire,F1,06636002,06636001,agreement",
                          "06636001,\nfire,F1,06636002,06636001,"),
     [TODAY, "row 2", "column legal_form", "missing"]),
    ("form of one member differs", swap(TODAY, "agreement", "association"),
     [TODAY, "row 3", "column legal_form", "Row 2"]),
    ("seat missing", swap(TODAY, "06636001,06636001", "06636001,"), ["row 2", "column seat"]),
    ("seat no member", put(TODAY, str(FILES[TODAY]).replace(",06636001,agr", ",06636003,agr")),
     [TODAY, "row 2", "column seat", "'06636003'", "not a member"]),
    ("seat of one member differs", swap(TODAY, "06636002,06636001", "06636002,06636002"),
     [TODAY, "row 3", "column seat", "Row 2"]),
    ("in two partnerships", add(TODAY, "fire,F3,06636002,06636002,alone"),
     [TODAY, "row 5", "column municipality", "'06636002'", "Row 3"]),
    ("label missing", swap(TODAY, "F1", ""), [TODAY, "row 2", "column partnership"]),
    ("pooled yet alone", put(TODAY, str(FILES[TODAY]).replace("agreement", "alone")),
     [TODAY, "row 2", "column legal_form", "'alone'"]),
    ("single yet pooled", swap(TODAY, "alone", "agreement"), [TODAY, "row 4", "two members"]),
    ("column legal_form missing", put(TODAY, "service,partnership,municipality,seat\n"),
     [TODAY, "column legal_form", "missing"]),
]  # fmt: skip

SHAPE_CASES: list[Case] = [
    ("no JSON", put(SHAPES, '{"type":\n oops}'), [SHAPES, "row 2", "JSON"]),
    ("no collection", put(SHAPES, "[]"), [SHAPES, "FeatureCollection"]),
    ("deep", put(SHAPES, "[" * 100_000), [SHAPES, "nested"]),
    ("huge number", put(SHAPES, "9" * 5000), [SHAPES, "JSON"]),
    ("no id", put(SHAPES, geojson().replace('"id"', '"gid"')), [SHAPES, "features[1]", "ags"]),
    ("id unknown", put(SHAPES, geojson("0663609")), [SHAPES, "'0663609'", "Did you mean"]),
    ("no geometry", put(SHAPES, geojson(geometry=None)), [SHAPES, "no geometry", "06636001"]),
    ("a point", put(SHAPES, geojson(geometry={"type": "Point", "coordinates": [9, 51]})),
     [SHAPES, "neither a Polygon"]),
    ("no coordinates", put(SHAPES, geojson(geometry={"type": "Polygon"})), ["no geometry"]),
    ("two positions", put(SHAPES, geojson(geometry=square([9, 51], [9, 52], [9, 51]))),
     [SHAPES, "06636001", "enclose no area"]),
    ("metres", put(SHAPES, geojson(geometry=square([5e5, 5e6], [6e5, 5e6], [6e5, 6e6],
                                                   [5e5, 5e6]))),
     [SHAPES, "no degrees"]),
    ("no number at all", put(SHAPES, geojson(geometry=SQUARE).replace("51.25", "9" * 401, 1)),
     [SHAPES, "features[1].geometry", "no finite number"]),
    ("NaN", put(SHAPES, geojson(geometry=SQUARE).replace("51.25", "NaN", 1)),
     [SHAPES, "features[1].geometry", "no finite number"]),
]  # fmt: skip

TOML_CASES: list[Case] = [
    ("no instance.toml", drop(TOML), [TOML, "missing"]),
    ("empty", put(TOML, ""), [TOML, "column schema", "missing"]),
    ("CR only", put(TOML, str(FILES[TOML]).replace("\n", "\r")), [TOML, "carriage return (CR)"]),
    ("no TOML", swap(TOML, "schema = 1", "schema: 1"), [TOML, "row 1", "'='"]),
    ("German number", swap(TOML, "50.0", "50,0"), [TOML, "row 9", "decimal point"]),
    ("text without quotes", swap(TOML, '"forms.toml"', "forms.toml"), [TOML, "row 5", "quotes"]),
    ("key twice", swap(TOML, "schema = 1", "schema = 1\nschema = 1"), ["row 2", "stands twice"]),
    ("table twice", add(TOML, "[office]"), [TOML, "stands twice"]),
    ("list not closed", swap(TOML, '"fire.toml"]', '"fire.toml"'), [TOML, "row 5", "list"]),
    ("deep", put(TOML, "x = " + "[" * 5000), [TOML, "nested"]),
    ("quite deep", add(TOML, "x = " + "[" * 50 + "]" * 50), [TOML, "nested"]),
    ("long number", swap(TOML, "50.0", "9" * 5000), [TOML, "row 9", "too long"]),
    ("huge cost", swap(TOML, "40000.0", f"1{'0' * 400}"), ["office.cost", "'1000", "absurdly"]),
    ("huge cost, hexadecimal", swap(TOML, "40000.0", f"0x{'f' * 5000}"), ["office.cost", "absurd"]),
    ("huge count", swap(TOML, "max_members = 4", f"max_members = 1{'0' * 400}"),
     [TOML, "column rules.max_members", "absurdly large"]),
    ("beyond any float", swap(TOML, "40000.0", "1e400"), ["office.cost", "'1e400'", "finite"]),
    ("next to nothing", swap(TOML, "40000.0", "1e-400"), ["office.cost", "'1e-400'", "too small"]),
    ("schema missing", swap(TOML, "schema = 1", ""), [TOML, "column schema", "missing"]),
    ("schema of the future", swap(TOML, "schema = 1", "schema = 2"), ["column schema", "'2'"]),
    ("services missing", swap(TOML, "services =", "sevices ="), ["services", "missing"]),
    ("services empty", swap(TOML, '["water", "fire.toml"]', "[]"), ["column services", "at least"]),
    ("services no list", swap(TOML, '["water", "fire.toml"]', '"water"'),
     [TOML, "column services", "'water'", "list in square brackets"]),
    ("service unknown", swap(TOML, '"water"', '"watter"'), ["services[1]", "mean 'water'"]),
    ("own service by name", swap(TOML, '"fire.toml"', '"fire"'), ["'fire'", "Write 'fire.toml'"]),
    ("service twice", swap(TOML, '"water",', '"water", "water",'), ["services[2]", "twice"]),
    ("service outside", swap(TOML, '"fire.toml"', '"../fire.toml"'), ["../fire.toml", "folder"]),
    ("service absolute", swap(TOML, '"fire.toml"', '"/etc/fire.toml"'), ["/etc/fire.toml"]),
    ("service file missing", drop("fire.toml"), ["fire.toml", "missing"]),
    ("service name", swap(TOML, '"water"', '"a b.toml"'), ["services[1]", "'a b.toml'"]),
    ("forms missing", swap(TOML, 'legal_forms = "forms.toml"', ""), ["legal_forms", "missing"]),
    ("forms unknown", swap(TOML, '"forms.toml"', '"hesen"'), ["legal_forms", "mean 'hessen'"]),
    ("unknown key", swap(TOML, "schema = 1", 'schema = 1\ntitel = "x"'), ["titel", "'title'"]),
    ("unknown key inside", swap(TOML, "detour", "detuor"), ["travel.detuor", "mean 'detour'"]),
    ("name of a path", swap(TOML, '"small"', '"a/b"'), ["column name", "'a/b'"]),
    ("name a number", swap(TOML, '"small"', "5"), ["column name", "'5'", "text in double quotes"]),
    ("title no table", swap(TOML, '{ de = "Klein", en = "Small" }', '"x"'), ["title", "table"]),
    ("speed 0", swap(TOML, "50.0", "0"), ["travel.speed_kmh", "'0'", "greater than 0"]),
    ("speed negative", swap(TOML, "50.0", "-50"), ["travel.speed_kmh", "'-50'"]),
    ("speed nan", swap(TOML, "50.0", "nan"), [TOML, "travel.speed_kmh", "finite"]),
    ("speed absurd", swap(TOML, "50.0", "5000"), ["travel.speed_kmh", "300 or less"]),
    ("detour below 1", swap(TOML, "1.3", "0.3"), ["travel.detour", "'0.3'", "1 or more"]),
    ("office of thousands", swap(TOML, "40000.0", "40.000"),
     [TOML, "office.cost", "'40.000'", "40000 or 40.", 'decimal = "."']),
    ("tier of thousands", swap("fire.toml", "50000.0", "50.000"),
     ["fire.toml", "cost.tiers[1].fixed", "50000 or 50."]),
    ("form of thousands", swap("forms.toml", "10000.0", "10.000"), ["legal_form[1].fixed_cost"]),
    ("decimal unknown", swap(TOML, "schema = 1", 'schema = 1\ndecimal = "x"'),
     [TOML, "column decimal", "'x'", "'.' or ','"]),
    ("number in quotes", swap(TOML, "40000.0", '"40.000,5"'), ["office.cost", "Write 40000.5"]),
    ("number in quotes, unclear", swap(TOML, "40000.0", '"40.000"'),
     ["office.cost", "Write 40000 or 40,"]),
    ("forms without a name", swap(TOML, '"forms.toml"', '""'), ["legal_forms", "not be empty"]),
    ("office negative", swap(TOML, "40000.0", "-1"), ["office.cost", "0 or more"]),
    ("office infinite", swap(TOML, "40000.0", "inf"), [TOML, "office.cost", "finite"]),
    ("weight unknown", swap(TOML, "travel = 10.0", "travle = 10.0"),
     [TOML, "weights.travle", "'travel'"]),
    ("weight negative", swap(TOML, "travel = 10.0", "travel = -1"), ["weights.travel", "'-1'"]),
    ("weights all 0", swap(TOML, "cost = 1.0\ntravel = 10.0", "cost = 0"), ["weights", "are 0"]),
    ("override of nothing", swap(TOML, "[service.water.", "[service.watr."),
     ["service.watr", "mean 'water'"]),
    ("override of no key", add(TOML, "[service.water.cost]\nscal = 2"),
     [TOML, "service.water.cost.scal", "mean 'scale'"]),
    ("override wrong", add(TOML, "[service.water.travel]\ntrips_per_inhabitant = -1"),
     [TOML, "service.water.travel.trips_per_inhabitant", "'-1'", "0 or more"]),
    ("override of the id", swap(TOML, "[service.water.rules]",
                                '[service.water]\nid = "x"\n[service.water.rules]'),
     [TOML, "service.water.id", "'x'"]),
]  # fmt: skip

MODEL_CASES: list[Case] = [
    ("id is another", put("fire.toml", 'id = "x"\n' + str(FILES["fire.toml"])),
     ["fire.toml", "column id", "'x'", "'fire'"]),
    ("no title", swap("fire.toml", "title", "titel"), ["fire.toml", "column title", "missing"]),
    ("no cost", swap("fire.toml", "[cost]", "[costs]"), ["fire.toml", "column cost", "missing"]),
    ("kind unknown", swap("fire.toml", '"tiers"', '"steps"'),
     ["fire.toml", "cost.kind", "'steps'", "'power'"]),
    ("kind missing", swap("fire.toml", 'kind = "tiers"', ""), ["column cost.kind", "missing"]),
    ("demand missing", swap("fire.toml", "per_inhabitant", "unit"), ["fire.toml", "demand"]),
    ("tier without cost", swap("fire.toml", "fixed = 90000.0, ", ""), ["cost.tiers[2].fixed"]),
    ("last tier ends", swap("fire.toml", "fixed = 90000.0", "up_to = 9e3, fixed = 9e4"),
     ["fire.toml", "cost.tiers[2].up_to", "last tier"]),
    ("tiers in disorder", swap("fire.toml", "up_to = 5000.0, ", ""), ["tiers[1]", "follow"]),
    ("confidence unknown", swap("fire.toml", "[demand]", '[demand]\nconfidence = "sure"'),
     ["fire.toml", "demand.confidence", "'sure'", "'high'"]),
    ("form without id", swap("forms.toml", 'id = "agreement"', ""), ["legal_form[1].id"]),
    ("form twice", swap("forms.toml", '"association"', '"agreement"'),
     ["forms.toml", "legal_form[2].id", "'agreement'", "twice"]),
    ("form with a blank", swap("forms.toml", '"association"', '"our association"'),
     ["forms.toml", "legal_form[2].id", "'our association'", "letters"]),
    ("service that no form is open to",
     both(swap("forms.toml", '["water", "fire"]', '["water"]'),
          swap("forms.toml", "max_members = 3", 'max_members = 3\nservices = ["water"]')),
     [TOML, "column services", "'fire'", "nobody could pool it"]),
    ("form alone", swap("forms.toml", '"association"', '"alone"'), ["legal_form[2].id", "taken"]),
    ("form sizes", swap("forms.toml", "max_members = 3", "min_members = 3\nmax_members = 2"),
     ["forms.toml", "legal_form[1].max_members", "min_members = 3"]),
    ("form of no service", swap("forms.toml", '"fire"]', '"fier"]'), ["'fier'", "mean 'fire'"]),
    ("form services text", swap("forms.toml", '["water", "fire"]', '"some"'),
     ["forms.toml", "legal_form[2].services", "'some'", "'all'", "list"]),
    ("no forms", put("forms.toml", ""), ["forms.toml", "legal_form", "missing"]),
    ("grant of no size", swap("forms.toml", '"4+"', '"four"'), ["grant.amounts", "'four'"]),
    ("share above 1", swap("forms.toml", "0.6", "60"), ["votes.max_share", "1 or less"]),
]  # fmt: skip

RULE_CASES: list[Case] = [
    ("unknown", rule("max_member = 3"), [TOML, "rules.max_member", "mean 'max_members'"]),
    ("unknown and like none", rule("x = 1"), [TOML, "rules.x", "Known rules are", "max_pooled"]),
    ("unknown in a service", fire_rule("max_minute = 3"), ["fire.toml", "rules.max_minute"]),
    ("plan rule in a service", fire_rule("max_pooled = 3"), ["fire.toml", "[rules] of instance"]),
    ("wrong value", rule('max_hosted = "two"'), ["rules.max_hosted", "'two'", "whole number"]),
    ("negative", rule("max_minutes = -1"), [TOML, "rules.max_minutes", "0 or more"]),
    ("nan", rule("max_minutes = nan"), [TOML, "rules.max_minutes", "finite"]),
    ("fraction", rule("max_hosted = 2.5"), ["rules.max_hosted", "'2.5'", "whole number"]),
    ("flag as text", rule('contiguous = "yes"'), ["rules.contiguous", "true or false"]),
    ("wrong value of a service", fire_rule("max_members = 0"), ["fire.toml", "rules.max_members"]),
    ("wrong override", swap(TOML, "max_minutes = 60.0", 'max_minutes = "60"'),
     [TOML, "service.water.rules.max_minutes", "a number"]),
    ("town unknown", rule('alone = ["06636009"]'), ["rules.alone", "'06636009'", "mean"]),
    ("town lost zero", rule('alone = ["6636001"]'), ["rules.alone", "zero", "'06636001'"]),
    ("pair of one", rule('apart = [["06636001"]]'), ["rules.apart[1]", "at least 2"]),
    ("pair of three", rule('apart = [["a", "b", "c"]]'), ["rules.apart[1]", "at most 2"]),
    ("pair with itself", rule('apart = [["06636001", "06636001"]]'), ["rules.apart", "itself"]),
    ("seat unknown", rule('seats = ["Aue"]'), ["rules.seats", "'Aue'", "municipality"]),
    ("no such central place", rule('central_places = ["Oberzentrum"]'),
     ["rules.central_places", "'Oberzentrum'", "'Mittelzentrum'"]),
    ("form unknown", rule('legal_forms = ["agrement"]'), ["rules.legal_forms", "'agreement'"]),
    ("count of no service", rule("max_bodies = { fyre = 1 }"),
     [TOML, "rules.max_bodies", "'fyre'", "'fire'"]),
    ("count by service wrong", rule("max_bodies = { fire = -1 }"),
     [TOML, "rules.max_bodies.fire", "'-1'"]),
    ("count is a list", rule("max_bodies = [1]"), ["rules.max_bodies", "whole number or a table"]),
    ("limit as text", rule('limit = { cost = "9000000" }'),
     [TOML, "rules.limit.cost", "'9000000'", "a number"]),
    ("criterion unknown", rule("limit = { costs = 1 }"), ["rules.limit", "'costs'", "'cost'"]),
    ("share unknown", rule('no_losers = "heads"'), ["rules.no_losers", "'heads'", "'demand'"]),
    ("modifier alone", rule("tolerance = 0.1"), ["rules.tolerance", "no_losers"]),
    ("sizes", fire_rule("max_members = 1"), ["fire.toml", "rules.min_members", "max_members"]),
    ("sizes of two files", swap("fire.toml", "min_members = 2", "min_members = 5"),
     ["fire.toml", "rules.min_members", "rules.max_members in instance.toml"]),
    ("sizes overridden", add(TOML, "[service.fire.rules]\nmin_members = 6"),
     [TOML, "service.fire.rules.min_members", "max_members = 4"]),
    ("together and apart", rule('together = [["06636001", "06636002"]]\n'
                                'apart = [["06636002", "06636001"]]'),
     ["rules.apart", "together and apart", "rules.together"]),
    ("together by steps and apart", rule('together = [["06636001", "06636002"], '
                                         '["06636002", "06636003"]]\n'
                                         'apart = [["06636001", "06636003"]]'),
     ["rules.apart", "06636001, 06636003", "together"]),
    ("together too many", both(rule('together = [["06636001", "06636002"], '
                                    '["06636002", "06636003"]]'),
                               swap(TOML, "max_members = 4", "max_members = 2")),
     ["rules.together", "3 municipalities", "rules.max_members"]),
    ("alone and together", rule('alone = ["06636001"]\ntogether = [["06636001", "06636002"]]'),
     ["rules.alone", "'06636001'", "rules.together"]),
    ("alone and not", rule('alone = ["06636001"]\nforbid_alone = ["06636001"]'),
     ["rules.alone", "'06636001'", "rules.forbid_alone"]),
    ("alone and nobody", rule('alone = ["06636001"]\nforbid_alone = true'), ["forbid_alone"]),
    ("no seats", rule("seats = []"), ["rules.seats", "No municipality"]),
    ("bodies", rule("min_bodies = 3\nmax_bodies = 2"),
     ["rules.min_bodies", "max_bodies = 2", "rules.max_bodies"]),
    ("bodies by service", rule("min_bodies = { fire = 2, water = 1 }\nmax_bodies = 2"),
     ["rules.min_bodies", "min_bodies = 3"]),
    ("partnerships", rule("min_partnerships = { fire = 3 }\nmax_partnerships = { fire = 2 }"),
     ["rules.min_partnerships", "(fire)", "rules.max_partnerships"]),
    ("no form fits", both(rule('legal_forms = ["agreement"]'),
                          swap("fire.toml", "min_members = 2", "min_members = 4")),
     ["rules.legal_forms", "'agreement'", "rules.min_members in fire.toml"]),
    ("no form is open", both(rule('legal_forms = ["association"]'),
                             swap("forms.toml", '["water", "fire"]', '["water"]')),
     ["rules.legal_forms", "'fire'", "'association'"]),
]  # fmt: skip

CASES = [
    pytest.param(mutate, wanted, id=f"{group}: {name}")
    for group, cases in (
        ("municipalities", MUNICIPALITY_CASES),
        ("files", FILE_CASES),
        ("pairs", PAIR_CASES),
        ("today", TODAY_CASES),
        ("shapes", SHAPE_CASES),
        ("toml", TOML_CASES),
        ("models", MODEL_CASES),
        ("rules", RULE_CASES),
    )
    for name, mutate, wanted in cases
]


def broken(mutate: Mutation, folder: Path) -> Path:
    files = dict(FILES)
    mutate(files)
    return lay_out(files, folder)


def test_the_valid_instance_is_valid(tmp_path: Path) -> None:
    assert check(lay_out(FILES, tmp_path)) == []


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 120


@pytest.mark.parametrize(("mutate", "wanted"), CASES)
def test_one_thing_wrong(mutate: Mutation, wanted: list[str], tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(broken(mutate, tmp_path))
    assert caught.value.exit_code == 3
    lines = [fault.render() for fault in caught.value.faults]
    assert any(all(part in line for part in wanted) for line in lines), lines
    for fault in caught.value.faults:
        assert fault.file
        assert fault.rule.render("de").strip()
        assert fault.remedy.render("de").strip()
    assert len(lines) <= 4, lines  # one mistake is not told twenty times


def test_all_faults_at_once(tmp_path: Path) -> None:
    folder = broken(
        both(
            town("population", "many"),
            swap(NEAR, "5.5", "-5"),
            swap(WAYS, ",8", ",x"),
            swap("demand.csv", "fire", "fyre"),
            swap("alone_cost.csv", "150000", "-1"),
            swap(TODAY, "alone", "agreement"),
            put(SHAPES, "[]"),
            swap(TOML, "50.0", "0"),
            rule("max_member = 3"),
            swap("fire.toml", "0.5", "-0.5"),
            swap("forms.toml", "0.6", "60"),
        ),
        tmp_path,
    )
    faults = check(folder)
    assert {fault.file for fault in faults} == set(FILES)
    assert len(faults) == 11


@settings(max_examples=150, deadline=None)
@given(
    chosen=st.lists(st.sampled_from(CASES), min_size=2, max_size=5, unique_by=lambda case: case.id)
)
def test_several_things_wrong(chosen: list[Any]) -> None:
    files = dict(FILES)
    for case in chosen:
        mutate, _ = case.values
        with suppress(AssertionError, KeyError):  # an earlier one has taken its place away
            mutate(files)
    with tempfile.TemporaryDirectory() as folder:
        faults = check(lay_out(files, Path(folder)))
    assert faults
    assert all(fault.render() for fault in faults)


def test_many_alike_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"\n{k},06636001,3" for k in range(100, 200))
    faults = check(broken(add(NEAR, rows), tmp_path))
    assert len(faults) == 100
    shown = DataError(faults).render().splitlines()
    assert len(shown) == 5
    assert all(str(row) in line for row, line in zip((100, 101, 102), shown[1:], strict=False))
    assert shown[-1].strip() == "… and 97 more of this kind, 100 in all."


def test_links(tmp_path: Path) -> None:
    folder = lay_out(FILES, tmp_path / "inside")
    (tmp_path / "outside.csv").write_text("origin,destination,minutes\n")
    for name, goal in {
        "travel.csv": "../outside.csv",
        "demand.csv": "nowhere.csv",
        "alone_cost.csv": "alone_cost.csv",
        "fire.toml": "../outside.csv",
    }.items():
        (folder / name).unlink()
        (folder / name).symlink_to(goal)
    (folder / "status_quo.csv").unlink()
    (folder / "status_quo.csv").mkdir()
    lines = {fault.file: fault.render() for fault in check(folder)}
    assert "outside the folder" in lines["travel.csv"]
    assert "does not exist" in lines["demand.csv"]
    assert "cannot be opened" in lines["alone_cost.csv"]
    assert "outside the folder" in lines["fire.toml"]
    assert "no file" in lines["status_quo.csv"]


def test_link_inside_is_fine(tmp_path: Path) -> None:
    folder = lay_out(FILES, tmp_path)
    (folder / "travel.csv").rename(folder / "minutes.txt")
    (folder / "travel.csv").symlink_to("minutes.txt")
    assert check(folder) == []


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("koopopt.reading.folder.MAX_BYTES", 300)
    monkeypatch.setattr("koopopt.reading.tables.MAX_ROWS", 3)
    lines = [fault.render() for fault in check(lay_out(FILES, tmp_path))]
    assert any("municipalities.csv" in line and "larger" in line for line in lines)
    assert any("travel.csv" in line and "more than 3 rows" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("wera-meissner", "werra-meissner"),
        ("no/such/folder", "no folder"),
        ("a\0b", "no folder"),
        ("x" * 5000, "cannot be opened"),
    ],
)
def test_no_such_instance(name: str, wanted: str) -> None:
    with pytest.raises(DataError) as caught:
        read(name)
    assert wanted in caught.value.render()


def test_other_files(tmp_path: Path) -> None:
    path = tmp_path / "instance.ods"
    path.write_text("x")
    assert "a text file" in check(path)[0].render()
    path = tmp_path / "instance.doc"
    path.write_text("x")
    assert "folder or an .xlsx" in check(path)[0].render()
