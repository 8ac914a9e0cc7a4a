"""Who takes part: by keys and names, and by a file with one fault or another."""

from __future__ import annotations

from pathlib import Path

import pytest

from importing.germany.official import NORTH, SOUTH, write_register
from koopopt.errors import DataError, UsageError
from koopopt.importing.germany import selection
from koopopt.importing.germany.register import Register, read_register


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    return read_register(write_register(tmp_path_factory.mktemp("register") / "gv.txt"))


def known(*names: str) -> Register:
    counties = {f"0600{k}": name for k, name in enumerate(names, start=1)}
    return Register("gv.txt", "2026-02-28", {"06": "Hessen", "05": "NRW"}, counties)


@pytest.mark.parametrize("named", ["16901", "Nordkreis", "nordkreis", " Nordkreis "])
def test_a_county_by_key_or_name(named: str, register: Register) -> None:
    assert selection.counties(register, [named]) == selection.Selection("Nordkreis", NORTH)


def test_several_counties_and_one_named_twice(register: Register) -> None:
    both = selection.counties(register, ["16902", "Nordkreis", "16902"])
    assert both == selection.Selection("Südkreis, Nordkreis", NORTH + SOUTH)


def test_a_state_and_everything(register: Register) -> None:
    assert selection.state(register, "Musterland").keys == NORTH + SOUTH
    assert selection.state(register, "16").title == "Musterland"
    assert selection.everything(register).keys == NORTH + SOUTH


@pytest.mark.parametrize(
    ("named", "title"),
    [
        ("Kassel", "Landkreis Kassel"),
        ("Landkreis Kassel", "Landkreis Kassel"),
        ("Kassel, documenta-Stadt", "Kassel, documenta-Stadt"),
        ("Werra-Meißner", "Werra-Meißner-Kreis"),
        ("Kreis Werra-Meißner-Kreis", "Werra-Meißner-Kreis"),
        ("LK Gotha", "Landkreis Gotha"),
        ("6004", "Landkreis Gotha"),
    ],
)
def test_what_a_county_is_called(named: str, title: str) -> None:
    register = known("Kassel", "Kassel, documenta-Stadt", "Werra-Meißner-Kreis", "Gotha")
    assert selection.counties(register, [named]).title == title


def test_a_name_of_two_counties_is_not_guessed() -> None:
    register = known("Nordland", "Landkreis Nordland")
    with pytest.raises(UsageError, match=r"06001 \(Nordland\), 06002 .*Give the key"):
        selection.counties(register, ["nordland"])


@pytest.mark.parametrize("named", ["Nordkreiss", "16903", "=cmd", "<script>", "x" * 10_000, "\n"])
def test_an_unknown_county_is_told_with_what_is_near(named: str, register: Register) -> None:
    with pytest.raises(UsageError, match="no county"):
        selection.counties(register, [named])


def listed(register: Register, folder: Path, text: str | bytes) -> selection.Selection:
    path = folder / "region.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return selection.region(register, "Mitte", path)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("16901001\n16902007\n", ("16901001", "16902007")),
        ("16902007\r\n16901001", ("16901001", "16902007")),
        ("AGS;Name\n16901001;Abach\n", ("16901001",)),
        ("Schlüssel\tName\n16901001\tAbach\n", ("16901001",)),
        ("# who\n\n  16901001  # the town\n", None),
        ("16901001,# the town\n", ("16901001",)),
        ("16901001\n16901001\n16901001\n", ("16901001",)),
        ("16902\n16901001\n", ("16901001", *SOUTH)),
        ('"16901001"\n\'16901002\n', ("16901001", "16901002")),
        ("\ufeff16901001\n", ("16901001",)),
        ("16901001," + "x" * 200_000 + "\n", ("16901001",)),
        ('16901001,"open\n16901002\n', ("16901001", "16901002")),
    ],
)
def test_a_list_of_keys(
    text: str, keys: tuple[str, ...] | None, register: Register, tmp_path: Path
) -> None:
    if keys is None:  # a remark belongs behind a comma
        with pytest.raises(DataError, match="row 3"):
            listed(register, tmp_path, text)
        return
    found = listed(register, tmp_path, text)
    assert (found.title, found.keys, found.notes) == ("Mitte", keys, ())


def test_keys_that_a_spreadsheet_changed_are_noted(tmp_path: Path) -> None:
    path = write_register(tmp_path / "gv.txt")
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("2026022816", "2026022807"), encoding="utf-8")
    register = read_register(path)
    found = listed(register, tmp_path, "7901001\n7901002.0\n079010010003\n7902\n")
    assert found.keys == ("07901001", "07901002", "07901003", *(f"0790200{k}" for k in range(1, 8)))
    (note,) = (note.render("en") for note in found.notes)
    assert "region.csv: 4 keys were read" in note
    assert "7901001 → 07901001" in note


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("16901001\n16901099\n1690\nAbach\n", ["3 fault(s)", "row 2", "'16901099'", "row 4"]),
        ("16901001\n16901900\n", ["row 2", "'16901900'"]),  # a forest
        ("", ["The file is empty"]),
        ("AGS\n", ["no key in it", "8 digits"]),
        (b"16901001\n\0\0", ["no text"]),
        ("16901001\n=cmd|' /C calc'!A0\n", ["row 2", "=cmd"]),
        ("AGS\nAGS\n16901001", ["row 2", "'AGS'"]),
        (b"PK\x03\x04\xff\xfe\x81", ["region.csv"]),
    ],
)
def test_a_list_that_names_others_is_refused_line_by_line(
    text: str | bytes, parts: list[str], register: Register, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as caught:
        listed(register, tmp_path, text)
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)
