"""What the model leaves out is learnt from plans, and cuts off no others."""

from __future__ import annotations

import numpy as np
import pytest

import bruteforce
from koopopt.evaluation import evaluate
from koopopt.formulations import pieces
from koopopt.formulations.assignment import Assignment, blocks, search
from koopopt.formulations.assignment.cuts import (
    Lessons,
    NoGood,
    Separator,
    distances,
    hops,
    separators,
)
from koopopt.formulations.assignment.model import write
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control, Termination
from random_instances import random_problem
from tiny import instance, service


@pytest.mark.parametrize("part", range(4))
def test_what_is_left_out_is_learnt(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one piece a curve and no rows for contiguity or losers the optimum is the same."""
    monkeypatch.setattr(pieces, "MAX_FIRST_PIECES", 1)
    monkeypatch.setattr(search, "COARSE_FROM_COLUMNS", 0)
    monkeypatch.setattr(blocks.ModelBlock, "_near_rows", lambda *_: None)
    monkeypatch.setattr(blocks.ModelBlock, "_loser_rows", lambda *_: None)
    for seed in range(50_000 + part * 60, 50_000 + (part + 1) * 60):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        outcome = Assignment().solve(problem, get("highs"), Control())
        if best is None:
            assert outcome.termination is Termination.INFEASIBLE, seed
            continue
        assert outcome.termination is Termination.OPTIMAL, (seed, outcome.message)
        assert outcome.least == best.total(problem), seed
        assert evaluate(problem, outcome.plan).total == best.total(problem), seed


def test_plans_that_are_cut_off_do_not_come_back() -> None:
    """Cutting off one best plan after the other walks through all plans in order."""
    problem = Problem.of(instance(services=(service("water"),)))
    weights = (1.0, 10.0, 0.0, 0.0, 0.0)
    plans = list(bruteforce.all_plans(problem))
    lessons = Lessons()
    for plan in plans:
        for p in plan.pooled:
            lessons.point(0, range(3), _demand(problem, p))
    value = sorted(evaluate(problem, p).objective for p in plans)
    for best in value:
        model = write(problem, lessons)
        solution = get("highs").solve(model.linear, Control(), weights=weights)
        assert solution.objective == pytest.approx(best)
        assert solution.values is not None
        lessons.plan(model.plan(solution.values))
    solution = get("highs").solve(write(problem, lessons).linear, Control(), weights=weights)
    assert solution.termination is Termination.INFEASIBLE


def _demand(problem: Problem, p: object) -> float:
    return float(problem.facts.demand[0, problem.facts.members(p)].sum())  # type: ignore[arg-type]


def test_no_goods_forbid_exactly_these_members() -> None:
    problem = Problem.of(instance(services=(service("water"),)))
    lessons = Lessons()
    lessons.add([NoGood(0, h, (0, 1, 2)) for h in range(3)])
    lessons.add([NoGood(0, 0, (0, 1))])
    model = write(problem, lessons)
    for plan in bruteforce.all_plans(problem):
        values = model.values(plan)
        assert values is not None
        forbidden = any(
            len(p.members) == 3 or (p.members == ("01", "02") and p.seat == "01")
            for p in plan.partnerships
        )
        assert (model.linear.violation(values) > 0.5) == forbidden


def test_a_no_good_of_one_mode_leaves_the_others() -> None:
    problem = Problem.of(instance(["A", "B", "C", "D"], services=(service("water"),)))
    model = write(problem, Lessons())
    plan = next(p for p in bruteforce.all_plans(problem) if len(p.partnerships[0].members) == 3)
    values = model.values(plan)
    assert values is not None
    ((hub, (who, _, mode)),) = model.pools(values).items()
    assert mode is not None
    lessons = Lessons()
    lessons.add([NoGood(*hub, tuple(who.tolist()), mode.key)])
    again = write(problem, lessons)
    assert again.linear.violation(values) > 0.5
    assert "no_good" in " ".join(again.linear.rows)
    lessons.point(0, range(4), (mode.piece.low + mode.piece.high) / 2)
    split = write(problem, lessons)  # the piece is cut up: the cut is of no use any more
    assert "no_good" not in " ".join(split.linear.rows)


PATH = np.zeros((5, 5), bool)
for k in range(4):
    PATH[k, k + 1] = PATH[k + 1, k] = True


def test_separators_name_who_connects() -> None:
    everyone = np.ones((5, 5), bool)
    cuts = set(separators(PATH, everyone, 0, np.array([0, 4])))
    assert cuts == {Separator(0, 4, 0, (1,)), Separator(0, 0, 4, (3,))}
    nobody_past_2 = everyone.copy()
    nobody_past_2[2, 0] = False  # municipality 2 may not go to hub 0
    assert Separator(0, 0, 4, ()) in set(separators(PATH, nobody_past_2, 0, np.array([0, 4])))


def test_distances_count_borders() -> None:
    assert distances(PATH)[0].tolist() == [0, 1, 2, 3, 4]
    assert distances(np.zeros((2, 2), bool)).tolist() == [[0, 2], [2, 0]]
    inside = np.array([True, True, False, True, True])
    assert hops(PATH, inside, 0).tolist() == [0, 1, -1, -1, -1]
