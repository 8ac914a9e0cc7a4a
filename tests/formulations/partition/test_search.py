"""The search: bounds that hold, plans that keep the rules, whatever stops it or fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import bruteforce
from koopopt.errors import SolverError
from koopopt.evaluation import all_alone, evaluate
from koopopt.formulations.base import Outcome
from koopopt.formulations.partition import Partition, search, selection
from koopopt.formulations.partition.master import OPTIONS_IN_ORDER, Master
from koopopt.formulations.partition.node import Node
from koopopt.problem import Problem
from koopopt.solvers import get, judge
from koopopt.solvers.base import Control, Held, Progress, Solution, Termination
from koopopt.solvers.testing import FakeSolver
from koopopt.solving.optimise import Status
from koopopt.solving.optimise import solve as solve_in_order
from koopopt.text import T
from random_instances import Dice, problem_of_size, random_problem
from tiny import instance


def solve(problem: Problem, solver: object = None, control: Control | None = None) -> Outcome:
    return Partition().solve(problem, solver or get("highs"), control or Control())  # type: ignore[arg-type]


def assert_honest(problem: Problem, outcome: Outcome, best: bruteforce.Best | None) -> None:
    """What is claimed is true, however little that is."""
    if best is None:
        assert outcome.plan is None
        return
    assert outcome.termination is not Termination.INFEASIBLE
    optimum = best.total(problem)
    assert outcome.least is None or outcome.least <= optimum
    if outcome.plan is not None:
        evaluation = evaluate(problem, outcome.plan)
        assert evaluation.feasible
        assert evaluation.total >= optimum


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few short cuts: no integer program over what is left, so that nodes are split."""
    left = search.PartitionSearch._left

    def never_few(self: search.PartitionSearch, node: Node, few: int = -1) -> object:
        return left(self, node, -1 if few == search.SMALL_PROGRAM_COLUMNS else few)

    monkeypatch.setattr(search.PartitionSearch, "_left", never_few)
    monkeypatch.setattr(search.PartitionSearch, "_cut", lambda *_, **__: False)


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("part", range(3))
def test_splitting_alone_finds_the_optimum(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    halves = []
    split = search.PartitionSearch._split

    def counted(self: search.PartitionSearch, node: Node) -> tuple[Node, ...]:
        halves.extend(found := split(self, node))
        return found

    monkeypatch.setattr(search.PartitionSearch, "_split", counted)
    for seed in range(part * 40, (part + 1) * 40):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        outcome = solve(problem)
        assert_honest(problem, outcome, best)
        if best is None:
            assert outcome.termination is Termination.INFEASIBLE, seed
            continue
        assert outcome.termination is Termination.OPTIMAL, seed
        assert outcome.least == best.total(problem), seed
        assert outcome.plan is not None
        assert evaluate(problem, outcome.plan).total == best.total(problem), seed
    assert len(halves) >= 10


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
    handed = []
    over = search.PartitionSearch._hand_over

    def hand_over(self: search.PartitionSearch, root: object) -> bool:
        handed.append(over(self, root))  # type: ignore[arg-type]
        return handed[-1]

    monkeypatch.setattr(search.PartitionSearch, "_hand_over", hand_over)
    for seed in range(90):
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
    run = Master._run

    def may_fail(self: Master, way: object, stop: float) -> object:
        runs.append(fails(len(runs)))
        status = run(self, way, stop)  # type: ignore[arg-type]
        return HighsModelStatus.kSolveError if runs[-1] else status

    monkeypatch.setattr(Master, "_run", may_fail)
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


@pytest.mark.parametrize("solved", range(1, len(OPTIONS_IN_ORDER)))
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


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[tuple[Problem, bruteforce.Best]]]:
    """Problems that are handed to the back end at the root."""
    left = search.PartitionSearch._left
    monkeypatch.setattr(
        search.PartitionSearch, "_left", lambda self, node, few=0: left(self, node, 10**6)
    )
    monkeypatch.setattr(search.PartitionSearch, "_integral", lambda _: False)
    monkeypatch.setattr(search.PartitionSearch, "_dive", lambda *_: None)
    monkeypatch.setattr(search.PartitionSearch, "_cut", lambda *_, **__: False)
    monkeypatch.setattr(search.PartitionSearch, "_pruned", lambda self, node: (
        bool(node.bound == np.inf or (self.solver.calls and self._within_gap(node.bound)))
    ))  # fmt: skip

    def problems() -> list[tuple[Problem, bruteforce.Best]]:
        found = [(p, bruteforce.solve(p)) for p in map(random_problem, range(40))]
        return [(p, best) for p, best in found if best is not None]

    return problems


@pytest.fixture
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other back end is asked where the first one fails."""
    monkeypatch.setattr(judge, "WITNESSES", ())


@pytest.mark.parametrize(
    "answer",
    [
        Solution(Termination.ERROR, message="numbers"),
        Solution(Termination.LIMIT),
        Solution(Termination.UNBOUNDED),
        Solution(Termination.INFEASIBLE),
        Solution(Termination.OPTIMAL),
    ],
)
def test_where_a_back_end_fails_another_one_decides(asked: Callable, answer: Solution) -> None:  # type: ignore[type-arg]
    called = 0
    for problem, best in asked():
        solver = FakeSolver(answer)
        outcome = solve(problem, solver)
        assert_honest(problem, outcome, best)
        assert outcome.termination is Termination.OPTIMAL
        assert outcome.least == best.total(problem)
        assert outcome.plan is not None
        assert evaluate(problem, outcome.plan).total == best.total(problem)
        called += bool(solver.calls)
    assert called > 10


@pytest.mark.usefixtures("nobody_else")
def test_a_back_end_that_fails_is_told(asked: Callable) -> None:  # type: ignore[type-arg]
    failed = 0
    for problem, best in asked():
        solver = FakeSolver(Solution(Termination.ERROR, message="numbers"))
        outcome = solve(problem, solver)
        assert_honest(problem, outcome, best)
        if outcome.termination is not Termination.OPTIMAL:
            assert outcome.termination is Termination.ERROR
            assert outcome.message == "numbers"
            failed += 1
    assert failed > 10


@pytest.mark.usefixtures("nobody_else")
def test_a_back_end_that_is_late_is_told(asked: Callable) -> None:  # type: ignore[type-arg]
    for how in (Termination.TIME_LIMIT, Termination.LIMIT, Termination.INTERRUPTED):
        told = set()
        for problem, best in asked():
            outcome = solve(problem, FakeSolver(Solution(how)))
            assert_honest(problem, outcome, best)
            told.add(outcome.termination)
        assert told == {how, Termination.OPTIMAL}


@pytest.mark.usefixtures("nobody_else")
def test_rubbish_is_never_a_plan(asked: Callable) -> None:  # type: ignore[type-arg]
    rng = np.random.default_rng(0)

    class Rubbish(FakeSolver):
        def solve(self, model, control, **others):  # type: ignore[no-untyped-def]
            value = rng.integers(0, 2, model.shape[1]).astype(float)
            self.solution = Solution(Termination.OPTIMAL, Held.OPTIMAL, value, 0.0, None)
            return super().solve(model, control, **others)

    wrong = 0
    for problem, best in asked():
        outcome = solve(problem, Rubbish())
        assert_honest(problem, outcome, best)
        assert outcome.termination in (Termination.OPTIMAL, Termination.LIMIT)
        if outcome.termination is Termination.LIMIT:
            assert outcome.message
            wrong += 1
    assert wrong > 10


def test_what_a_back_end_raises_comes_out(asked: Callable) -> None:  # type: ignore[type-arg]
    said = []
    for problem, _ in asked():
        try:
            solve(problem, FakeSolver(raises=SolverError(T("out of memory"))))
        except SolverError as error:
            said.append(str(error))
    assert len(said) > 10
    assert set(said) == {"out of memory"}


def test_infeasible_is_said_so() -> None:
    problem = Problem.of(instance(rules={"forbid_alone": True, "max_members": 2}))
    outcome = solve(problem)
    assert outcome.termination is Termination.INFEASIBLE
    assert outcome.plan is None


def few_are_hot(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(selection, "LOWEST_COALITIONS", count)
    monkeypatch.setattr(search, "LOWEST_COALITIONS", count)


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
