"""The relaxation: least sums within ranges of demand, against all subsets."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest

from koopopt.case.library import PowerCost
from koopopt.formulations.partition.lines import kept_to
from koopopt.formulations.partition.relaxed import CELLS, Relaxation
from koopopt.formulations.pieces import Piece
from koopopt.problem import Problem
from tiny import instance, service

N = 7


def subsets(seat: int) -> list[np.ndarray]:
    """Return all sets of members that hold the seat."""
    others = [i for i in range(N) if i != seat]
    picked = chain.from_iterable(combinations(others, k) for k in range(N))
    table = np.zeros((2 ** (N - 1), N), bool)
    for row, who in zip(table, picked, strict=True):
        row[[seat, *who]] = True
    return list(table)


@pytest.fixture(scope="module")
def flat() -> tuple[Problem, Relaxation]:
    """A service whose average cost stays constant above some demand."""
    curve = PowerCost(kind="power", scale=3.0, elasticity=0.8, flat_above=9000.0)
    names = [f"N{k}" for k in range(N)]
    problem = Problem.of(
        instance(names, services=(service("water", cost=curve),), ids=[str(k) for k in range(N)])
    )
    return problem, Relaxation(problem.facts, 0, problem.conditions[0], 1)


@pytest.mark.parametrize("seed", range(40))
def test_sums_within_a_range_are_least(seed: int, flat: tuple[Problem, Relaxation]) -> None:
    """Never above the least of all subsets in the range, and near it: demand is in fine cells."""
    rng = np.random.default_rng(seed)
    _, relaxation = flat
    demand = np.rint(rng.uniform(500, 3000, N))
    relaxation._demand = demand
    pay = rng.normal(0, 1000, (N, N))
    low = float(rng.uniform(0.2, 0.9) * demand.sum()) if seed % 2 else 0.0
    high = np.inf if low else float(rng.uniform(0.3, 0.9) * demand.sum())
    seats = np.arange(N)
    least, members = relaxation._packed(pay, seats, low, high)
    slack = N * (low or high) / CELLS  # each member is put into a whole cell
    for h in seats.tolist():
        true = [pay[h, who].sum() for who in subsets(h) if low <= demand[who].sum() <= high]
        loose = [
            pay[h, who].sum()
            for who in subsets(h)
            if low - slack <= demand[who].sum() <= high + slack
        ]
        assert least[h] <= min(true) + 1e-6
        assert least[h] >= min(loose) - 1e-6
        assert least[h] == pytest.approx(pay[h, members[h]].sum())
        assert members[h, h]


@pytest.mark.parametrize("seed", range(40))
def test_who_keeps_to_a_range_pays_no_more(seed: int) -> None:
    """And the cheapest that is left unbounded is as near to the cheapest in the range as can be."""
    rng = np.random.default_rng(seed)
    demand = np.rint(rng.uniform(500, 3000, N))
    pay = rng.normal(0, 1000, (N, N))
    low = float(rng.uniform(0.2, 0.9) * demand.sum()) if seed % 2 else 0.0
    high = np.inf if low else float(rng.uniform(0.4, 0.9) * demand.sum())
    kept, rest = kept_to(Piece(low, high, 0.0, 0.0), pay, demand, np.ones(N, bool))
    for h in range(N):
        inside = [who for who in subsets(h) if low <= demand[who].sum() <= high]
        for who in inside:
            assert rest[h] + kept[h, who].sum() <= pay[h, who].sum() + 1e-6
        free = min(pay[h, who].sum() for who in subsets(h))
        least = rest[h] + min(kept[h, who].sum() for who in subsets(h))
        assert least >= free - 1e-6  # it says no less than to ignore the range


def test_small_coalitions_are_left_to_others(flat: tuple[Problem, Relaxation]) -> None:
    problem, _ = flat
    for held in (2, 4, N):
        relaxation = Relaxation(problem.facts, 0, problem.conditions[0], held)
        assert np.flatnonzero(relaxation._fits).tolist() == list(range(held + 1, N + 1))
