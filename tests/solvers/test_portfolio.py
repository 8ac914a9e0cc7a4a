"""A portfolio: the faster back end is kept, the broken one left out, the answer the same."""

import threading
import time

import numpy as np
import pytest

from koopopt.errors import SolverError, UsageError
from koopopt.linear import ModelBuilder
from koopopt.pareto.find import front
from koopopt.solvers import get, portfolio
from koopopt.solvers.base import Control, Held, Solution, Termination
from koopopt.solvers.portfolio import Contender, Portfolio, solver_or_portfolio
from koopopt.solvers.testing import FakeSolver
from koopopt.text import Text
from pareto import programs

MODEL = programs.program([[1.0, 2.0]])
VALUES = np.array([0.0, 1.0])


def told(termination=Termination.OPTIMAL, bound=2.0):
    done = termination is Termination.OPTIMAL
    return Solution(termination, Held.OPTIMAL if done else Held.NONE, VALUES, 2.0, bound)


def fake(name, delay=0.0, termination=Termination.OPTIMAL, raises=None, bound=2.0):
    return FakeSolver(told(termination, bound), raises, delay, name)


def between(*solvers):
    return Portfolio([Contender(solver) for solver in solvers], solvers[0])


def refuses(name="refuses", delay=0.0):
    return fake(name, delay, raises=SolverError(Text("not such programs", {})))


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(portfolio, "FIRST_TURN", 0.02)
    monkeypatch.setattr(portfolio, "MIN_TURN_SECONDS", 0.02)


def names(contest, programs_=12):
    """Solve so many programs; return who answered each."""
    result = []
    for _ in range(programs_):
        solution = contest.solve(MODEL, Control())
        assert solution.termination is Termination.OPTIMAL
        assert solution.bound == 2.0
        result.append(contest.name)
    return result


@pytest.mark.parametrize("turned", [False, True])
def test_the_faster_one_is_kept(turned):
    fast, slow = fake("fast", 0.002), fake("slow", 0.05)
    contest = between(*((slow, fast) if turned else (fast, slow)))
    answered = names(contest, 2 * portfolio.RETRIAL_INTERVAL - 1)
    assert set(answered[portfolio.TRIAL_ROUNDS :]) == {"fast"}
    assert len(slow.calls) <= 2 * (portfolio.TRIAL_ROUNDS + 1)


def test_both_are_asked_again_after_a_while():
    first, second = fake("first", 0.001), fake("second", 0.015)
    contest = between(first, second)
    names(contest, portfolio.RETRIAL_INTERVAL - 1)
    before = len(second.calls)
    first.delay, second.delay = 0.015, 0.001  # later programs are of another kind
    answered = names(contest, portfolio.RETRIAL_INTERVAL)
    assert len(second.calls) > before
    assert answered[-1] == "second"


def test_a_program_that_takes_unusually_long_is_given_to_the_other():
    first, second = fake("first", 0.001), fake("second", 0.01)
    contest = between(second, first)
    names(contest, portfolio.TRIAL_ROUNDS + 1)
    first.delay = 60.0
    began = time.perf_counter()
    assert names(contest, 1) == ["second"]
    assert time.perf_counter() - began < 5.0
    assert first.calls[-1]["control"].time_limit < 5.0


def test_the_loser_costs_little():
    fast, endless = fake("fast", 0.02), fake("endless", 60.0)
    began = time.perf_counter()
    assert set(names(between(endless, fast), 6)) == {"fast"}
    assert time.perf_counter() - began < 3.0


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize(
    "broken",
    [
        refuses(),
        refuses(delay=0.01),
        fake("fails", termination=Termination.ERROR),
        fake("gives up", termination=Termination.LIMIT),
        fake("hears voices", termination=Termination.INTERRUPTED),
    ],
    ids=lambda solver: solver.name,
)
def test_one_that_cannot_is_left_out(broken, order):
    broken.calls.clear()
    good = fake("good", 0.005)
    contest = between(*(good, broken)[:: -1 if order else 1])
    assert set(names(contest, portfolio.RETRIAL_INTERVAL + 2)) == {"good"}
    assert len(broken.calls) == 1


def test_one_that_fails_later_is_left_out_too():
    first, second = fake("first", 0.001), fake("second", 0.01)
    contest = between(first, second)
    names(contest, portfolio.TRIAL_ROUNDS + 1)
    first.raises = SolverError(Text("no more", {}))
    assert set(names(contest, portfolio.RETRIAL_INTERVAL)) == {"second"}


def test_where_both_fail_it_is_told():
    with pytest.raises(SolverError, match="not such programs"):
        between(refuses(), refuses()).solve(MODEL, Control())
    failing = fake("fails", termination=Termination.ERROR)
    solution = between(failing, fake("fails", termination=Termination.ERROR)).solve(
        MODEL, Control()
    )
    assert solution.termination is Termination.ERROR


@pytest.mark.parametrize("solved", [0, 5])
def test_time_limits_are_heard(solved):
    first, second = fake("first", 0.001), fake("second", 0.002)
    contest = between(first, second)
    for _ in range(solved):
        contest.solve(MODEL, Control())
    first.delay = second.delay = 60.0
    began = time.perf_counter()
    solution = contest.solve(MODEL, Control(time_limit=0.2))
    assert solution.termination is Termination.TIME_LIMIT
    assert time.perf_counter() - began < 1.0


@pytest.mark.parametrize("solved", [0, 5])
def test_a_cancelled_portfolio_ends(solved):
    first, second = fake("first", 0.001), fake("second", 0.002)
    contest = between(first, second)
    for _ in range(solved):
        contest.solve(MODEL, Control())
    first.delay = second.delay = 60.0
    cancel = threading.Event()
    threading.Timer(0.1, cancel.set).start()
    began = time.perf_counter()
    solution = contest.solve(MODEL, Control(cancel=cancel))
    assert solution.termination is Termination.INTERRUPTED
    assert time.perf_counter() - began < 1.0
    assert all(contender.able for contender in contest.contenders)  # nobody's fault


def test_everything_reaches_the_contenders():
    solver = fake("one")
    begin = np.array([1.0, 0.0])
    control = Control(gap=0.1, threads=3, seed=7)
    between(solver, fake("two")).solve(MODEL, control, weights=(2.0,), start=begin)
    call = solver.calls[0]
    assert (call["model"], call["weights"], call["start"]) == (MODEL, (2.0,), begin)
    own = call["control"]
    assert (own.gap, own.threads, own.seed, own.cancel) == (0.1, 3, 7, control.cancel)


@pytest.mark.parametrize("seed", range(12))
def test_answers_do_not_depend_on_who_wins(seed):
    model = programs.random_tiny(seed, 2)
    contest = solver_or_portfolio("auto")
    for weights in ((1.0, 0.0), (1.0, 1.0), (0.25, 4.0), (3.0, 1.0), (0.0, 1.0)):
        answers = [s.solve(model, Control(), weights=weights) for s in (contest, get("highs"))]
        assert answers[0].termination == answers[1].termination
        if answers[0].objective is not None:
            assert answers[0].objective == pytest.approx(answers[1].objective, abs=1e-9)
            assert answers[0].bound == pytest.approx(answers[0].objective, abs=1e-6)


def test_names():
    assert solver_or_portfolio("highs").name == "highs"
    contest = solver_or_portfolio("auto")
    assert {contender.solver.name for contender in contest.contenders} == {"cp-sat", "highs"}
    contest.solve(MODEL, Control())
    assert contest.version() == get(contest.name).version()
    with pytest.raises(UsageError):
        solver_or_portfolio("hihgs")


def test_programs_with_continuous_columns_are_left_to_the_one_that_can():
    builder = ModelBuilder("mixed")
    whole = builder.columns(["x"], 0, 3)
    rest = builder.columns(["y"], 0, 3, integer=False)
    row = builder.rows(["r"], 2.5, np.inf)
    builder.entries(row, whole, [1.0])
    builder.entries(row, rest, [1.0])
    builder.objective("f", whole, [1.0])
    builder.objective("g", rest, [1.0])
    found = front(builder.build(), workers=1)
    assert found.complete
    assert {record.solver for record in found.certificate.records} == {"highs"}
    np.testing.assert_allclose(found.values, [[0, 2.5], [1, 1.5], [2, 0.5], [3, 0]], atol=1e-6)


def test_a_limit_that_options_ask_for_is_no_failure():
    program = programs.random_tiny(1, 2)
    portfolio = Portfolio.of("cp-sat", "highs", options={"cp-sat": {"relative_gap_limit": 0.9}})
    for _ in range(6):
        portfolio.solve(program, Control(), weights=(1.0, 1.0))
    assert all(contender.able for contender in portfolio.contenders)
    portfolio.last = portfolio.contenders[0].solver
    assert portfolio.options == {"relative_gap_limit": 0.9}
