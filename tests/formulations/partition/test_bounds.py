"""Bounds over one pool against all plans written out: true for any weights, limits and box.

All comparisons are exact: floating point numbers count as the fractions that they are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

import numpy as np
import pytest

import bruteforce
from koopopt.case.library import Grant
from koopopt.case.plan import Plan
from koopopt.criteria import CRITERIA
from koopopt.formulations.partition import Partition, pools
from koopopt.formulations.partition.bounds import Bounds, View
from koopopt.problem import Problem
from koopopt.scale import Scale
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

    def box(self) -> dict[str, int]:
        """Return limits near to a plan, for some of the criteria."""
        rng = self.rng
        near = self.own()[int(rng.integers(len(self.plans)))] * rng.choice([0.9, 1.0, 1.0, 1.1])
        given = rng.random(len(near)) < 0.6
        return {
            name: int(most) for name, most, ok in zip(self.names, near, given, strict=True) if ok
        }

    def scale(self) -> Scale:
        """Return random whole weights for some of the criteria."""
        rng = self.rng
        even = 1.0 / np.maximum(np.ptp(self.own(), axis=0), 1.0)
        chosen = rng.random(len(self.names)) * rng.choice([0.0, 1.0, 1.0], len(self.names)) * even
        chosen = chosen if chosen.any() else even
        whole = np.ceil(chosen / chosen[chosen > 0].min() * rng.choice([1, 10, 1000]))
        weights = dict(zip(self.names, whole.astype(int).tolist(), strict=True))
        return Scale(tuple(weights.get(name, 0) for name in NAMES), Fraction(1), -20)

    def ask(self, scale: Scale, box: dict[str, int], control: Control | None = None) -> View | None:
        return self.bounds.view(scale.floats, scale.step, box, control or Control())

    def inside(self, box: dict[str, int]) -> np.ndarray:
        """Return which plans are in a box."""
        limits = np.array([box.get(name, 2**60) for name in self.names])
        return np.asarray((self.own() <= limits).all(axis=1))

    def sums(self, weights: np.ndarray) -> np.ndarray:
        """Return the weighted sum of every plan by floating point weights, exactly."""
        exact = [Fraction(w) for w in weights.tolist()]
        below = lcm(*(w.denominator for w in exact))
        total = self.values.astype(object) @ np.array([int(w * below) for w in exact], object)
        return np.array([Fraction(int(t), below) for t in total], object)


def granted(seed: int) -> Problem:
    """Return a random problem in which grants exceed costs."""
    instance = random_problem(seed).instance
    grant = Grant(amounts={"2+": 5e6}, years=1.0)
    forms = tuple(replace(form, grant=grant) for form in instance.legal_forms)
    return Problem.of(replace(instance, legal_forms=forms))


def cases(first: int, last: int, made: Callable[[int], Problem] = random_problem) -> Iterator[Case]:
    for seed in range(first, last):
        problem = made(seed)
        if Partition().estimate(problem, Control()).refusal is not None:
            continue
        values = bruteforce.all_criteria(problem)
        if not 0 < len(values) <= MOST:
            continue
        rng = np.random.default_rng(seed)
        names = tuple(NAMES[k] for k in sorted(rng.permutation(5)[: rng.integers(2, 5)]))
        bounds = Bounds(problem, pools(problem), names)
        yield Case(problem, bounds, names, list(bruteforce.all_plans(problem)), values, rng)


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
            box, scale = case.box(), case.scale()
            view = case.ask(scale, box)
            assert view is not None
            asked = case.sums(scale.floats)
            inside = case.inside(box)
            if inside.any():
                assert Fraction(view.bound) - Fraction(view.sides) <= asked[inside].min()
            told = case.sums(view.weights)  # limits are in the weights: it holds of every plan
            assert (view.weights >= 0.0).all()
            assert Fraction(view.bound) <= told.min()
            looked += 1
    assert looked >= 20


def test_limits_below_zero_can_be_asked() -> None:
    """Of amounts that grants make negative: kept by some plans, or by none."""
    looked = 0
    for case in cases(0, 40, granted):
        for k in range(4):
            box, scale = case.box(), case.scale()
            if "cost" in box and k % 2:
                box["cost"] -= 2 * abs(box["cost"])
            looked += box.get("cost", 0) < 0
            view = case.ask(scale, box)
            assert view is not None
            inside = case.inside(box)
            if inside.any():
                assert Fraction(view.bound) - Fraction(view.sides) <= (
                    case.sums(scale.floats)[inside].min()
                )
            assert Fraction(view.bound) <= case.sums(view.weights).min()
    assert looked >= 10


@pytest.mark.parametrize(("first", "last"), PARTS[:2])
def test_a_plan_costs_at_least_what_its_coalitions_say(first: int, last: int) -> None:
    looked = 0
    for case in cases(first, last):
        view = case.ask(case.scale(), case.box())
        assert view is not None
        told = case.sums(view.weights)
        for k in case.rng.permutation(len(case.plans))[:25].tolist():
            for reduced in reduced_costs(case, view, case.plans[k]):
                assert Fraction(view.level) + Fraction(reduced) <= told[k]
                looked += 1
    assert looked > 200


@pytest.mark.parametrize(("first", "last"), PARTS)
def test_no_plan_of_a_box_loses_a_partnership(first: int, last: int) -> None:
    """Views are kept, and asked about boxes that they were not made for."""
    ruled_out = boxes = 0
    for case in cases(first, last):
        views = []
        for _ in range(3):
            view = case.ask(case.scale(), case.box())
            assert view is not None
            views.append(view)
        for _ in range(4):
            box = case.box()
            pairs = [(view, case.bounds.most(view, box)) for view in views]
            inside = np.flatnonzero(case.inside(box))
            for view, most in pairs:
                assert all(told <= most for told in case.sums(view.weights)[inside])
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
            box, scale = case.box(), case.scale()
            view = case.ask(scale, box)
            assert view is not None
            inside = np.flatnonzero(case.inside(box))
            if not len(inside):
                continue
            asked = np.array([scale.total(v) for v in case.values[inside].tolist()], object)
            known = asked[int(case.rng.integers(len(asked)))]
            pair = [(view, float(np.nextafter(scale.above(known) + view.sides, np.inf)))]
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
        asked = [(case.scale(), case.box()) for _ in range(4)]
        for scale, box in asked:
            warm = case.ask(scale, box)
            other = Bounds(case.problem, pools(case.problem), case.names)
            fresh = other.view(scale.floats, scale.step, box, Control())
            assert warm is not None
            assert fresh is not None
            if case.inside(box).any():  # cuts that are known already can only make it better
                lost = (fresh.bound - fresh.sides) - (warm.bound - warm.sides)
                assert lost <= 1e-6 * max(1.0, abs(fresh.bound))
                compared += 1
    assert compared >= 20


def test_a_view_that_is_stopped_is_none() -> None:
    case = next(cases(0, 50))
    cancel = threading.Event()
    cancel.set()
    for control in (Control(cancel=cancel), Control(time_limit=0.0)):
        assert case.ask(case.scale(), case.box(), control) is None
    assert case.ask(case.scale(), case.box()) is not None
