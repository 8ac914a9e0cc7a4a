"""Robustness: counted by hand and against counting anew."""

from __future__ import annotations

from itertools import combinations

import pytest

import tiny
from choice.made import of_problem, of_values
from koopopt.case.plan import Partnership, Plan
from koopopt.choice import robustness
from koopopt.errors import UsageError
from koopopt.evaluation import all_alone, evaluate
from koopopt.pareto.certificate import Certificate
from koopopt.pareto.front import Front
from koopopt.pareto.oracle import Point
from koopopt.problem import Problem
from random_instances import random_problem


def by_hand(complete: bool = True) -> Front:
    """Return three plans: 01 and 02 share water in all but one, 03 joins in one."""
    problem = Problem.of(tiny.instance(services=(tiny.service("water"),)))
    pools = [("01", "02", "03"), ("01", "02"), ()]
    plans = [
        Plan(
            [
                *([Partnership("water", who, "02", "association")] if who else []),
                *(Partnership("water", (i,), i) for i in problem.facts.ids if i not in who),
            ]
        )
        for who in pools
    ]
    certificate = Certificate() if complete else of_values((1, 1), complete=False).certificate
    values = [tuple(evaluate(problem, p).criteria[n] for n in ("cost", "travel")) for p in plans]
    points = tuple(Point(v, p) for v, p in zip(values, plans, strict=True))
    return Front(problem, ("cost", "travel"), (0.01, 0.0001), points, certificate, 1.0)


def test_pairs_by_hand() -> None:
    said = robustness(by_hand())
    rows = said.pairs[["a", "b", "plans", "kind"]].to_numpy().tolist()
    assert rows == [
        ["01", "02", 2, "borderline"],
        ["01", "03", 1, "borderline"],
        ["02", "03", 1, "borderline"],
    ]
    assert said.pairs["share"].tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3])
    seats = {(r.municipality, r.seat): r.plans for r in said.seats.itertuples()}
    assert seats == {
        ("01", "02"): 2, ("01", "01"): 1, ("02", "02"): 3, ("03", "02"): 1, ("03", "03"): 2,
    }  # fmt: skip
    assert said.seats.iloc[0][["name", "kind"]].tolist() == ["Bühl an der Weißen Werra", "core"]
    whole = {r.members: r.plans for r in said.partnerships.itertuples()}
    assert whole[("01", "02")] == 1
    assert whole[("03",)] == 2


def test_fewer_points_and_what_nobody_does() -> None:
    said = robustness(by_hand(), among=[1, 2], everyone=True)
    kinds = {(r.a, r.b): r.kind for r in said.pairs.itertuples()}
    assert kinds == {
        ("01", "02"): "borderline", ("01", "03"): "exterior", ("02", "03"): "exterior",
    }  # fmt: skip
    assert len(said.seats) == 9
    core = robustness(by_hand(), among=[0, 1])
    assert core.pairs[core.pairs["kind"] == "core"][["a", "b"]].to_numpy().tolist() == [
        ["01", "02"]
    ]


def test_an_unfinished_front_promises_nothing() -> None:
    said = robustness(by_hand(complete=False))
    assert not said.complete
    assert "nothing here is certain" in said.text.render()
    assert robustness(by_hand()).complete


SMALL = [seed for seed in range(0, 60, 3) if random_problem(seed).facts.n < 5]


@pytest.mark.parametrize("seed", SMALL)
def test_random_fronts_are_counted_right(seed: int) -> None:
    problem = random_problem(seed)
    front = of_problem(problem)
    if not len(front):
        return  # infeasible
    said = robustness(front, everyone=True)
    n, services = problem.facts.n, len(problem.facts.services)
    assert len(said.pairs) == services * n * (n - 1) // 2
    for row in said.pairs.itertuples():
        count = sum(
            any(p.service == row.service and {row.a, row.b} <= set(p.members)
                for p in plan.partnerships)
            for plan in front.plans
        )  # fmt: skip
        assert (row.plans, row.share) == (count, pytest.approx(count / len(front)))
        expected = "exterior" if not count else "core" if count == len(front) else "borderline"
        assert row.kind == expected
    assert said.seats["plans"].sum() == services * n * len(front)
    pairs = said.pairs.set_index(["service", "a", "b"])["plans"].to_dict()
    for row in said.partnerships.itertuples():
        for a, b in combinations(row.members, 2):
            assert pairs[row.service, a, b] >= row.plans


def test_what_has_no_plans() -> None:
    with pytest.raises(UsageError, match="linear model"):
        robustness(of_values((1, 1)))
    with pytest.raises(UsageError, match="no points"):
        robustness(by_hand(), among=[])


def test_all_alone_has_no_pairs() -> None:
    problem = Problem.of(tiny.instance())
    front = Front(
        problem, ("cost", "travel"), (0.01, 0.0001),
        (Point((1.0, 0.0), all_alone(problem)),), Certificate(), 1.0,
    )  # fmt: skip
    said = robustness(front)
    assert said.pairs.empty
    assert list(said.pairs.columns) == [
        "service", "a", "name_a", "b", "name_b", "plans", "share", "kind",
    ]  # fmt: skip
    assert (said.seats["kind"] == "core").all()
