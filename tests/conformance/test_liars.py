"""Whatever a back end says, no untrue claim leaves koopopt: by plans, fronts and reasons."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import bruteforce
import koopopt
import tiny
from conformance.liars import LIES, Liar
from koopopt.errors import SolverError
from koopopt.inquiry.conflicts import conflicts
from koopopt.inquiry.conflicts.words import reasons
from koopopt.linear import LinearModel, ModelBuilder
from koopopt.pareto.front import Front
from koopopt.problem import Problem
from koopopt.solvers import judge
from koopopt.solvers.testing import FakeSolver
from koopopt.solving.optimise import Result, Status, solve
from koopopt.text import T
from random_instances import random_problem

FORMULATIONS = ("partition", "assignment")
SEEDS = [0, 1, 2, 3, 5, 8, 12, 40]


def problems() -> list[tuple[Problem, bruteforce.Best | None]]:
    found = [Problem.of(tiny.instance()), *map(random_problem, SEEDS)]
    found.append(Problem.of(tiny.instance(rules={"forbid_alone": True, "max_members": 2})))
    found.append(Problem.of(tiny.instance(), limits={"cost": 1.0}))
    return [(p, bruteforce.solve(p)) for p in found]


PROBLEMS = problems()


def assert_true(result: Result, best: bruteforce.Best | None) -> None:
    """Status, plan and bound are true, however little is claimed."""
    problem = result.problem
    if best is None:
        assert result.evaluation is None
        assert result.status in (Status.INFEASIBLE, Status.NO_SOLUTION)
        return
    optimum = best.total(problem)
    assert result.status is not Status.INFEASIBLE
    if result.evaluation is not None:
        assert result.evaluation.feasible
        assert result.evaluation.total >= optimum
    if result.bound is not None:
        assert Fraction(result.bound) <= Fraction(float(best.exact))
    if result.status is Status.OPTIMAL:
        assert result.evaluation is not None
        assert result.evaluation.total == optimum
        assert result.bound == result.objective


@pytest.mark.parametrize("formulation", FORMULATIONS)
@pytest.mark.parametrize("lie", LIES)
def test_plans_are_decided_all_the_same(lie: str, formulation: str) -> None:
    """Others are asked, and know: the liar changes nothing but the time."""
    for problem, best in PROBLEMS:
        result = solve(problem, solver=Liar(lie=LIES[lie]), formulation=formulation)
        assert_true(result, best)
        assert result.status is (Status.INFEASIBLE if best is None else Status.OPTIMAL)


@pytest.mark.parametrize("formulation", FORMULATIONS)
@pytest.mark.parametrize("lie", LIES)
def test_a_liar_alone_proves_nothing_untrue(
    lie: str, formulation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "WITNESSES", ())
    called = 0
    for problem, best in PROBLEMS:
        liar = Liar(lie=LIES[lie])
        result = solve(problem, solver=liar, formulation=formulation)
        assert_true(result, best)
        called += bool(liar.calls)
    assert called >= (1 if formulation == "partition" else len(PROBLEMS) // 2)


@pytest.mark.parametrize("formulation", FORMULATIONS)
@pytest.mark.parametrize("lie", ["says there is none", "bound far above", "all ones"])
def test_lexicographic_stages_are_true(lie: str, formulation: str) -> None:
    for seed in SEEDS[:5]:
        free = random_problem(seed)
        problem = Problem.of(free.instance, lexicographic=("travel", "cost"))
        left = bruteforce.all_criteria(problem)
        result = solve(problem, solver=Liar(lie=LIES[lie]), formulation=formulation)
        if not len(left):
            assert result.status is Status.INFEASIBLE
            continue
        assert result.status is Status.OPTIMAL
        assert result.evaluation is not None
        least = left[:, 1].min()
        assert result.evaluation.amounts[1] == least
        assert result.evaluation.amounts[0] == left[left[:, 1] == least, 0].min()


@pytest.mark.parametrize("formulation", FORMULATIONS)
def test_what_is_known_to_be_wrong_is_named(formulation: str) -> None:
    told = set()
    for problem, _ in PROBLEMS:
        for lie in ("says there is none", "bound far above"):
            liar = Liar(lie=LIES[lie])
            result = solve(problem, solver=liar, formulation=formulation)
            for doubt in result.doubts:
                assert str(doubt).startswith("fake said that ")
                told.add(lie)
            if formulation == "assignment" and liar.calls and result.evaluation is not None:
                assert result.doubts
    assert told or formulation == "partition"


@pytest.mark.parametrize("formulation", FORMULATIONS)
def test_late_answers_and_broken_back_ends(formulation: str) -> None:
    for problem, best in PROBLEMS[:4]:
        slow = Liar(lie=LIES["says there is none"], delay=5.0)
        late = solve(problem, solver=slow, formulation=formulation, time_limit=0.3)
        assert_true(late, best)
        assert late.seconds < 3.0
        broken = FakeSolver(raises=SolverError(T("out of memory")))
        try:
            result = solve(problem, solver=broken, formulation=formulation)
        except SolverError as error:
            said = str(error)
        else:
            assert_true(result, best)
            said = result.message
        assert said in ("", "out of memory")


def nondominated(values: np.ndarray) -> list[tuple[int, ...]]:
    points = {tuple(v) for v in values.tolist()}
    return sorted(
        p
        for p in points
        if not any(q != p and all(a <= b for a, b in zip(q, p, strict=True)) for q in points)
    )


def assert_front(front: Front, values: np.ndarray, units: tuple[int, ...]) -> None:
    """Complete only if complete, infeasible only if so, and every point is one."""
    everything = {tuple(v) for v in values.tolist()}
    found = [
        tuple(round(v * u) for v, u in zip(p.values, units, strict=True)) for p in front.points
    ]
    assert set(found) <= everything
    if front.infeasible:
        assert not everything
    if front.complete:
        assert found == nondominated(values)


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("formulation", FORMULATIONS)
@pytest.mark.parametrize("alone", [False, True])
def test_fronts_of_plans_are_true(
    lie: str, formulation: str, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if alone:
        monkeypatch.setattr(judge, "WITNESSES", ())
    chosen = [PROBLEMS[0], PROBLEMS[3], PROBLEMS[-2], PROBLEMS[-1]]
    liar = Liar(lie=LIES[lie])
    for problem, best in chosen:
        front = koopopt.front(
            problem, ("cost", "travel"), solver=liar, formulation=formulation,
            workers=1, time_limit=20.0,
        )  # fmt: skip
        values = bruteforce.all_criteria(problem)[:, :2]
        assert_front(front, values, (100, 10_000))
        assert (best is None) == (not len(values))
        if not alone:
            assert front.complete or front.infeasible
    assert liar.calls


def program(rows: bool = True) -> LinearModel:
    """Return two objectives over six binaries; with rows, four of them at least are chosen."""
    builder = ModelBuilder("program")
    columns = builder.columns([f"x{k}" for k in range(6)])
    row = builder.rows(["least"], 4.0 if rows else 7.0)
    builder.entries(row, columns, 1.0)
    builder.objective("price", columns, [5, 3, 8, 1, 9, 4])
    builder.objective("time", columns, [2, 7, 1, 8, 2, 8])
    return builder.build()


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("alone", [False, True])
def test_fronts_of_models_are_true(lie: str, alone: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if alone:
        monkeypatch.setattr(judge, "WITNESSES", ())
    for feasible in (True, False):
        model = program(feasible)
        points = np.array([[k >> j & 1 for j in range(6)] for k in range(64)], float)
        points = points[points.sum(axis=1) >= (4 if feasible else 7)]
        values = np.array([[o.coefficients @ x for o in model.objectives] for x in points]).reshape(
            -1, 2
        )
        liar = Liar(lie=LIES[lie])
        front = koopopt.front(model, solver=liar, workers=1, time_limit=20.0)
        assert liar.calls
        assert_front(front, np.rint(values).astype(int), (1, 1))
        if not alone:
            assert front.complete or front.infeasible


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("formulation", FORMULATIONS)
def test_reasons_are_true(lie: str, formulation: str) -> None:
    """A rule is at fault only if there is a plan without it."""
    asked = Problem.of(tiny.instance(rules={"forbid_alone": ["01"], "max_minutes": 1.0}))

    assert bruteforce.solve(asked) is None
    found = conflicts(asked, solver=Liar(lie=LIES[lie]), formulation=formulation, time_limit=30.0)
    assert [s.render() for s in reasons(found, 30.0)] == [
        "Without this rule there is a plan: at most so many minutes to the seat: 1"
        " [rules.max_minutes]",
        "Without this rule there is a plan: certain municipalities not alone: Ahausen"
        " [rules.forbid_alone]",
    ]
