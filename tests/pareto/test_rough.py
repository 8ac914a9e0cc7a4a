"""Overviews of plans: answers need not be exact, and what is not proven is said to be so."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

import koopopt
import tiny
from koopopt import formulations
from koopopt.evaluation import evaluate
from koopopt.formulations.base import Outcome
from koopopt.pareto import planes, plans, posed
from koopopt.pareto.explore import Exploration
from koopopt.pareto.find import front
from koopopt.pareto.front import Front
from koopopt.pareto.oracle import Found, Kind, Question
from koopopt.pareto.state import SearchTask
from koopopt.pareto.verify import verify
from koopopt.problem import Problem
from koopopt.report.values.fronts import verdict
from koopopt.solvers.base import Termination

NAMES = ("border", "valley")


@pytest.fixture(scope="module", params=NAMES)
def instance(request):
    return koopopt.read(request.param)


@pytest.fixture(scope="module")
def whole(instance):
    found = front(instance, workers=1)
    assert found.complete
    return found


def test_an_overview_before_a_complete_front_changes_nothing_of_it(instance, whole):
    hurried = front(instance, workers=1, time_limit=600.0)
    assert hurried.complete
    assert hurried.unproven == ()
    assert hurried.values.tolist() == whole.values.tolist()
    assert verify(hurried, sample=0).ok


def test_what_is_not_said_to_be_unproven_is_efficient(instance, whole):
    efficient = set(map(tuple, whole.values.tolist()))
    for how in ({"points": 4}, {"coverage": 0.2}):
        few = front(instance, workers=1, **how)
        proven = [tuple(p.values) for k, p in enumerate(few) if k not in few.unproven]
        assert efficient.issuperset(proven)
        assert len(proven) >= len(few) / 2
        assert verify(few, sample=0).ok


def asked(instance=None, **policy):
    """Return a search of a problem, a tiny one unless said, and its oracle."""
    problem = Problem.of(instance or tiny.instance())
    of = posed.of_problem(problem, (), {}, "highs", "auto", 0)
    search = Exploration(of.subject.grid, replace(of.policy, **policy))
    return of, search, of.subject.oracle()


def taken(of, search, oracle, task, **changes):
    """Ask, and take the answer in as if nothing were proven of its plan."""
    question = Question(of.subject.grid.limits(task.upper), task.weights, task.start)
    answer = replace(oracle.ask(question, threading.Event()), **changes)
    search.take(task, answer)
    points = tuple(search.chosen())
    told = search.state.certificate(points)
    return Front(of.source, of.names, of.subject.grid.resolution, points, told, 0.0)


def test_a_plan_without_a_proof_is_kept_and_said_to_be_unproven():
    of, search, oracle = asked()
    task = next(search.tasks([]))
    assert task.kind is Kind.OPENING
    stopped = taken(of, search, oracle, task, found=Found.STOPPED, bound=None)
    assert len(stopped) == 1
    assert stopped.unproven == (0,)
    assert not stopped.complete
    said = [text.render("en") for text in verdict(stopped)]
    assert any("None of these is proven to be efficient" in text for text in said)


def test_a_bound_that_a_plan_meets_proves_it():
    of, search, oracle = asked()
    task = next(search.tasks([]))
    assert taken(of, search, oracle, task, found=Found.STOPPED).unproven == ()


def test_what_is_best_in_one_criterion_is_kept_where_nothing_else_is_known():
    of, search, oracle = asked(opening=None)
    task = next(search.tasks([]))
    assert task.kind is Kind.IDEAL
    taken(of, search, oracle, task, found=Found.STOPPED, bound=None)
    assert search.chosen() == []
    search.state.keep_alone()
    assert len(search.chosen()) == 1


def test_only_overviews_are_asked_roughly():
    for policy, rough in (
        ({}, False), ({"hurried": True}, True), ({"points": 3}, True), ({"coverage": 0.1}, True),
    ):  # fmt: skip
        of, search, oracle = asked(**policy)
        for _ in range(4):
            for task in islice(search.tasks([]), 1):
                assert (task.gap > 0) == (task.seconds is not None) == rough
                taken(of, search, oracle, task)


def test_of_a_question_with_a_gap_only_a_met_bound_is_a_proof(monkeypatch):
    of, search, oracle = asked()
    task = next(search.tasks([]))
    question = Question(of.subject.grid.limits(task.upper), task.weights, gap=0.5)
    best = oracle.ask(question, threading.Event()).point
    assert best is not None
    total = evaluate(plans.limited(of.subject, question), best.solution).total
    near = Outcome(Termination.OPTIMAL, best.solution, total - 1)
    monkeypatch.setattr(plans, "answer", lambda *_, **__: near)
    told = oracle.ask(question, threading.Event())
    assert told.found is Found.STOPPED
    assert told.point is not None
    assert told.bound is not None
    assert oracle.ask(replace(question, gap=0.0), threading.Event()).found is Found.POINT


def test_highs_alone_decides_over_coalitions_unless_another_has_options():
    problem = Problem.of(tiny.instance())
    question = Question((None, None), (1, 1))
    for options, kind in (({}, "Highs"), ({"cp-sat": {"cp_model_presolve": False}}, "Portfolio")):
        subject = posed.of_problem(problem, (), {}, "auto", "partition", 0).subject
        oracle = replace(subject, options=options).oracle()
        oracle.ask(question, threading.Event())
        assert {type(solver).__name__ for solver in oracle._solvers} == {kind}


def test_below_a_plan_without_a_proof_there_may_be_others():
    """So what is unexplored is less once it is proven, with the same points."""
    told = []
    for changes in ({"found": Found.STOPPED, "bound": None}, {}):
        of, search, oracle = asked(koopopt.read("valley"))
        for _ in range(3):
            taken(of, search, oracle, next(search.tasks([])))
        low, high = search.state.reach()
        middle = SearchTask(
            search.state.everything, planes.whole(of.subject.grid, 1 / (high - low)), None
        )
        taken(of, search, oracle, middle, **changes)
        told.append(search.state.unexplored())
    assert told[0] > told[1] + 0.01


@pytest.mark.parametrize("how", [{}, {"points": 3}, {"workers": 2}], ids=str)
def test_what_would_fill_the_memory_is_not_begun(
    how: dict[str, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A country's pairs of municipalities: the plan that is known, unproven, and the reason."""
    monkeypatch.setattr(formulations, "ALWAYS_ALLOWED", 0)
    journal = tmp_path / "journal"
    found = front("three-villages", memory=100, journal=journal, **how)
    assert len(found) == 1
    assert evaluate(found.subject, found.plans[0]).feasible
    assert found.unproven == (0,)
    assert (found.complete, found.infeasible, found.unexplored) == (False, False, 1.0)
    assert "allow more memory" in " ".join(found.messages)
    assert not journal.exists()
    assert verify(found, sample=0).ok
