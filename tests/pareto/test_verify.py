"""Whoever touches a front is noticed."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import bruteforce
import tiny
from koopopt.case.plan import Plan
from koopopt.evaluation import evaluate
from koopopt.pareto import boxes
from koopopt.pareto.certificate import Certificate, Open, Record
from koopopt.pareto.find import front as search
from koopopt.pareto.front import Front
from koopopt.pareto.grid import NO_BOUND, total
from koopopt.pareto.oracle import Found, Point
from koopopt.pareto.recheck import grid_of, other_solver
from koopopt.pareto.verify import Check, verify
from koopopt.problem import Problem
from pareto import hand
from random_instances import random_problem

PROBLEM = Problem.of(tiny.instance())
COARSE = {"cost": 20000.0, "travel": 100.0}


@pytest.fixture(scope="module")
def front() -> Front:
    return hand.of_problem(PROBLEM)


@pytest.fixture(scope="module")
def of_model() -> Front:
    return hand.of_model(hand.knapsack(9, 3))


def checks(front: Front, **settings: Any) -> dict[str, Check]:
    return {check.name: check for check in verify(front, **settings).checks}


def failed(front: Front, **settings: Any) -> dict[str, str]:
    found = checks(front, **settings)
    return {name: c.text.render() for name, c in found.items() if c.ok is False}


# -- what holds passes -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_true_fronts_pass(seed: int) -> None:
    problem = random_problem(seed)
    for criteria in (("cost", "travel"), ("travel", "identity", "bodies"), ("cost", "farthest")):
        front = hand.of_problem(problem, criteria)
        found = verify(front, sample=2, time_limit=30)
        assert found.ok, [c.text.render() for c in found.checks]


@pytest.mark.parametrize("resolution", [{}, COARSE])
def test_coarse_fronts_pass(resolution: dict[str, float]) -> None:
    found = verify(hand.of_problem(PROBLEM, **resolution), sample=3)
    assert found.ok, [c.text.render() for c in found.checks]


@pytest.mark.parametrize("objectives", [2, 3, 4])
@pytest.mark.parametrize("solver", [None, "highs", "cp-sat", "scip"])
def test_fronts_of_models_pass(objectives: int, solver: str | None) -> None:
    front = hand.of_model(hand.knapsack(8, objectives, seed=objectives))
    found = verify(front, sample=3, solver=solver)
    assert found.ok, [c.text.render() for c in found.checks]


@pytest.mark.parametrize("criteria", [("cost", "travel"), ("cost", "travel", "bodies")])
def test_what_the_search_finds_passes(criteria: tuple[str, ...]) -> None:
    found = search(PROBLEM, criteria, workers=1)
    assert found.complete
    true = hand.of_problem(PROBLEM, criteria)
    assert found.values.tolist() == true.values.tolist()
    assert verify(found, sample=3).ok


def test_what_the_search_leaves_passes_too() -> None:
    for points in (1, 2, 4):
        left = search(PROBLEM, points=points, workers=1)
        assert not left.complete
        assert failed(left, sample=2) == {}


def test_nothing_feasible_passes() -> None:
    problem = Problem.of(tiny.instance(rules={"max_bodies": 0, "min_bodies": 1}))
    found = verify(hand.of_problem(problem))
    assert found.ok
    assert [c.name for c in found.checks][-1] == "sample"


# -- what does not hold is noticed -------------------------------------------------------------


def with_point(front: Front, k: int, **changes: Any) -> Front:
    points = list(front.points)
    points[k] = replace(points[k], **changes)
    return replace(front, points=tuple(points))


def with_records(front: Front, records: list[Record]) -> Front:
    return replace(front, certificate=replace(front.certificate, records=tuple(records)))


def with_record(front: Front, k: int, **changes: Any) -> Front:
    records = list(front.certificate.records)
    records[k] = replace(records[k], **changes)
    return with_records(front, records)


@pytest.mark.parametrize("k", range(8))
def test_a_point_removed(front: Front, k: int) -> None:
    points = tuple(p for n, p in enumerate(front.points) if n != k)
    wrong = failed(replace(front, points=points), sample=0)
    assert "neither proven empty nor open" in wrong["complete"]
    assert "is missing" in wrong["records"]


@pytest.mark.parametrize("k", range(8))
def test_a_point_and_its_records_removed(front: Front, k: int) -> None:
    cell = front.certificate.records[k].cell
    points = tuple(p for n, p in enumerate(front.points) if n != k)
    records = [r for r in front.certificate.records if r.cell != cell]
    wrong = failed(with_records(replace(front, points=points), records), sample=0)
    assert set(wrong) == {"complete"}


@pytest.mark.parametrize("k", range(8))
def test_a_point_replaced_by_a_false_proof(front: Front, k: int) -> None:
    """Its box is claimed to be empty: only asking once more tells."""
    points = tuple(p for n, p in enumerate(front.points) if n != k)
    left = replace(front, points=points)
    grid = grid_of(left)
    records = [
        Record(box, (1, 1), Found.EMPTY, None, None, "highs 1", 0.1)
        for box in boxes.region(grid.cells(grid.many(left.values)), 2)
    ]
    false = with_records(left, records)
    assert failed(false, sample=0) == {}
    wrong = failed(false, sample=99)
    assert set(wrong) == {"sample"}
    assert "cp-sat finds cost" in wrong["sample"]


@pytest.mark.parametrize("by", [0.01, -0.01, 1e-4])
@pytest.mark.parametrize("criterion", [0, 1])
def test_a_value_changed(front: Front, by: float, criterion: int) -> None:
    values = list(front[3].values)
    values[criterion] *= 1 + by
    wrong = failed(with_point(front, 3, values=tuple(values)), sample=0)
    assert "Point 4" in wrong["solutions"]


def test_a_plan_changed(front: Front) -> None:
    wrong = failed(with_point(front, 3, solution=front[4].solution), sample=0)
    assert "Point 4: cost is" in wrong["solutions"]
    torn = Plan(front[3].solution.partnerships[1:])
    assert (
        "has no partnership" in failed(with_point(front, 3, solution=torn), sample=0)["solutions"]
    )


def test_a_plan_that_breaks_a_rule(front: Front) -> None:
    strict = Problem.of(tiny.instance(rules={"max_bodies": 1}))
    wrong = failed(replace(front, subject=strict), sample=0)
    assert set(wrong) == {"solutions"}


def test_a_solution_of_a_model_changed(of_model: Front) -> None:
    everything = tuple(1.0 for _ in of_model[0].solution)
    assert "violates" in failed(with_point(of_model, 0, solution=everything), sample=0)["solutions"]
    half = (0.5, *of_model[0].solution[1:])
    assert "violates" in failed(with_point(of_model, 0, solution=half), sample=0)["solutions"]
    assert "no solution" in failed(with_point(of_model, 0, solution=()), sample=0)["solutions"]


def test_a_dominated_point_added(front: Front) -> None:
    chosen = {p.values for p in front}
    for plan in bruteforce.all_plans(PROBLEM):
        criteria = evaluate(PROBLEM, plan).criteria
        point = Point((criteria["cost"], criteria["travel"]), plan)
        if point.values not in chosen:
            points = tuple(sorted((*front.points, point), key=lambda p: p.values))
            wrong = failed(replace(front, points=points), sample=0)
            assert "is dominated by point" in wrong["points"]
            break
    else:
        raise AssertionError("no dominated plan")


def test_a_point_twice_or_out_of_place(front: Front) -> None:
    twice = replace(front, points=(front[0], *front.points))
    assert "or equal to it" in failed(twice, sample=0)["points"]
    turned = replace(front, points=front.points[::-1])
    assert "not in its place" in failed(turned, sample=0)["points"]


def test_a_record_removed(front: Front) -> None:
    grid, records, noticed = grid_of(front), list(front.certificate.records), 0
    for k, record in enumerate(records):
        if record.found is Found.EMPTY:
            rest = records[:k] + records[k + 1 :]
            corner = grid.corner(record.upper)
            by_another = any(  # points a unit apart: the bound of one of them proves it as well
                other.bound is not None
                and all(a <= b for a, b in zip(record.upper, other.upper, strict=True))
                and all(c is not None for c in corner)
                and total(other.weights, corner) < other.bound
                for other in rest
            )
            wrong = failed(with_records(front, rest), sample=0)
            assert set(wrong) == (set() if by_another else {"complete"})
            noticed += not by_another
    assert noticed == len(front) - 1
    assert set(failed(with_records(front, []), sample=0)) == {"complete"}


def test_a_bound_raised(front: Front) -> None:
    for k, record in enumerate(front.certificate.records):
        if record.found is Found.POINT:
            wrong = failed(with_record(front, k, bound=record.bound + 1), sample=0)
            assert "claims that no solution is as good as point" in wrong["records"]


def test_records_of_questions_that_nobody_asks(front: Front) -> None:
    records = list(enumerate(front.certificate.records))
    (found, _), (empty, _) = (
        next((k, r) for k, r in records if r.found is kind) for kind in (Found.POINT, Found.EMPTY)
    )
    for k, changes, said in (
        (found, {"weights": (0, 0), "bound": -1}, "weights that no question has"),
        (found, {"weights": (-1, 1), "bound": -(2**60)}, "weights that no question has"),
        (found, {"upper": (-(2**62), NO_BOUND)}, "a box that no question has"),
        (found, {"bound": None}, "has a point and no bound"),
        (empty, {"bound": 5}, "a box that it calls empty"),
    ):
        assert said in failed(with_record(front, k, **changes), sample=0)["records"], changes


def test_a_box_enlarged(front: Front) -> None:
    for k, record in enumerate(front.certificate.records):
        if record.found is Found.EMPTY:
            wrong = failed(with_record(front, k, upper=(NO_BOUND, NO_BOUND)), sample=0)
            assert "claims that no solution is as good as point" in wrong["records"]


def test_a_point_outside_its_box(front: Front) -> None:
    cell = front.certificate.records[0].cell
    wrong = failed(with_record(front, 0, upper=cell), sample=0)
    assert "outside its box" in wrong["records"]


def test_a_point_that_is_not_the_best_of_its_cell() -> None:
    front = hand.of_problem(PROBLEM, **COARSE)
    grid = grid_of(front)
    lowered = [replace(r, bound=r.bound and r.bound - 1) for r in front.certificate.records]
    wrong = failed(with_records(front, lowered), sample=0)
    assert "not proven to be efficient" in wrong["complete"]
    worse = [
        with_point(front, k, values=values, solution=plan)
        for plan in bruteforce.all_plans(PROBLEM)
        for values in [tuple(evaluate(PROBLEM, plan).criteria[c] for c in ("cost", "travel"))]
        for k, point in enumerate(front)
        if grid.cell(grid.amounts(values)) == grid.cell(grid.amounts(point.values))
        and all(a >= b for a, b in zip(values, point.values, strict=True))
        and values != point.values
    ]
    assert worse
    for other in worse:
        assert "not proven to be efficient" in failed(other, sample=0)["complete"]


# -- fronts that are not complete --------------------------------------------------------------


def unfinished(front: Front) -> Front:
    """Return the front with one box open, honestly."""
    records = [r for r in front.certificate.records if r.found is Found.POINT]
    grid = grid_of(front)
    amounts = grid.many(front.values)
    records += [
        Record(
            (NO_BOUND, NO_BOUND), weights, Found.POINT, int(amounts[:, k].min()), cell, "highs", 1.0
        )
        for k, (weights, cell) in enumerate(
            zip(((1, 0), (0, 1)), (records[0].cell, records[-1].cell), strict=True)
        )
    ]
    least, uppers = boxes.ideal(records, grid), np.array([r.upper for r in records])
    left = []
    for box in boxes.region(grid.cells(amounts), 2):
        if boxes.proving(records, uppers, grid, box) is None:
            lower = boxes.lower(records, grid, box, least)
            left.append(
                Open(
                    box,
                    tuple(lower),
                    boxes.error(front.values, front.values.max(axis=0) - least, lower),
                )
            )
    assert left
    return replace(front, certificate=Certificate(tuple(records), tuple(left), 0.5))


def test_an_honest_rest_passes(front: Front) -> None:
    found = checks(unfinished(front), sample=0)
    assert all(check.ok for check in found.values())
    assert "Not complete, as it says" in found["complete"].text.render()


def test_an_open_box_left_out(front: Front) -> None:
    left = unfinished(front)
    fewer = replace(left, certificate=replace(left.certificate, open=left.certificate.open[1:]))
    assert "complete" in failed(fewer, sample=0)


def test_open_boxes_that_promise_too_much(front: Front) -> None:
    left = unfinished(front)
    box = left.certificate.open[0]
    for change, said in (
        ({"error": 0.5 * box.error}, "The error of open box 1"),
        ({"lower": tuple(1.1 * v + 1 for v in box.lower)}, "The lower bounds of open box 1"),
    ):
        first = replace(box, **change)
        certificate = replace(left.certificate, open=(first, *left.certificate.open[1:]))
        assert said in failed(replace(left, certificate=certificate), sample=0)["coverage"]


def test_time_that_does_not_suffice_is_said_so(front: Front) -> None:
    found = verify(front, sample=3, time_limit=0.0)
    assert not found.ok
    assert not found.failed
    assert found.checks[-1].ok is None
    assert "time did not suffice" in found.checks[-1].text.render()
    cancel = threading.Event()
    cancel.set()
    assert verify(front, sample=3, cancel=cancel).checks[-1].ok is None


def test_another_back_end_is_asked(front: Front, of_model: Front) -> None:
    assert other_solver(front, "cp-sat") == "highs"
    assert other_solver(front, "highs 1.13.1") == "cp-sat"
    fractional = replace(of_model.subject, integer=np.zeros_like(of_model.subject.integer))
    assert other_solver(replace(of_model, subject=fractional), "highs") == "scip"


def test_the_explorers_certificate_is_read_as_it_is_meant() -> None:
    """The verifier's lower bounds are not weaker than the search's, so it never cries wolf."""
    left = search(PROBLEM, ("cost", "travel", "identity"), points=3, workers=1)
    assert left.certificate.open
    assert failed(left, sample=0) == {}
