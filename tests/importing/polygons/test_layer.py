"""Which layer and which columns are meant, and how cells become keys."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from importing.germany.official import features, write_geojson, write_layer
from koopopt.errors import DataError, UsageError
from koopopt.importing.polygons.layer import Layer, open_layer
from koopopt.text import T

pytest.importorskip("pyogrio")


def layer(**columns: list[Any]) -> Layer:
    cells = {name: np.array(values) for name, values in columns.items()}
    count = len(next(iter(cells.values())))
    return Layer("a.shp", "a", cells, np.full(count, None), None)


def test_the_likeliest_column_holds_the_keys() -> None:
    assert layer(ID=["1"], ags=["2"]).keys() == ["2"]
    assert layer(ID=["1"], ars=["3"]).keys() == ["1"]
    assert layer(ID=["1"], ars=["3"]).keys("ARS") == ["3"]
    assert layer(name=["x"], Name2=["y"]).column(None, ("NAME",), T("names")) == "name"
    with pytest.raises(DataError, match="there are X, Y"):
        layer(X=["1"], Y=["2"]).keys()
    with pytest.raises(UsageError, match="no column 'z'"):
        layer(X=["1"]).keys("z")


@pytest.mark.parametrize(
    ("cells", "keys"),
    [
        ([1001.0, float("nan"), 2.5], ["1001", "", "2.5"]),
        ([1001, 2], ["1001", "2"]),
        ([" 01\n001 ", ""], ["01 001", ""]),
    ],
)
def test_cells_become_keys(cells: list[Any], keys: list[str]) -> None:
    assert layer(AGS=cells).keys() == keys
    assert Layer("a", "a", {"AGS": np.array([None], object)}, np.array([None]), None).keys() == [""]


@pytest.mark.parametrize("name", ["a.geojson", "a.json", "a.gpkg", "A.GPKG", "Gemeinden ä.shp"])
def test_every_kind_of_file_gives_the_same(name: str, tmp_path: Path) -> None:
    write = write_geojson if "json" in name else write_layer
    if name == "A.GPKG":
        write_layer(tmp_path / "b.gpkg", features(), layer="A").rename(tmp_path / name)
    else:
        write(tmp_path / name, features())
    found = open_layer(tmp_path / name)
    assert found.file == name
    assert found.keys() == [row.key for row in features()]
    assert list(found.columns["GEN"]) == [row.name for row in features()]
    assert found.system == ("EPSG:4326" if "json" in name else "EPSG:25832")
    assert found.notes == ()
    some = found.only(np.array([row.key == "16901003" for row in features()]))
    assert (some.keys(), len(some.shapes)) == (["16901003"], 1)


def test_a_layer_named_or_the_only_one_that_can_be_meant(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_layer(path, features()[:1], layer="vg250_krs")
    write_layer(path, features(), layer="vg250_gem", append=True)
    assert open_layer(path).name == "vg250_gem"
    assert open_layer(path, "vg250_krs").name == "vg250_krs"
    with pytest.raises(UsageError, match=r"no layer 'x'\. There are vg250_krs, vg250_gem"):
        open_layer(path, "x")
    other = tmp_path / "b.gpkg"
    write_layer(other, features()[:1], layer="states", column="NUTS")
    write_layer(other, features(), layer="towns", append=True)
    assert open_layer(other).name == "towns"  # only that one has a key


def test_without_the_library_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("pyogrio"):
            raise ModuleNotFoundError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r'needs the extra .gis.: pip install "koopopt\[gis\]"'):
        open_layer(tmp_path / "a.shp")
