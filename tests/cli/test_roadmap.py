"""`koopopt roadmap`: what is printed and written, and how it obeys limits."""

from __future__ import annotations

import csv
import json
import shutil
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from koopopt.cli import main

VILLAGES = Path(__file__).parents[2] / "instances/three-villages"
PLAN = "service,municipality,seat\nlibrary,A,A\nlibrary,B,A\n"


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """Return a plan of two villages, and the instance, in which founding costs something."""
    folder = tmp_path_factory.mktemp("way") / "villages"
    shutil.copytree(VILLAGES, folder)
    settings = folder / "instance.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        f"{text}\n[horizon]\nyears = 4\ndiscount = 0.02\n\n[service.library]\none_off = 1000\n",
        encoding="utf-8",
    )
    table = folder.parent / "plan.csv"
    table.write_text(PLAN, encoding="utf-8")
    return [str(table), "--instance", str(folder)]


def asked(args, *more, lang="en"):
    return CliRunner().invoke(main, ["roadmap", *args, *more], obj=lang)


def test_json_adds_up(plan):
    result = asked(plan, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["status"] == "optimal"
    assert found["present"] == found["bound"]
    assert (found["years"], found["discount"], found["key"]) == (4, 0.02, "demand")
    (step,) = found["steps"]
    assert (step["members"], step["once"], step["founds"]) == (["A", "B"], 1000.0, True)
    flow = found["cash_flow"]
    assert [year["year"] for year in flow] == [1, 2, 3, 4]
    assert sum(year["once"] for year in flow) == 1000.0
    for k, year in enumerate(flow):
        paid = [round(100 * own[k]["total"]) for own in found["municipalities"].values()]
        assert sum(paid) == round(100 * year["total"])
    assert round(100 * sum(year["present"] for year in flow)) == round(100 * found["present"])
    (stop,) = found["stops"]
    assert stop["after"] == 0
    assert stop["present"] == found["present_today"]


@pytest.mark.parametrize("lang", ["en", "de"])
def test_it_says_what_is_paid_when(plan, lang):
    result = asked(plan, "--lang", lang, lang=lang)
    assert result.exit_code == 0, result.output
    assert "Ahornau" in result.stdout
    assert "1,000.00" in result.stdout or "1.000,00" in result.stdout


def test_files_are_written(plan, tmp_path):
    import openpyxl

    outputs = [tmp_path / name for name in ("way.xlsx", "way.csv", "way.md", "way.txt")]
    args = [part for path in outputs for part in ("--out", str(path))]
    result = asked(plan, *args)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    book = openpyxl.load_workbook(outputs[0])
    assert book.sheetnames == ["Steps", "Cash flow", "Who pays what", "If the way stops", "About"]
    with outputs[1].open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * 4
    found = json.loads(asked(plan, "--json").stdout)
    assert float(rows[0]["total"]) == found["municipalities"]["A"][0]["total"]
    assert outputs[2].read_text(encoding="utf-8").startswith("# Roadmap")


def test_limits_that_no_way_keeps_say_so(tmp_path):
    run = tmp_path / "run"
    args = ["solve", "werra-meissner", "--out", str(run), "--quiet"]
    assert CliRunner().invoke(main, args).exit_code == 0
    result = asked([str(run)], "--years", "2", "--most-a-year", "1")
    assert result.exit_code == 4
    assert "There is no way" in result.stdout
    found = json.loads(asked([str(run)], "--most-a-year", "2", "--json").stdout)
    years = [step["year"] for step in found["steps"] if step["founds"]]
    assert found["status"] == "optimal"
    assert years == sorted(years)
    assert max(map(years.count, years)) <= 2
    assert found["present"] < found["present_today"]


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (["--budget", "999.99"], 2, "Raise the budget"),
        (["--years", "101"], 2, "from 1 to 100"),
        (["--years", "0"], 2, "--years"),
        (["--years", "2.5"], 2, "whole number"),
        (["--most-a-year", "0"], 2, "--most-a-year"),
        (["--key", "shapley"], 2, "shared under"),
        (["--key", "peple"], 2, "'peple'"),
        (["--out", "way.pdf"], 2, ".xlsx"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(plan, more, code, said):
    result = asked(plan, *more)
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stdout == ""


def test_it_ends_in_time(plan, monkeypatch):
    over = threading.Event()
    monkeypatch.setattr("koopopt.evaluation.evaluate", lambda *_: over.wait(60))
    result = asked(plan, "--time-limit", "1", "--quiet")
    over.set()
    assert result.exit_code == 5, result.output
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1


def test_time_that_is_over_before_the_search_is_told(plan, monkeypatch):
    from koopopt.solvers.base import Control, Stopped

    def check(_):
        raise Stopped

    monkeypatch.setattr(Control, "check", check)
    result = asked(plan)
    assert result.exit_code == 5, result.output
    assert "No way was found" in result.stdout
    assert json.loads(asked(plan, "--json").stdout)["status"] == "no_solution"


@pytest.mark.parametrize(("lang", "shown"), [("en", "1,000.00"), ("de", "1.000,00")])
def test_amounts_in_refusals_are_in_the_readers_notation(plan, lang, shown):
    result = asked(plan, "--budget", "10.5", "--lang", lang)
    assert result.exit_code == 2
    assert f"{shown} EUR" in result.stderr
    assert {"en": "10.50 EUR", "de": "10,50 EUR"}[lang] in result.stderr
