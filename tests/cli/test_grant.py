"""`koopopt grant`: from a run to what an application needs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from koopopt.cli import main


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grant") / "run"
    args = ["solve", "werra-meissner", "--gap", "0.02", "--quiet", "--out", str(folder)]
    assert CliRunner().invoke(main, args).exit_code == 0
    return str(folder)


def grant(*args, lang="en"):
    return CliRunner().invoke(main, ["grant", *map(str, args), "--lang", lang], obj=lang)


def test_every_pooled_partnership_is_judged(solved):
    result = grant(solved, "--land", "hessen", "--years", "5", "--json")
    assert result.exit_code == 0, result.output
    run = json.loads((Path(solved) / "run.json").read_text("utf-8"))
    pooled = [p for p in run["partnerships"] if p["legal_form"] != "alone"]
    made = json.loads(result.stdout)
    assert made["programme"] == "hessen"
    assert len(made["partnerships"]) == len(pooled)
    for p, q in zip(pooled, made["partnerships"], strict=True):
        assert set(q["members"]) == set(p["members"])
        granted = round(sum(q["joint_with_grant"].values()) - q["office"], 2)
        assert granted == p["cost"]
        by_name = {c["name"]: c["verdict"] for c in q["criteria"]}
        assert by_name["years"] == "pass"
        assert by_name["members"] == ("pass" if len(p["members"]) > 2 else "open")


@pytest.mark.parametrize("land", ["hessen", "bayern", "nrw", "rlp"])
@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "Support of inter-municipal"), ("de", "kommunaler Zusammenarbeit, Nordrhein")],
)
def test_it_speaks_both_languages(solved, land, lang, said):
    result = grant(solved, "--land", land, lang=lang)
    assert result.exit_code == 0, result.output
    assert said in result.stdout or (lang == "de" and "kommunalen Zusammenarbeit" in result.stdout)
    assert "Eschwege" in result.stdout


def test_files_are_written_by_their_endings(solved, tmp_path):
    names = ["a.xlsx", "a.md", "a.txt"]
    outs = [part for name in names for part in ("--out", tmp_path / name)]
    result = grant(solved, "--land", "hessen", "--one-off", "20000", *outs)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(names)
    for name in names[1:]:  # to a German authority, whatever the terminal speaks
        text = (tmp_path / name).read_text("utf-8")
        assert "Formloser Antrag" in text
        assert "20.000,00" in text


def test_a_programme_and_a_table_of_ones_own(solved, tmp_path):
    own, split = tmp_path / "own.toml", tmp_path / "split.csv"
    own.write_text('title.en = "Own"\n[members]\nleast = 2\n', "utf-8")
    split.write_text("service,municipality,personnel,material\nwater,06636003,1000,2000\n", "utf-8")
    result = grant(solved, "--programme", own, "--split", split, "--json")
    assert result.exit_code == 0, result.output
    made = json.loads(result.stdout)
    parts = [p for p in made["partnerships"] if p["personnel"]]
    assert [p["service"] for p in parts] == ["water"]
    assert parts[0]["material"] == {"06636003": 2000.0}


def test_a_plan_in_which_nobody_pools(tmp_path):
    args = ["solve", "three-villages", "--weight", "travel=100000", "--weight", "cost=1", "--quiet",
            "--out", str(tmp_path / "run")]  # fmt: skip
    assert CliRunner().invoke(main, args).exit_code == 0
    result = grant(tmp_path / "run", "--land", "hessen")
    assert result.exit_code == 0, result.output
    assert "Nobody pools anything" in result.stdout


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ((), 2, "either --land (hessen, bayern, nrw, rlp) or --programme FILE"),
        (("--land", "hessen", "--programme", "x.toml"), 2, "either --land"),
        (("--land", "hesse"), 2, "Did you mean 'hessen'"),
        (("--land", "hessen", "--key", "shapley"), 2, "population, demand, equal, alone"),
        (("--land", "hessen", "--key", "area"), 2, "There is no key 'area'"),
        (("--land", "hessen", "--years", "0"), 2, "--years is 0; it must be 1 or more"),
        (("--land", "hessen", "--one-off", "-1"), 2, "--one-off is -1"),
        (("--land", "hessen", "--out", "x.pdf"), 2, "known are .xlsx, .md, .txt"),
        (("--land", "hessen", "--split", "no.csv"), 3, "no.csv: The file is missing"),
        (("--programme", "no.toml"), 3, "no.toml: The file is missing"),
        (("--land", "hessen", "--plan", "9"), 2, "There is no plan 9"),
    ],
)
def test_what_is_wrong_is_said(solved, args, code, said):
    result = grant(solved, *args)
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_what_is_read_is_not_written_over(solved, tmp_path):
    own = tmp_path / "own.md"
    own.write_text('title.en = "Own"\n', "utf-8")
    result = grant(solved, "--programme", own, "--out", own)
    assert result.exit_code == 2
    assert "one of the files that are read" in result.stderr
