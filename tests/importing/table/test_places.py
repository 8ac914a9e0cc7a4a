from __future__ import annotations

from pathlib import Path

import pytest

from importing.table.made import imported, saved, told, towns
from koopopt.errors import DataError, UsageError

PLANE = "AGS;Gemeinde;Einwohner;Ostwert;Nordwert\n06636001;A;100;{a}\n06636002;B;100;{b}\n"
BARE = "AGS;Gemeinde;Einwohner\n06636001;A;100\n06636002;B;100\n"


def plane(tmp_path: Path, a: str, b: str) -> Path:
    return saved(tmp_path / "t.csv", PLANE.format(a=a, b=b))


@pytest.mark.parametrize(
    ("crs", "a", "b"),
    [
        ("EPSG:25832", "560000;5670000", "561.000,5;5.671.000"),
        ("EPSG:4647", "32560000;5670000", "32561000,5;5671000"),
        ("EPSG:31467", "3560087;5671810", "3561088;5672810"),
    ],
)
def test_planes_become_degrees(crs: str, a: str, b: str, tmp_path: Path) -> None:
    made = imported(plane(tmp_path, a, b), crs=crs)
    assert [round(town["lat"], 3) for town in towns(made)] == [51.178, 51.187]
    assert [round(town["lon"], 3) for town in towns(made)] == [9.858, 9.873]
    assert f"Points were turned into degrees from {crs}" in told(made.notes)


def test_a_system_that_is_not_said_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        imported(plane(tmp_path, "560000;5670000", "561000;5671000"))
    assert "EPSG:25832 (UTM 32)" in caught.value.render()
    assert "column Ostwert, value '560000, 5670000'" in caught.value.render()


def test_axes_the_wrong_way_round_are_told(tmp_path: Path) -> None:
    path = plane(tmp_path, "5670000;560000", "5671000;561000")
    with pytest.raises(DataError, match="x and y seem swapped"):
        imported(path, crs="EPSG:25832")
    turned = imported(path, crs="EPSG:25832", columns={"x": "Nordwert", "y": "Ostwert"})
    assert round(towns(turned)[0]["lat"], 3) == 51.178


def test_a_point_far_away_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"row 3.*outside the area of EPSG:25832"):
        imported(plane(tmp_path, "560000;5670000", "561000;12"), crs="EPSG:25832")


def test_x_and_y_in_degrees_are_taken_so_with_a_note(tmp_path: Path) -> None:
    made = imported(plane(tmp_path, "9,1;51,2", "9,2;51,3"))
    assert (towns(made)[0]["lat"], towns(made)[0]["lon"]) == (51.2, 9.1)
    assert "taken for degrees" in told(made.notes)


def test_a_system_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no coordinate system 'FOO:1'"):
        imported(plane(tmp_path, "560000;5670000", "561000;5671000"), crs="FOO:1")


def test_points_of_another_file(tmp_path: Path) -> None:
    points = saved(
        tmp_path / "p.csv",
        "Orte\nSchlüssel;Breite;Länge;Amt\n6636001;51,1;9,1;x\n6636002;51,2;9,2;x\n6636009;5;5;x\n",
    )
    made = imported(saved(tmp_path / "t.csv", BARE), points=points)
    assert [(t["lat"], t["lon"]) for t in towns(made)] == [(51.1, 9.1), (51.2, 9.2)]
    assert "p.csv: 1 point(s) are of no municipality that is taken: 6636009." in told(made.notes)
    assert "Columns that are not taken: 'Amt'." in told(made.notes)
    assert made.chosen.points == {"id": "Schlüssel", "lat": "Breite", "lon": "Länge"}


def test_who_has_no_point_is_told_once(tmp_path: Path) -> None:
    points = saved(tmp_path / "p.csv", "AGS;lat;lon\n06636001;51,1;9,1\n")
    with pytest.raises(DataError) as caught:
        imported(saved(tmp_path / "t.csv", BARE), points=points)
    assert told(caught.value.faults) == (
        "t.csv, row 3, column AGS, value '06636002': There is no point for the municipality."
        " Add a row for it."
    )


def test_points_are_no_polygons_and_stand_in_one_place(tmp_path: Path) -> None:
    table = saved(tmp_path / "t.csv", BARE)
    with pytest.raises(UsageError, match="not from polygons"):
        imported(table, points=tmp_path / "x.gpkg")
    with pytest.raises(DataError, match="taken from two places"):
        imported(table, points=tmp_path / "p.csv", columns={"lat": "AGS"})
