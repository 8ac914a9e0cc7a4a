"""Polygons whose keys are an instance's ids, of any country."""

from __future__ import annotations

from pathlib import Path

import pytest

from importing.germany.official import BORDERS, NORTH, features, write_geojson
from koopopt.errors import DataError
from koopopt.importing.polygons.owned import Drawing, Owned, owned

pytest.importorskip("pyogrio")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_geojson(tmp_path / "areas.geojson", features())


def told(found: Owned) -> str:
    return " ".join(note.render("en") for note in found.notes)


def named(*keys: str) -> dict[str, str]:
    return {key: f"Town {key}" for key in keys}


def test_whatever_the_file_holds(path: Path) -> None:
    found = owned(path, Drawing())
    assert len(found.areas.keys) == len(features())
    assert BORDERS - set(found.near.pairs) == {
        pair for pair in BORDERS if "16902006" in pair
    }  # it has its old key there


def test_only_those_of_an_instance(path: Path) -> None:
    found = owned(path, Drawing(), named(*NORTH, "99"))
    assert found.areas.keys == NORTH
    assert "Municipalities have no polygon, and so no neighbours: 99" in told(found)
    assert "10 polygon(s) are of none of the municipalities" in told(found)
    assert set(found.near.pairs) == {pair for pair in BORDERS if set(pair) <= set(NORTH)}
    with pytest.raises(DataError, match="polygon of none of the municipalities; it names 16901001"):
        owned(path, Drawing(), named("1", "2"))


def test_lost_zeros_are_restored_and_told(path: Path) -> None:
    found = owned(path, Drawing(), named(*(f"0{key}" for key in NORTH)))
    assert found.areas.keys == tuple(f"0{key}" for key in NORTH)
    assert "Keys were matched but for leading zeros: 16901001 → 016901001" in told(found)


def test_islands_are_linked_where_asked(path: Path) -> None:
    linked = owned(path, Drawing(links="all"), named(*NORTH))
    assert len(linked.near.parts) == 1
    assert len(owned(path, Drawing(links="forests"), named(*NORTH)).near.parts) > 1
