"""The best plan under wishes is what enumeration finds, and wishes survive being written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import bruteforce
import koopopt
import sited
import tiny
from dice import Dice
from koopopt.case.plan import Partnership
from koopopt.errors import DataError, UsageError
from koopopt.evaluation import evaluate
from koopopt.live.question import Question
from koopopt.live.wishes import Wish
from koopopt.problem import Problem
from nightly import NIGHTLY
from random_instances import problem_of_size, with_sites
from wished_by_hand import granted, some_wishes

CASES = 30


def _case(seed: int) -> tuple[Problem, list[dict[str, Any]]]:
    """Return a random problem and wishes."""
    dice = Dice(np.random.default_rng([15, seed]))
    n, services = dice.pick([(2, 2), (3, 1), (3, 2), (4, 1), (4, 1), (5, 1)])
    problem = Problem.of(problem_of_size(dice, n, services, seed).instance)
    if dice.chance(0.35):
        problem = Problem.of(with_sites(problem, seed).instance)
    return problem, some_wishes(dice, problem)


@pytest.mark.parametrize("seed", range(CASES * NIGHTLY))
def test_the_best_plan_under_wishes_is_that_of_enumeration(seed: int) -> None:
    base, wishes = _case(seed)
    plans = [p for p in bruteforce.all_plans(base) if all(granted(w, p, base) for w in wishes)]
    question = Question.of({"wishes": wishes}, base.instance)
    try:
        problem = question.problem(base.instance)
    except DataError:  # wishes that contradict rules as they are written
        assert not plans, wishes
        return
    found = koopopt.solve(problem)
    enumerated = bruteforce.solve(problem)
    assert (found.plan is None) == (enumerated is None), wishes
    if found.evaluation is not None and enumerated is not None:
        assert found.evaluation.total == enumerated.total(problem), wishes
        assert all(granted(w, found.evaluation.plan, base) for w in wishes)
    if base.stable is None:  # with it, wishes also change who could leave for whom
        best = min((evaluate(base, plan).total for plan in plans), default=None)
        assert best == (None if found.evaluation is None else found.evaluation.total), wishes


@pytest.mark.parametrize("seed", range(CASES // 2))
def test_the_evaluator_blames_a_wish_exactly_where_a_plan_does_not_grant_it(seed: int) -> None:
    base, (wish, *_) = _case(1000 + seed)
    if base.stable is not None:
        base = base.with_stable(None)
    question = Question.of({"wishes": [wish]}, base.instance)
    try:
        problem = question.problem(base.instance).with_stable(None)
    except DataError:
        assert not any(granted(wish, plan, base) for plan in bruteforce.all_plans(base))
        return
    for plan in bruteforce.all_plans(base):
        assert evaluate(problem, plan).feasible == granted(wish, plan, base), (wish, plan)


def test_a_wish_reads_what_it_writes() -> None:
    for seed in range(10):
        problem, wishes = _case(seed)
        for given in wishes:
            wish = Wish.of(given, problem.instance)
            assert Wish.of(wish.told, problem.instance) == wish
            assert wish.text(problem.instance).render("en")


def test_the_order_of_municipalities_makes_no_other_wish() -> None:
    instance = tiny.instance()
    told = {"kind": "apart", "service": "water", "towns": ["03", "01"]}
    assert Wish.of(told, instance) == Wish.of(told | {"towns": ["01", "03"]}, instance)


@pytest.mark.parametrize(
    "given",
    [
        None,
        {},
        [],
        {"kind": "marry", "service": "water", "towns": ["01", "02"]},
        {"kind": ["apart"], "service": "water", "towns": ["01", "02"]},
        {"kind": "apart", "service": "water", "towns": ["01"]},
        {"kind": "apart", "service": "water", "towns": ["01", "01"]},
        {"kind": "apart", "service": "water", "towns": ["01", "99"]},
        {"kind": "apart", "service": "water", "towns": "01"},
        {"kind": "apart", "service": "water", "towns": [1, 2]},
        {"kind": "apart", "service": "fire", "towns": ["01", "02"]},
        {"kind": "apart", "service": ["water"], "towns": ["01", "02"]},
        {"kind": "alone", "service": "water", "towns": ["01", "02"]},
        {"kind": "alone", "service": "water", "towns": []},
        {"kind": "lock", "service": "water", "towns": ["01", "02"]},
        {"kind": "lock", "service": "water", "towns": ["01", "02"], "seat": "03"},
        {"kind": "lock", "service": None, "towns": ["01", "02"], "seat": "01"},
        {"kind": "lock", "service": "water", "towns": [], "seat": "01"},
        {"kind": "forbid", "service": "water", "towns": []},
        {"kind": "forbid", "service": None, "towns": ["01", "02"]},
        {"kind": "no_seat", "service": "water"},
        {"kind": "no_seat", "service": "water", "seat": "S2"},
        {"kind": "apart", "service": "water", "towns": ["01", "02"], "script": "x"},
    ],
)
def test_what_is_no_wish_is_refused_in_words(given: Any) -> None:
    with pytest.raises(UsageError) as refused:
        Wish.of(given, sited.instance())
    assert str(refused.value)


def test_a_site_that_is_no_seat_seats_nobody() -> None:
    problem = Question.of(
        {"wishes": [{"kind": "no_seat", "service": "water", "seat": "S1"}]}, sited.instance()
    ).problem(sited.instance())
    at_site = evaluate(problem, sited.plan(sited.at_plant("01", "02")))
    assert [v.service for v in at_site.violations] == ["water"]
    assert evaluate(problem, sited.plan()).feasible


def test_who_is_no_seat_may_still_be_alone() -> None:
    instance = tiny.instance()
    wish = {"kind": "no_seat", "service": "water", "seat": "01"}
    problem = Question.of({"wishes": [wish]}, instance).problem(instance)
    assert evaluate(problem, koopopt.evaluation.all_alone(problem)).feasible
    pooled = tiny.pooled_plan(problem)
    assert evaluate(problem, pooled).feasible  # seated at 02
    moved = [p if p.seat != "02" or not p.pooled else Partnership(
        p.service, p.members, "01", p.legal_form) for p in pooled.partnerships]  # fmt: skip
    assert not evaluate(problem, koopopt.Plan(moved)).feasible


def test_forbidding_one_who_is_at_a_site_keeps_it_from_no_other_partnership() -> None:
    instance = sited.instance()
    wish = {"kind": "forbid", "service": "water", "towns": ["01"]}
    together = {"kind": "together", "service": "water", "towns": ["01", "02"]}
    problem = Question.of({"wishes": [wish, together]}, instance).problem(instance)
    found, best = koopopt.solve(problem), bruteforce.solve(problem)
    assert best is not None
    assert found.evaluation is not None
    assert found.evaluation.total == best.total(problem)
    alone_at_site = evaluate(problem, sited.plan(sited.at_plant("01")))
    assert any("01" in v.members for v in alone_at_site.violations)


@pytest.mark.parametrize("towns", [["01", "02", "03"], ["02", "03"], ["03"]])
def test_a_forbidden_partnership_is_forbidden_at_sites_too(towns: list[str]) -> None:
    instance = sited.instance()
    lock = {"kind": "lock", "service": "water", "towns": ["01", "02", "03"], "seat": "03"}
    wishes = [lock, {"kind": "forbid", "service": "housing", "towns": towns}]
    problem = Question.of({"wishes": wishes}, instance).problem(instance)
    found, best = koopopt.solve(problem), bruteforce.solve(problem)
    assert found.evaluation is not None
    assert best is not None
    assert found.evaluation.total == best.total(problem)
    assert all(granted(wish, found.evaluation.plan, problem) for wish in wishes)
