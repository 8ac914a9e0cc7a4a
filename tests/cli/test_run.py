"""`koopopt run`: from a workbook to plan and report, in its language, without harm to anything."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from koopopt.reading.workbook import Workbook
from processes import TESTS, posix, started

STAGE = str(TESTS / "cli" / "stage.py")
RESULTS = {"tiny-result.xlsx", "tiny-result.html"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_from_nothing_to_a_report_in_two_commands(run: Any, here: Path) -> None:
    made = run("new", "meine region.xlsx", "--lang", "de")
    assert made.exit_code == 0
    assert 'koopopt run "meine region.xlsx"' in made.stdout
    done = run("run", "meine region.xlsx")  # the language is that of the workbook
    assert done.exit_code == 0
    said = " ".join(done.stdout.split())
    assert "Gelesen aus meine region.xlsx: 4 Gemeinden, 1 Aufgabe(n), 4 Nachbarpaare." in said
    assert "Bewiesen: Mit diesen Gewichten und Regeln gibt es keinen besseren Plan." in said
    a_range = r"spart bis zu 128.000 EUR .*kostet bis zu 83.000 EUR mehr"
    assert re.search(a_range, said)
    assert "höchstens 60 s lang gesucht" in done.stderr
    plan, page = here / "meine region-ergebnis.xlsx", here / "meine region-ergebnis.html"
    assert str(plan.name) in said
    assert str(page.name) in said
    assert 'lang="de"' in page.read_text("utf-8")
    assert "Plan" in openpyxl.load_workbook(plan).sheetnames[0]


def test_the_language_asked_for_wins(run: Any, here: Path) -> None:
    run("new", "region.xlsx", "--lang", "de")
    done = run("run", "region.xlsx", "--lang", "en", "--quiet")
    assert done.exit_code == 0
    assert "Proven: no better plan exists" in done.stdout
    assert done.stderr == ""
    assert names(here) == {"region.xlsx", "region-result.xlsx", "region-result.html"}


def test_an_english_workbook_is_answered_in_english(run: Any, here: Path) -> None:
    run("new", "region.xlsx", "--lang", "en")
    done = run("run", "region.xlsx", "-o", "mine.xlsx", env={"LANG": "de_DE.UTF-8"})
    assert "Where to look" in done.stdout
    assert names(here) == {"region.xlsx", "mine.xlsx", "mine.html"}


def test_a_folder_is_answered_in_the_language_of_the_system(run: Any, here: Path) -> None:
    run("new", "kreis.nord")
    done = run("run", "kreis.nord", env={"LANG": "de_DE.UTF-8"})
    assert done.exit_code == 0
    assert names(here) == {"kreis.nord", "kreis.nord-ergebnis.xlsx", "kreis.nord-ergebnis.html"}
    assert run("check", "kreis.nord").exit_code == 0


def test_faults_are_told_in_the_language_of_the_workbook(run: Any, here: Path) -> None:
    run("new", "region.xlsx", "--lang", "de")
    book = openpyxl.load_workbook("region.xlsx")
    book["Gemeinden"]["C2"] = "viele"
    book.save("region.xlsx")
    done = run("run", "region.xlsx")
    assert done.exit_code == 3
    assert "Gemeinden, Zeile 2, Spalte Einwohner, Wert 'viele': Das ist keine Zahl" in done.stderr
    assert names(here) == {"region.xlsx"}


@pytest.mark.parametrize("taken", sorted(RESULTS))
def test_nothing_is_overwritten(on_stage: Any, here: Path, taken: str) -> None:
    (here / taken).write_text("mine")
    done = on_stage("optimal", "run", "tiny")
    assert done.exit_code == 2
    assert "is not overwritten. Name another file with -o" in done.stderr
    assert names(here) == {taken}
    assert (here / taken).read_text() == "mine"


def test_the_input_is_not_overwritten(run: Any, here: Path) -> None:
    run("new", "region.xlsx")
    before = (here / "region.xlsx").read_bytes()
    for target in ("region.xlsx", str(here / "region.xlsx")):
        assert run("run", "region.xlsx", "-o", target).exit_code == 2
    (here / "link.xlsx").symlink_to("region.xlsx")
    assert run("run", "region.xlsx", "-o", "link.xlsx").exit_code == 2
    assert (here / "region.xlsx").read_bytes() == before
    assert names(here) == {"region.xlsx", "link.xlsx"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["-o", "x.html"], "its name must end in .xlsx"),
        (["-o", "x"], "its name must end in .xlsx"),
        (["-o", "gone/x.xlsx"], "'gone/x.xlsx'"),
        (["-o", "-"], "nothing is written to standard output"),
        (["--time-limit", "0"], "--time-limit"),
        (["--time-limit", "soon"], "--time-limit"),
    ],
)
def test_what_cannot_be_meant(on_stage: Any, here: Path, asked: list[str], said: str) -> None:
    done = on_stage("optimal", "run", "tiny", *asked)
    assert done.exit_code == 2
    assert said in done.stderr
    assert names(here) == set()


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04broken"])
def test_what_is_no_workbook(run: Any, here: Path, content: bytes) -> None:
    (here / "x.xlsx").write_bytes(content)
    done = run("run", "x.xlsx")
    assert done.exit_code == 3
    assert "x.xlsx: " in done.stderr
    assert names(here) == {"x.xlsx"}
    assert run("run", "nonsuch.xlsx").exit_code == 3


@pytest.mark.parametrize(("scene", "code"), [("infeasible", 4), ("nothing", 5), ("failed", 1)])
def test_without_a_plan_nothing_is_written(
    on_stage: Any, here: Path, scene: str, code: int
) -> None:
    done = on_stage(scene, "run", "ruled")
    assert done.exit_code == code
    assert "There is no plan, so no file was written." in done.stdout
    assert "Where to look" not in done.stdout
    assert ("[rules.max_bodies]" in done.stdout) == (scene == "infeasible")
    assert names(here) == set()


def test_how_good_the_plan_is(on_stage: Any, here: Path) -> None:
    done = on_stage("within", "run", "tiny", "--time-limit", "7")
    assert done.exit_code == 0
    assert "better by at most 0.8" in done.stdout
    assert "for 7 s at the most" in done.stderr
    assert names(here) == RESULTS


def test_names_do_not_steer_the_terminal(on_stage: Any, here: Path) -> None:
    done = on_stage("optimal", "run", "hostile")
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout
    assert "hostile-result.xlsx" in done.stdout


def test_a_workbook_that_grew(run: Any, here: Path) -> None:
    """Five hundred rows, all cells typed, numbers in German."""
    run("new", "region.xlsx", "--lang", "de")
    book = openpyxl.load_workbook("region.xlsx")
    sheet = book["Gemeinden"]
    for k in range(5, 501):
        row = (f"{k:03}", f"Ort {k}", "1.234.567" if k == 5 else "1.500", "51,25", "9,75", "1", "1",
               "Nord", None, None, None)  # fmt: skip
        for j, value in enumerate(row, start=1):
            sheet.cell(k + 1, j).value = value
    book.save("region.xlsx")
    done = run("check", "region.xlsx", "--lang", "de")
    assert done.exit_code == 0, done.stderr
    assert "500 Gemeinden" in done.stdout


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_writes_the_best_plan_so_far(tmp_path: Path, number: int) -> None:
    target = tmp_path / "mine.xlsx"
    with started([sys.executable, STAGE, "slow", "run", "tiny", "-o", str(target)]) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "columns" in line:
                break
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped early." in out
    assert names(tmp_path) == {"mine.xlsx", "mine.html"}
    assert Workbook(target).faults == []
