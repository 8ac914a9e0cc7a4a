"""The workbook: right numbers in right places, and text that never becomes anything else."""

from __future__ import annotations

import math
import re
import sys
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership
from koopopt.criteria import CRITERIA
from koopopt.errors import UsageError
from koopopt.evaluation import all_alone, evaluate
from koopopt.problem import Problem
from koopopt.report import workbook
from koopopt.report.values import figures, parameters
from koopopt.report.values.decision import Decision
from koopopt.report.values.ranges import what_if
from koopopt.report.workbook.sheet import MODELLED
from koopopt.report.workbook.writing import MAX_CELL_LENGTH, holdable
from koopopt.savings.saving import Savings
from pareto import hand
from report.decided import walk
from report.workbook.opened import table, written

MADE = date(2026, 11, 23)
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def decision(instance: Instance | None = None) -> Decision:
    return Decision.of(tiny.result(Problem.of(instance or tiny.instance())), MADE)


def cells(book: Any) -> list[Any]:
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row]


def xml_of(path: Path) -> list[ElementTree.Element]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xml")]
        return [ElementTree.fromstring(archive.read(name)) for name in names]


def test_the_sheets_of_one_plan_and_of_a_front(tmp_path: Path) -> None:
    names = [
        "Plan", "Who with whom", "Municipalities", "Levy keys", "Who pays what", "Keys in detail",
        "Who would leave", "Criteria", "Sources", "About",
    ]  # fmt: skip
    assert written(decision(), tmp_path).sheetnames == names
    several = Decision.of(hand.of_problem(Problem.of(tiny.instance())), MADE)
    assert written(several, tmp_path).sheetnames == [*names[:8], "Front", *names[8:]]


def test_one_row_a_member(tmp_path: Path) -> None:
    rows = table(written(decision(), tmp_path)["Plan"])
    assert len(rows) == 2 * 3
    first = rows[0]
    assert first["Service"] == "Water"
    assert (first["ID"], first["Municipality"]) == ("01", "Ahausen")
    assert first["Seat"] == "Bühl an der Weißen Werra"
    assert first["Legal form"] == "Special-purpose association"
    assert (first["Votes"], first["of all votes"]) == (2, 5)
    assert first["Partnership"] == rows[1]["Partnership"] == "water-1"
    assert [row["Partnership"] for row in rows[2:]] == [
        "water-2", "housing-1", "housing-2", "housing-3",
    ]  # fmt: skip
    alone = rows[2]
    assert (alone["Seat"], alone["Legal form"], alone["Votes"]) == ("Celle", "alone", None)
    pooled = 20 * 120_000**0.8 + 10_000 + 500 - 10_000 + 1000
    costs = [row["Cost in the plan, shared by demand (EUR a year)"] for row in rows[:2]]
    assert costs == pytest.approx([pooled / 3, pooled * 2 / 3])


def test_who_is_served_from_where(tmp_path: Path) -> None:
    rows = table(written(decision(), tmp_path)["Who with whom"])
    seats = [(row["Municipality"], row["Water"], row["Housing"]) for row in rows]
    second = "Bühl an der Weißen Werra"
    assert seats == [
        ("Ahausen", second, "alone"), (second, second, "alone"), ("Celle", "alone", "alone"),
    ]  # fmt: skip


def test_municipalities_have_a_range(tmp_path: Path) -> None:
    what = decision(tiny.instance(travel={("01", "02"): 40.0}))
    found = figures.of(what.plan)
    rows = table(written(what, tmp_path)["Municipalities"])
    assert [row["Inhabitants"] for row in rows] == [1000, 2000, 3000]
    modelled = [row["Difference to alone as modelled (EUR a year)"] for row in rows]
    upper = "Difference to alone if size brought no advantage at all (EUR {per})"
    without = [row[upper.format(per="a year")] for row in rows]
    assert modelled == pytest.approx((found.cost["demand"] - found.cost_alone).sum(axis=0))
    # What both cost alone, and 1500 for form and office: by demand, so a third and two thirds.
    own = [20 * 40_000**0.8, 20 * 80_000**0.8]
    dear = sum(own) + 1500
    more = [dear / 3 - own[0], dear * 2 / 3 - own[1], 0]
    assert without == pytest.approx(more)
    heads = [more[0] / 1000, more[1] / 2000, 0]
    assert [row[upper.format(per="per inhabitant")] for row in rows] == pytest.approx(heads)
    assert [row["Minutes of the longest trip"] for row in rows] == [40, 0, 0]
    assert [row["Share of trips over 30 minutes"] for row in rows] == [0.5, 0, 0]
    assert [row["Tasks kept"] for row in rows] == [1, 1, 2]
    assert [row["Votes in all its partnerships"] for row in rows] == [2, 3, None]


def test_levy_keys_share_the_same_difference(tmp_path: Path) -> None:
    what = decision(tiny.instance(demand={("01", "water"): 80_000.0}))
    book = written(what, tmp_path)
    total = what.plan.criteria["cost"] - what.alone.criteria["cost"]
    rows = table(book["Levy keys"])
    for words in ("by demand", "by inhabitants", "equally"):
        heading = f"Difference as modelled, shared {words} (EUR a year)"
        assert sum(row[heading] for row in rows) == pytest.approx(total)
        heading = f"Difference if size brought no advantage, shared {words} (EUR a year)"
        assert sum(row[heading] for row in rows) == pytest.approx(1500)


def test_criteria_and_what_if(tmp_path: Path) -> None:
    today = (Partnership("water", ("02", "03"), "03", "association"),)
    what = decision(tiny.instance(status_quo=today))
    rows = {row["Criterion"]: row for row in table(written(what, tmp_path)["Criteria"])}
    for name, value in what.plan.criteria.items():
        row = rows[CRITERIA[name].title.render("en")]
        assert row["this plan"] == pytest.approx(value)
        assert row["all alone"] == pytest.approx(what.alone.criteria[name])
        assert row["today"] == pytest.approx(what.today.criteria[name])
        assert row["difference to today"] == pytest.approx(value - what.today.criteria[name])
    for case, now in zip(what_if(what.plan)[1:], what_if(what.today)[1:], strict=True):
        row = rows[f"cost: {case.title}"]
        assert row["difference to all alone"] == pytest.approx(-case.saving)
        assert row["today"] == pytest.approx(now.plan)


def test_one_row_a_plan(tmp_path: Path) -> None:
    what = Decision.of(hand.of_problem(Problem.of(tiny.instance())), MADE)
    book = written(what.beginning_with(2), tmp_path)
    rows = table(book["Front"])
    assert [row["No."] for row in rows] == list(range(1, len(what.plans) + 1))
    cost = [row["cost (EUR a year)"] for row in rows]
    assert cost == pytest.approx([e.criteria["cost"] for e in what.plans])
    modelled = [row["Difference to alone as modelled (EUR a year)"] for row in rows]
    assert modelled == pytest.approx([c - what.alone.criteria["cost"] for c in cost])
    upper = "Difference to alone if size brought no advantage at all (EUR a year)"
    bodies = [row["bodies (pooled partnerships)"] for row in rows]
    assert [row[upper] > 0 for row in rows] == [count > 0 for count in bodies]
    said = {row["What"]: row["Value"] for row in table(book["About"])}
    assert said["Plan"] == f"Plan 2 of {len(what.plans)}"


def test_savings_over_samples_where_numbers_have_ranges(tmp_path: Path) -> None:
    what = Decision.of(walk(4))
    assert not what.today_is_alone
    book = written(what, tmp_path)
    ends = ("from", "to")
    columns = [f"Difference to alone in 80 of 100 cases, {end} (EUR a year)" for end in ends]
    for row, e in zip(table(book["Front"]), what.plans, strict=True):
        saving = Savings(what.problem).of(e.plan)
        assert saving is not None
        assert [row[c] for c in columns] == [-saving.high / 100, -saving.low / 100]
    rows = {row["Criterion"]: row for row in table(book["Criteria"])}
    own, now = (Savings(what.problem).of(e.plan) for e in (what.plan, what.today))
    assert own is not None
    assert now is not None
    both = own.against(now)
    for end, alone, today in (("from", own.high, both.high), ("to", own.low, both.low)):
        row = rows[f"cost: in 80 of 100 cases, {end}"]
        assert row["difference to all alone"] == -alone / 100
        assert row["difference to today"] == -today / 100


def test_every_figure_with_its_source(tmp_path: Path) -> None:
    source = {"what": "population", "from": "the office", "year": 2024, "licence": "free"}
    instance = tiny.instance(sources=(source,))
    sheet = written(decision(instance), tmp_path)["Sources"]
    rows = table(sheet)
    known = parameters.of_instance(instance)
    assert [row["Figure"] for row in rows[:-1]] == [str(p.name) for p in known]
    assert [row["Value"] for row in rows[:-1]] == [p.value for p in known]
    assert (rows[-1]["Figure"], rows[-1]["Source"]) == ("population", "the office, 2024, free")
    fills = {}
    for cell in next(sheet.iter_cols(min_col=6, min_row=2)):
        fills.setdefault(cell.value, set()).add(cell.fill.fgColor.rgb)
    assert fills["assumption"] == {"00FFF2CC"}
    assert "00FFF2CC" not in fills["well documented"] | fills["partly documented"] | fills[None]


def test_what_was_proven_and_how(tmp_path: Path) -> None:
    book = written(decision(), tmp_path)
    said = {row["What"]: row["Value"] for row in table(book["About"])}
    assert said["What was proven"].startswith("Proven: no better plan exists")
    assert "solver fake 1.0" in said["How it was computed"]
    assert re.fullmatch("[0-9a-f]{64}", said["Fingerprint of the data"])
    assert said["Date"].date() == MADE
    assert book.properties.title == "Tiny district"
    assert book.properties.creator.startswith("koopopt ")


@pytest.mark.parametrize("lang", ["en", "de"])
def test_made_for_reading_and_printing(tmp_path: Path, lang: str) -> None:
    book = written(decision(), tmp_path, lang)
    assert book.properties.title == {"en": "Tiny district", "de": "Kleiner Kreis"}[lang]
    for sheet in book:
        assert sheet.freeze_panes.endswith("2")
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert all(cell.font.b for cell in sheet[1])
        for column in sheet.iter_cols():
            width = sheet.column_dimensions[column[0].column_letter].width
            longest = max(len(word) for word in str(column[0].value).split())
            assert longest < width <= 60
    numbers = [c for c in cells(book) if isinstance(c.value, (int, float))]
    assert len(numbers) > 100
    assert all(c.number_format != "@" for c in numbers)


NAMES = [
    "=1+1",
    '=HYPERLINK("http://x";"y")',
    "+49",
    "-1",
    "@SUM(A1)",
    "'=x",
    "  spaces around  ",
    "line\nbreak",
    "\ttab",
    "#N/A",
    "TRUE",
    "007",
    "1e5",
    "\u202egnp.exe",
    "קריית גת",
    "x" * 200,
    "<f>1+1</f>",
    "&amp; [Tab]",
    "😀 & <b>",
]


def test_names_come_back_as_text(tmp_path: Path) -> None:
    instance = tiny.instance(NAMES)
    book = written(decision(instance), tmp_path)
    rows = table(book["Municipalities"])
    assert [row["Municipality"] for row in rows] == NAMES
    for cell in cells(book):
        assert cell.data_type != "f"
        if isinstance(cell.value, str):
            assert cell.data_type == "s"
            risky = cell.value.startswith(("=", "+", "-", "@", "\t", "\n", "'="))
            assert cell.quotePrefix == risky, cell.value
    for root in xml_of(tmp_path / "plan.xlsx"):
        assert not list(root.iter(f"{SPREADSHEET}f"))


def test_titles_and_sources_are_text_too(tmp_path: Path) -> None:
    formula = '=HYPERLINK("http://x";"y")'
    demand = replace(tiny.service("water").demand, unit=formula, source=formula)
    service = tiny.service("water", title={"en": formula}, demand=demand)
    instance = tiny.instance(
        services=(service,),
        legal_forms=(replace(tiny.ASSOCIATION, title={"en": formula}, source="\x07bell"),),
        sources=({"what": formula, "from": formula, "year": formula},),
        title={"en": formula},
    )
    book = written(decision(instance), tmp_path)
    assert book.properties.title == formula
    assert sum(cell.value == formula for cell in cells(book)) > 10
    assert any(cell.value == "bell" for cell in cells(book))
    for root in xml_of(tmp_path / "plan.xlsx"):
        assert not list(root.iter(f"{SPREADSHEET}f"))


def test_what_no_cell_can_hold_is_left_out(tmp_path: Path) -> None:
    names = ["a\x00b\x1bc", "no\uffffne", "a\r\nb\rc", "\x07"]
    rows = table(written(decision(tiny.instance(names)), tmp_path)["Municipalities"])
    shown = [row["Municipality"] for row in rows]
    assert shown == ["abc", "none", "a\nb\nc", None]


def test_what_looks_like_an_escape_stays(tmp_path: Path) -> None:
    """Spreadsheets read _x0041_ as A, and _x005F_x0041_ as _x0041_."""
    rows = table(
        written(decision(tiny.instance(["_x0041_", "a_xyz_"])), tmp_path)["Municipalities"]
    )
    assert [row["Municipality"] for row in rows] == ["_x005F_x0041_", "a_xyz_"]


def test_long_names_are_cut(tmp_path: Path) -> None:
    names = ["y" * 40_000, "😀" * 20_000, "z" * MAX_CELL_LENGTH]
    rows = table(written(decision(tiny.instance(names)), tmp_path)["Municipalities"])
    shown = [row["Municipality"] for row in rows]
    assert shown == ["y" * MAX_CELL_LENGTH, "😀" * (MAX_CELL_LENGTH // 2), "z" * MAX_CELL_LENGTH]


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_held(text: str) -> None:
    kept = holdable(text)
    ElementTree.fromstring(f"<t>{kept.replace('&', '').replace('<', '')}</t>".encode())
    plain = [c for c in text if unicodedata.category(c) not in ("Cc", "Cs", "Cn")]
    assert [c for c in kept if unicodedata.category(c) not in ("Cc", "Cs", "Cn")] == plain


def test_nobody_pools_anything(tmp_path: Path) -> None:
    problem = Problem.of(tiny.instance())
    what = Decision.of(tiny.result(problem, all_alone(problem)), MADE)
    book = written(what, tmp_path)
    assert {row["Legal form"] for row in table(book["Plan"])} == {"alone"}
    assert all(row["Tasks pooled"] == 0 for row in table(book["Municipalities"]))


def test_numbers_that_are_none_leave_the_cell_empty(tmp_path: Path) -> None:
    base = tiny.instance()
    empty = tuple(replace(town, population=0.0) for town in base.municipalities)
    rows = table(written(decision(replace(base, municipalities=empty)), tmp_path)["Municipalities"])
    heading = "Difference to alone as modelled (EUR per inhabitant)"
    assert [row[heading] for row in rows] == [None, None, None]
    for root in xml_of(tmp_path / "plan.xlsx"):
        for value in root.iter(f"{SPREADSHEET}v"):
            assert math.isfinite(float(value.text or "nan"))


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"before")
    what = decision()
    broken = replace(what, plans=(evaluate(what.problem, replace_nobody(what)),))
    with pytest.raises(UsageError):
        workbook.write(broken, path)
    with pytest.raises(UsageError, match="cannot be written"):
        workbook.write(what, tmp_path / "missing" / "plan.xlsx")
    assert path.read_bytes() == b"before"
    workbook.write(what, path)
    assert openpyxl.load_workbook(path).sheetnames[0] == "Plan"
    assert [p.name for p in tmp_path.iterdir()] == ["plan.xlsx"]


def replace_nobody(what: Decision) -> Any:
    """Return a plan in which somebody is missing."""
    return type(what.plan.plan)(what.plan.plan.partnerships[1:])


def test_without_openpyxl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(UsageError, match="koopopt\\[xlsx\\]"):
        workbook.write(decision(), tmp_path / "plan.xlsx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("lang", "saves", "costs"),
    [
        ("en", '"saves "#,##0', '"costs "#,##0" more"'),
        ("de", '"spart "#,##0', '"kostet "#,##0" mehr"'),
    ],
)
def test_gains_and_losses_are_said_in_words_and_stay_numbers(
    lang: str, saves: str, costs: str, tmp_path: Path
) -> None:
    book = written(decision(), tmp_path, lang)
    sheet = book.worksheets[
        [s.title for s in written(decision(), tmp_path)].index("Municipalities")
    ]
    titles = [cell.value for cell in sheet[1]]
    modelled = titles.index(MODELLED.heading.render(lang))
    cells = [row[modelled] for row in sheet.iter_rows(min_row=2)]
    assert all(cell.data_type == "n" for cell in cells)
    for cell in cells:
        more, less, _ = cell.number_format.split(";")
        assert (more, less) == (costs, saves)
