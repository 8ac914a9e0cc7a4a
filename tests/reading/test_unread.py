"""What lies beside the files of an instance."""

from __future__ import annotations

from pathlib import Path

import pytest

from koopopt.case import resources
from koopopt.errors import DataError
from koopopt.reading.instance import check, read
from reading.valid import FILES, lay_out

TRAVEL = str(FILES["travel.csv"])
CERTAIN = [
    "travel (1).csv", "Travel.csv", "travel.CSV", "travel.csv.txt", "travel - Kopie.csv",
    "travel - Copy (2).csv", "Kopie von travel.csv", "travel copy.csv", "travel 2.csv",
    "travel (Anna's conflicted copy 2026-01-01).csv", " travel.csv", "travel.csv.csv",
    "travel.csv (1)", "travel.csv - Kopie", "travel_copy.csv", "travel(1).csv",
    "tra\u200bvel.csv", "travel .csv", "ｔravel.csv",
]  # fmt: skip
SIMILAR = [
    "travels.csv", "travel_2024.csv", "travel-old.csv", "travel.csv~", "travel.csv.bak",
    "travel.xlsx", "travel.txt", "travel.tsv", "#travel.csv#", "ttravel.csv",
    "travel.csv.zip", "travel.csv.gz", "travel.tar.gz", "travel (1).csv.ZIP", "travel.csv.1",
    "travel-1.csv", "travel1.csv", "travel.csv.crdownload",
]  # fmt: skip
HARMLESS = [
    ".DS_Store", "Thumbs.db", "desktop.ini", "~$plan.xlsx", ".git", ".~lock.travel.csv#",
    "._travel.csv", "README", "readme.txt", "LICENSE", "LICENCE.md", "notes.md", "CITATION.cff",
    "__MACOSX",
]  # fmt: skip


def laid_out(folder: Path, *names: str, without: str = "") -> Path:
    kept = {name: text for name, text in FILES.items() if name != without}
    return lay_out({**kept, **dict.fromkeys(names, TRAVEL)}, folder)


@pytest.mark.parametrize("name", [*CERTAIN, *SIMILAR])
def test_the_file_itself_is_missing(name: str, tmp_path: Path) -> None:
    (fault,) = check(laid_out(tmp_path, name, without="travel.csv"))
    assert fault.file == name
    assert "Nothing of this name is read. Did you mean 'travel.csv'?" in fault.render()


@pytest.mark.parametrize("name", CERTAIN)
def test_two_for_one(name: str, tmp_path: Path) -> None:
    (fault,) = check(laid_out(tmp_path, name))
    assert fault.file == name
    assert "another 'travel.csv'" in fault.render()


@pytest.mark.parametrize("name", [*SIMILAR, "figures.pdf", "demand notes.txt", "sources.csv"])
def test_others_are_noted(name: str, tmp_path: Path) -> None:
    (note,) = read(laid_out(tmp_path, name)).notes
    assert f"Not read: {name!r}." in note.render()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("neighbors.csv", "neighbours.csv"),
        ("instance (1).toml", "instance.toml"),
        ("Instance.toml", "instance.toml"),
        ("fire (1).toml", "fire.toml"),
        ("boundaries.geojson.json", "boundaries.geojson"),
        ("alone-cost.csv", "alone_cost.csv"),
        ("Status Quo.csv", "status_quo.csv"),
    ],
)
def test_any_file_of_an_instance_can_be_meant(name: str, meant: str, tmp_path: Path) -> None:
    (fault,) = check(laid_out(tmp_path, name))
    assert (fault.file, meant in fault.render()) == (name, True)


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless(name: str, tmp_path: Path) -> None:
    assert read(laid_out(tmp_path, name)).notes == ()


def test_a_spreadsheet_is_to_be_saved_as_csv(tmp_path: Path) -> None:
    (fault,) = check(laid_out(tmp_path, "travel.xlsx", without="travel.csv"))
    assert "Save it as CSV UTF-8" in fault.render()
    faults = check(laid_out(tmp_path / "b", "instance.xlsx", without="instance.toml"))
    assert all(fault.file != "instance.xlsx" for fault in faults)


@pytest.mark.parametrize("name", ["boundaries.geojson.gz", "status_quo.csv.zip"])
def test_what_is_packed_is_to_be_unpacked(name: str, tmp_path: Path) -> None:
    meant = name.rpartition(".")[0]
    (fault,) = check(laid_out(tmp_path, name, without=meant))
    assert fault.file == name
    assert f"Did you mean {meant!r}? Unpack it." in fault.render()


def test_all_in_one_line(tmp_path: Path) -> None:
    folder = laid_out(tmp_path, "b.pdf", "a.txt", "fine.md")
    (folder / "raw").mkdir()
    (note,) = read(folder).notes
    assert "Not read: 'a.txt', 'b.pdf', 'raw/'." in note.render()
    for k in range(60):
        (folder / f"{k}.txt").touch()
    (note,) = read(folder).notes
    assert "and 13 more" in note.render()


def test_what_the_instance_names_is_read(tmp_path: Path) -> None:
    """A model of the library is not taken from the folder, and a folder of own files is used."""
    folder = laid_out(tmp_path, "water.toml")
    (folder / "own").mkdir()
    (folder / "fire.toml").rename(folder / "own" / "fire.toml")
    settings = folder / "instance.toml"
    settings.write_text(settings.read_text().replace('"fire.toml"', '"own/fire.toml"'))
    (note,) = read(folder).notes
    assert "Not read: 'water.toml'." in note.render()


def test_links_are_followed(tmp_path: Path) -> None:
    folder = laid_out(tmp_path)
    (folder / "travel.csv").rename(folder / "minutes.txt")
    (folder / "travel.csv").symlink_to("minutes.txt")
    assert read(folder).notes == ()


def test_notes_are_told_with_faults(tmp_path: Path) -> None:
    folder = laid_out(tmp_path, "a.txt")
    (folder / "demand.csv").write_text("x\n")
    with pytest.raises(DataError) as caught:
        read(folder)
    assert "To note:\n  • " in caught.value.render()
    assert any("'a.txt'" in note.render() for note in caught.value.notes)


@pytest.mark.parametrize("name", resources.instances())
def test_shipped_instances_have_nothing_to_note(name: str) -> None:
    assert read(name).notes == ()


def test_what_the_decision_room_keeps_is_no_fault_of_the_instance(tmp_path: Path) -> None:
    folder = laid_out(tmp_path)
    (folder / "live" / "exports").mkdir(parents=True)
    (folder / "live" / "exports" / "travel.csv").write_text("x", encoding="utf-8")
    assert read(folder).notes == ()
