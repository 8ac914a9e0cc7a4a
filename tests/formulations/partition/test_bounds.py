"""Bounds over one pool against all plans written out: true for any weights, limits and box."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

import bruteforce
from koopopt.criteria import CRITERIA
from koopopt.formulations.partition import Partition, pools
from koopopt.formulations.partition.bounds import Bounds, View
from koopopt.plan import Plan
from koopopt.problem import Problem
from koopopt.solvers.base import Control
from random_instances import random_problem

NAMES = tuple(CRITERIA)
MOST = 1500
"""Plans of a problem that are looked at."""


@dataclass
class Case:
    """A problem, its bounds, and all its plans with their criteria."""

    problem: Problem
    bounds: Bounds
    names: tuple[str, ...]
    plans: list[Plan]
    values: np.ndarray
    rng: np.random.Generator

    def own(self) -> np.ndarray:
        return self.values[:, [NAMES.index(n) for n in self.names]]

    def box(self) -> dict[str, float]:
        """Return limits near to a plan, for some of the criteria."""
        rng = self.rng
        near = self.own()[int(rng.integers(len(self.plans)))] * rng.choice([0.9, 1.0, 1.0, 1.1])
        given = rng.random(len(near)) < 0.6
        return dict(zip(self.names, np.where(given, near, np.inf).tolist(), strict=True))

    def weights(self) -> np.ndarray:
        rng = self.rng
        scale = 1.0 / np.maximum(np.ptp(self.own(), axis=0), 1.0)
        chosen = rng.random(len(self.names)) * rng.choice([0.0, 1.0, 1.0], len(self.names)) * scale
        return weights_of(self.names, chosen.tolist() if chosen.any() else scale.tolist())

    def inside(self, box: dict[str, float]) -> np.ndarray:
        """Return which plans are in a box."""
        limits = np.array([box[name] for name in self.names])
        return np.asarray((self.own() <= limits).all(axis=1))


def cases(first: int, last: int) -> Iterator[Case]:
    for seed in range(first, last):
        problem = random_problem(seed)
        if Partition().refuses(problem) is not None:
            continue
        values = bruteforce.all_criteria(problem)
        if not 0 < len(values) <= MOST:
            continue
        rng = np.random.default_rng(seed)
        names = tuple(NAMES[k] for k in sorted(rng.permutation(5)[: rng.integers(2, 5)]))
        bounds = Bounds(problem, pools(problem), names)
        yield Case(problem, bounds, names, list(bruteforce.all_plans(problem)), values, rng)


def slack(*numbers: float | np.ndarray) -> float:
    return 1e-7 * max(1.0, *(float(np.abs(n).max(initial=0.0)) for n in numbers))


def reduced_costs(case: Case, view: View, plan: Plan) -> Iterator[float]:
    """Yield the least reduced cost of every coalition of a plan."""
    facts = case.problem.facts
    for partnership in plan.partnerships:
        if len(partnership.members) > 1:
            s = facts.service_index[partnership.service]
            members = sorted(facts.index[i] for i in partnership.members)
            yield float(view.reduced[s][_place(case.bounds.pools[s], members)])


def _place(pool: object, members: list[int]) -> int:
    coalitions = pool.coalitions  # type: ignore[attr-defined]
    same = [k for k in range(len(coalitions)) if sorted(coalitions[k].tolist()) == members]
    assert len(same) == 1
    return same[0]


PARTS = [(a, a + 25) for a in range(0, 100, 25)]


@pytest.mark.parametrize(("first", "last"), PARTS)
def test_a_view_bounds_what_was_asked_and_what_it_says(first: int, last: int) -> None:
    looked = 0
    for case in cases(first, last):
        for _ in range(4):
            box, weights = case.box(), case.weights()
            view = case.bounds.view(weights, box, Control())
            assert view is not None
            asked = case.values @ weights
            inside = case.inside(box)
            if inside.any():
                assert view.bound - view.sides <= asked[inside].min() + slack(asked, view.sides)
            told = case.values @ view.weights  # limits are in the weights: it holds of every plan
            assert (view.weights >= -1e-12).all()
            assert view.bound <= told.min() + slack(told, view.bound)
            looked += 1
    assert looked >= 20


@pytest.mark.parametrize(("first", "last"), PARTS[:2])
def test_a_plan_costs_at_least_what_its_coalitions_say(first: int, last: int) -> None:
    looked = 0
    for case in cases(first, last):
        view = case.bounds.view(case.weights(), case.box(), Control())
        assert view is not None
        told = case.values @ view.weights
        for k in case.rng.permutation(len(case.plans))[:25].tolist():
            for reduced in reduced_costs(case, view, case.plans[k]):
                assert view.level + reduced <= told[k] + slack(told, view.level)
                looked += 1
    assert looked > 200


@pytest.mark.parametrize(("first", "last"), PARTS)
def test_no_plan_of_a_box_loses_a_partnership(first: int, last: int) -> None:
    """Views are kept, and asked about boxes that they were not made for."""
    ruled_out = boxes = 0
    for case in cases(first, last):
        views = []
        for _ in range(3):
            view = case.bounds.view(case.weights(), case.box(), Control())
            assert view is not None
            views.append(view)
        for _ in range(4):
            box = case.box()
            pairs = [(view, case.bounds.most(view, box)) for view in views]
            inside = np.flatnonzero(case.inside(box))
            for view, most in pairs:
                told = case.values[inside] @ view.weights
                assert (told <= most + slack(told)).all()
            kept = case.bounds.kept(pairs)
            columns = case.bounds.columns(pairs, kept)
            left = {columns.partnership(case.problem.facts, k) for k in range(len(columns))}
            for k in inside.tolist():
                used = {(p.service, p.members, p.seat) for p in case.plans[k].partnerships}
                assert used <= {(p.service, p.members, p.seat) for p in left}
            ruled_out += sum(int((~k).sum()) for k in kept)
            boxes += 1
            assert [case.bounds.few(v, m) for v, m in pairs] == [
                sum(int(k.sum()) for k in case.bounds.kept([pair])) for pair in pairs
            ]
    assert ruled_out > boxes // 2  # it is not that nothing is ever ruled out


@pytest.mark.parametrize(("first", "last"), PARTS[:2])
def test_no_plan_that_is_better_than_one_known_loses_a_partnership(first: int, last: int) -> None:
    """What the oracle does with a known plan: `sides` turns its sum into one of the view's."""
    for case in cases(first, last):
        for _ in range(3):
            box, weights = case.box(), case.weights()
            view = case.bounds.view(weights, box, Control())
            assert view is not None
            inside = np.flatnonzero(case.inside(box))
            if not len(inside):
                continue
            asked = case.values[inside] @ weights
            known = float(case.rng.choice(asked))
            pair = [(view, known + view.sides)]
            columns = case.bounds.columns(pair, case.bounds.kept(pair))
            left = {
                (p.service, p.members, p.seat)
                for p in (columns.partnership(case.problem.facts, k) for k in range(len(columns)))
            }
            for k in inside[asked <= known].tolist():
                assert {(p.service, p.members, p.seat) for p in case.plans[k].partnerships} <= left


def test_warm_bounds_are_as_good_as_fresh_ones() -> None:
    """One master serves all questions; what it was asked before changes nothing but the time."""
    compared = 0
    for case in cases(0, 60):
        asked = [(case.weights(), case.box()) for _ in range(4)]
        for weights, box in asked:
            warm = case.bounds.view(weights, box, Control())
            fresh = Bounds(case.problem, pools(case.problem), case.names).view(
                weights, box, Control()
            )
            assert warm is not None
            assert fresh is not None
            lowest = (case.values @ weights)[case.inside(box)].min(initial=np.inf)
            if np.isfinite(lowest):  # cuts that are known already can only make it better
                assert warm.bound - warm.sides >= fresh.bound - fresh.sides - slack(lowest) * 10
                compared += 1
    assert compared >= 20


def test_a_view_that_is_stopped_is_none() -> None:
    case = next(cases(0, 50))
    cancel = threading.Event()
    cancel.set()
    for control in (Control(cancel=cancel), Control(time_limit=0.0)):
        assert case.bounds.view(case.weights(), case.box(), control) is None
    assert case.bounds.view(case.weights(), case.box(), Control()) is not None
