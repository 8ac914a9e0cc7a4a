"""Means, ratios, profiles and curves, by values that can be computed by hand."""

from __future__ import annotations

import math

import pytest

from bench.rows import open_row, row
from koopopt.bench import figures


def test_means_are_shifted_and_ratios_to_the_fastest() -> None:
    rows = [row("a", "x", 1.0), row("b", "x", 7.0), row("a", "y", 3.0), open_row("b", "y")]
    one, other = figures.lines(rows)
    assert (one.method, one.runs, one.proven, one.ratio) == ("x · highs", 2, 2, 1.0)
    assert one.seconds == pytest.approx(3.0)  # √(2 · 8) - 1
    assert other.seconds == pytest.approx(math.sqrt(4 * 11) - 1)
    assert (other.proven, other.gap, other.without) == (1, 0.2, 0)
    assert other.ratio == pytest.approx(other.seconds / 3)


def test_only_what_all_methods_were_asked_is_compared() -> None:
    rows = [row("a", "x", 1.0), row("b", "x", 900.0), row("a", "y", 1.0)]
    assert [r.instance for r in figures.common(rows)] == ["a", "a"]
    assert [line.seconds for line in figures.lines(rows)] == pytest.approx([1.0, 1.0])


def test_a_profile_steps_where_a_method_has_proven_more() -> None:
    rows = [row("a", "x", 1.0), row("b", "x", 8.0), row("a", "y", 3.0), open_row("b", "y")]
    curves = figures.profile(rows)
    assert curves["x · highs"][:3] == [(1.0, 0.0), (1.0, 0.5), (1.0, 1.0)]
    assert curves["y · highs"][:2] == [(1.0, 0.0), (3.0, 0.5)]
    assert curves["y · highs"][-1][1] == 0.5


def test_the_gap_over_time_never_says_less_than_the_verified_end() -> None:
    one = open_row("a", "x")
    track = {one.key: [(0.5, 100.0, 50.0), (1.0, 90.0, 90.0)]}  # a claim that did not hold
    (curve,) = figures.over_time([one], track).values()
    assert curve[0] == (pytest.approx(0.01), 1.0)
    assert min(gap for _, gap in curve) == pytest.approx(0.2)
    assert next(gap for t, gap in curve if t > 0.6) == pytest.approx(0.5)


def test_runs_that_cannot_both_be_right_are_doubtful() -> None:
    right, wrong = row("a", "x"), row("a", "y", value=120.0, bound=120.0)
    assert figures.doubts([right, row("a", "z", value=100.00001, bound=100.00001)]) == []
    ((_, instance, value, bound),) = figures.doubts([right, wrong])
    assert (instance, value.method, bound.method) == ("a", "x · highs", "y · highs")


def test_what_is_better_than_the_best_known_is_told() -> None:
    known = {"best_value": 100.0, "best_bound": 90.0}
    rows = [
        row("a", bound=90.0, **known),
        row("b", value=99.0, bound=80.0, **known),
        row("c", value=None, bound=95.0, **known),
        row("d"),
    ]
    reached, count, better = figures.against_best(rows)
    assert (reached, count, [r.instance for r in better]) == (2, 3, ["b", "c"])
