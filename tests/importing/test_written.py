"""An imported instance is read before it is there, and is there as a whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from koopopt.errors import DataError, UsageError
from koopopt.importing.written import name_of, written
from koopopt.reading.instance import read
from koopopt.writing.contents import Contents

HEADER = ("id", "name", "population", "lat", "lon", "county", "state", "identity_area")
ROWS = [("01", "Aue", 900.0, 51.0, 10.0, "K", "S", "n"), ("02", "Berg", 400.0, 51.1, 10.0, "K", "S",
                                                        "n")]  # fmt: skip
CONTENTS = Contents(
    documents={"instance.toml": {
        "schema": 1, "name": "here", "title": {"de": "Hier", "en": "Here"}, "services": ["water"],
        "legal_forms": "simple", "office": {"cost": 1.0}, "weights": {"cost": 1.0}, "rules": {},
    }},
    tables={"municipalities": (HEADER, list(ROWS)), "neighbours": (("a", "b"), [("01", "02")])},
    texts={"README.md": "# Here\n"},
)  # fmt: skip
WRONG = replace(CONTENTS, tables={"municipalities": (HEADER, [ROWS[0], ROWS[0]])})


def test_a_workbook_speaks_the_language_and_has_the_notes(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    page = "# Here\n\n* Add it. (2 notes)\n  * a\\_b: =1+1 \\<x\\>\n"
    made = written(replace(CONTENTS, texts={"README.md": page}), tmp_path / "here.xlsx", "de")
    assert made.notes == ()  # the sheet of notes is none that somebody meant to be read
    book = openpyxl.load_workbook(tmp_path / "here.xlsx")
    assert {"START", "Einstellungen", "Gemeinden", "Nachbarn", "Zu beachten"} < {*book.sheetnames}
    assert [cell.value for cell in book["Gemeinden"][1]][:3] == [
        "Schlüssel",
        "Gemeinde",
        "Einwohner",
    ]
    assert [row[0].value for row in book["Zu beachten"].rows] == [
        "Here", None, "• Add it. (2 notes)", "  • a_b: =1+1 <x>",
    ]  # fmt: skip
    formula = replace(CONTENTS, texts={"README.md": "=1+1\n"})
    written(formula, tmp_path / "other.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "other.xlsx")["To note"]["A1"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize("name", ["here.xls", "here.ODS", "deep/here.csv"])
def test_a_folder_is_not_named_like_a_table(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a workbook that ends in \.xlsx; write .*here.* or"):
        name_of(tmp_path / name)
    assert name_of(tmp_path / "as of 31.12") == "as of 31.12"


@pytest.mark.parametrize("name", ["here", "deep/down/here", "here.xlsx", "deep/here.XLSX"])
def test_it_is_there_and_says_what_was_given(name: str, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    target = tmp_path / name
    assert name_of(target) == "here"
    made = written(CONTENTS, target)
    assert made == read(target)
    assert [town.name for town in made.municipalities] == ["Aue", "Berg"]
    assert not list(tmp_path.rglob(".koopopt-*"))
    with pytest.raises(UsageError, match="not overwritten"):
        name_of(target)
    with pytest.raises(UsageError, match="not overwritten"):
        written(CONTENTS, target)


def test_beside_other_files(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here/notes.md").write_text("mine", encoding="utf-8")
    written(CONTENTS, tmp_path / "here")
    assert (tmp_path / "here/notes.md").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "here/instance.toml").exists()


def test_what_is_there_stays_and_nothing_is_added(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here/README.md").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"README\.md is there already"):
        written(CONTENTS, tmp_path / "here")
    assert [path.name for path in tmp_path.rglob("*")] == ["here", "README.md"]


@pytest.mark.parametrize("name", ["here", "deep/down/here", "here.xlsx"])
def test_faults_leave_nothing_behind(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="01"):
        written(WRONG, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["here", "a/here", "here.xlsx"])
def test_stopped_while_writing_leaves_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("koopopt.importing.written.read", stop)
    with pytest.raises(KeyboardInterrupt):
        written(CONTENTS, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_names_that_cannot_be_one(tmp_path: Path) -> None:
    for name in ("-x", "a/..", ".hidden", "x" * 300):
        with pytest.raises(UsageError):
            name_of(tmp_path / name)
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        written(CONTENTS, tmp_path / "file/here")
