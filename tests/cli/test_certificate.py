"""`koopopt solve --certificate` and `koopopt verify` of what it wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from koopopt.cli import running
from koopopt.errors import UsageError
from koopopt.text import T


@pytest.fixture
def written(run: Any, tmp_path: Path) -> Path:
    path = tmp_path / "bound.json"
    assert run("solve", "valley", "--quiet", "--certificate", str(path)).exit_code == 0
    return path


def test_solve_says_what_its_certificate_proves(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "bound.json"
    result = run("solve", "three-villages", "--quiet", "--certificate", str(path))
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "Confirmed: no plan has a weighted sum below 116,500." in said
    assert json.loads(path.read_text("utf-8"))["source"] == "three-villages"


def test_solve_as_json_has_one_object(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "bound.json"
    result = run("solve", "three-villages", "--quiet", "--json", "--certificate", str(path))
    table = json.loads(result.stdout)
    assert table["certificate"] == {"file": str(path), "bound": 116500.0}
    assert table["bound"] == 116500.0


def test_verify_finds_the_instance_and_says_what_was_asked(run: Any, written: Path) -> None:
    result = run("verify", str(written), "--quiet")
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "Confirmed: no plan has a weighted sum below 708,277.508." in said
    assert "Asked was for the weights" in said


def test_verify_as_json(run: Any, written: Path) -> None:
    result = run("verify", str(written), "--json", "--quiet")
    assert result.exit_code == 0
    table = json.loads(result.stdout)
    assert table["ok"] is True
    assert table["bound"] == 708277.508
    assert table["left_out"] == []
    assert table["leaves"] == 1
    assert table["partnerships"] > 10


def test_limits_and_weights_are_of_the_question(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "bound.json"
    args = ("--weight", "travel=0.5", "--limit", "bodies=1", "--weight", "farthest=10")
    result = run("solve", "valley", "--json", "--quiet", "--certificate", str(path), *args)
    assert result.exit_code == 0
    told = run("verify", str(path), "--json", "--quiet")
    table = json.loads(told.stdout)
    assert table["weights"]["travel"] == 0.5
    assert table["limits"] == {"bodies": 1.0}
    assert table["left_out"] == ["farthest"]
    assert table["bound"] <= json.loads(result.stdout)["objective"]
    said = " ".join(run("verify", str(path), "--quiet").stdout.split())
    assert "Within the limits bodies 1." in said
    assert "the bound is lower: farthest." in said


def test_verify_with_another_instance(run: Any, written: Path) -> None:
    result = run("verify", str(written), "--instance", "three-villages")
    assert result.exit_code == 3
    assert "computed for other data" in result.stderr


def test_verify_what_was_changed(run: Any, written: Path) -> None:
    table = json.loads(written.read_text("utf-8"))
    table["nodes"] = []
    written.write_text(json.dumps(table), "utf-8")
    result = run("verify", str(written))
    assert result.exit_code == 3
    assert "nodes" in result.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [("--sample", "0"), ("--solver", "highs"), ("--seed", "0"), ("--model", "")],
)
def test_verify_refuses_what_is_of_fronts(run: Any, written: Path, option: str, value: str) -> None:
    result = run("verify", str(written), option, value or str(written))
    assert result.exit_code == 2
    assert f"For a certificate there is no {option}" in result.stderr
    assert not result.stdout


def test_verify_hears_the_clock(run: Any, written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("verify", str(written), "--quiet", "--time-limit", "1000").exit_code == 0
    late(monkeypatch)
    assert run("verify", str(written), "--quiet").exit_code == 0
    result = run("verify", str(written), "--quiet", "--time-limit", "1000")
    assert result.exit_code == 5
    assert "The time limit was over while working it out" in result.stderr
    assert not result.stdout


def test_what_is_verified_is_read_once(
    run: Any, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from koopopt.storage import stored

    parsed, files = stored.parsed, []

    def noted(path: Path) -> Any:
        files.append(path)
        return parsed(path)

    monkeypatch.setattr(stored, "parsed", noted)
    assert run("verify", str(written), "--quiet").exit_code == 0
    assert files == [written]


def test_where_the_search_was_stopped_no_certificate_is_begun(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from koopopt.solving import optimise

    solved = optimise.solve

    def stopped(*args: Any, **asked: Any) -> Any:
        result = solved(*args, **asked)
        asked["cancel"].set()
        return result

    monkeypatch.setattr(optimise, "solve", stopped)
    path = tmp_path / "bound.json"
    result = run("solve", "three-villages", "--quiet", "--json", "--certificate", str(path))
    assert result.exit_code == 130
    assert "The search was stopped, so no certificate was begun." in result.stderr
    assert json.loads(result.stdout)["objective"] == 116500.0
    assert not path.exists()


@pytest.mark.parametrize("by_signal", [True, False])
def test_a_certificate_that_is_not_checked_is_written(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_signal: bool
) -> None:
    from koopopt.solving import certificate

    certify = certificate.certify

    def made(*args: Any, **asked: Any) -> Any:
        found = certify(*args, **asked)
        if by_signal:
            asked["cancel"].set()
        late(monkeypatch)
        return found

    monkeypatch.setattr(certificate, "certify", made)
    path = tmp_path / "bound.json"
    limit = () if by_signal else ("--time-limit", "1000")
    result = run("solve", "three-villages", "--quiet", "--certificate", str(path), *limit)
    assert result.exit_code == (130 if by_signal else 5)
    said = " ".join(result.stderr.split())
    assert "before the certificate was checked: it is written" in said
    assert run("verify", str(path), "--quiet").exit_code == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--lexicographic", "cost"), "lexicographic order cannot be certified"),
        (("--scenario", "worst"), "no certificates over scenarios"),
    ],
)
def test_what_cannot_be_certified_is_said_before_solving(
    run: Any, tmp_path: Path, args: tuple[str, ...], words: str
) -> None:
    path = tmp_path / "bound.json"
    result = run("solve", "valley", "--quiet", "--certificate", str(path), *args)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert not result.stdout
    assert not path.exists()


def test_without_a_plan_there_is_no_certificate(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "bound.json"
    result = run("solve", "valley", "--quiet", "--limit", "cost=1", "--certificate", str(path))
    assert result.exit_code == 4
    assert not path.exists()


def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any time limit be over, and no moment be left."""
    monkeypatch.setattr(running.Moment, "seconds", property(lambda _: 1e9))
    monkeypatch.setattr(running, "SHOWING_GRACE", -1.0)


def refusing(budget: Any, more: int) -> None:
    raise UsageError(T("There are too many possible coalitions."))


def test_where_none_can_be_made_the_result_is_shown_all_the_same(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from koopopt.certifying.budget import Budget

    monkeypatch.setattr(Budget, "demand", refusing)
    path = tmp_path / "bound.json"
    result = run("solve", "valley", "--quiet", "--json", "--certificate", str(path))
    assert result.exit_code == 2
    assert "too many possible coalitions" in result.stderr
    assert json.loads(result.stdout)["objective"] == 708277.508


def test_a_certificate_does_not_replace_what_is_read(run: Any, tmp_path: Path) -> None:
    import koopopt

    koopopt.save(koopopt.read("valley"), tmp_path / "own")
    file = tmp_path / "own" / "municipalities.csv"
    before = file.read_bytes()
    result = run("solve", str(tmp_path / "own"), "--quiet", "--certificate", str(file))
    assert result.exit_code == 2
    assert file.read_bytes() == before
