"""`koopopt import neighbours`: for an instance, or for whatever a file holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from importing.germany.official import NORTH, features, write_geojson, write_layer, write_register

pytest.importorskip("pyogrio")


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    return write_geojson(tmp_path / "areas.geojson", features())


def test_whatever_the_file_holds(run: Any, areas: Path, tmp_path: Path) -> None:
    made = run("import", "neighbours", str(areas), "-o", str(tmp_path / "deep/down"))
    assert made.exit_code == 0, made.stderr
    assert f"{len(features())} municipalities" in made.stdout
    lines = (tmp_path / "deep/down/neighbours.csv").read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["a,b,border_km", "16901001,16901002,3.0010"]
    shapes = json.loads((tmp_path / "deep/down/boundaries.geojson").read_text(encoding="utf-8"))
    assert len(shapes["features"]) == len(features())
    notes = (tmp_path / "deep/down/neighbours-notes.md").read_text(encoding="utf-8")
    cut = sum(int(n) for n in re.findall(r"and (\d+) more of this kind", made.stdout))
    shown = sum(line.startswith("  • ") for line in made.stdout.splitlines())
    assert notes.count("areas.geojson: ") == shown + cut  # none is only counted there
    again = run("import", "neighbours", str(areas), "-o", str(tmp_path / "deep/down"))
    assert again.exit_code == 2
    assert "not overwritten" in again.stderr


def test_for_an_instance_that_has_none(run: Any, areas: Path, tmp_path: Path) -> None:
    files = ("--register", str(write_register(tmp_path / "gv.txt")), "--boundaries", str(areas))
    target = tmp_path / "made"
    assert run("import", "germany", *files, "--county", "16901", "-o", str(target)).exit_code == 0
    before = (target / "neighbours.csv").read_text(encoding="utf-8")
    refused = run("import", "neighbours", str(areas), "--instance", str(target))
    assert refused.exit_code == 2
    assert (target / "neighbours.csv").read_text(encoding="utf-8") == before
    (target / "neighbours.csv").unlink()
    (target / "boundaries.geojson").unlink()
    made = run("import", "neighbours", str(areas), "--instance", str(target), "--lang", "de")
    assert made.exit_code == 0, made.stderr
    assert f"{len(NORTH)} Gemeinden, 8 Nachbarpaare" in made.stdout  # none knows the forest
    assert "Insel (16901008) hängt durch Grenzen mit keiner anderen zusammen" in made.stdout
    assert run("check", str(target)).exit_code == 0


def test_ids_of_another_column_and_country(run: Any, tmp_path: Path) -> None:
    path = write_layer(tmp_path / "lau.gpkg", features(), column="KOM")
    refused = run("import", "neighbours", str(path), "-o", str(tmp_path / "out"))
    assert refused.exit_code == 3
    assert "--id COLUMN" in refused.stderr
    assert not (tmp_path / "out").exists()
    made = run("import", "neighbours", str(path), "--id", "kom", "-o", str(tmp_path / "out"))
    assert made.exit_code == 0


def test_it_has_to_be_said_where_to(run: Any, areas: Path) -> None:
    for args in ((), ("--instance", "three-villages")):
        refused = run("import", "neighbours", str(areas), *args)
        assert refused.exit_code == 2
        assert "--output" in refused.stderr
    other = run("import", "neighbours", str(areas), "--instance", "three-villages", "-o", "x")
    assert other.exit_code == 3
    assert "polygon of none of the municipalities" in other.stderr
    assert not Path("x").exists()
