"""Columns decide what a number means; what they leave open is asked about, never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from koopopt.case.instance import Instance
from koopopt.errors import DataError
from koopopt.reading.instance import check, read
from reading.books import book, saved
from reading.valid import FILES, lay_out

IDS = ("06636001", "06636002", "06636003", "16061004")


def files(costs: Iterable[str], head: str = "", separator: str = ";") -> dict[str, Any]:
    rows = [separator.join(("municipality", "service", "cost"))]
    rows += [separator.join((i, "fire", cost)) for i, cost in zip(IDS, costs, strict=False)]
    settings = f"{head}\n{FILES['instance.toml']!s}"
    return {**FILES, "alone_cost.csv": "\n".join(rows) + "\n", "instance.toml": settings}


def costs(instance: Instance) -> list[float]:
    return [instance.alone_cost[i, "fire"] for i in IDS if (i, "fire") in instance.alone_cost]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["850.000", "1.234.567"], [850000, 1234567]),
        (["850.000", "1.234,5"], [850000, 1234.5]),
        (["850.000", "99,5"], [850000, 99.5]),
        (["850.000 €", "99,50 EUR"], [850000, 99.5]),
        (["850.000", "99.5"], [850, 99.5]),
        (["850.000", "99.1234"], [850, 99.1234]),
        (["850.000", "0.125"], [850, 0.125]),
        (["1,234", "0,5"], [1.234, 0.5]),
        (["1,234", "1,234.5"], [1234, 1234.5]),
        (["1 234", "1'234", "1_234", "1234"], [1234, 1234, 1234, 1234]),
        (["99,5", "99.5"], [99.5, 99.5]),
    ],
)
def test_a_column_that_is_certain(tmp_path: Path, written: list[str], meant: list[float]) -> None:
    assert costs(read(lay_out(files(written), tmp_path))) == meant


@pytest.mark.parametrize(
    ("written", "rows"),
    [
        (["450.000", "85.000", "91000"], [2, 3]),
        (["450,000", "1 234", "91000"], [2]),
        (["450.000", "99,5", "99.5"], [2]),
        (["-450.000"], [2]),
        (["850.000", "1,234,567"], [2]),
        (["450.000,00 EUR", "€ 1,250", "12.500"], [3]),
        (["450'000.00", "1.250"], [3]),
        (["1.234.567", "1,234,567", "2.000"], [4]),
    ],
)
def test_a_column_that_is_not(tmp_path: Path, written: list[str], rows: list[int]) -> None:
    faults = check(lay_out(files(written), tmp_path))
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [
        ("alone_cost.csv", row, "cost") for row in rows
    ]


@pytest.mark.parametrize(("mark", "meant"), [(",", 450000), (".", 450)])
def test_the_instance_says_which(tmp_path: Path, mark: str, meant: float) -> None:
    found = read(lay_out(files(["450.000", "91000"], f'decimal = "{mark}"'), tmp_path))
    assert costs(found) == [meant, 91000]


def test_the_instance_does_not_overrule_a_column(tmp_path: Path) -> None:
    (fault,) = check(lay_out(files(["450.000", "99.5"], 'decimal = ","'), tmp_path))
    assert fault.row == 2
    assert fault.remedy.render() == "Write 450000 or 450."


@pytest.mark.parametrize(
    "people",
    [["1.234.567", "2,000", "12.500"], ["1,234,567", "2.000", "12,500"],
     ["1.500.000", "2,000", "1.000"], ["5,0", "2,000", "12.500"]],
)  # fmt: skip
def test_nobody_is_counted_in_thousandths(tmp_path: Path, people: list[str]) -> None:
    """A comma before three digits is no decimal comma because the rest of the column has points."""
    text = str(FILES["municipalities.csv"])
    for old, new in zip((",5000,", ",3000,", ",2000,"), people, strict=True):
        text = text.replace(old, f',"{new}",')
    (fault,) = check(lay_out({**FILES, "municipalities.csv": text}, tmp_path))
    assert (fault.row, fault.column, fault.value) == (3, "population", people[1])


def test_three_decimals_if_the_instance_says_so(tmp_path: Path) -> None:
    found = read(lay_out(files(["450.000,00 EUR", "€ 1,250"], 'decimal = ","'), tmp_path))
    assert costs(found) == [450000, 1.25]


def test_people_in_parts_if_the_instance_says_so(tmp_path: Path) -> None:
    changed = files(["5"], 'decimal = "."')
    changed["municipalities.csv"] = str(FILES["municipalities.csv"]).replace("3000", "18.743")
    assert read(lay_out(changed, tmp_path)).municipalities[1].population == 18.743


def test_every_row_is_asked_about_and_three_are_shown(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(lay_out(files(["1.000", "2.000", "3.000", "4.000"]), tmp_path))
    assert [fault.row for fault in caught.value.faults] == [2, 3, 4, 5]
    shown = caught.value.render()
    assert shown.count("alone_cost.csv") == 3
    assert "1 more of this kind, 4 in all" in shown


def test_counted_things_have_no_decimals(tmp_path: Path) -> None:
    text = str(FILES["municipalities.csv"])
    for people, lines in (("18.743", [3]), ("18,743", [3]), ("18 743", [])):
        changed = text.replace(",3000,", f',"{people}",').replace(",2000,", ",2000.5,")
        faults = check(lay_out({**FILES, "municipalities.csv": changed}, tmp_path / people))
        assert [fault.row for fault in faults] == lines
    german = text.replace(",3000,", ",18.743,").replace(",2000,", ",1.234.567,")
    found = read(lay_out({**FILES, "municipalities.csv": german}, tmp_path / "german"))
    assert [m.population for m in found.municipalities][1:3] == [18743, 1234567]


def test_what_cannot_be_a_thousand_is_certain(tmp_path: Path) -> None:
    changed = {
        **FILES,
        "municipalities.csv": str(FILES["municipalities.csv"]).replace("22,9.95", "225,9.954"),
        "neighbours.csv": str(FILES["neighbours.csv"]).replace("5.5", "5.512"),
        "travel.csv": str(FILES["travel.csv"]).replace(",8\n", ",12.345\n"),
        "instance.toml": str(FILES["instance.toml"])
        .replace("50.0", "50.000").replace("1.3", "1.300").replace("60.0", "60.000"),
    }  # fmt: skip
    found = read(lay_out(changed, tmp_path))
    assert (found.municipalities[1].lat, found.municipalities[1].lon) == (51.225, 9.954)
    assert found.travel["06636001", "06636002"] == 12.345
    assert found.neighbours[0].border_km == 5.512
    assert (found.speed_kmh, found.detour) == (50, 1.3)


def test_short_ways_are_asked_about(tmp_path: Path) -> None:
    changed = {**FILES, "travel.csv": "origin,destination,minutes\n" + "".join(
        f"{a},{b},1.250\n" for a, b in (IDS[:2], IDS[1::-1]))}  # fmt: skip
    assert [fault.row for fault in check(lay_out(changed, tmp_path))] == [2, 3]


def test_toml_with_a_declared_point(tmp_path: Path) -> None:
    changed = files(["5"], 'decimal = "."')
    changed["instance.toml"] = changed["instance.toml"].replace("40000.0", "40.000")
    changed["fire.toml"] = str(FILES["fire.toml"]).replace("50000.0", "50.000")
    assert read(lay_out(changed, tmp_path / "point")).office_cost == 40
    changed["instance.toml"] = changed["instance.toml"].replace('"."', '","')
    asked = {fault.column for fault in check(lay_out(changed, tmp_path / "comma"))}
    assert asked == {"office.cost", "cost.tiers[1].fixed"}


@pytest.mark.parametrize(
    ("cell", "meant"), [(1.234, 1.234), (450, 450), ("1.234,5", 1234.5), ("450.000", None)]
)
def test_cells_of_a_workbook(tmp_path: Path, cell: object, meant: float | None) -> None:
    """A number is what it is; text is read like a file's."""
    made = book()
    made["alone_cost"]["C2"].value = cell
    path = saved(made, tmp_path)
    if meant is None:
        (fault,) = check(path)
        assert (fault.file, fault.row, fault.value) == ("alone_cost", 2, "450.000")
    else:
        assert list(read(path).alone_cost.values()) == [meant]


def test_keys_of_a_sheet(tmp_path: Path) -> None:
    made = book()
    row = next(row for row in made["instance"].rows if row[0].value == "office.cost")
    row[1].value = "40.000"
    (fault,) = check(saved(made, tmp_path))
    assert (fault.file, fault.row, fault.column) == ("instance", row[0].row, "office.cost")


def test_sheets_ask_like_files(tmp_path: Path) -> None:
    """Text cells have two readings, number cells one; the sheet instance names the mark."""

    def told(alone: object, office: object, decimal: str = "") -> list[str]:
        result = book()
        result["alone_cost"]["C2"] = alone
        sheet = result["instance"]
        place = next(row[1] for row in sheet.iter_rows() if row[0].value == "office.cost")
        place.value = office
        if decimal:
            sheet.append(["decimal", decimal])
        return [fault.render() for fault in check(saved(result, tmp_path))]

    alone, office = told("150.000", "40.000")
    assert alone.startswith("alone_cost, row 2, column cost")
    assert "in the sheet instance" in alone
    assert office.startswith("instance, row")
    assert "in the sheet instance" in office
    assert told(150.123, 40.123) == []
    assert told("150.000,50 €", 40000) == []
    assert told("150.000", 40000, ",") == []
    assert told("150.000", "40.000", ".") == []


def test_tabs_beside_decimal_commas(tmp_path: Path) -> None:
    given = dict(FILES)
    given["travel.csv"] = str(FILES["travel.csv"]).replace(",", "\t").replace("9.5", "9,5")
    given["alone_cost.csv"] = "municipality\tservice\tcost\n06636002\tfire\t150.000\n"
    assert len(check(lay_out(given, tmp_path / "open"))) == 1
    given["instance.toml"] = f'decimal = ","\n{FILES["instance.toml"]}'
    instance = read(lay_out(given, tmp_path / "said"))
    assert instance.alone_cost["06636002", "fire"] == 150_000
    assert instance.travel["06636002", "06636001"] == 9.5
