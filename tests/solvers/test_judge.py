"""The judge: whatever back ends say, nothing untrue is claimed, and what was wrong is named."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from koopopt.errors import SolverError
from koopopt.linear import LinearModel
from koopopt.solvers import get, judge
from koopopt.solvers.account import dot, is_whole, keeps
from koopopt.solvers.base import Control, Held, Solution, Termination
from koopopt.solvers.judge import NO_SOLUTION_VALUE, Verdict, decide
from koopopt.solvers.testing import FakeSolver
from koopopt.text import T
from solvers.models import INF, enumerated, model

# minimise -5 x0 - 4 x1 - 3 x2 where 2 x0 + 3 x1 + x2 ≤ 5 and so on: (1, 1, 0) is -9
SMALL = model(
    [-5, -4, -3],
    [(-INF, [2, 3, 1], 5), (-INF, [4, 1, 2], 11), (-INF, [3, 4, 2], 8)],
)
BEST = -9
KNOWN = np.array([1.0, 0.0, 0.0])
OPTIMAL = np.array([1.0, 1.0, 0.0])
IMPOSSIBLE = model([1, 1], [(3, [1, 1], INF)])


@dataclass(slots=True)
class Believed(FakeSolver):
    """A liar that claims to compute so precisely that its proofs count."""

    precision: float = 0.0


@dataclass(slots=True)
class Line:
    """Hands out back ends instead of the registry, and remembers whom it was asked for."""

    others: list[FakeSolver]
    asked: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> FakeSolver:
        self.asked.append(name)
        return self.others[len(self.asked) - 1]


def line(monkeypatch: pytest.MonkeyPatch, *others: FakeSolver) -> Line:
    """Let these be asked after the first."""
    found = Line(list(others))
    monkeypatch.setattr(judge, "WITNESSES", tuple(s.name for s in others))
    monkeypatch.setattr(judge, "get", found)
    return found


def assert_true(program: LinearModel, verdict: Verdict) -> None:
    """Nothing in a verdict contradicts what trying everything says."""
    best = enumerated(program)
    if verdict.values is not None:
        assert keeps(program, verdict.values)
        assert verdict.total == dot(program.objectives[0].coefficients, verdict.values)
    if verdict.least is not None and best is not None:
        assert verdict.least <= best
    if verdict.termination is Termination.INFEASIBLE:
        assert best is None
        assert verdict.values is None
    if verdict.termination is Termination.OPTIMAL:
        assert verdict.total == best


LIES = {
    "infeasible": Solution(Termination.INFEASIBLE),
    "bound above": Solution(Termination.OPTIMAL, Held.OPTIMAL, KNOWN, -5.0, -5.0),
    "whole bound above": Solution(Termination.OPTIMAL, Held.OPTIMAL, KNOWN, -5.0, -5.0, least=-5),
    "bound below": Solution(Termination.OPTIMAL, Held.OPTIMAL, OPTIMAL, -9.0, -1e9),
    "bound of nothing": Solution(Termination.OPTIMAL, Held.NONE, None, None, 1e30),
    "not a number": Solution(Termination.OPTIMAL, Held.OPTIMAL, KNOWN * np.nan, np.nan, np.nan),
    "optimal without a solution": Solution(Termination.OPTIMAL),
    "held without a solution": Solution(Termination.OPTIMAL, Held.OPTIMAL, None, -9.0, -9.0),
    "breaks a row": Solution(Termination.OPTIMAL, Held.OPTIMAL, np.ones(3), -12.0, -12.0),
    "breaks a bound": Solution(
        Termination.OPTIMAL, Held.OPTIMAL, np.array([1.0, -7.0, 1.0]), -8.0, -8.0
    ),
    "halves": Solution(Termination.OPTIMAL, Held.OPTIMAL, np.array([1, 0.5, 1]), -10.0, -10.0),
    "wrong shape": Solution(Termination.OPTIMAL, Held.OPTIMAL, np.ones(7), -12.0, -12.0),
    "worse than called": Solution(Termination.OPTIMAL, Held.OPTIMAL, np.zeros(3), -9.0, -9.0),
    "unbounded": Solution(Termination.UNBOUNDED),
    "nothing": Solution(Termination.ERROR, message="numbers"),
    "limit": Solution(Termination.LIMIT),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("start", [None, KNOWN, OPTIMAL], ids=["no start", "start", "best start"])
def test_after_a_lie_another_one_decides(lie: str, start: np.ndarray | None) -> None:
    fake = FakeSolver(LIES[lie])
    verdict = decide(SMALL, fake, Control(), start=start)
    assert_true(SMALL, verdict)
    assert verdict.termination is Termination.OPTIMAL
    assert (verdict.total, verdict.least) == (BEST, BEST)
    assert verdict.solver != "fake"
    assert len(fake.calls) == 1


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("start", [None, KNOWN, OPTIMAL], ids=["no start", "start", "best start"])
def test_a_liar_alone_proves_nothing(
    lie: str, start: np.ndarray | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    line(monkeypatch)
    verdict = decide(SMALL, FakeSolver(LIES[lie]), Control(), start=start)
    assert_true(SMALL, verdict)
    assert not verdict.settled
    assert verdict.least is None
    if start is not None:
        assert verdict.total is not None
        assert verdict.total <= dot(SMALL.objectives[0].coefficients, start)


@pytest.mark.parametrize("lie", LIES)
def test_a_program_without_solutions_stays_one(lie: str) -> None:
    values = LIES[lie].values
    answer = replace(LIES[lie], values=None if values is None else values[:2])
    for confirm in (False, True):
        verdict = decide(IMPOSSIBLE, FakeSolver(answer), Control(), confirm=confirm)
        assert verdict.termination is Termination.INFEASIBLE
        assert verdict.values is None


@pytest.mark.parametrize("lie", ["infeasible", "bound above", "bound of nothing"])
def test_who_is_contradicted_by_what_is_known_is_named(lie: str) -> None:
    """With a start at once; without one, when another back end finds a solution."""
    for start in (KNOWN, OPTIMAL, None):
        verdict = decide(SMALL, FakeSolver(LIES[lie]), Control(), start=start)
        told = [str(doubt) for doubt in verdict.doubts]
        assert len(told) == 1, start
        assert told[0].startswith("fake said that ")
        said = "there is no solution, but there is one" if lie == "infeasible" else "no solution is"
        assert said in told[0]


@pytest.mark.parametrize("lie", ["bound below", "breaks a row", "nothing", "limit", "unbounded"])
def test_who_is_only_of_no_use_is_not_accused(lie: str) -> None:
    assert not decide(SMALL, FakeSolver(LIES[lie]), Control(), start=KNOWN).doubts


@pytest.mark.parametrize("start", [None, KNOWN])
def test_a_claim_that_counted_counts_no_more_once_it_is_contradicted(
    start: np.ndarray | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bound lies between the best solution and the one in hand: nobody can know yet."""
    first = Believed(Solution(Termination.LIMIT, Held.FEASIBLE, KNOWN, -5.0, -8.0, least=-8))
    second = FakeSolver(
        Solution(Termination.OPTIMAL, Held.OPTIMAL, OPTIMAL, -9.0, -9.0), name="other"
    )
    line(monkeypatch, second)
    verdict = decide(SMALL, first, Control(), start=start)
    assert_true(SMALL, verdict)
    assert verdict.total == BEST
    assert verdict.least is None
    assert not verdict.settled  # who found the best one is not believed that it is
    assert [str(d).split()[0] for d in verdict.doubts] == ["fake"]


def test_two_have_to_agree_that_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    denies = Solution(Termination.INFEASIBLE)
    found = Solution(Termination.OPTIMAL, Held.OPTIMAL, OPTIMAL, -9.0, -9.0, least=-9)
    line(monkeypatch, Believed(found, name="other", precision=1e-10))
    verdict = decide(SMALL, Believed(denies, precision=1e-10), Control(), confirm=True)
    assert verdict.termination is Termination.OPTIMAL
    assert verdict.total == BEST
    assert ["fake" in str(d) for d in verdict.doubts] == [True]

    line(monkeypatch, Believed(denies, name="other", precision=1e-10))
    verdict = decide(IMPOSSIBLE, Believed(denies, precision=1e-10), Control(), confirm=True)
    assert verdict.termination is Termination.INFEASIBLE

    line(monkeypatch)
    verdict = decide(IMPOSSIBLE, Believed(denies, precision=1e-10), Control(), confirm=True)
    assert not verdict.settled
    exact = decide(IMPOSSIBLE, Believed(denies), Control(), confirm=True)
    assert exact.termination is Termination.INFEASIBLE


def test_the_gap_that_was_asked_for_is_proven() -> None:
    close = Solution(Termination.OPTIMAL, Held.OPTIMAL, OPTIMAL, -9.0, -10.0, least=-10)
    verdict = decide(SMALL, Believed(close), Control(gap=0.2))
    assert (verdict.termination, verdict.total, verdict.least) == (Termination.OPTIMAL, -9, -10)
    verdict = decide(SMALL, Believed(close), Control(gap=0.1))
    assert (verdict.total, verdict.least) == (-9, -9)  # 1/9 is more than a tenth: asked on


def test_a_late_answer_is_late() -> None:
    slow = FakeSolver(LIES["infeasible"], delay=5.0)
    control = Control(time_limit=0.05)
    verdict = decide(SMALL, slow, control, start=KNOWN)
    assert verdict.termination is Termination.TIME_LIMIT
    assert (verdict.total, verdict.least) == (-5, None)
    assert control.seconds < 2.0


def test_a_cancelled_question_keeps_what_is_known() -> None:
    cancel = threading.Event()
    cancel.set()
    verdict = decide(SMALL, FakeSolver(delay=5.0), Control(cancel=cancel), start=KNOWN)
    assert verdict.termination is Termination.INTERRUPTED
    assert (verdict.total, verdict.least) == (-5, None)
    assert (verdict.values == KNOWN).all()


def test_what_the_first_raises_comes_out_and_others_are_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = FakeSolver(raises=SolverError(T("out of memory")))
    with pytest.raises(SolverError, match="out of memory"):
        decide(SMALL, broken, Control())
    good = Solution(Termination.OPTIMAL, Held.OPTIMAL, OPTIMAL, -9.0, -9.0, least=-9)
    line(monkeypatch, replace(broken, name="broken"), Believed(good, name="good"))
    verdict = decide(SMALL, FakeSolver(), Control())
    assert (verdict.termination, verdict.solver) == (Termination.OPTIMAL, "good")


def test_starts_are_checked_like_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    line(monkeypatch)
    for rubbish in (np.ones(3), np.ones(2), np.full(3, np.nan), np.array([5.0, 0, 0])):
        verdict = decide(SMALL, FakeSolver(), Control(), start=rubbish)
        assert verdict.values is None
        assert verdict.total is None


def random_whole(seed: int) -> LinearModel:
    """Return a small program in whole numbers, a third of them with large ones."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 7)), int(rng.integers(1, 5))
    size = int(rng.choice([5, 5, 10**6]))
    rows = []
    for _ in range(m):
        coefficients = rng.integers(-size, size + 1, n)
        side = int(coefficients @ rng.integers(0, 2, n))
        side += int(rng.integers(-2, 3)) if rng.random() < 0.6 else 0
        rows.append([(-INF, coefficients, side), (side, coefficients, INF)][int(rng.integers(2))])
    return model(rng.integers(-size, size + 1, n), rows)


@pytest.mark.parametrize("part", range(4))
def test_verdicts_are_those_of_trying_everything(part: int) -> None:
    rng = np.random.default_rng(part)
    for seed in range(part * 25, (part + 1) * 25):
        program = random_whole(seed)
        assert is_whole(program)
        best = enumerated(program)
        lie = LIES[list(LIES)[int(rng.integers(len(LIES)))]]
        for solver in (get("highs"), get("cp-sat"), FakeSolver(lie)):
            verdict = decide(program, solver, Control(), confirm=bool(seed % 2))
            assert_true(program, verdict)
            assert verdict.settled, (seed, solver.name, verdict.termination, verdict.message)
            assert (verdict.termination is Termination.INFEASIBLE) == (best is None), seed
            if best is None:
                assert verdict.least == NO_SOLUTION_VALUE
            else:
                assert verdict.total == verdict.least == best


def test_what_floating_point_cannot_tell_is_decided_in_whole_numbers() -> None:
    """Two solutions differ by one in 2^52; HiGHS alone would not see it."""
    large = 2**52
    program = model([large, large - 1, large + 1], [(1, [1, 1, 1], 1)])
    verdict = decide(program, get("highs"), Control())
    assert verdict.termination is Termination.OPTIMAL
    assert verdict.total == verdict.least == large - 1
    assert verdict.values is not None
    assert verdict.values.tolist() == [0, 1, 0]


def test_numbers_beyond_everybody_are_not_decided() -> None:
    """Sums beyond 2^61: a solution counts, its being the best is nothing that anybody can say."""
    large = 2.0**53
    program = model([large] * 900, [(450, [1.0] * 900, 900)])
    assert is_whole(program)
    verdict = decide(program, FakeSolver(LIES["infeasible"]), Control(), start=np.ones(900))
    assert not verdict.settled
    assert verdict.total is not None
    assert verdict.total <= 900 * 2**53
    assert verdict.least is None
    assert verdict.doubts
