"""`auto` takes the formulation that proves its plan sooner, and says so; bounds on the way hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

import bruteforce
import koopopt
from koopopt.case.library import Tier, TierCost
from koopopt.evaluation import all_alone, evaluate
from koopopt.formulations import attempt, choose, chosen
from koopopt.formulations.assignment import Assignment
from koopopt.formulations.partition import Partition
from koopopt.problem import Problem
from koopopt.solvers import get
from koopopt.solvers.base import Control, Progress
from random_instances import random_problem
from tiny import ASSOCIATION, instance, service


def many(n: int, straight: bool, **changes: object) -> Problem:
    """N municipalities on a line, bordering each other; costs a straight line or bent."""
    ids = [f"{k:03d}" for k in range(n)]
    line = TierCost(kind="tiers", tiers=(Tier(fixed=50_000.0, per_unit=1.0),))
    model = service("water", cost=line) if straight else service("water")
    form = replace(ASSOCIATION, votes=None, grant=None)
    return Problem.of(
        instance([f"N{k}" for k in ids], ids=ids, services=(model,), legal_forms=(form,), **changes)
    )  # fmt: skip


def test_few_coalitions_are_held() -> None:
    assert isinstance(choose("auto", Problem.of(instance())), Partition)
    assert isinstance(choose("auto", many(60, True, rules={"contiguous": True})), Partition)


def test_too_many_and_straight_costs_are_assigned_to_hubs() -> None:
    seen: list[Progress] = []
    control = Control(on_progress=seen.append)
    assert isinstance(choose("auto", many(60, True), control), Assignment)
    told = [str(p.note) for p in seen if p.note]
    assert any("possible coalitions" in text for text in told)
    assert any("hubs" in text for text in told)


def test_too_many_and_bent_costs_are_priced() -> None:
    seen: list[Progress] = []
    control = Control(on_progress=seen.append, time_limit=20)
    assert isinstance(choose("auto", many(150, False), control), Partition)
    assert any("as they pay" in str(p.note) for p in seen if p.note)


def test_the_choice_says_what_each_would_take() -> None:
    few = koopopt.solve(instance())
    assert few.formulation == "partition"
    assert "coalitions" in str(few.formulation_reason)
    assert "columns" in str(few.formulation_reason)
    assert "or more" in str(chosen("auto", many(60, True)).reason)


def test_who_asks_for_a_formulation_needs_no_reason() -> None:
    for name in ("partition", "assignment"):
        assert chosen(name, Problem.of(instance())).reason is None
        assert koopopt.solve(instance(), formulation=name).formulation_reason is None


def test_a_session_says_it_too() -> None:
    session = koopopt.Session(instance())
    assert "coalitions" in str(session.solve().formulation_reason)
    assert "coalitions" in str(session.solve(weights={"travel": 3.0}).formulation_reason)


def test_a_run_that_is_stopped_says_that_nothing_was_compared() -> None:
    stopped = Control()
    stopped.cancel.set()
    problem = many(60, True, rules={"contiguous": True})
    assert "stopped" in str(chosen("auto", problem, stopped).reason)


def test_location_problems_take_less_than_others_with_as_many_pairs() -> None:
    line = TierCost(kind="tiers", tiers=(Tier(fixed=50_000.0, per_unit=1.0),))
    form = replace(ASSOCIATION, votes=None, grant=None)
    towns = [f"N{k:03d}" for k in range(60)]

    def seconds(**changes: object) -> float:
        case = instance(
            towns, ids=[t[1:] for t in towns], services=(service("water", cost=line),),
            legal_forms=(form,), **{"office_cost": 0.0, **changes},
        )  # fmt: skip
        return Assignment().estimate(Problem.of(case), Control()).seconds

    free = seconds()
    assert free == pytest.approx(seconds(rules={"max_partnerships": 5}))
    for rules in (
        {"max_members": 6}, {"contiguous": True}, {"limit": {"travel": 1e6}},
        {"apart": [["000", "001"]]}, {"min_partnerships": 2},
    ):  # fmt: skip
        assert seconds(rules=rules) > free, rules
    assert seconds(office_cost=1000.0) > free


def test_efforts_are_counts() -> None:
    problem = many(30, True)
    effort = Assignment().estimate(problem, Control())
    written = Assignment().build(problem)
    assert 0.3 * effort.columns <= written.shape[1] <= 3 * effort.columns
    tight = Assignment().estimate(many(300, False), Control(time_limit=1.0, memory=10**11))
    assert "longer" in str(tight.refusal)


@pytest.mark.parametrize("contiguous", [True, False])
def test_what_comes_back_in_little_time_is_better_than_alone(contiguous: bool) -> None:
    problem = many(63, False, rules={"contiguous": contiguous})
    outcome = attempt(
        choose("auto", problem, Control(time_limit=3.0)), problem, get("highs"),
        Control(time_limit=3.0),
    )  # fmt: skip
    assert outcome.plan is not None
    value = evaluate(problem, outcome.plan).objective
    assert value < evaluate(problem, all_alone(problem)).objective


@pytest.mark.parametrize("part", range(2))
def test_bounds_on_the_way_hold(part: int) -> None:
    for seed in range(part * 20, (part + 1) * 20):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        if best is None:
            continue
        for memory in (1, 10**9):  # a priced pool, and a whole one
            seen: list[Progress] = []
            result = koopopt.solve(
                problem, memory=memory, formulation="partition", on_progress=seen.append
            )
            assert result.plan is not None
            room = 1e-6 * max(1.0, abs(best.objective))
            for progress in seen:
                assert progress.bound is None or progress.bound <= best.objective + room, seed
                if progress.incumbent is not None:
                    assert progress.incumbent >= best.objective - room
