"""Reports as files: names, endings, what can be asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import koopopt
import tiny
from koopopt.errors import UsageError
from koopopt.problem import Problem
from koopopt.report import write
from koopopt.report.values.decision import Decision
from koopopt.solving.optimise import Status
from pareto import hand

PROBLEM = Problem.of(tiny.instance())


def test_paths_come_back(tmp_path: Path) -> None:
    result, front = tiny.result(PROBLEM), hand.of_problem(PROBLEM)
    file = tmp_path / "plan.geojson"
    assert koopopt.write_report(result, str(file)) == (file,)
    again = koopopt.write_report(Decision.of(front), tmp_path / "everything", plan=1)
    assert {path.parent for path in again} == {tmp_path / "everything"}
    assert all(path.stat().st_size > 500 for path in again)
    assert sorted(path.name for path in again) == sorted(
        path.name for path in (tmp_path / "everything").iterdir()
    )
    stems = [path.stem for path in again if path.suffix == ".png"]
    assert stems == ["trade-offs", "map-water", "map-housing"]


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("a.svg", {"show": "pie"}, "Known are chart, map"),
        ("a.svg", {"show": "chart"}, "single plan"),
        ("a.svg", {"service": "watre"}, "Did you mean 'water'"),
        ("a.svg", {"plan": 2}, "There is no plan 2; there are 1"),
        ("a.pdf", {}, "nothing is written with this ending"),
        ("a.html", {"lang": "fr"}, "There is no language 'fr'"),
        ("gone/a.html", {}, "cannot be written"),
    ],
)
def test_what_cannot_be_meant(name: str, asked: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        koopopt.write_report(tiny.result(PROBLEM), tmp_path / name, **asked)
    assert not list(tmp_path.iterdir())


def test_without_a_plan(tmp_path: Path) -> None:
    for nothing in (tiny.nothing(PROBLEM, Status.INFEASIBLE), hand.of_model(hand.knapsack())):
        with pytest.raises(UsageError):
            koopopt.write_report(nothing, tmp_path / "a.html")
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_way_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file, not a folder"):
        koopopt.write_report(tiny.result(PROBLEM), tmp_path / "plain")
    assert (tmp_path / "plain").read_text(encoding="utf-8") == "mine"


HOSTILE = [
    "../../etc/passwd",
    "a/b",
    "a\\b",
    "",
    "...",
    "w" * 300,
    "\u202egnp",
    "x\x00y",
    "C:",
    "*?",
]


@given(st.lists(st.sampled_from([*HOSTILE, "water", "Water", "water-2"]) | st.text(), unique=True))
def test_ids_become_harmless_names(ids: list[str]) -> None:
    names = write.stems(ids)
    assert len(names) == len({name.casefold() for name in names}) == len(ids)
    for id_, name in zip(ids, names, strict=True):
        assert 0 < len(name) < 80
        assert all(c.isalnum() or c in "-_" for c in name), name
        if id_ == "water":
            assert name.startswith(id_)
