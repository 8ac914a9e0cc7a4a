"""The search: bounds that hold, plans that keep the rules, whatever stops it or fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import bruteforce
import koopopt
from formulations.partition.honest import assert_honest, assert_optimal, solve
from koopopt.evaluation import all_alone, evaluate
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition import (
    Partition,
    pools,
    rounds,
    search,
    selection,
    ways,
)
from koopopt.formulations.partition.handover import Handover
from koopopt.formulations.partition.improving import Improving
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.node import Node, Split
from koopopt.formulations.partition.standing import Standing
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control, Progress, Termination
from koopopt.solving.optimise import Status
from koopopt.solving.optimise import solve as solve_in_order
from random_instances import Dice, problem_of_size, random_problem
from tiny import instance


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few short cuts: no integer program over what is left, so that nodes are split."""
    left = Handover.left

    def never_few(self: Handover, node: Node, few: int = -1) -> object:
        small = few in (
            search.SMALL_PROGRAM_COLUMNS, search.FIRST_COALITIONS, search.EARLY_COALITIONS,
        )  # fmt: skip
        return left(self, node, -1 if small else few)

    monkeypatch.setattr(Handover, "left", never_few)
    monkeypatch.setattr(Handover, "looked_through", lambda *_, **__: False)
    monkeypatch.setattr(search, "MOMENT_COLUMNS", 0)
    monkeypatch.setattr(search, "NODES_BEFORE_BACK_END", 30)
    for way in ("polish", "choose", "improve"):
        monkeypatch.setattr(Improving, way, lambda *_: None)
    monkeypatch.setattr(rounds.Rounds, "cut", lambda *_, **__: False)


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("part", range(3))
def test_splitting_alone_finds_the_optimum(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    halves: list[Node] = []
    split = search.split

    def counted(rounds: rounds.Rounds, node: Node, most: float) -> Split | None:
        found = split(rounds, node, most)
        halves.extend(found.halves if found else ())
        return found

    monkeypatch.setattr(search, "split", counted)
    for seed in range(part * 60, (part + 1) * 60):
        assert_optimal(seed)
    assert len(halves) >= 10


def test_going_through_all_plans_finds_the_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without cuts and early plans there is much to go through."""
    monkeypatch.setattr(rounds.Rounds, "cut", lambda *_, **__: False)
    monkeypatch.setattr(rounds.Rounds, "integral", lambda _: False)
    for way in ("dive", "polish", "choose", "improve"):
        monkeypatch.setattr(Improving, way, lambda *_: None)
    looked: dict[str, list[bool]] = {"looked_through": [], "looked_near": []}

    def counted(way: str) -> Callable[..., bool]:
        look = getattr(Handover, way)

        def call(self: Handover, *given: Any, **named: Any) -> bool:
            looked[way].append(found := look(self, *given, **named))
            return bool(found)

        return call

    for way in looked:
        monkeypatch.setattr(Handover, way, counted(way))
    for seed in range(60):
        assert_optimal(seed)
    assert all(sum(found) >= 3 for found in looked.values())


@pytest.mark.parametrize("part", range(2))
def test_programs_that_are_approached_from_the_middle_prove_as_much(
    part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if they were large: interior points, duals near the best ones, bounds of every round."""
    monkeypatch.setattr(ways, "LARGE_PROGRAM", 0)
    monkeypatch.setattr(rounds, "NARROW_COALITIONS", 0)
    approached, approach = [], Master.approach

    def counted(self: Master, tolerance: float, time_limit: float | None = None) -> bool:
        approached.append(approach(self, tolerance, time_limit))
        return approached[-1]

    monkeypatch.setattr(Master, "approach", counted)
    for seed in range(part * 60, (part + 1) * 60):
        assert_optimal(seed)
    assert sum(approached) >= 50


def test_seat_cuts_of_the_last_round_are_in_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Approached or solved, it is the same: rows that are new have duals at any time."""
    cases = [koopopt.generate(10, seed=seed) for seed in (2, 3, 6)]
    cases = [replace(c, rules={**c.rules, "max_partner_seats": 1}) for c in cases]
    solved = [koopopt.solve(case, formulation="partition") for case in cases]
    monkeypatch.setattr(ways, "LARGE_PROGRAM", 0)
    monkeypatch.setattr(rounds, "NARROW_COALITIONS", 0)
    for case, known in zip(cases, solved, strict=True):
        found = koopopt.solve(case, formulation="partition")
        assert found.status is known.status is Status.OPTIMAL
        assert found.objective == known.objective


def test_cuts_of_an_approached_program_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "LARGE_PROGRAM", 0)
    monkeypatch.setattr(rounds, "NARROW_COALITIONS", 0)
    problem = Problem.of(koopopt.read("werra-meissner"))
    standing = Standing(problem, get("highs"), Control())
    tree = search.Tree(standing, pools(problem))
    assert tree.rounds.feasible(tree.root)
    values = []
    for _ in range(4):
        tree.rounds.generate(tree.root)
        values.append(tree.master.objective)
        if not tree.rounds.cut(larger=False):
            break
    assert len(values) > 2
    assert all(b >= a * (1 - 1e-5) for a, b in pairwise(values))
    assert values[-1] > values[0] * (1 + 1e-4)


@pytest.mark.parametrize("after", [0, 1, 3, 8, 20])
def test_stopping_at_any_time_leaves_what_is_true(after: int) -> None:
    """Cancelled at its so-manieth word, or out of time from the start."""
    stopped = 0
    for seed in range(50):
        problem = random_problem(seed)
        cancel, words = threading.Event(), []

        def listen(said: Progress, words: list = words, cancel: threading.Event = cancel) -> None:
            words.append(said)
            if len(words) > after:
                cancel.set()

        outcome = solve(problem, control=Control(cancel=cancel, on_progress=listen))
        assert_honest(problem, outcome, bruteforce.solve(problem))
        if outcome.termination is Termination.INTERRUPTED:
            assert cancel.is_set()
            stopped += 1
    assert stopped > (5 if after < 20 else -1)


def test_out_of_time() -> None:
    problem = Problem.of(instance())
    late = solve(problem, control=Control(time_limit=0.0))
    assert late.termination is Termination.TIME_LIMIT
    assert late.plan is not None
    assert late.least is None
    cancel = threading.Event()
    cancel.set()
    assert solve(problem, control=Control(cancel=cancel)).termination is Termination.INTERRUPTED
    dice = Dice(np.random.default_rng(3))
    large = problem_of_size(dice, 9, 3, 3)
    outcome = solve(large, control=Control(time_limit=0.05))
    assert outcome.plan is None or evaluate(large, outcome.plan).feasible


def test_a_start_is_kept_if_nothing_better_comes() -> None:
    problem = Problem.of(instance())
    best = solve(problem)
    assert best.plan is not None
    assert best.plan != all_alone(problem)
    late = Partition().solve(problem, get("highs"), Control(time_limit=0.0), best.plan)
    assert late.plan == best.plan
    strict = replace(problem, plan_rules=Problem.of(instance(rules={"max_bodies": 0})).plan_rules)
    again = Partition().solve(strict, get("highs"), Control(time_limit=0.0), best.plan)
    assert again.plan == all_alone(problem)  # a start that breaks a rule is none


def test_stages_hand_on_their_plan() -> None:
    """In lexicographic order, a later stage starts from the plan of the one before."""
    seen = []

    class Watched(Partition):
        def solve(self, problem, solver, control, start=None):  # type: ignore[no-untyped-def]
            outcome = super().solve(problem, solver, control, start)
            seen.append((problem, start, outcome.plan))
            return outcome

    from koopopt.solving.optimise import _in_order

    problem = Problem.of(instance(), lexicographic=("bodies", "travel"))
    outcome = _in_order(problem, Watched(), get("highs"), Control())
    assert outcome.termination is Termination.OPTIMAL
    assert [start for _, start, _ in seen] == [None, *(plan for _, _, plan in seen[:-1])]
    for stage, start, plan in seen:
        if start is not None:
            assert evaluate(stage, start).feasible
            assert evaluate(stage, plan).total <= evaluate(stage, start).total


@pytest.mark.parametrize("short_cuts", [True, False])
def test_the_gap_asked_for_is_proven_and_true(
    short_cuts: bool, request: pytest.FixtureRequest
) -> None:
    """The bound is no better than what was proven: never above the optimum."""
    if not short_cuts:
        request.getfixturevalue("worked")
    early = 0
    for seed in range(90):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        outcome = solve(problem, control=Control(gap=0.05))
        assert_honest(problem, outcome, best)
        if best is None:
            continue
        assert outcome.termination is Termination.OPTIMAL, seed
        assert outcome.plan is not None
        value = evaluate(problem, outcome.plan).total
        assert outcome.least is not None
        assert value - outcome.least <= Fraction(5, 100) * abs(value), seed
        early += value > best.total(problem)
    assert early > 0


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("gap", [0.0, 0.05])
def test_what_is_left_is_handed_over(gap: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """After few nodes the back end decides over all that is left at the root."""
    monkeypatch.setattr(search, "NODES_BEFORE_BACK_END", 1)
    monkeypatch.setattr(search, "TREE_FIRST", 0.0)
    handed = []
    over = search.Tree._hand_over

    def hand_over(self: search.Tree) -> bool:
        handed.append(over(self))
        return handed[-1]

    monkeypatch.setattr(search.Tree, "_hand_over", hand_over)
    for seed in range(130):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        outcome = solve(problem, control=Control(gap=gap))
        assert_honest(problem, outcome, best)
        assert (outcome.termination is Termination.INFEASIBLE) == (best is None), seed
        if best is not None:
            assert outcome.plan is not None
            value = evaluate(problem, outcome.plan).total
            assert outcome.least is not None
            assert value - outcome.least <= Fraction(str(gap)) * abs(value), seed
    assert sum(handed) > 3


def failing(monkeypatch: pytest.MonkeyPatch, fails: Callable[[int], bool]) -> list[bool]:
    """Let HiGHS fail at those of its runs; return the runs so far, whether each failed."""
    from highspy import HighsModelStatus

    runs: list[bool] = []
    run = ways._run

    def may_fail(lp: object, way: object, stop: float) -> object:
        runs.append(fails(len(runs)))
        status = run(lp, way, stop)  # type: ignore[arg-type]
        return HighsModelStatus.kSolveError if runs[-1] else status

    monkeypatch.setattr(ways, "_run", may_fail)
    return runs


def failing_from(
    run: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[int, Problem, bruteforce.Best | None, Outcome]]:
    """Yield random problems, their best plans, and outcomes where HiGHS fails from a run on."""
    for seed in range(40):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        with monkeypatch.context() as broken:
            failing(broken, lambda k: k >= run)
            outcome = solve(problem)
        assert_honest(problem, outcome, best)
        yield seed, problem, best, outcome


@pytest.mark.parametrize("solved", range(1, len(ways.WARM)))
def test_a_linear_program_is_solved_in_other_ways(
    solved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = failing(monkeypatch, lambda k: k % (solved + 1) < solved)
    for seed in range(30):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        outcome = solve(problem)
        assert_honest(problem, outcome, best)
        assert (outcome.termination is Termination.INFEASIBLE) == (best is None), seed
        assert best is None or outcome.least == best.total(problem), seed
    assert any(runs)


@pytest.mark.parametrize("after", [0, 1, 4])
def test_where_no_linear_program_can_be_solved_the_back_end_decides(
    after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed, problem, best, outcome in failing_from(after, monkeypatch):
        assert (outcome.termination is Termination.INFEASIBLE) == (best is None), seed
        assert best is None or outcome.least == best.total(problem), seed


@pytest.mark.parametrize("after", [0, 2, 4])
def test_what_is_too_much_for_the_back_end_stays_open(
    after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MAX_BACK_END_COALITIONS", -1)
    told = set()
    for *_, outcome in failing_from(after, monkeypatch):
        told.add(outcome.termination)
        assert bool(outcome.message) == (outcome.termination is Termination.ERROR)
    assert Termination.ERROR in told


def test_infeasible_is_said_so() -> None:
    problem = Problem.of(instance(rules={"forbid_alone": True, "max_members": 2}))
    outcome = solve(problem)
    assert outcome.termination is Termination.INFEASIBLE
    assert outcome.plan is None


def few_are_hot(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(selection, "LOWEST_COALITIONS", count)
    monkeypatch.setattr(rounds, "LOWEST_COALITIONS", count)


def test_a_large_pool_is_searched_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pool counts as large: hot parts, cuts among them, plans improved part by part."""
    few_are_hot(monkeypatch, 4)
    for seed in range(60):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        outcome = solve(problem, control=Control(threads=2))
        assert_honest(problem, outcome, best)
        if best is not None:
            assert outcome.least == best.total(problem), seed
    for seed in range(4):
        dice = Dice(np.random.default_rng(seed))
        problem = problem_of_size(dice, 8, 2, seed)
        few_are_hot(monkeypatch, 20)
        parts = solve_in_order(problem, formulation="partition")
        few_are_hot(monkeypatch, 20_000)
        plain = solve_in_order(problem, formulation="partition")
        assert parts.status is plain.status
        assert parts.status in (Status.OPTIMAL, Status.INFEASIBLE)
        if plain.objective is not None:
            assert parts.objective == plain.objective
