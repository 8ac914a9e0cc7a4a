"""The shipped county `germersheim` is what the command makes of official files."""

from __future__ import annotations

from pathlib import Path

import pytest

import koopopt
from koopopt.importing.germany.instance import Wishes, make
from koopopt.importing.germany.register import read_register
from koopopt.importing.germany.selection import counties
from koopopt.importing.written import written

DATA = Path(__file__).parents[4] / "shared" / "data"
SERVICES = ("administration", "water", "wastewater", "fire-equipment")


def test_it_has_the_county_and_its_associations() -> None:
    shipped = koopopt.read("germersheim")
    assert len(shipped.municipalities) == 31
    assert sum(town.population for town in shipped.municipalities) == 131_383
    assert {p.service for p in shipped.status_quo} == set(SERVICES)
    assert len(shipped.status_quo) == 24  # six Verbandsgemeinden in four services
    alone = {t.name for t in shipped.municipalities} - {
        t.name for t in shipped.municipalities for p in shipped.status_quo if t.id in p.members
    }
    assert alone == {"Germersheim", "Wörth am Rhein"}
    assert max(len(p.members) for p in shipped.status_quo) == shipped.rules["max_members"]


def test_today_keeps_all_rules() -> None:
    shipped = koopopt.read("germersheim")
    alone = [
        koopopt.Partnership(service.id, (town.id,), town.id)
        for service in shipped.services
        for town in shipped.municipalities
        if not any(p.service == service.id and town.id in p.members for p in shipped.status_quo)
    ]
    found = koopopt.evaluate(
        koopopt.Problem.of(shipped), koopopt.Plan((*shipped.status_quo, *alone))
    )
    assert list(found.violations) == []


def test_the_command_makes_it(tmp_path: Path) -> None:
    pytest.importorskip("pyogrio")
    files = DATA / "official" / "GV100AD_28022026.txt", DATA / "boundaries_de.geojson"
    if not all(file.is_file() for file in files):
        pytest.skip(f"no official files in {DATA}")
    register = read_register(files[0])
    wishes = Wishes(name="germersheim", services=SERVICES)
    made = make(register, counties(register, ["Germersheim"]), files[1], wishes)
    new, shipped = written(made.contents, tmp_path / "new"), koopopt.read("germersheim")
    for held in ("municipalities", "neighbours", "status_quo", "services", "legal_forms", "rules"):
        assert getattr(new, held) == getattr(shipped, held), held
