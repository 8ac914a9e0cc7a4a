"""CSV as spreadsheets, databases and people write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from instance.valid import FILES, lay_out
from koopopt.errors import Fault
from koopopt.instance.read import read
from koopopt.instance.tables import Table, parse_csv


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
