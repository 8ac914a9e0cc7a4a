"""`--out` of the commands that ask questions: the same answer in every kind of file."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from koopopt.cli import main

VILLAGES = Path(__file__).parents[2] / "instances/three-villages"
EVIL = '=HYPERLINK("http://x.y","<b>|*a*</b>")'
SCENARIOS = """
[[scenario]]
id = "today"

[[scenario]]
id = "fewer"
population = 0.8
title = { de = "=1+1", en = "=1+1" }
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """Return a case with ranges and scenarios and an evil name, and a run of it."""
    folder = tmp_path_factory.mktemp("asked") / "villages"
    shutil.copytree(VILLAGES, folder)
    towns = folder / "municipalities.csv"
    text = towns.read_text(encoding="utf-8")
    assert "Ahornau" in text
    quoted = '"' + EVIL.replace('"', '""') + '"'
    towns.write_text(text.replace("Ahornau", quoted), encoding="utf-8")
    settings = folder / "instance.toml"
    text = settings.read_text(encoding="utf-8")
    assert "[office]" in text
    text = text.replace("[office]", "[office]\ncost_range = [100.0, 90000.0]", 1)
    settings.write_text(text + SCENARIOS, encoding="utf-8")
    run = folder.parent / "run"
    asked(["solve", str(folder), "--out", str(run), "--quiet"])
    return {
        "whatif": ["whatif", str(folder)],
        "price": ["price", str(folder)],
        "conflicts": ["conflicts", str(folder), "--limit", "bodies=0", "--limit", "cost=130000"],
        "scenarios": ["scenarios", str(run), "--regret"],
        "ranges": ["ranges", str(run), "--samples", "3", "--workers", "1"],
    }


def asked(args, lang="en"):
    result = CliRunner().invoke(main, [*args, "--lang", lang], obj=lang)
    assert result.exit_code == 0, result.output
    return result


COMMANDS = ("whatif", "price", "conflicts", "scenarios", "ranges")


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_kind_of_file_says_the_same(case, tmp_path, command, lang):
    paths = {kind: tmp_path / f"answer{kind}" for kind in (".xlsx", ".csv", ".md", ".txt")}
    outs = [part for path in paths.values() for part in ("--out", str(path))]
    result = asked([*case[command], *outs, "--json", "--quiet"], lang)
    told = json.loads(result.stdout)
    assert told["instance"] == "three-villages"
    with paths[".csv"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {"whatif": "changes", "price": "rules", "ranges": "tornado"}
    if command in names:
        assert len(rows) == len(told[names[command]])
    text = paths[".txt"].read_text(encoding="utf-8")
    printed = asked([*case[command], "--quiet"], lang).stdout
    assert text.split()[:3] == printed.split()[:3]
    document = paths[".md"].read_text(encoding="utf-8")
    assert document.startswith("# ")
    assert "<b>" not in document
    book = openpyxl.load_workbook(paths[".xlsx"])
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert cells
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    for row in rows:
        assert not any(str(value).startswith(("=", "+", "@")) for value in row.values())
    if command in ("whatif", "ranges"):
        assert any(EVIL in str(cell.value) for cell in cells)
    assert all(len(sheet.title) <= 31 for sheet in book)


@pytest.mark.parametrize("command", COMMANDS)
def test_figures_of_a_workbook_are_numbers(case, tmp_path, command):
    path = tmp_path / "answer.xlsx"
    result = asked([*case[command], "--out", str(path), "--quiet"])
    assert result.stdout == ""
    assert str(path) in result.stderr
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[-1] == "About"
    sheets = book.worksheets[:-1]
    if command == "conflicts":  # the others hold rules, beside the names that --relax takes
        for sheet in sheets:
            names = [row[1].value for row in sheet.iter_rows() if row[1].value]
            assert any(name.startswith(("rules.", "limits.")) for name in names), sheet.title
            assert [cell.value for cell in sheet[1]][2:4] == ["Of", "Value"]
        sheets = [book["Single changes"]]
    for sheet in sheets:
        assert any(cell.data_type == "n" for row in sheet.iter_rows(min_row=2) for cell in row)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "code", "said"), [("answer.pdf", 2, ".xlsx"), ("no/such/place.md", 2, "no/such")]
)
def test_what_cannot_be_written_is_told_before_anything_is_computed(
    case, tmp_path, monkeypatch, command, name, code, said
):
    def never(*_, **__):
        raise AssertionError

    monkeypatch.setattr("koopopt.reading.instance.read", never)
    monkeypatch.setattr("koopopt.storage.reading.any_of", never)
    result = CliRunner().invoke(main, [*case[command], "--out", str(tmp_path / name)])
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert result.stdout == ""


def test_what_is_read_is_not_written_over(case):
    folder = Path(case["whatif"][1])
    before = (folder / "municipalities.csv").read_bytes()
    result = CliRunner().invoke(
        main, [*case["whatif"], "--out", str(folder / "municipalities.csv"), "--quiet"]
    )
    assert result.exit_code == 2, result.output
    assert (folder / "municipalities.csv").read_bytes() == before
