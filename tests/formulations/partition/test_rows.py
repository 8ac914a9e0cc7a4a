"""Rows: what a dual charges a column is the dual times its entry; and the restricted master."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import bruteforce
from formulations.every_column import all_columns
from koopopt.case.facts import Facts
from koopopt.criteria import CRITERIA
from koopopt.formulations.partition import pools
from koopopt.formulations.partition.columns import (
    Columns,
    everybody_alone,
    pair_terms,
    unseen,
)
from koopopt.formulations.partition.cut_rows import Rank1Cuts, SeatCuts
from koopopt.formulations.partition.cuts import LARGER_CUTS, TRIPLE_CUT, _cuts
from koopopt.formulations.partition.master import Master
from koopopt.formulations.partition.node import Node
from koopopt.formulations.partition.pool import Pool, Prices, proven
from koopopt.formulations.partition.rank1 import Rank1
from koopopt.formulations.partition.rows import (
    CountRows,
    CoverRows,
    HostRows,
    LimitRows,
    MaxHostedRows,
    MaxMembershipsRows,
    MaxPooledRows,
    Numbers,
    OfficeRows,
    RowBlock,
    prices,
)
from koopopt.problem import Problem
from koopopt.rules import CountRange
from random_instances import random_problem


def priced(columns: Columns, everything: list[Pool], charged: list[Prices]) -> np.ndarray:
    """The reduced cost of every column as pricing sees it."""
    table = [pool.by_seat(price, slice(None)) for pool, price in zip(everything, charged,
                                                                     strict=True)]  # fmt: skip
    number = [{p.coalitions[k].tobytes(): k for k in range(len(p))} for p in everything]
    return np.array(
        [
            charged[s].alone[h] if len(who) == 1 else table[s][number[s][who.tobytes()], h]
            for s, who, h in columns
        ]
    )


def terms_of(problem: Problem) -> list[list[np.ndarray | None]]:
    return [pair_terms(problem.facts, s) for s in range(len(problem.facts.services))]


def random_rank1(rng: np.random.Generator, facts: Facts) -> Rank1Cuts:
    found, services = Rank1.none(facts.n), []
    for pattern in (TRIPLE_CUT, *LARGER_CUTS):
        if len(pattern[0]) <= facts.n:
            found = found.with_(
                _cuts(rng.permutation(facts.n)[None, : len(pattern[0])], pattern, facts.n)
            )
            services.append(int(rng.integers(len(facts.services))))
    return Rank1Cuts(np.array(services, np.int64), found)


def blocks(rng: np.random.Generator, facts: Facts) -> Iterator[RowBlock]:
    n, count = facts.n, len(facts.services)
    yield CoverRows(facts)
    yield OfficeRows(facts)
    yield MaxPooledRows(facts, 1)
    yield MaxMembershipsRows(facts, 1)
    yield MaxHostedRows(facts, 1)
    yield from (HostRows(facts, most) for most in range(1, count))
    yield CountRows([CountRange(pooled, s, 0, 3) for pooled in (True, False)
                  for s in (None, *range(count))], facts.towns)  # fmt: skip
    yield Numbers(facts)
    yield random_rank1(rng, facts)
    yield SeatCuts(rng.integers(0, n, 4), rng.integers(-1, count, (4, n)), 1)


@pytest.mark.parametrize("part", range(3))
def test_duals_charge_what_the_entries_say(part: int) -> None:
    for seed in range(part * 30, (part + 1) * 30):
        rng = np.random.default_rng(seed)
        problem = random_problem(seed)
        everything = pools(problem)
        columns = all_columns(problem, everything)
        terms = terms_of(problem)
        weights = rng.uniform(0, 2, len(CRITERIA))
        together = prices(problem, weights, terms)
        expected = columns.criteria @ weights
        assert priced(columns, everything, together) == pytest.approx(expected, rel=1e-9, abs=1e-6)
        for block in blocks(rng, problem.facts):
            duals = rng.normal(0, 1000, len(block.names)) * (rng.random(len(block.names)) < 0.7)
            row, column, entry = block.entries(columns)
            paid = np.bincount(column, weights=entry * duals[row], minlength=len(columns))
            alone = prices(problem, weights, terms)
            block.charge(duals, alone)
            block.charge(duals, together)
            one = columns.criteria @ weights - paid
            expected -= paid
            told = priced(columns, everything, alone)
            assert told == pytest.approx(one, rel=1e-9, abs=1e-5), (seed, type(block))
        told = priced(columns, everything, together)
        assert told == pytest.approx(expected, rel=1e-9, abs=1e-5), seed


@pytest.mark.parametrize("seed", range(20))
def test_duals_of_limits_are_weights(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = random_problem(seed)
    everything = pools(problem)
    columns = all_columns(problem, everything)
    names = list(CRITERIA)
    block = LimitRows({"travel": 50_000, "cost": 10_000, "bodies": 3})
    assert (block.upper == np.array(block.most) * block.factor).all()
    duals = -rng.uniform(0, 1, 3)
    row, column, entry = block.entries(columns)
    paid = np.bincount(column, weights=entry * duals[row], minlength=len(columns))
    weights = rng.uniform(0, 1, len(names))
    raised = weights.copy()
    for name, dual, factor in zip(("travel", "cost", "bodies"), duals, block.factor, strict=True):
        raised[names.index(name)] -= factor * dual
    charged = prices(problem, raised, terms_of(problem))
    block.charge(duals, charged)  # does nothing
    told = priced(columns, everything, charged)
    assert told == pytest.approx(columns.criteria @ weights - paid, rel=1e-9, abs=1e-6)


def test_rows_of_limits_hold_numbers_of_a_handy_size() -> None:
    """However large sums are, floating point tells them apart better than a solver does."""
    for size in (1.0, 1e6, 1e9, 1e12, 1e15):
        block = LimitRows({"cost": size, "bodies": 3}, [size, 1.0, 1.0, 3.0, 1.0])
        assert (block.upper <= 2.0**23).all()
        assert block.factor[0] <= 2.0**-7  # cents are told in euros at least
        assert block.factor[1] == 1.0
        assert (np.frexp(block.factor)[0] == 0.5).all()  # no digit is lost


def test_criteria_of_columns_are_the_evaluators() -> None:
    for seed in range(40):
        problem = random_problem(seed)
        facts = problem.facts
        columns = all_columns(problem, pools(problem))
        for k in range(0, len(columns), 3):
            p = columns.partnership(facts, k)
            assert columns.cents[k] == columns.criteria[k, 0] == facts.cents(p)
            s, who, h = facts.service_index[p.service], facts.members(p), facts.index[p.seat]
            for number, criterion in enumerate(CRITERIA.values()):
                terms = criterion.terms(facts, s)
                if terms is not None:
                    assert columns.criteria[k, number] == terms[who, h].sum()
            assert columns.criteria[k, 3] == (len(who) > 1)


def master_of(problem: Problem) -> tuple[Master, Node, Columns, list[Pool]]:
    facts = problem.facts
    everything = pools(problem)
    alone = [c.alone for c in problem.conditions]
    columns = all_columns(problem, everything)
    terms = terms_of(problem)
    first = everybody_alone(facts, alone, terms)
    master = Master(problem, first, terms)
    node = Node.root(facts, everything, alone)
    master.first_phase(False)
    master.enter(node)
    known: set[tuple[int, int, bytes]] = set()
    unseen(known, first)
    master.add(columns.take(np.array(unseen(known, columns), np.int64)))
    return master, node, columns, everything


@pytest.mark.parametrize("part", range(2))
def test_any_duals_give_a_bound(part: int) -> None:
    """The master's own, and random ones: the Lagrangian bound is never above the optimum."""
    tight = 0
    for seed in range(part * 40, (part + 1) * 40):
        rng = np.random.default_rng(seed)
        problem = random_problem(seed)
        best = bruteforce.solve(problem)
        if best is None:
            continue
        master, node, columns, everything = master_of(problem)
        master.add_block(random_rank1(rng, problem.facts))
        assert master.solve()
        scale, optimum = problem.scale, best.total(problem)
        assert master.broken < 1e-6
        assert master.objective <= scale.above(optimum) * (1 + 1e-9) + 1e-6, seed
        bounds = [bound_of(master, node, everything)]
        assert bounds[0] == pytest.approx(master.objective, rel=1e-9, abs=1e-5), seed
        tight += scale.least(bounds[0]) == optimum
        true = [d.copy() for d in master.duals]
        largest = max(float(np.abs(d).max(initial=0.0)) for d in true)
        for noise in (1e-9, 1e-3, 0.1, 1.0):
            master.duals = [d + rng.normal(0, noise * largest, len(d)) for d in true]
            bounds.append(bound_of(master, node, everything))
        for bound in bounds:
            least = scale.least(bound)
            assert least is None or least <= optimum, seed
        assert (priced(columns, everything, master.prices()[0]) > -FORBIDDEN_BELOW).all()
    assert tight > 10


FORBIDDEN_BELOW = 1e12


def bound_of(master: Master, node: Node, everything: list[Pool]) -> float:
    charged, rest = master.prices()
    reduced = [p.reduced_cost(q)[0] for p, q in zip(everything, charged, strict=True)]
    return proven(everything, charged, node.alone, reduced, rest)[0]


@pytest.mark.parametrize("seed", range(20))
def test_the_first_phase_says_what_cannot_be(seed: int) -> None:
    """Broken rows are left where the linear program is infeasible, and only there."""
    problem = random_problem(seed)
    master, *_ = master_of(problem)
    master.first_phase(True)
    assert master.solve()
    if bruteforce.solve(problem) is not None:
        assert master.objective <= 1e-7
    value = np.concatenate([master.value, master.office])
    assert (value >= -1e-7).all()
    master.first_phase(False)
    repaired = master.broken > 1e-6
    assert master.solve()
    assert (master.broken > 1e-6) == repaired


def test_twins_are_told_apart_by_service_members_and_seat() -> None:
    problem = next(p for p in map(random_problem, range(50)) if len(p.facts.services) > 1)
    columns = all_columns(problem, pools(problem))
    known: set[tuple[int, int, bytes]] = set()
    assert list(unseen(known, columns)) == list(range(len(columns)))
    assert not unseen(known, columns)
    assert len(known) == len(columns)
