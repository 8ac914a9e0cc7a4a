"""Few points show a whole front, and what is said of the rest is true at every moment."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache
from itertools import islice, pairwise

import numpy as np
import pytest

import koopopt
from koopopt.linear import LinearModel
from koopopt.pareto import posed
from koopopt.pareto.explore import Exploration
from koopopt.pareto.find import front
from koopopt.pareto.front import Front
from koopopt.pareto.indicators import epsilon, spans
from koopopt.pareto.oracle import Question
from koopopt.pareto.overview import best, errors, fewest
from koopopt.pareto.represent import overview, represent
from koopopt.pareto.verify import verify
from koopopt.problem import Problem
from pareto.programs import program
from pareto.published import ALLOCATION, ASSIGNMENT_3, KNAPSACK_3, KNAPSACK_17, KNAPSACK_50, PATH

MODELS = (KNAPSACK_17, KNAPSACK_50, PATH, KNAPSACK_3, ASSIGNMENT_3, ALLOCATION)
SHIPPED = ("border", "facility-teaching", "three-villages", "valley")
NAMES = [*(m.name for m in MODELS), *SHIPPED]
SUBJECTS = dict(zip(NAMES, [*(m.model for m in MODELS), *SHIPPED], strict=True))


def subject(name):
    what = SUBJECTS[name]
    return koopopt.read(what) if isinstance(what, str) else what


@cache
def whole(name):
    """Return the complete front."""
    found = front(subject(name), workers=1)
    assert found.complete
    return found


def true(few, name):
    """Return the coverage of points by what there really is."""
    return epsilon(few, whole(name), spans(whole(name)))


def fewest_of(name, error):
    """Return how many points of the complete front it takes."""
    values = whole(name).values
    return len(fewest(errors(values, values, spans(values)), error).columns)


@pytest.mark.parametrize("count", [1, 3, 5, 10])
@pytest.mark.parametrize("name", NAMES)
def test_few_points_are_nearly_the_best_there_are(name, count):
    found = front(subject(name), points=count, workers=1)
    assert len(found) == min(count, len(whole(name)))
    possible = represent(whole(name), count).error
    assert true(found, name) <= 1.5 * possible + 1e-9
    assert found.certificate.coverage >= true(found, name) - 1e-9
    check = verify(found, sample=0)
    assert check.ok, [c.text.render("en") for c in check.checks]


@pytest.mark.parametrize("share", [0.2, 0.1])
@pytest.mark.parametrize("name", NAMES)
def test_a_coverage_takes_few_points(name, share):
    found = front(subject(name), coverage=share, workers=1)
    assert true(found, name) - 1e-9 <= found.certificate.coverage <= share
    assert len(found) <= 1.5 * fewest_of(name, share) + 1
    assert verify(found, sample=0).ok


def stages(name, **options):
    """Yield the front after every question, as it would be if the search were stopped then."""
    what = subject(name)
    if isinstance(what, LinearModel):
        asked = posed.of_model(what, (), {}, "highs", 0)
    else:
        asked = posed.of_problem(Problem.of(what), (), {}, "highs", "auto", 0)
    subject_, policy = asked.subject, replace(asked.policy, **options)
    search, oracle = Exploration(subject_.grid, policy), subject_.oracle()
    while (task := next(search.tasks([]), None)) is not None:
        question = Question(subject_.grid.limits(task.upper), task.weights, task.start)
        search.take(task, oracle.ask(question, threading.Event()))
        points = search.chosen()
        certificate = search.state.certificate(points)
        resolution = subject_.grid.resolution
        yield Front(asked.source, asked.names, resolution, tuple(points), certificate, 0.0)


@pytest.mark.parametrize("name", ["knapsack-2-17", "knapsack-3-10", "three-villages", "valley"])
def test_what_is_unexplored_is_true_after_every_question(name):
    told = []
    for found in stages(name):
        told.append(found.unexplored)
        assert found.certificate.coverage >= true(found, name) - 1e-9
        assert (found.unexplored == 0.0) == found.complete
        assert verify(found, sample=0).ok
    assert told[0] == 1.0
    assert all(a >= b for a, b in pairwise(told)), told
    assert told[-1] == 0.0


@pytest.mark.parametrize("name", ["knapsack-2-17", "knapsack-3-10", "valley"])
def test_a_choice_is_proven_after_every_question(name):
    for found in stages(name, points=2):
        assert len(found) <= 2
        assert found.certificate.coverage >= true(found, name) - 1e-9
        assert verify(found, sample=0).ok


@pytest.mark.parametrize("options", [{"points": 1}, {"points": 2}, {"coverage": 0.5}], ids=str)
@pytest.mark.parametrize("name", ["knapsack-2-17", "valley"])
def test_what_is_not_shown_is_not_explored(name, options):
    """Searched to the end, but with fewer points than there are: no complete front."""
    told = []
    for found in stages(name, **options):
        told.append(found.unexplored)
        assert (found.unexplored == 0.0) == found.complete
    assert all(a >= b for a, b in pairwise(told)), told


def test_one_of_three_points_is_no_complete_front():
    """All three are known in the end; two of them are not shown."""
    model = program([[1, 2, 3], [3, 2, 1]], [(1, [1, 1, 1], 1)])
    found = front(model, points=1, workers=1)
    assert len(found) == 1
    assert not found.complete
    assert 0.0 < found.unexplored <= 1e-3


def at(name, questions, **options):
    """Return the front after so many questions."""
    return next(f for f in stages(name, **options) if f.solves == questions)


@pytest.mark.parametrize("name", ["knapsack-2-50", "border"])
def test_a_search_in_a_hurry_is_spread(name):
    """After a dozen questions the points are those of an overview, not neighbours at one end."""
    found = at(name, 12, hurried=True)
    assert true(found, name) <= 2.5 * represent(whole(name), len(found)).error


@pytest.mark.parametrize("name", ["knapsack-2-17", "assignment-3-5", "border", "valley"])
def test_of_a_stopped_front_a_few_are_proven_to_be_chosen_well(name):
    """Against the best choice from the complete front, in shares of the same ranges."""
    told = []
    for found in islice(stages(name, hurried=True), 0, None, 4):
        chosen = overview(found)
        told.append(len(chosen))
        if not chosen or found.complete:
            continue
        corners = np.array([box.lower for box in found.certificate.open])
        ideal = np.concatenate([found.values, corners]).min(axis=0)
        worse = errors(whole(name).values, whole(name).values, found.values.max(axis=0) - ideal)
        possible = worse[:, best(worse, len(chosen))].min(axis=1).max()
        mine = [whole(name).values.tolist().index(list(found[k].values)) for k in chosen]
        assert worse[:, mine].min(axis=1).max() <= 1.5 * possible + 1e-9
        assert 0 < len(overview(found, most=3)) <= 3
    assert max(told) > 1
    assert overview(whole(name)) == tuple(range(len(whole(name))))


def test_a_search_without_a_limit_soon_shows_the_whole_front():
    found = at("knapsack-2-50", 12)
    assert true(found, "knapsack-2-50") <= 0.35


def test_an_overview_hardly_delays_a_complete_front():
    found = whole("knapsack-2-50")
    assert found.solves <= 1.1 * (len(found) + 2)


def test_covers_are_the_best_there_are():
    """Against all choices."""
    from itertools import combinations

    rng = np.random.default_rng(1)
    for _ in range(20):
        table = rng.integers(0, 9, (7, 6)) / 8.0
        for count in range(1, 6):
            reached = min(table[:, c].min(axis=1).max() for c in combinations(range(6), count))
            chosen = best(table, count)
            assert len(chosen) == count
            assert table[:, chosen].min(axis=1).max() == reached
            least = fewest(table, reached)
            assert least is not None
            assert least.least == len(least.columns) <= count
    assert fewest(table, -1.0) is None
