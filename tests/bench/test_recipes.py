"""Sets that are made of the user's files, and samples of sets."""

from __future__ import annotations

from pathlib import Path

import pytest

import koopopt
from koopopt.bench import recipes
from koopopt.bench.counties import COLUMNS
from koopopt.bench.registry import registry
from koopopt.errors import UsageError

TOWNS = [
    ("01001", "A", 900, 5, 50.0, 10.0, "01", "Kreis", "01"),
    ("01002", "B", 800, 5, 50.1, 10.0, "01", "Kreis", "01"),
    ("02001", "C", 700, 5, 51.0, 10.0, "02", "Allein", "01"),
]


def _tables(folder: Path) -> None:
    names = list(COLUMNS)
    lines = [",".join(COLUMNS[names[0]]), *(",".join(map(str, town)) for town in TOWNS)]
    (folder / names[0]).write_text("\n".join(lines), encoding="utf-8")
    (folder / names[1]).write_text("ags_a,ags_b,border_km\n01001,01002,3.5\n", encoding="utf-8")


def test_counties_of_more_than_one_municipality_are_taken(tmp_path: Path) -> None:
    _tables(tmp_path)
    found = recipes.recipes(registry()["counties"], tmp_path)
    assert [recipe.instance for recipe in found] == ["01"]
    made = recipes.made(found[0])
    assert [town.id for town in made.municipalities] == ["01001", "01002"]
    assert [pair.border_km for pair in made.neighbours] == [3.5]
    assert koopopt.solve(made).status.value == "optimal"


def test_a_land_is_all_of_its_municipalities(tmp_path: Path) -> None:
    _tables(tmp_path)
    (found,) = recipes.recipes(registry()["laender"], tmp_path)
    made = recipes.made(found)
    assert (found.instance, made.name) == ("01", "state 01")
    assert [town.id for town in made.municipalities] == ["01001", "01002", "02001"]
    assert made.rules == recipes.COUNTY_RULES


def test_every_instance_in_a_folder_is_taken(tmp_path: Path) -> None:
    koopopt.generate(4, seed=1).save(tmp_path / "one")
    found = recipes.recipes(registry()["folder"], tmp_path)
    assert [recipe.instance for recipe in found] == ["one"]
    assert len(recipes.made(found[0]).municipalities) == 4


@pytest.mark.parametrize("name", ["counties", "laender", "folder", "or-pmed", "or-cap"])
def test_a_set_of_own_files_asks_for_a_folder_that_holds_some(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="say with --data FOLDER where they are"):
        recipes.recipes(registry()[name], None)
    with pytest.raises(UsageError, match="--data"):
        recipes.recipes(registry()[name], tmp_path)
    with pytest.raises(UsageError, match="--data"):
        recipes.recipes(registry()[name], tmp_path / "nowhere")


def test_a_sample_is_spread_over_the_set() -> None:
    all_of = recipes.recipes(registry()["synthetic"], None)
    three = recipes.sampled(all_of, 3)
    assert [all_of.index(recipe) for recipe in three] == [2, 7, 12]
    assert recipes.sampled(all_of, 99) == recipes.sampled(all_of, None) == all_of
