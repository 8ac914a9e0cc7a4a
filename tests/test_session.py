"""A session answers like a solve from scratch, whatever was asked of it before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import bruteforce
import koopopt
from koopopt import Session, Status, UsageError
from koopopt.case.instance import Instance
from koopopt.criteria import CRITERIA
from koopopt.formulations.partition import pools
from koopopt.formulations.partition.store import Store, meaning_of, pools_of
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control, Solution
from koopopt.solving.optimise import Result
from nightly import NIGHTLY
from random_instances import Dice, problem_of_size
from tiny import instance, service

NAMES = ("cost", "travel", "identity", "bodies", "change")


def case(n: int = 5, **changes: Any) -> Instance:
    names = [f"Town {k}" for k in range(n)]
    return instance(names, [f"{k:02d}" for k in range(n)], **changes)


def same(found: Result, fresh: Result) -> None:
    """Both proven, of the same value in whole numbers, with a bound that is that value."""
    assert found.status is fresh.status
    if fresh.evaluation is None:
        assert found.evaluation is None
    else:
        assert found.evaluation is not None
        assert found.evaluation.total == fresh.evaluation.total
        assert found.bound == fresh.bound == fresh.objective


def changes(dice: Dice, base: Problem) -> Iterator[dict[str, Any]]:
    """Yield random changes, some of which contradict each other or allow no plan."""
    facts = base.facts
    for _ in range(5):
        change: dict[str, Any] = {}
        if dice.chance(0.6):
            change["weights"] = {n: dice.pick([0.0, 0.1, 1.0, 20.0]) for n in NAMES[1:]}
            change["weights"]["cost"] = dice.pick([0.01, 1.0])
        if dice.chance(0.2):
            change["lexicographic"] = dice.some(list(NAMES), 1, 2)
        if dice.chance(0.3):
            factor = dice.pick([0.9, 1.1, 1.5])
            change["population"] = {
                town: float(round(factor * people))
                for town, people in zip(facts.ids, facts.population.tolist(), strict=True)
            }
        if dice.chance(0.5):
            ids = list(facts.ids)
            change["rules"] = dice.pick(
                [
                    {"max_members": dice.count(2, 4)},
                    {"max_population": {ids[0]: 2000.0, "default": 9000.0}},
                    {"max_population": None, "max_demand": None, "max_memberships": 1},
                    {"max_members": None, "min_members": None},
                    {"apart": [dice.some(ids, 2, 2)]},
                    {"contiguous": dice.chance(0.5)},
                    {"max_partner_seats": dice.count(0, 2), "max_hosted": None},
                    {"min_bodies": None, "max_bodies": dice.count(0, 2)},
                    {"no_losers": dice.pick(["demand", "equal", None])},
                    {"forbid_alone": dice.pick([None, True, ids[:1]])},
                ]
            )
        yield change


@pytest.mark.parametrize("seed", range(24 * NIGHTLY))
def test_a_session_answers_like_a_fresh_solve(seed: int) -> None:
    dice = Dice(np.random.default_rng(1000 + seed))
    n = dice.pick([3, 4, 5, 7])
    base = problem_of_size(dice, n, dice.pick([1, 2]), seed)
    given: Any = base if dice.chance(0.3) else base.instance
    formulation = dice.pick(["partition", "partition", "auto", "assignment"])
    with Session(given, formulation=formulation) as session:
        for change in changes(dice, base):
            try:
                problem = session.problem(**change)
            except koopopt.KoopoptError as error:
                with pytest.raises(type(error)):
                    session.solve(**change)
                continue
            fresh = koopopt.solve(problem, formulation=formulation)
            found = session.solve(**change)
            same(found, fresh)
            if n <= 4 and not problem.lexicographic:
                best = bruteforce.solve(problem)
                assert (best is None) == (found.evaluation is None)
                if best is not None and found.evaluation is not None:
                    assert found.evaluation.total == best.total(problem)
            if found.evaluation is None:
                continue
            for limit in _limits(dice, found):
                same(session.solve(**change, limits=limit), koopopt.solve(
                    session.problem(**change, limits=limit), formulation=formulation))  # fmt: skip


def _limits(dice: Dice, found: Result) -> Iterator[dict[str, float]]:
    """Yield limits that a plan just keeps, and misses by one unit."""
    assert found.evaluation is not None
    name = dice.pick(list(NAMES))
    unit = Fraction(1, CRITERIA[name].per_one)
    amount = found.evaluation.amount(name)
    for less in (0, 1):
        yield {name: float((amount - less) * unit)}


def test_nothing_of_an_infeasible_question_stays() -> None:
    with Session(case()) as session:
        best = session.solve()
        assert best.objective is not None
        for _ in range(2):
            nothing = session.solve(limits={"cost": 1.0})
            assert nothing.status is Status.INFEASIBLE
            assert nothing.reasons
            assert session.solve(rules={"min_bodies": 5}).status is Status.INFEASIBLE
            same(session.solve(), best)


def test_changes_are_of_the_case_and_not_of_the_last_question() -> None:
    with Session(case()) as session:
        first = session.solve()
        changed = session.solve(
            weights={"travel": 0.0}, limits={"bodies": 1.0}, rules={"max_members": 2},
            population={"00": 9000.0}, lexicographic=["change"],
        )  # fmt: skip
        assert changed.problem.instance.municipalities[0].population == 9000.0
        assert changed.criteria["change"] == 0
        same(session.solve(), first)
        assert session.problem().facts is first.problem.facts


def test_a_given_problem_keeps_its_weights_order_and_limits() -> None:
    problem = Problem.of(case(), weights={"travel": 3.0}, limits={"bodies": 1.0})
    with Session(problem) as session:
        changed = session.problem(population={"01": 500.0})
        assert changed.weights == problem.weights
        assert changed.limits == problem.limits
        same(session.solve(population={"01": 500.0}), koopopt.solve(changed))
    other = replace(problem, partnership_rules=Problem.of(case(rules={"max_members": 2}))
                    .partnership_rules)  # fmt: skip
    fewer = replace(Problem.of(case(rules={"max_bodies": 1})), plan_rules=())
    for problem in (other, fewer):  # the instance says nothing of that, or something else
        with Session(problem) as session:
            same(session.solve(), koopopt.solve(problem))
            with pytest.raises(UsageError, match="give the session an instance"):
                session.solve(rules={"max_members": 3})
    twice = Problem.of(case(rules={"limit": {"bodies": 1}}), limits={"bodies": 1})
    with Session(twice) as session:
        assert session.problem(rules={"limit": None}).limits == {"bodies": 1.0}


def test_any_numbers_may_change_with_an_instance() -> None:
    base = case()
    with Session(base) as session:
        session.solve()
        for changed in (
            replace(base, office_cost=90_000.0),
            replace(base, alone_cost={("02", "water"): 1.0}),
            replace(base, travel={("00", "01"): 90.0, ("01", "00"): 90.0}),
            replace(base, services=base.services[:1]),
            replace(base, legal_forms=(replace(base.legal_forms[0], fixed_cost=99_000.0),)),
            replace(base, services=(service("water"), service("housing", rules={"alone": ["03"]}))),
            case(4),
        ):
            same(session.solve(instance=changed), koopopt.solve(changed))
        same(session.solve(), koopopt.solve(base))


def test_a_pool_is_taken_again_only_where_all_it_depends_on_is_equal() -> None:
    base = case(rules={"contiguous": False})
    store, first = Store(), Problem.of(base)
    made = store.add(pools_of(first), dict(enumerate(pools(first))))
    again = Problem.of(replace(base, weights={"cost": 1.0}, rules={"contiguous": False,
                                                                   "max_bodies": 3}))  # fmt: skip
    assert list(store.find(pools_of(again)).values()) == made
    assert meaning_of(again) != meaning_of(first)
    dearer = replace(base, services=(service("water"), service("housing", cost=replace(
        base.services[1].cost, scale=21.0))))  # fmt: skip
    assert store.find(pools_of(Problem.of(dearer))) == {0: made[0]}
    fewer = replace(base, rules={"max_members": 3})
    assert store.find(pools_of(Problem.of(fewer))) == {}
    assert store.find(pools_of(Problem.of(replace(base, neighbours=())))) == {}


def at_most(bound: float | None, best: Result) -> bool:
    """Whether a bound is none, or not above the best plan's value."""
    return bound is None or (best.objective is not None and bound <= best.objective)


def test_bounds_of_a_stopped_solve_hold_and_the_next_one_is_right() -> None:
    cancel = threading.Event()
    with Session(case(9)) as session:
        fresh = koopopt.solve(session.problem())
        for travel in (2.0, 3.0):
            assert at_most(session.solve(time_limit=0.0).bound, fresh)
            cancel.clear()
            stopped = session.solve(
                weights={"travel": travel}, cancel=cancel, on_progress=lambda _: cancel.set()
            )
            assert at_most(stopped.bound, koopopt.solve(stopped.problem))
            same(session.solve(), fresh)
        # What is known is returned where there is no time to prove it.
        assert session.solve(time_limit=0.0).objective == fresh.objective


class Failing:
    """A back end that fails once when asked to."""

    def __init__(self) -> None:
        self.real, self.fails = get("highs"), False
        self.name, self.features = self.real.name, self.real.features

    def version(self) -> str:
        return self.real.version()

    def solve(self, *args: Any, **more: Any) -> Solution:
        if self.fails:
            self.fails = False
            raise KeyboardInterrupt
        return self.real.solve(*args, **more)


def test_a_session_survives_an_exception_in_the_middle() -> None:
    solver = Failing()
    with Session(case(7), solver=solver, formulation="partition") as session:
        fresh, failed = koopopt.solve(case(7)), 0
        session.solve()
        for share in (0.9, 0.8, 0.7, 0.6, 0.5):
            solver.fails = True
            with suppress(KeyboardInterrupt):
                session.solve(limits={"travel": fresh.criteria["travel"] * share})
            failed += not solver.fails
            solver.fails = False
            same(session.solve(), fresh)
        assert failed


def test_a_gap_is_kept_and_its_bound_holds() -> None:
    with Session(case(7)) as session:
        exact = session.solve(weights={"travel": 3.0})
        for travel in (1.0, 2.0, 3.0):
            rough = session.solve(weights={"travel": travel}, gap=0.2)
            assert rough.status is Status.OPTIMAL
            assert 0 <= (rough.gap or 0.0) <= 0.2
        assert at_most(rough.bound, exact)


def test_threads_take_turns() -> None:
    with Session(case(7)) as session:
        weights = [0.1 * k for k in range(12)]
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda w: session.solve(weights={"travel": w}), weights))
        for w, result in zip(weights, found, strict=True):
            same(result, koopopt.solve(case(7), weights={"travel": w}))


def test_progress_must_not_ask_its_own_session() -> None:
    with Session(case()) as session:
        said = []

        def ask(_: object) -> None:
            with pytest.raises(UsageError, match="is solving") as error:
                session.solve()
            said.append(error)

        session.solve(on_progress=ask)
        assert said


def test_a_closed_session_says_so() -> None:
    session = Session(case())
    session.solve()
    assert session
    assert len(session)
    assert "1 pools" in repr(session)  # both services have the same one
    session.close()
    session.close()
    assert not session
    assert not len(session)
    assert "closed" in repr(session)
    for call in (session.solve, session.front, session.problem, session.__enter__):
        with pytest.raises(UsageError, match="closed"):
            call()


def test_what_is_held_fits_in_the_memory_and_the_oldest_goes_first() -> None:
    base = case(9, rules={"contiguous": False})
    with Session(base, formulation="partition") as session:
        session.solve()
        session.solve(weights={"travel": 2.0})
        one = session._store.nbytes
    memory = 2 * one
    with Session(base, memory=memory, formulation="partition") as session:
        for k in range(6):
            people = {"00": 1000.0 + k}
            same(
                session.solve(population=people), koopopt.solve(session.problem(population=people))
            )
            assert 0 < session._store.nbytes <= memory


@pytest.mark.parametrize("memory", [1, 3_000, 30_000])
def test_with_little_memory_little_is_kept(memory: int) -> None:
    with Session(case(6), memory=memory) as session:
        for travel in (1.0, 4.0):
            found = session.solve(weights={"travel": travel})
            fresh = koopopt.solve(case(6), weights={"travel": travel})
            assert found.evaluation is not None
            assert fresh.evaluation is not None
            assert found.evaluation.total >= fresh.evaluation.total
            assert at_most(found.bound, fresh)
            assert session._store.nbytes <= memory


def test_unknown_names_are_named() -> None:
    with Session(case()) as session:
        for change in (
            {"population": {"zz": 1.0}}, {"weights": {"costs": 1.0}}, {"limits": {"costs": 1.0}},
            {"time_limit": -1.0}, {"gap": "much"},
        ):  # fmt: skip
            with pytest.raises(UsageError):
                session.solve(**change)  # type: ignore[arg-type]
        with pytest.raises(koopopt.DataError, match="max_member"):
            session.solve(rules={"max_member": 3})
        with pytest.raises(koopopt.DataError):
            session.solve(population={"00": -1.0})


def test_a_front_and_solves_share_what_they_learn() -> None:
    base = case()
    with Session(base, formulation="partition") as session:
        first = session.solve()
        found = session.front(["cost", "travel"])
        whole = koopopt.front(base, ["cost", "travel"], workers=1)
        assert found.complete
        assert found.values.tolist() == whole.values.tolist()
        assert koopopt.verify(found).ok
        same(session.solve(), first)
        small = session.front(["cost", "travel"], rules={"max_members": 2})
        direct = koopopt.front(session.problem(rules={"max_members": 2}), workers=1)
        assert small.values.tolist() == direct.values.tolist()


def test_a_name_or_folder_is_read() -> None:
    with Session("three-villages") as session:
        assert session.solve().objective == 116_500.0
        assert session.solve(weights={"travel": 0.0}, limits={"bodies": 0}).objective == 135_000.0


def test_sessions_leave_each_other_alone() -> None:
    """No state is global: one that is closed or asked otherwise changes no other."""
    base = case()
    one, other = Session(base), Session(base)
    first = one.solve()
    other.solve(rules={"max_members": 2})
    assert other._store is not one._store
    other.close()
    same(one.solve(), first)
    one.close()


def test_solving_again_asks_hardly_anybody() -> None:
    """The same question again is answered by bounds alone: no search, no integer program."""
    solver = Failing()
    with Session(case(7), solver=solver, formulation="partition") as session:
        first = session.solve()
        session.solve()
        solver.fails = True
        same(session.solve(), first)
        assert solver.fails
        assert Control().budget > session._store.nbytes
