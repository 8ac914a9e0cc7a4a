"""CSV as spreadsheets, databases and people write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from koopopt.errors import Fault
from koopopt.reading.instance import read
from koopopt.reading.tables import Table, parse_csv
from reading.valid import FILES, lay_out


def parsed(text: str) -> Table:
    faults: list[Fault] = []
    table = parse_csv(text, "t.csv", faults)
    assert not faults
    assert table is not None
    return table


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "a;b\n1;2\n",
        "a,b\r\n1,2\r\n",
        "a,b\r1,2\r",
        "a,b\n1,2",
        ' a , "b"\n1,2\n',
        "a,b,,\n1,2,,\n",
        "a,b\n1,2,,\n,\n\n",
        '"a";"b"\n"1";"2"\n',
    ],
)
def test_dialects(text: str) -> None:
    if text.startswith(" a"):
        text = text.replace(' "b"', "b")
    table = parsed(text)
    assert table.header == ("a", "b")
    assert [cells for _, cells in table.rows] == [("1", "2")]


def test_line_numbers_count_lines_of_the_file() -> None:
    table = parsed('\na,b\n\n"two\nlines",1\n\nx,2\n')
    assert table.rows == ((4, ("two\nlines", "1")), (7, ("x", "2")))


def test_commas_in_the_header_of_a_semicolon_file() -> None:
    assert parsed('"a, b";c;d\n1;2;3\n').header == ("a, b", "c", "d")


def test_formula_marks_are_undone() -> None:
    assert parsed("a\n'=1+1\n'x\n").rows == ((2, ("=1+1",)), (3, ("'x",)))


def test_semicolons_and_a_byte_order_mark(tmp_path: Path) -> None:
    marked = {
        name: b"\xef\xbb\xbf" + str(text).replace(",", ";").replace("Cron; M", "Cron, M").encode()
        if name.endswith(".csv")
        else text
        for name, text in FILES.items()
    }
    original = read(lay_out(FILES, tmp_path / "a"))
    assert read(lay_out(marked, tmp_path / "b")) == original


def test_toml_with_a_byte_order_mark(tmp_path: Path) -> None:
    marked = {**FILES, "instance.toml": "\ufeff" + str(FILES["instance.toml"])}
    assert read(lay_out(marked, tmp_path)).name == "small"


def faults_of(text: str, *needed: str) -> list[str]:
    faults: list[Fault] = []
    parse_csv(text, "t.csv", faults, needed)
    return [fault.render() for fault in faults]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\na;b\n1;2\n",
        "SEP=,\r\na,b\r\n1,2\r\n",
        '"sep=;"\na;b\n1;2\n',
        "sep=|\ra|b\r1|2\r",
        "a\tb\n1\t2\n",
        "a\tb\t\t\n1\t2\t\t\n\t\t\t\n",
        "a,,b,\n1,,2,\n",
        "\u00a0a;b\u200b\n1;2\n",
        '="a",b\n="1",2\n',
        "Title of 2024\na,b\n1,2\n",
        "Title, of 2024;;\n\na;b;;\n1;2;;\n",
    ],
)
def test_more_dialects(text: str) -> None:
    faults: list[Fault] = []
    table = parse_csv(text, "t.csv", faults, ("a", "b"))
    assert not faults
    assert table is not None
    assert table.header == ("a", "b")
    assert [cells for _, cells in table.rows] == [("1", "2")]


def test_lines_are_counted_below_a_sep_line() -> None:
    assert parsed('sep=;\na;b\n"x\ny";2\n3;4\n').rows == ((3, ("x\ny", "2")), (5, ("3", "4")))


def test_titles_are_noted() -> None:
    faults: list[Fault] = []
    needed = ("id", "name", "population")
    text = "Municipalities of 2024,,\n\nid,name,population\n1,Aue,5\n"
    table = parse_csv(text, "t.csv", faults, needed)
    assert table is not None
    assert table.rows == ((4, ("1", "Aue", "5")),)
    assert "row 1, value 'Municipalities of 2024': " in table.notes[0].render()


def test_a_row_of_ids_is_no_header() -> None:
    """A wrong header is told as such, even where ids are called like columns."""
    faults: list[Fault] = []
    table = parse_csv("x,y\na,b\nb,c\n", "t.csv", faults, ("a", "b"))
    assert table is not None
    assert table.header == ("x", "y")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a,,b\n1,7,2\n", ["row 1, value '7'", "Column 2 has no name"]),
        ("a,b\n1,2,3\n", ["row 2", "3 cells, the header 2"]),
        ("a,b\n1\n", ["row 2", "1 cells, the header 2"]),
        ("a,b\n1,2,,\n1,2,,x\n", ["row 3, value 'x'", "4 cells"]),
        ("a,a\n1,2\n", ["row 1, column a", "twice"]),
        ("a,b,c\n1,2,3\nSum,,\n", ["row 3, value 'Sum'", "nothing else in this row"]),
        ("", ["empty"]),
        ("\n\n", ["empty"]),
        ("sep=;", ["empty"]),
        ('a,b\n"x,2\n', ["row 2", "quotes"]),
    ],
)
def test_what_is_wrong_with_lines(text: str, wanted: list[str]) -> None:
    (line,) = faults_of(text, "a", "b", "c") if "Sum" in text else faults_of(text)
    assert all(part in line for part in wanted), line


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a|b|c\n1|2|3\n", ["separated by '|'", "sep=|"]),
        ("a:b\n1:2\n", ["separated by ':'"]),
        ("Towns of 2024\n\n'a' and so on\na | b | c\n1|2|3\n", ["separated by '|'"]),
        ("sep=;\na,b,c\n1,2,3\n", ["row 1, value 'sep=;'", "','"]),
        ("sep=,\na\tb\tc\n1\t2\t3\n", ["row 1, value 'sep=,'", "tab"]),
        ('{"a": [\n1, 2]}\n', ["This is JSON, not a table."]),
        ('[{"a": 1, "b": 2}]', ["This is JSON, not a table."]),
        ('{"a": 1, "b": 2}\n{"a": 1, "b": 2}\n', ["This is JSON, not a table."]),
    ],
)
def test_one_fault_of_what_is_no_table_or_has_another_separator(
    text: str, wanted: list[str]
) -> None:
    (line,) = faults_of(text, "a", "b", "c")
    assert all(part in line for part in wanted), line


@pytest.mark.parametrize("text", ["[2024]\na,b\n1,2\n", "sep=|\na|b\n1|2\n", "a|x,b\n1,2\n"])
def test_what_only_looks_like_another_kind(text: str) -> None:
    assert not [line for line in faults_of(text, "a", "b") if "separat" in line or "JSON" in line]


@pytest.mark.parametrize("text", ["Quelle: Destatis", "# Kommentar", "# von,mir"])
def test_a_remark_below_the_rows_is_named(text: str) -> None:
    (line,) = faults_of(f"a,b,c\n1,2,3\n{text}\n", "a", "b", "c")
    assert f"row 3, value {text.partition(',')[0]!r}: " in line
    assert "Delete it" in line


def test_a_header_and_nothing_else_is_noted(tmp_path: Path) -> None:
    files = {**FILES, "demand.csv": "municipality,service,demand\n"}
    (note,) = read(lay_out(files, tmp_path)).notes
    assert note.render().startswith("demand.csv, row 1: The table has no rows.")


def test_ids_that_a_spreadsheet_took_for_numbers(tmp_path: Path) -> None:
    demand = "municipality,service,demand\n6636001.0,fire,5200\n"
    instance = read(lay_out({**FILES, "demand.csv": demand}, tmp_path / "a"))
    assert instance == read(lay_out(FILES, tmp_path / "b"))
    (note,) = instance.notes
    assert "row 2, column municipality, value '6636001.0'" in note.render()
    assert "read as '06636001'" in note.render()
