"""Location problems as instances have the values of the textbook's problems."""

from __future__ import annotations

from itertools import combinations, product

import pytest

import koopopt
from koopopt.bench import located
from koopopt.bench.located import Open


def test_a_p_median_counts_demand_times_distance() -> None:
    demand, line = [1.0, 2.0, 4.0, 3.0], [0.0, 10.0, 11.0, 30.0]
    ways = [[abs(a - b) for b in line] for a in line]
    for p in (1, 2, 3):
        best = min(
            sum(d * min(row[k] for k in seats) for d, row in zip(demand, ways, strict=True))
            for seats in combinations(range(4), p)
        )
        found = koopopt.solve(located.p_median("line", demand, ways, p))
        assert (found.status.value, found.objective) == ("optimal", best)


def test_ways_longer_than_an_instance_may_have_keep_their_length() -> None:
    ways = [[0.0, 5000.0], [5000.0, 0.0]]
    assert koopopt.solve(located.p_median("far", [1.0, 3.0], ways, 1)).objective == 5000.0


def test_single_sourcing_keeps_capacities() -> None:
    demand, sites = [4.0, 3.0, 3.0], [Open(10.0, 6.0), Open(25.0, 7.0), Open(90.0)]
    ways = [[1.0, 2.0, 1.0], [1.0, 5.0, 1.0], [2.0, 4.0, 1.0]]
    best = min(
        sum(sites[k].cost for k in set(at))
        + sum(d * ways[j][k] for j, (d, k) in enumerate(zip(demand, at, strict=True)))
        for at in product(range(3), repeat=3)
        if all(
            sum(d for d, k in zip(demand, at, strict=True) if k == s) <= (sites[s].capacity or 99)
            for s in range(3)
        )
    )
    found = koopopt.solve(located.facility_location("small", demand, sites, ways))
    assert (found.status.value, found.objective) == ("optimal", pytest.approx(best))


def test_the_same_seed_gives_the_same_instance() -> None:
    one = located.generated_single_source(6, 3, 3, 1)
    assert one.fingerprint == located.generated_single_source(6, 3, 3, 1).fingerprint
    assert one.fingerprint != located.generated_single_source(6, 3, 3, 2).fingerprint
    assert sum(site.capacity or 0 for site in one.sites) >= 3 * sum(
        town.population for town in one.municipalities
    )
