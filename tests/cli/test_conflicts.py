"""`koopopt conflicts`: which rules contradict each other, and what to give up."""

from __future__ import annotations

import json
from typing import Any

import pytest


def test_a_limit_that_is_too_tight_is_told_with_what_is_needed(run: Any) -> None:
    result = run("conflicts", "three-villages", "--limit", "cost=1", "--json", "--quiet")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["status"] == "infeasible"
    assert [[r["name"] for r in c["rules"]] for c in told["conflicts"]] == [["limits.cost"]]
    assert told["complete"]
    assert told["cheapest_proven"]
    (one,) = told["single"]
    assert one["nearest"] == {
        "key": "cost", "old": 1.0, "new": 110000.0, "fails": 109999.99, "exact": True
    }  # fmt: skip


def test_it_says_that_there_is_a_plan_after_all(run: Any) -> None:
    result = run("conflicts", "three-villages", "--quiet")
    assert result.exit_code == 0, result.stderr
    assert "There is a plan that keeps all rules" in result.stdout
    told = json.loads(run("conflicts", "three-villages", "--quiet", "--json").stdout)
    assert told["status"] == "feasible"
    assert told["plan"]


def test_it_speaks_in_words(run: Any) -> None:
    shown = run("conflicts", "three-villages", "--limit", "cost=1", "--quiet").stdout
    assert "This rule alone leaves no plan" in shown
    assert "cost at most 1 [limits.cost]" in shown
    assert "110,000 instead of 1 is enough" in " ".join(shown.split())


@pytest.mark.parametrize("name", ["cost", "limits.travel", "services.water.rules.none"])
def test_a_rule_that_is_not_in_force_is_refused(run: Any, name: str) -> None:
    args = ("--limit", "cost=1", "--relax", f"{name}=2", "--quiet")
    result = run("conflicts", "three-villages", *args)
    assert result.exit_code == 2
    assert "There is no rule" in result.stderr


@pytest.mark.parametrize("weight", ["0", "-1", "often", ""])
def test_a_weight_that_cannot_be_meant_is_refused(run: Any, weight: str) -> None:
    args = ("--limit", "cost=1", "--relax", f"limits.cost={weight}", "--quiet")
    result = run("conflicts", "three-villages", *args)
    assert result.exit_code == 2
    assert "--relax" in result.stderr or "limits.cost" in result.stderr


def test_what_is_never_given_up_is_no_change_that_helps(run: Any) -> None:
    args = ("--limit", "cost=110000", "--limit", "bodies=0", "--json", "--quiet")
    told = json.loads(run("conflicts", "three-villages", *args).stdout)
    assert [one["rules"][0]["name"] for one in told["single"]] == ["limits.cost", "limits.bodies"]
    args = (*args, "--relax", "limits.bodies=never")
    told = json.loads(run("conflicts", "three-villages", *args).stdout)
    for key in ("single", "cheapest"):
        assert [one["rules"][0]["name"] for one in told[key]] == ["limits.cost"]
    args = (*args, "--relax", "limits.cost=never")
    told = json.loads(run("conflicts", "three-villages", *args).stdout)
    assert (told["single"], told["cheapest"], told["cheapest_proven"]) == ([], [], True)
    shown = run("conflicts", "three-villages", *args[:4], *args[6:], "--quiet").stdout
    assert "never to be given up leaves no plan" in " ".join(shown.split())
