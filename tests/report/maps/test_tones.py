"""Colours of partnerships: told apart where they have to be, and kept where they can be."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import tiny
from koopopt.case.facts import Facts
from koopopt.case.instance import Neighbours
from koopopt.case.plan import Partnership
from koopopt.report.maps.tones import of_service, preferred
from koopopt.report.pictures.charts import TONES

COUNT = len(TONES)
Case = tuple[Facts, list[Partnership]]


def facts_of(n: int, pairs: Iterable[tuple[int, int]]) -> Facts:
    ids = [f"{k:02}" for k in range(n)]
    near = tuple(Neighbours(ids[a], ids[b]) for a, b in pairs)
    return Facts.of(tiny.instance([f"Town {i}" for i in ids], ids, neighbours=near))


@st.composite
def cases(draw: st.DrawFn, most: int = 30) -> Case:
    """Return municipalities with any neighbours, parted into pools of two or more at random."""
    n = draw(st.integers(2, most))
    density = draw(st.sampled_from([0.1, 0.3, 1.0]))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    pairs = [pair for pair in combinations(range(n), 2) if rng.random() < density]
    facts = facts_of(n, pairs)
    order, pools = rng.permutation(n).tolist(), []
    while len(order) > 1:
        size = int(rng.integers(2, 4))
        who, order = [facts.ids[k] for k in order[:size]], order[size:]
        if rng.random() < 0.9:
            pools.append(Partnership("water", tuple(who), who[0], "association"))
    return facts, pools


def adjacent(facts: Facts, p: Partnership, q: Partnership) -> bool:
    return any(facts.adjacent[facts.index[a], facts.index[b]] for a in p.members for b in q.members)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_partnerships_are_told_apart(case: Case) -> None:
    facts, pools = case
    tones = of_service(facts, pools, preferred(facts))
    assert set(tones) == set(pools)
    assert set(tones.values()) <= set(range(COUNT))
    if len(pools) <= COUNT:
        assert len(set(tones.values())) == len(pools)
    for p, q in combinations(pools, 2):
        if adjacent(facts, p, q) and tones[p] == tones[q]:
            # Only where more are around one of them than there are colours.
            assert max(sum(adjacent(facts, r, o) for o in pools if o != r) for r in (p, q)) >= COUNT


@settings(max_examples=60, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_the_same_whatever_the_order(case: Case, random: Random) -> None:
    facts, pools = case
    shuffled = list(pools)
    random.shuffle(shuffled)
    wanted = preferred(facts)
    assert of_service(facts, pools, wanted) == of_service(facts, shuffled, wanted)
    assert wanted == preferred(facts)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_a_seat_keeps_its_colour(case: Case) -> None:
    facts, pools = case
    wanted = preferred(facts)
    tones = of_service(facts, pools, wanted)
    wishes = [wanted[p.seat] for p in pools]
    if len(set(wishes)) == len(wishes):
        assert {p: wanted[p.seat] for p in pools} == tones
    for p in pools:
        holders = [q for q in pools if tones[q] == wanted[p.seat]]
        # If not, then another one has it already.
        assert tones[p] == wanted[p.seat] or any(q != p for q in holders)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_neighbours_want_different_colours(case: Case) -> None:
    facts, _ = case
    wanted = preferred(facts)
    assert sorted(wanted) == list(facts.ids)
    degree = facts.adjacent.sum(axis=0)
    for a, b in np.argwhere(np.triu(facts.adjacent)).tolist():
        if max(degree[a], degree[b]) < COUNT:
            assert wanted[facts.ids[a]] != wanted[facts.ids[b]]


def test_many_without_neighbours_have_all_colours_evenly() -> None:
    wanted = preferred(facts_of(3 * COUNT, []))
    assert sorted(wanted.values()) == sorted([*range(COUNT)] * 3)


def test_along_a_front_a_partnership_that_grows_keeps_its_colour() -> None:
    facts = facts_of(6, [(k, k + 1) for k in range(5)])
    wanted = preferred(facts)
    small = Partnership("water", ("00", "01"), "00", "association")
    large = Partnership("water", ("00", "01", "02"), "00", "association")
    other = Partnership("water", ("04", "05"), "05", "association")
    assert wanted["00"] != wanted["05"]
    before, after = of_service(facts, [small], wanted), of_service(facts, [large, other], wanted)
    assert before[small] == after[large] == wanted["00"]
