from __future__ import annotations

from pathlib import Path

import pytest

from importing.table.made import saved, told
from koopopt.errors import DataError
from koopopt.importing.table.headings import MUNICIPALITIES
from koopopt.importing.table.mapping import Chosen
from koopopt.importing.table.opening import Grid, opened
from koopopt.importing.table.rows import Kept, kept

HEADER = "AGS;Gemeinde;Kreis;Einwohner\n"
COLUMNS = {"id": 0, "name": 1, "population": 3}


def rows(body: str, tmp_path: Path, only: dict[str, tuple[str, ...]] | None = None) -> (
    tuple[Kept, Grid]
):  # fmt: skip
    path = saved(tmp_path / "t.csv", HEADER + body)
    grid = opened(path, Chosen(), MUNICIPALITIES, {})
    return kept(grid, COLUMNS, only or {}), grid


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (";Summe;;100", "a sum or an average"),
        ("Insgesamt;;;100", "a sum or an average"),
        (";Kreis zusammen;;100", "a sum or an average"),
        (";Durchschnitt je Gemeinde;;100", "a sum or an average"),
        (";;;100", "taken for a sum"),
        ("Landkreis Kassel;;;", "a heading or a remark"),
        ("Quelle: Landesamt, 2024;;;", "a heading or a remark"),
        (";;Nur hier;", "a remark"),
        ("AGS;Gemeinde;Kreis;Einwohner", "The header stands here again"),
        ("1;2;3;4", "only numbers the columns"),
    ],
)
def test_what_is_no_municipality_is_left_out_and_noted(row: str, why: str, tmp_path: Path) -> None:
    found, grid = rows(f"06636001;A;K;5\n{row}\n06636002;B;K;6\n", tmp_path)
    assert [number for number, _ in found.rows] == [2, 4]
    assert "row 3" in told(grid.notes)
    assert why in told(grid.notes)


def test_municipalities_that_only_look_like_sums_stay(tmp_path: Path) -> None:
    body = "06636001;Gesamtberg;K;5\n06636002;Total;K;6\n06636003;;K;\nx1;Sumte;K;7\n"
    found, grid = rows(body, tmp_path)
    assert len(found.rows) == 4
    assert grid.notes == []


def test_only_rows_with_a_value(tmp_path: Path) -> None:
    body = "1;A;Nord;5\n2;B;Süd;6\n3;C;West;6\n;Summe;;17\n"
    found, grid = rows(body, tmp_path, {"Kreis": ("Nord", "West")})
    assert [number for number, _ in found.rows] == [2, 4]
    assert [cells[0] for _, cells in found.beyond] == ["2"]
    assert "Of 3 rows those 1 are left out that are not Kreis=Nord | West." in told(grid.notes)


def test_conditions_that_nothing_meets_are_faults(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        rows("1;A;Nord;5\n", tmp_path, {"Kreis": ("Nrd",), "Land": ("x",)})
    assert "value 'Nrd': No row has this value. Did you mean 'Nord'?" in caught.value.render()
    assert "column Land: There is no column of this heading." in caught.value.render()
