"""Reading GV100AD; what is wrong with one is in `mutants.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from importing.germany.official import LANDS, NORTH, SOUTH, write_register
from koopopt.errors import DataError
from koopopt.importing.germany.register import eight_digits, plain_name, read_register


def test_everything_is_read_from_its_columns(tmp_path: Path) -> None:
    register = read_register(write_register(tmp_path / "gv.txt"))
    assert (register.file, register.date, register.notes) == ("gv.txt", "2026-02-28", [])
    assert register.states == {"16": "Musterland"}
    assert register.counties == {"16901": "Nordkreis", "16902": "Südkreis"}
    assert tuple(register.municipalities) == NORTH + SOUTH
    assert list(register.unincorporated) == ["16901900", "16902900"]
    abach = register.municipalities["16901001"]
    assert (abach.name, abach.official_name, abach.kind) == ("Abach", "Abach, Stadt", "63")
    assert (abach.area_km2, abach.population, abach.row) == (9.0, 5000, 4)
    assert (abach.county, abach.state, abach.association) == ("16901", "16", "169015001")
    assert (abach.tax_office, abach.court) == ("2601", "2601")
    together = register.associations["169025007"]
    assert (together.name, together.kind, together.seat) == ("Südtal", "52", "Quellen")
    lands = {land.key: land for land in LANDS}
    assert all(
        entry.population == lands[key].people and entry.area_km2 == lands[key].km2
        for key, entry in (register.municipalities | register.unincorporated).items()
    )


@pytest.mark.parametrize(
    ("encoding", "noted"), [("utf-8", 0), ("utf-8-sig", 0), ("cp1252", 1), ("utf-16", 1)]
)
def test_umlauts_are_right_in_every_encoding(encoding: str, noted: int, tmp_path: Path) -> None:
    register = read_register(write_register(tmp_path / "gv.txt", encoding))
    assert register.municipalities["16901005"].official_name == "Eßlar, Markt"
    assert register.counties["16902"] == "Südkreis"
    assert len(register.notes) == noted


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = write_register(tmp_path / "gv.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3][:139] + "x" * 11 + lines[3][150:]
    lines[4] = lines[4][:100]
    del lines[0]  # the state
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_register(path)
    told = [fault.render("en") for fault in caught.value.faults]
    assert len(told) == 5, told
    assert "row 3, column EF10, value 'xxxxxxxxxxx'" in told[0]
    assert all("row 4, column EF" in line for line in told[1:4])
    assert "no record of kind 10 for the state" in told[4]


@pytest.mark.parametrize(
    ("official", "name"),
    [
        ("Homberg (Efze), Reformationsstadt, Kreisstadt", "Homberg (Efze)"),
        ("Halle (Saale), Stadt", "Halle (Saale)"),
        ("Nordstrand", "Nordstrand"),
        ("A,B", "A,B"),
        (", Stadt", ", Stadt"),
    ],
)
def test_titles_are_no_part_of_a_name(official: str, name: str) -> None:
    assert plain_name(official) == name


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("06636003", "06636003"),
        ("6636003", "06636003"),
        ("6636003.0", "06636003"),
        ("066360003003", "06636003"),
        ("66360003003", "06636003"),
        ("636003", "636003"),
        ("0663600300", "0663600300"),
        ("٠٦٦٣٦٠٠٣", "٠٦٦٣٦٠٠٣"),
        ("", ""),
    ],
)
def test_a_key_has_eight_digits_where_it_can_be_meant(written: str, key: str) -> None:
    assert eight_digits(written) == key
