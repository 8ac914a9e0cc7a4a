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


@pytest.mark.parametrize("named", ["97001", "Nordkreis", "nordkreis", " Nordkreis "])
def test_a_county_by_key_or_name(named: str, register: Register) -> None:
    assert selection.counties(register, [named]) == selection.Selection("Nordkreis", NORTH)


def test_several_counties_and_one_named_twice(register: Register) -> None:
    both = selection.counties(register, ["97002", "Nordkreis", "97002"])
    assert both == selection.Selection("Südkreis, Nordkreis", NORTH + SOUTH)


def test_a_state_and_everything(register: Register) -> None:
    assert selection.state(register, "Musterland").keys == NORTH + SOUTH
    assert selection.state(register, "97").title == "Musterland"
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


@pytest.mark.parametrize("named", ["Nordkreiss", "97003", "=cmd", "<script>", "x" * 10_000, "\n"])
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
        ("97001001\n97002007\n", ("97001001", "97002007")),
        ("97002007\r\n97001001", ("97001001", "97002007")),
        ("AGS;Name\n97001001;Abach\n", ("97001001",)),
        ("Schlüssel\tName\n97001001\tAbach\n", ("97001001",)),
        ("# who\n\n  97001001  # the town\n", None),
        ("97001001,# the town\n", ("97001001",)),
        ("97001001\n97001001\n97001001\n", ("97001001",)),
        ("97002\n97001001\n", ("97001001", *SOUTH)),
        ('"97001001"\n\'97001002\n', ("97001001", "97001002")),
        ("\ufeff97001001\n", ("97001001",)),
        ("97001001," + "x" * 200_000 + "\n", ("97001001",)),
        ('97001001,"open\n97001002\n', ("97001001", "97001002")),
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
    path.write_text(whole.replace("2026022897", "2026022807"), encoding="utf-8")
    register = read_register(path)
    found = listed(register, tmp_path, "7001001\n7001002.0\n070010010003\n7002\n")
    assert found.keys == ("07001001", "07001002", "07001003", *(f"0700200{k}" for k in range(1, 8)))
    (note,) = (note.render("en") for note in found.notes)
    assert "region.csv: 4 keys were read" in note
    assert "7001001 → 07001001" in note


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("97001001\n97001099\n9700\nAbach\n", ["3 fault(s)", "row 2", "'97001099'", "row 4"]),
        ("97001001\n97001900\n", ["row 2", "'97001900'"]),  # a forest
        ("", ["The file is empty"]),
        ("AGS\n", ["no key in it", "8 digits"]),
        (b"97001001\n\0\0", ["no text"]),
        ("97001001\n=cmd|' /C calc'!A0\n", ["row 2", "=cmd"]),
        ("AGS\nAGS\n97001001", ["row 2", "'AGS'"]),
        (b"PK\x03\x04\xff\xfe\x81", ["region.csv"]),
    ],
)
def test_a_list_that_names_others_is_refused_line_by_line(
    text: str | bytes, parts: list[str], register: Register, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as caught:
        listed(register, tmp_path, text)
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)
