"""Coalitions: what they hold, and that both enumerations find all of them."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pytest

from koopopt.coalitions import enumeration
from koopopt.coalitions import sets as coalitions
from koopopt.coalitions.enumeration import TooMany, connected
from koopopt.coalitions.sets import COMPILED, Coalitions

COMPILED_TOO = [
    False,
    pytest.param(True, marks=pytest.mark.skipif(not COMPILED, reason="numba is not installed")),
]


def random_graph(rng: np.random.Generator, n: int, density: float) -> np.ndarray:
    upper = np.triu(rng.random((n, n)) < density, 1)
    return upper | upper.T


def sets(found: Coalitions) -> list[tuple[int, ...]]:
    return [tuple(found[k].tolist()) for k in range(len(found))]


def is_connected(adjacent: np.ndarray, who: tuple[int, ...]) -> bool:
    reached, todo = {who[0]}, [who[0]]
    while todo:
        i = todo.pop()
        new = [j for j in who if j not in reached and adjacent[i, j]]
        reached.update(new)
        todo += new
    return len(reached) == len(who)


def naive(adjacent: np.ndarray, apart: np.ndarray, most: int) -> set[tuple[int, ...]]:
    n = len(adjacent)
    return {
        who
        for size in range(2, min(most, n) + 1)
        for who in combinations(range(n), size)
        if is_connected(adjacent, who) and not any(apart[i, j] for i, j in combinations(who, 2))
    }


@pytest.mark.parametrize("compiled", COMPILED_TOO)
@pytest.mark.parametrize("seed", range(40))
def test_all_connected_sets_are_found_once(seed: int, compiled: bool) -> None:
    rng = np.random.default_rng(seed)
    n = 1 + seed % 9
    adjacent = random_graph(rng, n, rng.choice([0.1, 0.3, 0.6, 1.0]))
    apart = random_graph(rng, n, rng.choice([0.0, 0.1, 0.3]))
    largest = int(rng.integers(1, n + 3))
    found = sets(connected(adjacent, apart, largest, 10_000, compiled=compiled))
    assert len(set(found)) == len(found)
    assert set(found) == naive(adjacent & ~apart, apart, largest)


@pytest.mark.parametrize("compiled", COMPILED_TOO)
def test_more_municipalities_than_bits_in_a_word(compiled: bool) -> None:
    rng = np.random.default_rng(0)
    for n in (65, 130):
        adjacent, apart = random_graph(rng, n, 0.06), random_graph(rng, n, 0.02)
        found = sets(connected(adjacent, apart, 3, 100_000, compiled=compiled))
        assert set(found) == naive_triples(adjacent & ~apart, apart)
        assert len(set(found)) == len(found)


def naive_triples(adjacent: np.ndarray, apart: np.ndarray) -> set[tuple[int, ...]]:
    n = len(adjacent)
    found = {(i, j) for i, j in combinations(range(n), 2) if adjacent[i, j]}
    for middle in range(n):
        for a, b in combinations(np.flatnonzero(adjacent[middle]).tolist(), 2):
            if not apart[a, b]:
                found.add(tuple(sorted((a, b, middle))))
    return found


@pytest.mark.parametrize("compiled", COMPILED_TOO)
def test_the_limit_is_exact(compiled: bool) -> None:
    everyone, nobody = np.ones((8, 8), bool), np.zeros((8, 8), bool)
    for largest in (2, 3, 8):
        count = sum(comb(8, k) for k in range(2, largest + 1))
        assert len(connected(everyone, nobody, largest, count, compiled=compiled)) == count
        with pytest.raises(TooMany):
            connected(everyone, nobody, largest, count - 1, compiled=compiled)
    rng = np.random.default_rng(1)
    for _ in range(10):
        adjacent = random_graph(rng, 8, 0.4)
        count = len(naive(adjacent, nobody, 5))
        assert len(connected(adjacent, nobody, 5, count, compiled=compiled)) == count
        if count:
            with pytest.raises(TooMany):
                connected(adjacent, nobody, 5, count - 1, compiled=compiled)


def test_many_are_left_to_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way is chosen by number, and does not show in what is found."""
    monkeypatch.setattr(enumeration, "COMPILED_FROM", 100)
    everyone, nobody = np.ones((9, 9), bool), np.zeros((9, 9), bool)
    count = 2**9 - 10
    assert len(set(sets(connected(everyone, nobody, 9, count)))) == count
    with pytest.raises(TooMany):
        connected(everyone, nobody, 9, count - 1)
    with pytest.raises(TooMany):
        connected(everyone, nobody, 9, 99)


def random_coalitions(rng: np.random.Generator, n: int = 7, count: int = 25) -> Coalitions:
    table = rng.random((count, n)) < 0.4
    table[np.arange(count), rng.integers(0, n, count)] = True
    return Coalitions.of_table(table)


def test_members_and_tables() -> None:
    rng = np.random.default_rng(2)
    table = rng.random((25, 7)) < 0.4
    table[table.sum(axis=1) == 0, 3] = True
    found = Coalitions.of_table(table)
    assert len(found) == 25
    assert sets(found) == [tuple(np.flatnonzero(row).tolist()) for row in table]
    assert found.size.tolist() == table.sum(axis=1).tolist()
    assert (found.dense == table).all()
    assert ((found.barred == 0) == table).all()


@pytest.mark.parametrize("small", [1000, 3])
def test_sums_and_largest_values(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numpy way, and the compiled one where there is one."""
    monkeypatch.setattr(coalitions, "COMPILED_FROM", small)
    rng = np.random.default_rng(3)
    found, weight = random_coalitions(rng), rng.normal(size=7)
    members = [found[k] for k in range(len(found))]
    assert found.total(weight) == pytest.approx([sum(weight[i] for i in m) for m in members])
    assert found.most(weight).tolist() == [max(weight[i] for i in m) for m in members]


def test_parts() -> None:
    rng = np.random.default_rng(4)
    found = random_coalitions(rng)
    everything = sets(found)
    mask = rng.random(25) < 0.5
    assert sets(found.take(mask)) == [m for m, kept in zip(everything, mask, strict=True) if kept]
    which = rng.integers(0, 25, 40)
    assert sets(found.take(which)) == [everything[k] for k in which]
    assert sets(found.take(np.ones(25, bool))) == everything
    assert sets(found.take(np.zeros(25, bool))) == []


def test_none_at_all() -> None:
    none = Coalitions.of_table(np.zeros((0, 5), bool))
    assert len(none) == 0
    assert none.total(np.ones(5)).tolist() == none.most(np.ones(5)).tolist() == []
    assert none.dense.shape == none.barred.shape == (0, 5)
    assert len(none.take(np.empty(0, np.int64))) == len(none.take(np.empty(0, bool))) == 0
