"""A change is one where it is beyond the spread of the seeds."""

from __future__ import annotations

from typing import Any

import pytest

from koopopt.comparing import benchmarks
from koopopt.comparing.benchmarks import Row
from koopopt.comparing.values import Spread


def rows(*seconds: float, instance: str = "i", status: str = "optimal", **more: Any) -> list[Row]:
    return [
        Row(cell=("set", instance, "partition", "highs"), seed=str(k), status=status,
            measures={**dict.fromkeys(benchmarks.MEASURES), "seconds": s, **more},
            version="1", machine="m")
        for k, s in enumerate(seconds)
    ]  # fmt: skip


def spread(*values: float) -> Spread:
    middle = sorted(values)[len(values) // 2]
    return Spread(seeds=len(values), low=min(values), middle=middle, high=max(values))


VERDICTS = [
    ((1.0, 1.1, 1.2), (2.0, 2.1, 2.2), "higher"),
    ((2.0, 2.1, 2.2), (1.0, 1.1, 1.2), "lower"),
    ((1.0, 1.1, 1.2), (1.1, 1.2, 1.3), "within"),
    ((1.0, 1.1, 1.2), (1.21, 1.3, 1.4), "within"),  # apart, but by less than they spread
    ((1.0, 1.0), (1.0, 1.0), "within"),
    ((1.0,), (9.0, 9.0, 9.0), "unknown"),
]


@pytest.mark.parametrize(("a", "b", "said"), VERDICTS)
def test_verdicts(a: tuple[float, ...], b: tuple[float, ...], said: str) -> None:
    assert benchmarks.verdict(spread(*a), spread(*b)) == said


def test_no_number_is_no_verdict() -> None:
    assert benchmarks.verdict(None, spread(1, 2)) == "unknown"


def test_a_result_equals_itself() -> None:
    found = benchmarks.compare(rows(1, 2, 3), rows(1, 2, 3))
    assert benchmarks.are_equal(found)
    assert found.groups[-1].ratio == 1


def test_shifted_geometric_mean_and_ratio_by_hand() -> None:
    assert benchmarks.shifted_mean([0.0, 3.0]) == pytest.approx(1.0)  # sqrt(1 · 4) - 1
    a = [*rows(0, 0), *rows(3, 3, instance="j")]
    b = [*rows(3, 3), *rows(15, 15, instance="j")]
    (group,) = benchmarks.compare(a, b).groups
    assert (group.seconds_a, group.seconds_b) == pytest.approx((1.0, 7.0))
    assert group.ratio == pytest.approx(4.0)
    assert (group.slower, group.faster, group.verdict) == (2, 0, "higher")


def test_the_mean_is_taken_seed_by_seed_too() -> None:
    a = [*rows(0, 3), *rows(3, 0, instance="j")]
    (group,) = benchmarks.compare(a, a).groups
    assert group.a is not None
    assert (group.a.seeds, group.a.low, group.a.high) == (2, pytest.approx(1), pytest.approx(1))


def test_cells_of_one_side_are_named() -> None:
    found = benchmarks.compare(rows(1), [*rows(1), *rows(1, instance="j")])
    assert found.only_b == (("set", "j", "partition", "highs"),)
    assert not benchmarks.are_equal(found)


def test_another_outcome_or_value_is_a_difference_whatever_the_noise() -> None:
    assert not benchmarks.are_equal(benchmarks.compare(rows(1), rows(1, status="feasible")))
    assert not benchmarks.are_equal(benchmarks.compare(rows(1, value=5.0), rows(1, value=6.0)))
    assert benchmarks.are_equal(benchmarks.compare(rows(1, peak_mb=5.0), rows(2, peak_mb=6.0)))


def test_groups_end_with_all() -> None:
    other = [
        Row(cell=("two", *r.cell[1:]), seed=r.seed, status=r.status, measures=r.measures,
            version="", machine="")
        for r in rows(1, 1)
    ]  # fmt: skip
    groups = benchmarks.compare([*rows(1, 1), *other], [*rows(1, 1), *other]).groups
    assert [g.set for g in groups] == ["set", "two", ""]
    assert groups[-1].cells == 2
