"""What is asked may be a problem, an instance or its name, and nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

import koopopt

VILLAGES = koopopt.read("three-villages")


@pytest.mark.parametrize("asked", [{"weights": {"cost": 2.0}}, {"limits": {"cost": 1e6}},
                                   {"lexicographic": ("cost",)}], ids=str)  # fmt: skip
def test_what_a_problem_has_already_is_not_given_again(asked: dict[str, object]) -> None:
    problem = koopopt.Problem.of(koopopt.read("three-villages"))
    with pytest.raises(koopopt.errors.UsageError, match="give an instance"):
        koopopt.solve(problem, **asked)


def test_an_instance_is_named_instead_of_read(tmp_path: Path) -> None:
    named = koopopt.solve("three-villages", weights={"travel": 40.0})
    assert named.objective == koopopt.solve(VILLAGES, weights={"travel": 40.0}).objective
    assert named.source == koopopt.front("three-villages").source == "three-villages"
    koopopt.save(VILLAGES, tmp_path / "county")
    front = koopopt.front(tmp_path / "county")
    assert front.values.tolist() == koopopt.front(VILLAGES).values.tolist()
    assert front.source == str(tmp_path / "county")
    assert koopopt.to_pulp(str(tmp_path / "county"), "partition").variables()
    with pytest.raises(koopopt.DataError, match="1 fault"):
        koopopt.solve("three-vilages")
