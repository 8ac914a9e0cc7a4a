"""`koopopt choose`: from a file of a front to one plan."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import koopopt
from choice.made import of_problem
from koopopt.cli.choose import choose
from koopopt.cli.root import Root
from koopopt.linear import ModelBuilder
from koopopt.pareto.certificate import Certificate
from koopopt.pareto.front import Front
from koopopt.pareto.oracle import Point
from koopopt.problem import Problem
from koopopt.storage import front_reading, front_writing
from koopopt.text import T

Choose = Callable[..., Result]
ROOT = Root("koopopt", text=T("Show this help and stop."), commands=[choose])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold the front of three villages: (110000, 650), (130000, 200), (135000, 0)."""
    path = tmp_path_factory.mktemp("front")
    front_writing.write(of_problem(Problem.of(koopopt.read("three-villages"))), path)
    return path


@pytest.fixture
def go(folder: Path) -> Choose:
    return lambda *args: CliRunner().invoke(ROOT, ["choose", str(folder), *args])


def chosen(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    table = json.loads(result.stdout)
    assert isinstance(table, dict)
    return table


@pytest.mark.parametrize(
    ("args", "method", "point"),
    [
        ((), "reference", 1),
        (("--prefer", "cost=111000,travel=500"), "reference", 0),
        (("--prefer", "travel=0"), "reference", 2),
        (("--weight", "cost=1", "--weight", "travel=40"), "weights", 2),
        (("--weight", "cost=1", "--weight", "travel=40", "--limit", "cost=134999"), "weights", 0),
        (("--lexicographic", "travel,cost"), "order", 2),
        (("--goal", "cost=130000", "--goal", "travel=100"), "goals", 1),
        (("--goal", "travel=0", "--goals", "order"), "goals", 2),
        (("--council", "cost=1", "--council", "travel=25"), "regret", 0),
        (("--council", "cost=1", "--council", "travel=25", "--relative"), "regret", 1),
        (("--point", "3"), "named", 2),
    ],
)
def test_ways_to_choose(go: Choose, args: tuple[str, ...], method: str, point: int) -> None:
    table = chosen(go(*args, "--json"))
    assert (table["method"], table["point"]) == (method, point)
    assert table["criteria"]["cost"] == [110000, 130000, 135000][point]
    assert sum(len(p["members"]) for p in table["partnerships"]) == 3
    assert table["explanation"]["text"]
    assert "rates" not in table


@pytest.mark.parametrize("name", ["three-villages", "border"])
@pytest.mark.parametrize(
    "weights",
    [("cost=1", "travel=20"), ("travel=20",), ("travel=5",), ("cost=3",), ("travel=60",),
     ("cost=0",), ("travel=0",)],
)  # fmt: skip
def test_weights_mean_the_same_as_in_solve(
    name: str, weights: tuple[str, ...], tmp_path: Path
) -> None:
    """On a complete front, also where weights are not named: they are the instance's."""
    koopopt.save(koopopt.front(name, workers=1), tmp_path)
    args = [part for weight in weights for part in ("--weight", weight)]
    table = chosen(CliRunner().invoke(ROOT, ["choose", str(tmp_path), *args, "--json"]))
    asked = {key: float(value) for key, value in (weight.split("=") for weight in weights)}
    solved = koopopt.solve(name, weights=asked)
    assert table["explanation"]["score"] == pytest.approx(solved.objective)
    assert solved.problem.weights.keys() == {"cost", "travel"}
    if all(solved.problem.weights.values()):  # else plans that are worse in the other are as good
        assert [table["criteria"][n] for n in asked] == [solved.criteria[n] for n in asked]


def test_weights_that_count_besides_are_told(go: Choose) -> None:
    told = "The weights of the instance count besides, as in solve: travel=10."
    assert told in go("--weight", "cost=1").stderr
    assert "Note" not in go("--weight", "cost=1", "--weight", "travel=0").stderr
    assert "Note" not in go("--prefer", "travel=0").stderr


def test_what_else_can_be_asked(go: Choose) -> None:
    table = chosen(
        go("--point", "2", "--rates", "--robust", "--alternatives", "2", "--json", "--quiet")
    )
    assert [r["to"] for r in table["rates"]] == [0, 2]
    assert table["rates"][1]["rate"] == 25
    assert table["alternatives"]["all"] is True
    assert table["alternatives"]["plans"] == []
    assert len(table["robust"]["pairs"]) == 3
    within = chosen(go("--limit", "cost=130000", "--robust", "--json"))
    assert within["robust"]["points"] == 2
    assert [r["kind"] for r in within["robust"]["pairs"]].count("core") == 1


def test_a_tolerance_makes_room(go: Choose) -> None:
    table = chosen(
        go("--point", "1", "--alternatives", "9", "--tolerance", "cost=30000", "--json", "--quiet")
    )
    assert table["alternatives"]["plans"]
    for plan in table["alternatives"]["plans"]:
        assert plan["criteria"]["cost"] <= 140000
        assert plan["criteria"]["travel"] <= 650.001
        assert plan["distance"] > 0


def test_words(go: Choose) -> None:
    result = go("--weight", "cost=1", "--rates")
    assert result.exit_code == 0
    assert "Plan 1 of 3." in result.stdout
    assert "Library (teaching example)" in result.stdout
    assert "What it costs to move to other plans" in result.stdout


def test_out_is_that_of_solve_and_the_reason(go: Choose, tmp_path: Path) -> None:
    assert go("--point", "2", "--out", str(tmp_path / "plan")).exit_code == 0
    assert sorted(p.name for p in (tmp_path / "plan").iterdir()) == [
        "choice.json", "criteria.csv", "municipalities.csv", "plan.csv", "run.json",
    ]  # fmt: skip
    run = json.loads((tmp_path / "plan" / "run.json").read_text(encoding="utf-8"))
    assert run["criteria"]["travel"] == 200
    assert run["formulation"] == "front"
    why = json.loads((tmp_path / "plan" / "choice.json").read_text(encoding="utf-8"))
    assert why["method"] == "named"
    with (tmp_path / "plan" / "plan.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 3
    from koopopt.evaluation import evaluate
    from koopopt.reading.plans import read_plan

    instance = koopopt.read("three-villages")
    plan = read_plan(tmp_path / "plan" / "plan.csv", instance)
    assert evaluate(Problem.of(instance), plan).criteria["cost"] == 130000


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--prefer", "knee"), "no knee"),
        (("--prefer", "knees"), "needs NAME=VALUE"),
        (("--prefer", "cost=1,cost=2"), "given twice"),
        (("--prefer", "cost=1", "--weight", "cost=1"), "two ways to choose"),
        (("--weight", "bodies=1"), "no criterion 'bodies'"),
        (("--weight", "cost=-1"), "0 or more"),
        (("--limit", "cost=1"), "No point of the front keeps"),
        (("--point", "4"), "no plan 4"),
        (("--point", "0"), "--point is 0"),
        (("--goals", "order"), "--goals means nothing without --goal"),
        (("--relative",), "--relative means nothing without --council"),
        (("--tolerance", "cost=1"), "--tolerance means nothing without --alternatives"),
        (("--time-limit", "5"), "--time-limit means nothing without --alternatives"),
        (("--goals", "most", "--goal", "cost=1"), "there is no 'most'"),
        (("--council", "cost"), "needs NAME=VALUE"),
    ],
)
def test_what_cannot_be_meant(go: Choose, args: tuple[str, ...], words: str) -> None:
    result = go(*args)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_a_file_that_is_no_front(tmp_path: Path) -> None:
    path = tmp_path / "front.json"
    path.write_text("{}", encoding="utf-8")
    result = CliRunner().invoke(ROOT, ["choose", str(path)])
    assert result.exit_code == 3
    assert "front.json" in result.stderr


def test_help_in_both_languages() -> None:
    for lang in ("en", "de"):
        result = CliRunner().invoke(ROOT, ["choose", "--help", "--lang", lang], obj=lang)
        assert result.exit_code == 0
        assert "knee|NAME=VALUE,..." in result.stdout


def test_a_front_of_a_model_has_no_plan_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = ModelBuilder()
    x = builder.columns(["a", "b"])
    builder.objective("length", x, [1.0, 0.0])
    builder.objective("weight", x, [0.0, 1.0])
    points = (Point((0.0, 1.0), (0.0, 1.0)), Point((1.0, 0.0), (1.0, 0.0)))
    front = Front(builder.build(), ("length", "weight"), (1.0, 1.0), points, Certificate(), 0.0)
    monkeypatch.setattr(front_reading, "read", lambda *_, **__: front)  # MPS files: tests/pareto
    asked = [str(tmp_path), "--lexicographic", "weight"]
    table = chosen(CliRunner().invoke(ROOT, ["choose", *asked, "--json"]))
    assert table["columns"] == {"a": 1.0}
    for more in (["--out", str(tmp_path)], ["--robust"], ["--alternatives", "1"]):
        result = CliRunner().invoke(ROOT, ["choose", *asked, *more])
        assert result.exit_code == 2
        assert "front of a linear model" in result.stderr
