"""Plans from files: grouping, open legal forms, faults."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from koopopt.case.facts import Facts
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership
from koopopt.errors import DataError, Fault
from koopopt.evaluation import (
    all_alone,
    cheapest_form,
    evaluate,
    status_quo,
)
from koopopt.problem import Problem
from koopopt.reading.instance import read
from koopopt.reading.plans import read_plan
from reading.valid import FILES, lay_out

A, B, C, D = "06636001", "06636002", "06636003", "16061004"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    return read(lay_out(FILES, tmp_path_factory.mktemp("small")))


def pooled(text: str, instance: Instance, folder: Path) -> tuple[Partnership, ...]:
    path = folder / "plan.csv"
    path.write_text(text)
    return read_plan(path, instance).pooled


def test_rows_with_one_seat_are_one_partnership(small: Instance, tmp_path: Path) -> None:
    text = f"service,municipality,seat\nfire,{A},{B}\nfire,{B},{B}\nwater,{C},{C}\n"
    assert pooled(text, small, tmp_path) == (Partnership("fire", (A, B), B, "agreement"),)
    plan = read_plan(tmp_path / "plan.csv", small)
    assert len(plan.partnerships) == 3 + 4
    assert evaluate(Problem.of(small), plan).feasible


def test_rows_with_one_label_are_one_partnership(small: Instance, tmp_path: Path) -> None:
    text = (
        "service;partnership;municipality;seat;legal_form\n"
        f"fire;x;{A};{A};association\nfire;x;{B};{A};association\n"
        f"water;x;{B};{C};\nwater;x;{C};{C};\nfire;y;{C};{C};alone\n"
    )
    assert pooled(text, small, tmp_path) == (
        Partnership("fire", (A, B), A, "association"),
        Partnership("water", (B, C), C, "agreement"),
    )


@pytest.mark.parametrize("make", [all_alone, status_quo])
def test_own_tables_read_back(make: object, small: Instance, tmp_path: Path) -> None:
    plan = make(Problem.of(small))  # type: ignore[operator]
    plan.to_frame().to_csv(tmp_path / "plan.csv", index=False)
    assert read_plan(tmp_path / "plan.csv", small) == plan


@pytest.mark.parametrize(("title", "more"), [("whatever", False), ("plan", True)])
def test_workbook(title: str, more: bool, small: Instance, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in (["service", "municipality", "seat"], ["fire", A, A], ["fire", B, A]):
        book.active.append(row)
    if more:
        book.create_sheet("notes")
    book.save(tmp_path / "plan.xlsx")
    assert read_plan(tmp_path / "plan.xlsx", small).pooled == (
        Partnership("fire", (A, B), A, "agreement"),
    )


def test_broken_rules_are_for_the_evaluator(small: Instance, tmp_path: Path) -> None:
    rows = "".join(f"water,{town},{A}\n" for town in (A, B, C, D))
    plan = pooled(f"service,municipality,seat\n{rows}", small, tmp_path)
    assert plan == (Partnership("water", (A, B, C, D), A, "association"),)
    rows = rows.replace(f"{D},{A}", f"{D},{D}").replace(f"water,{B}", f"fire,{B}")
    assert pooled(
        f"service,municipality,seat\n{rows}".replace(f"fire,{B},{A}", ""), small, tmp_path
    )


def test_no_form_fits(small: Instance, tmp_path: Path) -> None:
    strict = Instance(
        **{
            name: getattr(small, name)
            for name in small.__dataclass_fields__
            if name not in ("rules", "_fingerprint")
        },
        rules={"legal_forms": ["association"]},
    )
    text = f"service,municipality,seat\nfire,{A},{A}\nfire,{B},{A}\nfire,{C},{A}\n"
    assert cheapest_form(Facts.of(strict), "fire", (A, B)) == small.legal_forms[1]
    assert pooled(text, strict, tmp_path)[0].legal_form == "association"
    crowd = Facts.of(strict)
    lopsided = strict.legal_forms[1].votes
    assert lopsided is not None
    share = lopsided.of(crowd.population[:3])
    assert share.max() <= 0.6 * share.sum()
    assert cheapest_form(Facts.of(small), "fire", (A, B, C)) == small.legal_forms[0]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ["plan.csv", "empty"]),
        ("service,municipality\n", ["column seat", "missing"]),
        ("service,municipality,seat,form\n", ["column form", "legal_form"]),
        (f"service,municipality,seat\nfyre,{A},{A}\n", ["row 2", "column service", "'fire'"]),
        (f"service,municipality,seat\nfire,{A},{B}\n", ["row 2", "column seat", "not a member"]),
        (f"service,municipality,seat\nfire,{A},{A}\nfire,{A},{A}\n", ["row 3", "Row 2"]),
        (f"service,municipality,seat,legal_form\nfire,{A},{A},gmbh\n", ["legal_form", "'gmbh'"]),
        (f"service,municipality,seat,legal_form\nfire,{A},{A},agreement\n", ["two members"]),
        (
            f"service,municipality,seat,legal_form\nfire,{A},{A},alone\nfire,{B},{A},alone\n",
            ["partnership of 2"],
        ),
        (
            f"service,municipality,seat,partnership\nfire,{A},{A},x\nfire,{B},{B},x\n",
            ["row 3", "column seat", "Row 2"],
        ),
    ],
)
def test_faults(text: str, wanted: list[str], small: Instance, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        pooled(text, small, tmp_path)
    lines = [fault.render() for fault in caught.value.faults]
    assert any(all(part in line for part in wanted) for line in lines), lines


def test_what_there_is_to_note(small: Instance, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(f"Plan of May,,\nservice,municipality,seat\nfire,6636001,{A}\nfire,{B},{A}\n")
    notes: list[Fault] = []
    plan = read_plan(path, small, notes)
    assert [p.members for p in plan.pooled] == [(A, B)]
    assert "above the header" in notes[0].render()
    assert "row 3, column municipality, value '6636001': A spreadsheet took" in notes[1].render()


def test_no_such_plan(small: Instance, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nothing\.csv: The file is missing"):
        read_plan(tmp_path / "nothing.csv", small)
    with pytest.raises(DataError, match="no readable"):
        read_plan(tmp_path / "nothing.xlsx", small)
    book = openpyxl.Workbook()
    book.create_sheet("two")
    book.save(tmp_path / "two.xlsx")
    with pytest.raises(DataError, match="none is named 'plan'"):
        read_plan(tmp_path / "two.xlsx", small)
