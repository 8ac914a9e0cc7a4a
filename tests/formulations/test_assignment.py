"""The assignment formulation: what it claims of its modes, its model and its search."""

from __future__ import annotations

import threading
from dataclasses import replace
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest

import bruteforce
from koopopt.case.facts import Facts
from koopopt.case.library import LegalForm
from koopopt.criteria import CRITERIA
from koopopt.errors import SolverError, UsageError
from koopopt.evaluation import all_alone, evaluate
from koopopt.formulations.assignment import Assignment, blocks, modes, search
from koopopt.formulations.assignment.cuts import Lessons, NoGood
from koopopt.formulations.assignment.model import write
from koopopt.problem import Problem
from koopopt.solvers import get, judge
from koopopt.solvers.base import Control, Held, Progress, Solution, Termination
from koopopt.solvers.testing import FakeSolver
from koopopt.text import T
from random_instances import random_problem
from tiny import ASSOCIATION, instance, service


@pytest.mark.parametrize("part", range(4))
def test_every_plan_is_a_solution_at_no_more_than_its_cost(part: int) -> None:
    """The model is a relaxation: what is proven of it holds for the problem.

    In people's units a cost may be above the true one by what rounding to the cent takes off.
    """
    for seed in range(part * 60, (part + 1) * 60):
        problem = random_problem(seed)
        model = write(problem, Lessons())
        for plan in islice(bruteforce.all_plans(problem), 0, 200, 9):
            values = model.values(plan)
            assert values is not None, (seed, plan)
            assert model.linear.violation(values) < 1e-6, (seed, plan)
            assert model.plan(values) == plan
            evaluation = evaluate(problem, plan)
            amounts = dict(zip(CRITERIA, evaluation.amounts, strict=True))
            for objective in model.linear.objectives:
                value = float(objective.coefficients @ values) + objective.offset
                shown = round(value * CRITERIA[objective.name].per_one)
                if objective.name != "cost":
                    assert shown == amounts[objective.name], (seed, plan)
                else:
                    assert shown <= amounts["cost"] + len(plan.pooled), (seed, plan)


def test_model_is_named_for_people() -> None:
    model = Assignment().build(Problem.of(instance()))
    assert [o.name for o in model.objectives] == list(CRITERIA)
    assert {"a[water,01]", "x[water,01,02,association,pair]", "y[water,03,association,1]",
            "x[housing,01,03,association,1]", "o[02]"} <= set(model.columns)  # fmt: skip
    assert len(set(model.columns)) == len(model.columns)
    assert len(set(model.rows)) == len(model.rows)
    assert model.integer.all()


@pytest.mark.parametrize("seed", range(40))
def test_names_are_unique(seed: int) -> None:
    model = Assignment().build(random_problem(seed))
    assert len(set(model.columns)) == len(model.columns)
    assert len(set(model.rows)) == len(model.rows)


@pytest.mark.parametrize("part", range(4))
def test_what_is_left_out_is_learnt(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one piece a curve and no rows for contiguity or losers the optimum is the same."""
    monkeypatch.setattr(modes, "MAX_FIRST_PIECES", 1)
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


def solve(problem: Problem, solver: object, control: Control | None = None) -> object:
    return Assignment().solve(problem, solver, control or Control())  # type: ignore[arg-type]


def test_failures_of_a_back_end_are_told_and_plans_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Problem.of(instance())
    broken = solve(problem, FakeSolver(raises=SolverError(T("out of memory"))))
    assert broken.termination is Termination.ERROR
    assert "memory" in broken.message
    assert broken.plan is not None  # today's
    assert broken.least is None
    best = bruteforce.solve(problem)
    assert best is not None
    for answer in (
        Solution(Termination.ERROR, message="numbers"),
        Solution(Termination.INFEASIBLE),
    ):  # another one is asked, and decides
        asked = solve(problem, FakeSolver(answer))
        assert asked.termination is Termination.OPTIMAL
        assert asked.least == best.total(problem)
        assert evaluate(problem, asked.plan).total == best.total(problem)
    assert any("no solution, but there is one" in str(doubt) for doubt in asked.doubts)
    monkeypatch.setattr(judge, "WITNESSES", ())
    failed = solve(problem, FakeSolver(Solution(Termination.ERROR, message="numbers")))
    assert (failed.termination, failed.message) == (Termination.ERROR, "numbers")
    liar = solve(problem, FakeSolver(Solution(Termination.INFEASIBLE)))
    assert liar.termination is Termination.LIMIT
    assert liar.plan == all_alone(problem)
    assert liar.least is None
    assert liar.doubts


def test_rubbish_is_never_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "WITNESSES", ())
    problem = Problem.of(instance(rules={"max_minutes": 1.0}))
    size = Assignment().build(problem).shape[1]
    for values in (np.zeros(size), np.ones(size)):
        rubbish = Solution(Termination.OPTIMAL, Held.OPTIMAL, values, 0.0, 0.0)
        outcome = solve(problem, FakeSolver(rubbish))
        assert outcome.termination is not Termination.OPTIMAL
        assert outcome.least is None
        assert outcome.plan == all_alone(problem)


def test_infeasible_is_said_so() -> None:
    problem = Problem.of(instance(rules={"forbid_alone": True, "max_members": 2}))
    outcome = solve(problem, get("highs"))
    assert outcome.termination is Termination.INFEASIBLE
    assert outcome.plan is None


def test_stopping_keeps_the_best_plan() -> None:
    problem = Problem.of(instance())
    cancel = threading.Event()
    cancel.set()
    outcome = solve(problem, get("highs"), Control(cancel=cancel))
    assert outcome.termination is Termination.INTERRUPTED
    assert outcome.plan is not None
    late = solve(problem, get("highs"), Control(time_limit=0.0))
    assert late.termination is Termination.TIME_LIMIT
    assert late.plan is not None


def test_a_start_is_kept_if_nothing_better_comes() -> None:
    problem = Problem.of(instance())
    best = solve(problem, get("highs"))
    late = Assignment().solve(problem, get("highs"), Control(time_limit=0.0), best.plan)
    assert late.plan == best.plan


def test_gap_and_progress() -> None:
    problem = Problem.of(instance([f"N{k}" for k in range(7)]))
    seen: list[Progress] = []
    outcome = solve(problem, get("highs"), Control(gap=0.2, on_progress=seen.append))
    assert outcome.termination is Termination.OPTIMAL
    assert outcome.plan is not None
    value = evaluate(problem, outcome.plan).total
    assert outcome.least is not None
    assert value - outcome.least <= Fraction(2, 10) * abs(value)
    assert seen
    assert seen[-1].incumbent is not None


def test_it_says_what_it_will_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"N{k}" for k in range(60)]
    many = instance(names, ids=[f"{k:03d}" for k in range(60)])
    effort = Assignment().estimate(Problem.of(many), Control())
    assert effort.refusal is None
    strict = replace(many, rules={"no_losers": "demand"})
    assert "no_losers" in str(Assignment().estimate(Problem.of(strict), Control()).refusal)
    little = Control(memory=int(effort.bytes / 2))
    assert "memory" in str(Assignment().estimate(Problem.of(many), little).refusal)
    with pytest.raises(UsageError):
        solve(Problem.of(many), get("highs"), little)
    monkeypatch.setattr("koopopt.solvers.base.usual", lambda: 1000)
    with pytest.raises(UsageError):
        Assignment().build(Problem.of(many))


def test_county_is_written_quickly() -> None:
    """Milliseconds on a quiet machine; the limit here only catches a slip."""
    import time

    agreement = LegalForm(id="agreement", title={"en": "Agreement"}, max_members=3)
    forms = (agreement, ASSOCIATION)
    names = [f"N{k}" for k in range(16)]
    county = instance(
        names,
        ids=[f"{k:02d}" for k in range(16)],
        services=tuple(service(s) for s in ("water", "wastewater", "housing", "local-area")),
        legal_forms=forms,
        rules={"max_partner_seats": 3},
    )
    problem = Problem.of(county)
    assert Facts.of(county).n == 16
    began = time.process_time()
    model = Assignment().build(problem)
    assert time.process_time() - began < 1.5
    assert model.shape[1] > 5_000
