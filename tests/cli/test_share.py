"""`koopopt share`: from a run to who pays what."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from koopopt.cli import main


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("share") / "run"
    args = ["solve", "werra-meissner", "--gap", "0.01", "--quiet", "--out", str(folder)]
    assert CliRunner().invoke(main, args).exit_code == 0
    return str(folder)


def test_a_run_is_shared_by_every_key(run):
    result = CliRunner().invoke(main, ["share", run, "--json"])
    assert result.exit_code == 0, result.output
    for p in json.loads(result.stdout)["partnerships"]:
        assert set(p["keys"]) == {"population", "demand", "equal", "alone", "scrb", "shapley"}
        for paid in p["keys"].values():
            assert round(sum(paid.values()), 2) == p["cost"]


@pytest.mark.parametrize(("lang", "said"), [("en", "alone"), ("de", "allein")])
def test_it_speaks_both_languages(run, lang, said):
    result = CliRunner().invoke(main, ["share", run, "--key", "alone", "--lang", lang], obj=lang)
    assert result.exit_code == 0, result.output
    assert said in result.stdout


def test_an_unknown_key_is_refused(run):
    result = CliRunner().invoke(main, ["share", run, "--key", "area"])
    assert result.exit_code == 2
    assert "There is no key 'area'" in result.stderr
