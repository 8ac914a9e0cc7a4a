"""Official files with one thing wrong: each gets a clear answer, or the same instance."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from importing.germany.drawn_mutants import FILES, KEYS, SHAPES
from importing.germany.mutants import AREAS, REGISTER, REGISTERS, Mutant
from importing.germany.official import features, write_geojson, write_register
from koopopt.cli import main

pytest.importorskip("pyogrio")
ALL = [*REGISTERS, *KEYS, *SHAPES, *FILES]
SAID = ("--counties", "16901,16902", "--output", "made")
Table = list[dict[str, str]]


def files(folder: Path) -> Path:
    write_register(folder / REGISTER)
    write_geojson(folder / AREAS, features())
    return folder


def imported(folder: Path, polygons: str, *args: str) -> Result:
    files_ = ("--register", str(folder / REGISTER), "--boundaries", str(folder / polygons))
    made = ("--counties", "16901,16902", "--output", str(folder / "made"))
    return CliRunner().invoke(main, ["import", "germany", *files_, *made, *args])


def table(folder: Path, name: str) -> Table:
    with (folder / "made" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> tuple[Table, Table]:
    folder = files(tmp_path_factory.mktemp("right"))
    assert imported(folder, AREAS).exit_code == 0
    return table(folder, "municipalities.csv"), table(folder, "neighbours.csv")


def test_there_are_many_and_each_has_its_name() -> None:
    names = [mutant.name for mutant in ALL]
    assert len(names) == len(set(names)) >= 60


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.name)
def test_each_gets_a_clear_answer(
    mutant: Mutant, right: tuple[Table, Table], tmp_path: Path
) -> None:
    polygons = mutant.change(files(tmp_path)) or AREAS
    before = sorted(path.name for path in tmp_path.iterdir())
    result = imported(tmp_path, polygons, *mutant.args)
    told = " ".join(result.output.split())
    assert result.exit_code == mutant.code, told
    assert [part for part in mutant.says if part not in told] == [], told
    assert "Traceback" not in told
    if mutant.code:
        assert sorted(path.name for path in tmp_path.iterdir()) == before
        return
    _demand_same(mutant, tmp_path, right)


def _demand_same(mutant: Mutant, folder: Path, right: tuple[Table, Table]) -> None:
    """Only what the case says may differ: pairs that are gone, and whom the register lacks."""
    towns, pairs = (table(folder, name) for name in ("municipalities.csv", "neighbours.csv"))
    there = {town["id"] for town in towns}
    facts = ("id", "population", "county", "state", "kind")
    assert [[town[f] for f in facts] for town in towns] == [
        [town[f] for f in facts] for town in right[0] if town["id"] in there
    ]
    found = {(p["a"], p["b"]): p["border_km"] for p in pairs}
    wanted = {(p["a"], p["b"]): p["border_km"] for p in right[1]}
    assert set(found) == (set(wanted) - mutant.less) | mutant.more
    changed = [p for p in found if p in wanted and (found[p] > "") != (wanted[p] > "")]
    assert changed == []
