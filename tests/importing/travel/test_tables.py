"""Tables of people: German and English, long and square, with titles, remarks and gaps."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from importing.travel.files import MINUTES, county, read
from koopopt.errors import DataError, UsageError
from koopopt.importing.travel.matrix import Unit
from koopopt.importing.travel.times import Ask, imported

NAMES = {"a": "Aue", "b": "Bad Bach", "c": "Cron-Tal"}


def long(header: str, factor: float = 1.0, mark: str = ";", names: dict[str, str] = NAMES) -> str:
    """Return a table with a row for each way."""
    rows = [
        mark.join((names[a], names[b], f"{minutes * factor:.9g}".replace(".", ",")))
        for (a, b), minutes in MINUTES.items()
    ]
    return "\n".join((header, *rows)) + "\n"


def square(corner: str = "Minuten", mark: str = ";") -> str:
    """Return a matrix with names on both sides."""
    lines = [mark.join((corner, *NAMES.values()))]
    for a, name in NAMES.items():
        cells = [f"{MINUTES.get((a, b), 0):g}" for b in NAMES]
        lines.append(mark.join((name, *cells)))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        long("origin,destination,minutes", mark=",", names={"a": "a", "b": "b", "c": "c"}),
        long("von;nach;Minuten"),
        long("Von Gemeinde;Nach Gemeinde;Fahrzeit (min)"),
        long("Start;Ziel;Fahrzeit in Minuten"),
        long("VON_NAME\tNACH_NAME\tREISEZEIT_MIN", mark="\t"),
        long("von;nach;Sekunden", 60),
        long("from;to;duration (s)", 60),
        long("von;nach;Entfernung (km)", 50 / 60),
        "Fahrzeiten im Kreis\n\n" + long("von;nach;Minuten"),
        "Fahrzeiten;;\nStand 2024;;\n" + long("von;nach;Minuten"),
        "sep=;\n" + long("von;nach;Minuten"),
        square(),
        square("von \\ nach (min)"),
        "\ufeff" + square(),
        "Fahrzeiten im Kreis\n" + square(),
        '"Fahrzeiten, Kreis; Stand ""2024"""\r\n\r\n' + square().replace("Minuten", '"min"'),
        square().replace("Bad Bach", "bad  bach").replace("Cron-Tal", "CRON TAL (Markt)"),
        square().replace("Aue", "Aue, Stadt"),
    ],
)
def test_ways_of_writing_the_same(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).minutes == pytest.approx(MINUTES)


def test_what_is_supposed_is_told(tmp_path: Path) -> None:
    text = "Stand 2024;;;\n" + long("von;nach;Strecke (km);Bemerkung").replace("Aue", "aue")
    text = "\n".join(f"{x};" if k > 1 else x for k, x in enumerate(text.splitlines()))
    found = read(tmp_path, text)
    told = " ".join(note.render() for note in found.notes)
    for words in ("Stand 2024", "50 km/h", "Read as Aue (a)", "not read: 'Bemerkung'"):
        assert words in told


def test_minutes_win_over_kilometres_and_ids_over_names(tmp_path: Path) -> None:
    rows = [f"{a};nobody;{b};nobody;99;{m:g}" for (a, b), m in MINUTES.items()]
    header = "von id;von name;nach id;nach name;km;Minuten"
    found = read(tmp_path, "\n".join((header, *rows)))
    assert found.minutes == pytest.approx(MINUTES)
    assert "'von name', 'nach name', 'km'" in found.notes[0].render()


def test_the_unit_is_asked_for_where_no_heading_says_it(tmp_path: Path) -> None:
    for text in (long("von;nach;Fahrzeit"), square("")):
        with pytest.raises(DataError, match=r"--unit minutes\|seconds\|km"):
            read(tmp_path, text)
        assert read(tmp_path, text, unit=Unit.MINUTES).minutes == pytest.approx(MINUTES)
    with pytest.raises(DataError, match="No column fits --unit seconds"):
        read(tmp_path, long("von;nach;Minuten"), unit=Unit.SECONDS)
    with pytest.raises(DataError, match="No column fits --unit minutes: 'Entfernung'"):
        read(tmp_path, long("von;nach;Entfernung"), unit=Unit.MINUTES)
    with pytest.raises(DataError, match="another unit than --unit km"):
        read(tmp_path, square(), unit=Unit.KM)


def test_one_half_of_a_matrix(tmp_path: Path) -> None:
    text = "km;Aue;Bad Bach;Cron-Tal\nAue;;12,5;-\nBad Bach;;;20\nCron-Tal;;;\n"
    with pytest.raises(DataError, match="--symmetric"):
        read(tmp_path, text)
    found = read(tmp_path, text, symmetric=True)
    assert found.minutes == pytest.approx(
        {("a", "b"): 15, ("b", "a"): 15, ("b", "c"): 24, ("c", "b"): 24}
    )
    told = " ".join(note.render() for note in found.notes)
    assert "take as long as the ways there: 2" in told
    assert "Pairs without a way are left out, and count as estimated: Aue – Cron-Tal" in told


def test_three_digits_are_asked_about_unless_the_mark_is_said(tmp_path: Path) -> None:
    text = "von;nach;Sekunden\nAue;Bad Bach;1.250\nBad Bach;Aue;1.250\n"
    with pytest.raises(DataError, match=r"Write 1250 or 1\.25; or give --decimal ,"):
        read(tmp_path, text)
    assert read(tmp_path, text, decimal=",").minutes["a", "b"] == pytest.approx(1250 / 60)


def test_places_of_elsewhere(tmp_path: Path) -> None:
    text = long("von;nach;Minuten") + "Aue;Paris;300\nParis;Aue;300\n"
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    assert len(caught.value.faults) == 2
    assert "row 8, column nach, value 'Paris'" in caught.value.render()
    found = read(tmp_path, text, subset=True)
    assert found.minutes == pytest.approx(MINUTES)
    assert [note.value for note in found.notes] == ["Paris", "Paris"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["empty"]),
        ("a;b;c\n1;2;3\n", ["von, nach, Minuten", "'a, b, c'"]),
        ("von;nach;Stunden\nAue;Bad Bach;1\n", ["No column is named for minutes"]),
        ("von;nach;Minuten;Sekunden;Dauer (min)\nAue;Bad Bach;1;1;1\n", ["Several columns"]),
        ("von;nach;Minuten\nAue;Bad Bach;zehn\n", ["row 2", "column Minuten", "not a number"]),
        ("von;nach;Minuten\nAue;Bad Bach;-3\n", ["row 2", "'-3'", "between 0"]),
        ("von;nach;Minuten\nAue;Bad Bach;1.250\n", ["row 2", "1250 or 1.25", "--decimal ,"]),
        ("von;nach;Minuten\nAue;;3\n", ["row 2", "column nach", "empty"]),
        ("von;nach;Minuten\nAue;Bad Bch;3\n", ["'Bad Bch'", "mean 'Bad Bach'"]),
        (long("von;nach;Minuten") + "Aue;Bad Bach;15\n", ["row 8", "row 2 already"]),
        (long("von;nach;Minuten").replace("Cron-Tal", "a"), ["twice", "a, b"]),
        (square().replace("Cron-Tal;21", "Aue;21"), ["both mean Aue (a)"]),
        ("von;nach;Minuten\nAue;Bad Bach;15\n", ["in both directions"]),
        ("von;nach;Minuten\nAue;Bad Bach;0,5\nBad Bach;Aue;0,5\n", ["nobody drives", "--unit"]),
        ("von;nach;Minuten\nAue;Bad Bach;15;x\n", ["row 2", "4 cells"]),
        ("von;nach;nach;Minuten\nAue;Bad Bach;Aue;15\n", ["twice"]),
        ("Minuten;Aue;Aue\nAue;0;1\nBad Bach;1;0\n", ["column Aue", "twice"]),
    ],
)  # fmt: skip
def test_faults(tmp_path: Path, text: str, said: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    told = "\n".join(fault.render() for fault in caught.value.faults)
    assert [words for words in said if words not in told] == [], told


def test_other_encodings_are_named(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("von;nach;Minuten\nSüd;Aue;3\n".encode("cp1252"))
    with pytest.raises(DataError, match="UTF-8"):
        imported(path, county())


def test_doubtful_times_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, square("Minuten").replace("Aue;0", "Aue;7"))
    assert "Ways to oneself take no time; other values are left out: Aue (a)." in (
        " ".join(note.render() for note in found.notes)
    )
    slow = read(tmp_path, long("von;nach;Minuten", 60))
    assert "6 of 6 times are more than 10 times the estimate" in slow.notes[-1].render()


def book(path: Path, *sheets: str) -> Path:
    """Write a workbook with a matrix on each sheet, below a title and with a column of names."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name in sheets:
        sheet = made.create_sheet(name)
        sheet.append(["Fahrzeiten im Kreis"])
        sheet.append([])
        sheet.append([None, "Name", *NAMES])
        for a, name_ in NAMES.items():
            sheet.append([a, name_, *(MINUTES.get((a, b)) for b in NAMES)])
    made.save(path)
    return path


def test_workbooks(tmp_path: Path) -> None:
    path = book(tmp_path / "matrix.xlsx", "Zeiten")
    found = imported(path, county(), Ask(unit=Unit.MINUTES))
    assert found.minutes == pytest.approx(MINUTES)
    told = " ".join(note.render() for note in found.notes)
    assert "Zeiten, row 1, value 'Fahrzeiten im Kreis'" in told
    assert "not read: 'Name'" in told


def test_workbooks_of_several_sheets(tmp_path: Path) -> None:
    path = book(tmp_path / "matrix.xlsx", "Zeiten", "Wege")
    with pytest.raises(UsageError, match=r"several sheets.*Zeiten, Wege"):
        imported(path, county(), Ask(unit=Unit.MINUTES))
    with pytest.raises(UsageError, match=r"there is no 'Zeit'.*mean 'Zeiten'"):
        imported(path, county(), Ask(unit=Unit.MINUTES, sheet="Zeit"))
    found = imported(path, county(), Ask(unit=Unit.MINUTES, sheet="Wege"))
    assert found.minutes == pytest.approx(MINUTES)


def test_an_empty_corner_in_quotes(tmp_path: Path) -> None:
    quoted = square("").replace("Bad Bach", '"Bad Bach"').replace("Aue", '"Aue"')
    found = read(tmp_path, f'Titel\n""{quoted}', unit=Unit.MINUTES)
    assert found.minutes == pytest.approx(MINUTES)


def test_what_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "old.xlsx"
    path.write_text("von;nach", encoding="utf-8")
    with pytest.raises(DataError, match="text file"):
        imported(path, county())
