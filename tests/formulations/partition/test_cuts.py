"""Cuts: every plan keeps them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import bruteforce
from formulations.every_column import all_columns
from koopopt.case.plan import Plan
from koopopt.formulations.partition import cuts, pools
from koopopt.formulations.partition.columns import Columns
from koopopt.formulations.partition.cut_rows import Rank1Cuts, SeatCuts
from koopopt.formulations.partition.cuts import (
    LARGER_CUTS,
    TRIPLE_CUT,
    _cuts,
    _triples,
    rank1_cuts,
    seat_cuts,
)
from koopopt.problem import Problem
from random_instances import random_problem
from tiny import instance, service


def partitions(left: list[int]) -> Iterator[list[list[int]]]:
    if not left:
        yield []
        return
    first, *others = left
    for rest in partitions(others):
        yield [[first], *rest]
        for k in range(len(rest)):
            yield [*rest[:k], [first, *rest[k]], *rest[k + 1 :]]


def test_partitions_here_are_all_of_them() -> None:
    assert [len(list(partitions(list(range(n))))) for n in range(7)] == [1, 1, 2, 5, 15, 52, 203]


@pytest.mark.parametrize("pattern", [TRIPLE_CUT, *LARGER_CUTS])
def test_every_partition_keeps_a_rank_1_cut(pattern: tuple[tuple[int, ...], int]) -> None:
    n = 7
    numerators, divisor = pattern
    rng = np.random.default_rng(0)
    towns = np.array([rng.permutation(n)[: len(numerators)] for _ in range(6)])
    cuts = _cuts(towns, pattern, n)
    largest = np.zeros(len(cuts))
    for parts in partitions(list(range(n))):
        inside = np.zeros((len(parts), n))
        for k, who in enumerate(parts):
            inside[k, who] = 1.0
        entries = cuts.entries(inside)
        for t, town in enumerate(towns):
            weight = dict(zip(town.tolist(), numerators, strict=True))
            expected = [sum(weight.get(i, 0) for i in who) // divisor for who in parts]
            assert entries[:, t].tolist() == expected
        largest = np.maximum(largest, entries.sum(axis=0))
    assert (largest <= cuts.most).all()
    assert (largest == cuts.most).all()  # and tight


@pytest.mark.parametrize("pattern", [TRIPLE_CUT, *LARGER_CUTS])
def test_by_how_much_cuts_are_violated(
    pattern: tuple[tuple[int, ...], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is what their rows say, in every order, and no two orders are the same cut."""
    monkeypatch.setattr(cuts, "SETS_AT_ONCE", 3)
    size, dice = len(pattern[0]), np.random.default_rng(len(pattern[0]))
    sets = np.array([np.sort(dice.permutation(9)[:size]) for _ in range(8)])
    inside = (dice.random((20, 9)) < 0.5).astype(float)
    weight = dice.random(20)
    violated = cuts._violated(cuts._held(sets, inside, weight), pattern)
    orders, _ = cuts._orders(pattern)
    assert violated.shape == (len(orders), len(sets))
    for order, found in zip(orders, violated, strict=True):
        rows = _cuts(sets[:, order], pattern, 9)
        assert found == pytest.approx(weight @ rows.entries(inside) - rows.most)
    different = {key for order in orders for key in _cuts(sets[:1, order], pattern, 9).keys}
    assert len(different) == len(orders)


def test_a_set_is_extended_by_who_meets_two_of_it() -> None:
    together = np.zeros((6, 6))
    for a, b in ((0, 3), (1, 3), (0, 4), (2, 4), (1, 5), (2, 5), (5, 5)):
        together[a, b] = together[b, a] = 1.0
    together[0, 5] = together[5, 0] = 0.5
    seeds = np.array([[0, 1, 2], [3, 4, 5]])
    four = [[0, 1, 2, 3], [0, 1, 2, 4], [0, 1, 2, 5], [0, 3, 4, 5], [1, 3, 4, 5], [2, 3, 4, 5]]
    assert cuts._extended(seeds, 4, together).tolist() == four
    five = cuts._extended(seeds[:1], 5, together).tolist()
    assert five == [[0, 1, 2, 3, 4], [0, 1, 2, 3, 5], [0, 1, 2, 4, 5]]
    assert cuts._extended(seeds[:0], 5, together).shape == (0, 5)


def test_sets_are_told_apart_however_many_municipalities_there_are() -> None:
    sets = np.array([[5, 1, 3, 2, 4], [1, 2, 3, 4, 5], [1, 2, 3, 4, 9]])
    for n in (10, 10_000):
        assert cuts._distinct(sets, n).tolist() == [[1, 2, 3, 4, 5], [1, 2, 3, 4, 9]]


def test_a_cut_bites_where_three_pairs_are_half_chosen() -> None:
    """The classical fractional point: three pairs of three municipalities, one half each."""
    problem = Problem.of(instance(services=(service("water"),), neighbours=()))
    columns = pairs(problem)
    value = np.full(3, 0.5)
    block = rank1_cuts(problem.facts, columns, value, larger=False)
    assert block is not None
    assert len(block.names) == 1
    assert violation(block, columns, value) == pytest.approx([0.5])


def pairs(problem: Problem) -> Columns:
    n = problem.facts.n
    everything = all_columns(problem, pools(problem))
    pooled = everything.coalitions.size == 2
    first = everything.seat == everything.coalitions.member[everything.coalitions.start[:-1]]
    found = everything.take(pooled & first)
    assert len(found) == n * (n - 1) // 2
    return found


def violation(block: Rank1Cuts | SeatCuts, columns: Columns, value: np.ndarray) -> list[float]:
    row, column, entry = block.entries(columns)
    total = np.bincount(row, weights=entry * value[column], minlength=len(block.names))
    return list(total - block.upper)


def chosen(problem: Problem, columns: Columns, plan: Plan) -> np.ndarray:
    """The plan as 0 and 1 over the columns."""
    facts, value = problem.facts, np.zeros(len(columns))
    number = {
        (s, h, tuple(who.tolist())): k for k, (s, who, h) in enumerate(columns)
    }  # fmt: skip
    for p in plan.partnerships:
        who = tuple(sorted(facts.members(p).tolist()))
        value[number[facts.service_index[p.service], facts.index[p.seat], who]] = 1.0
    return value


@pytest.mark.parametrize("part", range(3))
def test_plans_keep_the_cuts_that_are_found(part: int) -> None:
    """Rank-1 cuts at random fractional points, and seat cuts, are kept by every plan."""
    rng = np.random.default_rng(part)
    rank1 = seats = 0
    for seed in range(part * 60, (part + 1) * 60):
        problem = random_problem(seed)
        plans = [plan for _, plan in zip(range(150), bruteforce.all_plans(problem), strict=False)]
        if not plans:
            continue
        columns = all_columns(problem, pools(problem))
        integral = [chosen(problem, columns, plan) for plan in plans]
        blocks: list[Rank1Cuts | SeatCuts] = []
        for _ in range(3):
            mixed = rng.random(len(columns)) * (rng.random(len(columns)) < 0.3)
            mixed /= max(1.0, mixed.sum() / problem.facts.n)
            found = rank1_cuts(problem.facts, columns, mixed, larger=True)
            if found is not None:
                assert min(violation(found, columns, mixed)) > 0
                rank1 += len(found.names)
                blocks.append(found)
            most = problem.plan_conditions.max_partner_seats
            if most is not None:
                cut = seat_cuts(problem.facts, columns, 3 * mixed, most)
                if cut is not None:
                    assert min(violation(cut, columns, 3 * mixed)) > 0
                    seats += len(cut.names)
                    blocks.append(cut)
        for block in blocks:
            for value in integral:
                assert max(violation(block, columns, value)) <= 1e-9, seed
    assert rank1 > 50
    assert seats > 10


def test_seat_cuts_tell_plans_apart() -> None:
    """A plan without violated seat cuts keeps the rule, and one that breaks it violates one."""
    loose = Problem.of(instance())
    strict = Problem.of(instance(rules={"max_partner_seats": 1}))
    columns = all_columns(loose, pools(loose))
    kept = set(bruteforce.all_plans(strict))
    plans = list(bruteforce.all_plans(loose))
    assert 0 < len(kept) < len(plans)
    for plan in plans:
        cut = seat_cuts(loose.facts, columns, chosen(loose, columns, plan), 1)
        assert (cut is None) == (plan in kept)


def test_triples_need_two_pairs_that_meet() -> None:
    inside = np.array([[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 1, 1]], float)
    assert _triples(inside.T @ inside).tolist() == [[0, 1, 2]]
    assert _triples(np.ones((4, 4))).tolist() == [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]


def test_only_those_who_are_together_most_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all are together with all, there would be millions of triples."""
    monkeypatch.setattr(cuts, "NEAR_ONE", 2)
    together = np.ones((6, 6))
    together[0, 3] = together[3, 0] = together[0, 5] = together[5, 0] = 2.0
    found = _triples(together).tolist()
    assert [0, 3, 5] in found
    assert len(found) <= 6
