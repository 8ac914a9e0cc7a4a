"""`koopopt share --out`: the same on the terminal, in documents and in a table."""

from __future__ import annotations

import csv
import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

import koopopt
from koopopt.cli import main


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("share") / "run"
    args = ["solve", "werra-meissner", "--gap", "0.02", "--quiet", "--out", str(folder)]
    assert CliRunner().invoke(main, args).exit_code == 0
    return folder


def asked(*args, **options):
    return CliRunner().invoke(main, ["share", *map(str, args)], **options)


@pytest.fixture(scope="module")
def told(run):
    return json.loads(asked(run, "--json").stdout)


def test_the_table_of_shares_is_that_of_json_and_sums_to_the_cent(run, told, tmp_path):
    path = tmp_path / "shares.csv"
    result = asked(run, "--out", path)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "Written:" in result.stderr
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    columns = ["service", "seat", "municipality", "key", "share", "office", "alone", "today"]
    assert list(rows[0]) == columns
    count = 0
    for p in told["partnerships"]:
        for key, shares in p["keys"].items():
            mine = [
                r for r in rows
                if (r["service"], r["seat"], r["key"]) == (p["service"], p["seat"], key)
                and r["municipality"] in shares
            ]  # fmt: skip
            count += len(mine)
            assert {r["municipality"]: float(r["share"]) for r in mine} == shares
            assert {r["municipality"]: float(r["alone"]) for r in mine} == p["alone"]
            assert sum(Decimal(r["share"]) for r in mine) == Decimal(str(p["cost"]))
            assert sum(Decimal(r["office"]) for r in mine) == Decimal(str(p["office"]))
    assert count == len(rows)


def test_what_all_pay_is_what_the_plan_costs_under_every_key(run, told):
    cost = json.loads((run / "run.json").read_text("utf-8"))["criteria"]["cost"]
    towns = told["municipalities"]
    for key in towns[0]["pays"]:
        assert round(sum(town["pays"][key] for town in towns), 2) == round(cost, 2)
    for town in towns:
        least = min(town["pays"].values())
        assert town["cheapest"] == [key for key, paid in town["pays"].items() if paid == least]


@pytest.mark.parametrize(("name", "mark"), [("a.md", "# "), ("a.txt", "")])
def test_documents_say_what_the_terminal_says(run, tmp_path, name, mark):
    path = tmp_path / name
    result = asked(run, "--out", path, "--out", path, "--key", "equal", "--key", "demand")
    assert result.exit_code == 0, result.output
    text = path.read_text("utf-8")
    assert text.startswith(f"{mark}Who pays what")
    assert "Which key suits whom" in text
    assert "Eschwege" in text
    assert "\x1b" not in text


def test_one_key_suits_all_alike_and_is_not_compared(run):
    assert "Which key suits whom" not in asked(run, "--key", "equal").stdout


def test_json_is_printed_beside_files(run, tmp_path):
    result = asked(run, "--key", "equal", "--json", "--out", tmp_path / "a.csv")
    assert set(json.loads(result.stdout)) == {"instance", "partnerships", "municipalities"}
    assert (tmp_path / "a.csv").is_file()


def test_a_plan_that_breaks_rules_says_so_in_the_document(tmp_path):
    plan = tmp_path / "plan.csv"
    plan.write_text("service,municipality,seat\nlibrary,A,A\nlibrary,C,A\n", encoding="utf-8")
    out = tmp_path / "a.md"
    result = asked(plan, "--instance", "three-villages", "--out", out)
    assert result.exit_code == 0, result.output
    assert "The plan breaks rules: contiguous (1)" in out.read_text("utf-8")


def test_ids_that_look_like_formulas_are_none_in_the_table(tmp_path):
    folder = tmp_path / "formulas"
    args = ["new", str(folder), "--from", "three-villages"]
    assert CliRunner().invoke(main, args).exit_code == 0
    for path in folder.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        cells = [[c if c not in "ABC" else f"=1+{c}" for c in line.split(",")] for line in lines]
        path.write_text("\n".join(map(",".join, cells)) + "\n", encoding="utf-8")
    plan, out = tmp_path / "plan.csv", tmp_path / "out.csv"
    plan.write_text("service,municipality,seat\nlibrary,'=1+A,'=1+A\nlibrary,'=1+B,'=1+A\n")
    result = asked(plan, "--instance", folder, "--out", out, "--key", "equal")
    assert result.exit_code == 0, result.output
    assert "library,'=1+A,'=1+B,equal," in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--out", "x.pdf"], "known are .md, .txt, .csv"),
        (["--out", "nowhere/x.md"], "cannot be written"),
        (["--out", "-"], "nothing is written to standard output here"),
    ],
)
def test_what_cannot_be_written_is_said_first(run, args, said):
    result = asked(run, *args)
    assert result.exit_code == 2
    assert said in result.stderr


def test_what_is_read_is_not_written_over(run, tmp_path):
    plan = tmp_path / "plan.csv"
    plan.write_bytes((run / "plan.csv").read_bytes())
    result = asked(plan, "--instance", "werra-meissner", "--out", plan)
    assert result.exit_code == 2
    assert "one of the files that are read" in result.stderr
    assert plan.read_bytes() == (run / "plan.csv").read_bytes()


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_levy_is_drafted_in_german_whatever_is_spoken(run, tmp_path, lang):
    args = ["--levy", "30%equal+population", "--lang", lang]
    shown = asked(run, *args, obj=lang)
    assert shown.exit_code == 0, shown.output
    assert "Entwurf, keine Rechtsberatung" in shown.stdout
    outs = ["--out", tmp_path / "a.md", "--out", tmp_path / "a.txt"]
    result = asked(run, *args, *outs, obj=lang)
    assert (result.exit_code, result.stdout) == (0, "")
    text = (tmp_path / "a.md").read_text("utf-8")
    assert text.startswith("# Umlage nach dem Schlüssel")
    assert "Eschwege" in text
    assert "Entwurf, keine Rechtsberatung" in (tmp_path / "a.txt").read_text("utf-8")


def test_a_levy_by_given_weights(run, tmp_path):
    weights = tmp_path / "weights.csv"
    towns = [town.id for town in koopopt.read("werra-meissner").municipalities]
    weights.write_text("municipality,weight\n" + "".join(f"{id_},2\n" for id_ in towns))
    result = asked(run, "--levy", "weight", "--weights", weights)
    assert result.exit_code == 0, result.output
    assert "festgesetzten Gewichte" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--levy", "area"], "There is no key 'area'"),
        (["--levy", ""], "There is no key ''"),
        (["--levy", "weight"], "add --weights FILE.csv"),
        (["--levy", "equal", "--key", "demand"], "leave out --key"),
        (["--levy", "equal", "--json"], "leave out --json"),
        (["--levy", "equal", "--out", "x.csv"], "known are .md, .txt"),
        (["--levy", "equal", "--game", "x.json"], "leave out SOURCE"),
    ],
)
def test_what_a_levy_does_not_go_with(run, args, said):
    result = asked(run, *args)
    assert result.exit_code == 2
    assert said in result.stderr
