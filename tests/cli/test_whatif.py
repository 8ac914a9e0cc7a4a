"""`koopopt whatif` and `koopopt price`: words, JSON, wrong command lines, stops."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import koopopt
from koopopt.cli import main


def _told(*args: str) -> dict:
    result = CliRunner().invoke(main, [*args, "--json", "--quiet"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_every_membership_is_asked_for_and_the_dearest_no_comes_first():
    told = _told("whatif", "three-villages")
    best = koopopt.solve("three-villages")
    members = {(p.service, i) for p in best.plan.pooled for i in p.members}
    assert {(c["service"], c["members"][0]) for c in told["changes"]} == members
    lows = [c["anew"]["low"] for c in told["changes"]]
    assert lows == sorted(lows, reverse=True)
    for change in told["changes"]:
        assert change["kind"] == "no"
        assert change["anew"]["proven"] is True
        assert change["rest_stays"]["low"] >= change["anew"]["low"] >= 0
        gone = {"members": change["members"], "seat": change["members"][0]}
        seats = [{"members": p["members"], "seat": p["seat"]}
                 for p in change["anew"]["new_partnerships"]]  # fmt: skip
        assert gone in seats


def test_changes_are_asked_one_by_one_or_at_once():
    said = ["--set", "rules.max_members=2", "--set", "weights.travel=40", "--keep", "library"]
    each = _told("whatif", "three-villages", *said)
    assert {c["kind"] for c in each["changes"]} == {"set", "keep"}
    (both,) = _told("whatif", "three-villages", *said[:4], "--at-once")["changes"]
    assert both["kind"] == "several"
    case = koopopt.read("three-villages")
    session = koopopt.Session(case)
    fresh = session.solve(rules={"max_members": 2}, weights={"travel": 40})
    assert both["anew"]["objective"] == fresh.objective
    assert both["anew"]["low"] is None


def test_pairs_seats_and_refusals_are_named_by_id_or_name():
    told = _told(
        "whatif", "three-villages", "--no", "library:Ahornau", "--apart", "Ahornau,Birkhagen",
        "--together", "library:Ahornau,Birkhagen", "--seat", "library:Ahornau=Distelrode",
    )  # fmt: skip
    assert {c["kind"] for c in told["changes"]} == {"no", "apart", "together", "seat"}


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--no", "library"], 2, "SERVICE:TOWN"),
        (["--no", "water:Ahornau"], 2, "There is no service 'water'"),
        (["--no", "library:Nowhere"], 2, "There is no municipality 'Nowhere'"),
        (["--apart", "Ahornau"], 2, "[SERVICE:]A,B"),
        (["--apart", "Ahornau,Ahornau"], 2, "names one municipality twice"),
        (["--seat", "library:Ahornau"], 2, "SERVICE:TOWN=SEAT"),
        (["--set", "rules.max_members"], 2, "PLACE=VALUE"),
        (["--set", "rules.max_members=["], 2, "PLACE=VALUE"),
        (["--set", "rules.max_members=2\nx=3"], 2, "PLACE=VALUE"),
        (["--set", "office.cost=3"], 2, "'office.cost' cannot be changed here"),
        (["--set", "weights.beauty=3"], 2, "'beauty'"),
        (["--set", "weights.cost='a'"], 2, "weight"),
        (["--set", "rules.max_member=2"], 3, "Did you mean 'max_members'?"),
        (["--set", "rules.max_members='two'"], 3, "--set rules.max_members"),
        (["--set", "limits.cost='a'"], 3, "--set limits.cost"),
        (["--workers", "0"], 2, "--workers"),
    ],
)
def test_what_cannot_be_meant_is_said_in_words(args, code, said):
    result = CliRunner().invoke(main, ["whatif", "three-villages", *args, "--quiet"])
    assert result.exit_code == code, result.output
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr


def test_the_table_says_what_its_columns_mean():
    result = CliRunner().invoke(main, ["whatif", "three-villages", "--quiet"])
    assert result.exit_code == 0, result.output
    assert "Ahornau says no to" in result.stdout
    assert "Rest stays:" in result.stdout


def test_prices_name_what_costs_and_what_does_not():
    told = _told("price", "valley")
    names = {rule["name"] for rule in told["rules"]}
    assert {"rules.contiguous", "rules.max_members", "max_minutes"} <= names
    assert {"services.fire.rules.max_minutes", "services.fire.rules.max_members"} <= names
    for rule in told["rules"]:
        assert rule["without"]["low"] <= 0
        if rule["step"]:
            assert rule["without"]["low"] <= rule["step"]["low"] <= 0
    words = CliRunner().invoke(main, ["price", "valley", "--quiet"])
    assert words.exit_code == 0, words.output
    assert "These have no price" in words.stdout


def test_a_limit_asked_besides_has_a_price_and_binds_what_changes_do():
    told = _told("price", "three-villages", "--limit", "bodies=0")
    (limit,) = (rule for rule in told["rules"] if rule["name"] == "limits.bodies")
    assert limit["without"]["low"] < 0
    assert limit["step"]["says"] == "one more"
    asked = ("whatif", "three-villages", "--limit", "bodies=0", "--set")
    (kept,) = _told(*asked, "rules.max_members=2")["changes"]
    assert kept["anew"]["criteria"]["bodies"] == 0
    (freed,) = _told(*asked, "limits.bodies=false")["changes"]
    assert freed["anew"]["low"] == limit["without"]["low"]


@pytest.mark.parametrize("command", ["whatif", "price"])
def test_a_case_without_a_plan_is_told_as_solve_tells_it(command, on_stage):
    result = on_stage("optimal", command, "ruled", "--quiet")
    assert result.exit_code == 4, result.output
