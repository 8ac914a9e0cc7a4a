"""The pool holds what the rules allow, at the evaluator's cost, and prices it right."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

import tiny
from koopopt.case.plan import Partnership
from koopopt.coalitions.sets import COMPILED, FORBIDDEN, Coalitions
from koopopt.evaluation import _form_violations
from koopopt.formulations.partition import pools
from koopopt.formulations.partition.cuts import LARGER_CUTS, TRIPLE_CUT
from koopopt.formulations.partition.holding import Holding
from koopopt.formulations.partition.pool import Pool, Prices
from koopopt.formulations.partition.rank1 import Rank1
from koopopt.problem import Problem
from koopopt.rules import Capacity
from koopopt.solvers.base import Control
from random_instances import random_problem

needs_numba = pytest.mark.skipif(not COMPILED, reason="numba is not installed")


def allowed(problem: Problem, s: int, who: tuple[int, ...]) -> tuple[float, set[int]] | None:
    """Return the least cents and the seats that no rule speaks against, None without any."""
    facts = problem.facts
    service, ids = facts.services[s].id, tuple(facts.ids[i] for i in who)
    best, seats = np.inf, set()
    for h in who:
        for form in facts.instance.legal_forms:
            p = Partnership(service, ids, facts.ids[h], form.id)
            broken = [*_form_violations(facts, p)]
            broken += [
                v for rule in problem.partnership_rules[s] for v in rule.violations(facts, p)
            ]
            if not broken:
                best = min(best, facts.cents(p))
                seats.add(h)
    return (best, seats) if seats else None


@pytest.mark.parametrize("part", range(4))
def test_the_pool_is_what_the_evaluator_allows(part: int) -> None:
    for seed in range(part * 30, (part + 1) * 30):
        problem = random_problem(seed)
        facts = problem.facts
        for s, pool in enumerate(pools(problem)):
            held = {tuple(pool.coalitions[k].tolist()): k for k in range(len(pool))}
            assert len(held) == len(pool)
            seats = pool.by_seat(free(facts.n), slice(None)) < FORBIDDEN / 2
            for size in range(2, facts.n + 1):
                for who in combinations(range(facts.n), size):
                    expected = allowed(problem, s, who)
                    assert (expected is not None) == (who in held), (seed, s, who)
                    if expected is None:
                        continue
                    cost, hosts = expected
                    k = held[who]
                    assert pool.cost[k] == cost, (seed, who)
                    assert set(np.flatnonzero(seats[k]).tolist()) == hosts, (seed, s, who)
                    form = facts.instance.legal_forms[pool.form[k]].id
                    ids = tuple(facts.ids[i] for i in who)
                    p = Partnership(facts.services[s].id, ids, facts.ids[min(hosts)], form)
                    assert facts.cents(p) == cost
                    assert not [*_form_violations(facts, p)]
                    for rule in problem.partnership_rules[s]:
                        assert not [*rule.violations(facts, p)]


def test_two_that_are_too_much_are_not_enumerated() -> None:
    def counted(**rules: float) -> int:
        instance = tiny.instance(list("ABCDEF"), services=(tiny.service(),), rules=rules)
        return Holding(Problem.of(instance)).count(Control()).coalitions

    assert counted() == 2**6 - 7
    # 1000 to 6000 inhabitants; no three fit, and of the pairs those that do.
    assert counted(max_population=5000.0) == counted(max_demand=200_000.0) == 4


def free(n: int) -> Prices:
    return Prices(0.0, np.zeros((n, n)), np.zeros(n), 0.0, np.zeros(n))


def random_pool(rng: np.random.Generator) -> Pool:
    n = int(rng.integers(3, 10))
    table = rng.random((60, n)) < 0.5
    table[np.arange(60), rng.integers(0, n, 60)] = True
    table = np.unique(table, axis=0)
    count = len(table)
    pair = rng.random((n, n)) < rng.choice([0.6, 0.95, 1.0])
    cost = rng.uniform(0, 100, count)
    capacities = [
        Capacity(rng.uniform(0, 10, n), rng.uniform(5, 40, n)) for _ in range(rng.integers(3))
    ]
    return Pool(Coalitions.of_table(table), cost, np.zeros(count, int), pair, False, capacities)


def random_prices(rng: np.random.Generator, n: int) -> Prices:
    cuts = random_cuts(rng, n, int(rng.integers(0, 6)))
    return Prices(
        cost=float(rng.uniform(0, 1)),
        pair=rng.normal(0, 30, (n, n)),
        seat=rng.normal(0, 10, n),
        body=float(rng.normal(0, 5)),
        alone=rng.normal(0, 10, n),
        cuts=cuts,
        cut_price=rng.uniform(0, 20, len(cuts)),
    )


def random_cuts(rng: np.random.Generator, n: int, count: int) -> Rank1:
    result = Rank1.none()
    for _ in range(count):
        weight, divisor = (TRIPLE_CUT, *LARGER_CUTS)[int(rng.integers(1 + len(LARGER_CUTS)))]
        if len(weight) <= n:
            row = np.zeros((1, n), np.int64)
            row[0, rng.permutation(n)[: len(weight)]] = weight
            result = result.with_(Rank1(row, np.array([divisor])))
    return result


def naive(pool: Pool, price: Prices, k: int, h: int) -> float:
    """The reduced cost of coalition k seated at h, by its definition; inf where it may not be."""
    who = pool.coalitions[k].tolist()
    if h not in who or not all(pool.pair[i, h] for i in who):
        return np.inf
    if any(sum(c.weight[i] for i in who) > c.high[h] for c in pool.capacities):
        return np.inf
    total = price.cost * pool.cost[k] + price.body + price.seat[h]
    total += sum(price.pair[h, i] for i in who)
    for weight, divisor, paid in zip(
        price.cuts.weight, price.cuts.divisor, price.cut_price, strict=True
    ):
        inside = sum(int(weight[i]) for i in who)
        total += paid * (inside // int(divisor))
    return float(total)


COMPILED_TOO = [False, pytest.param(True, marks=needs_numba)]


@pytest.mark.parametrize("compiled", COMPILED_TOO)
@pytest.mark.parametrize("seed", range(15))
def test_reduced_costs_are_what_they_are_defined_to_be(seed: int, compiled: bool) -> None:
    rng = np.random.default_rng(seed)
    pool = replace(random_pool(rng), compiled=compiled)
    n = pool.coalitions.n
    price = random_prices(rng, n)
    by_seat = pool.by_seat(price, slice(None))
    best, at = pool.reduced_cost(price)
    for k in range(len(pool)):
        expected = np.array([naive(pool, price, k, h) for h in range(n)])
        ok = np.isfinite(expected)
        assert by_seat[k, ok] == pytest.approx(expected[ok])
        assert (by_seat[k, ~ok] > FORBIDDEN / 2).all()
        if ok.any():
            assert best[k] == pytest.approx(expected.min())
            assert expected[at[k]] == pytest.approx(expected.min())
        else:
            assert best[k] > FORBIDDEN / 2
    some = rng.permutation(len(pool))[:7]
    # Not to the last bit: products of other shapes may be added in another order.
    assert pool.by_seat(price, some) == pytest.approx(by_seat[some], rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("compiled", COMPILED_TOO)
@pytest.mark.parametrize("seed", range(15))
def test_the_least_by_seat_are_the_least_of_each_column(seed: int, compiled: bool) -> None:
    rng = np.random.default_rng(50 + seed)
    pool = replace(random_pool(rng), compiled=compiled)
    price = replace(random_prices(rng, pool.coalitions.n), cuts=Rank1.none(), cut_price=np.zeros(0))
    reduced, seat, lowest, which = pool.least_both_ways(price)
    by_seat = pool.by_seat(price, slice(None))
    expected, _ = pool.reduced_cost(price)
    ok = expected < FORBIDDEN / 2
    assert reduced[ok] == pytest.approx(expected[ok])
    assert (reduced[~ok] > FORBIDDEN / 2).all()
    assert by_seat[np.flatnonzero(ok), seat[ok]] == pytest.approx(expected[ok])
    for h, least in enumerate(by_seat.min(axis=0)):
        if least > FORBIDDEN / 2:
            assert lowest[h] > FORBIDDEN / 2
        else:
            assert lowest[h] == pytest.approx(least)
            assert by_seat[which[h], h] == pytest.approx(least)


@pytest.mark.parametrize("compiled", COMPILED_TOO)
@pytest.mark.parametrize("seed", range(15))
def test_enough_never_hides_a_cheap_coalition(seed: int, compiled: bool) -> None:
    rng = np.random.default_rng(100 + seed)
    pool = replace(random_pool(rng), compiled=compiled)
    price = random_prices(rng, pool.coalitions.n)
    true, _ = pool.reduced_cost(price)
    for enough in (-50.0, 0.0, float(np.median(true)), 1e9):
        told, seat = pool.reduced_cost(price, enough)
        room = 1e-9 * np.maximum(1.0, np.abs(true))
        assert (told <= true + room).all()
        exact = np.abs(told - true) <= room
        assert (told[~exact] >= enough).all()
        assert exact[true < enough].all()
        low = np.flatnonzero(true < enough)
        chosen = pool.by_seat(price, low)[np.arange(len(low)), seat[low]]
        assert chosen == pytest.approx(true[low])  # of equal seats any


@pytest.mark.parametrize("compiled", COMPILED_TOO)
@pytest.mark.parametrize("seed", range(10))
def test_least_shares(seed: int, compiled: bool) -> None:
    rng = np.random.default_rng(200 + seed)
    pool = replace(random_pool(rng), compiled=compiled)
    pool = pool.take(np.arange(min(8, len(pool))))
    value = rng.normal(0, 100, len(pool))
    expected = np.full(pool.coalitions.n, np.inf)
    for k in range(len(pool)):
        for i in pool.coalitions[k]:
            expected[i] = min(expected[i], value[k] / len(pool.coalitions[k]))
    assert pool.least_share(value) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(10))
def test_fewer_pairs_leave_the_coalitions_that_keep_a_seat(seed: int) -> None:
    rng = np.random.default_rng(300 + seed)
    pool = random_pool(rng)
    n = pool.coalitions.n
    pair = pool.pair & (rng.random((n, n)) < 0.7)
    left = pool.restricted(pair)
    held = {left.coalitions[k].tobytes(): left.cost[k] for k in range(len(left))}
    for k in range(len(pool)):
        who = pool.coalitions[k]
        keeps = any(
            pair[who, h].all() and all(c.weight[who].sum() <= c.high[h] for c in pool.capacities)
            for h in who
        )
        assert (who.tobytes() in held) == keeps
        if keeps:
            assert held[who.tobytes()] == pool.cost[k]
