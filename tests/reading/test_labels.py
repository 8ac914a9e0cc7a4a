"""Labels and ids that people write in several ways."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from koopopt.case.instance import Instance
from koopopt.reading.instance import read
from koopopt.reading.labels import clean, nearly_equal
from reading.valid import FILES, INSTANCE, MUNICIPALITIES, lay_out


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Süd", "Süd"),
        ("Su\u0308d", "Süd"),
        (" Süd\t", "Süd"),
        ("Bad\u00a0 \u2009Emstal\u2007", "Bad Emstal"),
        ("Kirch\u00adheim", "Kirchheim"),
        ("\ufeff06636001\u200b", "06636001"),
        ("\u202aNord\u202c\u200e", "Nord"),
        ("\u212bmål", "Åmål"),
        ("x  y", "x y"),
        ("two\nlines", "two\nlines"),
        ("\u3164", ""),
    ],
)
def test_clean(written: str, meant: str) -> None:
    assert clean(written) == meant
    assert clean(meant) == meant


def told(*labels: str) -> list[str]:
    return [note.render() for note in nearly_equal("m.csv", "county", labels)]


@pytest.mark.parametrize(
    "labels",
    [
        ("Süd", "süd"),
        ("Süd", "Sued"),
        ("München", "Munchen"),
        ("Nord-Ost", "Nord Ost"),
        ("Nordost", "Nord-Ost"),
        ("Nord–Ost", "Nord-Ost"),
        ("Straße", "STRASSE"),
        ("06", "6"),
        ("Kassel", "K\u0430ssel"),  # a Cyrillic letter
        ("Ａue", "Aue"),
        ("Orléans", "Orleans"),
        ("L'Isle", "L\u2019Isle"),
    ],
)
def test_nearly_equal(labels: tuple[str, str]) -> None:
    one, other = labels
    (line,) = told(one, other, other, "elsewhere")
    assert "m.csv, column county: Nearly equal" in line
    assert f"{one!r} (1×)" in line
    assert f"{other!r} (2×)" in line or f"{other!a} (2×)" in line


@pytest.mark.parametrize(
    "labels", [("Nord", "Nord"), ("Nord 1", "Nord 2"), ("1-2", "12"), ("Aue", "Au"), ("", "-"),
               ("06", "60"), ("Buhl", "Bohl"), ("北", "南")]
)  # fmt: skip
def test_not_nearly_equal(labels: tuple[str, str]) -> None:
    assert told(*labels) == []


def test_several_are_told_together() -> None:
    (line,) = told("Süd", "süd", "Sued", "SUED")
    assert line.count("×") == 4


def variant(folder: Path, **files: str) -> Instance:
    changed = {name.replace("_", "."): text for name, text in files.items()}
    return read(lay_out({**FILES, **changed}, folder))


def test_forms_of_one_label_are_one(tmp_path: Path) -> None:
    instance = variant(tmp_path / "a")
    crowd = MUNICIPALITIES.replace("süd", unicodedata.normalize("NFD", "süd"), 1)
    crowd = crowd.replace("06636002", "\u00a006636002 ").replace("nord,,31", "nord\u2009,,31")
    same = variant(tmp_path / "b", municipalities_csv=crowd)
    assert same == instance
    assert same.fingerprint == instance.fingerprint
    assert same.notes == ()


def test_unseen_characters_are_told(tmp_path: Path) -> None:
    crowd = MUNICIPALITIES.replace("06636002", "0663\u00ad6002").replace("süd", "s\u200büd", 1)
    same = variant(tmp_path / "b", municipalities_csv=crowd)
    assert same == variant(tmp_path / "a")
    lines = [note.render() for note in same.notes]
    assert len(lines) == 2
    assert "row 3, column id" in lines[0]
    assert "cannot be seen" in lines[0]


def test_ids_in_rules(tmp_path: Path) -> None:
    def ruled(name: str, id_: str) -> Instance:
        rules = f'[rules]\nseats = ["{id_}"]\napart = [["{id_}", "06636002"]]'
        return variant(tmp_path / name, instance_toml=INSTANCE.replace("[rules]", rules))

    assert ruled("b", "\u200b06636001\u00a0") == ruled("a", "06636001")


def test_labels_nearly_equal_are_noted(tmp_path: Path) -> None:
    crowd = MUNICIPALITIES.replace("06,süd", "06,sued", 1)
    lines = [note.render() for note in variant(tmp_path, municipalities_csv=crowd).notes]
    assert lines == [
        "municipalities.csv, column identity_area: Nearly equal: 'sued' (1×), 'süd' (1×). They"
        " count as different. Write them in one way if they are meant to be the same."
    ]
