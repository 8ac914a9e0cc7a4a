"""Going through plans: every plan that is at least as good as asked for is among those found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np
import pytest

import bruteforce
from formulations.every_column import all_columns
from koopopt.case.plan import Plan
from koopopt.evaluation import evaluate
from koopopt.formulations.partition import combining, enumerating, pools, walking
from koopopt.formulations.partition.columns import (
    Columns,
    everybody_alone,
    pair_terms,
    unseen,
)
from koopopt.formulations.partition.enumerating import Found, better_plans, reduced_costs
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.placing import Deciding
from koopopt.formulations.partition.pool import Pool
from koopopt.problem import Problem
from nightly import NIGHTLY
from random_instances import random_problem


def solved(problem: Problem) -> tuple[Master, Columns, list[Pool]]:
    """Return the linear program over all columns, solved."""
    facts, everything = problem.facts, pools(problem)
    terms = [pair_terms(facts, s) for s in range(len(everything))]
    alone = [c.alone for c in problem.conditions]
    columns = all_columns(problem, everything)
    first = everybody_alone(facts, alone, terms)
    master = Master(problem, first, terms)
    master.first_phase(False)
    master.enter(Node.root(facts, everything, alone))
    known: set[tuple[int, int, bytes]] = set()
    unseen(known, first)
    master.add(columns.take(np.array(unseen(known, columns), np.int64)))
    assert master.solve()
    return master, columns, everything


def counted(seeds: Iterable[int]) -> Iterator[tuple[int, Problem, list[Plan], list[int]]]:
    """Yield problems that have few plans, with all of these and their weighted sums."""
    for seed in seeds:
        problem = random_problem(seed)
        plans = list(bruteforce.all_plans(problem)) if len(problem.facts.services) < 3 else []
        if 0 < len(plans) <= 2000:
            yield seed, problem, plans, [evaluate(problem, plan).total for plan in plans]


def key(plan: Plan) -> frozenset[tuple[str, frozenset[str], str]]:
    return frozenset((p.service, frozenset(p.members), p.seat) for p in plan.partnerships)


@pytest.mark.parametrize("few", [0, enumerating.FEW_COMBINATIONS])
@pytest.mark.parametrize("part", range(2 * NIGHTLY))
def test_no_better_plan_is_missed(part: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for all plans up to the third best, by the duals of the program or by any others."""
    monkeypatch.setattr(enumerating, "FEW_COMBINATIONS", few)
    monkeypatch.setattr(enumerating, "SHARES", (1.0,))
    monkeypatch.setattr(enumerating, "MAX_WHOLE_PLANS", 10**5)
    rng = np.random.default_rng(part)
    looked = 0
    for seed, problem, plans, totals in counted(range(part * 40, (part + 1) * 40)):
        master, columns, _ = solved(problem)
        most = sorted(set(totals))[:3][-1]
        wanted = {key(p) for p, total in zip(plans, totals, strict=True) if total <= most}
        true = [d.copy() for d in master.duals]
        largest = max(float(np.abs(d).max(initial=0.0)) for d in true)
        for noise in (0.0, 1e-9, 1e-2):
            master.duals = [d + rng.normal(0, noise * largest, len(d)) for d in true]
            prices, rest = master.prices()
            found = better_plans(problem, columns, prices, rest, problem.scale.above(most))
            assert found is not None
            assert found.all
            made = [
                Plan(columns.partnership(problem.facts, int(k)) for k in c) for c in found.plans
            ]
            assert wanted <= {key(plan) for plan in made}, (seed, noise)
            assert len({key(plan) for plan in made}) == len(made)
            looked += 1
        # Below the best there is nothing that keeps the rules.
        best = min(totals)
        master.duals = true
        prices, rest = master.prices()
        found = better_plans(problem, columns, prices, rest, problem.scale.above(best - 1))
        assert found is not None
        for chosen in found.plans:
            plan = Plan(columns.partnership(problem.facts, int(k)) for k in chosen)
            evaluation = evaluate(problem, plan)
            assert not evaluation.feasible or evaluation.total >= best
    assert looked > 30


@pytest.mark.parametrize("part", range(2))
def test_reduced_costs_are_never_above_the_true_ones(part: int) -> None:
    """With what floating point may lose taken off they are lower bounds, compared exactly."""
    rng = np.random.default_rng(part)
    for seed in range(part * 25, (part + 1) * 25):
        problem = random_problem(seed)
        master, columns, everything = solved(problem)
        master.duals = [
            np.minimum(d, 0.0) if np.isinf(b.lower).all() else d
            for b, d in zip(
                master.blocks, [d + rng.normal(0, 1e3, len(d)) for d in master.duals], strict=True
            )
        ]
        prices, _ = master.prices()
        true = exact_reduced_costs(problem, master, columns)
        for told, exact in zip(reduced_costs(columns, prices).tolist(), true, strict=True):
            assert Fraction(told) <= exact
            assert exact - Fraction(told) <= Fraction(1, 10**6) * max(1, abs(exact)) + 1
        best = [pool.reduced_cost(price)[0] for pool, price in zip(everything, prices, strict=True)]
        number = [{p.coalitions[k].tobytes(): k for k in range(len(p))} for p in everything]
        for (s, who, _), exact in zip(columns, true, strict=True):
            if len(who) > 1:
                assert Fraction(float(best[s][number[s][who.tobytes()]])) <= exact


@pytest.mark.parametrize("ended", ["walking", "combining", "placing"])
@pytest.mark.parametrize("part", range(NIGHTLY))
def test_what_is_left_of_too_many_is_enough(
    part: int, ended: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No plan wanted has a column that is not left, or is cheaper than what is said of all.

    Wherever they are seen to be too many.
    """
    monkeypatch.setattr(enumerating, "QUICK_STEPS", 10)
    deciding = None
    if ended == "combining":
        monkeypatch.setattr(combining, "MAX_COMBINATIONS", 1)
        monkeypatch.setattr(enumerating, "FEW_COMBINATIONS", 0)
    elif ended == "placing":
        monkeypatch.setattr(enumerating, "MAX_SEATED", 0)
        monkeypatch.setattr(enumerating, "FEW_COMBINATIONS", 0)
        deciding = Deciding(lambda _: None, lambda _: False, bool, 1)
    dropped = looked = 0
    for seed, problem, plans, totals in counted(range(part * 60, (part + 1) * 60)):
        master, columns, _ = solved(problem)
        most = sorted(set(totals))[:3][-1]
        best, up_to = problem.scale.above(min(totals)), problem.scale.above(most)
        of = {key(Plan([columns.partnership(problem.facts, k)])): k for k in range(len(columns))}
        for steps in (1, 10, 30, 60) if ended == "walking" else (enumerating.STEPS,):
            found = better_plans(
                problem, columns, *master.prices(), up_to, steps, deciding=deciding
            )
            if found is None or found.left is None:
                continue
            looked += 1
            dropped += int((~found.left).sum())
            assert found.plans == []
            assert not found.all
            assert found.up_to <= best
            for plan, total in zip(plans, totals, strict=True):
                if total <= most:
                    assert all(found.left[of[key(Plan([p]))]] for p in plan.partnerships), seed
    assert looked > 20
    assert dropped > 100


def test_a_node_keeps_what_is_left() -> None:
    rng = np.random.default_rng(0)
    for seed in range(20):
        problem = random_problem(seed)
        _, columns, everything = solved(problem)
        alone = [c.alone for c in problem.conditions]
        node = Node.root(problem.facts, list(everything), alone)
        node.reduced = [np.arange(len(pool), dtype=float) for pool in everything]
        kept = rng.random(len(columns)) < 0.3
        node.keep(columns, kept)
        admitted = node.admits(columns)
        assert admitted[kept].all()
        names = [(s, who.tobytes()) for s, who, _ in columns]
        some = {name for name, k in zip(names, kept.tolist(), strict=True) if k}
        assert {name for name, k in zip(names, admitted.tolist(), strict=True) if k} == some
        for s, pool in enumerate(node.pools):
            pooled = {name for name in some if name[0] == s}
            here = {(s, pool.coalitions[k].tobytes()) for k in range(len(pool))}
            assert here <= pooled
            assert len(here) == len(node.reduced[s])


def exact_reduced_costs(problem: Problem, master: Master, columns: Columns) -> list[Fraction]:
    """Return cost - Σ dual · entry of every column, in fractions."""
    unit = Fraction(problem.scale.step)
    amounts = [[int(a) for a in row] for row in columns.criteria.tolist()]
    result = [problem.scale.total(row) * unit for row in amounts]
    for block, duals in zip(master.blocks, master.duals, strict=True):
        signed = np.where(np.isfinite(block.lower), duals, np.minimum(duals, 0.0))
        signed = np.where(np.isfinite(block.upper), signed, np.maximum(signed, 0.0))
        row, column, value = block.entries(columns)
        for r, c, v in zip(row.tolist(), column.tolist(), value.tolist(), strict=True):
            result[c] -= Fraction(float(signed[r])) * Fraction(v)
    return result


def test_too_many_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enumerating, "SHARES", (1.0,))
    problem = next(
        p
        for p in map(random_problem, range(60))
        if (best := bruteforce.solve(p)) is not None and best.feasible > 20
    )
    master, columns, _ = solved(problem)
    prices, rest = master.prices()
    everything = problem.scale.above(10**14)

    def found(steps: int = enumerating.STEPS) -> Found | None:
        return better_plans(problem, columns, prices, rest, everything, steps)

    assert better_plans(problem, columns, prices, rest, np.inf) is None
    few = found(2)
    assert few is not None
    assert few.plans == []
    assert few.left is not None
    everyone = found()
    assert everyone is not None
    assert everyone.all
    monkeypatch.setattr(enumerating, "MAX_WHOLE_PLANS", 3)
    some = found()
    assert some is not None
    assert not some.all
    for a, b in zip(some.plans, everyone.plans, strict=False):
        np.testing.assert_array_equal(a, b)
    assert len(some.plans) == 3
    for limit in ("MAX_ROWS", "MAX_COMBINATIONS"):
        with monkeypatch.context() as patch:
            patch.setattr(combining, limit, 2)
            many = found()
            assert many is not None
            assert many.left is not None or len(problem.facts.services) < 3
    monkeypatch.setattr(walking, "MAX_PARTITIONS", 1)
    many = found()
    assert many is not None
    assert many.left is not None


def test_who_cannot_be_covered_leaves_no_plan() -> None:
    problem = next(p for p in map(random_problem, range(60)) if bruteforce.solve(p) is not None)
    master, columns, _ = solved(problem)
    prices, rest = master.prices()
    column, town = columns.members()
    without = np.ones(len(columns), bool)
    without[column[(town == 0) & (columns.service[column] == 0)]] = False
    most = problem.scale.above(10**14)
    assert better_plans(problem, columns.take(without), prices, rest, most).plans == []


def test_plans_near_the_bound_come_first_and_the_best_one_in_the_end() -> None:
    """Begun with any plan, asking again with what was found ends with the best one, and all."""
    looked = 0
    for seed in range(60):
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        if best is None or best.feasible < 20:
            continue
        master, columns, _ = solved(problem)
        prices, rest = master.prices()
        plans = list(bruteforce.all_plans(problem))
        total = max(evaluate(problem, plan).total for plan in plans)
        while True:
            found = better_plans(problem, columns, prices, rest, problem.scale.above(total - 1))
            assert found is not None
            made = [
                Plan(columns.partnership(problem.facts, int(k)) for k in c) for c in found.plans
            ]
            totals = [e.total for e in (evaluate(problem, plan) for plan in made) if e.feasible]
            if found.all:
                total = min([total, *totals])
                break
            if min(totals, default=total) >= total:
                break  # what is near breaks rules, and says nothing: somebody else decides
            total = min(totals)
            looked += 1
        if found.all:
            assert total == min(evaluate(problem, plan).total for plan in plans)
    assert looked > 10
