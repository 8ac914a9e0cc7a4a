"""Objectives whose names hold commas, equals signs, quotes or backslashes can be named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from koopopt.cli import names
from koopopt.errors import UsageError

KNOWN = ["cost[a,b]", "cost[a,c]", "time", "x=1", "x[i=1,j=2]", 'say "a"', "back\\slash", "a,,b"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["time,x=1"], ["time", "x=1"]),
        ([" time , x=1 "], ["time", "x=1"]),
        (["cost[a,b],time"], ["cost[a,b]", "time"]),
        (["time,cost[a,b],cost[a,c]"], ["time", "cost[a,b]", "cost[a,c]"]),
        (['"cost[a,b]",time'], ["cost[a,b]", "time"]),
        (['"cost[a,b]","cost[a,c]"'], ["cost[a,b]", "cost[a,c]"]),
        (["cost[a\\,b],time"], ["cost[a,b]", "time"]),
        (["cost[a\\,b]", "time"], ["cost[a,b]", "time"]),
        (["cost[a,b]", "time"], ["cost[a,b]", "time"]),
        (['say "a",time'], ['say "a"', "time"]),
        (['"say ""a""",time'], ['say "a"', "time"]),
        (["back\\slash,time"], ["back\\slash", "time"]),
        (["back\\\\slash,time"], ["back\\slash", "time"]),
        (["a,,b,time"], ["a,,b", "time"]),
        (["x[i=1,j=2],time"], ["x[i=1,j=2]", "time"]),
        (["time,cost[a,d]"], ["time", "cost[a", "d]"]),  # to be refused, with a hint
        ([], []),
    ],
)
def test_names_in_order(texts: list[str], expected: list[str]) -> None:
    assert list(names.in_order(texts, KNOWN, "--criteria")) == expected


def test_two_readings_are_asked_about() -> None:
    known = ["a", "b", "a,b", "c"]
    with pytest.raises(UsageError, match="two ways"):
        names.in_order(["a,b,c"], known, "--criteria")
    assert names.in_order(["a", "b", "c"], known, "--criteria") == ("a", "b", "c")
    assert names.in_order(['"a,b",c'], known, "--criteria") == ("a,b", "c")
    assert names.in_order(["a\\,b", "c"], known, "--criteria") == ("a,b", "c")
    assert names.in_order(['"a","b",c'], known, "--criteria") == ("a", "b", "c")


def test_nothing_between_commas_is_refused() -> None:
    with pytest.raises(UsageError, match="commas between them"):
        names.in_order(["time,,x=1"], KNOWN, "--criteria")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("time=1,cost[a,b]=2", ["time=1", "cost[a,b]=2"]),
        ("x[i=1,j=2]=3,x=1=4", ["x[i=1,j=2]=3", "x=1=4"]),
        ('"cost[a,b]"=2,time=1', ['"cost[a,b]"=2', "time=1"]),
        ("cost[a\\,b]=2", ["cost[a\\,b]=2"]),
        ("speed=2,time=1", ["speed=2", "time=1"]),
    ],
)
def test_several_values(text: str, expected: list[str]) -> None:
    assert list(names.assignments(text, KNOWN, "--prefer")) == expected


def test_values_by_name() -> None:
    given = {'"cost[a,b]"': 1.0, "x=1": 2.0, "cost[a\\,c]": 3.0, "speed": 4.0}
    expected = {"cost[a,b]": 1.0, "x=1": 2.0, "cost[a,c]": 3.0, "speed": 4.0}
    assert names.by_name(given, KNOWN, "--weight") == expected
    with pytest.raises(UsageError, match="twice"):
        names.by_name({"time": 1.0, '"time"': 2.0}, KNOWN, "--weight")


MODEL = """\
NAME t
ROWS
 N cost[a,b]
 N x=1
 N time 2 1 0 0
 G c
COLUMNS
 M1 'MARKER' 'INTORG'
 x cost[a,b] 1 c 1
 y time 1 c 1
 y x=1 1
 M2 'MARKER' 'INTEND'
RHS
 RHS c 3
BOUNDS
 UP BND x 5
 UP BND y 5
ENDATA
"""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KOOPOPT_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "m.mps"
    path.write_text(MODEL)
    return path


@pytest.mark.parametrize(
    "criteria",
    [
        ["cost[a,b],x=1"], ['"cost[a,b]",x=1'], ["cost[a\\,b],x=1"], ["cost[a,b]", "x=1"],
        ["cost[a,b]", '"x=1"'],
    ],
)  # fmt: skip
def test_front_and_choose_take_them(
    run: Any, model: Path, tmp_path: Path, criteria: list[str]
) -> None:
    options = [word for text in criteria for word in ("--criteria", text)]
    out = tmp_path / "out"
    found = run(
        "front", "--model", str(model), "--no-journal", "--quiet", "--json", "--out", str(out),
        "--resolution", "cost[a,b]=1", "--resolution", '"x=1"=1', *options,
    )  # fmt: skip
    assert found.exit_code == 0, found.stderr
    table = json.loads(found.stdout)
    assert table["criteria"] == ["cost[a,b]", "x=1"]
    values = [list(point["criteria"].values()) for point in table["points"]]
    assert values == [[0, 3], [1, 2], [2, 1], [3, 0]]
    for way, index in (
        (["--lexicographic", "x=1,cost[a,b]"], 3),
        (["--lexicographic", "x=1", "--lexicographic", "cost[a,b]"], 3),
        (["--prefer", "cost[a,b]=1,x=1=2"], 1),
        (["--weight", "cost[a,b]=2", "--weight", "x=1=1"], 0),
        (["--goal", "cost[a,b]=2", "--goal", "x=1=1"], 2),
        (["--council", "cost[a,b]=1,x=1=9", "--limit", "x=1=0"], 3),
    ):
        chosen = run("choose", str(out), *way, "--json")
        assert chosen.exit_code == 0, chosen.stderr
        assert json.loads(chosen.stdout)["point"] == index


def test_warnings_are_always_said(run: Any, model: Path, tmp_path: Path) -> None:
    """On standard error, quiet or not, in the reader's language, and in every JSON object."""
    out = tmp_path / "out"
    args = ("front", "--model", str(model), "--no-journal", "--quiet", "--out", str(out))
    found = run(*args, "--json")
    (said,) = json.loads(found.stdout)["warnings"]
    assert said.startswith("m.mps, row 5, value 'N time 2 1 0 0': Priority, weight")
    assert found.stderr.strip() == f"Warning: {said}"
    assert "Warnung: m.mps, Zeile 5" in run(*args, "--lang", "de").stderr
    for command in (("verify", str(out), "--sample", "0"), ("choose", str(out))):
        again = run(*command, "--json", "--quiet")
        assert json.loads(again.stdout)["warnings"] == [said]
        assert said in again.stderr


def test_an_unknown_name_gets_a_hint(run: Any, model: Path) -> None:
    result = run("front", "--model", str(model), "--criteria", "cost[a,c],time")
    assert result.exit_code == 2
    assert "Did you mean 'cost[a,b]'" in result.stderr
