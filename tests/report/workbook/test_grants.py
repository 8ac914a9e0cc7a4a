"""The workbook of evidence, read back: every cent, every verdict, no formula."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tiny
from koopopt.grants.criteria import VERDICTS, Given
from koopopt.grants.reading import library_programme
from koopopt.grants.split import Split
from koopopt.problem import Problem
from koopopt.report.values.decision import Decision
from koopopt.report.workbook import write_grants
from report.decided import DAY
from report.granted import application
from report.workbook.opened import written

openpyxl = pytest.importorskip("openpyxl")


def book(tmp_path: Path, a: Any, lang: str = "en") -> Any:
    path = tmp_path / "grant.xlsx"
    write_grants(a, path, lang, date(2026, 1, 2))
    return openpyxl.load_workbook(path)


def rows(sheet: Any) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(min_row=2, values_only=True))


def test_it_holds_what_was_found(tmp_path: Path) -> None:
    a = application(given=Given(5, 1_000), split={("01", "water"): Split(1_234, 5)})
    (e,), read = a.found, book(tmp_path, a)
    assert read.sheetnames == ["Criteria", "Costs", "Amounts", "Cash flow", "Missing", "Programme"]
    assert [row[3] for row in rows(read["Criteria"])] == [
        VERDICTS[j.verdict].render() for j in e.criteria
    ]
    *members, total = rows(read["Costs"])
    assert [row[2] for row in members] == list(e.comparison.members)
    for column, cents in ((7, e.comparison.previous), (8, e.comparison.shares)):
        assert [round(100 * row[column]) for row in members] == list(cents)
        assert round(100 * total[column]) == sum(cents)
    assert members[0][5:7] == (12.34, 0.05)
    assert members[1][5:7] == (None, None)  # a blank to be filled in
    flow = rows(read["Cash flow"])
    assert [row[2] for row in flow] == [1, 2, 3, 4, 5]
    assert [round(100 * row[7]) for row in flow] == [y.balance for y in e.flow]
    assert flow[0][5] == 10
    assert len(rows(read["Missing"])) == len(e.missing) + len(e.later)


def test_what_is_not_known_is_blank(tmp_path: Path) -> None:
    read = book(tmp_path, application(land="rlp"))
    assert rows(read["Cash flow"])[0][5] is None
    assert rows(read["Amounts"])[0][3:5] == (None, None)


@pytest.mark.parametrize("name", tiny.HOSTILE)
def test_no_name_becomes_a_formula(tmp_path: Path, name: str) -> None:
    read = book(tmp_path, application([name, "Other", "Third"]))
    cells = [cell for sheet in read for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"n", "s"}


def test_german_sheets_hold_german_titles(tmp_path: Path) -> None:
    read = book(tmp_path, application(), "de")
    cells = [c for sheet in read for row in sheet.iter_rows(values_only=True) for c in row]
    assert "Formloser Antrag" in cells


def test_nobody_pools(tmp_path: Path) -> None:
    a = application()
    read = book(tmp_path, type(a)(a.problem, a.programme, a.key, []))
    assert rows(read["Costs"]) == []


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_workbook_of_a_plan_holds_every_verdict_where_a_programme_is_asked_for(
    tmp_path: Path, lang: str
) -> None:
    plain = Decision.of(tiny.result(Problem.of(tiny.instance())), DAY)
    programme, given = library_programme("nrw"), Given(5, 1_000)
    asked = plain.before(programme, given)
    assert asked.application is not None
    (e,) = asked.application.found
    before, after = (written(d, tmp_path, lang) for d in (plain, asked))
    new = [name for name in after.sheetnames if name not in before.sheetnames]
    assert [name for name in after.sheetnames if name not in new] == before.sheetnames
    criteria, amounts, known = (rows(after[name]) for name in new)
    assert [row[3] for row in criteria] == [VERDICTS[j.verdict].render(lang) for j in e.criteria]
    assert [row[4].split("\n") for row in criteria] == [
        [text.render(lang) for text in j.found] for j in e.criteria
    ]
    assert len(amounts) == len(e.eligible)
    assert known[0][0] == programme.title[lang]
