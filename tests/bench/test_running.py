"""Which runs there are to make, and that each is made once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from koopopt.bench import processes, running
from koopopt.bench.job import PLAIN
from koopopt.bench.methods import Method
from koopopt.bench.recipes import recipes
from koopopt.bench.registry import Best, registry
from koopopt.bench.results import Folder

SETS = registry()
BOTH = [Method("auto", "highs"), Method(PLAIN, "highs")]
LIMITS = running.Limits(20.0)


def test_runs_of_an_instance_follow_each_other_and_peers_make_no_fronts() -> None:
    found = running.todo(recipes(SETS["shipped"], None)[:2], BOTH, [0, 1])
    assert [one.key[1] for one in found[:4]] == ["three-villages"] * 4
    assert len(found) == 8
    fronts = running.todo(recipes(SETS["fronts"], None), BOTH, [0])
    assert {one.method for one in fronts} == {BOTH[0]}
    games = running.todo(recipes(SETS["games"], None), BOTH, [0])
    assert {one.method for one in games} == {BOTH[0]}


def test_what_is_known_is_not_run_again(tmp_path: Path) -> None:
    wanted = running.todo(recipes(SETS["shipped"], None)[:1], BOTH[:1], [0])
    settings = running.settings(LIMITS, None)
    folder = Folder(tmp_path, settings)
    (row,) = running.run(wanted, folder, LIMITS, SETS, lambda: True)
    assert (row.status, row.value, row.best_value) == ("optimal", 116500.0, 116500.0)
    assert folder.track[row.key][-1][1:] == (116500.0, 116500.0)
    again = Folder(tmp_path, settings)
    assert list(running.run(wanted, again, LIMITS, SETS, lambda: True)) == []


def test_a_game_is_shared_by_the_nucleolus_and_proven(tmp_path: Path) -> None:
    wanted = running.todo(recipes(SETS["games"], None)[1:2], BOTH, [0])
    folder = Folder(tmp_path, running.settings(LIMITS, None))
    (row,) = running.run(wanted, folder, LIMITS, SETS, lambda: True)
    assert (row.instance, row.status, row.used) == ("game-10-2", "optimal", "nucleolus")
    assert row.value == row.bound == row.best_value
    assert row.value is not None
    assert row.value > 0  # nobody can share so that no group gains alone


def test_of_other_data_nothing_is_known(tmp_path: Path) -> None:
    wanted = running.todo(recipes(SETS["shipped"], None)[:1], BOTH[:1], [0])
    known = {"shipped": replace(SETS["shipped"], best={"three-villages": Best(1.0, 1.0, "other")})}
    folder = Folder(tmp_path, running.settings(LIMITS, None))
    (row,) = running.run(wanted, folder, LIMITS, known, lambda: True)
    assert (row.best_value, row.best_bound) == (None, None)


def test_a_cancelled_run_leaves_no_row(tmp_path: Path) -> None:
    wanted = running.todo(recipes(SETS["shipped"], None)[:1], BOTH, [0])
    folder = Folder(tmp_path, running.settings(LIMITS, None))
    with pytest.raises(processes.Cancelled):
        list(running.run(wanted, folder, LIMITS, SETS, lambda: False))
    assert folder.rows == Folder(tmp_path, running.settings(LIMITS, None)).rows == []
