"""What `solve` lets out: checked plans, bounds that hold, and of an order as far as it came."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

import koopopt
import tiny
from koopopt import formulations
from koopopt.errors import InternalError
from koopopt.evaluation import all_alone, evaluate
from koopopt.formulations.base import Outcome
from koopopt.problem import Problem
from koopopt.solvers.base import Termination
from koopopt.solving.optimise import Status

PROBLEM = Problem.of(tiny.instance(rules={"max_bodies": 0}))
IN_ORDER = Problem.of(tiny.instance(), lexicographic=["bodies"])
GOOD = all_alone(PROBLEM)
BAD = tiny.pooled_plan(PROBLEM)
LEAST = evaluate(PROBLEM, GOOD).total


def finding(monkeypatch: pytest.MonkeyPatch, *outcomes: Outcome) -> None:
    """Let formulations find this, one after the other."""
    following: Iterator[Outcome] = iter(outcomes)
    monkeypatch.setattr(
        sys.modules["koopopt.solving.optimise"], "attempt", lambda *_: next(following)
    )


def test_a_plan_that_breaks_a_rule_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    finding(monkeypatch, Outcome(Termination.OPTIMAL, BAD, LEAST))
    with pytest.raises(InternalError, match=r"breaks 1 rule.*max_bodies: There are 1 pooled"):
        koopopt.solve(PROBLEM)


def test_neither_does_a_bound_above_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    finding(monkeypatch, Outcome(Termination.OPTIMAL, GOOD, LEAST + 1))
    with pytest.raises(InternalError, match="is above the objective"):
        koopopt.solve(PROBLEM)


@pytest.mark.parametrize(("below", "status"), [(0, Status.OPTIMAL), (1, Status.FEASIBLE)])
def test_a_proof_is_a_matter_of_single_units(
    below: int, status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the formulation calls it."""
    finding(monkeypatch, Outcome(Termination.OPTIMAL, GOOD, LEAST - below))
    result = koopopt.solve(PROBLEM)
    assert result.status is status
    assert result.gap is not None
    assert (result.gap > 0) == (below > 0)


STOPPED = Outcome(Termination.TIME_LIMIT, GOOD, LEAST)
NOTHING = Outcome(Termination.TIME_LIMIT)


@pytest.mark.parametrize("outcomes", [(STOPPED,), (Outcome(Termination.OPTIMAL, GOOD, 0), NOTHING)])
def test_an_order_that_was_cut_short_has_a_plan_and_no_bound(
    outcomes: tuple[Outcome, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    finding(monkeypatch, *outcomes)
    result = koopopt.solve(IN_ORDER)
    assert (result.status, result.plan, result.bound) == (Status.FEASIBLE, GOOD, None)


def test_an_order_without_any_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    finding(monkeypatch, NOTHING)
    result = koopopt.solve(IN_ORDER)
    assert (result.status, result.plan, result.bound) == (Status.NO_SOLUTION, None, None)


def test_what_would_fill_the_memory_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """A country's pairs of municipalities: the plan that is known, no bound, and the reason."""
    monkeypatch.setattr(formulations, "ALWAYS_ALLOWED", 0)
    case = koopopt.read("three-villages")
    result = koopopt.solve(case, memory=100)
    assert result.status.value == "feasible"
    assert result.bound is None
    assert [str(doubt) for doubt in result.doubts if "allow more memory" in str(doubt)]
    assert koopopt.solve(case).status.value == "optimal"
