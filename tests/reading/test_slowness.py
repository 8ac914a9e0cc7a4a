"""Seconds given as minutes are noted; long ways alone are not."""

from __future__ import annotations

from dataclasses import replace

import tiny
from koopopt.case.facts import Facts
from koopopt.case.instance import Instance
from koopopt.reading.slowness import slow


def timed(factor: float, *, but: int = 0) -> Instance:
    """Return an instance with times of this many estimates, some (`but`) with just one."""
    instance = tiny.instance()
    minutes = Facts.of(replace(instance, travel={})).minutes
    ids = [town.id for town in instance.municipalities]
    pairs = [(i, k) for i in range(len(ids)) for k in range(len(ids)) if i != k]
    travel = {
        (ids[i], ids[k]): float(minutes[i, k]) * (factor if n >= but else 1)
        for n, (i, k) in enumerate(pairs)
    }
    return replace(instance, travel=travel)


def test_seconds_are_noted_with_an_example() -> None:
    (note,) = slow(timed(60.0), "travel.csv")
    said = note.render()
    assert said.startswith("travel.csv, column minutes: 6 of 6 given times are more than 10 times")
    assert "Divide them by 60" in said


def test_slow_ways_are_believed_where_most_are_not() -> None:
    assert list(slow(timed(9.9), "travel.csv")) == []
    assert list(slow(timed(60.0, but=3), "travel.csv")) == []
    assert len(list(slow(timed(60.0, but=2), "travel.csv"))) == 1
    assert list(slow(replace(tiny.instance(), travel={}), "travel.csv")) == []
