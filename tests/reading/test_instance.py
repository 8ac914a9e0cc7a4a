"""What a valid instance becomes: values, overrides, defaults, where it is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from koopopt.case import resources
from koopopt.case.instance import Instance, Neighbours
from koopopt.case.library import TierCost
from koopopt.case.plan import Partnership
from koopopt.problem import Problem
from koopopt.reading.instance import check, read
from koopopt.reading.models import merged
from reading.valid import FILES, SQUARES, Content, lay_out


def small(folder: Path, **changes: Content) -> Instance:
    files = {**FILES, **{name.replace("_toml", ".toml"): text for name, text in changes.items()}}
    return read(lay_out(files, folder))


def test_values(tmp_path: Path) -> None:
    instance = small(tmp_path)
    aue, _, cron, _ = instance.municipalities
    assert (aue.id, aue.name, aue.population, aue.area_km2) == ("06636001", "Aue", 5000.0, 40.5)
    assert (aue.kind, aue.central_place, aue.population_by_year) == (
        "town", "Mittelzentrum", {2030: 4800.0},
    )  # fmt: skip
    assert (cron.name, cron.identity_area, cron.area_km2) == ("Cron, Markt", "süd", None)
    assert instance.neighbours[0] == Neighbours("06636001", "06636002", 5.5)
    assert instance.neighbours[2].border_km is None
    assert instance.travel["06636002", "06636001"] == 9.5
    assert instance.demand == {("06636001", "fire"): 5200.0}
    assert instance.alone_cost == {("06636002", "fire"): 150000.0}
    assert instance.status_quo == (
        Partnership("fire", ("06636001", "06636002"), "06636001", "agreement"),
    )
    assert [service.id for service in instance.services] == ["water", "fire"]
    assert isinstance(instance.services[1].cost, TierCost)
    assert [form.id for form in instance.legal_forms] == ["agreement", "association"]
    assert instance.rules == {"max_members": 4, "max_pooled": 3}
    assert instance.services[0].rules["max_minutes"] == 60.0
    assert instance.sources[0]["seen"] == "2026-01-31"
    assert instance.boundaries == SQUARES
    Problem.of(instance)


def test_least_instance(tmp_path: Path) -> None:
    text = 'schema = 1\nservices = ["fire.toml"]\nlegal_forms = "forms.toml"\n'
    kept = {name: FILES[name] for name in ("fire.toml", "forms.toml", "municipalities.csv")}
    instance = read(lay_out({**kept, "instance.toml": text}, tmp_path / "tiny"))
    assert (instance.name, instance.title) == ("tiny", {"en": "tiny"})
    assert instance.weights == {"cost": 1.0, "travel": 10.0}
    assert (instance.office_cost, instance.speed_kmh, instance.detour) == (0.0, 50.0, 1.3)
    assert instance.neighbours == ()


def test_override_loses_the_source_of_the_number(tmp_path: Path) -> None:
    text = f"{FILES['instance.toml']!s}[service.water.demand]\nper_inhabitant = 50\n"
    water = small(tmp_path, instance_toml=text).services[0]
    assert (water.demand.per_inhabitant, water.demand.unit) == (50.0, "m3")
    assert (water.demand.source, water.demand.confidence) == ("", "assumption")
    assert water.travel.source


def test_override_of_another_kind_of_cost(tmp_path: Path) -> None:
    table = '[service.water.cost]\nkind = "tiers"\ntiers = [{ fixed = 1.0 }]\n'
    water = small(tmp_path, instance_toml=f"{FILES['instance.toml']!s}{table}").services[0]
    assert isinstance(water.cost, TierCost)


def test_merging_leaves_the_originals_alone() -> None:
    base = {"a": {"b": 1, "c": 2}}
    assert merged(base, {"a": {"b": 3}}) == {"a": {"b": 3, "c": 2}}
    assert base == {"a": {"b": 1, "c": 2}}


def test_modifier_in_another_layer(tmp_path: Path) -> None:
    fire = f'{FILES["fire.toml"]!s}no_losers = "demand"\n'
    text = f"{FILES['instance.toml']!s}[service.fire.rules]\ntolerance = 0.1\n"
    instance = small(tmp_path, fire_toml=fire, instance_toml=text)
    assert instance.services[1].rules["tolerance"] == 0.1
    Problem.of(instance)


def test_rule_lifted(tmp_path: Path) -> None:
    text = f"{FILES['instance.toml']!s}contiguous = false\n"
    files = {**FILES, "instance.toml": text}
    del files["neighbours.csv"]
    assert check(lay_out(files, tmp_path)) == []


def test_sources_of_the_settings_are_shown(tmp_path: Path) -> None:
    text = str(FILES["instance.toml"]).replace("[office]", '[office]\nsource = "a survey"')
    shown = small(tmp_path, instance_toml=text).sources[-1]
    assert shown == {"what": "[office]", "from": "a survey", "confidence": "assumption"}


def test_few_ways_are_fine(tmp_path: Path) -> None:
    header = "origin,destination,minutes\n"
    there, back = "06636001,06636002,5\n", "06636002,06636001,6\n"
    for rows in ("", there + back, "06636001,06636001,0\n"):
        assert check(lay_out({**FILES, "travel.csv": header + rows}, tmp_path)) == []


def test_a_way_there_and_none_back_is_not(tmp_path: Path) -> None:
    rows = "origin,destination,minutes\n06636001,06636002,5\n"
    (fault,) = check(lay_out({**FILES, "travel.csv": rows}, tmp_path))
    assert "way back from 06636002 to 06636001" in fault.render()


def test_half_a_matrix_is_not(tmp_path: Path) -> None:
    towns = ["06636001", "06636002", "06636003", "16061004"]
    half = "".join(f"{a},{b},5\n" for a in towns for b in towns if a < b)
    faults = check(
        lay_out({**FILES, "travel.csv": f"origin,destination,minutes\n{half}"}, tmp_path)
    )
    assert len(faults) == 6
    assert all("way back" in fault.render() for fault in faults)


@pytest.mark.parametrize("name", list(resources.instances()))
def test_shipped_instances_have_no_faults(name: str) -> None:
    assert check(name) == []
    Problem.of(read(name))


def test_a_folder_wins_over_a_shipped_name_if_it_is_an_instance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = next(iter(resources.instances()))
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).mkdir()
    assert read(name).name == name
    lay_out(FILES, tmp_path / name)
    assert read(name).name == "small"


def test_library_is_found() -> None:
    assert "water" in resources.services()
    assert "hessen" in resources.legal_forms()
