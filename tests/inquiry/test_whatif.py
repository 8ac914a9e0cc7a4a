"""What changes do to the best plan is what enumeration of the changed case says."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

import koopopt
from asked_by_hand import cases, least
from koopopt.errors import DataError, UsageError
from koopopt.inquiry.asking import Inquiry, Question
from koopopt.inquiry.changes import (
    Change,
    at_once,
    keeping,
    pair,
    refusals,
    says_no,
    seated,
    setting,
)
from koopopt.inquiry.effect import Effect, monotone
from koopopt.inquiry.rules import in_force, owned
from koopopt.inquiry.whatif import what_if
from koopopt.problem import Problem
from koopopt.rules import Stable
from koopopt.solving.optimise import Status
from random_instances import random_problem, with_sites

CASES = 3


def _changes(inquiry: Inquiry) -> list[Change]:
    """Return changes of every kind."""
    case, plan, best = inquiry.problem.instance, inquiry.best.plan, inquiry.best
    assert plan is not None
    towns, services = [m.id for m in case.municipalities], [s.id for s in case.services]
    changes = refusals(case, plan)
    changes += [pair(case, None, *towns[:2], together=t) for t in (False, True)]
    changes += [pair(case, services[0], towns[0], towns[-1], together=t) for t in (False, True)]
    for p in plan.pooled[:2]:
        changes += [seated(case, plan, p.service, p.members[0], seat) for seat in p.members]
        changes.append(keeping(case, plan, p.service, p.members[0]))
    changes += [keeping(case, plan, services[-1])]
    changes += [at_once([changes[0], changes[-1]]), at_once([changes[1], changes[2]])]
    changes += [
        setting(case, ["rules", "max_members"], 2, "fewer"),
        setting(case, ["services", services[0], "rules", "max_minutes"], 25.0, "nearer"),
        setting(case, ["weights", "cost"], 3.0, "dearer"),
        setting(case, ["limits", "travel"], best.criteria["travel"], "less travel"),
    ]
    return changes


@pytest.mark.parametrize("start", range(3))
def test_every_change_does_what_enumeration_says(start: int) -> None:
    checked = 0
    for seed, inquiry in cases(7000 + 1000 * start, CASES):
        base = least(inquiry.problem)
        assert base is not None
        for answer in what_if(inquiry, _changes(inquiry)):
            change = answer.change
            fixed = (*change.fixed, *(change.kept or ()))
            for effect, held in ((answer.county, change.fixed), (answer.close, fixed)):
                if effect is not None:
                    _check(inquiry, change, effect, held, base, seed)
                    checked += 1
    assert checked > 0


def _check(inquiry, change, effect: Effect, fixed, base: float, seed: int) -> None:
    edited = change.edit(inquiry.problem.instance)
    weights = edited.weights if edited.weights != inquiry.problem.instance.weights else {}
    where = seed, change.kind, str(change.text)
    try:
        problem = inquiry.asked(Question(instance=edited, weights=weights))
    except DataError:
        assert effect.status is Status.INFEASIBLE, where
        assert effect.reasons, where
        return
    right = least(problem, fixed)
    if right is None:
        assert effect.status is Status.INFEASIBLE, where
        return
    assert effect.evaluation is not None, where
    assert effect.evaluation.feasible, where
    assert effect.evaluation.objective == right, where
    plan = {(p.service, p.members, p.seat) for p in effect.evaluation.plan.partnerships}
    assert {(p.service, p.members, p.seat) for p in fixed} <= plan, where
    if weights:
        assert effect.low is effect.high is None
    else:
        assert effect.exact, where
        assert effect.low == pytest.approx(right - base, rel=1e-9, abs=1e-6 * max(1, abs(base)))


def test_the_answers_are_the_same_for_any_number_of_workers() -> None:
    told = []
    for workers in (1, 3):
        inquiry = Inquiry(Problem.of(koopopt.read("valley")), workers=workers)
        changes = refusals(inquiry.problem.instance, inquiry.best.plan)[:12]
        found = what_if(inquiry, changes)
        told.append([
            (str(w.change.text), w.county.low, w.county.criteria,
             w.county.evaluation and w.county.evaluation.plan) for w in found
        ])  # fmt: skip
    assert told[0] == told[1]
    assert len(told[0]) > 1


def test_a_plan_that_keeps_what_is_asked_is_best_without_solving() -> None:
    inquiry = Inquiry(Problem.of(koopopt.read("three-villages")))
    case, plan = inquiry.problem.instance, inquiry.best.plan
    assert plan is not None
    (answer,) = what_if(inquiry, [keeping(case, plan, "library")])
    assert answer.county.nothing
    assert not answer.county.solved


def test_where_nobody_may_leave_asking_more_is_solved() -> None:
    case = koopopt.read("three-villages")
    problem = Problem.of(replace(case, rules={**case.rules, "stable": "individual"}))
    assert not monotone(problem)
    inquiry = Inquiry(problem)
    assert inquiry.best.plan is not None
    (answer,) = what_if(inquiry, [keeping(problem.instance, inquiry.best.plan, "library")])
    assert answer.county.solved
    assert answer.county.nothing


def test_changes_that_contradict_the_rules_leave_no_plan() -> None:
    case = koopopt.read("three-villages")
    a, b = (m.id for m in case.municipalities[:2])
    problem = Problem.of(replace(case, rules={**case.rules, "together": [[a, b]]}))
    inquiry = Inquiry(problem)
    plan = inquiry.best.plan
    assert plan is not None
    no = says_no(problem.instance, plan, "library", a)
    both = at_once([pair(case, None, a, b, together=t) for t in (False, True)])
    for answer in what_if(inquiry, [no, both]):
        assert answer.county.status is Status.INFEASIBLE
        assert answer.county.low is answer.county.high is None
        assert answer.weight[0]


def test_what_there_was_no_time_for_claims_nothing() -> None:
    cancel = threading.Event()
    inquiry = Inquiry(Problem.of(koopopt.read("three-villages")), cancel=cancel)
    plan = inquiry.best.plan
    assert plan is not None
    cancel.set()
    for answer in what_if(inquiry, refusals(inquiry.problem.instance, plan)):
        assert answer.county.status is Status.NO_SOLUTION
        assert answer.county.low is answer.county.high is None


def test_a_stopped_solve_gives_an_interval_that_holds_the_difference() -> None:
    inquiry = Inquiry(Problem.of(koopopt.read("three-villages")))
    best = inquiry.best
    assert best.objective is not None
    after = replace(best, status=Status.FEASIBLE, bound=best.objective - 100)
    effect = Effect.of(best, after)
    assert effect.low == pytest.approx(-100)
    assert effect.high == 0
    assert not effect.exact
    assert effect.within(low=-30.0).low == -30
    loose = Effect.of(after, best)
    assert (loose.low, loose.high) == (0, pytest.approx(100))


def test_each_rule_in_force_is_lifted_by_its_name() -> None:
    looked = set()
    for seed in range(12):
        case = with_sites(random_problem(seed), seed).instance
        case = replace(case, rules={**case.rules, "limit": {"cost": 10**7, "bodies": 9}})
        every = Problem.of(case)
        for rule in in_force(every):
            if rule.key == "seats" and "central_places" in rule.written:
                continue  # two keys make it, and each is lifted by itself
            change = setting(case, rule.name.split("."), False, "without")
            lifted = Problem.of(change.edit(case))
            names = {other.name for other in in_force(lifted)}
            assert names == {other.name for other in in_force(every)} - {rule.name}, rule.name
            looked.add(rule.place)
    assert looked == {"instance", "service", "legal form", "site", "limit"}


def test_weights_and_limits_asked_besides_become_the_instance_s_own() -> None:
    case = koopopt.read("three-villages")
    case = replace(case, rules={**case.rules, "limit": {"cost": 200_000.0, "bodies": 1}})
    asked = Problem.of(case, weights={"travel": 3.0}, limits={"cost": 150_000.0, "travel": 900.0})
    own = owned(asked)
    assert own.limits == asked.limits == {"cost": 150_000.0, "travel": 900.0, "bodies": 1}
    assert own.weights == own.instance.weights == asked.weights
    freed = setting(own.instance, ["limits", "travel"], False, "x").edit(own.instance)
    assert Problem.of(freed).limits == {"cost": 150_000.0, "bodies": 1}
    other = asked.with_stable(Stable("individual"))
    assert owned(other) is other


def test_a_key_without_stable_asks_nothing_of_a_plan() -> None:
    case = koopopt.read("three-villages")
    keyed = Problem.of(replace(case, rules={"key": "equal"}))
    assert not [rule for rule in in_force(keyed) if rule.key in ("stable", "key")]
    stable = Problem.of(replace(case, rules={"key": "equal", "stable": "key"}))
    assert next(rule.name for rule in in_force(stable)) == "rules.stable"


@pytest.mark.parametrize(
    ("path", "value"),
    [(["legal_forms", "x", "votes"], False), (["sites", "x", "water", "capacity"], False),
     (["legal_forms", "association", "votes"], 1),
     (["office", "cost"], 3), (["rules"], 3), (["weights", "beauty"], 1), (["limits", "x"], 1),
     (["services", "x", "rules", "max_members"], 3), (["weights", "cost"], -1.0)],
)  # fmt: skip
def test_a_place_that_is_none_is_refused(path: list[str], value: float) -> None:
    with pytest.raises(UsageError):
        setting(koopopt.read("three-villages"), path, value, "x")
