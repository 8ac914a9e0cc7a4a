"""What a certificate proves is true, and where the plan is the best it is the plan's own value."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from dataclasses import replace

import pytest

import bruteforce
import koopopt
from certifying import made
from koopopt.certifying import document as doc
from koopopt.certifying.checking import confirm
from koopopt.certifying.document import Certificate, Node
from koopopt.errors import DataError, UsageError
from nightly import NIGHTLY
from random_instances import random_problem, with_sites
from tiny import instance


@pytest.mark.parametrize("test", range(10 * NIGHTLY))
def test_small_problems_are_proven_to_the_last_unit(test: int) -> None:
    wrong = []
    for seed in range(20 * test, 20 * test + 20):
        problem = random_problem(seed)
        if not made.claimable(problem):
            continue
        result = koopopt.solve(problem)
        if result.plan is None:
            continue
        best = bruteforce.solve(problem)
        assert best is not None
        if (proven := made.proves(problem, koopopt.certify(result))) != best.exact:
            wrong.append((seed, proven, best.exact))
    assert wrong == []


def test_a_county_is_proven_to_gap_0() -> None:
    result = koopopt.solve("werra-meissner")
    certificate = koopopt.certify(result)
    found = confirm(certificate, result.problem.instance)
    assert found.bound == result.bound == result.objective
    assert found.left_out == ()


def test_the_rich_ones_have_rows_and_splits_of_every_kind() -> None:
    rows: Counter[str] = Counter()
    splits: Counter[str] = Counter()
    for name in made.RICH:
        certificate = made.certificate(name)
        rows.update(row.kind for row in certificate.rows)
        splits.update(node.split.kind for node in certificate.nodes if node.split)
    assert set(rows) == {
        "cover", "office", "max_pooled", "max_memberships", "max_hosted", "host",
        "max_partner_seats", "count", "limit", "number", "rank1",
    }  # fmt: skip
    assert set(splits) == {"office", "number", "state"}


@pytest.mark.parametrize("name", made.RICH)
def test_the_rich_ones_are_proven(name: str) -> None:
    problem = made.problem(name)
    best = bruteforce.solve(problem)
    assert best is not None
    assert made.proves(problem, made.certificate(name)) == best.exact


def test_without_duals_costs_bound_by_themselves() -> None:
    """Every municipality costs at least its least share of what it may be in."""
    problem = made.problem("seats")
    whole = made.certificate("seats")
    bare = replace(whole, rows=(), nodes=(Node(),))
    proven = made.proves(problem, bare)
    best = made.proves(problem, whole)
    assert proven is not None
    assert best is not None
    assert proven < best


def test_a_search_that_was_stopped_leaves_a_whole_certificate() -> None:
    problem = made.problem("tree")
    stopped = koopopt.certify(koopopt.solve(problem), time_limit=1e-6)
    best = bruteforce.solve(problem)
    proven = made.proves(problem, stopped)
    assert best is not None
    assert proven is not None
    assert proven <= best.exact
    assert len(stopped.nodes) <= 3


def test_a_case_without_a_plan() -> None:
    """Both may stay alone in nothing, and may not pool: their least shares are of nothing."""
    base = instance(["A", "B"], rules={"forbid_alone": True, "apart": [["01", "02"]]})
    certificate = Certificate(
        instance=base.name, fingerprint=base.fingerprint, weights={"cost": 1.0}, limits={},
        digits=8, aim=None, rows=(), nodes=(Node(),),
    )  # fmt: skip
    found = confirm(certificate, base)
    assert found.bound is None
    assert "no plan" in repr(found)


def test_what_is_no_sum_is_left_out_and_said() -> None:
    problem = koopopt.Problem.of(
        instance(rules={"stable": "individual"}), weights={"farthest": 100.0, "largest_loss": 1.0},
        limits={"largest_loss": 1e6},
    )  # fmt: skip
    result = koopopt.solve(problem)
    found = confirm(koopopt.certify(result), problem.instance)
    assert found.left_out == ("farthest", "largest_loss", "stable")
    assert found.bound is not None
    assert result.objective is not None
    assert found.bound <= result.objective


def test_a_limit_on_the_farthest_counts() -> None:
    base = instance()
    free = koopopt.solve(base)
    assert free.plan is not None
    problem = koopopt.Problem.of(base, limits={"farthest": free.criteria["farthest"] - 0.0001})
    result = koopopt.solve(problem)
    found = confirm(koopopt.certify(result), base)
    assert found.bound == result.objective
    assert result.objective > free.objective  # type: ignore[operator]


def test_sites_are_refused() -> None:
    problem = with_sites(random_problem(3), 3)
    certificate = replace(made.certificate("seats"), fingerprint=problem.instance.fingerprint)
    with pytest.raises(UsageError, match="has sites"):
        confirm(certificate, problem.instance)


def test_large_duals_are_exact_too() -> None:
    """Beyond machine words Python's own whole numbers count, with the same result."""
    problem, whole = made.problem("seats"), made.certificate("seats")
    finer = replace(
        whole,
        digits=whole.digits + 20,
        nodes=tuple(
            replace(node, duals=tuple((row, dual << 20) for row, dual in node.duals or ()))
            for node in whole.nodes
        ),
    )
    assert made.proves(problem, finer) == made.proves(problem, whole)


def test_a_wrong_sign_names_its_row() -> None:
    problem, whole = made.problem("seats"), made.certificate("seats")
    number = next(k for k, row in enumerate(whole.rows) if isinstance(row, doc.Office))
    wrong = replace(whole, nodes=(Node(duals=((number, 5),)),))
    with pytest.raises(DataError, match=rf"nodes\[1\].duals.*row {number} has the wrong sign"):
        confirm(wrong, problem.instance)


def test_it_can_be_ended_at_any_time() -> None:
    class EndedError(Exception):
        pass

    def end() -> None:
        raise EndedError

    with pytest.raises(EndedError):
        confirm(made.certificate("seats"), made.problem("seats").instance, check=end)


def split_often(towns: list[str]) -> Certificate:
    """Return a certificate of the county, split by the office of one town after the other."""
    base = koopopt.read("werra-meissner")
    split = [Node(split=doc.OfficeSplit(municipality=town)) for town in towns]
    return Certificate(
        instance=base.name, fingerprint=base.fingerprint, weights={"cost": 1.0}, limits={},
        digits=8, aim=None, rows=(), nodes=(*split, *[Node()] * (len(split) + 1)),
    )  # fmt: skip


def test_a_deep_tree_takes_no_more_memory_than_a_shallow_one() -> None:
    base = koopopt.read("werra-meissner")
    town = base.municipalities[0].id
    peaks = []
    for depth in (2, 60):
        tracemalloc.start()
        confirm(split_often([town] * depth), base)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]


def test_a_tree_that_takes_too_much_memory_is_refused() -> None:
    """What is not shared counts, and is given back where a half is done."""
    base = koopopt.read("werra-meissner")
    towns = [t.id for t in base.municipalities]
    low, high = 0, 10**7
    while high - low > 10**5:  # what two splits by the same office take
        middle = (low + high) // 2
        try:
            confirm(split_often([towns[0]] * 2), base, memory=middle)
        except UsageError:
            low = middle
        else:
            high = middle
    confirm(split_often([towns[0]] * 60), base, memory=high)
    with pytest.raises(UsageError, match="too many possible coalitions"):
        confirm(split_often(towns), base, memory=high)
    confirm(split_often(towns), base)
