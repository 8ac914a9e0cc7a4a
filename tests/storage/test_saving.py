"""What is saved is loaded again, and nothing that was there is lost."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

import koopopt
import tiny
from pareto import hand

VILLAGES = koopopt.read("three-villages")


# -- saved and loaded --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["county", "county.xlsx"])
def test_an_instance_is_saved_and_read(name: str, tmp_path: Path) -> None:
    VILLAGES.save(tmp_path / name)
    again = koopopt.read(tmp_path / name)
    assert again == VILLAGES
    assert again.fingerprint == VILLAGES.fingerprint
    with pytest.raises(koopopt.UsageError, match="not overwritten"):
        VILLAGES.save(tmp_path / name)


def same(one: Any, other: Any, *but: str) -> bool:
    """Whether all values are equal, where there are values and not their own kind of equality."""
    names = [f.name for f in dataclasses.fields(one) if f.name not in but]
    return all(getattr(one, name) == getattr(other, name) for name in names)


@pytest.mark.parametrize("asked", [{}, {"limits": {"cost": 1.0}}, {"gap": 0.5, "time_limit": 60}])
def test_a_result_is_saved_and_loaded(asked: dict[str, Any], tmp_path: Path) -> None:
    result = koopopt.solve("three-villages", weights={"travel": 2.5}, **asked)
    result.save(tmp_path / "run")
    again = koopopt.load(tmp_path / "run")
    assert isinstance(again, koopopt.Result)
    assert same(result, again, "problem", "evaluation", "reasons", "formulation_reason")
    assert str(again.formulation_reason) == str(result.formulation_reason)
    assert list(map(str, again.reasons)) == list(map(str, result.reasons))
    assert again.problem.instance == result.problem.instance
    assert (again.problem.weights, again.problem.limits) == (
        result.problem.weights, result.problem.limits
    )  # fmt: skip
    assert (again.plan, again.criteria, again.gap) == (result.plan, result.criteria, result.gap)
    koopopt.save(again, tmp_path / "run")  # its own files are replaced


def test_a_front_is_saved_and_loaded(tmp_path: Path) -> None:
    front = koopopt.front("three-villages")
    front.save(tmp_path)
    again = koopopt.load(tmp_path / "front.json")
    assert isinstance(again, koopopt.Front)
    assert same(front, again, "subject", "points", "certificate")
    assert again.plans == front.plans
    assert again.values.tolist() == front.values.tolist()
    assert again.certificate.complete
    assert koopopt.verify(again).ok


def test_what_came_from_no_file_is_given_to_load(tmp_path: Path) -> None:
    made = tiny.instance()
    koopopt.solve(made).save(tmp_path)
    with pytest.raises(koopopt.DataError, match="does not say where"):
        koopopt.load(tmp_path)
    assert koopopt.load(tmp_path, instance=made).problem.instance == made
    with pytest.raises(koopopt.UsageError, match="of an instance, not of a model"):
        koopopt.load(tmp_path, model=tmp_path / "model.mps")


def test_a_front_of_a_model_is_saved_and_loaded(tmp_path: Path) -> None:
    front = hand.of_model(hand.knapsack())
    front.save(tmp_path)
    again = koopopt.load(tmp_path, model=front.subject)
    assert again.values.tolist() == front.values.tolist()


def test_nothing_is_saved_over_an_instance_or_a_file(tmp_path: Path) -> None:
    result, front = koopopt.solve("three-villages"), koopopt.front("three-villages")
    VILLAGES.save(tmp_path / "county")
    (tmp_path / "file").write_text("mine")
    for value in (result, front):
        with pytest.raises(koopopt.UsageError, match="holds the files of an instance"):
            value.save(tmp_path / "county")
        with pytest.raises(koopopt.UsageError, match="is a file, not a folder"):
            value.save(tmp_path / "file")
    assert koopopt.read(tmp_path / "county") == VILLAGES
    with pytest.raises(koopopt.UsageError, match="what is"):
        koopopt.save(result.plan, tmp_path)


@pytest.mark.parametrize("ending", [".ods", ".xlsm", ".XLS"])
def test_workbooks_have_one_ending(ending: str, tmp_path: Path) -> None:
    with pytest.raises(koopopt.UsageError, match=r"with the ending \.xlsx only"):
        VILLAGES.save(tmp_path / f"county{ending}")
    assert not list(tmp_path.iterdir())


def test_half_a_character_leaves_nothing_behind(tmp_path: Path) -> None:
    odd = dataclasses.replace(tiny.instance(), name="Tiny \ud800")
    problem = koopopt.Problem.of(odd)
    for value in (tiny.result(problem), hand.of_problem(problem)):
        with pytest.raises(koopopt.UsageError, match="cannot be written"):
            value.save(tmp_path / "new" / "deep")
        assert not list(tmp_path.iterdir())
