"""Rank-1 cuts about clusters: how many bodies of so many members fit in one.

Where most partnerships have d members, because a grant begins there or a legal form ends, the
linear program covers a cluster of 11 municipalities by fractions of bodies of three, 11 / 3 of
them; a plan has three at the most. For any cluster T and d ≥ 2

    Σ_M floor(|M ∩ T| / d) λ_M ≤ floor(|T| / d).

Good clusters are those that fractional bodies lie in as a whole. From the neighbourhood of each
municipality, and from what hangs together, single municipalities are added or left out as long as
that raises the violation.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from koopopt.formulations.partition.rank1 import Rank1, rounded
from koopopt.linear import Bools, Floats

DIVISORS: Final = (2, 3, 4, 5, 6, 7, 8)
"""Members of a body, of which clusters are counted."""
MIN_VIOLATION: Final = 0.05
"""Cuts that are violated less are not worth a row."""
MOST_CUTS: Final = 12
"""Cuts a service, in one round."""
MOST_SEEDS: Final = 40
"""Neighbourhoods to begin with."""
MOST_STEPS: Final = 60
"""Municipalities that are added or left out, at the most."""


def clusters(inside: Floats, weight: Floats) -> Rank1:
    """Return cuts that fractional bodies of one service violate.

    Parameters
    ----------
    inside : (K, n) array
        Their members, 1 for each.
    weight : (K,) array
        Their values.
    """
    n = inside.shape[1]
    seeds = _seeds(inside, weight)
    found: dict[bytes, tuple[float, Bools, int]] = {}
    sizes = inside.sum(axis=1)
    for divisor in DIVISORS:
        if divisor > sizes.max(initial=0.0):
            break
        for seed in seeds:
            violation, cluster = _climbed(seed, divisor, inside, weight)
            if violation >= MIN_VIOLATION:
                found.setdefault(
                    cluster.tobytes() + bytes([divisor]), (violation, cluster, divisor)
                )
    best = sorted(found.values(), key=lambda entry: -entry[0])[:MOST_CUTS]
    rows = np.array([cluster for _, cluster, _ in best], np.int64).reshape(-1, n)
    return Rank1(rows, np.array([d for *_, d in best], np.int64))


def _seeds(inside: Floats, weight: Floats) -> list[Bools]:
    """Return neighbourhoods of one step and of two, the largest first, and what hangs together."""
    near = (inside.T * weight) @ inside > 0.0
    seeds, last = [], np.zeros(0)
    reached = near.astype(float)
    while not np.array_equal(reached, last):
        order = np.argsort(-reached.sum(axis=1), kind="stable")
        seeds += [reached[i] > 0.0 for i in order[:MOST_SEEDS] if reached[i].any()]
        last, reached = reached, np.minimum(reached @ reached, 1.0)
    return list({seed.tobytes(): seed for seed in seeds}.values())


def _climbed(seed: Bools, divisor: int, inside: Floats, weight: Floats) -> tuple[float, Bools]:
    """Return the violation of a cluster that is better than its neighbours, and the cluster."""
    cluster = seed.copy()
    held, size = inside @ cluster, int(cluster.sum())
    violation = float(weight @ rounded(held, divisor)) - size // divisor
    for _ in range(MOST_STEPS):
        change = np.where(cluster, -1, 1)
        tried = weight @ rounded(held[:, None] + inside * change, divisor)
        tried -= (size + change) // divisor
        best = int(tried.argmax())
        if tried[best] <= violation + 1e-9:
            break
        held = held + inside[:, best] * change[best]
        size += int(change[best])
        cluster[best] = not cluster[best]
        violation = float(tried[best])
    return violation, cluster
