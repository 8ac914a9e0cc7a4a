"""Files of the OR-Library, in its formats, are read as what they mean."""

from __future__ import annotations

from pathlib import Path

import pytest

import koopopt
from koopopt.bench import published
from koopopt.errors import DataError

# Shortest paths: 1-2 3, 2-3 4, 1-3 7 (by 2), 3-4 5; the second line of 1-2 replaces the first.
PMED = "4 4 2\n1 2 9\n1 2 3\n2 3 4\n3 4 5\n"
# Two sites of capacity 5 and 4 and cost 10 and 1; three customers of demand 2.
CAP = "2 3\n5 10\n4 1\n2\n4 6\n2\n4 6\n2\n8 20\n"


def test_a_pmed_file_is_a_p_median_over_shortest_paths(tmp_path: Path) -> None:
    path = tmp_path / "pmed1.txt"
    path.write_text(PMED, encoding="utf-8")
    # Two of the four: 2 serves 1 (3) and 3 (4) with 4 by itself; nothing is less than 7.
    found = koopopt.solve(published.read_pmed(path))
    assert (found.status.value, found.objective) == ("optimal", 7.0)


def test_a_cap_file_is_location_with_single_sourcing(tmp_path: Path) -> None:
    path = tmp_path / "cap41"
    path.write_text(CAP, encoding="utf-8")
    # Neither site serves all three (6). The second one serves two of the first kind: 12 and
    # 1, the first one the third: 8 and 10.
    found = koopopt.solve(published.read_cap(path))
    assert (found.status.value, found.objective) == ("optimal", pytest.approx(29.0))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4 4", "whole number above 0 is missing"),
        ("2 1 1\n1 5 3", "names a place that is not there"),
        ("3 1 1\n1 2 3", "Not every place can be reached"),
        ("2 1 x", "'x' is no number"),
        ("2 1 1\n1 2 -3", "'-3' is not 0 or more"),
    ],
)
def test_what_is_no_pmed_file_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "pmed9"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        published.read_pmed(path)
    assert said in caught.value.render()
    assert "pmed9" in caught.value.render()


def test_a_cap_file_with_numbers_missing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cap1"
    path.write_text(CAP.removesuffix("20\n"), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        published.read_cap(path)
    assert "12 numbers follow the first two, not 13" in caught.value.render()


def test_files_are_found_by_name_and_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("pmed10", "pmed2.txt", "cap41", "pmed", "pmedopt.csv", "readme.txt"):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert [path.name for path in published.files(tmp_path, "pmed")] == ["pmed2.txt", "pmed10"]
    assert [path.name for path in published.files(tmp_path, "cap")] == ["cap41"]
