"""Rows are kept as soon as they are known, and gone on with under the same settings only."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bench.rows import open_row, row
from koopopt.bench import results
from koopopt.comparing import benchmarks
from koopopt.errors import UsageError
from koopopt.storage.json_schemas import SCHEMAS

SETTINGS = {"version": "0", "time_limit": 10.0}
FIRST = (
    "set,instance,formulation,solver,seed,status,seconds,value,bound,gap,peak_mb,version,machine"
)


def test_the_first_columns_are_those_that_others_rely_on() -> None:
    assert ",".join(results.COLUMNS).startswith(FIRST + ",")
    assert ",".join(benchmarks.COLUMNS) == FIRST, "what is compared is what is written"


def test_rows_and_trajectories_come_back_as_they_were(tmp_path: Path) -> None:
    folder = results.Folder(tmp_path / "out", SETTINGS)
    one = row("a", message='=1+1, "quoted"')
    two = open_row("b", "x", value=None, gap=None, size=None, peak_mb=None)
    folder.add(one, [(0.5, None, 3.0), (0.7, 4.0, 3.0)])
    folder.add(two, [])
    again = results.Folder(tmp_path / "out", SETTINGS)
    assert again.rows == [one, two]
    assert again.track[one.key] == [(0.5, None, 3.0), (0.7, 4.0, 3.0)]


def test_half_a_line_of_a_killed_process_is_no_row(tmp_path: Path) -> None:
    folder = results.Folder(tmp_path, SETTINGS)
    folder.add(row("a"), [(0.5, 4.0, 3.0)])
    for name in (results.RESULTS, results.TRAJECTORY):
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write("synthetic,b,auto,hig")
    again = results.Folder(tmp_path, SETTINGS)
    again.add(row("b"), [(0.6, 4.0, 3.0)])
    assert [r.instance for r in results.Folder(tmp_path, SETTINGS).rows] == ["a", "b"]
    assert len(again.track) == 2


def test_other_settings_are_refused_with_what_differs(tmp_path: Path) -> None:
    results.Folder(tmp_path, SETTINGS).add(row("a"), [])
    with pytest.raises(UsageError, match=r"time_limit: 10.0 ≠ 60.0.*--out"):
        results.Folder(tmp_path, {**SETTINGS, "time_limit": 60.0})
    assert len(results.read(tmp_path)) == 1


def test_a_folder_without_a_row_takes_any_setting(tmp_path: Path) -> None:
    results.Folder(tmp_path, SETTINGS)
    results.Folder(tmp_path, {**SETTINGS, "time_limit": 60.0}).add(row("a"), [])
    assert len(results.read(tmp_path)) == 1


def test_a_table_of_others_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / results.RESULTS).write_text("a,b\n", encoding="utf-8")
    with pytest.raises(UsageError, match="--out"):
        results.Folder(tmp_path, SETTINGS)
    assert (tmp_path / results.RESULTS).read_text("utf-8") == "a,b\n"


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    folder = results.Folder(tmp_path, SETTINGS)
    folder.add(row("a"), [])
    folder.finish()
    frame = pd.read_parquet(tmp_path / results.PARQUET)
    assert tuple(frame.columns) == results.COLUMNS
    assert frame.loc[0, "instance"] == "a"


def test_rows_are_as_their_schemas_say(tmp_path: Path) -> None:
    folder = results.Folder(tmp_path, SETTINGS)
    for one in (row("a"), open_row("b", "auto"), row("c", status="error", value=None, bound=None)):
        folder.add(one, [(0.5, None, 80.0), (1.0, 100.0, 80.0)])
    say = Draft202012Validator(SCHEMAS["bench-result"].make())
    assert [e.message for r in results.read(tmp_path) for e in say.iter_errors(asdict(r))] == []
    assert list(say.iter_errors({**asdict(row("a")), "status": "fine"}))
    point = dict(zip(results.TRACK, [*row("a").key, 0.5, None, 80.0], strict=True))
    assert Draft202012Validator(SCHEMAS["bench-trajectory"].make()).is_valid(point)
