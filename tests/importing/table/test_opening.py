from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from importing.table.made import COUNTY, saved, told, workbook
from koopopt.errors import DataError
from koopopt.importing.table.headings import MUNICIPALITIES
from koopopt.importing.table.mapping import Chosen
from koopopt.importing.table.opening import Grid, opened


def grid(path: Path, **chosen: str | int) -> Grid:
    return opened(path, Chosen(**chosen), MUNICIPALITIES, {})  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(encoding: str, tmp_path: Path) -> None:
    found = grid(saved(tmp_path / "t.csv", COUNTY, encoding))
    assert found.header == 3
    assert found.headings[4] == "Fläche (km²)"
    assert ("Windows-1252" in told(found.notes)) == (encoding == "cp1252")
    assert "value 'Gemeindeübersicht 2024': The row stands above the header" in told(found.notes)


def test_an_old_encoding_is_asked_about_and_can_be_said(tmp_path: Path) -> None:
    text = COUNTY.replace("²", "2")
    path = saved(tmp_path / "t.csv", text, "cp850")
    with pytest.raises(DataError, match="say --encoding"):
        grid(path)
    with pytest.raises(DataError, match="letters look wrong"):
        grid(saved(tmp_path / "u.csv", text.replace("ü", "ä"), "cp850"))
    assert grid(path, encoding="cp850").headings[6] == "Längengrad"
    with pytest.raises(DataError, match="no encoding of this name"):
        grid(path, encoding="cp9999")


def test_a_title_with_separators_does_not_hide_the_header(tmp_path: Path) -> None:
    text = "Kreis, Stand: 2024, vorläufig\nAGS;Gemeinde;Einwohner\n06636001;A;1,5\n"
    found = grid(saved(tmp_path / "t.csv", text))
    assert list(found.headings.values()) == ["AGS", "Gemeinde", "Einwohner"]
    tabs = "Einwohner\nAGS\tGemeinde\tEinwohner\n06636001\tA\t1,5\n"
    assert grid(saved(tmp_path / "u.csv", tabs)).header == 2


def test_headings_are_each_one_name(tmp_path: Path) -> None:
    text = "AGS;Gemeinde;;Einwohner;Einwohner\n06636001;A;x;1;2\n"
    found = grid(saved(tmp_path / "t.csv", text))
    assert list(found.headings.values()) == ["AGS", "Gemeinde", "(C)", "Einwohner", "Einwohner (2)"]
    assert found.column("einwohner (2)") == 4
    assert found.column("Einwohnerr") is None


def test_a_header_of_two_rows_and_merged_cells(tmp_path: Path) -> None:
    found = grid(workbook(tmp_path / "t.xlsx"))
    assert found.file == "t.xlsx [Gemeinden]"
    assert found.header == 4
    assert [found.headings[k] for k in (0, 3, 4)] == ["AGS", "Bevölkerung 2024", "Bevölkerung 2040"]
    assert [cells.get(2) for _, cells in found.below][:3] == ["Schwalm-Eder"] * 3
    assert "Only the sheet 'Gemeinden' is read, not Legende." in told(found.notes)
    assert "Merged cells hold for all their rows: C5:C7." in told(found.notes)


def test_a_heading_across_lines_in_quotation_marks(tmp_path: Path) -> None:
    text = '"AGS";"Einwoh-\nner";"Gemeinde"\n06636001;5;"A, Stadt"\n'
    found = grid(saved(tmp_path / "t.csv", text))
    assert list(found.headings.values())[::2] == ["AGS", "Gemeinde"]
    assert found.below == [(3, {0: "06636001", 1: "5", 2: "A, Stadt"})]


def test_years_below_a_heading_that_holds_for_several_columns(tmp_path: Path) -> None:
    text = "AGS;Gemeinde;Einwohner;;lat\n;;2024;2040;\n06636001;A;4;5;51,2\n"
    found = grid(saved(tmp_path / "t.csv", text))
    assert list(found.headings.values()) == [
        "AGS", "Gemeinde", "Einwohner 2024", "Einwohner 2040", "lat",
    ]  # fmt: skip
    assert "The row holds the years of the columns" in told(found.notes)
    assert [row for row, _ in found.below] == [3]


def test_several_sheets_that_fit_are_asked_about(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("2023", "2024"):
        sheet = book.create_sheet(name)
        sheet.append(["AGS", "Gemeinde", "Einwohner"])
        sheet.append([6636001, "A", 5])
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(DataError, match="Several sheets may be meant: 2023, 2024"):
        grid(tmp_path / "t.xlsx")
    assert grid(tmp_path / "t.xlsx", sheet="2024").picked == "2024"
    with pytest.raises(DataError, match="no sheet of this name"):
        grid(tmp_path / "t.xlsx", sheet="2025")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("AGS;Gemeinde;Einwohner\n", "has no rows"),
        ("AGS;Gemeinde\n06636001;A;lose\n", "row 2, value 'lose': The row has 3 cells"),
        ("AGS|Gemeinde|Einwohner\n06636001|A|3\n", "separated by '|'"),
        ('AGS;Gemeinde\n06636001;"A\n', "quotes of this row do not match"),
        ('[{"AGS": 1}]', "This is JSON"),
    ],
)
def test_what_is_no_table_is_told(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        grid(saved(tmp_path / "t.csv", text))
    assert said in caught.value.render()


def test_the_row_of_the_header_can_be_said(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.csv", "a;b;c\nx;y;z\n1;2;3\n")
    assert list(grid(path, header=2).headings.values()) == ["x", "y", "z"]
    with pytest.raises(DataError, match="row of the header is empty"):
        grid(path, header=9)


def test_an_encoding_said_of_a_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="A workbook has no encoding to be said"):
        grid(workbook(tmp_path / "t.xlsx"), encoding="cp850")
