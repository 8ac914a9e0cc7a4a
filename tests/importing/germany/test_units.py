"""Associations as those who plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from importing.germany.official import NORTH, SOUTH, features, write_geojson, write_register
from koopopt.errors import UsageError
from koopopt.importing.germany.instance import Made, Wishes, make
from koopopt.importing.germany.register import Register, read_register
from koopopt.importing.germany.selection import Selection
from koopopt.importing.germany.units import associations, doubtful, municipalities
from koopopt.importing.written import written

pytest.importorskip("pyogrio")
AMT, SAMTGEMEINDE = "169015001", "169025007"


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return read_register(write_register(tmp_path / "gv.txt"))


def made(register: Register, folder: Path, keys: tuple[str, ...]) -> Made:
    path = write_geojson(folder / "areas.geojson", features())
    wishes = Wishes(name="here", units="associations")
    return make(register, Selection("Musterland", keys), path, wishes)


def test_members_count_together(register: Register) -> None:
    towns = [register.municipalities[key] for key in NORTH]
    units = associations(register, towns)
    assert [unit.entry.key for unit in units] == [AMT, *NORTH[2:3], *NORTH[4:]]
    amt = units[0]
    assert (amt.kind, amt.entry.name, amt.seat.key) == ("Amt", "Nordamt", "16901001")
    assert [town.key for town in amt.members] == ["16901001", "16901002", "16901004"]
    assert (amt.entry.population, amt.entry.area_km2) == (6900, 27.0)
    assert [unit.members for unit in municipalities(towns)] == [(town,) for town in towns]
    (who,) = doubtful(register, units)
    assert "1 of 7 units are associations, with 3 municipalities" in who.render("en")
    _, cut, _ = doubtful(register, associations(register, towns[1:]))
    assert "shown without them: Nordamt" in cut.render("en")
    register.associations[AMT] = replace(register.associations[AMT], seat="Anderswo")
    _, supposed = doubtful(register, associations(register, towns))
    assert "the largest member stands for it: Nordamt (Anderswo)" in supposed.render("en")
    (alone,) = associations(register, towns[:1])  # of which no other takes part
    assert alone.entry.key == "16901001"


def test_names_that_stand_twice_are_told_apart(register: Register) -> None:
    towns = [register.municipalities[key] for key in NORTH]
    own = replace(towns[2], official_name=f"{towns[2].name}, Stadt")
    towns[2] = own
    register.associations[AMT] = replace(register.associations[AMT], name=own.name)
    names = [unit.entry.name for unit in associations(register, towns)]
    assert {f"Amt {own.name}", f"{own.name}, Stadt"} < set(names)
    parish = replace(towns[4], name=own.name, official_name=f"{own.name}, Kirchspiel")
    plain = [unit.entry.name for unit in municipalities([own, parish, towns[0]])]
    assert plain == [f"{own.name}, Stadt", f"{own.name}, Kirchspiel", towns[0].name]
    same = [replace(town, name="Neuenkirchen", official_name="Neuenkirchen") for town in towns[:2]]
    assert [unit.entry.name for unit in municipalities(same)] == [
        f"Neuenkirchen ({town.key})" for town in towns[:2]
    ]


@pytest.mark.parametrize(
    ("option", "wishes"),
    [
        ("--associations rule", {"associations": "rule"}),
        ("--associated", {"associated": ["water"]}),
    ],
)
def test_what_is_about_members_is_refused(
    option: str, wishes: dict[str, Any], register: Register, tmp_path: Path
) -> None:
    path = write_geojson(tmp_path / "areas.geojson", features())
    wanted = Wishes(name="here", units="associations", **wishes)
    with pytest.raises(UsageError, match=f"{option} is about members of associations"):
        make(register, Selection("Musterland", NORTH), path, wanted)


def test_they_border_where_a_member_does(register: Register, tmp_path: Path) -> None:
    found = made(register, tmp_path, NORTH + SOUTH)
    pairs = {(a, b): km for a, b, km in found.contents.tables["neighbours"][1]}
    assert pairs[AMT, "16901003"] == pytest.approx(3.0, rel=1e-3)  # Birken and Cronau
    assert pairs[AMT, "16901006"] == pytest.approx(3.0, rel=1e-3)  # Dörfles and Grünau
    assert pairs[SAMTGEMEINDE, "16902004"] == pytest.approx(3.0, rel=1e-3)  # Pöhl, Seehausen
    assert pairs["16901006", SAMTGEMEINDE] == pytest.approx(3.0, rel=1e-3)  # Grünau and Pöhl
    assert pairs[AMT, "16901007"] is None  # through the forest
    instance = written(found.contents, tmp_path / "here")
    people = {town.id: town.population for town in instance.municipalities}
    assert people[AMT] == 6900
    assert sum(people.values()) == 27_900
    assert instance.status_quo == ()
    amt = next(town for town in instance.municipalities if town.id == AMT)
    assert (amt.lat, amt.lon) == pytest.approx((51.0646, 10.0204), abs=1e-3)  # at its seat
