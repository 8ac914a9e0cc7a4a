"""`koopopt stable`: the partition that nobody would leave."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from koopopt.cli import main


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


@pytest.mark.parametrize(("lang", "said"), [("en", "every member pay"), ("de", "alle Mitglieder")])
def test_it_speaks_both_languages(lang, said):
    result = CliRunner().invoke(main, ["stable", "werra-meissner", "--lang", lang], obj=lang)
    assert result.exit_code == 0, result.output
    assert said in " ".join(result.stdout.split())


@pytest.mark.parametrize("key", ["scrb", "30%equal+alone", "size"])
def test_other_keys_are_refused(key):
    result = CliRunner().invoke(main, ["stable", "werra-meissner", "--key", key])
    assert result.exit_code == 2
    assert "population, demand, equal, alone" in result.stderr
