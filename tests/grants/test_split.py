"""Tables of personnel and material cost: read to the cent, faults with row, column and value."""

from __future__ import annotations

from pathlib import Path

import pytest

import tiny
from koopopt.errors import DataError, Fault
from koopopt.grants.split import Split, read_split

HEAD = "service,municipality,personnel,material\n"


def read(tmp_path: Path, text: str) -> dict[tuple[str, str], Split]:
    path = tmp_path / "split.csv"
    path.write_text(text, "utf-8")
    notes: list[Fault] = []
    return read_split(path, tiny.instance(), notes)


def test_amounts_are_cents(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + "water,01,1000.10,0\nhousing,02,0.01,20\n")
    assert found == {("01", "water"): Split(100_010, 0), ("02", "housing"): Split(1, 2_000)}


def test_a_german_table_reads_the_same(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD.replace(",", ";") + "water;01;1.234,50;7,25\n")
    assert found == {("01", "water"): Split(123_450, 725)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("service,municipality,personnel\nwater,01,1\n", "column material: The column is missing"),
        (HEAD + "watre,01,1,1\n", "value 'watre'"),
        (HEAD + "water,1,1,1\nwater,77,1,1\n", "value '77'"),
        (HEAD + "water,01,-1,1\n", "column personnel, value '-1'"),
        (HEAD + "water,01,,1\n", "row 2, column personnel"),
        (HEAD + "water,01,much,1\n", "value 'much'"),
        (HEAD + "water,01,1,1\nwater,01,2,2\n", "The same stands in row 2 already"),
    ],
)
def test_faults(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError) as error:
        read(tmp_path, text)
    assert said in error.value.render()
    assert "split.csv" in error.value.render()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="missing"):
        read_split(tmp_path / "none.csv", tiny.instance(), [])
