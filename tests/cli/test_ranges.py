"""`koopopt ranges`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from koopopt.cli import main

VILLAGES = Path(__file__).parents[2] / "instances/three-villages"


def with_ranges(folder):
    """Write ranges into an instance."""
    settings = folder / "instance.toml"
    text = settings.read_text("utf-8")
    for line, more in (
        ("cost = 5000.0\n", "cost_range = [1000.0, 20000.0]\n"),
        ("travel = 10.0", "travel_range = [0.0, 40.0]\n"),
    ):
        assert text.count(line) == 1
        text = text.replace(line, line + more if line.endswith("\n") else more + line)
    settings.write_text(text, "utf-8")


def solved(folder, out):
    args = ["solve", str(folder), "--out", str(out), "--quiet"]
    assert CliRunner().invoke(main, args).exit_code == 0
    return out


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return the run of an instance with ranges."""
    folder = tmp_path_factory.mktemp("ranges")
    shutil.copytree(VILLAGES, folder / "villages")
    with_ranges(folder / "villages")
    return solved(folder / "villages", folder / "run")


def told(*args):
    result = CliRunner().invoke(main, ["ranges", *map(str, args), "--workers", "1", "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_other_programs_get_what_was_counted(run):
    found = told(run, "--samples", 20, "--seed", 3)
    assert found["samples"] == {
        "asked": 20, "solved": 20, "proven": 20, "without_plan": 0, "unproven": 0,
    }  # fmt: skip
    assert {bar["place"] for bar in found["tornado"]} == {n["place"] for n in found["numbers"]}
    assert 0 <= found["unchanged"] <= found["near"] <= 20
    savings = list(found["saving"].values())
    assert savings == sorted(savings)
    assert found["plans"][0]["near"] == max(plan["near"] for plan in found["plans"])
    assert sum(plan["this"] for plan in found["plans"]) == 1
    for bar in found["tornado"]:
        ends = [bar["low"]["saving"], bar["high"]["saving"]]
        assert bar["swing"] == pytest.approx(max(ends) - min(ends))


def test_the_same_seed_says_the_same(run):
    first, second = (told(run, "--samples", 5, "--seed", 9) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(("lang", "said"), [("en", "in 80 of 100 cases"), ("de", "100")])
def test_it_speaks_in_cases_out_of_a_hundred(run, lang, said):
    args = ["ranges", str(run), "--samples", "5", "--workers", "1", "--lang", lang]
    result = CliRunner().invoke(main, args, obj=lang)
    assert result.exit_code == 0, result.output
    assert said in " ".join(result.stdout.split())


def test_a_range_that_is_written_after_the_run_is_heard(tmp_path):
    shutil.copytree(VILLAGES, tmp_path / "villages")
    out = solved(tmp_path / "villages", tmp_path / "run")
    result = CliRunner().invoke(main, ["ranges", str(out), "--workers", "1"])
    assert result.exit_code == 3
    assert "Write one beside a number" in result.stderr
    with_ranges(tmp_path / "villages")
    found = told(out, "--samples", 2)
    assert [n["place"] for n in found["numbers"]] == ["weights.travel", "office.cost"]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [(["--samples", "0"], 2, "--samples is 0; it must be 1 or more"),
     (["--seed", "-1"], 2, "--seed is -1"),
     (["--plan", "2"], 2, ""),
     (["--time-limit", "0"], 2, "--time-limit is 0")],
)  # fmt: skip
def test_what_cannot_be_meant_is_said(run, args, code, said):
    result = CliRunner().invoke(main, ["ranges", str(run), *args])
    assert result.exit_code == code
    assert said in result.stderr


def test_no_time_at_all_leaves_nothing_to_show(run):
    args = ["ranges", str(run), "--time-limit", "0.000001", "--workers", "1", "--quiet"]
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 5
    assert "nothing to show" in result.stderr
    assert result.stdout == ""
