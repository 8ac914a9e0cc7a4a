"""A table of a plan as SOURCE of `share`, `leave`, `grant` and `roadmap`, beside its run."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from koopopt.cli import main
from koopopt.cli.plans import is_table

MORE = {"share": [], "leave": ["A"], "grant": ["--land", "hessen"], "roadmap": []}


def asked(command, source, *args):
    return CliRunner().invoke(main, [command, str(source), *MORE[command], *map(str, args)])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plans") / "run"
    args = ["solve", "three-villages", "--quiet", "--out", str(folder)]
    assert CliRunner().invoke(main, args).exit_code == 0
    return folder


@pytest.mark.parametrize("command", MORE)
def test_a_plan_says_what_its_run_says(run, command):
    plan = asked(command, run / "plan.csv", "--instance", "three-villages", "--json")
    assert plan.exit_code == 0, plan.output
    assert json.loads(plan.stdout) == json.loads(asked(command, run, "--json").stdout)
    assert plan.stderr == ""


@pytest.mark.parametrize("command", MORE)
def test_a_plan_that_breaks_rules_says_so_and_is_taken(tmp_path, command):
    plan = tmp_path / "plan.csv"
    plan.write_text("service,municipality,seat\nlibrary,A,A\nlibrary,C,A\n", encoding="utf-8")
    result = asked(command, plan, "--instance", "three-villages", "--json")
    assert result.exit_code == 0, result.output
    assert "The plan breaks rules: contiguous (1)" in result.stderr
    json.loads(result.stdout)


@pytest.mark.parametrize("command", MORE)
@pytest.mark.parametrize(
    ("lines", "code", "said"),
    [
        (["library,A,Z"], 3, "plan.csv, row 2, column seat"),
        (["library,A,A", "library,A,B", "library,B,B"], 3, "plan.csv, row"),
        (["library,A,A,Z"], 3, "plan.csv"),
    ],
)
def test_a_malformed_plan_is_a_fault(tmp_path, command, lines, code, said):
    plan = tmp_path / "plan.csv"
    plan.write_text("\n".join(["service,municipality,seat", *lines]) + "\n", encoding="utf-8")
    result = asked(command, plan, "--instance", "three-villages")
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", MORE)
@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ([], 2, "add its instance: --instance INSTANCE"),
        (["--instance", "three-villages", "--plan", "1"], 2, "--plan is for a front"),
        (["--instance", "nowhere"], 3, "nowhere"),
    ],
)
def test_a_plan_needs_its_instance_and_is_one(run, command, args, code, said):
    result = asked(command, run / "plan.csv", *args)
    assert result.exit_code == code, result.output
    assert said in result.stderr


@pytest.mark.parametrize("command", MORE)
def test_a_plan_that_is_not_there(tmp_path, command):
    result = asked(command, tmp_path / "plan.csv", "--instance", "three-villages")
    assert result.exit_code == 3
    assert "plan.csv" in result.stderr


def test_a_folder_is_no_table_whatever_its_name(tmp_path):
    folder = tmp_path / "run.csv"
    folder.mkdir()
    assert not is_table(folder)
    assert is_table(tmp_path / "Plan.XLSX")
    assert not is_table(tmp_path / "run.json")
