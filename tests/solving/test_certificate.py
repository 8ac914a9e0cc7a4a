"""From a result to a certificate."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

import koopopt
from koopopt.coalitions.enumeration import TooMany
from koopopt.errors import UsageError
from koopopt.formulations.partition import Partition
from koopopt.problem import Problem
from koopopt.solving.optimise import Status
from tiny import instance, nothing, result


def test_saved_and_confirmed(tmp_path: Path) -> None:
    solved = koopopt.solve("valley")
    certificate = koopopt.certify(solved)
    assert repr(certificate) == "<Certificate 'valley': 1 node>"
    path = tmp_path / "bound.json"
    certificate.save(path)
    found = koopopt.confirm(path)
    assert found.bound == solved.objective
    assert repr(found) == "<Confirmed: no plan below 708,277.508>"
    assert koopopt.confirm(path, instance="valley").bound == found.bound
    assert koopopt.confirm(path, instance=solved.problem.instance).bound == found.bound


def test_of_an_instance_in_memory(tmp_path: Path) -> None:
    base = instance()
    path = tmp_path / "bound.json"
    koopopt.certify(koopopt.solve(base)).save(path)
    assert koopopt.confirm(path, instance=base).bound == koopopt.solve(base).objective
    with pytest.raises(koopopt.DataError, match="--instance"):
        koopopt.confirm(path)


def test_a_plan_that_is_not_the_best_bounds_no_less() -> None:
    """The bound is that of the problem, whatever plan it is set against."""
    problem = Problem.of(instance())
    alone = result(problem, koopopt.all_alone(problem))
    certificate = koopopt.certify(alone)
    from koopopt.certifying.checking import confirm

    best = koopopt.solve(problem)
    assert confirm(certificate, problem.instance).bound == best.objective
    assert alone.objective > best.objective  # type: ignore[operator]


def test_without_a_plan() -> None:
    with pytest.raises(UsageError, match="no plan"):
        koopopt.certify(nothing(Problem.of(instance()), Status.INFEASIBLE))


def test_a_lexicographic_order() -> None:
    solved = koopopt.solve("three-villages", lexicographic=["cost"])
    with pytest.raises(UsageError, match="lexicographic"):
        koopopt.certify(solved)


def test_rules_that_the_instance_does_not_have() -> None:
    problem = Problem.of(instance())
    other = Problem.of(instance(rules={"max_pooled": 1}))
    changed = replace(problem, plan_rules=other.plan_rules)
    with pytest.raises(UsageError, match="rules of an instance"):
        koopopt.certify(koopopt.solve(changed))


def test_too_many_coalitions(monkeypatch: pytest.MonkeyPatch) -> None:
    solved = koopopt.solve("three-villages")

    def pools(*_: object) -> None:
        raise TooMany(10**9)

    monkeypatch.setattr(Partition, "pools", pools)
    with pytest.raises(UsageError, match="too many to hold"):
        koopopt.certify(solved)


def test_cancelled_before_it_began() -> None:
    """What there is then is a certificate, too: of what costs alone prove."""
    solved = koopopt.solve("valley")
    cancel = threading.Event()
    cancel.set()
    certificate = koopopt.certify(solved, cancel=cancel)
    from koopopt.certifying.checking import confirm

    assert certificate.rows == ()
    bound = confirm(certificate, solved.problem.instance).bound
    assert bound is not None
    assert solved.objective is not None
    assert 0 < bound < solved.objective
