"""Runs of older formats, and those of formats that are not known here."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

import koopopt
import tiny
from koopopt.errors import DataError
from koopopt.solving.optimise import Status
from koopopt.storage import run_reading
from storage.made import INSTANCE, PROBLEM, same_run, saved_run, written
from storage.mutation import Table


def test_runs_of_older_versions_name_no_source(tmp_path: Path) -> None:
    villages = koopopt.solve(koopopt.read("three-villages"))
    old = written(tmp_path, villages)
    del old["source"]
    assert same_run(villages, run_reading.read(saved_run(old, tmp_path)))
    old["instance"] = "my-county"
    with pytest.raises(DataError, match="Give it with --instance"):
        run_reading.read(saved_run(old, tmp_path))


def test_figures_that_were_not_rounded_are_the_same_figures(table: Table, tmp_path: Path) -> None:
    older = copy.deepcopy(table)
    del older["format"]
    hair = 0.00003  # of an hour: less than half a unit for a member
    older["criteria"]["travel"] += hair
    for key in ("objective", "bound"):
        older[key] += 2.5 * hair
    again = run_reading.read(saved_run(older, tmp_path), instance=INSTANCE)
    assert again.criteria == tiny.result(PROBLEM).criteria
    assert again.bound is not None
    assert again.objective is not None
    assert again.bound < again.objective - 2.5 * hair  # it holds for rounded sums as well
    assert again.status is Status.FEASIBLE


def test_runs_of_before_do_not_know_the_farthest_way(table: Table, tmp_path: Path) -> None:
    older = copy.deepcopy(table)
    del older["criteria"]["farthest"]
    again = run_reading.read(saved_run(older, tmp_path), instance=INSTANCE)
    assert again.criteria == tiny.result(PROBLEM).criteria
    assert again.status is tiny.result(PROBLEM).status


def test_figures_that_are_off_by_more_than_rounding_are_told(table: Table, tmp_path: Path) -> None:
    older = copy.deepcopy(table)
    older["criteria"]["travel"] += 0.12345678
    with pytest.raises(DataError, match=r"criteria\.travel"):
        run_reading.read(saved_run(older, tmp_path), instance=INSTANCE)


def test_runs_say_their_format_and_others_are_refused(tmp_path: Path) -> None:
    table = written(tmp_path, tiny.result(PROBLEM))
    assert table["format"] == 2
    with pytest.raises(DataError, match="has another format; this version reads format 2"):
        run_reading.read(saved_run({**table, "format": 3}, tmp_path), instance=INSTANCE)
    without = {key: value for key, value in table.items() if key != "format"}
    again = run_reading.read(saved_run(without, tmp_path), instance=INSTANCE)
    assert again.objective == table["objective"]
