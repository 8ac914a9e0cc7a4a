"""`koopopt report --land`: what is known of a grant, in the page and in the workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def solved(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The folder of a run of three-villages, whose best plan is that all three pool."""
    monkeypatch.setenv("KOOPOPT_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    assert run("solve", "three-villages", "--out", "run", "--quiet").exit_code == 0
    return "run"


def test_a_grant_programme_is_shown_where_it_is_asked_for(
    run: Any, solved: str, tmp_path: Path
) -> None:
    files = ["-o", "plain.html", "-o", "plain.xlsx"]
    assert run("report", solved, *files).exit_code == 0
    result = run("report", solved, "--land", "hessen", "--years", "5", "-o", "with.html")
    assert result.exit_code == 0, result.output
    assert "payments-programme" in (tmp_path / "with.html").read_text(encoding="utf-8")
    page = (tmp_path / "plain.html").read_text(encoding="utf-8")
    assert 'id="payments-programme"' not in page


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--years", "5"], "Say which programme"),
        (["--one-off", "5"], "Say which programme"),
        (["--land", "hessen", "--programme", "own.toml"], "Say which programme"),
        (["--land", "hessen", "-o", "map.svg"], "--land means nothing without -o FILE.html"),
        (["--land", "atlantis"], "atlantis"),
    ],
)
def test_options_of_a_grant_are_not_left_without_effect(
    run: Any, solved: str, args: list[str], said: str
) -> None:
    result = run("report", solved, *args)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
