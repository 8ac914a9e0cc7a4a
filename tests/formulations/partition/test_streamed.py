"""The streamed pool: the same answers as a pool that is held, however little is held at a time."""

from __future__ import annotations

import threading
from fractions import Fraction

import numpy as np
import pytest

import bruteforce
from formulations.partition.honest import assert_honest, solve
from koopopt.case.instance import Neighbours
from koopopt.coalitions.enumeration import TooMany
from koopopt.coalitions.sets import COMPILED
from koopopt.evaluation import evaluate
from koopopt.formulations import partition
from koopopt.formulations.partition import Partition, beam, grown, streamed
from koopopt.problem import Problem
from koopopt.solvers.base import Control, Termination
from koopopt.solving.optimise import Status
from koopopt.solving.optimise import solve as solve_in_order
from location_instances import facility_location_problem, p_median_problem
from nightly import NIGHTLY
from random_instances import Dice, problem_of_size, random_problem
from tiny import instance

pytestmark = [
    pytest.mark.skipif(not COMPILED, reason="numba is not installed"),
    pytest.mark.usefixtures("nothing_is_held"),
]


@pytest.fixture
def nothing_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pool is held as a whole, and streams begin with little and keep little."""

    def refuse(*_: object) -> None:
        raise TooMany

    monkeypatch.setattr(partition.Holding, "count", refuse)
    monkeypatch.setattr(grown, "propose", lambda *_: [])
    monkeypatch.setattr(beam, "BEAM_WIDTH", 1)
    monkeypatch.setattr(streamed, "FEW_KEPT", 2)
    monkeypatch.setattr(streamed, "MOST_KEPT", 8)


@pytest.mark.parametrize("relaxed", [True, False])
@pytest.mark.parametrize("part", range(2 * NIGHTLY))
def test_answers_are_those_of_enumeration(
    part: int, relaxed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the unit, with every rule, on problems without a plan, too.

    Walks begin at the prices of the relaxation, or at none.
    """
    if not relaxed:
        monkeypatch.setattr(grown._Growth, "approach", lambda *_: None)
    proven = found = 0
    for seed in range(part * 50, (part + 1) * 50):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        outcome = solve(problem)
        assert_honest(problem, outcome, best)
        if best is None:
            continue
        found += 1
        if outcome.termination is Termination.OPTIMAL:
            assert outcome.plan is not None
            assert evaluate(problem, outcome.plan).total == best.total(problem) == outcome.least
            proven += 1
    assert proven > 0.8 * found


def test_walks_from_small_coalitions_lead_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where sizes are limited they begin without a relaxation, here with next to nothing."""
    monkeypatch.setattr(streamed, "SMALL_SHARE", 1.0)
    monkeypatch.setattr(streamed, "smaller", lambda p, c, _: grown.smaller(p, c, 2))
    monkeypatch.setattr(streamed, "MOST_KEPT", 1000)
    monkeypatch.setattr(streamed, "FEW_KEPT", 20)
    proven = 0
    for seed in range(120):
        problem = random_problem(seed)
        best, outcome = bruteforce.solve(problem), solve(problem)
        assert_honest(problem, outcome, best)
        if best is not None and outcome.termination is Termination.OPTIMAL:
            assert outcome.least == best.total(problem), seed
            proven += 1
    assert proven > 70


def test_all_is_proven_where_what_matters_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "MOST_KEPT", 1000)
    monkeypatch.setattr(streamed, "FEW_KEPT", 20)
    for seed in range(80):
        problem = random_problem(seed)
        best, outcome = bruteforce.solve(problem), solve(problem)
        if best is None:
            assert outcome.plan is None, seed
        else:
            assert outcome.termination is Termination.OPTIMAL, seed
            assert outcome.least == best.total(problem), seed


def test_orders_and_limits() -> None:
    """Stages of a lexicographic order limit what the next ones may cost."""
    proven = 0
    for seed in range(40):
        dice = Dice(np.random.default_rng(seed))
        drawn = problem_of_size(dice, dice.count(3, 4), 1, seed)
        problem = Problem.of(drawn.instance, lexicographic=("travel", "cost"))
        other = solve_in_order(problem, formulation="assignment")
        result = solve_in_order(problem, formulation="partition")
        if result.status is Status.OPTIMAL:
            assert result.objective == other.objective, seed
            proven += 1
        elif result.status is Status.INFEASIBLE:
            assert other.status is Status.INFEASIBLE, seed
    assert proven > 15


@pytest.mark.parametrize("make", [facility_location_problem, p_median_problem])
def test_location_problems(make: object) -> None:
    for seed in range(10):
        classical = make(seed)  # type: ignore[operator]
        outcome = solve(classical.problem)
        assert outcome.plan is not None
        value = evaluate(classical.problem, outcome.plan).total
        assert outcome.least is not None
        assert outcome.least <= classical.total <= value
        assert value == classical.total or outcome.termination is not Termination.OPTIMAL


def test_gaps_and_time() -> None:
    for seed in range(40):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        for control in (Control(gap=0.1), Control(gap=0.01), Control(time_limit=0.0)):
            outcome = solve(problem, control=control)
            assert_honest(problem, outcome, best)
            if best is not None and outcome.termination is Termination.OPTIMAL:
                assert outcome.plan is not None
                assert outcome.least is not None
                value = evaluate(problem, outcome.plan).total
                room = Fraction(control.gap) * abs(value)
                assert value <= best.total(problem) + room, seed
                assert value - outcome.least <= room, seed


def test_a_run_that_is_cancelled_says_so() -> None:
    cancel = threading.Event()
    problem = random_problem(3)
    formulation = Partition()
    formulation.estimate(problem, Control())
    cancel.set()
    outcome = solve(problem, control=Control(cancel=cancel))
    assert outcome.termination is Termination.INTERRUPTED


def test_too_many_to_be_seen_are_priced() -> None:
    """Without borders 40 municipalities have a trillion coalitions."""
    names = [f"N{k}" for k in range(40)]
    problem = Problem.of(instance(names, ids=[f"{k:02d}" for k in range(40)]))
    assert streamed.count(problem, Control()) is None
    assert streamed.count(random_problem(5), Control(time_limit=100.0)) is not None


def test_along_borders_any_number_is_tried_in_limited_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A ladder of 40 rungs has more coalitions than anybody counts, here to a million."""
    monkeypatch.setattr(streamed, "MOST_STREAMED", 1e6)
    names = [f"N{k}" for k in range(80)]
    pairs = [(k, k + 2) for k in range(78)] + [(k, k + 1) for k in range(0, 80, 2)]
    problem = Problem.of(
        instance(
            names,
            ids=[f"{k:02d}" for k in range(80)],
            neighbours=tuple(Neighbours(f"{a:02d}", f"{b:02d}") for a, b in pairs),
            rules={"contiguous": True},
        )
    )
    assert streamed.count(problem, Control()) is None
    counted = streamed.count(problem, Control(time_limit=1.0))
    assert counted is not None
    assert counted.more
