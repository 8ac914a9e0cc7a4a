"""`koopopt stable`: the partition that nobody would leave."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from koopopt.cli import main
from koopopt.writing.instance import write
from random_instances import random_problem


@pytest.mark.parametrize("key", ["population", "demand", "equal", "alone"])
def test_the_shipped_county_has_one_for_every_key(key):
    result = CliRunner().invoke(main, ["stable", "werra-meissner", "--key", key, "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["stable"] is True
    assert told["blocking"] == []
    for service in ("water", "wastewater", "housing", "local-area"):
        parts = [p["members"] for p in told["partnerships"] if p["service"] == service]
        assert len({i for members in parts for i in members}) == sum(map(len, parts)) == 16


def test_where_the_least_ratio_leaves_somebody_over_every_plan_counts(tmp_path):
    """Two partnerships of one ratio: the first leaves two municipalities that must not be alone."""
    write(random_problem(54).instance, tmp_path / "case")
    asked = ["stable", str(tmp_path / "case"), "--key", "population", "--json"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0, result.output
    assert "Every plan counts instead" in " ".join(result.stderr.split())
    assert json.loads(result.stdout)["status"] == "optimal"


@pytest.mark.parametrize(("lang", "said"), [("en", "every member pay"), ("de", "alle Mitglieder")])
def test_it_speaks_both_languages(lang, said):
    result = CliRunner().invoke(main, ["stable", "werra-meissner", "--lang", lang], obj=lang)
    assert result.exit_code == 0, result.output
    assert said in " ".join(result.stdout.split())


def test_an_unknown_key_is_refused():
    result = CliRunner().invoke(main, ["stable", "werra-meissner", "--key", "size"])
    assert result.exit_code == 2
    assert "population, demand, equal, alone" in result.stderr


@pytest.mark.parametrize(
    "asked",
    [["--key", "30%equal+alone"], ["--key", "shapley"], ["--value-of-travel", "12.5"],
     ["--kind", "core"], ["--kind", "individual"]],
)  # fmt: skip
def test_other_partitions_are_found_by_the_general_method(asked):
    args = ["stable", "three-villages", *asked, "--json", "--quiet"]
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["status"] == "optimal"
    assert told["bound"] == told["objective"]


@pytest.mark.parametrize("kind", ["key", "core", "individual"])
def test_the_price_is_what_the_best_stable_plan_costs_more(kind):
    args = ["stable", "werra-meissner", "--price", "--kind", kind, "--json", "--quiet"]
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert [key["key"] for key in told["keys"]] == ["population", "demand", "equal", "alone"]
    for key in told["keys"]:
        assert key["survives"] is not bool(key["leaving"])
        assert key["plan"]["status"] == "optimal"
        more = key["plan"]["objective"] / told["best"]["objective"] - 1
        assert key["price"] == pytest.approx(more, abs=1e-12)
        assert more >= 0
        if key["survives"]:
            assert more == 0


@pytest.mark.parametrize(("lang", "said"), [("en", "best plan"), ("de", "bester Plan")])
def test_prices_are_told_in_both_languages(lang, said):
    args = ["stable", "three-villages", "--price", "--lang", lang, "--quiet"]
    result = CliRunner().invoke(main, args, obj=lang)
    assert result.exit_code == 0, result.output
    assert said in result.stdout


def test_several_keys_are_compared_by_price_only():
    args = ["stable", "three-villages", "--key", "equal", "--key", "alone"]
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 2
    assert "--price" in result.stderr
