"""Who pools with whom in which share of the plans: counted elsewhere, and put in order."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopopt.choice import robustness
from koopopt.report.values import shares
from report.decided import random_front


@pytest.mark.parametrize("seed", range(25))
def test_shares_are_those_of_robustness(seed: int) -> None:
    front = random_front(seed)
    plans = front.evaluations()
    facts = plans[0].problem.facts
    found = shares.of(plans)
    n, services = facts.n, len(facts.services)
    assert found.together.shape == (services, n, n)
    assert not found.together[:, range(n), range(n)].any()
    rows = robustness(front, everyone=True).pairs
    assert len(rows) == services * n * (n - 1) // 2
    for row in rows.itertuples():
        s, a, b = facts.service_index[row.service], facts.index[row.a], facts.index[row.b]
        assert found.together[s, a, b] == found.together[s, b, a] == pytest.approx(row.share)
    for s, service in enumerate(facts.services):
        for i, town in enumerate(facts.ids):
            count = sum(
                any(town in p.members for p in e.plan.of(service.id) if p.pooled) for e in plans
            )
            assert found.pooled[s, i] == pytest.approx(count / len(plans))


WEIGHTS = st.integers(1, 12).flatmap(
    lambda n: st.lists(
        st.lists(st.sampled_from([0.0, 0.0, 0.2, 1.0]), min_size=n * n, max_size=n * n).map(
            lambda values: np.array(values).reshape(n, n)
        ),
        min_size=1,
        max_size=3,
    )
)


@settings(max_examples=60, deadline=None)
@given(WEIGHTS)
def test_an_order_has_everyone_once(services: list[np.ndarray]) -> None:
    together = np.array([np.triu(part, 1) + np.triu(part, 1).T for part in services])
    found = shares.order(together)
    assert sorted(found.tolist()) == list(range(together.shape[1]))
    assert found.tolist() == shares.order(together.copy()).tolist()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.sampled_from([0.05, 0.5, 1.0]))
def test_blocks_stand_together(block: list[int], share: float) -> None:
    """Those of one block pool in some of the plans, those of two blocks never."""
    labels = np.array(block)
    together = share * (labels[:, None] == labels)
    np.fill_diagonal(together, 0.0)
    ordered = labels[shares.order(together[None])].tolist()
    assert 1 + sum(a != b for a, b in pairwise(ordered)) == len(set(block))
    sizes = [ordered.count(label) for label in dict.fromkeys(ordered)]
    assert sizes == sorted(sizes, reverse=True)


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(9)))
def test_a_chain_is_found_again(places: list[int]) -> None:
    """Each pools with who stands before and behind it: the only good order is the chain."""
    together = np.zeros((1, 9, 9))
    for a, b in pairwise(places):
        together[0, a, b] = together[0, b, a] = 0.5
    assert shares.order(together).tolist() in (places, places[::-1])


def test_two_blocks_with_a_bridge_stay_blocks() -> None:
    labels = np.array([0, 1] * 5)
    together = np.where(labels[:, None] == labels, 0.9, 0.02)
    np.fill_diagonal(together, 0.0)
    ordered = labels[shares.order(together[None])].tolist()
    assert ordered in ([0] * 5 + [1] * 5, [1] * 5 + [0] * 5)


def test_all_services_count() -> None:
    """The first service joins 0 and 2, the second 1 and 3, a third one all of them a little."""
    together = np.zeros((3, 4, 4))
    together[0, [0, 2], [2, 0]] = together[1, [1, 3], [3, 1]] = 0.9
    together[2] = 0.1 * (1 - np.eye(4))
    found = shares.order(together).tolist()
    assert {frozenset(found[:2]), frozenset(found[2:])} == {frozenset({0, 2}), frozenset({1, 3})}
